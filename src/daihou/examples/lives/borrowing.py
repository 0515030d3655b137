"""How one account at another lender lives on, month by month, under the state of its holder.

Units: whole yuan, months. All chances are assumptions (grade M).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from daihou.examples.lives.dice import Dice
from daihou.examples.lives.lenders import Lender
from daihou.examples.lives.stress import State

MISSES: Final = (0.0022, 0.02, 0.13, 0.45)
"""Chance that a due is missed, by state."""
CURES: Final = (0.88, 0.50, 0.20, 0.04)
"""Chance that all missed dues are paid, by state."""
ROLLS_ON: Final = (0.15, 0.35, 0.60, 0.92)
"""Chance that one more due is missed when nothing is cured, by state; else it stays."""
USE_ADDED: Final = (0.0, 0.22, 0.50, 0.60)
"""What stress adds to the share of a limit that a person wants to use."""
STOPS_FROM, STOPS, BAD_AT, GOES_BAD = 3, 0.35, 7, 0.12
"""Dues behind from which a card is stopped, its chance a month; the same for bad debt."""


@dataclass(slots=True)
class Running:
    """An account while it is being simulated; ``month`` is that of its opening."""

    lender: Lender
    kind: str
    month: int
    day: int
    limit: int
    terms: int
    use: float
    """Share of the limit that its holder uses when calm; of no meaning for a plain loan."""
    owed: list[int] = field(default_factory=list)
    behind: list[int] = field(default_factory=list)
    closed: tuple[int, int] | None = None
    stopped_from: int | None = None
    bad_from: int | None = None

    def step(self, dice: Dice, month: int, state: State) -> bool:
        """Live through one month; return whether the account is still open after it."""
        before = self.behind[-1] if self.behind else 0
        behind = 0
        if before:
            behind = self._still_behind(dice, before, state)
        elif self.owed and self.owed[-1] and dice.roll() < MISSES[state]:
            behind = 1
        if self.kind == "D1":
            due = month - self.month
            due = min(due, self.terms)
            owed = self.limit - self.limit * (due - min(behind, due)) // self.terms
            ends = owed == 0
        else:
            owed = self._use(dice, behind, state)
            ends = owed * 20 < self.limit and behind == 0 and self._gives_up(dice, month)
            owed = 0 if ends else owed
        self.owed.append(owed)
        self.behind.append(behind)
        if behind:
            self._consequences(dice, month, behind)
        elif ends:
            self.closed = (month, max(self.day, 2))
        return not ends

    def _still_behind(self, dice: Dice, before: int, state: State) -> int:
        if self.bad_from is not None:
            return before
        if dice.roll() < CURES[state]:
            return 0
        return min(before + (dice.roll() < ROLLS_ON[state]), 7)

    def _use(self, dice: Dice, behind: int, state: State) -> int:
        owed = self.owed[-1] if self.owed else 0
        if behind or self.bad_from is not None:
            return min(owed + owed // 80, self.limit + self.limit // 5)
        wish = 0.0 if self.stopped_from is not None else self.use + USE_ADDED[state]
        gap = ((wish if wish < 0.98 else 0.98) + dice.roll() * 0.16 - 0.08) * self.limit - owed
        use = int(owed + gap * (0.45 if gap > 0 else 0.25))
        if use < 0:
            return 0
        return use if use < self.limit else self.limit

    def _gives_up(self, dice: Dice, month: int) -> bool:
        if self.stopped_from is not None or (self.terms and month - self.month >= self.terms):
            return True
        return dice.roll() < 0.006

    def _consequences(self, dice: Dice, month: int, behind: int) -> None:
        if self.kind == "R2" and self.stopped_from is None and behind >= STOPS_FROM:
            if dice.roll() < STOPS:
                self.stopped_from = month
        elif behind >= BAD_AT and self.bad_from is None and dice.roll() < GOES_BAD:
            self.bad_from = month
