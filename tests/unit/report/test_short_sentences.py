"""Every attested sentence is taken apart into what it says, and nothing of it is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from daihou.report.model import Unmatched
from daihou.report.short.clauses import day_of, when_of, yuan_of
from daihou.report.short.liabilities import read_liability
from daihou.report.short.passage import canonical
from daihou.report.short.sentences import read_account
from daihou.report.values import Month
from daihou.report.words import AccountState, AccountType, Section
from tests.unit.report.short_kit import passage

SAMPLES = Path(__file__).parents[2] / "samples"
ROWS = [
    row.split("\t")
    for row in (SAMPLES / "short_sentences.tsv").read_text(encoding="utf-8").splitlines()
    if row and not row.startswith("#")
]
SECTIONS = {
    "card": Section.CARDS_OVERDUE,
    "loan": Section.LOANS_OVERDUE,
    "revolving": Section.LOANS_OVERDUE,
    "disposal": Section.DISPOSALS,
    "compensation": Section.ADVANCES,
}
AMOUNTS = {
    "limit": "limit",
    "used": "used",
    "installment": "unbilled_instalments",
    "bal": "balance",
    "overdraft": "balance",
    "overdue": "overdue_amount",
    "amount": "amount",
    "amt": "amount",
    "months": "months_overdue_5y",
    "m90": "months_overdue_90_5y",
}
TEXTS = {
    "type": "type",
    "tail": "card_tail",
    "inst": "institution",
    "party": "debtor",
    "role": "role",
    "contract": "contract_no",
}
WHENS = {
    "open": "opened_on",
    "due": "due_on",
    "closed": "closed_on",
    "end": "closed_on",
    "until": "line_until",
    "paid": "last_paid_on",
}
SAYS = {
    "inactive=True": ("state", AccountState.NOT_ACTIVATED),
    "bad_debt=True": ("state", AccountState.BAD_DEBT),
    "overdue_now=True": ("overdue_now", True),
    "no_overdue_now=True": ("overdue_now", False),
    "no90=没有发生过90天以上逾期": ("months_overdue_90_5y", 0),
    "how=结清": ("state", AccountState.SETTLED),
    "how=转出": ("state", AccountState.TRANSFERRED),
    "forever=长期有效": ("line_open_ended", True),
    "revolving=不可循环使用": ("revolving", False),
    "state=当前无逾期": ("overdue_now", False),
    "state=当前有逾期": ("overdue_now", True),
    "kind=透支超过60天": ("account_type", AccountType.QUASI_CARD),
    "cur=美元": ("currency", "USD"),
}


def expected(told: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for part in told.split(";"):
        key, _, text = part.partition("=")
        if part in SAYS:
            name, value = SAYS[part]
            values[name] = value
        elif key in AMOUNTS:
            values[AMOUNTS[key]] = yuan_of(text)
        elif key in WHENS:
            values[WHENS[key]] = when_of(text)
        else:
            values[TEXTS[key]] = text
    return values


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]} {row[2]}")
def test_an_attested_sentence_gives_what_it_says_and_leaves_nothing(row):
    _, kind, told, sentence = row
    text = passage(sentence.removeprefix("3."))
    if kind == "liability":
        record, left = read_liability(text, 1)
    else:
        record, left = read_account(text, SECTIONS[kind], 1)
    assert left == []
    want = expected(told)
    assert {name: getattr(record, name) for name in want} == want
    assert record.text == canonical(sentence.removeprefix("3."))
    assert set(want) - set(record.places) <= {"account_type"}


def card(tail: str, section: Section = Section.CARDS_CLEAN):
    head = "2015年03月05日样例银行发放的贷记卡（人民币账户）。截至2026年05月，信用额度10,000，"
    return read_account(passage(head + tail), section, 1)


def test_a_card_of_the_never_overdue_group_has_no_months_overdue():
    account, _ = card("已使用额度500。")
    assert (account.overdue_now, account.months_overdue_5y, account.months_overdue_90_5y) == (
        False,
        0,
        0,
    )


def test_what_the_sentence_of_an_overdue_group_does_not_say_stays_unknown():
    account, _ = card("已变成呆账，余额18,765。", Section.CARDS_OVERDUE)
    assert account.overdue_now is None
    assert account.months_overdue_90_5y is None


def test_a_clause_that_is_not_known_is_told_and_the_rest_is_kept():
    account, left = card("已使用额度500，已转为金卡。")
    assert account.used == 500
    assert left == [Unmatched(1, "已转为金卡")]


def test_a_currency_that_is_not_known_is_told_and_not_guessed():
    sentence = "2015年03月05日样例银行发放的贷记卡（月球币账户）。截至2026年05月，信用额度1。"
    account, left = read_account(passage(sentence), Section.CARDS_CLEAN, 1)
    assert account.currency is None
    assert left == [Unmatched(1, "月球币")]


def test_a_day_that_does_not_exist_makes_the_sentence_untrusted():
    sentence = "2015年02月30日样例银行发放的贷记卡（人民币账户）。截至2026年05月，信用额度1。"
    assert read_account(passage(sentence), Section.CARDS_CLEAN, 1) == (
        None,
        [Unmatched(1, canonical(sentence))],
    )


def test_two_amounts_for_one_value_are_not_chosen_between():
    account, left = card("已使用额度500，已使用额度600。")
    assert account.used == 500
    assert left == [Unmatched(1, "已使用额度600")]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("冻结", AccountState.FROZEN),
        ("止付", AccountState.STOPPED),
        ("银行止付", AccountState.STOPPED_BY_BANK),
        ("尚未激活", AccountState.NOT_ACTIVATED),
    ],
)
def test_a_state_that_stands_as_a_bare_word_is_read(word, state):
    account, left = card(f"{word}。")
    assert (account.state, left) == (state, [])


def test_a_loan_overdue_now_is_overdue_and_a_card_overdue_now_is_not():
    loan = (
        "2020年01月02日样例银行发放的9,000元（人民币）其他贷款，2030年01月02日到期。"
        "截至2026年05月，余额8,000，当前有逾期。"
    )
    account, _ = read_account(passage(loan), Section.LOANS_OVERDUE, 1)
    assert account.state is AccountState.OVERDUE
    account, _ = card("余额500，当前有逾期。", Section.CARDS_OVERDUE)
    assert (account.state, account.overdue_now) == (AccountState.NORMAL, True)


def test_a_sentence_of_endless_length_is_told_and_not_searched():
    account, left = read_account(passage("2020年01月02日" + "为" * 9000), Section.LOANS_CLEAN, 1)
    assert account is None
    assert len(left) == 1


def test_half_width_marks_become_full_width_and_amounts_stay():
    text = "账户).截至2026年05月,信用额度10,000,余额29,000.2023年04月已结清.(www.pbccrc.org.cn)"
    assert canonical(text) == (
        "账户）。截至2026年05月，信用额度10,000，余额29,000。2023年04月已结清。（www.pbccrc.org.cn）"
    )
    assert canonical("报告时间:2026-06-30 10:20:30") == "报告时间：2026-06-30 10:20:30"


def test_days_and_months_are_read_in_both_generations_forms():
    assert day_of("2018.03.08") == day_of("2018年3月8日") == date(2018, 3, 8)
    assert when_of("2018年3月") == Month(2018, 3)


def test_the_first_generations_guarantee_is_a_liability():
    sentence = (
        "2014年3月5日，为样某某（证件类型：身份证，证件号码：**************0014）在样例银行"
        "办理的贷款提供担保，担保贷款合同金额500,000，担保金额300,000。"
        "截至2018年1月5日，担保贷款本金余额200,000。"
    )
    record, left = read_liability(passage(sentence), 1)
    assert left == []
    assert (record.role, record.amount, record.balance) == ("保证人", 300_000, 200_000)
