"""Sentences of the short version (简版), from records: what the reader takes apart.

Source: templates collected from public parsers (grade C); wording attested once is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.report.model import Account, Liability
from daihou.report.values import Month, When, month_of
from daihou.report.words import AccountState, AccountType, ReportKind, Section

CURRENCY_WORDS: Final = MappingProxyType(
    {
        "CNY": "人民币",
        "USD": "美元",
        "HKD": "港元",
        "EUR": "欧元",
        "JPY": "日元",
        "GBP": "英镑",
        "AUD": "澳大利亚元",
        "CAD": "加拿大元",
        "SGD": "新加坡元",
        "CHF": "瑞士法郎",
    }
)
STATE_WORDS: Final = MappingProxyType(
    {
        AccountState.FROZEN: "冻结",
        AccountState.STOPPED: "止付",
        AccountState.STOPPED_BY_BANK: "银行止付",
    }
)
"""States that stand in a sentence as a bare word (attested as words, not as a sentence)."""

OVERDUE_SECTIONS: Final = frozenset(
    {
        Section.CARDS_OVERDUE,
        Section.LOANS_OVERDUE,
        Section.HOUSING_LOANS_OVERDUE,
        Section.OTHER_LOANS_OVERDUE,
        Section.OTHER_BUSINESS_OVERDUE,
    }
)


def yuan(amount: int | None) -> str:
    """Return an amount as printed: grouped in thousands, ``--`` when not stated."""
    return "--" if amount is None else f"{amount:,}"


def long_day(when: When) -> str:
    """Return a day, or a month, as the second generation prints it: 2015年03月05日."""
    if isinstance(when, Month):
        return f"{when.year}年{when.month:02d}月"
    return f"{when.year}年{when.month:02d}月{when.day:02d}日"


def bare_day(when: When) -> str:
    """Return a day, or a month, as the first generation prints it: 2015年3月5日."""
    if isinstance(when, Month):
        return f"{when.year}年{when.month}月"
    return f"{when.year}年{when.month}月{when.day}日"


class _Style(NamedTuple):
    """How one generation writes."""

    first: bool
    day: Callable[[When], str]


def _style(kind: ReportKind) -> _Style:
    first = kind is ReportKind.PBOC_SHORT_V1
    return _Style(first, bare_day if first else long_day)


def account_sentence(account: Account, kind: ReportKind) -> str:
    """Return the sentence that a short report of this kind prints for an account."""
    style = _style(kind)
    match account.account_type:
        case AccountType.CARD | AccountType.QUASI_CARD:
            return _card(account, style)
        case AccountType.COLLECTION:
            return _recovery(account, style)
        case AccountType.REVOLVING:
            return _line(account, style)
        case _:
            return _loan(account, style)


def _opened(account: Account, style: _Style) -> str:
    return (style.day(account.opened_on) if account.opened_on else "") + account.institution


def _as_of(account: Account, style: _Style) -> str:
    return f"截至{style.day(month_of(account.as_of or date.min))}"


def _ended(account: Account, word: str, before: str = "") -> str:
    """Return how an account ended, as ``2022年08月已结清``: padded in both generations."""
    return f"，{before}{long_day(month_of(account.closed_on or date.min))}{word}。"


def _months(account: Account) -> str:
    """Return the tail about the last five years, empty where the report says none."""
    if account.section is Section.CARDS_OVERDRAFT:
        act, late = "透支超过60天", "透支"
    elif account.section in OVERDUE_SECTIONS:
        act, late = "处于逾期状态", "逾期"
    else:
        return ""
    if account.months_overdue_5y is None:
        return ""
    over_90 = account.months_overdue_90_5y
    worst = f"其中{over_90}个月{late}超过90天" if over_90 else f"没有发生过90天以上{late}"
    return f"最近5年内有{account.months_overdue_5y}个月{act}，{worst}。"


def _now(account: Account) -> str:
    return "当前有逾期" if account.overdue_now else "当前无逾期"


def _card(account: Account, style: _Style) -> str:
    word = CURRENCY_WORDS[account.currency or "CNY"]
    tail = f"，卡片尾号：{account.card_tail}" if account.card_tail else ""
    start = f"{_opened(account, style)}发放的{account.type}（{word}账户{tail}）"
    if account.state is AccountState.CLOSED:
        before, word = ("截至", "已销户") if style.first else ("", "销户")
        return start + _ended(account, word, before) + _months(account)
    foreign = "折合人民币" if style.first and account.currency != "CNY" else ""
    middle = f"。{_as_of(account, style)}，信用额度{foreign}{yuan(account.limit)}，"
    return start + middle + _card_state(account, style) + "。" + _months(account)


def _card_state(account: Account, style: _Style) -> str:
    """Return the clauses after the limit."""
    if account.state is AccountState.BAD_DEBT:
        return f"已变成呆账，余额{yuan(account.balance)}"
    if account.state is AccountState.NOT_ACTIVATED:
        return "尚未激活"
    if account.account_type is AccountType.QUASI_CARD:
        text = f"透支余额{yuan(account.balance)}"
    elif account.section is not Section.CARDS_OVERDUE:
        text = f"已使用额度{yuan(account.used)}"
        if account.unbilled_instalments:
            text += f"，未出单的大额专项分期余额{yuan(account.unbilled_instalments)}"
    elif style.first:
        text = f"已使用额度{yuan(account.used)}，逾期金额{yuan(account.overdue_amount)}"
    else:
        text = f"余额{yuan(account.balance)}，{_now(account)}"
    word = STATE_WORDS.get(account.state) if account.state else None
    return f"{text}，{word}" if word else text


def _loan(account: Account, style: _Style) -> str:
    verb = "办理" if account.type == "融资租赁业务" else "发放"
    word = CURRENCY_WORDS[account.currency or "CNY"]
    start = f"{_opened(account, style)}{verb}的{yuan(account.amount)}元（{word}）{account.type}"
    if account.state in {AccountState.SETTLED, AccountState.TRANSFERRED}:
        word = "已结清" if account.state is AccountState.SETTLED else "已转出"
        return start + _ended(account, word) + _months(account)
    due = f"，{style.day(account.due_on)}到期" if account.due_on else ""
    start += f"{due}。{_as_of(account, style)}，"
    if account.state is AccountState.BAD_DEBT:
        return f"{start}已变成呆账，余额{yuan(account.balance)}。"
    late = f"，{_now(account)}" if account.section in OVERDUE_SECTIONS else ""
    return f"{start}余额{yuan(account.balance)}{late}。{_months(account)}"


def _line(account: Account, style: _Style) -> str:
    """Return the sentence of a revolving line (second generation only)."""
    until = "额度长期有效"
    if account.line_until and not account.line_open_ended:
        until = f"额度有效期至{style.day(account.line_until)}"
    cyclic = "可循环使用" if account.revolving else "不可循环使用"
    start = f"{_opened(account, style)}为{account.type}授信，{until}，{cyclic}"
    if account.state is AccountState.SETTLED:
        return start + _ended(account, "已结清") + _months(account)
    word = CURRENCY_WORDS[account.currency or "CNY"]
    start += f"。{_as_of(account, style)}，信用额度{yuan(account.limit)}元（{word}），"
    if account.state is AccountState.BAD_DEBT:
        return f"{start}已变成呆账，余额为{yuan(account.balance)}。"
    return f"{start}余额为{yuan(account.balance)}，{_now(account)}。{_months(account)}"


def _recovery(account: Account, style: _Style) -> str:
    """Return the sentence of debt bought by an asset manager, or paid by a guarantor."""
    day = style.day(account.opened_on or date.min)
    if account.section is Section.DISPOSALS:
        text = f"{day}{account.institution}接收债权，金额为{yuan(account.amount)}。"
        left = f"余额为{yuan(account.balance)}"
    else:
        text = f"{day}以来{account.institution}累计代偿金额{yuan(account.amount)}。"
        left = f"余额{yuan(account.balance)}"
    if account.state is AccountState.SETTLED:
        return f"{text}{long_day(month_of(account.closed_on or date.min))}已结清。"
    paid = f"，最近一次还款日期为{style.day(account.last_paid_on)}" if account.last_paid_on else ""
    return f"{text}{_as_of(account, style)}，{left}{paid}。"


def liability_sentence(liability: Liability, kind: ReportKind) -> str:
    """Return the sentence of a related repayment liability.

    The first generation knows guarantees only; its wording is from memory (grade M).
    """
    style = _style(kind)
    start = (
        f"{style.day(liability.opened_on or date.min)}，为{liability.debtor}"
        f"（证件类型：{liability.debtor_id_type}，证件号码：{liability.debtor_id_no}）"
        f"在{liability.institution}办理的{liability.type}"
    )
    as_of = f"截至{style.day(liability.as_of or date.min)}，"
    amount, left = yuan(liability.amount), yuan(liability.balance)
    if style.first:
        whole = f"担保贷款合同金额{amount}，担保金额{amount}。"
        return f"{start}提供担保，{whole}{as_of}担保贷款本金余额{left}。"
    contract = f"（保证合同编号：{liability.contract_no}）" if liability.contract_no else ""
    role = f"责任人类型为{liability.role}，相关还款责任金额{amount}{contract}。"
    return f"{start}承担相关还款责任，{role}{as_of}贷款余额{left}（人民币元）。"
