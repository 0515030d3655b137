"""The simulated bureau itself: a message goes in, the ledger is written, an answer comes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from threading import Lock
from time import time as clock
from typing import Final

from daihou.errors import GatewayError
from daihou.gateways.message import (
    MAX_REQUEST_BYTES,
    NO_RECORD,
    REPORT,
    Head,
    Request,
    read_request,
    write_answer,
)
from daihou.gateways.simulator.ledger import Ledger, NewLook, Received
from daihou.gateways.simulator.own_copy import own_pdf
from daihou.gateways.simulator.population import Look, NotSamePerson, Population
from daihou.gateways.simulator.rules import IDENTITY_CARD, TOLD, Refusal, Rules
from daihou.report.model import Report
from daihou.report.writers.gen2 import write_gen2

KEY_FORM: Final = re.compile(r"[0-9a-f]{32}")
YEARS: Final = range(2000, 2101)
"""Simulated years: lives are made up to the day asked for, however far it is."""
_LOOKS_SHOWN: Final = timedelta(days=731)
_OWN_TIME: Final = time(9, 30)


@dataclass(frozen=True, slots=True)
class Posted:
    """One message as it came in. ``later_s`` is after how many seconds its answer is ready;
    ``source`` names the line of a file, None over the wire."""

    data: bytes
    key: str
    deadline: str
    later_s: float | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: HTTP status and a D102 message (empty with 202 and 404)."""

    status: int
    body: bytes = b""


class Bureau:
    """Answers messages of known institutions about known people and writes down every look.

    ``now`` is the real clock in seconds; deadlines are held against it.
    """

    def __init__(
        self, ledger: Ledger, rules: Rules, people: Population, now: Callable[[], float] = clock
    ) -> None:
        self._ledger, self._rules, self._people, self._now = ledger, rules, people, now
        self._taken: list[float] = []
        self._counting = Lock()

    @property
    def ledger(self) -> Ledger:
        """The ledger that it writes."""
        return self._ledger

    def take(self, posted: Posted) -> Reply:
        """Process one message: answered, or refused with nothing written into a file.

        The deadline is looked at under the ledger's lock, at the moment of writing the look.
        """
        arrived = self._now()
        received = Received(
            0, "", arrived, posted.key or None, seconds_of(posted.deadline), posted.source
        )
        if len(posted.data) > MAX_REQUEST_BYTES:
            return self._refuse(received, Refusal.LARGE)
        if not KEY_FORM.fullmatch(posted.key) or received.deadline is None:
            return self._refuse(received, Refusal.MALFORMED)
        if self._too_many(arrived):
            return self._refuse(received, Refusal.RATE)
        try:
            request = read_request(posted.data)
        except GatewayError:
            return self._refuse(received, Refusal.MALFORMED)
        if request.head.at.year not in YEARS:
            return self._refuse(received, Refusal.MALFORMED)
        received = replace(
            received, org=request.org[:64], user=request.user[:64], id_type=request.id_type[:8],
            id_no=request.id_no[:64], reason=request.reason[:8], day=request.head.at.date(),
        )  # fmt: skip
        if refusal := self._rules.refusal(request):
            return self._refuse(received, refusal, request)
        try:
            person = self._people.person_of(request.name, request.id_type, request.id_no)
        except NotSamePerson:
            return self._refuse(received, Refusal.NAME, request)
        return self._answer(received, request, person, posted.later_s)

    def again(self, key: str) -> Reply:
        """Return what was answered to a key; no new look. 404: it was never processed.

        Waits for a message that is being written, so that 404 after a deadline is final.
        """
        with self._ledger.writing():
            kept = self._ledger.kept(key)
        if kept is None or kept.answer is None:
            return Reply(404)
        if kept.ready_at is not None and kept.ready_at > self._now():
            return Reply(202)
        return Reply(kept.status, kept.answer)

    def own_report(self, name: str, id_no: str, on: date | None) -> bytes | None:
        """Return the borrower's own copy as PDF and write the own look; None: no such person.

        ``on`` None is the newest simulated day. Raises: NotSamePerson.
        """
        person = self._people.person_of(name, IDENTITY_CARD, id_no)
        if person is None:
            return None
        with self._ledger.writing():
            number = self._ledger.next_look()
            day = on or self._ledger.last_day() or datetime.fromtimestamp(self._now()).date()
            looks = self._looks(person, day)
            at = datetime.combine(day, _OWN_TIME)
            report = _numbered(self._people.report_of(person, day, looks), at, number)
            self._ledger.add_look(None, NewLook(person, id_no, day, own=True))
        return own_pdf(report, looks)

    def refused(self, refusal: Refusal) -> Reply:
        """Return a refusal without looking at any message, such as outside service hours."""
        return self._refuse(Received(0, "", self._now()), refusal)

    def _answer(
        self, received: Received, request: Request, person: str | None, later_s: float | None
    ) -> Reply:
        """Write look and answer in one step, unless the deadline has passed."""
        asking = self._rules.institutions[request.origin_org]
        with self._ledger.writing():
            number = self._ledger.next_look()
            answer, result = self._told(request, person, number)
            now = self._now()
            late = received.deadline is None or now >= received.deadline
            if not late:
                ready_at = None if later_s is None else now + later_s
                message = self._ledger.add(
                    replace(received, status=200, result=result, answer=answer, ready_at=ready_at)
                )
                look = NewLook(
                    person, request.id_no, request.head.at.date(), received.key or "", asking.code,
                    asking.name, asking.kind, request.reason, request.origin_user,
                )  # fmt: skip
                self._ledger.add_look(message, look)
        if late:
            return self._refuse(received, Refusal.LATE, request)
        return Reply(200, answer) if later_s is None else Reply(202)

    def _told(self, request: Request, person: str | None, number: int) -> tuple[bytes, str]:
        """Return the answer message and its result code."""
        at = request.head.at
        head = Head(self._rules.place, request.head.sender, at, "D102", number % 10**8)
        if person is None:
            told = "无此人信用信息（模拟） no record of this person (simulated)"
            return write_answer(head, NO_RECORD, told), NO_RECORD
        looks = self._looks(person, at.date())
        report = _numbered(self._people.report_of(person, at.date(), looks), at, number)
        header = replace(
            report.header, queried_at=at, inquirer=request.origin_org,
            operator=request.origin_user, reason_code=request.reason,
        )  # fmt: skip
        data = write_gen2(replace(report, header=header))
        return write_answer(head, REPORT, "模拟数据 simulated", data), REPORT

    def _looks(self, person: str, on: date) -> tuple[Look, ...]:
        """Return the looks that a report of that day shows: those of two years."""
        since = on - _LOOKS_SHOWN
        return tuple(look for look in self._ledger.looks_at(person, on) if look.on > since)

    def _refuse(
        self, received: Received, refusal: Refusal, request: Request | None = None
    ) -> Reply:
        """Write down that a message was refused and return the refusal."""
        status, told = TOLD[refusal]
        at = request.head.at if request else datetime.fromtimestamp(received.arrived)
        to = request.head.sender if request else "0" * 14
        head = Head(self._rules.place, to, at.replace(microsecond=0), "D102", 0)
        body = write_answer(head, refusal.value, f"模拟 simulated: {told}")
        self._ledger.add(replace(received, status=status, result=refusal.value, answer=body))
        return Reply(status, body)

    def _too_many(self, now: float) -> bool:
        """Tell whether more came in the last minute than are allowed, and count this one."""
        if self._rules.per_minute is None:
            return False
        with self._counting:
            self._taken = [at for at in self._taken if at > now - 60]
            if len(self._taken) >= self._rules.per_minute:
                return True
            self._taken.append(now)
            return False


def _numbered(report: Report, at: datetime, number: int) -> Report:
    """Return a report with its number and time; an even last digit covers the person's number."""
    told = f"{at:%Y%m%d%H%M%S}{number % 10**8:08d}"
    return replace(report, header=replace(report.header, report_no=told, report_at=at))


def seconds_of(deadline: object) -> float | None:
    """Return a deadline as seconds since 1970 (or an ISO instant with zone); None: not a time."""
    text = str(deadline)
    try:
        seconds = float(text)
    except ValueError:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            return None
        return instant.timestamp() if instant.tzinfo else None
    return seconds if 0 < seconds < 1e11 else None
