"""The stages that turn dues and payments into each account's position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from daihou.night.dates import STATUS_MONTHS as _MONTHS
from daihou.night.dates import add_months, month_end, status_window
from daihou.night.program import Stage, literal, stage_query

_PHASES = {"1": "sum", "2": "allocate", "3": "describe"}
_NAMES_ONLY = frozenset(
    {"line_now", "reached", "reported_month", "card_paid_since", "tracked_full", "account_position"}
)
"""Stages read once: a name for their query is enough."""


@dataclass(frozen=True, slots=True)
class PositionRules:
    """What the book agreed: share of a due that may stay unpaid, days that make it non-performing.

    Units: basis points; days.
    """

    currency: str
    within_due: tuple[str, ...] = ("fee", "interest", "principal")
    tolerance_bp: int = 0
    npl_days: int = 90
    statements_fed: bool = False


def month_end_stage(as_of: date) -> Stage:
    """Return ``month_end``: month_no 0 to 23, month_start, month_end (the last one is as_of)."""
    first, _ = status_window(as_of)
    rows = []
    for number in range(_MONTHS):
        start = add_months(first, number)
        end = min(month_end(start), as_of)
        rows.append(
            exp.select(
                exp.alias_(literal(number), "month_no"),
                exp.alias_(literal(start), "month_start"),
                exp.alias_(literal(end), "month_end"),
            )
        )
    query: exp.Query = rows[0]
    for row in rows[1:]:
        query = exp.union(query, row, distinct=False, copy=False)
    return Stage("month_end", query, "check in")


def position_stages(texts: Mapping[str, str], as_of: date, rules: PositionRules) -> list[Stage]:
    """Return the stages of ``stages/1*.sql`` to ``3*.sql`` in file order; the last makes
    ``account_state``."""
    first, month = status_window(as_of)
    values: dict[str, object] = {
        "as_of": as_of,
        "currency": rules.currency,
        "window_start": first,
        "window_month": month,
        "slot_month": month + _MONTHS - 1 - 62,
        "three_months_ago": add_months(as_of, -3),
        "six_months_ago": add_months(as_of, -6),
        "nine_months_ago": add_months(as_of, -9),
        "tolerance_bp": rules.tolerance_bp,
        "npl_days": rules.npl_days,
        "statements_fed": rules.statements_fed,
        "before_principal": _parts(rules.within_due, "principal", through=False),
        "through_interest": _parts(rules.within_due, "interest", through=True),
        "month_columns": [_month_column(number) for number in range(_MONTHS)],
        "own_status": _own_status(),
        "status_columns": _status_columns(),
    }
    stages = []
    for file in sorted(texts):
        if file[0] not in _PHASES:
            continue
        name = file.removesuffix(".sql").split("_", 1)[1]
        query = stage_query(texts[file], file, values)
        stages.append(Stage(name, query, _PHASES[file[0]], keep=name not in _NAMES_ONLY))
    return stages


def _parts(order: tuple[str, ...], part: str, *, through: bool) -> exp.Expr:
    """Return the sum of the parts of a due that are paid before ``part``, or through it."""
    first = order[: order.index(part) + through]
    tree: exp.Expr = literal(0)
    for name in first:
        tree = exp.Add(this=tree, expression=exp.column(f"{name}_minor", "c"))
    return exp.paren(tree)


def _month_column(number: int) -> exp.Expr:
    symbol = exp.Case().when(exp.column("month_no").eq(number), exp.column("symbol"))
    return exp.alias_(exp.Max(this=symbol), f"s{number}")


def _own_status() -> exp.Expr:
    """Return an account's own 24 symbols in one string, ``.`` where it has none.

    Written as text first, so that only accounts that were ever late carry it.
    """
    dots = [exp.func("COALESCE", exp.column(f"s{n}", "y"), literal(".")) for n in range(_MONTHS)]
    late = exp.column("account_no", "y").is_(exp.null()).not_()
    return exp.Case().when(late, exp.Concat(expressions=dots, safe=False, coalesce=False))


def _status_columns() -> exp.Expr:
    """Return the 24 symbols in one string: the account's own where it has one, else the usual.

    A write-off comes before everything.
    """
    symbols = []
    for place in range(1, _MONTHS + 1):
        own = exp.func("SUBSTRING", exp.column("own_status", "p"), literal(place), literal(1))
        usual = exp.func("SUBSTRING", exp.column("status_text", "t"), literal(place), literal(1))
        keeps = exp.or_(own.eq("."), usual.eq("B"))
        symbols.append(exp.Case().when(keeps, usual.copy()).else_(own.copy()))
    return exp.Concat(expressions=symbols, safe=False, coalesce=False)
