"""Facts about accounts: new, closed and running ones, cards and their use, loans and debt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from daihou.report.facts_lenders import (
    CARD_TYPES,
    LOAN_TYPES,
    drawn,
    is_non_bank,
    is_over,
    legal_person,
)
from daihou.report.facts_model import (
    WINDOWS,
    AccountFacts,
    CardFacts,
    CardLine,
    Evidence,
    Figure,
    LenderDebt,
    LoanFacts,
)
from daihou.report.facts_windows import added, count, indexed, is_within, total, window_start
from daihou.report.model import Account, Report
from daihou.report.words import AccountState, AccountType

Row = tuple[Evidence, Account]
Test = Callable[[Account], bool | None]

STOPPED: Final = frozenset(
    {AccountState.FROZEN, AccountState.STOPPED, AccountState.STOPPED_BY_BANK}
)
SHARED_CARD_LINE: Final = "30"
"""Use of a credit agreement. Source: dictionary 1042 (grade C)."""


def is_card(account: Account) -> bool:
    """Tell whether an account is a card (贷记卡, 准贷记卡)."""
    return account.account_type in CARD_TYPES


def is_loan(account: Account) -> bool:
    """Tell whether an account is a loan or line."""
    return account.account_type in LOAN_TYPES


def _is_non_bank_loan(account: Account) -> bool | None:
    return is_loan(account) and is_non_bank(account.institution, account.institution_type)


_GROUPS: Final = MappingProxyType(
    {"cards": is_card, "loans": is_loan, "non_bank": _is_non_bank_loan}
)


def both(*answers: bool | None) -> bool | None:
    """Return whether all hold: one False decides, else one unknown leaves it unknown."""
    return False if False in answers else None if None in answers else True


def is_running(account: Account) -> bool | None:
    """Tell whether an account has not ended; None when the report does not say."""
    over = is_over(account)
    return None if over is None else not over


def account_facts(report: Report, on: date) -> AccountFacts:
    """Return what was opened and closed in each window, and what runs."""
    rows = indexed("accounts", report.accounts)
    dated = [
        (account.opened_on, evidence)
        for evidence, account in rows
        if account.opened_on is not None and (is_card(account) or is_loan(account))
    ]
    oldest = min(dated, default=None)

    def opened(months: int, belongs: Test) -> Figure:
        after = window_start(on, months)
        return count(rows, lambda a: both(belongs(a), is_within(a.opened_on, after, on)))

    def closed(months: int, belongs: Test) -> Figure:
        after = window_start(on, months)
        return count(
            rows, lambda a: both(belongs(a), is_over(a), is_within(a.closed_on, after, on))
        )

    types = {account.account_type for account in report.accounts} - {None}
    return AccountFacts(
        new=_by_group(opened),
        closed=_by_group(closed),
        running=MappingProxyType(
            {
                one: count([row for row in rows if row[1].account_type is one], is_running)
                for one in AccountType
                if one in types
            }
        ),
        oldest_on=oldest[0] if oldest else None,
        oldest=oldest[1] if oldest else None,
    )


def _by_group(
    figure: Callable[[int, Test], Figure],
) -> MappingProxyType[str, MappingProxyType[int, Figure]]:
    return MappingProxyType(
        {
            name: MappingProxyType({months: figure(months, test) for months in WINDOWS})
            for name, test in _GROUPS.items()
        }
    )


def card_facts(report: Report, kind: AccountType) -> CardFacts:
    """Return the facts about open cards of one type."""
    rows = [row for row in indexed("accounts", report.accounts) if row[1].account_type is kind]
    running = [row for row in rows if is_running(row[1]) is not False]
    lines = _card_lines(report, [row for row in rows if is_running(row[1])])
    limits = added(
        Figure(None, (), line.evidence) if line.limit is None else Figure(line.limit, line.evidence)
        for line in lines
    )
    used = added(line.used for line in lines)
    rated = [line for line in lines if line.utilisation_bp is not None]
    return CardFacts(
        issuers=tuple(dict.fromkeys(line.legal_person for line in lines)),
        cards=count(running, is_running),
        not_activated=count(running, _is_not_activated),
        lines=lines,
        limit=limits,
        used=used,
        utilisation_bp=share_bp(used.value, limits.value),
        highest=max(rated, key=lambda line: line.utilisation_bp or 0, default=None),
        over_80=_reaching(lines, 8_000),
        over_90=_reaching(lines, 9_000),
    )


def _is_not_activated(account: Account) -> bool | None:
    return None if account.state is None else account.state is AccountState.NOT_ACTIVATED


def share_bp(part: int | None, whole: int | None) -> int | None:
    """Return a share in basis points, rounded down; None when a side is unknown or whole is 0."""
    return None if part is None or not whole else part * 10_000 // whole


def _reaching(lines: Iterable[CardLine], bp: int) -> Figure:
    """Count limits used by at least so much; a limit of 0 or unknown use cannot tell."""
    hits = [line for line in lines if line.utilisation_bp is not None and line.utilisation_bp >= bp]
    unknown = [line for line in lines if line.utilisation_bp is None and line.limit != 0]
    return Figure(
        len(hits),
        tuple(one for line in hits for one in line.evidence),
        tuple(one for line in unknown for one in line.evidence),
    )


def _card_lines(report: Report, rows: list[Row]) -> tuple[CardLine, ...]:
    """Return one line for each limit: cards that share one stand on one line.

    Shared are cards under one shared agreement, cards of an issuer that state a shared limit, and
    the two accounts of a two-currency card (same issuer, day and limit, other currency).
    """
    shared = {
        agreement.agreement_no: agreement
        for agreement in report.agreements
        if agreement.use_code == SHARED_CARD_LINE and agreement.agreement_no
    }
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    limits: dict[Hashable, list[int]] = defaultdict(list)
    seen: Counter[Hashable] = Counter()
    for row in rows:
        account = row[1]
        agreement = shared.get(account.agreement_no or "")
        limit = account.shared_limit or account.limit
        key: Hashable
        if agreement is not None:
            key = ("agreement", account.agreement_no)
            limit = limit if agreement.limit is None else agreement.limit
        elif account.shared_limit:
            key = ("issuer", legal_person(account.institution))
        else:
            key = _pair_key(seen, row)
        groups[key].append(row)
        limits[key] += [] if limit is None else [limit]
    found = []
    for key, members in groups.items():
        top = max(limits[key], default=None)
        used = total(members, drawn)
        evidence = tuple(evidence for evidence, _ in members)
        issuer = legal_person(members[0][1].institution)
        found.append(CardLine(issuer, top, used, share_bp(used.value, top), evidence))
    return tuple(found)


def _pair_key(seen: Counter[Hashable], row: Row) -> Hashable:
    """Return the key of a card's own line: the same for the n-th cards of either currency."""
    evidence, account = row
    base = (legal_person(account.institution), account.opened_on, account.limit)
    if account.currency is None or None in base:
        return ("card", evidence)
    seen[base, account.currency] += 1
    return ("card", base, seen[base, account.currency])


def loan_facts(report: Report) -> LoanFacts:
    """Return the facts about loans that run."""
    rows = [
        row
        for row in indexed("accounts", report.accounts)
        if is_loan(row[1]) and is_running(row[1]) is not False
    ]
    running = [row for row in rows if is_running(row[1])]
    return LoanFacts(
        institutions=tuple(dict.fromkeys(legal_person(a.institution) for _, a in running)),
        loans=count(rows, is_running),
        non_bank=count(rows, lambda a: both(is_running(a), _is_non_bank_loan(a))),
        balance=total(rows, lambda account: account.balance),
        monthly_due=total(rows, lambda account: account.due_this_month),
    )


def lender_debts(report: Report, cards: Iterable[CardFacts]) -> tuple[LenderDebt, ...]:
    """Return debt and granted limits of each lender with a running account, highest debt first."""
    owed: dict[str, list[Row]] = defaultdict(list)
    limits: dict[str, list[tuple[Evidence, int | None]]] = defaultdict(list)
    for row in indexed("accounts", report.accounts):
        evidence, account = row
        if is_running(account) is not False:
            name = legal_person(account.institution)
            owed[name].append(row)
            if account.account_type is AccountType.REVOLVING:
                limits[name].append((evidence, account.limit))
    for facts in cards:
        for line in facts.lines:
            limits[line.legal_person].append((line.evidence[0], line.limit))
    debts = [
        LenderDebt(name, total(rows, drawn), total(limits[name], lambda limit: limit))
        for name, rows in owed.items()
    ]
    return tuple(sorted(debts, key=lambda one: -(one.debt.known or 0)))
