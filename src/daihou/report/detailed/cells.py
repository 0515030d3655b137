"""What a cell says: amounts, days, months, words with their code; and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from daihou.report.detailed.grid import Cell
from daihou.report.detailed.layout import Column
from daihou.report.detailed.tables import Values
from daihou.report.dictionaries import code_of
from daihou.report.model import Unmatched
from daihou.report.short.clauses import CURRENCIES
from daihou.report.values import Month, Place
from daihou.report.words import reason_of

NOTHING: Final = frozenset({"", "-", "--", "—", "——"})
"""What a cell without a value shows."""
_DAY: Final = re.compile(r"^(\d{4})[.\-年/](\d{1,2})[.\-月/](\d{1,2})日?$")
_MONTH: Final = re.compile(r"^(\d{4})[.\-年/](\d{1,2})月?$")
_YUAN: Final = re.compile(r"^-?\d{1,3}(?:,?\d{3})*$|^-?\d+$")
_AT: Final = re.compile(r"[.\-T]")


def day_of(text: str) -> date:
    """Return a day. Raises: ``ValueError`` when it is none."""
    match = _DAY.match(text)
    if match is None:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3]))


def month_of(text: str) -> Month:
    """Return a month. Raises: ``ValueError`` when it is none."""
    match = _MONTH.match(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise ValueError(text)
    return Month(int(match[1]), int(match[2]))


def yuan_of(text: str) -> int:
    """Return whole yuan. Raises: ``ValueError`` when it is no such number."""
    if not _YUAN.match(text):
        raise ValueError(text)
    return int(text.replace(",", ""))


def moment_of(text: str | None) -> datetime | None:
    """Return the time of a report, None when it is not told or no time."""
    try:
        return datetime.strptime(_AT.sub("", text or ""), "%Y%m%d%H:%M:%S")
    except ValueError:
        return None


def value_of(kind: str, text: str, state_table: str = "") -> Any:
    """Return what a cell of this kind says, None for ``--``.

    Raises: ``ValueError`` when it cannot be read so.
    """
    if text in NOTHING:
        return None
    if kind.startswith("code:") or kind == "state":
        return _code(state_table if kind == "state" else kind.removeprefix("code:"), text)
    match kind:
        case "day":
            return day_of(text)
        case "month":
            return month_of(text)
        case "when":
            return day_of(text) if _DAY.match(text) else month_of(text)
        case "yuan" | "count":
            return yuan_of(text)
        case "currency":
            return _known(CURRENCIES.get(text), text)
    return text


def _code(table: str, text: str) -> str:
    if table == "1054":  # reasons may carry a channel in brackets
        reason = reason_of(text)
        return _known(reason.code if reason else None, text)
    return _known(code_of(table, text), text)


def _known(code: str | None, text: str) -> str:
    if not code:
        raise ValueError(text)
    return code


class Reading:
    """Cells read one after the other, with what could not be read."""

    def __init__(self) -> None:
        self.unmatched: list[Unmatched] = []

    def fields(self, values: Values, *, state_table: str = "") -> dict[str, Any]:
        """Return values by field; a cell that cannot be read is told and left out."""
        out: dict[str, Any] = {}
        for name, (column, cell) in values.items():
            try:
                value = value_of(column.kind, cell.text, state_table)
            except ValueError:
                self.leave(column, cell)
                continue
            if value is not None:
                out[name] = value
        return out

    def leave(self, column: Column, cell: Cell) -> None:
        """Tell a cell as not understood."""
        self.unmatched.append(Unmatched(cell.page, cell.text, column.field))

    def rows(self, rows: Iterable[Values], *, joined: bool = False) -> list[dict[str, Any]]:
        """Return a list's rows; ``joined`` makes one of those that have the same number."""
        out: list[dict[str, Any]] = []
        by_number: dict[int, dict[str, Any]] = {}
        for values in rows:
            row = self.fields(values)
            row["places"] = places_of(values)
            if joined and row.get("no") in by_number:
                earlier = by_number[row["no"]]
                row["places"] = {**earlier["places"], **row["places"]}
                earlier |= row
            else:
                out.append(row)
                if "no" in row:
                    by_number[row["no"]] = row
        return out


def places_of(values: Values) -> Mapping[str, Place]:
    """Return where the values stand; ``""`` is what holds all cells of the first one's page."""
    places = {
        name: Place(cell.page, cell.box, read_as=cell.seen) for name, (_, cell) in values.items()
    }
    cells = [cell for _, cell in values.values()]
    if cells:
        boxes = [cell.box for cell in cells if cell.page == cells[0].page]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        places[""] = Place(cells[0].page, (min(lefts), min(tops), max(rights), max(bottoms)))
    return places
