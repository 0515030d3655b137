"""Parquet files of one shard of a simulated bank: streamed, compressed, the same bytes again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from daihou.contracts import FACTS, Kind
from daihou.examples.bank.frames import UNIQUE, schema_of

GROUP_ROWS = 100_000
"""Rows gathered before a row group is written; a chunk larger than that is one group."""


class ShardWriter:
    """Writes the fact tables of one shard, each to ``<table>-<shard>.parquet``."""

    def __init__(self, folder: Path, shard: int) -> None:
        self.folder, self.shard = folder, shard
        self.rows: dict[str, int] = {}
        self._waiting: dict[str, list[pa.Table]] = {}
        self._open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> ShardWriter:
        """Return the writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Finish the files; after an error take away what was begun."""
        for name in list(self._waiting) if kind is None else []:
            self._flush(name)
        for writer in self._open.values():
            writer.close()
        for name in self._open:
            part = self._path(name, ".part")
            part.replace(self._path(name, "")) if kind is None else part.unlink(missing_ok=True)

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Take the tables of one chunk."""
        for name, table in tables.items():
            self.rows[name] = self.rows.get(name, 0) + table.num_rows
            waiting = self._waiting.setdefault(name, [])
            waiting.append(table)
            if sum(t.num_rows for t in waiting) >= GROUP_ROWS:
                self._flush(name)

    def _path(self, name: str, ending: str) -> Path:
        return self.folder / f"{name}-{self.shard + 1:04}.parquet{ending}"

    def _flush(self, name: str) -> None:
        waiting, self._waiting[name] = self._waiting[name], []
        if not waiting and name in self._open:
            return
        if name not in self._open:
            self._open[name] = self._writer(name)
        table = pa.concat_tables(waiting).unify_dictionaries() if waiting else None
        if table is not None and table.num_rows:
            writer = self._open[name]
            writer.write_table(table, row_group_size=table.num_rows)

    def _writer(self, name: str) -> pq.ParquetWriter:
        contract = FACTS[name]
        words = [c.name for c in contract.columns
                 if c.kind in (Kind.ID, Kind.TEXT, Kind.ENUM) and c.name not in UNIQUE]  # fmt: skip
        writer = pq.ParquetWriter(
            self._path(name, ".part"), schema_of(contract), compression="zstd", compression_level=1,
            use_dictionary=words, store_schema=False, write_statistics=True,
        )  # fmt: skip
        writer.add_key_value_metadata({"daihou.simulated": "true"})
        return writer
