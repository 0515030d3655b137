"""All that is wrong or doubtful in a policy, before a night is compiled from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from daihou.contracts import Kind
from daihou.kernel import Level, SubjectKind, Treatment
from daihou.policy.fields import FIELDS, Field
from daihou.policy.logic import Atom, Every, Reasoner, Span, atoms_in, plain_form, span_of
from daihou.policy.model import (
    Amount,
    Condition,
    FieldAmount,
    FieldTest,
    Greatest,
    Least,
    Op,
    Percent,
    Policy,
    Rule,
    SignalTest,
    fields_in_amount,
    has_fixed_money,
    matches_signal,
    tests_in,
)

PLACE: Final = re.compile(r"\{([^{}]*)\}")
LISTS: Final = frozenset({Treatment.LIST_GREY, Treatment.LIST_BLACK, Treatment.LIST_WHITE})
_EVIDENCE_NEEDED: Final = frozenset({Treatment.LIST_GREY, Treatment.LIST_BLACK})
_TWO_NEEDED: Final = LISTS | {Treatment.LINE_CUT}
_LEVELLED: Final = frozenset({Treatment.WATCH, Treatment.CASE_COLLECTION, Treatment.CASE_REVIEW})
_LINE: Final = frozenset({Treatment.LINE_CUT, Treatment.LINE_FREEZE})


def check_policy(policy: Policy, signal_ids: Collection[str]) -> list[str]:
    """Return every problem that forbids running ``policy``; empty when there is none.

    ``signal_ids`` are the ids of the signal catalogue in force.
    """
    problems = [*_names(policy, signal_ids)]
    for rule in policy.rules:
        checks = (
            *_condition(rule.when, rule.subject, policy, signal_ids),
            *_amount(rule, policy),
            *_treatment(rule),
            *_evidence(rule, policy, signal_ids),
            *_sentences(rule),
        )
        problems += [f"rule {rule.id}: {problem}" for problem in checks]
    for tier in policy.tiers:
        if tier.when is not None:
            problems += [
                f"tier {tier.id}: {problem}"
                for problem in _condition(tier.when, SubjectKind.CUSTOMER, policy, signal_ids)
            ]
    return problems + list(_order(policy))


def policy_doubts(policy: Policy) -> list[str]:
    """Return what deserves a second look but forbids nothing: gaps between bands of one field."""
    return [
        f"{kind.value} {treatment.value}: no rule for {field.name} {gap}"
        for kind, treatment in _pairs(policy)
        for field, gap in _gaps(policy, kind, treatment)
    ]


def _pairs(policy: Policy) -> list[tuple[SubjectKind, Treatment]]:
    return list(dict.fromkeys((rule.subject, rule.treatment) for rule in policy.rules))


def _names(policy: Policy, signal_ids: Collection[str]) -> Iterator[str]:
    for what, names in (
        ("rule id", [rule.id for rule in policy.rules]),
        ("reason code", [rule.reason.code for rule in policy.rules]),
        ("tier id", [tier.id for tier in policy.tiers]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{what} {name!r} is used {times} times: decisions could not be told apart"
    for group, patterns in policy.groups.items():
        if group == "any":
            yield "group 'any' means every signal and cannot be defined again"
        for pattern in patterns:
            if not any(matches_signal((pattern,), signal) for signal in signal_ids):
                yield f"group {group}: no signal of the catalogue matches {pattern!r}"
    plain_levels = [tier.level for tier in policy.tiers if tier.when is None]
    for level, times in Counter(plain_levels).items():
        if times > 1:
            yield f"tiers: {times} tiers without a condition for level {level or 'none'}"


def _condition(
    condition: Condition, kind: SubjectKind, policy: Policy, signal_ids: Collection[str]
) -> Iterator[str]:
    fields = FIELDS[kind]
    sound = True
    for test in tests_in(condition):
        found = list(
            _signal_test(test, policy, signal_ids)
            if isinstance(test, SignalTest)
            else _field_test(test, kind, policy)
        )
        sound = sound and not found
        yield from found
    if not sound:
        return
    reasoner, plain = Reasoner(dict(fields)), plain_form(condition)
    if reasoner.never(plain):
        yield "its condition can never hold"
        return
    for atom in atoms_in(plain):
        if isinstance(atom.test, FieldTest) and reasoner.idle(atom):
            yield f"the test on {atom.test.field} holds for every known value: it says nothing"


def _signal_test(test: SignalTest, policy: Policy, signal_ids: Collection[str]) -> Iterator[str]:
    if test.signal is not None and test.signal not in signal_ids:
        yield f"no signal {test.signal!r} in the catalogue"
    if test.signals is not None:
        patterns = policy.patterns_of(test.signals)
        if not patterns:
            yield f"no signal group {test.signals!r}: use any or one of {sorted(policy.groups)}"
            return
        members = sum(matches_signal(patterns, signal) for signal in signal_ids)
        if members < test.count_at_least:
            yield (
                f"group {test.signals} has {members} signals, "
                f"count_at_least {test.count_at_least} can never hold"
            )


def _field_test(test: FieldTest, kind: SubjectKind, policy: Policy) -> Iterator[str]:
    field = FIELDS[kind].get(test.field)
    if field is None:
        yield f"no field {test.field!r} of {kind.value}: use one of {', '.join(FIELDS[kind])}"
        return
    if test.op in {Op.LT, Op.LE, Op.GT, Op.GE} and not field.comparable:
        yield f"{field.name} has no order: use eq, ne or in"
    if test.other is not None:
        other = FIELDS[kind].get(test.other)
        if other is None:
            yield f"no field {test.other!r} of {kind.value}"
        elif (other.kind, other.allowed) != (field.kind, field.allowed):
            yield f"{field.name} and {other.name} are not of one kind and cannot be compared"
        elif other.name == field.name:
            yield f"{field.name} is compared with itself"
        return
    if test.value is None:
        return
    for value in test.value if isinstance(test.value, tuple) else (test.value,):
        yield from _value(value, field, policy)


def _value(value: object, field: Field, policy: Policy) -> Iterator[str]:
    wanted = {
        Kind.BOOL: "true or false",
        Kind.DATE: "a day, YYYY-MM-DD",
        Kind.ENUM: f"one of {', '.join(field.allowed)}",
        Kind.TEXT: "a word",
        Kind.MINOR: "whole minor units",
        Kind.BP: "whole basis points",
    }.get(field.kind, "a whole number")
    right = {
        Kind.BOOL: isinstance(value, bool),
        Kind.DATE: isinstance(value, date),
        Kind.ENUM: value in field.allowed,
        Kind.TEXT: isinstance(value, str),
    }.get(field.kind, isinstance(value, int) and not isinstance(value, bool))
    if not right:
        yield f"{field.name} takes {wanted}, not {value!r}"
    elif field.kind is Kind.MINOR and value != 0 and policy.currency is None:
        yield f"{field.name} against a sum needs the policy's currency"


def _amount(rule: Rule, policy: Policy) -> Iterator[str]:
    if rule.treatment is Treatment.LINE_CUT and rule.amount is None:
        yield "a line_cut needs an amount: the new limit"
    if rule.amount is not None and rule.treatment not in {Treatment.LINE_CUT, Treatment.OFFER}:
        yield f"{rule.treatment.value} takes no amount"
    if has_fixed_money(rule.amount) and policy.currency is None:
        yield "a fixed amount needs the policy's currency"
    yield from _amount_kinds(rule.amount, rule.subject)


def _amount_kinds(amount: Amount | None, kind: SubjectKind) -> Iterator[str]:
    if isinstance(amount, FieldAmount):
        yield from _needs_kind(amount.field, Kind.MINOR, kind)
    elif isinstance(amount, Percent):
        if isinstance(amount.percent_bp, str):
            yield from _needs_kind(amount.percent_bp, Kind.BP, kind)
        yield from _amount_kinds(amount.of, kind)
    elif isinstance(amount, (Least, Greatest)):
        for part in amount.parts:
            yield from _amount_kinds(part, kind)


def _needs_kind(name: str, wanted: Kind, kind: SubjectKind) -> Iterator[str]:
    field = FIELDS[kind].get(name)
    if field is None:
        yield f"no field {name!r} of {kind.value} for the amount"
    elif field.kind is not wanted:
        yield f"amount: {name} is {field.kind.value}, here {wanted.value} is needed"


def _treatment(rule: Rule) -> Iterator[str]:
    treatment = rule.treatment
    if treatment in _LEVELLED and rule.level is None:
        yield f"{treatment.value} needs a level: yellow, orange or red"
    if treatment not in _LEVELLED and rule.level is not None:
        yield f"{treatment.value} takes no level"
    if treatment is Treatment.OFFER and rule.subject is not SubjectKind.CUSTOMER:
        yield "an offer is made to a person: subject must be customer, whose opt-out is known"
    if treatment in LISTS and rule.subject is not SubjectKind.CUSTOMER:
        yield "a list holds persons and firms: subject must be customer"
    if treatment in _LINE and rule.subject is not SubjectKind.ACCOUNT:
        yield f"{treatment.value} is about a line: subject must be account"
    if treatment in _TWO_NEEDED and not rule.needs_two:
        yield f"{treatment.value} must be agreed by two persons: needs_two: true"


def _evidence(rule: Rule, policy: Policy, signal_ids: Collection[str]) -> Iterator[str]:
    if rule.treatment in _EVIDENCE_NEEDED and not rule.evidence:
        yield f"{rule.treatment.value} needs evidence: name the fields or signals it rests on"
    for name in rule.evidence:
        if name not in FIELDS[rule.subject] and name not in signal_ids and not (
            policy.patterns_of(name)
        ):  # fmt: skip
            yield f"evidence {name!r} is neither a field, a signal nor a group"


def _sentences(rule: Rule) -> Iterator[str]:
    for lang, said in (("zh", rule.reason.zh), ("en", rule.reason.en)):
        for name in PLACE.findall(said):
            if name not in FIELDS[rule.subject]:
                yield f"reason ({lang}): no field {name!r} of {rule.subject.value}"
        if "{" in PLACE.sub("", said) or "}" in PLACE.sub("", said):
            yield f"reason ({lang}): a brace is left open"


def _order(policy: Policy) -> Iterator[str]:
    """Yield weaker rules before stronger ones, and rules that an earlier one always beats."""
    levels = tuple(Level)
    for kind, treatment in _pairs(policy):
        reasoner = Reasoner(dict(FIELDS[kind]))
        rules = [r for r in policy.rules_for(kind) if r.treatment is treatment]
        for before, after in pairwise(rules):
            if before.level and after.level and (
                levels.index(before.level) < levels.index(after.level)
            ):  # fmt: skip
                yield (
                    f"rule {after.id}: {after.level.value} stands after {before.id} "
                    f"({before.level.value}); strongest first, or it never wins"
                )
        for number, later in enumerate(rules):
            plain = plain_form(later.when)
            for earlier in rules[:number]:
                if _no_more_guards(earlier, later) and not reasoner.never(plain) and (
                    reasoner.implies(plain, plain_form(earlier.when))
                ):  # fmt: skip
                    yield f"rule {later.id}: never wins, {earlier.id} fires whenever it would"
                    break
    yield from _behind_stops(policy)


def _behind_stops(policy: Policy) -> Iterator[str]:
    for kind in SubjectKind:
        reasoner, rules = Reasoner(dict(FIELDS[kind])), policy.rules_for(kind)
        for number, later in enumerate(rules):
            for earlier in rules[:number]:
                if earlier.stop and earlier.treatment is not later.treatment and (
                    _no_more_guards(earlier, later)
                    and reasoner.implies(plain_form(later.when), plain_form(earlier.when))
                ):  # fmt: skip
                    yield f"rule {later.id}: never fires, {earlier.id} stops before it"
                    break


def _no_more_guards(earlier: Rule, later: Rule) -> bool:
    """Tell whether the earlier rule asks for nothing beside its condition that the later lacks."""
    evidence = not earlier.evidence or (
        bool(later.evidence) and set(later.evidence) <= set(earlier.evidence)
    )
    amount = earlier.amount is None or earlier.amount == later.amount
    offer = earlier.treatment is not Treatment.OFFER or later.treatment is Treatment.OFFER
    return evidence and amount and offer


def _gaps(policy: Policy, kind: SubjectKind, treatment: Treatment) -> Iterator[tuple[Field, str]]:
    """Yield holes between the bands of rules that test one and the same ordered field alone."""
    bands: dict[str, list[Span]] = {}
    for rule in policy.rules_for(kind):
        plain = plain_form(rule.when)
        parts = plain.parts if isinstance(plain, Every) else (plain,)
        atoms = [part for part in parts if isinstance(part, Atom)]
        names = {atom.test.field for atom in atoms if isinstance(atom.test, FieldTest)}
        if rule.treatment is not treatment or len(names) != 1 or len(atoms) != len(parts):
            continue
        if any(not isinstance(atom.test, FieldTest) for atom in atoms):
            continue
        field = FIELDS[kind].get(names.pop())
        if field is None or not field.comparable:
            continue
        spans = [span_of(atom, field) for atom in atoms]
        if all(span is not None for span in spans):
            band = Reasoner({field.name: field}).spans(atoms)[field.name]
            bands.setdefault(field.name, []).append(band)
    for name, spans_found in bands.items():
        yield from ((FIELDS[kind][name], gap) for gap in _holes(spans_found, FIELDS[kind][name]))


def _holes(bands: list[Span], field: Field) -> Iterator[str]:
    ordered = sorted(bands, key=lambda span: float("-inf") if span.low is None else span.low)
    reached = ordered[0].high
    for band in ordered[1:]:
        if reached is None:
            return
        if band.low is not None and band.low > reached + 1:
            yield f"from {_shown(reached + 1, field)} to {_shown(band.low - 1, field)}"
        reached = None if band.high is None else max(reached, band.high)


def _shown(code: int, field: Field) -> str:
    if field.kind is Kind.DATE:
        return date.fromordinal(code).isoformat()
    return field.allowed[code] if field.kind is Kind.ENUM else str(code)


def columns_read(policy: Policy, kind: SubjectKind) -> tuple[str, ...]:
    """Return the columns that the compiled policy needs of ``account_view`` or ``customer_view``.

    Keys are not among them. Order is that of FIELDS.
    """
    names: set[str] = set()
    for rule in policy.rules_for(kind):
        names |= set(fields_in_amount(rule.amount))
        names |= {name for name in rule.evidence if name in FIELDS[kind]}
        money = has_fixed_money(rule.amount)
        for test in tests_in(rule.when):
            if isinstance(test, FieldTest):
                names |= {test.field} | ({test.other} if test.other else set())
                field = FIELDS[kind].get(test.field)
                money = money or (field is not None and field.kind is Kind.MINOR)
        names |= {"currency"} if money else set()
        names |= {"limit_minor"} if rule.treatment is Treatment.LINE_CUT else set()
        names |= {"offers_opt_out"} if rule.treatment is Treatment.OFFER else set()
    return tuple(name for name in FIELDS[kind] if name in names)
