"""One report (and an older one) told as plain values: record, figures, findings, plan, letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from daihou.clinic import (
    Case,
    Sentences,
    examine,
    findings_of,
    letters_for,
    load_sentences,
)
from daihou.jobs.home import shipped_texts
from daihou.report import Month, Report
from daihou.report.delta import delta_of
from daihou.report.delta_model import Change
from daihou.report.facts import facts_of
from daihou.report.facts_model import CardFacts, Evidence, Facts, Figure, Relationship
from daihou.report.json_form import FREE_TEXT, PERSONAL, as_dict
from daihou.report.read import ReadOptions, read_report
from daihou.report.values import no_places

LANGUAGES = ("zh", "en")


def tell_of(task: Mapping[str, Any], files: Sequence[bytes]) -> dict[str, Any]:
    """Return what is told of the first file, compared with the second where there is one.

    Raises: ReportError for a file that cannot be read, or two that cannot be compared.
    """
    options = ReadOptions(password=task.get("password"), ocr=bool(task.get("ocr")))
    report, *older = (read_report(data, options=options) for data in files)
    masked, today = bool(task.get("masked", True)), date.fromisoformat(task["today"])
    if task.get("short"):
        return row_of(report, masked=masked, today=today)
    return told_of(report, older[0] if older else None, masked=masked, today=today)


def row_of(report: Report, *, masked: bool = True, today: date) -> dict[str, Any]:
    """Return what a table of many reports needs: records, findings, figures; no plan."""
    bare, on = _bare(report), _day_of(report, today)
    case = Case(bare, facts_of(bare, on), sentences())
    return {
        "report": as_dict(bare, masked=masked, findings=findings_of(case)),
        "on": on.isoformat(), "figures": figures(case.facts),
    }  # fmt: skip


def _day_of(report: Report, today: date) -> date:
    return report.header.report_at.date() if report.header.report_at else today


def told_of(
    report: Report, older: Report | None = None, *, masked: bool = True, today: date
) -> dict[str, Any]:
    """Return everything that is told of a report, as JSON values.

    Counts go back from the day of the report; ``today`` stands in where a report has none.
    """
    on = _day_of(report, today)
    examined = examine(report, sentences(), on=on, older=older)
    facts = examined.facts
    signed = unsigned(report) if masked else report
    return {
        "report": as_dict(report, masked=masked, findings=examined.findings),
        "on": on.isoformat(),
        "figures": figures(facts),
        "at_least": at_least(facts),
        "relationships": [_relationship(one) for one in facts.relationships],
        "card_lines": _card_lines(facts.cards),
        "plan": plain(examined.plan), "what_if": plain(examined.what_if), "masked": masked,
        "letters": [
            plain(one) for lang in LANGUAGES for one in letters_for(examined, signed, lang)
        ],
        "changes": None if older is None else _changes(older, report, masked=masked),
    }  # fmt: skip


@cache
def sentences() -> Sentences:
    """Return what the clinic can say: the same files for every report."""
    return load_sentences(shipped_texts("daihou.clinic", ".yaml"))


_FIGURES: Final[Mapping[str, Callable[[Facts], Figure | int | None]]] = MappingProxyType(
    {
        "hard_1m": lambda f: f.inquiries.hard[1].raw,
        "hard_3m": lambda f: f.inquiries.hard[3].raw,
        "hard_6m": lambda f: f.inquiries.hard[6].raw,
        "hard_12m": lambda f: f.inquiries.hard[12].raw,
        "hard_24m": lambda f: f.inquiries.hard[24].raw,
        "post_loan_24m": lambda f: (
            f.inquiries.by_reason["01"][24].raw if "01" in f.inquiries.by_reason else 0
        ),
        "own_24m": lambda f: f.inquiries.own[24].raw,
        "debt": lambda f: f.debt,
        "card_limit": lambda f: f.cards.limit,
        "card_used": lambda f: f.cards.used,
        "card_utilisation_bp": lambda f: f.cards.utilisation_bp,
        "cards_open": lambda f: f.cards.cards,
        "loans_running": lambda f: f.loans.loans,
        "loan_balance": lambda f: f.loans.balance,
        "overdue_accounts": lambda f: f.arrears.accounts,
        "overdue_amount": lambda f: f.arrears.amount,
        "overdue_months_24m": lambda f: f.history.months_24,
        "overdue_months_60m": lambda f: f.history.months_60,
        "bad_debts": lambda f: f.bad_debts,
        "recoveries": lambda f: f.recoveries,
        "guarantees": lambda f: f.guarantees.count,
        "guarantee_balance": lambda f: f.guarantees.balance,
        "lenders_open": lambda f: sum(one.open is True for one in f.relationships),
    }
)
FIGURES: Final = tuple(_FIGURES)
"""Figures that are shown first and make the row of a batch; None is unknown."""


def figures(facts: Facts) -> dict[str, int | None]:
    """Return the figures by name; one that records keep silent about is None."""
    return {name: plain(of(facts)) for name, of in _FIGURES.items()}


def at_least(facts: Facts) -> dict[str, int]:
    """Return what is known of figures that are not fully known."""
    found = ((name, of(facts)) for name, of in _FIGURES.items())
    return {
        name: one.known
        for name, one in found
        if isinstance(one, Figure) and one.value is None and one.known
    }


def _relationship(one: Relationship) -> dict[str, Any]:
    return {
        "institution": one.legal_person, "open": one.open, "institutions": list(one.institutions),
        "ties": [
            {"kind": tie.kind, "unused": tie.unused, "until": plain(tie.until),
             "evidence": plain(tie.evidence)} for tie in one.ties
        ],
    }  # fmt: skip


def _card_lines(cards: CardFacts) -> list[dict[str, Any]]:
    return [
        {"institution": line.legal_person, "limit": line.limit, "used": line.used.value,
         "utilisation_bp": line.utilisation_bp, "evidence": plain(line.evidence)}
        for line in cards.lines
    ]  # fmt: skip


def _changes(older: Report, newer: Report, *, masked: bool) -> dict[str, Any]:
    """Return what changed, each change with the name of its record."""
    delta = delta_of(older, newer)
    if delta.newer_at != newer.header.report_at:
        older, newer = newer, older
    shown = [_change(one, older, newer) for one in delta.changes]
    for one in shown if masked else ():
        for side in ("before", "after"):
            if isinstance(one[side], str) and one["what"] in PERSONAL:
                one[side] = PERSONAL[one["what"]](one[side])
            elif isinstance(one[side], str) and one["what"] in FREE_TEXT:
                one[side] = "**"
    return {
        "from_at": plain(delta.older_at), "to_at": plain(delta.newer_at), "changes": shown,
        "unknown": plain(delta.unknown),
    }  # fmt: skip


def _change(change: Change, older: Report, newer: Report) -> dict[str, Any]:
    record = _record(newer, change.new) or _record(older, change.old)
    institution = getattr(record, "institution", "")
    kind = getattr(record, "type", None)
    told: dict[str, Any] = plain(change)
    return told | {
        "subject": f"{institution} {kind}" if kind else institution,
        "reason": getattr(record, "reason", ""), "hard": getattr(record, "hard", None),
        "class": plain(getattr(record, "reason_class", "")),
    }  # fmt: skip


def _record(report: Report, evidence: Evidence | None) -> Any:
    """Return the record that evidence points at; None for what is no list of records."""
    rows = getattr(report, evidence.kind, None) if evidence else None
    return rows[evidence.index] if isinstance(rows, tuple) and evidence else None


def plain(value: Any) -> Any:
    """Return a value of facts or clinic as JSON knows it; a figure is its number."""
    if isinstance(value, Figure):
        return value.value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | Month):
        return value.isoformat() if isinstance(value, date) else str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {key: plain(item) for key, item in zip(value._fields, value, strict=True)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(item) for item in value]
    return value


def _bare(report: Report) -> Report:
    """Return the report without the places of its values: a batch keeps records only."""
    lists = ("accounts", "agreements", "liabilities", "post_paid", "public_records", "inquiries")
    empty = no_places()
    bare: dict[str, Any] = {name: tuple(replace(one, places=empty) for one in getattr(report, name))
            for name in lists}  # fmt: skip
    return replace(report, **bare, places=empty, header=replace(report.header, places=empty))


def unsigned(report: Report) -> Report:
    """Return the report without who it is about: letters then have blanks to fill in by hand."""
    return replace(report, header=replace(report.header, name=None, id_no=None))
