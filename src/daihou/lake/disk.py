"""Durable steps on a file system: exclusive creation, syncing, hashing, one writer at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daihou.errors import DiskError, LakeError

CHUNK_BYTES = 1 << 20


@contextmanager
def disk_trouble(where: Path) -> Iterator[None]:
    """Turn a full or unwritable disk into a DiskError that says how much room is left."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as error:
        raise DiskError(
            f"{error.strerror or error}: {error.filename or where}",
            where=f"{where} ({free_text(where)})",
            why="nothing was published",
            next_step="make room or fix the permissions, then run the same command again",
        ) from error


def free_text(where: Path) -> str:
    """Return the free space of the disk under ``where``, for a message."""
    for folder in (where, *where.parents):
        if folder.exists():
            return f"{shutil.disk_usage(folder).free / 1e9:.2f} GB free"
    return "no such disk"


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the bytes of ``path`` durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def write_once(path: Path, text: str, scratch: Path) -> bool:
    """Write ``path`` whole and durable, or return False when the name is already taken.

    The text is synced under a scratch name and then linked: a link either appears complete or
    fails, so no reader ever sees half an entry and of two writers exactly one wins.
    """
    scratch.write_text(text, encoding="utf-8")
    sync_file(scratch)
    try:
        os.link(scratch, path)
    except FileExistsError:
        return False
    finally:
        scratch.unlink()
    sync_folder(path.parent)
    return True


@contextmanager
def one_writer(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock file ``path``; the system drops it when the process ends, however it ends.

    Raises: LakeError when another process still holds it after ``wait_seconds``.
    """
    with disk_trouble(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait_for(handle, path, wait_seconds)
        with disk_trouble(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
                raise LakeError(
                    f"another run is writing (process {holder})",
                    where=str(path),
                    why="two writers at once could land the same row twice",
                    next_step="wait until it has ended, then run the same command again",
                ) from None
            time.sleep(0.05)
