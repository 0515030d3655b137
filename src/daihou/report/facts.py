"""Facts of a report: what follows from it by counting, each figure with its records."""

from __future__ import annotations

from datetime import date

from daihou.errors import ReportError
from daihou.report.facts_accounts import (
    STOPPED,
    account_facts,
    card_facts,
    is_running,
    lender_debts,
    loan_facts,
)
from daihou.report.facts_adverse import (
    arrears_facts,
    guarantee_facts,
    history_facts,
    in_arrears,
    is_recovery,
    public_facts,
    retention,
)
from daihou.report.facts_inquiries import inquiry_facts
from daihou.report.facts_lenders import lists_agreements, relationships
from daihou.report.facts_model import Facts
from daihou.report.facts_windows import added, count, indexed, total
from daihou.report.model import Report
from daihou.report.words import AccountState, AccountType


def facts_of(report: Report, on: date | None = None) -> Facts:
    """Return the facts of a report on a day, by default the day of the report.

    A later day counts the same records in later windows: it supposes that nothing new happens.

    Raises: ReportError when no day is given and the report has none.
    """
    if on is None:
        if report.header.report_at is None:
            raise ReportError(
                "the report does not say when it was made",
                why="counts go back from the day of the report",
                next_step="say for which day to count",
            )
        on = report.header.report_at.date()
    accounts = indexed("accounts", report.accounts)
    bad = [row for row in accounts if row[1].state is AccountState.BAD_DEBT]
    recovered = [row for row in accounts if is_recovery(row[1]) and is_running(row[1]) is not False]
    cards = card_facts(report, AccountType.CARD)
    quasi_cards = card_facts(report, AccountType.QUASI_CARD)
    loans = loan_facts(report)
    return Facts(
        on=on,
        kind=report.kind,
        agreements_listed=lists_agreements(report),
        inquiries=inquiry_facts(report, on),
        accounts=account_facts(report, on),
        cards=cards,
        quasi_cards=quasi_cards,
        loans=loans,
        debt=added((loans.balance, cards.used, quasi_cards.used)),
        lenders=lender_debts(report, (cards, quasi_cards)),
        relationships=relationships(report, on),
        arrears=arrears_facts(report),
        history=history_facts(report, on),
        bad_debts=count(bad, lambda _: True),
        bad_debt_balance=total(bad, lambda account: account.balance),
        recoveries=count(recovered, is_running),
        recovery_balance=total(recovered, lambda account: account.balance),
        stopped=count(accounts, lambda account: account.state in STOPPED),
        guarantees=guarantee_facts(report),
        public_records=public_facts(report),
        post_paid_arrears=count(indexed("post_paid", report.post_paid), in_arrears),
        retention=retention(report, on),
    )
