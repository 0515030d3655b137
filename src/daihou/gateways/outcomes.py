"""What can become of a message to the bureau, and what every way to reach a bureau can do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from daihou.errors import GatewayError, ReportError
from daihou.gateways.message import NO_RECORD, REPORT, read_result
from daihou.report.gen2.envelope import unpack

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
"""An answer longer than this is cut off and kept as one that cannot be read."""
_LONGEST_TOLD: Final = 200
_PERSONAL: Final = re.compile(r"[0-9][0-9Xx*]{5,}")
"""Runs of figures in the bureau's sentences: document and phone numbers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bureau answered: the look happened. ``problem`` tells why the bytes cannot be read."""

    data: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NoRecord:
    """The bureau answered that it knows nothing of the person; this too is an answer."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The bureau has the message; the answer comes later."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The bureau refused for good and wrote nothing into the person's file."""

    code: str
    told: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The message was not processed and never will be. This alone lets a key be sent again.

    ``retry_after`` in seconds, as the bureau wished. ``final``: it will never take this message.
    ``locked_out``: it does not let us in at all. ``unheard``: it knows nothing of the key, and the
    deadline has passed; of a key that it had acknowledged this is not believed.
    """

    why: str
    retry_after: float | None = None
    final: bool = False
    locked_out: bool = False
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows: silence, a cut line, a status that tells nothing. Never send again on this."""

    why: str
    retry_after: float | None = None


Outcome = Answer | NoRecord | Accepted | Refused | NotTaken | Lost


class Bureau(Protocol):
    """A way to reach a bureau; safe to use from several threads."""

    def send(self, request: bytes, key: str, deadline: datetime) -> Outcome:
        """Hand over one message, once; nothing in here tries a second time."""

    def ask(self, key: str, deadline: datetime) -> Outcome:
        """Return what the bureau says of a key. This is no inquiry and leaves no mark."""

    def close(self) -> None:
        """Let go of connections."""


def answer_of(data: bytes) -> Answer | NoRecord:
    """Return what the bytes of an answer are; bytes that cannot be read are still an answer."""
    try:
        result, told = read_result(data)
        if result == NO_RECORD:
            return NoRecord(data)
        if result != REPORT:
            return Answer(data, f"result code {sentence(result)}: {sentence(told)}")
        opened = unpack(data)
    except (GatewayError, ReportError) as error:
        return Answer(data, sentence(error.what) or error.code)
    return Answer(data, "" if opened.root is not None else "the answer carries no report")


def refusal_of(data: bytes, status: int) -> Refused:
    """Return the refusal that a message tells, else one named by its status."""
    try:
        result, told = read_result(data)
    except GatewayError:
        return Refused(str(status), "refused without a readable reason")
    return Refused(sentence(result), sentence(told))


def sentence(told: str) -> str:
    """Return a foreign sentence short, on one line, long numbers covered: fit for a log."""
    return _PERSONAL.sub("•••", " ".join(told.split()))[:_LONGEST_TOLD]
