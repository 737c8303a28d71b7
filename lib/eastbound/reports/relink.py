"""Put other links into a finished page, without a worker.

The header of every page lists the titles of the others, so a title that changed would have each of them rendered again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from eastbound.language import _, use_language
from eastbound.reports.page_cache import keep_page
from eastbound.reports.render import Link, render_links
from eastbound.reports.worker import Task


def relink_page(task: Task) -> Task | None:
    """Return a task whose cached page has the links of its frame; None if the page must be rendered for them.

    Parameters
    ----------
    task : Task
        Of a page of which the cache has everything but its present links.
    """
    cached, frame = task.cached, task.frame
    if cached is None or cached.links is None:
        return None
    before = [[Link(*link) for link in links] for links in json.loads(cached.links)]
    html: str | None = cached.files[".html"].decode()
    with use_language(frame.lang):
        blocks = [(_("Reports"), before[0], frame.notebooks), (_("Scenarios"), before[1], frame.scenarios)]
        for label, old, new in blocks:
            html = _replaced(html, label, old=old, new=new) if html is not None else None
    if html is None:
        return None
    files = {**cached.files, ".html": html.encode()}
    renewed = replace(cached, files=files, links=None)
    keep_page(task.key, task.inputs, renewed)
    return replace(task, cached=renewed)


def _replaced(html: str, label: str, *, old: Sequence[Link], new: Sequence[Link]) -> str | None:
    """Return a page with other links under a label; None if they cannot be told from the rest of it."""
    if list(old) == list(new):
        return html
    block = render_links(label, old)
    # A template of the user's may show links in another form, and a single link is not shown at all.
    if len(old) != len(new) or html.count(block) != 1:
        return None
    return html.replace(block, render_links(label, new))
