"""What is read of operations: the story of an order, attempts with their outcome, stops."""

from dataclasses import replace
from datetime import date, timedelta

from daihou.inquiry.orders import OrderState, Step
from tests.unit.ops.order_kit import NOW, SEND, an_order, enter, walk


def test_an_order_is_told_with_everything_that_happened_to_it(operations):
    from daihou.ops.reading import stories
    from daihou.ops.store import OrderFilter

    enter(operations, [an_order(1), an_order(2)])
    key = an_order(1).key
    walk(operations, key, *SEND)
    operations.keep_answer(key, b"<Document/>", NOW)
    walk(operations, key, Step.ANSWER)
    (story,) = stories(OrderFilter(customer_id="P1"))
    assert [e.kind for e in story.events] == ["order_approve", "order_begin", "order_answer"]
    assert story.order.state is OrderState.ANSWERED
    assert story.sent_at == story.closed_at == NOW
    (answer,) = story.answers
    assert (answer.landed_at, answer.problem, len(answer.sha256)) == (None, "", 64)
    assert [s.order.key for s in stories(OrderFilter())] == [an_order(2).key, key]
    assert [s.order.key for s in stories(OrderFilter(), [key])] == [key]


def test_states_are_counted_and_other_books_left_out(operations):
    from daihou.ops.reading import keys_of_book, planned_keys, state_counts

    other = replace(an_order(3), book="other", key="other|P3")
    enter(operations, [an_order(1), an_order(2), other])
    walk(operations, an_order(1).key, *SEND)
    assert state_counts("bank") == {"planned": 1, "sending": 1}
    assert planned_keys("bank") == [an_order(2).key]
    assert planned_keys("bank", "run-2") == []
    assert planned_keys("other", "run-1") == ["other|P3"]
    assert keys_of_book("bank", ["other|P3", an_order(1).key, "none"]) == {an_order(1).key}


def test_every_attempt_has_its_own_outcome(operations):
    from daihou.ops.reading import attempts_between

    key = an_order().key
    enter(operations, [an_order()])
    walk(operations, key, *SEND, Step.NOT_RECEIVED)
    walk(operations, key, Step.BEGIN, Step.LOSE_TRACK, by="cyd", at=NOW + timedelta(hours=1))
    found = list(attempts_between("bank", NOW, NOW + timedelta(days=1)))
    assert [(a.by, a.outcome) for a in found] == [("ben", "not_received"), ("cyd", "unknown")]
    later = list(attempts_between("bank", NOW + timedelta(hours=1), NOW + timedelta(days=1)))
    assert [a.by for a in later] == ["cyd"]
    assert list(attempts_between("other", NOW, NOW + timedelta(days=1))) == []


def test_an_attempt_of_which_nothing_was_heard_is_still_sending(operations):
    from daihou.ops.reading import attempts_between

    enter(operations, [an_order()])
    walk(operations, an_order().key, *SEND)
    (found,) = attempts_between("bank", NOW, NOW + timedelta(seconds=1))
    assert found.outcome == "sending"
    assert list(attempts_between("bank", NOW - timedelta(days=1), NOW)) == []


def test_many_attempts_come_in_parts_and_none_is_lost(operations, monkeypatch):
    from daihou.ops import reading

    enter(operations, [an_order(n) for n in range(1, 8)])
    for number in range(1, 8):
        walk(operations, an_order(number).key, *SEND)
    whole = [a.order.key for a in reading.attempts_between("bank", NOW, NOW + timedelta(1))]
    monkeypatch.setattr(reading, "_PART", 3)
    parted = [a.order.key for a in reading.attempts_between("bank", NOW, NOW + timedelta(1))]
    assert parted == whole
    assert len(whole) == 7


def test_a_stop_is_in_force_from_its_first_day_until_before_its_last(operations):
    from daihou.ops.models import StopRow
    from daihou.ops.reading import stops_in_force
    from daihou.ops.store import StopOrder

    day = date(2024, 5, 31)
    operations.stop(StopOrder("bank", "P1", "closed", day, "closed by request"), "ann", NOW)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert stops_in_force("bank", before, before) == []
    assert [s.customer_id for s in stops_in_force("bank", before, day)] == ["P1"]
    StopRow.objects.update(to_on=after)
    assert [s.kind for s in stops_in_force("bank", day, after)] == ["closed"]
    assert stops_in_force("bank", after, after) == []
