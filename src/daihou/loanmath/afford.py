"""Affordability (收入偿债比): dues against income, before and after a loan, and under stress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from daihou.errors import LoanTermsError
from daihou.loanmath.ledger import Method
from daihou.loanmath.lines import Line
from daihou.loanmath.schedule import Loan, schedule


@dataclass(frozen=True, slots=True)
class Household:
    """Income and dues of a month: ``housing_minor`` is the part of ``dues_minor`` for the home."""

    income_minor: int
    dues_minor: int = 0
    housing_minor: int = 0

    def __post_init__(self) -> None:
        """Refuse no income, dues below nothing, and housing above all dues."""
        if self.income_minor <= 0:
            raise LoanTermsError("no income", why="a share of nothing cannot be told")
        if not 0 <= self.housing_minor <= self.dues_minor:
            raise LoanTermsError("dues below nothing, or housing dues above all dues")


class Against(NamedTuple):
    """One reference line: the share before, after and under stress, and what is left below it."""

    line: Line
    before: Fraction
    after: Fraction
    stressed: Fraction
    room_minor: int

    @property
    def is_over(self) -> bool:
        """Return whether the share after the new loan is above the line."""
        return self.after > self.line.share


@dataclass(frozen=True, slots=True)
class Affordability:
    """What a new loan does to the dues; payments are those of its dearest month."""

    payment_minor: int
    stressed_payment_minor: int
    largest_amount_minor: int
    against: tuple[Against, ...]


def afford(
    household: Household, loan: Loan, lines: Sequence[Line], *, housing: bool, stress_bp: int = 0
) -> Affordability:
    """Return shares of income before and after a loan, under stress, and the largest amount.

    ``lines`` are reference lines on ``housing`` or on ``all`` dues; the largest amount keeps every
    line, at the loan's term and rate. They bind lenders when they lend for a home; for other loans
    they are a yardstick.
    """
    payment = _dearest(loan)
    stressed = _dearest(replace(loan, rate=loan.rate.plus_bp(stress_bp)))
    against, rooms = [], []
    for line in lines:
        counts = line.on == "all" or housing
        before = household.dues_minor if line.on == "all" else household.housing_minor
        after, worst = (before + payment, before + stressed) if counts else (before, before)
        room = int(line.share * household.income_minor) - before
        if counts:
            rooms.append(max(room, 0))
        shares = [Fraction(due, household.income_minor) for due in (before, after, worst)]
        against.append(Against(line, shares[0], shares[1], shares[2], room))
    largest = _largest(loan, min(rooms)) if rooms else 0
    return Affordability(payment, stressed, largest, tuple(against))


def monthly_minor(payment_minor: int, per_year: int) -> int:
    """Return a payment as of a month, rounded up: what must be set aside."""
    return -(-payment_minor * per_year // 12)


def _dearest(loan: Loan) -> int:
    """Return the highest payment, the last one of interest-first loans apart, as of a month."""
    rows = schedule(loan).rows
    if loan.method is Method.INTEREST_FIRST and len(rows) > 1:
        rows = rows[:-1]
    return monthly_minor(max(row.payment_minor for row in rows), loan.frequency.per_year)


def _largest(loan: Loan, room_minor: int) -> int:
    """Return the largest amount whose dearest month is within the room, by halving."""
    low, high = 0, 2
    while high < 10**14 and _dearest(replace(loan, amount_minor=high)) <= room_minor:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if _dearest(replace(loan, amount_minor=middle)) <= room_minor:
            low = middle
        else:
            high = middle
    return low
