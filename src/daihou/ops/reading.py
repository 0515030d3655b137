"""What people and audits read of operations: orders with their story, the log, stops, approvals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from daihou.inquiry.orders import PENDING, Order, OrderState, Step
from daihou.ops.models import AnswerRow, EventRow, OrderRow, StopRow
from daihou.ops.store import OrderFilter, wanted_rows

_PART = 500
NOT_RECEIVED = "not_received"
"""Outcome of an attempt of which the bureau itself says that it never took it: no mark was left."""

_BEGIN = f"order_{Step.BEGIN}"
_OUTCOMES: Mapping[str, str] = {
    f"order_{Step.ACKNOWLEDGE}": OrderState.SENT,
    f"order_{Step.ANSWER}": OrderState.ANSWERED,
    f"order_{Step.NO_RECORD}": OrderState.NO_RECORD,
    f"order_{Step.FAIL}": OrderState.FAILED,
    f"order_{Step.LOSE_TRACK}": OrderState.UNKNOWN,
    f"order_{Step.NOT_RECEIVED}": NOT_RECEIVED,
}
"""What became of an attempt, by the last event after its beginning."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event of the chain."""

    seq: int
    at: datetime
    kind: str
    subject: str
    by: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of the bureau, without its contents: when it came, whether it became facts.

    ``landed_at`` None: not read yet. ``problem`` says why it could not be read, empty when it was.
    """

    key: str
    received_at: datetime
    sha256: str
    landed_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class OrderStory:
    """One order with everything that happened to it, oldest first."""

    order: Order
    run_id: str
    attempts: int
    sent_at: datetime | None
    closed_at: datetime | None
    events: tuple[EventLine, ...]
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One inquiry that began to be sent: who, when, whom about, why, what became of it.

    ``outcome`` is a state of the order, ``sending`` while nothing is known, or ``not_received``.
    """

    seq: int
    at: datetime
    by: str
    order: Order
    outcome: str
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop of inquiries about a person."""

    book: str
    customer_id: str
    kind: str
    from_on: date
    to_on: date | None
    reason: str
    by: str


def stories(wanted: OrderFilter, keys: Sequence[str] = ()) -> list[OrderStory]:
    """Return orders, newest and those worth most first, each with its events and answers."""
    rows = wanted_rows(wanted)
    if keys:
        rows = rows.filter(key__in=keys)
    listed = list(rows[: wanted.limit])
    found: list[OrderStory] = []
    for start in range(0, len(listed), _PART):
        part = listed[start : start + _PART]
        names = [row.key for row in part]
        events, answers = _events_of(names), _answers_of(names)
        found += [
            OrderStory(
                order_of(row), row.run_id, row.attempts, row.sent_at, row.closed_at,
                tuple(events[row.key]), tuple(answers[row.key]),
            )
            for row in part
        ]  # fmt: skip
    return found


def state_counts(book: str) -> dict[str, int]:
    """Return how many orders of a book are in each state that there is."""
    rows = OrderRow.objects.filter(book=book).values("state").annotate(n=Count("key"))
    counts = {str(row["state"]): int(row["n"]) for row in rows}
    return {state.value: counts[state.value] for state in OrderState if state.value in counts}


def planned_keys(book: str, run_id: str | None = None) -> list[str]:
    """Return the keys of orders that wait for approval, those worth most first."""
    rows = OrderRow.objects.filter(book=book, state=OrderState.PLANNED)
    if run_id is not None:
        rows = rows.filter(run_id=run_id)
    return list(rows.order_by("-value_minor", "key").values_list("key", flat=True))


def keys_of_book(book: str, keys: Sequence[str]) -> set[str]:
    """Return those of the keys that are orders of a book."""
    found: set[str] = set()
    for start in range(0, len(keys), _PART):
        part = keys[start : start + _PART]
        found |= set(OrderRow.objects.filter(book=book, key__in=part).values_list("key", flat=True))
    return found


def pending_keys(book: str, customer_id: str) -> tuple[str, ...]:
    """Return the keys of a person's orders that have not left yet."""
    rows = OrderRow.objects.filter(book=book, customer_id=customer_id, state__in=PENDING)
    return tuple(rows.order_by("key").values_list("key", flat=True))


def attempts_between(book: str, first_at: datetime, end_at: datetime) -> Iterator[Attempt]:
    """Yield every attempt to send that began from one instant until before another, by time."""
    begun = EventRow.objects.filter(kind=_BEGIN, at__gte=first_at, at__lt=end_at).order_by("seq")
    for part in _parts(begun):
        names = list({row.subject for row in part})
        orders = {
            row.key: order_of(row) for row in OrderRow.objects.filter(key__in=names, book=book)
        }
        events, answers = _events_of(names), _answers_of(names)
        for row in part:
            if row.subject in orders:
                yield Attempt(
                    row.seq, row.at, row.by, orders[row.subject],
                    _outcome(events[row.subject], row.seq), tuple(answers[row.subject]),
                )  # fmt: skip


def events_between(
    first_at: datetime, end_at: datetime, kinds: Sequence[str]
) -> Iterator[EventLine]:
    """Yield the events of some kinds from one instant until before another, in order."""
    rows = EventRow.objects.filter(kind__in=kinds, at__gte=first_at, at__lt=end_at)
    for row in rows.order_by("seq").iterator(chunk_size=2000):
        yield _event(row)


def last_event(kind: str, subject: str) -> EventLine | None:
    """Return the newest event of a kind about something, None when there is none."""
    row = EventRow.objects.filter(kind=kind, subject=subject).order_by("-seq").first()
    return None if row is None else _event(row)


def stops_in_force(book: str, first: date, last: date) -> list[StopLine]:
    """Return the stops that held on any day of a period."""
    rows = StopRow.objects.filter(book=book, from_on__lte=last).order_by("from_on", "pk")
    return [
        StopLine(
            row.book, row.customer_id, row.kind, row.from_on, row.to_on, row.reason, row.by
        )
        for row in rows
        if row.to_on is None or row.to_on > first
    ]  # fmt: skip


def order_of(row: OrderRow) -> Order:
    """Return the order that a row holds."""
    return Order(
        row.key, row.book, row.customer_id, row.purpose, row.window, row.planned_on, row.tier,
        row.occasion, row.reason, row.value_minor, row.proof, row.trigger_id, row.needs_two,
        OrderState(row.state), tuple(row.approved_by),
    )  # fmt: skip


def _events_of(keys: Sequence[str]) -> dict[str, list[EventLine]]:
    found: dict[str, list[EventLine]] = defaultdict(list)
    for row in EventRow.objects.filter(subject__in=keys).order_by("seq"):
        found[row.subject].append(_event(row))
    return found


def _answers_of(keys: Sequence[str]) -> dict[str, list[AnswerLine]]:
    found: dict[str, list[AnswerLine]] = defaultdict(list)
    rows = AnswerRow.objects.filter(order_id__in=keys).defer("sealed").order_by("pk")
    for row in rows:
        found[row.order_id].append(
            AnswerLine(row.order_id, row.received_at, row.sha256, row.landed_at, row.problem)
        )
    return found


def _outcome(events: Sequence[EventLine], begun: int) -> str:
    """Return what became of the attempt that began with event ``begun``."""
    outcome: str = OrderState.SENDING
    for event in events:
        if event.seq <= begun:
            continue
        if event.kind == _BEGIN:
            break
        outcome = _OUTCOMES.get(event.kind, outcome)
    return str(outcome)


def _event(row: EventRow) -> EventLine:
    return EventLine(row.seq, row.at, row.kind, row.subject, row.by, row.details)


def _parts(rows: QuerySet[EventRow]) -> Iterator[list[EventRow]]:
    part: list[EventRow] = []
    for row in rows.iterator(chunk_size=_PART):
        part.append(row)
        if len(part) == _PART:
            yield part
            part = []
    if part:
        yield part
