"""People approve or cancel orders to ask the bureau; a role that is missing is refused here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from daihou.errors import InquiryError, NotFound
from daihou.inquiry.orders import Command, OrderState, Step
from daihou.inquiry.staff import Member, Role, user_id_of
from daihou.jobs.home import Progress
from daihou.jobs.operations import open_both

if TYPE_CHECKING:
    from daihou.ops.approving import Steps
    from daihou.ops.store import Operations


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders are meant: by key, all that a night planned, or all that wait."""

    keys: Sequence[str] = ()
    run_id: str | None = None
    everything: bool = False

    def __post_init__(self) -> None:
        """Refuse a wish that names none of the three, or more than one."""
        if sum((bool(self.keys), self.run_id is not None, self.everything)) != 1:
            raise InquiryError(
                "it is not clear which orders are meant", ["give keys, or --night, or --all"]
            )


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval did: orders approved now, those that wait for a second person, refusals."""

    by: str
    approved: tuple[str, ...]
    wait_for_second: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a cancelling did: orders cancelled, refusals."""

    by: str
    reason: str
    cancelled: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def approve(
    root: Path, wanted: Wanted, by: str, now: datetime, on_progress: Progress | None = None
) -> Approved:
    """Approve orders; one that needs two is approved by the second of two different persons.

    Raises: NotAllowed when ``by`` may not approve; NotFound for a key of no order of this book.
    """
    home, operations = open_both(root)
    member = _member(by, (Role.APPROVER,))
    keys = _keys(home.book.book, wanted)
    steps = _take(operations, keys, Command(Step.APPROVE, member.user_id), now, on_progress)
    return Approved(
        member.user_id,
        tuple(key for key, state in steps.done if state is OrderState.APPROVED),
        tuple(key for key, state in steps.done if state is OrderState.PLANNED),
        steps.refused,
    )


def cancel(root: Path, keys: Sequence[str], by: str, reason: str, now: datetime) -> Cancelled:
    """Cancel orders that have not left yet, and keep why.

    Raises: InquiryError without a reason; NotAllowed for whoever neither plans nor approves;
    NotFound for a key of no order of this book.
    """
    if not reason.strip():
        raise InquiryError("a cancelled order says why", ['add --why "..."'])
    home, operations = open_both(root)
    member = _member(by, (Role.PLANNER, Role.APPROVER))
    known = _keys(home.book.book, Wanted(keys))
    command = Command(Step.CANCEL, member.user_id, {"reason": reason.strip()})
    steps = _take(operations, known, command, now, None)
    return Cancelled(
        member.user_id, reason.strip(), tuple(key for key, _ in steps.done), steps.refused
    )


def _member(by: str, roles: Sequence[Role]) -> Member:
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.staff import Staff

    staff, name = Staff(), user_id_of(by)
    theirs = {m.user_id: m for m in staff.members()}
    fitting = [role for role in roles if name in theirs and theirs[name].may(role)]
    return staff.require(name, fitting[0] if fitting else roles[0])


def _keys(book: str, wanted: Wanted) -> list[str]:
    from daihou.ops.reading import keys_of_book, planned_keys

    if not wanted.keys:
        return planned_keys(book, wanted.run_id)
    keys = list(dict.fromkeys(wanted.keys))
    if strange := sorted(set(keys) - keys_of_book(book, keys)):
        raise NotFound(
            "no such order in this book", where=strange[0],
            next_step="`daihou inquiries show` lists the keys",
        )  # fmt: skip
    return keys


def _take(
    operations: Operations,
    keys: Sequence[str],
    command: Command,
    now: datetime,
    on_progress: Progress | None,
) -> Steps:
    from daihou.ops.approving import take_step

    def tell(done: int, most: int) -> None:
        if on_progress is not None:
            on_progress(command.step.value, done, most)

    return take_step(operations, keys, command, now, tell)
