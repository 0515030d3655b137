"""The fixed picture by which experiments judge: levels of a report and of own facts, and tiers.

It is simple on purpose and the same for every plan. Source: the thresholds of the signals of the
same numbers in signals/catalogue, with their grades; the tiers follow the notes on inspection
frequency (grade M).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NONE, YELLOW, ORANGE, RED = range(4)
TIERS: Final = ("G0", "G1", "G2", "G3", "G4")
QUIET_FROM: Final = 12
"""Months on book from which a person without any sign is quiet; ours, as in cn_retail."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure and the values from which it is yellow, orange and red; None is never."""

    signal: str
    field: str
    yellow: int | None
    orange: int | None
    red: int | None


REPORT_MARKS: Final = (
    Mark("A02", "loan_inquiries_1m", 3, 4, 5),
    Mark("A03", "hard_60d", 3, 4, 6),
    Mark("A04", "hard_3m", 4, 6, 8),
    Mark("A05", "hard_6m", 6, 9, 12),
    Mark("A08", "cards_opened_3m", 2, 3, 5),
    Mark("A10", "non_bank_opened_3m", 1, 3, 5),
    Mark("B01", "card_use_bp", 7_000, 8_000, 9_500),
    Mark("B02", "cards_over_90", 1, 2, 3),
    Mark("B06", "loan_lenders", 3, 5, 7),
    Mark("C01", "overdue_worst", 1, 2, 3),
    Mark("C02", "overdue_accounts_3m", 1, 2, 3),
    Mark("C03", "months_overdue_24m", 3, 5, 6),
    Mark("C04", "longest_overdue_24m", 1, 2, 3),
    Mark("C05", "worst_24m", None, 3, 4),
    Mark("C06", "cards_stopped", None, 1, None),
    Mark("C07", "bad_debts", None, None, 1),
    Mark("D01", "enforcement_24m", None, 1, None),
    Mark("D02", "judgments", None, 1, None),
)
"""What a report says about other lenders."""
OWN_MARKS: Final = (
    Mark("E01", "dpd_max", 1, 8, 31),
    Mark("E02", "late_times_6m_max", 2, 3, 6),
)
"""What the lender's own books say."""


def days_past_due(dues: Ints) -> Ints:
    """Return the days past due at a month's end where dues fall on its first day."""
    return np.where(dues > 0, dues * 30 - 1, 0)


def level_of(figures: Mapping[str, Ints], marks: Sequence[Mark]) -> Ints:
    """Return the worst level that any figure reaches.

    Shape: that of the figures. Values: 0 none, 1 yellow, 2 orange, 3 red.
    """
    first = figures[marks[0].field]
    level: Ints = np.zeros(first.shape, dtype=np.int64)
    for mark in marks:
        values = figures[mark.field]
        for step, border in ((YELLOW, mark.yellow), (ORANGE, mark.orange), (RED, mark.red)):
            if border is not None:
                np.maximum(level, np.where(values >= border, step, NONE), out=level)
    return level


def tier_of(level: Ints, months_on_book: Ints) -> Ints:
    """Return the place in TIERS of people with a watch level, without one by months on book."""
    plain = np.where(months_on_book >= QUIET_FROM, 0, 1)
    return np.where(level == NONE, plain, level + 1)
