"""Windows of calendar months back from a day, and sums that keep what is unknown apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from daihou.law.terms import add_months
from daihou.report.facts_model import Evidence, Figure
from daihou.report.values import Month, When

T = TypeVar("T")


def window_start(on: date, months: int) -> date:
    """Return the far end of a window, itself outside: the same day so many months earlier.

    Where that month is shorter, its last day: three months before 31 May is 28 or 29 February.
    """
    return add_months(on, -months)


def is_within(when: When | None, after: date, on: date) -> bool | None:
    """Tell whether something lies in the window; None when no day, or only a month, cannot tell."""
    if when is None:
        return None
    if isinstance(when, Month):
        first, last = date(when.year, when.month, 1), last_day(when)
        if last <= after or first > on:
            return False
        return True if first > after else None
    return after < when <= on


def last_day(month: Month) -> date:
    """Return the last day of a month."""
    following = month.back(-1)
    return date.fromordinal(date(following.year, following.month, 1).toordinal() - 1)


def latest_day(when: When) -> date:
    """Return the last day that a day or month can mean."""
    return last_day(when) if isinstance(when, Month) else when


def months_between(first: date, last: date) -> int:
    """Return how many whole calendar months have passed from one day to a later one."""
    months = Month.of(last).number - Month.of(first).number
    return months if add_months(first, months) <= last else months - 1


def years_later(when: When, years: int) -> When:
    """Return the same day or month some years on; 29 February becomes 28 where there is none."""
    if isinstance(when, Month):
        return Month(when.year + years, when.month)
    return add_months(when, 12 * years)


def indexed(kind: str, records: Iterable[T]) -> list[tuple[Evidence, T]]:
    """Return records with the evidence that points at each."""
    return [(Evidence(kind, index), record) for index, record in enumerate(records)]


def count(rows: Iterable[tuple[Evidence, T]], test: Callable[[T], bool | None]) -> Figure:
    """Return how many records pass a test; those for which it is unknown are missing."""
    seen = [(evidence, test(record)) for evidence, record in rows]
    yes = tuple(evidence for evidence, passed in seen if passed)
    return Figure(len(yes), yes, tuple(evidence for evidence, passed in seen if passed is None))


def total(rows: Iterable[tuple[Evidence, T]], amount: Callable[[T], int | None]) -> Figure:
    """Return a sum over records; None when records there are, but none states the amount."""
    seen = [(evidence, amount(record)) for evidence, record in rows]
    stated = [(evidence, value) for evidence, value in seen if value is not None]
    known = sum(value for _, value in stated) if stated or not seen else None
    missing = tuple(evidence for evidence, value in seen if value is None)
    return Figure(known, tuple(evidence for evidence, _ in stated), missing)


def highest(figures: Iterable[Figure]) -> Figure:
    """Return the highest of some figures; its evidence is the records that reach it."""
    figures = tuple(figures)
    missing = tuple(dict.fromkeys(one for figure in figures for one in figure.missing))
    known = [figure for figure in figures if figure.known is not None]
    if not known:
        return Figure(None if figures else 0, (), missing)
    top = max(figure.known or 0 for figure in known)
    reach = (one for figure in known if top and figure.known == top for one in figure.evidence)
    return Figure(top, tuple(dict.fromkeys(reach)), missing)


def added(figures: Iterable[Figure]) -> Figure:
    """Return the sum of some figures with all their evidence."""
    figures = tuple(figures)
    known = [figure.known for figure in figures if figure.known is not None]
    return Figure(
        sum(known) if known or not figures else None,
        tuple(one for figure in figures for one in figure.evidence),
        tuple(one for figure in figures for one in figure.missing),
    )
