"""The overview (信息概要) of a short report: counts by column, the sidebar kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.report.fields import SHORT_COLUMNS, SHORT_ROWS
from daihou.report.model import Unmatched
from daihou.report.pdf.lines import Line, Run
from daihou.report.short.passage import Passage, PassagePlaces, canonical
from daihou.report.values import Places

_SIDEBAR: Final = (
    "逾期记录可能影响对您的信用评价。购房贷款，包括个人住房贷款、个人商用房（包括商住两用）贷款和"
    "个人住房公积金贷款。发生过逾期的信用卡账户，指曾经“未按时还最低还款额”的贷记卡账户和"
    "“透支超过60天”的准贷记卡账户。"
)
_QUOTES: Final = str.maketrans("\"'「」『』", "“”“”“”")

_COUNT: Final = re.compile(r"^(\d+|--)$")
_ROWS: Final = {label: row for row, label in SHORT_ROWS.items()}
_WORDS: Final = {
    **{label: column for column, label in SHORT_COLUMNS.items()},
    "购房": "housing_loans",
    "其他": "other_loans",
    "为个人": "liabilities.person",
    "为企业": "liabilities.company",
    "资产处置信息": "disposals.accounts",
    "垫款信息": "advances.accounts",
    "保证人代偿信息": "advances.accounts",
}
"""Column by the words over it; a dotted one is the whole name of its single count."""

_SPANNING: Final = frozenset({"贷款"})
_SINGLE_ROWS: Final = frozenset({"账户数", "笔数", "相关还款责任账户数"})
_LABELS: Final = frozenset(_ROWS) | _SINGLE_ROWS
Part = tuple[Passage, int, int]


class Overview(NamedTuple):
    """Counts by name (None is a printed ``--``), their places, what was not understood."""

    counts: Mapping[str, int | None]
    places: Places
    unmatched: list[Unmatched]
    first_generation: bool


def read_overview(lines: Sequence[Line]) -> Overview:
    """Return the counts of the overview.

    A count belongs to the column whose heading stands nearest above it. Lines of the sidebar,
    with its 60 and 90, are recognised by their text.
    """
    heads: dict[str, Run] = {}
    counts: dict[str, int | None] = {}
    parts: dict[str, Part] = {}
    left: list[Unmatched] = []
    row: str | None = None
    for line in lines:
        runs = [run for run in _pieces(line) if not _in_sidebar(run.text)]
        found = {_WORDS[run.text]: run for run in runs if run.text in _WORDS}
        if found and _single(heads) != _single(found):  # another table begins
            heads = {}
        heads.update(found)
        for run in runs:
            if run.text in _WORDS or run.text in _SPANNING:
                continue
            if run.text in _LABELS:
                row = run.text
            elif row is not None and _COUNT.match(run.text) and heads:
                name = _name(row, run, heads)
                if name is None or name in counts:
                    left.append(Unmatched(line.page, run.text))
                    continue
                counts[name] = None if run.text == "--" else int(run.text)
                parts[name] = (Passage([run]), 0, len(run.text))
            else:
                left.append(Unmatched(line.page, run.text))
    places = PassagePlaces(parts)
    return Overview(MappingProxyType(counts), places, left, _first_generation(lines))


def _pieces(line: Line) -> Iterable[Run]:
    """Yield the runs of a line, with a label parted from what stands close to it."""
    for run in line.runs:
        label = next((text for text in _LABELS if run.text.startswith(text)), None)
        rest = run.text[len(label) :] if label else ""
        if label and rest and _COUNT.match(rest):
            yield run.part(0, len(label))
            yield run.part(len(label), len(run.text))
        else:
            yield run


def _in_sidebar(text: str) -> bool:
    told = canonical(text).translate(_QUOTES)
    return told in _SIDEBAR and not (
        _COUNT.match(told) or text in _WORDS or text in _LABELS or text in _SPANNING
    )


def _single(heads: Iterable[str]) -> bool:
    return any("." in column for column in heads)


def _name(row: str, run: Run, heads: Mapping[str, Run]) -> str | None:
    column, head = min(heads.items(), key=lambda item: abs(item[1].centre - run.centre))
    reach = 3 * (head.bottom - head.top)
    if abs(head.centre - run.centre) > reach:
        return None
    if "." in column:
        return column if row in _SINGLE_ROWS else None
    return f"{column}.{_ROWS[row]}" if row in _ROWS else None


def _first_generation(lines: Iterable[Line]) -> bool:
    words = {run.text for line in lines for run in line.runs}
    return bool(words & {"为他人担保笔数", "购房贷款", "其他贷款", "笔数", "保证人代偿信息"})
