"""A hidden life as a report: only what is known by the day, and it passes every reader's checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from daihou.examples.lives.make import life_of
from daihou.examples.lives.model import (
    Application,
    CourtRecord,
    HiddenAccount,
    Life,
    OwnCourse,
    Surety,
)
from daihou.examples.lives.reports import Named, report_of_life
from daihou.gateways.simulator import Look
from daihou.gateways.simulator.own_copy import own_copy_of
from daihou.report.facts import facts_of
from daihou.report.gen2 import read_gen2
from daihou.report.read import read_report
from daihou.report.values import Month
from daihou.report.words import AccountState, PublicKind
from daihou.report.writers.compare import compared
from daihou.report.writers.gen2 import write_gen2
from daihou.report.writers.page import SIGN
from daihou.report.writers.short_pdf import write_short_pdf

WHO = Named("客户7", "000000000000000007")
BANK = "模拟示例银行股份有限公司"
JUNE, JULY = date(2025, 6, 15), date(2025, 7, 15)
OPENED = date(2025, 1, 20)


def account(**changes):
    plain = HiddenAccount(
        "QD", "11", "R2", OPENED, 20_000, 0, (0, 4_000, 9_000, 15_000, 18_000, 18_500), (0,) * 6
    )
    return replace(plain, **changes)


def life(*accounts, **parts):
    return Life(7, accounts, parts.pop("applications", ()), **parts)


def report(lived, on=JULY, **more):
    return report_of_life(lived, WHO, on, **more)


def failed(one):
    read = read_gen2(write_gen2(one))
    assert [value for value in compared(one, read) if not value.exact] == []
    assert read.unmatched == ()
    return [check for check in read.checks if check.ok is False]


def failed_in_print(one, looks=()):
    short = own_copy_of(one, looks)
    read = read_report(write_short_pdf(short))
    assert [value for value in compared(short, read) if not value.exact] == []
    assert [text for text in read.unmatched if text.text != SIGN] == []
    return [c for c in read.checks if c.ok is False and c.id != "all_understood"]


def lived(seed, on):
    strikes = ((2024 * 12 + 10, 1), (2024 * 12 + 11, 2)) if seed % 3 == 0 else ()
    return life_of(5, OwnCourse(seed, date(2021, 4, 9), 9_000, strikes), on)


def some_day(seed):
    return date(2024, 2, 1) + timedelta(days=Random(seed).randint(0, 700))


@pytest.mark.parametrize("seed", range(60))
def test_a_life_goes_through_the_second_generation_and_back_without_a_failed_check(seed):
    on = some_day(seed)
    told = report_of_life(lived(seed, date(2026, 12, 31)), WHO, on)
    assert failed(told) == []
    assert facts_of(told).on == on


@pytest.mark.parametrize("seed", range(24))
def test_a_life_goes_through_the_borrowers_pdf_and_back_without_a_failed_check(seed):
    told = report_of_life(lived(seed, date(2026, 12, 31)), WHO, some_day(seed))
    assert failed_in_print(told) == []


@pytest.mark.parametrize("seed", range(30))
def test_nothing_that_happens_after_the_day_is_in_the_report(seed):
    on = some_day(seed)
    cut, whole = lived(seed, on), lived(seed, date(2027, 6, 30))
    assert report_of_life(cut, WHO, on) == report_of_life(whole, WHO, on)


@pytest.mark.parametrize("seed", range(20))
def test_months_that_two_reports_tell_are_told_alike(seed):
    whole = lived(seed, date(2026, 12, 31))
    first = report_of_life(whole, WHO, date(2025, 1, 10))
    second = report_of_life(whole, WHO, date(2025, 9, 10))
    later = {a.account_mark: {m.month: m.symbol for m in a.history} for a in second.accounts}
    compared_months = 0
    for before in first.accounts:
        for month in before.history:
            told = later[before.account_mark].get(month.month)
            if told is not None and month.symbol != "/":
                assert told == month.symbol
                compared_months += 1
    assert compared_months > 0 or not first.accounts


def test_an_account_is_told_once_its_first_month_has_ended():
    assert report(life(account()), date(2025, 1, 31)).accounts == ()
    (told,) = report(life(account()), date(2025, 2, 1)).accounts
    assert told.as_of == date(2025, 1, 31)
    assert told.balance == 0


def test_a_card_says_limit_use_average_and_highest_use():
    (card,) = report(life(account())).accounts
    assert (card.limit, card.used, card.used_max) == (20_000, 18_500, 18_500)
    assert card.used_average_6m == (0 + 4_000 + 9_000 + 15_000 + 18_000 + 18_500) // 6
    assert (card.month, card.as_of) == (Month(2025, 6), date(2025, 6, 30))
    assert card.due_this_month == card.paid_this_month == 1_800, "little paid down: the minimum"
    assert [m.symbol for m in card.history[:7]] == ["N", "N", "N", "N", "*", "*", "/"]


def test_a_card_paid_in_full_says_so():
    (card,) = report(life(account(owed=(3_000,) * 6))).accounts
    assert card.paid_this_month == 3_000


def test_arrears_are_digits_amounts_and_ages():
    late = account(kind="D1", terms=12, limit=12_000, owed=(12_000, 11_000, 10_000, 10_000, 10_000,
                   10_000), behind=(0, 0, 0, 1, 2, 3))  # fmt: skip
    (loan,) = report(life(late)).accounts
    assert loan.state is AccountState.OVERDUE
    assert [m.symbol for m in loan.history[:6]] == ["3", "2", "1", "N", "N", "*"]
    assert (loan.terms_overdue, loan.class_code, loan.months_overdue_5y) == (3, "3", 3)
    assert loan.overdue_amount == 3 * 1_080
    assert (loan.overdue_31_60, loan.overdue_61_90, loan.overdue_91_180) == (1_080, 1_080, 0)
    assert loan.paid_this_month == 0
    assert loan.last_paid_on == date(2025, 3, 20)
    before = report(life(late), date(2025, 4, 30)).accounts[0]
    assert before.state is AccountState.NORMAL, "April has not ended"


def test_a_closed_account_stays_in_the_report_and_its_agreement_is_over():
    closed = account(closed_on=date(2025, 6, 20))
    assert report(life(closed), date(2025, 6, 30)).accounts[0].state is AccountState.NORMAL
    told = report(life(closed), JULY)
    (card,), (line,) = told.accounts, told.agreements
    assert (card.state, card.closed_on, card.balance) == (
        AccountState.CLOSED, date(2025, 6, 20), 0,
    )  # fmt: skip
    assert line.state_code == "2"
    assert card.history[0].symbol == "C"


def test_a_stopped_card_and_bad_debt_have_their_states():
    late = account(behind=(0, 1, 2, 3, 4, 5), stopped_from=2025 * 12 + 4)
    assert report(life(late), date(2025, 5, 31)).accounts[0].state is AccountState.NORMAL
    assert report(life(late), date(2025, 6, 1)).accounts[0].state is AccountState.STOPPED
    bad = replace(late, bad_from=2025 * 12 + 5)
    (card,) = report(life(bad)).accounts
    assert (card.state, card.history[0].symbol) == (AccountState.BAD_DEBT, "B")
    assert facts_of(report(life(bad))).bad_debts.value == 1


def test_a_revolving_loan_has_a_valid_agreement_until_its_last_day():
    line = account(kind="R1", terms=6, owed=(0,) * 6)
    (valid,) = report(life(line), date(2025, 7, 20)).agreements
    (expired,) = report(life(line), date(2025, 7, 21)).agreements
    assert (valid.to_on, valid.state_code, expired.state_code) == (date(2025, 7, 20), "1", "2")


def test_a_surety_is_a_liability_while_it_runs_and_shows_arrears():
    surety = Surety("QD", "11", date(2024, 6, 1), date(2026, 6, 1), 120_000, 2025 * 12 + 4)
    (told,) = report(life(sureties=(surety,))).liabilities
    assert (told.role, told.state_symbol, told.class_code) == ("保证人", "2", "2")
    assert told.balance == 65_000, "eleven of 24 parts were paid before the arrears"
    assert facts_of(report(life(sureties=(surety,)))).guarantees is not None
    assert report(life(sureties=(surety,)), date(2024, 6, 15)).liabilities == ()
    assert report(life(sureties=(surety,)), date(2026, 7, 1)).liabilities == ()


def test_court_records_are_known_from_their_day_for_five_years():
    court = (CourtRecord("enforcement", JUNE, 50_000), CourtRecord("civil_judgment", JUNE, 9_000))
    troubled = life(account(), court=court)
    assert report(troubled, date(2025, 6, 14)).public_records == ()
    told = report(troubled, JUNE)
    assert [record.kind for record in told.public_records] == [
        PublicKind.CIVIL_JUDGMENT, PublicKind.ENFORCEMENT,
    ]  # fmt: skip
    assert failed(told) == failed_in_print(told) == []
    assert report(troubled, date(2030, 7, 1)).public_records == ()


def test_looks_of_others_and_of_the_ledger_stand_newest_first_within_two_years():
    asked = tuple(
        Application(on, "DW", "51", "02") for on in (date(2023, 7, 15), date(2023, 7, 16), JULY)
    )
    mine = Look(1, JUNE, BANK, "商业银行", "01", "u", "k")
    later = replace(mine, number=2, on=date(2025, 7, 16))
    own = Look(3, JUNE, "本人", "", "", "", "", own=True)
    told = report(life(account(), applications=asked), looks=(mine, later, own))
    assert [(x.on, x.institution) for x in told.inquiries] == [
        (JULY, "DW"), (JUNE, BANK), (date(2023, 7, 16), "DW"),
    ]  # fmt: skip
    assert told.summary["inquiries.post_loan_24m"] == 1
    assert told.summary["inquiries.own_1m"] == 1
    assert failed(told) == []
    assert failed_in_print(told, (mine, own)) == []


def test_in_the_borrowers_copy_lenders_have_names_and_own_looks_their_list():
    asked = (Application(JUNE, "JF", "24", "02"),)
    own = Look(3, JUNE, "本人", "", "", "", "", own=True)
    short = own_copy_of(report(life(account(), applications=asked)), (own,))
    assert short.accounts[0].institution == "模拟QD银行股份有限公司"
    assert [x.institution for x in short.inquiries] == ["模拟JF消费金融有限公司", "本人"]
    assert short.header.id_no == "*" * 14 + "0007"


def test_own_accounts_stand_under_the_banks_name_and_keep_their_numbers():
    mine = account(lender=BANK, kind="D1", terms=24)
    first = report(life(account()), JUNE, own_accounts=(mine,))
    second = report(life(account()), JULY, own_accounts=(mine,))
    assert [a.institution for a in first.accounts] == [BANK, "QD"]
    assert [a.account_mark for a in first.accounts] == [a.account_mark for a in second.accounts]


def test_somebody_without_any_business_has_an_empty_report_that_can_be_read():
    told = report(life())
    assert (told.accounts, told.inquiries, told.score.value) == ((), (), None)
    assert failed(told) == failed_in_print(told) == []
