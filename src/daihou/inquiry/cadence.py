"""When the next scheduled look at a person is due, and which window an order belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from daihou.law.terms import add_months


def next_due_on(asked_on: Sequence[date], months: int) -> date | None:
    """Return the first day of the next scheduled look, None (at once) when never asked."""
    return add_months(max(asked_on), months) if asked_on else None


def window_of(on: date, months: int) -> str:
    """Return the calendar window of a scheduled look: one order a person fits into each.

    Windows of so many months are counted from year 0, so that every lender's months, quarters and
    half-years begin in January.
    """
    first = (on.year * 12 + on.month - 1) // months * months
    year, month = divmod(first, 12)
    return f"S{months}:{year:04d}-{month + 1:02d}"
