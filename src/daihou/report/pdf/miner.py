"""Characters of a page by pdfplumber: slower, but it needs no font that the file leaves out."""

from __future__ import annotations

from io import BytesIO

from pdfminer.pdfexceptions import PDFException
from pdfminer.psparser import PSException
from pdfplumber.pdf import PDF

from daihou.errors import ReportUnreadable
from daihou.report.pdf.glyphs import Glyph
from daihou.report.pdf.lines import Run, runs_of_glyphs


def mined_runs(data: bytes, password: str | None, number: int) -> list[Run]:
    """Return the upright runs of page ``number`` (from 1).

    Raises: ReportUnreadable when the page cannot be understood.
    """
    try:
        with PDF(BytesIO(data), pages=[number], password=password) as document:
            chars = document.pages[0].chars
            glyphs = [
                Glyph(
                    char["text"],
                    char["x0"],
                    char["top"],
                    char["x1"],
                    char["bottom"],
                    char["size"],
                )
                for char in chars
                if char["upright"] and char["matrix"][0] > 0 and abs(char["matrix"][1]) < 0.05
            ]
    except (PDFException, PSException, ValueError, KeyError, TypeError) as error:
        raise ReportUnreadable(f"page {number} cannot be read", where="the PDF") from error
    return runs_of_glyphs(glyphs, number)
