"""The door: a credit report from the bytes of a file, whatever its layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from daihou.errors import ReportIsScan, ReportTooLarge, ReportUnreadable
from daihou.report.model import Report
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
    pages: list[PageText] = []
    with Pdf(data, options.password, options.limits) as document:
        for page in document.pages():
            pages.append(page)
            if _is_detailed(page.lines):
                break
    if _is_detailed(pages[-1].lines):
        from daihou.report.detailed import read_detailed

        return read_detailed(data, name=name, password=options.password)
    if pages and not any(page.lines for page in pages):
        pages = _recognised(data, name, pages, options)
    if not is_short(line for page in pages for line in page.lines):
        raise ReportUnreadable(
            "the PDF is no credit report that is known",
            where=name,
            next_step="give the short or the detailed personal version from the bureau",
        )
    return read_short(pages, name)


def _is_detailed(lines: list[Line]) -> bool:
    return any(mark in line.text for line in lines for mark in _DETAILED)


def _recognised(
    data: bytes, name: str, pages: list[PageText], options: ReadOptions
) -> list[PageText]:
    """Return the pages read from their pictures."""
    if not any(page.pictures for page in pages):
        raise ReportUnreadable("the pages are empty", where=name)
    if not options.ocr:
        raise ReportIsScan(
            "the pages are pictures without text",
            where=name,
            next_step="ask for them to be recognised, or fetch the report as the bureau issues it",
        )
    from daihou.report.ocr import ocr_pages

    texts = ocr_pages(data, options.password, pages=len(pages))
    return [
        page._replace(
            lines=lines_of(run for line in lines for run in runs_of_glyphs(line, page.number))
        )
        for page, lines in zip(pages, texts, strict=True)
    ]
