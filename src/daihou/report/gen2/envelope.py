"""What a second-generation report travels in: header, signature, base64, gzip, envelope."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final, NamedTuple

from daihou.errors import ReportTooLarge, ReportUnreadable
from daihou.report.gen2.tree import WIDE, Node, text_of, tree_of_json, tree_of_xml

MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_LAYERS: Final = 6
_HEADER: Final = re.compile(rb"\s*[AB]\d\.\d\.\d[!-~ ]{24,90}")
_BODY: Final = re.compile(rb'<|\{\s*"|\[\s*\{')
_SIGNATURE: Final = re.compile(rb"\{S:[^{}]{0,100000}:S\}[\s\x00]*\Z")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]{64,}\Z")
_GZIP: Final = b"\x1f\x8b"
_UNITS: Final = """
    PRH PIM PMM PRM POM PSM PCO PNO PPO PQO PDA PCA PCR PND POT PCJ PCE PAP PHF PBS PPQ PAH POS
    POQ"""
UNITS: Final = frozenset(_UNITS.split())
"""Units (信息单元) of a report, children of its root."""


class Opened(NamedTuple):
    """The tree of a report, or None with the result code of an answer that carries none.

    ``strays`` are (path, text) of what stands in the file outside the report's elements.
    """

    root: Node | None
    result: str = ""
    strays: tuple[tuple[str, str], ...] = ()


def inflate(data: bytes, name: str = "") -> bytes:
    """Return what gzip packed, stopping as soon as it grows over the limit.

    Raises: ReportTooLarge, ReportUnreadable.
    """
    out = b""
    while data[:2] == _GZIP:
        packed = zlib.decompressobj(wbits=31)
        try:
            out += packed.decompress(data, MAX_BYTES + 1 - len(out))
        except zlib.error as fault:
            raise ReportUnreadable(f"the gzip data is broken: {fault}", where=name) from None
        if len(out) > MAX_BYTES:
            raise ReportTooLarge(f"unpacks to more than {MAX_BYTES:,} bytes", where=name)
        if not packed.eof:
            raise ReportUnreadable("the gzip data is cut off", where=name)
        data = packed.unused_data
    return out


def bare(data: bytes) -> bytes:
    """Return the body of a message without byte order mark, message header and signature."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if _HEADER.match(data):
        body = _BODY.search(data)
        data = data[body.start() if body else data.find(b"\n") + 1 :]
    return _SIGNATURE.sub(b"", data).strip(b" \t\r\n\x00")


def unpack(data: bytes, name: str = "") -> Opened:
    """Return the report inside all its wrappings.

    Raises: ReportUnreadable, ReportTooLarge.
    """
    strays: list[tuple[str, str]] = []
    for _ in range(_MAX_LAYERS):
        if len(data) > MAX_BYTES:
            raise ReportTooLarge(f"more than {MAX_BYTES:,} bytes", where=name)
        if data[:2] == _GZIP:
            data = inflate(data, name)
            continue
        data = bare(text_of(data, name).encode() if data[:2] in WIDE else data)
        if _BASE64.match(data):
            data = _decoded(data, name)
            continue
        root, found = _tree(text_of(data, name), name)
        strays += found
        report = _find(root, UNITS)
        if report is not None:
            return Opened(report, strays=tuple(strays))
        message = _find(root, frozenset({"ResultCode", "ReportMessage"}))
        if message is None:
            break
        code, body = message.child("ResultCode"), message.child("ReportMessage")
        if body is None or not body.text:
            return Opened(None, code.text if code else "", tuple(strays))
        data = body.text.encode() if body.text[:1] in "<{" else _decoded(body.text.encode(), name)
    raise ReportUnreadable(
        "this is no report of the second generation",
        where=name,
        next_step="give the answer of the bureau's interface, or the XML or JSON inside it",
    )


def _decoded(data: bytes, name: str) -> bytes:
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error as fault:
        raise ReportUnreadable(f"the base64 text is broken: {fault}", where=name) from None


def _tree(text: str, name: str) -> tuple[Node, tuple[tuple[str, str], ...]]:
    told = text.lstrip()
    if told[:1] == "<":
        return tree_of_xml(told, name)
    if told[:1] in ("{", "["):
        return tree_of_json(told, name), ()
    raise ReportUnreadable("this is neither XML nor JSON", where=name)


def _find(root: Node, tags: frozenset[str]) -> Node | None:
    """Return the node nearest to the root that has a child of such a name."""
    level = [root]
    for _ in range(5):
        for node in level:
            if any(child.tag in tags for child in node.children):
                return node
        level = [child for node in level for child in node.children]
    return None


_MARKS: Final = re.compile(
    rb"<(?:\w+:)?(?:Document|ReportMessage|ResultCode|PRH)\b"
    rb'|"(?:PRH|PDA|Document|ReportMessage|ResultCode)"\s*:'
)


def sniff_gen2(data: bytes) -> bool:
    """Return whether bytes look like such a report, by their beginning alone."""
    head = data[: 64 * 1024]
    if head[:2] in WIDE:
        head = head.replace(b"\x00", b"")
    if head[:2] == _GZIP:
        head = zlib_head(head)
    if _HEADER.match(head.removeprefix(b"\xef\xbb\xbf")) or _MARKS.search(head):
        return True
    body = bare(head)
    if not _BASE64.match(body):
        return False
    plain = b"".join(body.split())
    try:
        inner = base64.b64decode(plain[: len(plain) // 4 * 4])
    except binascii.Error:
        return False
    inner = zlib_head(inner) if inner[:2] == _GZIP else inner
    return _MARKS.search(inner) is not None


def zlib_head(data: bytes) -> bytes:
    """Return the first unpacked bytes of cut gzip data, none when it is broken."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 64 * 1024)
    except zlib.error:
        return b""
