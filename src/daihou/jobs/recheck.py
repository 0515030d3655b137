"""What has just landed may end a relationship: orders that wait are called off at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from daihou.inquiry.facts import Asking
from daihou.inquiry.gate import Condition, may_inquire
from daihou.inquiry.orders import PENDING, Command, Event, Order, Step
from daihou.inquiry.rules import Rules
from daihou.inquiry.staff import NIGHT
from daihou.jobs.audit import zone_of
from daihou.jobs.enter import rules_of
from daihou.jobs.home import Home, open_home
from daihou.jobs.operations import operations_of
from daihou.jobs.persons import persons_of

_ENDS: Final = frozenset({Condition.CONSENT, Condition.RELATIONSHIP, Condition.NO_STOP})
"""Conditions whose end calls an order off; the others are read when it is sent."""
_PART: Final = 2_000


@dataclass(frozen=True, slots=True)
class Rechecked:
    """How many orders waited, and how many of them were called off."""

    waiting: int
    called_off: int


def recheck_pending(root: Path, now: datetime) -> Rechecked | None:
    """Cancel waiting orders whose consent or relationship the facts have ended; None: none asked.

    What is only unknown stays: it is read once more when the order is sent.
    """
    home = open_home(root)
    rules = rules_of(home)
    if rules is None or not home.lake.nights():
        return None
    operations = operations_of(home)
    from daihou.ops.store import OrderFilter  # Django must know its database first

    wanted = OrderFilter(home.book.book, states=PENDING, limit=1_000_000)
    orders, on, called_off = operations.orders(wanted), _today(home, now), 0
    for start in range(0, len(orders), _PART):
        part = orders[start : start + _PART]
        for order, why in _ended(home, rules, part, on):
            command = Command(Step.CANCEL, NIGHT, {"reason": why})
            called_off += isinstance(operations.record(order.key, command, now), Event)
    return Rechecked(len(orders), called_off)


def _ended(home: Home, rules: Rules, orders: list[Order], on: date) -> list[tuple[Order, str]]:
    persons = persons_of(home, {order.customer_id for order in orders}, on)
    ended = []
    for order in orders:
        person = persons.get(order.customer_id)
        if person is None or order.tier not in rules.tiers:
            continue
        answer = may_inquire(person, Asking(on, order.tier), rules)
        gone = [f for f in answer.findings if f.condition in _ENDS and f.holds is False]
        if gone:
            ended.append((order, "; ".join(f"{f.condition}: {f.evidence}" for f in gone)))
    return ended


def _today(home: Home, now: datetime) -> date:
    """Return the lender's day; in a simulated book the day after its last night."""
    if home.book.simulated:
        nights = [entry.as_of for entry in home.lake.nights() if entry.as_of is not None]
        return max(nights) + timedelta(days=1)
    return now.astimezone(zone_of(home)).date()
