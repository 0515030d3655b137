"""A table of one day as a file for other programs: Parquet, CSV or Excel, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from daihou.contracts import Column, Contract, Kind
from daihou.desk.labels import column_label, table_label
from daihou.desk.privacy import FORMULA_STARTS, contract_without, harmless, is_covered
from daihou.desk.shapes import Shape
from daihou.engines import bind_files, disk_errors
from daihou.errors import ContractError, DiskError
from daihou.kernel import MINOR_DIGITS

EXCEL_ROWS: Final = 1_048_576
"""Rows of one Excel sheet, its head included."""
EXCEL_TEXT: Final = 32_767
"""Signs of one Excel cell."""
EXCEL_SHEETS: Final = 20
"""A workbook of more than twenty full sheets opens nowhere: such a table goes to Parquet."""
BATCH_ROWS: Final = 20_000


class Format(StrEnum):
    """Kinds of file; the value is the usual ending."""

    PARQUET = "parquet"
    CSV = "csv"
    EXCEL = "xlsx"


@dataclass(frozen=True)
class ExportOptions:
    """What to write and how.

    ``contract`` is None for rows that have none (the quarantine). ``unmask`` hands over the columns
    about a person, which are left empty otherwise. ``bom`` puts the mark before a CSV by which
    Excel sees that it is UTF-8. ``on_progress`` hears (table, rows done, all rows).
    """

    table: str
    contract: Contract | None = None
    currency: str = "CNY"
    as_of: date | None = None
    simulated: bool = False
    unmask: bool = False
    bom: bool = True
    sheet_rows: int = EXCEL_ROWS
    on_progress: Callable[[str, int, int], None] | None = None


@dataclass(frozen=True)
class ExportReceipt(Shape):
    """What was written: rows, the columns left empty, sheets, and cells that had to be cut."""

    path: Path
    format: Format
    rows: int
    left_empty: tuple[str, ...]
    sheets: int = 0
    cells_cut: int = 0


def format_of(path: Path) -> Format:
    """Return the format that a file's ending names.

    Raises: ContractError for an ending that names none.
    """
    ending = path.suffix.lower().removeprefix(".")
    try:
        return Format(ending)
    except ValueError:
        raise ContractError(
            f"no export to {path.suffix or 'a file without ending'!r}", where=str(path),
            next_step="end the file's name in .parquet, .csv or .xlsx",
        ) from None  # fmt: skip


def export_rows(
    connection: Any, paths: Sequence[Path], to: Path, options: ExportOptions
) -> ExportReceipt:
    """Return what was written to ``to`` of ``paths``, Parquet files of one table.

    The ending of ``to`` says the format. Rows come in key order, a batch at a time. The file
    appears whole or not at all.

    Raises: ContractError for an unknown ending or too many rows for Excel; DiskError.
    """
    chosen = format_of(to)
    source = _Source(connection, paths, options, chosen)
    if chosen is Format.EXCEL and source.total > (options.sheet_rows - 1) * EXCEL_SHEETS:
        raise ContractError(
            f"{source.total:,} rows are more than {EXCEL_SHEETS} Excel sheets hold",
            where=options.table, next_step="export to .parquet or .csv",
        )  # fmt: skip
    scratch = to.with_name(f".{to.name}.{uuid4().hex[:8]}.tmp")
    write = {Format.PARQUET: _parquet, Format.CSV: _csv, Format.EXCEL: _excel}[chosen]
    try:
        with disk_errors(to):
            sheets, cut = write(source, scratch)
            scratch.replace(to)
    except XlsxWriterException as error:
        raise DiskError(
            f"cannot write: {error}", where=str(to), why="no file was left",
            next_step="free space or fix the permissions, then run the same command again",
        ) from error  # fmt: skip
    finally:
        scratch.unlink(missing_ok=True)
    return ExportReceipt(to, chosen, source.total, source.left_empty, sheets, cut)


class _Source:
    """The rows to write: masked and made harmless in SQL, handed out as Arrow batches."""

    def __init__(
        self, connection: Any, paths: Sequence[Path], options: ExportOptions, chosen: Format
    ) -> None:
        self.options, self.connection = options, connection
        there: dict[str, str] = {}
        if paths:
            bind_files(connection, "desk_export", paths)
            described = connection.execute("DESCRIBE desk_export").fetchall()
            there = {str(row[0]): str(row[1]) for row in described}
        self.contract = options.contract or contract_without(options.table, list(there.items()))
        self.columns = self.contract.columns
        self.left_empty = tuple(
            column.name
            for column in self.columns
            if column.name not in there or (is_covered(column) and not options.unmask)
        )
        self._query = self._select(set(there), harmless_text=chosen is Format.CSV)
        counted = "SELECT COUNT(*) FROM desk_export"
        self.total = int(connection.execute(counted).fetchall()[0][0]) if paths else 0

    def _select(self, there: set[str], *, harmless_text: bool) -> str:
        if not there:
            empty = [f'CAST(NULL AS {c.kind.sql_type}) AS "{c.name}"' for c in self.columns]
            return f"SELECT {', '.join(empty)} WHERE FALSE"
        parts = [self._part(column, harmless_text=harmless_text) for column in self.columns]
        key = ", ".join(f'desk_export."{name}"' for name in self.contract.key if name in there)
        return f"SELECT {', '.join(parts)} FROM desk_export" + (f" ORDER BY {key}" if key else "")

    def _part(self, column: Column, *, harmless_text: bool) -> str:
        # A column may be called like a word of SQL (window), so names are quoted.
        kind, name = column.kind.sql_type, f'"{column.name}"'
        if column.name in self.left_empty:
            return f"CAST(NULL AS {kind}) AS {name}"
        if harmless_text and kind == "VARCHAR":
            return (
                f"CASE WHEN contains('{FORMULA_STARTS}', left({name}, 1)) AND {name} <> ''"
                f" THEN '''' || {name} ELSE {name} END AS {name}"
            )
        return f"CAST({name} AS {kind}) AS {name}"

    def batches(self) -> Iterator[Any]:
        """Yield Arrow batches, telling the listener how far it is."""
        done = 0
        reader = self.connection.sql(self._query).to_arrow_reader(BATCH_ROWS)
        with closing(reader):
            for batch in reader:
                yield batch
                done += batch.num_rows
                if self.options.on_progress is not None:
                    self.options.on_progress(self.options.table, done, self.total)

    def schema(self) -> Any:
        """Return the Arrow schema of the batches."""
        types = {"DATE": pa.date32(), "BIGINT": pa.int64(), "INTEGER": pa.int32(),
                 "BOOLEAN": pa.bool_()}  # fmt: skip
        return pa.schema([(c.name, types.get(c.kind.sql_type, pa.string())) for c in self.columns])


def _parquet(source: _Source, path: Path) -> tuple[int, int]:
    with pq.ParquetWriter(path, source.schema(), compression="zstd") as writer:
        for batch in source.batches():
            writer.write_batch(batch.cast(source.schema()))
    return 0, 0


def _csv(source: _Source, path: Path) -> tuple[int, int]:
    with path.open("wb") as sink:
        if source.options.bom:
            sink.write(b"\xef\xbb\xbf")
        with pa_csv.CSVWriter(sink, source.schema()) as writer:
            for batch in source.batches():
                writer.write_batch(batch.cast(source.schema()))
    return 0, 0


def _excel(source: _Source, path: Path) -> tuple[int, int]:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    # A file that is the same for the same rows: the date of making it is not one of its facts.
    book.set_properties({"created": datetime(2000, 1, 1), "title": source.contract.name})
    sheets = _Sheets(book, source)
    try:
        sheets.note()
        for batch in source.batches():
            for row in zip(*(batch.column(n).to_pylist() for n in range(batch.num_columns)),
                           strict=True):  # fmt: skip
                sheets.write(row)
        sheets.finish()
    finally:
        book.close()
    return sheets.count, sheets.cut


class _Sheets:
    """The sheets of one workbook: a note first, then as many data sheets as the rows need."""

    def __init__(self, book: Any, source: _Source) -> None:
        self.book, self.source = book, source
        self.count = self.cut = self.row = 0
        self.sheet: Any = None
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1EE"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.plain = book.add_format({"num_format": "0"})
        self.writers = [self._writer(column) for column in source.columns]

    def note(self) -> None:
        """Write the first sheet: what the table is, and each column in words."""
        sheet, contract = self.book.add_worksheet("说明 about"), self.source.contract
        options = self.source.options
        per = 10 ** MINOR_DIGITS.get(options.currency, 2)
        title = table_label(contract.name)
        lines = [
            (f"{title.zh} · {title.en}", contract.grain),
            ("数据日 · as of", str(options.as_of or "–")),
            ("行数 · rows", f"{self.source.total:,}"),
            ("金额 · amounts", f"以 _minor 结尾的列为最小货币单位：{per} = 1 {options.currency} · "
             f"columns ending in _minor are in minor units: {per} = 1 {options.currency}"),
            ("留空 · left empty", ", ".join(self.source.left_empty) or "–"),
            ("模拟 · simulated", "是 · yes" if options.simulated else "否 · no"),
        ]  # fmt: skip
        for number, (name, text) in enumerate(lines):
            sheet.write_string(number, 0, name, self.head)
            sheet.write_string(number, 1, text, self.wrap)
        heads = ("列 · column", "名称 · title", "单位 · unit", "含义 · meaning", "空值 · empty is")
        for place, text in enumerate(heads):
            sheet.write_string(len(lines) + 1, place, text, self.head)
        for number, column in enumerate(contract.columns, len(lines) + 2):
            words = column_label(column.name)
            texts = (column.name, f"{words.zh} · {words.en}", column.unit, column.meaning,
                     column.null_means or "")  # fmt: skip
            for place, text in enumerate(texts):
                sheet.write_string(number, place, text, self.wrap)
        for place, width in enumerate((26, 44, 14, 60, 40)):
            sheet.set_column(place, place, width)

    def write(self, row: Sequence[Any]) -> None:
        """Write one row, opening the next sheet when this one is full."""
        if self.sheet is None or self.row >= self.source.options.sheet_rows:
            self._open()
        for place, (write, value) in enumerate(zip(self.writers, row, strict=True)):
            if value is not None:
                write(place, value)
        self.row += 1

    def finish(self) -> None:
        """Make sure that there is a data sheet, and set the last one's filter."""
        if self.sheet is None:
            self._open()
        self._filter()

    def _filter(self) -> None:
        self.sheet.autofilter(0, 0, max(self.row - 1, 1), len(self.source.columns) - 1)

    def _open(self) -> None:
        if self.sheet is not None:
            self._filter()
        self.count += 1
        name = self.source.contract.name[:24]
        self.sheet = self.book.add_worksheet(name if self.count == 1 else f"{name} {self.count}")
        self.sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.source.columns):
            self.sheet.set_column(place, place, _width(column))
            self.sheet.write_string(0, place, column.name, self.head)
        self.row = 1

    def _writer(self, column: Column) -> Callable[[int, Any], None]:
        if column.kind is Kind.DATE:
            return lambda place, value: self.sheet.write_datetime(
                self.row, place, datetime(value.year, value.month, value.day), self.day
            )
        if column.kind is Kind.BOOL:
            return lambda place, value: self.sheet.write_boolean(self.row, place, value)
        if column.kind in (Kind.MINOR, Kind.INT, Kind.BP):
            shape = self.whole if column.kind is Kind.MINOR else self.plain
            return lambda place, value: self.sheet.write_number(self.row, place, value, shape)
        return self._text

    def _text(self, place: int, value: str) -> None:
        text = harmless(value)
        if len(text) > EXCEL_TEXT:
            text, self.cut = text[: EXCEL_TEXT - 1] + "…", self.cut + 1
        self.sheet.write_string(self.row, place, text)


def _width(column: Column) -> int:
    usual = {Kind.DATE: 12, Kind.MINOR: 16, Kind.BOOL: 8, Kind.ID: 20, Kind.TEXT: 28}
    return max(usual.get(column.kind, 12), min(len(column.name) + 2, 30))
