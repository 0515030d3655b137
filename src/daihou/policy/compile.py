"""From a checked policy to one query that decides for every subject of a night at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlglot import exp

from daihou.errors import PolicyError
from daihou.kernel import Level, SubjectKind, Treatment
from daihou.policy.check import check_policy
from daihou.policy.conditions import (
    VIEW,
    Writer,
    amount_guard,
    literal,
    view_column,
)
from daihou.policy.logic import LEVELS, atoms_in, plain_form
from daihou.policy.model import (
    Policy,
    Reason,
    Rule,
    SignalTest,
    Tier,
    matches_signal,
    tests_in,
)
from daihou.policy.pivots import Plan, count_if, hit_sources, union_all, unknown_sources

_KEY: Final = {SubjectKind.ACCOUNT: "account_id", SubjectKind.CUSTOMER: "customer_id"}


def compile_policy(policy: Policy, arm: str, signal_ids: Collection[str]) -> exp.Query:
    """Return the query whose rows are the decisions of ``policy`` under ``arm``.

    Shape: the columns of DECISION_DAY without book and as_of, one row a (subject, treatment).
    It reads ``account_view``, ``customer_view``, ``signal_hit`` and, only where a rule asks that a
    signal be clear without ``unknown_as``, ``signal_unknown``. An account's signals are its own
    and those about its customer; a customer's are the own ones and the worst of its accounts.

    Raises: PolicyError listing every problem of the policy.
    """
    selects: list[exp.Query] = []
    ctes: list[tuple[str, exp.Query]] = []
    for plan in _plans(policy, signal_ids, every_unknown=False):
        ctes += _inputs(plan, every_unknown=False)
        ctes.append(_fired(plan))
        for treatment in dict.fromkeys(rule.treatment for rule in plan.rules):
            selects.append(_decisions(plan, treatment.value, arm))
    return _with(union_all(selects), ctes)


def compile_tier(
    policy: Policy, tiers: Sequence[Tier], signal_ids: Collection[str]
) -> exp.Query | None:
    """Return customer_id and the first of ``tiers`` whose condition holds; None without conditions.

    It reads what ``compile_policy`` reads. The watch level is not looked at.
    """
    rules = tuple(
        Rule(
            id=tier.id, subject=SubjectKind.CUSTOMER, treatment=Treatment.CASE_REVIEW,
            level=Level.YELLOW, when=tier.when, source=tier.source, grade=tier.grade,
            reason=Reason(code="TIER", zh=tier.title.zh, en=tier.title.en),
        )
        for tier in tiers
        if tier.when is not None
    )  # fmt: skip
    if not rules:
        return None
    plan = _plan(
        policy.model_copy(update={"rules": rules}), SubjectKind.CUSTOMER, signal_ids,
        every_unknown=False,
    )  # fmt: skip
    decided = _with(
        _decisions(plan, Treatment.CASE_REVIEW.value, ""),
        [*_inputs(plan, every_unknown=False), _fired(plan)],
    )
    return exp.select("customer_id", exp.alias_(exp.column("rule_id"), "tier")).from_(
        decided.subquery("d")
    )


def compile_rule_counts(policy: Policy, signal_ids: Collection[str]) -> exp.Query:
    """Return the query that counts, for each rule, subjects where it fires or is unknown.

    Shape: rule_id, subject_kind, subjects, fired, unknown; one row a rule. It reads the relations
    of ``compile_policy`` and always ``signal_unknown``. A rule counts as fired also where an
    earlier one wins its treatment.

    Raises: PolicyError listing every problem of the policy.
    """
    selects: list[exp.Query] = []
    ctes: list[tuple[str, exp.Query]] = []
    for plan in _plans(policy, signal_ids, every_unknown=True):
        ctes += _inputs(plan, every_unknown=True)
        table = f"{plan.kind.value}_rule"
        counts = [exp.alias_(exp.Count(this=exp.Star()), "subjects")]
        for number, _ in enumerate(plan.rules):
            kept = _kept(plan, number)
            unknown = exp.Is(this=exp.paren(kept.copy()), expression=exp.null())
            counts += [
                exp.alias_(count_if(kept), f"fired_{number}"),
                exp.alias_(count_if(unknown), f"unknown_{number}"),
            ]
        total = f"{plan.kind.value}_count"
        ctes.append((total, exp.select(*counts).from_(table)))
        selects += [
            exp.select(
                exp.alias_(literal(rule.id), "rule_id"),
                exp.alias_(literal(plan.kind.value), "subject_kind"),
                "subjects",
                exp.alias_(exp.column(f"fired_{number}"), "fired"),
                exp.alias_(exp.column(f"unknown_{number}"), "unknown"),
            ).from_(total)
            for number, rule in enumerate(plan.rules)
        ]
    return _with(union_all(selects), ctes)


def _plans(policy: Policy, signal_ids: Collection[str], *, every_unknown: bool) -> tuple[Plan, ...]:
    problems = check_policy(policy, signal_ids)
    if problems:
        raise PolicyError(
            "the policy cannot run",
            problems,
            where=f"{policy.name}@{policy.version}",
            why="A rule that is misunderstood decides about people",
            next_step="Mend the rules named; nothing was decided",
        )
    plans = (_plan(policy, kind, signal_ids, every_unknown=every_unknown) for kind in SubjectKind)
    return tuple(plan for plan in plans if plan.rules)


def _plan(
    policy: Policy, kind: SubjectKind, signal_ids: Collection[str], *, every_unknown: bool
) -> Plan:
    rules = policy.rules_for(kind)
    members = {
        group: tuple(sorted(s for s in signal_ids if matches_signal(policy.patterns_of(group), s)))
        for group in ("any", *policy.groups)
    }
    singles: set[str] = set()
    counts: set[tuple[str, Level]] = set()
    unknown: set[str] = set()
    for rule in rules:
        for name in rule.evidence:
            if name in signal_ids:
                singles.add(name)
            elif policy.patterns_of(name):
                counts.add((name, Level.YELLOW))
        for test in tests_in(rule.when):
            if isinstance(test, SignalTest) and test.signal is not None:
                singles.add(test.signal)
            elif isinstance(test, SignalTest):
                counts.add((str(test.signals), test.at_least))
        for atom in atoms_in(plain_form(rule.when)):
            if isinstance(atom.test, SignalTest) and atom.test.unknown_as == "unknown" and (
                every_unknown or not atom.positive
            ):  # fmt: skip
                one = atom.test.signal
                unknown |= {one} if one else set(members[str(atom.test.signals)])
    ordered = sorted(counts, key=lambda pair: (pair[0], LEVELS.index(pair[1])))
    return Plan(
        policy, kind, rules, tuple(sorted(singles)), tuple(ordered), tuple(sorted(unknown)), members
    )


def _inputs(plan: Plan, *, every_unknown: bool) -> list[tuple[str, exp.Query]]:
    """Return the pivoted signals and the scan in which every rule becomes one boolean column."""
    kind = plan.kind
    ctes: list[tuple[str, exp.Query]] = []
    scan = exp.select(*_carried(plan)).from_(exp.to_table(f"{kind.value}_view", alias=VIEW))
    sources = hit_sources(plan) if plan.hits else {}
    unknowns = unknown_sources(plan) if plan.unknown else {}
    for alias, (name, query, on) in {**sources, **unknowns}.items():
        ctes.append((name, query))
        scan = scan.join(
            exp.to_table(name, alias=alias),
            on=exp.EQ(this=exp.column("subject_id", table=alias), expression=view_column(on)),
            join_type="left",
        )
    writer = Writer(plan.policy, kind, tuple(sources), tuple(unknowns), plan.members, every_unknown)
    for number, rule in enumerate(plan.rules):
        tree, guard = writer.condition(plain_form(rule.when)), writer.guards(rule)
        scan = scan.select(exp.alias_(exp.and_(tree, guard) if guard else tree, _flag(number)))
        if rule.amount is not None:
            scan = scan.select(exp.alias_(writer.amount(rule.amount), f"amount_{number}"))
    return [*ctes, (f"{kind.value}_rule", scan)]


def _carried(plan: Plan) -> list[exp.Expr]:
    cuts = any(rule.treatment is Treatment.LINE_CUT for rule in plan.rules)
    names = [_KEY[plan.kind], "customer_id"] + (["limit_minor"] if cuts else [])
    return [view_column(name) for name in dict.fromkeys(names)]


def _flag(number: int) -> str:
    return f"rule_{number}"


def _sound(plan: Plan, number: int) -> exp.Expr:
    """Return a rule's flag, with its amount looked at."""
    flag: exp.Expr = exp.column(_flag(number))
    rule = plan.rules[number]
    if rule.amount is None:
        return flag
    return exp.and_(flag, amount_guard(rule, exp.column(f"amount_{number}")))


def _kept(plan: Plan, number: int) -> exp.Expr:
    """Return whether a rule fires when the stops before it are obeyed."""
    stops = [n for n in range(number) if plan.rules[n].stop]
    free = [
        exp.Not(this=exp.Coalesce(this=_sound(plan, n), expressions=[exp.false()])) for n in stops
    ]
    return exp.and_(_sound(plan, number), *free)


def _fired(plan: Plan) -> tuple[str, exp.Query]:
    """Return the subjects that any rule speaks about: quiet ones drop out before anything else."""
    kept = [exp.alias_(_kept(plan, n), _flag(n)) for n in range(len(plan.rules))]
    amounts = [
        exp.column(f"amount_{n}") for n, rule in enumerate(plan.rules) if rule.amount is not None
    ]
    keys = [exp.column(tree.name) for tree in _carried(plan)]
    query = (
        exp.select(*keys, *kept, *amounts)
        .from_(f"{plan.kind.value}_rule")
        .where(exp.or_(*[exp.column(_flag(n)) for n in range(len(plan.rules))]))
    )
    return f"{plan.kind.value}_fired", query


def _decisions(plan: Plan, treatment: str, arm: str) -> exp.Query:
    """Return the rows of one treatment: the first rule to fire wins, all that fired are reasons."""
    numbered = [(n, r) for n, r in enumerate(plan.rules) if r.treatment == treatment]

    def first(values: list[exp.Expr | None], sql_type: str) -> exp.Expr:
        ifs = [
            exp.If(this=exp.column(_flag(n)), true=value if value is not None else exp.null())
            for (n, _), value in zip(numbered, values, strict=True)
        ]
        return exp.cast(exp.Case(ifs=ifs), sql_type)

    words = [exp.Case(ifs=[exp.If(this=exp.column(_flag(n)), true=literal(r.reason.code))])
             for n, r in numbered]  # fmt: skip
    columns = {
        "subject_kind": literal(plan.kind.value),
        "subject_id": exp.column(_KEY[plan.kind]),
        "customer_id": exp.column("customer_id"),
        "treatment": literal(treatment),
        "level": first([literal(r.level.value) if r.level else None for _, r in numbered], "TEXT"),
        "amount_minor": first(
            [exp.column(f"amount_{n}") if r.amount is not None else None for n, r in numbered],
            "BIGINT",
        ),
        "rule_id": first([literal(r.id) for _, r in numbered], "TEXT"),
        "policy_version": literal(plan.policy.policy_version),
        "arm": literal(arm),
        "reasons": exp.ConcatWs(expressions=[literal(";"), *words], safe=True, coalesce=True),
        "needs_two": first([literal(r.needs_two) for _, r in numbered], "BOOLEAN"),
    }
    return (
        exp.select(*[exp.alias_(tree, name) for name, tree in columns.items()])
        .from_(f"{plan.kind.value}_fired")
        .where(exp.or_(*[exp.column(_flag(n)) for n, _ in numbered]))
    )


def _with(query: exp.Query, ctes: list[tuple[str, exp.Query]]) -> exp.Query:
    for name, body in ctes:
        query = query.with_(name, as_=body, copy=False)
    return query
