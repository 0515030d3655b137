"""Orders for tests of operations: made by hand, entered, walked from state to state."""

from dataclasses import replace
from datetime import UTC, date, datetime

from daihou.inquiry.orders import Command, Event, Order, Step, order_key

NOW = datetime(2024, 5, 31, 4, 0, tzinfo=UTC)


def an_order(number: int = 1, **change) -> Order:
    person, window = f"P{number}", "S3:2024-04"
    return replace(
        Order(
            order_key("bank", person, "01", window), "bank", person, "01", window,
            date(2024, 5, 31), "G1", "schedule", "due since 2024-05-29", 100 * number, "passed",
        ),
        **change,
    )  # fmt: skip


def enter(operations, orders, run_id="run-1"):
    from daihou.ops.store import NightOrders

    return operations.enter_night(NightOrders(run_id, "bank", date(2024, 5, 31), orders), NOW)


def walk(operations, key, *steps, by="ben", at=NOW):
    for step in steps:
        event = operations.record(key, Command(step, by), at)
        assert isinstance(event, Event), event
    return operations.order(key)


SEND = (Step.APPROVE, Step.BEGIN)
