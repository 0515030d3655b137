"""Rows and lines become entries: under which heading, which label, which value, which month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from daihou.report.detailed.grid import Cell, Row
from daihou.report.detailed.layout import (
    ACCOUNT_HEADINGS,
    ALIASES,
    BLOCKS,
    FURNITURE,
    LIABILITY_HEADINGS,
    TWO_LEVELS,
    Column,
)
from daihou.report.model import Unmatched
from daihou.report.pdf.lines import Line
from daihou.report.values import Month

_ORDINAL: Final = re.compile(r"^(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+[、.]?)")
_COUNT: Final = re.compile(r"^(?P<heading>.+?)（[^（）：:]*[：:](?P<count>\d+)）$")
_ITEM: Final = re.compile(
    r"^(?:账户|协议|业务)(?P<no>\d+)(?:（授信协议标识[：:](?P<agreement>[^（）]*)）)?$"
)
_AS_OF: Final = re.compile(r"^截至(\d{4}年\d{1,2}月\d{1,2}日|\d{4}[.\-]\d{1,2}[.\-]\d{1,2})[：:]?$")
_SPAN: Final = re.compile(
    r"^(\d{4})年(\d{1,2})月[—–\-－至~]+(\d{4})年(\d{1,2})月的?还款记录[：:]?$"
)
_PAGE: Final = re.compile(r"^第(\d+)页[，,]共(\d+)页(?:样例，非真实报告)?$")
_HEAD: Final = re.compile(
    r"^(?:报告编号[：:]?(?P<no>[0-9A-Za-z]+))?"
    r"(?:报告时间[：:]?(?P<at>\d{4}[.\-]\d\d[.\-]\d\dT?\d\d:\d\d:\d\d))?$"
)
_NOTE: Final = re.compile(r"^(\d{1,2})[.．、](?!\d)(.+)$")
_SIGN: Final = "样例，非真实报告"
_ITEMS: Final = frozenset({*ACCOUNT_HEADINGS, *LIABILITY_HEADINGS, "授信协议信息", "后付费记录"})
_DASHES: Final = str.maketrans({"—": "-", "–": "-", "－": "-", "(": "（", ")": "）"})
_ASSUMED: Final = "非循环贷账户"
_SAME_EDGE: Final = 3.0


def label_of(text: str) -> str:
    """Return a label or heading with one kind of dashes and brackets and no white space."""
    return "".join(text.split()).translate(_DASHES)


Values = dict[str, tuple[Column, Cell]]
"""Cells by the model's field."""


@dataclass(slots=True)
class Entry:
    """What stands under one heading, or of one account: values, lists, the months of its grid."""

    heading: str
    no: int | None = None
    agreement: str | None = None
    count: int | None = None
    as_of: str | None = None
    span: tuple[Month, Month] | None = None
    values: Values = field(default_factory=dict)
    lists: dict[str, list[Values]] = field(default_factory=dict)
    symbols: dict[Month, Cell] = field(default_factory=dict)
    amounts: dict[Month, Cell] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Labels:
    """A row of labels that waits for its values: (left, right, label, column if known)."""

    name: str
    columns: list[tuple[float, float, str, Column | None]]
    rows: int = 0


class Outline:
    """Entries of a report in the printed order, and what was not understood."""

    def __init__(self) -> None:
        self.entries: list[Entry] = [Entry("报告头")]
        self.unmatched: list[Unmatched] = []
        self.report_no: str | None = None
        self.report_at: str | None = None
        self.printed_pages: int | None = None
        self.assumed = 0
        self._labels: _Labels | None = None
        self._above: list[tuple[float, float, tuple[str, str]]] = []
        self._months: dict[int, float] = {}
        self._year: int | None = None

    @property
    def _entry(self) -> Entry:
        return self.entries[-1]

    def add(self, items: Iterable[Row | Line]) -> None:
        """Take the rows and lines of the next page."""
        for item in items:
            if isinstance(item, Line):
                self._line(item)
            elif len(item.cells) == 1 and self._heading(item.text):
                continue
            else:
                self._row(item)

    def _line(self, line: Line) -> None:
        text = line.text
        page = _PAGE.match(text)
        if page:
            self.printed_pages = int(page[2])
        elif text == _SIGN or self._heading(text):
            return
        elif self._entry.heading == "报告说明":
            self._entry.lines.append(line)
        else:
            head = _HEAD.match("".join(text.split()))
            if head and (head["no"] or head["at"]):
                self.report_no = head["no"] or self.report_no
                self.report_at = head["at"] or self.report_at
            else:
                self.unmatched.append(Unmatched(line.page, line.spaced))

    def _heading(self, text: str) -> bool:
        """Return whether this is a heading; if so, what follows stands under it."""
        told = "".join(text.split()).replace("(", "（").replace(")", "）")
        told = _ORDINAL.sub("", told)
        count = _COUNT.match(told)
        name = count["heading"] if count else told
        name = ALIASES.get(name, name)
        item, as_of, span = _ITEM.match(told), _AS_OF.match(told), _SPAN.match(told)
        if name in BLOCKS:
            self.entries.append(Entry(name, count=int(count["count"]) if count else None))
        elif name in FURNITURE:
            pass
        elif item:
            if self._entry.heading not in _ITEMS:  # an excerpt without its heading
                self.assumed += 1
                self.entries.append(Entry(_ASSUMED))
            self._item(int(item["no"]), item["agreement"])
        elif as_of:
            self._entry.as_of = as_of[1]
        elif span:
            first, last = (Month(int(span[at]), int(span[at + 1])) for at in (1, 3))
            self._entry.span = (first, last)
        else:
            return False
        self._labels, self._months, self._year, self._above = None, {}, None, []
        return True

    def _item(self, no: int | None, agreement: str | None) -> None:
        entry = self._entry
        if entry.no is not None or entry.values:
            entry = Entry(entry.heading)
            self.entries.append(entry)
        entry.no, entry.agreement = no, agreement

    def _row(self, row: Row) -> None:
        texts = [label_of(cell.text) for cell in row.cells]
        if self._entry.span and texts == [str(month) for month in range(1, 13)]:
            self._months = {at + 1: cell.middle for at, cell in enumerate(row.cells)}
            self._year = None
        elif all(text in TWO_LEVELS for text in texts):
            self._above = [
                (cell.box[0], cell.box[2], TWO_LEVELS[text])
                for cell, text in zip(row.cells, texts, strict=True)
            ]
        elif self._takes_labels(row, texts):
            self._months = {}
        elif self._months:
            self._grid(row)
        elif self._labels is not None:
            self._take(row, self._labels)
        else:
            self.unmatched.append(Unmatched(row.page, row.text))

    def _takes_labels(self, row: Row, texts: list[str]) -> bool:
        """Return whether a row is of labels, under the heading or in one of its lists."""
        block = BLOCKS[self._entry.heading]
        texts = [self._full(cell, text) for cell, text in zip(row.cells, texts, strict=True)]
        tables = {"": block.base, **block.lists}
        known = {name: sum(text in table for text in texts) for name, table in tables.items()}
        name = max(known, key=lambda each: known[each])
        # Half the labels are enough: what stands under the others is told as not understood.
        if not known[name] or known[name] * 2 < len(texts):
            return False
        columns = [tables[name].get(text) for text in texts]
        fields = {column.field for column in columns if column}
        opener = not name and self._entry.heading in _ITEMS
        if opener and "institution" in fields and "institution" in self._entry.values:
            self._item(None, None)
        cells = zip(row.cells, texts, columns, strict=True)
        self._labels = _Labels(name, [(c.box[0], c.box[2], text, col) for c, text, col in cells])
        return True

    def _full(self, cell: Cell, text: str) -> str:
        """Return a label together with the one that spans it and its neighbours."""
        for left, right, (before, after) in self._above:
            if left - _SAME_EDGE <= cell.middle <= right + _SAME_EDGE:
                return f"{before}{text}{after}"
        return text

    def _take(self, row: Row, labels: _Labels) -> None:
        """Put the values of a row under their labels."""
        found: Values = {}
        for cell in row.cells:
            over = [
                column
                for column in labels.columns
                if abs(column[0] - cell.box[0]) < _SAME_EDGE
                and abs(column[1] - cell.box[2]) < _SAME_EDGE
            ]
            if not over or over[0][3] is None:
                label = f"{over[0][2]}: " if over else ""
                self.unmatched.append(Unmatched(cell.page, f"{label}{cell.text}"))
            else:
                found[over[0][3].field] = (over[0][3], cell)
        if labels.name:
            self._entry.lists.setdefault(labels.name, []).append(found)
        elif labels.rows:  # a second row of values has no label that could name it
            self.unmatched.append(Unmatched(row.page, row.text))
        else:
            self._entry.values |= found
        labels.rows += 1

    def _grid(self, row: Row) -> None:
        """Put a row of the months into the grid: a year's states, or the amounts below them."""
        edge = self._months[1] - (self._months[2] - self._months[1]) / 2
        years = [cell.text for cell in row.cells if cell.middle < edge]
        again = not years or years[0] == str(self._year)
        if not again:
            if not (years[0].isdigit() and len(years[0]) == 4):
                self.unmatched.append(Unmatched(row.page, row.text))
                return
            self._year = int(years[0])
        if self._year is None:
            self.unmatched.append(Unmatched(row.page, row.text))
            return
        months = self._entry.amounts if again else self._entry.symbols
        for cell in row.cells:
            if cell.middle > edge:
                month = min(self._months, key=lambda at: abs(self._months[at] - cell.middle))
                months[Month(self._year, month)] = cell


def notes_of(entry: Entry) -> Iterable[str]:
    """Yield the numbered notes, each in one piece."""
    note = ""
    for line in entry.lines:
        numbered = _NOTE.match(line.text)
        if numbered:
            if note:
                yield note
            note = numbered[2]
        else:
            note += line.text
    if note:
        yield note
