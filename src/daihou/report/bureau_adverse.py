"""Figures of a bureau row about what went wrong elsewhere, public records, person and score.

Months are calendar months up to the one of the report, as in the facts of a report. A bad thing
that is told counts although other months or records are not told: the figure is then at least so
much. Only where nothing bad is told and something is missing is it unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from daihou.report.facts_accounts import is_loan, is_running
from daihou.report.facts_adverse import (
    UNKNOWN_SYMBOLS,
    arrears_facts,
    is_recovery,
    symbols_by_month,
)
from daihou.report.facts_lenders import drawn
from daihou.report.facts_model import Facts, Figure
from daihou.report.facts_windows import count, indexed, is_within, window_start
from daihou.report.model import Account, PostPaid, Report
from daihou.report.person import Identity
from daihou.report.values import Month, month_of
from daihou.report.words import (
    OVERDUE_SYMBOLS,
    AccountState,
    AccountType,
    PublicKind,
    ReportKind,
)

PAID_BY_OTHERS: Final = frozenset("DZ")
"""Paid by a guarantor, or with assets. Source: dictionary 1037 (grade C)."""
PAID_BY_OTHERS_DEALS: Final = frozenset({"2", "3"})
"""The same as special transactions. Source: dictionary 1040 (grade C)."""
ENDED_BY_SALE: Final = frozenset("G")
RELIEF, EXTENSION, REDUCTION = frozenset({"16"}), frozenset({"1"}), frozenset({"11", "14"})
SMALL_CARD_DEBT_YUAN: Final = 300
"""Source: jerryops007/pbocIndex PbocLabelEnum.java (grade C)."""
FUND_LATE_MONTHS: Final = 3
"""A fund that is paid (缴交) is late when paid to more months ago than this. Source: signal D05."""

_LONG_KINDS: Final = frozenset({ReportKind.PBOC_DETAILED, ReportKind.PBOC_GEN2})
"""Layouts that show special transactions, the housing fund, alerts and people's histories."""
_CLASSES: Final = frozenset("12345")
_NOT_CLASSIFIED: Final = "9"
_FUND_PAID: Final = frozenset({"1", "缴交"})
_BAD: Final = frozenset({AccountState.BAD_DEBT, AccountState.JUDICIAL_RECOVERY})
_STOPPED: Final = frozenset({AccountState.FROZEN, AccountState.STOPPED})


def overdue_figures(report: Report, facts: Facts) -> dict[str, int | None]:
    """Return the figures about arrears and histories, report and facts without own business."""
    on, rows = facts.on, indexed("accounts", report.accounts)
    told = [account for account in report.accounts if not is_recovery(account)]
    # A bad debt has figures of its own and states neither a digit nor what of it is overdue.
    sound = tuple(one for one in report.accounts if one.state is not AccountState.BAD_DEBT)
    arrears = arrears_facts(replace(report, accounts=sound))
    history = facts.history
    overdue, owed = proved(arrears.amount), proved(facts.recovery_balance)

    def stopped(states: frozenset[AccountState], small: bool | None = None) -> int | None:
        return proved(count(rows, lambda account: _is_stopped(account, states, small)))

    return {
        "overdue_minor": None if overdue is None else overdue * 100,
        "overdue_worst": proved(arrears.worst),
        "overdue_accounts_3m": _with_symbol(told, on, 3, OVERDUE_SYMBOLS),
        "months_overdue_24m": proved(history.months_24),
        "longest_overdue_24m": proved(history.longest_24),
        "worst_24m": proved(history.worst_24),
        "cards_stopped": stopped(_STOPPED, small=False),
        "cards_stopped_small": stopped(_STOPPED, small=True),
        "cards_stopped_by_bank": stopped(frozenset({AccountState.STOPPED_BY_BANK})),
        "bad_debts": proved(count(rows, _is_bad)),
        "paid_by_others_24m": _paid_by_others(report, told, on, 24),
        "paid_by_others_12m": _paid_by_others(report, told, on, 12),
        "worst_class": _worst_class(report.accounts),
        "recoveries": proved(facts.recoveries),
        "recovery_balance_minor": None if owed is None else owed * 100,
        "ended_by_sale_24m": _with_symbol(told, on, 24, ENDED_BY_SALE),
        "relief_12m": _deals(report, on, 12, RELIEF),
        "extended_12m": _deals(report, on, 12, EXTENSION),
        "reduced_12m": _deals(report, on, 12, REDUCTION),
        "telecom_arrears_months_24m": _telecom(report.post_paid, on),
    }


def proved(figure: Figure) -> int | None:
    """Return what is told of a bad thing, at least so much; None when that is nothing for sure."""
    return figure.known or figure.value


def _at_least(found: int, missing: bool) -> int | None:
    return None if missing and not found else found


def _is_stopped(
    account: Account, states: frozenset[AccountState], small: bool | None
) -> bool | None:
    """Tell whether a card is in such a state, owing less (``small``) or at least 300 yuan."""
    if account.account_type is not AccountType.CARD:
        return False
    if account.state is None:
        return None if account.state_code is not None else False
    if account.state not in states:
        return False
    owed = drawn(account)
    if small is None or owed is None:
        return True if small is None else None
    return (owed < SMALL_CARD_DEBT_YUAN) is small


def _is_bad(account: Account) -> bool | None:
    """Tell whether an account is a bad debt; a state code that nobody knows cannot tell."""
    if account.state is None:
        return None if account.state_code is not None else False
    return account.state in _BAD


def symbols_within(
    account: Account, on: date, months: int, *, overdue: bool
) -> tuple[list[str], bool]:
    """Return the symbols told of the last months, and whether no month that should be is missing.

    Months before the opening, after the closing, or after the last reported one are not missed.
    ``overdue``: only digits are asked for, and a list of months overdue tells all its months.
    """
    end = Month.of(on).number
    start = end - months + 1
    told = {month.number: symbol for month, symbol in symbols_by_month(account).items()}
    inside = [symbol for number, symbol in sorted(told.items()) if start <= number <= end]
    never = overdue and account.months_overdue_5y == 0
    if never or account.state is AccountState.NOT_ACTIVATED:
        return inside, True
    first = max(start, Month.of(account.opened_on).number) if account.opened_on else start
    if account.closed_on is not None:
        end = min(end, month_of(account.closed_on).number)
    else:
        reported = [m.number for m in (account.history_to, account.overdue_to) if m is not None]
        end = min(end, max([*reported, *told], default=end))
    known = {number for number, symbol in told.items() if symbol not in UNKNOWN_SYMBOLS}
    if overdue and account.overdue_from is not None and account.overdue_to is not None:
        listed = range(account.overdue_from.number, account.overdue_to.number + 1)
        known |= set(listed) - (told.keys() - known)
    return inside, all(number in known for number in range(first, end + 1))


def _with_symbol(
    accounts: Iterable[Account], on: date, months: int, wanted: frozenset[str]
) -> int | None:
    """Count accounts with a month of one of these symbols."""
    found, missing = 0, False
    for account in accounts:
        symbols, complete = symbols_within(account, on, months, overdue=wanted == OVERDUE_SYMBOLS)
        if wanted.intersection(symbols):
            found += 1
        else:
            missing |= not complete
    return _at_least(found, missing)


def _paid_by_others(
    report: Report, accounts: Iterable[Account], on: date, months: int
) -> int | None:
    """Count months paid by a guarantor or with assets, and special transactions that say so."""
    deals = _deals(report, on, months, PAID_BY_OTHERS_DEALS)
    found, missing = deals or 0, deals is None
    for account in accounts:
        symbols, complete = symbols_within(account, on, months, overdue=False)
        found += sum(symbol in PAID_BY_OTHERS for symbol in symbols)
        missing |= not complete
    return _at_least(found, missing)


def _deals(report: Report, on: date, months: int, codes: frozenset[str]) -> int | None:
    """Count special transactions of these codes in a window of calendar months."""
    after = window_start(on, months)
    deals = [deal for account in report.accounts for deal in account.special_transactions]
    inside = [is_within(deal.on, after, on) for deal in deals if deal.code in codes]
    untold = report.kind not in _LONG_KINDS and bool(report.accounts)
    return _at_least(inside.count(True), untold or None in inside)


def _worst_class(accounts: Iterable[Account]) -> int | None:
    """Return the worst of the five classes of loans that run; 0 when none is classified.

    Bad debts have a figure of their own; a pass that is told does not tell the others' class.
    """
    worst, missing = 0, False
    for account in accounts:
        if not is_loan(account) or account.state is AccountState.BAD_DEBT:
            continue
        runs = is_running(account)
        if runs is False or account.class_code == _NOT_CLASSIFIED:
            continue
        if runs is None or account.class_code not in _CLASSES:
            missing = True
        else:
            worst = max(worst, int(account.class_code or 0))
    return None if missing and worst < 2 else worst


def _telecom(services: Iterable[PostPaid], on: date) -> int | None:
    """Return the months in arrears of the worst post-paid service in 24 months."""
    worst, missing = 0, False
    for service in services:
        if service.history is None or service.month is None:
            missing = True
            continue
        oldest = Month.of(on).number - 23
        if service.opened_on is not None:
            oldest = max(oldest, Month.of(service.opened_on).number)
        months = max(service.month.number - oldest + 1, 0)
        symbols = service.history[::-1][:months]
        missing |= len(symbols) < months or not UNKNOWN_SYMBOLS.isdisjoint(symbols)
        worst = max(worst, sum(symbol in OVERDUE_SYMBOLS for symbol in symbols))
    return _at_least(worst, missing)


def person_figures(report: Report, facts: Facts) -> dict[str, int | bool | None]:
    """Return the figures about public records, the person, alerts and the score."""
    on, records = facts.on, facts.public_records
    amount = _highest_judgment(report)
    return {
        "enforcement_12m": _enforcements(report, on, 12),
        "enforcement_24m": _enforcements(report, on, 24),
        "judgments": records[PublicKind.CIVIL_JUDGMENT].value,
        "judgment_minor": None if amount is None else amount * 100,
        "tax_arrears": records[PublicKind.TAX_ARREARS].value,
        "penalties": records[PublicKind.PENALTY].value,
        "fund_stopped_months": _fund_stopped(report, on),
        "contact_changes_6m": _contact_changes(report.identity, on),
        "alert": _alert(report, on),
        "score": None if report.score is None else report.score.value,
    }


def _enforcements(report: Report, on: date, months: int) -> int | None:
    after = window_start(on, months)
    days = [
        record.values.get("filed_on")
        for record in report.public_records
        if record.kind is PublicKind.ENFORCEMENT
    ]
    inside = [is_within(d, after, on) if isinstance(d, date | Month) else None for d in days]
    return _at_least(inside.count(True), None in inside)


def _highest_judgment(report: Report) -> int | None:
    amounts = [
        record.values.get("amount")
        for record in report.public_records
        if record.kind is PublicKind.CIVIL_JUDGMENT
    ]
    stated = [amount for amount in amounts if isinstance(amount, int)]
    return _at_least(max(stated, default=0), len(stated) < len(amounts))


def _fund_stopped(report: Report, on: date) -> int | None:
    """Return months since the housing fund was last paid; 0 while it is paid or there is none.

    The newest account of the fund counts: an old one is closed when the employer changes.
    """
    if report.kind not in _LONG_KINDS:
        return None
    newest: tuple[int, bool] | None = None
    for record in report.public_records:
        if record.kind is not PublicKind.HOUSING_FUND:
            continue
        paid_to = record.values.get("paid_to")
        if not isinstance(paid_to, date | Month):
            return None
        found = (month_of(paid_to).number, record.values.get("state") in _FUND_PAID)
        newest = max(newest or found, found)
    if newest is None:
        return 0
    months = max(Month.of(on).number - newest[0], 0)
    return 0 if newest[1] and months <= FUND_LATE_MONTHS else months


def _contact_changes(identity: Identity | None, on: date) -> int | None:
    """Count telephones, homes and employers told in 6 months beyond one of each.

    Lenders tell the same ones again and again, which moves their day: one of each is no change.
    """
    if identity is None:
        return None
    after = window_start(on, 6)
    kinds = (
        [(one.number, one.updated_on) for one in identity.phones],
        [(one.address, one.updated_on) for one in identity.residences],
        [(one.employer, one.updated_on) for one in identity.occupations],
    )
    changes = 0
    for entries in kinds:
        inside = [(text, is_within(day, after, on)) for text, day in entries if text]
        if any(known is None for _, known in inside):
            return None
        changes += max(len({_squeezed(text) for text, known in inside if known}) - 1, 0)
    return changes


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _alert(report: Report, on: date) -> bool | None:
    """Tell whether a fraud alert in force or a dispute stands on the file."""
    alert = report.header.fraud_alert
    stands = alert is not None and alert.flag not in {"0", "否"}
    if stands and (alert is None or alert.to_on is None or alert.to_on >= on):
        return True
    if report.header.disputes:
        return True
    return False if report.kind in _LONG_KINDS else None
