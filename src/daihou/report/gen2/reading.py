"""Takes nodes apart by the layout and gathers values, places, and all that was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from daihou.report.gen2.layout import Leaf, Rows, Segment
from daihou.report.gen2.tree import Node
from daihou.report.gen2.values import is_known, value_of
from daihou.report.model import MonthState, Unmatched
from daihou.report.values import Place

Values = dict[str, Any]
Spots = dict[str, Place]
_LITERAL_BREAKS: Final = frozenset({"\\r\\n", "\\n", "\\r"})
"""Line breaks that some senders write out as letters."""


class Reading:
    """One report being read: what no value could be made of is kept here, never dropped."""

    def __init__(self) -> None:
        self.unmatched: list[Unmatched] = []
        self.unknown_codes: list[str] = []
        self.miscounted: list[str] = []

    def keep(self, path: str, text: str) -> None:
        """Keep a text that has no room in the model."""
        self.unmatched.append(Unmatched(None, text, path))

    def leftover(self, node: Node) -> None:
        """Keep every text under a node."""
        if node.text and node.text not in _LITERAL_BREAKS:
            self.keep(node.path, f"{node.tag}: {node.text}")
        for child in node.children:
            self.leftover(child)

    def children(self, node: Node) -> tuple[Node, ...]:
        """Return the children of a node, keeping the text that stands between them."""
        if node.text and node.text not in _LITERAL_BREAKS:
            self.keep(node.path, node.text)
        return node.children

    def unknown(self, node: Node) -> None:
        """Note a code that its table does not have; the code itself stays in the model."""
        self.unknown_codes.append(f"{node.path} {node.text}")

    def take(self, node: Node, segment: Segment, places: Spots, prefix: str = "") -> Values:
        """Return the values of one segment by their names in the model."""
        rows = segment.rows
        if rows is None:
            return self._leaves(self.children(node), segment.leaves, places, prefix)
        items, counters, others = [], [], []
        for child in self.children(node):
            if child.tag == rows.element:
                items.append(child)
            elif child.tag == rows.counter:
                counters.append(child)
            else:
                others.append(child)
        values = self._leaves(others, segment.leaves, places, prefix)
        values[rows.name] = self._rows(rows, items, places, prefix)
        for counter in counters:
            places.setdefault(prefix + rows.name, Place(path=counter.path))
            if counter.text not in ("", str(len(items))):
                self.miscounted.append(f"{counter.path} says {counter.text}, {len(items)} follow")
                self.leftover(counter)
        return values

    def _leaves(
        self, nodes: Iterable[Node], leaves: Mapping[str, Leaf], places: Spots, prefix: str
    ) -> Values:
        values: Values = {}
        for node in nodes:
            leaf = leaves.get(node.tag)
            if leaf is None or node.children:
                self.leftover(node)
                continue
            text = node.text
            if not text:
                continue
            try:
                value = value_of(leaf, text)
            except ValueError:
                self.leftover(node)
                continue
            if leaf.table and not is_known(leaf, text):
                self.unknown(node)
            name = leaf.name
            if name not in values:
                values[name] = value
                places[prefix + name] = Place(None, None, node.path)
            elif values[name] != value:
                self.leftover(node)
        return values

    def _rows(
        self, rows: Rows, items: Iterable[Node], places: Spots, prefix: str
    ) -> tuple[Any, ...]:
        made: list[tuple[Any, Spots]] = []
        monthly = rows.record is MonthState
        for item in items:
            spots: Spots = {}
            values = self._leaves(self.children(item), rows.leaves, spots, "")
            if monthly and values.get("month") is None:
                self.leftover(item)
            elif values:
                for name, default in rows.needed.items():
                    values.setdefault(name, default)
                made.append((rows.record(**values), spots))
        if monthly:
            made.sort(key=lambda pair: pair[0].month, reverse=True)
        for at, (_, spots) in enumerate(made):
            head = f"{prefix}{rows.name}.{at}."
            for name, place in spots.items():
                places[head + name] = place
        return tuple(record for record, _ in made)

    def group(
        self, node: Node, layout: Mapping[str, Segment], places: Spots
    ) -> Mapping[str, Values]:
        """Return the values of each segment of a group; a segment that comes twice is kept."""
        taken: dict[str, Values] = {}
        for child in self.children(node):
            segment = layout.get(child.tag)
            if segment is None or child.tag in taken:
                self.leftover(child)
            else:
                taken[child.tag] = self.take(child, segment, places)
        return taken
