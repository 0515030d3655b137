"""The worker's side of operations: leases, the moment of sending, and steps that name their try.

A worker that was stopped for a while and wakes up must not disturb what was done since: every step
names lease and try, and one that is not the row's own is refused. An answer is kept
whoever brings it, for the look has happened.
"""

from __future__ import annotations

import itertools
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
from daihou.inquiry.orders import Command, Event, Order, OrderState, Step, apply, decide
from daihou.ops import chain
from daihou.ops.models import EventRow, OrderRow, PersonRow, StopRow
from daihou.ops.store import STEPPED, Operations, order_of, step

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
    """An order leased to this worker: how often it left, how often it was put back since.

    ``lease`` is a name of its own for each time that it is taken.
    """

    order: Order
    lease: str
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
        self._leases = itertools.count(1)
        self._rows: dict[str, OrderRow] = {}
        self._asked: dict[str, list[tuple[str, date]]] = {}
        self._operator: Operator | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do everything inside at once or not at all; nobody else sends meanwhile.

        Raises: OpsError when the database does not answer.
        """
        self._forget()
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
            name = f"{self._worker}:{next(self._leases)}"
            OrderRow.objects.filter(key__in=[row.key for row in rows]).update(
                leased_by=name, leased_until=moment.real + lease
            )
        return [_taken(row, name) for row in rows]

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

    def lock(self, taken: Sequence[Taken]) -> None:
        """Lock and read the rows of orders at once; optional, but quicker than one by one."""
        keys = [one.order.key for one in taken if one.order.key not in self._rows]
        if keys:
            rows = OrderRow.objects.select_for_update().filter(key__in=keys).order_by("key")
            self._rows |= {row.key: row for row in rows}

    def standings(
        self, taken: Sequence[Taken], day: Day, moment: Moment
    ) -> Iterator[tuple[Taken, Standing]]:
        """Yield what is known of each person and the operator, orders with a lost lease left out.

        Inside ``together``; each is as it stands after what was begun for those before.
        """
        self.lock(taken)
        customers = sorted({one.order.customer_id for one in taken})
        stops: dict[str, list[Stop]] = {who: [] for who in customers}
        for stop in StopRow.objects.filter(book=self._book, customer_id__in=customers):
            stops[stop.customer_id].append(Stop(stop.kind, stop.from_on, stop.to_on))
        self._asked = self._operations.asked_by(self._book, customers)
        for one in taken:
            row, who = self._own_row(one), one.order.customer_id
            if row is None or row.state != OrderState.APPROVED or not _runs(row, moment):
                continue
            if self._operator is None:
                self._operator = _operator(day)
            asked = tuple(sorted(on for key, on in self._asked[who] if key != one.order.key))
            yield one, Standing(asked, tuple(stops[who]), self._operator)

    def begin(self, taken: Taken, begin: Begin, moment: Moment) -> Taken | None:
        """Record that a message leaves now, before it does; None when it must not.

        Inside ``together``, after ``standings``: nothing leaves before its end.
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
        self._asked.setdefault(row.customer_id, []).append((row.key, begin.on))
        return _taken(row, taken.lease)

    def settle(self, taken: Taken, ending: Ending, moment: Moment) -> bool:
        """Record what became of a leased order; False when it is no longer this worker's.

        Inside ``together``: steps and bytes are kept at once.
        """
        row = self._own_row(taken)
        if row is None or not _may_walk(order_of(row), ending.steps):
            if ending.answer is not None:
                self._keep_stray(taken, ending, moment)
            return False
        if ending.wait is not None:
            row.waiting, row.attempts = ending.wait.why, row.attempts + 1
            row.next_try_at, row.not_before = ending.wait.next_try_at, ending.wait.not_before
        row.leased_by = row.leased_until = None
        for command in ending.steps:
            row.acknowledged |= command.step is Step.ACKNOWLEDGE
            step(row, command, moment.told)
        if not ending.steps:
            row.save(update_fields=STEPPED)
        self._keep(taken.order.key, ending, moment)
        return True

    def let_go(self, taken: Sequence[Taken]) -> None:
        """Give leases of orders back that nothing was done with."""
        OrderRow.objects.filter(
            key__in=[one.order.key for one in taken], leased_by__in={one.lease for one in taken},
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
        self.lock([taken])
        row = self._rows.get(taken.order.key)
        own = row and (row.leased_by, row.tries) == (taken.lease, taken.tries)
        return row if own else None

    def _forget(self) -> None:
        """Forget what was read: it belongs to one transaction."""
        self._rows, self._asked, self._operator = {}, {}, None

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


def _taken(row: OrderRow, lease: str) -> Taken:
    return Taken(order_of(row), lease, row.tries, row.attempts, row.deadline_at, row.acknowledged)


def _may_walk(order: Order, steps: Sequence[Command]) -> bool:
    """Tell whether an order can take these steps one after the other."""
    for command in steps:
        event = decide(order, command)
        if not isinstance(event, Event):
            return False
        order = apply(order, event)
    return True


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
