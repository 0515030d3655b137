"""Schedules to the minor unit, the calendar of a window, draws, and the measured roll rates."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.examples.bank.amounts import (
    BULLET,
    EQUAL_INSTALMENT,
    EQUAL_PRINCIPAL,
    Terms,
    balance_after,
    growth,
    interest_of,
    level_instalment,
    schedules,
)
from daihou.examples.bank.calibration import BUCKETS, Movers, load_calibration
from daihou.examples.bank.days import Calendar
from daihou.examples.bank.draws import Draws
from daihou.examples.bank.frames import texts
from daihou.examples.bank.paths import bucket_paths, next_bucket


def ints(*values):
    return np.asarray(values, dtype=np.int64)


loans = st.tuples(
    st.integers(10_000, 10**10),
    st.integers(0, 3_600),
    st.integers(1, 60),
    st.sampled_from([0, 1, 2]),
)


@settings(max_examples=150, deadline=None)
@given(loans)
def test_principal_sums_to_the_amount_and_interest_is_on_what_is_owed(loan):
    terms = Terms(*(ints(value) for value in loan))
    principal, interest = (rows[0] for rows in schedules(terms, loan[2] + 3))
    assert principal.sum() == loan[0]
    assert (principal >= 0).all() and (interest >= 0).all()
    assert (principal[loan[2] :] == 0).all() and (interest[loan[2] :] == 0).all()
    owed = loan[0] - np.concatenate([[0], np.cumsum(principal)[:-1]])
    assert (interest[: loan[2]] == interest_of(owed, ints(loan[1]))[: loan[2]]).all()


@settings(max_examples=100, deadline=None)
@given(loans)
def test_equal_instalments_are_equal_but_the_last_differs_by_rounding_alone(loan):
    amount, rate, dues, _ = loan
    terms = Terms(ints(amount), ints(rate), ints(dues), ints(EQUAL_INSTALMENT))
    whole = np.add(*schedules(terms, dues))[0]
    assert len(set(whole[:-1])) <= 1
    # Half a minor unit of rounding in the instalment and in each interest, with interest on it.
    assert abs(int(whole[-1]) - int(level_instalment(terms)[0])) <= 2 + 2 * dues * (1 + rate // 300)


def test_equal_instalment_of_a_known_loan():
    terms = Terms(ints(1_200_000), ints(1_200), ints(12), ints(EQUAL_INSTALMENT))
    assert level_instalment(terms)[0] == 106_619
    principal, interest = schedules(terms, 12)
    assert interest[0, 0] == 12_000 and principal[0, 0] == 94_619


def test_equal_principal_and_bullet_of_a_known_loan():
    terms = Terms(ints(100_000, 100_000), ints(1_200, 1_200), ints(3, 3),
                  ints(EQUAL_PRINCIPAL, BULLET))  # fmt: skip
    principal, interest = schedules(terms, 3)
    assert principal.tolist() == [[33_333, 33_333, 33_334], [0, 0, 100_000]]
    assert interest.tolist() == [[1_000, 667, 333], [1_000, 1_000, 1_000]]


@settings(max_examples=100, deadline=None)
@given(loans, st.data())
def test_balance_after_some_dues_is_what_the_schedule_leaves_but_for_rounding(loan, data):
    paid = data.draw(st.integers(0, loan[2] - 1))
    terms = Terms(*(ints(value) for value in loan))
    principal, _ = schedules(terms, loan[2])
    left = loan[0] - int(principal[0, :paid].sum())
    assert abs(int(balance_after(terms, ints(paid))[0]) - left) <= 2 + 2 * paid * (
        1 + loan[1] // 300
    )


@given(st.integers(0, 3_600), st.integers(0, 360))
def test_growth_is_the_power(rate, months):
    assert growth(ints(rate), ints(months))[0] == pytest.approx((1 + rate / 120_000) ** months)


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 12, 31)])
def test_a_due_day_beyond_the_month_is_its_last_day(as_of):
    calendar = Calendar.ending(as_of, 12)
    epoch = date(1970, 1, 1)
    last = ints(11)
    assert epoch + timedelta(int(calendar.on(last, ints(31))[0])) == as_of
    assert epoch + timedelta(int(calendar.on(last, ints(1))[0])) == as_of.replace(day=1)
    assert calendar.month_of(ints(calendar.as_of, calendar.as_of + 1)).tolist() == [11, 12]
    assert calendar.month_of(calendar.start(ints(-480, 0, 11))).tolist() == [-480, 0, 11]


def test_a_stream_depends_on_seed_chunk_and_name_alone():
    one, other = Draws(5, 3), Draws(5, 3)
    one.share("noise", 100)
    assert (one.share("a", 7) == other.share("a", 7)).all()
    assert (one.share("a", 7) == one.share("a", 20)[:7]).all()
    for different in (Draws(6, 3), Draws(5, 4)):
        assert (different.share("a", 7) != one.share("a", 7)).any()
    assert (one.share("b", 7) != one.share("a", 7)).any()


def test_draws_are_known_numbers_that_no_version_of_a_library_may_change():
    assert (Draws(1, 0).share("golden", 4) * 2**32).astype(int).tolist() == [
        3443777549, 2335991799, 1076500616, 4210142704]  # fmt: skip


def test_shares_are_kept():
    draws = Draws(1, 1)
    found = np.bincount(draws.pick("p", (0.5, 0.3, 0.2), 50_000)) / 50_000
    assert found == pytest.approx([0.5, 0.3, 0.2], abs=0.01)
    assert draws.below("b", 5, 1000).min() == 0 and draws.below("b", 5, 1000).max() == 4


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=5))
def test_names_are_numbers_of_fixed_width(numbers):
    made = texts("客", (ints(*numbers), 10), "-", (ints(*numbers) % 100, 2)).to_pylist()
    assert made == [f"客{n:010}-{n % 100:02}" for n in numbers]


def test_no_borrower_falls_more_than_one_due_behind_in_a_month():
    calibration = load_calibration()
    for movers in (calibration.loan, calibration.card):
        paths = bucket_paths(movers, Draws(1, 0), "t", 5_000, 24)
        assert (np.diff(paths, axis=1) <= 1).all()
        assert 0 < (paths.max(axis=1) > 0).mean() < movers.share + 0.03


def test_the_next_bucket_follows_the_matrix():
    rows = [[0] * BUCKETS for _ in range(BUCKETS)]
    for number, row in enumerate(rows):
        row[0], row[min(number + 1, 7)] = 400_000, 600_000
    movers = Movers.of(10_000, rows)
    assert next_bucket(movers, ints(0, 0, 7, 7), np.array([0.39, 0.4, 0.39, 0.99])).tolist() == [
        0, 1, 0, 7]  # fmt: skip


def test_simulated_roll_rates_of_loans_are_those_counted_on_the_real_set():
    paths = bucket_paths(load_calibration().loan, Draws(2, 0), "fit", 40_000, 37)
    now, after = paths[:, :-1].ravel(), paths[:, 1:].ravel()
    for bucket, real in ((0, 0.0338), (1, 0.0984), (2, 0.1956), (3, 0.2602)):
        assert (after[now == bucket] > bucket).mean() == pytest.approx(real, rel=0.08)
