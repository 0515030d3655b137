"""One customer's part of a published night, run again from what that night read.

The same program runs over the customer's own facts. A night looks across customers in three places
only, and each is carried over: accounts on a shared credit line come along, so do the events of
guarantors, and what the lender tells at all (``feature_scope``) is read off the whole book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlglot import exp

from daihou.contracts import FACTS
from daihou.engines import (
    Connection,
    bind_fact,
    bind_files,
    connect,
    disk_errors,
    has_repeats,
    run_stages,
)
from daihou.errors import NightError
from daihou.jobs.home import Home
from daihou.jobs.resolve import inputs_of, settings_for
from daihou.lake import Entry, Lake
from daihou.night.compile import NightSettings, compile_night
from daihou.night.program import Output, Program

Row = Mapping[str, Any]

_WHOLE: Final = "whole_"
"""Begins the names of relations over the whole book."""

_SCOPE: Final = ("payer_given", "feature_scope")
"""Stages that say one thing of the whole book."""

_BY_ACCOUNT: Final = "account_id IN (SELECT account_id FROM one_account)"
_KEPT: Final = {
    "customer": "customer_id IN (SELECT customer_id FROM one_customer)",
    "credit_line": "line_id IN (SELECT line_id FROM one_line)"
    " OR customer_id IN (SELECT customer_id FROM one_customer)",
    "transaction": f"{_BY_ACCOUNT} OR customer_id IN (SELECT customer_id FROM one_customer)",
    "consent": "customer_id IN (SELECT customer_id FROM one_customer)",
    "external_event": f"{_BY_ACCOUNT} OR customer_id IN (SELECT customer_id FROM one_customer)"
    " OR customer_id IN (SELECT guarantor_id FROM one_guarantor)",
}
"""Which rows of a fact table concern the customer; tables not named go by account."""

_MADE: Final = (
    "account_full", "account_view", "customer_view", "account_feature", "customer_feature",
    "signal_hit", "signal_unknown", "decision",
)  # fmt: skip
"""Relations of the night that an explanation reads, beside the published tables."""


@dataclass(frozen=True, slots=True)
class Single:
    """A customer's part of one night: what it read, what it ran, what came out.

    ``known`` are the facts as the night knew them, ``history`` all their dated states up to as_of,
    ``made`` the night's relations and result tables; each a name to rows. ``same_program`` tells
    whether the program is the one that was published.
    """

    entry: Entry
    settings: NightSettings
    known: Mapping[str, Sequence[Row]]
    history: Mapping[str, Sequence[Row]]
    made: Mapping[str, Sequence[Row]]
    same_program: bool

    @property
    def as_of(self) -> date:
        """Return the night's day."""
        return self.settings.as_of


def single_night(home: Home, entry: Entry, customer_id: str) -> Single:
    """Return one customer's part of the night ``entry``, run again; nothing is written.

    Raises: LakeError when retention deleted what the night read; every error of compiling.
    """
    lake, at = home.lake, int(entry.note["facts_version"])
    assert entry.as_of is not None, "a night has a day"
    with disk_errors(lake.root), connect(temp_dir=home.root) as connection:
        _bind_whole(connection, lake, at)
        fed = entry.note.get("repeats") or {
            name: contract.latest_by_key
            and has_repeats(connection, f"fact_{_WHOLE}{name}", contract.key[0])
            for name, contract in FACTS.items()
            if lake.fact_files(name, at)
        }
        settings = settings_for(inputs_of(lake, entry), entry.as_of, fed, None)
        program, _ = compile_night(settings)
        _bind_one(connection, fed, customer_id)
        kept = [*_MADE, *(f"known_{name}" for name in FACTS)]
        run_stages(connection, _for_one(connection, program, settings, kept))
        return Single(
            entry=entry,
            settings=settings,
            known={name: _rows(connection, f"SELECT * FROM known_{name}") for name in FACTS},
            history={
                name: _rows(connection, f"SELECT * FROM fact_{name}") if name in fed else ()
                for name in FACTS
            },
            made={name: _rows(connection, f"SELECT * FROM {name}") for name in _MADE}
            | {out.table: _rows(connection, out.sql) for out in program.outputs},
            same_program=program.digest == entry.note["program_digest"],
        )


def published_rows(home: Home, entry: Entry, account_id: str) -> dict[str, tuple[Row, ...]]:
    """Return what a night published of an account and of its customer, by result table."""
    lake, day = home.lake, entry.as_of
    assert day is not None, "a night has a day"
    found: dict[str, tuple[Row, ...]] = {}
    with disk_errors(lake.root), connect() as connection:
        for table in _PUBLISHED:
            bind_files(connection, table, [lake.path_of(f) for f in lake.night_files(table, day)])
        found["account_day"] = _rows(
            connection, "SELECT * FROM account_day WHERE account_id = ?", account_id
        )
        owner = found["account_day"][0]["customer_id"] if found["account_day"] else None
        found["customer_day"] = _rows(
            connection, "SELECT * FROM customer_day WHERE customer_id = ?", owner
        )
        for table in ("signal_day", "decision_day"):
            found[table] = _rows(
                connection,
                f"SELECT * FROM {table} WHERE (subject_kind = 'account' AND subject_id = ?)"
                " OR (subject_kind = 'customer' AND subject_id = ?)",
                account_id,
                owner,
            )
    return found


def account_rows(home: Home, entry: Entry, account_id: str) -> tuple[Row, ...]:
    """Return every state of an account that the night ``entry`` could have read, oldest first."""
    files = home.lake.fact_files("account", int(entry.note["facts_version"]))
    if not files:
        return ()
    with disk_errors(home.lake.root), connect() as connection:
        bind_fact(connection, "account", [(f.landing or 0, home.lake.path_of(f)) for f in files])
        return _rows(
            connection,
            "SELECT * FROM fact_account WHERE account_id = ? ORDER BY recorded_on, landing_no",
            account_id,
        )


def _bind_whole(connection: Connection, lake: Lake, at: int) -> None:
    for name in FACTS:
        if files := lake.fact_files(name, at):
            listed = [(file.landing or 0, lake.path_of(file)) for file in files]
            bind_fact(connection, f"{_WHOLE}{name}", listed)


def _bind_one(connection: Connection, fed: Mapping[str, bool], customer_id: str) -> None:
    """Make every ``fact_<name>`` that was fed hold the rows that concern one customer.

    Accounts that changed hands, and all on a credit line with the customer's, come along.
    """
    whole = f"fact_{_WHOLE}account"
    connection.execute(
        f"CREATE TEMP TABLE own_account AS SELECT account_id, line_id FROM {whole}"
        " WHERE customer_id = ?",
        [customer_id],
    )
    connection.execute(
        "CREATE TEMP TABLE one_account AS SELECT account_id FROM own_account"
        f" UNION SELECT account_id FROM {whole}"
        f" WHERE line_id IN (SELECT line_id FROM {whole} WHERE {_OWN} AND line_id IS NOT NULL)"
    )
    connection.execute(
        "CREATE TEMP TABLE one_customer AS SELECT DISTINCT customer_id"
        f" FROM {whole} WHERE {_BY_ACCOUNT}"
    )
    connection.execute(
        f"CREATE TEMP TABLE one_line AS SELECT DISTINCT line_id FROM {whole} WHERE {_BY_ACCOUNT}"
    )
    guarantors = (
        f"SELECT DISTINCT guarantor_id FROM fact_{_WHOLE}guarantee WHERE {_BY_ACCOUNT}"
        if "guarantee" in fed
        else "SELECT NULL AS guarantor_id"
    )
    connection.execute(f"CREATE TEMP TABLE one_guarantor AS {guarantors}")
    for name in fed:
        connection.execute(
            f"CREATE TEMP TABLE fact_{name} AS SELECT * FROM fact_{_WHOLE}{name}"
            f" WHERE {_KEPT.get(name, _BY_ACCOUNT)}"
        )


_OWN: Final = "account_id IN (SELECT account_id FROM own_account)"


def _for_one(
    connection: Connection, program: Program, settings: NightSettings, kept: Sequence[str]
) -> Program:
    """Return the program with its book-wide stages filled in, keeping the relations asked for."""
    queries = {stage.name: stage.query for stage in program.stages}
    scope = _book_scope(connection, queries, settings)
    stages = tuple(
        replace(stage, query=scope[stage.name]) if stage.name in scope else stage
        for stage in program.stages
    )
    outputs = [Output(name, exp.select("*").from_(name), ()) for name in kept]
    return replace(program, stages=stages, outputs=(*program.outputs, *outputs))


def _book_scope(
    connection: Connection, queries: Mapping[str, exp.Query], settings: NightSettings
) -> dict[str, exp.Query]:
    """Return the book-wide stages as rows already computed over the whole book."""
    made = {name: queries[f"known_{name}"] for name in ("account", "payment", "transaction",
                                                        "card_statement")}  # fmt: skip
    by_transaction = (
        "SELECT t.booked_on AS first_on FROM whole_known_transaction AS t"
        " INNER JOIN whole_account_full AS s ON t.account_id = s.account_id"
        " WHERE s.product = 'card'"
    )
    by_statement = (
        "SELECT CASE WHEN cash_minor IS NOT NULL AND purchases_minor IS NOT NULL"
        " THEN statement_on END AS first_on FROM whole_known_card_statement"
    )
    texts = {
        **{f"known_{name}": _on_whole(query) for name, query in made.items()},
        "account_full": "SELECT * FROM whole_known_account WHERE closed_on IS NULL"
        f" AND currency = '{settings.book.currency}'",
        "transaction_sum": "SELECT booked_on AS first_on FROM whole_known_transaction",
        "card_use": by_transaction if "transaction" in settings.fed else by_statement,
        **{name: _on_whole(queries[name]) for name in _SCOPE},
    }
    found: dict[str, exp.Query] = {}
    for name, text in texts.items():
        kind = "TABLE" if name in _SCOPE else "VIEW"
        connection.execute(f"CREATE TEMP {kind} {_WHOLE}{name} AS {text}")
        if name in _SCOPE:
            found[name] = exp.select("*").from_(f"{_WHOLE}{name}")
    return found


_PUBLISHED: Final = ("account_day", "customer_day", "signal_day", "decision_day")

_READ_WHOLE: Final = frozenset(
    {"known_account", "known_payment", "known_transaction", "known_card_statement", "account_full",
     "transaction_sum", "card_use", *_SCOPE}
)  # fmt: skip


def _on_whole(query: exp.Query) -> str:
    """Return a stage's query reading the whole book's relations.

    Raises: NightError when it reads one that is not made here: the stage has changed.
    """
    whole = query.copy()
    for table in whole.find_all(exp.Table):
        name = table.name
        if name.startswith("fact_"):
            moved = name.replace("fact_", f"fact_{_WHOLE}", 1)
        elif name in _READ_WHOLE:
            moved = f"{_WHOLE}{name}"
        else:
            raise NightError(f"a book-wide stage reads {name}", where="jobs/single.py")
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
        table.set("this", exp.to_identifier(moved))
    return whole.sql("duckdb")


def _rows(connection: Connection, query: str, *values: object) -> tuple[Row, ...]:
    cursor = connection.execute(query, list(values))
    names = [column[0] for column in cursor.description]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
