"""The detailed personal version (详版): from its ruled tables to the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pypdfium2 as pdfium

from daihou.report.detailed.cells import Reading, moment_of, places_of
from daihou.report.detailed.checks import checks_of
from daihou.report.detailed.grid import rows_and_lines, rules_of
from daihou.report.detailed.records import Records
from daihou.report.detailed.tables import Entry, Outline, notes_of
from daihou.report.model import Check, Report
from daihou.report.pdf.pages import DEFAULT_LIMITS, Limits, PageText, Pdf
from daihou.report.person import (
    FraudAlert,
    Header,
    Identity,
    Occupation,
    OtherId,
    Phone,
    Residence,
    Spouse,
)
from daihou.report.words import ReportKind, reason_of

__all__ = ["read_detailed"]


def read_detailed(
    data: bytes,
    *,
    name: str = "",
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Report:
    """Return the report of a detailed version's PDF, with all that was not understood.

    Raises: ReportUnreadable, ReportLocked, ReportTooLarge.
    """
    outline = Outline()
    with Pdf(data, password, limits) as document:
        # A second handle gives the drawn rules; the first one's pages give characters only.
        drawn = pdfium.PdfDocument(data, password=password)
        try:
            for page in document.pages():
                outline.add(_items(page, drawn))
        finally:
            drawn.close()
        count = len(document)
    return _report(outline, name, count)


def _items(page: PageText, drawn: pdfium.PdfDocument) -> Any:
    sheet = drawn[page.number - 1]
    try:
        return rows_and_lines(page, rules_of(sheet))
    finally:
        sheet.close()


def _report(outline: Outline, name: str, pages: int) -> Report:
    reading = Reading()
    records, entries = Records(reading), outline.entries
    identity, marital = _identity(reading, entries)
    summary, places = records.summary(entries)
    report = Report(
        kind=ReportKind.PBOC_DETAILED,
        header=replace(_header(reading, outline), marital=marital),
        identity=identity,
        summary=MappingProxyType(summary),
        accounts=tuple(records.accounts(entries)),
        agreements=tuple(records.agreements(entries)),
        liabilities=tuple(records.liabilities(entries)),
        post_paid=tuple(records.post_paid(entries)),
        public_records=tuple(records.public(entries)),
        annotations=tuple(records.statements(entries)),
        inquiries=tuple(records.inquiries(entries)),
        notes=tuple(note for e in entries if e.heading == "报告说明" for note in notes_of(e)),
        file=name,
        pages=pages,
        places=places,
    )
    report = replace(report, unmatched=(*outline.unmatched, *reading.unmatched))
    headings = Check(
        "accounts_under_headings",
        not outline.assumed,
        f"{outline.assumed} times accounts stood under no heading and were taken for loans",
    )
    return replace(report, checks=(*checks_of(report, outline.printed_pages), headings))


def _header(reading: Reading, outline: Outline) -> Header:
    entry = outline.entries[0]
    fields = reading.fields(entry.values)
    alert = {key: fields.pop(key) for key in ("flag", "phone", "from_on", "to_on") if key in fields}
    reason = reason_of(fields.pop("reason", ""))
    return Header(
        **fields,
        report_no=outline.report_no,
        report_at=moment_of(outline.report_at),
        reason_code=(reason.code or None) if reason else None,
        other_ids=tuple(
            OtherId(row["id_type"], row["id_no"])
            for row in reading.rows(entry.lists.get("other_ids", ()))
            if {"id_type", "id_no"} <= row.keys()
        ),
        fraud_alert=FraudAlert(**alert) if "flag" in alert else None,
        places=places_of(entry.values),
    )


def _identity(reading: Reading, entries: Iterable[Entry]) -> tuple[Identity | None, str | None]:
    """Return who the person is, and the marital state, which the model keeps in the header."""
    by_heading = {entry.heading: entry for entry in entries}
    about = by_heading.get("身份信息")
    if about is None:
        return None, None
    fields = reading.fields(about.values)
    marital = fields.pop("marital", None)
    spouse = reading.fields(by_heading["配偶信息"].values) if "配偶信息" in by_heading else {}

    def rows(heading: str, name: str) -> list[dict[str, Any]]:
        entry = by_heading.get(heading)
        found = reading.rows(entry.lists.get(name, ()), joined=True) if entry else []
        return [{k: v for k, v in row.items() if k not in {"no", "places"}} for row in found]

    identity = Identity(
        **fields,
        phones=tuple(Phone(**row) for row in rows("身份信息", "phones") if "number" in row),
        spouse=Spouse(**spouse) if spouse else None,
        residences=tuple(Residence(**row) for row in rows("居住信息", "residences")),
        occupations=tuple(Occupation(**row) for row in rows("职业信息", "occupations")),
        places=places_of(about.values),
    )
    return identity, marital
