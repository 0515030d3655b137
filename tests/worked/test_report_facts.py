"""Worked cases of the facts of a report: a small report in, figures out, as a clerk would count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from daihou.report.facts import facts_of
from daihou.report.model import (
    Account,
    Agreement,
    Inquiry,
    Liability,
    MonthState,
    PublicRecord,
    Report,
)
from daihou.report.person import Header
from daihou.report.values import Month
from daihou.report.words import (
    REASONS,
    AccountState,
    AccountType,
    PublicKind,
    ReasonClass,
    ReportKind,
    Section,
)

CASES = yaml.safe_load(Path(__file__).with_name("report_facts.yaml").read_text("utf-8"))
WHEN = {"closed_on", "as_of", "month"}


def month(text: str) -> Month:
    year, number = text.split("-")
    return Month(int(year), int(number))


def an_account(told: dict[str, Any]) -> Account:
    values = dict(told)
    history = values.pop("history", None)
    values |= {
        name: month(value)
        for name, value in values.items()
        if name in WHEN and isinstance(value, str)
    }
    values["account_type"] = AccountType(values["account_type"])
    values["state"] = AccountState(values["state"])
    if history:
        last = month(history["to"])
        states = [MonthState(last.back(n), s) for n, s in enumerate(reversed(history["symbols"]))]
        values |= {"history": tuple(states), "history_to": last, "history_from": states[-1].month}
    return Account(Section.CARDS, "贷记卡", **values)


def an_inquiry(told: dict[str, Any]) -> Inquiry:
    on, institution = told["day"], told["institution"]
    if told.get("own"):
        return Inquiry(on, institution, "本人查询", None, ReasonClass.OWN, False, True)
    if "words" in told:
        return Inquiry(on, institution, told["words"], None, ReasonClass.OTHER, None, False)
    reason = REASONS[told["code"]]
    return Inquiry(on, institution, reason.zh, reason.code, reason.reason_class, reason.hard, False)


def a_report(case: dict[str, Any]) -> Report:
    noon = datetime.combine(case["day"], datetime.min.time())
    return Report(
        ReportKind(case.get("kind", "pboc_gen2")),
        Header(report_at=noon),
        accounts=tuple(an_account(one) for one in case.get("accounts", ())),
        agreements=tuple(Agreement(**one) for one in case.get("agreements", ())),
        liabilities=tuple(Liability(**one) for one in case.get("liabilities", ())),
        public_records=tuple(
            PublicRecord(PublicKind(one["kind"]), one["values"])
            for one in case.get("public_records", ())
        ),
        inquiries=tuple(an_inquiry(one) for one in case.get("inquiries", ())),
    )


def fact(facts: object, path: str) -> object:
    """Return a fact by its path; keys of mappings and places in lists are parts of it too."""
    value: Any = facts
    for name in path.split("."):
        if isinstance(value, Mapping):
            value = {str(key): one for key, one in value.items()}[name]
        elif isinstance(value, tuple) and name.isdecimal():
            value = value[int(name)]
        else:
            value = getattr(value, name)
    if isinstance(value, Month):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_facts_are_those_of_the_worked_case(case):
    facts = facts_of(a_report(case))
    found = {path: fact(facts, path) for path in case["expect"]}
    assert found == case["expect"]


def test_every_case_is_named_once_and_dated():
    assert len({case["case"] for case in CASES}) == len(CASES)
    assert all(isinstance(case["day"], date) and case["expect"] for case in CASES)
    assert not [case for case in CASES if re.search(r"\d{11}", str(case))]
