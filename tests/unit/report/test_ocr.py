"""Scans: recognised as such, read with the extra, repaired by the words around, and marked."""

import io
import socket

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from daihou.errors import ReportIsScan
from daihou.report.ocr.repair import repaired
from daihou.report.pdf.glyphs import Glyph
from daihou.report.read import ReadOptions, read_report
from daihou.report.words import ReportKind
from daihou.report.writers.invent import SMALL, invent_report
from daihou.report.writers.project import as_short
from daihou.report.writers.short_pdf import write_short_pdf


def scanned(data: bytes) -> bytes:
    """Return the pages of a PDF as pictures without any text."""
    source, out = pypdfium2.PdfDocument(data), io.BytesIO()
    canvas = Canvas(out)
    for page in source:
        canvas.setPageSize(page.get_size())
        canvas.drawImage(ImageReader(page.render(scale=2.5).to_pil()), 0, 0, *page.get_size())
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def glyphs_of(text: str) -> list[Glyph]:
    return [Glyph(sign, at * 10.0, 0, at * 10 + 9.0, 10, 10) for at, sign in enumerate(text)]


@pytest.mark.parametrize(
    ("seen", "right"),
    [
        ("费后管理", "贷后管理"),
        ("货后管理", "贷后管理"),
        ("货款审批", "贷款审批"),
        ("发放的货记卡", "发放的贷记卡"),
        ("2O26年O6月", "2026年06月"),
        ("信用额度10.000，", "信用额度10,000，"),
        ("货物运输有限公司", "货物运输有限公司"),
        ("费用", "费用"),
    ],
)
def test_known_confusions_are_undone_and_nothing_else(seen, right):
    line = repaired(glyphs_of(seen))
    assert "".join(glyph.text for glyph in line) == right
    changed = [glyph for glyph, was in zip(line, seen, strict=True) if glyph.text != was]
    assert all(glyph.read_as for glyph in changed)


def test_a_scan_is_recognised_and_read_offline(monkeypatch):
    written = as_short(invent_report(5, SMALL), ReportKind.PBOC_SHORT_V2)
    scan = scanned(write_short_pdf(written))
    with pytest.raises(ReportIsScan):
        read_report(scan)

    def refuse(*_):
        raise AssertionError("reading a scan asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    read = read_report(scan, options=ReadOptions(ocr=True))
    assert read.kind is ReportKind.PBOC_SHORT_V2
    assert read.header.report_no == written.header.report_no
    known = {look.on for look in written.inquiries}
    assert read.inquiries and {look.on for look in read.inquiries} <= known


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_page_that_lies_on_its_side_or_head_is_turned(degrees):
    written = as_short(invent_report(5, SMALL), ReportKind.PBOC_SHORT_V2)
    source, out = pypdfium2.PdfDocument(write_short_pdf(written)), io.BytesIO()
    pictures = [
        page.render(scale=2.5).to_pil().rotate(degrees, expand=True, fillcolor="white")
        for page in source
    ]
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=180)
    read = read_report(out.getvalue(), options=ReadOptions(ocr=True))
    assert read.header.report_no == written.header.report_no
    assert [look.on for look in read.inquiries] == [look.on for look in written.inquiries]
