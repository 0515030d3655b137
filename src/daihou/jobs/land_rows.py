"""Rows that Daihou itself makes (orders, stops, reports, closings) land like a lender's file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from daihou.contracts import Contract
from daihou.jobs.home import Home
from daihou.jobs.land import land

_MAPPING: Final = """\
# Written by operations: columns and units are those of the contract.
source: {{files: "{table}-*.parquet", format: parquet}}
table: {table}
slot: "{{stem}}"
match_names: true
"""
_ARROW: Final = {
    "VARCHAR": pa.string(), "DATE": pa.date32(), "BIGINT": pa.int64(), "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
}  # fmt: skip
Row = Mapping[str, Any]


def land_rows(home: Home, contract: Contract, rows: Sequence[Row], on: date, now: datetime) -> None:
    """Land rows of a contract as facts of the day ``on``; the same row again changes nothing.

    A day has one file a table: it keeps what the day has seen before, a newer row of a key in
    place of the older one. Rows are checked like any lender's file.

    Raises: LandingRefused and everything else that ``land`` raises.
    """
    if not rows:
        return
    slot = f"{contract.name}-{on}"
    home.lake.refresh()
    key = [name for name in contract.key if name != contract.dated_by]
    whole = {_key(row, key): row for row in _landed(home, contract, slot)}
    whole |= {_key(row, key): row for row in rows}
    with tempfile.TemporaryDirectory(prefix="daihou-") as folder:
        mapping = Path(folder) / f"{contract.name}.yaml"
        mapping.write_text(_MAPPING.format(table=contract.name), encoding="utf-8")
        file = Path(folder) / f"{slot}.parquet"
        schema = pa.schema([(c.name, _ARROW[c.kind.sql_type]) for c in contract.columns])
        pq.write_table(pa.Table.from_pylist([whole[k] for k in sorted(whole)], schema), file)
        land(home.root, mapping, [file], now=now)


def _landed(home: Home, contract: Contract, slot: str) -> Iterable[Row]:
    """Return the rows that the day's file of a table holds so far."""
    for file in home.lake.fact_files(contract.name):
        if file.slot == slot:
            yield from pq.read_table(home.lake.path_of(file)).to_pylist()


def _key(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)
