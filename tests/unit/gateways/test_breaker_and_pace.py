"""Breaker and pace: when sending rests, and how fast it goes."""

from hypothesis import given
from hypothesis import strategies as st

from daihou.gateways.breaker import Breaker, BreakerState
from daihou.gateways.pace import Pace


class Hand:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_it_opens_at_the_last_of_so_many_failures_in_a_row():
    breaker = Breaker(3, 60, Hand())
    for _ in range(2):
        breaker.failed()
    assert (breaker.state, breaker.free(9)) == (BreakerState.CLOSED, 9)
    breaker.succeeded()
    for _ in range(3):
        breaker.failed()
    assert (breaker.state, breaker.free(9)) == (BreakerState.OPEN, 0)


def test_after_its_time_one_message_tries_and_decides():
    clock = Hand()
    breaker = Breaker(1, 60, clock)
    breaker.failed()
    clock.now = 59.9
    assert breaker.free(5) == 0 and round(breaker.wait_seconds(), 1) == 0.1
    clock.now = 60.0
    assert (breaker.free(5), breaker.free(5), breaker.state) == (1, 0, BreakerState.TRYING)
    breaker.failed()
    assert breaker.free(5) == 0 and breaker.wait_seconds() == 60
    clock.now = 120.0
    assert breaker.free(5) == 1
    breaker.succeeded()
    assert breaker.free(5) == 5


def test_a_trial_that_was_not_sent_is_given_back():
    clock = Hand()
    breaker = Breaker(1, 60, clock)
    breaker.failed()
    clock.now = 60.0
    assert breaker.free(1) == 1
    breaker.unused()
    assert breaker.free(1) == 1


def test_a_lock_out_opens_at_once():
    breaker = Breaker(100, 60, Hand())
    breaker.failed(at_once=True)
    assert breaker.state is BreakerState.OPEN


def test_a_bureau_that_asks_for_a_wait_gets_it():
    clock = Hand()
    pace = Pace(6000, 10, clock)
    pace.hold(30)
    assert (pace.take(5), pace.wait_seconds()) == (0, 30)
    clock.now = 30.0
    assert pace.take(5) == 5


def test_what_was_not_sent_goes_back_into_the_bucket_and_never_over_its_rim():
    pace = Pace(60, 4, Hand())
    assert pace.take(4) == 4
    pace.give_back(3)
    assert pace.take(9) == 3
    pace.give_back(100)
    assert pace.take(9) == 4


@given(
    st.integers(1, 6000), st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 10), st.integers(0, 30)), max_size=40),
)  # fmt: skip
def test_never_more_than_the_burst_and_the_rate_allow(per_minute, burst, steps):
    clock = Hand()
    pace, given = Pace(per_minute, burst, clock), 0
    for seconds, wanted in steps:
        clock.now += seconds
        given += pace.take(wanted)
        assert given <= burst + clock.now * per_minute / 60 + 1e-6
