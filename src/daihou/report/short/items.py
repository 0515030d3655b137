"""Numbered items under a heading: where each begins, which wrapped lines belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from daihou.report.pdf.lines import Line, Run
from daihou.report.short.passage import Passage, canonical

_NUMBERED: Final = re.compile(r"^(\d{1,3})[.．、。]")
_DATED: Final = re.compile(
    r"^(\d{0,3}?)[.．、。]?((?:19|20)\d{2}年\d{1,2}月\d{1,2}日|(?:19|20)\d{2}\.\d{1,2}\.\d{1,2}(?!\d))"
)


class Item(NamedTuple):
    """One item: its printed number, None where it has none, and its text."""

    no: int | None
    passage: Passage


class _Start(NamedTuple):
    no: int | None
    length: int


def items_of(lines: Iterable[Line]) -> tuple[list[Line], list[Item]]:
    """Return the lines before the first item, and the items with wrapped lines joined.

    An item begins with its number, which may be glued to the date after it (12026年 is 1 and
    2026年); where numbers are not printed, with a date after a finished sentence.
    """
    before: list[Line] = []
    items: list[Item] = []
    no: int | None = None
    runs: list[Run] = []
    for line in lines:
        start = _start(line, no, finished=not runs or runs[-1].text[-1:] in "。.")
        if start is None:
            if runs:
                runs.extend(line.runs)
            else:
                before.append(line)
            continue
        if runs:
            items.append(Item(no, Passage(runs)))
        no, runs = start.no, _after(line.runs, start.length)
    if runs:
        items.append(Item(no, Passage(runs)))
    return before, items


def _start(line: Line, last: int | None, *, finished: bool) -> _Start | None:
    first = line.runs[0].text
    if not first[0].isdigit():
        return None
    text = canonical(line.text)
    expected = str((last or 0) + 1)
    dated = _DATED.match(text)
    if dated and text.startswith(expected) and text[len(expected) :].startswith(dated[2]):
        return _Start(int(expected), len(expected))
    numbered = _NUMBERED.match(text)
    if numbered and dated and dated[1] == numbered[1] and (numbered[1] == expected or finished):
        return _Start(int(numbered[1]), numbered.end())
    # A lone "4。" is the end of a wrapped amount, never an item: text must follow the number.
    if numbered and numbered[1] == expected and finished and numbered.end() < len(text):
        return _Start(int(numbered[1]), numbered.end())
    alone = first.isdigit() and len(first) <= 3 and len(line.runs) > 1
    if alone and dated and dated[1] == first:
        return _Start(int(first), len(first))
    if dated and not dated[1] and finished:
        return _Start(None, 0)
    return None


def _after(runs: tuple[Run, ...], length: int) -> list[Run]:
    """Return the runs without their first ``length`` characters."""
    rest = list(runs)
    while rest and length >= len(rest[0].text):
        length -= len(rest[0].text)
        rest.pop(0)
    if rest and length:
        rest[0] = rest[0].part(length, len(rest[0].text))
    return rest
