"""What the policy tests share: a small policy in text, rows into DuckDB, decisions out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from daihou.kernel import Level, SubjectKind
from daihou.policy import FIELDS, Policy, compile_policy, compile_rule_counts, parse_policy

SIGNALS = ("E01", "E02", "F01", "G05")

HEAD = """
name: trial
version: 1
title: {zh: 试行, en: trial}
effective_from: 2026-01-01
currency: CNY
groups: {own: [E*], use: [F01]}
"""

RULE = """
  - id: {id}
    subject: {subject}
    treatment: {treatment}
    when: {when}
    reason: {{code: {code}, zh: 理由, en: reason}}
    source: test
    grade: M
"""

Row = Mapping[str, Any]
_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
}


def rule(id: str, when: str, *more: str, **words: str) -> str:
    """Return one rule in YAML; ``more`` are further lines such as ``level: red``."""
    said = {"subject": "account", "treatment": "case_review", "code": f"R_{id.upper()}"} | words
    text = RULE.format(id=id, when=when, **said)
    return text + "".join(f"    {line}\n" for line in more)


def policy_of(*rules: str, head: str = HEAD) -> Policy:
    return parse_policy(head + "rules:" + "".join(rules), "trial.yaml")


def _table(con: duckdb.DuckDBPyConnection, kind: SubjectKind, rows: Iterable[Row]) -> None:
    keys = ["account_id", "customer_id"] if kind is SubjectKind.ACCOUNT else ["customer_id"]
    columns = {**dict.fromkeys(keys, "VARCHAR")}
    columns |= {f.name: f.kind.sql_type for f in FIELDS[kind].values()}
    schema = pa.schema([(name, _ARROW[sql]) for name, sql in columns.items()])
    filled = [{name: row.get(name) for name in columns} for row in rows]
    con.register("handed", pa.Table.from_pylist(filled, schema=schema))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {kind.value}_view AS SELECT * FROM handed")
    con.unregister("handed")


def _signals(
    con: duckdb.DuckDBPyConnection,
    hits: Iterable[tuple[str, str, str, str]],
    unknown: Iterable[tuple[str, str, str]],
) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE signal_hit (subject_kind VARCHAR, subject_id VARCHAR,"
        " signal_id VARCHAR, verdict VARCHAR, level VARCHAR, value BIGINT, evidence VARCHAR,"
        " data_age_days INTEGER)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE signal_unknown (subject_kind VARCHAR, subject_id VARCHAR,"
        " unknown_signals VARCHAR)"
    )
    rows = [(kind, subject, signal, "hit", level) for kind, subject, signal, level in hits]
    if rows:
        con.executemany("INSERT INTO signal_hit VALUES (?, ?, ?, ?, ?, 1, '', 0)", rows)
    if blind := list(unknown):
        con.executemany("INSERT INTO signal_unknown VALUES (?, ?, ?)", blind)


class Night:
    """One in-memory night: rows and signals in, decisions and counts out."""

    def __init__(
        self,
        accounts: Iterable[Row] = (),
        customers: Iterable[Row] = (),
        hits: Iterable[tuple[str, str, str, str]] = (),
        unknown: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        _table(self.con, SubjectKind.ACCOUNT, accounts)
        _table(self.con, SubjectKind.CUSTOMER, customers)
        _signals(self.con, hits, unknown)

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        found = self.con.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def decide(self, policy: Policy, signals: Iterable[str] = SIGNALS) -> list[dict[str, Any]]:
        query = compile_policy(policy, policy.arm, list(signals)).sql("duckdb")
        rows = self._rows(query)
        return sorted(rows, key=lambda r: (r["subject_kind"], r["subject_id"], r["treatment"]))

    def count(self, policy: Policy) -> dict[str, tuple[int, int, int]]:
        rows = self._rows(compile_rule_counts(policy, SIGNALS).sql("duckdb"))
        return {r["rule_id"]: (r["subjects"], r["fired"], r["unknown"]) for r in rows}


def account(**facts: object) -> dict[str, object]:
    return {"account_id": "A1", "customer_id": "C1", "currency": "CNY"} | facts


def customer(**facts: object) -> dict[str, object]:
    return {"customer_id": "C1", "currency": "CNY"} | facts


def levels(**found: str) -> dict[str, Level]:
    return {signal: Level(level) for signal, level in found.items()}
