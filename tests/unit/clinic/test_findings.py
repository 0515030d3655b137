"""What is said of small reports, each made for one rule; borders on the day and the day after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daihou.clinic import letters_for
from daihou.report.model import MonthState
from daihou.report.values import Month
from daihou.report.words import AccountState, AccountType, ReportKind
from tests.unit.clinic.kit import (
    BANK,
    CARD,
    LINE,
    LOAN,
    ON,
    a_report,
    look,
    own_look,
    said,
    seen,
)

OTHER = "东海示范银行股份有限公司"
MONTHLY = tuple(look("01", date(2026, month, 12)) for month in (2, 3, 4, 5, 6))
UNEVEN = tuple(look("01", day) for day in (date(2025, 9, 1), date(2025, 9, 20), date(2026, 6, 1)))
SETTLED = replace(
    LOAN, balance=0, state=AccountState.SETTLED, closed_on=date(2025, 6, 30), used=None
)


def test_post_loan_checks_are_told_from_applications():
    report = a_report(accounts=(LOAN,), inquiries=(*MONTHLY, own_look(date(2026, 5, 1))))
    assert {"post_loan_soft", "hard_none", "own_looks"} <= said(report)
    assert not {"hard_few", "hard_some", "hard_many"} & said(report)


def test_an_even_rhythm_is_routine_and_an_uneven_one_is_said_to_be():
    assert "post_loan_rhythm" in said(a_report(accounts=(LOAN,), inquiries=MONTHLY))
    told = said(a_report(accounts=(LOAN,), inquiries=UNEVEN))
    assert "post_loan_irregular" in told and "post_loan_rhythm" not in told


def test_an_uneven_check_near_an_arrear_is_said_and_a_far_one_is_not():
    near = replace(LOAN, history=(MonthState(Month(2025, 8), "1"),))
    far = replace(LOAN, history=(MonthState(Month(2025, 2), "1"),))
    assert "post_loan_near_arrears" in said(a_report(accounts=(near,), inquiries=UNEVEN))
    assert "post_loan_near_arrears" not in said(a_report(accounts=(far,), inquiries=UNEVEN))
    paid_late = replace(LOAN, history=(MonthState(Month(2025, 8), "M"),))
    assert "post_loan_near_arrears" not in said(a_report(accounts=(paid_late,), inquiries=UNEVEN))


def test_a_lender_with_a_balance_may_check():
    assert "checks_business_open" in said(a_report(accounts=(LOAN,), inquiries=MONTHLY))


def test_a_settled_loan_with_a_valid_line_is_open_and_unused():
    report = a_report(accounts=(SETTLED,), agreements=(LINE,), inquiries=MONTHLY)
    told = said(report)
    assert "checks_unused_line" in told and "checks_nothing_open" not in told
    assert "cancel_line" in {step.id for step in seen(report).plan}


def test_a_card_never_activated_is_open_business():
    idle = replace(CARD, state=AccountState.NOT_ACTIVATED, used=0, balance=0)
    told = said(a_report(accounts=(idle,), agreements=(replace(LINE, institution=OTHER),),
                         inquiries=MONTHLY))  # fmt: skip
    assert {"checks_unused_card", "card_inactive"} <= told


def test_checks_after_everything_ended_may_be_a_breach_where_agreements_are_listed():
    elsewhere = replace(LINE, institution=OTHER)
    report = a_report(accounts=(SETTLED,), agreements=(elsewhere,), inquiries=MONTHLY)
    assert "checks_nothing_open" in said(report)
    steps = {step.id: step for step in seen(report).plan}
    assert {"ask_lender", "complain", "dispute"} <= set(steps)
    assert steps["complain"].on == ON + timedelta(days=30)
    assert steps["dispute"].on == ON + timedelta(days=20)


def test_the_short_version_cannot_say_breach():
    short = a_report(kind=ReportKind.PBOC_SHORT_V2, accounts=(SETTLED,), inquiries=MONTHLY)
    told = said(short)
    assert "checks_after_settled" in told and "checks_nothing_open" not in told
    before = replace(SETTLED, closed_on=date(2026, 6, 30))
    assert "checks_before_end" in said(
        a_report(kind=ReportKind.PBOC_SHORT_V2, accounts=(before,), inquiries=MONTHLY)
    )


@pytest.mark.parametrize(
    ("count", "name"),
    [(1, "hard_few"), (3, "hard_few"), (4, "hard_some"), (6, "hard_some"), (7, "hard_many")],
)
def test_hard_inquiries_are_shown_against_a_range_and_never_as_a_law(count, name):
    looks = tuple(look("02", date(2026, 5, 1) + timedelta(days=n), OTHER) for n in range(count))
    finding = next(f for f in seen(a_report(inquiries=looks)).findings if f.id == name)
    assert "没有官方上限" in finding.text["zh"] and "no official limit" in finding.text["en"]
    assert {source.grade.value for source in finding.sources} >= {"C", "W"}


def test_the_pause_ends_on_the_day_on_which_three_are_left():
    days = [date(2026, 1, 15), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    report = a_report(inquiries=tuple(look("03", day, OTHER) for day in days))
    examined = seen(report)
    stop = next(step for step in examined.plan if step.id == "stop_applying")
    assert stop.on == date(2026, 7, 15)
    effect = next(one for one in examined.what_if if one.step == "stop_applying")
    assert (effect.before, effect.after) == ("4", "3")


def test_arrears_come_first_and_paying_changes_the_count():
    late = replace(LOAN, state=AccountState.OVERDUE, overdue_now=True, overdue_amount=800,
                   terms_overdue=1, latest_symbol="1")  # fmt: skip
    examined = seen(a_report(accounts=(late, CARD)))
    assert examined.findings[0].id == "arrears_now"
    assert "800元" in examined.findings[0].text["zh"]
    effect = next(one for one in examined.what_if if one.step == "pay_arrears")
    assert (effect.before, effect.after) == ("1", "0")


@pytest.mark.parametrize(("used", "name"), [(6_999, "card_use_low"), (7_000, "card_use_high")])
def test_card_use_speaks_from_seventy_per_cent(used, name):
    assert name in said(a_report(accounts=(replace(CARD, used=used, balance=used),)))


def test_what_must_be_paid_brings_use_just_below_the_line():
    high = a_report(accounts=(replace(CARD, used=9_000, balance=9_000),))
    text = next(f for f in seen(high).findings if f.id == "card_use_high").text["zh"]
    assert "需要还2,001元" in text


@pytest.mark.parametrize(("months", "told"), [(2, False), (3, True)])
def test_three_months_in_a_row_reach_the_quoted_rule(months, told):
    run = tuple(MonthState(Month(2026, 6 - n), str(months - n)) for n in range(months))
    rest = tuple(MonthState(Month(2026, 6).back(n), "N") for n in range(months, 24))
    late = replace(
        LOAN, account_type=AccountType.NON_REVOLVING, history=(*run, *rest),
        history_from=Month(2024, 7), history_to=Month(2026, 6), months_overdue_5y=months,
    )  # fmt: skip
    assert ("three_six" in said(a_report(accounts=(late,)))) is told


def test_nothing_is_promised_and_no_correct_record_is_deleted():
    from tests.unit.clinic.kit import TEXTS

    whole = "".join(TEXTS.values())
    for word in ("保证通过", "包过", "一定能", "提分", "guaranteed to", "will be approved"):
        assert word not in whole
    assert "不能提前删除" in whole


def test_letters_are_filled_from_the_report_and_blank_where_it_is_silent():
    report = a_report(accounts=(SETTLED,), agreements=(LINE,), inquiries=MONTHLY)
    letters = letters_for(seen(report), report, "zh")
    assert [letter.file_name for letter in letters] == [f"cancel_line-{BANK}-zh.txt"]
    text = letters[0].text
    assert BANK in text and "样某某" in text and "＿＿" in text and "{" not in text


def test_a_hostile_name_makes_no_path_and_no_control_signs():
    evil = "../../etc/\x1b[31m<script>\n行"
    report = a_report(
        accounts=(replace(SETTLED, institution=evil),),
        agreements=(replace(LINE, institution=evil),),
        inquiries=tuple(replace(one, institution=evil) for one in MONTHLY),
    )
    examined = seen(report)
    for lang in ("zh", "en"):
        for letter in letters_for(examined, report, lang):
            assert "/" not in letter.file_name and ".." not in letter.file_name
            assert "\x1b" not in letter.text
    assert "\x1b" not in "".join(t for f in examined.findings for t in f.text.values())


def test_only_checks_after_the_end_are_in_question_in_finding_and_letter():
    settled = replace(SETTLED, closed_on=date(2026, 4, 30))
    elsewhere = replace(LINE, institution=OTHER)
    report = a_report(accounts=(settled,), agreements=(elsewhere,), inquiries=MONTHLY)
    examined = seen(report)
    finding = next(f for f in examined.findings if f.id == "checks_nothing_open")
    assert "2次" in finding.text["zh"]
    ask = next(one for one in letters_for(examined, report, "zh") if "ask_lender" in one.file_name)
    assert "2026-05-12、2026-06-12" in ask.text and "2026-04-12" not in ask.text


def test_a_short_name_that_may_mean_a_lender_with_open_business_is_not_accused():
    short_named = tuple(replace(one, institution="样例银行") for one in MONTHLY)
    elsewhere = replace(LINE, institution=OTHER)
    told = said(a_report(accounts=(LOAN,), agreements=(elsewhere,), inquiries=short_named))
    assert "checks_nothing_open" not in told and "checks_unknown_open" in told


def test_cancelling_a_line_closes_no_card_of_the_same_lender():
    idle = replace(CARD, used=0, balance=0)
    examined = seen(a_report(accounts=(idle,), agreements=(LINE,), inquiries=MONTHLY))
    effect = next(one for one in examined.what_if if one.step == "cancel_line")
    assert (effect.before, effect.after) == ("1", "1")


def test_paying_a_bad_debt_is_counted_again():
    bad = replace(LOAN, state=AccountState.BAD_DEBT, overdue_now=None, balance=900)
    effect = next(one for one in seen(a_report(accounts=(bad,))).what_if)
    assert (effect.step, effect.before, effect.after) == ("pay_arrears", "1", "0")
