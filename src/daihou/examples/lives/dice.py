"""Random draws of one simulated person: they depend on seed, person and purpose alone."""

from __future__ import annotations

from bisect import bisect
from hashlib import blake2b
from itertools import accumulate
from random import Random


class Dice:
    """One named stream of draws of one person.

    Only ``random.Random.random`` is used, whose numbers stay the same from one Python to the next.
    """

    __slots__ = ("roll",)

    def __init__(self, seed: int, customer: int, name: str) -> None:
        key = blake2b(f"{seed}|{customer}|{name}".encode(), digest_size=8).digest()
        self.roll = Random(int.from_bytes(key)).random
        """Return the next number in [0, 1)."""

    def happens(self, chance: float) -> bool:
        """Return true with the given chance."""
        return self.roll() < chance

    def below(self, bound: int) -> int:
        """Return a whole number from 0 to ``bound`` - 1."""
        return int(self.roll() * bound)

    def between(self, low: float, high: float) -> float:
        """Return a number from ``low`` up to ``high``."""
        return low + self.roll() * (high - low)

    def pick(self, borders: tuple[float, ...]) -> int:
        """Return a place in running shares, as often as they say; the last takes the rest."""
        return min(bisect(borders, self.roll()), len(borders) - 1)


def running(*shares: float) -> tuple[float, ...]:
    """Return running shares, as ``pick`` wants them."""
    return tuple(accumulate(shares))
