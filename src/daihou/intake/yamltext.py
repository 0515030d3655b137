"""YAML as people write it: every scalar kept as its own text, with the line it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from daihou.errors import MappingError

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 20
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """A document: plain values, and the line (from 1) of each path into them."""

    values: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of ``path``, or of the nearest thing around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(text: str, where: str) -> Document:
    """Return the document in ``text``; scalars stay text, so codes like ``01`` or ``no`` survive.

    Raises: MappingError when it is not YAML, repeats a key, or uses anchors (they can explode).
    """
    if len(text) > MAX_CHARACTERS:
        raise MappingError("the mapping is too long", [f"over {MAX_CHARACTERS} signs"], where=where)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise MappingError(
            "this is not YAML", [f"{line}{getattr(error, 'problem', None) or error}"], where=where
        ) from error
    except RecursionError as error:
        raise MappingError("this is nested too deep", ["over 20 levels"], where=where) from error
    reader = _Reader()
    values = reader.plain(node, ()) if node is not None else None
    if reader.problems:
        raise MappingError("the mapping cannot be read", reader.problems, where=where)
    return Document(values, reader.lines)


class _Reader:
    """Walks the nodes once, remembering lines and problems."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.lines: dict[Path, int] = {}
        self._seen: set[int] = set()

    def plain(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self._seen or len(path) > MAX_DEPTH:
            self.problems.append(f"line {line}: no references (*name), and at most 20 levels")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*path, n)) for n, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        is_null = node.tag == "tag:yaml.org,2002:null"
        return None if is_null else node.value

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(f"line {line}: a key must be one word")
            elif key.value in result:
                self.problems.append(f"line {line}: key {key.value!r} is written twice")
            else:
                self.lines[*path, key.value] = line
                result[key.value] = self.plain(value, (*path, key.value))
        return result
