"""Facts about what went wrong: arrears now, months overdue, bad debt, records, and retention."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from daihou.report.facts_accounts import is_running
from daihou.report.facts_lenders import is_over
from daihou.report.facts_model import (
    AccountHistory,
    ArrearsFacts,
    Evidence,
    Figure,
    GuaranteeFacts,
    HistoryFacts,
    Retention,
)
from daihou.report.facts_windows import (
    added,
    count,
    highest,
    indexed,
    latest_day,
    total,
    years_later,
)
from daihou.report.model import Account, Liability, PostPaid, PublicRecord, Report
from daihou.report.values import Month, When, month_of
from daihou.report.words import OVERDUE_SYMBOLS, AccountState, AccountType, PublicKind

UNKNOWN_SYMBOLS: Final = frozenset("#/")
ADVERSE_SYMBOLS: Final = OVERDUE_SYMBOLS | {"B"}
RETENTION_YEARS: Final = 5
"""Source: 征信业管理条例 art. 16 (grade L)."""

_AGEING: Final = (
    ("overdue_over_180", 7),
    ("overdraft_over_180", 7),
    ("overdue_91_180", 4),
    ("overdue_61_90", 3),
    ("overdue_31_60", 2),
)


def is_recovery(account: Account) -> bool:
    """Tell whether an account is a debt under recovery (被追偿: 资产处置, 垫款)."""
    return account.account_type is AccountType.COLLECTION


def is_overdue(account: Account) -> bool | None:
    """Tell whether an account is overdue now; None when the report does not say.

    A bad debt is overdue. ``normal`` is the state of a loan only when nothing is overdue, but of a
    card also when something is.
    """
    if is_over(account):
        return False
    if account.state in {AccountState.BAD_DEBT, AccountState.OVERDUE}:
        return True
    stated = (account.overdue_amount, account.terms_overdue)
    if account.overdue_now is not None or any(stated):
        return account.overdue_now or any(stated)
    if _digit(account.latest_symbol):
        return True
    is_normal_loan = account.state is AccountState.NORMAL and account.account_type in {
        AccountType.NON_REVOLVING, AccountType.REVOLVING, AccountType.DRAWDOWN
    }  # fmt: skip
    settled = is_normal_loan or account.state is AccountState.NOT_ACTIVATED
    return False if settled or any(one == 0 for one in stated) else None


def arrears_facts(report: Report) -> ArrearsFacts:
    """Return what is overdue now, debts under recovery left out."""
    rows = [row for row in indexed("accounts", report.accounts) if not is_recovery(row[1])]
    late = [row for row in rows if is_overdue(row[1]) is not False]
    return ArrearsFacts(
        accounts=count(rows, is_overdue),
        amount=total(late, lambda account: account.overdue_amount),
        worst=highest([_worst_now(*row) for row in late]),
    )


def _worst_now(evidence: Evidence, account: Account) -> Figure:
    """Return the status digit now; without one, the amounts by age prove at least so much."""
    latest = max(account.history, key=lambda one: one.month, default=None)
    digit = _digit(account.latest_symbol) or (_digit(latest.symbol) if latest else 0)
    aged = max((least for name, least in _AGEING if getattr(account, name)), default=0)
    known = max(digit, aged) or (1 if is_overdue(account) else None)
    return Figure(known, (evidence,) if known else (), () if digit else (evidence,))


def _digit(symbol: str | None) -> int:
    return int(symbol) if symbol in OVERDUE_SYMBOLS and symbol is not None else 0


def symbols_by_month(account: Account) -> dict[Month, str]:
    """Return the symbol of every month told, from both histories; the worse one where they differ.

    The five-year history (overdue months only) and the 24 months tell the same months twice.
    """
    told: dict[Month, str] = {}
    for one in (*account.history, *account.overdue_months):
        if _digit(one.symbol) >= _digit(told.get(one.month)):
            told[one.month] = one.symbol
    return told


def history_facts(report: Report, on: date) -> HistoryFacts:
    """Return months overdue of every account but debts under recovery, and of all together."""
    rows = [row for row in indexed("accounts", report.accounts) if not is_recovery(row[1])]
    each = tuple(_account_history(evidence, account, on) for evidence, account in rows)
    all_24, all_60 = added(h.months_24 for h in each), added(h.months_60 for h in each)
    return HistoryFacts(
        by_account=each,
        months_24=all_24,
        months_60=all_60,
        longest_24=highest(h.longest_24 for h in each),
        worst_24=highest(h.worst_24 for h in each),
        worst_60=highest(h.worst_60 for h in each),
        three_in_row=_any(_reaches(h.longest_24, 3, h.months_60) for h in each),
        six_of_account=_any(_reaches(h.months_24, 6, h.months_60) for h in each),
        six_of_all=_reaches(all_24, 6, all_60),
    )


def _reaches(figure: Figure, limit: int, ceiling: Figure) -> bool | None:
    """Tell whether a figure reaches a limit; what five years do not reach, 24 months do not."""
    reached = figure.at_least(limit)
    if reached is None and ceiling.value is not None and ceiling.value < limit:
        return False
    return reached


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


def _account_history(evidence: Evidence, account: Account, on: date) -> AccountHistory:
    told = symbols_by_month(account)
    digits_24, known_24 = _digits(account, told, Month.of(on), 24)
    digits_60, known_60 = _digits(account, told, Month.of(on), 60)

    def figure(value: int | None, complete: bool) -> Figure:
        return Figure(value, (evidence,) if value else (), () if complete else (evidence,))

    def counted(digits: dict[int, int], complete: bool, least: int = 1) -> Figure:
        value = sum(digit >= least for digit in digits.values())
        return figure(value if complete or value else None, complete)

    def worst(digits: dict[int, int], complete: bool, floor: int = 0) -> Figure:
        value = max(*digits.values(), floor, 0, 0)
        return figure(value if complete or value else None, complete)

    stated, stated_90 = account.months_overdue_5y, account.months_overdue_90_5y
    run = _longest_run(digits_24)
    return AccountHistory(
        evidence,
        months_24=counted(digits_24, known_24),
        months_60=counted(digits_60, known_60) if stated is None else figure(stated, True),
        months_90_60=(
            counted(digits_60, known_60, 4) if stated_90 is None else figure(stated_90, True)
        ),
        longest_24=figure(run if known_24 or run else None, known_24),
        worst_24=worst(digits_24, known_24),
        worst_60=worst(digits_60, known_60, 4 if stated_90 else 1 if stated else 0),
    )


def _digits(
    account: Account, told: dict[Month, str], end: Month, months: int
) -> tuple[dict[int, int], bool]:
    """Return the digits of the months overdue in a window, by number of the month, and whether
    every month of the window in which the account lived and has reported is known.
    """
    start = end.number - months + 1
    digits = {
        month.number: _digit(symbol)
        for month, symbol in told.items()
        if start <= month.number <= end.number and _digit(symbol)
    }
    if account.months_overdue_5y == 0 or account.state is AccountState.NOT_ACTIVATED:
        return digits, True
    first = max(start, Month.of(account.opened_on).number) if account.opened_on else start
    last = end.number
    if account.closed_on is not None:
        last = min(last, month_of(account.closed_on).number)
    reported = [m for m in (account.history_to, account.overdue_to, *told) if m is not None]
    if account.closed_on is None and reported:
        last = min(last, max(reported).number)
    known = {month.number for month, symbol in told.items() if symbol not in UNKNOWN_SYMBOLS}
    unclear = {month.number for month in told} - known
    if account.overdue_from is not None and account.overdue_to is not None:
        # this history lists the months overdue and no others
        known |= set(range(account.overdue_from.number, account.overdue_to.number + 1)) - unclear
    return digits, all(number in known for number in range(first, last + 1))


def _longest_run(digits: dict[int, int]) -> int:
    longest = run = 0
    previous = None
    for number in sorted(digits):
        run = run + 1 if previous == number - 1 else 1
        longest, previous = max(longest, run), number
    return longest


def guarantee_facts(report: Report) -> GuaranteeFacts:
    """Return the facts about debts of others for which the person answers."""
    rows = indexed("liabilities", report.liabilities)
    return GuaranteeFacts(
        count=count(rows, lambda _: True),
        amount=total(rows, lambda liability: liability.amount),
        balance=total(rows, lambda liability: liability.balance),
        overdue=count(rows, _liability_overdue),
    )


def _liability_overdue(liability: Liability) -> bool | None:
    if liability.months_overdue is None and liability.state_symbol in {None, "#"}:
        return None
    return bool(liability.months_overdue) or _digit(liability.state_symbol) > 0


def public_facts(report: Report) -> MappingProxyType[PublicKind, Figure]:
    """Return how many public records of each kind there are."""
    rows = indexed("public_records", report.public_records)
    return MappingProxyType(
        {kind: count([row for row in rows if row[1].kind is kind], lambda _: True)
         for kind in PublicKind}
    )  # fmt: skip


def in_arrears(service: PostPaid) -> bool | None:
    """Tell whether a post-paid service is in arrears; None when only a disputed digit says."""
    if service.arrears:
        return True
    return None if service.state is None else service.state == "欠费"


def retention(report: Report, on: date) -> tuple[Retention, ...]:
    """Return until when each adverse item may be shown, in the order of the report."""
    found = [_of_account(evidence, one) for evidence, one in indexed("accounts", report.accounts)]
    found += [
        Retention("post_paid", evidence, False)
        for evidence, service in indexed("post_paid", report.post_paid)
        if in_arrears(service)
    ]
    found += [
        _of_public(evidence, record, on)
        for evidence, record in indexed("public_records", report.public_records)
        if record.kind in _ADVERSE_RECORDS
    ]
    return tuple(one for one in found if one is not None)


_ADVERSE_RECORDS: Final = frozenset(
    {PublicKind.TAX_ARREARS, PublicKind.CIVIL_JUDGMENT, PublicKind.ENFORCEMENT, PublicKind.PENALTY}
)


def _ended(kind: str, evidence: Evidence, ended: When | None, ended_by: When | None) -> Retention:
    until = None if ended is None else years_later(ended, RETENTION_YEARS)
    until_by = None if ended_by is None else years_later(ended_by, RETENTION_YEARS)
    return Retention(kind, evidence, True, ended, ended_by, until, until_by)


def _of_account(evidence: Evidence, account: Account) -> Retention | None:
    if is_recovery(account):
        running = is_running(account)
        if running is False:
            return _ended("recovery", evidence, account.closed_on, account.closed_on)
        return Retention("recovery", evidence, False if running or account.balance else None)
    if account.state is AccountState.BAD_DEBT:
        return Retention("bad_debt", evidence, False)
    told = symbols_by_month(account)
    adverse = [month for month, symbol in told.items() if symbol in ADVERSE_SYMBOLS]
    overdue = is_overdue(account)
    if overdue:
        return Retention("overdue", evidence, False)
    if not adverse and not account.months_overdue_5y:
        return None
    if overdue is None:
        return Retention("overdue", evidence, None)
    last = max(adverse, default=None)
    good = [
        month
        for month, symbol in told.items()
        if last is not None and month > last and symbol not in UNKNOWN_SYMBOLS
    ]
    proof = min(good, default=None) or account.closed_on or account.as_of or account.month
    return _ended("overdue", evidence, last, proof)


def _of_public(evidence: Evidence, record: PublicRecord, on: date) -> Retention:
    """Return the retention of a public record: only enforcement and penalties state an end."""
    name = {PublicKind.ENFORCEMENT: "closed_on", PublicKind.PENALTY: "until_on"}.get(record.kind)
    end = record.values.get(name) if name else None
    kind = record.kind.value
    if not isinstance(end, date | Month):
        return Retention(kind, evidence, None)
    if latest_day(end) > on:
        return Retention(kind, evidence, False)
    return _ended(kind, evidence, end, end)
