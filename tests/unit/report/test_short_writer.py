"""The writer of short reports: what a copy says, how it looks, that it says it is invented."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pdfplumber
import pypdfium2
import pytest

from daihou.report.read import read_report
from daihou.report.words import AccountState, PublicKind, ReasonClass, ReportKind
from daihou.report.writers.compare import Compared, compared
from daihou.report.writers.invent import Size, invent_report
from daihou.report.writers.page import SIGN
from daihou.report.writers.project import NOTES, as_short
from daihou.report.writers.sample import sample_report
from daihou.report.writers.short_pdf import Look, write_short_pdf

V1, V2 = ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2


def pages_of(data: bytes) -> list[list[dict]]:
    with pdfplumber.PDF(BytesIO(data)) as document:
        return [page.chars for page in document.pages]


def text_of(characters: list[dict]) -> str:
    return "".join(character["text"] for character in characters)


@pytest.fixture(scope="module")
def person():
    return next(
        person
        for person in map(invent_report, range(200))
        if len(person.accounts) > 10 and person.liabilities and len(person.inquiries) > 20
    )


def test_only_a_short_report_is_written(person):
    with pytest.raises(ValueError, match="as_short"):
        write_short_pdf(person)


@pytest.mark.parametrize("watermark", [True, False])
def test_every_page_says_that_it_is_invented(person, watermark):
    pages = pages_of(write_short_pdf(as_short(person, V2), Look(watermark=watermark)))
    assert len(pages) > 1
    for characters in pages:
        upright = [c for c in characters if not c["matrix"][1]]
        turned = [c for c in characters if c["matrix"][1]]
        assert (SIGN in text_of(turned)) == watermark
        assert (SIGN in text_of(upright)) == (not watermark)


def test_pages_are_numbered(person):
    pages = pages_of(write_short_pdf(as_short(person, V2)))
    for number, characters in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in text_of(characters)


@pytest.mark.parametrize("last", [True, False])
def test_the_head_may_come_after_the_accounts_in_the_file(person, last):
    first = pages_of(write_short_pdf(as_short(person, V2), Look(header_last=last)))[0]
    text = text_of(first)
    assert (text.index("报告编号") > text.index("明细如下")) == last


def test_marks_of_sentences_may_be_half_width(person):
    data = write_short_pdf(as_short(person, V2), Look(half_width=True))
    text = "".join(map(text_of, pages_of(data)))
    assert "(人民币账户" in text
    assert "截至" in text and "，信用额度" not in text


def test_glued_numbers_leave_no_gap(person):
    def gap(look: Look) -> float:
        line = pages_of(write_short_pdf(as_short(person, V2), look))[0]
        at = text_of(line).index("1.2")
        return line[at + 2]["x0"] - line[at + 1]["x1"]

    assert gap(Look()) > 4
    assert abs(gap(Look(glued=True))) < 0.5


def test_ruled_copies_have_lines(person):
    def rules(look: Look) -> int:
        with pdfplumber.PDF(BytesIO(write_short_pdf(as_short(person, V2), look))) as document:
            return sum(len(page.lines) for page in document.pages)

    assert rules(Look()) == 0
    assert rules(Look(ruled=True)) > 50


def test_the_same_report_is_the_same_file(person):
    assert write_short_pdf(as_short(person, V1)) == write_short_pdf(as_short(person, V1))


def test_copies_reach_from_one_page_to_sixty():
    empty = next(p for p in map(invent_report, range(200)) if not (p.accounts or p.inquiries))
    most = invent_report(3, Size(accounts=2000, inquiries=1500))
    copies = [write_short_pdf(as_short(person, V2)) for person in (empty, most)]
    sizes = [len(pypdfium2.PdfDocument(copy)) for copy in copies]
    assert sizes[0] == 1
    assert sizes[1] >= 60


@pytest.mark.parametrize("kind", [V1, V2])
def test_a_short_report_counts_what_it_lists(person, kind):
    short = as_short(person, kind)
    counts = [n for key, n in short.summary.items() if key.endswith(".accounts") and n]
    assert sum(counts) == len(short.accounts) == len(person.accounts)


def test_the_first_generation_knows_no_lines_and_no_other_business(person):
    short = as_short(person, V1)
    assert not any(a.section.startswith("other_business") for a in short.accounts)
    assert not any("授信" in (a.text or "") for a in short.accounts)
    assert "other_business.accounts" not in short.summary
    assert any(look.operator for look in short.inquiries)


def test_what_a_short_copy_does_not_say_is_unknown(person):
    short = as_short(person, V2)
    assert short.identity is None and short.score is None and short.agreements == ()
    for account in short.accounts:
        assert account.history == () and account.class_code is None and account.shared_limit is None
    assert {record.kind for record in short.public_records} <= {
        PublicKind.TAX_ARREARS,
        PublicKind.CIVIL_JUDGMENT,
        PublicKind.ENFORCEMENT,
        PublicKind.PENALTY,
    }
    assert short.notes == NOTES


def test_the_sample_borrower_is_as_described():
    sample = sample_report()
    assert sample.header.report_at.date() == date(2026, 6, 30)
    assert len(sample.accounts) == 9
    assert any(a.limit and a.balance == 0 and a.revolving for a in sample.accounts)
    assert any(a.limit and a.used == 0 for a in sample.accounts)
    (late,) = [a for a in sample.accounts if a.months_overdue_5y]
    assert late.overdue_now is False and late.state is AccountState.NORMAL
    assert sum(look.hard is True for look in sample.inquiries) == 6
    watching = {
        look.institution
        for look in sample.inquiries
        if look.reason_class is ReasonClass.ACCOUNT_REVIEW
    }
    assert len(watching) == 2
    read = read_report(write_short_pdf(sample))
    assert read == sample
    assert not read.unmatched and all(check.ok for check in read.checks)


def test_the_comparison_sees_a_value_that_changed_and_a_record_that_is_missing(person):
    short = as_short(person, V2)
    assert all(value.exact for value in compared(short, short))
    fewer = [v for v in compared(short.inquiries, short.inquiries[1:], "inquiries") if not v.exact]
    assert Compared("inquiries#", len(short.inquiries), len(short.inquiries) - 1) in fewer
    assert any(value.path == "inquiries.no" for value in fewer)
