"""Show what a plan will do: which pages run, which come from the cache and why, and how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from eastbound.reports.budget import worker_count
from eastbound.reports.jobs.space import free_bytes, needed_bytes
from eastbound.reports.jobs.timings import read_timings, wall_seconds
from eastbound.reports.pages import Page, Plan
from eastbound.reports.run import find_pages

Action = Literal["run", "render", "keep"]
_VERBS: Final[Mapping[Action, str]] = {"run": "runs", "render": "is rendered anew", "keep": "is kept"}
_MB: Final = 10**6


@dataclass(frozen=True)
class Step:
    """Describe what a run will do about a page.

    Parameters
    ----------
    page : Page
    action : {"run", "render", "keep"}
        Run its notebook, render its kept cells anew, or take the finished page.
    reason : str
        Why it is not kept; empty if it is.
    seconds : float or None
        Expected time; None if no earlier run tells.
    """

    page: Page
    action: Action
    reason: str
    seconds: float | None

    def as_record(self) -> dict[str, Any]:
        """Return the step as a JSON record."""
        return {
            "page": f"{self.page.name}.html",
            "notebook": self.page.notebook.name,
            "scenario": self.page.scenario.name if self.page.scenario else None,
            "parameters": self.page.values,
            "action": self.action,
            "reason": self.reason or None,
            "seconds": None if self.seconds is None else round(self.seconds, 1),
        }

    def as_text(self) -> str:
        """Return the step in words, without the name of the page."""
        time = "" if self.action == "keep" else ", time unknown" if self.seconds is None else f", {self.seconds:.0f} s"
        return f"{_VERBS[self.action]}{time}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True)
class Preview:
    """Hold what a run of a plan will do.

    Parameters
    ----------
    plan : Plan
    steps : tuple of Step
        One per page, in the plan's order.
    jobs : int
        Pages made side by side.
    needed, free : int
        Bytes of disk that the run needs, and that are free.
    """

    plan: Plan
    steps: tuple[Step, ...]
    jobs: int
    needed: int
    free: int

    @property
    def seconds(self) -> float | None:
        """Expected time of the pages; None if no page that will be made has an earlier time."""
        known = [step.seconds for step in self.steps if step.action != "keep" and step.seconds is not None]
        made = self._count("run") + self._count("render")
        return wall_seconds(known, jobs=self.jobs) if known or not made else None

    def as_record(self) -> dict[str, Any]:
        """Return the preview as a JSON record."""
        unknown = sum(step.action != "keep" and step.seconds is None for step in self.steps)
        return {
            **self.plan.as_record(),
            "pages": [step.as_record() for step in self.steps],
            "counts": {action: self._count(action) for action in _VERBS},
            "jobs": self.jobs,
            "seconds": None if self.seconds is None else round(self.seconds, 1),
            "pages_without_time": unknown,
            "disk": {"needed": self.needed, "free": self.free},
        }

    def as_text(self) -> str:
        """Return the preview as text: a block per notebook, a line per scenario, then sums."""
        plan = self.plan
        count = f"{len(self.steps)} page{'s' * (len(self.steps) != 1)}"
        lines = [f"{count}, evidence as of {plan.vintage.as_of}, into {plan.out}"]
        width = max((len(scenario.name) for scenario in plan.scenarios), default=0)
        notebook = ""
        for step in self.steps:
            if step.page.notebook.name != notebook:
                notebook = step.page.notebook.name
                values = (f"{k}={v}" for k, v in step.page.values.items() if k not in ("scenario", "views"))
                lines.append(" ".join([notebook, *values]))
            name = step.page.scenario.name if step.page.scenario else "all scenarios"
            lines.append(f"  {name:{width}}  {step.as_text()}")
        lines += [f"passed over: {fault}" for fault in plan.skipped]
        lines += [f"own figures: {plan.assumptions.figures.as_text()}"] if plan.assumptions.figures else []
        lines += [f"view: {statement}" for statement, _ in plan.assumptions.views]
        return "\n".join([*lines, self._sums(), self._disk()])

    def _count(self, action: Action) -> int:
        return sum(step.action == action for step in self.steps)

    def _sums(self) -> str:
        counts = f"{self._count('run')} to run, {self._count('render')} to render, {self._count('keep')} kept"
        unknown = self.as_record()["pages_without_time"]
        if self.seconds is None:
            return f"{counts}; no estimate of the time: no earlier run in this folder has made these pages"
        about = f"about {self.seconds:.0f} s on {self.jobs} worker{'s' * (self.jobs != 1)}, simulations not counted"
        return f"{counts}; {about}" + (f", {unknown} without an earlier time" if unknown else "")

    def _disk(self) -> str:
        return f"disk: about {self.needed / _MB:,.0f} MB needed, {self.free / _MB:,.0f} MB free"


def preview_plan(plan: Plan, *, force: bool = False, jobs: int | None = None) -> Preview:
    """Compare every page of a plan with the cache, and estimate time and space; nothing runs.

    Parameters
    ----------
    plan : Plan
    force : bool
        Whether every page is to be made.
    jobs : int, optional
        Pages made side by side; default as in `run_report`.
    """
    timings = read_timings(plan.out)
    steps = []
    for page, (cached, reason) in zip(plan.pages, find_pages(plan, force=force), strict=True):
        action: Action = "run" if cached is None else "render" if reason else "keep"
        scenario = page.scenario.name if page.scenario else None
        seconds = timings.seconds(page.notebook.name, scenario, page.values, rendered=action == "render")
        steps.append(Step(page, action, reason, 0.0 if action == "keep" else seconds))
    made = sum(step.action != "keep" for step in steps)
    return Preview(
        plan, tuple(steps), worker_count(jobs, max(made, 1)), needed_bytes(plan.out, len(steps)), free_bytes(plan.out)
    )
