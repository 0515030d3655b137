"""One row of ``bureau_report``: the figures of a credit report about other lenders, for a night."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from daihou.contracts.bureau import BUREAU_REPORT
from daihou.report.bureau_adverse import overdue_figures, person_figures
from daihou.report.elsewhere import elsewhere
from daihou.report.facts import facts_of
from daihou.report.facts_accounts import is_loan, is_running
from daihou.report.facts_lenders import CARD_TYPES, drawn, legal_person
from daihou.report.facts_model import CardLine, Facts, Figure, Window, Windows
from daihou.report.facts_windows import count, indexed, is_within, total, window_start
from daihou.report.model import Account, Report
from daihou.report.words import AccountState, AccountType

Value = str | date | int | bool | None

CARD_REASON: Final = "03"
LOAN_REASON: Final = "02"
"""Applications by code. Source: dictionary 1054 (grade C)."""

_NO_LOOK: Final[Windows] = MappingProxyType(
    {months: Window(date.min, Figure(0), Figure(0), ()) for months in (1, 6)}
)


@dataclass(frozen=True, slots=True)
class BureauSource:
    """Where a report came from: its key, whose it is, what asked for it, when it came."""

    report_id: str
    customer_id: str
    inquiry_id: str | None
    received_on: date


def bureau_row(report: Report, own: frozenset[str], source: BureauSource) -> dict[str, Value]:
    """Return the columns of contract ``bureau_report``, own business left out.

    Units: amounts in minor units, the report's whole yuan times 100. None is what the report
    cannot tell; zero is a told zero.
    Raises: ReportError when the report does not say when it was made.
    """
    others = elsewhere(report, own)
    facts = facts_of(others)
    row: dict[str, Value] = {
        "report_id": source.report_id,
        "customer_id": source.customer_id,
        "inquiry_id": source.inquiry_id,
        "received_on": source.received_on,
        "report_on": facts.on,
    }
    row |= _applications(others, facts)
    row |= _cards(others, facts)
    row |= _debts(others, facts)
    row |= overdue_figures(others, facts)
    row |= person_figures(others, facts)
    return {column.name: row[column.name] for column in BUREAU_REPORT.columns}


def minor(yuan: int | None) -> int | None:
    """Return whole yuan in minor units."""
    return None if yuan is None else yuan * 100


def _applications(report: Report, facts: Facts) -> dict[str, int | None]:
    looks, new = facts.inquiries, facts.accounts.new
    loan = looks.by_reason.get(LOAN_REASON, _NO_LOOK)
    card = looks.by_reason.get(CARD_REASON, _NO_LOOK)
    inquirers = {legal_person(name) for name in card[1].institutions}
    return {
        "card_inquirers_1m": None if card[1].raw.missing else len(inquirers),
        "loan_inquiries_1m": loan[1].raw.value,
        "hard_60d": looks.hard_60_days.raw.value,
        "hard_3m": looks.hard[3].distinct.value,
        "hard_6m": looks.hard[6].raw.value,
        "loan_inquiries_6m": loan[6].raw.value,
        "loans_opened_6m": new["loans"][6].value,
        "card_inquiries_6m": card[6].raw.value,
        "cards_opened_3m": _cards_opened(report, facts.on, 3),
        "cards_opened_6m": _cards_opened(report, facts.on, 6),
        "non_bank_opened_3m": new["non_bank"][3].value,
    }


def _cards_opened(report: Report, on: date, months: int) -> int | None:
    """Count cards (R2) opened in a window; the two accounts of a two-currency card are one."""
    after = window_start(on, months)
    alone = 0
    by_currency: dict[object, Counter[str]] = defaultdict(Counter)
    for account in report.accounts:
        if account.account_type is not AccountType.CARD:
            continue
        inside = is_within(account.opened_on, after, on)
        if inside is None:
            return None
        if not inside:
            continue
        if account.currency is None or account.limit is None:
            alone += 1
        else:
            key = (legal_person(account.institution), account.opened_on, account.limit)
            by_currency[key][account.currency] += 1
    return alone + sum(max(counts.values()) for counts in by_currency.values())


def _cards(report: Report, facts: Facts) -> dict[str, int | None]:
    cards = facts.cards
    rows = [
        (evidence, account)
        for evidence, account in indexed("accounts", report.accounts)
        if account.account_type is AccountType.CARD and is_running(account) is not False
    ]
    paid_minimum = count(rows, _pays_minimum).value
    if cards.cards.missing:
        # A card of which nobody knows whether it is open leaves every sum over open cards unsure.
        unsure = ("card_limit_minor", "card_used_minor", "card_used_average_minor",
                  "cards_over_90", "issuers_over_80", "card_issuers")  # fmt: skip
        return dict.fromkeys(unsure, None) | {"cards_paid_minimum": paid_minimum}
    return {
        "card_limit_minor": minor(cards.limit.value),
        "card_used_minor": minor(cards.used.value),
        "card_used_average_minor": minor(total(rows, _average_used).value),
        "cards_over_90": cards.over_90.value,
        "issuers_over_80": _issuers_over_80(cards.lines),
        "card_issuers": len(cards.issuers),
        "cards_paid_minimum": paid_minimum,
    }


def _average_used(account: Account) -> int | None:
    return 0 if account.state is AccountState.NOT_ACTIVATED else account.used_average_6m


def _pays_minimum(account: Account) -> bool | None:
    """Tell whether a card that still owes was paid within 5 % of what was due this month."""
    if account.state in {AccountState.NOT_ACTIVATED, AccountState.BAD_DEBT}:
        return False
    due, paid, owed = account.due_this_month, account.paid_this_month, drawn(account)
    if due == 0 or owed == 0:
        return False
    if due is None or paid is None or owed is None:
        return None
    return abs(paid - due) * 20 <= due


def _issuers_over_80(lines: tuple[CardLine, ...]) -> int | None:
    """Count issuers whose limits together are used by 80 % or more."""
    used: Counter[str] = Counter()
    limit: Counter[str] = Counter()
    for line in lines:
        if line.limit is None or line.used.value is None:
            return None
        used[line.legal_person] += line.used.value
        limit[line.legal_person] += line.limit
    return sum(bool(whole) and used[name] * 10 >= whole * 8 for name, whole in limit.items())


def _debts(report: Report, facts: Facts) -> dict[str, int | None]:
    rows = [
        (evidence, account)
        for evidence, account in indexed("accounts", report.accounts)
        if is_running(account) is not False
    ]
    billed = [row for row in rows if is_loan(row[1]) or row[1].account_type is AccountType.CARD]
    loans = facts.loans
    return {
        "loan_lenders": None if loans.loans.missing else len(loans.institutions),
        "debt_minor": minor(facts.debt.value),
        "loan_balance_minor": minor(loans.balance.value),
        "monthly_due_minor": minor(total(billed, _due).value),
        "loans_mostly_unpaid": count(rows, _is_mostly_unpaid).value,
        "guaranteed_minor": minor(facts.guarantees.balance.value),
        "guaranteed_overdue": facts.guarantees.overdue.value,
    }


def _due(account: Account) -> int | None:
    is_unused = account.account_type in CARD_TYPES and account.state is AccountState.NOT_ACTIVATED
    return 0 if is_unused else account.due_this_month


def _is_mostly_unpaid(account: Account) -> bool | None:
    """Tell whether 80 % or more of what was lent is unpaid; a line (R1) lends no amount."""
    if account.account_type not in {AccountType.NON_REVOLVING, AccountType.DRAWDOWN}:
        return False
    if account.balance == 0 or account.amount == 0:
        return False
    if account.balance is None or account.amount is None:
        return None
    return account.balance * 10 >= account.amount * 8
