"""Letters of figures: a font for Chinese, an error for a character that no font draws, English words left over."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager, list_fonts
from matplotlib.text import Text

from eastbound.english import english_words
from eastbound.errors import InputError
from eastbound.language import ENGLISH, current, note_miss

CHINESE: Final = "Noto Sans CJK SC"  # of Debian's package fonts-noto-cjk
ADVICE: Final = "on Debian: apt-get install fonts-noto-cjk"
# A list of fonts that matplotlib made before the font was installed lacks it, so these folders are looked through.
_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts", "~/.fonts")

_WIDE: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_CLOSING: Final = "，。、；：？！）》」』”’…%"
_OPENING: Final = "（《「『“‘"
# What stays in one line: a Chinese character or a word, with the marks around it.
_PIECES: Final = re.compile(
    rf"[{_OPENING}]*(?:[^\W\u0000-\u2e7f]|[^\s{_OPENING}{_CLOSING}\u2e80-\uffef]+|\s+|.)[{_CLOSING}]*"
)


@cache
def chinese_font() -> str:
    """Return the name of the font for Chinese letters, and make it known to matplotlib.

    Raises
    ------
    InputError
        If it is not installed.
    """
    if CHINESE not in fontManager.get_font_names():
        folders = [str(Path(folder).expanduser()) for folder in _FOLDERS]
        files = [path for folder in folders for path in list_fonts(folder, ["ttc", "otf"])]
        for path in sorted(path for path in files if Path(path).name.startswith("NotoSansCJK")):
            fontManager.addfont(path)
    if CHINESE not in fontManager.get_font_names():
        message = f"figures in Chinese need the font `{CHINESE}`, which is not installed; {ADVICE}."
        raise InputError(message)
    return CHINESE


@contextmanager
def every_glyph() -> Iterator[None]:
    """Turn matplotlib's warning about a character that no font draws into an error.

    Raises
    ------
    InputError
        With the warning, which names the character and the fonts.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=r"Glyph \d+ .* missing from", category=UserWarning)
        try:
            yield
        except UserWarning as warning:
            if "missing from" not in str(warning):
                raise
            problem = " ".join(str(warning).split())
            message = f"a figure cannot be drawn: {problem} Install a font that has it ({ADVICE})."
            raise InputError(message) from warning


def note_english(figure: Figure) -> None:
    """Record the English texts of a figure in an edition of another language, see `eastbound.language.note_miss`."""
    if current() == ENGLISH:
        return
    for artist in figure.findobj(Text):
        text = artist.get_text() if isinstance(artist, Text) and artist.get_visible() else ""
        text = " ".join(text.replace("-\n", "-").split())  # a name of a source may be broken over two lines
        if english_words(text):
            note_miss(text)


def wrapped(text: str, width: int) -> str:
    """Return a text in lines of at most `width` Latin letters, two of which are as wide as a Chinese character.

    Chinese breaks between any two characters, but not before a closing mark or after an opening one.

    Parameters
    ----------
    text : str
        In one line.
    width : int

    Examples
    --------
    >>> wrapped("Own simulation, 256 draws.", 16)
    'Own simulation,\\n256 draws.'
    >>> wrapped("数据截至2026年。自行模拟。", 16)
    '数据截至2026年。\\n自行模拟。'
    """
    if not _WIDE.search(text):
        return textwrap.fill(text, width)
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and text_width(lines[-1]) + text_width(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)


def text_width(text: str) -> int:
    """Return how many Latin letters wide a text is.

    Examples
    --------
    >>> text_width("trade"), text_width("贸易")
    (5, 4)
    """
    return sum(2 if _WIDE.match(letter) else 1 for letter in text)
