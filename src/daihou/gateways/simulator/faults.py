"""How the simulated bureau misbehaves: shares of slow, lost, late and garbled answers, seeded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from random import Random
from threading import Lock
from typing import Any, Final

from daihou.errors import GatewayError

_LONGEST_MS: Final = 600_000
_PACKED: Final = re.compile(rb"(<ReportMessage>)([^<]+)(</ReportMessage>)")


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong in which share of exchanges (0 to 1); all zero is a bureau that behaves.

    ``slow``: the answer waits ``slow_ms``. ``drop_before``: the connection is closed before
    anything is done. ``drop_after``: the look is written, then the connection is closed.
    ``later``: 202, the answer is there after ``later_ms``; with ``reorder`` after a random time up
    to four times as long, so that answers come out of order. ``garble``: the answer is cut, or its
    base64 or gzip is broken, or has garbage behind it. ``twice``: the answer stands twice in one
    body. ``refuse``: 429 or 503.
    """

    slow: float = 0.0
    slow_ms: int = 200
    drop_before: float = 0.0
    drop_after: float = 0.0
    later: float = 0.0
    later_ms: int = 500
    reorder: bool = False
    garble: float = 0.0
    twice: float = 0.0
    refuse: float = 0.0

    def changed(self, told: Mapping[str, Any]) -> Faults:
        """Return these faults with some of them set anew.

        Raises: GatewayError for a name that is no fault, or a value out of range.
        """
        known = {field.name: field.type for field in fields(self)}
        for name, value in told.items():
            right = name in known and _fits(name, value)
            if not right:
                raise GatewayError(
                    f"{name}={value!r} is no fault", where="faults of the simulated bureau",
                    next_step=f"use {', '.join(known)}; shares 0 to 1, milliseconds to"
                    f" {_LONGEST_MS:,}",
                )  # fmt: skip
        return replace(self, **told)


def _fits(name: str, value: object) -> bool:
    if name == "reorder":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if name.endswith("_ms"):
        return isinstance(value, int) and 0 <= value <= _LONGEST_MS
    return 0 <= value <= 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """What goes wrong in one exchange. Units: seconds; ``refuse`` is a status or None.

    ``later_s`` None is an answer at once; ``garble`` tells how, from 0 to 3.
    """

    slow_s: float
    refuse: int | None
    drop_before: bool
    drop_after: bool
    later_s: float | None
    garble: int | None
    twice: bool

    def spoil(self, body: bytes) -> bytes:
        """Return an answer as it goes over the wire."""
        if self.garble is not None:
            return _garbled(body, self.garble)
        return body + body if self.twice else body


class Dice:
    """Draws faults from a seeded generator; they can be changed while the server runs."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self._faults, self._random, self._lock = faults, Random(seed), Lock()

    def draw(self) -> Drawn:
        """Return what goes wrong next; every fault is drawn each time, so shares do not mix."""
        with self._lock:
            faults, random = self._faults, self._random
            shares = [random.random() for _ in range(9)]
        slow, refuse, which, before, after, later, wait, garble, twice = shares
        stretch = 4 * wait if faults.reorder else 1.0
        return Drawn(
            slow_s=faults.slow_ms / 1000 if slow < faults.slow else 0.0,
            refuse=(429 if which < 0.5 else 503) if refuse < faults.refuse else None,
            drop_before=before < faults.drop_before,
            drop_after=after < faults.drop_after,
            later_s=faults.later_ms / 1000 * stretch if later < faults.later else None,
            garble=int(which * 4) if garble < faults.garble else None,
            twice=twice < faults.twice,
        )

    def change(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Set some faults anew and return all of them.

        Raises: GatewayError for a name that is no fault, or a value out of range.
        """
        with self._lock:
            self._faults = self._faults.changed(told)
            return asdict(self._faults)


def _garbled(body: bytes, how: int) -> bytes:
    found = _PACKED.search(body)
    if how == 0 or (found is None and how < 3):
        return body[: len(body) * 2 // 3]
    if how == 3:
        return body + b"\x00\xff<Msg>garbage"
    assert found is not None
    if how == 1:
        packed = found[2][: len(found[2]) // 2] + b"!*?" + found[2][len(found[2]) // 2 + 2 :]
    else:
        packed = _broken_gzip(found[2])
    return body[: found.start(2)] + packed + body[found.end(2) :]


def _broken_gzip(packed: bytes) -> bytes:
    """Return good base64 of a gzip stream that is damaged in its middle and cut at its end."""
    try:
        raw = bytearray(base64.b64decode(packed))
    except binascii.Error:
        return packed[:-4]
    middle = len(raw) // 2
    raw[middle : middle + 8] = b"\x00" * 8
    return base64.encodebytes(bytes(raw[: len(raw) - 6]))
