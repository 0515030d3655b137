"""DuckDB: a connection with bounded threads, memory and scratch space."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from daihou.errors import DiskError
from daihou.night.program import Audit, Output, Program, Stage

DEFAULT_MEMORY = "6GB"
Connection = duckdb.DuckDBPyConnection
EngineError = duckdb.Error


def connect(
    threads: int | None = None, memory_limit: str | None = None, temp_dir: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that spills to ``temp_dir`` and never reaches the network.

    Units: ``memory_limit`` as DuckDB writes it (``6GB``); default from DAIHOU_MEMORY_LIMIT, else
    6GB. ``threads``: default from DAIHOU_THREADS, else every core.
    """
    threads = threads or int(os.environ.get("DAIHOU_THREADS", "0")) or os.cpu_count() or 1
    connection = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": memory_limit or os.environ.get("DAIHOU_MEMORY_LIMIT", DEFAULT_MEMORY),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    if temp_dir is not None:
        connection.execute(f"SET temp_directory = '{str(temp_dir).replace(chr(39), chr(39) * 2)}'")
    return connection


@contextmanager
def disk_errors(where: Path) -> Iterator[None]:
    """Turn the engine's and the system's complaints about a disk into one DiskError."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise DiskError(
            f"cannot write: {error}",
            where=str(where),
            why="nothing was published",
            next_step="free space or fix the permissions, then run the same command again",
        ) from error


def bind_fact(
    connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[tuple[int, Path]]
) -> None:
    """Make the relation ``fact_<name>`` over Parquet files, each with its landing's number."""
    by_landing: dict[int, list[str]] = {}
    for landing, path in files:
        by_landing.setdefault(landing, []).append(str(path))
    union = " UNION ALL ".join(
        f"SELECT *, {landing} AS landing_no FROM {_read_parquet(paths)}"
        for landing, paths in by_landing.items()
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW fact_{name} AS {union}")


def bind_files(connection: duckdb.DuckDBPyConnection, relation: str, paths: Sequence[Path]) -> None:
    """Make ``relation`` over the rows of Parquet files of one shape."""
    source = _read_parquet([str(path) for path in paths])
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {relation} AS SELECT * FROM {source}")


def has_repeats(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> bool:
    """Tell whether any value of ``column`` stands in more than one row."""
    found = connection.execute(
        f"SELECT 1 FROM {relation} GROUP BY {column} HAVING COUNT(*) > 1 LIMIT 1"
    ).fetchone()
    return found is not None


def engine_name() -> str:
    """Return the engine's name and version."""
    return f"duckdb {duckdb.__version__}"


def run_stages(
    connection: duckdb.DuckDBPyConnection,
    program: Program,
    on_stage: Callable[[Stage], None] | None = None,
) -> dict[str, float]:
    """Run every stage in order; return seconds by phase.

    A kept relation is dropped after its last reader, so that memory follows the widest step and
    not the sum of all.
    """
    dropped = _last_readers(program)
    # Order matters only where results are written, and there it is asked for.
    connection.execute("SET preserve_insertion_order = false")
    seconds: dict[str, float] = {}
    for number, stage in enumerate(program.stages):
        if on_stage is not None:
            on_stage(stage)
        began = time.perf_counter()
        kind = "TABLE" if stage.keep else "VIEW"
        connection.execute(f"CREATE TEMP {kind} {stage.name} AS {stage.sql}")
        for name in dropped.get(number, ()):
            connection.execute(f"DROP TABLE {name}")
        seconds[stage.phase] = seconds.get(stage.phase, 0.0) + time.perf_counter() - began
    return seconds


def write_output(connection: duckdb.DuckDBPyConnection, output: Output, path: Path) -> int:
    """Write one result table as Parquet, rows in key order; return how many rows.

    The same rows give the same bytes, whatever the number of threads: the order is total and row
    groups have a fixed size.
    """
    order = ", ".join(output.order_by)
    target = str(path).replace("'", "''")
    connection.execute("SET preserve_insertion_order = true")
    row = connection.execute(
        f"COPY (SELECT * FROM ({output.sql}) AS rows ORDER BY {order})"
        f" TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880,"
        " PRESERVE_ORDER true)"
    ).fetchone()
    assert row is not None, "COPY answers with a count"
    return int(row[0])


def rows_of(connection: duckdb.DuckDBPyConnection, audit: Audit, most: int = 20) -> list[str]:
    """Return the sentences of an audit's rows, ``most`` at the most; none is good news."""
    found = connection.execute(f"{audit.sql} LIMIT {most}").fetchall()
    return [str(row[0]) for row in found]


def dicts_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query, each a mapping of column to value."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _read_parquet(paths: Sequence[str]) -> str:
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _last_readers(program: Program) -> dict[int, list[str]]:
    """Return, by stage number, the kept relations that nothing reads after that stage.

    A view is read where its readers are, so what a view reads counts as read there too.
    """
    queries = [stage.query for stage in program.stages]
    ends = [output.query for output in program.outputs] + [a.query for a in program.audits]
    reads: dict[str, set[str]] = {}
    last: dict[str, int] = {}
    for number, query in enumerate([*queries, *ends]):
        names = {table.name for table in query.find_all(exp.Table)}
        for name in list(names):
            names |= reads.get(name, set())
        if number < len(queries):
            stage = program.stages[number]
            if not stage.keep:
                reads[stage.name] = names
        for name in names:
            last[name] = min(number, len(queries))
    dropped: dict[int, list[str]] = {}
    for stage in program.stages:
        end = last.get(stage.name)
        if stage.keep and end is not None and end < len(queries):
            dropped.setdefault(end, []).append(stage.name)
    return dropped
