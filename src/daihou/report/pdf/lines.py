"""Runs and lines of a page, sorted by where they stand and not by the order of the stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from daihou.report.pdf.glyphs import Glyph

SAME_LINE: Final = 0.22
"""Share of a character's height by which the base lines of one line may differ."""

TOUCHING: Final = 0.15
"""Share of a character's height by which characters of one run may stand apart or overlap.

Narrower than a comma, so that characters drawn in disorder never pass over one between them.
"""

SPACE: Final = 0.15
"""Share of a character's height from which a gap between Latin letters is a space."""

SAME_WORD: Final = 0.4
"""The same for runs of one line, once they are in order; cells and columns stand further apart."""


class Run(NamedTuple):
    """Characters that stand side by side, white space left out, with a box for each.

    A space is kept between two Latin letters only. ``base`` is the height of the base line, which
    characters of different fonts share (or of the bottom, where no base line is known). ``seen``
    holds what a recogniser saw where a character was repaired: (index, what it saw).
    """

    text: str
    page: int
    top: float
    bottom: float
    base: float
    lefts: Sequence[float]
    rights: Sequence[float]
    seen: tuple[tuple[int, str], ...] = ()

    @property
    def x0(self) -> float:
        """Return the left edge."""
        return self.lefts[0]

    @property
    def x1(self) -> float:
        """Return the right edge."""
        return self.rights[-1]

    @property
    def centre(self) -> float:
        """Return the middle between left and right edge."""
        return (self.lefts[0] + self.rights[-1]) / 2

    @property
    def middle(self) -> float:
        """Return the middle between top and bottom."""
        return (self.top + self.bottom) / 2

    def part(self, start: int, end: int) -> Run:
        """Return the characters from ``start`` up to ``end`` as a run of their own."""
        seen = tuple((at - start, was) for at, was in self.seen if start <= at < end)
        return self._replace(
            text=self.text[start:end],
            lefts=self.lefts[start:end],
            rights=self.rights[start:end],
            seen=seen,
        )


class Line(NamedTuple):
    """Runs on one height of a page, from left to right."""

    page: int
    top: float
    bottom: float
    runs: tuple[Run, ...]
    text: str

    @property
    def spaced(self) -> str:
        """Return the text with a space between runs, as a person reads it."""
        return " ".join(run.text for run in self.runs)


def line_of(runs: Sequence[Run]) -> Line:
    """Return one line of runs that stand side by side; those of one word become one."""
    words: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.lefts[0]):
        before = words[-1][-1] if words else None
        if before and abs(run.x0 - before.x1) < SAME_WORD * (before.bottom - before.top):
            words[-1].append(run)
        else:
            words.append([run])
    ordered = [word[0] if len(word) == 1 else _joined(word) for word in words]
    return Line(
        ordered[0].page,
        min(run.top for run in ordered),
        max(run.bottom for run in ordered),
        tuple(ordered),
        "".join([run.text for run in ordered]),
    )


def _joined(word: Sequence[Run]) -> Run:
    letters: list[str] = []
    lefts: list[float] = []
    rights: list[float] = []
    seen: list[tuple[int, str]] = []
    for run in word:
        latin = bool(letters) and is_latin(letters[-1]) and is_latin(run.text[0])
        if latin and run.x0 - rights[-1] > SPACE * (run.bottom - run.top):
            letters.append(" ")
            lefts.append(rights[-1])
            rights.append(run.x0)
        seen += [(at + len(letters), was) for at, was in run.seen]
        letters += run.text
        lefts += run.lefts
        rights += run.rights
    return word[0]._replace(
        text="".join(letters),
        top=min(run.top for run in word),
        bottom=max(run.bottom for run in word),
        lefts=lefts,
        rights=rights,
        seen=tuple(seen),
    )


def lines_of(runs: Iterable[Run]) -> list[Line]:
    """Return the lines of one page's runs, from top to bottom."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.base):
        first = lines[-1][0] if lines else None
        if first and run.base - first.base <= SAME_LINE * max(first.bottom - first.top, 1.0):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [line_of(runs) for runs in lines]


def runs_of_glyphs(glyphs: Iterable[Glyph], page: int) -> list[Run]:
    """Return the runs of characters given one by one, in reading order within each line."""
    runs: list[Run] = []
    held: list[Glyph] = []
    for glyph in glyphs:
        if held and _parts(held[-1], glyph):
            runs += _run_of(held, page)
            held = []
        held.append(glyph)
    return runs + _run_of(held, page)


def _parts(before: Glyph, glyph: Glyph) -> bool:
    height = max(before.bottom - before.top, 1.0)
    apart = abs(before.bottom - glyph.bottom)
    gap = glyph.x0 - before.x1
    return apart > SAME_LINE * height or abs(gap) > TOUCHING * height


def _run_of(glyphs: Sequence[Glyph], page: int) -> list[Run]:
    kept: list[Glyph] = []
    spaced = False
    for glyph in glyphs:
        if not glyph.text.strip():
            spaced = True
            continue
        if kept and is_latin(kept[-1].text) and is_latin(glyph.text):
            gap = glyph.x0 - kept[-1].x1
            if spaced or gap > SPACE * (glyph.bottom - glyph.top):
                kept.append(glyph._replace(text=" ", x0=kept[-1].x1, x1=glyph.x0, read_as=""))
        kept.append(glyph)
        spaced = False
    if not kept:
        return []
    # One glyph may stand for several letters (a ligature): each of them gets the glyph's box.
    letters = [(letter, glyph) for glyph in kept for letter in glyph.text]
    return [
        Run(
            "".join(letter for letter, _ in letters),
            page,
            min(glyph.top for glyph in kept),
            max(glyph.bottom for glyph in kept),
            kept[0].bottom,
            [glyph.x0 for _, glyph in letters],
            [glyph.x1 for _, glyph in letters],
            tuple((at, glyph.read_as) for at, (_, glyph) in enumerate(letters) if glyph.read_as),
        )
    ]


def is_latin(text: str) -> bool:
    """Return whether this is a Latin letter."""
    return text.isascii() and text.isalpha()
