"""Months run to the same day of a later month, or its last one."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daihou.law.terms import add_months
from daihou.night.dates import add_months as add_back


def test_six_months_from_31_august_end_with_february():
    assert add_months(date(2022, 8, 31), 6) == date(2023, 2, 28)
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)


def test_a_year_from_the_leap_day_ends_on_28_february():
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


@given(
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.integers(0, 60),
    st.integers(-40, 40),
)
def test_counting_back_from_tonight_equals_counting_on_from_the_start(as_of, months, shift):
    """The night compares with a day counted back; the judge counts on: they must agree."""
    start = add_back(as_of, -months) + timedelta(days=shift)
    assert (add_months(start, months) <= as_of) == (start <= add_back(as_of, -months))
