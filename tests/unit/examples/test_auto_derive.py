"""What is derived and chosen for the auto book, by hand and by property."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daihou.examples.auto.derive import (
    Due,
    Ending,
    FirstReport,
    Month,
    day_in_month,
    defer,
    due_day_of,
    dues_paid_ahead,
    ending_of,
    month_end_of,
    oldest_unpaid,
    schedule_of,
)

END = date(2019, 8, 31)
REPORT = FirstReport(
    period_end=END, first_due_month=date(2019, 6, 1), matures_month=date(2025, 5, 1),
    amount_minor=1_000_000, rate_ppm=60_000, term=72, scheduled_minor=16_573,
    next_due_minor=16_573, days_late=0, balance_minor=965_000,
)  # fmt: skip


def test_due_day_is_the_middle_of_the_month_when_nothing_was_late():
    assert due_day_of(REPORT) == 15
    assert schedule_of(REPORT)[0].due_on == date(2019, 9, 15)


def test_due_day_is_published_when_the_loan_was_late():
    late = replace(REPORT, days_late=3, next_due_minor=2 * 16_573)
    assert due_day_of(late) == 28
    assert [(d.due_on, d.total_minor) for d in schedule_of(late)[:3]] == [
        (date(2019, 8, 28), 16_573), (date(2019, 9, 28), 16_573), (date(2019, 10, 28), 16_573),
    ]  # fmt: skip


def test_arrears_of_more_than_a_payment_lie_on_two_due_days_when_two_have_passed():
    late = replace(REPORT, days_late=40, next_due_minor=16_573 * 2 + 10_000)
    assert [(d.due_on, d.total_minor) for d in schedule_of(late)[:2]] == [
        (date(2019, 7, 22), 10_000), (date(2019, 8, 22), 16_573),
    ]  # fmt: skip


def test_small_old_remainder_lies_on_the_published_due_day():
    late = replace(REPORT, days_late=13, next_due_minor=2 * 16_573 + 180)
    first, second = schedule_of(late)[:2]
    assert (first.due_on, first.total_minor) == (date(2019, 8, 18), 16_573 + 180)
    assert second.due_on == date(2019, 9, 18)


def test_credit_lowers_the_next_payment_as_published():
    assert schedule_of(replace(REPORT, next_due_minor=4_000))[0].total_minor == 4_000


def test_nothing_due_next_skips_at_least_one_payment_and_more_when_the_balance_is_lower():
    paid_ahead = replace(REPORT, next_due_minor=0)
    assert dues_paid_ahead(paid_ahead) == 1
    far_ahead = replace(paid_ahead, balance_minor=965_000 - 5 * 16_573)
    assert dues_paid_ahead(far_ahead) == 5
    assert schedule_of(far_ahead)[0].due_on == date(2020, 2, 15)


def test_low_balance_alone_does_not_move_the_due_day():
    assert dues_paid_ahead(replace(REPORT, balance_minor=500_000)) == 0


def test_closed_loan_has_no_schedule():
    assert schedule_of(replace(REPORT, balance_minor=0)) == ()


@given(
    balance=st.integers(1, 2_000_000), scheduled=st.integers(1_000, 60_000),
    rate=st.integers(0, 250_000), due=st.integers(0, 200_000), late=st.integers(0, 60),
)  # fmt: skip
def test_schedule_pays_back_exactly_the_balance(balance, scheduled, rate, due, late):
    late = late if due > scheduled else 0
    report = replace(
        REPORT, balance_minor=balance, scheduled_minor=scheduled, rate_ppm=rate,
        next_due_minor=due, days_late=late,
    )  # fmt: skip
    dues = schedule_of(report)
    assert sum(d.principal_minor for d in dues) == balance
    assert all(d.total_minor > 0 and d.interest_minor >= 0 for d in dues)
    assert len({d.number for d in dues}) == len(dues)
    assert [d.due_on for d in dues] == sorted({d.due_on for d in dues})


def months(start: date, *paid: int) -> list[Month]:
    ends = [month_end_of(day_in_month(start, 1, later)) for later in range(len(paid))]
    return [Month(end, 500_000, 0, amount) for end, amount in zip(ends, paid, strict=True)]


def monthly(start: date, count: int) -> list[Due]:
    return [Due(no + 1, day_in_month(start, 15, no), 100, 0) for no in range(count)]


def test_missed_months_of_spring_2020_move_to_the_end_of_the_schedule():
    dues, moves = defer(monthly(date(2020, 3, 1), 8), months(date(2020, 3, 1), 100, 0, 0, 100), 15)
    assert [m.changed_on for m in moves] == [date(2020, 4, 30), date(2020, 5, 31)]
    assert [m.first_due_on for m in moves] == [date(2020, 5, 15), date(2020, 6, 15)]
    assert [d.cancelled_on for d in dues[:3]] == [None, date(2020, 4, 30), date(2020, 5, 31)]
    assert [(d.due_on, d.agreed_on) for d in dues[-2:]] == [
        (date(2020, 11, 15), date(2020, 4, 30)), (date(2020, 12, 15), date(2020, 5, 31)),
    ]  # fmt: skip


def test_no_more_than_four_months_are_deferred():
    history = months(date(2020, 3, 1), 0, 0, 0, 0, 0, 0)
    assert len(defer(monthly(date(2020, 3, 1), 12), history, 15)[1]) == 4


@pytest.mark.parametrize(("month", "deferred"), [(2, 0), (3, 1), (6, 1), (7, 0)])
def test_deferral_begins_only_from_march_to_june_2020(month, deferred):
    start = date(2020, month, 1)
    assert len(defer(monthly(start, 12), months(start, 0, 100), 15)[1]) == deferred


def test_borrower_more_than_thirty_days_late_before_is_late_not_deferred():
    history = months(date(2020, 1, 1), 0, 0, 0, 0)
    assert defer(monthly(date(2020, 1, 1), 12), history, 15)[1] == []


def test_borrower_paid_ahead_needs_no_deferral():
    history = months(date(2020, 3, 1), 300, 0, 0)
    assert defer(monthly(date(2020, 3, 1), 12), history, 15)[1] == []


def test_deferral_is_decided_without_looking_ahead():
    start, paid = date(2020, 3, 1), (0, 0, 100, 0, 0, 100, 0)
    whole = defer(monthly(start, 12), months(start, *paid), 15)[1]
    for seen in range(len(paid) + 1):
        part = defer(monthly(start, 12), months(start, *paid[:seen]), 15)[1]
        last = month_end_of(day_in_month(start, 1, seen - 1))
        assert part == [move for move in whole if move.changed_on <= last]


def test_oldest_unpaid_stops_at_the_day():
    dues = monthly(date(2020, 1, 1), 3)
    assert oldest_unpaid(dues, 100, date(2020, 2, 14)) is None
    assert oldest_unpaid(dues, 100, date(2020, 2, 15)) == 1
    assert oldest_unpaid(dues, 99, date(2020, 2, 15)) == 0


def history(*rows: tuple[int, int]) -> list[Month]:
    ends = [month_end_of(day_in_month(END, 1, later)) for later in range(len(rows))]
    return [
        Month(e, balance, principal, 0) for e, (balance, principal) in zip(ends, rows, strict=True)
    ]


def test_endings():
    second = date(2019, 9, 30)
    assert ending_of(history((500, 0), (0, 500))) == Ending("repaid", second)
    assert ending_of(history((500, 0), (-3, 500))) == Ending("repaid", second)
    assert ending_of(history((500, 0), (0, 20))) == Ending("charged_off", second)
    assert ending_of(history((500, 0), (400, 100))) == Ending("left_book", date(2019, 10, 1))
    assert ending_of(history((0, 500), (0, 0))) == Ending("repaid", END)
    assert ending_of(history((5, 0), (0, 5), (7, 0), (0, 7))).on == date(2019, 11, 30)


def test_month_end_and_clipped_days_in_a_leap_year():
    assert month_end_of(date(2020, 2, 3)) == date(2020, 2, 29)
    assert day_in_month(date(2020, 1, 31), 31, 1) == date(2020, 2, 29)
    assert day_in_month(date(2020, 12, 1), 15, 1) == date(2020, 12, 31) - timedelta(days=-15)
