"""The worker's side of operations: leases, the moment of sending, and steps that name their try.

A worker that was stopped for a while and wakes up must not disturb what another has done since:
every step names worker and try, and one that is not the row's own is refused. An answer is kept
whoever brings it, for the look has happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.utils import InterfaceError, OperationalError

from daihou.errors import OpsError
from daihou.inquiry.facts import Operator, Stop
from daihou.inquiry.orders import Command, Event, Order, OrderState, Step
from daihou.ops import chain
from daihou.ops.models import EventRow, OrderRow, PersonRow, StopRow
from daihou.ops.store import Operations, order_of, step

ASKED_ABOUT: Final = frozenset({OrderState.SENDING, OrderState.SENT, OrderState.UNKNOWN})
"""States that only the bureau's word can end."""
OPEN: Final = ASKED_ABOUT | {OrderState.APPROVED}
_BEGUN: Final = f"order_{Step.BEGIN}"
_MAY_SEND: Final = "operator"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on two clocks: ``real`` for leases and deadlines, ``told`` is what events carry.

    They differ only in a simulated book.
    """

    real: datetime
    told: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """An order leased to this worker: how often it left, how often it was put back since."""

    order: Order
    tries: int
    waits: int
    deadline: datetime | None
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What operations know at the moment of sending, read in the transaction that begins it."""

    asked_on: tuple[date, ...]
    stops: tuple[Stop, ...]
    operator: Operator


@dataclass(frozen=True, slots=True)
class Day:
    """One working day of one operator: its bounds as instants."""

    operator_id: str
    on: date
    begins: datetime
    ends: datetime
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when an order is left alone, and why. ``not_before`` is by the book's own clock."""

    why: str
    next_try_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a leased order: steps in order, bytes to keep, or until when it waits."""

    steps: Sequence[Command] = ()
    answer: bytes | None = None
    problem: str = ""
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When orders may be taken next, None never; instants of the real and the book's clock."""

    real: datetime | None
    told: datetime | None


@dataclass(frozen=True, slots=True)
class Begin:
    """The leaving of one message: who sends it, by when it is void, what the log says of it."""

    command: Command
    on: date
    deadline: datetime
    lease: timedelta = field(default=timedelta(minutes=5))


@contextmanager
def database_trouble() -> Iterator[None]:
    """Turn a database that does not answer into an OpsError."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise OpsError(
            "the operations database does not answer",
            why="orders under way are asked about when it does; nothing is sent twice",
            next_step="look at the database, then run the command again",
        ) from error


class Sending:
    """Operations as one worker uses them; ``worker`` is a name that no other has."""

    def __init__(self, operations: Operations, worker: str, book: str) -> None:
        self._operations, self._worker, self._book = operations, worker, book
        self._row: OrderRow | None = None
        self._operator: Operator | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do everything inside at once or not at all; nobody else sends meanwhile.

        Raises: OpsError when the database does not answer.
        """
        self._row = self._operator = None  # what was read belongs to one transaction
        with database_trouble(), transaction.atomic():
            chain.lock()
            yield

    def take(self, states: frozenset[OrderState], moment: Moment, limit: int,
             lease: timedelta) -> list[Taken]:  # fmt: skip
        """Lease due orders, those worth most first; what another worker holds is passed over."""
        skips = bool(connection.features.has_select_for_update_skip_locked)
        with transaction.atomic():
            rows = list(
                self._free(states, moment)
                .filter(Q(next_try_at=None) | Q(next_try_at__lte=moment.real))
                .filter(Q(not_before=None) | Q(not_before__lte=moment.told))
                .select_for_update(skip_locked=skips)
                .order_by("-value_minor", "key")[:limit]
            )
            OrderRow.objects.filter(key__in=[row.key for row in rows]).update(
                leased_by=self._worker, leased_until=moment.real + lease
            )
        return [_taken(row) for row in rows]

    def due(self, states: frozenset[OrderState], moment: Moment) -> Due:
        """Return when the next of these orders may be taken."""
        free = self._free(states, moment)
        now = free.filter(Q(not_before=None) | Q(not_before__lte=moment.told))
        if now.filter(Q(next_try_at=None) | Q(next_try_at__lte=moment.real)).exists():
            return Due(moment.real, None)
        held = OrderRow.objects.filter(
            book=self._book, state__in=states, leased_until__gt=moment.real
        )
        waits = (
            now.aggregate(at=Min("next_try_at"))["at"],
            held.aggregate(at=Min("leased_until"))["at"],
        )
        real = min((at for at in waits if at is not None), default=None)
        later = free.filter(not_before__gt=moment.told).aggregate(at=Min("not_before"))["at"]
        return Due(real, later)

    def standing(self, taken: Taken, day: Day, moment: Moment) -> Standing | None:
        """Return what is known of a person and the operator; None when the lease is lost.

        Inside ``together``; the order is locked until its end.
        """
        row = self._own_row(taken)
        if row is None or row.state != OrderState.APPROVED or not _runs(row, moment):
            return None
        order = taken.order
        stops = StopRow.objects.filter(book=order.book, customer_id=order.customer_id)
        if self._operator is None:
            self._operator = _operator(day)
        return Standing(
            tuple(self._operations.asked_on(order.book, order.customer_id, but=order.key)),
            tuple(Stop(stop.kind, stop.from_on, stop.to_on) for stop in stops),
            self._operator,
        )

    def begin(self, taken: Taken, begin: Begin, moment: Moment) -> Taken | None:
        """Record that a message leaves now, before it does; None when it must not.

        Inside ``together``, after ``standing``: nothing leaves before its end.
        """
        row = self._own_row(taken)
        if row is None:
            return None
        row.tries, row.attempts, row.acknowledged = taken.tries + 1, 0, False
        row.deadline_at, row.asked_on = begin.deadline, begin.on
        row.leased_until, row.waiting = moment.real + begin.lease, ""
        row.next_try_at = row.not_before = None
        if not isinstance(step(row, begin.command, moment.told), Event):
            return None
        if self._operator is not None:
            self._operator = replace(self._operator, sent_today=self._operator.sent_today + 1)
        return _taken(row)

    def settle(self, taken: Taken, ending: Ending, moment: Moment) -> bool:
        """Record what became of a leased order; False when it is no longer this worker's.

        Inside ``together``: steps and bytes are kept at once.
        """
        row = self._own_row(taken)
        if row is None:
            if ending.answer is not None:
                self._keep_stray(taken, ending, moment)
            return False
        if ending.wait is not None:
            row.waiting, row.attempts = ending.wait.why, row.attempts + 1
            row.next_try_at, row.not_before = ending.wait.next_try_at, ending.wait.not_before
        row.leased_by = row.leased_until = None
        for command in ending.steps:
            row.acknowledged |= command.step is Step.ACKNOWLEDGE
            event = step(row, command, moment.told)
            assert isinstance(event, Event), f"{row.state} and {command.step}: not planned"
        if not ending.steps:
            row.save()
        self._keep(taken.order.key, ending, moment)
        return True

    def let_go(self, taken: Sequence[Taken]) -> None:
        """Give leases of orders back that nothing was done with."""
        OrderRow.objects.filter(
            key__in=[one.order.key for one in taken], leased_by=self._worker,
            state=OrderState.APPROVED,
        ).update(leased_by=None, leased_until=None)  # fmt: skip

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many open orders there are by (state, why it waits)."""
        rows = (
            OrderRow.objects.filter(book=self._book, state__in=OPEN)
            .values("state", "waiting").annotate(orders=Count("key"))
        )  # fmt: skip
        return {(row["state"], row["waiting"]): int(row["orders"]) for row in rows}

    def _free(self, states: frozenset[OrderState], moment: Moment) -> QuerySet[OrderRow]:
        return OrderRow.objects.filter(book=self._book, state__in=states).filter(
            Q(leased_until=None) | Q(leased_until__lte=moment.real)
        )

    def _own_row(self, taken: Taken) -> OrderRow | None:
        """Return the locked row of an order whose lease and try are this worker's."""
        if self._row is None or self._row.key != taken.order.key:
            self._row = OrderRow.objects.select_for_update().filter(key=taken.order.key).first()
        row = self._row
        own = row and (row.leased_by, row.tries) == (self._worker, taken.tries)
        return row if own else None

    def _keep(self, key: str, ending: Ending, moment: Moment) -> None:
        if ending.answer is not None:
            self._operations.keep_answer(key, ending.answer, moment.told, ending.problem)

    def _keep_stray(self, taken: Taken, ending: Ending, moment: Moment) -> None:
        """Keep an answer that came too late for this worker: the look has happened.

        An order that would be sent once more is cancelled, for the person has been looked at.
        """
        row = OrderRow.objects.select_for_update().get(key=taken.order.key)
        command = ending.steps[-1]
        if row.state in ASKED_ABOUT:
            step(row, command, moment.told)
        elif row.state == OrderState.APPROVED:
            why = {"reason": "an answer came of a message said not to have been received"}
            step(row, Command(Step.CANCEL, command.by, why), moment.told)
        self._keep(row.key, ending, moment)


def may_send(user_id: str) -> bool:
    """Tell whether a person is on the staff, active, and in the role of those who send."""
    person = PersonRow.objects.filter(user_id=user_id, active=True).first()
    return person is not None and _MAY_SEND in person.roles


def _taken(row: OrderRow) -> Taken:
    return Taken(order_of(row), row.tries, row.attempts, row.deadline_at, row.acknowledged)


def _runs(row: OrderRow, moment: Moment) -> bool:
    return bool(row.leased_until is not None and moment.real < row.leased_until)


def _operator(day: Day) -> Operator:
    """Return who sends, with how many messages left by that person on the day."""
    sent = EventRow.objects.filter(
        kind=_BEGUN, by=day.operator_id, at__gte=day.begins, at__lt=day.ends
    ).count()
    person = PersonRow.objects.filter(user_id=day.operator_id).first()
    if person is None:
        return Operator(day.operator_id, False, False, sent, 0)
    return Operator(
        day.operator_id,
        bool(person.active) and _MAY_SEND in person.roles,
        not day.branches or person.branch in day.branches,
        sent,
        int(person.daily_cap),
    )
