"""A passage: text that may wrap over lines and pages, each character with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from daihou.report.pdf.lines import Run
from daihou.report.values import Place

_WIDE: Final = str.maketrans("();", "（）；")
_COMMA: Final = re.compile(r"(?<![A-Za-z\d]),|(?<=\d),(?!\d)")
_STOP: Final = re.compile(r"(?<![A-Za-z\d])\.|(?<=\d)\.(?!\d|[a-z])|(?<=\d)\.(?=\d{4}年)")
_COLON: Final = re.compile(r":(?!(?<=\d:)\d\d)")


def canonical(text: str) -> str:
    """Return the text with full-width punctuation, one character for each.

    Commas inside amounts and points inside addresses stay as they are.
    """
    if "," in text:
        text = _COMMA.sub("，", text)
    if "." in text:
        text = _STOP.sub("。", text)
    if ":" in text:
        text = _COLON.sub("：", text)
    return text.translate(_WIDE)


LONGEST: Final = 2000
"""A sentence of more characters is none: it is told as not understood, and costs no time."""


class Passage:
    """Runs read one after the other as one text, which can tell where a part of it stands."""

    __slots__ = ("_starts", "_text", "runs")

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = tuple(runs)
        self._starts: list[int] | None = None
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Return the whole text with full-width punctuation."""
        if self._text is None:
            self._text = canonical("".join([run.text for run in self.runs]))
        return self._text

    def place(self, start: int, end: int) -> Place:
        """Return the place of the characters from ``start`` up to ``end``.

        Of a part that wraps onto another page the box is of its first page only.
        """
        parts = list(self._parts(start, end))
        if not parts:
            return Place()
        first = parts[0]
        here = [part for part in parts if part.page == first.page]
        box = (
            min(min(part.lefts) for part in here),
            min(part.top for part in here),
            max(max(part.rights) for part in here),
            max(part.bottom for part in here),
        )
        seen = "".join(_as_seen(part) for part in parts) if any(p.seen for p in parts) else ""
        return Place(first.page, box, read_as=seen)

    def _parts(self, start: int, end: int) -> Iterator[Run]:
        if self._starts is None:
            self._starts, at = [], 0
            for run in self.runs:
                self._starts.append(at)
                at += len(run.text)
        index = max(bisect_right(self._starts, start) - 1, 0)
        for run, at in zip(self.runs[index:], self._starts[index:], strict=True):
            if at >= end:
                break
            if start < at + len(run.text):
                yield run.part(max(start - at, 0), min(end - at, len(run.text)))

    @property
    def page(self) -> int | None:
        """Return the page on which the passage begins."""
        return self.runs[0].page if self.runs else None


def _as_seen(run: Run) -> str:
    letters = list(run.text)
    for at, was in run.seen:
        letters[at] = was
    return "".join(letters)


class PassagePlaces(Mapping[str, Place]):
    """Places by name, worked out when they are asked for; ``""`` is the whole record.

    A name leads to a part of a passage, so that a record may be made of several passages.
    """

    __slots__ = ("_parts",)

    def __init__(self, parts: dict[str, tuple[Passage, int, int]]) -> None:
        self._parts = parts

    def __getitem__(self, name: str) -> Place:
        """Return the place of one value."""
        passage, start, end = self._parts[name]
        return passage.place(start, end)

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._parts)

    def __len__(self) -> int:
        """Return how many values have a place."""
        return len(self._parts)
