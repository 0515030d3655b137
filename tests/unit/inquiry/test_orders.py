"""Orders: only drawn steps exist, two people are two, and nothing unknown is sent again."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daihou.inquiry.cadence import window_of
from daihou.inquiry.orders import (
    MARKS,
    NEXT,
    Command,
    Event,
    Order,
    OrderState,
    Refusal,
    Step,
    apply,
    decide,
    order_key,
)

ORDER = Order(
    "bank|P1|01|S3:2024-04", "bank", "P1", "01", "S3:2024-04", date(2024, 5, 31), "G1", "schedule",
    "due", 100, "gate passed",
)  # fmt: skip


def walk(order: Order, *steps: tuple[Step, str]) -> Order:
    for step, by in steps:
        event = decide(order, Command(step, by))
        assert isinstance(event, Event), event
        order = apply(order, event)
    return order


def test_an_order_goes_from_planned_to_answered():
    steps = [(Step.APPROVE, "a"), (Step.BEGIN, "w"), (Step.ACKNOWLEDGE, "w"), (Step.ANSWER, "w")]
    assert walk(ORDER, *steps).state is OrderState.ANSWERED


def test_two_people_are_needed_above_the_cap_and_must_differ():
    order = walk(replace(ORDER, needs_two=True), (Step.APPROVE, "ann"))
    assert order.state is OrderState.PLANNED
    again = decide(order, Command(Step.APPROVE, "ann"))
    assert isinstance(again, Refusal) and "already" in again.why
    assert isinstance(decide(order, Command(Step.APPROVE, "")), Refusal)
    assert walk(order, (Step.APPROVE, "bob")).state is OrderState.APPROVED


@given(st.lists(st.sampled_from(Step), max_size=12))
def test_no_way_leads_from_unknown_to_sending_but_through_the_bureau(steps):
    order, begun, released = ORDER, 0, 0
    for step in steps:
        event = decide(order, Command(step, f"p{len(order.approved_by)}"))
        if isinstance(event, Event):
            order = apply(order, event)
            begun += step is Step.BEGIN
            released += step is Step.NOT_RECEIVED
    assert begun <= 1 + released


@pytest.mark.parametrize("state", [s for s in OrderState if s in MARKS])
def test_what_may_have_left_a_mark_can_no_longer_be_cancelled(state):
    assert (state, Step.CANCEL) not in NEXT


def test_the_key_is_one_a_person_and_window():
    assert window_of(date(2024, 5, 31), 3) == window_of(date(2024, 4, 1), 3) == "S3:2024-04"
    assert window_of(date(2024, 6, 30), 6) == "S6:2024-01"
    assert window_of(date(2024, 7, 1), 6) == "S6:2024-07"
    assert order_key("bank", "P1", "01", "S3:2024-04") == ORDER.key
