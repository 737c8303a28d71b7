"""Plan a report, run its notebooks through papermill, and render self-contained pages, an index and a manifest."""

import sys


def _import_jsonschema_quickly() -> None:
    """Import jsonschema without its check of web addresses.

    nbformat needs jsonschema, which builds a grammar for that check when it is imported: two seconds
    in every process of a run, for a kind of field that notebooks do not have.
    """
    slow = "rfc3987_syntax"
    if "jsonschema" in sys.modules or slow in sys.modules:
        return
    sys.modules[slow] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401
    finally:
        del sys.modules[slow]


_import_jsonschema_quickly()
