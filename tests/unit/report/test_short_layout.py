"""Where things stand decides what they are: items, overview, inquiries, records."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from daihou.report.model import Unmatched
from daihou.report.pdf.glyphs import Glyph
from daihou.report.pdf.lines import lines_of, runs_of_glyphs
from daihou.report.person import OtherId
from daihou.report.short import is_short, read_short
from daihou.report.short.header import read_header
from daihou.report.short.inquiries import read_inquiries
from daihou.report.short.items import items_of
from daihou.report.short.overview import read_overview
from daihou.report.short.passage import Passage
from daihou.report.short.public import read_records
from daihou.report.values import Month
from daihou.report.words import PublicKind, ReasonClass, ReportKind
from tests.unit.report.short_kit import centred, line, lines, page, run

CARD = "2015年03月05日样例银行发放的贷记卡（人民币账户）。截至2026年05月，信用额度10,000，"
HEAD = line(
    centred(78, "编号"),
    centred(166, "查询日期"),
    centred(334, "查询机构"),
    centred(486, "查询原因"),
)


def items(*texts: str) -> list[tuple[int | None, str]]:
    return [(item.no, item.passage.text) for item in items_of(lines(*texts))[1]]


def test_a_number_glued_to_its_date_is_the_item_number():
    assert items("12026年03月05日甲。", "22025年01月01日乙。") == [
        (1, "2026年03月05日甲。"),
        (2, "2025年01月01日乙。"),
    ]


def test_the_wrapped_end_of_an_amount_is_no_item_number():
    assert items("1." + CARD + "已使用额度23,45", "2。", "2." + CARD + "尚未激活。") == [
        (1, CARD + "已使用额度23,452。"),
        (2, CARD + "尚未激活。"),
    ]


def test_a_date_at_the_start_of_a_wrapped_line_begins_no_item():
    sentence = "2023年05月01日样例银行为其他贷款授信，额度有效期至"
    assert items("1." + sentence, "2027年05月01日，可循环使用。") == [
        (1, sentence + "2027年05月01日，可循环使用。")
    ]


def test_items_without_numbers_are_parted_where_a_sentence_ends():
    assert [no for no, _ in items(CARD + "尚未激活。", CARD + "尚未激活。")] == [None, None]


def overview(*rows):
    return read_overview([line(*row, top=100 + 15 * at) for at, row in enumerate(rows)])


MAIN = (
    [(200.0, "信用卡"), (300.0, "贷款"), (380.0, "其他业务")],
    [(270.0, "购房"), (330.0, "其他")],
)


def test_counts_go_to_the_column_above_them_and_dashes_are_not_zero():
    read = overview(*MAIN, ["账户数", (210.0, "14"), (275.0, "--"), (335.0, "0"), (395.0, "3")])
    assert dict(read.counts) == {
        "cards.accounts": 14,
        "housing_loans.accounts": None,
        "other_loans.accounts": 0,
        "other_business.accounts": 3,
    }
    assert read.places["cards.accounts"].box == (210.0, 130.0, 228.0, 139.0)


def test_the_sidebars_60_and_90_are_no_counts():
    read = overview(
        *MAIN,
        [
            "发生过90天以上逾期的账户数",
            (210.0, "1"),
            (460.0, "账户和“透支超过60天”的准贷记卡账户。"),
        ],
        ["账户数", (210.0, "2"), (520.0, "60")],
    )
    assert dict(read.counts) == {"cards.overdue_90": 1, "cards.accounts": 2}
    assert read.unmatched == [Unmatched(1, "60")]


def test_the_first_generations_overview_is_known_by_its_columns():
    read = overview(
        [(200.0, "信用卡"), (270.0, "购房贷款"), (340.0, "其他贷款")],
        ["为他人担保笔数", (210.0, "--"), (284.0, "--"), (354.0, "2")],
    )
    assert read.first_generation
    assert read.counts["other_loans.guarantees"] == 2


def row(no: str, institution: str, reason: str, day: str = "2026年06月23日"):
    return [centred(78, no), centred(166, day), centred(334, institution), centred(486, reason)]


def inquiries(*found):
    title = line("机构查询记录明细")
    return read_inquiries([title, HEAD, *found])


def test_the_first_row_after_a_page_break_is_kept_without_a_head():
    read = inquiries(
        line(*row("1", "样例银行", "贷后管理"), top=700),
        line(*row("2", "示例银行", "贷款审批"), top=40, page=2),
    )
    assert [(i.no, i.institution, i.reason_code) for i in read.inquiries] == [
        (1, "样例银行", "01"),
        (2, "示例银行", "02"),
    ]


def test_a_cell_that_wraps_inside_a_word_over_the_page_end_is_joined():
    read = inquiries(
        line(*row("1", "样例消费金融股份有限公", "法人代表、负责人、高管等资信审"), top=700),
        line(centred(334, "司"), centred(486, "查"), top=40, page=2),
        line(*row("2", "示例银行", "贷款审批"), top=58, page=2),
    )
    assert read.inquiries[0].institution == "样例消费金融股份有限公司"
    assert read.inquiries[0].reason == "法人代表、负责人、高管等资信审查"
    assert read.unmatched == []


def test_cells_that_share_their_middle_belong_to_the_nearest_number():
    read = inquiries(
        line(centred(334, "样例消费金融"), top=100),
        line(centred(78, "1"), centred(166, "2026年06月23日"), centred(486, "贷后管理"), top=106),
        line(centred(334, "股份有限公司"), top=112),
        line(*row("2", "示例银行", "贷款审批"), top=130),
    )
    assert [i.institution for i in read.inquiries] == ["样例消费金融股份有限公司", "示例银行"]


def test_a_number_glued_to_its_day_is_parted():
    glued = [centred(166, "122026年06月23日"), centred(334, "样例银行"), centred(486, "贷后管理")]
    (found,) = inquiries(line(*glued)).inquiries
    assert (found.no, found.on) == (12, date(2026, 6, 23))


def test_the_first_generations_operator_stands_apart_from_the_institution():
    (found,) = inquiries(line(*row("1", "样例银行/C*BUSE*003", "贷后管理"))).inquiries
    assert (found.institution, found.operator) == ("样例银行", "C*BUSE*003")


def test_a_reason_without_a_code_is_kept_in_its_words():
    (found,) = inquiries(line(*row("1", "样例银行", "星际审查"))).inquiries
    assert (found.reason, found.reason_code, found.reason_class, found.hard) == (
        "星际审查",
        None,
        ReasonClass.OTHER,
        None,
    )


def test_own_inquiries_are_a_list_of_their_own():
    own = [line("本人查询记录明细"), HEAD, line(*row("1", "本人", "本人查询（临柜）"))]
    read = read_inquiries([line("机构查询记录明细"), HEAD, line(*row("1", "甲", "贷后管理")), *own])
    assert [(i.no, i.own, i.reason_class) for i in read.inquiries] == [
        (1, False, ReasonClass.ACCOUNT_REVIEW),
        (1, True, ReasonClass.OWN),
    ]


def test_a_row_without_a_day_is_told_and_not_guessed():
    read = inquiries(line(*row("1", "样例银行", "贷后管理", day="某日")))
    assert read.inquiries == ()
    assert len(read.unmatched) == 1


def test_two_labels_on_a_line_and_a_wrapped_value_are_one_record():
    read = read_records(
        [
            line("强制执行记录", top=100),
            line("执行法院：样例市样", (320.0, "案号：（2023）样0102执1号"), top=114),
            line("本区人民法院", top=128),
            line("申请执行标的金额：120,000", (320.0, "结案日期：2024年01月"), top=142),
        ]
    )
    (record,) = read.public
    assert record.kind is PublicKind.ENFORCEMENT
    assert record.values["court"] == "样例市样本区人民法院"
    assert record.values["amount"] == 120_000
    assert record.values["closed_on"] == Month(2024, 1)
    assert record.values["object"] is None
    assert read.unmatched == []


def test_a_label_seen_before_begins_the_next_record():
    read = read_records(
        lines("欠税记录", "主管税务机关：甲", "欠税总额：1", "主管税务机关：乙", "欠税总额：2")
    )
    assert [r.values["amount"] for r in read.public] == [1, 2]


def test_a_post_paid_account_is_read_and_a_wrong_day_is_told():
    read = read_records(
        lines(
            "后付费记录",
            "机构名称：样例电信",
            "记账年月：2026年05月",
            "业务开通日期：2026年13月01日",
        )
    )
    assert (read.post_paid[0].institution, read.post_paid[0].month) == ("样例电信", Month(2026, 5))
    assert read.unmatched == [Unmatched(1, "业务开通日期：2026年13月01日")]


@pytest.mark.parametrize("marital", ["未婚", "已婚", "离婚", "丧偶", "单身"])
def test_the_marital_state_stands_without_a_label(marital):
    header, left = read_header(
        [
            line(
                "姓名：样某某",
                (160.0, "证件类型：身份证"),
                (290.0, "证件号码：0001"),
                (500.0, marital),
            )
        ]
    )
    assert (header.name, header.id_no, header.marital, left) == ("样某某", "0001", marital, [])


def test_the_head_has_both_times_and_other_documents():
    header, left = read_header(
        [
            line("查询时间：2018.03.0810:00:01", (320.0, "报告时间：2018.03.0810:00:02")),
            line("其他证件信息：护照E00000000，军官证M0000001", top=120),
        ]
    )
    assert header.queried_at == datetime(2018, 3, 8, 10, 0, 1)
    assert header.report_at == datetime(2018, 3, 8, 10, 0, 2)
    assert header.other_ids == (OtherId("护照", "E00000000"), OtherId("军官证", "M0000001"))
    assert left == []


def test_a_place_is_of_the_characters_and_of_the_first_page_when_they_wrap():
    text = Passage([run("信用额度10,0", page=1, top=700), run("00。", page=2, top=40)])
    place = text.place(4, 10)
    assert (place.page, place.box) == (1, (96.0, 700.0, 132.0, 709.0))


def report(*texts: str):
    return read_short([page([line("信贷记录", top=50), *lines(*texts)])])


def test_the_same_sentence_twice_is_two_accounts():
    read = report(
        "信用卡",
        "从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：",
        f"1.{CARD}已使用额度500。",
        f"2.{CARD}已使用额度500。",
    )
    assert [account.no for account in read.accounts] == [1, 2]
    assert read.kind is ReportKind.PBOC_SHORT_V2


def test_an_empty_report_is_a_report_without_accounts():
    read = report("系统中没有您的信用卡、贷款和其他信贷记录。")
    assert (read.accounts, read.unmatched) == ((), ())


def test_text_outside_every_pattern_is_told_with_its_page():
    read = report("信用卡", "此处有一行从未见过的文字")
    assert read.unmatched == (Unmatched(1, "此处有一行从未见过的文字"),)
    assert next(check for check in read.checks if check.id == "all_understood").ok is False


def test_a_missing_number_fails_the_check_of_numbers():
    read = report("贷款", "从未发生过逾期的账户明细如下：", "2.2020年01月02日甲。")
    assert read.accounts == ()
    read = report(
        "信用卡",
        "从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：",
        f"1.{CARD}已使用额度500。",
        f"3.{CARD}已使用额度500。",
    )
    (check,) = [check for check in read.checks if check.id == "numbers:cards"]
    assert (check.ok, "2" in check.detail) == (False, True)


def test_a_line_repeated_on_every_page_is_told_once_and_breaks_no_sentence():
    foot = "此件仅供样例"
    first = [
        line("信贷记录", top=50),
        *lines("信用卡", "从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：", f"1.{CARD}"),
        line(foot, top=800),
    ]
    second = [line("已使用额度500。", top=100, page=2), line(foot, top=800, page=2)]
    read = read_short([page(first), page(second, 2)])
    assert read.accounts[0].used == 500
    assert read.unmatched == (Unmatched(1, foot),)


def test_a_running_head_that_the_first_page_lacks_breaks_no_sentence():
    group = "从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下："
    found = [page([line("信贷记录", top=50), *lines("信用卡", group, f"1.{CARD}")])]
    for number, text in ((2, "已使用额度50"), (3, "0，未出单的大额专项分期"), (4, "余额7。")):
        head = line("报告编号：2026063010203000000001", top=30, page=number)
        found.append(page([head, line(text, top=60, page=number)], number))
    read = read_short(found)
    assert (read.accounts[0].used, read.accounts[0].unbilled_instalments) == (500, 7)
    assert len(read.unmatched) == 1


def test_characters_drawn_in_any_order_are_read_as_they_stand():
    text, glyphs, x = "已使用额度23,450。Bank of X", [], 60.0
    for letter in text:
        width = 2.7 if letter == " " else 9.0
        if letter != " ":
            glyphs.append(Glyph(letter, x, 100, x + width, 109, 9))
        x += width
    for turn in range(5):
        disorder = glyphs[turn::5] + [g for at, g in enumerate(glyphs) if at % 5 != turn]
        (found,) = lines_of(runs_of_glyphs(disorder, 1))
        assert found.text == text


def test_a_line_beside_another_a_third_lower_is_another_line():
    beside = lines_of([run("账户数", top=100), run("透支超过60天", x=400, top=103)])
    assert [each.text for each in beside] == ["账户数", "透支超过60天"]


def test_a_short_report_is_known_by_its_headings():
    assert is_short(lines("信贷记录"))
    assert not is_short(lines("一封信"))
