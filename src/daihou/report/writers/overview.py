"""The lender's overview (信息概要) of a report, counted from its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from daihou.report.model import Account, Inquiry, Report
from daihou.report.values import Month
from daihou.report.words import OVER, AccountState, AccountType, PublicKind
from daihou.report.writers.invent_records import months_before, own_looks
from daihou.report.writers.names import HOUSING

Overview = dict[str, int | str | None]
_LATE_KINDS: Final = {
    AccountType.NON_REVOLVING: "1",
    AccountType.DRAWDOWN: "2",
    AccountType.REVOLVING: "3",
    AccountType.CARD: "4",
    AccountType.QUASI_CARD: "5",
}
_LOAN_BLOCKS: Final = {
    "non_revolving": AccountType.NON_REVOLVING,
    "drawdowns": AccountType.DRAWDOWN,
    "revolving": AccountType.REVOLVING,
}
_CARD_BLOCKS: Final = {"credit_cards": AccountType.CARD, "quasi_cards": AccountType.QUASI_CARD}
_PUBLIC: Final = {
    PublicKind.TAX_ARREARS: "1",
    PublicKind.CIVIL_JUDGMENT: "2",
    PublicKind.ENFORCEMENT: "3",
    PublicKind.PENALTY: "4",
}


def overview_of(report: Report) -> Mapping[str, int | str | None]:
    """Return the lender's overview of a report, from its own records."""
    out: Overview = {}
    _prompt(out, report.accounts)
    _recovered(out, report.accounts)
    bad = [a for a in report.accounts if a.state is AccountState.BAD_DEBT]
    if bad:
        out |= {"bad_debt.accounts": len(bad), "bad_debt.balance": _sum(a.balance for a in bad)}
    _overdue(out, report.accounts)
    running = [a for a in report.accounts if a.state not in OVER]
    for name, kind in _LOAN_BLOCKS.items():
        _loans(out, name, [a for a in running if a.account_type is kind])
    for name, kind in _CARD_BLOCKS.items():
        _cards(out, name, [a for a in running if a.account_type is kind])
    _others(out, report)
    if report.header.report_at is not None:
        _looks(out, report, report.header.report_at.date())
    return out


def _sum(values: Iterable[int | None]) -> int:
    return sum(value or 0 for value in values)


def prompt_code(account: Account) -> str:
    """Return the row of the credit prompt (dictionary 1003) under which an account counts."""
    if account.account_type is AccountType.CARD:
        return "21"
    if account.account_type is AccountType.QUASI_CARD:
        return "22"
    if account.account_type is AccountType.COLLECTION:
        return "99"
    if account.business_code == "12":
        return "12"
    return "11" if account.business_code in HOUSING else "19"


def _prompt(out: Overview, accounts: Sequence[Account]) -> None:
    rows: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        rows[prompt_code(account)].append(account)
    if not rows:
        return
    out |= {"prompt.accounts": len(accounts), "prompt.kinds": len(rows)}
    for code in sorted(rows):
        first = min(a.opened_on for a in rows[code] if a.opened_on)
        out |= {
            f"prompt.{code}.group": {"1": "1", "2": "2", "9": "9"}[code[0]],
            f"prompt.{code}.accounts": len(rows[code]),
            f"prompt.{code}.first_month": str(Month.of(first)),
        }


def _recovered(out: Overview, accounts: Iterable[Account]) -> None:
    rows: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if account.account_type is AccountType.COLLECTION:
            rows["1" if account.business_code == "A1" else "2"].append(account)
    if not rows:
        return
    everything = [a for row in rows.values() for a in row]
    out |= {
        "recovered.accounts": len(everything),
        "recovered.balance": _sum(a.balance for a in everything),
        "recovered.kinds": len(rows),
    }
    for code in sorted(rows):
        out |= {
            f"recovered.{code}.accounts": len(rows[code]),
            f"recovered.{code}.balance": _sum(a.balance for a in rows[code]),
        }


def _overdue(out: Overview, accounts: Iterable[Account]) -> None:
    rows: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if account.overdue_months and account.account_type in _LATE_KINDS:
            rows[_LATE_KINDS[account.account_type]].append(account)
    if rows:
        out["overdue.types"] = len(rows)
    for code in sorted(rows):
        by_month: dict[Month, int] = defaultdict(int)
        for account in rows[code]:
            for late in account.overdue_months:
                by_month[late.month] += late.overdue or 0
        out |= {
            f"overdue.{code}.accounts": len(rows[code]),
            f"overdue.{code}.months": len(by_month),
            f"overdue.{code}.amount_highest": max(by_month.values()),
            f"overdue.{code}.months_longest": max(len(a.overdue_months) for a in rows[code]),
        }


def _loans(out: Overview, name: str, accounts: Sequence[Account]) -> None:
    if accounts:
        out |= {
            f"{name}.institutions": len({a.institution for a in accounts}),
            f"{name}.accounts": len(accounts),
            f"{name}.limit": _sum(a.limit or a.amount for a in accounts),
            f"{name}.balance": _sum(a.balance for a in accounts),
            f"{name}.monthly_due_6m": _sum(a.due_this_month for a in accounts),
        }


def _cards(out: Overview, name: str, accounts: Sequence[Account]) -> None:
    if not accounts:
        return
    limits: dict[str, int] = defaultdict(int)
    for account in accounts:
        limits[account.institution] = max(limits[account.institution], account.limit or 0)
    out |= {
        f"{name}.institutions": len(limits),
        f"{name}.accounts": len(accounts),
        f"{name}.limit": sum(limits.values()),
        f"{name}.limit_highest": max(limits.values()),
        f"{name}.limit_lowest": min(limits.values()),
        f"{name}.used": _sum(a.balance for a in accounts),
        f"{name}.used_6m": _sum(a.used_average_6m for a in accounts),
    }


def _others(out: Overview, report: Report) -> None:
    liabilities: dict[str, list[int]] = {}
    for liability in report.liabilities:
        key = (
            f"liabilities.{liability.debtor_kind_code}.{'1' if liability.role == '保证人' else '9'}"
        )
        row = liabilities.setdefault(key, [0, 0, 0])
        row[0] += 1
        row[1] += liability.amount or 0
        row[2] += liability.balance or 0
    if liabilities:
        out["liabilities.kinds"] = len(liabilities)
    for key, row in sorted(liabilities.items()):
        out |= dict(zip((f"{key}.accounts", f"{key}.amount", f"{key}.balance"), row, strict=True))
    late = [p for p in report.post_paid if p.arrears]
    if late:
        out |= {
            "post_paid.kinds": 1,
            "post_paid.1.accounts": len(late),
            "post_paid.1.arrears": _sum(p.arrears for p in late),
        }
    rows: dict[str, list[int]] = {}
    for record in report.public_records:
        if record.kind in _PUBLIC:
            row = rows.setdefault(_PUBLIC[record.kind], [0, 0])
            amount = record.values.get("amount")
            row[0] += 1
            row[1] += amount if isinstance(amount, int) else 0
    if rows:
        out["public.kinds"] = len(rows)
    for code, row in sorted(rows.items()):
        out |= {f"public.{code}.records": row[0], f"public.{code}.amount": row[1]}


def _looks(out: Overview, report: Report, report_on: date) -> None:
    looks = [look for look in report.inquiries if look.on and not look.own]
    if looks:
        last = looks[0]
        out |= {
            "inquiries.last_on": str(last.on),
            "inquiries.last_institution_type": last.institution_type,
            "inquiries.last_institution": last.institution,
            "inquiries.last_reason": last.reason_code,
        }
    month, years = months_before(report_on, 1), months_before(report_on, 24)

    def among(code: str, since: date) -> list[Inquiry]:
        return [x for x in looks if x.reason_code == code and x.on and x.on >= since]

    own = [x for x in own_looks(report.header.report_no or "", report_on) if x.on and x.on >= month]
    out |= {
        "inquiries.loan_institutions_1m": len({x.institution for x in among("02", month)}),
        "inquiries.card_institutions_1m": len({x.institution for x in among("03", month)}),
        "inquiries.loan_1m": len(among("02", month)),
        "inquiries.card_1m": len(among("03", month)),
        "inquiries.own_1m": len(own),
        "inquiries.post_loan_24m": len(among("01", years)),
        "inquiries.guarantee_24m": len(among("08", years)),
        "inquiries.merchant_24m": len(among("19", years)),
    }
