"""What a published night plans to ask: totals of its orders and those worth most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from daihou.contracts import RESULTS
from daihou.desk.look import Look, title_of
from daihou.desk.privacy import cover
from daihou.desk.shapes import BookTitle, Shape
from daihou.engines import bind_files, connect
from daihou.errors import NotFound
from daihou.jobs.night import night_of

WORTH_BANDS: Final = (0, 10, 100, 1_000, 10_000)
"""Lower ends of the bands of worth, in whole units of the currency."""

_SUMS: Final = (
    "COUNT(*) FILTER (WHERE status = 'ordered') AS ordered,"
    " COUNT(*) FILTER (WHERE status = 'waits') AS waits,"
    " COUNT(*) FILTER (WHERE status = 'refused') AS refused,"
    " CAST(COALESCE(SUM(value_minor) FILTER (WHERE status = 'ordered'), 0) AS BIGINT)"
    " AS value_minor"
)
_GROUP: Final = f"SELECT {{key}} AS key, {_SUMS} FROM {{table}} GROUP BY 1 ORDER BY {{order}}"
_REFUSED: Final = (
    "(SELECT *, trim(unnest(string_split(refused_by, ';'))) AS reason FROM planned"
    " WHERE refused_by IS NOT NULL)"
)
_TOP: Final = (
    "SELECT rank, customer_id, order_key, status, tier, occasion, exposure_minor, last_report_on,"
    " risk_bp, value_minor, proof FROM planned WHERE rank IS NOT NULL ORDER BY rank LIMIT $rows"
)


@dataclass(frozen=True)
class PlanLine(Shape):
    """One group of the plan: people ordered, waiting, refused; worth of those ordered."""

    key: str
    ordered: int
    waits: int
    refused: int
    value_minor: int


@dataclass(frozen=True)
class PlannedOrder(Shape):
    """One permitted order by rank; amounts are covered unless asked for."""

    rank: int
    customer_id: str
    order_key: str
    status: str
    tier: str
    occasion: str
    exposure_minor: int | str | None
    last_report_on: date | None
    risk_bp: int
    value_minor: int | str
    proof: str


@dataclass(frozen=True)
class Plan(Shape):
    """What a night plans to ask: totals by tier, occasion, refusal and worth, the first orders.

    One refused for several conditions counts under each of them.
    """

    book: BookTitle
    as_of: date
    total: PlanLine
    by_tier: tuple[PlanLine, ...]
    by_occasion: tuple[PlanLine, ...]
    by_refusal: tuple[PlanLine, ...]
    by_worth: tuple[PlanLine, ...]
    top: tuple[PlannedOrder, ...]
    masked: bool = True


def plan_of(look: Look, as_of: date | None, rows: int = 10) -> Plan:
    """Return the plan of a night, the last one by default.

    Raises: NotFound when there is no such night, or it planned nothing.
    """
    home = look.open("inquiries plan")
    entry = night_of(home.lake, as_of)
    assert entry.as_of is not None, "a night has a day"
    files = [home.lake.path_of(f) for f in home.lake.night_files("inquiry_order", entry.as_of)]
    if not files:
        raise NotFound(
            "this night made no plan of inquiries", where=str(entry.as_of),
            next_step="run the night again with this version, or name a later one with --as-of",
        )  # fmt: skip
    return _plan(title_of(home), entry.as_of, files, (rows, look.unmask))


def _plan(book: BookTitle, as_of: date, files: Sequence[Path], how: tuple[int, bool]) -> Plan:
    rows, unmask = how
    with connect() as connection:
        bind_files(connection, "planned", files)

        def lines(key: str, table: str = "planned", order: str = "1") -> tuple[PlanLine, ...]:
            query = _GROUP.format(key=key, table=table, order=order)
            return tuple(PlanLine(*row) for row in connection.execute(query).fetchall())

        (total,) = lines("'total'") or (PlanLine("total", 0, 0, 0, 0),)
        found = connection.execute(_TOP, {"rows": rows})
        names = [column[0] for column in found.description]
        top = tuple(
            PlannedOrder(**_covered(dict(zip(names, row, strict=True)), unmask))
            for row in found.fetchall()
        )
        return Plan(
            book, as_of, total, lines("tier"),
            lines("occasion", order="ordered DESC, 1"),
            lines("reason", _REFUSED, "refused DESC, 1"),
            lines(_band(), "(SELECT * FROM planned WHERE rank IS NOT NULL)", "MIN(value_minor)"),
            top, not unmask,
        )  # fmt: skip


def _band() -> str:
    """Return the expression of a worth's band, named by its lower end in whole units."""
    cases = "".join(
        f" WHEN value_minor >= {low * 100} THEN '{low:,}+'" for low in reversed(WORTH_BANDS[1:])
    )
    return f"CASE{cases} ELSE '0+' END"


def _covered(row: dict[str, Any], unmask: bool) -> dict[str, Any]:
    if unmask:
        return row
    contract = RESULTS["inquiry_order"]
    return {name: cover(contract.column(name), value) for name, value in row.items()}
