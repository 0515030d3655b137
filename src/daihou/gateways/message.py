"""The bureau's messages: one header line, an XML body, and how a password is told (SM3).

Source: message envelope of the second generation (grade C); the header's message types D101
(request about a person) and D102 (answer); `ResultCode` AAA000 report, AAA001 no record. The two
headers of our HTTP exchange, ``Message-Key`` and ``Message-Deadline`` (whole Unix seconds, UTC),
are our own (grade M): the bureau's official interface was not found.

The exchange, which every adapter and the simulator keep to:

- ``POST /inquiries`` with a D101 message. 200: the answer (D102). 202: received, the answer comes
  later. 422: refused for good, with a result code, nothing was written into the person's file.
  400, 401, 403, 410, 413, 429, 503: not processed and never will be. Everything else, and
  silence: unknown.
- ``GET /inquiries/KEY``. 200, 202, 422 as above. 404: never received. A bureau does not process a
  message after its deadline, so 404 is final once the deadline has passed, and only then.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from daihou.errors import GatewayError

KEY_HEADER: Final = "Message-Key"
DEADLINE_HEADER: Final = "Message-Deadline"
REPORT, NO_RECORD = "AAA000", "AAA001"
MAX_REQUEST_BYTES: Final = 64 * 1024
_VERSION: Final = "B2.0.0"
_HEADER_LENGTH: Final = 80
_PLACE: Final = 14
_HEAD: Final = ("QueryOrgCode", "UserCode", "Password")
_ANSWER: Final = ("ResultCode", "ResultDesc", "ReportName", "ReportMessage")
_MSG: Final = ("OriginateOrgCode", "OriginateUserCode", "Name", "IDType", "IDNum", "QueryReason",
               "ServiceCode")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The header line: sender and receiver (14 characters each), time, type, running number."""

    sender: str
    receiver: str
    at: datetime
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Request:
    """One question about one person. ``password`` is the SM3 digest in hex, never the word."""

    head: Head
    org: str
    user: str
    password: str
    origin_org: str
    origin_user: str
    name: str
    id_type: str
    id_no: str
    reason: str
    service: str


def key_of(order_key: str) -> str:
    """Return the key that the bureau sees: 32 hex digits that tell nothing about the person."""
    return hashlib.sha256(order_key.encode()).hexdigest()[:32]


def sm3(password: str) -> str:
    """Return the SM3 digest (GB/T 32905) of a password in hex."""
    return hashlib.new("sm3", password.encode()).hexdigest()


def write_head(head: Head) -> str:
    """Return the header line, 80 characters."""
    if len(head.sender) != _PLACE or len(head.receiver) != _PLACE:
        raise GatewayError(
            f"sender and receiver are {_PLACE} characters each",
            where=f"{head.sender!r}, {head.receiver!r}", next_step="mend the bureau's settings",
        )  # fmt: skip
    line = (
        f"{_VERSION}{head.sender}{head.receiver}{head.at:%Y%m%d%H%M%S}{head.kind}"
        f"{head.at:%Y%m%d}{head.number:08d}"
    )
    return line.ljust(_HEADER_LENGTH, "0")


def read_head(line: str) -> Head:
    """Return what a header line says.

    Raises: GatewayError.
    """
    try:
        if len(line) not in range(78, 81) or not line.startswith(("A2.", "B2.")):
            raise ValueError("no header line")
        return Head(
            line[6:20], line[20:34], datetime.strptime(line[34:48], "%Y%m%d%H%M%S"), line[48:52],
            int(line[60:68]),
        )  # fmt: skip
    except ValueError as error:
        raise GatewayError(f"the message's first line is wrong: {error}") from error


def write_request(request: Request) -> bytes:
    """Return a request as a D101 message."""
    head = zip(_HEAD, (request.org, request.user, request.password), strict=True)
    message = (
        request.origin_org, request.origin_user, request.name, request.id_type, request.id_no,
        request.reason, request.service,
    )  # fmt: skip
    body = (
        f"<Document><Head>{_elements(head)}</Head>"
        f"<Msg>{_elements(zip(_MSG, message, strict=True))}</Msg></Document>"
    )
    return f"{write_head(request.head)}\r\n{body}".encode()


def read_request(data: bytes) -> Request:
    """Return the request in a D101 message.

    Raises: GatewayError for anything else; entities are not resolved, 64 KiB at the most.
    """
    if len(data) > MAX_REQUEST_BYTES:
        raise GatewayError(f"a request has at most {MAX_REQUEST_BYTES:,} bytes")
    first, _, body = data.partition(b"\r\n")
    try:
        head = read_head(first.decode("ascii"))
    except UnicodeDecodeError as error:
        raise GatewayError("the message's first line is not ASCII") from error
    if head.kind != "D101":
        raise GatewayError(f"message type {head.kind!r} is no request about a person")
    told = _texts(body)
    missing = [name for name in (*_HEAD, *_MSG) if name not in told]
    if missing:
        raise GatewayError(f"the request has no {', '.join(missing)}")
    return Request(head, *(told[name] for name in (*_HEAD, *_MSG)))


def write_answer(head: Head, result: str, told: str = "", report: bytes | None = None) -> bytes:
    """Return an answer as a D102 message; a report travels gzipped and in base64."""
    packed = "" if report is None else base64.encodebytes(gzip.compress(report, mtime=0)).decode()
    name = "report.xml" if packed else ""
    fields = zip(_ANSWER, (result, told, name, packed), strict=True)
    return f"{write_head(head)}\r\n<Document><Msg>{_elements(fields)}</Msg></Document>".encode()


def read_result(data: bytes) -> tuple[str, str]:
    """Return result code and description of an answer message, without looking at its report.

    Raises: GatewayError when it is no answer.
    """
    first, _, body = data.partition(b"\r\n")
    try:
        head = read_head(first.decode("ascii"))
    except UnicodeDecodeError as error:
        raise GatewayError("the message's first line is not ASCII") from error
    told = _texts(body) if head.kind == "D102" else {}
    if not told.get("ResultCode"):
        raise GatewayError("the message carries no result code")
    return told["ResultCode"], told.get("ResultDesc", "")


def _elements(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields)


def _texts(body: bytes) -> dict[str, str]:
    """Return the text of each leaf of a small XML body by its name."""
    if b"<!DOCTYPE" in body:
        raise GatewayError("the message's body declares a document type")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise GatewayError(f"the message's body is not XML: {error}") from error
    return {str(leaf.tag): leaf.text or "" for leaf in root.iter() if not len(leaf)}
