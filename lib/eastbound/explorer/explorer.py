"""The page of sliders: widgets that read and write a session, see `explore`."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eastbound.constants import SEED, UNTIL
from eastbound.errors import EastboundError
from eastbound.explorer.picture import new_picture, threshold_frame
from eastbound.explorer.session import MOVING_DRAWS, RESTING_DRAWS, Session, start
from eastbound.periods import month_text
from eastbound.plots.style import numbers
from eastbound.scenarios.controls import Control
from eastbound.scenarios.saving import save_changed

if TYPE_CHECKING:
    import ipywidgets

    from eastbound.evidence.book import Evidence

READ_ONLY: Final = "EASTBOUND_READ_ONLY"  # set by `eastbound serve`: nothing is saved from a shared page
_PAUSE: Final = 0.7  # seconds without a change after which the picture is drawn with more draws
_WIDE: Final[dict[str, str]] = {"width": "430px"}


def explore(
    subject: str = "primorye",
    *,
    base: str = "baseline",
    book: Evidence | None = None,
    seed: int = SEED,
    until: int = UNTIL,
    home: str | Path | None = None,
) -> ipywidgets.Widget:
    """Show sliders for the numbers of a scenario; fan, thresholds and difference from the baseline follow at once.

    Parameters
    ----------
    subject : str
        A subject such as ``"primorye"``, ``"trade"`` or ``"pipelines"``, or the id of a series.
    base : str
        The scenario to change.
    book : Evidence, optional
        The evidence to forecast from; default is everything known.
    seed : int
        Root entropy.
    until : int
        Last year of the forecast.
    home : path, optional
        Workspace that gets saved scenarios; found by itself when not given.

    Returns
    -------
    ipywidgets.Widget
        As the last expression of a notebook cell it shows itself.

    Raises
    ------
    UnknownName
        If there is no such subject, series or scenario.

    Notes
    -----
    While a slider moves the picture rests on few draws, and says so. All pictures share their random numbers.
    """
    home = None if home is None else Path(home)
    session = start(subject, base=base, book=book, seed=seed, until=until, home=home)
    return Explorer(session).page()


class Explorer:
    """Widgets bound to a session; `explore` makes one.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        import ipywidgets as widgets

        self.session, self.picture = session, new_picture()
        self.controls = {control.key: control for control in session.controls()}
        self.image, self.text, self.table, self.message = (widgets.HTML() for _ in range(4))
        self.sliders = widgets.VBox()
        groups = list(dict.fromkeys(control.group for control in self.controls.values()))
        self.group = widgets.Dropdown(description="Change", options=groups, layout=_WIDE)
        self.views = widgets.Textarea(
            description="Views", layout=_WIDE, continuous_update=False,
            placeholder=f"mean({session.series}, 2030) >= …",
        )  # fmt: skip
        self._later: asyncio.TimerHandle | None = None
        self.group.observe(lambda _: self._show_group(), "value")
        self.views.observe(lambda change: self._set_views(change["new"]), "value")
        self._show_group()
        self.redraw(RESTING_DRAWS)

    def page(self) -> ipywidgets.Widget:
        """Return the whole page."""
        import ipywidgets as widgets

        reset = _button("Reset", self.reset)
        code = widgets.Textarea(description="Code", layout={"width": "98%", "height": "320px", "display": "none"})
        show = _button("Show the code", lambda: _reveal(code, self.session.code()))
        parts = [self.group, self.sliders, self.views, widgets.HBox([reset, show]), *self._saving(), self.message]
        columns = widgets.HBox(
            [widgets.VBox(parts), widgets.VBox([self.image, self.table, self.text], layout={"flex": "1 1 480px"})],
            layout={"flex_flow": "row wrap"},
        )
        page = widgets.VBox([columns, code])
        page.add_class("eastbound-explorer")
        return page

    def change(self, key: str, value: float | bool) -> None:
        """Set a control and redraw with few draws; a moment without a change brings the many."""
        if value == self.controls[key].value and not key.startswith("path."):
            self.session.changes.pop(key, None)
        else:
            self.session.changes[key] = value
        self.redraw(MOVING_DRAWS)
        self._redraw_later()

    def redraw(self, draws: int) -> None:
        """Simulate and draw, or say why that is not possible and leave the last picture."""
        try:
            ens = self.session.ensemble(draws)
            png, alt = self.picture.drawn(self.session, ens)
            table = numbers.html(threshold_frame(self.session, ens), caption=f"Probability in a year ({draws:,} draws)")
        except EastboundError as problem:
            self._say(f"Not drawn: {problem}")
            return
        self._say("")
        # an image widget would have no text alternative
        content = base64.b64encode(png).decode("ascii")
        self.image.value = f'<img src="data:image/png;base64,{content}" alt="{escape(alt)}" style="max-width:100%">'
        self.table.value = table
        self.text.value = f'<p style="max-width:580px;line-height:1.4">{escape(alt)}</p>'

    def reset(self) -> None:
        """Return to the base scenario without views."""
        self.session.changes.clear()
        self.views.value = ""
        self._show_group()
        self.redraw(RESTING_DRAWS)

    def save(self, name: str, title: str) -> None:
        """Save the changed scenario into the workspace, or say why that is not possible."""
        session = self.session
        changes = {key: value for key, value in session.changes.items() if not key.startswith("path.")}
        try:
            dropped = session.statements()
            options: dict[str, Any] = {"name": name.strip(), "title": title, "as_of": session.book.as_of}
            path = save_changed(session.base, changes, home=session.home, **options)
        except (EastboundError, OSError) as problem:
            self._say(f"Not saved: {problem}")
            return
        views = "; ".join(str(view) for view in dropped)
        note = f" A scenario holds no views; give them to the forecast: {views}." if views else ""
        self._say(f"Saved as {path.name}; the next report has it.{note}")

    def _saving(self) -> list[Any]:
        import ipywidgets as widgets

        if os.environ.get(READ_ONLY):
            return [widgets.HTML("<p>This page is shared: nothing is saved from it.</p>")]
        name = widgets.Text(description="Name", placeholder="small_letters", layout=_WIDE)
        title = widgets.Text(description="Title", layout=_WIDE)
        return [name, title, _button("Save as scenario", lambda: self.save(name.value, title.value))]

    def _set_views(self, text: str) -> None:
        self.session.views = text
        self.redraw(MOVING_DRAWS)
        self._redraw_later()

    def _show_group(self) -> None:
        import ipywidgets as widgets

        shown = [control for control in self.controls.values() if control.group == self.group.value]
        heading = widgets.HTML(f'<h3 style="margin:0">{escape(str(self.group.value))}</h3>')
        self.sliders.children = [heading, *(row for control in shown for row in self._row(control))]

    def _row(self, control: Control) -> Iterable[Any]:
        import ipywidgets as widgets

        value = self.session.changes.get(control.key, control.value)
        widget = _widget(control, value)
        widget.observe(lambda change: self.change(control.key, change["new"]), "value")
        unit = f", {numbers.unit_text(control.unit) or control.unit}" if control.unit else ""
        kind, _, text = control.basis.partition(": ")
        label = f"<b>{escape(control.label)}</b>{escape(unit)}"
        if control.kind == "switch":
            label = ""
        basis = f"<details><summary>{escape(kind)}</summary>{escape(text)}<br>{escape(control.help)}</details>"
        note = f'<div style="max-width:430px;line-height:1.3">{label}{basis}</div>'
        return [widgets.HTML(note), widget]

    def _redraw_later(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # outside a kernel nobody waits for a finer picture
            return
        if self._later is not None:
            self._later.cancel()
        self._later = loop.call_later(_PAUSE, self.redraw, RESTING_DRAWS)

    def _say(self, text: str) -> None:
        self.message.value = f'<p role="status" style="max-width:430px">{escape(text)}</p>'


def _widget(control: Control, value: float | bool) -> Any:
    """Return the slider or switch of a control."""
    import ipywidgets as widgets

    if control.kind == "switch":
        return widgets.Checkbox(value=bool(value), description=control.label, indent=False)
    if control.kind == "month":
        options = [(month_text(month), float(month)) for month in range(int(control.low), int(control.high) + 1)]
        return widgets.SelectionSlider(options=options, value=float(value), layout=_WIDE, tooltip=control.label)
    return widgets.FloatSlider(
        value=value, min=control.low, max=control.high, step=control.step, readout_format=".3g", layout=_WIDE,
        tooltip=control.label,
    )  # fmt: skip


def _button(text: str, action: Callable[[], None]) -> Any:
    import ipywidgets as widgets

    button = widgets.Button(description=text)
    button.on_click(lambda _: action())
    return button


def _reveal(area: Any, text: str) -> None:
    area.value, area.layout.display = text, ""
