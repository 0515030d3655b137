"""An order that stays unclear is settled by two persons who have asked the bureau themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daihou.errors import InquiryError, NotFound
from daihou.inquiry.orders import Command, OrderState, Refusal, Step
from daihou.inquiry.staff import Role
from daihou.jobs.operations import open_both


@dataclass(frozen=True, slots=True)
class Settling:
    """Which order, who settles it, and what the bureau said."""

    key: str
    by: str
    second: str
    why: str


def settle(root: Path, wanted: Settling, now: datetime) -> OrderState:
    """End an unclear order as failed: it still counts as a look, and its key is never sent again.

    Raises: NotAllowed unless an approver and another person, of compliance, do it; NotFound;
    InquiryError without a reason, or when the order is not unclear.
    """
    home, operations = open_both(root)
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.staff import Staff

    by, second = Staff().require_two((wanted.by, Role.APPROVER), (wanted.second, Role.COMPLIANCE))
    if not wanted.why.strip():
        raise InquiryError("settling says what the bureau said", ['add --why "..."'])
    order = operations.order(wanted.key)
    if order.book != home.book.book:
        raise NotFound("no such order in this book", where=wanted.key)
    if order.state is not OrderState.UNKNOWN:
        raise InquiryError(
            "only an order whose outcome is unclear is settled by hand",
            [f"it is {order.state}"], where=wanted.key, next_step="see `daihou inquiries show`",
        )  # fmt: skip
    told = {"reason": wanted.why.strip(), "second": second.user_id, "settled": "by hand"}
    done = operations.record(wanted.key, Command(Step.FAIL, by.user_id, told), now)
    if isinstance(done, Refusal):
        raise InquiryError("the order has moved on meanwhile", [done.why], where=wanted.key)
    return done.state
