"""Why a rule fired for one subject or did not, and the nearest single change that turns it.

Everything here is plain Python over one subject's facts, written apart from the SQL: the two are
held equal by property tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from daihou.contracts import Kind
from daihou.kernel import Level, SubjectKind, Treatment
from daihou.policy.fields import FIELDS, Field
from daihou.policy.judge import Fact, Subject, amount_of, number_of, truth_of
from daihou.policy.logic import LEVELS
from daihou.policy.model import (
    FieldTest,
    Op,
    Policy,
    Rule,
    SignalTest,
    Tier,
    fields_in_amount,
    matches_signal,
    signal_label,
    tests_in,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact as it is and as it would have to be; ``distance`` orders changes, nearest first."""

    name: str
    now: Fact
    then: Fact
    distance: float

    def __str__(self) -> str:
        """Return ``dpd 31 → 30``."""
        return f"{self.name} {_shown(self.now)} → {_shown(self.then)}"


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired: ``wins`` when no earlier one decided its treatment."""

    rule_id: str
    treatment: Treatment
    level: Level | None
    amount_minor: int | None
    reason_code: str
    wins: bool
    facts: tuple[tuple[str, Fact], ...]
    turned_by: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NotFired:
    """A rule that did not fire: its condition was false, unknown, or held back.

    ``because`` is ``false``, ``unknown``, ``held`` (opt-out, evidence or amount) or
    ``stopped by <rule>``; ``unknown_facts`` names what was missing.
    """

    rule_id: str
    treatment: Treatment
    because: str
    facts: tuple[tuple[str, Fact], ...]
    unknown_facts: tuple[str, ...]
    turned_by: tuple[Change, ...]


def explain_decision(
    policy: Policy,
    facts: Mapping[str, Fact],
    signals: Mapping[str, Level],
    *,
    kind: SubjectKind = SubjectKind.ACCOUNT,
    unknown_signals: Iterable[str] = (),
) -> list[FiredRule | NotFired]:
    """Return, for one subject, every rule in file order: fired or not, with what would turn it.

    ``facts`` are the columns of the subject's view (a missing name is unknown); ``signals`` the
    levels of its hits: an account's own and its customer's, a customer's own and the worst of its
    accounts'. ``unknown_signals`` are those that could not be computed.
    """
    subject = Subject(facts, signals, frozenset(unknown_signals))
    told: list[FiredRule | NotFired] = []
    decided: set[Treatment] = set()
    stopped_by = ""
    for rule in policy.rules_for(kind):
        verdict = _Judge(policy, rule, subject)
        if verdict.fires and not stopped_by:
            told.append(verdict.fired(wins=rule.treatment not in decided))
            decided.add(rule.treatment)
            stopped_by = rule.id if rule.stop else ""
        else:
            told.append(verdict.not_fired(stopped_by))
    return told


def tier_of(
    policy: Policy,
    level: Level | None,
    facts: Mapping[str, Fact],
    signals: Mapping[str, Level],
) -> Tier | None:
    """Return the first tier for a customer on watch ``level`` whose condition holds, if any."""
    subject = Subject(facts, signals, frozenset())
    for tier in policy.tiers:
        if tier.level is level and (
            tier.when is None or truth_of(tier.when, subject, policy, SubjectKind.CUSTOMER) is True
        ):
            return tier
    return None


@dataclass(frozen=True, slots=True)
class _Judge:
    """One rule before one subject."""

    policy: Policy
    rule: Rule
    subject: Subject

    @property
    def truth(self) -> bool | None:
        return truth_of(self.rule.when, self.subject, self.policy, self.rule.subject)

    @property
    def fires(self) -> bool:
        return self.truth is True and not self.held

    @property
    def amount(self) -> int | None:
        return amount_of(self.rule.amount, self.subject.facts, self.policy)

    @property
    def held(self) -> bool:
        """Tell whether opt-out, amount or evidence hold the rule back."""
        rule, facts = self.rule, self.subject.facts
        if rule.treatment is Treatment.OFFER and facts.get("offers_opt_out") is not False:
            return True
        if rule.amount is not None:
            amount, limit = self.amount, facts.get("limit_minor")
            if amount is None:
                return True
            if rule.treatment is Treatment.LINE_CUT:
                if not isinstance(limit, int) or not 0 <= amount < limit:
                    return True
            elif amount <= 0:
                return True
        return bool(rule.evidence) and not any(self._has(name) for name in rule.evidence)

    def _has(self, name: str) -> bool:
        if name in FIELDS[self.rule.subject]:
            return self.subject.facts.get(name) is not None
        patterns = self.policy.patterns_of(name) or (name,)
        hit = any(matches_signal(patterns, signal) for signal in self.subject.signals)
        further = self.subject.further
        return hit or (further is not None and further[0] == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Return every fact and signal that the rule reads, once each, in order."""
        rule = self.rule
        names: dict[str, None] = {}
        for test in tests_in(rule.when):
            if isinstance(test, SignalTest):
                names[signal_label(test)] = None
            else:
                names |= {test.field: None} | ({test.other: None} if test.other else {})
        names |= dict.fromkeys(fields_in_amount(rule.amount))
        if rule.treatment is Treatment.OFFER:
            names["offers_opt_out"] = None
        if rule.treatment is Treatment.LINE_CUT:
            names["limit_minor"] = None
        return tuple(names)

    @property
    def facts(self) -> tuple[tuple[str, Fact], ...]:
        return tuple((name, self._value(name)) for name in self.names)

    def _value(self, name: str) -> Fact:
        if name in FIELDS[self.rule.subject]:
            return self.subject.facts.get(name)
        if not name.startswith("signals:"):
            return _level_word(self.subject, name)
        patterns = self.policy.patterns_of(name.removeprefix("signals:"))
        found = [
            f"{signal} {level.value}"
            for signal, level in sorted(self.subject.signals.items())
            if matches_signal(patterns, signal)
        ]
        return ", ".join(found) or "none"

    def fired(self, *, wins: bool) -> FiredRule:
        rule = self.rule
        return FiredRule(
            rule.id, rule.treatment, rule.level, self.amount, rule.reason.code, wins,
            self.facts, self.turns(),
        )  # fmt: skip

    def not_fired(self, stopped_by: str) -> NotFired:
        because = {True: "held", False: "false", None: "unknown"}[self.truth]
        if self.fires:
            because = f"stopped by {stopped_by}"
        turns = () if self.fires else self.turns()
        unknown = tuple(name for name, value in self.facts if value is None or value == "unknown")
        return NotFired(self.rule.id, self.rule.treatment, because, self.facts, unknown, turns)

    def turns(self) -> tuple[Change, ...]:
        """Return, for each fact, the nearest other value that alone turns the rule, if any."""
        found: list[Change] = []
        for name in self.names:
            if name in FIELDS[self.rule.subject]:
                found += self._turns_of_field(FIELDS[self.rule.subject][name])
            else:
                found += self._turns_of_signal(name)
        return tuple(sorted(found, key=lambda change: (change.distance, change.name)))

    def _turned(self, subject: Subject) -> bool:
        return replace(self, subject=subject).fires is not self.fires

    def _turns_of_field(self, field: Field) -> list[Change]:
        now = self.subject.facts.get(field.name)
        best: Change | None = None
        for then in _others(field, now, self.rule, self.subject.facts):
            change = Change(field.name, now, then, _distance(field, now, then))
            if (best is None or change.distance < best.distance) and self._turned(
                replace(self.subject, facts={**self.subject.facts, field.name: then})
            ):
                best = change
        return [best] if best else []

    def _turns_of_signal(self, label: str) -> list[Change]:
        own = self.subject.signals
        if not label.startswith("signals:"):
            members = [label]
        else:
            patterns = self.policy.patterns_of(label.removeprefix("signals:"))
            members = sorted(signal for signal in own if matches_signal(patterns, signal))
        changes = [
            (Change(signal, _level_word(self.subject, signal), word,
                    _steps(own.get(signal), level)),
             replace(self.subject, signals=_with_level(own, signal, level),
                     unknown=self.subject.unknown - {signal}))
            for signal in members
            for level, word in ((None, "none"), *((level, level.value) for level in LEVELS))
            if own.get(signal) is not level or signal in self.subject.unknown
        ]  # fmt: skip
        if label.startswith("signals:"):
            group = label.removeprefix("signals:")
            changes += [
                (Change(f"a further signal of {group}", "none", level.value, _steps(None, level)),
                 replace(self.subject, further=(group, level)))
                for level in LEVELS
            ]  # fmt: skip
        turning = [change for change, subject in changes if self._turned(subject)]
        return [min(turning, key=lambda c: (c.distance, c.name))] if turning else []


def _with_level(
    signals: Mapping[str, Level], signal: str, level: Level | None
) -> Mapping[str, Level]:
    kept = {name: value for name, value in signals.items() if name != signal}
    return kept if level is None else {**kept, signal: level}


def _level_word(subject: Subject, signal: str) -> str:
    level = subject.signals.get(signal)
    if level is not None:
        return level.value
    return "unknown" if signal in subject.unknown else "none"


def _steps(now: Level | None, then: Level | None) -> float:
    """Return the distance between two levels; a quarter for each step of none to red."""
    at = [0 if level is None else LEVELS.index(level) + 1 for level in (now, then)]
    return max(abs(at[0] - at[1]), 1) / 4


def _others(field: Field, now: Fact, rule: Rule, facts: Mapping[str, Fact]) -> list[Fact]:
    """Return values worth trying in place of ``now``: all words, or both sides of each line."""
    if field.kind is Kind.BOOL:
        return [value for value in (True, False) if value is not now]
    if field.kind is Kind.ENUM:
        return [word for word in field.allowed if word != now]
    tests = [t for t in tests_in(rule.when) if isinstance(t, FieldTest)]
    near: list[Fact] = []
    for line in _lines(field, rule, tests, facts):
        if isinstance(line, date):
            near += [line - timedelta(days=1), line, line + timedelta(days=1)]
        elif isinstance(line, int):
            near += [n for n in (line - 1, line, line + 1) if _possible(field, n)]
        else:
            near += [line]
    asked = any(t.field == field.name and t.op in {Op.IS_NULL, Op.NOT_NULL} for t in tests)
    if asked and now is not None:
        near += [None]
    elif asked and not near:  # beside a line, the values around it are the known ones to try
        near += [_SOMETHING[field.kind]]
    return [value for value in near if value != now]


_SOMETHING: Final[Mapping[Kind, Fact]] = {
    Kind.INT: 1,
    Kind.MINOR: 1,
    Kind.BP: 1,
    Kind.TEXT: "known",
    Kind.DATE: "known",
}
"""What stands for a fact that becomes known, where only being known counts."""


def _lines(
    field: Field, rule: Rule, tests: list[FieldTest], facts: Mapping[str, Fact]
) -> set[int | str | date]:
    """Return the values at which a test on the field, or an amount, may turn."""
    lines: set[int | str | date] = set()
    for test in tests:
        if test.field == field.name and test.value is not None:
            lines |= set(test.value) if isinstance(test.value, tuple) else {test.value}
        for one, two in ((test.field, test.other), (test.other, test.field)):
            if one == field.name and two is not None and (value := facts.get(two)) is not None:
                lines.add(value)
    if rule.treatment is Treatment.LINE_CUT and field.name == "limit_minor":
        lines |= {v for n in fields_in_amount(rule.amount) if (v := facts.get(n)) is not None}
    return lines


def _possible(field: Field, number: int) -> bool:
    return (field.at_least is None or number >= field.at_least) and (
        field.at_most is None or number <= field.at_most
    )


def _distance(field: Field, now: Fact, then: Fact) -> float:
    """Return how far a change is, as a share of the fact itself; only the order is used."""
    if now is None or then is None:
        return 1.0
    if field.kind in {Kind.BOOL, Kind.TEXT} or (field.kind is Kind.ENUM and not field.ordered):
        return 1.0
    if isinstance(now, str) != isinstance(then, str):
        return 1.0
    one, two = number_of(now, field), number_of(then, field)
    if field.kind is Kind.ENUM:
        return abs(one - two) / len(field.allowed)
    if field.kind is Kind.DATE:
        return abs(one - two) / 365
    return abs(one - two) / max(abs(one), abs(two), 1)


def _shown(value: Fact) -> str:
    return "unknown" if value is None else str(value)
