"""Columns gathered as arrays, put together, cut at as_of and sorted, before they become a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from daihou.examples.bank.days import NO_DAY
from daihou.examples.bank.draws import Flags, Ints

Columns = Mapping[str, Ints]
"""Whole numbers by column name, all of one length; days may be NO_DAY."""


def length(columns: Columns) -> int:
    """Return how many rows there are."""
    return len(next(iter(columns.values())))


def stacked(parts: Sequence[Columns]) -> dict[str, Ints]:
    """Return the rows of all parts, one part after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def kept(columns: Columns, keep: Flags) -> dict[str, Ints]:
    """Return the rows that are kept."""
    if keep.all():
        return dict(columns)
    return {name: values[keep] for name, values in columns.items()}


def ordered(columns: Columns, *by: str) -> dict[str, Ints]:
    """Return the rows in the order of some columns, the first of them the strongest."""
    order = np.lexsort([columns[name] for name in reversed(by)])
    return {name: values[order] for name, values in columns.items()}


def full(count: int, value: int) -> Ints:
    """Return one value for every row."""
    return np.full(count, value, dtype=np.int64)


def unknown_after(days: Ints, as_of: int) -> Ints:
    """Return the days, without those after as_of: they had not come yet."""
    return np.where(days > as_of, NO_DAY, days)
