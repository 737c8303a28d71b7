"""Bring the catalogues up to date: ``python -m eastbound.reports.editions.messages [code] [texts] [frame]``.

New messages are added without a translation, translations are kept, and messages that nothing uses any more are marked
obsolete. A message may stand in one catalogue only, so what several use belongs to the first of frame, texts, code.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from eastbound.files import write_bytes
from eastbound.language import CATALOGUES, ENGLISH, LANGUAGES, read_catalogue
from eastbound.reports.editions.collect import Message, domain_messages
from eastbound.scenarios.home import find_home

DOMAINS: Final = ("frame", "texts", "code")


def main(domains: list[str]) -> None:
    """Update the catalogues of some domains in every language, by default of all."""
    for domain, messages in domains_of(find_home()).items():
        for language in LANGUAGES:
            if language != ENGLISH and (not domains or domain in domains):
                update_catalogue(CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po", language, messages)


def domains_of(home: Path) -> dict[str, dict[Message, str]]:
    """Return the messages of each catalogue; one that several could hold is in the first of them."""
    taken: set[str] = set()
    result = {}
    for domain in DOMAINS:
        messages = domain_messages(domain, home)
        result[domain] = {message: name for message, name in messages.items() if _key(message) not in taken}
        taken |= {_key(message) for message in messages}
    return result


def update_catalogue(path: Path, language: str, messages: Mapping[Message, str]) -> None:
    """Write a catalogue with exactly these messages; translations that it has are kept, others become obsolete."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    template = Catalog(locale=language)
    for message, name in messages.items():
        template.add(message, locations=[(name, 0)])
    catalog = read_catalogue(path, language)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, include_lineno=False)
    header = path.read_text(encoding="utf-8").partition("\n\n")[0]
    write_bytes(path, f"{header.rstrip()}\n\n".encode() + buffer.getvalue().strip() + b"\n")


def _key(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


if __name__ == "__main__":
    main(sys.argv[1:])
