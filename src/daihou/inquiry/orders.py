"""The life of one inquiry order: which step may follow which, and who may ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class OrderState(StrEnum):
    """Where an order stands (查询指令状态)."""

    PLANNED = "planned"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    ANSWERED = "answered"
    NO_RECORD = "no_record"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What may be asked of an order.

    ``begin`` is written before the first byte leaves; whatever stops after it and before an answer
    makes the order ``unknown``. ``not_received`` is the bureau's own word that it did not take the
    key and never will: only then may the same key be sent again.
    """

    APPROVE = "approve"
    CANCEL = "cancel"
    BEGIN = "begin"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    NO_RECORD = "no_record"
    FAIL = "fail"
    LOSE_TRACK = "lose_track"
    NOT_RECEIVED = "not_received"


_S = OrderState
NEXT: Final[Mapping[tuple[OrderState, Step], OrderState]] = MappingProxyType(
    {
        (_S.PLANNED, Step.APPROVE): _S.APPROVED,
        (_S.PLANNED, Step.CANCEL): _S.CANCELLED,
        (_S.APPROVED, Step.CANCEL): _S.CANCELLED,
        (_S.APPROVED, Step.BEGIN): _S.SENDING,
        (_S.SENDING, Step.ACKNOWLEDGE): _S.SENT,
        (_S.SENDING, Step.ANSWER): _S.ANSWERED,
        (_S.SENDING, Step.NO_RECORD): _S.NO_RECORD,
        (_S.SENDING, Step.FAIL): _S.FAILED,
        (_S.SENDING, Step.LOSE_TRACK): _S.UNKNOWN,
        (_S.SENDING, Step.NOT_RECEIVED): _S.APPROVED,
        (_S.SENT, Step.ANSWER): _S.ANSWERED,
        (_S.SENT, Step.NO_RECORD): _S.NO_RECORD,
        (_S.SENT, Step.FAIL): _S.FAILED,
        (_S.SENT, Step.LOSE_TRACK): _S.UNKNOWN,
        (_S.UNKNOWN, Step.ACKNOWLEDGE): _S.SENT,
        (_S.UNKNOWN, Step.ANSWER): _S.ANSWERED,
        (_S.UNKNOWN, Step.NO_RECORD): _S.NO_RECORD,
        (_S.UNKNOWN, Step.FAIL): _S.FAILED,
        (_S.UNKNOWN, Step.NOT_RECEIVED): _S.APPROVED,
    }
)
"""Every step that exists. There is no way from ``unknown`` to sending but through the bureau."""

MARKS: Final = frozenset({_S.SENDING, _S.SENT, _S.ANSWERED, _S.NO_RECORD, _S.FAILED, _S.UNKNOWN})
"""States in which the person's file may carry a mark: these count as asked."""

PENDING: Final = frozenset({_S.PLANNED, _S.APPROVED})
"""States in which nothing has left yet: closing a relationship cancels them at once."""


@dataclass(frozen=True, slots=True)
class Order:
    """One inquiry order. ``key`` is the same for the same (book, person, purpose, window).

    ``occasion`` is ``schedule`` or the trigger's kind; ``value_minor`` what asking is expected to
    be worth, by which orders are ranked; ``proof`` the gate's answer in one line.
    """

    key: str
    book: str
    customer_id: str
    purpose: str
    window: str
    planned_on: date
    tier: str
    occasion: str
    reason: str
    value_minor: int
    proof: str
    trigger_id: str | None = None
    needs_two: bool = False
    state: OrderState = OrderState.PLANNED
    approved_by: tuple[str, ...] = ()


def order_key(book: str, customer_id: str, purpose: str, window: str) -> str:
    """Return the key by which an order enters operations, and the bureau, at most once."""
    return f"{book}|{customer_id}|{purpose}|{window}"


@dataclass(frozen=True, slots=True)
class Command:
    """A step asked of an order, by whom, with what belongs to it (report hash, error code)."""

    step: Step
    by: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an order; events are appended and never changed."""

    key: str
    step: Step
    by: str
    state: OrderState
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step is refused, in a sentence for the person who asked for it."""

    key: str
    step: Step
    why: str


def decide(order: Order, command: Command) -> Event | Refusal:
    """Return the event that a command makes, or why it is refused.

    An order that needs two is approved by the second of two different people; the first approval
    is an event that leaves it planned.
    """
    after = NEXT.get((order.state, command.step))
    if after is None:
        return Refusal(order.key, command.step, f"an order that is {order.state} cannot")
    if command.step is Step.APPROVE:
        if not command.by:
            return Refusal(order.key, command.step, "nobody is named as approving")
        if command.by in order.approved_by:
            return Refusal(order.key, command.step, f"{command.by} has approved already")
        if order.needs_two and not order.approved_by:
            after = OrderState.PLANNED
    return Event(order.key, command.step, command.by, after, command.details)


def apply(order: Order, event: Event) -> Order:
    """Return the order after an event."""
    approved = (*order.approved_by, event.by) if event.step is Step.APPROVE else order.approved_by
    return replace(order, state=event.state, approved_by=approved)
