"""Hidden lives: the same for the same seed, whole in themselves, at the rates written down."""

from datetime import date
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.examples.lives.courses import courses_of
from daihou.examples.lives.dice import Dice, running
from daihou.examples.lives.figures import FIGURES, LOOK_DAY, figures_of
from daihou.examples.lives.make import ROUTINE, life_of
from daihou.examples.lives.model import Application, HiddenAccount, Life, OwnCourse
from daihou.examples.lives.reports import Named, report_of_life
from daihou.examples.lives.stress import State, lead_of, spells, states_of
from daihou.report.bureau_row import BureauSource, bureau_row

FIRST, MONTHS, SEED = 2024 * 12, 24, 11
UNTIL = date(2025, 12, 31)
ASKED_FOR = {"02", "03", "08", "26"}


@pytest.fixture(scope="module")
def courses():
    return courses_of(SEED, 4_000, FIRST, MONTHS)


@pytest.fixture(scope="module")
def lives(courses):
    return [life_of(SEED, own, UNTIL) for own in courses.owns]


@pytest.fixture(scope="module")
def states(courses):
    return np.array([states_of(SEED, own, FIRST, FIRST + MONTHS - 1) for own in courses.owns])


def person(number=5, strikes=()):
    return OwnCourse(number, date(2023, 5, 10), 6_000, strikes)


def month_of(day):
    return day.year * 12 + day.month - 1


def test_a_life_depends_on_seed_and_person_alone():
    forward = {n: life_of(3, person(n), UNTIL) for n in range(40)}
    backward = {n: life_of(3, person(n), UNTIL) for n in reversed(range(40))}
    assert forward == backward
    assert forward[7] != life_of(4, person(7), UNTIL)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.dates(date(2023, 5, 10), date(2026, 6, 30)))
def test_a_life_until_an_earlier_day_is_the_same_life_cut(number, until):
    own = person(number, ((2025 * 12, 1), (2025 * 12 + 1, 2), (2025 * 12 + 2, 3)))
    whole, cut = life_of(SEED, own, date(2026, 6, 30)), life_of(SEED, own, until)
    assert cut.applications == tuple(a for a in whole.applications if a.on <= until)
    assert cut.court == tuple(c for c in whole.court if c.on <= until)
    opened = [a for a in whole.accounts if a.opened_on <= until]
    assert [a.opened_on for a in cut.accounts] == [a.opened_on for a in opened]
    for early, late in zip(cut.accounts, opened, strict=True):
        assert late.owed[: len(early.owed)] == early.owed
        assert late.behind[: len(early.behind)] == early.behind
        assert early.closed_on in {late.closed_on, None}


def test_accounts_are_whole_in_themselves(lives):
    for life in lives:
        for account in life.accounts:
            months = len(account.owed)
            assert months == len(account.behind) >= 1
            last = month_of(account.opened_on) + months - 1
            assert last == (month_of(account.closed_on) if account.closed_on else month_of(UNTIL))
            assert account.opened_on <= (account.closed_on or UNTIL)
            assert all(0 <= owed <= account.limit * 1.2 for owed in account.owed)
            assert all(0 <= dues <= 7 for dues in account.behind)
            assert account.kind in {"D1", "R1", "R2"}
            if account.closed_on:
                assert account.owed[-1] == 0
                assert account.behind[-1] == 0


def test_nobody_is_behind_where_nothing_is_owed(lives):
    for life in lives:
        for account in life.accounts:
            pairs = zip(account.owed, account.behind, strict=True)
            assert all(owed > 0 for owed, dues in pairs if dues)


def test_one_more_due_a_month_is_missed_at_the_most(lives):
    for life in lives:
        for account in life.accounts:
            assert max(np.diff([0, *account.behind])) <= 1


def test_only_cards_are_stopped_and_only_far_behind(lives):
    stopped = [a for life in lives for a in life.accounts if a.stopped_from is not None]
    assert stopped
    for account in stopped:
        assert account.kind == "R2"
        assert account.behind[account.stopped_from - month_of(account.opened_on)] >= 3


def test_every_granted_account_was_applied_for(lives):
    for life in lives[:500]:
        since = min((a.on for a in life.applications if a.reason in ASKED_FOR), default=UNTIL)
        for account in life.accounts:
            first = month_of(account.opened_on)
            if account.opened_on <= since or first == min(
                month_of(a.opened_on) for a in life.accounts
            ):
                continue
            assert any(
                a.lender == account.lender and month_of(a.on) == first and a.on <= account.opened_on
                for a in life.applications if a.reason in ASKED_FOR
            )  # fmt: skip


def test_two_to_four_in_a_hundred_are_ever_three_dues_behind(courses):
    assert 0.018 <= (courses.behind.max(axis=1) >= 3).mean() <= 0.04


def test_stress_elsewhere_comes_some_months_before_the_first_strike(courses):
    bad = [own for own, row in zip(courses.owns, courses.behind, strict=True) if row.max() >= 3]
    leads = [lead_of(SEED, own, FIRST - 36, FIRST + MONTHS) for own in bad]
    before = [lead for lead in leads if lead]
    assert 0.5 <= len(before) / len(leads) <= 0.85, "usually, not always"
    assert 2 <= median(before) <= 6


def test_much_stress_elsewhere_never_reaches_the_bank(courses, states):
    bad, strained = courses.behind.max(axis=1) >= 3, states.max(axis=1) >= State.TROUBLE
    assert 0.05 <= strained[~bad].mean() <= 0.13
    assert (strained & ~bad).sum() > (strained & bad).sum(), "most of it is a false alarm"
    assert 0.80 <= (states == State.CALM).mean() <= 0.95


def test_calm_people_shop_for_credit_too(lives, states):
    calm = [life for life, row in zip(lives, states, strict=True) if row.max() == State.CALM]
    since = date(2025, 6, 30)
    looks = [sum(a.reason in ASKED_FOR and a.on > since for a in life.applications)
             for life in calm]  # fmt: skip
    assert 0.03 <= np.mean([n >= 2 for n in looks]) <= 0.20
    assert max(looks) >= 5


def test_other_lenders_look_after_their_loans_by_routine(lives):
    looks = [sum(a.reason == ROUTINE and a.on > date(2024, 12, 31) for a in life.applications)
             for life in lives]  # fmt: skip
    assert 1 <= np.mean(looks) <= 6


def test_stress_drives_applications_card_use_and_arrears_elsewhere(lives, states):
    def seen(life):
        looks = sum(a.reason in ASKED_FOR and a.on > date(2025, 9, 30) for a in life.applications)
        running_ = [a for a in life.accounts if a.closed_on is None]
        return looks, max((a.behind[-1] for a in running_), default=0) > 0

    calm = [seen(x) for x, row in zip(lives, states, strict=True) if row[-4:].max() == State.CALM]
    strained = [seen(x) for x, row in zip(lives, states, strict=True)
                if row[-4:].min() >= State.TROUBLE]  # fmt: skip
    assert np.mean([n for n, _ in strained]) > 4 * np.mean([n for n, _ in calm])
    assert np.mean([late for _, late in strained]) > 5 * np.mean([late for _, late in calm])


def test_a_break_of_one_month_does_not_end_a_run_of_strikes():
    assert spells(((10, 1), (12, 2), (15, 1))) == [(10, 12, 2), (15, 15, 1)]
    assert spells(((10, 0),)) == []


def test_a_person_without_strikes_has_no_lead():
    assert lead_of(SEED, person(), FIRST, FIRST + 5) is None


@given(st.integers(0, 10**9))
def test_shares_are_picked_as_often_as_they_say(seed):
    dice, borders = Dice(seed, 1, "test"), running(0.25, 0.75)
    assert 0.10 < sum(dice.pick(borders) == 0 for _ in range(300)) / 300 < 0.40


def test_figures_count_what_a_report_of_that_day_would_show():
    accounts = (
        HiddenAccount("QD", "11", "R2", date(2024, 3, 12), 20_000, 0,
                      (5_000, 19_000, 19_100, 19_200), (0, 0, 1, 2)),
        HiddenAccount("JF", "24", "D1", date(2024, 3, 25), 9_000, 3, (9_000, 6_000, 3_000, 0),
                      (0, 0, 0, 0), date(2024, 6, 20)),
    )  # fmt: skip
    looks = (
        Application(date(2024, 4, 20), "QD", "11", "02"),
        Application(date(2024, 4, 21), "QD", "11", "02"),
        Application(date(2024, 4, 5), "JF", "24", "01"),
    )
    made = figures_of(Life(1, accounts, looks), 2024 * 12 + 3, 6)
    told = {name: made[place].tolist() for place, name in enumerate(FIGURES)}
    assert told["card_used"][:4] == [5_000, 19_000, 19_100, 19_200], "looks of April to July"
    assert told["debt"][:4] == [14_000, 25_000, 22_100, 19_200], "the loan is paid in June"
    assert told["overdue_worst"][:4] == [0, 0, 1, 2]
    assert told["longest_overdue_24m"][3] == 2
    assert told["loan_inquiries_1m"][:3] == [1, 1, 0], "20 April is seen in April, 21 in May"
    assert told["hard_3m"][:3] == [1, 1, 1], "the same lender and reason once a month"
    assert told["hard_60d"][:3] == [1, 2, 0], "from the 60th day on it is out"
    assert told["cards_over_90"][:2] == [0, 1]
    assert told["non_bank_opened_3m"][:4] == [1, 1, 1, 0]


@pytest.mark.parametrize("month", [2, 9, 16, 23])
def test_the_short_way_counts_what_the_whole_report_counts(month, courses, lives):
    """Every figure equals that of the fact made of the written-out report, the worst lives too."""
    worst = sorted(range(len(lives)), key=lambda n: -courses.behind[n].max())[:12]
    on = date(2024 + month // 12, month % 12 + 1, LOOK_DAY)
    for person_ in (*worst, *range(12)):
        made = figures_of(lives[person_], FIRST, MONTHS)[:, month]
        report = report_of_life(lives[person_], Named("客户1", "000000000000000001"), on)
        row = bureau_row(report, frozenset(), BureauSource("r", "c", None, on))
        for place, name in enumerate(FIGURES):
            told = row[name if name in row else f"{name}_minor"]
            expected = int(made[place]) * (1 if name in row else 100)
            assert told == expected, (person_, name)
