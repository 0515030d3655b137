"""The clauses of an account sentence: what each says, and which value stands where in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from daihou.report.short.passage import Passage
from daihou.report.values import Month, When
from daihou.report.words import AccountState

DAY: Final = r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}[.\-]\d{1,2}[.\-]\d{1,2})"
WHEN: Final = rf"(?:{DAY}|\d{{4}}年\d{{1,2}}月|\d{{4}}[.\-]\d{{1,2}}(?![.\-\d]))"
YUAN: Final = r"(?:-?\d[\d,]*|--)"

CURRENCIES: Final = MappingProxyType(
    {
        "人民币": "CNY",
        "人民币元": "CNY",
        "美元": "USD",
        "港元": "HKD",
        "港币": "HKD",
        "欧元": "EUR",
        "日元": "JPY",
        "英镑": "GBP",
        "澳元": "AUD",
        "澳大利亚元": "AUD",
        "加元": "CAD",
        "加拿大元": "CAD",
        "新加坡元": "SGD",
        "瑞士法郎": "CHF",
        "新西兰元": "NZD",
        "韩元": "KRW",
        "韩国元": "KRW",
        "澳门元": "MOP",
        "澳门币": "MOP",
        "新台币": "TWD",
        "台币": "TWD",
        "泰铢": "THB",
        "卢布": "RUB",
        "俄罗斯卢布": "RUB",
        "瑞典克朗": "SEK",
        "丹麦克朗": "DKK",
        "挪威克朗": "NOK",
        "林吉特": "MYR",
        "菲律宾比索": "PHP",
        "印尼卢比": "IDR",
        "越南盾": "VND",
        "南非兰特": "ZAR",
    }
)
"""ISO 4217 by the words of a report. Source: ISO 4217 names in Chinese, GB/T 12406, grade M."""


def currency_of(words: str) -> str | None:
    """Return the ISO code of a currency in words, None when the words are not known."""
    return CURRENCIES.get(words)


_NUMBERS: Final = re.compile(r"\d+")


def when_of(text: str) -> When:
    """Return the day or month that a text names.

    Raises: ValueError when there is no such day.
    """
    numbers = [int(number) for number in _NUMBERS.findall(text)]
    if len(numbers) == 2 and 1 <= numbers[1] <= 12:
        return Month(*numbers)
    return _day(numbers)


def day_of(text: str) -> date:
    """Return the day that a text names.

    Raises: ValueError when there is no such day.
    """
    return _day([int(number) for number in _NUMBERS.findall(text)])


def _day(numbers: list[int]) -> date:
    if len(numbers) != 3:
        raise ValueError(f"{len(numbers)} numbers are no day")
    return date(*numbers)


def yuan_of(text: str) -> int | None:
    """Return an amount in yuan: ``10,000`` is 10000, ``--`` is not stated."""
    return None if text == "--" else int(text.replace(",", ""))


class Clause(NamedTuple):
    """One kind of clause: a pattern, the readers of its named groups, what it says by itself."""

    pattern: re.Pattern[str]
    readers: dict[str, Callable[[str], Any]]
    says: dict[str, Any]


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "as_of": when_of,
    "closed_on": when_of,
    "due_on": day_of,
    "line_until": day_of,
    "last_paid_on": day_of,
    "limit": yuan_of,
    "used": yuan_of,
    "balance": yuan_of,
    "amount": yuan_of,
    "unbilled_instalments": yuan_of,
    "overdue_amount": yuan_of,
    "months_overdue_5y": int,
    "months_overdue_90_5y": int,
}


def _clause(pattern: str, **says: Any) -> Clause:
    compiled = re.compile(pattern)
    known = {name: _READERS[name] for name in compiled.groupindex if name in _READERS}
    return Clause(compiled, known, says)


_END: Final = rf"(?:(?:截至)?(?P<closed_on>{WHEN}))?(?:已经|已)?"
CLAUSES: Final = (
    _clause(rf"截至(?P<as_of>{WHEN})"),
    _clause(
        rf"(?:共享)?信用额度(?:折合人民币)?(?:为)?(?P<limit>{YUAN})(?:元?（(?P<currency>[^）]+)）|元)?"
    ),
    _clause(rf"已使用(?:额度|信用额度)(?:为)?(?P<used>{YUAN})"),
    _clause(rf"(?:透支|代偿|贷款|本金)?余额(?:为)?(?P<balance>{YUAN})(?:元)?"),
    _clause(rf"未出单的大额专项分期余额(?:为)?(?P<unbilled_instalments>{YUAN})"),
    _clause(rf"(?:当前)?逾期金额(?:为)?(?P<overdue_amount>{YUAN})"),
    _clause("当前有逾期", overdue_now=True),
    _clause("当前(?:无|没有)逾期", overdue_now=False),
    _clause(r"(?:最近5年内)?有(?P<months_overdue_5y>\d+)个月处于逾期状态"),
    _clause(r"(?:最近5年内)?有(?P<months_overdue_5y>\d+)个月透支超过60天"),
    _clause(r"其中(?:有)?(?P<months_overdue_90_5y>\d+)个月(?:逾期|透支)超过90天"),
    _clause("(?:且)?没有发生过90天以上(?:逾期|透支)", months_overdue_90_5y=0),
    _clause("(?:尚)?未激活", state=AccountState.NOT_ACTIVATED),
    _clause(f"{_END}销户", state=AccountState.CLOSED),
    _clause(f"{_END}结清", state=AccountState.SETTLED),
    _clause(f"{_END}转出", state=AccountState.TRANSFERRED),
    _clause(f"{_END}结束", state=AccountState.ENDED),
    _clause("(?:已变成|已成为|账户状态为)?呆账", state=AccountState.BAD_DEBT),
    _clause("(?:账户)?(?:已被|已|被)?(?:银行止付)", state=AccountState.STOPPED_BY_BANK),
    _clause("(?:账户)?(?:已被|已|被)?止付", state=AccountState.STOPPED),
    _clause("(?:账户)?(?:已被|已|被)?冻结", state=AccountState.FROZEN),
    _clause("(?:已|正在)?(?:进行)?司法追偿", state=AccountState.JUDICIAL_RECOVERY),
    _clause("担保物不足", state=AccountState.COLLATERAL_SHORT),
    _clause(f"{_END}(?:被)?强制平仓", state=AccountState.FORCED_LIQUIDATION),
    _clause(rf"(?:于)?(?P<due_on>{DAY})到期"),
    _clause(rf"(?:授信)?额度有效期至(?P<line_until>{DAY})"),
    _clause("额度长期有效", line_open_ended=True),
    _clause("可循环使用", revolving=True),
    _clause("不可循环使用", revolving=False),
    _clause(rf"最近一次还款(?:日期)?(?:为)?(?P<last_paid_on>{DAY})"),
    _clause(rf"(?:债权)?金额(?:为)?(?P<amount>{YUAN})"),
)
"""Clauses of account sentences. Source: templates in public parsers (grade C), both generations."""

_PARTED: Final = re.compile(r"[^，。；]+")


class Found(NamedTuple):
    """Values of a sentence by name, where each stands, and what no clause explains."""

    values: dict[str, Any]
    spans: dict[str, tuple[int, int]]
    left: list[str]


def read_clauses(passage: Passage, start: int, found: Found) -> None:
    """Read the clauses of a passage from ``start`` on into ``found``.

    A value is taken once: a clause that would state it anew differently is left over.
    """
    for part in _PARTED.finditer(passage.text, start):
        if not _read_clause(part[0], part.start(), found):
            found.left.append(part[0])


def _read_clause(text: str, start: int, found: Found) -> bool:
    for clause in CLAUSES:
        match = clause.pattern.fullmatch(text)
        if match is None:
            continue
        try:
            values = dict(_values(clause, match)) | clause.says
        except ValueError:
            return False
        if any(found.values.get(name, value) != value for name, value in values.items()):
            return False
        found.values.update(values)
        for name in values:
            span = match.span(name) if name in clause.pattern.groupindex else match.span()
            found.spans[name] = (start + span[0], start + span[1])
        return True
    return False


def _values(clause: Clause, match: re.Match[str]) -> Iterator[tuple[str, Any]]:
    for name, reader in clause.readers.items():
        if match[name] is not None:
            yield name, reader(match[name])
    words = match.groupdict().get("currency")
    if words is not None:
        code = currency_of(words)
        if code is None:
            raise ValueError(words)
        yield "currency", code
