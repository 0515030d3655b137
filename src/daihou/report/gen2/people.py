"""Head of the report, person, marriage and score of the second generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from daihou.report.gen2.layout import (
    HEADER,
    IDENTITY,
    MARRIAGE,
    OCCUPATION,
    RESIDENCE,
    SCORE,
    Segment,
)
from daihou.report.gen2.reading import Reading, Spots, Values
from daihou.report.gen2.tree import Node
from daihou.report.person import FraudAlert, Header, Identity, Occupation, Residence, Score, Spouse
from daihou.report.values import Place

Groups = Mapping[str, list[Node]]


class Marriage(NamedTuple):
    """What PB02 says: the state goes to the head of the model, the spouse to the person."""

    values: Values
    places: Spots


def read_marriage(reading: Reading, groups: Groups) -> Marriage:
    """Return what PB02 says, with places."""
    married = Marriage({}, {})
    for node in groups["PB02"]:
        married = Marriage(reading.take(node, MARRIAGE, married.places), married.places)
    return married


def read_header(reading: Reading, groups: Groups, married: Marriage) -> Header:
    """Return the head of the report (PA01)."""
    places: Spots = {}
    values: Values = {}
    for node in groups["PA01"]:
        taken = reading.group(node, HEADER, places)
        alert = taken.get("PA01D", {})
        for tag, segment in taken.items():
            values |= segment if tag != "PA01D" else {}
        if alert:
            told_of: Values = {"flag": ""}
            values["fraud_alert"] = FraudAlert(**told_of | alert)
            for told in alert:
                places[f"fraud_alert.{told}"] = places.pop(told)
    if "marital" in married.values:
        values["marital"] = married.values["marital"]
        places["marital"] = married.places["marital"]
    return Header(**values, places=MappingProxyType(places))


def read_identity(reading: Reading, groups: Groups, married: Marriage) -> Identity | None:
    """Return the person (PB01 to PB04), or None when nothing is told."""
    places: Spots = {}
    values: Values = {}
    for node in groups["PB01"]:
        for segment in reading.group(node, IDENTITY, places).values():
            values |= segment
    spouse = {told: value for told, value in married.values.items() if told != "marital"}
    if spouse:
        values["spouse"] = Spouse(**spouse)
        places |= {f"spouse.{told}": married.places[told] for told in spouse}
    how: tuple[tuple[str, str, Segment, Any], ...] = (
        ("PB03", "residences", RESIDENCE, Residence),
        ("PB04", "occupations", OCCUPATION, Occupation),
    )
    for tag, name, block, record in how:
        values[name] = _records(reading, groups[tag], (name, block, record), places)
    return Identity(**values, places=MappingProxyType(places)) if places else None


def _records(
    reading: Reading, nodes: list[Node], how: tuple[str, Segment, Any], places: Spots
) -> tuple[Any, ...]:
    name, segment, record = how
    out: list[Any] = []
    for node in nodes:
        values = reading.take(node, segment, places, f"{name}.{len(out)}.")
        if values:
            out.append(record(**values))
    return tuple(out)


def read_score(reading: Reading, node: Node) -> Score | None:
    """Return the score (PC01), or None for an empty element; ``--`` is a score of None."""
    places: Spots = {}
    codes = [child for child in node.children if child.tag == "PC010D01"]
    others = tuple(child for child in node.children if child.tag != "PC010D01")
    values = reading.take(replace(node, children=others), SCORE, places)
    reasons: list[str] = []
    for code in codes:
        spots: Spots = {}
        told = reading.take(Node("PC01", node.path, "", (code,)), SCORE, spots)
        if told:
            places[f"reason_codes.{len(reasons)}"] = spots["reason"]
            reasons.append(str(told["reason"]))
    stated = values.pop("reasons", None)
    if "reasons" in places:
        places["reason_codes"] = Place(path=places.pop("reasons").path)
    if stated is not None and stated != len(reasons):
        path = places["reason_codes"].path
        reading.miscounted.append(f"{path} says {stated}, {len(reasons)} follow")
        reading.keep(path, f"PC010S01: {stated}")
    if not places:
        return None
    return Score(
        values.get("value"), values.get("position"), tuple(reasons), MappingProxyType(places)
    )
