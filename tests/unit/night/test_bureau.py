"""What a night makes of credit reports: the newest one decides, nothing is known without one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from daihou.kernel import Level, SubjectKind
from daihou.policy import explain_decision
from tests.night_program import InMemory

NIGHT = date(2025, 6, 30)
LONG_AGO = date(2020, 1, 1)


def customer(customer_id: str = "C1", **values: Any) -> dict[str, Any]:
    return {"customer_id": customer_id, "recorded_on": LONG_AGO, "kind": "person", "retail": True,
            "currency": "CNY"} | values  # fmt: skip


def account(customer_id: str = "C1", **values: Any) -> dict[str, Any]:
    return {"account_id": customer_id.replace("C", "A"), "customer_id": customer_id,
            "recorded_on": LONG_AGO, "product": "instalment_loan", "currency": "CNY",
            "opened_on": date(2023, 1, 10), "amount_minor": 1_000_000} | values  # fmt: skip


def told(report_id: str, on: date, **values: Any) -> dict[str, Any]:
    return {"report_id": report_id, "customer_id": "C1", "report_on": on,
            "received_on": on} | values  # fmt: skip


def night(reports: list[dict[str, Any]] | None, as_of: date = NIGHT, **facts: Any) -> InMemory:
    rows = {"customer": [customer()], "account": [account()]} | facts
    return InMemory(as_of, rows if reports is None else rows | {"bureau_report": reports})


def watch(one: InMemory) -> str | None:
    return one.rows("customer_day")[0]["watch_level"]


def test_a_night_without_reports_knows_no_report_and_every_such_signal_is_unknown() -> None:
    one = night(None)
    assert one.rows("bureau_latest") == []
    unknown = one.rows("customer_day")[0]["unknown_signals"].split(",")
    assert {"A01", "B12", "C07", "D08", "G06"} <= set(unknown)
    assert watch(one) is None


def test_one_row_a_customer_whatever_the_order_of_landing() -> None:
    day = date(2025, 5, 1)
    rows = [
        told("R1", day, hard_3m=1),
        told("R2", day, hard_3m=2, received_on=day + timedelta(days=1)),
        told("R3", day, hard_3m=3, received_on=day + timedelta(days=1)),
        told("R0", day - timedelta(days=1), hard_3m=9, received_on=NIGHT),
    ]
    for order in (rows, rows[::-1], rows[2:] + rows[:2]):
        latest = night(list(order)).rows("bureau_latest")
        assert [(r["report_id"], r["hard_3m"], r["reports"]) for r in latest] == [("R3", 3, 4)]


def test_the_use_of_cards_is_unknown_without_a_limit() -> None:
    given = [(10_000, 6_666), (0, 0), (None, 5), (10_000, None), (1, 10**13)]
    rows = [
        told(f"R{n}", NIGHT, customer_id=f"C{n}", card_limit_minor=limit, card_used_minor=used)
        for n, (limit, used) in enumerate(given)
    ]
    use = {r["report_id"]: r["card_use_bp"] for r in night(rows).rows("bureau_latest")}
    assert [use[f"R{n}"] for n in range(5)] == [6_666, None, None, None, 2_000_000_000]


def test_a_person_who_only_guarantees_has_a_newest_report_too() -> None:
    rows = [told("R1", NIGHT, customer_id="G1", overdue_worst=2, cards_stopped=0,
                 cards_stopped_by_bank=0, bad_debts=0)]  # fmt: skip
    guarantee = {"guarantee_id": "B1", "recorded_on": LONG_AGO, "account_id": "A1",
                 "guarantor_id": "G1", "amount_minor": 1, "starts_on": LONG_AGO}  # fmt: skip
    one = night(rows, guarantee=[guarantee])
    assert [row["customer_id"] for row in one.rows("bureau_latest")] == ["G1"]
    hits = {(row["subject_id"], row["signal_id"]): row["level"] for row in one.rows("signal_day")}
    assert hits["A1", "H05"] == "orange"
    ended = night(rows, guarantee=[guarantee | {"ends_on": NIGHT - timedelta(days=1)}])
    assert ("A1", "H05") not in {
        (r["subject_id"], r["signal_id"]) for r in ended.rows("signal_day")
    }


def test_the_age_of_a_signal_is_the_age_of_the_report() -> None:
    (row,) = night([told("R1", date(2025, 6, 1), bad_debts=1)]).rows("signal_day")
    assert (row["signal_id"], row["data_age_days"]) == ("C07", 29)


GOOD = dict(overdue_worst=0, overdue_minor=0, bad_debts=0, hard_6m=0, loan_lenders=1)


WORSE = [
    ({"overdue_worst": 3, "overdue_minor": 50_000}, "red"),
    ({"overdue_worst": 2, "overdue_minor": 50_000}, "orange"),
    ({"overdue_worst": 1, "overdue_minor": 50_000}, "yellow"),
    ({"bad_debts": 1}, "red"),
    ({"hard_6m": 12}, "orange"),
    ({"hard_6m": 9}, "yellow"),
    ({"hard_6m": 6}, None),
]


def test_a_better_report_lowers_the_watch_level_in_the_night_it_comes() -> None:
    names = [f"C{n}" for n in range(len(WORSE))]
    book = {"customer": [customer(n) for n in names], "account": [account(n) for n in names]}
    rows = []
    for name, (worse, _) in zip(names, WORSE, strict=True):
        bad = told("B" + name, date(2025, 5, 1), customer_id=name, **GOOD | worse)
        better = told("G" + name, date(2025, 6, 29), customer_id=name, **GOOD)
        rows += [bad, better]

    def levels(as_of: date) -> list[str | None]:
        found = night(rows, as_of=as_of, **book).rows("customer_day")
        by_name = {row["customer_id"]: row["watch_level"] for row in found}
        return [by_name[name] for name in names]

    assert levels(date(2025, 6, 28)) == [level for _, level in WORSE]
    assert levels(NIGHT) == [None] * len(names)


def test_overdue_elsewhere_is_a_signal_and_no_class_of_a_retail_loan() -> None:
    one = night([told("R1", NIGHT, **GOOD | {"overdue_worst": 7, "overdue_minor": 10**7})])
    plain = night([told("R1", NIGHT, **GOOD)])
    classes = [n.rows("account_day")[0]["asset_class"] for n in (one, plain)]
    assert classes[0] == classes[1]
    assert watch(one) == "red"


def test_what_one_report_leaves_unknown_is_not_taken_from_the_one_before() -> None:
    rows = [told("R1", date(2025, 5, 1), bad_debts=1), told("R2", NIGHT)]
    assert night(rows).rows("signal_day") == []
    assert "C07" in night(rows).rows("customer_day")[0]["unknown_signals"].split(",")


def test_the_judge_says_what_the_night_decided_about_a_report() -> None:
    one = night([told("R1", NIGHT, **GOOD | {"bad_debts": 1})])
    decided = {(r["treatment"], r["level"]) for r in one.rows("decision_day")}
    assert {("watch", "red"), ("case_review", "red")} <= decided
    rules = explain_decision(
        one.policy, {"currency": "CNY"}, {"C07": Level.RED}, kind=SubjectKind.CUSTOMER
    )
    fired = {rule.rule_id for rule in rules if getattr(rule, "wins", False)}
    assert {"watch.red_elsewhere", "review.elsewhere_red", "list.grey_elsewhere"} <= fired
