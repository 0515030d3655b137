"""What may be shown of a row: columns about a person stay covered unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from daihou.contracts import Column, Contract, Kind, Privacy

COVERED: Final = "•••"

FORMULA_STARTS: Final = "=+-@\t\r\n＝＋－＠"
"""First signs that make a spreadsheet take text for a formula; the wide forms count in some."""


_OPEN_WITHOUT_CONTRACT: Final = frozenset({"source_row", "code", "place", "message"})
"""Columns of the quarantine that say what is wrong; the raw row beside them may hold anything."""


def contract_without(name: str, columns: Sequence[tuple[str, str]]) -> Contract:
    """Return a contract for rows that have none, from (column, SQL type): covered when in doubt."""
    kinds = {"DATE": Kind.DATE, "BIGINT": Kind.MINOR, "INTEGER": Kind.INT, "BOOLEAN": Kind.BOOL}
    return Contract(
        name, name, "one row", (),
        tuple(
            Column(
                column, kinds.get(sql_type, Kind.TEXT), "–", "–",
                privacy=Privacy.BUSINESS if column in _OPEN_WITHOUT_CONTRACT else Privacy.PERSONAL,
            )
            for column, sql_type in columns
        ),
    )  # fmt: skip


def is_covered(column: Column) -> bool:
    """Tell whether a column is covered on screen and in files unless a person asks for it."""
    return column.privacy is not Privacy.BUSINESS


def covered_columns(contract: Contract) -> tuple[str, ...]:
    """Return the names of the columns of a table that are covered."""
    return tuple(column.name for column in contract.columns if is_covered(column))


def cover(column: Column, value: Any) -> Any:
    """Return a value as it may be shown: unknown stays unknown, the rest of a covered column not.

    A name keeps its first sign and a number its last two, so that an officer who has the person on
    the telephone can tell two rows apart.
    """
    if value is None or not is_covered(column):
        return value
    if column.privacy is Privacy.IDENTIFYING and isinstance(value, str):
        return f"{value[:1]}**" if column.name == "name" else f"{COVERED}{value[-2:]}"
    return COVERED


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run."""
    return f"'{text}" if text[:1] and text[0] in FORMULA_STARTS else text
