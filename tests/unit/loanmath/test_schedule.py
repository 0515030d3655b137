"""Schedules: every cent is accounted for, whatever the method, the days and the rounding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.errors import LoanTermsError
from daihou.loanmath import Loan, Method, YearlyRate, schedule
from daihou.loanmath.dates import DayCount, Frequency, add_months, year_part
from daihou.loanmath.schedule import Rounding, irregular_schedule

RATES = st.fractions(0, 1, max_denominator=10_000).map(YearlyRate)
AMOUNTS = st.integers(1, 10**11)


def percent(number: str) -> YearlyRate:
    return YearlyRate.of_percent(number)


@st.composite
def loans(draw) -> Loan:
    periods = draw(st.integers(1, 60))
    method = draw(st.sampled_from(Method))
    start = draw(st.none() | st.dates(date(2000, 1, 1), date(2060, 12, 31)))
    counts = st.sampled_from(DayCount) if start else st.just(DayCount.THIRTY_360)
    grace, holidays = 0, frozenset[int]()
    if method in (Method.EQUAL_PAYMENT, Method.EQUAL_PRINCIPAL):
        grace = draw(st.integers(0, periods - 1))
        if periods > 1:
            holidays = draw(st.frozensets(st.integers(1, periods - 1), max_size=3))
    return Loan(
        draw(AMOUNTS), draw(RATES), periods, method, draw(st.sampled_from(Frequency)), start, None,
        draw(counts), Rounding.CENT, grace, holidays,
    )  # fmt: skip


@given(loans())
@settings(max_examples=150, deadline=None)
def test_principal_adds_up_to_the_amount_and_the_balance_ends_at_nothing(loan):
    plan = schedule(loan)
    balance = loan.amount_minor
    for row in plan.rows:
        assert row.payment_minor == row.principal_minor + row.interest_minor
        balance -= row.principal_minor
        assert row.balance_minor == balance
    assert balance == 0
    assert plan.paid_minor == loan.amount_minor + plan.interest_minor


@given(
    st.integers(10**6, 10**11),
    st.fractions(0, Fraction(36, 100), max_denominator=10_000).map(YearlyRate),
    st.integers(1, 60),
    st.sampled_from(Method),
)
@settings(max_examples=60, deadline=None)
def test_rounding_to_the_cent_moves_every_payment_but_the_last_by_cents(amount, rate, n, method):
    rough = schedule(Loan(amount, rate, n, method))
    fine = schedule(Loan(amount, rate, n, method, rounding=Rounding.EXACT))
    for one, other in zip(rough.rows[:-1], fine.rows[:-1], strict=True):
        assert abs(one.payment_minor - other.payment_minor) <= 3
        assert one.principal_minor >= 0


@given(AMOUNTS, RATES, st.integers(2, 120))
@settings(max_examples=60, deadline=None)
def test_equal_principal_never_costs_more_than_equal_payment(amount, rate, periods):
    equal, falling = (
        schedule(Loan(amount, rate, periods, method, rounding=Rounding.EXACT)).interest_minor
        for method in (Method.EQUAL_PAYMENT, Method.EQUAL_PRINCIPAL)
    )
    assert falling <= equal


def test_interest_first_pays_interest_and_at_the_end_the_principal():
    rows = schedule(Loan(1_200_000, percent("6"), 12, Method.INTEREST_FIRST)).rows
    assert {row.payment_minor for row in rows[:-1]} == {6_000}
    assert rows[-1][2:6] == (1_206_000, 1_200_000, 6_000, 0)


def test_all_at_the_end_bears_simple_interest_and_has_one_row():
    rows = schedule(
        Loan(1_200_000, percent("6"), 12, Method.BULLET, start_on=date(2026, 1, 31))
    ).rows
    assert rows == ((12, date(2027, 1, 31), 1_272_000, 1_200_000, 72_000, 0, 72_000),)


def test_the_odd_days_of_a_first_period_bear_interest_by_days():
    plain = Loan(3_600_000, percent("3.6"), 12, start_on=date(2026, 1, 10))
    odd = Loan(3_600_000, percent("3.6"), 12, start_on=date(2026, 1, 10),
               first_due_on=date(2026, 2, 20))  # fmt: skip
    assert schedule(plain).rows[0].interest_minor == 10_800
    assert schedule(odd).rows[0].interest_minor == 14_400
    assert schedule(odd).rows[1].due_on == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("count", "interest"),
    [(DayCount.THIRTY_360, 30_000), (DayCount.ACTUAL_360, 28_000), (DayCount.ACTUAL_365, 27_616)],
)
def test_february_bears_interest_by_the_day_count(count, interest):
    loan = Loan(10_000_000, percent("3.6"), 2, Method.INTEREST_FIRST, start_on=date(2026, 2, 1),
                day_count=count)  # fmt: skip
    assert schedule(loan).rows[0].interest_minor == interest


def test_level_payments_stay_level_when_months_have_different_days():
    loan = Loan(10_000_000, percent("7.2"), 24, start_on=date(2026, 1, 31),
                day_count=DayCount.ACTUAL_360, rounding=Rounding.EXACT)  # fmt: skip
    assert len({row.payment_minor for row in schedule(loan).rows}) == 1


def test_a_grace_of_three_asks_for_interest_only_and_then_shares_out_the_rest():
    rows = schedule(Loan(1_200_000, percent("12"), 15, Method.EQUAL_PRINCIPAL, grace=3)).rows
    assert [row.principal_minor for row in rows] == [0, 0, 0] + [100_000] * 12
    assert [row.payment_minor for row in rows[:3]] == [12_000] * 3


def test_a_payment_holiday_adds_its_interest_to_the_balance():
    rows = schedule(Loan(1_000_000, percent("12"), 6, holidays=frozenset({3}))).rows
    assert rows[2].payment_minor == 0
    assert rows[2].balance_minor == rows[1].balance_minor + rows[2].interest_minor
    assert len({row.payment_minor for row in rows} - {0, rows[-1].payment_minor}) <= 1


def test_a_rate_of_nothing_shares_the_amount_out():
    rows = schedule(Loan(1_000, percent("0"), 3)).rows
    assert [row.payment_minor for row in rows] == [333, 333, 334]


def test_irregular_payments_go_to_interest_first_and_unpaid_interest_bears_none():
    loan = Loan(3_600_000, percent("10"), 3, start_on=date(2026, 1, 1))
    rows = irregular_schedule(
        loan, [(date(2026, 2, 1), 10_000), (date(2026, 3, 1), 130_000)], date(2026, 4, 1)
    )
    # Each month bears 300.00; 100.00 leaves 200.00 unpaid; 1,300.00 pays 500.00 and 800.00.
    assert [row.interest_minor for row in rows] == [10_000, 50_000, 29_333]
    assert [row.balance_minor for row in rows] == [3_600_000, 3_520_000, 0]
    assert sum(row.principal_minor for row in rows) == 3_600_000


@pytest.mark.parametrize(
    ("dues", "last"),
    [
        ([(date(2025, 12, 1), 1)], date(2026, 4, 1)),
        ([(date(2026, 2, 1), 10**9)], date(2026, 4, 1)),
        ([(date(2026, 2, 1), -1)], date(2026, 4, 1)),
    ],
)
def test_irregular_payments_that_cannot_be_are_refused(dues, last):
    loan = Loan(1_000, percent("10"), 3, start_on=date(2026, 1, 1))
    with pytest.raises(LoanTermsError):
        irregular_schedule(loan, dues, last)


@pytest.mark.parametrize(
    "terms",
    [
        {"amount_minor": 0}, {"amount_minor": -1}, {"amount_minor": 10**15 + 1}, {"periods": 0},
        {"periods": 601}, {"rate": YearlyRate(Fraction(-1, 100))},
        {"rate": YearlyRate(Fraction(1001, 100))}, {"grace": 12}, {"grace": -1},
        {"holidays": frozenset({12})}, {"holidays": frozenset({0})},
        {"method": Method.BULLET, "grace": 1}, {"first_due_on": date(2026, 1, 1)},
        {"day_count": DayCount.ACTUAL_365}, {"start_on": date(1899, 12, 31)},
        {"start_on": date(2026, 2, 1), "first_due_on": date(2026, 2, 1)},
    ],
    ids=str,
)  # fmt: skip
def test_terms_that_make_no_loan_are_refused(terms):
    good = {"amount_minor": 100, "rate": percent("7"), "periods": 12}
    with pytest.raises(LoanTermsError) as refused:
        Loan(**good | terms)
    assert refused.value.code == "D350"


def test_the_largest_dearest_longest_loan_ends_at_nothing():
    plan = schedule(Loan(10**15, YearlyRate(Fraction(10)), 600))
    assert plan.rows[-1].balance_minor == 0


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_a_due_day_after_a_short_month_comes_back(day, months):
    found = add_months(day, months, day.day)
    assert found.day == day.day or (found.day < day.day and add_months(found, 1, 1).day == 1)
    assert add_months(found, -months, day.day) == day


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 28), (date(2026, 1, 30), date(2026, 3, 31), 60),
        (date(2024, 2, 29), date(2024, 3, 31), 31), (date(2025, 12, 31), date(2026, 12, 31), 360),
    ],
)  # fmt: skip
def test_thirty_days_of_the_european_rule_count_day_31_as_30(first, last, days):
    assert year_part(first, last, DayCount.THIRTY_360) == Fraction(days, 360)
