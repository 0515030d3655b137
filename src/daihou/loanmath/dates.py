"""Due dates with month-end care, and the part of a year that each period is."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class Frequency(StrEnum):
    """How often an instalment is due (还款频率)."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def per_year(self) -> int:
        """Return periods a year."""
        return {"weekly": 52, "biweekly": 26, "monthly": 12, "quarterly": 4, "half_yearly": 2,
                "yearly": 1}[self.value]  # fmt: skip


class DayCount(StrEnum):
    """How days become a part of a year (计息基础)."""

    THIRTY_360 = "30/360"
    ACTUAL_360 = "actual/360"
    ACTUAL_365 = "actual/365"


def add_months(day: date, months: int, due_day: int) -> date:
    """Return the day so many months on, on ``due_day`` or the month's last: 31 becomes 28 to 30."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(due_day, calendar.monthrange(year, month + 1)[1]))


def step(day: date, frequency: Frequency, times: int, due_day: int) -> date:
    """Return the day so many periods on."""
    if frequency in (Frequency.WEEKLY, Frequency.BIWEEKLY):
        return day + timedelta(days=times * (7 if frequency is Frequency.WEEKLY else 14))
    return add_months(day, times * (12 // frequency.per_year), due_day)


def year_part(first: date, last: date, count: DayCount) -> Fraction:
    """Return the part of a year from one day to a later one.

    Source: 30E/360 (ISDA 2006, 4.16(g)): day 31 counts as 30 at both ends.
    """
    if count is DayCount.THIRTY_360:
        months = (last.year - first.year) * 12 + last.month - first.month
        return Fraction(months * 30 + min(last.day, 30) - min(first.day, 30), 360)
    return Fraction((last - first).days, 360 if count is DayCount.ACTUAL_360 else 365)
