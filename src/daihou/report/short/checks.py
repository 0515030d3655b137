"""Checks of a short report against itself: counts, numbers in a row, dates, pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from daihou.report.model import Account, Check, Report
from daihou.report.values import Month
from daihou.report.words import OVER, Section

HEADINGS: Final = MappingProxyType(
    {
        "cards": ("cards_overdue", "cards_overdraft", "cards_clean"),
        "loans": ("loans_overdue", "loans_clean"),
        "housing_loans": ("housing_loans_overdue", "housing_loans_clean"),
        "other_loans": ("other_loans_overdue", "other_loans_clean"),
        "other_business": ("other_business_overdue", "other_business_clean"),
        "disposals": ("disposals",),
        "advances": ("advances",),
    }
)
"""Sections by the heading under which items are numbered from 1."""

_HOUSING: Final = frozenset(
    {"个人住房商业贷款", "个人住房贷款", "个人商用房（含商住两用）贷款", "个人住房公积金贷款"}
)
_Counted = Callable[[Account], bool | None]
_COUNTED: Final[Mapping[str, _Counted]] = MappingProxyType(
    {
        "accounts": lambda _: True,
        "open": lambda account: account.state not in OVER if account.state else None,
        "overdue": lambda account: not account.section.endswith("_clean"),
        "overdue_90": lambda account: (
            None if account.months_overdue_90_5y is None else account.months_overdue_90_5y > 0
        ),
    }
)


def checks_of(report: Report, printed_pages: int | None) -> tuple[Check, ...]:
    """Return every check of the report; one that cannot be made has ``ok`` None."""
    return (
        *_count_checks(report),
        *_number_checks(report),
        _date_check(report),
        _two_years_check(report),
        _report_no_check(report),
        _page_check(report, printed_pages),
        Check(
            "all_understood",
            not report.unmatched,
            f"{len(report.unmatched)} texts were not understood"
            if report.unmatched
            else "every text was understood",
        ),
    )


def _column(account: Account) -> str:
    """Return the overview's column in which an account counts."""
    section = account.section
    if section in (Section.LOANS_OVERDUE, Section.LOANS_CLEAN):
        return "housing_loans" if account.type in _HOUSING else "other_loans"
    return next(name for name, sections in HEADINGS.items() if section in sections)


def _count_checks(report: Report) -> Iterator[Check]:
    for name in report.summary:
        column, _, row = name.partition(".")
        printed = report.summary[name]
        if column == "liabilities" or row not in _COUNTED or isinstance(printed, str):
            continue
        found = [_COUNTED[row](a) for a in report.accounts if _column(a) == column]
        low, open_ended = found.count(True), found.count(None)
        detail = f"{printed or 0} in the overview, {low} among the accounts"
        if open_ended:
            ok = None if low <= (printed or 0) <= low + open_ended else False
            yield Check(f"count:{name}", ok, f"{detail}, {open_ended} cannot be told")
        else:
            yield Check(f"count:{name}", (printed or 0) == low, detail)
    names = ("liabilities.person", "liabilities.company")
    if any(name in report.summary for name in names):
        counts = [report.summary.get(name) for name in names]
        total = sum(count for count in counts if isinstance(count, int))
        there = len(report.liabilities)
        yield Check(
            "count:liabilities", total == there, f"{total} in the overview, {there} in the list"
        )


def _number_checks(report: Report) -> Iterator[Check]:
    for heading, sections in HEADINGS.items():
        numbers = [account.no for account in report.accounts if account.section in sections]
        if numbers:
            yield _in_a_row(f"numbers:{heading}", numbers)
    if report.liabilities:
        yield _in_a_row("numbers:liabilities", [item.no for item in report.liabilities])
    for name, own in (("inquiries", False), ("own_inquiries", True)):
        numbers = [inquiry.no for inquiry in report.inquiries if inquiry.own is own]
        if numbers:
            yield _in_a_row(f"numbers:{name}", numbers)


def _in_a_row(name: str, numbers: Sequence[int | None]) -> Check:
    if None in numbers:
        return Check(name, None, f"{numbers.count(None)} of {len(numbers)} have no number")
    missing = sorted(set(range(1, len(numbers) + 1)) - set(numbers))
    ok = list(numbers) == list(range(1, len(numbers) + 1))
    detail = f"1 to {len(numbers)}" if ok else f"{len(numbers)} items, missing or out of row"
    return Check(name, ok, detail + (f": {', '.join(map(str, missing[:10]))}" if missing else ""))


def _days(report: Report) -> Iterable[tuple[str, date]]:
    for account in report.accounts:
        for name in ("opened_on", "as_of", "closed_on", "last_paid_on"):
            day = getattr(account, name)
            if day is not None:
                first = date(day.year, day.month, 1) if isinstance(day, Month) else day
                yield f"{account.section} {account.no} {name}", first
    for liability in report.liabilities:
        if liability.opened_on:
            yield f"liability {liability.no} opened_on", liability.opened_on
        if isinstance(liability.as_of, date):
            yield f"liability {liability.no} as_of", liability.as_of
    for inquiry in report.inquiries:
        if inquiry.on:
            yield f"inquiry {inquiry.no}", inquiry.on


def _date_check(report: Report) -> Check:
    if report.header.report_at is None:
        return Check("dates_before_report", None, "the report has no date")
    last = report.header.report_at.date()
    late = [f"{what} {day}" for what, day in _days(report) if day > last]
    detail = f"after the report: {'; '.join(late[:5])}" if late else "no date after the report"
    return Check("dates_before_report", not late, detail)


def _two_years_check(report: Report) -> Check:
    if report.header.report_at is None:
        return Check("inquiries_in_two_years", None, "the report has no date")
    # A few days of grace: the copy may be made some days before it is printed.
    first = report.header.report_at.date() - timedelta(days=2 * 366 + 5)
    early = [f"{i.no} {i.on}" for i in report.inquiries if i.on and i.on < first]
    detail = f"older: {'; '.join(early[:5])}" if early else "all within two years"
    return Check("inquiries_in_two_years", not early, detail)


def _report_no_check(report: Report) -> Check:
    number, at = report.header.report_no, report.header.report_at
    if number is None or at is None or len(number) < 14:
        return Check("report_no_is_its_time", None, "number or time is not there")
    # The number is given some moments before the report is written: the day must be the same.
    same = number[:8] == f"{at:%Y%m%d}"
    return Check("report_no_is_its_time", same, f"number {number[:14]}, time {at:%Y%m%d%H%M%S}")


def _page_check(report: Report, printed: int | None) -> Check:
    if printed is None:
        return Check("pages", None, "no page numbers are printed")
    return Check("pages", printed == report.pages, f"{printed} printed, {report.pages} in the file")
