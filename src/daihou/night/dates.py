"""Calendar arithmetic that a night needs: month ends and whole months back."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

STATUS_MONTHS = 24
"""Months in a status string, the last one holding as_of (PBOC segment PD01D)."""


def month_end(day: date) -> date:
    """Return the last day of ``day``'s month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Return ``day`` moved by whole months; a month end stays a month end, 31 becomes 30 or 28."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    last = month_end(first)
    return last if day == month_end(day) else first.replace(day=min(day.day, last.day))


def status_window(as_of: date) -> tuple[date, int]:
    """Return the first day of the status window and its month number (year x 12 + month)."""
    first = add_months(as_of.replace(day=1), 1 - STATUS_MONTHS).replace(day=1)
    return first, first.year * 12 + first.month


def days_between(first: date, last: date, *, daily: bool) -> list[date]:
    """Return the days from ``first`` to ``last``: every one, or the month ends only."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if daily or day == month_end(day)]
