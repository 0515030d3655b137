"""The measured roll rates that borrowers of the simulated bank follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
import yaml

from daihou.examples.bank.draws import Floats

BUCKETS = 8
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Movers:
    """Share of borrowers who are ever late, and their monthly matrix (迁徙率).

    Shape: ``borders`` is (8, 8): row M0 to M7, running shares of the next bucket.
    Units: ``share`` is a part of one.
    """

    share: float
    borders: Floats

    @classmethod
    def of(cls, movers_bp: int, roll_ppm: Sequence[Sequence[int]]) -> Movers:
        """Return the movers written as basis points and parts per million."""
        rows = np.asarray(roll_ppm, dtype=np.int64)
        assert rows.shape == (BUCKETS, BUCKETS), "eight buckets"
        assert (rows.sum(axis=1) == _MILLION).all(), "every row is a whole"
        assert (np.triu(rows, 2) == 0).all(), "one more due a month at the most"
        return cls(movers_bp / 10_000, np.cumsum(rows, axis=1) / _MILLION)

    def scaled(self, factor: float) -> Movers:
        """Return the same movers in a book where ``factor`` times as many borrowers move."""
        return replace(self, share=min(self.share * factor, 1.0))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Movers among loans and among cards."""

    loan: Movers
    card: Movers


@cache
def load_calibration() -> Calibration:
    """Return the calibration that ships with the bank.

    Source: calibration.yaml, made by benchmarks/calibrate_bank.py; it names the sets and the fit.
    """
    text = resources.files(__package__).joinpath("calibration.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    return Calibration(*(Movers.of(**values[name]) for name in ("loan", "card")))
