"""Courses of simulated people at the bank itself, for experiments that need no bank.

Source: measured roll rates of real loans and cards (bank/calibration.yaml), thinned so that two to
four people in a hundred are ever three dues behind within 24 months, as in a public set of card
applicants (4.2 % within 12 months after approval) and below. All simulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from daihou.examples.bank.calibration import load_calibration
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.paths import bucket_paths
from daihou.examples.lives.model import OwnCourse

LOAN_SHARE: Final = 0.55
"""Of the people owe on a loan, the others on a card or line."""
LOAN_THINNING: Final = 0.5
_INCOMES: Final = (2_800, 3_500, 4_200, 5_000, 5_800, 6_600, 7_500, 8_500, 9_800, 11_500, 14_000,
                   18_000, 26_000, 45_000)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Courses:
    """People of one experiment over its months.

    Shape: ``behind`` and ``exposure_minor`` are (people, months): dues unpaid at the month's end,
    0 to 7, and what is at stake at the bank at its beginning, 0 when nothing is open.
    ``owns`` are the courses in the same order.
    """

    first: int
    behind: Ints
    exposure_minor: Ints
    owns: tuple[OwnCourse, ...]


def courses_of(seed: int, people: int, first: int, months: int) -> Courses:
    """Return simulated courses of so many people from month ``first`` on."""
    draws, rates = Draws(seed, 0), load_calibration()
    loan = draws.share("product", people) < LOAN_SHARE
    movers = rates.loan.scaled(LOAN_THINNING)
    behind = np.where(
        loan[:, None],
        bucket_paths(movers, draws, "lab loan", people, months),
        bucket_paths(rates.card, draws, "lab card", people, months),
    )
    income = draws.choose("lab income", _INCOMES, people)
    age = draws.below("lab age", 12, people)
    exposure = _exposure(draws, loan, income, age + 1, months)
    behind = np.where(exposure > 0, behind, 0)
    owns = tuple(_owns(behind, income, first, age))
    return Courses(first, behind, exposure, owns)


def _exposure(draws: Draws, loan: Flags, income: Ints, age: Ints, months: int) -> Ints:
    """Return what is at stake: a loan in equal parts of principal, or a limit."""
    people = len(income)
    terms = draws.choose("lab terms", (24, 36, 36, 48, 60), people)
    amount = income * (1 + draws.below("lab amount", 10, people)) * 100
    limit = income * (1 + draws.below("lab limit", 3, people)) * 100
    month = np.arange(months)[None, :] + age[:, None]
    left = np.maximum(terms[:, None] - month, 0)
    return np.where(loan[:, None], amount[:, None] * left // terms[:, None], limit[:, None])


def _owns(behind: Ints, income: Ints, first: int, age: Ints) -> Iterator[OwnCourse]:
    for customer, row in enumerate(behind):
        since = first - int(age[customer])
        struck = np.flatnonzero(row)
        strikes = tuple((first + int(m), int(row[m])) for m in struck)
        yield OwnCourse(
            customer, date(since // 12, since % 12 + 1, 10), int(income[customer]), strikes
        )
