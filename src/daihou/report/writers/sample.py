"""One believable invented borrower, for the first look at the product and for its pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from daihou.report.model import Account, Inquiry, Report
from daihou.report.person import Header
from daihou.report.values import Month
from daihou.report.words import REASONS, AccountState, AccountType, ReportKind
from daihou.report.writers.invent_accounts import SECTIONS
from daihou.report.writers.names import BUSINESS, SPECIMEN_IDS
from daihou.report.writers.project import as_short

_END: Final = date(2026, 5, 31)
_BANK, _CARD_BANK = "样例银行股份有限公司", "样例银行股份有限公司信用卡中心"
_OTHER_BANK, _ONLINE = "示例银行股份有限公司", "示例网商银行股份有限公司"
_MICRO, _CONSUMER = "某某小额贷款有限公司", "示例消费金融股份有限公司"
_CAR = "样本汽车金融有限公司"


def sample_report() -> Report:
    """Return the sample borrower of 2026-06-30 as a report of kind ``pboc_short_v2``.

    Nine accounts: among them a line with nothing owed that is still open, a card never used and a
    card with two months of arrears in 2022. One bank looks every month, a small lender every
    quarter; six looks are for new credit.
    """
    header = Header(
        report_no="2026063010203000000014",
        report_at=datetime(2026, 6, 30, 10, 20, 30),
        name="样某某",
        id_type="身份证",
        id_no=SPECIMEN_IDS[0],
        marital="已婚",
    )
    looks = sorted(_looks(), key=lambda look: look.on or date.min, reverse=True)
    whole = Report(
        ReportKind.PBOC_GEN2, header=header, accounts=_accounts(), inquiries=tuple(looks)
    )
    return as_short(whole, ReportKind.PBOC_SHORT_V2)


def _account(kind: AccountType, code: str, lender: str, opened: date, **more: Any) -> Account:
    values: dict[str, Any] = {"currency": "CNY", "state": AccountState.NORMAL, "as_of": _END}
    values |= {"account_no": f"{lender}{opened}", "overdue_now": False}
    return Account(
        section=SECTIONS[kind],
        type=BUSINESS[code],
        institution=lender,
        account_type=kind,
        business_code=code,
        opened_on=opened,
        **(values | more),
    )


def _accounts() -> tuple[Account, ...]:
    loan, line, card = AccountType.NON_REVOLVING, AccountType.REVOLVING, AccountType.CARD
    closed, settled = AccountState.CLOSED, AccountState.SETTLED
    late: dict[str, Any] = {"months_overdue_5y": 2, "months_overdue_90_5y": 0}
    return (
        _account(
            loan, "11", _BANK, date(2018, 6, 21),
            due_on=date(2048, 6, 21), amount=1_200_000, balance=934_512,
        ),
        _account(
            loan, "21", _CAR, date(2020, 8, 3),
            due_on=date(2023, 8, 3), amount=150_000, state=settled, closed_on=date(2023, 8, 3),
        ),
        _account(
            loan, "91", _CONSUMER, date(2025, 3, 11),
            due_on=date(2028, 3, 11), amount=80_000, balance=51_240,
        ),
        _account(
            line, "91", _MICRO, date(2024, 5, 9),
            due_on=date(2027, 5, 9), limit=20_000, balance=0,
        ),
        _account(
            line, "91", _ONLINE, date(2023, 11, 1),
            due_on=date(2027, 11, 1), limit=50_000, balance=12_000,
        ),
        _account(
            card, "81", _CARD_BANK, date(2016, 5, 18), limit=50_000, balance=42_310, used=42_310
        ),
        _account(card, "81", _OTHER_BANK, date(2025, 12, 2), limit=30_000, balance=0, used=0),
        _account(card, "81", _ONLINE, date(2019, 7, 12), limit=20_000, balance=3_180, **late),
        _account(card, "81", _BANK, date(2012, 1, 9), state=closed, closed_on=date(2021, 12, 15)),
    )  # fmt: skip


def _looks() -> list[Inquiry]:
    """Return the looks of two years: monthly and quarterly reviews, and six for new credit."""
    out = []
    for back in range(23):
        month = Month(2026, 6).back(back)
        out.append(_look(date(month.year, month.month, 12), _CARD_BANK, "01"))
        if back % 3 == 0:
            out.append(_look(date(month.year, month.month, 20), _MICRO, "01"))
    asked = (
        (date(2026, 6, 3), "样例消费金融股份有限公司", "02"),
        (date(2026, 5, 26), "东海示范银行股份有限公司", "03"),
        (date(2026, 4, 15), _BANK, "08"),
        (date(2026, 3, 2), "样本小额贷款有限公司", "02"),
        (date(2025, 11, 27), _OTHER_BANK, "03"),
        (date(2025, 3, 8), _CONSUMER, "02"),
    )
    return out + [_look(*look) for look in asked]


def _look(on: date, lender: str, code: str) -> Inquiry:
    reason = REASONS[code]
    return Inquiry(on, lender, reason.zh, code, reason.reason_class, reason.hard, own=False)
