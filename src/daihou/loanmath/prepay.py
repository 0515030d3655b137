"""Early repayment (提前还款): what it saves, what it costs, what the money would have earned."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from daihou.errors import LoanTermsError
from daihou.kernel import format_minor
from daihou.loanmath.dates import year_part
from daihou.loanmath.ledger import Due, Line, Method, Period, ledger
from daihou.loanmath.rates import NO_RATE, YearlyRate, divide, minor_of
from daihou.loanmath.schedule import Loan, Schedule, periods_of, schedule


class Keep(StrEnum):
    """What stays as it was: the payment (so the term is shorter), or the term (a lower payment)."""

    PAYMENT = "payment"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the contract asks for early repayment (违约金): the parts are added up.

    ``share`` and ``months_interest`` are of the amount repaid early; nothing is asked once
    ``free_after`` instalments were paid.
    """

    share: Fraction = Fraction(0)
    months_interest: int = 0
    fixed_minor: int = 0
    free_after: int | None = None

    def __post_init__(self) -> None:
        """Refuse a penalty below nothing or above all."""
        if not 0 <= self.share <= 1 or min(self.months_interest, self.fixed_minor) < 0:
            raise LoanTermsError("penalty below nothing or above the whole amount")

    def of(self, amount_minor: int, rate: YearlyRate, after: int) -> int:
        """Return the penalty on an amount repaid after so many instalments."""
        if self.free_after is not None and after >= self.free_after:
            return 0
        share = self.share + rate.share * self.months_interest / 12
        return minor_of(share, amount_minor) + self.fixed_minor


@dataclass(frozen=True, slots=True)
class Prepayment:
    """An early repayment: after so many instalments, or on a day; ``amount_minor`` None is all.

    ``earning`` is what the money would earn elsewhere, a year, added every period.
    """

    after: int | None = None
    on: date | None = None
    amount_minor: int | None = None
    keep: Keep = Keep.PAYMENT
    penalty: Penalty = Penalty()
    earning: YearlyRate = NO_RATE


@dataclass(frozen=True, slots=True)
class PrepaymentResult:
    """What an early repayment changes; see ``prepay``.

    ``accrued_minor`` is interest since the last due day, paid with it. ``income_lost_minor`` and
    ``net_minor`` are worth at the loan's planned end; ``net_now_minor`` is the same today.
    """

    after: int
    amount_minor: int
    accrued_minor: int
    balance_before_minor: int
    balance_after_minor: int
    interest_paid_minor: int
    interest_left_without_minor: int
    interest_left_with_minor: int
    penalty_minor: int
    income_lost_minor: int
    net_minor: int
    net_now_minor: int
    periods_left_without: int
    periods_left_with: int
    payment_without_minor: int
    payment_with_minor: int
    plan: Schedule

    @property
    def saved_interest_minor(self) -> int:
        """Return the interest that is not paid thanks to it."""
        return self.interest_left_without_minor - self.interest_left_with_minor


def prepay(loan: Loan, early: Prepayment) -> PrepaymentResult:
    """Return what an early repayment saves: interest, penalty, income lost, net benefit.

    Net benefit = saved interest - penalty - income lost on the money.

    Source: 民法典 art. 677 (interest by the actual period unless agreed otherwise).
    Raises: LoanTermsError for a moment outside the term or an amount above the balance.
    """
    whole = schedule(loan)
    after, elapsed = _moment(loan, early)
    scale = loan.scale
    lines = () if loan.method is Method.BULLET else whole.lines[:after]
    balance = lines[-1].balance if lines else loan.amount_minor * scale
    amount = balance if early.amount_minor is None else early.amount_minor * scale
    if not 0 < amount <= balance:
        raise LoanTermsError(
            f"early repayment of {format_minor(divide(amount, scale), 'CNY')} is not possible",
            why=f"the balance then is {format_minor(divide(balance, scale), 'CNY')}",
        )
    accrued, new = _rest(loan, whole, early.keep, (after, elapsed, balance, amount))
    old = whole.lines[len(lines) :]
    interest_old = sum(line.interest for line in old)
    interest_new = sum(line.interest for line in new) + accrued
    penalty = early.penalty.of(divide(amount, scale), loan.rate, after)
    now = amount + accrued + penalty * scale
    left = 1 if loan.method is Method.BULLET else loan.periods - after
    end, today = _worth(old, new, now, (early.earning, loan.frequency.per_year, left))
    saved = divide(interest_old, scale) - divide(interest_new, scale)
    net = divide(end, scale)
    dues, first = whole.dues[-left:], loan.periods - left + 1
    return PrepaymentResult(
        after=after,
        amount_minor=divide(amount, scale),
        accrued_minor=divide(accrued, scale),
        balance_before_minor=divide(balance, scale),
        balance_after_minor=divide(balance - amount, scale),
        interest_paid_minor=divide(sum(line.interest for line in lines), scale),
        interest_left_without_minor=divide(interest_old, scale),
        interest_left_with_minor=divide(interest_new, scale),
        penalty_minor=penalty,
        income_lost_minor=saved - penalty - net,
        net_minor=net,
        net_now_minor=divide(today, scale),
        periods_left_without=left,
        periods_left_with=len(new),
        payment_without_minor=divide(old[0].payment, scale),
        payment_with_minor=divide(new[0].payment, scale) if new else 0,
        plan=Schedule(loan, tuple(new), dues[: len(new)], range(first, first + len(new))),
    )


def compare_prepayments(loan: Loan, early: Prepayment) -> dict[Keep, PrepaymentResult]:
    """Return the same early repayment with the payment kept, and with the term kept."""
    return {keep: prepay(loan, replace(early, keep=keep)) for keep in Keep}


@dataclass(frozen=True, slots=True)
class FeePlanResult:
    """What repaying an instalment plan early saves of its fees."""

    fees_minor: int
    fees_paid_minor: int
    fees_still_due_minor: int
    saved_minor: int


def prepay_fee_plan(
    amount_minor: int, periods: int, monthly_fee: Fraction, after: int, *, fee_stops: bool
) -> FeePlanResult:
    """Return what early repayment saves of a plan with a fee on the original amount (分期手续费).

    A fee, unlike interest, does not fall with the balance. Unless the contract says that it stops,
    the fees of the months left are due all the same, and nothing is saved.
    """
    if not 0 <= after < periods:
        raise LoanTermsError(f"no instalment {after} inside a plan of {periods}")
    fee = minor_of(monthly_fee, amount_minor)
    left = fee * (periods - after)
    return FeePlanResult(
        fee * periods, fee * after, 0 if fee_stops else left, left if fee_stops else 0
    )


def _moment(loan: Loan, early: Prepayment) -> tuple[int, Fraction]:
    """Return instalments paid by then, and the part of a year since the last due day."""
    if (early.after is None) == (early.on is None):
        raise LoanTermsError("give the instalment after which to repay early, or the day")
    if early.after is not None:
        if not 0 <= early.after < loan.periods:
            raise LoanTermsError(f"no instalment {early.after} before the end of {loan.periods}")
        return early.after, Fraction(0)
    if early.on is None or loan.start_on is None:
        raise LoanTermsError("a day of early repayment needs the loan's start date")
    days = (loan.start_on, *loan.due_days)
    after = bisect_right(days, early.on) - 1
    if not 0 <= after < loan.periods:
        raise LoanTermsError(f"{early.on} is outside the loan, {days[0]} to {days[-1]}")
    return after, year_part(days[after], early.on, loan.day_count)


def _rest(
    loan: Loan, whole: Schedule, keep: Keep, moment: tuple[int, Fraction, int, int]
) -> tuple[int, list[Line]]:
    """Return interest paid with the early repayment, and the lines that follow it."""
    after, elapsed, balance, amount = moment
    periods = periods_of(loan)
    left = balance - amount
    if loan.method is Method.BULLET:
        share = sum((Fraction(*p.factor) for p in periods[:after]), elapsed * loan.rate.share)
        total = sum((Fraction(*period.factor) for period in periods), Fraction(0))
        interest = minor_of(total, left)
        return minor_of(share, amount), [Line(left + interest, left, interest, 0)] if left else []
    since = elapsed * loan.rate.share
    accrued = minor_of(since, balance)
    if not left:
        return accrued, []
    rest = periods[after:]
    # Day counts of 30/360 can put more days into a month than its twelfth: never below nothing.
    first = max(Fraction(*rest[0].factor) - since, Fraction(0))
    rest[0] = Period((first.numerator, first.denominator), rest[0].due)
    part = None
    if keep is Keep.PAYMENT and loan.method is not Method.INTEREST_FIRST:
        part = _part_kept(loan, whole.lines[after:], periods[after:])
    return accrued, ledger(left, rest, loan.method, part)


def _part_kept(loan: Loan, lines: Sequence[Line], periods: Sequence[Period]) -> int | None:
    """Return the payment (or principal) of the first full period that is left."""
    for line, period in zip(lines, periods, strict=True):
        if period.due is Due.ALL:
            return line.payment if loan.method is Method.EQUAL_PAYMENT else line.principal
    return None


def _worth(
    old: Sequence[Line], new: Sequence[Line], now: int, money: tuple[YearlyRate, int, int]
) -> tuple[int, int]:
    """Return what is gained by paying ``now``, worth at the planned end and today.

    The money is taken to earn whole periods, from the due day before the early repayment.
    """
    earning, per_year, left = money
    growth = 1 + earning.share / per_year
    fine = 10**40
    num, den = growth.numerator, growth.denominator
    powers = [fine]
    for _ in range(left):
        powers.append(powers[-1] * num // den)
    gain = -now * powers[left]
    for number, line in enumerate(old):
        paid = new[number].payment if number < len(new) else 0
        gain += (line.payment - paid) * powers[left - 1 - number]
    return divide(gain, fine), divide(gain, powers[left])
