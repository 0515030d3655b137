"""The short personal version (简版) of both generations: from pages to the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from daihou.report.model import Account, Liability, Report, Unmatched
from daihou.report.pdf.lines import Line
from daihou.report.pdf.pages import PageText
from daihou.report.short.checks import checks_of
from daihou.report.short.header import read_header
from daihou.report.short.inquiries import read_inquiries
from daihou.report.short.items import items_of
from daihou.report.short.liabilities import read_liability
from daihou.report.short.outline import Outline, Part, group_of, outline_of
from daihou.report.short.overview import read_overview
from daihou.report.short.passage import canonical
from daihou.report.short.public import read_records
from daihou.report.short.sentences import read_account
from daihou.report.words import ReportKind, Section

__all__ = ["is_short", "read_short"]

_ACCOUNT_PARTS: Final = (
    Part.DISPOSALS,
    Part.ADVANCES,
    Part.CARDS,
    Part.LOANS,
    Part.HOUSING_LOANS,
    Part.OTHER_LOANS,
    Part.OTHER_BUSINESS,
)
_NO_GROUP: Final = {Part.DISPOSALS: Section.DISPOSALS, Part.ADVANCES: Section.ADVANCES}
_INTROS: Final = (
    "这部分包含您的信用卡、贷款和其他信贷记录。金额类数据均以人民币计算，精确到元。",
    "系统中没有您的信用卡、贷款和其他信贷记录。",
)


def is_short(lines: Iterable[Line]) -> bool:
    """Return whether these lines are of a short report: its headings stand there."""
    texts = {line.text for line in lines}
    return bool(texts & {"信贷记录", "信息概要", "查询记录"})


def read_short(pages: Sequence[PageText], name: str = "") -> Report:
    """Return the report that pages say, with everything not understood and every check made.

    Source: layouts and sentences from public parsers, grade C.
    """
    outline = outline_of(pages)
    left = list(outline.furniture)
    header, more = read_header(outline.of(Part.HEADER))
    left += more
    left += _unknown_intro(outline.of(Part.CREDIT))
    overview = read_overview(outline.of(Part.OVERVIEW))
    left += overview.unmatched
    accounts = _accounts(outline, left)
    liabilities = _liabilities(outline.of(Part.LIABILITIES), left)
    records = read_records([*outline.of(Part.NON_CREDIT), *outline.of(Part.PUBLIC)])
    left += records.unmatched
    inquiries = read_inquiries(outline.of(Part.INQUIRIES))
    left += inquiries.unmatched
    first = (
        header.queried_at is not None
        or inquiries.first_generation
        or overview.first_generation
        or any(part in outline.parts for part in (Part.HOUSING_LOANS, Part.OTHER_LOANS))
    )
    report = Report(
        kind=ReportKind.PBOC_SHORT_V1 if first else ReportKind.PBOC_SHORT_V2,
        header=header,
        summary=overview.counts,
        accounts=tuple(accounts),
        liabilities=tuple(liabilities),
        post_paid=records.post_paid,
        public_records=records.public,
        inquiries=inquiries.inquiries,
        notes=tuple(_notes(outline.of(Part.NOTES), left)),
        file=name,
        pages=len(pages),
        unmatched=tuple(left),
        places=overview.places,
    )
    return replace(report, checks=checks_of(report, outline.printed_pages))


def _unknown_intro(lines: Sequence[Line]) -> list[Unmatched]:
    """Return the lines under 信贷记录 that are neither of the two known sentences."""
    told = canonical("".join(line.text for line in lines))
    if not told or told in _INTROS or told == _INTROS[0].split("金额")[0]:
        return []
    return [Unmatched(line.page, line.spaced) for line in lines]


def _accounts(outline: Outline, left: list[Unmatched]) -> Iterable[Account]:
    for part in _ACCOUNT_PARTS:
        for section, lines in _groups(part, outline.of(part), left):
            before, items = items_of(lines)
            left += [Unmatched(line.page, line.spaced) for line in before]
            for item in items:
                account, unknown = read_account(item.passage, section, item.no)
                left += unknown
                if account is not None:
                    yield account


def _groups(
    part: Part, lines: Sequence[Line], left: list[Unmatched]
) -> list[tuple[Section, list[Line]]]:
    """Return the lines of a heading by group; lines above the first group are not understood."""
    if part in _NO_GROUP:
        return [(_NO_GROUP[part], list(lines))]
    groups: list[tuple[Section, list[Line]]] = []
    for line in lines:
        group = group_of(canonical(line.text))
        if group is not None:
            groups.append((Section(f"{part}_{group}"), []))
        elif groups:
            groups[-1][1].append(line)
        else:
            left.append(Unmatched(line.page, line.spaced))
    return groups


def _liabilities(lines: Sequence[Line], left: list[Unmatched]) -> Iterable[Liability]:
    before, items = items_of(lines)
    left += [Unmatched(line.page, line.spaced) for line in before]
    for item in items:
        liability, unknown = read_liability(item.passage, item.no)
        left += unknown
        if liability is not None:
            yield liability


def _notes(lines: Sequence[Line], left: list[Unmatched]) -> list[str]:
    before, items = items_of(lines)
    left += [Unmatched(line.page, line.spaced) for line in before]
    return [item.passage.text for item in items]
