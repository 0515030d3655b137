"""The outline of a short report: which lines stand under which heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from daihou.report.model import Unmatched
from daihou.report.pdf.lines import Line
from daihou.report.pdf.pages import PageText
from daihou.report.short.passage import canonical


class Part(StrEnum):
    """A part of the short report, in printed order."""

    HEADER = "header"
    CREDIT = "credit"
    OVERVIEW = "overview"
    DISPOSALS = "disposals"
    ADVANCES = "advances"
    CARDS = "cards"
    LOANS = "loans"
    HOUSING_LOANS = "housing_loans"
    OTHER_LOANS = "other_loans"
    OTHER_BUSINESS = "other_business"
    LIABILITIES = "liabilities"
    NON_CREDIT = "non_credit"
    PUBLIC = "public"
    INQUIRIES = "inquiries"
    NOTES = "notes"


HEADINGS: Final = MappingProxyType(
    {
        "信贷记录": Part.CREDIT,
        "信息概要": Part.OVERVIEW,
        "资产处置信息": Part.DISPOSALS,
        "垫款信息": Part.ADVANCES,
        "保证人代偿信息": Part.ADVANCES,
        "信用卡": Part.CARDS,
        "贷款": Part.LOANS,
        "购房贷款": Part.HOUSING_LOANS,
        "其他贷款": Part.OTHER_LOANS,
        "其他业务": Part.OTHER_BUSINESS,
        "相关还款责任信息": Part.LIABILITIES,
        "为他人担保信息": Part.LIABILITIES,
        "非信贷交易记录": Part.NON_CREDIT,
        "公共记录": Part.PUBLIC,
        "公共信息": Part.PUBLIC,
        "查询记录": Part.INQUIRIES,
        "说明": Part.NOTES,
    }
)
GROUPS: Final = (
    (re.compile(r"^发生过逾期的(贷记卡)?账户明细如下：?$"), "overdue"),
    (re.compile(r"^透支超过60天的准贷记卡账户明细如下：?$"), "overdraft"),
    (re.compile(r"^从未(发生过)?逾期过?的(账户|贷记卡(账户)?及.*)明细如下：?$"), "clean"),
)
"""The line above a group of accounts, and what it says of all of them."""

_ITEM: Final = re.compile(r"^\d{1,3}[.．、。]?\d{4}年")
_PAGE_NUMBER: Final = re.compile(r"第\d+页[，/]?共(\d+)页")
_DIGITS: Final = re.compile(r"\d+")
_EDGE: Final = 0.1
"""Share of the page's height at top and bottom where a line may be the same on every page."""


@dataclass(slots=True)
class Outline:
    """Lines by part in the order read, and what was taken off the pages' edges."""

    parts: dict[Part, list[Line]] = field(default_factory=dict)
    printed_pages: int | None = None
    furniture: list[Unmatched] = field(default_factory=list)

    def of(self, part: Part) -> list[Line]:
        """Return the lines of a part, none when the report does not have it."""
        return self.parts.get(part, [])


def outline_of(pages: Sequence[PageText]) -> Outline:
    """Return the outline: page numbers and lines repeated at the edges are set aside."""
    outline = Outline()
    lines = list(_body(pages, outline))
    part = Part.HEADER
    for at, line in enumerate(lines):
        heading = HEADINGS.get(line.text) if len(line.text) <= 8 else None
        if heading is not None and _begins(part, heading, lines[at + 1 : at + 8]):
            part = heading
            outline.parts.setdefault(part, [])
            continue
        outline.parts.setdefault(part, []).append(line)
    return outline


def _body(pages: Sequence[PageText], outline: Outline) -> Iterable[Line]:
    repeated = _repeated(pages)
    told: set[str] = set()
    for page in pages:
        for line in page.lines:
            number = _PAGE_NUMBER.search(canonical(line.text)) if "页" in line.text else None
            head = page.number == 1 and line.top < page.height / 2
            if number is None and (head or _key(line) not in repeated):
                yield line
                continue
            rest = line.text
            if number is not None:
                outline.printed_pages = int(number[1])
                rest = rest[: number.start()] + rest[number.end() :]
            if rest and rest not in told:
                told.add(rest)
                outline.furniture.append(Unmatched(line.page, rest))


def _repeated(pages: Sequence[PageText]) -> set[tuple[str, int]]:
    """Return what stands at the same place near an edge of every page, away from other lines."""
    if len(pages) < 2:
        return set()
    seen = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    least = max(len(pages) - 1, 3) if len(pages) > 2 else 2  # the first page may go without
    return {key for key, times in seen.items() if times >= least}


def _edges(page: PageText) -> Iterable[Line]:
    for at, line in enumerate(page.lines):
        gaps = [line.top - page.lines[at - 1].bottom] if at else []
        gaps += [page.lines[at + 1].top - line.bottom] if at + 1 < len(page.lines) else []
        inside = _EDGE * page.height < line.top < (1 - _EDGE) * page.height
        if not inside and not line.text[0].isdigit() and max(gaps, default=0.0) > 8:
            yield line


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("0", line.text), round(line.top)


def _begins(part: Part, heading: Part, after: Sequence[Line]) -> bool:
    """Return whether a line that reads like a heading is one, not a column of the overview."""
    if part != Part.OVERVIEW or heading in (Part.NON_CREDIT, Part.PUBLIC, Part.INQUIRIES):
        return True
    if not after:
        return False
    text = canonical(after[0].text)
    return bool(_ITEM.match(text)) or group_of(text) is not None


def group_of(text: str) -> str | None:
    """Return the group that a line announces: overdue, overdraft or clean."""
    if not text.startswith(("发生过", "透支", "从未")):
        return None
    return next((group for pattern, group in GROUPS if pattern.match(text)), None)
