"""Rates a year, exact, and how daily, monthly and per-ten-thousand quotes become one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction

from daihou.errors import LoanTermsError

Number = Decimal | Fraction | int | str
"""What a person or file may state a number as; never a float."""


def exact_number(value: Number, name: str) -> Fraction:
    """Return a stated number exactly; a percent sign, commas and spaces in text are dropped.

    Raises: LoanTermsError for what is no finite number, naming the field.
    """
    if isinstance(value, Fraction | int):
        return Fraction(value)
    text = str(value).strip().replace(",", "").replace("，", "").rstrip("%％").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number.adjusted()) > 40:
        raise LoanTermsError(f"{name} is not a number: {value!r}", next_step="give it as 7.2")
    return Fraction(number)


@dataclass(frozen=True, slots=True, order=True)
class YearlyRate:
    """A yearly rate (年化利率) as an exact share of the principal: 7.2 % is 9/125."""

    share: Fraction

    @classmethod
    def of_percent(cls, percent: Number) -> YearlyRate:
        """Return the rate that is so many per cent a year."""
        return cls(exact_number(percent, "rate") / 100)

    @classmethod
    def of_monthly(cls, percent: Number) -> YearlyRate:
        """Return twelve times a rate of so many per cent a month (月利率)."""
        return cls(exact_number(percent, "monthly rate") * 12 / 100)

    @classmethod
    def of_daily(cls, per_10k: Number, days: int = 365) -> YearlyRate:
        """Return the simple rate a year of so many per ten thousand a day (日利率万分之几)."""
        return cls(exact_number(per_10k, "daily rate") * days / 10_000)

    def plus_bp(self, points: int) -> YearlyRate:
        """Return the rate so many basis points (基点) higher."""
        return YearlyRate(self.share + Fraction(points, 10_000))

    def percent(self, digits: int = 2) -> Decimal:
        """Return it in per cent for a person to read, rounded half up."""
        with localcontext() as context:
            context.prec = 60
            number = Decimal(self.share.numerator) * 100 / Decimal(self.share.denominator)
            return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)

    def compounded(self, times: int) -> YearlyRate:
        """Return the effective rate when a ``times``-th of it is added ``times`` a year."""
        with localcontext() as context:
            context.prec = 40
            step = Decimal(self.share.numerator) / Decimal(self.share.denominator * times)
            return YearlyRate(Fraction((1 + step) ** times - 1))


NO_RATE = YearlyRate(Fraction(0))


def divide(number: int, by: int) -> int:
    """Return ``number / by`` rounded half up to a whole number; ``by`` is positive."""
    return (2 * number + by) // (2 * by)


def minor_of(share: Fraction, amount_minor: int) -> int:
    """Return a share of an amount, rounded half up to the minor unit."""
    return divide(amount_minor * share.numerator, share.denominator)
