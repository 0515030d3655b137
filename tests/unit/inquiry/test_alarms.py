"""Alarms over inquiries: each at its limit and one step over it, over persons and branches."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daihou.errors import InquiryError
from daihou.inquiry.alarm_rules import Levels, parse_alarm_rules
from daihou.inquiry.alarms import (
    ALARM_WORDS,
    ARTICLES,
    EVIDENCE,
    AlarmKind,
    InquiryLogRow,
    Period,
    Scope,
    alarms_of,
    judge_right,
    passed,
    reached,
)
from daihou.inquiry.facts import Stop
from daihou.kernel import Level
from tests.unit.inquiry.kit import CONSENT, GOOD, LINE, RULES, RULES_FILE

ALARMS_FILE = RULES_FILE.parent / "alarms.yaml"
SHIPPED = parse_alarm_rules(ALARMS_FILE.read_text(encoding="utf-8"), "alarms.yaml")
DAY = date(2024, 5, 31)  # a Friday
NOON = datetime(2024, 5, 31, 12, 0)
MAY = Period(date(2024, 5, 1), date(2024, 5, 31))


def row(number: int = 1, **change) -> InquiryLogRow:
    base = InquiryLogRow(
        f"K{number:04d}", f"P{number}", NOON, "ben", "north", "north", "01", "answered", "schedule"
    )
    return replace(base, **change)


def rows(count: int, **change) -> list[InquiryLogRow]:
    return [row(n, **change) for n in range(1, count + 1)]


def of_kind(kind, listed, period=MAY, rules=SHIPPED):
    return [a for a in alarms_of(listed, period, rules) if a.kind is kind]


def levels_of(kind, listed, **how):
    return {(a.scope, a.who, a.level) for a in of_kind(kind, listed, **how)}


def both(level: Level) -> set:
    return {(Scope.PERSON, "ben", level), (Scope.BRANCH, "north", level)}


def test_a_quiet_month_raises_nothing():
    listed = [row(n, at=NOON - timedelta(days=n)) for n in range(1, 4)]
    assert alarms_of([r for r in listed if r.on.weekday() < 5], MAY, SHIPPED) == []


@pytest.mark.parametrize(
    ("count", "level"),
    [(20, None), (21, Level.YELLOW), (30, Level.YELLOW), (31, Level.ORANGE), (41, Level.RED)],
)
def test_a_surge_is_over_the_floor_times_the_factor(count, level):
    found = levels_of(AlarmKind.SURGE, rows(count))
    assert found == (both(level) if level else set())


def test_a_surge_is_measured_against_the_average_of_three_months_of_working_days():
    days = [DAY - timedelta(days=n) for n in range(1, 93)]
    working = [d for d in days if d.weekday() < 5 and d >= date(2024, 2, 29)]
    usual = [
        row(n, key=f"U{d}-{n}", at=datetime(d.year, d.month, d.day, 12), customer_id=f"{d}{n}")
        for d in working
        for n in range(15)
    ]
    today = Period(DAY, DAY)
    assert of_kind(AlarmKind.SURGE, [*usual, *rows(30)], today) == []
    over = of_kind(AlarmKind.SURGE, [*usual, *rows(31)], today)
    assert {(a.level, a.value, a.limit, a.count) for a in over} == {(Level.YELLOW, 31, 30, 31)}


def test_what_lies_before_the_period_is_no_alarm_of_the_period():
    assert of_kind(AlarmKind.SURGE, rows(50), Period(date(2024, 6, 1), date(2024, 6, 30))) == []


@pytest.mark.parametrize(
    ("failed", "level"),
    [(1, None), (2, Level.YELLOW), (3, Level.ORANGE), (4, Level.ORANGE), (5, Level.RED)],
)
def test_the_share_of_failures_must_be_passed_not_met(failed, level):
    listed = rows(10 - failed) + [row(50 + n, outcome="failed") for n in range(failed)]
    found = levels_of(AlarmKind.FAILURES, listed)
    assert found == (both(level) if level else set())


def test_few_inquiries_are_not_judged_by_their_share():
    assert of_kind(AlarmKind.FAILURES, rows(9, outcome="failed")) == []
    assert of_kind(AlarmKind.FAILURES, rows(10, outcome="failed")) != []


@pytest.mark.parametrize(
    ("hour", "minute", "alarms"), [(8, 29, 2), (8, 30, 0), (17, 29, 0), (17, 30, 2)]
)
def test_working_hours_hold_their_first_minute_and_not_their_last(hour, minute, alarms):
    listed = [row(at=NOON.replace(hour=hour, minute=minute))]
    assert len(of_kind(AlarmKind.OFF_HOURS, listed)) == alarms


def test_a_closed_day_is_outside_whatever_the_hour():
    saturday = NOON + timedelta(days=1)
    june = Period(date(2024, 6, 1), date(2024, 6, 30))
    assert len(of_kind(AlarmKind.OFF_HOURS, [row(at=saturday)], june)) == 2
    works = replace(june, is_closed=lambda day: False)
    assert of_kind(AlarmKind.OFF_HOURS, [row(at=saturday)], works) == []


@pytest.mark.parametrize(
    ("count", "level"),
    [(1, Level.YELLOW), (2, Level.YELLOW), (3, Level.ORANGE), (9, Level.ORANGE), (10, Level.RED)],
)
def test_inquiries_at_night_weigh_more_the_more_there_are(count, level):
    late = NOON.replace(hour=22)
    assert levels_of(AlarmKind.OFF_HOURS, rows(count, at=late)) == both(level)


@pytest.mark.parametrize(("minutes", "alarms"), [(60, 2), (61, 0)])
def test_the_same_customer_twice_within_the_hour(minutes, alarms):
    again = row(2, customer_id="P1", at=NOON + timedelta(minutes=minutes))
    assert len(of_kind(AlarmKind.SAME_CUSTOMER, [row(1), again])) == alarms


def test_two_colleagues_asking_about_one_customer_are_seen_over_their_branch():
    again = row(2, customer_id="P1", user="cyd", at=NOON + timedelta(minutes=5))
    (found,) = of_kind(AlarmKind.SAME_CUSTOMER, [row(1), again])
    assert (found.scope, found.who, found.evidence) == (Scope.BRANCH, "north", ("K0001", "K0002"))


def test_what_the_bureau_never_received_is_not_asked_twice():
    lost = row(1, outcome="not_received")
    assert of_kind(AlarmKind.SAME_CUSTOMER, [lost, row(2, customer_id="P1")]) == []


def test_the_fullest_hour_of_a_day_is_told_once():
    listed = [row(n, customer_id="P1", at=NOON + timedelta(minutes=10 * n)) for n in range(5)]
    found = of_kind(AlarmKind.SAME_CUSTOMER, listed)
    assert {(a.scope, a.value, a.level) for a in found} == {
        (Scope.PERSON, 5, Level.RED), (Scope.BRANCH, 5, Level.RED),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("far", "of", "level"), [(1, 10, None), (2, 10, Level.YELLOW), (4, 10, Level.ORANGE)]
)
def test_customers_of_another_region(far, of, level):
    listed = rows(of - far) + [row(50 + n, customer_branch="south") for n in range(far)]
    found = levels_of(AlarmKind.OTHER_REGION, listed)
    assert found == (both(level) if level else set())


def test_a_pair_on_the_white_list_is_in_order_one_way_only():
    listed = rows(6, customer_branch="south")
    region = SHIPPED.other_region
    allowed = region.model_copy(update={"white_list": (("north", "south"),)})
    wrong = region.model_copy(update={"white_list": (("south", "north"),)})
    of = SHIPPED.model_copy
    assert of_kind(AlarmKind.OTHER_REGION, listed, rules=of(update={"other_region": allowed})) == []
    assert of_kind(AlarmKind.OTHER_REGION, listed, rules=of(update={"other_region": wrong})) != []


def test_an_unknown_branch_is_neither_here_nor_elsewhere():
    unknown = rows(10, customer_branch=None)
    assert of_kind(AlarmKind.OTHER_REGION, unknown) == []
    far = [row(90 + n, customer_branch="south") for n in range(4)]
    assert of_kind(AlarmKind.OTHER_REGION, [*unknown, *far]) == [], "four that are known: too few"


def test_other_reasons_are_those_that_are_not_usual():
    listed = rows(19) + [row(90, reason="25")]
    assert of_kind(AlarmKind.OTHER_REASONS, listed) == [], "five per cent is not over five"
    assert levels_of(AlarmKind.OTHER_REASONS, [*listed, row(91, reason="25")]) == both(Level.YELLOW)


def test_an_alarm_names_its_evidence_up_to_a_limit_and_how_much_there_is():
    (first, _) = of_kind(AlarmKind.SURGE, rows(60))
    assert (len(first.evidence), first.count) == (EVIDENCE, 60)


def judged(persons, *listed):
    return judge_right(listed, persons, RULES)


def kinds(persons, *listed):
    return [alarm.kind for alarm in judged(persons, *listed).alarms]


def test_an_inquiry_that_was_permitted_raises_no_alarm():
    found = judged({("P1", DAY): GOOD}, row())
    assert (found.alarms, found.unknown) == ((), ())


@pytest.mark.parametrize(("days", "alarm"), [(-1, False), (0, True), (1, True)])
def test_an_inquiry_on_or_after_the_day_of_closing_is_j01(days, alarm):
    closed = replace(GOOD, stops=(Stop("closed", DAY),))
    at = NOON + timedelta(days=days)
    found = kinds({("P1", at.date()): closed}, row(at=at))
    assert found == ([AlarmKind.AFTER_END] if alarm else [])


def test_an_inquiry_without_any_open_business_is_j01():
    settled = replace(GOOD, claims=(), lines=(replace(LINE, expires_on=DAY - timedelta(days=1)),))
    assert kinds({("P1", DAY): settled}, row()) == [AlarmKind.AFTER_END]
    valid = replace(settled, lines=(replace(LINE, expires_on=DAY),))
    assert kinds({("P1", DAY): valid}, row()) == [], "settled is not closed"


def test_an_inquiry_without_live_consent_is_j02():
    ended = replace(GOOD, consents=(replace(CONSENT, ends_on=DAY - timedelta(days=1)),))
    assert kinds({("P1", DAY): ended}, row()) == [AlarmKind.NO_CONSENT]
    last = replace(GOOD, consents=(replace(CONSENT, ends_on=DAY),))
    assert kinds({("P1", DAY): last}, row()) == []


def test_an_inquiry_during_a_dispute_is_against_a_stop():
    disputed = replace(GOOD, stops=(Stop("dispute", DAY, DAY + timedelta(days=1)),))
    assert kinds({("P1", DAY): disputed}, row()) == [AlarmKind.AGAINST_STOP]


@pytest.mark.parametrize("outcome", ["not_received", "approved", "planned", "cancelled"])
def test_what_left_no_mark_needs_no_right(outcome):
    assert kinds({("P1", DAY): replace(GOOD, consents=())}, row(outcome=outcome)) == []


@pytest.mark.parametrize("outcome", ["sending", "sent", "answered", "no_record", "unknown"])
def test_what_may_have_left_a_mark_needs_right(outcome):
    assert kinds({("P1", DAY): replace(GOOD, consents=())}, row(outcome=outcome)) == [
        AlarmKind.NO_CONSENT
    ]


def test_what_cannot_be_judged_is_not_clear():
    unsure = replace(GOOD, claims=(replace(GOOD.claims[0], balance_minor=None),), lines=())
    found = judged({("P1", DAY): unsure}, row(1), row(2))
    assert found.alarms == ()
    assert found.unknown == ("K0001", "K0002")


def test_every_kind_has_words_and_an_article():
    assert set(ALARM_WORDS) == set(ARTICLES) == set(AlarmKind)
    assert all(all(words) for words in ALARM_WORDS.values())


@given(st.fractions(0, 100))
def test_a_limit_met_is_not_passed(value: Fraction):
    levels = Levels(yellow=10, red=50)
    hit = passed(levels, value)
    assert (hit is not None) == (value > 10)
    assert hit is None or hit[0] is (Level.RED if value > 50 else Level.YELLOW)


def test_a_count_that_meets_its_limit_has_reached_it():
    levels = Levels(orange=3)
    assert reached(levels, 2) is None
    assert reached(levels, 3) == (Level.ORANGE, 3)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("orange: 150, red: 200", "orange: 150, red: 10", "lightest"),
        ('from: "08:30"', 'from: "18:30"', "end before"),
        ("floor: 10", "floor: 0", "surge.floor"),
        ("minutes: 60", "minute: 60", "same_customer.minutes"),
        ("grade: M", "grade: X", "grade"),
    ],
)  # fmt: skip
def test_parameters_that_are_wrong_are_refused(old, new, told):
    text = ALARMS_FILE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InquiryError, match=told):
        parse_alarm_rules(text.replace(old, new), "alarms.yaml")
