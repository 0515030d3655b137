"""DuckDB: a connection with bounded threads, memory and scratch space."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from daihou.errors import DiskError

DEFAULT_MEMORY = "6GB"


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
