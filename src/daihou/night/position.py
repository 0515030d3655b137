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
    {"line_now", "reached", "reported", "card_paid_since", "tracked_full", "account_position"}
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
    """Return ``month_end``: month_no 0 to 23 and month_end (the last one is as_of)."""
    rows: list[exp.Query] = [
        exp.select(exp.alias_(literal(number), "month_no"), exp.alias_(literal(end), "month_end"))
        for number, (_, end) in enumerate(_months(as_of))
    ]
    query = rows[0]
    for row in rows[1:]:
        query = exp.union(query, row, distinct=False, copy=False)
    return Stage("month_end", query, "check in")


def _months(as_of: date) -> list[tuple[date, date]]:
    """Return first and last day of each month of the status window; the last one ends on as_of."""
    first, _ = status_window(as_of)
    starts = [add_months(first, number).replace(day=1) for number in range(_MONTHS)]
    return [(start, min(month_end(start), as_of)) for start in starts]


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
        "month_columns": _month_columns(as_of),
        "symbols": _symbols(as_of),
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


def _month_columns(as_of: date) -> list[exp.Expr]:
    """Return two columns a month: the oldest due overdue at its end, and how its dues were paid."""
    columns: list[exp.Expr] = []
    for number, (start, end) in enumerate(_months(as_of)):
        values: dict[str, object] = {"start": start, "last": end}
        texts = {
            f"oldest_{number}": "MIN(CASE WHEN due_on < :last"
            " AND (cleared_on IS NULL OR cleared_on > :last) THEN due_on END)",
            f"paid_{number}": "MAX(CASE WHEN cleared_on BETWEEN :start AND :last"
            " THEN CASE WHEN due_on >= :start THEN 2 ELSE 1 END END)",
        }
        for name, text in texts.items():
            tree = stage_query(f"SELECT {text} AS {name}", name, values).selects[0]
            columns.append(tree)
    return columns


def _symbols(as_of: date) -> exp.Expr:
    """Return the 24 symbols that ``_month_columns`` tell, in one string."""
    symbols = []
    for number, (_, end) in enumerate(_months(as_of)):
        text = (
            f"SELECT CASE WHEN oldest_{number} IS NOT NULL"
            f" THEN CAST(LEAST((:last - oldest_{number} + 29) // 30, 7) AS VARCHAR)"
            f" WHEN paid_{number} = 2 THEN 'M' WHEN paid_{number} = 1 THEN 'N' ELSE '.' END"
        )
        symbols.append(stage_query(text, "symbols", {"last": end}).selects[0])
    return exp.Concat(expressions=symbols, safe=False, coalesce=False)


def _own_status() -> exp.Expr:
    """Return own symbols: by the dues, by the lender's count, or month by month both."""
    late, told = exp.column("own_status", "y"), exp.column("own_status", "v")
    both = [
        exp.Case().when(_sign(late, n).eq("."), _sign(told, n)).else_(_sign(late, n))
        for n in range(1, _MONTHS + 1)
    ]
    return (
        exp.Case()
        .when(told.is_(exp.null()), late.copy())
        .when(late.is_(exp.null()), told.copy())
        .else_(exp.Concat(expressions=both, safe=False, coalesce=False))
    )


def _sign(text: exp.Expr, place: int) -> exp.Expr:
    return exp.func("SUBSTRING", text.copy(), literal(place), literal(1))


def _status_columns() -> exp.Expr:
    """Return the 24 symbols in one string: the account's own where it has one, else the usual.

    A write-off comes before everything.
    """
    symbols = []
    for place in range(1, _MONTHS + 1):
        own = _sign(exp.column("own_status", "p"), place)
        usual = _sign(exp.column("status_text", "t"), place)
        keeps = exp.or_(own.eq("."), usual.eq("B"))
        symbols.append(exp.Case().when(keeps, usual.copy()).else_(own.copy()))
    return exp.Concat(expressions=symbols, safe=False, coalesce=False)
