"""Reaches a bureau through folders: requests are left there, answers appear beside them.

A request file (``requests/*.req``) has a header line of version A2.0.0 and one line of JSON a
message: key, deadline (Unix seconds), message (base64 of the D101 message). The bureau moves what
it has processed to ``done/`` and writes ``answers/*.ans``: a header line, then key, status,
message (base64 of the D102 message). Files appear whole: written as ``.part``, then renamed.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from daihou.gateways.message import Head, write_head
from daihou.gateways.outcomes import (
    MAX_ANSWER_BYTES,
    Accepted,
    Answer,
    Lost,
    NotTaken,
    Outcome,
    answer_of,
    refusal_of,
)
from daihou.gateways.settings import BureauSettings
from daihou.lake.disk import sync_folder

REQUESTS, DONE, ANSWERS = "requests", "done", "answers"
_NEVER: Final = frozenset({400, 413})
_LOCKED_OUT: Final = frozenset({401, 403})
_NOT_TAKEN: Final = frozenset({400, 401, 403, 410, 413, 429, 503})


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file: its key, its status (answers only), where it stands."""

    key: str
    status: int
    file: Path
    number: int


class _Folder:
    """The lines of a folder's files by key; a file is read once, for it never changes."""

    def __init__(self, path: Path, ending: str) -> None:
        self._path, self._ending = path, ending
        self._files: dict[str, list[_Line]] = {}
        self._by_key: dict[str, list[_Line]] = {}
        self._lock = threading.Lock()

    def lines(self, key: str) -> list[_Line]:
        """Return the lines of a key in the files that are there now."""
        with self._lock:
            there = {p.name: p for p in self._path.iterdir() if p.name.endswith(self._ending)}
            for gone in self._files.keys() - there.keys():
                for line in self._files.pop(gone):
                    self._by_key[line.key].remove(line)
            for name in sorted(there.keys() - self._files.keys()):
                try:
                    read = list(_read_lines(there[name]))
                except FileNotFoundError:
                    continue  # moved on since the folder was listed; it is found where it went
                self._files[name] = read
                for line in read:
                    self._by_key.setdefault(line.key, []).append(line)
            return list(self._by_key.get(key, ()))


def _read_lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        for number, text in enumerate(file):
            told = _json_of(text) if number else {}
            key, status = told.get("key"), told.get("status", 0)
            if isinstance(key, str) and isinstance(status, int):
                yield _Line(key, status, path, number)


def _json_of(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:  # a broken line: its key stays without an answer, which is told
        return {}
    return told if isinstance(told, dict) else {}


class FileBureau:
    """The bureau behind a folder of exchange; safe to use from several threads and processes."""

    def __init__(self, settings: BureauSettings, root: Path, now: Callable[[], datetime]) -> None:
        assert settings.folder is not None, "the settings were checked"
        self._root = root / settings.folder
        for name in (REQUESTS, DONE, ANSWERS):
            (self._root / name).mkdir(parents=True, exist_ok=True)
        self._settings, self._now = settings, now
        self._requests = _Folder(self._root / REQUESTS, ".req")
        self._done = _Folder(self._root / DONE, ".req")
        self._answers = _Folder(self._root / ANSWERS, ".ans")

    def send(self, request: bytes, key: str, deadline: datetime) -> Outcome:
        """Leave one message in the folder; it appears whole or not at all."""
        void_at = int(deadline.timestamp())
        head = Head(self._settings.sender, self._settings.receiver, self._now(), "D101", 1)
        line = {"key": key, "deadline": void_at, "message": base64.b64encode(request).decode()}
        target = self._root / REQUESTS / f"{key}-{void_at}.req"
        part = target.with_suffix(".part")
        if target.exists():
            return Lost("a file of this key and deadline is there already")
        try:
            with part.open("xb") as file:
                file.write(f"A2{write_head(head)[2:]}\n{json.dumps(line)}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return NotTaken(f"no file could be written: {error.strerror or type(error).__name__}")
        try:
            part.rename(target)
            sync_folder(target.parent)
        except OSError as error:
            return Lost(f"the file may be there or not: {error.strerror or type(error).__name__}")
        return Accepted()

    def ask(self, key: str, deadline: datetime) -> Outcome:
        """Return what the folders say of a key.

        Answers are looked at first, so that no request is missed that a refusal could be taken
        for; requests before done, for files move that way.
        """
        asked_at, answers = self._now(), self._answers.lines(key)
        left = [*self._requests.lines(key), *self._done.lines(key)]
        for wanted in (200, 422):
            for line in answers:
                if line.status == wanted:
                    return self._answer(line)
        refused = [line.status for line in answers if line.status in _NOT_TAKEN]
        if refused and len(refused) >= len(left):
            worst = min(refused)
            return NotTaken(
                f"status {worst}", final=worst in _NEVER, locked_out=worst in _LOCKED_OUT
            )
        if left:
            return Accepted()
        void_at = deadline + timedelta(seconds=self._settings.skew_seconds)
        if asked_at > void_at:
            return NotTaken("no file carries its key, and its deadline has passed", unheard=True)
        return Lost("no file carries its key so far", (void_at - asked_at).total_seconds() + 0.1)

    def close(self) -> None:
        """Let go of nothing: no file is kept open."""

    def _answer(self, line: _Line) -> Outcome:
        with line.file.open("rb") as file:
            text = next(text for number, text in enumerate(file) if number == line.number)
        packed = _json_of(text).get("message")
        try:
            data = base64.b64decode(packed if isinstance(packed, str) else "", validate=True)
        except (binascii.Error, ValueError):
            if line.status == 422:
                return refusal_of(b"", line.status)
            return Answer(text[:MAX_ANSWER_BYTES], "the base64 text of the answer is broken")
        if line.status == 422:
            return refusal_of(data, line.status)
        if len(data) > MAX_ANSWER_BYTES:
            return Answer(data[:MAX_ANSWER_BYTES], "too long, cut off")
        return answer_of(data)
