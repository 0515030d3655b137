"""From operations back to the lake: orders, stops and the bureau's answers become dated facts."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from daihou.contracts import FACTS
from daihou.errors import ReportError
from daihou.jobs.home import Home
from daihou.jobs.land_rows import Row, land_rows
from daihou.report.bureau_row import BureauSource, bureau_row
from daihou.report.gen2.reader import read_gen2

if TYPE_CHECKING:
    from daihou.ops.store import Operations

_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class HandedBack:
    """What became facts, and how many answers could not be read (they are kept sealed)."""

    inquiries: int
    stops: int
    reports: int
    unreadable: int

    def as_dict(self) -> dict[str, int]:
        """Return it as JSON-ready values."""
        return asdict(self)


def hand_back(home: Home, operations: Operations, on: date, now: datetime) -> HandedBack:
    """Land what changed in operations since the last time as facts of the day ``on``.

    Stopped half-way and run again, it lands the same rows: a day has one file a table, and what
    the day has seen before is kept in it.
    """
    from daihou.ops import changes  # Django must know its database first

    after, upto = changes.handed_back_upto(), changes.last_event()
    orders = [_inquiry(order, on) for order in changes.changed_orders(after, upto)]
    stops = [_stop(stop, on) for stop in changes.changed_stops(after, upto)]
    reports, problems, landed = _reports(home, operations, on)
    for table, rows in (("inquiry", orders), ("inquiry_stop", stops), ("bureau_report", reports)):
        land_rows(home, FACTS[table], rows, on, now)
    operations.mark_landed(landed, now, problems)
    if orders or stops:
        changes.remember_handed_back(upto, now)
    return HandedBack(len(orders), len(stops), len(reports), len(problems))


def _inquiry(order: Any, on: date) -> Row:
    return {
        "inquiry_id": order.key, "recorded_on": on, "customer_id": order.customer_id,
        "purpose": order.purpose, "window": order.window, "occasion": order.occasion,
        "trigger_id": order.trigger_id, "planned_on": order.planned_on,
        "outcome": order.state.value, "asked_on": order.asked_on,
    }  # fmt: skip


def _stop(stop: Any, on: date) -> Row:
    return {
        "stop_id": f"T{stop.pk}", "recorded_on": on, "customer_id": stop.customer_id,
        "kind": stop.kind, "from_on": stop.from_on, "to_on": stop.to_on,
    }  # fmt: skip


def _reports(
    home: Home, operations: Operations, on: date
) -> tuple[list[Row], dict[int, str], list[int]]:
    """Return the rows of answers not landed yet, what is wrong with others, all numbers."""
    own = frozenset(home.book.institution)
    rows: dict[str, Row] = {}
    problems: dict[int, str] = {}
    numbers: list[int] = []
    for number, key, answer in operations.answers(landed=False):
        numbers.append(number)
        customer = operations.order(key).customer_id
        report_id = hashlib.sha256(answer).hexdigest()[:_DIGITS]
        try:
            report = read_gen2(answer, f"answer {number}")
            if any(check.id == "answer" for check in report.checks):
                continue  # the bureau has no record of this person
            rows[report_id] = bureau_row(report, own, BureauSource(report_id, customer, key, on))
        except ReportError as error:
            problems[number] = error.message
    return list(rows.values()), problems, numbers
