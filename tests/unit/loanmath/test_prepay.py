"""Early repayment: what is saved is what the two ledgers differ by, less penalty and income."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.errors import LoanTermsError
from daihou.loanmath import Loan, Method, Prepayment, YearlyRate, prepay, schedule
from daihou.loanmath.prepay import Keep, Penalty, compare_prepayments, prepay_fee_plan

LOAN = Loan(10_000_000, YearlyRate.of_percent("7.2"), 36, start_on=date(2026, 1, 31))
FULL = Prepayment(after=12)


@given(
    st.sampled_from([m for m in Method if m is not Method.BULLET]),
    st.integers(0, 35),
    st.integers(1, 100),
    st.sampled_from(Keep),
)
@settings(max_examples=80, deadline=None)
def test_all_principal_is_repaid_once(method, after, share, keep):
    loan = replace(LOAN, method=method)
    before = schedule(loan).rows[after - 1].balance_minor if after else loan.amount_minor
    amount = max(1, before * share // 100)
    result = prepay(loan, Prepayment(after=after, amount_minor=amount, keep=keep))
    later = result.plan.rows
    assert sum(row.principal_minor for row in later) == before - amount
    assert result.saved_interest_minor >= 0
    assert result.net_minor == result.saved_interest_minor
    assert not later or later[-1].balance_minor == 0
    assert result.periods_left_with <= result.periods_left_without


@given(st.integers(0, 35))
def test_repaying_all_saves_all_interest_that_was_left(after):
    result = prepay(LOAN, Prepayment(after=after))
    assert result.interest_left_with_minor == 0
    assert result.saved_interest_minor == result.interest_left_without_minor
    assert result.interest_paid_minor + result.interest_left_without_minor == (
        schedule(LOAN).interest_minor
    )


def test_shortening_the_term_saves_more_than_lowering_the_payment():
    both = compare_prepayments(LOAN, replace(FULL, amount_minor=3_000_000))
    shorter, lower = both[Keep.PAYMENT], both[Keep.TERM]
    assert shorter.saved_interest_minor > lower.saved_interest_minor
    assert shorter.payment_with_minor == shorter.payment_without_minor
    assert lower.periods_left_with == 24 > shorter.periods_left_with


def test_half_of_the_term_is_not_too_late_only_less():
    saved = [prepay(LOAN, Prepayment(after=n)).saved_interest_minor for n in (6, 18, 30)]
    assert saved == sorted(saved, reverse=True)
    assert saved[-1] > 0


@pytest.mark.parametrize(
    ("penalty", "asked"),
    [
        (Penalty(), 0),
        (Penalty(share=Fraction(1, 100)), 69_029),
        (Penalty(months_interest=1), 41_417),
        (Penalty(fixed_minor=20_000), 20_000),
        (Penalty(share=Fraction(1, 100), fixed_minor=1), 69_030),
        (Penalty(share=Fraction(1, 100), free_after=12), 0),
        (Penalty(share=Fraction(1, 100), free_after=13), 69_029),
    ],
)
def test_a_penalty_is_asked_for_until_it_is_free(penalty, asked):
    result = prepay(LOAN, replace(FULL, penalty=penalty))
    assert result.balance_before_minor == 6_902_888
    assert result.penalty_minor == asked
    assert result.net_minor == result.saved_interest_minor - asked


def test_net_benefit_is_saved_interest_less_penalty_and_income():
    early = replace(FULL, penalty=Penalty(fixed_minor=10_000), earning=YearlyRate.of_percent("2"))
    result = prepay(LOAN, early)
    assert result.income_lost_minor > 0
    assert result.net_minor == (
        result.saved_interest_minor - result.penalty_minor - result.income_lost_minor
    )
    assert 0 < result.net_now_minor < result.net_minor


def test_money_that_earns_what_the_loan_costs_gains_nothing_within_cents():
    result = prepay(LOAN, replace(FULL, earning=LOAN.rate))
    assert abs(result.net_minor) <= 36


def test_a_day_between_due_days_pays_the_interest_of_its_days():
    on_due = prepay(LOAN, Prepayment(on=date(2027, 1, 31)))
    assert (on_due.after, on_due.accrued_minor) == (12, 0)
    assert on_due.amount_minor == prepay(LOAN, FULL).amount_minor
    later = prepay(LOAN, Prepayment(on=date(2027, 2, 10)))
    assert later.after == 12
    # Ten days by 30/360: from day 30 to day 10 of the next month.
    assert later.accrued_minor == round(6_902_888 * 0.072 * 10 / 360)


def test_part_repayment_between_due_days_splits_the_interest_of_the_month():
    result = prepay(LOAN, Prepayment(on=date(2027, 2, 10), amount_minor=3_902_888))
    first = result.plan.rows[0]
    assert first.interest_minor == round(3_000_000 * 0.072 * 20 / 360)


def test_repaying_part_of_a_loan_due_at_the_end_saves_its_interest_from_then_on():
    loan = replace(LOAN, method=Method.BULLET)
    result = prepay(loan, Prepayment(after=12, amount_minor=5_000_000))
    assert result.accrued_minor == 360_000
    assert result.saved_interest_minor == 720_000


@pytest.mark.parametrize(
    "early",
    [
        Prepayment(), Prepayment(after=1, on=date(2026, 5, 1)), Prepayment(after=36),
        Prepayment(after=-1), Prepayment(on=date(2026, 1, 1)), Prepayment(on=date(2029, 2, 1)),
        Prepayment(after=12, amount_minor=6_902_889), Prepayment(after=12, amount_minor=0),
    ],
    ids=str,
)  # fmt: skip
def test_an_early_repayment_that_cannot_be_is_refused(early):
    with pytest.raises(LoanTermsError):
        prepay(LOAN, early)


def test_a_fee_that_does_not_stop_makes_early_repayment_save_nothing():
    fee = Fraction(6, 1000)
    kept = prepay_fee_plan(1_200_000, 12, fee, 6, fee_stops=False)
    assert (kept.fees_paid_minor, kept.fees_still_due_minor, kept.saved_minor) == (
        43_200,
        43_200,
        0,
    )
    stopped = prepay_fee_plan(1_200_000, 12, fee, 6, fee_stops=True)
    assert (stopped.fees_still_due_minor, stopped.saved_minor) == (0, 43_200)
