"""The terminal view of a credit report: what matters first, in both languages, at any width."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from daihou.desk.borrower.changes import change_lines
from daihou.desk.borrower.layout import MARKS, grid, place_of, tiles, timeline
from daihou.desk.borrower.view import borrower_view
from daihou.desk.borrower.words import WORDS
from daihou.jobs.telling import told_of
from daihou.report import Report, ReportKind
from daihou.report.model import Check, Inquiry, Unmatched
from daihou.report.person import Header
from daihou.report.words import AccountState, PublicKind, ReasonClass, Section
from tests.unit.desk.borrower_kit import HOSTILE, TODAY, invented, said, told


def seen(shown, lang="zh", width=100):
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(borrower_view(shown, lang))
    return console.file.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 160])
def test_no_line_is_wider_than_the_screen(lang, width):
    text = seen(told(), lang, width)
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_what_matters_stands_before_the_figures_and_the_records():
    text = seen(told())
    order = [text.index(word) for word in ("现在有账户逾期", "现有债务", "行动建议", "信贷账户")]
    assert order == sorted(order)


def test_every_direction_has_a_sign_and_every_sentence_its_grade():
    text = seen(told(), "en")
    assert "▼ An account is overdue." in text
    assert "▲ An account is old." in text
    assert "[L] 征信业管理条例 第十六条" in text and "[W]" in text


def test_signs_of_the_timeline_tell_classes_apart_without_colour():
    assert set(MARKS) == {one.value for one in ReasonClass}
    assert MARKS["new_credit"] != MARKS["account_review"] != MARKS["own"]


def test_what_a_report_says_cannot_act_on_the_terminal():
    report = replace(
        invented(), unmatched=(Unmatched(1, HOSTILE),), header=Header(name=HOSTILE + "[bold]x[/]")
    )
    shown = told(report)
    shown["report"]["findings"] = [said("hurts", HOSTILE, HOSTILE, ("accounts", 0))]
    text = seen(shown)
    assert "\x1b" not in text and "\u202e" not in text
    assert "<img src=x" in text


def test_doubts_are_shown():
    report = replace(
        invented(), unmatched=(Unmatched(3, "看不懂"),),
        checks=(Check("a", True, "对"), Check("b", False, "账户数不符"), Check("c", None, "")),
    )  # fmt: skip
    text = seen(told(report))
    assert "? 第3页 看不懂" in text
    assert "✗ 账户数不符" in text
    assert "1 项核对相符，1 项无法核对" in text


def test_an_unknown_figure_is_no_zero():
    shown = told()
    shown["figures"] |= {"overdue_accounts": None, "debt": None}
    shown["at_least"] = {"overdue_accounts": 2}
    by_name = {tile.name.en: tile for tile in tiles(shown)}
    assert by_name["Debt now"].value == "–"
    assert by_name["Overdue now"].value == "≥ 2"
    assert by_name["Overdue now"].mood == "bad"


def test_an_empty_report_can_be_shown():
    text = seen(told_of(Report(ReportKind.PBOC_SHORT_V2, Header()), today=TODAY))
    assert "没有查询记录" in text


def looks(*rows):
    inquiries = tuple(
        Inquiry(on, name, "贷款审批", "02", ReasonClass.NEW_CREDIT, True, own)
        for on, name, own in rows
    )
    report = Report(ReportKind.PBOC_SHORT_V2, Header(), inquiries=inquiries)
    return timeline(told_of(report, today=date(2026, 6, 30)))


def test_the_timeline_has_24_months_and_counts_what_it_does_not_draw():
    line = looks(
        (date(2024, 7, 1), "甲", False), (date(2026, 6, 30), "甲", False),
        (date(2024, 6, 30), "乙", False), (None, "乙", False), (date(2026, 1, 1), "本人", True),
    )  # fmt: skip
    assert (str(line.first), str(line.last)) == ("2024-07", "2026-06")
    assert [(lane.institution, len(lane.looks)) for lane in line.lanes] == [("甲", 2), ("本人", 1)]
    assert [look.month for look in line.lanes[0].looks] == [0, 23]
    assert (line.older, line.undated) == (1, 1)


def test_a_grid_puts_each_month_in_its_place():
    months = [{"month": "2025-12", "symbol": "N", "overdue": None},
              {"month": "2026-01", "symbol": "1", "overdue": 500}]  # fmt: skip
    rows = grid({"history": months, "overdue_months": ()}).rows
    assert [year for year, _ in rows] == [2026, 2025]
    assert rows[0][1][0] == ("1", 500) and rows[1][1][11] == ("N", None)
    assert rows[0][1][1] is None
    assert grid({"history": (), "overdue_months": ()}) is None


def test_evidence_names_record_and_page():
    record = {"accounts": [{"institution": "样例银行", "places": {"": {"page": 2}}}]}
    anchor, name, page = place_of(record, {"kind": "accounts", "index": 0})
    assert (anchor, name.zh, page) == ("r-accounts-0", "样例银行 账户1", 2)
    assert place_of(record, {"kind": "accounts", "index": 7})[0] == "r-accounts"
    assert place_of(record, {"kind": "summary", "index": 0})[1].en == "overview"


def test_every_value_of_a_closed_list_has_a_name():
    lists = {"section": Section, "state": AccountState, "class": ReasonClass,
             "public": PublicKind, "kind": ReportKind}  # fmt: skip
    missing = [f"{g}.{v.value}" for g, kind in lists.items() for v in kind]
    assert [name for name in missing if name not in WORDS] == []


def compared(change_old):
    old, new = invented(20), invented(20)
    day = new.header.report_at
    old = replace(old, header=replace(old.header, report_at=day.replace(year=day.year - 1, day=1)))
    return told_of(new, change_old(old), today=TODAY)["changes"]


def test_a_report_compared_with_itself_has_no_change():
    report = invented(20)
    changes = told_of(report, report, today=TODAY)["changes"]
    assert [one for one in changes["changes"] if one["event"] != "changed"] == []
    assert [line for line in change_lines(changes) if line["direction"] == "hurts"] == []


def test_new_looks_and_changed_balances_are_told_in_words():
    account = next(a for a in invented(20).accounts if a.balance and a.state == "normal")
    index = invented(20).accounts.index(account)

    def fewer(report):
        accounts = list(report.accounts)
        accounts[index] = replace(account, balance=account.balance + 1_000)
        return replace(report, accounts=tuple(accounts), inquiries=())

    lines = change_lines(compared(fewer))
    told_zh = "\n".join(line["text"]["zh"] for line in lines)
    assert f"余额由 {account.balance + 1_000:,} 变为 {account.balance:,}" in told_zh
    assert "新增查询" in told_zh and "这次才出现" in told_zh
    assert all(line["text"]["en"] and "None" not in line["text"]["en"] for line in lines)
