"""Random draws that depend on seed, chunk and purpose alone, never on the order of the work."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Draws:
    """Named streams of one chunk: a counter-based generator keyed by (seed, chunk, name).

    Only raw bits are taken from the generator, because only they are promised to stay the same
    from one numpy to the next; no logarithm or power is used on them, because those differ
    between processors in the last bit.
    """

    def __init__(self, seed: int, chunk: int) -> None:
        self.seed, self.chunk = seed, chunk

    def share(self, name: str, *shape: int) -> Floats:
        """Return numbers in [0, 1), 32 bits each.

        Shape: ``shape``, in the row order of the stream.
        """
        size = int(np.prod(shape))
        key = np.array([self.seed, (self.chunk << 32) | crc32(name.encode())], dtype=np.uint64)
        bits = np.random.Philox(key=key).random_raw((size + 1) // 2).view(np.uint32)[:size]
        drawn: Floats = (bits.astype(np.float64) * 2.0**-32).reshape(shape)
        return drawn

    def below(self, name: str, bound: int | Ints, *shape: int) -> Ints:
        """Return whole numbers from 0 to ``bound`` - 1 (0 where the bound is 0)."""
        drawn: Ints = np.floor(self.share(name, *shape) * np.maximum(bound, 1)).astype(np.int64)
        return drawn

    def happens(self, name: str, chance: float | Floats, *shape: int) -> Flags:
        """Return true with the given chance."""
        flags: Flags = self.share(name, *shape) < chance
        return flags

    def pick(self, name: str, shares: Sequence[float], *shape: int) -> Ints:
        """Return places in ``shares``, each as often as its share says; the last takes the rest."""
        borders = np.cumsum(np.asarray(shares, dtype=np.float64))[:-1]
        return np.searchsorted(borders, self.share(name, *shape), side="right").astype(np.int64)

    def choose(self, name: str, values: Sequence[int], *shape: int) -> Ints:
        """Return values from the list, each equally often."""
        chosen: Ints = np.asarray(values, dtype=np.int64)[self.below(name, len(values), *shape)]
        return chosen
