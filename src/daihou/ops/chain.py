"""Events in a hash chain: each carries the digest of the one before, so a changed row shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from django.db import connection, transaction

from daihou.ops.models import EventRow

FIRST: Final = "0" * 64
_LOCK: Final = 0x6461_6968_6F75
"""Number of the advisory lock that lets one writer at a time extend the chain (PostgreSQL)."""


def lock() -> None:
    """Let no other writer into the chain until the running transaction ends.

    Whoever locks orders takes this lock first: then two writers never wait for each other.
    """
    assert transaction.get_connection().in_atomic_block, "an event belongs to what it tells of"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def append(at: datetime, kind: str, subject: str, by: str, details: Mapping[str, object]) -> int:
    """Append one event inside the running transaction and return its number."""
    lock()
    last = EventRow.objects.order_by("-seq").values_list("seq", "digest").first() or (0, FIRST)
    row = EventRow(
        seq=last[0] + 1, at=at, kind=kind, subject=subject, by=by, details=dict(details),
        before=last[1],
    )  # fmt: skip
    row.digest = digest_of(row)
    row.save(force_insert=True)
    return int(row.seq)


def digest_of(row: EventRow) -> str:
    """Return the sha256 of an event together with the digest of the one before."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [row.seq, at, row.kind, row.subject, row.by, row.details, row.before]
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def first_break() -> int | None:
    """Return the number of the first event that is missing or was changed, None when none."""
    expected, before = 1, FIRST
    for row in EventRow.objects.order_by("seq").iterator(chunk_size=2000):
        if row.seq != expected or row.before != before or row.digest != digest_of(row):
            return expected
        expected, before = expected + 1, row.digest
    return None
