"""Repricing (重定价): what a moved benchmark (LPR) does to the rate, the payment and the total."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from daihou.errors import LoanTermsError
from daihou.loanmath.dates import add_months, year_part
from daihou.loanmath.ledger import Factor, Line, Method, ledger
from daihou.loanmath.rates import YearlyRate, divide
from daihou.loanmath.schedule import (
    Loan,
    Schedule,
    check_rate,
    part_of_period,
    period_ends,
    periods_of,
)


class ResetOn(StrEnum):
    """The day from which repricing is counted (重定价日): 1 January, or the day of payout."""

    NEW_YEAR = "new_year"
    ANNIVERSARY = "anniversary"


@dataclass(frozen=True, slots=True)
class Floating:
    """How a rate follows its benchmark: ``spread_bp`` above it (加点), reset every so many months.

    ``benchmark`` is its published values by day; one holds until the next is published.
    """

    spread_bp: int
    benchmark: Mapping[date, YearlyRate]
    reset_on: ResetOn = ResetOn.NEW_YEAR
    every_months: int = 12


class RateChange(NamedTuple):
    """One repricing: from that day this rate; the payment of the first whole period at it."""

    on: date
    rate: YearlyRate
    payment_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Repriced:
    """The schedule at the rates in force, and every change of the rate."""

    plan: Schedule
    changes: tuple[RateChange, ...]


def benchmark_on(benchmark: Mapping[date, YearlyRate], day: date) -> YearlyRate:
    """Return the benchmark last published on or before a day.

    Raises: LoanTermsError when none was.
    """
    days = sorted(benchmark)
    place = bisect_right(days, day)
    if not place:
        raise LoanTermsError(
            f"no benchmark value is known on {day}", next_step="give the one published before it"
        )
    return benchmark[days[place - 1]]


def reprice(loan: Loan, floating: Floating) -> Repriced:
    """Return the schedule of a loan whose rate follows a benchmark; ``loan.rate`` is the first.

    In the period in which a repricing falls, interest is counted by days at the old and the new
    rate, and the principal due stays as it was; from the next period on, the payment is worked out
    anew over the periods left. Banks differ in this: the contract decides.

    Raises: LoanTermsError for a loan without a start date, with grace or holidays, or a bullet.
    """
    if loan.start_on is None or loan.grace or loan.holidays or loan.method is Method.BULLET:
        raise LoanTermsError(
            "repricing needs a start date, and instalments without grace or holidays"
        )
    if not 1 <= floating.every_months <= 120:
        raise LoanTermsError(f"repricing every {floating.every_months} months", why="from 1 to 120")
    days = (loan.start_on, *loan.due_days)
    resets = _resets(loan.start_on, days[-1], floating)
    rates = [(loan.start_on, loan.rate)]
    for day in resets:
        rate = benchmark_on(floating.benchmark, day).plus_bp(floating.spread_bp)
        check_rate(rate)
        if rate != rates[-1][1]:
            rates.append((day, rate))
    lines = _lines(loan, days, rates)
    plan = Schedule(loan, tuple(lines), days[1:], range(1, loan.periods + 1))
    changes = []
    for day, rate in rates:
        first = min(sum(start < day for start in days[:-1]), loan.periods - 1)
        balance = lines[first - 1].balance if first else loan.amount_minor * loan.scale
        amounts = (lines[first].payment, balance)
        changes.append(RateChange(day, rate, *(divide(n, loan.scale) for n in amounts)))
    return Repriced(plan, tuple(changes))


def _resets(start: date, end: date, floating: Floating) -> list[date]:
    """Return the days of repricing inside the loan."""
    first = start if floating.reset_on is ResetOn.ANNIVERSARY else date(start.year, 1, 1)
    found, number = [], 1
    while (day := add_months(first, number * floating.every_months, first.day)) < end:
        if day > start:
            found.append(day)
        number += 1
    return found


def _lines(loan: Loan, days: tuple[date, ...], rates: list[tuple[date, YearlyRate]]) -> list[Line]:
    """Return the ledger, one stretch of periods at one rate after the other."""
    starts = [day for day, _ in rates]
    balance, base = loan.amount_minor * loan.scale, 0
    lines: list[Line] = []
    whole: list[Line] = []
    regular = {rate: periods_of(replace(loan, rate=rate)) for _, rate in rates}
    for number, (first, last) in enumerate(pairwise(days)):
        place = bisect_right(starts, first) - 1
        inside = [item for item in rates if first < item[0] < last]
        # A rate that moved since the period before began makes the rest be worked out anew.
        if number == 0 or any(days[number - 1] < day <= first for day in starts):
            rest = regular[rates[place][1]][number:]
            whole, base = ledger(balance, rest, loan.method), number
        line = whole[number - base]
        if inside:
            num, den = _mixed(loan, number, [rates[place], *inside])
            interest = divide(balance * num, den)
            line = Line(line.principal + interest, line.principal, interest, line.balance)
        lines.append(line)
        balance = line.balance
    return lines


def _mixed(loan: Loan, number: int, rates: list[tuple[date, YearlyRate]]) -> Factor:
    """Return the interest of one period in which the rate changes, by days at each rate."""
    ends = period_ends(loan, number)
    cuts = [ends[0], *(day for day, _ in rates[1:]), ends[1]]
    parts = [year_part(a, b, loan.day_count) for a, b in pairwise(cuts)]
    weighted = (part * rate.share for part, (_, rate) in zip(parts, rates, strict=True))
    share = sum(weighted, Fraction(0)) * part_of_period(loan, number) / sum(parts)
    return share.numerator, share.denominator
