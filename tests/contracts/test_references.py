"""A reader can follow every reference: sections of METHODS exist, and no text points to a document that is not here."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
METHODS = ROOT / "lib" / "eastbound" / "METHODS.md"
KINDS = {".py", ".yml", ".yaml", ".ipynb", ".md", ".csv", ".json", ".j2", ".html", ".toml"}
FILES = [
    path
    for folder in ("lib", "params", "notebooks", "tests")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in KINDS and path.is_file() and ".ipynb_checkpoints" not in path.parts
] + [ROOT / "README.md"]
PARAMS = sorted((ROOT / "params").rglob("*.yml"))

# "METHODS 4 row 1", "METHODS V13, V14", "METHODS sections 2.1 (pool) and 3.3", "METHODS, Rulings".
ONE = r"(?:4 row \d+|V\d+[a-z]?|\d+(?:\.\d+)?(?!\.?\d| ?%))"
CITED = re.compile(rf"METHODS(?:,? (Rulings)| (?:sections? )?({ONE}(?: \([a-z ]+\))?(?:(?:,| and|, and) {ONE})*))")
BARE = re.compile(r"\bMETHODS\b(?!\.md)")
# Plans that shaped the project and are not part of it.
ELSEWHERE = re.compile(
    r"\b(?:CONTRACTS|FEASIBILITY|PRIMORYE_SHARE)\b"
    r"|\b(?:DESIGN|FEATURES|PIPELINES|PRIMORYE|SEEDS|STYLE|TRADE)\b(?=,? (?:\d|row|§))"
)
DOCUMENT = re.compile(r"[\w./-]*\w\.md\b")


def text_of(path: Path) -> str:
    """Return a file as running text: comment marks and line ends become blanks."""
    return re.sub(r"\s*\n[\s#]*", " ", path.read_text(encoding="utf-8"))


def anchors() -> set[str]:
    """Return what METHODS offers: section numbers, rows of its table 4, validation cases, Rulings."""
    found, section = set(), ""
    for line in METHODS.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#+ (\d+(?:\.\d+)?|Rulings)\b", line):
            section = heading[1]
            found.add(section)
        elif row := re.match(r"\| (\d+|V\d+[a-z]?) \|", line):
            found.add(f"4 row {row[1]}" if section == "4" else row[1] if section == "8" else "")
    return found - {""}


def citations(text: str) -> set[str]:
    """Return every section, row or case that a text cites."""
    return {part for match in CITED.finditer(text) for part in re.findall(rf"Rulings|{ONE}", match[0])}


def sources(node: object):
    """Yield the texts of all `source` entries below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "source" else sources(value)
    elif isinstance(node, list):
        for value in node:
            yield from sources(value)


def test_the_reader_of_citations_reads_them():
    text = "(METHODS 4 row 1), METHODS V13, V14. METHODS sections 2.1 (pool) and 3.3; METHODS, Rulings; METHODS 3.1."
    assert citations(text) == {"4 row 1", "V13", "V14", "2.1", "3.3", "Rulings", "3.1"}
    assert {"1.1", "4 row 28", "V28", "Rulings"} <= anchors()


def test_every_cited_section_exists():
    known = anchors()
    missing = []
    for path in FILES:
        if path in (METHODS, Path(__file__)):
            continue
        text = text_of(path)
        missing += [f"{path.relative_to(ROOT)} cites METHODS {part}" for part in sorted(citations(text) - known)]
        if len(BARE.findall(text)) > len(CITED.findall(text)):
            missing.append(f"{path.relative_to(ROOT)} names METHODS without a section, row, case or Rulings")
    assert not missing, "\n".join(missing)


def test_no_document_is_cited_that_is_not_here():
    present = {path.name for path in ROOT.glob("*.md")} | {path.name for path in (ROOT / "reports").glob("*.md")}
    present |= {
        path.name for folder in ("lib", "notebooks", "params", "tests") for path in (ROOT / folder).rglob("*.md")
    }
    found = []
    for path in FILES:
        if path == Path(__file__):
            continue
        text = text_of(path)
        found += [f"{path.relative_to(ROOT)}: {word}" for word in ELSEWHERE.findall(text)]
        # A table of evidence may name a page whose address ends like a document.
        names = [] if path.suffix == ".csv" else DOCUMENT.findall(text)
        found += [f"{path.relative_to(ROOT)}: {name}" for name in names if Path(name).name not in present]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", PARAMS, ids=lambda p: p.relative_to(ROOT / "params").as_posix())
def test_a_source_is_a_publication(path):
    loose = [
        text for text in sources(YAML(typ="safe").load(path)) if re.search(r"METHODS|[Jj]udgement there", str(text))
    ]
    assert not loose, f"{path.name}: our own document is no source; name the publication or write a judgement: {loose}"
