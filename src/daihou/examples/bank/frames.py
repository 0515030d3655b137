"""Arrays to Arrow tables of a contract's shape, without a Python step per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from daihou.contracts import FACTS, Column, Contract, Kind
from daihou.examples.bank.days import NO_DAY
from daihou.examples.bank.draws import Flags, Ints

_TYPES = {
    Kind.DATE: pa.date32(),
    Kind.MINOR: pa.int64(),
    Kind.BP: pa.int32(),
    Kind.INT: pa.int32(),
    Kind.BOOL: pa.bool_(),
}
_NUMPY = {Kind.DATE: np.int32, Kind.MINOR: np.int64, Kind.BP: np.int32, Kind.INT: np.int32}


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: places in a list; a place below 0 is null.

    No word is in the list twice: Arrow writes such lists with other bytes from run to run.
    """

    places: Ints
    words: Sequence[str] | pa.Array


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts, one for each row, ready for Arrow."""

    values: pa.Array


@dataclass(frozen=True, slots=True)
class Maybe:
    """Numbers or flags of which only some are known."""

    values: Ints | Flags
    known: Flags


Cell = Words | Texts | Maybe | Ints | Flags | str | bool | None


def texts(prefix: str, *parts: tuple[Ints, int] | str) -> pa.Array:
    """Return texts made of a prefix and whole numbers of fixed width: ``A0000000012-03``."""
    count = next(len(part[0]) for part in parts if not isinstance(part, str))
    pieces: list[str | tuple[Ints, int]] = [prefix, *parts]
    width = sum(len(p.encode()) if isinstance(p, str) else p[1] for p in pieces)
    letters: NDArray[np.uint8] = np.empty((count, width), dtype=np.uint8)
    place = 0
    for piece in pieces:
        if isinstance(piece, str):
            raw = np.frombuffer(piece.encode(), dtype=np.uint8)
            letters[:, place : place + len(raw)] = raw
            place += len(raw)
            continue
        left = piece[0].astype(np.uint64)
        for offset in range(piece[1] - 1, -1, -1):
            digit = left // np.uint64(10)
            letters[:, place + offset] = 48 + (left - digit * np.uint64(10))
            left = digit
        place += piece[1]
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(letters))


UNIQUE = frozenset({"payment_id", "transaction_id", "event_id"})
"""Columns in which hardly a text comes twice: written plain, not by a list of words."""
_WORDS = pa.dictionary(pa.int32(), pa.string())


def schema_of(contract: Contract) -> pa.Schema:
    """Return the Arrow schema of a contract: words by places in a list, the rest plain."""
    return pa.schema([(column.name, _type_of(column)) for column in contract.columns])


def _type_of(column: Column) -> pa.DataType:
    words = pa.string() if column.name in UNIQUE else _WORDS
    return _TYPES.get(column.kind, words)


def table_of(name: str, rows: int, cells: Mapping[str, Cell]) -> pa.Table:
    """Return the rows of fact table ``name``; columns not in ``cells`` are null.

    Raises: AssertionError when a cell has no column: our own mistake.
    """
    contract = FACTS[name]
    unknown = set(cells) - {column.name for column in contract.columns}
    assert not unknown, f"{name} has no {unknown}"
    arrays = [_array(column, cells.get(column.name), rows) for column in contract.columns]
    return pa.Table.from_arrays(arrays, names=[column.name for column in contract.columns])


def _array(column: Column, cell: Cell, rows: int) -> pa.Array:
    plain = _type_of(column)
    if cell is None:
        return pa.nulls(rows, plain)
    if isinstance(cell, Texts):
        return cell.values.dictionary_encode() if plain is _WORDS else cell.values
    if isinstance(cell, str):
        cell = Words(np.zeros(rows, dtype=np.int64), [cell])
    if isinstance(cell, Words):
        places = pa.array(cell.places.astype(np.int32), mask=cell.places < 0)
        words = cell.words if isinstance(cell.words, pa.Array) else pa.array(cell.words)
        return pa.DictionaryArray.from_arrays(places, words)
    if isinstance(cell, bool):
        return pa.array(np.full(rows, cell))
    if isinstance(cell, Maybe):
        return pa.array(cell.values.astype(_NUMPY.get(column.kind, np.bool_)),
                        mask=~cell.known).cast(plain)  # fmt: skip
    if column.kind is Kind.DATE:
        return pa.array(cell.astype(np.int32), mask=cell == NO_DAY).cast(plain)
    return pa.array(cell.astype(_NUMPY.get(column.kind, np.bool_)))


def only(table: pa.Table, keep: Flags) -> pa.Table:
    """Return the rows that are kept."""
    return table if keep.all() else table.filter(pa.array(keep))
