"""The tables of inquiries (查询记录): cells by their place, across wraps and page breaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from daihou.report.model import Inquiry, Unmatched
from daihou.report.pdf.lines import Line, Run
from daihou.report.short.clauses import day_of
from daihou.report.short.passage import Passage, PassagePlaces, canonical
from daihou.report.words import ReasonClass, reason_of

_TITLES: Final = {
    "机构查询记录明细": False,
    "非互联网查询记录明细": False,
    "个人查询记录明细": True,
    "本人查询记录明细": True,
}
_COLUMNS: Final = {
    "编号": "no",
    "查询日期": "on",
    "查询机构": "institution",
    "查询操作员": "institution",
    "查询原因": "reason",
}
_INTRO: Final = re.compile(r"^这部分包含您的信用报告最近(2年|两年)内被查询的记录。?$")
_DAY: Final = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[.\-]\d{1,2}[.\-]\d{1,2}")
_GLUED: Final = re.compile(rf"^(\d{{1,4}}?)({_DAY.pattern})$")


@dataclass(slots=True)
class _Row:
    """A row as it grows: the height of its number, the runs of its cells."""

    page: int
    middle: float
    height: float
    cells: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))


class _Loose(NamedTuple):
    """A run of a cell that stands on a height without a number."""

    column: str
    run: Run


class Inquiries(NamedTuple):
    """The inquiries read, what was not understood, whether the columns are a first generation's."""

    inquiries: tuple[Inquiry, ...]
    unmatched: list[Unmatched]
    first_generation: bool


def read_inquiries(lines: Sequence[Line]) -> Inquiries:
    """Return the inquiries of all lists, those by institutions first as printed."""
    inquiries: list[Inquiry] = []
    left: list[Unmatched] = []
    first = False
    for own, table in _tables(lines, left):
        at = next((at for at, line in enumerate(table) if _is_head(line)), None)
        if at is None:
            left += [Unmatched(line.page, line.spaced) for line in table]
            continue
        left += [Unmatched(line.page, line.spaced) for line in table[:at]]
        first = first or "查询操作员" in table[at].text
        for row in _rows(table[at], table[at + 1 :], left):
            inquiry = _inquiry(row, own)
            if inquiry is None:
                runs = [run for cell in row.cells.values() for run in cell]
                left.append(Unmatched(row.page, " ".join(run.text for run in runs)))
            else:
                inquiries.append(inquiry)
    return Inquiries(tuple(inquiries), left, first)


def _tables(lines: Iterable[Line], left: list[Unmatched]) -> list[tuple[bool, list[Line]]]:
    tables: list[tuple[bool, list[Line]]] = []
    for line in lines:
        if line.text in _TITLES:
            tables.append((_TITLES[line.text], []))
        elif tables and not _is_none(line):
            tables[-1][1].append(line)
        elif _is_head(line):
            tables.append((False, [line]))
        elif not (_INTRO.match(canonical(line.text)) or _is_none(line)):
            left.append(Unmatched(line.page, line.spaced))
    return tables


def _is_none(line: Line) -> bool:
    return line.text.startswith("系统中没有您") and "查询" in line.text


def _is_head(line: Line) -> bool:
    return line.text in ("编号查询日期查询机构查询原因", "编号查询日期查询操作员查询原因")


def _rows(head: Line, lines: Iterable[Line], left: list[Unmatched]) -> list[_Row]:
    """Return the rows, each with the runs of its cells.

    A run on the height of a number is of that row. A run on a height of its own wraps: below its
    number where cells hang from the top, around it where they stand in the middle.
    """
    centres = _centres(head)
    rows: list[_Row] = []
    loose: list[_Loose] = []
    for line in lines:
        if _is_head(line):  # some copies print the head on every page
            continue
        cells = [cell for run in line.runs for cell in _cells(run, centres)]
        number = next((cell.run for cell in cells if cell.column == "no"), None)
        if number is not None and number.text.isdigit():
            rows.append(_Row(line.page, number.middle, number.bottom - number.top))
            for column, run in cells:
                rows[-1].cells[column].append(run)
        else:
            loose += cells
    hanging = all(row.cells["institution"] and row.cells["reason"] for row in rows)
    for column, run in loose:
        owner = _owner(rows, run, hanging=hanging)
        if owner is None or column == "no":
            left.append(Unmatched(run.page, run.text))
        else:
            owner.cells[column].append(run)
    for row in rows:
        for cell in row.cells.values():
            cell.sort(key=lambda run: (run.page, run.top, run.x0))
    return rows


def _owner(rows: Sequence[_Row], run: Run, *, hanging: bool) -> _Row | None:
    """Return the row of a run that stands on no number's height, from its neighbours."""
    after = bisect_right(rows, (run.page, run.middle), key=lambda row: (row.page, row.middle))
    above = rows[after - 1] if after else None
    if hanging:
        return above if above and above.page >= run.page - 1 else None
    near = [row for row in rows[max(after - 1, 0) : after + 1] if row.page == run.page]
    return min(near, key=lambda row: abs(row.middle - run.middle), default=None)


def _centres(head: Line) -> dict[str, float]:
    """Return the middle of each column, also where the head's words stand close together."""
    lefts = [left for run in head.runs for left in run.lefts]
    rights = [right for run in head.runs for right in run.rights]
    centres: dict[str, float] = {}
    for words, column in _COLUMNS.items():
        at = head.text.find(words)
        if at >= 0:
            centres[column] = (lefts[at] + rights[at + len(words) - 1]) / 2
    return centres


def _cells(run: Run, centres: dict[str, float]) -> list[_Loose]:
    """Return a run by column; one that reaches over two columns is parted."""
    glued = _GLUED.match(run.text)
    if glued:
        cut = len(glued[1])
        return [_Loose("no", run.part(0, cut)), _Loose("on", run.part(cut, len(run.text)))]
    column = min(centres, key=lambda name: abs(centres[name] - run.centre))
    day = _DAY.match(run.text)
    if day and day.end() < len(run.text) and run.x0 < centres["on"]:
        rest = run.part(day.end(), len(run.text))
        return [_Loose("on", run.part(0, day.end())), *_cells(rest, centres)]
    limit = (centres["institution"] + centres["reason"]) / 2
    if run.x0 < centres["institution"] and run.x1 > centres["reason"]:
        # One character may be as wide as both columns in a damaged file: it is not parted.
        cut = next((at for at, left in enumerate(run.lefts) if left >= limit), 0)
        if cut:
            return [
                _Loose("institution", run.part(0, cut)),
                _Loose("reason", run.part(cut, len(run.text))),
            ]
    return [_Loose(column, run)]


def _inquiry(row: _Row, own: bool) -> Inquiry | None:
    cells = {name: Passage(row.cells[name]) for name in ("no", "on", "institution", "reason")}
    try:
        on = day_of(cells["on"].text) if _DAY.fullmatch(cells["on"].text) else None
    except ValueError:
        on = None
    institution, reason = cells["institution"].text, cells["reason"].text
    if on is None or not institution or not reason:
        return None
    operator = None
    if "/" in institution:
        institution, operator = institution.rsplit("/", 1)
    known = reason_of(reason)
    everything = Passage([run for cell in cells.values() for run in cell.runs])
    parts = {name: (cell, 0, len(cell.text)) for name, cell in cells.items()}
    parts["institution"] = (cells["institution"], 0, len(institution))
    if operator is not None:
        end = len(cells["institution"].text)
        parts["operator"] = (cells["institution"], end - len(operator), end)
    parts[""] = (everything, 0, sum(len(cell.text) for cell in cells.values()))
    return Inquiry(
        on=on,
        institution=institution,
        reason=reason,
        reason_code=(known.code or None) if known else None,
        reason_class=known.reason_class if known else ReasonClass.OTHER,
        hard=known.hard if known else None,
        own=own or bool(known and known.reason_class is ReasonClass.OWN),
        no=int(cells["no"].text),
        operator=operator,
        places=PassagePlaces(parts),
    )
