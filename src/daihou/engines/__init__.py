"""The doors to the engines that run SQL: only these files import them."""

from daihou.engines.duckdb import (
    Connection,
    EngineError,
    bind_fact,
    bind_files,
    connect,
    dicts_of,
    disk_errors,
    engine_name,
    has_repeats,
    rows_of,
    run_stages,
    write_output,
)

__all__ = [
    "Connection",
    "EngineError",
    "bind_fact",
    "bind_files",
    "connect",
    "dicts_of",
    "disk_errors",
    "engine_name",
    "has_repeats",
    "rows_of",
    "run_stages",
    "write_output",
]
