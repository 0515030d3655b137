"""What a detailed personal report can say of a person: the lender's report with the rest left out.

Source: tables of the detailed version as public parsers describe them, grade C.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from daihou.report.detailed.layout import ACCOUNT_HEADINGS, LIABILITY_HEADINGS
from daihou.report.detailed.records import FIVE_YEARS, history_fields, overdue_now
from daihou.report.fields import PUBLIC_FIELDS, PUBLIC_HEADINGS
from daihou.report.model import Account, Inquiry, MonthState, PublicRecord, Report
from daihou.report.values import Month
from daihou.report.words import OVERDUE_SYMBOLS, ReportKind, Section
from daihou.report.writers.invent_records import own_looks

NOTES: Final = (
    "本报告依据截至报告时点的个人征信系统记录的信息生成。",
    "本报告中的还款期数为“--”是指该账户是非分期还款。",
    "本报告不展示5年前已经结束的违约行为，以及5年前的欠税记录、强制执行记录、民事判决记录、"
    "行政处罚记录、电信欠费记录。",
    "样例，非真实报告：人物、机构、金额均为虚构。",
)
_HIDDEN: Final[dict[str, Any]] = {
    "account_no": None,
    "institution_type": None,
    "disbursement_code": None,
    "latest_symbol": None,
    "month": None,
    "months_overdue_5y": None,
    "months_overdue_90_5y": None,
    "overdue_months": (),
    "overdue_from": None,
    "overdue_to": None,
}
"""What no table of the detailed version has; months overdue are counted from the grid."""


def as_detailed(report: Report) -> Report:
    """Return a lender's report as the detailed one: what reading that copy must give."""
    header = report.header
    report_on = header.report_at.date() if header.report_at else date.min
    looks = (*report.inquiries, *own_looks(header.report_no or "", report_on))
    return Report(
        kind=ReportKind.PBOC_DETAILED,
        header=replace(header, inquirer="样例查询网点", reason_code=None),
        identity=report.identity,
        summary={
            name: value
            for name, value in report.summary.items()
            if name != "inquiries.last_institution_type"
        },
        accounts=tuple(_accounts(report)),
        agreements=tuple(
            replace(item, agreement_mark=None, institution_type=None, state_code=None)
            for item in report.agreements
        ),
        liabilities=tuple(
            replace(item, no=no, institution_type=None, account_type=None)
            for debtor in (debtor for debtor, _ in LIABILITY_HEADINGS.values())
            for no, item in enumerate(
                (x for x in report.liabilities if x.debtor_kind_code == debtor), start=1
            )
        ),
        post_paid=tuple(
            replace(
                item,
                no=no,
                account_kind_code=None,
                state_code=None,
                state="欠费" if item.arrears else "正常",
            )
            for no, item in enumerate(report.post_paid, start=1)
        ),
        public_records=tuple(_public(report.public_records)),
        annotations=report.annotations,
        inquiries=tuple(_look(look, no) for no, look in enumerate(looks, start=1)),
        notes=NOTES,
    )


def _look(look: Inquiry, no: int) -> Inquiry:
    return replace(look, no=no, institution_type=None)


def _public(records: Iterable[PublicRecord]) -> Iterable[PublicRecord]:
    """Yield public records by kind, numbered; nothing stands for what is not said."""
    kept = list(records)
    for kind in PUBLIC_HEADINGS.values():
        for no, record in enumerate((r for r in kept if r.kind is kind), start=1):
            names = [f.name for f in PUBLIC_FIELDS[kind]]
            said = {n: record.values[n] for n in names if record.values.get(n) is not None}
            yield replace(record, no=no, values=said)


def _accounts(report: Report) -> Iterable[Account]:
    for section, _ in ACCOUNT_HEADINGS.values():
        here = (account for account in report.accounts if account.section is section)
        for no, account in enumerate(here, start=1):
            yield _account(account, no)


def _account(source: Account, no: int) -> Account:
    account = replace(source, no=no, **_HIDDEN)
    if source.section is not Section.RECOVERIES:
        account = replace(account, last_paid=None)
    if source.history and source.history_to:
        account = replace(account, **_grid(source, source.history_to))
    said: dict[str, Any] = {
        field.name: value
        for field in fields(account)
        if (value := getattr(account, field.name)) is not None
    }
    return replace(account, overdue_now=overdue_now(said))


def _grid(source: Account, last: Month) -> dict[str, Any]:
    """Return the five years that are printed.

    A month that the lender's report lists nowhere was not overdue: it shows as paid (``N``), and
    as nothing before the account was opened.
    """
    opened = Month.of(source.opened_on) if source.opened_on else None
    known = {state.month: state for state in (*source.history, *source.overdue_months)}
    months = []
    for back in range(FIVE_YEARS):
        month = last.back(back)
        if month in known:
            months.append(_printed(known[month]))
        elif opened is not None and month >= opened:
            months.append(MonthState(month, "N", 0))
    return history_fields(
        tuple(months), (last.back(FIVE_YEARS - 1), last), opened, source.account_type
    )


def _printed(state: MonthState) -> MonthState:
    """Return a month with its amount: nothing for what is not known, 0 for what is not overdue."""
    if state.symbol in {"#", "/"}:
        return replace(state, overdue=None)
    if state.symbol in OVERDUE_SYMBOLS:
        return state
    return replace(state, overdue=0)
