from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from rich.console import Console

from daihou.desk.labels import Words
from daihou.desk.measure import figures_of
from daihou.desk.shapes import (
    BookTitle,
    ClassLine,
    DecisionLine,
    Explanation,
    LandingLine,
    NightLine,
    SignalLine,
    Status,
    TableRows,
    TimelineItem,
)
from daihou.desk.views import explain_view, status_view, summary_view, table_view
from daihou.engines import connect
from tests.unit.desk.kit import BOOK, late, moving_book, night

JUNE = date(2024, 6, 30)
MARKUP = "[bold red]x[/] \x1b[31m"


def shown(view: object, width: int = 120) -> str:
    console = Console(width=width, file=StringIO(), force_terminal=False)
    console.print(view)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


STATUS = Status(
    BookTitle("b", MARKUP, "Book", "CNY", simulated=True), "/home", {"account": 4000},
    tuple(NightLine(date(2024, 1, n), n, f"run-{n}") for n in range(1, 10)),
    (LandingLine("account", "loans.csv", 10, 9, 1, datetime(2024, 1, 1, tzinfo=UTC)),),
    (f"D700 {MARKUP}",), 3, 12_345_678,
)  # fmt: skip
TOLD = Explanation(
    BOOK, JUNE, f"L1{MARKUP}",
    dict(product="card", balance_minor=12_345, dpd=31, overdue_minor=None, utilisation_bp=8_123),
    tuple(TimelineItem(date(2024, 1, 1), Words(f"应还{n}", f"due {n}"), 100) for n in range(40)),
    ClassLine("special_mention", 2, Words("关注：逾期31天", "special mention: 31 days"), "cn.x",
              "order 1", "7", "L", "source", Words("再逾期60天：次级", "60 more days: worse"),
              Words("还清：正常", "repay: pass")),
    (SignalLine("E10", Words("使用率", "use"), "no_hit", None, 6_500, "bp", "yellow", 500),
     SignalLine("E06", Words("代扣失败", "debits"), "unknown"),
     SignalLine("E01", Words("逾期天数", "days"), "hit", "red", 31, "days")),
    (DecisionLine("line_cut", "cut.1", False, Words("超限", "over")),
     DecisionLine("watch", "watch.red", True, Words("红", "red"), "red", "champion", "dpd 31 → 30",
                  "cn@1", True)),
    "cn@1",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_status_says_what_is_there_and_what_is_wrong(lang):
    text = shown(status_view(STATUS, lang))
    assert "4,000" in text and "loans.csv" in text and "D700" in text
    assert "2024-01-09" in text and "2024-01-02" not in text
    assert ("模拟数据" if lang == "zh" else "SIMULATED") in text


def test_an_empty_home_says_what_to_do_next():
    text = shown(status_view(Status(BOOK, "/home"), "en"))
    assert "daihou land" in text and "daihou night" in text


def test_text_from_outside_is_neither_markup_nor_terminal_control():
    for view in (status_view(STATUS, "zh"), explain_view(TOLD, "zh")):
        text = shown(view)
        assert "[bold red]x[/]" in text and "\x1b" not in text


def test_personal_values_are_covered_on_screen_and_in_json():
    columns = ("customer_id", "name", "id_no", "monthly_income_minor", "kind", "strange")
    row = ("C1", "张三", "110101199001011234", 500_000, "person", "secret")
    rows = TableRows("customer", columns, (row,), 1, "CNY")
    for text in (shown(table_view(rows, "zh")), json.dumps(rows.as_dict(), ensure_ascii=False)):
        assert "张**" in text and "•••34" in text
        assert not [x for x in ("张三", "19900101", "5000", "5,000", "secret") if x in text]
    seen = TableRows("customer", columns, (row,), 1, "CNY", masked=False)
    assert "张三" in shown(table_view(seen, "zh")) and "5,000.00" in shown(table_view(seen, "zh"))
    assert "自然人" in shown(table_view(rows, "zh"))


def test_a_wide_table_shows_few_rows_whole_and_many_by_their_main_columns():
    columns = tuple(f"c{n}" for n in range(8)) + ("account_id", "dpd")
    row = tuple(str(n) for n in range(8)) + ("A1", 31)
    few = TableRows("account_day", columns, (row,), 1, "CNY", JUNE, masked=False)
    assert "c7" in shown(table_view(few, "en"))
    many = TableRows("account_day", columns, (row,) * 5, 5, "CNY", JUNE, masked=False)
    text = shown(table_view(many, "en"))
    assert "c7" not in text and "A1" in text and "--limit 3" in text
    assert "no rows" in shown(table_view(TableRows("account", ("a",), (), 0, "CNY"), "en"))


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("不良率", "拨备覆盖率", "迁徙", "预警信号", "处置建议", "数据问题")),
    ("en", ("NPL ratio", "Coverage of NPL", "Roll matrix", "Signals", "Decisions",
            "Data problems")),
])  # fmt: skip
def test_the_summary_tells_a_head_of_risk_everything_once(tmp_path, lang, words):
    nights = moving_book(tmp_path, accounts=150, months=3)
    with connect(1) as connection:
        figures = figures_of(connection, nights, nights[-1].as_of, BOOK)
    text = shown(summary_view(figures, lang), width=80)
    for word in words:
        assert word in text
    assert f"{figures.totals.accounts:,}" in text and "█" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    rolled = next(line for line in text.splitlines() if line.startswith("M0  "))
    assert len(rolled.split()) == 12, "the matrix fits a narrow screen without breaking cells"


def test_the_summary_of_a_first_night_has_no_changes_and_no_rolls(tmp_path):
    with connect(1) as connection:
        first = [night(tmp_path, JUNE, account_day=[late("A", 31)])]
        text = shown(summary_view(figures_of(connection, first, JUNE, BOOK), "en"))
    assert "Roll matrix" not in text and "no hits" in text and "M2 31–60 days" in text


def test_explain_shows_hits_before_unknowns_before_misses_and_fired_before_not():
    text = shown(explain_view(TOLD, "en"))
    assert text.index("E01") < text.index("E06") < text.index("E10")
    assert text.index("watch.red") < text.index("cut.1")
    for said in ("500 bp to yellow", "60 more days", "repay: pass", "grade L", "dpd 31 → 30",
                 "81.23%", "10 earlier", "cn@1"):  # fmt: skip
        assert said in text


def test_every_shape_becomes_json():
    for shape in (STATUS, TOLD):
        text = json.dumps(shape.as_dict(), ensure_ascii=False)
        assert "2024-" in text
    assert TOLD.as_dict()["signals"][0]["name"] == {"zh": "使用率", "en": "use"}


def test_explain_shows_covered_values_as_covered():
    told = replace(TOLD, state=dict(balance_minor="•••", utilisation_bp=1))
    assert "•••" in shown(explain_view(told, "en"))
