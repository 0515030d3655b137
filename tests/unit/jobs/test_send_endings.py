"""What each outcome makes of an order in each state: only the bureau's word frees a key."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from benchmarks.delivery_world import an_order
from daihou.gateways.outcomes import Accepted, Answer, Lost, NoRecord, NotTaken, Refused
from daihou.gateways.settings import parse_bureau
from daihou.inquiry.orders import Event, OrderState, apply, decide
from daihou.jobs.send_endings import DOUBTED, Endings

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SETTINGS = parse_bureau(
    "adapter: http\nurl: http://127.0.0.1:1\nsender: D10000000H0001\nreceiver: A1000000000001\n"
    "org: o\nuser: u\nsettle_seconds: 10\n"
    "retry: {seconds: 5, factor: 2, most_seconds: 60, jitter_percent: 0}\n",
    "bureau.yaml",
)
ENDINGS = Endings(SETTINGS, "op", lambda: 0.5)
STATES = (OrderState.SENDING, OrderState.SENT, OrderState.UNKNOWN)
OUTCOMES = (
    Answer(b"a"), Answer(b"a", "cut off"), NoRecord(b"n"), Accepted(), Refused("c", "t"),
    NotTaken("503"), NotTaken("429", 40.0), NotTaken("400", final=True),
    NotTaken("404", unheard=True), Lost("silence"), Lost("early", 30.0),
)  # fmt: skip


def taken(state, *, tries=1, waits=0, acknowledged=False):
    from daihou.ops.sending import Taken

    return Taken(an_order(1, state=state), "lease", tries, waits, NOW, acknowledged)


@pytest.fixture(autouse=True)
def _a_database(tmp_path):
    """The tables can be named only after a database was."""
    from daihou.ops import open_operations

    open_operations(f"sqlite:///{tmp_path / 'ops.sqlite3'}")
    yield
    from django.db import connections

    connections["default"].close()


def end_of(one, outcome):
    """Return the state after an ending, every step of which must be allowed."""
    order = one.order
    ending = ENDINGS.of(one, outcome, NOW)
    for command in ending.steps:
        event = decide(order, command)
        assert isinstance(event, Event), f"{order.state}, {outcome}: {event}"
        order = apply(order, event)
    return order.state, ending


@pytest.mark.parametrize(("state", "outcome"), list(product(STATES, OUTCOMES)))
@pytest.mark.parametrize("acknowledged", [False, True])
def test_every_outcome_in_every_state_is_a_lawful_walk(state, outcome, acknowledged):
    after, ending = end_of(taken(state, acknowledged=acknowledged), outcome)
    assert (after is OrderState.APPROVED) <= isinstance(outcome, NotTaken)
    ended = after in {
        OrderState.ANSWERED, OrderState.NO_RECORD, OrderState.FAILED, OrderState.CANCELLED
    }  # fmt: skip
    assert ended == (ending.wait is None), "an open order tells why it waits, and until when"
    if ending.wait is not None:
        assert ending.wait.why and ending.wait.next_try_at > NOW
    looked = isinstance(outcome, Answer | NoRecord)
    assert (ending.answer is not None) == looked
    if looked:
        assert ended


@pytest.mark.parametrize("state", STATES)
def test_a_forgotten_acknowledgement_never_frees_a_key(state):
    after, ending = end_of(taken(state, acknowledged=True), NotTaken("404", unheard=True))
    assert after is OrderState.UNKNOWN and ending.wait.why == DOUBTED


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (9, 60)])
def test_waits_before_another_try_grow_with_the_tries(tries, seconds):
    _, ending = end_of(taken(OrderState.SENDING, tries=tries), NotTaken("503"))
    assert ending.wait.next_try_at == NOW + timedelta(seconds=seconds)


def test_the_bureaus_wish_to_wait_longer_is_met():
    _, ending = end_of(taken(OrderState.SENDING), NotTaken("429", 40.0))
    assert ending.wait.next_try_at == NOW + timedelta(seconds=40)


@pytest.mark.parametrize(("waits", "seconds"), [(0, 10), (1, 10), (2, 20), (9, 60)])
def test_what_is_unclear_is_asked_about_more_and_more_seldom(waits, seconds):
    _, ending = end_of(taken(OrderState.UNKNOWN, waits=waits), Lost("silence"))
    assert ending.wait.next_try_at == NOW + timedelta(seconds=seconds)
