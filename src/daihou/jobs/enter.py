"""What a published night asks for enters operations: orders and new proposals, once each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daihou.engines import Connection, bind_files, connect, dicts_of
from daihou.inquiry.orders import Order, OrderState
from daihou.inquiry.rules import Rules, parse_rules
from daihou.jobs.home import Home, open_home
from daihou.jobs.night import night_of
from daihou.jobs.operations import operations_of

if TYPE_CHECKING:
    from daihou.ops.store import Operations

BY_RULE: Final = "night"
"""Who approves the orders of a night that stays under the rules' cap: the rule itself."""
_ORDERED: Final = "SELECT * FROM inquiry_order WHERE status = 'ordered' ORDER BY rank"
_PROPOSED: Final = """
SELECT subject_kind, subject_id, customer_id, treatment, level, amount_minor, rule_id, reasons,
  needs_two
FROM decision_day
WHERE arm = 'champion' AND treatment <> 'watch'
"""
_SAME_AS_BEFORE: Final = """
 AND NOT EXISTS (
  SELECT 1 FROM decision_before AS b
  WHERE b.arm = 'champion' AND b.subject_kind = decision_day.subject_kind
    AND b.subject_id = decision_day.subject_id AND b.treatment = decision_day.treatment
    AND b.level IS NOT DISTINCT FROM decision_day.level
    AND b.amount_minor IS NOT DISTINCT FROM decision_day.amount_minor
)
"""


@dataclass(frozen=True, slots=True)
class Entered:
    """What one night brought into operations."""

    run_id: str
    as_of: date
    entered_before: bool
    orders_new: int
    orders_known: int
    wait_for_two: int
    proposals_new: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def enter_night(home: Home, operations: Operations, as_of: date | None, now: datetime) -> Entered:
    """Enter a published night's orders, and the proposals that the night before did not make.

    Up to ``automatic_up_to`` orders a night are approved by the rule itself; over it every order
    of the night waits for two persons. Entered again, nothing changes.

    Raises: NotFound when there is no such night.
    """
    from daihou.ops.store import NightOrders  # Django must know its database first

    entry = night_of(home.lake, as_of)
    day, run_id = entry.as_of, str(entry.note["run_id"])
    assert day is not None, "a night has a day"
    rules = rules_of(home)
    with connect(temp_dir=home.root) as connection:
        rows = _rows(connection, home, day)
        proposals = _proposals(connection, home, day)
    many = rules is not None and len(rows) > rules.automatic_up_to.value
    orders = [_order(home.book.book, day, row, needs_two=many) for row in rows]
    receipt = operations.enter_night(
        NightOrders(run_id, home.book.book, day, orders, proposals), now
    )
    return Entered(
        run_id, day, receipt.entered_before, receipt.orders_new, receipt.orders_known,
        receipt.orders_new if many else 0, receipt.proposals_new,
    )  # fmt: skip


def enter_if_asking(root: Path, as_of: date, now: datetime) -> Entered | None:
    """Enter a published night of a book that asks the bureau; another book enters nothing."""
    home = open_home(root)
    if home.book.asking is None:
        return None
    return enter_night(home, operations_of(home), as_of, now)


def rules_of(home: Home) -> Rules | None:
    """Return the rules of asking of a home, None for a book that asks about nobody."""
    name = home.book.asking
    return parse_rules(home.text_of(name), name) if name else None


def _rows(connection: Connection, home: Home, day: date) -> list[dict[str, Any]]:
    paths = [home.lake.path_of(file) for file in home.lake.night_files("inquiry_order", day)]
    if not paths:
        return []
    bind_files(connection, "inquiry_order", paths)
    return dicts_of(connection, _ORDERED)


def _proposals(connection: Connection, home: Home, day: date) -> list[dict[str, Any]]:
    before = max((n.as_of for n in home.lake.nights() if n.as_of and n.as_of < day), default=None)
    query = _PROPOSED
    for name, night in (("decision_day", day), ("decision_before", before)):
        if night is not None:
            paths = [home.lake.path_of(f) for f in home.lake.night_files("decision_day", night)]
            bind_files(connection, name, paths)
            query += _SAME_AS_BEFORE if name == "decision_before" else ""
    return dicts_of(connection, f"{query} ORDER BY subject_kind, subject_id, treatment")


def _order(book: str, day: date, row: dict[str, Any], *, needs_two: bool) -> Order:
    copied = {
        name: row[name]
        for name in ("customer_id", "purpose", "window", "tier", "occasion", "trigger_id", "proof",
                     "value_minor")
    }  # fmt: skip
    return Order(
        key=row["order_key"], book=book, planned_on=day, reason=_reason(row), needs_two=needs_two,
        state=OrderState.PLANNED if needs_two else OrderState.APPROVED,
        approved_by=() if needs_two else (BY_RULE,), **copied,
    )  # fmt: skip


def _reason(row: dict[str, Any]) -> str:
    if row["trigger_id"] is not None:
        return f"{row['occasion']}: {row['trigger_id']}"
    last = row["last_report_on"]
    return f"tier {row['tier']}, last report {last or 'none'}, risk {row['risk_bp']} bp a month"
