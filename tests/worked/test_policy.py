"""Every worked case of the shipped policies, by the compiled query and by the judge."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from daihou.kernel import Level, SubjectKind
from daihou.policy import (
    FiredRule,
    check_policy,
    describe_policy,
    explain_decision,
    parse_policy,
    policy_doubts,
)
from tests.unit.policy.kit import Night

CHAPTERS = yaml.safe_load(Path(__file__).with_name("policy.yaml").read_text("utf-8"))
OWN = [f"E{n:02}" for n in range(1, 14)] + [f"F{n:02}" for n in range(1, 7)]
OWN += [f"G{n:02}" for n in range(1, 7)] + [f"H{n:02}" for n in range(1, 7)]
OWN += [f"I{n:02}" for n in range(1, 5)]
OWN += [f"A{n:02}" for n in range(1, 11)] + [f"B{n:02}" for n in range(1, 13)]
OWN += [f"C{n:02}" for n in range(1, 14)] + [f"D{n:02}" for n in range(1, 9)]
SHIPPED = sorted(p.name for p in files("daihou.examples").joinpath("policies").iterdir()
                 if p.name.endswith(".yaml"))  # fmt: skip


def shipped(name: str) -> Any:
    text = files("daihou.examples").joinpath("policies", name).read_text("utf-8")
    return parse_policy(text, name)


def told(policy: Any, case: dict[str, Any]) -> dict[str, list[Any]]:
    """Return what the judge decides of the case's account and customer."""
    signals = {name: Level(level) for name, level in case.get("signals", {}).items()}
    found = {}
    for kind in SubjectKind:
        facts = {"currency": "CNY"} | case.get(kind.value, {})
        rules = [r for r in explain_decision(policy, facts, signals, kind=kind)
                 if isinstance(r, FiredRule)]  # fmt: skip
        for rule in rules:
            codes = [r.reason_code for r in rules if r.treatment is rule.treatment]
            if rule.wins:
                found[rule.treatment.value] = [rule.level, rule.amount_minor, ";".join(codes)]
    return found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c["chapter"])
def test_the_shipped_policies_decide_as_worked_by_hand(chapter: dict[str, Any]) -> None:
    policy = shipped(f"{chapter['policy']}.yaml")
    accounts, customers, hits = [], [], []
    for n, case in enumerate(chapter["cases"]):
        keys = {"account_id": f"A{n}", "customer_id": f"C{n}", "currency": "CNY"}
        accounts.append(keys | case.get("account", {}))
        customers.append({"currency": "CNY", **case.get("customer", {}), "customer_id": f"C{n}"})
        hits += [("account", f"A{n}", s, level) for s, level in case.get("signals", {}).items()]
    found: dict[str, dict[str, list[Any]]] = {f"C{n}": {} for n in range(len(accounts))}
    for row in Night(accounts, customers, hits).decide(policy, OWN):
        found[row["customer_id"]][row["treatment"]] = [
            row["level"], row["amount_minor"], row["reasons"],
        ]  # fmt: skip
    for n, case in enumerate(chapter["cases"]):
        assert found[f"C{n}"] == case["expect"], case["case"]
        assert told(policy, case) == case["expect"], case["case"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_policy_is_sound_and_says_its_grades_in_both_languages(name: str) -> None:
    policy = shipped(name)
    assert check_policy(policy, OWN) == []
    assert policy_doubts(policy) == []
    for lang in ("zh", "en"):
        text = describe_policy(policy, lang)
        for rule in policy.rules:
            assert f"### {rule.id}\n" in text
            assert rule.reason.said_in(lang) in text and rule.source in text


@pytest.mark.parametrize("name", SHIPPED)
def test_a_subject_of_whom_nothing_is_known_is_left_alone(name: str) -> None:
    nobody = {"account_id": "A1", "customer_id": "C1"}
    assert Night([nobody], [nobody]).decide(shipped(name), OWN) == []
