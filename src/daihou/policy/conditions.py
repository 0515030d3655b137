"""Conditions and amounts as SQL syntax trees, over the columns that ``compile`` puts in reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlglot import exp

from daihou.contracts import Kind
from daihou.kernel import Level, SubjectKind, Treatment
from daihou.policy.fields import FIELDS
from daihou.policy.logic import LEVELS, Atom, Every, Plain
from daihou.policy.model import (
    Amount,
    FieldAmount,
    FieldTest,
    Greatest,
    Minor,
    Op,
    Percent,
    Policy,
    Rule,
    SignalTest,
)

VIEW: Final = "v"
"""Alias of ``account_view`` or ``customer_view`` in the compiled query."""

_COMPARE: Final[dict[Op, type[exp.Binary]]] = {
    Op.EQ: exp.EQ,
    Op.NE: exp.NEQ,
    Op.LT: exp.LT,
    Op.LE: exp.LTE,
    Op.GT: exp.GT,
    Op.GE: exp.GTE,
}


def weight_of(level: Level) -> int:
    """Return a level as a whole number, yellow 1, so that worse is larger."""
    return LEVELS.index(level) + 1


def level_column(signal: str) -> str:
    """Return the column of a signal's worst level."""
    return f"s_{signal}"


def count_column(group: str, level: Level) -> str:
    """Return the column that counts a group's hits at a level or worse."""
    return f"n_{group}_{level.value}"


def unknown_column(signal: str) -> str:
    """Return the column that says a signal could not be computed."""
    return f"u_{signal}"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one policy's conditions for one kind of subject.

    ``sources`` are the aliases of the pivoted hits, ``unknowns`` those of the pivoted unknown
    signals (empty: an uncomputed signal reads as clear, which a positive test cannot tell apart);
    ``members`` lists the catalogue signals of each group.
    """

    policy: Policy
    kind: SubjectKind
    sources: tuple[str, ...]
    unknowns: tuple[str, ...]
    members: dict[str, tuple[str, ...]]
    every_unknown: bool = False

    def condition(self, plain: Plain) -> exp.Expr:
        """Return the condition as a boolean tree: TRUE, FALSE or NULL for unknown."""
        if isinstance(plain, Atom):
            return self._atom(plain)
        parts = [self.condition(part) for part in plain.parts]
        return exp.and_(*parts) if isinstance(plain, Every) else exp.or_(*parts)

    def _atom(self, atom: Atom) -> exp.Expr:
        test = atom.test
        if isinstance(test, FieldTest):
            tree = self._field(test)
            return tree if atom.positive else exp.Not(this=exp.paren(tree))
        return self._signal(test, positive=atom.positive)

    def _field(self, test: FieldTest) -> exp.Expr:
        field = FIELDS[self.kind][test.field]
        column: exp.Expr = view_column(test.field)
        if test.op is Op.IS_NULL:
            return exp.Is(this=column, expression=exp.null())
        if test.op is Op.NOT_NULL:
            return _not_null(column)
        if test.other is not None:
            other: exp.Expr = view_column(test.other)
            if field.kind is Kind.ENUM and field.ordered:
                column, other = _rank(column, field.allowed), _rank(other, field.allowed)
            return _COMPARE[test.op](this=column, expression=other)
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        if field.ordered and test.op in {Op.LT, Op.LE, Op.GT, Op.GE}:
            # The order of an enum is written out as the set of its worse (or better) words: the
            # engine then compares a dictionary code instead of ranking ten million strings.
            return _in(column, _beyond(test.op, str(values[0]), field.allowed))
        if test.op is Op.IN:
            tree = _in(column, values)
        else:
            tree = _COMPARE[test.op](this=column, expression=literal(values[0]))
        if field.kind is Kind.MINOR and any(value != 0 for value in values):
            return self._in_currency(tree)
        return tree

    def _in_currency(self, tree: exp.Expr) -> exp.Expr:
        """Return the tree where the row is in the policy's currency, unknown elsewhere."""
        same = exp.EQ(this=view_column("currency"), expression=literal(self.policy.currency))
        return exp.Case(ifs=[exp.If(this=same, true=tree)])

    def _signal(self, test: SignalTest, *, positive: bool) -> exp.Expr:
        if test.signal is not None:
            worst = _greatest([_zero(s, level_column(test.signal)) for s in self.sources])
            hit = exp.GTE(this=worst, expression=literal(weight_of(test.at_least)))
            missing = self._missing((test.signal,))
            blind: exp.Expr | None = (
                exp.GT(this=missing, expression=literal(0)) if missing else None
            )
        else:
            group = str(test.signals)
            count = _sum([_zero(s, count_column(group, test.at_least)) for s in self.sources])
            hit = exp.GTE(this=count, expression=literal(test.count_at_least))
            missing = self._missing(self.members[group])
            blind = (
                exp.GTE(
                    this=exp.Add(this=count.copy(), expression=exp.paren(missing)),
                    expression=literal(test.count_at_least),
                )
                if missing
                else None
            )
        reads_unknown = test.unknown_as == "unknown" and (not positive or self.every_unknown)
        tree: exp.Expr = hit
        if reads_unknown and blind is not None:
            tree = exp.Case(
                ifs=[
                    exp.If(this=hit, true=exp.true()),
                    exp.If(this=blind, true=exp.cast(exp.null(), "BOOLEAN")),
                ],
                default=exp.false(),
            )
        return tree if positive else exp.Not(this=exp.paren(tree))

    def _missing(self, signals: tuple[str, ...]) -> exp.Expr | None:
        """Return how many of the signals could not be computed; None when nobody is told."""
        if not self.unknowns:
            return None
        return _sum(
            [_greatest([_zero(u, unknown_column(s)) for u in self.unknowns]) for s in signals]
        )

    def guards(self, rule: Rule) -> exp.Expr | None:
        """Return what must hold beside the condition, never null: opt-out and evidence.

        It is written here so that no policy file can leave it out.
        """
        parts: list[exp.Expr] = []
        if rule.treatment is Treatment.OFFER:
            refused = exp.Coalesce(this=view_column("offers_opt_out"), expressions=[exp.true()])
            parts.append(exp.Not(this=refused))
        if rule.evidence:
            parts.append(exp.or_(*[self._evidence(name) for name in rule.evidence]))
        return exp.and_(*parts) if parts else None

    def _evidence(self, name: str) -> exp.Expr:
        if name in FIELDS[self.kind]:
            return _not_null(view_column(name))
        if self.policy.patterns_of(name):
            column = count_column(name, Level.YELLOW)
            found = _sum([_zero(source, column) for source in self.sources])
        else:
            found = _greatest([_zero(source, level_column(name)) for source in self.sources])
        return exp.GTE(this=found, expression=literal(1))

    def amount(self, amount: Amount) -> exp.Expr:
        """Return the amount as a whole-number tree; null when one of its fields is."""
        if isinstance(amount, Minor):
            fixed = exp.cast(literal(amount.minor), "BIGINT")
            return self._in_currency(fixed) if amount.minor else fixed
        if isinstance(amount, FieldAmount):
            return view_column(amount.field)
        if isinstance(amount, Percent):
            share = (
                view_column(amount.percent_bp)
                if isinstance(amount.percent_bp, str)
                else literal(amount.percent_bp)
            )
            if amount.plus_bp:
                share = exp.paren(exp.Add(this=share, expression=literal(amount.plus_bp)))
            return _share(self.amount(amount.of), share)
        parts = [self.amount(part) for part in amount.parts]
        kind = exp.Greatest if isinstance(amount, Greatest) else exp.Least
        chosen = kind(this=parts[0], expressions=[p.copy() for p in parts[1:]], ignore_nulls=True)
        known = [_not_null(p) for p in parts]
        # LEAST and GREATEST pass over nulls; an unknown part makes the whole unknown.
        return exp.Case(ifs=[exp.If(this=exp.and_(*known), true=chosen)])


def amount_guard(rule: Rule, amount: exp.Expr) -> exp.Expr:
    """Return that the amount is known and makes sense; never null.

    A cut lowers a known limit and an offer is above zero, whatever the policy file says.
    """
    sound: exp.Expr = exp.GT(this=amount, expression=literal(0))
    if rule.treatment is Treatment.LINE_CUT:
        sound = exp.and_(
            exp.GTE(this=amount.copy(), expression=literal(0)),
            exp.LT(this=amount.copy(), expression=exp.column("limit_minor")),
        )
    return exp.Coalesce(this=sound, expressions=[exp.false()])


def view_column(name: str) -> exp.Column:
    """Return a column of the subject's view."""
    return exp.column(name, table=VIEW)


def literal(value: object) -> exp.Expr:
    """Return a value of a policy as a literal tree."""
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, int):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.Literal.string(str(value))


def _wrapped(tree: exp.Expr) -> exp.Expr:
    return exp.paren(tree.copy()) if isinstance(tree, exp.Binary) else tree.copy()


def _not_null(tree: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=_wrapped(tree), expression=exp.null()))


def _in(column: exp.Expr, values: tuple[object, ...]) -> exp.Expr:
    if not values:
        # Nothing is beyond the last word: false for a known value, unknown for null.
        return exp.NEQ(this=column, expression=column.copy())
    if len(values) == 1:
        return exp.EQ(this=column, expression=literal(values[0]))
    return exp.In(this=column, expressions=[literal(value) for value in values])


def _beyond(op: Op, value: str, allowed: tuple[str, ...]) -> tuple[object, ...]:
    at = allowed.index(value)
    return {
        Op.LT: allowed[:at],
        Op.LE: allowed[: at + 1],
        Op.GT: allowed[at + 1 :],
        Op.GE: allowed[at:],
    }[op]


def _rank(column: exp.Expr, allowed: tuple[str, ...]) -> exp.Expr:
    return exp.Case(
        this=column,
        ifs=[exp.If(this=literal(word), true=literal(n)) for n, word in enumerate(allowed)],
    )


def _zero(table: str, name: str) -> exp.Expr:
    return exp.Coalesce(this=exp.column(name, table=table), expressions=[literal(0)])


def _greatest(parts: list[exp.Expr]) -> exp.Expr:
    if len(parts) == 1:
        return parts[0]
    return exp.Greatest(this=parts[0], expressions=parts[1:], ignore_nulls=True)


def _sum(parts: list[exp.Expr]) -> exp.Expr:
    total = parts[0]
    for part in parts[1:]:
        total = exp.Add(this=total, expression=part)
    return total


def _share(amount: exp.Expr, share: exp.Expr) -> exp.Expr:
    """Return amount * share / 10,000 rounded towards zero, without passing 64 bits on the way."""
    tens = literal(10_000)
    whole = exp.IntDiv(this=_wrapped(amount), expression=tens)
    rest = exp.Mod(this=_wrapped(amount), expression=tens.copy())
    part = exp.IntDiv(
        this=exp.paren(exp.Mul(this=exp.paren(rest), expression=share.copy())),
        expression=tens.copy(),
    )
    return exp.paren(
        exp.Add(
            this=exp.Mul(this=exp.paren(whole), expression=share.copy()), expression=exp.paren(part)
        )
    )
