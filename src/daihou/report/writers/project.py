"""What a short report can say of a person: the lender's report with the rest left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from daihou.report.fields import PUBLIC_FIELDS, SHORT_COLUMNS, SHORT_ROWS
from daihou.report.model import (
    Account,
    Inquiry,
    Liability,
    PostPaid,
    PublicRecord,
    PublicValue,
    Report,
)
from daihou.report.person import Header
from daihou.report.values import month_of
from daihou.report.words import (
    OVER,
    AccountState,
    AccountType,
    PublicKind,
    ReportKind,
    Section,
)
from daihou.report.writers.invent_accounts import CARDS
from daihou.report.writers.invent_records import own_looks
from daihou.report.writers.names import BUSINESS, HOUSING, OTHER_BUSINESS, SPECIMEN_IDS
from daihou.report.writers.short_text import STATE_WORDS, account_sentence, liability_sentence

NOTES: Final = (
    "除查询记录外，本报告中的信息是依据截至报告时间个人征信系统记录的信息生成，征信中心不确保其真实性和"
    "准确性，但承诺在信息汇总、加工、整合的全过程中保持客观、中立的地位。",
    "本报告仅包含可能影响您信用评价的主要信息，如需获取您在个人征信系统中更详细的记录，请到当地信用报告"
    "查询网点查询。信用报告查询网点的具体地址及联系方式可访问征信中心门户网站（www.pbccrc.org.cn）查询。",
    "您有权对本报告中的内容提出异议。如有异议，可联系数据提供单位，也可到当地信用报告查询网点提出异议申请。",
    "本报告仅供您了解自己的信用状况，请妥善保管。因保管不当造成个人隐私泄露的，征信中心将不承担相关责任。",
    "更多咨询，请致电全国客户服务热线400-810-8866。",
)
PRINTED_PUBLIC: Final = (
    PublicKind.TAX_ARREARS,
    PublicKind.CIVIL_JUDGMENT,
    PublicKind.ENFORCEMENT,
    PublicKind.PENALTY,
)
CLOSINGS: Final = {
    PublicKind.CIVIL_JUDGMENT: {"1": "判决", "2": "调解", "3": "其他"},
    PublicKind.ENFORCEMENT: {
        "001": "不予执行",
        "002": "自动履行",
        "003": "和解履行完毕",
        "004": "执行完毕",
        "005": "终结执行",
        "006": "提级执行",
        "007": "指定执行",
        "255": "其他",
    },
}
_HEADINGS: Final = {
    "disposals": (Section.DISPOSALS,),
    "advances": (Section.ADVANCES,),
    "cards": (Section.CARDS_OVERDUE, Section.CARDS_OVERDRAFT, Section.CARDS_CLEAN),
    "loans": (Section.LOANS_OVERDUE, Section.LOANS_CLEAN),
    "housing_loans": (Section.HOUSING_LOANS_OVERDUE, Section.HOUSING_LOANS_CLEAN),
    "other_loans": (Section.OTHER_LOANS_OVERDUE, Section.OTHER_LOANS_CLEAN),
    "other_business": (Section.OTHER_BUSINESS_OVERDUE, Section.OTHER_BUSINESS_CLEAN),
}
"""Sections by heading, in the printed order."""
HEADING_OF: Final = {s: heading for heading, group in _HEADINGS.items() for s in group}
"""Heading of the short version under which a section stands."""
_ORDER: Final = tuple(HEADING_OF)


def as_short(report: Report, kind: ReportKind) -> Report:
    """Return a lender's report as a short one of this kind: what reading that copy must give.

    What only printed copies say (card tails, debtors' names, case numbers, own inquiries) is
    invented from the report's number, the same each time.
    """
    first = kind is ReportKind.PBOC_SHORT_V1
    header = report.header
    accounts = _accounts(report, kind)
    report_on = header.report_at.date() if header.report_at else date.min
    looks = [_look(i, no, first) for no, i in enumerate(report.inquiries, start=1)]
    own = own_looks(header.report_no or "", report_on)
    liabilities = tuple(
        _liability(report, item, no, kind) for no, item in enumerate(report.liabilities, start=1)
    )
    return Report(
        kind=kind,
        header=_header(header, first),
        summary=_summary(report, accounts, first),
        accounts=tuple(short for short, _ in accounts),
        liabilities=liabilities,
        post_paid=() if first else tuple(_post_paid(p) for p in report.post_paid),
        public_records=tuple(
            _public(report, record, at)
            for at, record in enumerate(report.public_records)
            if record.kind in PRINTED_PUBLIC
        ),
        inquiries=(*looks, *own),
        notes=NOTES,
    )


def _invention(report: Report, *about: object) -> Random:
    return Random("/".join(map(str, (report.header.report_no, *about))))


def masked(report_no: str | None) -> bool:
    """Return whether a copy with this number covers the person's number (some do)."""
    return int((report_no or "0")[-1:]) % 2 == 0


def _header(header: Header, first: bool) -> Header:
    cover = masked(header.report_no) and header.id_no
    return Header(
        report_no=header.report_no,
        report_at=header.report_at,
        queried_at=header.report_at if first else None,
        name=header.name,
        id_type=header.id_type,
        id_no="*" * 14 + header.id_no[-4:] if cover and header.id_no else header.id_no,
        marital=header.marital,
        other_ids=header.other_ids,
    )


def _column(account: Account, first: bool) -> str:
    """Return the heading of an account: cards, kinds of loans, other business."""
    if account.account_type is AccountType.COLLECTION:
        return "disposals" if account.business_code == "A1" else "advances"
    if account.account_type in CARDS:
        return "cards"
    if account.business_code in HOUSING:
        return "housing_loans"
    other = account.business_code in OTHER_BUSINESS and not first
    return "other_business" if other else "other_loans"


def _late(account: Account) -> bool:
    """Return whether an account stands in a group of arrears."""
    bad = account.state is AccountState.BAD_DEBT
    now = bool(account.overdue_now) and account.account_type is not AccountType.QUASI_CARD
    return bad or now or bool(account.months_overdue_5y)


def _section(account: Account, first: bool) -> Section:
    column = _column(account, first)
    if column in {"disposals", "advances"}:
        return _HEADINGS[column][0]
    if column.endswith("loans") and not first:
        column = "loans"
    clean = _HEADINGS[column][-1]
    if not _late(account):
        return clean
    quasi = account.account_type is AccountType.QUASI_CARD
    return Section.CARDS_OVERDRAFT if quasi else _HEADINGS[column][0]


def _accounts(report: Report, kind: ReportKind) -> list[tuple[Account, Account]]:
    """Return (short account, its source) in the printed order, numbered under each heading."""
    first = kind is ReportKind.PBOC_SHORT_V1
    placed = [(_section(a, first), a) for a in report.accounts]
    placed.sort(key=lambda pair: _ORDER.index(pair[0]))
    counts: dict[str, int] = {}
    out = []
    for section, source in placed:
        heading = HEADING_OF[section]
        counts[heading] = counts.get(heading, 0) + 1
        short = _account(report, source, section, first)
        short = replace(short, no=counts[heading])
        out.append((replace(short, text=account_sentence(short, kind)), source))
    return out


def _account(report: Report, source: Account, section: Section, first: bool) -> Account:
    kind = source.account_type
    base = Account(
        section=section,
        type=source.type,
        institution=source.institution,
        account_type=kind,
        opened_on=source.opened_on,
        currency=source.currency,
    )
    if kind is AccountType.COLLECTION:
        return _short_recovery(base, source)
    clean = section.name.endswith("CLEAN")
    bad = source.state is AccountState.BAD_DEBT
    if clean:
        base = replace(base, overdue_now=False, months_overdue_5y=0, months_overdue_90_5y=0)
    elif not bad:
        base = replace(
            base,
            months_overdue_5y=source.months_overdue_5y,
            months_overdue_90_5y=source.months_overdue_90_5y,
        )
    if kind in CARDS:
        return _short_card(report, base, source, first)
    base = replace(base, type=BUSINESS.get(source.business_code or "", source.type))
    if kind is AccountType.REVOLVING and not first:
        rng = _invention(report, "line", source.account_no)
        forever = rng.random() < 0.4
        base = replace(
            base,
            line_until=None if forever else source.due_on,
            line_open_ended=forever,
            revolving=rng.random() < 0.9,
        )
    else:
        base = replace(base, account_type=AccountType.NON_REVOLVING)
        base = replace(base, amount=source.amount if source.amount is not None else source.limit)
    return _short_loan(base, source)


def _short_recovery(base: Account, source: Account) -> Account:
    if source.state is AccountState.ENDED:
        closed = month_of(source.closed_on) if source.closed_on else None
        ended = AccountState.SETTLED  # the sentence says 已结清
        return replace(base, amount=source.amount, state=ended, closed_on=closed)
    return replace(
        base,
        amount=source.amount,
        state=source.state,
        as_of=month_of(source.as_of) if source.as_of else None,
        balance=source.balance,
        last_paid_on=source.last_paid_on,
    )


def _short_card(report: Report, base: Account, source: Account, first: bool) -> Account:
    quasi = source.account_type is AccountType.QUASI_CARD
    tail = _invention(report, "tail", source.account_no)
    has_tail = not first and not quasi and tail.random() < 0.4
    base = replace(
        base,
        type="准贷记卡" if quasi else "贷记卡",
        card_tail=f"{tail.randrange(10000):04d}" if has_tail else None,
        state=source.state,
    )
    if source.state is AccountState.CLOSED:
        return replace(base, closed_on=month_of(source.closed_on) if source.closed_on else None)
    base = replace(base, as_of=month_of(source.as_of) if source.as_of else None, limit=source.limit)
    if source.state is AccountState.NOT_ACTIVATED:
        return base
    if source.state is AccountState.BAD_DEBT:
        return replace(base, balance=source.balance)
    if source.state not in STATE_WORDS:
        base = replace(base, state=AccountState.NORMAL)
    if quasi:
        return replace(base, balance=source.balance)
    if base.section is Section.CARDS_CLEAN:
        return replace(
            base, used=source.used, unbilled_instalments=source.unbilled_instalments or None
        )
    now = bool(source.overdue_now)
    if first:
        overdue = source.overdue_amount or 0
        return replace(base, used=source.used, overdue_amount=overdue, overdue_now=now)
    return replace(base, balance=source.balance, overdue_now=now)


def _short_loan(base: Account, source: Account) -> Account:
    if source.state in OVER:
        moved = source.state is AccountState.TRANSFERRED
        line = base.account_type is AccountType.REVOLVING
        return replace(
            base,
            currency=None if line else base.currency,
            state=AccountState.TRANSFERRED if moved else AccountState.SETTLED,
            closed_on=month_of(source.closed_on) if source.closed_on else None,
        )
    line = base.account_type is AccountType.REVOLVING
    base = replace(
        base,
        as_of=month_of(source.as_of) if source.as_of else None,
        limit=source.limit if line else None,
        due_on=None if line else source.due_on,
        balance=source.balance,
    )
    if source.state is AccountState.BAD_DEBT:
        return replace(base, state=AccountState.BAD_DEBT)
    now = bool(source.overdue_now)
    return replace(
        base, overdue_now=now, state=AccountState.OVERDUE if now else AccountState.NORMAL
    )


def _liability(report: Report, source: Liability, no: int, kind: ReportKind) -> Liability:
    firm, first = source.debtor_kind_code == "2", kind is ReportKind.PBOC_SHORT_V1
    rng = _invention(report, "debtor", no)
    short = Liability(
        institution=source.institution,
        role="保证人" if first else source.role,
        no=no,
        type=source.type,
        debtor="样例科技（集团）有限公司" if firm else "样本乙",
        debtor_id_type="中征码" if firm else "身份证",
        debtor_id_no=f"{rng.randrange(10**16):016d}" if firm else "*" * 14 + SPECIMEN_IDS[1][-4:],
        contract_no=None if first else source.contract_no,
        opened_on=source.opened_on,
        amount=source.amount,
        balance=source.balance,
        currency="CNY",
        as_of=source.as_of,
    )
    return replace(short, text=liability_sentence(short, kind))


def _post_paid(source: PostPaid) -> PostPaid:
    return PostPaid(
        institution=source.institution,
        kind=source.kind,
        opened_on=source.opened_on,
        month=source.month,
        state="欠费" if source.arrears else "正常",
        arrears=source.arrears,
    )


def _public(report: Report, source: PublicRecord, at: int) -> PublicRecord:
    rng = _invention(report, "public", at)
    year = report.header.report_at.year - 2 if report.header.report_at else 2024
    number = rng.randint(1, 9999)
    invented: Mapping[str, str] = {
        "taxpayer_no": f"91000000MA{number:08d}",
        "case_no": f"（{year}）样0102执{number}号",
        "document_no": f"样市监罚〔{year}〕{number}号",
    }
    values: dict[str, PublicValue] = {}
    for field in PUBLIC_FIELDS[source.kind]:
        value = source.values.get(field.name)
        if field.name in invented:
            value = invented[field.name] if rng.random() < 0.8 else None
        elif field.name == "closing":
            value = CLOSINGS[source.kind].get(str(value))
        values[field.name] = value
    return PublicRecord(kind=source.kind, values=values)


def _look(source: Inquiry, no: int, first: bool) -> Inquiry:
    operator = f"C*BUSE*{no % 1000:03d}" if first and no % 3 else None
    return replace(source, no=no, operator=operator, institution_type=None)


def _summary(
    report: Report, accounts: Iterable[tuple[Account, Account]], first: bool
) -> Mapping[str, int | str | None]:
    """Return the overview: a column without accounts prints ``--``, so do most zeros."""
    if not report.accounts and not report.liabilities:
        return {}
    zero = 0 if masked((report.header.report_no or "")[:-1]) else None
    columns = [c for c in SHORT_COLUMNS if not first or c != "other_business"]
    rows = [r for r in SHORT_ROWS if first or r != "guarantees"]
    table = {f"{c}.{r}": 0 for r in rows for c in columns}
    extra = {"disposals.accounts": 0, "advances.accounts": 0}
    for short, source in accounts:
        column = _column(source, first)
        if column in {"disposals", "advances"}:
            extra[f"{column}.accounts"] += 1
            continue
        table[f"{column}.accounts"] += 1
        table[f"{column}.open"] += source.state not in OVER
        table[f"{column}.overdue"] += not short.section.name.endswith("CLEAN")
        table[f"{column}.overdue_90"] += bool(source.months_overdue_90_5y)
    if first:
        table["other_loans.guarantees"] = len(report.liabilities)
    out: dict[str, int | str | None] = {}
    for key, count in table.items():
        empty = not table[key.split(".")[0] + ".accounts"]
        out[key] = count or (None if empty else zero)
    if sum(extra.values()):
        out |= {key: count or None for key, count in extra.items()}
    if not first and report.liabilities:
        firms = sum(item.debtor_kind_code == "2" for item in report.liabilities)
        out["liabilities.person"] = len(report.liabilities) - firms or None
        out["liabilities.company"] = firms or None
    return out
