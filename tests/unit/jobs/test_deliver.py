"""Delivery: at most once, permitted at the moment of sending, nothing the bureau said is lost."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest

from benchmarks.delivery_world import (
    AT,
    BOOK,
    KEY,
    OPERATOR,
    PASSWORD,
    a_person,
    an_identity,
    an_order,
    enter,
    make_home,
    sources,
)
from daihou.errors import GatewayError, NotAllowed, OpsError
from daihou.gateways.message import Head, key_of, read_request, write_answer
from daihou.gateways.outcomes import (
    Accepted,
    Answer,
    Lost,
    NoRecord,
    NotTaken,
    Refused,
    answer_of,
)
from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.inquiry.facts import Line
from daihou.inquiry.orders import Command, OrderState, Step
from daihou.jobs.deliver import DeliverOptions, deliver
from daihou.ops import open_operations
from daihou.report.writers.gen2 import write_gen2
from daihou.report.writers.sample import sample_report

HEAD = Head("A1000000000001", "D10000000H0001", datetime(2025, 3, 3, 9, 31), "D102", 1)
REPORT = write_answer(HEAD, "AAA000", report=write_gen2(sample_report()))
SHORT = DeliverOptions(OPERATOR, at=AT, patience_seconds=0.0, queue=5)


@dataclass
class Scripted:
    """A bureau that says what it is told to; it counts what it was sent."""

    sends: Callable = lambda key, times: answer_of(REPORT)
    asks: Callable = lambda key, times: Lost("silence")
    sent: list = field(default_factory=list)
    asked: Counter = field(default_factory=Counter)
    requests: dict = field(default_factory=dict)

    def send(self, request, key, deadline):
        self.sent.append(key)
        self.requests[key] = read_request(request)
        outcome = self.sends(key, self.sent.count(key))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def ask(self, key, deadline):
        self.asked[key] += 1
        return self.asks(key, self.asked[key])

    def close(self):
        """Nothing is open."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    return make_home(tmp_path / "home", "http://127.0.0.1:9", workers=2)


@pytest.fixture
def operations(home):
    yield open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY)
    from django.db import connections

    connections["default"].close()


def state_of(operations, number=1):
    return operations.order(an_order(number).key).state


def row_of(number=1):
    from daihou.ops.models import OrderRow

    return OrderRow.objects.get(key=an_order(number).key)


def events_of(number=1):
    from daihou.ops.models import EventRow

    return list(EventRow.objects.filter(subject=an_order(number).key).order_by("seq"))


def people(change):
    """Return sources whose persons are changed by a function."""

    def persons(customers, on):
        return {who: change(a_person(who)) for who in customers}

    return replace(sources(), persons=persons, version=object)


def test_every_approved_order_is_sent_once_and_its_answer_kept_sealed(home, operations):
    enter(operations, [an_order(n) for n in range(1, 31)])
    bureau = Scripted()
    receipt = deliver(home, operations, SHORT, sources(), bureau)
    assert (receipt.left, receipt.outcomes["answered"], receipt.waiting) == (30, 30, {})
    assert Counter(bureau.sent) == Counter(key_of(an_order(n).key) for n in range(1, 31))
    kept = {key: data for _, key, data in operations.answers()}
    assert kept == {an_order(n).key: REPORT for n in range(1, 31)}
    deliver(home, operations, SHORT, sources(), bureau)
    assert len(bureau.sent) == 30, "a second run sends nothing"


def test_those_worth_most_leave_first(home, operations):
    enter(operations, [an_order(n) for n in range(1, 11)])
    bureau = Scripted()
    deliver(home, operations, replace(SHORT, workers=1), sources(), bureau)
    assert bureau.sent == [key_of(an_order(n).key) for n in range(10, 0, -1)]


def test_only_approved_orders_leave(home, operations):
    enter(operations, [an_order(1, state=OrderState.PLANNED), an_order(2)])
    bureau = Scripted()
    deliver(home, operations, SHORT, sources(), bureau)
    assert bureau.sent == [key_of(an_order(2).key)]
    assert state_of(operations, 1) is OrderState.PLANNED


def test_the_request_tells_who_asks_about_whom_and_no_password(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted()
    deliver(home, operations, SHORT, sources(), bureau)
    (request,) = bureau.requests.values()
    who = an_identity("P000001")
    assert (request.name, request.id_type, request.id_no) == (who.name, "10", who.id_no)
    assert (request.reason, request.org) == ("01", "D10000000H0001")
    assert (request.origin_org, request.origin_user) == (request.org, request.user)
    assert request.head.at.date() == AT.date() and request.head.number == 1
    assert len(request.password) == 64 and PASSWORD not in str(request)


def test_leaving_is_on_record_before_the_first_byte(home, operations):
    enter(operations, [an_order(1)])
    seen = []

    def sends(key, times):
        import sqlite3

        with sqlite3.connect(home.root / "ops.sqlite3") as other:
            seen.extend(other.execute("SELECT state, tries, asked_on FROM ops_orderrow"))
        return answer_of(REPORT)

    deliver(home, operations, SHORT, sources(), Scripted(sends))
    assert seen == [("sending", 1, "2025-03-03")]


def test_every_look_says_who_whom_when_why_and_under_which_key(home, operations):
    enter(operations, [an_order(1)])
    deliver(home, operations, SHORT, sources(), Scripted())
    begun, answered = events_of(1)
    assert (begun.kind, begun.by, answered.kind) == ("order_begin", OPERATOR, "order_answer")
    told = begun.details
    assert told["customer_id"] == "P000001" and told["reason_code"] == "01"
    assert told["message_key"] == key_of(an_order(1).key) and told["simulated"] == "yes"
    assert "consent C-P000001" in told["proof"] and told["occasion"] == "schedule"
    assert begun.at == datetime(2025, 3, 3, 1, 30, tzinfo=UTC).replace(
        second=begun.at.second, microsecond=begun.at.microsecond
    )
    who = an_identity("P000001")
    assert who.name not in str(told) and who.id_no not in str(told)


def test_silence_is_never_sent_again_however_long_it_lasts(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted(lambda *_: Lost("silence"))
    options = replace(SHORT, patience_seconds=0.5)
    for _ in range(3):
        deliver(home, operations, options, sources(), bureau)
        from daihou.ops.models import OrderRow

        OrderRow.objects.update(next_try_at=None)
    assert len(bureau.sent) == 1 and bureau.asked.total() >= 3
    assert state_of(operations) is OrderState.UNKNOWN


def test_a_fault_of_our_own_while_sending_counts_as_silence(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted(lambda *_: ValueError("broken"))
    deliver(home, operations, SHORT, sources(), bureau)
    assert len(bureau.sent) == 1 and state_of(operations) is OrderState.UNKNOWN
    assert row_of().waiting == "a fault: ValueError"


def test_what_the_bureau_did_not_take_is_sent_again_with_the_gate_read_again(home, operations):
    enter(operations, [an_order(1)])
    times = []

    def persons(customers, on):
        times.append(set(customers))
        return {who: a_person(who) for who in customers}

    bureau = Scripted(lambda key, n: NotTaken("status 503") if n == 1 else answer_of(REPORT))
    options = replace(SHORT, patience_seconds=2)
    receipt = deliver(
        home, operations, options, replace(sources(), persons=persons, version=object), bureau
    )
    assert (receipt.left, len(bureau.sent), len(times)) == (2, 2, 2)
    assert [e.kind for e in events_of()] == [
        "order_begin", "order_not_received", "order_begin", "order_answer",
    ]  # fmt: skip
    assert row_of().tries == 2


def test_a_settled_loan_between_two_tries_stops_the_second(home, operations):
    enter(operations, [an_order(1)])
    open_now = [True]

    def change(person):
        return person if open_now[0] else replace(person, claims=())

    def sends(key, times):
        open_now[0] = False
        return NotTaken("status 503")

    bureau = Scripted(sends)
    receipt = deliver(home, operations, replace(SHORT, patience_seconds=2), people(change), bureau)
    assert len(bureau.sent) == 1 and state_of(operations) is OrderState.CANCELLED
    assert receipt.called_off == {"relationship": 1}


def test_unknown_is_freed_by_the_bureaus_word_alone(home, operations):
    enter(operations, [an_order(1)])
    unheard = NotTaken("never received", unheard=True)
    bureau = Scripted(
        lambda key, n: Lost("cut") if n == 1 else answer_of(REPORT),
        lambda key, n: Lost("too early") if n == 1 else unheard,
    )
    deliver(home, operations, replace(SHORT, patience_seconds=3), sources(), bureau)
    assert [e.kind for e in events_of()] == [
        "order_begin", "order_lose_track", "order_not_received", "order_begin", "order_answer",
    ]  # fmt: skip


def test_a_bureau_that_forgets_what_it_acknowledged_is_not_believed(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted(lambda *_: Accepted(), lambda *_: NotTaken("never received", unheard=True))
    for _ in range(3):
        deliver(home, operations, replace(SHORT, patience_seconds=0.5), sources(), bureau)
        from daihou.ops.models import OrderRow

        OrderRow.objects.update(next_try_at=None)
    assert len(bureau.sent) == 1 and bureau.asked.total() >= 2
    assert state_of(operations) is OrderState.UNKNOWN
    assert "a person must ask" in row_of().waiting


def test_an_answer_that_comes_later_is_fetched(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted(
        lambda *_: Accepted(), lambda key, n: Accepted() if n == 1 else answer_of(REPORT)
    )
    deliver(home, operations, replace(SHORT, patience_seconds=3), sources(), bureau)
    assert state_of(operations) is OrderState.ANSWERED
    assert [e.kind for e in events_of()] == ["order_begin", "order_acknowledge", "order_answer"]


def test_no_record_and_refusal_are_ends(home, operations):
    enter(operations, [an_order(1), an_order(2)])
    nothing = write_answer(HEAD, "AAA001", "no record")

    def sends(key, times):
        if key == key_of(an_order(1).key):
            return NoRecord(nothing)
        return Refused("AAB004", "name and number differ")

    receipt = deliver(home, operations, SHORT, sources(), Scripted(sends))
    assert state_of(operations, 1) is OrderState.NO_RECORD
    assert state_of(operations, 2) is OrderState.FAILED
    assert events_of(2)[-1].details == {"code": "AAB004", "told": "name and number differ"}
    assert [(k, d) for _, k, d in operations.answers()] == [(an_order(1).key, nothing)]
    assert receipt.outcomes == {"no_record": 1, "refused": 1}


def test_a_message_that_will_never_be_taken_is_cancelled_and_not_tried_again(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted(lambda *_: NotTaken("status 400", final=True))
    deliver(home, operations, replace(SHORT, patience_seconds=1), sources(), bureau)
    assert len(bureau.sent) == 1 and state_of(operations) is OrderState.CANCELLED


def test_an_unreadable_answer_is_asked_for_again_and_never_sent_again(home, operations):
    enter(operations, [an_order(1)])
    broken = Answer(b"cut o", "the message's first line is wrong")
    bureau = Scripted(lambda *_: broken, lambda key, n: broken if n == 1 else answer_of(REPORT))
    receipt = deliver(home, operations, SHORT, sources(), bureau)
    assert (len(bureau.sent), bureau.asked.total(), receipt.unreadable) == (1, 2, 0)
    assert [d for _, _, d in operations.answers()] == [REPORT]


def test_an_answer_that_stays_unreadable_is_kept_with_its_problem(home, operations):
    from daihou.ops.models import AnswerRow

    enter(operations, [an_order(1)])
    broken = Answer(b"cut o", "the message's first line is wrong")
    bureau = Scripted(lambda *_: broken, lambda *_: broken)
    receipt = deliver(home, operations, SHORT, sources(), bureau)
    assert (len(bureau.sent), bureau.asked.total(), receipt.unreadable) == (1, 2, 1)
    assert state_of(operations) is OrderState.ANSWERED, "the look has happened"
    assert [d for _, _, d in operations.answers()] == [b"cut o"]
    assert AnswerRow.objects.get().problem == broken.problem


def begun(operations, number=1, *, lease=timedelta(seconds=-1)):
    """Leave an order as a worker leaves it that was killed after the record and before an end."""
    from daihou.ops.sending import Begin, Day, Moment, Sending

    now = datetime.now(UTC)
    other = Sending(operations, f"dead-{number}", BOOK)
    moment = Moment(now, datetime(2025, 3, 3, 1, 30, tzinfo=UTC))
    taken = other.take(frozenset({OrderState.APPROVED}), moment, 1, timedelta(seconds=60))[0]
    with other.together():
        day = Day(OPERATOR, date(2025, 3, 3), moment.told, moment.told)
        assert len(list(other.standings([taken], day, moment))) == 1
        command = Command(Step.BEGIN, OPERATOR, {})
        begin = Begin(command, date(2025, 3, 3), now + timedelta(seconds=3), lease)
        assert other.begin(taken, begin, moment) is not None


@pytest.mark.parametrize("was_taken", [True, False])
def test_a_worker_killed_while_sending_leaves_an_order_that_is_asked_about(
    home, operations, was_taken
):
    enter(operations, [an_order(1)])
    begun(operations)
    unheard = NotTaken("never received", unheard=True)
    bureau = Scripted(asks=lambda *_: answer_of(REPORT) if was_taken else unheard)
    deliver(home, operations, replace(SHORT, patience_seconds=2), sources(), bureau)
    kinds = [e.kind for e in events_of()]
    if was_taken:
        assert bureau.sent == [] and kinds == ["order_begin", "order_lose_track", "order_answer"]
    else:
        assert len(bureau.sent) == 1 and kinds[1:3] == ["order_lose_track", "order_not_received"]
    assert state_of(operations) is OrderState.ANSWERED


def test_an_order_that_another_worker_is_sending_is_left_alone(home, operations):
    enter(operations, [an_order(1)])
    begun(operations, lease=timedelta(seconds=60))
    bureau = Scripted()
    receipt = deliver(home, operations, SHORT, sources(), bureau)
    assert bureau.sent == [] and bureau.asked.total() == 0
    assert receipt.waiting == {("sending", ""): 1}


def no_consent(person):
    return replace(person, consents=())


def line_expired(person):
    return replace(person, claims=(), lines=(Line("L", date(2024, 1, 1), date(2025, 3, 2)),))


def asked_lately(person):
    return replace(person, asked_on=(date(2025, 2, 20),))


@pytest.mark.parametrize(
    ("change", "refused_by"),
    [
        (no_consent, "consent"),
        (line_expired, "relationship"),
        (asked_lately, "occasion"),
    ],
)
def test_what_is_not_permitted_at_the_moment_of_sending_is_cancelled_with_proof(
    home, operations, change, refused_by
):
    enter(operations, [an_order(1)])
    bureau = Scripted()
    receipt = deliver(home, operations, SHORT, people(change), bureau)
    assert bureau.sent == [] and state_of(operations) is OrderState.CANCELLED
    told = events_of()[-1].details
    assert told["refused_by"].split(";")[0] == refused_by and told["proof"]
    assert receipt.called_off[refused_by] == 1


def test_a_stop_that_came_after_planning_is_seen(home, operations):
    from daihou.ops.models import StopRow

    enter(operations, [an_order(1), an_order(2)])
    StopRow.objects.create(
        book=BOOK, customer_id="P000001", kind="death", from_on=date(2025, 3, 1), by="x", reason=""
    )
    bureau = Scripted()
    receipt = deliver(home, operations, SHORT, sources(), bureau)
    assert bureau.sent == [key_of(an_order(2).key)] and receipt.called_off == {"no_stop": 1}


def test_somebody_without_name_or_number_is_not_asked_about(home, operations):
    enter(operations, [an_order(1)])
    bureau = Scripted()
    nobody = replace(sources(), identities=lambda customers: {})
    receipt = deliver(home, operations, SHORT, nobody, bureau)
    assert bureau.sent == [] and receipt.called_off == {"identity": 1}
    assert state_of(operations) is OrderState.CANCELLED


@pytest.mark.parametrize(("day", "sent"), [(date(2025, 2, 24), 1), (date(2025, 2, 23), 0)])
def test_an_order_is_good_for_seven_days(home, operations, day, sent):
    enter(operations, [an_order(1, planned_on=day)])
    bureau = Scripted()
    deliver(home, operations, SHORT, sources(), bureau)
    assert len(bureau.sent) == sent
    assert state_of(operations) is (OrderState.ANSWERED if sent else OrderState.CANCELLED)


@pytest.mark.parametrize(
    ("at", "sent", "until"),
    [
        (datetime(2025, 3, 3, 8, 29), 0, datetime(2025, 3, 3, 0, 30, tzinfo=UTC)),
        (datetime(2025, 3, 3, 8, 30), 1, None),
        (datetime(2025, 3, 3, 17, 29), 1, None),
        (datetime(2025, 3, 3, 17, 30), 0, datetime(2025, 3, 4, 0, 30, tzinfo=UTC)),
    ],
)
def test_outside_working_hours_an_order_waits_for_the_next(home, operations, at, sent, until):
    enter(operations, [an_order(1)])
    bureau = Scripted()
    receipt = deliver(home, operations, replace(SHORT, at=at), sources(), bureau)
    assert len(bureau.sent) == sent
    if not sent:
        assert state_of(operations) is OrderState.APPROVED and row_of().not_before == until
        assert receipt.waiting == {("approved", "waits for hours"): 1}
        deliver(home, operations, replace(SHORT, at=datetime(2025, 3, 4, 9)), sources(), bureau)
        assert len(bureau.sent) == 1, "it leaves when the time has come"


def test_the_daily_cap_of_an_operator_is_kept_over_runs_and_ends_with_the_day(home, operations):
    from daihou.ops.models import PersonRow

    enter(operations, [an_order(n) for n in range(1, 8)])
    PersonRow.objects.update(daily_cap=3)
    bureau = Scripted()
    deliver(home, operations, SHORT, sources(), bureau)
    receipt = deliver(home, operations, SHORT, sources(), bureau)
    assert len(bureau.sent) == 3
    assert receipt.waiting == {("approved", "waits for daily_cap"): 4}
    deliver(home, operations, replace(SHORT, at=AT + timedelta(days=1)), sources(), bureau)
    assert len(bureau.sent) == 6


def test_two_orders_about_one_person_do_not_leave_together(home, operations):
    other = an_order(1, key="second", window="T:x", value_minor=1)
    enter(operations, [an_order(1), other])
    bureau = Scripted()
    deliver(home, operations, SHORT, sources(), bureau)
    assert bureau.sent == [key_of(an_order(1).key)]
    assert operations.order("second").state is OrderState.CANCELLED


def test_a_trigger_is_the_one_that_the_night_recorded(home, operations):
    pulled = an_order(
        1, occasion="own_arrears", trigger_id="own_arrears:P000001:2025-02-20", tier="G4"
    )
    old = an_order(
        2, occasion="own_arrears", trigger_id="own_arrears:P000002:2024-12-01", tier="G4"
    )
    bad = an_order(3, occasion="own_arrears", trigger_id="nonsense", tier="G4")
    enter(operations, [pulled, old, bad])
    bureau = Scripted()
    deliver(home, operations, SHORT, sources(), bureau)
    assert bureau.sent == [key_of(pulled.key)]
    assert state_of(operations, 2) is state_of(operations, 3) is OrderState.CANCELLED


def test_the_breaker_stops_sending_after_failures_and_the_rest_waits(home, operations):
    told = (home.root / "bureau.yaml").read_text(encoding="utf-8")
    (home.root / "bureau.yaml").write_text(
        told.replace("{failures: 20, open_seconds: 0.5}", "{failures: 3, open_seconds: 600}"),
        encoding="utf-8",
    )
    enter(operations, [an_order(n) for n in range(1, 21)])
    bureau = Scripted(lambda *_: NotTaken("no connection"))
    receipt = deliver(home, operations, replace(SHORT, workers=1), sources(), bureau)
    assert (len(bureau.sent), receipt.breaker) == (3, "open")
    assert sum(receipt.waiting.values()) == 20


def test_a_wrong_password_stops_at_once(home, operations):
    enter(operations, [an_order(n) for n in range(1, 6)])
    bureau = Scripted(lambda *_: NotTaken("status 401", locked_out=True))
    receipt = deliver(home, operations, replace(SHORT, workers=1), sources(), bureau)
    assert len(bureau.sent) == 1 and receipt.breaker == "open"


def test_after_a_stop_what_is_under_way_ends_and_nothing_new_leaves(home, operations):
    enter(operations, [an_order(n) for n in range(1, 21)])
    options = replace(SHORT, workers=1, watch=True, stop=Event())

    def sends(key, times):
        options.stop.set()
        return answer_of(REPORT)

    bureau = Scripted(sends)
    deliver(home, operations, options, sources(), bureau)
    assert len(bureau.sent) == 1 and state_of(operations, 20) is OrderState.ANSWERED
    assert row_of(19).leased_by is None, "what was only taken is free for the next worker"


def test_a_worker_without_key_operator_or_password_refuses_before_sending(
    home, operations, monkeypatch
):
    from daihou.ops.store import Operations

    enter(operations, [an_order(1)])
    bureau = Scripted()
    with pytest.raises(OpsError, match="no key"):
        deliver(home, Operations(None), SHORT, sources(), bureau)
    with pytest.raises(NotAllowed, match="may not send"):
        deliver(home, operations, replace(SHORT, operator="stranger"), sources(), bureau)
    monkeypatch.delenv(PASSWORD_VARIABLE)
    with pytest.raises(GatewayError, match="no password"):
        deliver(home, operations, SHORT, sources(), bureau)
    assert bureau.sent == []


def test_the_time_can_be_chosen_in_a_simulated_book_only(home, operations):
    enter(operations, [])
    real = replace(home, book=home.book.model_copy(update={"simulated": False}))
    with pytest.raises(GatewayError, match="real book"):
        deliver(real, operations, SHORT, sources(), Scripted())


def test_a_simulated_book_is_never_sent_to_a_bureau_elsewhere(home, operations):
    enter(operations, [])
    told = (home.root / "bureau.yaml").read_text(encoding="utf-8")
    (home.root / "bureau.yaml").write_text(
        told.replace("http://127.0.0.1:9", "https://bureau.example"), encoding="utf-8"
    )
    with pytest.raises(GatewayError, match="simulated bureau only"):
        deliver(home, operations, SHORT, sources(), Scripted())


def test_the_chain_of_events_holds_after_a_run(home, operations):
    from daihou.ops.chain import first_break

    enter(operations, [an_order(n) for n in range(1, 9)])
    deliver(home, operations, SHORT, sources(), Scripted())
    assert first_break() is None
