"""The loop of delivery: one thread keeps the books, others wait for the bureau."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from daihou.gateways.breaker import BreakerState
from daihou.gateways.message import Head, Request, key_of, write_request
from daihou.gateways.outcomes import (
    Accepted,
    Answer,
    Bureau,
    Lost,
    NoRecord,
    NotTaken,
    Outcome,
    Refused,
)
from daihou.inquiry.facts import Person
from daihou.inquiry.orders import Command, OrderState, Step
from daihou.jobs.deliver import Identity, Kit
from daihou.jobs.send_endings import STOPPED, Endings
from daihou.jobs.send_gate import CallOff, Gate, Go, HoldOff, Known
from daihou.jobs.send_receipt import DeliveryReceipt, Tally
from daihou.ops.sending import (
    ASKED_ABOUT,
    Begin,
    Day,
    Ending,
    Moment,
    Sending,
    Standing,
    Taken,
    Wait,
    database_trouble,
)

_APPROVED: Final = frozenset({OrderState.APPROVED})
_CLEAN_TRIES: Final = 2
"""How often a readable copy is asked for before an unreadable answer is kept."""
_TURN_SECONDS: Final = 0.5
_SHORTEST_PAUSE: Final = 0.02
_QUIET_SECONDS: Final = 0.2
"""How long the books are left alone after they had nothing due."""
_NAMES: Final[Mapping[type, str]] = {
    Answer: "answered", NoRecord: "no_record", Refused: "refused", Accepted: "acknowledged",
    NotTaken: "not_taken", Lost: "lost",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Flight:
    """One message or question under way."""

    taken: Taken
    asked: bool


@dataclass(frozen=True, slots=True)
class _Launch:
    """One message that was recorded as leaving."""

    taken: Taken
    request: bytes
    deadline: datetime


class SendLoop:
    """One run. All of the database is touched by the thread that calls ``run``."""

    def __init__(self, kit: Kit, chance: Callable[[], float]) -> None:
        self._kit, self._tally = kit, Tally()
        self._sending = Sending(kit.operations, kit.worker, kit.home.book.book)
        self._endings = Endings(kit.settings, kit.options.operator, chance)
        self._gate = Gate(kit.rules, kit.home.book.holidays)
        self._queue: deque[Taken] = deque()
        self._flying: dict[Future[Outcome], _Flight] = {}
        self._persons: Mapping[str, Person] = {}
        self._identities: Mapping[str, Identity] = {}
        self._facts: object = None
        self._quiet = {False: 0.0, True: 0.0}
        self._most = 0

    def run(self) -> DeliveryReceipt:
        """Work until nothing is due, or until stopped; return what was done."""
        began, kit = time.monotonic(), self._kit
        with database_trouble():
            self._most = sum(self._sending.counts().values())
            with ThreadPoolExecutor(kit.workers, "bureau") as pool:
                try:
                    while self._turn(pool):
                        self._tell()
                finally:
                    self._sending.let_go(self._queue)
            waiting = self._sending.counts()
        return DeliveryReceipt(
            kit.home.book.book, kit.options.operator, kit.home.book.simulated,
            self._tally.left, self._tally.asked, dict(self._tally.outcomes),
            dict(self._tally.called_off), dict(self._tally.held_off), self._tally.unreadable,
            waiting, kit.breaker.state.value, time.monotonic() - began,
        )  # fmt: skip

    def _turn(self, pool: ThreadPoolExecutor) -> bool:
        """Do everything that can be done now; return whether there is more to come."""
        kit, stop = self._kit, self._kit.options.stop
        ended = [future for future in self._flying if future.done()]
        for future in ended:
            if not self._flying[future].asked:
                self._feel(_outcome_of(future))
        stopping = stop.is_set()
        asks = [] if stopping else self._take_asks(len(self._flying) - len(ended))
        slots = kit.workers - (len(self._flying) - len(ended)) - len(asks)
        wanted = 0 if stopping else self._may_leave(slots)
        if ended or asks or wanted:
            for launch in self._keep_books(ended, asks, wanted):
                self._launch(pool, launch)
            for taken in asks:
                if taken.order.state is not OrderState.SENDING:
                    self._ask(pool, taken)
        if self._flying:
            wait(self._flying, timeout=_TURN_SECONDS, return_when=FIRST_COMPLETED)
            return True
        if stopping:
            return False
        pause = self._pause_seconds()
        if not kit.options.watch and pause > kit.options.patience_seconds:
            return False
        stop.wait(min(max(pause, _SHORTEST_PAUSE), _TURN_SECONDS))
        return True

    def _keep_books(
        self, ended: list[Future[Outcome]], asks: list[Taken], wanted: int
    ) -> list[_Launch]:
        """Record what came back and what leaves now, in one step; return what may leave."""
        launches: list[_Launch] = []
        with self._sending.together():
            moment = self._moment()  # after the wait for the others
            self._sending.lock([*(self._flying[future].taken for future in ended), *asks])
            for future in ended:
                self._settle(self._flying[future], _outcome_of(future), moment)
            for taken in asks:
                if taken.order.state is OrderState.SENDING:
                    self._sending.settle(taken, self._endings.of(taken, STOPPED, moment.real),
                                         moment)  # fmt: skip
            while self._queue and len(launches) < wanted:
                launches += self._begin(wanted - len(launches), moment)
        for future in ended:
            del self._flying[future]
        if wanted:
            self._kit.pace.give_back(wanted - len(launches))
            if not launches:
                self._kit.breaker.unused()
        return launches

    def _settle(self, flight: _Flight, outcome: Outcome, moment: Moment) -> None:
        ending = self._endings.of(flight.taken, outcome, moment.real)
        if not self._sending.settle(flight.taken, ending, moment):
            self._tally.outcomes["overtaken"] += 1
            return
        name = _NAMES[type(outcome)]
        self._tally.outcomes["unclear" if flight.asked and name == "lost" else name] += 1
        self._tally.unreadable += bool(ending.problem)
        if isinstance(outcome, NotTaken) and outcome.final:
            self._tally.outcomes["cancelled"] += 1

    def _feel(self, outcome: Outcome) -> None:
        """Tell breaker and pace how the bureau took a message."""
        kit = self._kit
        match outcome:
            case Lost():
                kit.breaker.failed()
            case NotTaken() if outcome.locked_out:
                kit.breaker.failed(at_once=True)
            case NotTaken() if outcome.retry_after is not None:
                kit.pace.hold(outcome.retry_after)
                kit.breaker.unused()
            case NotTaken() if not outcome.final:
                kit.breaker.failed()
            case _:
                kit.breaker.succeeded()

    def _begin(self, wanted: int, moment: Moment) -> list[_Launch]:
        """Let the next of the queue leave, as far as they may; return those that do."""
        batch = [self._queue.popleft() for _ in range(min(wanted, len(self._queue)))]
        day = self._day(self._kit.clocks.local(moment.real))
        launches = (
            self._judge(taken, standing, moment)
            for taken, standing in self._sending.standings(batch, day, moment)
        )
        return [launch for launch in launches if launch is not None]

    def _judge(self, taken: Taken, standing: Standing, moment: Moment) -> _Launch | None:
        """Read the gate once more and record that the message leaves, or why it does not."""
        order, at = taken.order, self._kit.clocks.local(moment.real)
        known = Known(standing.asked_on, standing.stops, standing.operator)
        answer = self._gate.judge(order, self._persons.get(order.customer_id), known, at)
        who = self._identities.get(order.customer_id)
        if isinstance(answer, Go) and who is None:
            answer = CallOff("no name or document number on record", ("identity",), answer.proof)
        if isinstance(answer, CallOff):
            self._tally.outcomes["cancelled"] += 1
            self._tally.called_off.update(answer.refused_by)
            ending = self._endings.call_off(answer.reason, answer.refused_by, answer.proof)
            self._sending.settle(taken, ending, moment)
            return None
        if isinstance(answer, HoldOff):
            self._tally.held_off.update(answer.refused_by)
            why = "waits for " + ", ".join(answer.refused_by)
            until = answer.until.astimezone(UTC)
            self._sending.settle(taken, Ending(wait=Wait(why, not_before=until)), moment)
            return None
        assert who is not None, "an order without identity was called off"
        return self._leave(taken, who, (standing, answer.proof), moment)

    def _leave(
        self, taken: Taken, who: Identity, why: tuple[Standing, str], moment: Moment
    ) -> _Launch | None:
        kit, order, (standing, proof) = self._kit, taken.order, why
        settings, at = kit.settings, kit.clocks.local(moment.real)
        seconds = timedelta(seconds=settings.deadline_seconds)
        deadline = moment.real.replace(microsecond=0) + seconds
        head = Head(
            settings.sender, settings.receiver, at, "D101", standing.operator.sent_today + 1
        )
        request = Request(
            head, settings.org, settings.user, kit.digest, settings.origin_org or settings.org,
            settings.origin_user or settings.user, who.name, who.id_type, who.id_no, order.purpose,
            settings.service,
        )  # fmt: skip
        told = {
            "customer_id": order.customer_id, "reason_code": order.purpose,
            "occasion": order.occasion, "tier": order.tier, "trigger_id": order.trigger_id or "",
            "reason": order.reason, "proof": proof, "message_key": key_of(order.key),
            "try": str(taken.tries + 1), "deadline": deadline.isoformat(),
            "simulated": "yes" if kit.home.book.simulated else "no",
        }  # fmt: skip
        begun = self._sending.begin(
            taken,
            Begin(Command(Step.BEGIN, kit.options.operator, told), at.date(), deadline,
                  self._flight_lease()),
            moment,
        )  # fmt: skip
        return None if begun is None else _Launch(begun, write_request(request), deadline)

    def _launch(self, pool: ThreadPoolExecutor, launch: _Launch) -> None:
        key = key_of(launch.taken.order.key)
        future = pool.submit(_post, self._kit.bureau, launch.request, key, launch.deadline)
        self._flying[future] = _Flight(launch.taken, asked=False)
        self._tally.left += 1

    def _ask(self, pool: ThreadPoolExecutor, taken: Taken) -> None:
        deadline = taken.deadline or self._kit.options.now()
        future = pool.submit(_ask_clean, self._kit.bureau, key_of(taken.order.key), deadline)
        self._flying[future] = _Flight(taken, asked=True)
        self._tally.asked += 1

    def _take_asks(self, flying: int) -> list[Taken]:
        """Lease orders that are not clear: half of the room, one at a time while sending rests."""
        kit = self._kit
        asked = sum(flight.asked for flight in self._flying.values())
        most = kit.workers if not self._queue else max(1, kit.workers // 2)
        if kit.breaker.state is not BreakerState.CLOSED:
            most = 1
        return self._take(ASKED_ABOUT, min(most - asked, kit.workers - flying))

    def _may_leave(self, slots: int) -> int:
        """Return how many messages may leave now; fills the queue and reads the facts anew."""
        kit = self._kit
        if slots <= 0 or kit.breaker.wait_seconds() or kit.pace.wait_seconds():
            return 0
        if not self._queue:
            self._queue.extend(self._take(_APPROVED, kit.options.queue))
        if not self._queue:
            return 0
        self._read_facts()
        allowed = kit.breaker.free(min(slots, len(self._queue)))
        given = kit.pace.take(allowed)
        if allowed and not given:
            kit.breaker.unused()
        return given

    def _read_facts(self) -> None:
        """Read persons and identities of the queue, unless they are known as of now."""
        sources, on = self._kit.sources, self._kit.clocks.local(self._kit.options.now()).date()
        customers = {taken.order.customer_id for taken in self._queue}
        facts = (sources.version(), on)
        if facts != self._facts or not customers <= self._persons.keys():
            self._identities = sources.identities(customers)
            found = sources.persons(customers, on)
            self._persons = {who: found.get(who, Person(who)) for who in customers}
            self._facts = facts

    def _take(self, states: frozenset[OrderState], limit: int) -> list[Taken]:
        asking = states is ASKED_ABOUT
        if limit <= 0 or time.monotonic() < self._quiet[asking]:
            return []
        queued = timedelta(seconds=self._kit.options.lease_seconds)
        lease = self._flight_lease() if asking else queued
        taken = self._sending.take(states, self._moment(), limit, lease)
        if len(taken) < limit:
            self._quiet[asking] = time.monotonic() + _QUIET_SECONDS
        return taken

    def _flight_lease(self) -> timedelta:
        """Return how long a message or a question may be under way."""
        waits = self._kit.settings.timeouts
        return timedelta(seconds=(waits.connect + waits.read) * (1 + _CLEAN_TRIES) + 5)

    def _pause_seconds(self) -> float:
        """Return the seconds until something comes due; infinite when nothing ever does."""
        kit, moment = self._kit, self._moment()
        asks = self._sending.due(ASKED_ABOUT, moment)
        sends = self._sending.due(_APPROVED, moment)
        times = [at for at in (asks.real,) if at is not None]
        pause = min(((at - moment.real).total_seconds() for at in times), default=float("inf"))
        leave = [at for at in (sends.real, sends.told and kit.clocks.real(sends.told)) if at]
        for at in [moment.real, *leave] if self._queue else leave:
            rest = max(kit.breaker.wait_seconds(), kit.pace.wait_seconds())
            pause = min(pause, max((at - moment.real).total_seconds(), rest))
        return max(pause, 0.0)

    def _moment(self) -> Moment:
        real = self._kit.options.now()
        return Moment(real, self._kit.clocks.told(real))

    def _day(self, at: datetime) -> Day:
        begins = at.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = begins + timedelta(days=1)
        return Day(
            self._kit.options.operator, at.date(), begins.astimezone(UTC), ends.astimezone(UTC),
            self._kit.settings.branches,
        )  # fmt: skip

    def _tell(self) -> None:
        if self._kit.options.on_progress is not None:
            ended = self._tally.ended
            self._kit.options.on_progress("deliver", ended, max(self._most, ended))


def _outcome_of(future: Future[Outcome]) -> Outcome:
    """Return what came back; what broke off on our side is lost, never taken for a refusal."""
    fault = future.exception()
    return future.result() if fault is None else Lost(f"a fault: {type(fault).__name__}")


def _post(bureau: Bureau, request: bytes, key: str, deadline: datetime) -> Outcome:
    return _cleaner(bureau, bureau.send(request, key, deadline), key, deadline)


def _ask_clean(bureau: Bureau, key: str, deadline: datetime) -> Outcome:
    return _cleaner(bureau, bureau.ask(key, deadline), key, deadline)


def _cleaner(bureau: Bureau, outcome: Outcome, key: str, deadline: datetime) -> Outcome:
    """Return a readable copy of an unreadable answer where the bureau has one; asking is free."""
    for _ in range(_CLEAN_TRIES):
        if not isinstance(outcome, Answer) or not outcome.problem:
            break
        again = bureau.ask(key, deadline)
        if isinstance(again, NoRecord) or (isinstance(again, Answer) and not again.problem):
            return again
    return outcome
