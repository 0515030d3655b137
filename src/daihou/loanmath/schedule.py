"""Repayment schedules (还款计划): what is due when, and how much of it is interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple, NoReturn

from daihou.errors import LoanTermsError
from daihou.kernel import format_minor
from daihou.loanmath.dates import DayCount, Frequency, step, year_part
from daihou.loanmath.ledger import FINE, Due, Factor, Line, Method, Period, ledger, one_payment
from daihou.loanmath.rates import YearlyRate, divide

MAX_PERIODS = 600
MAX_AMOUNT_MINOR = 10**15
MAX_RATE = YearlyRate(Fraction(10))
YEARS = range(1900, 2201)
_PRINCIPAL_LAST = (Method.BULLET, Method.INTEREST_FIRST)


class Rounding(StrEnum):
    """``cent``: every line in whole minor units, as a bank books it. ``exact``: none, shown so."""

    CENT = "cent"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as its contract states it.

    ``first_due_on`` that is not one period after ``start_on`` makes a first period of odd days.
    ``grace`` is how many first periods ask for interest only. ``holidays`` numbers periods (from 1)
    in which nothing is due; their interest is added to the balance.

    Raises: LoanTermsError naming the term that no loan can have.
    """

    amount_minor: int
    rate: YearlyRate
    periods: int
    method: Method = Method.EQUAL_PAYMENT
    frequency: Frequency = Frequency.MONTHLY
    start_on: date | None = None
    first_due_on: date | None = None
    day_count: DayCount = DayCount.THIRTY_360
    rounding: Rounding = Rounding.CENT
    grace: int = 0
    holidays: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse terms that make no loan."""
        check_amount(self.amount_minor)
        check_rate(self.rate)
        if not 1 <= self.periods <= MAX_PERIODS:
            _refuse(f"term of {self.periods} periods", f"from 1 to {MAX_PERIODS}")
        if not 0 <= self.grace < self.periods:
            _refuse(f"grace of {self.grace} periods", "at least 0 and shorter than the term")
        if self.holidays and not 1 <= min(self.holidays) <= max(self.holidays) < self.periods:
            _refuse("a payment holiday outside the term", "a period from 1 to the last but one")
        if (self.grace or self.holidays) and self.method in _PRINCIPAL_LAST:
            _refuse(f"grace or holiday with {self.method}", "none: principal comes last anyway")
        if self.start_on is None and (self.first_due_on or self.day_count != DayCount.THIRTY_360):
            _refuse("no start date", "give it: a first due date or actual days need one")
        for day in (self.start_on, self.first_due_on):
            if day is not None and day.year not in YEARS:
                _refuse(f"date {day}", f"years {YEARS[0]} to {YEARS[-1]}")
        if self.start_on and self.first_due_on and self.first_due_on <= self.start_on:
            _refuse(f"first due date {self.first_due_on}", f"after the start, {self.start_on}")

    @property
    def scale(self) -> int:
        """Return how many of the ledger's units make one minor unit."""
        return FINE if self.rounding is Rounding.EXACT else 1

    @property
    def due_days(self) -> tuple[date, ...]:
        """Return the days on which periods end; none when the loan has no start date."""
        if self.start_on is None:
            return ()
        if self.first_due_on is None:
            start = self.start_on
            counts = range(1, self.periods + 1)
            return tuple(step(start, self.frequency, n, start.day) for n in counts)
        first = self.first_due_on
        return tuple(step(first, self.frequency, n, first.day) for n in range(self.periods))


class Row(NamedTuple):
    """One instalment (期); a holiday's principal is negative: its interest joins the balance."""

    no: int
    due_on: date | None
    payment_minor: int
    principal_minor: int
    interest_minor: int
    balance_minor: int
    interest_so_far_minor: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule and its totals; ``lines`` are in units of ``loan.scale`` a minor unit.

    Under ``exact`` rounding every figure is rounded for itself, so rows need not add up to totals.
    """

    loan: Loan
    lines: tuple[Line, ...]
    dues: tuple[date, ...]
    numbers: range

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the instalments in minor units."""
        dues: Sequence[date | None] = self.dues or (None,) * len(self.lines)
        sums = accumulate(line.interest for line in self.lines)
        every = zip(self.numbers, dues, self.lines, sums, strict=True)
        scale = self.loan.scale
        if scale == 1:
            return tuple(Row(no, on, *line, so_far) for no, on, line, so_far in every)
        return tuple(
            Row(no, on, *(divide(n, scale) for n in (*line, so_far)))
            for no, on, line, so_far in every
        )

    @property
    def interest_minor(self) -> int:
        """Return all interest."""
        return divide(sum(line.interest for line in self.lines), self.loan.scale)

    @property
    def paid_minor(self) -> int:
        """Return all that is paid: amount and interest."""
        return divide(sum(line.payment for line in self.lines), self.loan.scale)


def check_amount(amount_minor: int) -> None:
    """Refuse an amount that no loan can have.

    Raises: LoanTermsError.
    """
    if not 0 < amount_minor <= MAX_AMOUNT_MINOR:
        most = format_minor(MAX_AMOUNT_MINOR, "CNY")
        _refuse(f"amount {format_minor(amount_minor, 'CNY')}", f"above 0, to {most}")


def check_rate(rate: YearlyRate) -> None:
    """Refuse a rate that no loan can have.

    Raises: LoanTermsError.
    """
    if not YearlyRate(Fraction(0)) <= rate <= MAX_RATE:
        _refuse(f"rate of {rate.percent()} % a year", f"from 0 to {MAX_RATE.percent(0):,} %")


def schedule(loan: Loan) -> Schedule:
    """Return the repayment schedule of a loan."""
    periods, dues = periods_of(loan), loan.due_days
    amount = loan.amount_minor * loan.scale
    if loan.method is Method.BULLET:
        last = range(loan.periods, loan.periods + 1)
        return Schedule(loan, (one_payment(amount, periods),), dues[-1:], last)
    lines = tuple(ledger(amount, periods, loan.method))
    return Schedule(loan, lines, dues, range(1, loan.periods + 1))


def periods_of(loan: Loan) -> list[Period]:
    """Return the periods of a loan with their interest and what is due at their ends."""
    periods = [Period(interest_factor(loan.rate, _regular(loan)))] * loan.periods
    if loan.start_on is not None and not _plain(loan):
        for number in range(1 if loan.day_count is DayCount.THIRTY_360 else loan.periods):
            factor = interest_factor(loan.rate, part_of_period(loan, number))
            periods[number] = Period(factor)
    if not loan.grace and not loan.holidays:
        return periods
    return [Period(period.factor, _due(loan, number)) for number, period in enumerate(periods, 1)]


def part_of_period(loan: Loan, number: int) -> Fraction:
    """Return the part of a year that a period (from 0) is; a plain month is a twelfth."""
    if loan.day_count is DayCount.THIRTY_360 and (number or loan.start_on is None or _plain(loan)):
        return _regular(loan)
    return year_part(*period_ends(loan, number), loan.day_count)


def period_ends(loan: Loan, number: int) -> tuple[date, date]:
    """Return the first and last day of a period (from 0) of a loan with dates."""
    assert loan.start_on is not None, "asked of loans with dates only"
    days = loan.due_days
    return (days[number - 1] if number else loan.start_on), days[number]


def interest_factor(rate: YearlyRate, part: Fraction) -> Factor:
    """Return the interest of a part of a year as numerator and denominator."""
    share = rate.share * part
    return share.numerator, share.denominator


def irregular_schedule(
    loan: Loan, payments: Sequence[tuple[date, int]], last_on: date
) -> tuple[Row, ...]:
    """Return the rows of a loan that is paid on given days by given amounts; the last takes all.

    A payment goes to interest first, then to principal; interest that it does not cover is carried
    without interest on it. ``loan`` gives amount, rate, start and day count; each row is rounded.

    Source: order of payment of 民法典 art. 561 (interest before principal), grade M.
    Raises: LoanTermsError for days out of order or a payment above what is owed.
    """
    if loan.start_on is None:
        _refuse("no start date", "give it: days are counted from it")
    days = [loan.start_on, *(day for day, _ in payments), last_on]
    if any(later <= earlier for earlier, later in pairwise(days)):
        _refuse("payment days out of order", "each after the one before, all after the start")
    balance, carried, so_far, rows = loan.amount_minor, 0, 0, []
    for number, day in enumerate(days[1:], 1):
        num, den = interest_factor(loan.rate, year_part(days[number - 1], day, loan.day_count))
        carried += divide(balance * num, den)
        payment = balance + carried if day == last_on else payments[number - 1][1]
        if not 0 <= payment <= balance + carried:
            owed = format_minor(balance + carried, "CNY")
            _refuse(f"payment of {format_minor(payment, 'CNY')} on {day}", f"0 to {owed}, the debt")
        interest = min(payment, carried)
        carried -= interest
        balance -= payment - interest
        so_far += interest
        rows.append(Row(number, day, payment, payment - interest, interest, balance, so_far))
    return tuple(rows)


def _plain(loan: Loan) -> bool:
    """Return whether days do not matter: 30/360 and no odd first period."""
    assert loan.start_on is not None
    regular = step(loan.start_on, loan.frequency, 1, loan.start_on.day)
    return loan.day_count is DayCount.THIRTY_360 and loan.first_due_on in (None, regular)


def _regular(loan: Loan) -> Fraction:
    return Fraction(1, loan.frequency.per_year)


def _due(loan: Loan, number: int) -> Due:
    if number in loan.holidays:
        return Due.NOTHING
    return Due.INTEREST if number <= loan.grace else Due.ALL


def _refuse(what: str, allowed: str) -> NoReturn:
    raise LoanTermsError(f"{what} makes no loan", why=f"allowed: {allowed}")
