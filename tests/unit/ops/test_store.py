"""Operations: once means once, steps and events go together, answers are sealed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from daihou.errors import NotFound, OpsError
from daihou.inquiry.orders import Command, Event, Order, OrderState, Refusal, Step, order_key

NOW = datetime(2024, 5, 31, 10, 0, tzinfo=UTC)


def an_order(number: int = 1, **change) -> Order:
    person, window = f"P{number}", "S3:2024-04"
    return replace(
        Order(
            order_key("bank", person, "01", window), "bank", person, "01", window,
            date(2024, 5, 31), "G1", "schedule", "due since 2024-05-29", 100 * number, "passed",
        ),
        **change,
    )  # fmt: skip


PROPOSAL = {
    "subject_kind": "account", "subject_id": "A1", "customer_id": "P1", "treatment": "line_freeze",
    "level": None, "amount_minor": None, "rule_id": "r1", "reasons": "E01", "needs_two": True,
}  # fmt: skip


def night_of(orders, run_id="run-1", proposals=()):
    from daihou.ops.store import NightOrders

    return NightOrders(run_id, "bank", date(2024, 5, 31), orders, proposals)


def walk(operations, key, *steps):
    for step in steps:
        event = operations.record(key, Command(step, "w"), NOW)
        assert isinstance(event, Event), event
    return operations.order(key)


def test_a_night_enters_once_however_often_it_is_run(operations):
    night = night_of([an_order(n) for n in range(1, 4)], proposals=[PROPOSAL])
    first = operations.enter_night(night, NOW)
    assert (first.orders_new, first.proposals_new, first.entered_before) == (3, 1, False)
    again = operations.enter_night(night, NOW)
    assert (again.orders_new, again.entered_before) == (0, True)
    assert [o.key for o in operations.orders()] == [an_order(n).key for n in (3, 2, 1)]


def test_the_same_key_from_another_night_is_the_same_order(operations):
    operations.enter_night(night_of([an_order()]), NOW)
    walk(operations, an_order().key, Step.APPROVE, Step.BEGIN)
    other = operations.enter_night(night_of([an_order(reason="again"), an_order(2)], "run-2"), NOW)
    assert (other.orders_new, other.orders_known) == (1, 1)
    kept = operations.order(an_order().key)
    assert (kept.state, kept.reason) == (OrderState.SENDING, "due since 2024-05-29")


def test_a_refused_step_changes_nothing_and_leaves_no_event(operations):
    from daihou.ops.models import EventRow

    operations.enter_night(night_of([an_order()]), NOW)
    before = EventRow.objects.count()
    answer = operations.record(an_order().key, Command(Step.BEGIN, "w"), NOW)
    assert isinstance(answer, Refusal)
    assert EventRow.objects.count() == before
    assert operations.order(an_order().key).state is OrderState.PLANNED
    with pytest.raises(NotFound, match="no such order"):
        operations.record("none", Command(Step.APPROVE, "w"), NOW)


def test_a_lease_keeps_other_workers_off_until_it_runs_out(operations):
    operations.enter_night(night_of([an_order(1), an_order(2)]), NOW)
    planned = frozenset({OrderState.PLANNED})
    first = operations.take("w1", planned, NOW)
    assert [o.key for o in first] == [an_order(2).key], "what is worth most comes first"
    assert [o.key for o in operations.take("w2", planned, NOW, limit=5)] == [an_order(1).key]
    assert operations.take("w2", planned, NOW, limit=5) == []
    later = NOW + timedelta(minutes=5)
    assert len(operations.take("w2", planned, later, limit=5)) == 2


def test_an_order_put_back_is_not_due_before_its_time(operations):
    operations.enter_night(night_of([an_order()]), NOW)
    planned = frozenset({OrderState.PLANNED})
    operations.take("w", planned, NOW)
    operations.put_back(an_order().key, next_try_at=NOW + timedelta(seconds=60))
    assert operations.take("w", planned, NOW + timedelta(seconds=59)) == []
    assert len(operations.take("w", planned, NOW + timedelta(seconds=60))) == 1
    assert operations.attempts(an_order().key) == 1


def test_a_stop_cancels_what_has_not_left_and_nothing_else(operations):
    from daihou.ops.store import StopOrder

    gone = an_order(window="S1:2024-03", key="bank|P1|01|S1:2024-03")
    operations.enter_night(night_of([an_order(), gone, an_order(2)]), NOW)
    walk(operations, gone.key, Step.APPROVE, Step.BEGIN)
    stop = StopOrder("bank", "P1", "closing", date(2024, 5, 31), "closed by request")
    assert operations.stop(stop, "ann", NOW) == 1
    assert operations.order(an_order().key).state is OrderState.CANCELLED
    assert operations.order(gone.key).state is OrderState.SENDING
    assert operations.order(an_order(2).key).state is OrderState.PLANNED
    assert [s.kind for s in operations.stops("bank", "P1")] == ["closing"]


def test_only_orders_that_may_have_left_a_mark_count_as_asked(operations):
    early = an_order(window="S3:2024-01", key="bank|P1|01|S3:2024-01")
    operations.enter_night(night_of([an_order(), early]), NOW)
    assert operations.asked_on("bank", "P1") == []
    walk(operations, early.key, Step.APPROVE, Step.BEGIN, Step.LOSE_TRACK)
    assert operations.asked_on("bank", "P1") == [NOW.date()]
    assert operations.asked_on("bank", "P1", but=early.key) == []


def test_the_chain_shows_a_changed_a_missing_and_a_moved_event(operations):
    from daihou.ops.chain import first_break
    from daihou.ops.models import EventRow

    operations.enter_night(night_of([an_order(n) for n in range(1, 5)]), NOW)
    for number in range(1, 5):
        walk(operations, an_order(number).key, Step.APPROVE)
    assert first_break() is None
    row = EventRow.objects.get(seq=3)
    EventRow.objects.filter(seq=3).update(by="somebody else")
    assert first_break() == 3
    EventRow.objects.filter(seq=3).update(by=row.by)
    assert first_break() is None
    EventRow.objects.filter(seq=4).delete()
    assert first_break() == 4


def test_an_answer_is_kept_sealed_and_once(operations):
    from daihou.ops.models import AnswerRow

    operations.enter_night(night_of([an_order()]), NOW)
    report = "<Document>样某某</Document>".encode()
    assert operations.keep_answer(an_order().key, report, NOW) is True
    assert operations.keep_answer(an_order().key, report, NOW) is False
    assert "样".encode() not in bytes(AnswerRow.objects.get().sealed)
    assert [(key, told) for _, key, told in operations.answers(landed=False)] == [
        (an_order().key, report)
    ]
    numbers = [number for number, _, _ in operations.answers()]
    operations.mark_landed(numbers, NOW, {numbers[0]: "cut off"})
    assert list(operations.answers(landed=False)) == []
    assert AnswerRow.objects.get().problem == "cut off"


def test_without_the_right_key_no_answer_is_kept_or_shown(operations):
    from daihou.ops.store import Operations

    operations.enter_night(night_of([an_order()]), NOW)
    with pytest.raises(OpsError, match="no key"):
        Operations(None).keep_answer(an_order().key, b"x", NOW)
    operations.keep_answer(an_order().key, b"x", NOW)
    with pytest.raises(OpsError, match="not the key"):
        list(Operations(b"\1" * 32).answers())
