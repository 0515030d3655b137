"""The gate read once more at the moment of sending: go, cancel for good, or wait for a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from daihou.inquiry.facts import Asking, Operator, Person, Stop, Trigger
from daihou.inquiry.gate import Condition, may_inquire
from daihou.inquiry.orders import Order
from daihou.inquiry.rules import Rules
from daihou.night.book import Holidays

SCHEDULE: Final = "schedule"
_PASSING: Final = frozenset({Condition.OPERATOR, Condition.HOURS, Condition.DAILY_CAP})
"""Conditions that another time or another operator may meet: the order waits."""
_LONGEST_HOLIDAY: Final = 60


@dataclass(frozen=True, slots=True)
class Go:
    """The inquiry is permitted; ``proof`` is each condition with its evidence."""

    proof: str


@dataclass(frozen=True, slots=True)
class CallOff:
    """The inquiry is not permitted, and no waiting changes that."""

    reason: str
    refused_by: tuple[str, ...]
    proof: str


@dataclass(frozen=True, slots=True)
class HoldOff:
    """Not now: hours, operator or daily cap. ``until`` is by the book's own clock."""

    refused_by: tuple[str, ...]
    proof: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What operations know of a person: days of other orders, stops, who sends."""

    asked_on: tuple[date, ...]
    stops: tuple[Stop, ...]
    operator: Operator


@dataclass(frozen=True, slots=True)
class Gate:
    """Rules and calendar of one book."""

    rules: Rules
    holidays: Holidays

    def judge(
        self, order: Order, person: Person | None, known: Known, at: datetime
    ) -> Go | CallOff | HoldOff:
        """Return whether the order may be sent at ``at``, local time of the lender."""
        age = (at.date() - order.planned_on).days
        if age > self.rules.order_days.value:
            told = f"planned {order.planned_on}, older than {self.rules.order_days.value} days"
            return CallOff("too old", ("order_days",), told)
        try:
            trigger = _trigger_of(order)
        except ValueError:
            return CallOff("its trigger tells no day", (Condition.OCCASION.value,), order.occasion)
        whole = _joined(person or Person(order.customer_id), known, trigger)
        closed = frozenset({at.date()} if self.is_closed(at.date()) else ())
        answer = may_inquire(
            whole, Asking(at.date(), order.tier, trigger, known.operator, at, closed), self.rules
        )
        proof = "; ".join(finding.evidence for finding in answer.findings)
        if answer.may:
            return Go(proof)
        refused = tuple(condition.value for condition in answer.refused_by)
        if set(answer.refused_by) <= _PASSING:
            next_day = set(answer.refused_by) != {Condition.HOURS}
            return HoldOff(refused, proof, self.opens_after(at, next_day=next_day))
        return CallOff("not permitted at the moment of sending", refused, proof)

    def is_closed(self, day: date) -> bool:
        """Tell whether the lender does not work on a day."""
        weekend = self.holidays.weekends and day.weekday() >= 5
        return day in self.holidays.days or (weekend and day not in self.holidays.working_days)

    def opens_after(self, at: datetime, *, next_day: bool) -> datetime:
        """Return the next opening after ``at``; with ``next_day`` not before the day after."""
        hours = self.rules.working_hours
        for offset in range(int(next_day), _LONGEST_HOLIDAY + 1):
            day = at.date() + timedelta(days=offset)
            opens = datetime.combine(day, hours.from_, at.tzinfo)
            if opens > at and not self.is_closed(day):
                return opens
        return at + timedelta(days=_LONGEST_HOLIDAY)


def _trigger_of(order: Order) -> Trigger | None:
    """Return the trigger that the night recorded with the order; None under the schedule."""
    if order.occasion == SCHEDULE:
        return None
    return Trigger.recorded(order.trigger_id or "", order.occasion)


def _joined(person: Person, known: Known, trigger: Trigger | None) -> Person:
    """Return the person of the facts with what operations know; a day counts once."""
    return replace(
        person,
        stops=(*person.stops, *known.stops),
        asked_on=tuple(sorted({*person.asked_on, *known.asked_on})),
        triggers=person.triggers if trigger is None else (*person.triggers, trigger),
    )
