"""Orders of a home as they may be shown: state, who and when, what was seen of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from daihou.desk.look import Look, title_of
from daihou.desk.privacy import COVERED
from daihou.desk.shapes import BookTitle, Shape
from daihou.errors import NotFound
from daihou.inquiry.orders import OrderState
from daihou.ops import database_url, open_operations

if TYPE_CHECKING:
    from daihou.ops.reading import OrderStory


@dataclass(frozen=True)
class OrderShown(Shape):
    """One order as it may be shown, with its story; the worth is covered unless asked for."""

    key: str
    customer_id: str
    state: str
    planned_on: date
    tier: str
    occasion: str
    trigger_id: str | None
    reason: str
    proof: str
    value_minor: int | str
    needs_two: bool
    approved_by: tuple[str, ...]
    sent_at: datetime | None
    closed_at: datetime | None
    attempts: int
    run_id: str
    events: tuple[Mapping[str, Any], ...]
    answers: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class OrdersShown(Shape):
    """Orders of a book: how many are in each state, and some of them with their story."""

    book: BookTitle
    states: Mapping[str, int]
    orders: tuple[OrderShown, ...]
    masked: bool = True


def order_shown(story: OrderStory, *, unmask: bool) -> OrderShown:
    """Return an order as it may be shown."""
    order = story.order
    events = tuple(
        {"seq": e.seq, "at": e.at, "kind": e.kind, "by": e.by, "details": dict(e.details)}
        for e in story.events
    )
    answers = tuple(
        {"received_at": a.received_at, "sha256": a.sha256, "read": a.landed_at is not None,
         "landed_at": a.landed_at, "problem": a.problem}
        for a in story.answers
    )  # fmt: skip
    return OrderShown(
        order.key, order.customer_id, order.state.value, order.planned_on, order.tier,
        order.occasion, order.trigger_id, order.reason, order.proof,
        order.value_minor if unmask else COVERED, order.needs_two, order.approved_by,
        story.sent_at, story.closed_at, story.attempts, story.run_id, events, answers,
    )  # fmt: skip


def orders_to_show(
    look: Look, which: str | None, states: frozenset[OrderState], limit: int
) -> OrdersShown:
    """Return orders of a home: one by its key, those of a customer, or the newest.

    Raises: NotFound when a key or customer was named and has none; HomeError, OpsError.
    """
    home = look.open(f"inquiries show {which or ''}".strip())
    open_operations(database_url(home.root))
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.reading import state_counts, stories
    from daihou.ops.store import OrderFilter

    book = home.book.book
    wanted = OrderFilter(book=book, states=states or None, limit=limit)
    found = stories(wanted, [which] if which else [])
    if which and not found:
        found = stories(
            OrderFilter(book=book, states=states or None, customer_id=which, limit=limit)
        )
    if which and not found:
        raise NotFound(
            "no order with this key or about this customer", where=which,
            next_step="`daihou inquiries show` lists the newest",
        )  # fmt: skip
    return OrdersShown(
        title_of(home), state_counts(book),
        tuple(order_shown(story, unmask=look.unmask) for story in found), not look.unmask,
    )  # fmt: skip
