"""A month, and the place where a value stands: what every part of a report is made with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple


class Month(NamedTuple):
    """A month of a report, such as the month up to which an account is told."""

    year: int
    month: int

    def __str__(self) -> str:
        """Return it as ISO 8601 writes it: ``2026-05``."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def number(self) -> int:
        """Return months since year 0, to subtract months from each other."""
        return self.year * 12 + self.month - 1

    def back(self, months: int) -> Month:
        """Return the month so many months earlier (later when negative)."""
        year, month = divmod(self.number - months, 12)
        return Month(year, month + 1)

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of a day."""
        return cls(day.year, day.month)


When = date | Month
"""A day, or a month where the report says no more."""


def month_of(when: When) -> Month:
    """Return the month of a day or month."""
    return when if isinstance(when, Month) else Month.of(when)


class Place(NamedTuple):
    """Where a value stands in the file: page and box of a PDF, or node path of XML and JSON.

    Units: ``page`` from 1; ``box`` is (left, top, right, bottom) in points from the page's
    top left.
    ``read_as`` is what was on the paper when the reader repaired it (OCR confusions), else empty.
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    path: str = ""
    read_as: str = ""


Places = Mapping[str, Place]
"""Places by field name; the key ``""`` is the place of the whole record."""

NOWHERE: Final[Places] = MappingProxyType({})


def no_places() -> Places:
    """Return the places of a record that says none."""
    return NOWHERE
