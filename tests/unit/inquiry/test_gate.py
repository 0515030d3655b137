"""The gate: each condition refuses alone, on its own day, and unknown is no permission."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from daihou.errors import InquiryError
from daihou.inquiry.facts import Asking, Claim, Operator, Stop, Suretyship, Trigger
from daihou.inquiry.gate import GROUNDS, Condition, may_inquire
from daihou.inquiry.rules import Schedule, parse_rules
from tests.unit.inquiry.kit import (
    CONSENT,
    GOOD,
    LINE,
    LOAN,
    NOW,
    RULES,
    RULES_FILE,
    TODAY,
    ask,
    refused,
    with_line,
)

C = Condition


def test_a_borrower_with_consent_and_a_balance_may_be_asked_about():
    answer = ask(GOOD)
    assert answer.may
    assert [f.condition for f in answer.findings] == [
        C.CONSENT, C.RELATIONSHIP, C.NO_STOP, C.OCCASION, C.COOL_OFF, C.YEAR_CAP,
    ]  # fmt: skip
    assert all(f.evidence for f in answer.findings)


def test_every_condition_names_its_ground():
    assert set(GROUNDS) == set(Condition)


@pytest.mark.parametrize(
    "consents",
    [
        (),
        (replace(CONSENT, purposes=frozenset({"001", "002"})),),
        (replace(CONSENT, signed_on=date(2024, 6, 1)),),
        (replace(CONSENT, ends_on=date(2024, 5, 30)),),
        (replace(CONSENT, withdrawn_on=TODAY),),
    ],
    ids=["none", "other purpose", "signed tomorrow", "ended yesterday", "withdrawn today"],
)
def test_no_live_consent_no_inquiry(consents):
    assert refused(replace(GOOD, consents=consents)) == (C.CONSENT,)


@pytest.mark.parametrize(
    "consent",
    [
        replace(CONSENT, signed_on=TODAY),
        replace(CONSENT, ends_on=TODAY),
        replace(CONSENT, withdrawn_on=date(2024, 6, 1)),
    ],
    ids=["signed today", "last day today", "withdrawn tomorrow"],
)
def test_a_consent_holds_from_its_first_to_its_last_day(consent):
    assert ask(replace(GOOD, consents=(consent,))).may


def test_settled_is_not_closed_while_a_line_is_valid():
    settled = replace(LOAN, balance_minor=0)
    assert ask(replace(GOOD, claims=(settled,))).may
    assert refused(replace(GOOD, claims=(settled,), lines=())) == (C.RELATIONSHIP,)


def test_a_line_is_valid_on_its_last_day_and_not_on_the_next():
    assert ask(with_line(expires_on=TODAY)).may
    assert refused(with_line(expires_on=date(2024, 5, 30))) == (C.RELATIONSHIP,)


def test_a_cancelled_line_ends_on_the_day_of_cancelling():
    assert ask(with_line(cancelled_on=date(2024, 6, 1))).may
    assert refused(with_line(cancelled_on=TODAY)) == (C.RELATIONSHIP,)


def test_a_line_without_an_end_stays_valid():
    assert ask(with_line(expires_on=None)).may


def test_an_unused_card_is_an_open_relationship_until_it_is_closed():
    card = Claim("K1", date(2022, 1, 1), card=True, balance_minor=0)
    assert ask(replace(GOOD, claims=(card,), lines=())).may
    closed = replace(card, closed_on=TODAY)
    assert refused(replace(GOOD, claims=(closed,), lines=())) == (C.RELATIONSHIP,)


def test_an_unknown_balance_is_no_permission():
    unsure = replace(GOOD, claims=(replace(LOAN, balance_minor=None),), lines=())
    assert refused(unsure) == (C.RELATIONSHIP,)
    assert ask(unsure).findings[1].holds is None


def test_a_guarantee_counts_while_it_and_its_business_run():
    other = Claim("B1", date(2023, 2, 1), balance_minor=900_00)
    live = Suretyship("G1", date(2023, 2, 1), None, other)
    alone = replace(GOOD, claims=(), lines=(), guarantees=(live,))
    assert ask(alone).may
    for spoilt in (
        replace(live, ends_on=date(2024, 5, 30)),
        replace(live, secures=replace(other, balance_minor=0)),
        replace(live, secures=replace(other, closed_on=date(2024, 5, 30))),
    ):
        assert refused(replace(alone, guarantees=(spoilt,))) == (C.RELATIONSHIP,)
    drawn_line = replace(live, secures=replace(other, balance_minor=0), line=LINE)
    assert ask(replace(alone, guarantees=(drawn_line,))).may


@pytest.mark.parametrize("kind", ["dispute", "death", "closing"])
def test_a_stop_holds_from_its_first_day_until_it_is_lifted(kind):
    assert refused(replace(GOOD, stops=(Stop(kind, TODAY),))) == (C.NO_STOP,)
    assert ask(replace(GOOD, stops=(Stop(kind, date(2024, 1, 1), TODAY),))).may
    assert ask(replace(GOOD, stops=(Stop(kind, date(2024, 6, 1)),))).may


def test_the_schedule_counts_calendar_months_from_the_last_inquiry():
    asked = replace(GOOD, asked_on=(date(2024, 2, 29),))
    assert refused(asked, replace(NOW, on=date(2024, 5, 28))) == (C.OCCASION,)
    assert ask(asked, replace(NOW, on=date(2024, 5, 29))).may
    month_end = replace(GOOD, asked_on=(date(2023, 11, 30),))
    assert ask(month_end, replace(NOW, on=date(2024, 2, 29))).may, "30 February is the 29th"


def test_a_red_tier_is_asked_about_on_a_trigger_only():
    assert refused(GOOD, replace(NOW, tier="G4")) == (C.OCCASION,)
    trigger = Trigger("T1", "own_arrears", date(2024, 5, 20))
    person = replace(GOOD, triggers=(trigger,))
    assert ask(person, Asking(TODAY, "G4", trigger)).may


def test_a_trigger_is_recorded_fresh_and_used_once():
    trigger = Trigger("T1", "bureau_alert", date(2024, 5, 17))
    person = replace(GOOD, triggers=(trigger,), asked_on=(date(2024, 4, 1),))
    assert ask(person, Asking(TODAY, "G1", trigger)).may, "day 14 of 14"
    late = Asking(date(2024, 6, 1), "G1", trigger)
    assert refused(person, late) == (C.OCCASION,)
    assert refused(replace(person, triggers=()), Asking(TODAY, "G1", trigger)) == (C.OCCASION,)
    used = replace(person, asked_on=(date(2024, 5, 17),))
    assert C.OCCASION in refused(used, Asking(TODAY, "G1", trigger))


def test_a_tier_or_trigger_without_a_rule_is_unknown_and_so_refused():
    assert refused(GOOD, replace(NOW, tier="G9")) == (C.OCCASION,)
    trigger = Trigger("T1", "whim", TODAY)
    assert refused(replace(GOOD, triggers=(trigger,)), replace(NOW, trigger=trigger)) == (
        C.OCCASION,
    )


def test_days_must_pass_between_two_inquiries_even_on_a_trigger():
    trigger = Trigger("T1", "own_arrears", date(2024, 5, 30))
    person = replace(GOOD, triggers=(trigger,), asked_on=(date(2024, 5, 7),))
    assert refused(person, Asking(TODAY, "G2", trigger)) == (C.COOL_OFF,)
    assert ask(person, Asking(date(2024, 6, 1), "G2", trigger)).may, "25 days have passed"


def test_nobody_is_asked_about_more_often_a_year_than_the_cap():
    monthly = tuple(date(2023 + (m > 12), (m - 1) % 12 + 1, 1) for m in range(6, 18))
    full = replace(GOOD, asked_on=monthly)
    assert len(monthly) == 12
    assert C.YEAR_CAP in refused(full)
    assert C.YEAR_CAP not in refused(full, replace(NOW, on=date(2024, 6, 1)))


def test_sending_reads_operator_hours_and_daily_cap_again():
    officer = Operator("U7", active=True, branch_allowed=True, sent_today=9, daily_cap=10)
    at = datetime(2024, 5, 31, 8, 30)
    asking = replace(NOW, operator=officer, at=at)
    assert ask(GOOD, asking).may
    gone = replace(asking, operator=replace(officer, active=False))
    assert refused(GOOD, gone) == (C.OPERATOR,)
    assert refused(GOOD, replace(asking, operator=replace(officer, branch_allowed=False))) == (
        C.OPERATOR,
    )
    assert refused(GOOD, replace(asking, operator=replace(officer, sent_today=10))) == (
        C.DAILY_CAP,
    )
    for wrong in (datetime(2024, 5, 31, 8, 29), datetime(2024, 5, 31, 17, 30), None):
        assert refused(GOOD, replace(asking, at=wrong)) == (C.HOURS,)
    holiday = replace(asking, closed_days=frozenset({TODAY}))
    assert refused(GOOD, holiday) == (C.HOURS,)


def test_rules_with_a_mistake_are_refused_with_its_place():
    text = RULES_FILE.read_text(encoding="utf-8")
    with pytest.raises(InquiryError, match=r"tiers\.G1\.months"):
        parse_rules(text.replace("months: 3", "months: 0"), "rules.yaml")
    with pytest.raises(InquiryError, match="working_hours"):
        parse_rules(text.replace('"17:30"', '"07:30"'), "rules.yaml")
    assert may_inquire(GOOD, NOW, RULES).may


@pytest.mark.parametrize(
    ("schedule", "tier", "months"),
    [
        ("monthly", "G0", 1), ("quarterly", "G4", 3), ("tiers", "G0", 6), ("tiers", "G4", None),
        ("optimised", "G0", 1), ("optimised", "G4", 1),
    ],
)  # fmt: skip
def test_each_plan_has_its_own_months_between_two_looks(schedule, tier, months):
    rules = RULES.model_copy(update={"schedule": Schedule(schedule)})
    assert rules.months_of(tier) == months
