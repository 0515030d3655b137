"""Instalment schedules to the minor unit: equal instalments, equal principal, bullet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daihou.examples.bank.draws import Floats, Ints

EQUAL_INSTALMENT, EQUAL_PRINCIPAL, BULLET = 0, 1, 2
"""等额本息, 等额本金, 按月付息到期还本."""
MONTH_PARTS = 120_000
"""Basis points in a year's rate, twelve times: one month's interest is balance * bp / this."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What schedules are made from. Shape: one value a loan. Units: minor units, basis points."""

    balance: Ints
    rate_bp: Ints
    dues: Ints
    method: Ints


def interest_of(balance: Ints, rate_bp: Ints) -> Ints:
    """Return one month's interest, half up to the minor unit."""
    return (balance * rate_bp + MONTH_PARTS // 2) // MONTH_PARTS


def growth(rate_bp: Ints, months: Ints) -> Floats:
    """Return (1 + monthly rate) ** months by squaring, the same on every processor."""
    base = 1.0 + rate_bp / MONTH_PARTS
    left, out = months.copy(), np.ones(len(months))
    while (left > 0).any():
        out = np.where(left & 1, out * base, out)
        base, left = base * base, left >> 1
    return out


def level_instalment(terms: Terms) -> Ints:
    """Return the equal instalment (等额本息) in whole minor units.

    Source: balance * r * (1+r)^n / ((1+r)^n - 1); a rate of 0 gives balance / n.
    """
    factor = growth(terms.rate_bp, terms.dues)
    rate = terms.rate_bp / MONTH_PARTS
    free = terms.rate_bp == 0
    paid = np.where(
        free,
        terms.balance / np.maximum(terms.dues, 1),
        terms.balance * rate * factor / np.where(free, 1.0, factor - 1.0),
    )
    return np.floor(paid + 0.5).astype(np.int64)


def schedules(terms: Terms, width: int) -> tuple[Ints, Ints]:
    """Return principal and interest of the first ``width`` dues of each loan; 0 after the last.

    Shape: two arrays (loans, width). The principal of a whole schedule sums to the balance.
    """
    level = level_instalment(terms)
    part = terms.balance // np.maximum(terms.dues, 1)
    left = terms.balance.copy()
    principal = np.zeros((len(left), width), dtype=np.int64)
    interest = np.zeros((len(left), width), dtype=np.int64)
    for number in range(width):
        charged = interest_of(left, terms.rate_bp)
        repaid = np.select(
            [terms.method == EQUAL_INSTALMENT, terms.method == EQUAL_PRINCIPAL],
            [np.clip(level - charged, 0, left), np.minimum(part, left)],
            default=0,
        )
        repaid = np.where(number >= terms.dues - 1, left, repaid)
        runs = number < terms.dues
        principal[:, number] = np.where(runs, repaid, 0)
        interest[:, number] = np.where(runs, charged, 0)
        left = left - principal[:, number]
    return principal, interest


def balance_after(terms: Terms, paid: Ints) -> Ints:
    """Return what is owed of each loan after ``paid`` of its dues, to the minor unit."""
    factor = growth(terms.rate_bp, paid)
    rate = np.where(terms.rate_bp == 0, 1.0, terms.rate_bp / MONTH_PARTS)
    level = level_instalment(terms)
    annuity = np.where(
        terms.rate_bp == 0,
        terms.balance - level * paid,
        terms.balance * factor - level * (factor - 1.0) / rate,
    )
    exact = np.floor(annuity + 0.5).astype(np.int64)
    equal = terms.balance - (terms.balance // np.maximum(terms.dues, 1)) * paid
    left = np.select(
        [terms.method == EQUAL_INSTALMENT, terms.method == EQUAL_PRINCIPAL],
        [exact, equal],
        default=terms.balance,
    )
    return np.where(paid == 0, terms.balance, np.maximum(left, 1))
