"""Pages of a PDF as runs of characters with boxes, fast by pdfium and safe by pdfminer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Final, NamedTuple, Self

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from daihou.errors import ReportLocked, ReportTooLarge, ReportUnreadable
from daihou.report.pdf.bombs import refuse_bombs
from daihou.report.pdf.chars import runs_of
from daihou.report.pdf.lines import Line, lines_of
from daihou.report.pdf.miner import Miner

PDFIUM_TURN: Final = threading.RLock()
"""Pdfium may be used by one thread at a time: take turns, as a desk serves several people."""


class Limits(NamedTuple):
    """How much of a file is read before it is refused; ``stream`` is one part of it, inflated."""

    bytes: int = 64 * 2**20
    pages: int = 400
    glyphs: int = 50_000
    stream: int = 64 * 2**20


DEFAULT_LIMITS: Final = Limits()
_FEW: Final = 100


class PageText(NamedTuple):
    """One page: its lines, its size in points, whether it is little more than a picture."""

    number: int
    width: float
    height: float
    lines: list[Line]
    pictures: bool


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
        refuse_bombs(data, limits.stream)
        self._data, self._password, self._limits = data, password, limits
        self._miner: Miner | None = None

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
        if self._miner is not None:
            self._miner.close()
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

    def pages(self, *, mined: bool = False) -> Iterator[PageText]:
        """Yield the pages one after the other; ``mined`` has all characters from pdfplumber.

        Raises: ReportUnreadable for a broken page, ReportTooLarge for one with too many characters.
        """
        for number in range(1, len(self._document) + 1):
            try:
                page = self._document[number - 1]
            except pdfium.PdfiumError as error:
                raise ReportUnreadable(f"page {number} is broken", where="the PDF") from error
            try:
                yield self._page(page, number, mined)
            finally:
                page.close()

    def _page(self, page: pdfium.PdfPage, number: int, mined: bool) -> PageText:
        width, height = page.get_size()
        text = page.get_textpage()
        try:
            count = text.count_chars()
            if count > self._limits.glyphs:
                raise ReportTooLarge(
                    f"page {number} has {count:,} characters, more than {self._limits.glyphs:,}"
                )
            runs, turn = (None, 0) if mined else runs_of(page, text, number)
        finally:
            text.close()
        if runs is None:
            self._miner = self._miner or Miner(self._data, self._password)
            runs = self._miner.runs(number)
        # A scan may carry a few characters, such as page numbers put on later.
        pictures = count < _FEW and any(
            True for _ in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        )
        if turn % 180 != page.get_rotation() % 180:
            width, height = height, width
        return PageText(number, width, height, lines_of(runs), pictures)
