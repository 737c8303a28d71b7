"""Find characters that no installed font can draw, before they become empty boxes in a PDF."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from functools import cache
from typing import Final

# Letters that reports hold: Latin, Cyrillic and Chinese, by what is needed for them.
PROBES: Final = {"Latin": "Aé", "Cyrillic": "Жы", "Chinese": "中国"}
ADVICE: Final = "install fonts for them (on Debian: apt-get install fonts-dejavu-core fonts-noto-cjk)"
_INVISIBLE: Final = ("Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs")


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that no font of this machine has, in order, each once.

    It asks fontconfig, as the PDF renderer does. Without fontconfig nothing can be said, and nothing is returned.

    Examples
    --------
    >>> missing_glyphs("Trade of 2030: 300 USD bn")
    ''
    """
    return "".join(sign for sign in dict.fromkeys(text) if not _has_glyph(sign))


def missing_scripts() -> list[str]:
    """Return the names of the scripts of `PROBES` that no font of this machine has."""
    return [name for name, letters in PROBES.items() if missing_glyphs(letters)]


@cache
def _has_glyph(sign: str) -> bool:
    if (sign.isascii() and sign.isprintable()) or unicodedata.category(sign) in _INVISIBLE:
        return bool(_fonts_with("A")) if sign.isprintable() and sign.isascii() else True
    return _fonts_with(sign)


@cache
def _fonts_with(sign: str) -> bool:
    command = shutil.which("fc-list")
    if command is None:
        return True
    done = subprocess.run([command, f":charset={ord(sign):x}", "family"], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip())
