"""Run the position stages of a night on a few rows written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import daihou.night
from daihou.contracts import FACTS
from daihou.night.known import due_stages, known_stages
from daihou.night.position import PositionRules, month_end_stage, position_stages

Row = Mapping[str, Any]
STAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (Path(daihou.night.__file__).parent / "stages").glob("*.sql")
}
ARROW = {"DATE": pa.date32(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "BOOLEAN": pa.bool_()}
RULES = PositionRules(currency="CNY")


def account(account_id: str = "A1", **values: Any) -> dict[str, Any]:
    """Return an account row with usual values."""
    row = dict(
        account_id=account_id,
        recorded_on=date(2024, 1, 1),
        customer_id="C1",
        product="instalment_loan",
        currency="CNY",
        opened_on=date(2024, 1, 1),
        amount_minor=120_000,
    )
    return row | values


def instalment(due_on: date, number: int = 1, account_id: str = "A1", **values: Any) -> Row:
    """Return an instalment of 100.00, all principal unless told otherwise."""
    row = dict(
        account_id=account_id,
        instalment_no=number,
        due_on=due_on,
        principal_minor=10_000,
        interest_minor=0,
        fee_minor=0,
    )
    return row | values


def payment(
    paid_on: date, amount_minor: int = 10_000, account_id: str = "A1", **values: Any
) -> Row:
    """Return a payment."""
    row = dict(account_id=account_id, paid_on=paid_on, kind="payment", amount_minor=amount_minor)
    return row | values


def fact_relations(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Sequence[Row]]
) -> None:
    """Make ``fact_<name>`` for each fact given, with every column of its contract."""
    for name, rows in facts.items():
        columns = FACTS[name].columns
        full = []
        for number, row in enumerate(rows, 1):
            unknown = set(row) - {c.name for c in columns} - {"landing_no"}
            assert not unknown, f"{name} has no column {unknown}"
            key = {"payment_id": f"P{number}"} if name == "payment" else {}
            full.append({"landing_no": 1} | key | dict(row))
        fields = [(c.name, ARROW.get(c.kind.sql_type, pa.string())) for c in columns]
        table = pa.Table.from_pylist(full, pa.schema([*fields, ("landing_no", pa.int32())]))
        connection.register(f"fact_{name}", table)


def run_position(
    as_of: date,
    facts: Mapping[str, Sequence[Row]],
    rules: PositionRules = RULES,
    shifted: Mapping[date, date] | None = None,
) -> dict[str, dict[str, Any]]:
    """Return account_state by account_id."""
    connection = duckdb.connect()
    fact_relations(connection, facts)
    rules = replace(rules, statements_fed="card_statement" in facts)
    stages = [
        month_end_stage(as_of),
        *known_stages(as_of, dict.fromkeys(facts, True)),
        *due_stages(shifted or {}),
        *position_stages(STAGES, as_of, rules),
    ]
    for stage in stages:
        kind = "TABLE" if stage.keep else "VIEW"
        connection.execute(f"CREATE TEMP {kind} {stage.name} AS {stage.query.sql('duckdb')}")
    cursor = connection.execute("SELECT * FROM account_state")
    names = [column[0] for column in cursor.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
