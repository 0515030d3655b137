"""The worker's side of operations: leases, fences against workers that wake up late, caps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from daihou.errors import OpsError
from daihou.inquiry.facts import Stop
from daihou.inquiry.orders import Command, Order, OrderState, Step, order_key

REAL = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TOLD = datetime(2024, 6, 3, 1, 30, tzinfo=UTC)
APPROVED = frozenset({OrderState.APPROVED})
LEASE = timedelta(minutes=1)


def an_order(number: int = 1, **change) -> Order:
    person, window = f"P{number}", "S3:2024-04"
    return replace(
        Order(
            order_key("bank", person, "01", window), "bank", person, "01", window,
            date(2024, 5, 31), "G1", "schedule", "due", 100 * number, "passed",
            state=OrderState.APPROVED,
        ),
        **change,
    )  # fmt: skip


def enter(operations, *orders):
    from daihou.ops.models import PersonRow
    from daihou.ops.store import NightOrders

    operations.enter_night(NightOrders("r", "bank", date(2024, 5, 31), orders), TOLD)
    PersonRow.objects.create(user_id="op", roles=["operator"], branch="east", daily_cap=5)


def moment(seconds=0.0):
    from daihou.ops.sending import Moment

    return Moment(REAL + timedelta(seconds=seconds), TOLD + timedelta(seconds=seconds))


def a_worker(operations, name="w"):
    from daihou.ops.sending import Sending

    return Sending(operations, name, "bank")


def a_day(**change):
    from daihou.ops.sending import Day

    begins = datetime(2024, 6, 2, 16, tzinfo=UTC)
    return replace(Day("op", date(2024, 6, 3), begins, begins + timedelta(days=1)), **change)


def standing(sending, taken, day, at):
    return next((known for _, known in sending.standings([taken], day, at)), None)


def begin(sending, taken, at, *, lease=30.0):
    from daihou.ops.sending import Begin

    with sending.together():
        if standing(sending, taken, a_day(), at) is None:
            return None
        command = Command(Step.BEGIN, "op", {})
        ends = at.real + timedelta(seconds=60)
        return sending.begin(
            taken, Begin(command, date(2024, 6, 3), ends, timedelta(seconds=lease)), at
        )


def settle(sending, taken, at, *steps, **more):
    from daihou.ops.sending import Ending

    with sending.together():
        commands = [Command(step, "op", {}) for step in steps]
        return sending.settle(taken, Ending(commands, **more), at)


def test_an_order_is_leased_to_one_worker_until_its_lease_runs_out(operations):
    enter(operations, an_order(1), an_order(2))
    first = a_worker(operations, "a").take(APPROVED, moment(), 1, LEASE)
    second = a_worker(operations, "b").take(APPROVED, moment(), 9, LEASE)
    assert [t.order.customer_id for t in (*first, *second)] == ["P2", "P1"]
    assert a_worker(operations, "c").take(APPROVED, moment(59), 9, LEASE) == []
    assert len(a_worker(operations, "c").take(APPROVED, moment(60), 9, LEASE)) == 2


def test_only_orders_of_the_own_book_are_taken(operations):
    enter(operations, an_order(1, book="other"))
    assert a_worker(operations).take(APPROVED, moment(), 9, LEASE) == []


def test_a_wait_on_either_clock_holds_an_order_back(operations):
    from daihou.ops.sending import Wait

    enter(operations, an_order(1))
    worker = a_worker(operations)
    for wait in (
        Wait("later", next_try_at=REAL + timedelta(seconds=10)),
        Wait("waits for hours", not_before=TOLD + timedelta(seconds=20)),
    ):
        (taken,) = worker.take(APPROVED, moment(10), 1, LEASE)
        assert settle(worker, taken, moment(), wait=wait)
        assert worker.counts() == {("approved", wait.why): 1}
        assert worker.take(APPROVED, moment(9.9), 1, LEASE) == []
    assert worker.take(APPROVED, moment(19.9), 1, LEASE) == []
    due = worker.due(APPROVED, moment(19.9))
    assert (due.real, due.told) == (None, TOLD + timedelta(seconds=20))
    assert len(worker.take(APPROVED, moment(20), 1, LEASE)) == 1


def test_beginning_remembers_try_day_and_deadline(operations):
    from daihou.ops.models import OrderRow

    enter(operations, an_order(1))
    worker = a_worker(operations)
    (taken,) = worker.take(APPROVED, moment(), 1, LEASE)
    begun = begin(worker, taken, moment())
    assert (begun.tries, begun.order.state) == (1, OrderState.SENDING)
    row = OrderRow.objects.get()
    assert (row.asked_on, row.deadline_at) == (date(2024, 6, 3), REAL + timedelta(seconds=60))
    assert operations.asked_on("bank", "P1") == [date(2024, 6, 3)]


def test_a_worker_whose_lease_ran_out_begins_nothing(operations):
    enter(operations, an_order(1))
    worker = a_worker(operations)
    (taken,) = worker.take(APPROVED, moment(), 1, LEASE)
    assert begin(worker, taken, moment(60)) is None
    assert operations.order(an_order(1).key).state is OrderState.APPROVED


def test_a_worker_that_wakes_up_late_disturbs_nothing_that_another_has_begun(operations):
    enter(operations, an_order(1))
    slow, quick = a_worker(operations, "slow"), a_worker(operations, "quick")
    (taken,) = slow.take(APPROVED, moment(), 1, LEASE)
    sleeping = begin(slow, taken, moment())
    sending = frozenset({OrderState.SENDING})
    (found,) = quick.take(sending, moment(31), 1, LEASE)
    assert settle(quick, found, moment(31), Step.LOSE_TRACK)
    (found,) = quick.take(frozenset({OrderState.UNKNOWN}), moment(100), 1, LEASE)
    assert settle(quick, found, moment(100), Step.NOT_RECEIVED)
    (found,) = quick.take(APPROVED, moment(101), 1, LEASE)
    again = begin(quick, found, moment(101))
    assert again.tries == 2
    # The late one was refused by the bureau, for its deadline has passed: no word on the new try.
    assert not settle(slow, sleeping, moment(102), Step.NOT_RECEIVED)
    assert operations.order(an_order(1).key).state is OrderState.SENDING
    assert settle(quick, again, moment(103), Step.ANSWER, answer=b"report")


def test_two_questions_of_one_worker_about_one_order_do_not_disturb_each_other(operations):
    enter(operations, an_order(1))
    worker = a_worker(operations)
    (taken,) = worker.take(APPROVED, moment(), 1, LEASE)
    begin(worker, taken, moment())
    (late,) = worker.take(frozenset({OrderState.SENDING}), moment(31), 1, LEASE)
    (quick,) = worker.take(frozenset({OrderState.SENDING}), moment(92), 1, LEASE)
    assert settle(worker, quick, moment(93), Step.NOT_RECEIVED)
    worker.take(APPROVED, moment(94), 1, LEASE)
    assert not settle(worker, late, moment(95), Step.NOT_RECEIVED)
    assert operations.order(an_order(1).key).state is OrderState.APPROVED


def test_a_step_that_an_order_cannot_take_changes_nothing(operations):
    enter(operations, an_order(1))
    worker = a_worker(operations)
    (taken,) = worker.take(APPROVED, moment(), 1, LEASE)
    assert not settle(worker, taken, moment(), Step.CANCEL, Step.NOT_RECEIVED)
    assert operations.order(an_order(1).key).state is OrderState.APPROVED


def test_an_answer_is_kept_whoever_brings_it(operations):
    enter(operations, an_order(1))
    slow, quick = a_worker(operations, "slow"), a_worker(operations, "quick")
    (taken,) = slow.take(APPROVED, moment(), 1, LEASE)
    sleeping = begin(slow, taken, moment())
    (found,) = quick.take(frozenset({OrderState.SENDING}), moment(31), 1, LEASE)
    assert settle(quick, found, moment(31), Step.LOSE_TRACK)
    assert not settle(slow, sleeping, moment(32), Step.ANSWER, answer=b"report")
    assert operations.order(an_order(1).key).state is OrderState.ANSWERED
    assert [data for _, _, data in operations.answers()] == [b"report"]


def test_an_answer_to_what_was_said_not_to_be_received_cancels_the_second_try(operations):
    enter(operations, an_order(1))
    slow, quick = a_worker(operations, "slow"), a_worker(operations, "quick")
    (taken,) = slow.take(APPROVED, moment(), 1, LEASE)
    sleeping = begin(slow, taken, moment())
    (found,) = quick.take(frozenset({OrderState.SENDING}), moment(31), 1, LEASE)
    assert settle(quick, found, moment(31), Step.LOSE_TRACK, Step.NOT_RECEIVED)
    assert not settle(slow, sleeping, moment(32), Step.ANSWER, answer=b"report")
    assert operations.order(an_order(1).key).state is OrderState.CANCELLED
    assert [data for _, _, data in operations.answers()] == [b"report"]


def test_step_and_answer_are_kept_together_or_not_at_all(operations, monkeypatch):
    enter(operations, an_order(1))
    worker = a_worker(operations)
    (taken,) = worker.take(APPROVED, moment(), 1, LEASE)
    begun = begin(worker, taken, moment())
    with monkeypatch.context() as patch:
        patch.setattr(type(operations), "keep_answer", lambda *_: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):
            settle(worker, begun, moment(), Step.ANSWER, answer=b"report")
    assert operations.order(an_order(1).key).state is OrderState.SENDING
    assert settle(worker, begun, moment(), Step.ANSWER, answer=b"report")


def test_standing_reads_stops_other_looks_and_what_the_operator_has_sent(operations):
    from daihou.ops.store import StopOrder

    enter(operations, an_order(1), an_order(2), an_order(2, key="other", window="T:1"))
    worker = a_worker(operations)
    first, second, third = worker.take(APPROVED, moment(), 3, LEASE)
    assert begin(worker, first, moment()) is not None
    operations.stop(StopOrder("bank", "P3", "death", date(2024, 6, 1), "x"), "y", TOLD)
    with worker.together():
        known = standing(worker, second, a_day(), moment())
        assert known.asked_on == ((date(2024, 6, 3),) if second.order.customer_id == "P2" else ())
        assert known.operator.sent_today == 1 and known.operator.active
        assert known.operator.branch_allowed
    with worker.together():
        known = standing(worker, third, a_day(branches=("west",)), moment())
        assert not known.operator.branch_allowed
    assert known.stops == ()
    with worker.together():
        stranger = standing(worker, third, a_day(operator_id="stranger"), moment())
    assert (stranger.operator.active, stranger.operator.daily_cap) == (False, 0)


def test_a_stop_reaches_the_moment_of_sending(operations):
    from daihou.ops.models import StopRow

    enter(operations, an_order(1))
    worker = a_worker(operations)
    (taken,) = worker.take(APPROVED, moment(), 1, LEASE)
    StopRow.objects.create(
        book="bank", customer_id="P1", kind="death", from_on=date(2024, 6, 1), by="y", reason="x"
    )
    with worker.together():
        known = standing(worker, taken, a_day(), moment())
    assert known.stops == (Stop("death", date(2024, 6, 1)),)


def test_what_was_only_taken_is_let_go(operations):
    enter(operations, an_order(1), an_order(2))
    worker = a_worker(operations)
    taken = worker.take(APPROVED, moment(), 2, LEASE)
    begin(worker, taken[0], moment())
    worker.let_go(taken)
    free = a_worker(operations, "b").take(APPROVED, moment(), 9, LEASE)
    assert [t.order.key for t in free] == [taken[1].order.key]


def test_due_is_the_first_end_of_a_lease_or_a_wait(operations):
    enter(operations, an_order(1))
    worker = a_worker(operations)
    assert worker.due(APPROVED, moment()).real == REAL
    worker.take(APPROVED, moment(), 1, LEASE)
    assert a_worker(operations, "b").due(APPROVED, moment()).real == REAL + LEASE
    assert worker.due(frozenset({OrderState.SENT}), moment()).real is None


def test_a_database_that_is_gone_is_told_as_such(operations):
    from django.db.utils import OperationalError

    with pytest.raises(OpsError, match="does not answer"), a_worker(operations).together():
        raise OperationalError("gone")
