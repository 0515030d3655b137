"""XML and JSON as one plain tree whose nodes know their path, within limits."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from daihou.errors import ReportTooLarge, ReportUnreadable

MAX_DEPTH: Final = 64
MAX_NODES: Final = 2_000_000
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_NO_DOCTYPE: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.I)
WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_BROKEN: Final = "ask the institution for the file again, whole"


@dataclass(slots=True)
class Node:
    """One element: its name, its path, its own text (stripped), its children in their order.

    Not frozen, and no tuple: a report has thousands, and these are made in a third of the time.
    """

    tag: str
    path: str
    text: str
    children: tuple[Node, ...] = ()

    def child(self, tag: str) -> Node | None:
        """Return the first child of that name."""
        return next((node for node in self.children if node.tag == tag), None)


def text_of(data: bytes, name: str = "") -> str:
    """Return the text of bytes in UTF-8 or GB18030, whatever a declaration claims.

    Strict UTF-8 is tried first: Chinese text in GB18030 hardly ever is valid UTF-8.
    Raises: ReportUnreadable.
    """
    for encoding in ("utf-16",) if data[:2] in WIDE else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
    raise ReportUnreadable("the text is neither UTF-8 nor GB18030", where=name, next_step=_BROKEN)


def tree_of_xml(text: str, name: str = "") -> tuple[Node, tuple[tuple[str, str], ...]]:
    """Return the tree of an XML text, and its attributes as (path, text): none is expected.

    Entities, DTDs and the network are off; a document type is refused outright.
    Raises: ReportUnreadable, ReportTooLarge.
    """
    if _NO_DOCTYPE.search(text):
        raise ReportUnreadable("a report carries no document type and no entities", where=name)
    if text.count("<") - text.count("</") > MAX_NODES:
        raise ReportTooLarge(f"more than {MAX_NODES:,} elements", where=name)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as fault:
        if "depth" in str(fault).lower():
            raise ReportTooLarge(f"nested deeper than {MAX_DEPTH}", where=name) from None
        raise ReportUnreadable(
            f"the XML is broken: {fault}", where=name, next_step=_BROKEN
        ) from None
    tag = _local(root)
    owners: Any = root.xpath("//*[@*]")
    attributes = tuple(
        (_path_of(owner), f"@{key}={told}") for owner in owners for key, told in owner.items()
    )
    return _of_element(root, tag, f"/{tag}", 1), attributes


def _local(element: Any) -> str:
    tag: str = element.tag
    return tag.rpartition("}")[2] if tag[0] == "{" else tag


def _path_of(element: Any) -> str:
    path = element.getroottree().getelementpath(element)
    return f"/{_local(element.getroottree().getroot())}/{path}".removesuffix("/.")


def _of_element(element: Any, tag: str, path: str, depth: int) -> Node:
    text = (element.text or "").strip()
    inner = list(element)
    if inner and depth >= MAX_DEPTH:
        raise ReportTooLarge(f"nested deeper than {MAX_DEPTH}")
    tags = [_local(child) for child in inner]
    many = _repeated(tags)
    children = []
    for child, child_tag in zip(inner, tags, strict=True):
        where = f"{path}/{child_tag}"
        if child_tag in many:
            many[child_tag] += 1
            where = f"{where}[{many[child_tag]}]"
        if len(child):
            children.append(_of_element(child, child_tag, where, depth + 1))
        else:  # most elements are leaves, and a call for each would be felt
            children.append(Node(child_tag, where, (child.text or "").strip()))
        tail = child.tail
        if tail and not tail.isspace():
            text += tail.strip()
    return Node(tag, path, text, tuple(children))


def _repeated(tags: list[str]) -> dict[str, int]:
    """Return a counter from zero for every name that stands more than once."""
    if len(set(tags)) == len(tags):
        return {}
    return {tag: 0 for tag, times in Counter(tags).items() if times > 1}


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all its pairs, a name that stands twice included."""


def tree_of_json(text: str, name: str = "") -> Node:
    """Return the tree of a JSON text under a root ``Document``: same paths as those of XML.

    Raises: ReportUnreadable, ReportTooLarge.
    """
    if text.count(",") + text.count(":") > MAX_NODES:
        raise ReportTooLarge(f"more than {MAX_NODES:,} values", where=name)
    try:
        value = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str
        )
    except RecursionError:
        raise ReportTooLarge(f"nested deeper than {MAX_DEPTH}", where=name) from None
    except ValueError as fault:
        raise ReportUnreadable(
            f"the JSON is broken: {fault}", where=name, next_step=_BROKEN
        ) from None
    return _of_value(value, "Document", "/Document", 1)


def _of_value(value: Any, tag: str, path: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise ReportTooLarge(f"nested deeper than {MAX_DEPTH}")
    if not isinstance(value, list):
        told = "" if value is None else str(value).strip()
        return Node(tag, path, told.encode("utf-8", "replace").decode())
    if not isinstance(value, _Pairs):
        value = [("item", item) for item in value]
    flat = [
        (str(key), item)
        for key, told in value
        for item in (told if isinstance(told, list) and not isinstance(told, _Pairs) else [told])
    ]
    many = _repeated([key for key, _ in flat])
    children = []
    for raw_key, item in flat:
        key = raw_key.encode("utf-8", "replace").decode()
        where = f"{path}/{key}"
        if raw_key in many:
            many[raw_key] += 1
            where = f"{where}[{many[raw_key]}]"
        children.append(_of_value(item, key, where, depth + 1))
    return Node(tag, path, "", tuple(children))
