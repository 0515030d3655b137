"""Closing: what is still left on a day, what stands in the way, what is ended, in which order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daihou.inquiry.closing import (
    ADVICE,
    OWED,
    STEP_WORDS,
    ClosingFacts,
    Due,
    Left,
    StepKind,
    closing_steps,
    endings,
    leftovers,
)
from daihou.inquiry.facts import Claim, Line, Person, Suretyship
from tests.unit.inquiry.kit import CONSENT, GOOD, LINE, LOAN, TODAY

PAID = Due("A1", 0, 0, 0)
SETTLED = ClosingFacts(replace(GOOD, claims=(replace(LOAN, balance_minor=0),)), {"A1": PAID})
CARD = Claim("K1", date(2023, 1, 1), card=True, balance_minor=0)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def kinds(facts: ClosingFacts, on: date = TODAY) -> list[Left]:
    return [one.kind for one in leftovers(facts, on)]


def owed(facts: ClosingFacts) -> list[Left]:
    return [one.kind for one in leftovers(facts, TODAY) if one.is_owed]


def with_due(**change) -> ClosingFacts:
    return replace(SETTLED, dues={"A1": replace(PAID, **change)})


def test_settled_is_not_closed_the_line_and_the_consent_are_left():
    assert kinds(SETTLED) == [Left.LINE, Left.OPEN_ACCOUNT, Left.CONSENT]
    assert owed(SETTLED) == []


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"principal_minor": 1}, [Left.PRINCIPAL]),
        ({"interest_minor": 1}, [Left.INTEREST]),
        ({"fee_minor": 1}, [Left.FEE]),
        ({"interest_minor": 3, "fee_minor": 5}, [Left.INTEREST, Left.FEE]),
        ({"principal_minor": None}, [Left.UNKNOWN_BALANCE]),
        ({"interest_minor": None, "fee_minor": None}, [Left.UNKNOWN_BALANCE]),
        ({"principal_minor": -1}, [Left.OVERPAID]),
        ({"residual_from_on": YESTERDAY}, [Left.RESIDUAL_INTEREST]),
    ],
)
def test_one_fen_in_either_direction_stands_in_the_way(change, left):
    assert owed(with_due(**change)) == left


def test_an_account_nobody_counted_is_unknown_and_not_zero():
    assert owed(replace(SETTLED, dues={})) == [Left.UNKNOWN_BALANCE]


def test_what_was_overpaid_is_told_as_the_amount_to_pay_back():
    (first, *_) = leftovers(with_due(principal_minor=-250), TODAY)
    assert (first.kind, first.amount_minor) == (Left.OVERPAID, 250)


def test_a_card_is_left_used_or_never_activated():
    person = Person("P1", claims=(CARD,))
    never = ClosingFacts(person, {"K1": Due("K1", 0, 0, 0, used=False)})
    assert kinds(never) == [Left.CARD_NOT_ACTIVATED]
    assert kinds(replace(never, dues={"K1": Due("K1", 0, 0, 0, used=True)})) == [Left.CARD]
    assert kinds(replace(never, dues={"K1": Due("K1", 0, 0, 0)})) == [Left.CARD]
    closed = replace(person, claims=(replace(CARD, closed_on=TODAY),))
    assert kinds(replace(never, person=closed)) == []


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"expires_on": TODAY}, [Left.LINE]),
        ({"expires_on": YESTERDAY}, []),
        ({"cancelled_on": TODAY}, []),
        ({"cancelled_on": TOMORROW}, [Left.LINE]),
        ({"opened_on": TOMORROW, "expires_on": None}, [Left.LINE]),
    ],
)
def test_an_expired_line_is_not_open_and_its_last_day_is(change, left):
    person = Person("P1", lines=(replace(LINE, **change),))
    assert kinds(ClosingFacts(person)) == left


def test_a_frozen_line_is_not_cancelled():
    frozen = replace(SETTLED, frozen=frozenset({"L1"}))
    assert Left.FROZEN_LINE in kinds(frozen)
    assert endings(frozen, TODAY).lines == ("L1",)


def given(balance, ends_on=None, line=None) -> ClosingFacts:
    secured = Claim("B1", date(2023, 1, 1), balance_minor=balance)
    bond = Suretyship("G1", date(2023, 1, 1), ends_on, secured, line)
    return ClosingFacts(Person("P1", guarantees=(bond,)))


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        (given(100), [Left.GUARANTEE_GIVEN]),
        (given(None), [Left.GUARANTEE_GIVEN]),
        (given(0), []),
        (given(0, line=Line("L9", date(2023, 1, 1))), [Left.GUARANTEE_GIVEN]),
        (given(0, line=Line("L9", date(2023, 1, 1), YESTERDAY)), []),
        (given(100, ends_on=TODAY), []),
        (given(100, ends_on=TOMORROW), [Left.GUARANTEE_GIVEN]),
        (replace(given(100), released=True), []),
    ],
)
def test_a_guarantee_for_business_that_is_open_must_be_released_first(facts, left):
    assert kinds(facts) == left


def test_a_guarantee_whose_business_is_over_is_ended_with_the_rest():
    assert endings(given(0), TODAY).guarantees == ("G1",)
    assert endings(replace(given(100), released=True), TODAY).guarantees == ("G1",)


def test_guarantees_received_orders_and_disputes_are_told_and_do_not_block():
    bond = Suretyship("G2", date(2023, 1, 1), None, LOAN)
    facts = replace(SETTLED, received=(bond,), pending=("O1", "O2"), disputes=(("D1", YESTERDAY),))
    told = kinds(facts)
    assert told[-5:] == [
        Left.GUARANTEE_RECEIVED, Left.CONSENT, Left.PENDING_ORDER, Left.PENDING_ORDER, Left.DISPUTE,
    ]  # fmt: skip
    assert owed(facts) == []


def test_a_consent_that_does_not_name_post_loan_management_is_left_alone():
    other = replace(CONSENT, consent_id="C2", purposes=frozenset({"001"}))
    person = replace(GOOD, consents=(CONSENT, other))
    assert endings(replace(SETTLED, person=person), TODAY).consents == ("C1",)


@pytest.mark.parametrize(
    ("change", "ended"),
    [
        ({"ends_on": TODAY}, ()),
        ({"ends_on": TOMORROW}, ("C1",)),
        ({"withdrawn_on": TODAY}, ()),
        ({"withdrawn_on": TOMORROW}, ("C1",)),
    ],
)
def test_a_consent_that_has_ended_is_not_ended_again(change, ended):
    person = replace(GOOD, consents=(replace(CONSENT, **change),))
    assert endings(replace(SETTLED, person=person), TODAY).consents == ended


def test_nothing_is_left_after_everything_was_ended():
    ended = Person(
        "P1",
        consents=(replace(CONSENT, ends_on=TODAY),),
        claims=(replace(LOAN, balance_minor=0, closed_on=TODAY), replace(CARD, closed_on=TODAY)),
        lines=(replace(LINE, cancelled_on=TODAY),),
    )
    facts = ClosingFacts(ended, {"A1": PAID})
    assert leftovers(facts, TODAY) == ()
    assert not endings(facts, TODAY)


def test_the_steps_come_in_their_order_each_with_its_day():
    steps = closing_steps(replace(SETTLED, pending=("O1",)), date(2024, 1, 31))
    assert [step.kind for step in steps] == list(StepKind)
    by_kind = {step.kind: step for step in steps}
    assert by_kind[StepKind.STOP_INQUIRIES].subjects == ("O1", "C1")
    assert by_kind[StepKind.REPORT_CHANGE].on == date(2024, 2, 29), "about a month later"
    assert {s.on for s in steps if s.kind is not StepKind.REPORT_CHANGE} == {date(2024, 1, 31)}


def test_everything_left_has_a_name_and_something_to_do_in_both_languages():
    assert set(ADVICE) == set(Left)
    assert set(STEP_WORDS) == set(StepKind)
    assert all(all(advice) for advice in ADVICE.values())
    assert set(Left) > OWED
