"""The hidden state of a simulated person: calm, tight, in trouble, in collapse, month by month.

What the bank itself will see (strikes) is drawn first, from measured roll rates; stress elsewhere
goes before and beside it with the chances below, and comes to many whom the bank never sees late.
All shares are assumptions (grade M), set so that the strength of what a report shows lies near a
public set of applicants with bureau history, in which those with many looks, high card use or
arrears elsewhere reach 90 days past due 2.5 to 3.5 times as often as those without.
"""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise
from typing import Final

from daihou.examples.lives.dice import Dice, running
from daihou.examples.lives.model import OwnCourse


class State(IntEnum):
    """The state of a month."""

    CALM = 0
    TIGHT = 1
    TROUBLE = 2
    COLLAPSE = 3


LINKED: Final = {1: 0.25, 2: 0.55, 3: 0.80}
"""Chance that stress elsewhere goes before a spell of strikes, by its worst (3 and more)."""
LATE: Final = 0.5
"""Of the other spells of two dues and more: stress elsewhere comes with it or after it."""
LEAD: Final = running(0.13, 0.17, 0.18, 0.16, 0.14, 0.10, 0.07, 0.05)
"""Months from the first stress elsewhere to the first strike: 1 to 8, median 4."""
FRAILTY: Final = (0.0015, 0.006, 0.016)
"""Chance a month to become tight without any trouble at the bank, by kind of person."""
FRAIL: Final = running(0.62, 0.27, 0.11)
_MOVES: Final = {
    State.TIGHT: ((0.09, State.TROUBLE), (0.27, State.CALM)),
    State.TROUBLE: ((0.025, State.COLLAPSE), (0.19, State.TIGHT)),
    State.COLLAPSE: ((0.04, State.TROUBLE),),
}  # fmt: skip
"""Running chances of leaving a state of stress that stands for itself."""


def spells(strikes: tuple[tuple[int, int], ...]) -> list[tuple[int, int, int]]:
    """Return runs of months with strikes: first month, last month, most dues unpaid.

    A single month without a strike between two others does not end a run.
    """
    found: list[tuple[int, int, int]] = []
    for month, dues in sorted(strikes):
        if dues < 1:
            continue
        if found and month - found[-1][1] <= 2:
            first, _, worst = found[-1]
            found[-1] = (first, month, max(worst, dues))
        else:
            found.append((month, month, dues))
    return found


def states_of(seed: int, own: OwnCourse, first: int, last: int) -> list[State]:
    """Return the state of each month from ``first`` to ``last``.

    A longer run of months begins with the same states as a shorter one.
    """
    states = _background(Dice(seed, own.customer, "stress"), first, last, bool(own.strikes))
    bound = Dice(seed, own.customer, "bound")
    for spell in spells(own.strikes):
        for month, state in _beside(bound, spell):
            if first <= month <= last and state > states[month - first]:
                states[month - first] = state
    return states


def lead_of(seed: int, own: OwnCourse, first: int, last: int) -> int | None:
    """Return the months of stress without a break before the first strike, None without strikes."""
    struck = [month for month, dues in own.strikes if dues >= 1]
    if not struck:
        return None
    states = states_of(seed, own, first, last)
    month = min(struck) - 1
    while month >= first and states[month - first] > State.CALM:
        month -= 1
    return min(struck) - 1 - month


def _background(dice: Dice, first: int, last: int, struck: bool) -> list[State]:
    chance = FRAILTY[dice.pick(FRAIL)] * (1.5 if struck else 1.0)
    roll, state, states = dice.roll, State.CALM, []
    for _ in range(first, last + 1):
        drawn = roll()
        if state is State.CALM:
            if drawn < chance:
                state = State.TIGHT
        else:
            for border, after in _MOVES[state]:
                if drawn < border:
                    state = after
                    break
        states.append(state)
    return states


def _beside(dice: Dice, spell: tuple[int, int, int]) -> list[tuple[int, State]]:
    """Return months and states that go before, with and after one spell of strikes."""
    first, last, worst = spell
    linked, lead = dice.happens(LINKED[min(worst, 3)]), dice.pick(LEAD) + 1
    late, deep = dice.happens(LATE), dice.happens(0.7)
    after, share = 2 + dice.below(5), dice.between(0.3, 0.8)
    if not linked:
        if worst < 2 or not late:
            return []
        lead = -min(lead // 3, last - first)
    begins = first - lead
    turns = begins + max(round(lead * share), 0)
    if worst == 1:
        turns = last + 1
    falls = first + 1 if worst >= 3 and deep else last + 1
    edges = (begins, max(turns, begins), max(falls, turns, begins), last + 1, last + 1 + after)
    kinds = (State.TIGHT, State.TROUBLE, State.COLLAPSE, State.TIGHT)
    return [
        (month, kind)
        for kind, (start, end) in zip(kinds, pairwise(edges), strict=True)
        for month in range(start, end)
    ]
