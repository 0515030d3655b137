"""Reads a second-generation report (授信机构版) into the model; nothing in it is dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeVar

from daihou.errors import ReportUnreadable
from daihou.report.gen2.accounts import read_account, read_agreement, read_liability
from daihou.report.gen2.checks import check_report
from daihou.report.gen2.envelope import UNITS, unpack
from daihou.report.gen2.layout import (
    INQUIRY,
    POST_PAID,
    PUBLIC,
    PUBLIC_GROUPS,
    STATEMENT,
    notes,
)
from daihou.report.gen2.overview import read_overview
from daihou.report.gen2.people import read_header, read_identity, read_marriage, read_score
from daihou.report.gen2.reading import Reading, Spots, Values
from daihou.report.gen2.tree import Node
from daihou.report.model import Annotation, Check, Inquiry, PostPaid, PublicRecord, Report
from daihou.report.words import REASONS, PublicKind, ReasonClass, ReportKind, reason_of

Groups = Mapping[str, list[Node]]
NO_RECORD: Final = "AAA001"
_SINGLE: Final = frozenset({"PA01", "PB01", "PB02", "PC01", "PC02", "PC03", "PC04", "PC05"})
_GROUPS: Final = _SINGLE | {
    "PB03", "PB04", "PD01", "PD02", "PD03", "PE01", "PG01", "PH01",
    *(path.partition(".")[2] for path in PUBLIC_GROUPS),
}  # fmt: skip
_T = TypeVar("_T")


def read_gen2(data: bytes, name: str = "") -> Report:
    """Return the report in the bytes of an XML or JSON file, or of the message it came in.

    An answer that the bureau knows nobody (AAA001) is an empty report with a check that says so.
    Raises: ReportUnreadable, ReportTooLarge.
    """
    opened = unpack(data, name)
    if opened.root is None:
        if opened.result != NO_RECORD:
            raise ReportUnreadable(
                f"the answer {opened.result or 'without a code'} carries no report", where=name
            )
        detail = f"{NO_RECORD}: the bureau has no record of this person (查无此人)"
        return Report(ReportKind.PBOC_GEN2, file=name, checks=(Check("answer", None, detail),))
    reading = Reading()
    for path, text in opened.strays:
        reading.keep(path, text)
    return _report(reading, _groups(reading, opened.root), name)


def _groups(reading: Reading, root: Node) -> Groups:
    """Return the groups of all units by name; what is no group is kept as not understood."""
    groups: dict[str, list[Node]] = {tag: [] for tag in _GROUPS}
    for unit in reading.children(root):
        if unit.tag not in UNITS:
            reading.leftover(unit)
            continue
        for group in reading.children(unit):
            doubled = group.tag in _SINGLE and groups[group.tag]
            if group.tag not in groups or doubled:
                reading.leftover(group)
            else:
                groups[group.tag].append(group)
    return groups


def _report(reading: Reading, groups: Groups, name: str) -> Report:
    def each(tag: str, read: Callable[[Reading, Node], _T | None]) -> tuple[_T, ...]:
        return tuple(made for node in groups[tag] if (made := read(reading, node)) is not None)

    places: Spots = {}
    married = read_marriage(reading, groups)
    report = Report(
        kind=ReportKind.PBOC_GEN2,
        header=read_header(reading, groups, married),
        identity=read_identity(reading, groups, married),
        score=next(iter(each("PC01", read_score)), None),
        summary=MappingProxyType(
            read_overview(
                reading,
                [node for tag in ("PC02", "PC03", "PC04", "PC05") for node in groups[tag]],
                places,
            )
        ),
        accounts=each("PD01", read_account),
        agreements=each("PD02", read_agreement),
        liabilities=each("PD03", read_liability),
        post_paid=each("PE01", _post_paid),
        public_records=tuple(
            record
            for path, kind in PUBLIC_GROUPS.items()
            for node in groups[path.partition(".")[2]]
            if (record := _public(reading, node, kind)) is not None
        ),
        annotations=_statements(reading, groups["PG01"], places),
        inquiries=each("PH01", _inquiry),
    )
    return replace(
        report,
        file=name,
        places=MappingProxyType(places),
        unmatched=tuple(reading.unmatched),
        checks=check_report(report, reading),
    )


def _post_paid(reading: Reading, node: Node) -> PostPaid | None:
    places: Spots = {}
    values: Values = {"institution": ""}
    for segment in reading.group(node, POST_PAID, places).values():
        values |= segment
    if not places:
        return None
    return PostPaid(**values, places=MappingProxyType(places))


def _public(reading: Reading, node: Node, kind: PublicKind) -> PublicRecord | None:
    places: Spots = {}
    layout = {f"{node.tag}A": PUBLIC[kind], f"{node.tag}Z": notes(node.tag)}
    taken = reading.group(node, layout, places)
    if not places:
        return None
    told = taken.get(f"{node.tag}A", {})
    return PublicRecord(
        kind=kind,
        values=MappingProxyType(
            {leaf.name: told.get(leaf.name) for leaf in PUBLIC[kind].leaves.values()}
        ),
        annotations=taken.get(f"{node.tag}Z", {}).get("annotations", ()),
        places=MappingProxyType(places),
    )


def _statements(reading: Reading, groups: list[Node], places: Spots) -> tuple[Annotation, ...]:
    """Return notes on the whole report or a block of it (PG01), each with what it is about."""
    out: list[Annotation] = []
    for node in groups:
        spots: Spots = {}
        values = reading.take(node, STATEMENT, spots)
        about = values.get("about", "")
        told = values.get("object")
        if told is not None and told != object_of(about):
            reading.keep(spots["object"].path, f"PG010D01: {told}")
        start = len(out)
        out += [replace(note, about=about) for note in values["annotations"]]
        if about and len(out) == start:
            reading.keep(spots["about"].path, f"PG010D02: {about}")
        for name, place in spots.items():
            head, _, tail = name.partition(".")
            if head == "annotations" and tail:
                at, _, field = tail.partition(".")
                places[f"annotations.{start + int(at)}.{field}"] = place
            elif len(out) > start:
                places[f"annotations.{start}.{'count' if head == 'annotations' else head}"] = place
    return tuple(out)


def object_of(about: str) -> str:
    """Return what kind of thing a note is about: the report (1) or a block of it (2)."""
    return "1" if about == "1" else "2"


def _inquiry(reading: Reading, node: Node) -> Inquiry | None:
    places: Spots = {}
    values = reading.take(node, INQUIRY, places)
    if not places:
        return None
    told = values.get("reason", "")
    reason = REASONS.get(told) or reason_of(told)
    if reason is None and told:
        reading.unknown_codes.append(f"{places['reason'].path} {told}")
    own = reason is not None and reason.reason_class is ReasonClass.OWN
    return Inquiry(
        on=values.get("on"),
        institution=values.get("institution", ""),
        institution_type=values.get("institution_type"),
        reason=reason.zh if reason and told in REASONS else told,
        reason_code=(reason.code or None) if reason else told or None,
        reason_class=reason.reason_class if reason else ReasonClass.OTHER,
        hard=reason.hard if reason else None,
        own=own,
        places=MappingProxyType(places),
    )
