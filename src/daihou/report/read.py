"""The door: a credit report from the bytes of a file, whatever its layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from daihou.errors import ReportIsScan, ReportTooLarge, ReportUnreadable
from daihou.report.model import Report
from daihou.report.pdf.glyphs import Glyph
from daihou.report.pdf.lines import Line, lines_of, runs_of_glyphs
from daihou.report.pdf.pages import Limits, PageText, Pdf
from daihou.report.short import is_short, read_short

_DETAILED: Final = ("信贷交易信息明细", "被查询者姓名", "五级分类")
_HEAD_BYTES: Final = 1024


class FileKind(StrEnum):
    """What a file is, by its content."""

    PDF = "pdf"
    GEN2 = "gen2"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: password of the file, whether pictures of pages are recognised, limits."""

    password: str | None = None
    ocr: bool = False
    limits: Limits = field(default_factory=Limits)


DEFAULT_OPTIONS: Final = ReadOptions()


def kind_of(data: bytes) -> FileKind:
    """Return what the bytes are, never going by a file's name."""
    if b"%PDF-" in data[:_HEAD_BYTES]:
        return FileKind.PDF
    from daihou.report.gen2 import sniff_gen2

    return FileKind.GEN2 if sniff_gen2(data) else FileKind.UNKNOWN


def read_report(data: bytes, *, name: str = "", options: ReadOptions = DEFAULT_OPTIONS) -> Report:
    """Return the report in ``data``; ``name`` is only kept to tell files apart.

    Raises: ReportUnreadable, ReportLocked, ReportIsScan, ReportTooLarge (tree in ``errors``).
    """
    if len(data) > options.limits.bytes:
        raise ReportTooLarge(
            f"the file has {len(data):,} bytes, more than {options.limits.bytes:,}", where=name
        )
    match kind_of(data):
        case FileKind.PDF:
            return _read_pdf(data, name, options)
        case FileKind.GEN2:
            from daihou.report.gen2 import read_gen2

            return read_gen2(data, name)
    raise ReportUnreadable(
        "this is no credit report that is known",
        where=name,
        next_step="give the PDF from the bureau, or the second generation's XML or JSON",
    )


def _read_pdf(data: bytes, name: str, options: ReadOptions) -> Report:
    with Pdf(data, options.password, options.limits) as document:
        pages = list(_until_detailed(document))
        if pages and _is_detailed(pages[-1]):
            from daihou.report.detailed import read_detailed

            return read_detailed(data, name=name, password=options.password, limits=options.limits)
        if not is_short(_lines(pages)):
            pages = _recognised(data, name, pages, options)
            return read_short(pages, name)
        report = read_short(pages, name)
        if _has_gaps(report):  # perhaps pdfium dropped characters: ask the slower library
            mined = read_short(list(document.pages(mined=True)), name)
            report = report if _has_gaps(mined) else mined
        return report


def _until_detailed(document: Pdf) -> Iterator[PageText]:
    """Yield the pages; of the detailed version only those up to where it shows itself."""
    for page in document.pages():
        yield page
        if _is_detailed(page):
            return


def _is_detailed(page: PageText) -> bool:
    return any(mark in line.text for line in page.lines for mark in _DETAILED)


def _lines(pages: Iterable[PageText]) -> Iterator[Line]:
    return (line for page in pages for line in page.lines)


def _has_gaps(report: Report) -> bool:
    return any(check.id.startswith("numbers:") and check.ok is False for check in report.checks)


def _recognised(
    data: bytes, name: str, pages: list[PageText], options: ReadOptions
) -> list[PageText]:
    """Return the pages of a scan read from their pictures.

    Raises: ReportUnreadable when this is no report, ReportIsScan when recognition is not asked for.
    """
    unknown = ReportUnreadable(
        "the PDF is no credit report that is known",
        where=name,
        next_step="give the short or the detailed personal version from the bureau",
    )
    if not any(page.pictures for page in pages):
        raise unknown
    if not options.ocr:
        raise ReportIsScan(
            "the pages are pictures without text",
            where=name,
            next_step="ask for them to be recognised, or fetch the report as the bureau issues it",
        )
    from daihou.report.ocr import ocr_pages

    texts = ocr_pages(data, options.password, pages=len(pages))
    read = [
        page._replace(lines=_lines_of_glyphs(texts[at], page.number))
        for at, page in enumerate(pages)
    ]
    if not is_short(_lines(read)):
        raise unknown
    return read


def _lines_of_glyphs(lines: Iterable[Sequence[Glyph]], number: int) -> list[Line]:
    return lines_of(run for line in lines for run in runs_of_glyphs(line, number))
