"""The child process that reads reports: shuts itself in, then answers tasks until the pipe ends."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from daihou.errors import DaihouError, ReportTooLarge, ReportUnreadable
from daihou.jobs.telling import tell_of

FORBIDDEN: Final = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "pty.spawn", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.truncate", "os.kill",
)  # fmt: skip
"""Names of audit events (PEP 578) that no reader has a use for."""
PRELOADED: Final = ("lxml.etree", "pdfplumber", "pypdfium2")
"""Libraries that look at the machine while they are imported: before the doors close."""
WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


class ShutIn(PermissionError):
    """A reader tried what no reader has a use for."""


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise ShutIn for network, other programs, and files opened for writing."""
    if event.startswith(FORBIDDEN):
        raise ShutIn(event)
    if event == "open":
        path, flags = arguments[0], arguments[2]
        if isinstance(flags, int) and flags & WRITING and path != os.devnull:
            raise ShutIn("open for writing")


def shut_in(memory_mb: int) -> None:
    """Take away network, files to write and memory; there is no way back for this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the report
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if memory_mb:
        limit = memory_mb << 20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    sys.addaudithook(refuse)


def serve(pipe: Connection[bytes, bytes]) -> None:
    """Answer tasks until the parent closes the pipe."""
    pipe.send_bytes(b"ready")
    while True:
        try:
            task = json.loads(pipe.recv_bytes())
            files = [pipe.recv_bytes() for _ in range(task["files"])]
        except EOFError:
            return
        told = json.dumps(answer(task, files), ensure_ascii=False).encode("utf-8", "replace")
        del files
        pipe.send_bytes(told)
        del told
        gc.collect()


def answer(task: dict[str, Any], files: Sequence[bytes]) -> dict[str, Any]:
    """Return what is told of the files of a task, or the error that stood in the way."""
    try:
        return tell_of(task, files)
    except DaihouError as error:
        return {"error": _told(error)}
    except (MemoryError, RecursionError) as error:
        much = "memory" if isinstance(error, MemoryError) else "depth"
        return {"error": _told(ReportTooLarge(f"reading takes more {much} than is allowed"))}
    except Exception as error:  # noqa: BLE001 - the last door of this process
        return {"error": _told(_fault(error))}


def _told(error: DaihouError) -> dict[str, str]:
    return {
        "kind": type(error).__name__, "what": error.what, "where": error.where, "why": error.why,
        "next_step": error.next_step,
    }  # fmt: skip


def _fault(error: Exception) -> DaihouError:
    """Return a fault of a reader, by kind and line: its message may hold what the report says."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "daihou" in f.filename]
    lines = dict.fromkeys(f"{Path(f.filename).name}:{f.lineno}" for f in (*ours[-1:], last))
    return ReportUnreadable(
        f"a fault in the reader: {type(error).__name__} ({', '.join(lines)})",
        why="nothing of this file was kept",
        next_step="report it as a fault in Daihou, without the file if it is about a person",
    )


def main() -> None:
    """Serve on the pipe whose number is the first argument, within the memory of the second."""
    handle, memory_mb = int(sys.argv[1]), int(sys.argv[2])
    for name in PRELOADED:
        import_module(name)
    shut_in(memory_mb)
    serve(Connection(handle))


if __name__ == "__main__":
    main()
