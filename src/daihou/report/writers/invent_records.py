"""Invented records beside the accounts: agreements, liabilities, public records, inquiries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from daihou.report.fields import PUBLIC_FIELDS
from daihou.report.model import (
    Account,
    Agreement,
    Inquiry,
    Liability,
    PostPaid,
    PublicRecord,
    PublicValue,
)
from daihou.report.values import Month
from daihou.report.words import (
    OVER,
    REASONS,
    AccountType,
    PublicKind,
    Reason,
    ReasonClass,
    reason_of,
)
from daihou.report.writers.invent_accounts import Life, last_day
from daihou.report.writers.names import (
    BUSINESS,
    INSTITUTION_TYPES,
    INSTITUTIONS,
    ROLES,
    TELECOM,
)

COMPANY_BUSINESS: Final = {
    "10": "企业债",
    "11": "贷款",
    "12": "贸易融资",
    "13": "保理融资",
    "14": "融资租赁",
    "21": "票据贴现",
    "41": "垫款",
}
"""Business of a firm that somebody else answers for (grade C, one source)."""
OWN_REASONS: Final = (
    "本人查询（互联网个人信用信息服务平台）",
    "本人查询（商业银行网上银行）",
    "本人查询（自助查询机）",
    "本人查询（临柜）",
)


def invent_agreements(life: Life, accounts: Iterable[Account]) -> tuple[Agreement, ...]:
    """Return the agreements behind lines and drawdowns, and some card lines."""
    rng, out = life.rng, []
    for account in accounts:
        line = account.account_type in {AccountType.REVOLVING, AccountType.DRAWDOWN}
        card = account.account_type is AccountType.CARD and life.chance(0.3)
        if not (line or card) or account.opened_on is None:
            continue
        limit = account.limit or account.amount or 0
        shared = account.shared_limit is not None and card
        revolving = account.account_type is AccountType.REVOLVING
        capped = life.chance(0.2)
        over = account.state in OVER
        out.append(
            Agreement(
                institution=account.institution,
                institution_type=account.institution_type,
                agreement_no=account.agreement_no or f"X{rng.randrange(10**8):08d}",
                agreement_mark=f"A{rng.randrange(10**8):08d}" if life.chance(0.5) else None,
                use_code=("30" if shared else "31") if card else "10" if revolving else "20",
                limit=limit,
                cap=limit * 2 if capped else None,
                cap_no=f"C{rng.randrange(10**6):06d}" if capped else None,
                used=account.balance,
                currency=account.currency,
                from_on=account.opened_on,
                to_on=account.due_on or account.opened_on + timedelta(days=3650),
                state_code="2" if over else "1",
                annotations=life.annotations(0.03),
            )
        )
    return tuple(out)


def invent_liabilities(life: Life, count: int) -> tuple[Liability, ...]:
    """Return debts of others that the person answers for."""
    rng, out = life.rng, []
    for _ in range(count):
        firm = life.chance(0.4)
        codes = sorted(COMPANY_BUSINESS) if firm else ["11", "21", "41", "91"]
        code = rng.choice(codes)
        lender_type, lender = life.lender("11" if firm else code)
        opened = life.day(life.end.back(rng.randint(0, 80)))
        amount = rng.randint(10, 50000) * 100
        role = rng.choice("1122223459")
        out.append(
            Liability(
                institution=lender,
                institution_type=lender_type,
                role=ROLES[role],
                type=(COMPANY_BUSINESS if firm else BUSINESS)[code],
                business_code=code,
                account_type=None if firm else AccountType.NON_REVOLVING,
                debtor_kind_code="2" if firm else "1",
                contract_no=f"BZ-{rng.randrange(10**8):08d}" if role == "2" else None,
                opened_on=opened,
                due_on=opened + timedelta(days=rng.randint(30, 3650)),
                amount=amount if role != "1" else None,
                balance=rng.randint(0, amount),
                currency="CNY",
                class_code=rng.choice("111123459"),
                state_symbol=None if firm else rng.choice("NNN*M1234"),
                months_overdue=rng.choice((0, 0, 2)) if firm else None,
                as_of=last_day(life.end),
                annotations=life.annotations(0.03),
            )
        )
    return tuple(out)


def invent_post_paid(life: Life, count: int) -> tuple[PostPaid, ...]:
    """Return post-paid telephones and the like, some unpaid."""
    rng, out = life.rng, []
    for _ in range(count):
        late = life.chance(0.4)
        age = rng.randint(0, 60)
        shown = min(24, age + 1)
        late_tail = "".join(str(min(6, i)) for i in range(rng.randint(1, 8))) if late else ""
        course = "".join(rng.choice("NNNN*#") for _ in range(shown)) + late_tail
        out.append(
            PostPaid(
                institution=rng.choice(("样例电信", "示例移动通信", "样本联合网络")) + "有限公司",
                kind=rng.choice(TELECOM),
                account_kind_code="TE",
                opened_on=life.day(life.end.back(age)),
                month=life.end,
                state_code="0" if late else "1",
                arrears=rng.randint(1, 3000) if late else 0,
                history=course[-shown:].rjust(24, "#"),
                annotations=life.annotations(0.05),
            )
        )
    return tuple(out)


def _public_values(life: Life, kind: PublicKind) -> dict[str, PublicValue]:
    """Return the values of one public record, by the names of ``PUBLIC_FIELDS``."""
    rng = life.rng
    first = life.end.back(rng.randint(4, 58))
    start, later, amount = life.day(first), life.day(first.back(-2)), rng.randint(1, 5000) * 100
    until = life.day(life.end.back(-rng.randint(1, 30)))
    match kind:
        case PublicKind.TAX_ARREARS:
            row: tuple[PublicValue, ...] = ("样例市样本区税务局", start, amount)
        case PublicKind.CIVIL_JUDGMENT:
            row = ("样例市样本区人民法院", "样例借款合同纠纷", rng.choice("123"), start)
            row += ("被告偿还原告借款及利息（样例）", later, "样例欠款", amount)
        case PublicKind.ENFORCEMENT:
            done = life.chance(0.6)
            row = ("样例市样本区人民法院", "样例金融借款合同纠纷")
            row += (rng.choice(("001", "002", "003", "004", "005", "006", "007", "255")), start)
            row += ("已结案" if done else "执行中", "样例欠款", "样例欠款" if done else None)
            row += (amount, amount // 2 if done else 0, later if done else None)
        case PublicKind.PENALTY:
            row = ("样例市市场监督管理局", "样例：未按规定公示信息", rng.choice(("维持", None)))
            row += (amount if life.chance(0.8) else 0, start, until if life.chance(0.5) else None)
        case PublicKind.HOUSING_FUND:
            row = ("110000", start, rng.choice("123"), first, life.end, "12", "12", amount // 100)
            row += ("样例科技有限公司", last_day(life.end))
        case PublicKind.LOW_INCOME:
            row = (rng.choice("1234567"), "样例市样本区", "样例科技有限公司", "1800")
            row += (start, later, last_day(life.end))
        case PublicKind.QUALIFICATION:
            row = ("样例工程师", rng.choice("12345"), "110000", "样例行业协会", first)
            row += (life.end.back(-30), life.end if life.chance(0.1) else None)
        case PublicKind.REWARD:
            row = ("样例市人民政府", "样例：纳税信用先进个人", first, life.end.back(-12))
    names = [field.name for field in PUBLIC_FIELDS[kind] if field.element]
    return dict(zip(names, row, strict=True))


def invent_public(life: Life, count: int) -> tuple[PublicRecord, ...]:
    """Return public records in the report's order of kinds."""
    kinds = sorted(life.rng.choices(tuple(PublicKind), k=count), key=list(PublicKind).index)
    return tuple(
        PublicRecord(kind, _public_values(life, kind), annotations=life.annotations(0.05))
        for kind in kinds
    )


def invent_inquiries(life: Life, count: int, accounts: Sequence[Account]) -> tuple[Inquiry, ...]:
    """Return looks of the last two years, newest first: lenders check what is open, and others."""
    rng = life.rng
    open_at = [(a.institution_type, a.institution) for a in accounts if a.state not in OVER]
    out = []
    for _ in range(count):
        on = life.report_on - timedelta(days=rng.randint(0, 725))
        if open_at and life.chance(0.5):
            (kind, name), code = rng.choice(open_at), "01"
        else:
            code = rng.choice(("02", "02", "03", "03", *sorted(REASONS)))
            type_code = rng.choice(sorted(INSTITUTIONS))
            kind, name = INSTITUTION_TYPES[type_code], rng.choice(INSTITUTIONS[type_code])
        out.append(_inquiry(on, name, kind, REASONS[code]))
    return tuple(sorted(out, key=lambda look: look.on or date.min, reverse=True))


def _inquiry(on: date, name: str, kind: str | None, reason: Reason) -> Inquiry:
    return Inquiry(
        on=on,
        institution=name,
        institution_type=kind,
        reason=reason.zh,
        reason_code=reason.code,
        reason_class=reason.reason_class,
        hard=reason.hard,
        own=False,
    )


def own_looks(report_no: str, report_on: date) -> tuple[Inquiry, ...]:
    """Return the person's own inquiries: printed copies list them, a lender sees only a count.

    They depend on the report's number alone, so that every layout of one person agrees.
    """
    rng = Random(report_no)
    days = sorted(rng.randint(0, 720) for _ in range(rng.choice((0, 0, 1, 2, 3, 8))))
    out = []
    for no, day in enumerate(days, start=1):
        words = rng.choice(OWN_REASONS)
        reason = reason_of(words)
        assert reason is not None
        out.append(
            Inquiry(
                on=report_on - timedelta(days=day),
                institution="本人",
                reason=words,
                reason_code=None,
                reason_class=ReasonClass.OWN,
                hard=False,
                own=True,
                no=no,
            )
        )
    return tuple(out)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last one that month has."""
    month = Month.of(day).back(months)
    return min(last_day(month), last_day(month).replace(day=min(day.day, last_day(month).day)))
