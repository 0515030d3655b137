"""Readers kept apart: a child process with little memory, little time and no network.

A report comes from outside and is read by large libraries. The child gets bytes and gives back
JSON; whatever it does, the parent keeps its files, its time and its memory.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Final

from daihou import errors
from daihou.errors import DaihouError, ReportTooLarge, ReportUnreadable

MEGABYTE: Final = 1 << 20
START_SECONDS: Final = 60.0
"""A child that has not even started after so long is a fault of the machine, not of a file."""
KEPT_VARIABLES: Final = frozenset(
    ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")
)
"""What a child may know of the environment: no password and no key."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may take.

    ``seconds`` are of the wall clock for one task, ``memory_mb`` of address space; None for
    ``memory_mb`` is no limit. ``tasks`` is after how many tasks a child is replaced, so that what a
    library does not give back goes with it.
    """

    seconds: float = 5.0
    memory_mb: int | None = 800
    tasks: int = 250


class Child:
    """One reader process and the pipe to it."""

    def __init__(self, limits: Limits, module: str = "daihou.jobs.reader") -> None:
        self.limits = limits
        self.done = 0
        ours, theirs = Pipe()
        self.pipe: Connection[bytes, bytes] = ours
        environment = {k: v for k, v in os.environ.items() if k in KEPT_VARIABLES}
        # One thread each: a pool of children is the parallel part, and threads ask for memory.
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", module, str(theirs.fileno()),
             str(limits.memory_mb or 0)],
            pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._ready = False

    def send(self, task: Mapping[str, Any], files: Sequence[bytes]) -> None:
        """Give the child one task; its answer is fetched by ``answer``.

        Raises: ReportUnreadable when the child cannot be started.
        """
        if not self._ready:
            if not self.pipe.poll(START_SECONDS) or self._take() is None:
                raise self._ended()
            self._ready = True
        self.done += 1
        try:
            self.pipe.send_bytes(json.dumps({**task, "files": len(files)}).encode())
            for data in files:
                self.pipe.send_bytes(data)
        except OSError:
            raise self._ended() from None

    def answer(self, seconds: float | None = None) -> dict[str, Any]:
        """Return the answer to the task that was sent.

        Raises: the ReportError that the reader raised; ReportTooLarge when it took too long or too
        much memory; ReportUnreadable when it broke down.
        """
        allowed = self.limits.seconds if seconds is None else seconds
        if not self.pipe.poll(allowed):
            self.close()
            raise out_of_time(allowed)
        told = self._take()
        if told is None:
            raise self._ended()
        answer: dict[str, Any] = json.loads(told)
        if "error" in answer:
            raise _error_of(answer["error"])
        return answer

    @property
    def spent(self) -> bool:
        """Tell whether the child has to be replaced before its next task."""
        return self.done >= self.limits.tasks or self.process.poll() is not None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self.pipe.close()
        self.process.kill()
        self.process.wait()

    def _take(self) -> bytes | None:
        try:
            return self.pipe.recv_bytes()
        except (EOFError, OSError):
            return None

    def _ended(self) -> DaihouError:
        """Return why there is no answer, from how the process ended."""
        self.pipe.close()
        try:
            status = self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        named = signal.Signals(-status).name if status < 0 else f"status {status}"
        return ReportUnreadable(
            f"the reader broke down ({named})",
            why="the file is broken, or reading it takes more memory than is allowed",
            next_step="get the file again from where it came",
        )


def out_of_time(seconds: float) -> ReportTooLarge:
    """Return the refusal of a file that takes too long."""
    return ReportTooLarge(
        f"reading took longer than {seconds:g} seconds and was stopped",
        next_step="give it more with --seconds if you trust the file",
    )


def _error_of(told: Mapping[str, str]) -> DaihouError:
    """Return the error that a child met; only errors of our own tree are known by name."""
    kind = getattr(errors, str(told.get("kind")), None)
    known = isinstance(kind, type) and issubclass(kind, errors.ReportError)
    chosen: type[DaihouError] = kind if known and isinstance(kind, type) else ReportUnreadable
    return chosen(
        str(told["what"]), where=str(told["where"]), why=str(told["why"]),
        next_step=str(told["next_step"]),
    )  # fmt: skip
