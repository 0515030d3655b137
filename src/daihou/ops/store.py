"""What may be asked of operations: enter a night, take due orders, record steps, keep answers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import F, Q, QuerySet

from daihou.errors import NotFound, OpsError
from daihou.inquiry.orders import (
    MARKS,
    PENDING,
    Command,
    Event,
    Order,
    OrderState,
    Refusal,
    Step,
    decide,
)
from daihou.ops import chain
from daihou.ops.models import AnswerRow, NightEntry, OrderRow, ProposalRow, StopRow

_BATCH = 5_000
_NONCE_BYTES = 12
_COPIED = (
    "key", "book", "customer_id", "purpose", "window", "planned_on", "tier", "occasion",
    "trigger_id", "reason", "value_minor", "proof", "needs_two",
)  # fmt: skip
STEPPED = (
    "state", "approved_by", "sent_at", "closed_at", "asked_on", "leased_by", "leased_until",
    "next_try_at", "not_before", "waiting", "attempts", "tries", "deadline_at", "acknowledged",
)  # fmt: skip
"""Columns of an order that its steps change."""
_CLOSED = frozenset(
    {OrderState.ANSWERED, OrderState.NO_RECORD, OrderState.FAILED, OrderState.CANCELLED}
)


@dataclass(frozen=True, slots=True)
class NightOrders:
    """What one published night hands over. ``proposals`` are rows of decision_day as mappings."""

    run_id: str
    book: str
    as_of: date
    orders: Sequence[Order]
    proposals: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class EnterReceipt:
    """How many orders and proposals a night brought, and how many were there already."""

    run_id: str
    entered_before: bool
    orders_new: int
    orders_known: int
    proposals_new: int


@dataclass(frozen=True, slots=True)
class StopOrder:
    """Nothing may be asked about this person from a day on, and why."""

    book: str
    customer_id: str
    kind: str
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; None is no condition."""

    book: str | None = None
    states: frozenset[OrderState] | None = None
    customer_id: str | None = None
    since: date | None = None
    limit: int = 1000


class Operations:
    """The operations database as the rest of the product sees it; ``key`` seals the answers."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key

    @property
    def can_seal(self) -> bool:
        """Tell whether answers can be kept."""
        return self._key is not None

    def enter_night(self, night: NightOrders, now: datetime) -> EnterReceipt:
        """Enter a night in one transaction; entered again, it changes nothing."""
        with transaction.atomic():
            chain.lock()
            if NightEntry.objects.filter(run_id=night.run_id).exists():
                return EnterReceipt(night.run_id, True, 0, len(night.orders), 0)
            before = OrderRow.objects.count()
            for part in _parts(night.orders):
                rows = [OrderRow(**_columns(order, night.run_id)) for order in part]
                OrderRow.objects.bulk_create(rows, ignore_conflicts=True)
            new = OrderRow.objects.count() - before
            proposals = ProposalRow.objects.count()
            for proposal_part in _parts(night.proposals):
                ProposalRow.objects.bulk_create(
                    [_proposal(night, row) for row in proposal_part], ignore_conflicts=True
                )
            brought = ProposalRow.objects.count() - proposals
            NightEntry.objects.create(
                run_id=night.run_id, book=night.book, as_of=night.as_of, orders=new,
                proposals=brought, entered_at=now,
            )  # fmt: skip
            keys = hashlib.sha256("\n".join(sorted(o.key for o in night.orders)).encode())
            chain.append(
                now, "night_entered", night.run_id, "night",
                {"orders": new, "proposals": brought, "keys": keys.hexdigest()},
            )  # fmt: skip
        return EnterReceipt(night.run_id, False, new, len(night.orders) - new, brought)

    def order(self, key: str) -> Order:
        """Return one order.

        Raises: NotFound.
        """
        return order_of(self._row(key))

    def orders(self, wanted: OrderFilter = OrderFilter()) -> list[Order]:
        """Return orders, those worth most first, ties by key."""
        return [order_of(row) for row in wanted_rows(wanted)[: wanted.limit]]

    def record(self, key: str, command: Command, now: datetime) -> Event | Refusal:
        """Take one step of an order and its event together, or return why it is refused."""
        with transaction.atomic():
            chain.lock()
            row = OrderRow.objects.select_for_update().filter(key=key).first()
            if row is None:
                raise NotFound("no such order", where=key)
            return step(row, command, now)

    def take(self, worker: str, states: frozenset[OrderState], now: datetime, *,
             limit: int = 1, lease: timedelta = timedelta(minutes=5)) -> list[Order]:  # fmt: skip
        """Lease due orders in some states to one worker; a lease that ran out is free again."""
        with transaction.atomic():
            rows = list(
                OrderRow.objects.select_for_update()
                .filter(state__in=states)
                .filter(Q(leased_until=None) | Q(leased_until__lte=now))
                .filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
                .order_by("-value_minor", "key")[:limit]
            )
            keys = [row.key for row in rows]
            OrderRow.objects.filter(key__in=keys).update(leased_by=worker, leased_until=now + lease)
        return [order_of(row) for row in rows]

    def put_back(self, key: str, *, next_try_at: datetime | None) -> None:
        """Give a lease back, to be tried again not before a time; one more attempt is counted."""
        OrderRow.objects.filter(key=key).update(
            leased_by=None, leased_until=None, next_try_at=next_try_at, attempts=F("attempts") + 1
        )

    def attempts(self, key: str) -> int:
        """Return how often an order was put back."""
        return int(self._row(key).attempts)

    def cancel_pending(self, book: str, customer_id: str, reason: str, by: str,
                       now: datetime) -> int:  # fmt: skip
        """Cancel everything about a person that has not left yet; return how many orders."""
        cancelled = 0
        keys = OrderRow.objects.filter(
            book=book, customer_id=customer_id, state__in=PENDING
        ).values_list("key", flat=True)
        for key in list(keys):
            done = self.record(key, Command(Step.CANCEL, by, {"reason": reason}), now)
            cancelled += isinstance(done, Event)
        return cancelled

    def stop(self, stop: StopOrder, by: str, now: datetime) -> int:
        """Stop asking about a person and cancel what is pending, in one step; return how many."""
        with transaction.atomic():
            chain.lock()
            StopRow.objects.create(**asdict(stop), by=by)
            told = {"kind": stop.kind, "from_on": str(stop.from_on), "reason": stop.reason}
            chain.append(now, "inquiry_stop", stop.customer_id, by, told)
            return self.cancel_pending(stop.book, stop.customer_id, stop.kind, by, now)

    def stops(self, book: str, customer_id: str) -> list[StopRow]:
        """Return every stop of a person, in force or not."""
        return list(StopRow.objects.filter(book=book, customer_id=customer_id).order_by("pk"))

    def asked_on(self, book: str, customer_id: str, *, but: str = "") -> list[date]:
        """Return the days of the orders that may have left a mark, the order ``but`` left out."""
        asked = self.asked_by(book, [customer_id])[customer_id]
        return sorted(on for key, on in asked if key != but)

    def asked_by(self, book: str, customer_ids: Sequence[str]) -> dict[str, list[tuple[str, date]]]:
        """Return key and day of every order that may have left a mark, by customer."""
        found: dict[str, list[tuple[str, date]]] = {who: [] for who in customer_ids}
        rows = OrderRow.objects.filter(book=book, customer_id__in=customer_ids, state__in=MARKS)
        names = ("customer_id", "key", "asked_on", "sent_at", "planned_on")
        for who, key, on, at, planned in rows.values_list(*names):
            found[who].append((key, on or (at.date() if at else planned)))
        return found

    def keep_answer(self, key: str, answer: bytes, now: datetime, problem: str = "") -> bool:
        """Keep the bureau's bytes sealed; False when the same bytes were kept before.

        ``problem`` tells why they cannot be read.
        Raises: OpsError without a key: a report is never stored in the clear.
        """
        if self._key is None:
            raise OpsError(
                "no key to seal answers with", why="a credit report is never stored in the clear",
                next_step="set DAIHOU_KEY",
            )  # fmt: skip
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(self._key).encrypt(nonce, answer, key.encode())
        digest = hashlib.sha256(answer).hexdigest()
        if AnswerRow.objects.filter(order_id=key, sha256=digest).exists():
            return False
        row = AnswerRow(
            order_id=key, sha256=digest, received_at=now, sealed=sealed, problem=problem
        )
        AnswerRow.objects.bulk_create([row], ignore_conflicts=True)
        return True

    def answers(self, *, landed: bool | None = None) -> Iterator[tuple[int, str, bytes]]:
        """Yield (number, order key, bytes) of kept answers in the order of arrival.

        Raises: OpsError when the key is another one than they were sealed with.
        """
        rows = AnswerRow.objects.order_by("pk")
        if landed is not None:
            rows = rows.filter(landed_at__isnull=not landed)
        for row in rows.iterator(chunk_size=200):
            yield int(row.pk), str(row.order_id), self._unseal(row)

    def mark_landed(self, numbers: Iterable[int], now: datetime,
                    problems: Mapping[int, str] | None = None) -> None:  # fmt: skip
        """Remember which answers have become facts, and which could not be read and why."""
        with transaction.atomic():
            for number in numbers:
                AnswerRow.objects.filter(pk=number).update(
                    landed_at=now, problem=(problems or {}).get(number, "")
                )

    def _unseal(self, row: AnswerRow) -> bytes:
        sealed, key = bytes(row.sealed), self._key or b"\0" * 32
        try:
            opened = AESGCM(key).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], str(row.order_id).encode()
            )
        except InvalidTag:
            raise OpsError(
                "DAIHOU_KEY is not the key these answers were sealed with", where="answers",
                next_step="set the key that was in use when they came",
            ) from None  # fmt: skip
        return opened

    def _row(self, key: str) -> OrderRow:
        row: OrderRow | None = OrderRow.objects.filter(key=key).first()
        if row is None:
            raise NotFound("no such order", where=key)
        return row


def _columns(order: Order, run_id: str) -> dict[str, Any]:
    copied = {name: getattr(order, name) for name in _COPIED}
    approved = list(order.approved_by)
    return copied | {"state": order.state.value, "approved_by": approved, "run_id": run_id}


def wanted_rows(wanted: OrderFilter) -> QuerySet[OrderRow]:
    """Return the rows that a filter wants, newest and those worth most first, not cut yet."""
    rows = OrderRow.objects.order_by("-planned_on", "-value_minor", "key")
    if wanted.book is not None:
        rows = rows.filter(book=wanted.book)
    if wanted.states is not None:
        rows = rows.filter(state__in=wanted.states)
    if wanted.customer_id is not None:
        rows = rows.filter(customer_id=wanted.customer_id)
    if wanted.since is not None:
        rows = rows.filter(planned_on__gte=wanted.since)
    return rows


def step(row: OrderRow, command: Command, now: datetime) -> Event | Refusal:
    """Take a step of a locked order and its event together, or return why it is refused."""
    event = decide(order_of(row), command)
    if isinstance(event, Event):
        _write(row, event, now)
        chain.append(now, f"order_{event.step}", row.key, event.by, dict(event.details))
    return event


def order_of(row: OrderRow) -> Order:
    """Return the order that a row holds."""
    copied = {name: getattr(row, name) for name in _COPIED}
    return Order(**copied, state=OrderState(row.state), approved_by=tuple(row.approved_by))


def _write(row: OrderRow, event: Event, now: datetime) -> None:
    row.state = event.state.value
    if event.step is Step.APPROVE:
        row.approved_by = [*row.approved_by, event.by]
    if event.step is Step.BEGIN:
        row.sent_at = now
    if event.state in _CLOSED:
        row.closed_at, row.leased_by, row.leased_until = now, None, None
        row.next_try_at, row.not_before, row.waiting = None, None, ""
    row.save(update_fields=STEPPED)


def _proposal(night: NightOrders, row: Mapping[str, Any]) -> ProposalRow:
    names = (
        "subject_kind", "subject_id", "customer_id", "treatment", "level", "amount_minor",
        "rule_id", "reasons", "needs_two",
    )  # fmt: skip
    told = {name: row[name] for name in names}
    key = f"{night.run_id}|{row['subject_kind']}|{row['subject_id']}|{row['treatment']}"
    return ProposalRow(key=key, run_id=night.run_id, book=night.book, as_of=night.as_of, **told)


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
