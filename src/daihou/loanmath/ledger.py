"""The ledger under every schedule: whole numbers only, in cents or in units thirty digits finer.

An unrounded schedule is the same ledger kept in units of 10^-30 minor units, so that what is shown
to the cent is what a calculator with no rounding would show, and no float is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from daihou.loanmath.rates import divide

FINE = 10**30
_ONE = 10**40

Factor = tuple[int, int]
"""Interest of a period as numerator and denominator of a share of the balance."""


class Method(StrEnum):
    """How a loan is repaid (还款方式)."""

    EQUAL_PAYMENT = "equal_payment"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_FIRST = "interest_first"
    BULLET = "bullet"


class Due(StrEnum):
    """What is asked for in one period: all, interest only (宽限期), nothing (延期还款)."""

    ALL = "all"
    INTEREST = "interest"
    NOTHING = "nothing"


class Period(NamedTuple):
    """One period: its interest as a share of the balance, and what is due at its end."""

    factor: Factor
    due: Due = Due.ALL


class Line(NamedTuple):
    """One line of a ledger, in the ledger's unit; ``payment = principal + interest``."""

    payment: int
    principal: int
    interest: int
    balance: int


def level_part(balance: int, periods: Sequence[Period], method: Method) -> int:
    """Return the payment (equal payment) or principal (equal principal) of every full period.

    Source: the annuity formula, by recursion from the end, so periods may differ in length:
    a = (a + 1) / (1 + interest), payment = balance / a.
    """
    if method is Method.EQUAL_PRINCIPAL:
        return divide(balance, sum(period.due is Due.ALL for period in periods))
    value = 0
    for (num, den), due in reversed(periods):
        if due is Due.INTEREST:
            continue  # the balance stays, so what follows keeps its worth
        value = (value + (_ONE if due is Due.ALL else 0)) * den // (den + num)
    return divide(balance * _ONE, value)


def ledger(
    balance: int, periods: Sequence[Period], method: Method, part: int | None = None
) -> list[Line]:
    """Return the lines of a loan; the last period takes the rest.

    With ``part`` given the payment (or principal) is kept at it and the ledger ends when nothing
    is left. Interest of a period in which nothing is due is added to the balance.
    """
    kept, last, lines = part is not None, len(periods) - 1, list[Line]()
    level, principal_last = method is Method.EQUAL_PAYMENT, method is Method.INTEREST_FIRST
    for number, ((num, den), due) in enumerate(periods):
        interest = (2 * balance * num + den) // (2 * den)
        if number == last:
            principal = balance
        elif due is Due.ALL and not principal_last:
            if part is None:
                part = level_part(balance, periods[number:], method)
            principal = part - interest if level else part
            principal = min(principal, balance)
        elif due is Due.NOTHING:
            principal = -interest
            if not level and not kept:
                part = None  # the balance grew: what is left is shared out anew
        else:
            principal = 0
        balance -= principal
        lines.append(Line(principal + interest, principal, interest, balance))
        if kept and balance == 0:
            break
    return lines


def one_payment(balance: int, periods: Iterable[Period]) -> Line:
    """Return the only line of a loan repaid at the end with simple interest (到期一次还本付息)."""
    share = sum((Fraction(num, den) for (num, den), _ in periods), Fraction(0))
    interest = divide(balance * share.numerator, share.denominator)
    return Line(balance + interest, balance, interest, 0)
