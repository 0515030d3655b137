"""Months and days as whole numbers, for arrays: the calendar of a simulated window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from daihou.examples.bank.draws import Ints

NO_DAY = -(2**62)
"""Stands for null in an array of days."""
_REACH = 500
"""Months before and after the window that the calendar knows."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months numbered from the first of the window (0) to the month of as_of (months - 1).

    Shape: ``starts`` is the first day of months -500 to +500. Units: days since 1970-01-01.
    """

    as_of: int
    months: int
    starts: Ints

    @classmethod
    def ending(cls, as_of: date, months: int) -> Calendar:
        """Return the calendar of ``months`` months that end with the month of ``as_of``."""
        last = np.datetime64(as_of, "M")
        first = last - (months - 1)
        span = first + np.arange(-_REACH, _REACH + 1)
        starts = span.astype("datetime64[D]").astype(np.int64)
        return cls(int(np.datetime64(as_of, "D").astype(np.int64)), months, starts)

    def start(self, month: Ints) -> Ints:
        """Return the first day of each month."""
        return self.starts[month + _REACH]

    def end(self, month: Ints) -> Ints:
        """Return the last day of each month."""
        ends: Ints = self.starts[month + _REACH + 1] - 1
        return ends

    def on(self, month: Ints, day: Ints) -> Ints:
        """Return the day with that number in each month, or the month's last when it has none."""
        days: Ints = np.minimum(self.start(month) + day - 1, self.end(month))
        return days

    def month_of(self, day: Ints) -> Ints:
        """Return the month number that each day lies in."""
        found: Ints = np.searchsorted(self.starts, day, side="right").astype(np.int64)
        return found - 1 - _REACH
