"""The referee: one account's position by plain Python, written only from the contracts' words.

Nothing here is shared with the night. It reads lists, loops over them, and is slow on purpose:
where the night and this file differ, one of them misreads the contract.

Readings of the contract that are choices, stated so that they can be argued with:

- a due is overdue from the day after its due day; it is *due* on the day itself;
- a symbol of a past month tells the position at that month end by the facts and the schedule known
  on ``as_of`` (what was said on the day itself is in that day's own night);
- a card without a statement was never asked for anything: 0 days, nothing owed;
- ``M`` is for a due of the same month that was paid after its due day and before the month ended;
- nothing due in the month, but an older due was open at its start and is paid now: ``N``;
- a month that ended before the account was taken on is unknown, unless a due that was handed over
  was already overdue then;
- a reported count of days stands unchanged until the next statement.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Due:
    """One instalment."""

    due_on: date
    principal: int
    interest: int = 0
    fee: int = 0
    agreed_on: date | None = None
    cancelled_on: date | None = None

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.fee

    def in_force(self, day: date) -> bool:
        agreed = self.agreed_on is None or self.agreed_on <= day
        return agreed and (self.cancelled_on is None or self.cancelled_on > day)


@dataclass(frozen=True)
class Payment:
    """One movement of money."""

    paid_on: date
    amount: int
    kind: str = "payment"
    booked_on: date | None = None
    principal: int | None = None

    def known(self, as_of: date) -> bool:
        return self.paid_on <= as_of and (self.booked_on or self.paid_on) <= as_of


@dataclass(frozen=True)
class Statement:
    """One card statement."""

    statement_on: date
    due_on: date
    balance: int
    minimum_due: int | None = None
    reported_dpd: int | None = None


@dataclass(frozen=True)
class Account:
    """One account with everything handed over about it."""

    opened_on: date
    amount: int | None = None
    closed_on: date | None = None
    written_off_on: date | None = None
    taken_on_on: date | None = None
    taken_on_balance: int | None = None
    dues: Sequence[Due] = ()
    payments: Sequence[Payment] = ()
    ledger: Sequence[tuple[date, int]] = ()
    statements: Sequence[Statement] = ()
    is_card: bool = False


@dataclass(frozen=True)
class Position:
    """What the referee says of one account on one day."""

    overdue_minor: int | None
    dpd: int | None
    bucket: str | None
    oldest_unpaid_on: date | None
    instalments_due: int
    instalments_missed: int
    balance_minor: int | None
    status_24m: str


@dataclass(frozen=True)
class Settled:
    """One due with what is left of it and the day on which it was paid in full."""

    due_on: date
    left: int
    cleared_on: date | None


def bucket_of(dpd: int | None) -> str | None:
    """Return M0 for 0, M1 for 1 to 30, M2 for 31 to 60 … M6 for 151 to 180, M7 beyond."""
    if dpd is None:
        return None
    for number, last_day in enumerate((0, 30, 60, 90, 120, 150, 180)):
        if dpd <= last_day:
            return f"M{number}"
    return "M7"


def net_money(payments: Sequence[Payment]) -> list[Payment]:
    """Return what was paid and stayed paid, by value day.

    A reversal has the value day of the payment that it takes back: it is taken first from a
    payment of the same day and amount, then from others of that day, then from the latest.
    """
    kept = sorted((p for p in payments if p.kind != "reversal"), key=lambda p: p.paid_on)
    for reversal in (p for p in payments if p.kind == "reversal"):
        left = reversal.amount

        def likeness(place: int, back: Payment = reversal) -> tuple[bool, bool, date]:
            found = kept[place]
            same_day = found.paid_on == back.paid_on
            return same_day and found.amount == back.amount, same_day, found.paid_on

        for place in sorted(range(len(kept)), key=likeness, reverse=True):
            found = kept[place]
            taken = min(left, found.amount)
            left -= taken
            own = found.principal
            if own is not None and taken:
                own = 0 if taken == found.amount else own - min(own, reversal.principal or 0)
            kept[place] = Payment(found.paid_on, found.amount - taken, principal=own)
    return [payment for payment in kept if payment.amount > 0]


def settle_loan(dues: Sequence[Due], money: Sequence[Payment]) -> list[Settled]:
    """Return the dues, oldest first, after the money: oldest due first, credit carried forward."""
    out = []
    purse = [(payment.paid_on, payment.amount) for payment in money]
    for due in sorted(dues, key=lambda d: d.due_on):
        left, cleared_on = due.total, None
        while left and purse:
            paid_on, amount = purse[0]
            used = min(left, amount)
            left -= used
            purse[0] = (paid_on, amount - used)
            if purse[0][1] == 0:
                purse.pop(0)
            if left == 0:
                cleared_on = paid_on
        out.append(Settled(due.due_on, left, cleared_on))
    return out


def settle_card(statements: Sequence[Statement], money: Sequence[Payment]) -> list[Settled]:
    """Return the minimum dues after the money.

    A payment counts only against statements issued on or before its value day; what is more than
    they ask for does not carry forward.
    """
    asked = sorted((s for s in statements if s.minimum_due), key=lambda s: s.statement_on)
    left = [statement.minimum_due or 0 for statement in asked]
    cleared: list[date | None] = [None for _ in asked]
    for payment in money:
        amount = payment.amount
        for place, statement in enumerate(asked):
            if statement.statement_on <= payment.paid_on and left[place]:
                used = min(amount, left[place])
                amount -= used
                left[place] -= used
                if left[place] == 0:
                    cleared[place] = payment.paid_on
    return [Settled(s.due_on, rest, day) for s, rest, day in zip(asked, left, cleared, strict=True)]


def principal_paid(dues: Sequence[Due], money: Sequence[Payment], as_of: date) -> int:
    """Return the principal that the money paid off.

    The lender's own part where it is given; else what the money reaches, in the order oldest due
    first and in it fee, interest, principal. Money ahead of the dues is credit, not principal.
    """
    slices = [
        (amount, is_principal)
        for due in sorted(dues, key=lambda d: d.due_on)
        if due.due_on <= as_of
        for amount, is_principal in (
            (due.fee, False),
            (due.interest, False),
            (due.principal, True),
        )
    ]
    total, place, used_of_slice = 0, 0, 0
    for payment in money:
        left, reached = payment.amount, 0
        while left and place < len(slices):
            amount, is_principal = slices[place]
            used = min(left, amount - used_of_slice)
            left -= used
            used_of_slice += used
            reached += used if is_principal else 0
            if used_of_slice == amount:
                place, used_of_slice = place + 1, 0
        total += reached if payment.principal is None else payment.principal
    return total


def balance_of(account: Account, dues: Sequence[Due], as_of: date) -> int | None:
    """Return the principal owed: by the ledger, else by statement, else by the payments."""
    in_ledger = [entry for entry in account.ledger if entry[0] <= as_of]
    if in_ledger:
        return max(in_ledger)[1]
    money = net_money([p for p in account.payments if p.known(as_of)])
    if account.is_card:
        issued = [s for s in account.statements if s.statement_on <= as_of]
        if not issued:
            return 0
        last = max(issued, key=lambda s: s.statement_on)
        return last.balance - sum(p.amount for p in money if p.paid_on > last.statement_on)
    start = account.amount if account.taken_on_balance is None else account.taken_on_balance
    if start is None or (not dues and any(p.principal is None for p in money)):
        return None
    return start - principal_paid(dues, money, as_of)


def settled_on(account: Account, day: date, as_of: date) -> list[Settled] | None:
    """Return the dues as they stand at the end of ``day`` by the facts known on ``as_of``.

    None when nothing says what is due.
    """
    money = net_money([p for p in account.payments if p.known(as_of) and p.paid_on <= day])
    if account.is_card:
        issued = [s for s in account.statements if s.statement_on <= day]
        if issued and max(issued, key=lambda s: s.statement_on).minimum_due is None:
            return None
        return settle_card(issued, money)
    in_force = [d for d in account.dues if d.in_force(as_of)]
    return settle_loan(in_force, money) if in_force else None


def overdue_of(settled: Sequence[Settled], day: date) -> list[Settled]:
    """Return the dues that are past their due day and not fully paid."""
    return [due for due in settled if due.due_on < day and due.left > 0]


def dpd_on(account: Account, day: date, as_of: date) -> int | None:
    """Return days past due at the end of ``day``, None when nothing says so."""
    settled = settled_on(account, day, as_of)
    if settled is None:
        issued = [s for s in account.statements if s.statement_on <= day]
        return max(issued, key=lambda s: s.statement_on).reported_dpd if issued else None
    late = overdue_of(settled, day)
    return (day - min(due.due_on for due in late)).days if late else 0


def month_ends(as_of: date) -> Iterator[tuple[date, date]]:
    """Yield (first day, last day) of the 24 months that end with the month of ``as_of``."""
    for back in range(23, -1, -1):
        index = as_of.year * 12 + as_of.month - 1 - back
        first = date(index // 12, index % 12 + 1, 1)
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield first, min(last, as_of)


def symbol_on(account: Account, first: date, day: date, as_of: date) -> str:
    """Return the bureau's symbol of one month that started on ``first``, at the end of ``day``."""
    if day < account.opened_on:
        return "/"
    if account.closed_on is not None and account.closed_on <= day:
        return "C"
    if account.written_off_on is not None and account.written_off_on <= day:
        return "B"
    dpd = dpd_on(account, day, as_of)
    taken_on_later = account.taken_on_on is not None and day < account.taken_on_on
    if dpd is None or (taken_on_later and dpd == 0):
        return "#"
    if dpd > 0:
        return (bucket_of(dpd) or "")[1]
    settled = settled_on(account, day, as_of)
    if settled is None:
        return "N"
    this_month = [due for due in settled if first <= due.due_on <= day]
    if any(due.cleared_on is not None and due.cleared_on > due.due_on for due in this_month):
        return "M"
    before = settled_on(account, first - timedelta(days=1), as_of) or []
    owed_before = overdue_of(before, first)
    return "N" if this_month or owed_before else "*"


def status_24m(account: Account, as_of: date) -> str:
    """Return the 24 symbols, oldest first, the last one for the month of ``as_of``."""
    return "".join(symbol_on(account, a, b, as_of) for a, b in month_ends(as_of))


def position(account: Account, as_of: date, *, with_status: bool = True) -> Position:
    """Return where the account stands at the end of ``as_of``; the status string is slow."""
    settled = settled_on(account, as_of, as_of)
    late = overdue_of(settled or (), as_of)
    due = [d for d in settled or () if d.due_on <= as_of]
    dpd = dpd_on(account, as_of, as_of)
    known = [d for d in account.dues if d.in_force(as_of)]
    return Position(
        overdue_minor=None if settled is None else sum(d.left for d in late),
        dpd=dpd,
        bucket=bucket_of(dpd),
        oldest_unpaid_on=min((d.due_on for d in late), default=None),
        instalments_due=len(due),
        instalments_missed=sum(d.left > 0 for d in due),
        balance_minor=balance_of(account, known, as_of),
        status_24m=status_24m(account, as_of) if with_status else "",
    )


def accounts_of(facts: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Account]:
    """Return every account from rows of the contract tables, by account_id.

    Shape: ``facts`` by table name: account, instalment, payment, ledger_balance, card_statement.
    """
    by_account: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for table, rows in facts.items():
        for row in rows:
            by_account[row["account_id"]][table].append(row)
    out = {}
    for account_id, tables in by_account.items():
        state = max(tables["account"], key=lambda row: row["recorded_on"])
        out[account_id] = Account(
            opened_on=state["opened_on"],
            amount=state["amount_minor"],
            closed_on=state["closed_on"],
            written_off_on=state["written_off_on"],
            taken_on_on=state["taken_on_on"],
            taken_on_balance=state["taken_on_balance_minor"],
            is_card=state["product"] == "card",
            dues=[
                Due(
                    row["due_on"], row["principal_minor"], row["interest_minor"],
                    row["fee_minor"], row["agreed_on"], row["cancelled_on"],
                )
                for row in sorted(tables["instalment"], key=lambda r: r["instalment_no"])
            ],
            payments=[
                Payment(
                    row["paid_on"], row["amount_minor"], row["kind"], row["booked_on"],
                    row["principal_minor"],
                )
                for row in tables["payment"]
            ],
            ledger=[(row["balance_on"], row["balance_minor"]) for row in tables["ledger_balance"]],
            statements=[
                Statement(
                    row["statement_on"], row["due_on"], row["balance_minor"],
                    row["minimum_due_minor"], row["reported_dpd"],
                )
                for row in tables["card_statement"]
            ],
        )  # fmt: skip
    return out


def read_facts(files: Mapping[str, Sequence[Path]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of contract-shaped Parquet files, by table name: the only edge here."""
    import pyarrow.parquet as pq

    return {
        table: [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]
        for table, paths in files.items()
    }
