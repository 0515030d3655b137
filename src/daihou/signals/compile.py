"""From the catalogue to two queries: which signals hit, and which could not be computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Final

from sqlglot import exp

from daihou.kernel import SubjectKind, Verdict
from daihou.signals.features import FEATURES, KEYS, is_met
from daihou.signals.model import Catalogue, Direction, Signal, Threshold

LARGEST_VALUE: Final = 2_000_000_000
"""Values beyond this, either way, are shown as this: the column is a 32-bit integer."""

_BITS: Final = 60
"""Signals in one pattern of unknowns; the sign and two bits of a 64-bit integer stay free."""


@dataclass(frozen=True, slots=True)
class SignalQueries:
    """The night's two queries over ``account_feature`` and ``customer_feature``.

    Shape: ``hits`` has subject_kind, subject_id, signal_id, verdict, level, value, evidence,
    data_age_days; ``unknown`` has subject_kind, subject_id, unknown_signals (ids in order, comma
    between), one row a subject with at least one.
    """

    hits: exp.Query
    unknown: exp.Query


def compile_signals(catalogue: Catalogue, as_of: date, fed: frozenset[str]) -> SignalQueries:
    """Return the queries that evaluate ``catalogue`` on ``as_of``.

    ``fed`` names the fact tables ever landed. Each relation is scanned once for hits: a first
    filter keeps the few rows on which any signal may hit, and only these are looked at signal by
    signal. A signal whose facts were never landed is unknown wherever it applies.
    """
    hits = [_hits(kind, catalogue.of(kind), as_of, fed) for kind in SubjectKind]
    unknown = [_unknown(kind, catalogue.of(kind), fed) for kind in SubjectKind]
    return SignalQueries(_union(hits, _NO_HIT), _union(unknown, _NO_UNKNOWN))


_SUBJECT: Final = (("subject_kind", "VARCHAR"), ("subject_id", "VARCHAR"))
_NO_HIT: Final = (
    *_SUBJECT,
    ("signal_id", "VARCHAR"),
    ("verdict", "VARCHAR"),
    ("level", "VARCHAR"),
    ("value", "INT"),
    ("evidence", "VARCHAR"),
    ("data_age_days", "INT"),
)
_NO_UNKNOWN: Final = (*_SUBJECT, ("unknown_signals", "VARCHAR"))


def _union(queries: Sequence[exp.Query | None], shape: Sequence[tuple[str, str]]) -> exp.Query:
    found = [query for query in queries if query is not None]
    if not found:
        columns = [exp.alias_(exp.cast(exp.null(), kind), name) for name, kind in shape]
        return exp.select(*columns).where(exp.false())
    return reduce(lambda one, two: exp.union(one, two, distinct=False, copy=False), found)


def _hits(
    kind: SubjectKind, signals: Sequence[Signal], as_of: date, fed: frozenset[str]
) -> exp.Query | None:
    able = [s for s in signals if all(is_met(need, fed) for need in s.needs_facts)]
    if not able:
        return None
    candidate = f"{kind.value}_candidate"
    columns = [KEYS[kind], *dict.fromkeys(name for s in able for name in s.columns)]
    possible = (
        exp.select(*(exp.column(name) for name in columns))
        .from_(f"{kind.value}_feature")
        .where(_any(_hit(signal) for signal in able), copy=False)
    )
    each = [
        _hit_rows(signal, as_of).from_(candidate, copy=False).where(_hit(signal), copy=False)
        for signal in able
    ]
    rows = exp.select("*").from_(_union(each, _NO_HIT).subquery("hit", copy=False), copy=False)
    return _with(rows, candidate, possible)


def _with(query: exp.Select, name: str, body: exp.Query) -> exp.Query:
    """Return ``query`` as a subquery that carries its own named relation."""
    inner = query.with_(name, as_=body, copy=False)
    return exp.select("*").from_(inner.subquery(f"{name}s", copy=False), copy=False)


def _hit_rows(signal: Signal, as_of: date) -> exp.Select:
    case = exp.Case()
    for threshold in signal.thresholds[:-1]:
        case = case.when(threshold.tree.copy(), _text(threshold.level.value), copy=False)
    lightest = _text(signal.thresholds[-1].level.value)
    level = case.else_(lightest, copy=False) if signal.thresholds[1:] else lightest
    value = exp.func(
        "GREATEST",
        exp.func("LEAST", signal.value.copy(), exp.convert(LARGEST_VALUE)),
        exp.convert(-LARGEST_VALUE),
    )
    return exp.select(
        exp.alias_(_text(signal.subject.value), "subject_kind", copy=False),
        exp.alias_(exp.column(KEYS[signal.subject]), "subject_id", copy=False),
        exp.alias_(_text(signal.id), "signal_id", copy=False),
        exp.alias_(_text(Verdict.HIT.value), "verdict", copy=False),
        exp.alias_(level, "level", copy=False),
        exp.alias_(exp.cast(value, "INT"), "value", copy=False),
        exp.alias_(_evidence(signal), "evidence", copy=False),
        exp.alias_(_age(signal, as_of), "data_age_days", copy=False),
    )


def _evidence(signal: Signal) -> exp.Expr:
    parts: list[exp.Expr] = []
    for name in signal.evidence:
        kind = FEATURES[signal.subject][name].kind
        column: exp.Expr = exp.column(name)
        if kind.sql_type != "VARCHAR":
            column = exp.cast(column, "VARCHAR")
        shown = exp.func("COALESCE", column, _text("unknown"))
        label = f"{name}=" if not parts else f";{name}="
        parts += [_text(label), shown]
    return reduce(lambda one, two: exp.DPipe(this=one, expression=two), parts)


def _age(signal: Signal, as_of: date) -> exp.Expr:
    if not signal.age_from:
        return exp.cast(exp.null(), "INT")
    days = [exp.column(name) for name in signal.age_from]
    newest: exp.Expr = exp.func("GREATEST", *days) if days[1:] else days[0]
    today = exp.cast(_text(as_of.isoformat()), "DATE")
    return exp.cast(exp.Sub(this=today, expression=newest), "INT")


def _hit(signal: Signal) -> exp.Expr:
    """Return the condition of any level, true only where the signal applies and is known."""
    known = [_is_known(exp.column(name)) for name in signal.known_when]
    if not isinstance(signal.value, exp.Column):
        known.append(_is_known(exp.paren(signal.value.copy(), copy=False)))
    levels = _any(t.tree.copy() for t in _loosest(signal))
    return exp.paren(_all([levels, *_scope(signal), *known]), copy=False)


def _loosest(signal: Signal) -> Sequence[Threshold]:
    """Return the one threshold that the others imply, else all of them."""
    worse = "<" if signal.direction is Direction.LOWER else ">"
    operators = {threshold.operator or "" for threshold in signal.thresholds}
    if len(operators) == 1 and operators.pop().startswith(worse):
        # The loader has checked that levels get heavier in the signal's direction.
        return signal.thresholds[-1:]
    return signal.thresholds


def _scope(signal: Signal) -> list[exp.Expr]:
    scope: list[exp.Expr] = []
    if signal.products:
        words = [_text(product.value) for product in signal.products]
        scope.append(exp.In(this=exp.column("product"), expressions=words))
    if signal.applies is not None:
        scope.append(exp.paren(signal.applies.copy(), copy=False))
    return scope


def _unknown(kind: SubjectKind, signals: Sequence[Signal], fed: frozenset[str]) -> exp.Query | None:
    if not signals:
        return None
    words = [signals[first : first + _BITS] for first in range(0, len(signals), _BITS)]
    names = [f"unknown_{number}" for number in range(len(words))]
    patterns = [
        exp.alias_(_pattern(word, fed), name) for word, name in zip(words, names, strict=True)
    ]
    # A whole book has few different sets of unknowns: their texts are written once each.
    per_subject = f"{kind.value}_pattern"
    each = exp.select(exp.column(KEYS[kind]), *patterns).from_(f"{kind.value}_feature")
    ids = [
        exp.Case().when(
            exp.NEQ(
                this=exp.paren(exp.BitwiseAnd(this=exp.column(name), expression=_bit(number))),
                expression=exp.convert(0),
            ),
            _text(signal.id),
        )
        for word, name in zip(words, names, strict=True)
        for number, signal in enumerate(word)
    ]
    some = exp.or_(*(exp.column(name).neq(0) for name in names))
    distinct = exp.select(*names).distinct().from_(per_subject).where(some)
    text = exp.ConcatWs(expressions=[_text(","), *ids], safe=True, coalesce=True)
    written = exp.select(*names, exp.alias_(text, "unknown_signals")).from_(distinct.subquery("d"))
    joined = exp.and_(*(exp.column(n, "p").eq(exp.column(n, "t")) for n in names))
    rows = (
        exp.select(
            exp.alias_(_text(kind.value), "subject_kind"),
            exp.alias_(exp.column(KEYS[kind], "p"), "subject_id"),
            exp.column("unknown_signals", "t"),
        )
        .from_(exp.to_table(per_subject).as_("p"))
        .join(written.subquery("t"), on=joined)
    )
    return _with(rows, per_subject, each)


def _pattern(signals: Sequence[Signal], fed: frozenset[str]) -> exp.Expr:
    """Return a whole number with one bit set for each signal that is unknown."""
    always = 0
    bits: list[exp.Expr] = []
    for number, signal in enumerate(signals):
        condition = _is_unknown(signal, fed)
        if isinstance(condition, exp.Boolean):
            always |= (1 << number) if condition.this else 0
            continue
        case = exp.Case().when(condition, _bit(number)).else_(exp.convert(0))
        bits.append(case)
    start: exp.Expr = exp.cast(exp.convert(always), "BIGINT")
    return reduce(lambda one, two: exp.Add(this=one, expression=two), bits, start)


def _is_unknown(signal: Signal, fed: frozenset[str]) -> exp.Expr:
    unmet = not all(is_met(need, fed) for need in signal.needs_facts)
    tests = [exp.Is(this=exp.column(name), expression=exp.null()) for name in signal.known_when]
    if not isinstance(signal.value, exp.Column):
        tests.append(exp.Is(this=exp.paren(signal.value.copy()), expression=exp.null()))
    missing: exp.Expr = exp.true() if unmet else exp.or_(*tests)
    scope = _scope(signal)
    if signal.applies is not None:
        # Not knowing whether it applies is not knowing the verdict.
        applies = scope.pop()
        unsure = exp.Is(this=applies.copy(), expression=exp.null())
        missing = exp.or_(unsure, applies if unmet else exp.and_(applies, exp.paren(missing)))
    if not scope:
        return missing
    return scope[0] if isinstance(missing, exp.Boolean) else exp.and_(scope[0], exp.paren(missing))


def _any(parts: Iterable[exp.Expr]) -> exp.Expr:
    """Return the parts joined by OR; they are new trees, taken as they are."""
    return exp.or_(*parts, copy=False)


def _all(parts: Iterable[exp.Expr]) -> exp.Expr:
    """Return the parts joined by AND; they are new trees, taken as they are."""
    return exp.and_(*parts, copy=False)


def _is_known(tree: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=tree, expression=exp.null()))


def _bit(number: int) -> exp.Expr:
    return exp.cast(exp.convert(1 << number), "BIGINT")


def _text(words: str) -> exp.Expr:
    return exp.Literal.string(words)
