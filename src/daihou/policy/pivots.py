"""What a policy must know of signals: hits and unknowns turned into one row a subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from daihou.kernel import Level, SubjectKind
from daihou.policy.conditions import (
    count_column,
    level_column,
    literal,
    unknown_column,
    weight_of,
)
from daihou.policy.logic import LEVELS
from daihou.policy.model import Policy, Rule

_OWN: Final = "h"
_TIED: Final = "t"
_UNKNOWN_OWN: Final = "u"
_UNKNOWN_TIED: Final = "w"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one kind of subject needs: its rules, single signals, group counts, unknowns."""

    policy: Policy
    kind: SubjectKind
    rules: tuple[Rule, ...]
    singles: tuple[str, ...]
    counts: tuple[tuple[str, Level], ...]
    unknown: tuple[str, ...]
    members: dict[str, tuple[str, ...]]

    @property
    def hits(self) -> tuple[str, ...]:
        """Return every signal that must be pivoted, in order."""
        grouped = {s for group, _ in self.counts for s in self.members[group]}
        return tuple(sorted(grouped | set(self.singles)))


Source = tuple[str, exp.Query, str]
"""Name of a pivot, the pivot (keyed by subject_id), the view's column that it joins to."""


def hit_sources(plan: Plan) -> dict[str, Source]:
    """Return, by alias, the pivots of hits: worst level of each signal, count of each group."""
    columns = [
        exp.alias_(_max_where(_is_signal(s), exp.column("weight")), level_column(s))
        for s in plan.singles
    ]
    for group, level in plan.counts:
        heavy = exp.GTE(this=exp.column("weight"), expression=literal(weight_of(level)))
        member = exp.In(
            this=exp.column("signal_id"), expressions=[literal(s) for s in plan.members[group]]
        )
        columns.append(exp.alias_(count_if(exp.and_(member, heavy)), count_column(group, level)))

    def pivot(rows: exp.Query) -> exp.Query:
        return (
            exp.select("subject_id", *[column.copy() for column in columns])
            .from_(rows.subquery("hit"))
            .group_by("subject_id")
        )

    if plan.kind is SubjectKind.ACCOUNT:
        return {
            _OWN: ("account_signal", pivot(_hits(plan, SubjectKind.ACCOUNT)), "account_id"),
            _TIED: (
                "account_owner_signal",
                pivot(_hits(plan, SubjectKind.CUSTOMER)),
                "customer_id",
            ),
        }
    return {_OWN: ("customer_signal", pivot(_customer_hits(plan)), "customer_id")}


def _hits(plan: Plan, kind: SubjectKind) -> exp.Select:
    """Return the hits about one kind of subject: subject_id, signal_id, weight."""
    weight = exp.Case(
        this=exp.column("level", table="s"),
        ifs=[exp.If(this=literal(v.value), true=literal(weight_of(v))) for v in LEVELS],
    )
    return (
        exp.select("s.subject_id", "s.signal_id", exp.alias_(weight, "weight"))
        .from_("signal_hit AS s")
        .where(
            _about("s", kind),
            exp.EQ(this=exp.column("verdict", table="s"), expression=literal("hit")),
            exp.In(
                this=exp.column("signal_id", table="s"), expressions=[literal(i) for i in plan.hits]
            ),
        )
    )


def _about(table: str, kind: SubjectKind) -> exp.Expr:
    return exp.EQ(this=exp.column("subject_kind", table=table), expression=literal(kind.value))


def _customer_hits(plan: Plan) -> exp.Query:
    """Return a customer's own hits and those of its accounts, each signal once, at its worst."""
    tied = _through_accounts(_hits(plan, SubjectKind.ACCOUNT), ("signal_id", "weight"))
    both = union_all([_hits(plan, SubjectKind.CUSTOMER), tied])
    return (
        exp.select("subject_id", "signal_id", "MAX(weight) AS weight")
        .from_(both.subquery("both_kinds"))
        .group_by("subject_id", "signal_id")
    )


def _through_accounts(rows: exp.Query, columns: tuple[str, ...]) -> exp.Query:
    """Return rows about accounts as rows about the customers who owe."""
    return (
        exp.select("a.customer_id AS subject_id", *[f"r.{name}" for name in columns])
        .from_(rows.subquery("r"))
        .join("account_view AS a", on="a.account_id = r.subject_id")
    )


def unknown_sources(plan: Plan) -> dict[str, Source]:
    """Return, for each subject, a 1 for every signal in question that could not be computed.

    The lists are few and the subjects many, so each distinct list is taken apart once.
    """
    lists = exp.select("unknown_signals").distinct().from_("signal_unknown AS q")
    parts = [
        exp.alias_(
            exp.Case(
                ifs=[exp.If(this=exp.Like(this=_fenced(), expression=literal(f"%,{s},%")),
                            true=literal(1))],
                default=literal(0),
            ),
            unknown_column(s),
        )
        for s in plan.unknown
    ]  # fmt: skip
    taken = exp.select("unknown_signals", *parts).from_(lists.subquery("lists"))
    names = tuple(unknown_column(s) for s in plan.unknown)

    def rows(kind: SubjectKind) -> exp.Query:
        return (
            exp.select("q.subject_id", *[f"p.{name}" for name in names])
            .from_("signal_unknown AS q")
            .join(taken.subquery("p"), on="p.unknown_signals = q.unknown_signals")
            .where(_about("q", kind))
        )

    def worst(found: exp.Query) -> exp.Query:
        tops = [exp.alias_(exp.Max(this=exp.column(name)), name) for name in names]
        return exp.select("subject_id", *tops).from_(found.subquery("f")).group_by("subject_id")

    own, tied = SubjectKind.ACCOUNT, SubjectKind.CUSTOMER
    if plan.kind is own:
        return {
            _UNKNOWN_OWN: ("account_unknown", worst(rows(own)), "account_id"),
            _UNKNOWN_TIED: ("account_owner_unknown", worst(rows(tied)), "customer_id"),
        }
    both = union_all([rows(tied), _through_accounts(rows(own), names)])
    return {_UNKNOWN_OWN: ("customer_unknown", worst(both), "customer_id")}


def _fenced() -> exp.Expr:
    inner = exp.DPipe(this=literal(","), expression=exp.column("unknown_signals"))
    return exp.paren(exp.DPipe(this=inner, expression=literal(",")))


def _is_signal(signal: str) -> exp.Expr:
    return exp.EQ(this=exp.column("signal_id"), expression=literal(signal))


def _max_where(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.Max(this=exp.Case(ifs=[exp.If(this=condition, true=value)]))


def count_if(condition: exp.Expr) -> exp.Expr:
    """Return the count of rows where the condition is true."""
    return exp.Count(this=exp.Case(ifs=[exp.If(this=condition, true=literal(1))]))


def union_all(queries: list[exp.Query]) -> exp.Query:
    """Return the rows of all queries, one after the other."""
    return queries[0] if len(queries) == 1 else exp.union(*queries, distinct=False)
