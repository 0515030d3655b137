"""Many reports through a few children: in order, none lost, none in the way of the next."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final

from daihou.errors import DaihouError, NotFound, ReportUnreadable
from daihou.jobs.apart import Child, out_of_time
from daihou.jobs.look_log import LookLog, log_path
from daihou.jobs.read import ReadRequest, file_bytes

AHEAD: Final = 4
"""Reports in work or waiting for an earlier one, for each child: bounds memory, keeps order."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one file: what is told of it, or the problem; ``file`` is below the folder."""

    file: str
    sha256: str | None
    told: dict[str, Any] | None = None
    problem: DaihouError | None = None


@dataclass(slots=True)
class _Work:
    """One file that a child has in hand."""

    number: int
    path: Path
    sha256: str
    child: Child
    until: float
    allowed: float


def files_in(folder: Path) -> list[Path]:
    """Return everything below a folder that is no folder, by name; hidden names are left out.

    Raises: NotFound for no folder, or nothing in it.
    """
    if not folder.is_dir():
        raise NotFound("no such folder", where=str(folder))
    found: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=False):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place) / n for n in (*names, *links) if not n.startswith(".")]
    if not found:
        raise NotFound("no file in the folder", where=str(folder))
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def read_many(
    folder: Path, paths: Iterable[Path], request: ReadRequest, workers: int
) -> Iterator[BatchItem]:
    """Yield what became of every file, in the order given; each look is logged before its yield.

    A child that a file broke is replaced; the file is tried once more in a fresh child when others
    went through the broken one before, so that the outcome does not depend on the neighbours.
    """
    request.why.check()
    with LookLog(log_path(), request.why) as log:
        pool = _Pool(request, workers)
        try:
            for item in pool.ordered(folder, paths):
                if item.told is not None and item.sha256 is not None:
                    log.write(datetime.now(UTC), [item.sha256], request.shown)
                yield item
        finally:
            pool.close()


@dataclass(slots=True)
class _Pool:
    """Children, the files that they have in hand, and the outcomes that wait for their turn."""

    request: ReadRequest
    workers: int
    idle: list[Child] = field(default_factory=list)
    busy: list[_Work] = field(default_factory=list)
    done: dict[int, BatchItem] = field(default_factory=dict)

    def ordered(self, folder: Path, paths: Iterable[Path]) -> Iterator[BatchItem]:
        """Yield the outcomes in the order of the paths."""
        waiting = enumerate(paths)
        told, last, more = 0, -1, True
        while more or self.busy or self.done:
            while more and len(self.busy) < self.workers and last - told < AHEAD * self.workers:
                following = next(waiting, None)
                if more := following is not None:
                    last, path = following
                    self._begin(last, path, folder)
            if self.busy and told not in self.done:
                self._collect(folder)
            while told in self.done:
                yield self.done.pop(told)
                told += 1

    def close(self) -> None:
        """End every child."""
        for child in (*self.idle, *(work.child for work in self.busy)):
            child.close()

    def _begin(self, number: int, path: Path, folder: Path) -> None:
        try:
            data = file_bytes(path)
        except DaihouError as error:
            self.done[number] = BatchItem(_below(path, folder), None, problem=error)
            return
        digest = hashlib.sha256(data).hexdigest()
        child = self.idle.pop() if self.idle else Child(self.request.limits())
        allowed = self.request.seconds_for(len(data))
        try:
            child.send(self.request.task() | {"short": True}, [data])
        except DaihouError as error:
            child.close()
            self.done[number] = BatchItem(_below(path, folder), digest, problem=error)
            return
        until = time.monotonic() + allowed
        self.busy.append(_Work(number, path, digest, child, until, allowed))

    def _collect(self, folder: Path) -> None:
        """Wait until a child has answered or is out of time, and take what there is."""
        first = min(work.until for work in self.busy)
        left = max(0.0, first - time.monotonic())
        ready = wait([work.child.pipe for work in self.busy], left)
        now = time.monotonic()
        for work in list(self.busy):
            if work.child.pipe in ready or work.until <= now:
                self.busy.remove(work)
                self._finish(work, folder)

    def _finish(self, work: _Work, folder: Path) -> None:
        name, child, before = _below(work.path, folder), work.child, work.child.done
        told, problem = None, None
        try:
            told = child.answer(0)
        except DaihouError as error:
            problem = out_of_time(work.allowed) if child.pipe.closed and _late(work) else error
        broken = child.pipe.closed
        if broken or child.spent:
            child.close()
        else:
            self.idle.append(child)
        if broken and before > 1 and isinstance(problem, ReportUnreadable):
            self._begin(work.number, work.path, folder)
            return
        self.done[work.number] = BatchItem(name, work.sha256, told, problem)


def _late(work: _Work) -> bool:
    return work.until <= time.monotonic()


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
