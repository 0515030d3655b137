"""From operations back to the lake: orders, stops and the bureau's answers become dated facts."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from daihou.contracts import FACTS
from daihou.errors import ReportError
from daihou.jobs.home import Home
from daihou.jobs.land_rows import Row, land_rows
from daihou.jobs.persons import PersonIdentity, identities_of
from daihou.report.bureau_row import BureauSource, bureau_row
from daihou.report.gen2.reader import read_gen2
from daihou.report.model import Report

if TYPE_CHECKING:
    from daihou.ops.store import Operations

_DIGITS: Final = 32
_PART: Final = 1_000
"""Answers held open at a time."""


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
    rows: dict[str, Row] = {}
    problems: dict[int, str] = {}
    numbers: list[int] = []
    waiting = operations.answers(landed=False)
    while part := list(islice(waiting, _PART)):
        orders = {key: operations.order(key) for key in {key for _, key, _ in part}}
        known = identities_of(home, {order.customer_id for order in orders.values()})
        for number, key, answer in part:
            numbers.append(number)
            who = orders[key].customer_id
            source = BureauSource(hashlib.sha256(answer).hexdigest()[:_DIGITS], who, key, on)
            row = _row(answer, frozenset(home.book.institution), source, known.get(who))
            if isinstance(row, str):
                problems[number] = row
            elif row is not None:
                rows[source.report_id] = row
    return list(rows.values()), problems, numbers


def _row(
    answer: bytes, own: frozenset[str], source: BureauSource, asked: PersonIdentity | None
) -> Row | str | None:
    """Return the figures of an answer; a sentence when it cannot be used; None without a record."""
    try:
        report = read_gen2(answer, f"answer {source.report_id}")
        if any(check.id == "answer" for check in report.checks):
            return None
        if is_of_another(report, asked):
            return "the report is about another person than was asked about"
        return bureau_row(report, own, source)
    except ReportError as error:
        return error.message


def is_of_another(report: Report, asked: PersonIdentity | None) -> bool:
    """Tell whether a report names another document than that of the person asked about."""
    told = report.header.id_no
    return asked is not None and told is not None and told.strip().upper() != asked.id_no.upper()
