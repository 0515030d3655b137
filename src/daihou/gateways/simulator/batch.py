"""The simulated bureau on folders: request files in, answer files out, each line once.

A file is UTF-8. Its first line is an ``A2.0.0`` header, then one line of JSON a message: of a
request ``key``, ``deadline`` (seconds since 1970) and ``message`` (base64 of the D101 message), of
an answer ``key``, ``status`` and ``message`` (base64 of the D102 message). Files appear whole:
they are written under a name that ends in ``.part`` and then renamed.
Source: header of batch files (grade C); the frame is our own (grade M).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from daihou.errors import GatewayError
from daihou.gateways.message import Head, read_head, write_head
from daihou.gateways.simulator.bureau import Bureau, Posted, Reply
from daihou.gateways.simulator.rules import Refusal

REQUESTS, ANSWERS, DONE = "requests", "answers", "done"
LARGEST_FILE: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files come and go, below one folder."""

    root: Path

    def made(self) -> Folders:
        """Make the folders and return these."""
        for name in (REQUESTS, ANSWERS, DONE):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        return self

    def waiting(self) -> list[Path]:
        """Return request files that are whole, by name."""
        return sorted(path for path in (self.root / REQUESTS).glob("*.req") if path.is_file())


def work_through(bureau: Bureau, folders: Folders) -> int:
    """Process every waiting request file and return how many there were.

    A file that was half processed when the process was killed is gone through again: lines already
    in the ledger keep the answer they had, so each line makes one look.
    """
    files = folders.waiting()
    for path in files:
        lines = _answers(bureau, path)
        target = folders.root / ANSWERS / f"{path.stem}.ans"
        part = target.with_name(target.name + ".part")
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        path.replace(folders.root / DONE / path.name)
    return len(files)


def _answers(bureau: Bureau, path: Path) -> list[str]:
    """Return the lines of the answer file of one request file."""
    if path.stat().st_size > LARGEST_FILE:
        return [*_head_line(None), _line(None, bureau.refused(Refusal.LARGE))]
    first, *lines = path.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    try:
        head = read_head(first)
    except GatewayError:
        head = None
    if head is None or not first.startswith("A2."):
        return [*_head_line(None), _line(None, bureau.refused(Refusal.MALFORMED))]
    answered = [
        _one(bureau, f"{path.name}:{no}", line)
        for no, line in enumerate(lines, start=1)
        if line.strip()
    ]
    return [*_head_line(head), *answered]


def _head_line(head: Head | None) -> list[str]:
    """Return the first line of an answer file: sender and receiver change places."""
    if head is None:
        return [f"A{write_head(Head('0' * 14, '0' * 14, datetime(2000, 1, 1), 'D102', 0))[1:]}"]
    back = Head(head.receiver, head.sender, head.at, "D102", head.number)
    return [f"A{write_head(back)[1:]}"]


def _one(bureau: Bureau, source: str, line: str) -> str:
    """Return the answer line to one request line, from the ledger when it is there already."""
    try:
        told = json.loads(line)
        key, deadline = str(told["key"]), str(told["deadline"])
        data = base64.b64decode(told["message"], validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error):
        return _line(None, bureau.refused(Refusal.MALFORMED))
    before = bureau.ledger.from_source(source)
    if before is not None:
        return _line(key, Reply(before.status, before.answer or b""))
    return _line(key, bureau.take(Posted(data, key, deadline, source=source)))


def _line(key: str | None, reply: Reply) -> str:
    message = base64.b64encode(reply.body).decode()
    return json.dumps({"key": key, "status": reply.status, "message": message})
