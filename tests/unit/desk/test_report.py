from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib import resources

import pytest

from daihou.desk.labels import Words
from daihou.desk.report import ReportOptions, build_report
from daihou.desk.report.marks import clip, percent, points, short_amount, units
from daihou.desk.shapes import BookTitle, LawPack, Provenance
from daihou.engines import connect
from tests.unit.desk.kit import BOOK, late, moving_book, night

JUNE = date(2024, 6, 30)
HOSTILE = "<script>alert(1)</script>'\"&</style>"
ECHARTS = "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"
"""SHA-256 of dist/echarts.common.min.js of Apache ECharts 6.1.0, as released."""


def page_of(nights, as_of: date, book: BookTitle = BOOK, **options) -> str:
    with connect(1) as connection:
        return build_report(connection, nights, as_of, book, ReportOptions(**options))


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    return moving_book(tmp_path_factory.mktemp("book"), accounts=150, months=5)


@pytest.fixture(scope="module")
def page(nights):
    return page_of(nights, nights[-1].as_of)


class Reader(HTMLParser):
    """Collect tags, ids and scripts; void tags need no end."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.refs: list[str] = []
        self.addresses: list[str] = []
        self.scripts: list[tuple[str, str]] = []
        self.kind = ""

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.refs += (values.get("aria-labelledby") or "").split()
        self.addresses += [v for k, v in attrs if k in ("src", "href", "action") and v]
        self.kind = values.get("type", "text/javascript") if tag == "script" else ""

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
        self.kind = ""

    def handle_data(self, data):
        if self.kind:
            self.scripts.append((self.kind, data))


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_is_well_formed_and_its_labels_lead_somewhere(page):
    reader = read(page)
    assert (reader.open, reader.wrong) == ([], [])
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.refs) <= set(reader.ids)


def test_the_page_needs_no_network_and_no_second_file(page):
    reader = read(page)
    assert all(address.startswith("#") for address in reader.addresses)
    head, body = page.split("</head>")
    assert "default-src 'none'" in head and "@import" not in head and "url(" not in head
    assert "://" not in head and "://" not in body.split("<script", 1)[0]


def test_only_the_scripts_that_are_meant_may_run(page):
    allowed = set(re.findall(r"'(sha256-[^']+)'", page.split("</head>")[0]))
    running = [text for kind, text in read(page).scripts if kind == "text/javascript"]
    hashes = {
        "sha256-" + base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in running
    }
    assert len(running) == 2 and hashes == allowed
    assert not re.search(r"\son\w+=", page.split("<script", 1)[0]), "no inline handlers"


def test_the_page_is_small_and_the_same_each_time(page, nights):
    assert len(page.encode()) < 2_500_000
    assert page == page_of(nights, nights[-1].as_of)


def test_the_page_holds_no_account_id_of_the_book(page, nights):
    with connect(1) as connection:
        file = str(nights[-1].files["account_day"][0])
        rows = connection.execute("SELECT account_id FROM read_parquet(?)", [file]).fetchall()
    assert rows and not [row[0] for row in rows if row[0] in page]


def test_every_text_of_the_page_is_in_both_languages(page):
    body = page.split('<script type="application/json"')[0]
    assert body.count('<span lang="zh">') == body.count('<span lang="en">') > 200


def test_the_page_opens_in_the_language_asked_for(nights):
    assert '<html lang="en" data-lang="en">' in page_of(nights, nights[-1].as_of, lang="en")
    with pytest.raises(AssertionError):
        page_of(nights, nights[-1].as_of, lang="fr")


def test_a_simulated_book_says_so_and_a_real_one_does_not(page, nights):
    assert 'class="simulated"' not in page
    assert 'class="simulated"' in page_of(nights, nights[-1].as_of, replace(BOOK, simulated=True))


def test_what_comes_from_outside_cannot_become_markup(tmp_path):
    rows = [late(HOSTILE, 31, product=HOSTILE, asset_class=HOSTILE, status_24m=HOSTILE,
                 unknown_signals=HOSTILE, class_rule=HOSTILE)]  # fmt: skip
    hostile = night(
        tmp_path, JUNE, account_day=rows,
        customer_day=[dict(customer_id=HOSTILE, watch_level="red", worst_class=HOSTILE)],
        signal_day=[dict(signal_id=HOSTILE, subject_id=HOSTILE, level=HOSTILE)],
        decision_day=[dict(subject_id=HOSTILE, customer_id=HOSTILE, rule_id=HOSTILE, arm=HOSTILE,
                           treatment=HOSTILE, level=HOSTILE, reasons=HOSTILE)],
        check_day=[dict(code=HOSTILE, table_name=HOSTILE, message=HOSTILE, severity=HOSTILE)],
    )  # fmt: skip
    book = BookTitle(HOSTILE, HOSTILE, HOSTILE, "CNY")
    page = page_of(
        [hostile], JUNE, book, unmask=True, names={HOSTILE: Words(HOSTILE, HOSTILE + "2")},
        provenance=Provenance(HOSTILE, HOSTILE, HOSTILE, HOSTILE,
                              (LawPack(HOSTILE, Words(HOSTILE, HOSTILE), HOSTILE, {HOSTILE: 1}),),
                              {HOSTILE: HOSTILE}, {HOSTILE: 1}),
    )  # fmt: skip
    assert "<script>alert" not in page and page.count("</style>") == 1
    reader = read(page)
    assert (reader.open, reader.wrong) == ([], [])
    assert "&lt;script&gt;alert(1)" in page
    json.loads(next(text for kind, text in reader.scripts if kind == "application/json"))


def test_a_first_night_and_an_empty_book_have_a_page_too(tmp_path):
    first = page_of([night(tmp_path, JUNE, account_day=[late("A", 31)])], JUNE)
    assert "没有更早月份的夜批" in first and "无上一夜" in first
    empty = page_of([night(tmp_path / "empty", JUNE)], JUNE)
    assert read(empty).wrong == []
    assert "没有账户逾期" in empty


def test_the_numbers_behind_the_charts_are_the_numbers_of_the_book(page, nights):
    data = json.loads(next(text for kind, text in read(page).scripts if kind == "application/json"))
    assert data["trend"]["days"] == [n.as_of.isoformat() for n in nights]
    assert len(data["ageing"]["balance"]) == 7
    assert all(len(line["values"]) == len(nights) for line in data["trend"]["lines"])


def test_where_the_figures_come_from_is_on_the_page(nights):
    packs = (LawPack("cn_2023", Words("风险分类办法", "risk rules"), "order 1", {"L": 14, "W": 2}),)
    told = Provenance("run-1", "cn@1+abc", "DuckDB 2", "d1g", packs, {"account_day": "ab12"})
    page = page_of(nights, nights[-1].as_of, provenance=told)
    for text in ("run-1", "cn@1+abc", "DuckDB 2", "d1g", "cn_2023", "风险分类办法", "L×14", "ab12"):
        assert text in page


def test_the_chart_library_is_the_released_file_with_its_licence():
    assets = resources.files("daihou.desk.report") / "assets"
    code = (assets / "echarts.common.min.js").read_bytes()
    assert hashlib.sha256(code).hexdigest() == ECHARTS
    assert "Apache License" in (assets / "echarts.LICENSE.txt").read_text(encoding="utf-8")
    assert (assets / "echarts.NOTICE.txt").is_file()


@pytest.mark.parametrize(
    ("minor", "zh", "en"),
    [
        (0, "0", "0"), (99_50, "100", "100"), (9_999_49, "9,999", "10.00K"),
        (10_000_00, "1.00万", "10.00K"), (123_456_789_00, "1.23亿", "123.5M"),
        (-5_000_000_00, "−500.0万", "−5.00M"), (None, "–", "–"),
    ],
)  # fmt: skip
def test_amounts_are_short_in_each_languages_own_steps(minor, zh, en):
    assert short_amount(minor, "CNY") == (zh, en)


def test_amounts_and_shares_are_rounded_half_up_and_signs_are_seen():
    assert (units(1_50, "CNY"), units(1_49, "CNY"), units(-1_50, "CNY")) == ("2", "1", "−1")
    assert units(150, "JPY") == "150" and units(None, "CNY") == "–"
    assert (percent(5), percent(-231), percent(1_234_56), percent(None)) == (
        "0.05%", "−2.31%", "1,234.56%", "–",
    )  # fmt: skip
    assert percent(9_995, 1) == "100.0%" and points(12).zh == "+0.12个百分点"


def test_a_long_or_unprintable_text_is_cut_and_shown():
    assert len(clip("x" * 10_000)) == 120
    assert clip("a\x1b[31mb\u202e") == "a�[31mb�"
