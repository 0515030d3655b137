"""The compiled query and the plain-Python judge are two writings of one law: they must agree."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daihou.kernel import AssetClass, Bucket, Level, SubjectKind
from daihou.policy import FiredRule, NotFired, Policy, check_policy, explain_decision
from daihou.policy.model import Policy as PolicyModel
from tests.unit.policy.kit import SIGNALS, Night

NUMBERS = [-1, 0, 1, 2, 30, 31, 10_000]
CLASSES = [c.value for c in AssetClass]
POOLS: dict[str, list[Any]] = {
    "dpd": [0, 1, 30, 31],
    "balance_minor": NUMBERS,
    "limit_minor": NUMBERS,
    "utilisation_bp": NUMBERS,
    "retail": [True, False],
    "product": ["card", "mortgage"],
    "asset_class": CLASSES,
    "bucket": [b.value for b in Bucket],
    "last_paid_on": [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)],
    "overdue_minor": NUMBERS,
    "dpd_max": [0, 1, 30, 31],
    "worst_class": CLASSES,
    "offers_opt_out": [True, False, False],
}
VALUES = {name: st.sampled_from(pool) for name, pool in POOLS.items()}
BY_KIND = {
    SubjectKind.ACCOUNT: [
        "dpd", "balance_minor", "limit_minor", "utilisation_bp", "retail", "product",
        "asset_class", "bucket", "last_paid_on",
    ],
    SubjectKind.CUSTOMER: [
        "dpd_max", "balance_minor", "overdue_minor", "worst_class", "offers_opt_out", "retail",
    ],
}  # fmt: skip
ORDERED = {"retail": False, "product": False, "offers_opt_out": False}
LEVELS = st.sampled_from([level.value for level in Level])
UNKNOWN_AS = st.sampled_from(["unknown", "no_hit"])


@st.composite
def leaves(draw: Any, kind: SubjectKind) -> dict[str, Any]:
    shape = draw(st.sampled_from(["value", "value", "null", "in", "other", "signal", "group"]))
    if shape == "signal":
        return {"signal": draw(st.sampled_from(SIGNALS)), "at_least": draw(LEVELS),
                "unknown_as": draw(UNKNOWN_AS)}  # fmt: skip
    if shape == "group":
        return {"signals": draw(st.sampled_from(["any", "own"])), "at_least": draw(LEVELS),
                "count_at_least": draw(st.sampled_from([1, 2])),
                "unknown_as": draw(UNKNOWN_AS)}  # fmt: skip
    name = draw(st.sampled_from(BY_KIND[kind]))
    if shape == "null":
        return {"field": name, "op": draw(st.sampled_from(["is_null", "not_null"]))}
    if shape == "in":
        return {"field": name, "op": "in", "value": draw(st.lists(VALUES[name], min_size=1))}
    ops = ["eq", "ne"] + (["lt", "le", "gt", "ge"] if ORDERED.get(name, True) else [])
    if shape == "other" and name == "balance_minor":
        other = "limit_minor" if kind is SubjectKind.ACCOUNT else "overdue_minor"
        return {"field": name, "op": draw(st.sampled_from(ops)), "other": other}
    return {"field": name, "op": draw(st.sampled_from(ops)), "value": draw(VALUES[name])}


def conditions(kind: SubjectKind) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves(kind),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=5,
    )


def amounts(kind: SubjectKind) -> st.SearchStrategy[dict[str, Any]]:
    money = "limit_minor" if kind is SubjectKind.ACCOUNT else "overdue_minor"
    fields = st.sampled_from(["balance_minor", money]).map(lambda name: {"field": name})
    share = (
        st.just(3333) if kind is SubjectKind.CUSTOMER else st.sampled_from(["utilisation_bp", 1])
    )
    leaf = st.one_of(fields, st.sampled_from([0, 7]).map(lambda n: {"minor": n}))
    part = st.one_of(
        leaf, st.builds(lambda s, a, p: {"percent_bp": s, "of": a, "plus_bp": p},
                        share, leaf, st.sampled_from([0, 1])),
    )  # fmt: skip
    pair = st.lists(part, min_size=2, max_size=2)
    return st.one_of(part, pair.map(lambda p: {"min": p}), pair.map(lambda p: {"max": p}))


@st.composite
def rules(draw: Any, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(SubjectKind)))
    kinds = {
        SubjectKind.ACCOUNT: ["case_review", "line_cut", "line_freeze"],
        SubjectKind.CUSTOMER: ["watch", "list_grey", "offer"],
    }
    treatment = draw(st.sampled_from(kinds[kind]))
    rule: dict[str, Any] = {
        "id": f"r{number}", "subject": kind.value, "treatment": treatment,
        "when": draw(conditions(kind)), "source": "s", "grade": "M", "stop": draw(st.booleans()),
        "reason": {"code": f"R{number}", "zh": "理由", "en": "reason"},
        "needs_two": treatment in {"line_cut", "list_grey"} or draw(st.booleans()),
    }  # fmt: skip
    if treatment in {"case_review", "watch"}:
        rule["level"] = "red"
    if treatment == "line_cut" or (treatment == "offer" and draw(st.booleans())):
        rule["amount"] = draw(amounts(kind))
    if treatment == "list_grey" or draw(st.booleans()):
        rule["evidence"] = draw(
            st.lists(st.sampled_from(["E01", "own", BY_KIND[kind][0]]), min_size=1, max_size=2)
        )
    return rule


@st.composite
def policies(draw: Any) -> Policy:
    return PolicyModel.model_validate(
        {
            "name": "random", "version": 1, "title": {"zh": "随机", "en": "random"},
            "effective_from": date(2026, 1, 1), "currency": "CNY", "groups": {"own": ["E*"]},
            "rules": [draw(rules(number)) for number in range(draw(st.integers(1, 4)))],
        }
    )  # fmt: skip


def books() -> st.SearchStrategy[dict[str, Any]]:
    """Twelve customers with up to five accounts each; facts null one time in six."""
    return st.integers(0, 2**32).map(book_of)


def book_of(seed: int) -> dict[str, Any]:
    """Return a book drawn from a plain generator: many rows an example find more than few."""
    chance = random.Random(seed)

    def row(kind: SubjectKind) -> dict[str, Any]:
        facts = {n: chance.choice(POOLS[n]) if chance.random() > 1 / 6 else None
                 for n in BY_KIND[kind]}  # fmt: skip
        return facts | {"currency": chance.choice(["CNY", "CNY", "CNY", "USD"])}

    customers = [row(SubjectKind.CUSTOMER) | {"customer_id": f"C{n}"} for n in range(12)]
    accounts = [
        row(SubjectKind.ACCOUNT)
        | {"account_id": f"A{n}", "customer_id": f"C{chance.randrange(12)}"}
        for n in range(40)
    ]
    # A signal is about accounts or about customers, never both.
    about = {s: chance.choice(list(SubjectKind)) for s in SIGNALS}
    subjects = [(SubjectKind.ACCOUNT, r["account_id"]) for r in accounts]
    subjects += [(SubjectKind.CUSTOMER, r["customer_id"]) for r in customers]
    words = ["yellow", "orange", "red", "unknown"]
    states = {
        (kind, name): {
            s: chance.choice(words) for s in SIGNALS if about[s] is kind and chance.random() < 0.4
        }
        for kind, name in subjects
    }
    return {"accounts": accounts, "customers": customers, "states": states}


def night_of(book: dict[str, Any]) -> Night:
    hits, unknown = [], []
    for (kind, name), state in book["states"].items():
        hits += [(kind.value, name, s, v) for s, v in state.items() if v != "unknown"]
        blind = [s for s, v in state.items() if v == "unknown"]
        if blind:
            unknown.append((kind.value, name, ",".join(blind)))
    return Night(book["accounts"], book["customers"], hits, unknown)


def told_of(
    policy: Policy, book: dict[str, Any]
) -> dict[tuple[str, str], list[FiredRule | NotFired]]:
    """Return what the plain-Python judge says of every subject of the book."""
    found = {}
    subjects = [(SubjectKind.ACCOUNT, r["account_id"], r) for r in book["accounts"]]
    subjects += [(SubjectKind.CUSTOMER, r["customer_id"], r) for r in book["customers"]]
    for kind, name, row in subjects:
        owner, states = row["customer_id"], book["states"]
        seen = [states[kind, name]]
        if kind is SubjectKind.ACCOUNT:
            seen.append(states[SubjectKind.CUSTOMER, owner])
        else:
            seen += [states[SubjectKind.ACCOUNT, a["account_id"]]
                     for a in book["accounts"] if a["customer_id"] == owner]  # fmt: skip
        signals: dict[str, Level] = {}
        for state in seen:
            for s, v in state.items():
                if v != "unknown" and (s not in signals or list(Level).index(Level(v)) > list(
                    Level).index(signals[s])):  # fmt: skip
                    signals[s] = Level(v)
        blind = {s for state in seen for s, v in state.items() if v == "unknown"}
        found[kind.value, name] = explain_decision(
            policy, row, signals, kind=kind, unknown_signals=blind
        )
    return found


def runnable(policy: Policy) -> bool:
    return not check_policy(policy, SIGNALS)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies().filter(runnable), books())
def test_the_query_decides_what_the_judge_decides(policy: Policy, book: dict[str, Any]) -> None:
    night, told = night_of(book), told_of(policy, book)
    expected = {
        (kind, name, rule.treatment.value): (
            rule.rule_id, rule.level, rule.amount_minor,
            ";".join(r.reason_code for r in rules_told
                     if isinstance(r, FiredRule) and r.treatment is rule.treatment),
        )
        for (kind, name), rules_told in told.items()
        for rule in rules_told
        if isinstance(rule, FiredRule) and rule.wins
    }  # fmt: skip
    found = {
        (r["subject_kind"], r["subject_id"], r["treatment"]): (
            r["rule_id"], r["level"], r["amount_minor"], r["reasons"],
        )
        for r in night.decide(policy)
    }  # fmt: skip
    assert found == expected


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies().filter(runnable), books())
def test_the_counts_are_those_of_the_judge(policy: Policy, book: dict[str, Any]) -> None:
    told = told_of(policy, book)
    for rule_id, (subjects, fired, unknown) in night_of(book).count(policy).items():
        rules_told = [r for said in told.values() for r in said if r.rule_id == rule_id]
        assert subjects == len(rules_told)
        assert fired == sum(isinstance(r, FiredRule) for r in rules_told)
        if not any(rule.stop or rule.evidence or rule.amount or rule.treatment.value == "offer"
                   for rule in policy.rules):  # fmt: skip
            blind = [r for r in rules_told if isinstance(r, NotFired) and r.because == "unknown"]
            assert unknown == len(blind)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies().filter(runnable), books())
def test_every_change_that_is_named_turns_the_rule(policy: Policy, book: dict[str, Any]) -> None:
    """Applying a named change to the facts flips the rule, where no stop stands before it."""
    if any(rule.stop for rule in policy.rules):
        return
    for row in book["accounts"][:6]:
        before = explain_decision(policy, row, {})
        for said in before:
            for change in said.turned_by:
                if change.name not in row:
                    continue
                after = explain_decision(policy, row | {change.name: change.then}, {})
                (now,) = [r for r in after if r.rule_id == said.rule_id]
                assert isinstance(now, FiredRule) is not isinstance(said, FiredRule)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), books())
def test_a_rule_called_dead_never_fires_and_one_called_beaten_never_wins(
    policy: Policy, book: dict[str, Any]
) -> None:
    problems = check_policy(policy, SIGNALS)
    dead = {p.split()[1].rstrip(":") for p in problems if "can never hold" in p}
    beaten = {p.split()[1].rstrip(":") for p in problems if "never wins, " in p}
    silent = {p.split()[1].rstrip(":") for p in problems if "never fires, " in p}
    for said in told_of(policy, book).values():
        for rule in said:
            if isinstance(rule, FiredRule):
                assert rule.rule_id not in dead | silent
                assert not (rule.wins and rule.rule_id in beaten)
