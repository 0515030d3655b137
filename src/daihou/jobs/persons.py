"""What the gate reads about a few customers, gathered from everything landed by a day."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from daihou.contracts import FACTS
from daihou.engines import Connection, bind_fact, bind_files, connect, dicts_of
from daihou.errors import HomeError
from daihou.inquiry.facts import Claim, Consent, Line, Person, Stop, Suretyship
from daihou.jobs.home import Home
from daihou.lake.vault import KEY_VARIABLE, key_from_text, read_sealed
from daihou.night.known import known_stages

ID_CARD: Final = "10"
"""Code of the resident identity card. Source: dictionary of identity documents, grade C."""
_READ: Final = (
    "account", "consent", "credit_line", "customer", "external_event", "guarantee", "inquiry",
    "inquiry_stop", "ledger_balance", "payment",
)  # fmt: skip
_BALANCES: Final = """
SELECT
  a.account_id,
  CAST(LEAST(
    a.balance_minor - COALESCE(p.paid_minor, 0), COALESCE(l.balance_minor, a.balance_minor)
  ) AS BIGINT) AS balance_minor
FROM night_account AS a
LEFT JOIN (
  SELECT account_id, SUM(CASE WHEN kind = 'reversal' THEN -amount_minor ELSE amount_minor END)
    AS paid_minor
  FROM known_payment WHERE COALESCE(booked_on, paid_on) > $night GROUP BY account_id
) AS p ON a.account_id = p.account_id
LEFT JOIN (
  SELECT account_id, ARG_MAX(balance_minor, balance_on) AS balance_minor
  FROM known_ledger_balance WHERE balance_on > $night AND balance_on < $today GROUP BY account_id
) AS l ON a.account_id = l.account_id
"""
"""What is surely still owed when the day begins: all paid since the night counts, and the ledger of
a day between; the ledger of the day itself is that of its end."""


@dataclass(frozen=True, slots=True)
class PersonIdentity:
    """Who a customer is to the bureau. Never logged, never shown unmasked."""

    name: str
    id_type: str
    id_no: str


def persons_of(home: Home, customer_ids: Collection[str], on: date) -> dict[str, Person]:
    """Return each customer with everything landed and true on ``on``; unknown ones are left out.

    Balances are those of the last published night up to ``on`` less everything paid since; an
    account that this night did not hold has an unknown balance. Triggers are not gathered: they
    are recorded with the order.
    """
    with connect(temp_dir=home.root) as connection:
        _bind(connection, home, on)
        return _Gatherer(connection, customer_ids).persons()


def identities_of(home: Home, customer_ids: Collection[str]) -> dict[str, PersonIdentity]:
    """Return the newest name and document number of customers of whom both are known.

    Raises: HomeError without the key that they are sealed with.
    """
    paths = [home.lake.path_of(file) for file in home.lake.identity_files("customer")]
    if not paths:
        return {}
    told = os.environ.get(KEY_VARIABLE)
    if not told:
        raise HomeError(
            "no key to open the identities with", where=str(home.root),
            why="the bureau is asked by name and document number",
            next_step=f"set {KEY_VARIABLE} to the key that they were landed with",
        )  # fmt: skip
    wanted, newest = set(customer_ids), {}
    for row in read_sealed(paths, key_from_text(told)).sort_by("recorded_on").to_pylist():
        if row["customer_id"] in wanted and row["name"] and row["id_no"]:
            newest[row["customer_id"]] = PersonIdentity(row["name"], ID_CARD, row["id_no"])
    return newest


def _bind(connection: Connection, home: Home, on: date) -> None:
    lake, fed = home.lake, {}
    for name in _READ:
        files = lake.fact_files(name)
        if files:
            bind_fact(connection, name, [(f.landing or 0, lake.path_of(f)) for f in files])
            fed[name] = FACTS[name].latest_by_key
    for stage in known_stages(on, fed):
        if stage.name.removeprefix("known_") in _READ:
            connection.execute(f"CREATE TEMP VIEW {stage.name} AS {stage.sql}")
    nights = [n.as_of for n in lake.nights() if n.as_of is not None and n.as_of <= on]
    night = max(nights, default=None)
    if night is None:
        connection.execute("CREATE TEMP TABLE balance (account_id VARCHAR, balance_minor BIGINT)")
        return
    bind_files(
        connection,
        "night_account",
        [lake.path_of(f) for f in lake.night_files("account_day", night)],
    )
    connection.execute(f"CREATE TEMP TABLE balance AS {_BALANCES}", {"night": night, "today": on})


class _Gatherer:
    """Reads the rows of a few customers, table by table."""

    def __init__(self, connection: Connection, customer_ids: Collection[str]) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TEMP TABLE wanted AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS customer_id",
            [sorted(set(customer_ids))],
        )

    def persons(self) -> dict[str, Person]:
        known = dicts_of(
            self._connection,
            "SELECT DISTINCT customer_id FROM known_customer JOIN wanted USING (customer_id)",
        )
        lines, claims = self._by_customer("known_credit_line"), self._claims()
        consents, stops = self._by_customer("known_consent"), self._stops()
        asked, sureties = self._by_customer("known_inquiry"), self._sureties()
        return {
            who: Person(
                who,
                consents=tuple(consent_of(row) for row in consents[who]),
                claims=tuple(claims[who]),
                lines=tuple(line_of(row) for row in lines[who]),
                guarantees=tuple(sureties[who]),
                stops=tuple(stops[who]),
                asked_on=tuple(
                    sorted(row["asked_on"] for row in asked[who] if row["asked_on"] is not None)
                ),
            )
            for who in (row["customer_id"] for row in known)
        }

    def _by_customer(self, table: str, query: str = "") -> Mapping[str, Sequence[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in dicts_of(
            self._connection, query or f"SELECT * FROM {table} JOIN wanted USING (customer_id)"
        ):
            found[row["customer_id"]].append(row)
        return found

    def _claims(self) -> Mapping[str, Sequence[Claim]]:
        rows = self._by_customer(
            "account", "SELECT a.*, b.balance_minor FROM known_account AS a JOIN wanted USING"
            " (customer_id) LEFT JOIN balance AS b ON a.account_id = b.account_id",
        )  # fmt: skip
        return defaultdict(
            list, {who: [claim_of(row) for row in found] for who, found in rows.items()}
        )

    def _sureties(self) -> Mapping[str, Sequence[Suretyship]]:
        found: dict[str, list[Suretyship]] = defaultdict(list)
        rows = dicts_of(
            self._connection,
            "SELECT g.guarantee_id, g.guarantor_id, g.starts_on, g.ends_on, a.account_id,"
            " a.product, a.opened_on, a.closed_on, a.line_id, b.balance_minor,"
            " l.opened_on AS line_opened_on, l.expires_on, l.cancelled_on"
            " FROM known_guarantee AS g JOIN wanted AS w ON g.guarantor_id = w.customer_id"
            " JOIN known_account AS a ON g.account_id = a.account_id"
            " LEFT JOIN balance AS b ON a.account_id = b.account_id"
            " LEFT JOIN known_credit_line AS l ON a.line_id = l.line_id",
        )
        for row in rows:
            line = None
            if row["line_opened_on"] is not None:
                line = line_of(row | {"opened_on": row["line_opened_on"]})
            found[row["guarantor_id"]].append(
                Suretyship(
                    row["guarantee_id"], row["starts_on"], row["ends_on"], claim_of(row), line
                )
            )
        return found

    def _stops(self) -> Mapping[str, Sequence[Stop]]:
        found: dict[str, list[Stop]] = defaultdict(list)
        for who, rows in self._by_customer("known_inquiry_stop").items():
            found[who] += [Stop(row["kind"], row["from_on"], row["to_on"]) for row in rows]
        for who, rows in self._by_customer("known_external_event").items():
            found[who] += _stops_of_events(rows)
        return found


def _stops_of_events(rows: Sequence[Mapping[str, Any]]) -> list[Stop]:
    """Return death, and each dispute until its closing."""
    stops = [Stop("death", row["known_on"]) for row in rows if row["kind"] == "death"]
    return stops + [Stop("dispute", row["happened_on"], ends) for row, ends in disputes_of(rows)]


def disputes_of(
    rows: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], date | None]]:
    """Yield each dispute with the day of its closing: a closing ends one, the oldest."""
    opened = sorted(
        (row for row in rows if row["kind"] == "dispute_opened"),
        key=lambda row: (row["happened_on"], row["event_id"]),
    )
    for closed in sorted(row["happened_on"] for row in rows if row["kind"] == "dispute_closed"):
        if opened and opened[0]["happened_on"] <= closed:
            yield opened.pop(0), closed
    for row in opened:
        yield row, None


def consent_of(row: Mapping[str, Any]) -> Consent:
    """Return the consent in a row of the fact."""
    purposes = frozenset(code.strip() for code in row["purposes"].split(","))
    return Consent(
        row["consent_id"], row["signed_on"], purposes, row["ends_on"], row["withdrawn_on"]
    )


def line_of(row: Mapping[str, Any]) -> Line:
    """Return the credit line in a row of the fact."""
    return Line(row["line_id"], row["opened_on"], row["expires_on"], row["cancelled_on"])


def claim_of(row: Mapping[str, Any]) -> Claim:
    """Return the account in a row of the fact with its ``balance_minor``."""
    return Claim(
        row["account_id"], row["opened_on"], row["product"] == "card", row["balance_minor"],
        row["closed_on"], row["line_id"],
    )  # fmt: skip
