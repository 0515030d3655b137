"""The page of a credit report: escaped, complete, masked, linked, the same every time."""

import re
from dataclasses import replace

import pytest
from lxml import html

from daihou.desk.borrower.page import page_of
from daihou.jobs.telling import told_of
from daihou.report import Report, ReportKind
from daihou.report.model import Check, Unmatched
from daihou.report.person import Header
from tests.unit.desk.borrower_kit import HOSTILE, TODAY, invented, said, told


@pytest.fixture(scope="module")
def shown():
    return told()


@pytest.fixture(scope="module")
def page(shown):
    return page_of(shown, "zh")


def test_the_same_report_gives_the_same_page(shown, page):
    assert page_of(shown, "zh") == page


def test_every_link_leads_to_a_place_on_the_page(page):
    tree = html.document_fromstring(page)
    links = {a.get("href") for a in tree.iter("a")}
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids)), "an id is used twice"
    assert {link[1:] for link in links} <= set(ids)
    assert {"#r-accounts-0", "#r-inquiries-1"} <= links


def test_the_page_asks_nothing_of_a_network(page):
    tree = html.document_fromstring(page)
    assert all(a.get("href").startswith("#") for a in tree.iter("a"))
    for one in tree.iter():
        assert not {"src", "srcset", "action", "poster", "data"} & set(one.attrib)
        assert not any(name.startswith("on") for name in one.attrib)
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|WebSocket", page)
    assert "default-src 'none'" in page
    assert len(list(tree.iter("script"))) == 1


def test_what_a_report_says_cannot_act_on_the_page():
    report = invented()
    account = replace(
        report.accounts[0], institution=HOSTILE, type=HOSTILE, text=HOSTILE, currency=HOSTILE,
    )  # fmt: skip
    inquiry = replace(report.inquiries[0], institution=HOSTILE, reason=HOSTILE)
    hostile = replace(
        report, accounts=(account, *report.accounts[1:]), inquiries=(inquiry,),
        unmatched=(Unmatched(1, HOSTILE, HOSTILE),), checks=(Check(HOSTILE, False, HOSTILE),),
        header=replace(report.header, name=HOSTILE, id_type=HOSTILE, report_no=HOSTILE),
    )  # fmt: skip
    shown = told(hostile)
    shown["report"]["findings"] = [said("hurts", HOSTILE, HOSTILE, ("accounts", 0))]
    page = page_of(shown)
    tree = html.document_fromstring(page)
    assert len(list(tree.iter("script"))) == 1
    assert not list(tree.iter("img"))
    assert "49" not in tree.xpath("string(//h1)")
    assert "\u202e" not in page and "\x1b" not in page
    assert "alert(1)" in tree.text_content(), "it is shown as text"


@pytest.mark.parametrize("seed", range(20, 30))
def test_a_masked_page_holds_nothing_personal(seed):
    report = invented(seed, accounts=12, inquiries=12)
    page = page_of(told_of(report, today=TODAY))
    person = report.identity
    secrets = {report.header.name, report.header.id_no}
    secrets |= {one.account_no for one in report.accounts}
    secrets |= {one.agreement_no for one in report.agreements}
    if person:
        secrets |= {phone.number for phone in person.phones}
        secrets |= {home.address for home in person.residences}
    found = {one for one in secrets - {None} if len(one) > 1 and one in page}
    assert found == set()


def test_every_record_stands_on_the_page(shown, page):
    ids = set(re.findall(r'id="(r-[a-z_]+-\d+)"', page))
    record = shown["report"]
    for kind in ("accounts", "inquiries", "agreements", "liabilities", "post_paid",
                 "public_records"):  # fmt: skip
        assert {f"r-{kind}-{n}" for n in range(len(record[kind]))} <= ids, kind


def test_what_was_not_understood_stands_on_the_page():
    report = replace(
        invented(),
        unmatched=(Unmatched(3, "看不懂的一行"),),
        checks=(Check("count", False, "38 ≠ 37"),),
    )
    page = page_of(told(report))
    assert "看不懂的一行" in page and "38 ≠ 37" in page and "第3页" in page


def test_the_page_speaks_both_languages(page):
    tree = html.document_fromstring(page)
    spans = [one.get("lang") for one in tree.iter("span") if one.get("lang")]
    assert spans.count("zh") == spans.count("en") > 100
    for zh, en in zip(spans[::2], spans[1::2], strict=True):
        assert (zh, en) == ("zh", "en")


def test_sources_carry_their_grade(page):
    assert 'class="g g-W"' in page and 'class="g g-L"' in page and "第十六条" in page


def test_an_empty_report_is_a_page_too():
    page = page_of(told_of(Report(ReportKind.PBOC_SHORT_V2, Header()), today=TODAY))
    assert "没有信贷账户" in page and "没有查询记录" in page


def test_a_large_report_is_a_page_too():
    report = invented(20, accounts=120, inquiries=120)
    page = page_of(told(report))
    assert page.count('class="acct"') == len(report.accounts) >= 40
    assert len(page) < 3_000_000
