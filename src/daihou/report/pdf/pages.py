"""Pages of a PDF as runs of characters with boxes, fast by pdfium and safe by pdfminer."""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from daihou.errors import ReportLocked, ReportTooLarge, ReportUnreadable
from daihou.report.pdf.lines import NEW_RUN, Line, Run, lines_of
from daihou.report.pdf.miner import mined_runs

PDFIUM_TURN: Final = threading.RLock()
"""Pdfium may be used by one thread at a time: take turns, as a desk serves several people."""


class Limits(NamedTuple):
    """How much of a file is read before it is refused."""

    bytes: int = 64 * 2**20
    pages: int = 400
    glyphs: int = 50_000


DEFAULT_LIMITS: Final = Limits()


class PageText(NamedTuple):
    """One page: its lines, its size in points, whether it shows pictures."""

    number: int
    width: float
    height: float
    lines: list[Line]
    pictures: bool


def _call(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return one of pdfium's functions taking plain addresses, which spares objects a character."""
    address = ctypes.cast(getattr(pdfium_c, name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_LOOSE_BOX: Final = _call("FPDFText_GetLooseCharBox", _INT, _POINTER, _INT, _POINTER)
_ANGLE: Final = _call("FPDFText_GetCharAngle", ctypes.c_float, _POINTER, _INT)
_BOX: Final = _call("FPDFText_GetCharBox", _INT, _POINTER, _INT, *([_POINTER] * 4))


class Pdf:
    """An open PDF; use it in a ``with`` block, which also holds the turn at pdfium."""

    def __init__(
        self, data: bytes, password: str | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        if len(data) > limits.bytes:
            raise ReportTooLarge(
                f"the file has {len(data):,} bytes, more than {limits.bytes:,}",
                next_step="give a report as the bureau issues it, a few hundred kilobytes",
            )
        self._data, self._password, self._limits = data, password, limits

    def __enter__(self) -> Self:
        """Take the turn at pdfium and open the file."""
        PDFIUM_TURN.acquire()
        try:
            self._document = self._opened()
        except BaseException:
            PDFIUM_TURN.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the file and give the turn to the next."""
        self._document.close()
        PDFIUM_TURN.release()

    def __len__(self) -> int:
        """Return how many pages there are."""
        return len(self._document)

    def _opened(self) -> pdfium.PdfDocument:
        try:
            document = pdfium.PdfDocument(self._data, password=self._password)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
                raise ReportLocked(
                    "the password is wrong" if self._password else "the file asks for a password",
                    next_step="give the password that came with the report",
                ) from error
            raise ReportUnreadable(
                "the PDF is broken or truncated", next_step="fetch the file again, whole"
            ) from error
        if len(document) > self._limits.pages:
            pages = len(document)
            document.close()
            raise ReportTooLarge(f"the PDF has {pages} pages, more than {self._limits.pages}")
        return document

    def pages(self) -> Iterator[PageText]:
        """Yield the pages one after the other.

        Raises: ReportUnreadable for a broken page, ReportTooLarge for one with too many characters.
        """
        for number in range(1, len(self._document) + 1):
            try:
                page = self._document[number - 1]
            except pdfium.PdfiumError as error:
                raise ReportUnreadable(f"page {number} is broken", where="the PDF") from error
            try:
                yield self._page(page, number)
            finally:
                page.close()

    def _page(self, page: pdfium.PdfPage, number: int) -> PageText:
        width, height = page.get_size()
        text = page.get_textpage()
        try:
            count = text.count_chars()
            if count > self._limits.glyphs:
                raise ReportTooLarge(
                    f"page {number} has {count:,} characters, more than {self._limits.glyphs:,}"
                )
            runs = _runs(page, text, count, number) if count else []
        finally:
            text.close()
        if runs is None:
            runs = mined_runs(self._data, self._password, number)
        pictures = not runs and any(
            True for _ in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        )
        return PageText(number, width, height, lines_of(runs), pictures)


def _runs(
    page: pdfium.PdfPage, text: pdfium.PdfTextPage, count: int, number: int
) -> list[Run] | None:
    """Return the upright runs of a page; None when pdfium has no font to read them with."""
    codes = _codes(text, count)
    raw = np.empty((count, 4), dtype=np.float32)
    handle, base = ctypes.cast(text.raw, _POINTER).value, raw.ctypes.data
    for at in range(count):
        _LOOSE_BOX(handle, at, base + 16 * at)
    turn = page.get_rotation()
    boxes = _displayed(raw, page.get_bbox(), turn)
    kept = np.flatnonzero((codes > 32) & (codes != 0xA0) & (codes != 0x3000) & (codes < 0xFFFE))
    kept = kept[~((codes[kept] >= 0x2000) & (codes[kept] <= 0x200F)) & (codes[kept] != 0xFEFF)]
    if not len(kept):
        return []
    codes, boxes = codes[kept], boxes[kept]
    height = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    gap = boxes[1:, 0] - boxes[:-1, 2]
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    step = np.abs(middle[1:] - middle[:-1])
    reach = NEW_RUN * height[:-1]
    cuts = (step > 0.2 * height[:-1]) | (gap > reach) | (gap < -reach)
    starts = np.concatenate(([0], np.flatnonzero(cuts) + 1))
    ends = np.concatenate((starts[1:], [len(kept)]))
    words = "".join(map(chr, codes.tolist()))
    spaces = _latin_gaps(codes, kept, gap, height)
    lefts, tops, rights, bottoms = (boxes[:, side].tolist() for side in range(4))
    runs: list[Run] = []
    upright = -math.radians(90 * turn)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        first = int(kept[start])
        if _turned(_ANGLE(handle, first) - upright):
            continue
        sign = _sign(words, start, end)
        if sign is not None and _flat(handle, int(kept[sign]), bottoms[sign] - tops[sign]):
            return None
        run = Run(
            words[start:end],
            number,
            tops[start],
            bottoms[start],
            lefts[start:end],
            rights[start:end],
        )
        inside = [at - start for at in spaces if start <= at < end - 1]
        runs.append(_with_spaces(run, inside) if inside else run)
    return runs


def _codes(text: pdfium.PdfTextPage, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
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
    codes[codes == 2] = ord("-")  # pdfium's mark for a hyphen at a line's end
    return codes


def _displayed(
    raw: np.ndarray[Any, np.dtype[np.float32]],
    bbox: tuple[float, float, float, float],
    turn: int,
) -> np.ndarray[Any, np.dtype[np.float32]]:
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


def _turned(angle: float) -> bool:
    """Return whether a character does not stand upright: a watermark, never the report's text."""
    return abs(math.remainder(angle, 2 * math.pi)) > 0.05


def _sign(words: str, start: int, end: int) -> int | None:
    """Return where the first Chinese character stands that is not flat by nature, as 一 is."""
    return next((at for at in range(start, end) if "\u4e8c" <= words[at] <= "\u9fff"), None)


def _flat(handle: int | None, at: int, height: float) -> bool:
    """Return whether a character has no height: pdfium found no font for it and drops others."""
    edges = (ctypes.c_double * 4)()
    base = ctypes.addressof(edges)
    _BOX(handle, at, base, base + 8, base + 16, base + 24)
    return bool(edges[3] - edges[2] < 0.05 * height)


def _latin_gaps(codes: Any, kept: Any, gap: Any, height: Any) -> list[int]:
    """Return where a space stands between two Latin letters: only there it carries meaning."""
    latin = ((codes | 32) >= 97) & ((codes | 32) <= 122)
    both = latin[:-1] & latin[1:]
    if not both.any():
        return []
    wide = (gap > 0.2 * height[:-1]) | (np.diff(kept) > 1)
    return [int(at) for at in np.flatnonzero(both & wide)]


def _with_spaces(run: Run, after: list[int]) -> Run:
    text, lefts, rights = list(run.text), list(run.lefts), list(run.rights)
    for at in reversed(after):
        text.insert(at + 1, " ")
        lefts.insert(at + 1, rights[at])
        rights.insert(at + 1, lefts[at + 2])
    return run._replace(text="".join(text), lefts=lefts, rights=rights)
