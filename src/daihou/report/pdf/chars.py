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

from daihou.report.pdf.lines import NEW_RUN, Run

_Array = npt.NDArray[Any]


def _call(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return one of pdfium's functions taking plain addresses, which spares objects a character."""
    address = ctypes.cast(getattr(pdfium_c, name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_EDGES: Final = ctypes.c_double * 4
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


def runs_of(page: pdfium.PdfPage, text: pdfium.PdfTextPage, number: int) -> list[Run] | None:
    """Return the upright runs of a page; None when pdfium has no font to read them with.

    A run ends where the height changes or a gap stands; turned characters (a watermark) are out.
    """
    handle = ctypes.cast(text.raw, _POINTER).value
    chars = _chars(page, text, handle)
    starts = _starts(chars)
    upright = -math.radians(90 * page.get_rotation())
    if _turned(handle, chars.at[starts], upright).any():
        chars = chars.those(~_turned(handle, chars.at, upright))
        starts = _starts(chars)
    words = "".join(map(chr, chars.codes.tolist()))
    spaces = _latin_gaps(chars)
    lefts, tops, rights, bottoms = (chars.boxes[:, side].tolist() for side in range(4))
    at = chars.at.tolist()
    runs: list[Run] = []
    edges = [*starts.tolist(), len(words)]
    for start, end in pairwise(edges):
        sign = _sign(words, start, end)
        if sign is not None and _flat(handle, at[sign], bottoms[sign] - tops[sign]):
            return None
        run = Run(
            words[start:end],
            number,
            tops[start],
            bottoms[start],
            lefts[start:end],
            rights[start:end],
        )
        inside = [space - start for space in spaces if start <= space < end - 1]
        runs.append(_with_spaces(run, inside) if inside else run)
    return runs


def _chars(page: pdfium.PdfPage, text: pdfium.PdfTextPage, handle: int | None) -> _Chars:
    count = text.count_chars()
    codes = _codes(text, count)
    raw = np.empty((count, 4), dtype=np.float32)
    base = raw.ctypes.data
    addresses = range(base, base + 16 * count, 16)
    deque(map(_LOOSE_BOX, repeat(handle), range(count), addresses), maxlen=0)
    boxes = _displayed(raw, page.get_bbox(), page.get_rotation())
    seen = (codes > 32) & (codes != 0xA0) & (codes != 0x3000) & (codes < 0xFEFF)
    seen |= (codes > 0xFEFF) & (codes < 0xFFFF)
    seen &= (codes < 0x2000) | (codes > 0x200F)
    return _Chars(codes, boxes, np.arange(count)).those(seen)


def _starts(chars: _Chars) -> _Array:
    """Return where runs begin: another height, a wide gap, a step back."""
    if not len(chars.at):
        return chars.at
    boxes = chars.boxes
    height = np.maximum(boxes[:-1, 3] - boxes[:-1, 1], 1.0)
    gap = boxes[1:, 0] - boxes[:-1, 2]
    step = np.abs(np.diff(boxes[:, 1] + boxes[:, 3])) / 2
    cuts = (step > 0.2 * height) | (np.abs(gap) > NEW_RUN * height)
    return np.concatenate(([0], np.flatnonzero(cuts) + 1))


def _turned(handle: int | None, at: _Array, upright: float) -> _Array:
    """Return which characters do not stand upright: a watermark, never the report's text."""
    angles = np.fromiter(map(_ANGLE, repeat(handle), at.tolist()), dtype=float, count=len(at))
    return np.abs((angles - upright + math.pi) % (2 * math.pi) - math.pi) > 0.05


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


def _displayed(
    raw: _Array,
    bbox: tuple[float, float, float, float],
    turn: int,
) -> _Array:
    """Return left, top, right, bottom from the page's top left as a viewer shows it."""
    left, bottom, right, top = bbox
    x0, y1, x1, y0 = raw[:, 0] - left, top - raw[:, 3], raw[:, 2] - left, top - raw[:, 1]
    width, height = right - left, top - bottom
    turned = {
        0: (x0, y0, x1, y1),
        90: (height - y1, x0, height - y0, x1),
        180: (width - x1, height - y1, width - x0, height - y0),
        270: (y0, width - x1, y1, width - x0),
    }[turn]
    return np.stack(turned, axis=1)


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
    wide = boxes[1:, 0] - boxes[:-1, 2] > 0.2 * (boxes[:-1, 3] - boxes[:-1, 1])
    return np.flatnonzero(both & (wide | (np.diff(chars.at) > 1))).tolist()


def _with_spaces(run: Run, after: list[int]) -> Run:
    text, lefts, rights = list(run.text), list(run.lefts), list(run.rights)
    for at in reversed(after):
        text.insert(at + 1, " ")
        lefts.insert(at + 1, rights[at])
        rights.insert(at + 1, lefts[at + 2])
    return run._replace(text="".join(text), lefts=lefts, rights=rights)
