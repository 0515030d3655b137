"""An audit of inquiries: the chain first, then alarms, then who asked about whom, when and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from daihou.engines import bind_files, connect
from daihou.errors import InquiryError, OpsError
from daihou.gateways.settings import BureauSettings, parse_bureau
from daihou.inquiry.alarm_rules import AlarmRules, parse_alarm_rules
from daihou.inquiry.alarms import (
    Alarm,
    InquiryLogRow,
    Judged,
    Period,
    alarms_of,
    judge_right,
)
from daihou.inquiry.facts import Person, Stop
from daihou.inquiry.rules import Rules, parse_rules
from daihou.inquiry.staff import Role
from daihou.jobs.enter import rules_of
from daihou.jobs.home import Home, Progress, shipped_texts
from daihou.jobs.operations import open_both
from daihou.jobs.persons import persons_of
from daihou.law.terms import add_months
from daihou.night.book import Holidays

if TYPE_CHECKING:
    from daihou.ops.reading import Attempt, EventLine, StopLine

ALARMS_FILE: Final = "alarms.yaml"
"""A home's own parameters of the alarms; without it the shipped ones hold."""
BUREAU_FILE: Final = "bureau.yaml"
AUDITED: Final = "inquiries_audited"
NOBODY: Final = "unnamed"
"""Who audits while a home has no staff and no name was given."""
_TOLD_KINDS: Final = (
    "night_entered", "order_approve", "order_cancel", "inquiry_stop", "relationship_closed",
    "staff_added", "staff_roles", "staff_left", AUDITED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogLine:
    """One inquiry in the log. ``at`` is UTC, ``local_at`` the lender's time.

    ``seen``: nothing, received, read, or unreadable; ``sha256`` names the last answer.
    """

    key: str
    customer_id: str
    at: datetime
    local_at: datetime
    user: str
    branch: str | None
    customer_branch: str | None
    purpose: str
    occasion: str
    trigger_id: str | None
    reason: str
    proof: str
    outcome: str
    approved_by: tuple[str, ...]
    seen: str
    sha256: str | None

    def as_row(self) -> InquiryLogRow:
        """Return what the alarms read of it."""
        return InquiryLogRow(
            self.key, self.customer_id, self.local_at, self.user, self.branch,
            self.customer_branch, self.purpose, self.outcome, self.occasion,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found. ``chain_break`` is the first event that was changed or is missing.

    ``unjudged`` are keys of inquiries of which consent or relation is unknown: not clear.
    """

    book: str
    title_zh: str
    title_en: str
    simulated: bool
    first: date
    last: date
    by: str
    made_at: datetime
    events: int
    chain_break: int | None
    alarms: tuple[Alarm, ...]
    unjudged: tuple[str, ...]
    log: tuple[LogLine, ...]
    stops: tuple[StopLine, ...]
    steps: tuple[EventLine, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the audit as JSON-ready values."""
        return asdict(self)

    def check(self) -> None:
        """Raise OpsError when the chain of events is broken: the log cannot be relied on."""
        if self.chain_break is not None:
            raise OpsError(
                "the chain of events is broken", where=f"event {self.chain_break}",
                why="it was changed or deleted: the log proves nothing from there on",
                next_step="compare with a backup of the database, and ask who had access",
            )  # fmt: skip


def audit_inquiries(
    root: Path,
    days: tuple[date, date],
    by: str,
    now: datetime,
    on_progress: Progress | None = None,
) -> Audit:
    """Return what an audit of the days, first and last included, finds; the audit is an event.

    Raises: NotAllowed for whoever is not compliance, once there is staff; InquiryError when the
    days are the wrong way round or the parameters are wrong.
    """
    first, last = days
    if last < first:
        raise InquiryError("the last day lies before the first", [f"{first} to {last}"])
    tell = on_progress or (lambda *_: None)
    home, _ = open_both(root)
    who = _auditor(by)
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops import chain
    from daihou.ops.auditing import count_events, remember
    from daihou.ops.reading import events_between, stops_in_force

    tell("chain", 0, 4)
    events, broken = count_events(), chain.first_break()
    rules = alarm_rules_of(home)
    tell("log", 1, 4)
    lines = _log(home, add_months(first, -rules.surge.months), last)
    period = Period(first, last, closed_days(home.book.holidays))
    audited = tuple(line for line in lines if period.holds(line.local_at.date()))
    tell("alarms", 2, 4)
    stops = tuple(stops_in_force(home.book.book, first, last))
    judged = _judged(home, audited, stops, tell)
    found = alarms_of((line.as_row() for line in lines), period, rules)
    zone = zone_of(home)
    begin, end = _instant(first, zone), _instant(last + timedelta(days=1), zone)
    audit = Audit(
        home.book.book, home.book.title.zh, home.book.title.en, home.book.simulated, first, last,
        who, now, events, broken, (*judged.alarms, *found), judged.unknown, audited, stops,
        tuple(events_between(begin, end, _TOLD_KINDS)),
    )  # fmt: skip
    told = {"log": len(audited), "alarms": len(audit.alarms), "chain_break": broken}
    remember(now, AUDITED, f"{home.book.book}:{first}:{last}", (who, told))
    tell("alarms", 4, 4)
    return audit


def alarm_rules_of(home: Home) -> AlarmRules:
    """Return the parameters of the alarms: the home's own file, else the shipped ones."""
    if (home.root / ALARMS_FILE).is_file():
        return parse_alarm_rules(home.text_of(ALARMS_FILE), str(home.root / ALARMS_FILE))
    return parse_alarm_rules(shipped_texts("daihou.inquiry", ".yaml")[ALARMS_FILE], ALARMS_FILE)


def asking_rules_of(home: Home) -> Rules:
    """Return the home's rules of asking, else the shipped ones: an audit always has some."""
    shipped = shipped_texts("daihou.inquiry", ".yaml")["rules.yaml"]
    return rules_of(home) or parse_rules(shipped, "rules.yaml")


def closed_days(holidays: Holidays) -> Callable[[date], bool]:
    """Return what tells whether the lender is closed on a day, as the gate reads it at sending."""
    closed, working = frozenset(holidays.days), frozenset(holidays.working_days)
    weekends = holidays.weekends
    return lambda day: day in closed or (weekends and day.weekday() >= 5 and day not in working)


def _auditor(by: str) -> str:
    from daihou.ops.staff import Staff

    staff = Staff()
    if staff.there_are_any():
        return staff.require(by or NOBODY, Role.COMPLIANCE).user_id
    return by.strip() or NOBODY


def zone_of(home: Home) -> ZoneInfo:
    """Return where the lender's days and hours are counted: as the bureau's settings say."""
    if (home.root / BUREAU_FILE).is_file():
        return ZoneInfo(parse_bureau(home.text_of(BUREAU_FILE), BUREAU_FILE).timezone)
    return ZoneInfo(str(BureauSettings.model_fields["timezone"].default))


def _instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day of the lender begins."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _log(home: Home, first: date, last: date) -> list[LogLine]:
    from daihou.ops.reading import attempts_between
    from daihou.ops.staff import Staff

    branches = {member.user_id: member.branch or None for member in Staff().members()}
    zone = zone_of(home)
    begin, end = _instant(first, zone), _instant(last + timedelta(days=1), zone)
    attempts = list(attempts_between(home.book.book, begin, end))
    theirs = branches_of(home, {attempt.order.customer_id for attempt in attempts})
    return [
        _line(one, (zone, branches.get(one.by)), theirs.get(one.order.customer_id, ()))
        for one in attempts
    ]


def _line(attempt: Attempt, where: tuple[ZoneInfo, str | None], theirs: Sequence[str]) -> LogLine:
    """Return one line of the log; ``where`` is (the lender's zone, the user's branch)."""
    order, last = attempt.order, attempt.answers[-1] if attempt.answers else None
    zone, branch = where
    seen = "nothing"
    if last is not None:
        seen = "unreadable" if last.problem else "read" if last.landed_at else "received"
    return LogLine(
        key=order.key, customer_id=order.customer_id, at=attempt.at,
        local_at=attempt.at.astimezone(zone).replace(tzinfo=None), user=attempt.by, branch=branch,
        customer_branch=branch if branch in theirs else next(iter(theirs), None),
        purpose=order.purpose, occasion=order.occasion, trigger_id=order.trigger_id,
        reason=order.reason, proof=order.proof, outcome=attempt.outcome,
        approved_by=order.approved_by, seen=seen, sha256=last.sha256 if last else None,
    )  # fmt: skip


def branches_of(home: Home, customer_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the branches that keep each customer's accounts, the newest account's first."""
    wanted = sorted(set(customer_ids))
    paths = [home.lake.path_of(file) for file in home.lake.fact_files("account")]
    if not wanted or not paths:
        return {}
    with connect(temp_dir=home.root) as connection:
        bind_files(connection, "accounts", paths)
        rows = connection.execute(
            "SELECT customer_id, branch FROM accounts"
            " WHERE branch IS NOT NULL AND customer_id IN (SELECT UNNEST(CAST(? AS VARCHAR[])))"
            " GROUP BY customer_id, branch ORDER BY customer_id, MAX(opened_on) DESC, branch",
            [wanted],
        ).fetchall()
    found: dict[str, tuple[str, ...]] = {}
    for customer_id, branch in rows:
        found[customer_id] = (*found.get(customer_id, ()), branch)
    return found


def _judged(
    home: Home, lines: Sequence[LogLine], stops: Sequence[StopLine], tell: Progress
) -> Judged:
    """Return the inquiries without right, each against the facts as they stood on its own day."""
    by_day: dict[date, set[str]] = {}
    for line in lines:
        by_day.setdefault(line.local_at.date(), set()).add(line.customer_id)
    held: dict[str, list[Stop]] = {}
    for stop in stops:
        held.setdefault(stop.customer_id, []).append(Stop(stop.kind, stop.from_on, stop.to_on))
    persons: dict[tuple[str, date], Person] = {}
    for number, (day, customers) in enumerate(sorted(by_day.items())):
        tell(f"facts of {day}", number, len(by_day))
        known: Mapping[str, Person] = persons_of(home, customers, day)
        for customer, person in known.items():
            own = (*person.stops, *held.get(customer, ()))
            persons[customer, day] = replace(person, stops=own)
    return judge_right((line.as_row() for line in lines), persons, asking_rules_of(home))
