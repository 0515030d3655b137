"""What an audit and a closing write into operations: one event each, in the chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from daihou.errors import InquiryError
from daihou.ops import chain
from daihou.ops.models import EventRow, StopRow
from daihou.ops.reading import EventLine, last_event
from daihou.ops.staff import lock_people
from daihou.ops.store import Operations, StopOrder

CLOSED = "relationship_closed"
CLOSED_STOP = "closed"
"""Kind of the stop that a closing leaves."""


def count_events() -> int:
    """Return how many events the chain has."""
    return int(EventRow.objects.count())


def remember(now: datetime, kind: str, subject: str, told: tuple[str, Mapping[str, Any]]) -> int:
    """Append one event that stands by itself; ``told`` is (who, details). Return its number."""
    with transaction.atomic():
        return chain.append(now, kind, subject, *told)


def last_closing(book: str, customer_id: str) -> EventLine | None:
    """Return the last closing of a person's relationship, None when there was none."""
    return last_event(CLOSED, f"{book}|{customer_id}")


def close_person(
    operations: Operations, stop: StopOrder, by: str, details: Mapping[str, Any], now: datetime
) -> int:
    """Stop inquiries about a person, cancel what has not left, keep the closing: all in one step.

    Returns how many orders were cancelled.
    Raises: InquiryError when the person was asked about on or after the day: that mark stands.
    """
    with transaction.atomic():
        lock_people()
        cancelled = operations.stop(stop, by, now)
        if later := _asked_since(operations, stop):
            raise InquiryError(
                "an inquiry was made on or after the day of closing", [f"on {later}"],
                where=stop.customer_id, why="the proof would say that nobody asked",
                next_step="close from a later day",
            )  # fmt: skip
        told = {**details, "orders_cancelled": cancelled}
        chain.append(now, CLOSED, f"{stop.book}|{stop.customer_id}", by, told)
    return cancelled


def lift_stops(
    who: tuple[str, str], on: date, by: str, details: Mapping[str, Any], now: datetime
) -> int:
    """End, on a day, the stops that a closing of (book, customer) left; return how many."""
    book, customer_id = who
    with transaction.atomic():
        chain.lock()
        standing = StopRow.objects.filter(
            book=book, customer_id=customer_id, kind=CLOSED_STOP, to_on__isnull=True,
            from_on__lte=on,
        )  # fmt: skip
        lifted = standing.update(to_on=on)
        if lifted:
            told = {**details, "lifted_from": str(on)}
            chain.append(now, "inquiry_stop", customer_id, by, told)
    return int(lifted)


def _asked_since(operations: Operations, stop: StopOrder) -> date | None:
    asked = operations.asked_on(stop.book, stop.customer_id)
    return max((day for day in asked if day >= stop.from_on), default=None)
