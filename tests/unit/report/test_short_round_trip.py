"""Short reports written and read back: every value of invented people, in every look."""

from __future__ import annotations

import pylopdf_fonts_zh_cn
import pytest

from daihou.report.read import ReadOptions, read_report
from daihou.report.words import ReportKind
from daihou.report.writers.compare import compared
from daihou.report.writers.fonts import truetype
from daihou.report.writers.invent import Size, invent_report
from daihou.report.writers.page import SIGN, Lock
from daihou.report.writers.project import as_short
from daihou.report.writers.short_pdf import Look, characters_of, write_short_pdf

KINDS = (ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2)
TRAITS = ("ruled", "header_last", "glued", "half_width", "middle", "split_rows")


def wrong(written, data, password=None):
    """Return what did not come back: values, texts not understood, checks that failed."""
    read = read_report(data, options=ReadOptions(password=password))
    unknown = [text for text in read.unmatched if text.text != SIGN]
    failed = [check for check in read.checks if check.ok is False and check.id != "all_understood"]
    return [value for value in compared(written, read) if not value.exact], unknown, failed


@pytest.fixture(scope="module")
def people():
    return [as_short(invent_report(seed), KINDS[seed % 2]) for seed in range(9000, 9024)]


@pytest.mark.parametrize("watermark", [True, False])
def test_a_named_font_comes_back_exact(people, watermark):
    for written in people[:6]:
        assert wrong(written, write_short_pdf(written, Look(watermark=watermark))) == ([], [], [])


@pytest.mark.parametrize("trait", TRAITS)
def test_each_trait_of_a_look_comes_back_exact(people, trait):
    for written in people[6:12]:
        assert wrong(written, write_short_pdf(written, Look(**{trait: True}))) == ([], [], [])


@pytest.fixture(scope="module", params=["sans", "serif"])
def font(request, people):
    path = getattr(pylopdf_fonts_zh_cn, f"{request.param}_path")()
    return truetype(path.read_bytes(), frozenset().union(*map(characters_of, people)))


@pytest.mark.parametrize("watermark", [True, False])
@pytest.mark.parametrize("ruled", [True, False])
def test_an_embedded_font_comes_back_exact(people, font, ruled, watermark):
    look = Look(font=font, ruled=ruled, watermark=watermark)
    for written in people[12:18]:
        assert wrong(written, write_short_pdf(written, look)) == ([], [], [])


def test_all_traits_at_once_come_back_exact(people, font):
    look = Look(font=font, **dict.fromkeys(TRAITS, True))
    for written in people[18:22]:
        assert wrong(written, write_short_pdf(written, look)) == ([], [], [])


@pytest.mark.parametrize("lock", list(Lock))
def test_a_locked_copy_comes_back_exact(people, lock):
    written = people[22]
    data = write_short_pdf(written, Look(password="样例2026", lock=lock))
    assert wrong(written, data, "样例2026") == ([], [], [])


def test_a_person_of_many_accounts_comes_back_exact():
    people = (invent_report(seed, Size(accounts=300, inquiries=400)) for seed in range(100))
    written = as_short(next(person for person in people if len(person.accounts) > 200), KINDS[1])
    assert wrong(written, write_short_pdf(written, Look(split_rows=True))) == ([], [], [])
