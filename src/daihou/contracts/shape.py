"""What a contract is: a table's grain, key and columns, with unit, nulls and privacy of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from daihou.errors import ContractError


class Kind(StrEnum):
    """The type of a column; ``sql_type`` is its DuckDB (and Spark) type."""

    ID = "id"
    TEXT = "text"
    ENUM = "enum"
    DATE = "date"
    MINOR = "minor"
    BP = "bp"
    INT = "int"
    BOOL = "bool"

    @property
    def sql_type(self) -> str:
        """Return the SQL type, in words that DuckDB and Spark share."""
        return {
            Kind.DATE: "DATE",
            Kind.MINOR: "BIGINT",
            Kind.BP: "INTEGER",
            Kind.INT: "INTEGER",
            Kind.BOOL: "BOOLEAN",
        }.get(self, "VARCHAR")


class Privacy(StrEnum):
    """How near a column is to a person (个人信息保护法 arts. 28, 51: classify and protect).

    ``identifying`` is encrypted at rest and masked on screen; ``personal`` is masked on screen
    unless asked for; ``business`` is not about a person.
    """

    IDENTIFYING = "identifying"
    PERSONAL = "personal"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its meaning, unit, whether it may be null (and what null means), bounds."""

    name: str
    kind: Kind
    meaning: str
    null_means: str | None = None
    unit: str = ""
    privacy: Privacy = Privacy.BUSINESS
    allowed: tuple[str, ...] = ()
    at_least: int | str | None = None
    at_most: int | str | None = None
    default: str | int | bool | None = None

    @property
    def nullable(self) -> bool:
        """Tell whether null is allowed; a nullable column always says what null means."""
        return self.null_means is not None


@dataclass(frozen=True, slots=True)
class Contract:
    """One table: name, the Chinese term, what a row is, key, columns in order.

    ``dated_by`` is the column that says from which day a row counts: a night on ``as_of`` reads
    only rows dated on or before it. ``latest_by_key`` marks tables where the newest row of a key
    replaces older ones (a state); the others hold events, each row once.
    """

    name: str
    zh: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    dated_by: str = ""
    latest_by_key: bool = False
    row_rules: tuple[tuple[str, str, str], ...] = ()
    """(code, SQL that must not be false, message) over one row."""

    def column(self, name: str) -> Column:
        """Return the column called ``name``.

        Raises: ContractError when there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        known = ", ".join(c.name for c in self.columns)
        raise ContractError(
            f"no column {name!r}", where=f"contract {self.name}", next_step=f"use one of: {known}"
        )

    @property
    def identifying(self) -> tuple[str, ...]:
        """Return the names of the columns that identify a person."""
        return tuple(c.name for c in self.columns if c.privacy is Privacy.IDENTIFYING)


def contract_of(name: str, contracts: Mapping[str, Contract]) -> Contract:
    """Return the contract called ``name``.

    Raises: ContractError naming the known ones.
    """
    try:
        return contracts[name]
    except KeyError:
        raise ContractError(
            f"no table {name!r}", next_step=f"use one of: {', '.join(contracts)}"
        ) from None
