"""The lender's overview (信息概要) of the second generation, as flat values by dotted name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from daihou.report.dictionaries import words
from daihou.report.fields import GEN2_SUMMARY, GEN2_SUMMARY_LISTS
from daihou.report.gen2.reading import Reading, Spots
from daihou.report.gen2.tree import Node
from daihou.report.gen2.values import number_of
from daihou.report.values import Place

Overview = dict[str, int | str | None]
INSTITUTION: Final = "PC05AD01"
"""The one code of the overview that the model has in words."""
_KEY_TABLES: Final = {
    "PC02AD01": "1003", "PC02AD02": "1004", "PC02BD01": "1016", "PC02DD01": "1017",
    "PC02KD01": "3004", "PC02KD02": "1019", "PC030D01": "1055", "PC040D01": "1020",
    "PC05AQ01": "1054", INSTITUTION: "1021",
}  # fmt: skip


def read_overview(reading: Reading, groups: Iterable[Node], places: Spots) -> Overview:
    """Return what PC02 to PC05 say, by the names in ``fields``."""
    out: Overview = {}
    for group in groups:
        for node in reading.children(group):
            if node.tag in GEN2_SUMMARY_LISTS:
                _row(reading, node, out, places)
            elif node.tag in GEN2_SUMMARY:
                _leaf(reading, node, GEN2_SUMMARY[node.tag], out, places)
            elif node.tag[:5] in _SEGMENTS and node.tag == node.tag[:5]:
                _segment(reading, node, out, places)
            else:
                reading.leftover(node)
    return out


_SEGMENTS: Final = frozenset(tag[:5] for tag in GEN2_SUMMARY)


def _segment(reading: Reading, segment: Node, out: Overview, places: Spots) -> None:
    for node in reading.children(segment):
        if node.tag in GEN2_SUMMARY_LISTS:
            _row(reading, node, out, places)
        elif node.tag in GEN2_SUMMARY and not node.children:
            _leaf(reading, node, GEN2_SUMMARY[node.tag], out, places)
        else:
            reading.leftover(node)


def _row(reading: Reading, row: Node, out: Overview, places: Spots) -> None:
    name, keys, names = GEN2_SUMMARY_LISTS[row.tag]
    nodes = {node.tag: node for node in row.children}
    codes = [nodes[key].text if key in nodes else "" for key in keys]
    head = ".".join((name, *codes))
    doubled = len(nodes) < len(row.children)
    if not row.children and not row.text:
        return
    if not all(codes) or doubled or head in places:
        reading.leftover(row)
        return
    for node in reading.children(row):
        if node.tag in keys:
            spot = head if node.tag == keys[-1] else f"{head}.{node.tag}"
            places[spot] = Place(path=node.path)
            _known(reading, node)
        elif node.tag in names and not node.children:
            _leaf(reading, node, f"{head}.{names[node.tag]}", out, places)
        else:
            reading.leftover(node)


def _leaf(reading: Reading, node: Node, name: str, out: Overview, places: Spots) -> None:
    if not node.text:
        return
    if name in out:
        reading.leftover(node)
        return
    value: int | str | None = node.text
    if node.tag[5] in "SJ":
        try:
            value = None if node.text == "--" else number_of(node.text)
        except ValueError:
            reading.leftover(node)
            return
    elif node.tag in _KEY_TABLES:
        _known(reading, node)
        value = (words("1021", node.text) or node.text) if node.tag == INSTITUTION else value
    out[name] = value
    places[name] = Place(path=node.path)


def _known(reading: Reading, node: Node) -> None:
    if words(_KEY_TABLES[node.tag], node.text) is None:
        reading.unknown(node)


def rows_of(summary: Mapping[str, int | str | None], name: str, keys: int) -> list[str]:
    """Return the keys of the rows that an overview has under a name, in their order."""
    found: dict[str, None] = {}
    for told in summary:
        parts = told.split(".")
        if parts[0] == name and len(parts) == keys + 2:
            found[".".join(parts[1:-1])] = None
    return list(found)
