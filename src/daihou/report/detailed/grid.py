"""Ruled tables of a page: which rules enclose each character, rows of cells, lines outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ctypes import byref, c_float
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from daihou.report.pdf.lines import Line, Run, lines_of
from daihou.report.pdf.pages import PageText

_THIN: Final = 2.0
"""Points up to which a drawn shape is a rule and not a box."""

_SLACK: Final = 1.0
"""Points by which rules may miss each other where they should meet."""


class Cell(NamedTuple):
    """A cell with text: its page, its box (left, top, right, bottom), its text."""

    page: int
    box: tuple[float, float, float, float]
    text: str
    seen: str = ""

    @property
    def middle(self) -> float:
        """Return the middle between its left and right rule."""
        return (self.box[0] + self.box[2]) / 2


class Row(NamedTuple):
    """Cells whose upper rules are on one height, from left to right."""

    page: int
    top: float
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """Return the texts with a space between cells."""
        return " ".join(cell.text for cell in self.cells)


class Rules(NamedTuple):
    """Rules of a page. Shape: rows of (position, start, end), across and upright."""

    across: npt.NDArray[np.float64]
    upright: npt.NDArray[np.float64]

    def box(self, x: float, y: float) -> tuple[float, float, float, float] | None:
        """Return the cell around a point, None when rules do not enclose it."""
        sides = _around(self.upright, x, y)
        ends = sides and _around(self.across, y, x)
        return (sides[0], ends[0], sides[1], ends[1]) if sides and ends else None


def _around(rules: npt.NDArray[np.float64], at: float, along: float) -> Any:
    """Return the nearest rules on both sides of ``at`` that reach over ``along``."""
    reach = rules[(rules[:, 1] - _SLACK <= along) & (along <= rules[:, 2] + _SLACK), 0]
    after = int(np.searchsorted(reach, at))
    return (reach[after - 1], reach[after]) if 0 < after < len(reach) else None


def rules_of(page: pdfium.PdfPage) -> Rules:
    """Return the rules that a page draws, as lines or as boxes."""
    left, _, _, top = page.get_bbox()
    across: list[tuple[float, float, float]] = []
    upright: list[tuple[float, float, float]] = []
    for shape in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=4):
        for (x0, y0), (x1, y1) in _strokes(shape):
            a, b, c, d = x0 - left, top - y0, x1 - left, top - y1
            if abs(b - d) <= _THIN < abs(a - c):
                across.append(((b + d) / 2, min(a, c), max(a, c)))
            elif abs(a - c) <= _THIN < abs(b - d):
                upright.append(((a + c) / 2, min(b, d), max(b, d)))
    return Rules(_sorted(across), _sorted(upright))


def _sorted(rules: list[tuple[float, float, float]]) -> npt.NDArray[np.float64]:
    return np.array(sorted(set(rules)), dtype=np.float64).reshape(-1, 3)


def _strokes(shape: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight strokes of a shape, a thin box as one."""
    bounds = shape.get_bounds()
    if min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= _THIN:
        x0, y0, x1, y1 = bounds
        if x1 - x0 < y1 - y0:
            yield ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)
        else:
            yield (x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)
        return
    matrix, x, y = shape.get_matrix(), c_float(), c_float()
    contours: list[list[tuple[float, float]]] = []
    for at in range(pdfium_c.FPDFPath_CountSegments(shape.raw)):
        segment = pdfium_c.FPDFPath_GetPathSegment(shape.raw, at)
        if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_MOVETO:
            contours.append([])
        pdfium_c.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        if contours:
            contours[-1].append(matrix.on_point(x.value, y.value))
        if contours and pdfium_c.FPDFPathSegment_GetClose(segment):
            contours[-1].append(contours[-1][0])
    for contour in contours:
        yield from pairwise(contour)


def rows_and_lines(page: PageText, rules: Rules) -> list[Row | Line]:
    """Return what stands on a page from top to bottom: rows of tables and lines outside them."""
    cells: dict[tuple[float, float, float, float], list[Run]] = {}
    outside: list[Run] = []
    for line in page.lines:
        for run in line.runs:
            for box, part in _parts(run, rules):
                (outside if box is None else cells.setdefault(box, [])).append(part)
    items: list[Row | Line] = [*lines_of(outside), *_rows(page.number, cells)]
    return sorted(items, key=lambda item: item.top)


def _parts(
    run: Run, rules: Rules
) -> Iterator[tuple[tuple[float, float, float, float] | None, Run]]:
    """Yield a run cut where it passes from one cell into the next."""
    start, box = 0, rules.box((run.lefts[0] + run.rights[0]) / 2, run.middle)
    for at in range(1, len(run.text)):
        x = (run.lefts[at] + run.rights[at]) / 2
        if box is None or box[0] <= x <= box[2]:
            continue
        yield box, run.part(start, at)
        start, box = at, rules.box(x, run.middle)
    yield box, run.part(start, len(run.text))


def _rows(page: int, cells: dict[tuple[float, float, float, float], list[Run]]) -> Iterable[Row]:
    rows: list[list[Cell]] = []
    for box, runs in sorted(cells.items(), key=lambda item: item[0][1]):
        lines = lines_of(runs)
        seen = "".join(_seen(run) for line in lines for run in line.runs)
        text = "".join(line.text for line in lines)
        cell = Cell(page, box, text, seen if seen != text else "")
        if rows and abs(rows[-1][0].box[1] - box[1]) <= _SLACK:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    for row in rows:
        yield Row(page, row[0].box[1], tuple(sorted(row, key=lambda cell: cell.box[0])))


def _seen(run: Run) -> str:
    was = dict(run.seen)
    return "".join(was.get(at, letter) for at, letter in enumerate(run.text))
