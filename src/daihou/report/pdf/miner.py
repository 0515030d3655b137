"""Characters of a page by pdfplumber: slower, but it needs no font that the file leaves out."""

from __future__ import annotations

from io import BytesIO

from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from daihou.errors import ReportUnreadable
from daihou.report.pdf.glyphs import Glyph
from daihou.report.pdf.lines import Run, runs_of_glyphs

_FAULTS = (
    MalformedPDFException,
    PdfminerException,
    PDFException,
    PSException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""What pdfplumber lets through when a file is damaged."""


class Miner:
    """A PDF opened a second time, by pdfplumber."""

    def __init__(self, data: bytes, password: str | None) -> None:
        try:
            self._document = PDF(BytesIO(data), password=password)
            self._pages = self._document.pages
        except _FAULTS as error:
            raise ReportUnreadable("the PDF's characters cannot be read") from error

    def runs(self, number: int) -> list[Run]:
        """Return the upright runs of page ``number`` (from 1).

        Raises: ReportUnreadable when the page cannot be understood.
        """
        try:
            page = self._pages[number - 1]
            glyphs = [
                Glyph(
                    char["text"],
                    char["x0"],
                    char["top"],
                    char["x1"],
                    char["bottom"],
                    char["size"],
                )
                for char in page.chars
                if char["upright"] and char["matrix"][0] > 0 and abs(char["matrix"][1]) < 0.05
            ]
            page.close()
        except _FAULTS as error:
            raise ReportUnreadable(f"page {number} cannot be read", where="the PDF") from error
        return runs_of_glyphs(glyphs, number)

    def close(self) -> None:
        """Let go of the file."""
        self._document.close()
