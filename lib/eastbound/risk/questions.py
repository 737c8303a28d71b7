"""Standing questions: ``params/questions.yml`` answered from an ensemble, and questions written on the spot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
import xarray as xr
from pydantic import AfterValidator, Field, model_validator

from eastbound.constants import DRAWS, SEED, UNTIL
from eastbound.ensemble.simulate import simulate
from eastbound.ensemble.with_views import follow_views
from eastbound.errors import InputError, UnknownName
from eastbound.risk.answers import LEVEL, Answer, Answers, scenarios_in
from eastbound.scenarios.quantities import Entry, Id, Text
from eastbound.scenarios.reader import parse_question
from eastbound.scenarios.typed_file import params_path, read_typed, repeated
from eastbound.typing import Record
from eastbound.values import listed

if TYPE_CHECKING:
    from eastbound.evidence.book import Evidence

FILE: Final = Path("params", "questions.yml")
_POSITION: Final = re.compile(r"^question `[^`]*`(, character \d+)?: ")
_DIGITS: Final = 7  # significant digits in a record, more than any error allows


def _question(text: str) -> str:
    try:
        parse_question(text)
    except InputError as error:
        raise ValueError(str(error)) from None
    return text


class Asked(Entry):
    """One expression of a question.

    Attributes
    ----------
    label : str
        What the expression gives, in words that say whether a year's own figure or any year to it is meant.
    expr : str
        In the language of `eastbound.scenarios.reader`.
    unit : str
        Replaces the unit of the expression, where a factor in it changes the unit.
    """

    label: Text
    expr: Annotated[str, Field(strict=True, min_length=1), AfterValidator(_question)]
    unit: str = ""


class StandingQuestion(Entry):
    """A question of ``params/questions.yml``.

    Attributes
    ----------
    id : str
    question : str
        In words.
    asks : tuple of Asked
        The first one is the answer, the others are its parts.
    basis : {"computed", "judgement"}
        ``judgement`` where a judged parameter decides the answer.
    assumptions : tuple of str
        What the answer rests on.
    notebook : str
        Page and heading, such as ``20_primorye#The-share-and-its-fan``.
    missing : str
        The figure that would answer it; only where nothing is asked, or for the part that is not answered.
    """

    id: Id
    question: Text
    asks: tuple[Asked, ...] = ()
    basis: Literal["computed", "judgement"] = "computed"
    assumptions: tuple[Text, ...] = ()
    notebook: Text
    missing: str = ""

    @model_validator(mode="after")
    def _check(self) -> StandingQuestion:
        if not self.asks and not self.missing:
            message = "a question without `asks` names in `missing` the figure that would answer it"
            raise ValueError(message)
        if self.asks and not self.assumptions:
            message = "a question that is answered names its `assumptions`"
            raise ValueError(message)
        return self


class QuestionFile(Entry):
    """All standing questions, each id once."""

    format: Literal[1] = 1
    questions: Annotated[tuple[StandingQuestion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> QuestionFile:
        if twice := repeated(question.id for question in self.questions):
            message = f"the id `{twice}` stands twice; give each question its own"
            raise ValueError(message)
        return self


def load_questions(home: str | Path | None = None) -> tuple[StandingQuestion, ...]:
    """Read the standing questions of a workspace.

    Parameters
    ----------
    home : path, optional
        Workspace; one without the file takes that of the package.

    Raises
    ------
    ScenarioError
        If the file breaks its format or an expression cannot be read: file, line and position.

    Examples
    --------
    >>> len(load_questions())
    35
    """
    return read_typed(QuestionFile, params_path(FILE, home)).questions


def ask(
    question: str | None = None,
    *,
    scenario: str | Sequence[str] = "baseline",
    book: Evidence | None = None,
    ens: xr.Dataset | None = None,
    home: str | Path | None = None,
    **options: Any,
) -> list[Record]:
    """Answer a question written on the spot, a standing question by its id, or all standing questions.

    Parameters
    ----------
    question : str, optional
        A text such as ``P(trade < 200 in 2028 and share > 75 in 2028)``, or an id of ``params/questions.yml``; all
        standing questions when not given. The language: `eastbound.scenarios.reader`.
    scenario : str or sequence of str
        The scenario that the question speaks of unless it names others; of several, each is answered in turn.
    book : Evidence, optional
        Default is everything known.
    ens : xarray.Dataset, optional
        From `simulate`, with the scenarios; simulated when not given.
    home : path, optional
        Workspace.
    **options
        Keyword arguments of `simulate`, such as ``draws``, ``seed`` and ``until``.

    Returns
    -------
    list of dict
        Per scenario and question: ``scenario``, ``id``, ``expr``, ``status`` (answered, judgement or no_basis),
        ``value``, ``unit``, ``interval``, ``interval_of``, ``level``, ``mcse``, ``parts``, ``assumptions``,
        ``notebook``, ``question``, ``missing`` (the figure that would answer it) and ``unanswered`` (parts without an
        answer, each with ``label`` and ``reason``).

    Raises
    ------
    InputError
        If a text is no question, names what is not there, or rests on too few draws. Of standing questions, one that
        this ensemble cannot answer has the status ``no_basis`` and the reason in ``missing`` or ``unanswered``.

    Examples
    --------
    >>> answer = ask("P(trade >= 300 by 2030)", draws=256)[0]
    >>> answer["status"], answer["unit"]
    ('answered', 'probability')
    """
    from eastbound.evidence.book import load_evidence

    standing = {each.id: each for each in load_questions(home)} if question is None or _is_id(question) else {}
    if question is not None and _is_id(question) and question not in standing:
        raise UnknownName("question", question, standing)
    if question is not None and not standing:
        parse_question(question)  # refused before anything is simulated
    book = load_evidence() if book is None else book
    folder = None if home is None else Path(home)
    if ens is None:
        defaults = {"draws": DRAWS, "seed": SEED, "until": UNTIL}
        ens = simulate(scenario, book=book, home=folder, **{**defaults, **options})
    chosen = list(standing.values()) if question is None else [standing[question]] if standing else []
    texts = [asked.expr for each in chosen for asked in each.asks] if question is None or standing else [question]
    names, compared = listed(scenario), set(scenarios_in(texts))
    answers = Answers(ens, book, scenario=names[0], others=_others(texts, ens, book=book, home=folder))
    records = []
    for name in names:
        here = answers.under(name)
        results = [_record(each, here) for each in chosen] or [_on_the_spot(here.answer(text)) for text in texts]
        records += [{"scenario": name, **result} for result in results]
        if name not in compared:
            answers.forget(name)
    return records


def _others(texts: Iterable[str], ens: xr.Dataset, *, book: Evidence, home: Path | None) -> xr.Dataset | None:
    """Simulate the scenarios that questions name and an ensemble lacks, with its draws, settings and views."""
    here = [str(name) for name in ens["scenario"].to_numpy()]
    names = [name for name in scenarios_in(texts) if name not in here]
    if not names:
        return None
    options: dict[str, Any] = {key: int(ens.attrs[key]) for key in ("draws", "seed", "until")}
    options |= {"full": bool(ens.attrs["full"]), "views": ens.attrs.get("changes", ())}
    others = simulate(names, book=book, home=home, **options)
    if not ens.attrs.get("views"):
        return others
    parts = [follow_views(others.isel(scenario=slice(k, k + 1)), ens) for k in range(len(names))]
    return xr.concat(parts, dim="scenario", combine_attrs="override")


def _is_id(text: str) -> bool:
    return text.replace("_", "").isalnum()


def _record(question: StandingQuestion, answers: Answers) -> Record:
    head: Record = {"id": question.id, "question": question.question, "notebook": question.notebook}
    results: list[tuple[Asked, Answer]] = []
    unanswered = []
    for asked in question.asks:
        try:
            results.append((asked, answers.answer(asked.expr)))
        except InputError as error:  # a short forecast, or too few draws for a condition
            unanswered.append({"label": asked.label, "reason": _reason(error)})
    answered = bool(results) and results[0][0] is question.asks[0]
    head |= {"missing": question.missing, "unanswered": unanswered}
    if not answered:
        text = question.asks[0].expr if question.asks else ""
        return {**head, **_fields(text, "no_basis", None), "assumptions": list(question.assumptions)}
    status = "answered" if question.basis == "computed" else "judgement"
    first, others = results[0], results[1:]
    fields = _fields(str(first[1].expr), status, first[1], unit=first[0].unit)
    fields["parts"] = [*fields["parts"], *_parts(others)]
    return {**head, "label": first[0].label, **fields, "assumptions": list(question.assumptions)}


def _reason(error: InputError) -> str:
    """Return why a standing question is not answered, without its text and what a reader of a page cannot change."""
    reason = _POSITION.sub("", str(error).splitlines()[0])
    return reason.partition(";")[0].rstrip(".")


def _parts(results: Sequence[tuple[Asked, Answer]]) -> Iterator[Record]:
    for asked, answer in results:
        record = _fields(answer.expr, "answered", answer, unit=asked.unit)
        keys = ("expr", "value", "unit", "interval", "mcse", "parts")
        yield {"label": asked.label, **{key: record[key] for key in keys}}


def _on_the_spot(answer: Answer) -> Record:
    record = {"id": "", "question": answer.expr, "notebook": "", **_fields(answer.expr, "answered", answer)}
    return {**record, "assumptions": [], "missing": "", "unanswered": []}


def _fields(expr: str, status: str, answer: Answer | None, *, unit: str = "") -> Record:
    if answer is None:
        empty = dict.fromkeys(("value", "unit", "interval", "interval_of", "mcse"))
        return {"expr": expr, "status": status, **empty, "level": LEVEL, "parts": []}
    return {
        "expr": expr,
        "status": status,
        "value": _rounded(answer.value),
        "unit": unit or answer.unit,
        "interval": None if answer.interval is None else [_rounded(edge) for edge in answer.interval],
        "interval_of": answer.interval_of,
        "level": LEVEL,
        "mcse": _rounded(answer.mcse),
        "parts": [{**part, "value": _rounded(part["value"])} for part in answer.parts],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.{_DIGITS}g}")
