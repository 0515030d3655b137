"""Repricing: the rate of the day of repricing holds from that day, and the debt still ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.errors import LoanTermsError
from daihou.loanmath import Floating, Loan, Method, YearlyRate, reprice, schedule
from daihou.loanmath.reprice import ResetOn, benchmark_on

P = YearlyRate.of_percent
LOAN = Loan(100_000_000, P("3.95"), 360, start_on=date(2024, 3, 20))
LPR = {date(2024, 1, 20): P("4.2"), date(2024, 10, 21): P("3.6"), date(2025, 5, 20): P("3.5")}
FLOATING = Floating(-30, LPR)


def test_on_1_january_the_benchmark_last_published_counts():
    changes = reprice(LOAN, FLOATING).changes
    assert [(c.on, c.rate) for c in changes] == [
        (date(2024, 3, 20), P("3.95")), (date(2025, 1, 1), P("3.3")), (date(2026, 1, 1), P("3.2")),
    ]  # fmt: skip


def test_on_the_anniversary_the_payment_is_that_of_a_new_loan_over_the_rest():
    result = reprice(LOAN, replace(FLOATING, reset_on=ResetOn.ANNIVERSARY))
    change = result.changes[1]
    assert (change.on, change.rate) == (date(2025, 3, 20), P("3.3"))
    rest = schedule(Loan(change.balance_minor, P("3.3"), 348))
    assert change.payment_minor == rest.rows[0].payment_minor
    assert change.balance_minor == schedule(LOAN).rows[11].balance_minor
    assert result.changes[2].on == date(2026, 3, 20)


def test_the_month_of_a_repricing_bears_interest_by_days_at_each_rate():
    rows = reprice(LOAN, FLOATING).plan.rows
    # From 20 December to 20 January: eleven days of thirty at 3.95 %, nineteen at 3.30 %.
    balance = rows[8].balance_minor
    assert rows[9].due_on == date(2025, 1, 20)
    assert rows[9].interest_minor == round(balance * (0.0395 * 11 + 0.033 * 19) / 360)
    assert rows[9].principal_minor == schedule(LOAN).rows[9].principal_minor


def test_the_day_of_publication_counts_and_the_day_before_does_not():
    assert benchmark_on(LPR, date(2024, 10, 21)) == P("3.6")
    assert benchmark_on(LPR, date(2024, 10, 20)) == P("4.2")
    with pytest.raises(LoanTermsError):
        benchmark_on(LPR, date(2024, 1, 19))


def test_a_benchmark_that_does_not_move_changes_nothing():
    still = Floating(-25, {date(2024, 1, 1): P("4.2")})
    result = reprice(LOAN, still)
    assert result.plan.rows == schedule(LOAN).rows
    assert len(result.changes) == 1


@given(
    st.dates(date(2020, 1, 1), date(2023, 12, 31)),
    st.lists(st.integers(100, 900), min_size=1, max_size=6),
    st.sampled_from([m for m in Method if m is not Method.BULLET]),
    st.sampled_from(ResetOn),
    st.sampled_from([3, 6, 12]),
)
@settings(max_examples=60, deadline=None)
def test_the_debt_ends_whatever_the_benchmark_does(start, values, method, reset, every):
    benchmark = {date(2020 + n, 1, 1): YearlyRate.of_percent(v).plus_bp(0) for n, v in
                 enumerate([4] + [v // 100 for v in values])}  # fmt: skip
    loan = Loan(10_000_000, P("4"), 60, method, start_on=start)
    result = reprice(loan, Floating(50, benchmark, reset, every))
    rows = result.plan.rows
    assert len(rows) == 60
    assert sum(row.principal_minor for row in rows) == 10_000_000
    assert rows[-1].balance_minor == 0
    balance = 10_000_000
    for row in rows:
        balance -= row.principal_minor
        assert (row.balance_minor, row.payment_minor) == (
            balance, row.principal_minor + row.interest_minor
        )  # fmt: skip


@pytest.mark.parametrize(
    "terms", [{"start_on": None}, {"grace": 3}, {"holidays": frozenset({3})},
              {"method": Method.BULLET}], ids=str,
)  # fmt: skip
def test_loans_that_repricing_cannot_follow_are_refused(terms):
    with pytest.raises(LoanTermsError):
        reprice(replace(LOAN, **terms), FLOATING)


def test_a_rate_below_nothing_is_refused():
    with pytest.raises(LoanTermsError):
        reprice(LOAN, replace(FLOATING, spread_bp=-500))
