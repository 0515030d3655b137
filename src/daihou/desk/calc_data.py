"""What the calculators found as JSON, and schedules as CSV or Excel files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from pydantic import BaseModel
from xlsxwriter.exceptions import XlsxWriterException

from daihou.desk.calc_words import WORDS
from daihou.errors import DiskError
from daihou.loanmath.rates import YearlyRate
from daihou.loanmath.schedule import Row, Schedule

_COLUMNS = ("no", "due_on", "payment", "principal", "interest_part", "balance")
_EXTRA = ("cost_minor", "saved_interest_minor", "is_over")
"""Properties that belong into JSON beside the fields."""


def data_of(value: Any) -> Any:
    """Return a value of the calculators as JSON types.

    Units: money in minor units; rates and shares as text in per cent, six digits after the point.
    """
    if isinstance(value, YearlyRate | Fraction):
        rate = value if isinstance(value, YearlyRate) else YearlyRate(value)
        return str(rate.percent(6))
    if isinstance(value, Schedule):
        return {
            "interest_minor": value.interest_minor, "paid_minor": value.paid_minor,
            "rows": data_of(value.rows),
        }  # fmt: skip
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True, exclude={"phrases"})
    if is_dataclass(value) or hasattr(value, "_fields"):
        names = [f.name for f in fields(value)] if is_dataclass(value) else list(value._fields)
        names += [name for name in _EXTRA if hasattr(value, name)]
        return {name: data_of(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(data_of(key)): data_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [data_of(item) for item in value]
    return value


def write_rows(rows: Sequence[Row], path: Path, lang: str) -> None:
    """Write a schedule as CSV, or as Excel when the name ends in ``.xlsx``; amounts in yuan.

    Raises: DiskError when the file cannot be written.
    """
    heads = [WORDS[lang][name] for name in _COLUMNS]
    try:
        if path.suffix.lower() == ".xlsx":
            _write_excel(rows, path, heads)
        else:
            # The mark by which Excel sees that a CSV file is UTF-8.
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                out = csv.writer(file)
                out.writerow(heads)
                for row in rows:
                    out.writerow([row.no, row.due_on or "", *(_yuan(n) for n in row[2:6])])
    except (OSError, XlsxWriterException) as error:
        raise DiskError(f"cannot write {path.name}: {error}", where=str(path)) from error


def _yuan(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _write_excel(rows: Sequence[Row], path: Path, heads: Sequence[str]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        amount = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.set_column(1, 5, 15)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, heads, bold)
        for number, row in enumerate(rows, 1):
            sheet.write_number(number, 0, row.no)
            if row.due_on is not None:
                sheet.write_datetime(number, 1, row.due_on, day)
            for place, minor in enumerate(row[2:6], 2):
                sheet.write_number(number, place, minor / 100, amount)
