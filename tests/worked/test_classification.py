"""The class and stage of every worked case, by the compiled night and by the plain-Python judge."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from daihou.law import explain_class, judge_account
from tests.worked.classification_book import (
    Claim,
    Customer,
    facts_of,
    laws_of,
    run_night,
    state_row,
)

CHAPTERS = yaml.safe_load(Path(__file__).with_name("classification.yaml").read_text("utf-8"))


def _event(row: dict[str, Any]) -> dict[str, Any]:
    return {"happened_on": row["known_on"], "value_bp": None, **row}


def _change(row: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "extension", "for_difficulty": True, "class_before": None, **row}


def _claim(number: int, place: int, told: dict[str, Any], usual: dict[str, Any]) -> Claim:
    return Claim(
        state_row(number, place, usual | told.get("account", {})),
        [_event(row) for row in told.get("events", [])],
        [_change(row) for row in told.get("restructurings", [])],
        told.get("dues", []),
    )


def _customers(chapter: dict[str, Any]) -> tuple[list[Customer], list[tuple[str, list[Any]]]]:
    """Return the chapter's customers and, for the first account of each, (name, expectation)."""
    usual = {"product": chapter["product"]} if "product" in chapter else {}
    told = [
        {"case": f"{row[0]} days", "account": {"dpd": row[0]}, "expect": row[1:]}
        for row in chapter.get("days", [])
    ] + chapter.get("cases", [])
    customers, expected = [], []
    for number, case in enumerate(told):
        claims = [_claim(number, 0, case, usual)]
        claims += [_claim(number, n, o, usual) for n, o in enumerate(case.get("others", []), 1)]
        row = case.get("customer")
        blank = {"retail": True, "all_bank_debt_minor": None, "all_bank_overdue_90_minor": None}
        events = [_event(event) for event in case.get("customer_events", [])]
        customers.append(Customer(claims, None if row is None else blank | row, events))
        expected.append((case["case"], case["expect"]))
    return customers, expected


@pytest.mark.parametrize("chapter", CHAPTERS, ids=[c["law"] + f" {c['night']}" for c in CHAPTERS])
def test_every_worked_case_gets_its_class_stage_and_rule(chapter: dict[str, Any]) -> None:
    as_of: date = chapter["night"]
    laws = laws_of(chapter["packs"], as_of)
    customers, expected = _customers(chapter)
    night = run_night(customers, laws, as_of, None)
    for customer, (name, expect) in zip(customers, expected, strict=True):
        row = night[customer.claims[0].state["account_id"]]
        assert [row["asset_class"], row["stage"], row["class_rule"]] == expect, name
        facts, law = facts_of(customer, laws, as_of)[0]
        finding = judge_account(facts, law)
        rule = finding.rule.id if finding.rule else None
        assert [finding.asset_class, finding.stage, rule] == expect, name
        reason = explain_class(facts, law)
        assert reason.asset_class == expect[0]
        assert reason.sentence_zh and reason.sentence_en


def test_one_borrower_never_changes_anothers_class() -> None:
    """Peers got this wrong: a missing bracket let one current borrower clear another's flag."""
    chapter = next(c for c in CHAPTERS if c["law"] == "cn_2023, one non-retail debtor")
    as_of = chapter["night"]
    laws = laws_of(chapter["packs"], as_of)
    customers, _ = _customers(chapter)
    together = run_night(customers, laws, as_of, None)
    for customer in customers:
        for account_id, row in run_night([customer], laws, as_of, None).items():
            assert row == together[account_id]
