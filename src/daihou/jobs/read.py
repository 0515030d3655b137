"""Read credit reports: open files with care, log the look, let a child do the reading."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from daihou.errors import NotFound, ReportTooLarge, ReportUnreadable
from daihou.jobs.apart import MEGABYTE, Child, Limits
from daihou.jobs.look_log import MASKED, LookLog, Why, log_path

LARGEST_FILE: Final = 64 * MEGABYTE
OCR_SECONDS: Final = 300.0
OCR_MEMORY_MB: Final = 6_000
SECONDS_PER_MEGABYTE: Final = 20.0
"""A long ruled report is some 100 kB and takes seconds: time grows with the file."""


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """How to read, and what of it may be shown.

    ``seconds`` is the wall limit for one file, by default from its size. ``shown`` goes into the
    log: what is made of the report.
    """

    password: str | None = None
    ocr: bool = False
    seconds: float | None = None
    why: Why = MASKED
    shown: tuple[str, ...] = ("terminal",)

    def limits(self) -> Limits:
        """Return what a child may take."""
        return Limits(memory_mb=OCR_MEMORY_MB) if self.ocr else Limits()

    def seconds_for(self, size: int) -> float:
        """Return how long files of so many bytes together may take."""
        if self.seconds is not None:
            return self.seconds
        base = OCR_SECONDS if self.ocr else Limits().seconds
        return base + SECONDS_PER_MEGABYTE * size / MEGABYTE

    def task(self) -> dict[str, Any]:
        """Return the task as the child gets it."""
        return {
            "password": self.password, "ocr": self.ocr, "masked": not self.why.unmask,
            "today": datetime.now(UTC).date().isoformat(),
        }  # fmt: skip


def read_apart(paths: Sequence[Path], request: ReadRequest) -> dict[str, Any]:
    """Return what is told of the first file, compared with the second where there is one.

    Raises: ReportError for a file that cannot be read; DiskError when the look cannot be logged.
    """
    request.why.check()
    files = [file_bytes(path) for path in paths]
    hashes = [hashlib.sha256(data).hexdigest() for data in files]
    child = Child(request.limits())
    try:
        with LookLog(log_path(), request.why) as log:
            log.write(datetime.now(UTC), hashes, request.shown)
        child.send(request.task(), files)
        told = child.answer(request.seconds_for(sum(len(data) for data in files)))
    finally:
        child.close()
    told["sha256"] = hashes[0]
    return told


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a plain file; no link is followed and nothing is waited for.

    Raises: NotFound; ReportUnreadable for what is no plain file, is empty or cannot be opened;
    ReportTooLarge.
    """
    where = str(path)
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFound("no such file", where=where) from None
    except ValueError:
        raise ReportUnreadable("not a name that a file can have") from None
    except OSError as error:
        link = error.errno == errno.ELOOP
        raise ReportUnreadable(
            "a symbolic link" if link else f"cannot be opened: {error.strerror}", where=where,
            next_step="give the file itself" if link else "look at its owner and permissions",
        ) from None  # fmt: skip
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise ReportUnreadable(
                "a folder", where=where, next_step="read a folder into a file: add --out FILE.jsonl"
            )
        if not stat.S_ISREG(mode):
            raise ReportUnreadable("not a plain file", where=where, next_step="give a file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(LARGEST_FILE + 1)
    finally:
        os.close(handle)
    if not data:
        raise ReportUnreadable("the file is empty", where=where, next_step="download it again")
    if len(data) > LARGEST_FILE:
        raise ReportTooLarge(
            f"larger than {LARGEST_FILE // MEGABYTE} MB", where=where,
            why="no credit report is", next_step="give the report itself",
        )  # fmt: skip
    return data
