"""Writes a report as the second generation's XML or JSON, plain or in the bureau's envelope."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import groupby
from typing import Any, Final
from xml.sax.saxutils import escape

from daihou.report.dictionaries import code_of
from daihou.report.fields import GEN2_SUMMARY, GEN2_SUMMARY_LISTS
from daihou.report.gen2 import layout
from daihou.report.gen2.layout import LISTS, Leaf, Rows, Segment
from daihou.report.gen2.overview import INSTITUTION, rows_of
from daihou.report.gen2.reader import object_of
from daihou.report.gen2.values import NOTHING, text_of_value
from daihou.report.model import Account, Inquiry, PublicRecord, Report
from daihou.report.words import AccountType

Element = tuple[str, "str | list[Element]"]


class Syntax(StrEnum):
    """In which notation a report is written."""

    XML = "xml"
    JSON = "json"


class Envelope(StrEnum):
    """What a report is wrapped in: nothing, base64, or gzip and base64 in an answer message."""

    NONE = "none"
    PLAIN = "plain"
    GZIP = "gzip"


@dataclass(frozen=True, slots=True)
class Gen2Form:
    """How to write: notation, encoding, byte order mark, envelope.

    ``declared`` is the encoding that the XML declaration names (it may be a wrong one), None for
    no declaration. ``blanks`` writes an empty element where there is no value; ``arrays`` writes
    JSON lists of one as arrays, else as the one object.
    """

    syntax: Syntax = Syntax.XML
    encoding: str = "utf-8"
    declared: str | None = None
    bom: bool = False
    envelope: Envelope = Envelope.NONE
    blanks: bool = False
    arrays: bool = True


DEFAULT_FORM: Final = Gen2Form()
_CARDS_ONLY: Final = frozenset({"PD01CJ12", "PD01CJ14"})
_QUASI_ONLY: Final = frozenset({"PD01CJ13", "PD01CJ15"})
_OF_LATEST: Final = frozenset(leaf.name for leaf in layout.ACCOUNT["PD01B"].leaves.values())
_HEAD: Final = "B2.0.0D1000000000001A1000000000001"
_SIGNATURE: Final = "{S:c2FtcGxl:S}"


def write_gen2(report: Report, form: Gen2Form = DEFAULT_FORM) -> bytes:
    """Return the report in the second generation's notation; ``read_gen2`` reads it back equal.

    Values that this layout has no element for (such as a case number) are left out.
    """
    units = _units(report, form.blanks)
    if form.syntax is Syntax.JSON:
        told = json.dumps(_plain(units, form.arrays), ensure_ascii=False, indent=1)
    else:
        head = f'<?xml version="1.0" encoding="{form.declared}"?>\n' if form.declared else ""
        told = f"{head}<Document>{''.join(_xml(units))}</Document>"
    body = (b"\xef\xbb\xbf" if form.bom else b"") + told.encode(form.encoding)
    return body if form.envelope is Envelope.NONE else _message(report, body, form)


def _message(report: Report, body: bytes, form: Gen2Form) -> bytes:
    """Return the answer message around a body: header line, envelope, signature."""
    at = report.header.report_at
    stamp, day = (f"{at:%Y%m%d%H%M%S}", f"{at:%Y%m%d}") if at else ("0" * 14, "0" * 8)
    if form.envelope is Envelope.GZIP:
        body = gzip.compress(body, mtime=0)
    packed = base64.encodebytes(body).decode()
    answer: Element = (
        "Msg",
        [
            ("ResultCode", "AAA000"),
            ("ResultDesc", ""),
            ("ReportName", "report.xml"),
            ("ReportMessage", packed),
        ],
    )
    line = f"{_HEAD}{stamp}D102{day}00000001{'0' * 10}"
    document = f"<Document>{''.join(_xml([answer]))}</Document>"
    return f"{line}\r\n{document}{_SIGNATURE}".encode()


def _xml(elements: Iterable[Element]) -> Iterable[str]:
    for tag, content in elements:
        if not content:
            yield f"<{tag}/>"
        elif isinstance(content, str):
            yield f"<{tag}>{escape(content)}</{tag}>"
        else:
            yield f"<{tag}>{''.join(_xml(content))}</{tag}>"


def _plain(elements: Iterable[Element], arrays: bool) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for tag, content in elements:
        told = content if isinstance(content, str) else _plain(content, arrays)
        found.setdefault(tag, []).append(told)
    return {
        tag: told if len(told) > 1 or (arrays and tag in LISTS) else told[0]
        for tag, told in found.items()
    }


def _units(report: Report, blanks: bool) -> list[Element]:
    """Return every unit of a report in the layout's order; empty ones stay as empty elements."""
    write = _Writing(blanks)
    person = report.identity
    units: list[Element] = [
        ("PRH", [("PA01", write.header(report))]),
        ("PIM", write.groups("PB01", layout.IDENTITY, (person,) if person else ())),
        ("PMM", write.marriage(report)),
        ("PRM", write.records("PB03", layout.RESIDENCE, person.residences if person else ())),
        ("POM", write.records("PB04", layout.OCCUPATION, person.occupations if person else ())),
        ("PSM", write.score(report)),
        *_overview(report.summary),
        ("PDA", [("PD01", write.account(account)) for account in report.accounts]),
        ("PCA", write.groups("PD02", layout.AGREEMENT, report.agreements)),
        ("PCR", write.groups("PD03", layout.LIABILITY, report.liabilities)),
        ("PND", write.groups("PE01", layout.POST_PAID, report.post_paid)),
    ]
    for path, kind in layout.PUBLIC_GROUPS.items():
        unit, _, group = path.partition(".")
        public = [record for record in report.public_records if record.kind is kind]
        units.append((unit, [(group, write.public(group, record)) for record in public]))
    units.append(("POS", write.statements(report)))
    units.append(("POQ", [("PH01", write.inquiry(look)) for look in report.inquiries]))
    return units


class _Writing:
    """Makes elements of records by the layout; ``blanks`` as in ``Gen2Form``."""

    def __init__(self, blanks: bool) -> None:
        self.blanks = blanks

    def leaves(self, leaves: Mapping[str, Leaf], values: Mapping[str, Any]) -> list[Element]:
        """Return an element for each value, in the layout's order."""
        told = [(tag, text_of_value(leaf, values.get(leaf.name))) for tag, leaf in leaves.items()]
        return [(tag, text) for tag, text in told if text or self.blanks]

    def rows(self, rows: Rows, records: Iterable[Any]) -> list[Element]:
        """Return counter and items of a list, nothing for an empty one."""
        items: list[Element] = [
            (rows.element, self.leaves(rows.leaves, _values(record))) for record in records
        ]
        counter: list[Element] = [(rows.counter, str(len(items)))] if rows.counter else []
        return counter + items if items else []

    def segment(self, tag: str, segment: Segment, values: Mapping[str, Any]) -> list[Element]:
        """Return one segment, or nothing when it would hold nothing."""
        told = self.leaves(segment.leaves, values)
        if segment.rows is not None:
            told += self.rows(segment.rows, values.get(segment.rows.name) or ())
        return [(tag, told)] if any(content for _, content in told) else []

    def segments(self, segments: Mapping[str, Segment], values: Mapping[str, Any]) -> list[Element]:
        """Return all segments of a group that hold something."""
        return [
            found
            for tag, segment in segments.items()
            for found in self.segment(tag, segment, values)
        ]

    def groups(
        self, tag: str, segments: Mapping[str, Segment], records: Iterable[Any]
    ) -> list[Element]:
        """Return a group of segments for each record."""
        return [(tag, self.segments(segments, _values(record))) for record in records]

    def records(self, tag: str, segment: Segment, records: Iterable[Any]) -> list[Element]:
        """Return a group without segments for each record."""
        return [(tag, self.leaves(segment.leaves, _values(record))) for record in records]

    def header(self, report: Report) -> list[Element]:
        """Return the segments of PA01."""
        values = _values(report.header)
        alert = _values(report.header.fraud_alert) if report.header.fraud_alert else {}
        return [
            found
            for tag, segment in layout.HEADER.items()
            for found in self.segment(tag, segment, alert if tag == "PA01D" else values)
        ]

    def marriage(self, report: Report) -> list[Element]:
        """Return PB02: the state from the head of the model, the spouse from the person."""
        spouse = report.identity.spouse if report.identity else None
        values = (_values(spouse) if spouse else {}) | {"marital": report.header.marital}
        return self.segment("PB02", layout.MARRIAGE, values)

    def score(self, report: Report) -> list[Element]:
        """Return PC01; a score of None is told as ``--``."""
        score = report.score
        if score is None:
            return []
        codes = score.reason_codes
        told: list[Element] = [
            ("PC010Q01", NOTHING if score.value is None else str(score.value)),
            ("PC010Q02", score.position or ""),
            ("PC010S01", str(len(codes)) if codes else ""),
        ]
        kept = [(tag, text) for tag, text in told if text or self.blanks]
        return [("PC01", kept + [("PC010D01", code) for code in codes])]

    def account(self, account: Account) -> list[Element]:
        """Return the segments of PD01; the latest month only where something is only its own."""
        values = _values(account)
        quasi = account.account_type is AccountType.QUASI_CARD
        unused = _CARDS_ONLY if quasi else _QUASI_ONLY
        out: list[Element] = []
        for tag, segment in layout.ACCOUNT.items():
            told = segment
            if tag == "PD01C":
                own = [leaf.name for leaf in segment.leaves.values()]
                if all(values[name] is None for name in own if name not in _OF_LATEST):
                    continue
                told = Segment({t: leaf for t, leaf in segment.leaves.items() if t not in unused})
            out += self.segment(tag, told, values)
        return out

    def public(self, group: str, record: PublicRecord) -> list[Element]:
        """Return both segments of a public record."""
        notes = {"annotations": record.annotations}
        told = self.segment(f"{group}A", layout.PUBLIC[record.kind], record.values)
        return told + self.segment(f"{group}Z", layout.notes(group), notes)

    def statements(self, report: Report) -> list[Element]:
        """Return PG01: neighbouring notes about one thing share a group."""
        out: list[Element] = []
        for about, notes in groupby(report.annotations, key=lambda note: note.about):
            values = {"about": about, "annotations": tuple(notes), "object": object_of(about)}
            out += self.segment("PG01", layout.STATEMENT, values)
        return out

    def inquiry(self, look: Inquiry) -> list[Element]:
        """Return PH01; a reason with a code is told as its code."""
        values = _values(look) | {"reason": look.reason_code or look.reason}
        return self.leaves(layout.INQUIRY.leaves, values)


def _values(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _overview(summary: Mapping[str, int | str | None]) -> list[Element]:
    """Return the units of the overview, PCO to PQO."""
    segments: dict[str, list[Element]] = {}
    for tag, name in GEN2_SUMMARY.items():
        if name in summary:
            segments.setdefault(tag[:5], []).append((tag, _told(tag, summary[name])))
    for tag, (name, keys, names) in GEN2_SUMMARY_LISTS.items():
        for key in rows_of(summary, name, len(keys)):
            row: list[Element] = list(zip(keys, key.split("."), strict=True))
            for element, field_name in names.items():
                if f"{name}.{key}.{field_name}" in summary:
                    value = summary[f"{name}.{key}.{field_name}"]
                    row.append((element, _told(element, value)))
            segments.setdefault(tag[:5], []).append((tag, row))
    units: list[Element] = []
    for unit, group in (("PCO", "PC02"), ("PNO", "PC03"), ("PPO", "PC04"), ("PQO", "PC05")):
        inner: list[Element] = []
        for tag in sorted(segments):
            if tag[:4] == group:
                inner += segments[tag] if tag.endswith("0") else [(tag, segments[tag])]
        units.append((unit, [(group, inner)] if inner else []))
    return units


def _told(tag: str, value: int | str | None) -> str:
    if value is None:
        return NOTHING if tag[5] in "SJ" else ""
    return (code_of("1021", str(value)) or str(value)) if tag == INSTITUTION else str(value)
