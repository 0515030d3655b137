"""Many reports as one table: JSON lines, Parquet or Excel, and a file of those that failed."""

from __future__ import annotations

import json
import os
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from daihou.desk.privacy import harmless
from daihou.desk.shapes import Shape
from daihou.errors import ReportError
from daihou.jobs.batch import BatchItem, files_in, read_many
from daihou.jobs.read import ReadRequest
from daihou.jobs.telling import FIGURES
from daihou.jobs.writable import writing

EXCEL_ROWS: Final = 1_048_575
EXCEL_TEXT: Final = 32_767
ROWS_A_GROUP: Final = 2_000

_TEXTS: Final = ("file", "sha256", "kind", "report_no", "report_at")
_COUNTS: Final = (
    "pages", "accounts", "agreements", "inquiries", "liabilities", "public_records", "unmatched",
    "checks_failed",
)  # fmt: skip
COLUMNS: Final = (*_TEXTS, *_COUNTS, *FIGURES, "findings")
"""Columns of the flat table; ``file`` is the path below the folder, findings are ids by weight."""

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class TableReceipt(Shape):
    """What was written: rows, and how many files could not be read."""

    to: Path
    rows: int
    problems: int
    problems_to: Path


def write_table(
    paths: Sequence[Path], to: Path, request: ReadRequest, workers: int | None, tell: Tell
) -> TableReceipt:
    """Return what was written to ``to``, one row a report, in the order of the files' names.

    The file of problems stands beside it and holds one JSON line a file that could not be read.

    Raises: ReportError for an unknown ending or too many files for Excel; NotFound; DiskError.
    """
    kinds: Mapping[str, type[_Lines | _Parquet | _Excel]] = {
        ".jsonl": _Lines, ".parquet": _Parquet, ".xlsx": _Excel,
    }  # fmt: skip
    if (kind := kinds.get(to.suffix.lower())) is None:
        raise ReportError(
            "no table of that kind", where=str(to), next_step="end it in .jsonl, .parquet or .xlsx"
        )
    folder, files = _files(paths)
    if kind is _Excel and len(files) > EXCEL_ROWS:
        raise ReportError("more files than an Excel sheet has rows", next_step="write .parquet")
    problems_to = to.with_name(f"{to.stem}.problems.jsonl")
    count = workers or os.cpu_count() or 1
    rows = problems = 0
    with ExitStack() as stack:
        table = stack.enter_context(kind(to))
        errors = stack.enter_context(_Lines(problems_to))
        for item in read_many(folder, files, request, min(count, len(files))):
            if item.told is not None:
                table.add(whole_of(item) if kind is _Lines else row_of(item))
                rows += 1
            elif item.problem is not None:
                errors.add(problem_of(item))
                problems += 1
            tell(item.file.rsplit("/", 1)[-1][:30], rows + problems, len(files))
    return TableReceipt(to, rows, problems, problems_to)


def _files(paths: Sequence[Path]) -> tuple[Path, list[Path]]:
    """Return the folder that names are told below, and the files."""
    if len(paths) == 1 and paths[0].is_dir():
        return paths[0], files_in(paths[0])
    common = Path(os.path.commonpath([path.absolute().parent for path in paths]))
    return common, sorted({path.absolute() for path in paths})


def row_of(item: BatchItem) -> dict[str, Any]:
    """Return the flat row of a report."""
    assert item.told is not None
    record = item.told["report"]
    row: dict[str, Any] = {"file": item.file, "sha256": item.sha256}
    row |= {name: record[name] for name in ("kind", "report_no", "report_at", "pages")}
    row |= {name: len(record[name]) for name in _COUNTS[1:-1]}
    row["checks_failed"] = sum(check["ok"] is False for check in record["checks"])
    row |= item.told["figures"]
    row["findings"] = " ".join(finding["id"] for finding in record["findings"])
    return row


def whole_of(item: BatchItem) -> dict[str, Any]:
    """Return a report whole, with its stable keys, its figures, file and hash."""
    assert item.told is not None
    named = {"file": item.file, "sha256": item.sha256}
    record: dict[str, Any] = item.told["report"]
    return named | record | {"figures": item.told["figures"]}


def problem_of(item: BatchItem) -> dict[str, Any]:
    """Return the line of a file that could not be read."""
    error = item.problem
    assert error is not None
    return {
        "file": item.file, "sha256": item.sha256, "code": error.code, "problem": error.what,
        "why": error.why, "next": error.next_step,
    }  # fmt: skip


class _Whole(AbstractContextManager["_Whole"]):
    """A file that appears whole under its name when all went well, and not at all otherwise."""

    def __init__(self, to: Path) -> None:
        self.to = to
        self.scratch = to.with_name(f".{to.name}.{uuid4().hex[:8]}.tmp")

    @abstractmethod
    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Put the file in its place, or take it away."""
        try:
            with writing(self.to):
                self.close()
                if kind is None:
                    self.scratch.chmod(0o600)
                    self.scratch.replace(self.to)
        finally:
            self.scratch.unlink(missing_ok=True)


class _Lines(_Whole):
    """JSON lines."""

    def __init__(self, to: Path) -> None:
        super().__init__(to)
        with writing(to):
            self._file = self.scratch.open("w", encoding="utf-8", errors="backslashreplace")

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one line."""
        with writing(self.to):
            self._file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class _Parquet(_Whole):
    """Parquet, a group of rows at a time."""

    def __init__(self, to: Path) -> None:
        super().__init__(to)
        texts = {*_TEXTS, "findings"}
        self._schema = pa.schema(
            [(name, pa.string() if name in texts else pa.int64()) for name in COLUMNS]
        )
        self._rows: list[Mapping[str, Any]] = []
        with writing(to):
            self._writer = pq.ParquetWriter(self.scratch, self._schema, compression="zstd")

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row."""
        self._rows.append({name: _text(v) if isinstance(v, str) else v for name, v in row.items()})
        if len(self._rows) >= ROWS_A_GROUP:
            self._flush()

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        with writing(self.to):
            self._writer.write_table(pa.Table.from_pylist(self._rows, self._schema))
        self._rows = []


class _Excel(_Whole):
    """One Excel sheet, written row by row; a text that would be a formula is shown, not run."""

    def __init__(self, to: Path) -> None:
        super().__init__(to)
        options = {"constant_memory": True, "tmpdir": str(to.parent)}
        self._book = xlsxwriter.Workbook(str(self.scratch), options)
        self._book.set_properties({"created": datetime(2000, 1, 1), "title": "reports"})
        self._sheet = self._book.add_worksheet("reports")
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        self._put(COLUMNS)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row."""
        self._put([row[name] for name in COLUMNS])

    def close(self) -> None:
        """Finish the file."""
        self._book.close()

    def _put(self, values: Sequence[Any]) -> None:
        for place, value in enumerate(values):
            if isinstance(value, str):
                self._sheet.write_string(self._row, place, harmless(_text(value))[:EXCEL_TEXT])
            elif value is not None:
                self._sheet.write_number(self._row, place, value)
        self._row += 1


def _text(value: str) -> str:
    """Return a text that every writer takes: half of a surrogate pair is none."""
    return value.encode("utf-8", "replace").decode("utf-8")
