"""Every source becomes one view in the engine: row number, shape problem, columns s0, s1, s2."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from daihou.engines import Connection, EngineError, disk_errors
from daihou.errors import SourceFileError
from daihou.intake.excel import sheet_rows
from daihou.intake.files import (
    CHUNK_BYTES,
    TextKind,
    format_of,
    refuse,
    text_kind,
)
from daihou.intake.lines import Dialect, Record, count_records, header_of, records
from daihou.intake.mapping import SourceSpec
from daihou.intake.plan import RAW_VIEW, WRITTEN_AS, Columns
from daihou.intake.trees import column, render, text

BATCH_ROWS = 20_000
COLUMNS_MAX = 2_000
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that the engine can query as the view ``raw``."""

    columns: Columns
    rows: int


@dataclass(frozen=True, slots=True)
class Room:
    """Where a source is opened: engine, scratch folder, and whether rows may touch the disk.

    ``in_memory`` keeps names, document numbers and phones off the disk until they are sealed.
    """

    engine: Connection
    scratch: Path
    in_memory: bool
    notice: Notice = lambda _: None


def open_source(room: Room, path: Path, spec: SourceSpec) -> Opened:
    """Return the source as a view, whatever its format.

    Raises: SourceFileError.
    """
    kind = format_of(path, spec.format)
    if kind == "parquet":
        opened = _open_parquet(room, path)
    elif kind == "excel":
        opened = _open_excel(room, path, spec)
    else:
        opened = _open_csv(room, path, spec)
    if opened.rows == 0 and not spec.may_be_empty:
        raise refuse(path, "it has a header and no rows",
                     "if that is right, set source.may_be_empty: true")  # fmt: skip
    return opened


def _open_parquet(room: Room, path: Path) -> Opened:
    try:
        with pq.ParquetFile(path) as file:
            rows, names = file.metadata.num_rows, file.schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise refuse(path, f"the Parquet file is truncated or damaged: {error}",
                     "ask the sender to hand it over again") from error  # fmt: skip
    _check_names(path, names)
    link = room.scratch / "source.parquet"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())  # a plain name: the engine takes [ and * for patterns
    listed = ", ".join(f"{render(column(n))} AS s{i}" for i, n in enumerate(names))
    scan = f"read_parquet({render(text(str(link)))}, file_row_number = true, " \
           "hive_partitioning = false)"  # fmt: skip
    try:
        room.engine.execute(
            f"CREATE OR REPLACE VIEW {RAW_VIEW} AS SELECT file_row_number + 1 AS __row, "
            f"CAST(NULL AS VARCHAR) AS __shape, {listed} FROM {scan}"
        )
    except EngineError as error:
        told = f"the Parquet file cannot be read: {error}"
        raise refuse(path, told, "write it with plain columns, without encryption") from error
    return Opened(_columns(room, names, fragile=False), rows)


def _open_excel(room: Room, path: Path, spec: SourceSpec) -> Opened:
    rows = sheet_rows(path, spec.sheet)
    for _ in islice(rows, spec.skip_rows):
        pass
    names = list(spec.header or _named(next(rows, ())))
    _check_names(path, names)
    width = len(names)
    shaped = (
        Record(row[:width] + ("",) * (width - len(row))) for row in rows if any(row)
    )  # fmt: skip
    return _keep(room, names, _batches(shaped, width))


def _open_csv(room: Room, path: Path, spec: SourceSpec) -> Opened:
    kind = text_kind(path, spec.encoding)
    start = Dialect(kind.encoding, spec.delimiter, spec.skip_rows, spec.header is None, 0)
    names = list(spec.header) if spec.header else _named(header_of(path, start))
    _check_names(path, names)
    dialect = Dialect(kind.encoding, spec.delimiter, spec.skip_rows, start.has_header, len(names))
    quick = kind.clean and len(names) > 1 and spec.delimiter.isascii()
    if quick and not (room.in_memory and kind.encoding != "utf-8"):
        opened = _open_csv_in_engine(room, _as_utf8(room, path, kind), dialect, names)
        if opened is not None:
            return opened
        room.notice(f"{path.name}: not clean CSV, read line by line so that no row is lost")
    return _keep(room, names, _batches(records(path, dialect), len(names)))


def _open_csv_in_engine(
    room: Room, path: Path, dialect: Dialect, names: list[str]
) -> Opened | None:
    """Return the file as the engine reads it, or None when a line breaks the strict rules.

    None too when it read another number of rows than there are lines.
    """
    link = room.scratch / "source.csv"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    types = ", ".join(f"'s{i}': 'VARCHAR'" for i in range(len(names)))
    header = "true" if dialect.has_header else "false"
    scan = (
        f"SELECT CAST(NULL AS VARCHAR) AS __shape, * FROM read_csv({render(text(str(link)))}, "
        f"auto_detect = false, header = {header}, skip = {dialect.skip_rows}, "
        f"delim = {render(text(dialect.delimiter))}, quote = '\"', escape = '\"', "
        f"columns = {{{types}}}, nullstr = '')"
    )
    try:
        opened = _keep_query(room, names, scan)
    except EngineError:
        return None
    return opened if opened.rows == count_records(path, dialect) else None


def _as_utf8(room: Room, path: Path, kind: TextKind) -> Path:
    """Return the file itself when it is UTF-8, else a copy turned into UTF-8 piece by piece."""
    if kind.encoding == "utf-8":
        return path
    copy = room.scratch / "source.utf8.csv"
    decoder = codecs.getincrementaldecoder(kind.encoding)()
    with disk_errors(room.scratch), path.open("rb") as source, copy.open("wb") as target:
        while True:
            piece = source.read(CHUNK_BYTES)
            target.write(decoder.decode(piece, final=not piece).encode("utf-8"))
            if not piece:
                return copy


def _batches(rows: Iterable[Record], width: int) -> Iterator[pa.RecordBatch]:
    schema = _schema(width)
    source = iter(rows)
    empty = (None,) * width
    while block := list(islice(source, BATCH_ROWS)):
        cells = list(zip(*(record.fields or empty for record in block), strict=True))
        arrays = [pa.array([record.shape for record in block], pa.string())]
        arrays += [pa.array([cell or None for cell in cell_list], pa.string())
                   for cell_list in cells]  # fmt: skip
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _schema(width: int) -> pa.Schema:
    return pa.schema(
        [("__shape", pa.string()), *((f"s{i}", pa.string()) for i in range(width))]
    )  # fmt: skip


def _keep(room: Room, names: list[str], batches: Iterator[pa.RecordBatch]) -> Opened:
    """Return rows made in Python as a view; problems of the file surface as themselves."""
    held: list[SourceFileError] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except SourceFileError as error:
            held.append(error)

    reader = pa.RecordBatchReader.from_batches(_schema(len(names)), chain(watched()))
    room.engine.register("handed", reader)
    try:
        opened = _keep_query(room, names, "SELECT * FROM handed")
    finally:
        room.engine.unregister("handed")
    if held:
        raise held[0]
    return opened


def _keep_query(room: Room, names: list[str], query: str) -> Opened:
    """Keep a query's rows, in their order, in memory or in a scratch file; make the view."""
    listed = ", ".join(["__shape", *(f"s{i}" for i in range(len(names)))])
    room.engine.execute(f"DROP VIEW IF EXISTS {RAW_VIEW}")
    if room.in_memory:
        room.engine.execute(f"CREATE OR REPLACE TABLE raw_rows AS {query}")
        view = f"SELECT rowid + 1 AS __row, {listed} FROM raw_rows"
    else:
        kept = room.scratch / "raw.parquet"
        target = render(text(str(kept)))
        with disk_errors(room.scratch):
            room.engine.execute(f"COPY ({query}) TO {target} ({WRITTEN_AS})")
        scan = f"read_parquet({target}, file_row_number = true)"
        view = f"SELECT file_row_number + 1 AS __row, {listed} FROM {scan}"
    room.engine.execute(f"CREATE OR REPLACE VIEW {RAW_VIEW} AS {view}")
    found = room.engine.execute(f"SELECT count(*) FROM {RAW_VIEW}").fetchall()
    return Opened(_columns(room, names, fragile=True), int(found[0][0]))


def _columns(room: Room, names: list[str], *, fragile: bool) -> Columns:
    described = room.engine.execute(f"DESCRIBE {RAW_VIEW}").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    return Columns({n: (f"s{i}", types[f"s{i}"]) for i, n in enumerate(names)}, fragile)


def _named(header: Iterable[str]) -> list[str]:
    """Return the header's names; an unnamed column (a trailing comma) is called by its place."""
    names = [name.strip().lstrip("\ufeff").strip('"') for name in header]
    return [name or f"column_{place}" for place, name in enumerate(names, 1)]


def _check_names(path: Path, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1}) if len(names) < COLUMNS_MAX \
        else []  # fmt: skip
    if twice:
        told = f"column names stand twice in the header: {', '.join(twice)}"
        raise refuse(path, told, "rename them, or skip the line and name all in source.header")
    if not names or len(names) >= COLUMNS_MAX:
        raise refuse(path, f"{len(names)} columns in the header line",
                     "set source.skip_rows to the lines above the header")  # fmt: skip


def type_of(room: Room) -> Callable[[str], str]:
    """Return a function that tells the engine's type of an expression over the view, or ''."""

    def answer(expression: str) -> str:
        query = exp.select(exp.alias_(exp.maybe_parse(expression, dialect="duckdb"), "x"))
        try:
            found = room.engine.execute(f"DESCRIBE {render(query.from_(RAW_VIEW))}").fetchall()
        except EngineError:
            return ""
        return str(found[0][1])

    return answer
