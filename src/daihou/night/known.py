"""Each fact table as it was known at the end of as_of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from daihou.contracts import FACTS, Contract
from daihou.night.program import Stage, literal, stage_query

_KNOWN_LATER = frozenset(
    {"closed_on", "written_off_on", "cancelled_on", "frozen_on"}
    | {"use_proof_on", "withdrawn_on", "seized_on"}
)
"""State columns whose day, when after as_of, had not come yet."""


def known_stages(as_of: date, fed: Mapping[str, bool]) -> list[Stage]:
    """Return one stage ``known_<fact>`` for each contract, reading the relation ``fact_<name>``.

    ``fed`` says of each fact table ever landed whether one entity may have several rows in it.
    A table that was never landed becomes an empty relation of the same columns.
    """
    return [
        Stage(
            f"known_{name}",
            _known(contract, as_of, repeats=fed[name]) if name in fed else _empty(contract),
            "check in",
            keep=contract.latest_by_key and fed.get(name, False),
        )
        for name, contract in FACTS.items()
    ]


def due_stages(shifted: Mapping[date, date]) -> list[Stage]:
    """Return the stages ``due``, ``paid`` and ``statement`` that the position is computed from.

    ``shifted`` moves due days that fall on a holiday; empty when the book has no holiday rule.
    Payments get a sign: a reversal takes back the payment of its value day.
    """
    due_on = _shift("due_on", shifted)
    texts = {
        "due": "SELECT account_id, instalment_no, :due_on AS due_on, principal_minor,"
        " interest_minor, fee_minor FROM known_instalment",
        "paid": "SELECT account_id, paid_on, CASE WHEN kind = 'reversal' THEN -amount_minor"
        " ELSE amount_minor END AS amount_minor, CASE WHEN kind = 'reversal' THEN -principal_minor"
        " ELSE principal_minor END AS principal_minor FROM known_payment",
        "statement": "SELECT account_id, statement_on, :due_on AS due_on,"
        " DATE_DIFF('day', DATE '1900-01-01', statement_on) AS statement_no, balance_minor,"
        " minimum_due_minor, reported_dpd FROM known_card_statement",
    }
    values: dict[str, object] = {"due_on": due_on}
    return [
        Stage(name, stage_query(text, f"stage {name}", values), "check in", keep=False)
        for name, text in texts.items()
    ]


def _shift(column: str, shifted: Mapping[date, date]) -> exp.Expr:
    if not shifted:
        return exp.column(column)
    case = exp.Case(this=exp.column(column))
    for day, moved in sorted(shifted.items()):
        case = case.when(literal(day), literal(moved), copy=False)
    return case.else_(exp.column(column), copy=False)


def _empty(contract: Contract) -> exp.Query:
    columns = [
        exp.alias_(exp.cast(exp.null(), column.kind.sql_type), column.name)
        for column in contract.columns
    ]
    return exp.select(*columns).where(exp.false())


def _known(contract: Contract, as_of: date, *, repeats: bool) -> exp.Query:
    today = literal(as_of)
    columns: list[exp.Expr] = []
    for column in contract.columns:
        tree: exp.Expr = exp.column(column.name)
        if contract.latest_by_key and column.name in _KNOWN_LATER:
            tree = exp.alias_(
                exp.Case().when(exp.column(column.name) <= today.copy(), exp.column(column.name)),
                column.name,
            )
        columns.append(tree)
    query = exp.select(*columns).from_(f"fact_{contract.name}")
    for condition in _dated(contract, today):
        query = query.where(condition, copy=False)
    if contract.latest_by_key and repeats:
        newest = exp.Window(
            this=exp.RowNumber(),
            partition_by=[exp.column(contract.key[0])],
            order=exp.Order(
                expressions=[
                    exp.Ordered(this=exp.column(contract.dated_by), desc=True),
                    exp.Ordered(this=exp.column("landing_no"), desc=True),
                ]
            ),
        )
        query = query.qualify(newest.eq(1))
    return query


def _dated(contract: Contract, today: exp.Expr) -> list[exp.Expr]:
    dated_by = exp.column(contract.dated_by)
    if contract.name == "payment":
        booked = exp.func("COALESCE", dated_by, exp.column("paid_on"))
        return [booked <= today.copy(), exp.column("paid_on") <= today.copy()]
    if contract.name == "instalment":
        agreed = exp.or_(dated_by.is_(exp.null()), dated_by <= today.copy())
        cancelled = exp.column("cancelled_on")
        return [agreed, exp.or_(cancelled.is_(exp.null()), cancelled > today.copy())]
    conditions: list[exp.Expr] = [dated_by <= today.copy()]
    if contract.name == "account":
        conditions.append(exp.column("opened_on") <= today.copy())
    return conditions
