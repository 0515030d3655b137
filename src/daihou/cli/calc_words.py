"""What people type at the calculators, read: amounts, days, methods by Chinese name, pairs."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from daihou.errors import LoanTermsError
from daihou.kernel import format_minor
from daihou.loanmath import Charges, Method
from daihou.loanmath.dates import Frequency
from daihou.loanmath.rates import exact_number

_METHODS = {
    "等额本息": Method.EQUAL_PAYMENT, "等额本金": Method.EQUAL_PRINCIPAL,
    "先息后本": Method.INTEREST_FIRST, "按月付息到期还本": Method.INTEREST_FIRST,
    "到期一次还本付息": Method.BULLET, "一次性还本付息": Method.BULLET,
}  # fmt: skip


def method_named(name: str) -> Method:
    """Return a method by its name in English or Chinese.

    Raises: LoanTermsError with the names there are.
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in _METHODS:
        return _METHODS[plain]
    try:
        return Method(plain)
    except ValueError:
        known = ", ".join([*Method, *_METHODS])
        raise LoanTermsError(f"no method {name!r}", next_step=f"one of {known}") from None


def signed_minor(text: str) -> int:
    """Return an amount in yuan, as ``100,000.50``, ``10万`` or ``-3000``, in cents.

    Raises: LoanTermsError for no number, or for parts of a cent.
    """
    plain = text.strip().rstrip("元").strip()
    times = 100
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        if plain.endswith(unit):
            plain, times = plain[:-1], worth * 100
    cents = exact_number(plain, "amount") * times
    if cents.denominator != 1:
        raise LoanTermsError(f"amount {text} has parts of a cent")
    return int(cents)


def minor(text: str) -> int:
    """Return an amount of nothing or more.

    Raises: LoanTermsError for what is below nothing.
    """
    cents = signed_minor(text)
    if cents < 0:
        raise LoanTermsError(f"amount {format_minor(cents, 'CNY')} is below nothing")
    return cents


def day(text: str | None) -> date | None:
    """Return a day as ISO 8601 writes it.

    Raises: LoanTermsError for what is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise LoanTermsError(f"{text!r} is no day", next_step="give it as 2026-01-31") from None


def dated(pair: str) -> tuple[date, str]:
    """Return what ``DAY=VALUE`` says.

    Raises: LoanTermsError when it is no such pair.
    """
    left, sign, right = pair.partition("=")
    on = day(left) if sign and right.strip() else None
    if on is None:
        raise LoanTermsError(f"{pair!r} is no pair DAY=VALUE", next_step="as 2026-01-31=5000")
    return on, right.strip()


def share(percent: str) -> Fraction:
    """Return a share stated in per cent."""
    return exact_number(percent, "share") / 100


def charges(upfront: str, deducted: str, monthly_fee: str, period_fee: str, free: int) -> Charges:
    """Return the charges that were typed."""
    return Charges(minor(upfront), minor(deducted), share(monthly_fee), minor(period_fee), free)


def count(months: int | None, periods: int | None, frequency: Frequency) -> int:
    """Return the number of periods of a term given in months or in periods.

    Raises: LoanTermsError when neither or both are given, or months make no whole periods.
    """
    if (months is None) == (periods is None):
        raise LoanTermsError("give --months or --periods")
    if periods is not None:
        return periods
    assert months is not None, "one of the two is there"
    whole = months * frequency.per_year
    if whole % 12:
        raise LoanTermsError(f"{months} months are no whole periods", next_step="give --periods")
    return whole // 12
