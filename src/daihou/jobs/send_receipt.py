"""What a run of delivery did: counts by outcome, refusals by condition, what waits and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """The run in numbers. Units: orders; ``seconds`` of the clock on the wall.

    ``left`` counts messages that left; ``outcomes`` what was learnt, of messages and by asking;
    ``waiting`` the open orders by (state, why) at the end; ``breaker`` its state at the end.
    """

    book: str
    operator: str
    simulated: bool
    left: int
    asked: int
    outcomes: Mapping[str, int]
    called_off: Mapping[str, int]
    held_off: Mapping[str, int]
    unreadable: int
    waiting: Mapping[tuple[str, str], int]
    breaker: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as JSON values."""
        return {
            "book": self.book, "operator": self.operator, "simulated": self.simulated,
            "left": self.left, "asked": self.asked, "outcomes": dict(self.outcomes),
            "called_off": dict(self.called_off), "held_off": dict(self.held_off),
            "unreadable": self.unreadable,
            "waiting": [
                {"state": state, "why": why, "orders": orders}
                for (state, why), orders in sorted(self.waiting.items())
            ],
            "breaker": self.breaker, "seconds": round(self.seconds, 3),
        }  # fmt: skip


@dataclass(slots=True)
class Tally:
    """The counts of a run while it lasts."""

    left: int = 0
    asked: int = 0
    unreadable: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    called_off: Counter[str] = field(default_factory=Counter)
    held_off: Counter[str] = field(default_factory=Counter)

    @property
    def ended(self) -> int:
        """Return how many orders came to an end in this run."""
        ends = ("answered", "no_record", "refused", "cancelled")
        return sum(self.outcomes[name] for name in ends)
