"""Characters of a page by pdfium, as runs: measured all at once, with arrays, for speed."""

from __future__ import annotations

import ctypes
import math
from collections import deque
from collections.abc import Callable
from itertools import pairwise, repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from daihou.report.pdf.lines import SPACE, TOUCHING, Run

_Array = npt.NDArray[Any]


def _call(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return one of pdfium's functions taking plain addresses, which spares objects a character."""
    address = ctypes.cast(getattr(pdfium_c, name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_ORIGIN: Final = _call("FPDFText_GetCharOrigin", _INT, _POINTER, _INT, _POINTER, _POINTER)
_EDGES: Final = ctypes.c_double * 4
_SLANT: Final = 0.05
"""Angle in radians from which a character does not stand upright."""

_LOOSE_BOX: Final = _call("FPDFText_GetLooseCharBox", _INT, _POINTER, _INT, _POINTER)
_ANGLE: Final = _call("FPDFText_GetCharAngle", ctypes.c_float, _POINTER, _INT)
_BOX: Final = _call("FPDFText_GetCharBox", _INT, _POINTER, _INT, *([_POINTER] * 4))


class _Chars(NamedTuple):
    """Characters that are not white space: their codes, boxes and places in pdfium's list."""

    codes: _Array
    boxes: _Array
    at: _Array

    def those(self, chosen: _Array) -> _Chars:
        """Return some of them."""
        return _Chars(self.codes[chosen], self.boxes[chosen], self.at[chosen])

    def displayed(self, bbox: tuple[float, float, float, float], turn: int) -> _Chars:
        """Return them with boxes (left, top, right, bottom) from the top left of the turned page.

        Before, boxes are (left, top, right, bottom) in the page's own axes, upwards.
        """
        left, bottom, right, top = bbox
        raw = self.boxes
        x0, y1, x1, y0 = raw[:, 0] - left, top - raw[:, 3], raw[:, 2] - left, top - raw[:, 1]
        width, height = right - left, top - bottom
        turned = {
            0: (x0, y0, x1, y1),
            90: (height - y1, x0, height - y0, x1),
            180: (width - x1, height - y1, width - x0, height - y0),
            270: (y0, width - x1, y1, width - x0),
        }[turn]
        return self._replace(boxes=np.stack(turned, axis=1))


class PageRuns(NamedTuple):
    """Runs of a page, None when pdfium has no font to read them with; by how much it was turned.

    Units: ``turn`` is degrees clockwise by which the page is to be turned for reading.
    """

    runs: list[Run] | None
    turn: int


def runs_of(page: pdfium.PdfPage, text: pdfium.PdfTextPage, number: int) -> PageRuns:
    """Return the runs of a page that stand upright once the page is turned as most of them ask.

    A run ends where the height changes or a gap stands; other angles (a watermark) are left out.
    """
    handle = ctypes.cast(text.raw, _POINTER).value
    chars, turn = _measured(text, handle), 0
    if not len(chars.at):
        return PageRuns([], turn)
    bbox = page.get_bbox()
    upright = chars.displayed(bbox, turn)
    starts = _starts(upright)
    if np.abs(_angles(handle, chars.at[starts])).max(initial=0.0) > _SLANT:
        angles = _angles(handle, chars.at)
        quarters = np.round(angles / (math.pi / 2)).astype(int) % 4
        quarter = int(np.bincount(quarters).argmax())
        turn = 90 * (-quarter % 4)
        off = np.abs((angles - quarter * math.pi / 2 + math.pi) % (2 * math.pi) - math.pi)
        upright = chars.those(off <= _SLANT).displayed(bbox, turn)
        if not len(upright.at):
            return PageRuns([], turn)
        starts = _starts(upright)
    origins = upright.those(starts)._replace(boxes=_origins(handle, upright.at[starts]))
    bases = origins.displayed(bbox, turn).boxes[:, 1]
    return PageRuns(_cut(upright, starts, bases, handle, number), turn)


def _cut(
    chars: _Chars, starts: _Array, bases: _Array, handle: int | None, number: int
) -> list[Run] | None:
    words = "".join(map(chr, chars.codes.tolist()))
    spaces = _latin_gaps(chars)
    lefts, tops, rights, bottoms = (chars.boxes[:, side].tolist() for side in range(4))
    at = chars.at.tolist()
    runs: list[Run] = []
    edges = pairwise([*starts.tolist(), len(words)])
    for (start, end), base in zip(edges, bases.tolist(), strict=True):
        sign = _sign(words, start, end)
        if sign is not None and _flat(handle, at[sign], bottoms[sign] - tops[sign]):
            return None
        run = Run(
            words[start:end],
            number,
            min(tops[start:end]),
            max(bottoms[start:end]),
            base,
            lefts[start:end],
            rights[start:end],
        )
        inside = [space - start for space in spaces if start <= space < end - 1]
        runs.append(_with_spaces(run, inside) if inside else run)
    return runs


def _measured(text: pdfium.PdfTextPage, handle: int | None) -> _Chars:
    """Return every character that is not white space, its box as the page has it."""
    count = text.count_chars()
    codes = _codes(text, count)
    raw = np.empty((count, 4), dtype=np.float32)
    base = raw.ctypes.data
    addresses = range(base, base + 16 * count, 16)
    deque(map(_LOOSE_BOX, repeat(handle), range(count), addresses), maxlen=0)
    seen = (codes > 32) & (codes != 0xA0) & (codes != 0x3000) & (codes < 0xFEFF)
    seen |= (codes > 0xFEFF) & (codes < 0xFFFF)
    seen &= (codes < 0x2000) | (codes > 0x200F)
    return _Chars(codes, raw, np.arange(count)).those(seen)


def _starts(chars: _Chars) -> _Array:
    """Return where runs begin: another height, a wide gap, a step back."""
    boxes = chars.boxes
    height = np.maximum(boxes[:-1, 3] - boxes[:-1, 1], 1.0)
    gap = boxes[1:, 0] - boxes[:-1, 2]
    step = np.abs(np.diff(boxes[:, 1] + boxes[:, 3])) / 2
    cuts = (step > 0.2 * height) | (np.abs(gap) > TOUCHING * height)
    return np.concatenate(([0], np.flatnonzero(cuts) + 1))


def _origins(handle: int | None, at: _Array) -> _Array:
    """Return where characters stand on their base lines, as boxes without extent."""
    points = np.empty((len(at), 2), dtype=float)
    base = points.ctypes.data
    addresses = range(base, base + 16 * len(at), 16)
    ys = range(base + 8, base + 8 + 16 * len(at), 16)
    deque(map(_ORIGIN, repeat(handle), at.tolist(), addresses, ys), maxlen=0)
    return np.hstack((points, points))


def _angles(handle: int | None, at: _Array) -> _Array:
    """Return the angles of characters, clockwise from -pi to pi."""
    angles = np.fromiter(map(_ANGLE, repeat(handle), at.tolist()), dtype=float, count=len(at))
    return (angles + math.pi) % (2 * math.pi) - math.pi


def _codes(text: pdfium.PdfTextPage, count: int) -> _Array:
    """Return the code of each character: all at once where pdfium leaves none out."""
    buffer = np.zeros(count + 1, dtype=np.uint16)
    pointer = buffer.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort))
    filled = pdfium_c.FPDFText_GetText(text.raw, 0, count, pointer)
    if filled == count + 1 and not ((buffer >= 0xD800) & (buffer < 0xE000)).any():
        codes = buffer[:count].astype(np.int64)
    else:
        one = pdfium_c.FPDFText_GetUnicode
        codes = np.array([one(text.raw, at) for at in range(count)], dtype=np.int64)
        codes[(codes >= 0xD800) & (codes < 0xE000)] = 0xFFFD
    codes[(codes == 2) | (codes == 0xFFFE)] = ord("-")  # pdfium's marks for one at a line's end
    return codes


def _sign(words: str, start: int, end: int) -> int | None:
    """Return where the first Chinese character stands that is not flat by nature, as 一 is."""
    return next((at for at in range(start, end) if "\u4e8c" <= words[at] <= "\u9fff"), None)


def _flat(handle: int | None, at: int, height: float) -> bool:
    """Return whether a character has no height: pdfium found no font for it and drops others."""
    edges = _EDGES()
    base = ctypes.addressof(edges)
    _BOX(handle, at, base, base + 8, base + 16, base + 24)
    return bool(edges[3] - edges[2] < 0.05 * height)


def _latin_gaps(chars: _Chars) -> list[int]:
    """Return where a space stands between two Latin letters: only there it carries meaning."""
    small = chars.codes | 32
    latin = (small >= ord("a")) & (small <= ord("z"))
    both = latin[:-1] & latin[1:]
    if not both.any():
        return []
    boxes = chars.boxes
    wide = boxes[1:, 0] - boxes[:-1, 2] > SPACE * (boxes[:-1, 3] - boxes[:-1, 1])
    return np.flatnonzero(both & (wide | (np.diff(chars.at) > 1))).tolist()


def _with_spaces(run: Run, after: list[int]) -> Run:
    text, lefts, rights = list(run.text), list(run.lefts), list(run.rights)
    for at in reversed(after):
        text.insert(at + 1, " ")
        lefts.insert(at + 1, rights[at])
        rights.insert(at + 1, lefts[at + 2])
    return run._replace(text="".join(text), lefts=lefts, rights=rights)
