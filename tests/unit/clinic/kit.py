"""The clinic's files and a small invented report to be changed by one thing at a time."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from daihou.clinic import Examination, examine, load_sentences
from daihou.report.model import Account, Agreement, Inquiry, Report
from daihou.report.person import Header
from daihou.report.words import (
    REASONS,
    AccountState,
    AccountType,
    ReasonClass,
    ReportKind,
    Section,
)

FOLDER = Path(__file__).parents[3] / "src/daihou/clinic"
TEXTS = {
    str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*.yaml"))
}
SENTENCES = load_sentences(TEXTS)
ON = date(2026, 6, 30)
BANK = "样例银行股份有限公司"
HEAD = Header(
    report_no="2026063010203000000001", report_at=datetime(2026, 6, 30, 10, 20, 30),
    name="样某某", id_type="身份证", id_no="11010519491231002X",
)  # fmt: skip
LOAN = Account(
    Section.NON_REVOLVING, "其他个人消费贷款", BANK, AccountType.NON_REVOLVING,
    opened_on=date(2023, 1, 10), currency="CNY", amount=50_000, balance=12_000,
    state=AccountState.NORMAL, as_of=date(2026, 6, 20), overdue_now=False, overdue_amount=0,
    months_overdue_5y=0, months_overdue_90_5y=0,
)  # fmt: skip
CARD = Account(
    Section.CARDS, "贷记卡", BANK, AccountType.CARD, opened_on=date(2023, 1, 10), currency="CNY",
    limit=10_000, used=2_000, balance=2_000, state=AccountState.NORMAL, as_of=date(2026, 6, 20),
    overdue_now=False, overdue_amount=0, months_overdue_5y=0, months_overdue_90_5y=0,
)  # fmt: skip
LINE = Agreement(
    BANK, use_code="10", limit=50_000, used=0, currency="CNY", from_on=date(2023, 1, 10),
    to_on=date(2027, 1, 9), state_code="1",
)  # fmt: skip


def look(code: str, on: date, institution: str = BANK) -> Inquiry:
    reason = REASONS[code]
    return Inquiry(on, institution, reason.zh, code, reason.reason_class, reason.hard, False)


def own_look(on: date) -> Inquiry:
    return Inquiry(on, "本人", "本人查询（自助查询机）", None, ReasonClass.OWN, False, True)


def a_report(**parts) -> Report:
    kind = parts.pop("kind", ReportKind.PBOC_GEN2)
    return replace(Report(kind, HEAD), **parts)


def seen(report: Report, **options) -> Examination:
    return examine(report, SENTENCES, **({"on": ON} | options))


def said(report: Report, **options) -> set[str]:
    return {finding.id for finding in seen(report, **options).findings}
