"""Reference lines and warning signs of offers, read from data files, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from daihou.errors import LawError
from daihou.law.model import Grade
from daihou.loanmath.rates import YearlyRate
from daihou.loanmath.words import Lender, Severity

Words = Annotated[str, Field(min_length=1)]


class Sourced(BaseModel):
    """What every fact carries: both languages, instrument, article, grade, source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Words
    zh: Words
    en: Words
    instrument: Words
    article: Words
    grade: Grade
    source: Words
    in_force_from: date | None = None
    note: str = ""


class Line(Sourced):
    """A share of income that dues on ``on`` (housing or all) should not pass."""

    on: Literal["housing", "all"]
    share_bp: Annotated[int, Field(gt=0, le=10_000)]

    @property
    def share(self) -> Fraction:
        """Return it as a share."""
        return Fraction(self.share_bp, 10_000)


class RateLine(Sourced):
    """A yearly rate, stated or as a multiple of the one-year LPR, for some lenders."""

    lenders: tuple[Lender, ...]
    percent: int | None = None
    times_lpr: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> RateLine:
        if (self.percent is None) == (self.times_lpr is None):
            raise ValueError("state percent or times_lpr")
        return self

    def rate(self, lpr: YearlyRate | None) -> YearlyRate | None:
        """Return the line as a rate; None while the LPR that it needs is unknown."""
        if self.percent is not None:
            return YearlyRate.of_percent(self.percent)
        assert self.times_lpr is not None, "checked when read"
        return None if lpr is None else YearlyRate(lpr.share * self.times_lpr)


class Flag(Sourced):
    """A warning sign: what it is, what to do, and the words by which an advertisement shows it.

    ``payment`` marks phrases that name a payment: 不收取前期费用 then denies them.
    """

    severity: Severity
    tell_zh: Words
    tell_en: Words
    phrases: tuple[Words, ...] = ()
    payment: bool = False


class _Lines(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    afford: tuple[Line, ...]
    rates: tuple[RateLine, ...]


class _Flags(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    clearly_bp: Annotated[int, Field(ge=0)]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class References:
    """All reference lines and warning signs that ship.

    ``clearly_bp`` is how far a true rate is above the stated one before that is a sign.
    """

    afford: tuple[Line, ...]
    rates: tuple[RateLine, ...]
    flags: tuple[Flag, ...]
    clearly_bp: int


_Shape = TypeVar("_Shape", bound=BaseModel)


def read_references(texts: Mapping[str, str]) -> References:
    """Return the lines and signs of the texts ``lines.yaml`` and ``offers.yaml``.

    Raises: LawError with every problem of the first file that is wrong.
    """
    lines = _read(texts, "lines.yaml", _Lines)
    flags = _read(texts, "offers.yaml", _Flags)
    ids = [item.id for item in (*lines.afford, *lines.rates, *flags.flags)]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise LawError("an id is used twice", twice, where="loanmath")
    return References(lines.afford, lines.rates, flags.flags, flags.clearly_bp)


def _read(texts: Mapping[str, str], name: str, shape: type[_Shape]) -> _Shape:
    try:
        return shape.model_validate(yaml.safe_load(texts[name]))
    except (yaml.YAMLError, ValidationError, KeyError) as error:
        problems = [str(error)]
        if isinstance(error, ValidationError):
            problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise LawError(f"{name} is wrong", problems, where=f"loanmath/{name}") from error
