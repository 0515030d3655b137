"""Small books for the classification tests: rows in, the compiled night on DuckDB, rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

import daihou
from daihou.contracts import FACTS
from daihou.law import Debtor, Facts, Law, debtor_facts, resolve_law
from daihou.night.classify import compile_classification, law_for
from daihou.night.loss import LossRates

ROOT = Path(daihou.__file__).parent

STATE = {
    "account_id": "VARCHAR", "customer_id": "VARCHAR", "product": "VARCHAR",
    "currency": "VARCHAR", "retail": "BOOLEAN", "written_off_on": "DATE",
    "balance_minor": "BIGINT", "limit_minor": "BIGINT", "utilisation_bp": "INTEGER",
    "overdue_minor": "BIGINT", "dpd": "INTEGER", "dpd_basis": "VARCHAR", "bucket": "VARCHAR",
    "status_24m": "VARCHAR", "months_to_maturity": "INTEGER", "npl_last_on": "DATE",
    "oldest_unpaid_on": "DATE", "current_since_on": "DATE", "periods_since_current": "INTEGER",
}  # fmt: skip
"""The columns of account_state that classification reads, with their types."""

USUAL: dict[str, Any] = {
    "product": "instalment_loan", "currency": "CNY", "retail": True, "written_off_on": None,
    "balance_minor": 1_000_000, "limit_minor": None, "utilisation_bp": None,
    "overdue_minor": 0, "dpd": 0, "dpd_basis": "allocated", "status_24m": "N" * 24,
    "months_to_maturity": 24, "npl_last_on": None, "oldest_unpaid_on": None,
    "current_since_on": None, "periods_since_current": 0,
}  # fmt: skip


@dataclass
class Claim:
    """One account with everything that concerns it."""

    state: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    restructurings: list[dict[str, Any]] = field(default_factory=list)
    dues: list[date] = field(default_factory=list)


@dataclass
class Customer:
    """One debtor with all accounts."""

    claims: list[Claim]
    row: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)


def state_row(customer_no: int, claim_no: int, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of account_state: the usual account with some columns changed."""
    row = {**USUAL, **changed}
    row["account_id"] = f"A{customer_no:03}-{claim_no}"
    row["customer_id"] = f"C{customer_no:03}"
    dpd = row["dpd"]
    row["bucket"] = None if dpd is None else f"M{min((dpd + 29) // 30, 7)}"
    if dpd is None:
        row["dpd_basis"] = None
    return row


@cache
def law_texts() -> dict[str, str]:
    """Return the law files that the package ships."""
    folder = ROOT / "law"
    return {
        p.relative_to(folder).as_posix(): p.read_text("utf-8")
        for p in sorted(folder.rglob("*.yaml"))
    }


@cache
def stage_texts() -> dict[str, str]:
    """Return the stage files that the package ships."""
    return {p.name: p.read_text("utf-8") for p in sorted((ROOT / "night/stages").glob("*.sql"))}


def laws_of(packs: Mapping[str, Sequence[str]], on: date) -> dict[str, Law]:
    """Return the law of each product group on one day."""
    return {name: resolve_law(law_texts(), list(names), on) for name, names in packs.items()}


def run_night(
    customers: Sequence[Customer], laws: Mapping[str, Law], as_of: date, rates: LossRates | None
) -> dict[str, dict[str, Any]]:
    """Return account_class by account, computed by the compiled stages on DuckDB."""
    con = duckdb.connect(config={"threads": 1})
    try:
        _load(con, customers)
        for stage in compile_classification(laws, as_of, rates, stage_texts()):
            con.execute(f"CREATE TEMP TABLE {stage.name} AS {stage.query.sql('duckdb')}")
        found = con.execute("SELECT * FROM account_class")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    finally:
        con.close()
    assert (
        len({row["account_id"] for row in rows})
        == len(rows)
        == sum(len(customer.claims) for customer in customers)
    )
    return {row["account_id"]: row for row in rows}


def _load(con: duckdb.DuckDBPyConnection, customers: Sequence[Customer]) -> None:
    rows: dict[str, list[Mapping[str, Any]]] = {"account_state": []}
    for name in ("customer", "restructuring", "external_event", "instalment", "card_statement"):
        rows[f"known_{name}"] = []
    for customer in customers:
        customer_id = customer.claims[0].state["customer_id"]
        if customer.row is not None:
            rows["known_customer"].append(customer.row | {"customer_id": customer_id})
        owned = [(customer_id, None, event) for event in customer.events]
        for claim in customer.claims:
            account_id = claim.state["account_id"]
            rows["account_state"].append(claim.state)
            owned += [(customer_id, account_id, event) for event in claim.events]
            rows["known_restructuring"] += [
                row | {"account_id": account_id} for row in claim.restructurings
            ]
            card = claim.state["product"] == "card"
            dues = rows["known_card_statement" if card else "known_instalment"]
            dues += [{"account_id": account_id, "due_on": day} for day in claim.dues]
        rows["known_external_event"] += [
            event | {"customer_id": owner, "account_id": account} for owner, account, event in owned
        ]
    for table, held in rows.items():
        columns = STATE if table == "account_state" else {
            c.name: c.kind.sql_type for c in FACTS[table.removeprefix("known_")].columns
        }  # fmt: skip
        shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        con.execute(f"CREATE TEMP TABLE {table} ({shape})")
        if held:
            marks = ", ".join("?" for _ in columns)
            values = [[row.get(name) for name in columns] for row in held]
            con.executemany(f"INSERT INTO {table} VALUES ({marks})", values)


def facts_of(customer: Customer, laws: Mapping[str, Law], as_of: date) -> list[tuple[Facts, Law]]:
    """Return the facts of each of a customer's accounts, with the law of its product."""
    alone = [
        (
            Facts(
                claim.state,
                as_of,
                [*claim.events, *customer.events],
                claim.restructurings,
                claim.dues,
            ),
            law_for(laws, claim.state["product"]),
        )
        for claim in customer.claims
    ]
    row = customer.row if customer.row is not None and customer.row["retail"] is False else None
    debtor: Debtor = debtor_facts(alone, row)
    return [
        (Facts(f.state, f.as_of, f.events, f.restructurings, f.due_days, debtor), law)
        for f, law in alone
    ]
