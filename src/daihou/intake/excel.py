"""Excel workbooks as rows of text, the way a person sees the cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from daihou.intake.files import check_workbook, refuse

Cells = tuple[str, ...]


def sheet_rows(path: Path, sheet: str | None) -> Iterator[Cells]:
    """Yield every row of a sheet (default: the first) as texts, empty cells as empty text.

    Raises: SourceFileError when the workbook is damaged, locked, too large or has no such sheet.
    """
    check_workbook(path)
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if not names or (sheet is not None and sheet not in names):
            raise refuse(path, f"no sheet {sheet!r}; it has: {', '.join(names)}",
                         "correct source.sheet")  # fmt: skip
        rows = book.get_sheet_by_name(sheet or names[0]).iter_rows()
        for row in rows:
            yield tuple(_cell(value) for value in row)
    except (CalamineError, OSError, ValueError) as error:
        raise refuse(path, f"the workbook cannot be read: {error}",
                     "open and save it again, without a password") from error  # fmt: skip
    except BaseException as error:
        # The reader is written in Rust; its panic is no Exception, and must not end the program.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse(path, "the workbook is damaged: its reader gave up", "save it again") from None


def _cell(value: Any) -> str:
    """Return a cell as text. Numbers carry the 15 digits that Excel keeps, never an exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime):
        whole = value.time() == time(0)
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
