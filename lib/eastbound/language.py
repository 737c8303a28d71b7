"""Words, numbers and dates in the language of the edition: English, Russian or Chinese.

**How to mark text in code.** The message is the whole English sentence or label; names in braces stand for values::

    from eastbound.language import _, mark, plural

    _("Median and central 80 % of simulated futures")
    _("{series} in {year}", series=label, year=2030)          # never f"{label} in {year}", never _("in") + year
    plural("{count} path", "{count} paths", count)             # fills in `count`, in the digits of the language
    HEADS = {"value": mark("median")}                          # a constant: marked where it is written,
    [_(HEADS[name]) for name in columns]                       # translated where it is used

Rules: never glue translated pieces (Russian cases and Chinese order differ); a value put into a message is a number,
a name or a translated label in the nominative; `_` takes a literal, a constant marked with `mark`, or text of a file
that `make messages` reads (titles of scenarios, series, questions and claims; units; prose of notebooks). Translate at
the moment of display, never at import, because a warm kernel imports modules before it learns its language. A module
that imports `_` must not use `_` as a throw-away name (`for _, row in …`); write `for _index, row in …`.

Numbers and dates: `digits(f"{value:.1f}")`, `day("2026-11-20")`, `month("2026-11")`. Text that stays in its original
language (title of a source, name of an organization, evidence note) is not passed to `_`; in HTML it goes through
`original(text)`, which escapes it and marks it ``lang="en"``.

**Where translations live.** ``eastbound/locale/<language>/LC_MESSAGES/*.po``, one file per owner: ``code.po`` (text of
Python code), ``texts.po`` (prose of notebooks; titles and units of data files), ``frame.po`` (page templates).
`make messages` adds new messages to them, keeps translations and marks obsolete ones; entries may also be written by
hand. An entry marked ``fuzzy`` counts as missing. The same English message may stand in one file only. A workspace adds
translations of its own texts in ``locale/<language>/*.po`` of its home folder.

A message without translation is shown in English and recorded, see `take_misses`, and the report refuses the page.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.errors import InputError, shortened

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ENGLISH: Final = "en"
LANGUAGES: Final = {"en": "English", "ru": "Русский", "zh": "中文"}
TAGS: Final = {"en": "en", "ru": "ru", "zh": "zh-Hans"}  # for the attribute `lang` of HTML
VARIABLE: Final = "EASTBOUND_LANG"
MISSES: Final = "EASTBOUND_MISSES"  # names the file that a kernel notes messages without a translation in
CATALOGUES: Final = Path(__file__).with_name("locale")
_LETTER: Final = re.compile("[A-Za-z]")
_TWO_STOPS: Final = re.compile(r"(?<=[а-я])\.\.(?!\.)")
_NARROW_SPACE: Final = "\N{NARROW NO-BREAK SPACE}"

_chosen: ContextVar[str] = ContextVar("language", default="")
_missed: dict[str, None] = {}  # messages in order of use


def current() -> str:
    """Return the code of the language in use: of `use_language`, else of the variable EASTBOUND_LANG, else English.

    Raises
    ------
    InputError
        If the variable names no language of `LANGUAGES`.

    Examples
    --------
    >>> current()
    'en'
    """
    return _chosen.get() or checked(os.environ.get(VARIABLE) or ENGLISH)


def checked(code: str) -> str:
    """Return the code of a language.

    Raises
    ------
    InputError
        If there are no editions in it.

    Examples
    --------
    >>> checked("fr")
    Traceback (most recent call last):
    eastbound.errors.InputError: no language `fr`; editions exist in en (English), ru (Русский), zh (中文).
    """
    if code not in LANGUAGES:
        known = ", ".join(f"{name} ({word})" for name, word in LANGUAGES.items())
        message = f"no language `{shortened(code)}`; editions exist in {known}."
        raise InputError(message)
    return code


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Use a language inside the block.

    Examples
    --------
    >>> with use_language("ru"):
    ...     digits("1234.5"), day("2026-11-20")
    ('1234,5', '20 ноября 2026\u202fг.')
    """
    token = _chosen.set(checked(code))
    try:
        yield
    finally:
        _chosen.reset(token)


def _(message: str, /, **values: Any) -> str:
    """Translate a message into the language in use, then fill in its values.

    Parameters
    ----------
    message : str
        The whole English sentence or label, with values as named fields.
    **values : object
        Fill the fields; without any the message is taken as it stands, braces included.

    Returns
    -------
    str
        In English, and recorded for `take_misses`, if the catalogue has no translation.

    Examples
    --------
    >>> _("{series} in {year}", series="Trade", year=2030)
    'Trade in 2030'
    >>> with use_language("ru"):
    ...     _("Evidence as of {day}.", day=day("2026-11-20"))
    'Данные по состоянию на 20 ноября 2026\u202fг.'
    """
    language = current()
    text = message if language == ENGLISH or not message else _catalogue(language).gettext(message)
    return _filled(text, values, language) if values else text


def plural(singular: str, plural_message: str, count: int, /, **values: Any) -> str:
    """Translate a message that depends on a number; its field `count` shows the number.

    Examples
    --------
    >>> plural("{count} path", "{count} paths", 1), plural("{count} path", "{count} paths", 4096)
    ('1 path', '4096 paths')
    """
    language = current()
    if language == ENGLISH:
        text = singular if count == 1 else plural_message
    else:
        text = _catalogue(language).ngettext(singular, plural_message, count)
    return _filled(text, {"count": digits(str(count)), **values}, language)


def _filled(text: str, values: dict[str, Any], language: str) -> str:
    """Fill in values; in Russian the full stop of an abbreviation at the end of a sentence ends the sentence too."""
    result = text.format(**values)
    return _TWO_STOPS.sub(".", result) if language == "ru" else result


def mark(message: str, /) -> str:
    """Return a message unchanged; `make messages` collects it, and `_` translates it where it is shown.

    Examples
    --------
    >>> mark("median")
    'median'
    """
    return message


def original(text: str) -> str:
    """Return text that stays English as escaped HTML, marked as English in the other editions.

    Examples
    --------
    >>> original("Customs & ports")
    'Customs &amp; ports'
    >>> with use_language("zh"):
    ...     original("Customs & ports")
    '<span lang="en">Customs &amp; ports</span>'
    """
    return escape(text) if current() == ENGLISH else f'<span lang="en">{escape(text)}</span>'


def digits(number: str) -> str:
    """Return a number, written as Python writes it, with the separators of the language in use.

    The digits themselves stay, so that every edition shows the same numbers: Babel would round the value again.

    Parameters
    ----------
    number : str
        Such as ``"-1234.5"``; commas or narrow spaces between groups of three are kept as groups.

    Examples
    --------
    >>> digits("1,234.5")
    '1,234.5'
    >>> with use_language("ru"):
    ...     digits("4,096"), digits("0.25")
    ('4\u202f096', '0,25')
    """
    if current() == ENGLISH:
        return number
    decimal, group = _separators(current())
    whole, point, fraction = number.partition(".")
    return whole.replace(",", group).replace(_NARROW_SPACE, group) + (decimal + fraction if point else "")


def day(iso: str) -> str:
    """Write a day of the form ``2026-11-20`` for readers.

    Examples
    --------
    >>> day("2026-11-20")
    '20 November 2026'
    >>> with use_language("zh"):
    ...     day("2026-11-20")
    '2026年11月20日'
    """
    from datetime import date

    from babel.dates import format_date

    pattern = "d MMMM y" if current() == ENGLISH else "long"
    return format_date(date.fromisoformat(iso[:10]), pattern, locale=current())


def month(iso: str) -> str:
    """Write a month of the form ``2026-11`` for readers, in the nominative.

    Examples
    --------
    >>> month("2026-11")
    'November 2026'
    >>> with use_language("ru"):
    ...     month("2026-11")
    'ноябрь 2026\u202fг.'
    """
    from datetime import date

    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", date.fromisoformat(f"{iso[:7]}-01"), locale=current())


def note_miss(message: str) -> None:
    """Record text that is shown in English although the edition is in another language.

    Examples
    --------
    >>> note_miss("Trade")
    >>> take_misses()
    ('Trade',)
    """
    _missed[message] = None
    target = os.environ.get(MISSES)
    if target:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(message)}\n")


def take_misses() -> tuple[str, ...]:
    """Return the messages that this process showed in English for want of a translation, and forget them.

    Examples
    --------
    >>> with use_language("ru"):
    ...     _("no translation has this"), take_misses(), take_misses()
    ('no translation has this', ('no translation has this',), ())
    """
    messages = tuple(_missed)
    _missed.clear()
    return messages


def noted_misses(path: Path) -> list[str]:
    """Return the messages that a kernel has noted as missing, each once.

    Examples
    --------
    >>> noted_misses(Path("there is none"))
    []
    """
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line) for line in lines))


def has_translation(message: str, language: str) -> bool:
    """Tell whether the catalogue of a language has a message; English has all, and signs such as ``%`` need none.

    Examples
    --------
    >>> has_translation("no translation has this", "en"), has_translation("no translation has this", "ru")
    (True, False)
    """
    return language == ENGLISH or not _LETTER.search(message) or message in _known(language)


class _Recorder(NullTranslations):
    """Stand behind the catalogue of a language: show English and record that it was shown."""

    def gettext(self, message: str) -> str:
        if _LETTER.search(message):
            note_miss(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        note_miss(msgid1)
        return msgid1 if n == 1 else msgid2


def catalogue_files(language: str) -> list[Path]:
    """Return the catalogues of a language: those of the package, then those of the workspace.

    Examples
    --------
    >>> sorted({path.suffix for path in catalogue_files("ru")})
    ['.po']
    """
    own = sorted((CATALOGUES / language / "LC_MESSAGES").glob("*.po"))
    home = os.environ.get("EASTBOUND_HOME")
    return [*own, *(sorted(Path(home, "locale", language).glob("*.po")) if home else [])]


@cache
def _catalogue(language: str) -> GNUTranslations:
    """Compile the catalogues of a language in memory, so that no binary file can be older than its text."""
    from babel.messages.mofile import write_mo

    binary = BytesIO()
    write_mo(binary, _merged(language))
    binary.seek(0)
    translations = GNUTranslations(binary)  # type: ignore[arg-type]
    translations.add_fallback(_Recorder())
    return translations


@cache
def _known(language: str) -> frozenset[str]:
    """Return the messages with a translation; a plural counts by its singular."""
    return frozenset(
        message.id if isinstance(message.id, str) else message.id[0]
        for message in _merged(language)
        if message.id and message.string and all(message.string) and not message.fuzzy
    )


@cache
def _merged(language: str) -> Catalog:
    """Return the catalogues of a language as one; a message of the workspace prevails over one of the package."""
    from babel.messages.catalog import Catalog

    merged = Catalog(locale=language, fuzzy=False)
    for path in catalogue_files(language):
        for message in read_catalogue(path, language):
            if message.id and message.string:
                merged.delete(message.id)  # what is set again would keep its first translation
                merged[message.id] = message
    return merged


def read_catalogue(path: Path, language: str) -> Catalog:
    """Read one file of translations.

    Raises
    ------
    InputError
        If it is no valid PO file.
    """
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        message = f"translations `{path.name}` ({language}) cannot be read: {error}; correct the file."
        raise InputError(message) from error


@cache
def _separators(language: str) -> tuple[str, str]:
    from babel import Locale

    symbols = Locale.parse(language).number_symbols["latn"]
    return symbols["decimal"], symbols["group"].replace("\N{NO-BREAK SPACE}", _NARROW_SPACE)
