"""A lender's book made of worked signal cases, run from its facts to verdicts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb

from daihou.contracts import FACTS
from daihou.kernel import SubjectKind
from daihou.night.dates import add_months
from daihou.night.features import feature_stages
from daihou.night.known import due_stages, known_stages
from daihou.night.position import PositionRules, month_end_stage, position_stages
from daihou.signals import compile_signals
from tests.night_kit import STAGES, fact_relations
from tests.unit.signals.shipped import catalogue, subject_key

LONG_AGO = date(2020, 1, 1)


def _day(told: Any, night: date) -> Any:
    """Return the day that ``{days_ago: n}`` or ``{months_ago: n}`` means."""
    if not isinstance(told, dict):
        return told
    if "days_ago" in told:
        return night - timedelta(days=told["days_ago"])
    return add_months(night, -told["months_ago"]) + timedelta(days=told.get("days_after", 0))


def _with_number(told: Any, number: Any) -> Any:
    if isinstance(told, dict):
        return {key: _with_number(value, number) for key, value in told.items()}
    if isinstance(told, list):
        return [_with_number(value, number) for value in told]
    return number if told == "X" else told


def tries(case: dict[str, Any]) -> list[tuple[str, dict[str, Any], Any]]:
    if "tries" not in case:
        return [(case["case"], case["given"], case.get("expect"))]
    return [
        (f"{case['case']}, X = {number}", _with_number(case["given"], number), verdict)
        for number, verdict in case["tries"]
    ]


class Book:
    """All cases of one chapter as one lender's facts."""

    def __init__(self, chapter: dict[str, Any]) -> None:
        self.night: date = chapter["night"]
        self.fed = frozenset(chapter.get("handed_over", FACTS))
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in self.fed}
        self.numbers = 0
        if "handed_over" not in chapter and chapter.get("usual", True):
            self._usual()

    def _usual(self) -> None:
        """Add what tells that this lender records payers, proofs of use and card movements."""
        self.add("account", self._account("A", {"use_proof_on": LONG_AGO, "product": "card"}))
        self.add("payment", {"account_id": "A", "paid_on": self.night, "kind": "payment",
                             "amount_minor": 1, "payer_relation": "self"})  # fmt: skip
        self.add("transaction", self._move("A", "C", {"on_account": True, "booked_on": LONG_AGO}))

    def add(self, table: str, row: dict[str, Any]) -> None:
        if table not in self.fed:
            return
        row = dict(row)
        least, most = row.pop("if_at_least", (1, 1))
        for _ in range(row.pop("times", 1) if least >= most else 0):
            self.numbers += 1
            key = FACTS[table].key[0]
            ids = {"transaction_id", "event_id", "payment_id", "collateral_id", "guarantee_id",
                   "report_id"}  # fmt: skip
            numbered = {key: f"N{self.numbers}"} if key in ids else {}
            if table == "instalment":
                numbered = {"instalment_no": self.numbers}
            days = {name: _day(value, self.night) for name, value in row.items()}
            self.rows[table].append(numbered | days)

    def _account(self, account_id: str, told: dict[str, Any]) -> dict[str, Any]:
        return {
            "account_id": account_id, "customer_id": account_id.replace("A", "C", 1),
            "recorded_on": LONG_AGO, "product": "instalment_loan", "currency": "CNY",
            "opened_on": date(2023, 1, 10), "amount_minor": 1_000_000,
        } | told  # fmt: skip

    def _move(self, account_id: str, customer_id: str, told: dict[str, Any]) -> dict[str, Any]:
        told = dict(told)
        account = account_id if told.pop("on_account", False) else None
        return {
            "customer_id": customer_id, "account_id": account,
            "direction": "out", "amount_minor": 1, "counterparty_kind": "other",
            "category": "transfer",
        } | told  # fmt: skip

    def _event(self, account_id: str, customer_id: str, told: dict[str, Any]) -> dict[str, Any]:
        told = dict(told)
        account = account_id if told.pop("on_account", False) else None
        return {"customer_id": customer_id, "account_id": account, "known_on": self.night} | told

    def _report(self, customer_id: str, told: dict[str, Any]) -> dict[str, Any]:
        report_on = told.get("report_on", self.night)
        usual = {"customer_id": customer_id, "report_on": report_on, "received_on": report_on}
        return usual | told

    def _reports(self, number: int, given: dict[str, Any]) -> None:
        """Add the reports of the borrower and of the guarantors; None is one without a report."""
        for row in given.get("reports", []):
            self.add("bureau_report", self._report(f"C{number}", row))
        for place, row in enumerate(given.get("guarantors", [])):
            guarantor = f"G{number}_{place}"
            usual = {"account_id": f"A{number}", "recorded_on": LONG_AGO, "starts_on": LONG_AGO}
            usual |= {"guarantor_id": guarantor, "amount_minor": 1}
            self.add("guarantee", usual | given.get("guarantee", {}))
            if row is not None:
                self.add("bureau_report", self._report(guarantor, row))

    def borrower(self, number: int, given: dict[str, Any]) -> str:
        """Add one case's borrower; return the number of its account."""
        account, customer = f"A{number}", f"C{number}"
        line = given.get("line")
        told = {"line_id": f"L{number}"} if line else {}
        self.add("account", self._account(account, told | given.get("account", {})))
        if given.get("customer", {}) is not None:
            usual = {"customer_id": customer, "recorded_on": LONG_AGO, "kind": "person"}
            usual |= {"retail": True, "currency": "CNY"}
            self.add("customer", usual | given.get("customer", {}))
        if line:
            self.add("credit_line", {"line_id": f"L{number}", "recorded_on": LONG_AGO,
                                     "customer_id": customer, "currency": "CNY", "kind": "card",
                                     "opened_on": LONG_AGO} | line)  # fmt: skip
        for row in given.get("dues", []):
            usual = {"account_id": account, "principal_minor": 10_000, "interest_minor": 0}
            self.add("instalment", usual | {"fee_minor": 0} | row)
        for row in given.get("payments", []):
            self.add("payment", {"account_id": account, "kind": "payment"} | row)
        for row in given.get("events", []):
            self.add("external_event", self._event(account, customer, row))
        for row in given.get("guarantor_events", []):
            self.add("external_event", self._event(account, f"G{number}", row))
            self.add("guarantee", {"recorded_on": LONG_AGO, "account_id": account,
                                   "guarantor_id": f"G{number}", "amount_minor": 1,
                                   "starts_on": LONG_AGO})  # fmt: skip
        for row in given.get("moves", []):
            self.add("transaction", self._move(account, customer, row))
        for row in given.get("collateral", []):
            usual = {"account_id": account, "recorded_on": LONG_AGO, "kind": "home"}
            usual |= {"first_value_minor": 1000, "value_minor": 1000, "valued_on": LONG_AGO}
            self.add("collateral", usual | row)
        for row in given.get("statements", []):
            usual = {"account_id": account, "due_on": self.night, "balance_minor": 0}
            self.add("card_statement", usual | {"minimum_due_minor": 0} | row)
        self._reports(number, given)
        if "ledger" in given:
            self.add("ledger_balance", {"account_id": account, "balance_on": self.night,
                                        "balance_minor": given["ledger"]})  # fmt: skip
        return account


class Verdicts:
    """What one night says of every case of a chapter."""

    def __init__(self, chapter: dict[str, Any]) -> None:
        book = Book(chapter)
        self.cases: dict[str, tuple[str, str]] = {}
        number = 0
        for case in chapter["cases"]:
            for name, given, _ in tries(case):
                number += 1
                account = book.borrower(number, given)
                self.cases[f"{case['signal']} {name}"] = (account, account.replace("A", "C", 1))
        self.fed = book.fed
        con = duckdb.connect(config={"threads": 1})
        self._run(con, book)
        self.features = {
            kind: {row[subject_key(kind)]: row for row in _dicts(con, f"{kind.value}_feature")}
            for kind in SubjectKind
        }
        queries = compile_signals(catalogue(), book.night, book.fed)
        self.hits = {
            (row["subject_id"], row["signal_id"]): row
            for row in _dicts(con, f"({queries.hits.sql('duckdb')})")
        }
        self.unknown = {
            row["subject_id"]: row["unknown_signals"]
            for row in _dicts(con, f"({queries.unknown.sql('duckdb')})")
        }
        con.close()

    def _run(self, con: duckdb.DuckDBPyConnection, book: Book) -> None:
        fact_relations(con, book.rows)
        rules = PositionRules(currency="CNY", statements_fed="card_statement" in book.fed)
        stages = [
            month_end_stage(book.night),
            *known_stages(book.night, dict.fromkeys(book.fed, True)),
            *due_stages({}),
            *position_stages(STAGES, book.night, rules),
        ]
        for stage in stages:
            kind = "TABLE" if stage.keep else "VIEW"
            con.execute(f"CREATE TEMP {kind} {stage.name} AS {stage.query.sql('duckdb')}")
        con.execute(
            "CREATE TEMP VIEW customer_full AS SELECT customer_id, CAST(COUNT(*) AS INTEGER) AS"
            " accounts, MAX(dpd) AS dpd_max FROM account_state GROUP BY customer_id"
        )
        for name, query in feature_stages(STAGES, book.fed, book.night):
            con.execute(f"CREATE TEMP TABLE {name} AS {query.sql('duckdb')}")


def _dicts(con: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, Any]]:
    cursor = con.execute(f"SELECT * FROM {relation} AS r")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
