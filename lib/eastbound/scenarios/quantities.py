"""Field types of scenario files: numbers, months, texts and distributions."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from eastbound.core.simulation.distributions import PARAMETERS, fault, quantile
from eastbound.errors import InputError
from eastbound.periods import month_ordinal

LARGEST = 1e6
# Control characters but for tabs and line feeds, surrogates, separators of lines and paragraphs, marks of direction.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Levels taken as the two ends of a distribution with infinite tails.
_ENDS = (1e-6, 1 - 1e-6)

Number: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Share: TypeAlias = Annotated[float, Field(strict=True, ge=0, le=1, description="From 0 to 1.")]


def _printable(text: str) -> str:
    """Refuse control characters and marks that reverse the direction of text: pages and terminals would obey them."""
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        message = f"contains the control character U+{ord(unprintable[0]):04X}; remove it"
        raise ValueError(message)
    if not text.strip():
        message = "must not be empty"
        raise ValueError(message)
    return text


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        message = "must be a single line"
        raise ValueError(message)
    return text


Text: TypeAlias = Annotated[str, Field(strict=True, min_length=1, max_length=2000), AfterValidator(_printable)]
Title: TypeAlias = Annotated[
    str, Field(strict=True, min_length=1, max_length=200), AfterValidator(_printable), AfterValidator(_one_line)
]
Id: TypeAlias = Annotated[
    str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*$", max_length=60, description="Small letters, digits and _.")
]


def _month(value: object) -> object:
    # YAML reads 2027-06-01 as a date, and 2027-06 as text.
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        message = f"expected a month such as 2027-06, got `{value}`"
        raise ValueError(message)
    try:
        ordinal = month_ordinal(value)
    except InputError:
        message = f"expected a month such as 2027-06, got `{value}`"
        raise ValueError(message) from None
    if not 1990 <= ordinal // 12 <= 2200:
        message = f"expected a month between 1990 and 2200, got `{value}`"
        raise ValueError(message)
    return value


Month: TypeAlias = Annotated[
    str, BeforeValidator(_month), Field(pattern=r"^\d{4}-\d{2}$", description="A month such as 2027-06.")
]


class Entry(BaseModel):
    """A frozen mapping that allows no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Based(Entry):
    """An entry that states the basis of its numbers."""

    source: Text | None = Field(None, description="Where the numbers are published.")
    judgement: Text | None = Field(None, description="Why the numbers are assumed.")

    @property
    def based(self) -> bool:
        """Whether the entry states a source or a judgement."""
        return bool(self.source or self.judgement)


def needs_basis(entry: Based) -> Based:
    """Raise an error if an entry states neither source nor judgement.

    Raises
    ------
    ValueError
        If both are missing.

    Examples
    --------
    >>> needs_basis(Normal(dist="normal", mean=0, sd=1, source="a page")).based
    True
    """
    if not entry.based:
        message = "needs `source` (where the numbers are published) or `judgement` (why they are assumed)"
        raise ValueError(message)
    return entry


class _Shape(Based):
    """Fields and checks common to all distributions."""

    @model_validator(mode="after")
    def _possible(self) -> _Shape:
        problem = fault(self.spec())
        if problem:
            raise ValueError(problem)
        return self

    def spec(self) -> dict[str, Any]:
        """Return the argument of `eastbound.core.simulation.distributions.quantile`."""
        given = self.model_dump(exclude_none=True)
        return {key: given[key] for key in ("dist", *PARAMETERS[given["dist"]], "min", "max") if key in given}


class _NumberShape(_Shape):
    unit: Literal["log"] | None = Field(None, description="`log` for effects: a change of the natural logarithm.")
    min: Number | None = None
    max: Number | None = None

    def inside(self, low: float, high: float) -> bool:
        """Return whether all but one millionth of each tail lies in a range."""
        ends = quantile(self.spec(), _ENDS)
        return bool(low <= ends[0] and ends[1] <= high)


class Fixed(_NumberShape):
    """A known number."""

    dist: Literal["fixed"]
    value: Number


class Uniform(_NumberShape):
    """All numbers between two bounds are equally likely."""

    dist: Literal["uniform"]
    low: Number
    high: Number


class Normal(_NumberShape):
    """Normal distribution."""

    dist: Literal["normal"]
    mean: Number
    sd: Number


class LogNormal(_NumberShape):
    """Lognormal distribution; `sigma` is the standard deviation of the logarithm."""

    dist: Literal["lognormal"]
    median: Number
    sigma: Number


class Triangular(_NumberShape):
    """Triangular distribution."""

    dist: Literal["triangular"]
    low: Number
    mode: Number
    high: Number


class Beta(_NumberShape):
    """Beta distribution of a share between 0 and 1."""

    dist: Literal["beta"]
    a: Number
    b: Number


class Gamma(_NumberShape):
    """Gamma distribution: a yearly rate after `shape` events in `rate` years."""

    dist: Literal["gamma"]
    shape: Number
    rate: Number


def _bare(value: object) -> object:
    """Read a bare number as a fixed distribution."""
    # In Python a truth value is an integer; in a scenario file it is a mistake.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"dist": "fixed", "value": value}
    return value


_AnyNumber: TypeAlias = Fixed | Uniform | Normal | LogNormal | Triangular | Beta | Gamma
Quantity: TypeAlias = Annotated[
    Annotated[_AnyNumber, Field(discriminator="dist")],
    BeforeValidator(_bare, json_schema_input_type=float | Annotated[_AnyNumber, Field(discriminator="dist")]),
]


class _DateShape(_Shape):
    def spec(self) -> dict[str, Any]:
        """Return the distribution over month ordinals; `high` includes its month."""
        given = self.model_dump(exclude_none=True)
        if "sd_months" in given:
            given["sd"] = given["sd_months"]
        spec = {key: given[key] for key in ("dist", *PARAMETERS[given["dist"]])}
        return {
            key: month_ordinal(value) + (key == "high") if isinstance(value, str) and key != "dist" else value
            for key, value in spec.items()
        }


class FixedDate(_DateShape):
    """A known month."""

    dist: Literal["fixed"]
    value: Month


class UniformDate(_DateShape):
    """All months from `low` to `high`, both included, are equally likely."""

    dist: Literal["uniform"]
    low: Month
    high: Month


class NormalDate(_DateShape):
    """Normal distribution around a month."""

    dist: Literal["normal"]
    mean: Month
    sd_months: Number


class TriangularDate(_DateShape):
    """Triangular distribution from `low` to the end of `high`."""

    dist: Literal["triangular"]
    low: Month
    mode: Month
    high: Month


class LogLogisticDate(_DateShape):
    """Shifted log-logistic distribution through three quantiles; the longer side has the heavier tail."""

    dist: Literal["loglogistic"]
    median: Month
    p10: Month
    p90: Month


When: TypeAlias = Annotated[
    FixedDate | UniformDate | NormalDate | TriangularDate | LogLogisticDate, Field(discriminator="dist")
]
