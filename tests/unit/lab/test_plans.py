"""Plans of asking over small books: who is asked, what was in hand, what counts as found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.inquiry.rules import Factor, Worth
from daihou.inquiry.worth import Stake, worth_of
from daihou.lab.levels import NONE, ORANGE, RED, REPORT_MARKS, TIERS, YELLOW, level_of, tier_of
from daihou.lab.measures import MEASURES, outcomes, summaries
from daihou.lab.plans import (
    NEVER,
    Book,
    Limits,
    Run,
    View,
    by_value,
    calendar,
    own_facts,
    run_plan,
    tier_table,
)
from daihou.lab.worth import Table, fit_worth, values_of
from daihou.law import Grade

LEAD, MONTHS = 12, 12
FIELDS = [mark.field for mark in REPORT_MARKS]
TABLE = {"G0": 6, "G1": 3, "G2": 1, "G3": 1, "G4": None}
WORTH = Worth(
    risk_bp={"G0": 8, "G1": 27, "G2": 31, "G3": 22, "G4": 17},
    factors=(Factor(field="hard_3m", at_least=1, percent=215),),
    own_factors=(Factor(field="dpd_max", at_least=1, percent=465),),
    no_report_percent=150, stale_days=360, beside_minor=2_000_000, source="test",
    grade=Grade.MEMORY,
)  # fmt: skip


def book_of(people=1, behind=None, since=-1, exposure=1_000_000, **figures):
    """Return a book in which nothing is wrong but what is given, for each look from month -12."""
    empty = np.zeros((people, LEAD + MONTHS), dtype=np.int64)
    seen = dict.fromkeys(FIELDS, empty) | {
        name: np.broadcast_to(np.asarray(values), empty.shape) for name, values in figures.items()
    }
    late = np.zeros((people, MONTHS), dtype=np.int64)
    if behind is not None:
        late = np.broadcast_to(np.asarray(behind), late.shape)
    return Book(
        np.full((people, MONTHS), exposure, dtype=np.int64), late, seen,
        np.full(people, since, dtype=np.int64), LEAD,
    )  # fmt: skip


def from_month(month, value=2):
    return [value if m >= month else 0 for m in range(-LEAD, MONTHS)]


def told(book, plan):
    row = outcomes(book, run_plan(book, plan)).sum(axis=0)
    return dict(zip(MEASURES, row.tolist(), strict=True))


CLIMB = [0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7]
"""Dues behind: the first sign is month 5, trouble month 7."""


@pytest.mark.parametrize(("level", "value"), [(NONE, 0), (YELLOW, 1), (ORANGE, 2), (RED, 3)])
def test_arrears_elsewhere_colour_the_picture(level, value):
    book = book_of(overdue_worst=value)
    assert (level_of(book.figures, REPORT_MARKS) == level).all()


def test_tiers_follow_the_level_and_quiet_people_are_long_on_book():
    levels = np.array([NONE, NONE, YELLOW, ORANGE, RED])
    tiers = tier_of(levels, np.array([12, 11, 30, 30, 30]))
    assert [TIERS[place] for place in tiers] == ["G0", "G1", "G2", "G3", "G4"]


def test_a_plan_sees_own_facts_up_to_the_month_before_only():
    book = book_of(behind=CLIMB)
    assert own_facts(book, 5)["dpd_max"][0] == 0
    assert own_facts(book, 6)["dpd_max"][0] == 29
    assert own_facts(book, 8)["late_times_6m_max"][0] == 3


def test_a_plan_sees_only_the_reports_that_it_asked_for():
    views: list[View] = []

    def never(view):
        views.append(view)
        return np.zeros(1, dtype=np.bool_)

    run_plan(book_of(overdue_worst=from_month(0, 5)), never)
    assert [int(view.seen["overdue_worst"][0]) for view in views] == [0] * MONTHS
    assert [int(view.age_days[0]) for view in views] == [30 * (m + 1) for m in range(MONTHS)]


def test_nobody_is_asked_about_when_nothing_is_open():
    assert not run_plan(book_of(exposure=0), calendar(1)).asked.any()


@pytest.mark.parametrize(("months", "looks"), [(1, 12), (2, 6), (3, 4), (6, 2)])
def test_a_calendar_asks_every_so_many_months(months, looks):
    assert run_plan(book_of(people=7), calendar(months)).asked.sum(axis=1).tolist() == [looks] * 7


@pytest.mark.parametrize(("worst", "looks"), [(0, 2), (1, 12), (2, 12), (3, 1)])
def test_the_tier_table_asks_by_the_picture_in_hand(worst, looks):
    """The last one turns red at the first look and is asked about no more; quiet ones wait."""
    book = book_of(since=-12, overdue_worst=from_month(-12 if worst < 3 else 0, worst))
    assert run_plan(book, tier_table(TABLE)).asked.sum() == looks


def test_somebody_newly_late_is_asked_about_at_once():
    book = book_of(behind=[0, 0, 1] + [0] * 9)
    asked = run_plan(book, tier_table(TABLE | {"G2": None, "G3": None})).asked[0]
    assert asked[3], "behind at the end of month 2"


def test_found_first_is_before_the_ledger_shows_anything():
    early = told(book_of(behind=CLIMB, overdue_worst=from_month(4)), calendar(1))
    late = told(book_of(behind=CLIMB, overdue_worst=from_month(5)), calendar(1))
    assert (early["first"], early["early"], early["months_ahead"]) == (1, 1, 3)
    assert (late["first"], late["early"], late["months_ahead"]) == (0, 1, 2)


def test_a_look_in_the_month_of_trouble_is_too_late():
    assert told(book_of(behind=CLIMB, overdue_worst=from_month(6)), calendar(1))["early"] == 1
    assert told(book_of(behind=CLIMB, overdue_worst=from_month(7)), calendar(1))["early"] == 0


@pytest.mark.parametrize(("month", "found"), [(2, 0), (3, 1)])
def test_a_warning_taken_back_more_than_a_year_before_does_not_count(month, found):
    months = 20
    behind = np.array([[0] * 13 + [1, 2, 3, 4, 5, 6, 7]], dtype=np.int64)
    ones = np.ones((1, months), dtype=np.int64)
    book = Book(ones, behind, {}, np.array([-1]), LEAD)
    orange = np.zeros((1, months + 1), dtype=np.bool_)
    orange[0, month + 1] = True
    row = outcomes(book, Run(ones > 0, orange))[0]
    assert book.trouble().tolist() == [15]
    assert row[MEASURES.index("early")] == found


def test_looks_at_people_who_stay_good_are_counted_apart():
    both = book_of(people=2, behind=np.array([CLIMB, [0] * MONTHS]))
    row = told(both, calendar(1))
    assert (row["looks"], row["looks_on_good"], row["troubled"]) == (24, 12, 1)


def test_the_budget_holds_and_the_newly_late_come_first():
    behind = np.zeros((5, MONTHS), dtype=np.int64)
    behind[4, 0] = 1
    run = run_plan(book_of(people=5, behind=behind),
                   by_value(lambda view: values_of(view, WORTH), Limits(2)))  # fmt: skip
    assert (run.asked.sum(axis=0) == 2).all()
    assert run.asked[:, 1].tolist() == [False, False, True, False, True]


def test_who_was_seen_yesterday_waits_for_who_was_not():
    run = run_plan(book_of(people=4), by_value(lambda view: values_of(view, WORTH), Limits(1)))
    assert run.asked.sum(axis=1).tolist() == [3, 3, 3, 3]


def test_less_than_the_least_worth_is_not_asked():
    worth = (1_000_000 + WORTH.beside_minor) * 2_700 // 1_000_000 * 30 // 360
    book = book_of()
    exact = by_value(lambda view: values_of(view, WORTH), Limits(least_minor=worth))
    above = by_value(lambda view: values_of(view, WORTH), Limits(least_minor=worth + 1))
    assert run_plan(book, exact).asked[0, 0]
    assert not run_plan(book, above).asked[0, 0]


def test_red_waits_for_a_trigger_when_told_so():
    book = book_of(overdue_worst=3)
    value = lambda view: values_of(view, WORTH)  # noqa: E731
    assert not run_plan(book, by_value(value, Limits(red_waits=True))).asked.any()
    assert run_plan(book, by_value(value, Limits())).asked.all()


@pytest.mark.parametrize(("second", "looks"), [(False, [1]), (True, [1, 2])])
def test_a_second_due_missed_may_be_a_trigger_too(second, looks):
    """Red from the start elsewhere, so only triggers ask; dues are missed in months 0 and 1."""
    book = book_of(behind=[1, 2] + [2] * 10, overdue_worst=3)
    limits = Limits(red_waits=True, second=second)
    run = run_plan(book, by_value(lambda view: values_of(view, WORTH), limits))
    assert np.flatnonzero(run.asked[0]).tolist() == looks


@settings(max_examples=60, deadline=None)
@given(
    tier=st.integers(0, 4), exposure=st.integers(0, 10**14), dpd=st.integers(0, 200),
    hard=st.integers(0, 9), days=st.integers(0, 900),
)  # fmt: skip
def test_the_worth_of_arrays_is_the_worth_of_one_person(tier, exposure, dpd, hard, days):
    def one(value):
        return np.array([value], dtype=np.int64)

    yes = np.ones(1, dtype=np.bool_)
    view = View(0, yes, one(exposure), one(days), one(tier), {"dpd_max": one(dpd)},
                {"hard_3m": one(hard)}, one(0), yes, yes)  # fmt: skip
    stake = Stake(TIERS[tier], exposure, {"dpd_max": dpd}, {"hard_3m": hard}, days)
    assert values_of(view, WORTH)[0] == worth_of(stake, WORTH).value_minor


def test_the_fit_finds_what_goes_before_trouble():
    """Half of the people apply elsewhere, and only they fall into trouble, most of the time."""
    rng = np.random.default_rng(4)
    people = 4_000
    applies = rng.random(people) < 0.5
    bad = applies & (rng.random(people) < 0.3)
    starts = rng.integers(2, 8, people)
    month = np.arange(-LEAD, MONTHS)[None, :]
    overdue = np.where(bad[:, None] & (month >= starts[:, None]), 2, 0)
    behind = np.clip(np.arange(MONTHS)[None, :] - starts[:, None] - 1, 0, 7) * bad[:, None]
    book = book_of(people, behind, overdue_worst=overdue, hard_3m=applies[:, None] * 1)
    table = Table([("hard_3m", 1)], [], 150, 360, 0, seed=1)
    worth = fit_worth([book], table, "test")
    assert worth.factors[0].percent > 1_000
    assert worth == fit_worth([book], table, "test")


def test_summaries_compare_plans_on_the_same_people():
    book = book_of(people=40, behind=CLIMB, overdue_worst=from_month(3))
    seeds = [
        {"all": outcomes(book, run_plan(book, calendar(1))),
         "rare": outcomes(book, run_plan(book, calendar(12)))}
        for _ in range(2)
    ]  # fmt: skip
    made = summaries(seeds, "all", rounds=30, seed=1)
    assert made["all"].early_share.value == made["all"].early_share.low == 1
    rare = made["rare"]
    assert rare.looks_share == pytest.approx(1 / 12)
    assert rare.early.low <= rare.early.value <= rare.early.high
    assert rare.early_share.value < 1


def test_trouble_and_its_first_sign():
    book = book_of(people=2, behind=np.array([CLIMB, [1, 2] * 6]))
    assert book.trouble().tolist() == [7, NEVER]
    assert book.first_sign().tolist() == [5, NEVER]
