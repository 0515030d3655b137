"""Three-valued logic over one subject's facts: what a condition and an amount come to.

Plain Python, written apart from the SQL: the two are held equal by property tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from daihou.contracts import Kind
from daihou.kernel import Level, SubjectKind
from daihou.policy.fields import FIELDS, Field
from daihou.policy.logic import LEVELS
from daihou.policy.model import (
    AllOf,
    Amount,
    AnyOf,
    Condition,
    FieldAmount,
    FieldTest,
    Greatest,
    Minor,
    Not,
    Op,
    Percent,
    Policy,
    SignalTest,
    matches_signal,
)

Fact = bool | int | str | date | None


@dataclass(frozen=True, slots=True)
class Subject:
    """One account or customer: the columns of its view, its hits, what could not be computed."""

    facts: Mapping[str, Fact]
    signals: Mapping[str, Level]
    unknown: frozenset[str]
    further: tuple[str, Level] | None = None
    """A supposed further hit in a group, to find what would turn a rule."""


def truth_of(
    condition: Condition, subject: Subject, policy: Policy, kind: SubjectKind
) -> bool | None:
    """Return the condition in three-valued logic: None is unknown."""
    if isinstance(condition, Not):
        inner = truth_of(condition.part, subject, policy, kind)
        return None if inner is None else not inner
    if isinstance(condition, (AllOf, AnyOf)):
        deciding = isinstance(condition, AnyOf)
        values = [truth_of(part, subject, policy, kind) for part in condition.parts]
        if deciding in values:
            return deciding
        return None if None in values else not deciding
    if isinstance(condition, SignalTest):
        return _signal_truth(condition, subject, policy)
    return _field_truth(condition, subject.facts, policy, kind)


def _signal_truth(test: SignalTest, subject: Subject, policy: Policy) -> bool | None:
    least = LEVELS.index(test.at_least)
    patterns = (test.signal,) if test.signal else policy.patterns_of(str(test.signals))
    hits = sum(
        LEVELS.index(level) >= least
        for signal, level in subject.signals.items()
        if matches_signal(patterns, signal)
    )
    if subject.further and subject.further[0] == test.signals:
        hits += LEVELS.index(subject.further[1]) >= least
    if hits >= test.count_at_least:
        return True
    missing = sum(matches_signal(patterns, signal) for signal in subject.unknown)
    if test.unknown_as == "unknown" and hits + missing >= test.count_at_least:
        return None
    return False


_COMPARE: Final[Mapping[Op, Callable[[int, int], bool]]] = {
    Op.EQ: lambda a, b: a == b,
    Op.NE: lambda a, b: a != b,
    Op.LT: lambda a, b: a < b,
    Op.LE: lambda a, b: a <= b,
    Op.GT: lambda a, b: a > b,
    Op.GE: lambda a, b: a >= b,
}


def _field_truth(
    test: FieldTest, facts: Mapping[str, Fact], policy: Policy, kind: SubjectKind
) -> bool | None:
    field, value = FIELDS[kind][test.field], facts.get(test.field)
    if test.op is Op.IS_NULL:
        return value is None
    if test.op is Op.NOT_NULL:
        return value is not None
    other = facts.get(test.other) if test.other is not None else test.value
    if value is None or other is None:
        return None
    values = other if isinstance(other, tuple) else (other,)
    if field.kind is Kind.MINOR and test.other is None and any(v != 0 for v in values):
        same = facts.get("currency")
        if same is None or same != policy.currency:
            return None
    if test.op is Op.IN:
        return value in values
    if test.op in {Op.EQ, Op.NE}:
        return (value == values[0]) == (test.op is Op.EQ)
    if field.kind is Kind.ENUM and value not in field.allowed:
        return False
    return _COMPARE[test.op](number_of(value, field), number_of(values[0], field))


def number_of(value: Fact, field: Field) -> int:
    """Return the whole number by which a known value of a comparable field is ordered."""
    if isinstance(value, str):
        return field.allowed.index(value)
    if isinstance(value, date):
        return value.toordinal()
    assert isinstance(value, int)
    return int(value)


def amount_of(amount: Amount | None, facts: Mapping[str, Fact], policy: Policy) -> int | None:
    """Return an amount in minor units, None when a part of it is unknown."""
    if amount is None:
        return None
    if isinstance(amount, Minor):
        return (
            amount.minor if not amount.minor or facts.get("currency") == policy.currency else None
        )
    if isinstance(amount, FieldAmount):
        value = facts.get(amount.field)
        return value if isinstance(value, int) else None
    if isinstance(amount, Percent):
        share = facts.get(amount.percent_bp) if isinstance(amount.percent_bp, str) else (
            amount.percent_bp
        )  # fmt: skip
        whole = amount_of(amount.of, facts, policy)
        if whole is None or not isinstance(share, int):
            return None
        product = whole * (share + amount.plus_bp)
        return -(-product // 10_000) if product < 0 else product // 10_000
    parts = [amount_of(part, facts, policy) for part in amount.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return max(known) if isinstance(amount, Greatest) else min(known)
