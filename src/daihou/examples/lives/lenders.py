"""The other lenders of the simulation: invented two-letter names, their kinds, what they ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BANK, VILLAGE, AUTO, CONSUMER, MICRO = "11", "12", "23", "24", "51"
"""Types of institution, dictionary 1021 of the bureau."""
NON_BANK: Final = frozenset({CONSUMER, "25", MICRO})
"""Small lenders as the signals count them."""


@dataclass(frozen=True, slots=True)
class Lender:
    """One other lender."""

    alias: str
    kind: str


def _named(kind: str, *aliases: str) -> tuple[Lender, ...]:
    return tuple(Lender(alias, kind) for alias in aliases)


BANKS: Final = _named(BANK, "QD", "WF", "LN", "HZ", "TK", "BM", "YS", "CR") + _named(VILLAGE, "PX")
AUTOS: Final = _named(AUTO, "VD", "KG")
CONSUMERS: Final = _named(CONSUMER, "JF", "ZM", "RB", "SG")
MICROS: Final = _named(MICRO, "DW", "EN", "FU", "GX", "XC")
