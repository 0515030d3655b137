"""The true yearly rate (真实年化利率) of what is really received and paid, all fees included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import isfinite
from typing import NamedTuple

import pyxirr

from daihou.errors import LoanTermsError
from daihou.loanmath.rates import YearlyRate, minor_of
from daihou.loanmath.schedule import Loan, schedule

TOLERANCE = 1e-8
"""Present value that may be left over at the rate found, as a share of all money that moves."""


class TrueRate(NamedTuple):
    """Simple (periods a year times the rate of one period) and compounded yearly rate."""

    nominal: YearlyRate
    effective: YearlyRate


@dataclass(frozen=True, slots=True)
class Charges:
    """What is asked for beside a loan's schedule.

    ``upfront_minor`` is paid apart on the first day (服务费、保费); ``deducted_minor`` is kept back
    from what is paid out (砍头息). ``monthly_fee`` is a share of the *original* amount, in every
    period. Interest and fees of the first ``free_periods`` are waived (免息期).
    """

    upfront_minor: int = 0
    deducted_minor: int = 0
    monthly_fee: Fraction = Fraction(0)
    period_fee_minor: int = 0
    free_periods: int = 0

    def __post_init__(self) -> None:
        """Refuse charges below nothing."""
        if min(self.upfront_minor, self.deducted_minor, self.period_fee_minor) < 0:
            raise LoanTermsError("a charge is below nothing")
        if self.monthly_fee < 0 or self.free_periods < 0:
            raise LoanTermsError("a fee or the number of free periods is below nothing")


NO_CHARGES = Charges()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a loan costs in all: received, paid back, the difference, and the true rate."""

    received_minor: int
    paid_minor: int
    flows_minor: tuple[int, ...]
    rate: TrueRate

    @property
    def cost_minor(self) -> int:
        """Return everything paid above what was received."""
        return self.paid_minor - self.received_minor


def cost_of(loan: Loan, charges: Charges = NO_CHARGES) -> Cost:
    """Return the whole cost of a loan with its charges, and its true yearly rate.

    Money paid on the first day lowers what is received. A loan with dates is measured by its days.

    Source: 中国人民银行公告〔2021〕第3号 (all cost over the principal really used; grade M).
    Raises: LoanTermsError when nothing is received.
    """
    plan = schedule(loan)
    rows = plan.rows
    fee = minor_of(charges.monthly_fee, loan.amount_minor) + charges.period_fee_minor
    by_number = {row.no: row for row in rows}
    payments = []
    for number in range(1, loan.periods + 1):
        row = by_number.get(number)
        payment = row.payment_minor if row else 0
        if number > charges.free_periods:
            payment += fee
        elif row:
            payment = max(row.principal_minor, 0)
        payments.append(payment)
    received = loan.amount_minor - charges.upfront_minor - charges.deducted_minor
    if received <= 0:
        raise LoanTermsError("fees and deductions take all of the loan", why="nothing is received")
    flows = (received, *(-payment for payment in payments))
    if loan.start_on is None:
        rate = periodic_rate(flows, loan.frequency.per_year)
    else:
        rate = dated_rate(list(zip((loan.start_on, *loan.due_days), flows, strict=True)))
    return Cost(received, sum(payments), flows, rate)


def periodic_rate(flows_minor: Sequence[int], per_year: int = 12) -> TrueRate:
    """Return the yearly rate of flows one period apart; received is positive, paid negative.

    Raises: LoanTermsError when no single rate exists.
    """
    _single(flows_minor)
    found = pyxirr.irr(_scaled(flows_minor), silent=True)
    step = _checked(found, list(enumerate(flows_minor)))
    nominal = YearlyRate(step * per_year)
    return TrueRate(nominal, nominal.compounded(per_year))


def dated_rate(flows: Sequence[tuple[date, int]]) -> TrueRate:
    """Return the yearly rate of dated flows (XIRR, actual/365); nominal is by twelve months.

    Raises: LoanTermsError when no single rate exists.
    """
    ordered = sorted(flows)
    amounts = [amount for _, amount in ordered]
    _single(amounts)
    days = [day for day, _ in ordered]
    found = pyxirr.xirr(days, _scaled(amounts), silent=True)
    years = [(day - days[0]).days / 365 for day in days]
    effective = _checked(found, list(zip(years, amounts, strict=True)))
    monthly = (Decimal(effective.numerator) / effective.denominator + 1) ** (Decimal(1) / 12) - 1
    return TrueRate(YearlyRate(Fraction(monthly * 12)), YearlyRate(effective))


def fee_plan_rate(amount_minor: int, periods: int, monthly_fee: Fraction) -> TrueRate:
    """Return the true rate of a plan with a monthly fee on the original amount (分期手续费率)."""
    fee = monthly_fee * amount_minor
    payment = Fraction(amount_minor, periods) + fee
    # A rate needs no cents: flows in millionths keep it exact to the digits shown.
    flows = [amount_minor * 10**6, *[-round(payment * 10**6)] * periods]
    return periodic_rate(flows)


def _scaled(amounts: Sequence[int]) -> list[float]:
    """Return flows of which the largest is a million.

    The library stops at an absolute present value: flows of 10^12 find no rate in it, and small
    ones a rough one. At this size it agrees with bisection in 40-digit decimals to 10^-14.
    """
    most = max(abs(amount) for amount in amounts)
    return [amount * 1e6 / most for amount in amounts]


def _single(amounts: Sequence[int]) -> None:
    """Refuse flows that have no rate, or more than one."""
    signs = [amount > 0 for amount in amounts if amount]
    changes = sum(first != second for first, second in pairwise(signs))
    if changes != 1:
        told = "money goes only one way" if not changes else "money turns more than once"
        raise LoanTermsError(
            f"these flows have no single rate: {told}",
            next_step="give what is received as positive and what is paid as negative",
        )


def _checked(found: float | None, flows: Sequence[tuple[float, int]]) -> Fraction:
    """Return a found rate as an exact number once its present value is nothing within TOLERANCE."""
    if found is None or not isfinite(found) or found <= -1:
        raise LoanTermsError("no yearly rate was found for these flows")
    left = sum(amount * (1 + found) ** -when for when, amount in flows)
    if abs(left) > TOLERANCE * sum(abs(amount) for _, amount in flows):
        raise LoanTermsError("no yearly rate was found for these flows within the tolerance")
    return Fraction(Decimal(repr(found)))
