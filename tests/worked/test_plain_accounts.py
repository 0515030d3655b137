"""docs/decisions/002: each condition of `plain` is needed, shown on an account that breaks it.

An example is two lists of (month, amount), dues on the 15th and payments on the 10th of the month.
Month 0 is June 2024, the month of as_of; -1 is May; OLD stands for January 2019, more than 62
months back.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from daihou.night.dates import add_months
from daihou.night.known import due_stages, known_stages
from daihou.night.position import month_end_stage, position_stages
from tests.night_kit import (
    RULES,
    STAGES,
    account,
    fact_relations,
    instalment,
    payment,
    run_position,
)

AS_OF = date(2024, 6, 30)
OLD = -65
FILE = "20_account_sum.sql"
Moves = list[tuple[int, int]]

EXAMPLES: dict[str, tuple[str, Moves, Moves]] = {
    "the totals are equal": (
        "d.due_minor = p.paid_minor\n      AND",
        [(OLD, 100), (OLD - 1, 100), (-1, 100), (0, 100)],
        [(OLD, 100), (-1, 100), (0, 100)],
    ),
    "as many payments as dues": (
        "AND d.recent = p.recent\n",
        [(OLD, 50), (-2, 100), (-1, 100), (0, 100)],
        [(OLD, 50), (-2, 50), (-1, 100), (-1, 100), (0, 50)],
    ),
    "in the same months": (
        "AND d.months = p.months\n",
        [(-2, 100), (-1, 100), (0, 100)],
        [(-1, 100), (-1, 100), (-1, 100)],
    ),
    "one due a month": (
        "AND BIT_COUNT(d.months >> 1) = d.recent\n",
        [(-2, 100), (-2, 100), (-1, 100), (0, 100), (0, 100)],
        [(-2, 100), (-1, 100), (-1, 100), (-1, 100), (0, 100)],
    ),
    "the least amount is equal": (
        "AND d.least_minor = p.least_minor\n",
        [(-3, 100), (-2, 40), (-1, 100), (0, 100)],
        [(-3, 70), (-2, 100), (-1, 70), (0, 100)],
    ),
    "the largest amount is equal": (
        "AND d.largest_minor = p.largest_minor\n",
        [(-3, 100), (-2, 160), (-1, 100), (0, 100)],
        [(-3, 130), (-2, 100), (-1, 130), (0, 100)],
    ),
    "the odd amount is in the same month": (
        "AND d.moment = p.moment\n",
        [(-2, 100), (-1, 100), (0, 40)],
        [(-2, 40), (-1, 100), (0, 100)],
    ),
    "at most one amount is odd": (
        "shape",
        [(-4, 80), (-3, 60), (-2, 80), (-1, 100), (0, 40)],
        [(-4, 60), (-3, 100), (-2, 60), (-1, 100), (0, 40)],
    ),
    "an odd amount only where nothing is old": (
        "AND p.payments = p.recent\n",
        [(OLD, 100), (OLD - 1, 40), (-2, 80), (-1, 80), (0, 80)],
        [(OLD, 100), (OLD - 1, 40), (-2, 70), (-1, 100), (0, 70)],
    ),
    "no payment is later in its month than the earliest due day": (
        "AND p.day_in_month <= d.day_in_month",
        [(-1, 100), (0, 100)],
        [(-1, 100), (0, 100)],
    ),
}


def without(conjunct: str) -> str:
    """Return the stage's text with one condition taken out."""
    text = STAGES[FILE]
    if conjunct == "shape":
        start = text.index("AND (\n        d.recent_minor IN")
        end = text.index("AND p.day_in_month")
        return text[:start] + text[end:]
    if conjunct.startswith("AND p.payments"):
        text = text.replace("d.dues = d.recent\n          AND p.payments = p.recent", "TRUE")
        assert text != STAGES[FILE]
        return text
    assert text.count(conjunct) == 1
    return text.replace(conjunct, "")


def facts_of(name: str, dues: Moves, paid: Moves):
    day = 20 if name.startswith("no payment is later") else 10
    on = {n: add_months(date(2024, 6, 1), n) for n, _ in dues + paid}
    return {
        "account": [account(opened_on=date(2018, 1, 1), amount_minor=1_000_000)],
        "instalment": [
            instalment(on[n].replace(day=15), number, principal_minor=amount)
            for number, (n, amount) in enumerate(dues, 1)
        ],
        "payment": [payment(on[n].replace(day=day), amount) for n, amount in paid],
    }


def plain(facts, text: str) -> bool:
    """Return what the stage with this text says of the one account."""
    connection = duckdb.connect()
    fact_relations(connection, facts)
    stages = [
        month_end_stage(AS_OF),
        *known_stages(AS_OF, dict.fromkeys(facts, True)),
        *due_stages({}),
        *position_stages(STAGES | {FILE: text}, AS_OF, RULES),
    ]
    for stage in stages:
        kind = "TABLE" if stage.keep else "VIEW"
        connection.execute(f"CREATE TEMP {kind} {stage.name} AS {stage.query.sql('duckdb')}")
        if stage.name == "account_sum":
            break
    row = connection.execute("SELECT plain FROM account_sum").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("name", EXAMPLES)
def test_without_the_condition_a_late_account_would_pass_as_paid(name):
    conjunct, dues, paid = EXAMPLES[name]
    facts = facts_of(name, dues, paid)
    assert not plain(facts, STAGES[FILE])
    assert plain(facts, without(conjunct)), "another condition catches it: a better example"
    state = run_position(AS_OF, facts)["A1"]
    late = set(state["status_24m"]) & set("1234567M") or state["dpd"] > 0
    assert late, state["status_24m"]


def test_an_account_paid_as_agreed_is_plain_with_one_odd_amount():
    moves = [(-3, 100), (-2, 100), (-1, 40), (0, 100)]
    facts = facts_of("paid", moves, moves)
    assert plain(facts, STAGES[FILE])
    assert run_position(AS_OF, facts)["A1"]["status_24m"].endswith("NNNN")


def test_an_account_that_never_paid_is_not_plain():
    facts = facts_of("never", [(-1, 100)], []) | {"payment": [payment(AS_OF, 1, "other")]}
    assert not plain(facts, STAGES[FILE])
