"""What closing a relationship depends on, read from everything landed by the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from daihou.contracts import FACTS
from daihou.engines import Connection, bind_fact, connect, dicts_of, disk_errors
from daihou.inquiry.closing import ClosingFacts, Due
from daihou.inquiry.facts import Claim, Person, Suretyship
from daihou.jobs.home import Home, shipped_texts
from daihou.jobs.persons import consent_of, disputes_of, line_of
from daihou.night.dates import add_months
from daihou.night.known import due_stages, known_stages
from daihou.night.position import PositionRules, month_end_stage, position_stages

Row = Mapping[str, Any]

_READ: Final = (
    "account", "card_statement", "consent", "credit_line", "customer", "external_event",
    "guarantee", "instalment", "ledger_balance", "payment", "transaction",
)  # fmt: skip
STATES: Final = ("account", "credit_line", "guarantee", "consent")
"""Tables of states that closing ends, by the number that names a row."""
NUMBERS: Final = {name: FACTS[name].key[0] for name in STATES}
_HISTORY_YEARS: Final = 31
_ITS_ACCOUNT: Final = "account_id IN (SELECT account_id FROM one_account)"
_ITS_CUSTOMER: Final = "customer_id = (SELECT customer_id FROM one_customer)"
_KEPT: Final = {
    "consent": _ITS_CUSTOMER, "customer": _ITS_CUSTOMER, "external_event": _ITS_CUSTOMER,
    "credit_line": f"{_ITS_CUSTOMER} OR line_id IN (SELECT line_id FROM one_account)",
    "guarantee": f"guarantor_id = (SELECT customer_id FROM one_customer) OR {_ITS_ACCOUNT}",
}  # fmt: skip
_SPENT: Final = frozenset({"purchase", "cash_advance", "fee"})


@dataclass(frozen=True, slots=True)
class Known:
    """A person's part of the facts on a day. ``states`` by table and number, as last recorded.

    ``later`` are tables and numbers with a state recorded after the day: it is history for them.
    """

    facts: ClosingFacts
    states: Mapping[str, Mapping[str, Row]]
    later: frozenset[tuple[str, str]]


def closing_facts(home: Home, customer_id: str, on: date) -> Known | None:
    """Return what closing depends on, None for a customer who is not known on the day.

    Balances are computed on the day itself, from dues, statements and payments as a night does.
    Orders and stops are those of operations; they are not read here.
    """
    with disk_errors(home.lake.root), connect(temp_dir=home.root) as connection:
        fed = _bind(connection, home, customer_id)
        _run(connection, home, on, fed)
        tables = {name: dicts_of(connection, f"SELECT * FROM known_{name}") for name in _READ}
        tables["due"] = dicts_of(
            connection, "SELECT * FROM due ORDER BY account_id, due_on, instalment_no"
        )
        tables["account_state"] = dicts_of(connection, "SELECT * FROM account_state")
        later = frozenset(
            (name, str(row[0]))
            for name in STATES
            if name in fed
            for row in connection.execute(
                f"SELECT DISTINCT {NUMBERS[name]} FROM fact_{name} WHERE recorded_on > ?", [on]
            ).fetchall()
        )
    if not tables["customer"] and not tables["account"]:
        return None
    states = {name: {row[NUMBERS[name]]: row for row in tables[name]} for name in STATES}
    return Known(_Gathering(customer_id, on, home, tables, fed).facts(), states, later)


def _bind(connection: Connection, home: Home, customer_id: str) -> dict[str, bool]:
    """Make ``fact_<name>`` of each table that was landed, with the rows that concern the person."""
    fed: dict[str, bool] = {}
    for name in _READ:
        if files := home.lake.fact_files(name):
            bind_fact(
                connection, f"whole_{name}", [(f.landing or 0, home.lake.path_of(f)) for f in files]
            )
            fed[name] = FACTS[name].latest_by_key
    connection.execute("CREATE TEMP TABLE one_customer AS SELECT ? AS customer_id", [customer_id])
    secured = ""
    if "guarantee" in fed:
        secured = (
            " OR account_id IN (SELECT account_id FROM fact_whole_guarantee WHERE guarantor_id ="
            " (SELECT customer_id FROM one_customer))"
        )
    if "account" in fed:
        connection.execute(
            "CREATE TEMP TABLE one_account AS SELECT DISTINCT account_id, line_id"
            f" FROM fact_whole_account WHERE {_ITS_CUSTOMER}{secured}"
        )
    else:
        connection.execute("CREATE TEMP TABLE one_account (account_id VARCHAR, line_id VARCHAR)")
    for name in fed:
        connection.execute(
            f"CREATE TEMP TABLE fact_{name} AS SELECT * FROM fact_whole_{name}"
            f" WHERE {_KEPT.get(name, _ITS_ACCOUNT)}"
        )
    return fed


def _run(connection: Connection, home: Home, on: date, fed: Mapping[str, bool]) -> None:
    book = home.book
    shifted = book.holidays.shifted(add_months(on, -12 * _HISTORY_YEARS), add_months(on, 24))
    rules = PositionRules(
        currency=book.currency, within_due=book.allocation.within_due,
        statements_fed="card_statement" in fed,
    )  # fmt: skip
    stages = [
        month_end_stage(on),
        *known_stages(on, fed),
        *due_stages(shifted),
        *position_stages(shipped_texts("daihou.night.stages", ".sql"), on, rules),
    ]
    for stage in stages:
        kind = "TABLE" if stage.keep else "VIEW"
        connection.execute(f"CREATE TEMP {kind} {stage.name} AS {stage.sql}")


class _Gathering:
    """Turns the rows of one person into what closing reads."""

    def __init__(self, customer_id: str, on: date, home: Home, tables: Mapping[str, Sequence[Row]],
                 fed: Mapping[str, bool]) -> None:  # fmt: skip
        self._who, self._on, self._home, self._tables, self._fed = (
            customer_id, on, home, tables, fed,
        )  # fmt: skip
        self._balances = {
            row["account_id"]: row["balance_minor"] for row in tables["account_state"]
        }
        self._lines = {row["line_id"]: line_of(row) for row in tables["credit_line"]}

    def facts(self) -> ClosingFacts:
        """Return everything but what operations hold."""
        own = [row for row in self._tables["account"] if row["customer_id"] == self._who]
        numbers = {row["account_id"] for row in own}
        given, received = [], []
        for row in self._tables["guarantee"]:
            if row["guarantor_id"] == self._who:
                given.append(self._suretyship(row))
            elif row["account_id"] in numbers:
                received.append(self._suretyship(row))
        lines = [row for row in self._tables["credit_line"] if row["customer_id"] == self._who]
        person = Person(
            self._who,
            consents=tuple(consent_of(row) for row in self._tables["consent"]),
            claims=tuple(self._claim(row) for row in own),
            lines=tuple(self._lines[row["line_id"]] for row in lines),
            guarantees=tuple(given),
        )
        return ClosingFacts(
            person,
            {row["account_id"]: self._due(row) for row in own},
            tuple(received),
            frozenset(row["line_id"] for row in lines if row["frozen_on"] is not None),
            disputes=_disputes(self._tables["external_event"]),
        )

    def _claim(self, row: Row) -> Claim:
        return Claim(
            row["account_id"], row["opened_on"], row["product"] == "card",
            self._balances.get(row["account_id"]), row["closed_on"], row["line_id"],
        )  # fmt: skip

    def _suretyship(self, row: Row) -> Suretyship:
        accounts = {one["account_id"]: one for one in self._tables["account"]}
        account = accounts.get(row["account_id"])
        # An account that is not known on the day may be owed all the same: no balance, no end.
        claim = self._claim(account) if account else Claim(row["account_id"], row["starts_on"])
        line = self._lines.get(account["line_id"]) if account and account["line_id"] else None
        return Suretyship(row["guarantee_id"], row["starts_on"], row["ends_on"], claim, line)

    def _due(self, account: Row) -> Due:
        if account["product"] == "card":
            return self._card(account)
        number = account["account_id"]
        paid = self._of("payment", number)
        dues = [row for row in self._of("due", number) if row["due_on"] <= self._on]
        interest, fee = _unpaid(dues, paid, self._home.book.allocation.within_due)
        principal = self._balances.get(number)
        residual = None
        if principal == 0 and not interest and not fee and not self._ledger_clears(number, paid):
            residual = _ran_since(account, dues, paid)
        return Due(number, principal, interest, fee, residual)

    def _card(self, account: Row) -> Due:
        number = account["account_id"]
        statements = sorted(self._of("card_statement", number), key=lambda r: r["statement_on"])
        booked, paid = self._of("transaction", number), self._of("payment", number)
        balance = self._balances.get(number)
        last = statements[-1] if statements else None
        if balance is not None:
            since = last["statement_on"] if last else None
            balance += sum(
                row["amount_minor"]
                for row in booked
                if row["category"] in _SPENT and (since is None or row["booked_on"] > since)
            )
        used: bool | None = bool(booked) or any(row["balance_minor"] for row in statements)
        if not used and not {"transaction", "card_statement"} & self._fed.keys():
            used = None
        residual = None
        if last is not None and balance == 0 and not self._ledger_clears(number, paid):
            residual = _card_residual(statements, paid)
        told = None if balance is None else 0
        return Due(number, balance, told, told, residual, used)

    def _of(self, table: str, account_id: str) -> list[Row]:
        return [row for row in self._tables[table] if row["account_id"] == account_id]

    def _ledger_clears(self, account_id: str, paid: Sequence[Row]) -> bool:
        """Tell whether the lender's ledger says zero on or after the last payment."""
        rows = self._of("ledger_balance", account_id)
        last_paid = max((row["paid_on"] for row in paid), default=date.min)
        return any(row["balance_minor"] == 0 and row["balance_on"] >= last_paid for row in rows)


def _signed(row: Row, amount: int) -> int:
    return -amount if row["kind"] == "reversal" else amount


def _unpaid(dues: Sequence[Row], paid: Sequence[Row], order: Sequence[str]) -> tuple[int, int]:
    """Return interest and fee that fell due and are not paid.

    Where the lender tells of every payment how much was principal, the rest of it paid interest and
    fee; else payments settle the oldest due first, its parts in the agreed order.
    """
    owed = {part: sum(row[f"{part}_minor"] for row in dues) for part in ("interest", "fee")}
    if paid and all(row["principal_minor"] is not None for row in paid):
        rest = sum(_signed(row, row["amount_minor"] - row["principal_minor"]) for row in paid)
        first, second = [part for part in order if part != "principal"]
        left = max(owed[first] - rest, 0)
        spare = max(rest - owed[first], 0)
        parts = {first: left, second: max(owed[second] - spare, 0)}
        return parts["interest"], parts["fee"]
    pool = sum(_signed(row, row["amount_minor"]) for row in paid)
    for row in dues:
        for part in order:
            taken = min(max(pool, 0), row[f"{part}_minor"])
            pool -= taken
            if part != "principal":
                owed[part] -= taken
    return owed["interest"], owed["fee"]


def _ran_since(account: Row, dues: Sequence[Row], paid: Sequence[Row]) -> date | None:
    """Return since when interest ran on a loan paid off between two due days, None when none did.

    A loan repaid early owes interest from the last due day to the day of repayment; it was paid
    when more came in than principal and the interest and fees that fell due.
    """
    if not paid or account["rate_bp"] == 0:
        return None
    last_paid = max(row["paid_on"] for row in paid)
    last_due = max((row["due_on"] for row in dues), default=account["opened_on"])
    early = account["matures_on"] is None or last_paid < account["matures_on"]
    start = account["taken_on_balance_minor"]
    start = account["amount_minor"] if start is None else start
    if start is None or not early or last_paid <= last_due:
        return None
    came = sum(_signed(row, row["amount_minor"]) for row in paid)
    asked = start + sum(row["interest_minor"] + row["fee_minor"] for row in dues)
    return last_due if came <= asked else None


def _card_residual(statements: Sequence[Row], paid: Sequence[Row]) -> date | None:
    """Return since when interest may run on a card that shows zero, None when none can.

    Interest that runs between a statement and its payment is billed by the next statement: after a
    payment past the due day, a cash advance, or a statement before that was not paid in full.
    """
    last = statements[-1]
    if last["balance_minor"] <= 0:
        return None
    late = any(row["paid_on"] > last["due_on"] for row in paid)
    cash = (last["cash_minor"] or 0) > 0
    carried = False
    if len(statements) > 1:
        before = statements[-2]
        came = sum(
            _signed(row, row["amount_minor"])
            for row in paid
            if before["statement_on"] < row["paid_on"] <= before["due_on"]
        )
        carried = came < before["balance_minor"]
    return last["statement_on"] if late or cash or carried else None


def _disputes(events: Sequence[Row]) -> tuple[tuple[str, date], ...]:
    return tuple(
        (row["event_id"], row["happened_on"]) for row, ends in disputes_of(events) if ends is None
    )
