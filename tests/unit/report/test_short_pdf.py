"""Short reports as PDF files: every font, watermark, turn and lock; damage gets a typed error."""

from __future__ import annotations

import base64
import json
import zlib
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from daihou.errors import ReportIsScan, ReportLocked, ReportTooLarge, ReportUnreadable
from daihou.report.pdf.pages import Limits, Pdf
from daihou.report.read import FileKind, ReadOptions, kind_of, read_report
from daihou.report.words import ReportKind, Section
from daihou.report.writers.invent import SMALL, invent_report
from daihou.report.writers.page import Lock
from daihou.report.writers.project import as_short
from daihou.report.writers.short_pdf import Look, write_short_pdf

SAMPLES = Path(__file__).parents[2] / "samples" / "short_pdf"
TRUTH = json.loads((SAMPLES / "truth_1.json").read_text(encoding="utf-8"))
FILES = ("cid_plain_1", "hei_plain_1", "ttf_wm_1")
SECTIONS = {
    "cards_overdue": Section.CARDS_OVERDUE,
    "cards_clean": Section.CARDS_CLEAN,
    "loans_overdue": Section.LOANS_OVERDUE,
    "loans_clean": Section.LOANS_CLEAN,
}


def sample(name: str = "hei_plain_1") -> bytes:
    return (SAMPLES / f"{name}.pdf").read_bytes()


def small(kind: ReportKind = ReportKind.PBOC_SHORT_V2):
    return as_short(invent_report(5, SMALL), kind)


def inquiry_rows(report, own: bool) -> list[list[str]]:
    return [
        [str(i.no), f"{i.on:%Y年%m月%d日}", i.institution, i.reason]
        for i in report.inquiries
        if i.own is own
    ]


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_and_cell_is_exact_in_every_font(name):
    report = read_report(sample(name))
    for key, section in SECTIONS.items():
        assert [a.text for a in report.accounts if a.section is section] == TRUTH[key]
    assert [item.text for item in report.liabilities] == TRUTH["related"]
    assert inquiry_rows(report, own=False) == TRUTH["inquiries"]
    assert inquiry_rows(report, own=True) == TRUTH["own"]
    assert report.unmatched == ()
    assert (report.kind, report.pages, len(report.notes)) == (ReportKind.PBOC_SHORT_V2, 6, 5)


def test_the_overview_and_the_head_are_exact():
    report = read_report(sample())
    assert report.header.report_no == TRUTH["report_no"]
    assert f"{report.header.report_at}" == TRUTH["report_time"]
    assert (report.header.name, report.header.marital) == (TRUTH["name"], TRUTH["marital"])
    rows = ("accounts", "open", "overdue", "overdue_90")
    columns = ("cards", "housing_loans", "other_loans", "other_business")
    for row, (_, *cells) in zip(rows, TRUTH["summary"], strict=True):
        counts = [None if cell == "--" else int(cell) for cell in cells]
        assert [report.summary[f"{column}.{row}"] for column in columns] == counts


def test_the_value_stands_where_its_place_says():
    report = read_report(sample())
    account = report.accounts[0]
    place = account.places["institution"]
    document = pypdfium2.PdfDocument(sample())
    page = document[place.page - 1]
    left, top, right, bottom = place.box
    height = page.get_height()
    text = page.get_textpage().get_text_bounded(left, height - bottom, right, height - top)
    assert text.strip() == account.institution
    document.close()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_was_turned_is_read_as_its_text_stands(turn):
    document = pypdfium2.PdfDocument(sample("ttf_wm_1"))
    for page in document:
        page.set_rotation(turn)
    out = BytesIO()
    document.save(out)
    document.close()
    report, straight = read_report(out.getvalue()), read_report(sample("ttf_wm_1"))
    assert (report, report.unmatched) == (straight, ())


@pytest.mark.parametrize("lock", list(Lock))
def test_a_locked_file_opens_with_its_password_only(lock):
    data = write_short_pdf(small(), Look(password="pw12", lock=lock))
    report = read_report(data, options=ReadOptions(password="pw12"))
    assert report.header.report_no == small().header.report_no
    assert len(report.inquiries) == len(small().inquiries)
    for wrong in (None, "pw13"):
        with pytest.raises(ReportLocked):
            read_report(data, options=ReadOptions(password=wrong))


def test_the_kind_of_a_file_is_told_by_its_content():
    assert kind_of(b"\n\n" + sample()) is FileKind.PDF


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n" + b"\0" * 5000])
def test_a_broken_pdf_is_unreadable(data):
    with pytest.raises(ReportUnreadable):
        read_report(data)


def test_a_truncated_file_is_refused_or_says_that_pages_are_missing():
    whole = sample()
    for share in (0.2, 0.5, 0.8, 0.99):
        try:
            report = read_report(whole[: int(len(whole) * share)])
        except ReportUnreadable:
            continue
        assert any(check.ok is False for check in report.checks)


def drawn(*, pages: int = 1, text: str = "") -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    for _ in range(pages):
        canvas.drawString(100, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_pdf_of_something_else_is_no_report():
    with pytest.raises(ReportUnreadable):
        read_report(drawn(text="a letter"))
    with pytest.raises(ReportUnreadable):
        read_report(drawn())


def scanned() -> bytes:
    document = pypdfium2.PdfDocument(sample())
    picture = document[0].render(scale=0.3).to_pil()
    out = BytesIO()
    picture.save(out, format="PDF")
    document.close()
    return out.getvalue()


def test_a_scan_is_told_from_a_broken_file():
    with pytest.raises(ReportIsScan):
        read_report(scanned())


def test_limits_of_bytes_pages_and_characters_hold():
    for limits in (Limits(bytes=1000), Limits(pages=5), Limits(glyphs=500)):
        with pytest.raises(ReportTooLarge):
            read_report(sample(), options=ReadOptions(limits=limits))


def test_a_stream_that_grows_a_thousandfold_is_refused_before_it_is_opened():
    bomb = zlib.compress(b" " * 70_000_000, 9)
    for body in (bomb, base64.a85encode(bomb) + b"~>"):
        data = b"%PDF-1.4\n1 0 obj\n<<>>stream\n" + body + b"\nendstream\nendobj\n"
        with pytest.raises(ReportTooLarge):
            read_report(data)


def test_after_an_error_the_next_report_is_read():
    with pytest.raises(ReportTooLarge), Pdf(sample(), limits=Limits(glyphs=500)) as document:
        list(document.pages())
    assert read_report(sample()).pages == 6


def test_both_libraries_read_the_same_characters():
    with Pdf(sample()) as document:
        fast = [[line.spaced for line in page.lines] for page in document.pages()]
        slow = [[line.spaced for line in page.lines] for page in document.pages(mined=True)]
    assert fast == slow


@pytest.mark.parametrize("kind", [ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2])
def test_the_generation_is_told(kind):
    assert read_report(write_short_pdf(small(kind))).kind is kind
