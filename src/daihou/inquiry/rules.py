"""The lender's own rules of asking, read from YAML: tiers, triggers, cool-off, caps, hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from daihou.contracts import EVENT_KINDS
from daihou.contracts.bureau import BUREAU_REPORT
from daihou.errors import InquiryError
from daihou.law import Grade


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Tier(_Shape):
    """How often a person of one risk tier is asked about; ``months`` null: on a trigger only."""

    months: Annotated[int, Field(ge=1, le=60)] | None
    triggers: bool
    zh: str
    en: str
    grade: Grade


class TriggerRule(_Shape):
    """What pulls a trigger, and for how many days after its event it may still be used."""

    days: Annotated[int, Field(ge=0, le=366)]
    from_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """Days past due at the own institution from which on it is pulled."""
    signals: tuple[Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")], ...] = ()
    """Signals of an account that pull it at orange or red."""
    events: tuple[str, ...] = ()
    """Kinds of external_event that pull it."""
    zh: str
    en: str
    grade: Grade


class Purpose(_Shape):
    """Which code of consent content names post-loan management."""

    consent_code: Annotated[str, Field(pattern=r"^[0-9]{3}$")]
    source: str
    grade: Grade


class Number(_Shape):
    """A number with its origin."""

    value: Annotated[int, Field(ge=0, le=10_000)]
    source: str
    grade: Grade


class Hours(_Shape):
    """Local hours in which orders are sent; ``to`` itself is outside."""

    from_: Annotated[time, Field(alias="from")]
    to: time
    source: str
    grade: Grade

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        if self.from_ >= self.to:
            raise ValueError("working hours end before they begin")
        return self

    def hold(self, at: datetime) -> bool:
        """Tell whether a local time lies inside."""
        opens, closes = (t.hour * 60 + t.minute for t in (self.from_, self.to))
        return opens <= at.hour * 60 + at.minute < closes


class Schedule(StrEnum):
    """By which plan people are asked about when nothing special happens."""

    OPTIMISED = "optimised"
    TIERS = "tiers"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Budget(_Shape):
    """How many looks a book may plan in a night, a calendar month and a calendar year."""

    night: Annotated[int, Field(ge=0)] | None = None
    month: Annotated[int, Field(ge=0)] | None = None
    year: Annotated[int, Field(ge=0)] | None = None


OWN_FIELDS: Final = ("dpd_max", "late_times_6m_max", "months_on_book_max")
"""Own facts of a customer that a factor may read."""
MILLION: Final = 1_000_000


class Factor(_Shape):
    """Multiplies the risk by ``percent`` where ``field`` reaches a value."""

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    at_least: int
    percent: Annotated[int, Field(ge=1, le=10_000)]


class Worth(_Shape):
    """What asking about a person is expected to be worth (查询价值); inquiry.worth computes it."""

    risk_bp: Mapping[str, Annotated[int, Field(ge=0, le=10_000)]]
    """Chance, by tier, that a look shows trouble not known yet when the last is long ago."""
    factors: Annotated[tuple[Factor, ...], Field(max_length=12)] = ()
    """Over columns of the last bureau_report, and card_use_bp."""
    own_factors: Annotated[tuple[Factor, ...], Field(max_length=6)] = ()
    """Over own facts of the customer: dpd_max, late_times_6m_max, months_on_book_max."""
    no_report_percent: Annotated[int, Field(ge=1, le=10_000)]
    """Takes the place of ``factors`` while there is no report yet."""
    stale_days: Annotated[int, Field(ge=1, le=3_650)]
    """After so many days a report tells nothing more of today."""
    beside_minor: Annotated[int, Field(ge=0, le=10**12)] = 0
    """What a case of trouble costs beside the money at stake; minor units."""
    least_minor: Annotated[int, Field(ge=0)] = 0
    """Under the optimised plan, less worth than this is not asked; minor units."""
    source: str
    grade: Grade

    @model_validator(mode="after")
    def _stays_whole(self) -> Worth:
        """Refuse factors that together leave the range in which SQL counts in whole numbers."""
        known = {column.name for column in BUREAU_REPORT.columns} | {"card_use_bp"}
        wrong = [f"report field {f.field!r}" for f in self.factors if f.field not in known]
        wrong += [f"own field {f.field!r}" for f in self.own_factors if f.field not in OWN_FIELDS]
        if wrong:
            raise ValueError("unknown: " + ", ".join(wrong))
        most = MILLION
        for factor in (*self.factors, *self.own_factors):
            most = most * max(factor.percent, 100) // 100
        if most * 10_000 > 2**63 - 1:
            raise ValueError("the factors multiply to more than can be counted")
        return self


TRIGGERS: Final = ("own_arrears", "misuse_of_funds", "line_review", "bureau_alert", "life_event")
"""Kinds of trigger that a night knows how to find."""


class Rules(_Shape):
    """One lender's rules of asking (查询规则)."""

    purpose: Purpose
    schedule: Schedule = Schedule.OPTIMISED
    """Plan of the looks that no trigger asks for."""
    tiers: Mapping[str, Tier]
    tiers_source: str
    triggers: Mapping[str, TriggerRule]
    cool_off_days: Number
    """Days that must lie between two inquiries about one person."""
    person_year_cap: Number
    """Inquiries about one person in any twelve months."""
    working_hours: Hours
    budget: Budget = Budget()
    """Looks that may be planned."""
    worth: Worth
    """How looks are ranked."""
    automatic_up_to: Number
    """Orders of one night that need no person's approval; over it, two persons approve."""
    order_days: Number
    """Days after which an order that was not sent is cancelled."""

    @model_validator(mode="after")
    def _known_words(self) -> Rules:
        wrong = [f"trigger {name!r}" for name in self.triggers if name not in TRIGGERS]
        wrong += [
            f"event {kind!r}" for rule in self.triggers.values() for kind in rule.events
            if kind not in EVENT_KINDS
        ]  # fmt: skip
        wrong += [f"tier {tier!r} without risk" for tier in self.tiers
                  if tier not in self.worth.risk_bp]  # fmt: skip
        if wrong:
            raise ValueError("unknown: " + ", ".join(wrong))
        return self

    def months_of(self, tier: str) -> int | None:
        """Return the months between two scheduled looks; None: on a trigger only.

        The table of tiers is a plan of its own: under the others every tier has the same months,
        and under ``optimised`` the worth says who waits longer.
        Raises: KeyError for a tier without a rule.
        """
        by_table = self.tiers[tier].months
        if self.schedule is Schedule.TIERS:
            return by_table
        return 3 if self.schedule is Schedule.QUARTERLY else 1


def parse_rules(text: str, where: str) -> Rules:
    """Return the rules written in ``text``.

    Raises: InquiryError naming every problem.
    """
    try:
        return Rules.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise InquiryError("not YAML", [" ".join(str(error).split())], where=where) from error
    except ValidationError as error:
        told = [f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()]
        raise InquiryError(
            "the rules of asking are wrong", told, where=where,
            why="nobody is asked about under rules that cannot be read",
            next_step="mend the lines named",
        ) from error  # fmt: skip
