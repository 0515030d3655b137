"""For what the simulated people apply at other lenders, and what they are granted.

Units: whole yuan. All chances are assumptions (grade M).
"""

from __future__ import annotations

from typing import Final

from daihou.examples.lives.borrowing import Running
from daihou.examples.lives.dice import Dice, running
from daihou.examples.lives.lenders import AUTOS, BANKS, CONSUMERS, MICROS, Lender
from daihou.examples.lives.stress import State

LOAN, CARD, SURETY, LINE = "02", "03", "08", "26"
APPLIES: Final = (0.035, 0.26, 0.42, 0.28)
"""Chance a month to apply somewhere, by state, for a person of plain appetite."""
APPETITE: Final = (0.5, 1.2, 4.5)
SHOPPERS: Final = running(0.58, 0.30, 0.12)
"""Kinds of people by how gladly they apply; the last ones shop for credit when calm."""
SHOPS_AROUND: Final = 0.006
"""Chance a month that a calm person asks two to four lenders at once (a home, a car)."""
GRANTED: Final = (0.60, 0.48, 0.28, 0.08)
_ROOMS: Final = (BANKS, AUTOS, CONSUMERS, MICROS)
_WHERE: Final = (running(0.70, 0.06, 0.16, 0.08), running(0.30, 0.0, 0.36, 0.34))
_WHAT: Final = (running(0.46, 0.44, 0.03, 0.07), running(0.70, 0.22, 0.0, 0.08))
_REASONS: Final = (LOAN, CARD, SURETY, LINE)


def applications(dice: Dice, state: State, appetite: float) -> list[tuple[Lender, str]]:
    """Return where a person applies in a month, and for what."""
    strained, count = state is not State.CALM, 0
    if dice.roll() < APPLIES[state] * (appetite**0.4 if strained else appetite):
        count = 1
        while strained and count < 5 and dice.roll() < 0.4:
            count += 1
    if not strained and dice.roll() < SHOPS_AROUND:
        count += 2 + dice.below(3)
    return [_one(dice, strained) for _ in range(count)]


def _one(dice: Dice, strained: bool) -> tuple[Lender, str]:
    reason = _REASONS[dice.pick(_WHAT[strained])]
    room = BANKS if reason == CARD else _ROOMS[dice.pick(_WHERE[strained])]
    return room[dice.below(len(room))], reason


def opened(dice: Dice, month: int, lender: Lender, reason: str, income: int) -> Running:
    """Return the account that a granted application opens."""
    day = 3 + dice.below(26)
    if reason == CARD:
        use = 0.03 + 0.25 * dice.roll() if dice.happens(0.68) else 0.35 + 0.4 * dice.roll()
        return Running(lender, "R2", month, day, _round(income * dice.between(0.8, 3.5)), 0, use)
    if lender in AUTOS:
        amount = _round(income * dice.between(5, 14))
        return Running(lender, "D1", month, day, amount, 12 * (2 + dice.below(4)), 0.0)
    revolves = reason == LINE or dice.happens(0.35)
    if lender in BANKS:
        share, terms = dice.between(2, 14), 12 * (1 + dice.below(3))
    elif lender in CONSUMERS:
        share, terms = dice.between(0.6, 4), 6 * (1 + dice.below(4))
    else:
        share, terms = dice.between(0.2, 1.6), 3 * (1 + dice.below(4))
    kind = "R1" if revolves else "D1"
    use = 0.1 + 0.5 * dice.roll()
    return Running(lender, kind, month, day, _round(income * share), terms, use)


def mortgage(dice: Dice, month: int, income: int) -> Running:
    """Return a housing loan."""
    lender, day = BANKS[dice.below(len(BANKS))], 3 + dice.below(26)
    amount = _round(income * dice.between(30, 80))
    return Running(lender, "D1", month, day, amount, 120 + 60 * dice.below(5), 0.0)


def _round(amount: float) -> int:
    return max(int(amount / 1000), 1) * 1000
