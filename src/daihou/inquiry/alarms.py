"""Alarms over inquiries that were made: who asks too much, too late, too far, or without right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from daihou.inquiry.alarm_rules import AlarmRules, Levels
from daihou.inquiry.facts import Asking, Person
from daihou.inquiry.gate import GROUNDS, Condition, may_inquire
from daihou.inquiry.orders import MARKS
from daihou.inquiry.rules import Rules
from daihou.kernel import Level
from daihou.law.terms import add_months

EVIDENCE: Final = 50
"""Keys that one alarm names at the most; ``count`` says how many there are."""


class AlarmKind(StrEnum):
    """What is wrong (预警种类)."""

    AFTER_END = "after_end"
    NO_CONSENT = "no_consent"
    AGAINST_STOP = "against_stop"
    SURGE = "surge"
    FAILURES = "failures"
    OFF_HOURS = "off_hours"
    SAME_CUSTOMER = "same_customer"
    OTHER_REGION = "other_region"
    OTHER_REASONS = "other_reasons"


ALARM_WORDS: Final[Mapping[AlarmKind, tuple[str, str]]] = MappingProxyType(
    {
        AlarmKind.AFTER_END: ("关系结束后仍查询 J01", "asked after the relation ended, J01"),
        AlarmKind.NO_CONSENT: ("无有效授权查询 J02", "asked without live consent, J02"),
        AlarmKind.AGAINST_STOP: ("停查期间仍查询", "asked in spite of a stop"),
        AlarmKind.SURGE: ("查询激增 J03", "surge of inquiries, J03"),
        AlarmKind.FAILURES: ("失败占比过大", "share of failures"),
        AlarmKind.OFF_HOURS: ("非工作时间查询 J04", "outside working hours, J04"),
        AlarmKind.SAME_CUSTOMER: ("短时间内多次查询同一客户", "same customer in a short time"),
        AlarmKind.OTHER_REGION: ("跨地域查询", "customers of another region"),
        AlarmKind.OTHER_REASONS: ("其他理由占比", "share of other reasons"),
    }
)
"""Each kind in Chinese and English."""

_LOGS: Final = "征信业管理条例 art. 22 (L), by practice"
ARTICLES: Final[Mapping[AlarmKind, str]] = MappingProxyType(
    {
        AlarmKind.AFTER_END: "个人信用信息基础数据库管理暂行办法 arts. 12(4), 39 (W, N)",
        AlarmKind.NO_CONSENT: "征信业管理条例 arts. 18, 28, 40 (L)",
        AlarmKind.AGAINST_STOP: GROUNDS[Condition.NO_STOP].article + " (L)",
        AlarmKind.SURGE: _LOGS,
        AlarmKind.FAILURES: _LOGS,
        AlarmKind.OFF_HOURS: _LOGS,
        AlarmKind.SAME_CUSTOMER: "个人信息保护法 art. 6 (L)",
        AlarmKind.OTHER_REGION: _LOGS,
        AlarmKind.OTHER_REASONS: "征信业管理条例 arts. 20, 42 (L)",
    }
)
"""The rule behind each kind, with its grade."""


class Scope(StrEnum):
    """Over whom an alarm is counted."""

    PERSON = "person"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class InquiryLogRow:
    """One inquiry that left or tried to. ``at`` is local time of the lender.

    A branch None is unknown. ``outcome`` is a state of the order, or ``not_received``: then no mark
    was left. ``occasion`` is schedule or the kind of trigger.
    """

    key: str
    customer_id: str
    at: datetime
    user: str
    branch: str | None
    customer_branch: str | None
    reason: str
    outcome: str
    occasion: str

    @property
    def on(self) -> date:
        """Return the local day."""
        return self.at.date()

    @property
    def may_have_marked(self) -> bool:
        """Tell whether the person's file may carry a mark of it."""
        return self.outcome in MARKS


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: ``value`` against ``limit`` in ``unit``; ``evidence`` are keys of orders."""

    kind: AlarmKind
    scope: Scope
    who: str
    on: date
    level: Level
    value: int
    limit: int
    unit: str
    count: int
    evidence: tuple[str, ...]
    article: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are audited, first and last included, and which days the lender is closed."""

    first: date
    last: date
    is_closed: Callable[[date], bool] = field(default=lambda day: day.weekday() >= 5)

    def holds(self, day: date) -> bool:
        """Tell whether a day is audited."""
        return self.first <= day <= self.last


def alarms_of(rows: Iterable[InquiryLogRow], period: Period, rules: AlarmRules) -> list[Alarm]:
    """Return the alarms over persons and branches, by day, gravest first.

    ``rows`` reach back as many months before the period as ``rules.surge.months`` says; what lies
    before the period only makes the average.
    """
    listed = sorted(rows, key=lambda row: (row.at, row.key))
    found: list[Alarm] = []
    for scope in Scope:
        groups: dict[str, list[InquiryLogRow]] = defaultdict(list)
        for row in listed:
            if name := row.user if scope is Scope.PERSON else row.branch:
                groups[name].append(row)
        for who, theirs in groups.items():
            one = _Group(scope, who, theirs, period, rules)
            for check in (_surge, _failures, _off_hours, _same, _region, _reasons):
                found += check(one)
    return _ordered(found)


@dataclass(frozen=True, slots=True)
class Judged:
    """Alarms of inquiries without right, and the keys that could not be judged."""

    alarms: tuple[Alarm, ...]
    unknown: tuple[str, ...]


def judge_right(
    rows: Iterable[InquiryLogRow],
    persons: Mapping[tuple[str, date], Person],
    rules: Rules,
) -> Judged:
    """Return an alarm for each inquiry that was not permitted by consent, relation or stops.

    ``persons`` are by customer and day, as the facts stood on that day; an inquiry about a person
    that is not there, or whose relation is unknown, is not clear: its key is returned.
    """
    found: list[Alarm] = []
    unknown: list[str] = []
    for row in rows:
        if not row.may_have_marked:
            continue
        person = persons.get((row.customer_id, row.on))
        if person is None:
            unknown.append(row.key)
            continue
        wrong, unsure = _without_right(person, row.on, rules)
        found += [_red(kind, row) for kind in wrong]
        unknown += [row.key] if unsure and not wrong else []
    return Judged(tuple(_ordered(found)), tuple(unknown))


def _without_right(person: Person, on: date, rules: Rules) -> tuple[list[AlarmKind], bool]:
    answer = may_inquire(person, Asking(on, ""), rules)
    holds = {finding.condition: finding.holds for finding in answer.findings}
    ended = any(
        stop.kind == "closed" and stop.from_on <= on and (stop.to_on is None or on < stop.to_on)
        for stop in person.stops
    )
    wrong = []
    if ended or holds[Condition.RELATIONSHIP] is False:
        wrong.append(AlarmKind.AFTER_END)
    elif holds[Condition.NO_STOP] is False:
        wrong.append(AlarmKind.AGAINST_STOP)
    if holds[Condition.CONSENT] is False:
        wrong.append(AlarmKind.NO_CONSENT)
    return wrong, None in (holds[Condition.RELATIONSHIP], holds[Condition.CONSENT])


def _red(kind: AlarmKind, row: InquiryLogRow) -> Alarm:
    return Alarm(
        kind, Scope.PERSON, row.user, row.on, Level.RED, 1, 1, "inquiries", 1, (row.key,),
        ARTICLES[kind],
    )  # fmt: skip


def _ordered(alarms: Iterable[Alarm]) -> list[Alarm]:
    weight = {Level.RED: 0, Level.ORANGE: 1, Level.YELLOW: 2}
    return sorted(alarms, key=lambda a: (a.on, weight[a.level], a.kind, a.scope, a.who, a.evidence))


@dataclass(frozen=True, slots=True)
class _Group:
    """The inquiries of one person or branch, by time."""

    scope: Scope
    who: str
    rows: Sequence[InquiryLogRow]
    period: Period
    rules: AlarmRules

    def audited(self) -> list[InquiryLogRow]:
        """Return the rows of the period."""
        return [row for row in self.rows if self.period.holds(row.on)]

    def by_month(self) -> list[list[InquiryLogRow]]:
        """Return the rows of the period by calendar month."""
        months: dict[tuple[int, int], list[InquiryLogRow]] = defaultdict(list)
        for row in self.audited():
            months[row.on.year, row.on.month].append(row)
        return list(months.values())

    def by_day(self) -> dict[date, list[InquiryLogRow]]:
        """Return every row by day, those before the period too."""
        days: dict[date, list[InquiryLogRow]] = defaultdict(list)
        for row in self.rows:
            days[row.on].append(row)
        return days

    def alarm(
        self, kind: AlarmKind, measured: tuple[Level, int, int, str], rows: Sequence[InquiryLogRow]
    ) -> Alarm:
        """Return an alarm on the last day of the rows that it is about."""
        level, value, limit, unit = measured
        keys = tuple(row.key for row in rows[:EVIDENCE])
        return Alarm(
            kind, self.scope, self.who, rows[-1].on, level, value, limit, unit, len(rows), keys,
            ARTICLES[kind],
        )  # fmt: skip


def passed(levels: Levels, value: Fraction) -> tuple[Level, int] | None:
    """Return the gravest level that ``value`` is over, with its limit; at the limit is not over."""
    return _gravest(levels, lambda limit: value > limit)


def reached(levels: Levels, value: int) -> tuple[Level, int] | None:
    """Return the gravest level that a count reaches, with its limit."""
    return _gravest(levels, lambda limit: value >= limit)


def _gravest(levels: Levels, is_hit: Callable[[int], bool]) -> tuple[Level, int] | None:
    for level, limit in (
        (Level.RED, levels.red), (Level.ORANGE, levels.orange), (Level.YELLOW, levels.yellow),
    ):  # fmt: skip
        if limit is not None and is_hit(limit):
            return level, limit
    return None


def _surge(group: _Group) -> Iterator[Alarm]:
    rule, days = group.rules.surge, group.by_day()
    counts = {day: len(rows) for day, rows in days.items()}
    for day, rows in days.items():
        if not group.period.holds(day):
            continue
        since = add_months(day, -rule.months)
        before = [since + timedelta(days=n) for n in range((day - since).days)]
        open_days = sum(not group.period.is_closed(d) for d in before)
        asked = sum(counts.get(d, 0) for d in before)
        average = Fraction(asked, open_days) if open_days else Fraction(0)
        usual = max(average, Fraction(rule.floor)) * rule.factor_percent / 100
        if hit := passed(rule.levels, len(rows) * 100 / usual):
            limit = usual * hit[1] / 100
            measured = (hit[0], len(rows), int(limit), "inquiries a day")
            yield group.alarm(AlarmKind.SURGE, measured, rows)


def _share(
    group: _Group,
    kind: AlarmKind,
    rule: tuple[Levels, int],
    is_meant: Callable[[InquiryLogRow], bool | None],
) -> Iterator[Alarm]:
    """Yield an alarm for each month in which too large a share is meant; unknown is left out."""
    levels, least = rule
    for rows in group.by_month():
        told = [(row, meant) for row in rows if (meant := is_meant(row)) is not None]
        wrong = [row for row, meant in told if meant]
        if len(told) < least or not wrong:
            continue
        share = Fraction(len(wrong) * 100, len(told))
        if hit := passed(levels, share):
            yield group.alarm(kind, (hit[0], round(share), hit[1], "per cent"), wrong)


def _failures(group: _Group) -> Iterator[Alarm]:
    rule = group.rules.failures
    known = frozenset(rule.outcomes)
    yield from _share(
        group, AlarmKind.FAILURES, (rule.levels, rule.least), lambda row: row.outcome in known
    )


def _off_hours(group: _Group) -> Iterator[Alarm]:
    rule, days = group.rules.off_hours, defaultdict(list)
    for row in group.audited():
        if group.period.is_closed(row.on) or not rule.hold(row.at):
            days[row.on].append(row)
    for rows in days.values():
        if hit := reached(rule.levels, len(rows)):
            measured = (hit[0], len(rows), hit[1], "inquiries a day")
            yield group.alarm(AlarmKind.OFF_HOURS, measured, rows)


def _same(group: _Group) -> Iterator[Alarm]:
    rule, people = group.rules.same_customer, defaultdict(list)
    for row in group.rows:
        if row.outcome != "not_received":
            people[row.customer_id].append(row)
    wide = timedelta(minutes=rule.minutes)
    for rows in people.values():
        fullest: dict[date, list[InquiryLogRow]] = {}
        first = 0
        for place, row in enumerate(rows):
            while row.at - rows[first].at > wide:
                first += 1
            window = rows[first : place + 1]
            if group.period.holds(row.on) and len(window) > len(fullest.get(row.on, ())):
                fullest[row.on] = window
        for window in fullest.values():
            if hit := reached(rule.levels, len(window)):
                measured = (hit[0], len(window), hit[1], f"within {rule.minutes} minutes")
                yield group.alarm(AlarmKind.SAME_CUSTOMER, measured, window)


def _region(group: _Group) -> Iterator[Alarm]:
    rule = group.rules.other_region
    allowed = frozenset(rule.white_list)

    def is_other(row: InquiryLogRow) -> bool | None:
        if not row.branch or not row.customer_branch:
            return None
        same = row.branch == row.customer_branch
        return not same and (row.branch, row.customer_branch) not in allowed

    yield from _share(group, AlarmKind.OTHER_REGION, (rule.levels, rule.least), is_other)


def _reasons(group: _Group) -> Iterator[Alarm]:
    rule = group.rules.other_reasons
    usual = frozenset(rule.usual)
    yield from _share(
        group, AlarmKind.OTHER_REASONS, (rule.levels, rule.least),
        lambda row: row.reason not in usual,
    )  # fmt: skip
