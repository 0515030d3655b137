"""What arrears, bad debts and public records say, how long they are shown, and the repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from daihou.clinic.model import Case, Finding, Words
from daihou.clinic.naming import header_evidence, lender_of, lenders_of, named, phrase, yuan
from daihou.clinic.say import listed, say, told
from daihou.report.facts_accounts import is_running
from daihou.report.facts_adverse import in_arrears, is_overdue, is_recovery, symbols_by_month
from daihou.report.facts_model import Evidence, Figure, Retention
from daihou.report.facts_windows import indexed, latest_day
from daihou.report.model import Account
from daihou.report.values import Month
from daihou.report.words import OVERDUE_SYMBOLS, AccountState, PublicKind

REPAIR_FIRST: Final = Month(2020, 1)
REPAIR_LAST: Final = Month(2025, 12)
REPAIR_PAID_BY: Final = date(2026, 3, 31)
REPAIR_FROM: Final = date(2025, 12, 22)
REPAIR_YUAN: Final = 10_000
"""One-time credit repair. Source: PBOC notice of 2025-12-22, grade B (copy)."""


def adverse_findings(case: Case) -> Iterator[Finding]:
    """Yield everything that can be said of adverse records."""
    yield from _arrears(case)
    yield from _history(case)
    yield from _retention(case)
    yield from _repair(case)
    yield from _states(case)
    yield from _public(case)
    yield from _marks(case)


def _told(case: Case, name: str, figure: Figure, amount: Figure | None = None) -> Iterator[Finding]:
    """Yield a sentence with count, lenders and perhaps an amount when the count is not zero."""
    if figure.known:
        slots: dict[str, Words | int] = {
            "count": figure.known, "lenders": named(case, figure.evidence),
        }  # fmt: skip
        if amount is not None:
            slots["amount"] = yuan(case, amount)
        yield say(case.sentences, name, figure.evidence, lenders_of(case, figure.evidence), **slots)


def _arrears(case: Case) -> Iterator[Finding]:
    arrears = case.facts.arrears
    yield from _told(case, "arrears_now", arrears.accounts, arrears.amount)
    missing = arrears.accounts.missing
    yield from _told(case, "arrears_unclear", Figure(len(missing), missing))


def _history(case: Case) -> Iterator[Finding]:
    history = case.facts.history
    for name, field in (("history_late", "months_60"), ("history_90", "months_90_60")):
        figures = [(row.evidence, getattr(row, field).known) for row in history.by_account]
        late = [(evidence, months) for evidence, months in figures if months]
        evidence = [e for e, _ in late]
        if late:
            yield say(
                case.sentences, name, evidence, lenders_of(case, evidence),
                months=sum(months for _, months in late), lenders=named(case, evidence),
            )  # fmt: skip
    if history.by_account and all(row.months_60.value == 0 for row in history.by_account):
        evidence = [row.evidence for row in history.by_account]
        yield say(case.sentences, "history_clean", evidence, count=len(evidence))
    rules = (history.three_in_row, history.six_of_account, history.six_of_all)
    late_rows = [row.evidence for row in history.by_account if row.months_60.known]
    if any(rules):
        which = [
            phrase(case, name) for name, holds
            in zip(("row", "six_account", "six_all"), rules, strict=True) if holds
        ]  # fmt: skip
        yield say(
            case.sentences, "three_six", late_rows, lenders_of(case, late_rows), which=listed(which)
        )
    elif None in rules and late_rows:
        yield say(case.sentences, "three_six_unclear", late_rows, lenders_of(case, late_rows))


def _retention(case: Case) -> Iterator[Finding]:
    groups: dict[str, list[Retention]] = {}
    for item in case.facts.retention:
        groups.setdefault(_retention_name(case, item), []).append(item)
    for name, items in groups.items():
        evidence = [item.evidence for item in items]
        yield say(
            case.sentences, name, evidence, lenders_of(case, evidence),
            items=listed([_item(case, item) for item in items]),
        )  # fmt: skip


def _retention_name(case: Case, item: Retention) -> str:
    if item.running is None or (item.running and item.until_by is None):
        return "retention_unclear"
    if not item.running:
        return "retention_not_started"
    assert item.until_by is not None, "told apart above"
    over = latest_day(item.until_by) < case.facts.on
    return "retention_over" if over else "retention_counting"


def _item(case: Case, item: Retention) -> Words:
    kind, lender = phrase(case, f"kind_{item.kind}"), lender_of(case, item.evidence)
    label = Words(f"{lender}{kind.zh}", f"{lender} {kind.en}".strip())
    if not item.running or item.until_by is None:
        return label
    if item.until is None:
        return phrase(case, "by_at_latest", item=label, until=told(item.until_by))
    if item.until == item.until_by:
        return phrase(case, "until", item=label, until=told(item.until))
    return phrase(case, "between", item=label, until=told(item.until), until_by=told(item.until_by))


def _repair(case: Case) -> Iterator[Finding]:
    groups: dict[str, list[Evidence]] = {}
    for evidence, account in indexed("accounts", case.report.accounts):
        if not is_recovery(account) and account.state is not AccountState.BAD_DEBT:
            name = _repair_name(account, case.facts.on)
            if name:
                groups.setdefault(name, []).append(evidence)
    for name, proof in groups.items():
        yield say(case.sentences, name, proof, lenders_of(case, proof), items=named(case, proof))


def _repair_name(account: Account, on: date) -> str | None:
    """Return what can be said of the one-time repair for an account; None for nothing."""
    if not on >= REPAIR_FROM:
        return None
    late = {m for m, s in symbols_by_month(account).items() if s in OVERDUE_SYMBOLS}
    amounts = {row.month: row.overdue for row in account.overdue_months}
    fitting = {m for m in late if REPAIR_FIRST <= m <= REPAIR_LAST}
    overdue = is_overdue(account)
    if not late:
        vague = bool(account.months_overdue_5y) and on.year <= REPAIR_LAST.year + 5
        return "repair_maybe" if vague and overdue is not True else None
    if not fitting:
        return None
    stated = [amounts.get(month) for month in fitting]
    if any(amount is not None and amount > REPAIR_YUAN for amount in stated):
        return None
    if overdue:
        owed = account.overdue_amount
        may = on <= REPAIR_PAID_BY and owed is not None and owed <= REPAIR_YUAN
        return "repair_pay_by" if may else None
    if overdue is None or any(amount is None for amount in stated):
        return "repair_maybe"
    return "repair_fits" if max(late) <= Month.of(REPAIR_PAID_BY) else None


def _states(case: Case) -> Iterator[Finding]:
    facts = case.facts
    yield from _told(case, "bad_debt", facts.bad_debts, facts.bad_debt_balance)
    yield from _told(case, "recovery", facts.recoveries, facts.recovery_balance)
    yield from _told(case, "stopped", facts.stopped)
    low = [
        (e, account.class_code) for e, account in indexed("accounts", case.report.accounts)
        if account.class_code in {"2", "3", "4", "5"} and is_running(account) is not False
    ]  # fmt: skip
    if low:
        proof = [e for e, _ in low]
        items = [phrase(case, f"class_{code}", lender=lender_of(case, e)) for e, code in low]
        yield say(case.sentences, "class_low", proof, lenders_of(case, proof), items=listed(items))


def _public(case: Case) -> Iterator[Finding]:
    kinds = (
        PublicKind.TAX_ARREARS, PublicKind.CIVIL_JUDGMENT, PublicKind.ENFORCEMENT,
        PublicKind.PENALTY,
    )  # fmt: skip
    found = [(kind, case.facts.public_records[kind]) for kind in kinds]
    found = [(kind, figure) for kind, figure in found if figure.known]
    if found:
        yield say(
            case.sentences, "public_adverse", [e for _, f in found for e in f.evidence],
            kinds=listed([phrase(case, kind.value, count=f.known or 0) for kind, f in found]),
        )  # fmt: skip
    proof = [e for e, one in indexed("post_paid", case.report.post_paid) if in_arrears(one)]
    yield from _told(case, "post_paid_arrears", Figure(len(proof), tuple(proof)))


_SPECIAL: Final = ("1", "2", "3", "11", "14")


def _marks(case: Case) -> Iterator[Finding]:
    marks = [
        (e, one.code) for e, account in indexed("accounts", case.report.accounts)
        for one in account.special_transactions if one.code in _SPECIAL
    ]  # fmt: skip
    if marks:
        proof = [e for e, _ in marks]
        items = [phrase(case, f"special_{code}", lender=lender_of(case, e)) for e, code in marks]
        yield say(
            case.sentences, "special_marks", proof, lenders_of(case, proof),
            items=listed(list(dict.fromkeys(items))),
        )  # fmt: skip
    relief = _with(case, lambda a: any(t.code == "16" for t in a.special_transactions))
    if relief:
        yield say(
            case.sentences, "relief_mark", relief, lenders_of(case, relief),
            lenders=named(case, relief),
        )  # fmt: skip
    if case.report.header.fraud_alert is not None:
        yield say(case.sentences, "fraud_alert", [header_evidence("fraud_alert")])
    noted = [
        *(e for e, _ in indexed("annotations", case.report.annotations)),
        *(e for e, a in indexed("accounts", case.report.accounts) for _ in a.annotations),
    ]
    if noted:
        yield say(case.sentences, "annotated", noted, count=len(noted))


def _with(case: Case, test: Callable[[Account], bool]) -> list[Evidence]:
    return [e for e, account in indexed("accounts", case.report.accounts) if test(account)]
