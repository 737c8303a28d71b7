"""Watch a run: which alerts are raised, which figures are too old, and since when nothing has been published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from eastbound.constants import DRAWS, SEED, UNTIL
from eastbound.evidence.book import Evidence
from eastbound.files import write_bytes, write_text
from eastbound.reports.freshness import Age, read_ages
from eastbound.reports.history.locate import run_folders
from eastbound.reports.pages import Plan
from eastbound.reports.unattended.mail import Item, write_mail
from eastbound.reports.vintage import load_book
from eastbound.risk.alerts import Alert, AlertFile, Checked, check_alerts, load_alerts
from eastbound.typing import Record

FILE: Final = "alerts.json"
MAIL: Final = "alerts.eml"
_SCHEMA: Final = "alerts/1"
_ENSEMBLE: Final = ("draws", "seed", "until", "quick")


@dataclass(frozen=True)
class Stale:
    """Report figures that are older than they may be.

    Parameters
    ----------
    series : str
        Id; empty for the evidence as a whole.
    text : str
        The age in words, with its limit.
    why : str
        The reason for the limit.
    """

    series: str
    text: str
    why: str

    def as_record(self) -> Record:
        """Return the finding as a JSON record."""
        return {"series": self.series or None, "text": self.text, "why": self.why}


@dataclass(frozen=True)
class Watch:
    """Hold what a run watched.

    Parameters
    ----------
    day : str
        Day on which ages are counted: that of the run, or of the evidence when an as-of date was given.
    released : str
        Day of the newest published figure.
    stale : tuple of Stale
    alerts : tuple of Checked
        Empty unless alerts were asked for.
    asked : bool
        Whether alerts were asked for; without, stale figures are a warning only.
    """

    day: str
    released: str
    stale: tuple[Stale, ...] = ()
    alerts: tuple[Checked, ...] = ()
    asked: bool = False

    @property
    def raised(self) -> list[Checked]:
        """Alerts whose limit is passed."""
        return [checked for checked in self.alerts if checked.state == "raised"]

    @property
    def unknown(self) -> list[Checked]:
        """Alerts that have no answer in this run."""
        return [checked for checked in self.alerts if checked.state == "unknown"]

    @property
    def alerting(self) -> bool:
        """Whether the run ends with exit code 3, if nothing else is wrong with it."""
        return self.asked and bool(self.raised or self.stale)

    def as_record(self) -> Record:
        """Return what was watched as a JSON record."""
        return {
            "day": self.day,
            "no_release_since": self.released,
            "stale": [stale.as_record() for stale in self.stale],
            "alerts": [checked.as_record() for checked in self.alerts] if self.asked else None,
        }

    def lines(self) -> list[str]:
        """Return what needs attention, one line each."""
        lines = [f"alert {item.head}" for item in map(_item, self.raised)]
        lines += [f"alert `{checked.alert.id}` could not be checked: {checked.reason}" for checked in self.unknown]
        return lines + [f"stale: {stale.text}" for stale in self.stale]


def read_limits(plan: Plan, *, alert: bool) -> AlertFile:
    """Return what a run watches, refusing a wrong file before anything runs.

    Raises
    ------
    ScenarioError
        If ``params/alerts.yml`` breaks its format.
    """
    limits = load_alerts(plan.home)
    return limits if alert else limits.model_copy(update={"alerts": ()})


def watch_run(plan: Plan, limits: AlertFile, run: str, *, folder: Path, alert: bool) -> Watch:
    """Check ages and alerts; with alerts, write ``alerts.json`` and, if one is raised or figures are stale, a mail.

    Parameters
    ----------
    plan : Plan
    limits : AlertFile
        From `read_limits`.
    run : str
        Id of the run, whose first eight digits are its day.
    folder : Path
        Working folder of the run.
    alert : bool
        Whether alerts were asked for.
    """
    book = load_book(plan.home, plan.vintage.as_of, data=plan.snapshot.tables)
    dated = any(page.given.get("as_of") for page in plan.pages)
    today = date.fromisoformat(plan.vintage.as_of) if dated else _day(run)
    # the default day of the evidence is that of its newest published figure
    last = plan.vintage.as_of
    stale = (*_old_release(limits, last, today=today), *_old_figures(limits, book, today=today))
    if not alert:
        return Watch(str(today), last, stale)
    settings = _settings(plan, dated=dated)
    earlier = _earlier_states(plan.out, run, settings)
    checked = check_alerts(limits.alerts, lambda each: _answer(plan, each, book), run=run, earlier=earlier)
    watch = Watch(str(today), last, stale, tuple(checked), asked=True)
    record = {"schema": _SCHEMA, "run": run, "settings": settings, **watch.as_record()}
    write_text(folder / FILE, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    if watch.alerting:
        write_bytes(folder / MAIL, _mail(plan, limits, watch, run=run))
    return watch


def _day(run: str) -> date:
    return datetime.strptime(run[:8], "%Y%m%d").replace(tzinfo=UTC).date()


def _old_release(limits: AlertFile, released: str, *, today: date) -> Iterable[Stale]:
    days = (today - date.fromisoformat(released)).days
    if limits.release is not None and days > limits.release.days:
        text = f"no release since {released}, {days} days ago; the limit is {limits.release.days}"
        yield Stale("", text, limits.release.why)


def _old_figures(limits: AlertFile, book: Evidence, *, today: date) -> Iterable[Stale]:
    ages: dict[str, Age] = {age.series: age for age in read_ages(book, [a.series for a in limits.ages], today=today)}
    for limit in limits.ages:
        age = ages.get(limit.series)
        if age is None:
            yield Stale(limit.series, f"{limit.series}: no figure", limit.why)
        elif age.months > limit.months:
            yield Stale(limit.series, f"{age.as_text()}; the limit is {limit.months}", limit.why)


def _settings(plan: Plan, *, dated: bool) -> Record:
    """Return what makes the alerts of two runs comparable: a trial or an old day must not decide those of today."""
    return {
        "as_of": plan.vintage.as_of if dated else None,
        "quick": any(page.values.get("quick") for page in plan.pages),
        **plan.assumptions.as_record(),
    }


def _earlier_states(out: Path, run: str, settings: Mapping[str, Any]) -> list[Mapping[str, object]]:
    """Return the alerts of the newest earlier run with the same settings; none if there is no such run."""
    for folder in reversed(run_folders(out)):
        try:
            record = json.loads((folder / FILE).read_text(encoding="utf-8"))
            if folder.name != run and record["schema"] == _SCHEMA and record["settings"] == settings:
                return list(record["alerts"])
        except (OSError, ValueError, KeyError, TypeError):  # no alerts then, or a damaged file
            continue
    return []


def _answer(plan: Plan, alert: Alert, book: Evidence) -> Record:
    """Answer an alert's question from the ensemble of the run's pages."""
    from eastbound.ensemble.with_views import simulate_viewed
    from eastbound.risk.questions import ask

    held = plan.assumptions.views_of(alert.scenario)
    settings = next((page.values for page in plan.pages if page.scenario and "draws" in page.values), {})
    options = {"draws": DRAWS, "seed": SEED, "until": UNTIL}
    options |= {name: settings[name] for name in _ENSEMBLE if name in settings}
    ens, _ = simulate_viewed(alert.scenario, held, book=book, home=plan.home, **options)
    return ask(alert.expr, scenario=alert.scenario, book=book, ens=ens, home=plan.home)[0]


def _mail(plan: Plan, limits: AlertFile, watch: Watch, *, run: str) -> bytes:
    names = {page.name for page in plan.pages}
    base = f"{limits.mail.address.rstrip('/')}/{run}" if limits.mail and limits.mail.address else str(plan.out / run)
    items = [_item(checked, link=f"{base}/{_page(checked.alert, names)}") for checked in watch.raised]
    items += [Item(f"stale: {stale.text}", stale.why, f"{base}/index.html") for stale in watch.stale]
    sender, recipients = (limits.mail.sender, limits.mail.to) if limits.mail else ("", ())
    return write_mail(items, run=run, as_of=plan.vintage.as_of, sender=sender, recipients=recipients)


def _page(alert: Alert, names: set[str]) -> str:
    """Return the address of an alert's page in the run's folder, or of the index if the run has no such page."""
    notebook, mark, heading = alert.page.partition("#")
    for name in (f"{alert.scenario}/{notebook}", notebook):
        if name in names:
            return f"{name}.html{mark}{heading}"
    return "index.html"


def _item(checked: Checked, link: str = "") -> Item:
    alert = checked.alert
    side = "below" if alert.above is None else "above"
    value = "never" if checked.value is None else f"{checked.value:.4g}"
    error = f" ± {checked.mcse:.2g} (Monte-Carlo standard error)" if checked.mcse else ""
    near = ", too close to the limit to be called off" if checked.near else ""
    head = f"{alert.id}: {alert.expr} is {value}{error}, {side} {alert.limit:g} {alert.unit}"
    return Item(f"{head}; raised since run {checked.since}{near}", alert.why, link)
