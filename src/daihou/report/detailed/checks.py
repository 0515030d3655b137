"""Cross-checks of a detailed report against itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from daihou.report.model import Account, Check, Report
from daihou.report.values import Month
from daihou.report.words import OVER, AccountType, Section

_RUNNING: Final = {
    "non_revolving": Section.NON_REVOLVING,
    "drawdowns": Section.REVOLVING_DRAWDOWNS,
    "revolving": Section.REVOLVING,
    "credit_cards": Section.CARDS,
    "quasi_cards": Section.QUASI_CARDS,
}
_HOUSING: Final = frozenset({"11", "13"})


def checks_of(report: Report, printed_pages: int | None) -> tuple[Check, ...]:
    """Return every check that can be made, those that could not with ``ok`` None."""
    left = len(report.unmatched)
    pages = None if printed_pages is None else printed_pages == report.pages
    return (
        *_counts(report),
        *_numbers(report),
        *_grids(report.accounts),
        *_dates(report),
        Check("pages", pages, f"{printed_pages} printed, {report.pages} in the file"),
        Check("all_understood", not left, f"{left} texts were not understood"),
    )


def _prompt_row(account: Account) -> str | None:
    """Return the row of the credit prompt (dictionary 1003) in which an account counts."""
    if account.account_type is AccountType.CARD:
        return "21"
    if account.account_type is AccountType.QUASI_CARD:
        return "22"
    if account.account_type is AccountType.COLLECTION or account.business_code is None:
        return None
    if account.business_code == "12":
        return "12"
    return "11" if account.business_code in _HOUSING else "19"


def _counts(report: Report) -> Iterator[Check]:
    rows = [_prompt_row(account) for account in report.accounts]
    for code in ("11", "12", "19", "21", "22"):
        printed = report.summary.get(f"prompt.{code}.accounts")
        if isinstance(printed, int):
            yield _same(f"count:prompt.{code}", printed, rows.count(code))
    for name, section in _RUNNING.items():
        printed = report.summary.get(f"{name}.accounts")
        here = [account for account in report.accounts if account.section is section]
        if isinstance(printed, int):
            open_now = sum(account.state not in OVER for account in here)
            yield _same(f"count:{name}", printed, open_now)
    printed = report.summary.get("recovered.accounts")
    if isinstance(printed, int):
        there = sum(account.section is Section.RECOVERIES for account in report.accounts)
        yield _same("count:recovered", printed, there)


def _same(name: str, printed: int, found: int) -> Check:
    return Check(name, printed == found, f"{printed} in the overview, {found} in the details")


def _numbers(report: Report) -> Iterator[Check]:
    for section in Section:
        numbers = [account.no for account in report.accounts if account.section is section]
        yield from _in_a_row(f"numbers:{section}", numbers)
    for debtor in ("1", "2"):
        numbers = [item.no for item in report.liabilities if item.debtor_kind_code == debtor]
        yield from _in_a_row(f"numbers:liabilities.{debtor}", numbers)
    yield from _in_a_row("numbers:inquiries", [look.no for look in report.inquiries])


def _in_a_row(name: str, numbers: Sequence[int | None]) -> Iterator[Check]:
    if not numbers:
        return
    wanted = list(range(1, len(numbers) + 1))
    missing = sorted(set(wanted) - set(numbers))
    told = ", ".join(map(str, missing[:10]))
    ok = None if None in numbers else list(numbers) == wanted
    yield Check(name, ok, f"{len(numbers)} items" + (f", missing: {told}" if missing else ""))


def _grids(accounts: Iterable[Account]) -> Iterator[Check]:
    """Yield whether the grids have every month from the opening to their end."""
    holes, beyond = [], []
    for account in accounts:
        if account.history_from is None or account.history_to is None:
            continue
        first = account.history_from
        if account.opened_on:
            first = max(first, Month.of(account.opened_on))
        told = {state.month for state in account.history}
        length = account.history_to.number - first.number + 1
        gaps = [account.history_to.back(at) for at in range(length)]
        holes += [f"{account.section} {account.no} {month}" for month in gaps if month not in told]
        outside = [m for m in told if not account.history_from <= m <= account.history_to]
        beyond += [f"{account.section} {account.no} {month}" for month in sorted(outside)]
    detail = f"without a state: {'; '.join(holes[:5])}" if holes else "every month has a state"
    yield Check("grids_are_whole", not holes, detail)
    detail = f"outside its heading's months: {'; '.join(beyond[:5])}" if beyond else "none outside"
    yield Check("grids_in_their_months", not beyond, detail)


def _days(report: Report) -> Iterator[tuple[str, date]]:
    for account in report.accounts:
        for name in ("opened_on", "closed_on", "last_paid_on", "as_of"):
            day = getattr(account, name)
            if isinstance(day, date):
                yield f"{account.section} {account.no} {name}", day
    for look in report.inquiries:
        if look.on:
            yield f"inquiry {look.no}", look.on


def _dates(report: Report) -> Iterator[Check]:
    at, number = report.header.report_at, report.header.report_no
    if at is None:
        for name in ("dates_before_report", "inquiries_in_two_years", "report_no_is_its_time"):
            yield Check(name, None, "the report has no date")
        return
    late = [what for what, day in _days(report) if day > at.date()]
    yield Check("dates_before_report", not late, "; ".join(late[:5]) or "no date after the report")
    # Some days of grace: the copy may be made a little before it is printed.
    first = at.date() - timedelta(days=2 * 366 + 5)
    early = [str(look.no) for look in report.inquiries if look.on and look.on < first]
    detail = f"older: {', '.join(early[:5])}" if early else "all within two years"
    yield Check("inquiries_in_two_years", not early, detail)
    same = None if number is None else number[:8] == f"{at:%Y%m%d}"
    yield Check("report_no_is_its_time", same, f"number {number}, time {at:%Y-%m-%d %H:%M:%S}")
