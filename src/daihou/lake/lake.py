"""One lake: open it, read which files are live, and publish several tables in one atomic step."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from daihou.errors import HomeError, LakeError
from daihou.lake import disk
from daihou.lake.entry import Area, DataFile, Entry, EntryKind, StagedFile
from daihou.lake.log import DIGITS, Log
from daihou.lake.state import State, fold

STALE_AFTER = timedelta(hours=1)
LOCKED = "locked-"
"""Begins the name of a scratch folder made under the writing lock."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant of a first entry whose maker gave none."""
GLOB_SIGNS = frozenset("*?[]")


class Lake:
    """A folder of immutable Parquet files and the log that says which of them are published.

    Reading takes no lock: it sees the state at the last ``refresh``. Writers hold ``writer()``.
    """

    def __init__(self, root: Path, log: Log, state: State) -> None:
        self.root = root
        self._log = log
        self._state = state
        self._writing = False

    @classmethod
    def create(cls, root: Path, at: datetime = EPOCH) -> Lake:
        """Return a new, empty lake in ``root`` (the folder is made).

        Raises: HomeError when there is one already, or the path holds signs that file patterns use.
        """
        _refuse_patterns(root)
        log = Log(root / "_log")
        if log.exists():
            raise HomeError("there is a lake already", where=str(root), next_step="open it")
        with disk.disk_trouble(root):
            log.folder.mkdir(parents=True, exist_ok=True)
            (root / "_staging").mkdir(exist_ok=True)
        log.append(Entry(0, EntryKind.CREATED, at))
        return cls.open(root)

    @classmethod
    def open(cls, root: Path) -> Lake:
        """Return the lake in ``root`` as it stands now.

        Raises: HomeError when there is none, or its path holds signs that file patterns use.
        """
        _refuse_patterns(root)
        log = Log(root / "_log")
        if not log.exists():
            raise HomeError(
                "no lake here", where=str(root), why="its log has no first entry",
                next_step="make a home with `daihou init HOME`, or give the right one with --home",
            )  # fmt: skip
        return cls(root, log, log.state())

    @property
    def version(self) -> int:
        """Return the number of the newest entry seen."""
        return self._state.version

    def refresh(self) -> None:
        """See what others have published since."""
        fold(self._state, self._log.read(self._state.version))

    def path_of(self, file: DataFile) -> Path:
        """Return where ``file`` is on disk.

        Raises: LakeError when retention has deleted it.
        """
        if file.path in self._state.purged:
            raise LakeError(
                "this file was deleted for good by a retention", where=file.path,
                why="the state asked for can no longer be rebuilt",
                next_step="ask for a later version",
            )  # fmt: skip
        return self.root / file.path

    def fact_files(self, table: str, at: int | None = None) -> tuple[DataFile, ...]:
        """Return the live files of a fact table in landing order, as of log version ``at``."""
        return self._files(Area.FACTS, table, at)

    def identity_files(self, table: str, at: int | None = None) -> tuple[DataFile, ...]:
        """Return the live encrypted files with a table's identifying columns, in landing order."""
        return self._files(Area.IDENTITY, table, at)

    def quarantine_files(self, table: str, at: int | None = None) -> tuple[DataFile, ...]:
        """Return the files of rejected rows of a table's live landings, in landing order."""
        return self._files(Area.QUARANTINE, table, at)

    def night_files(self, table: str, as_of: date, at: int | None = None) -> tuple[DataFile, ...]:
        """Return the live files of a result table of one night."""
        return tuple(f for f in self._files(Area.NIGHTS, table, at) if f.as_of == as_of)

    def nights(self, at: int | None = None) -> tuple[Entry, ...]:
        """Return the nights in force, one a day, by as_of; a night run again replaces itself."""
        nights = self._at(at).nights
        return tuple(nights[day] for day in sorted(nights))

    def landings(self, at: int | None = None) -> tuple[Entry, ...]:
        """Return every landing, oldest first; its files may have been replaced since."""
        return tuple(self._at(at).landings)

    def live_files(self, area: Area) -> tuple[DataFile, ...]:
        """Return every live file of an area."""
        return tuple(f for f in self._state.live.values() if f.area is area)

    @contextmanager
    def writer(self, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold the lake's writing lock; inside it nobody else publishes. It may be nested.

        Raises: LakeError when another process writes for longer than ``wait_seconds``.
        """
        if self._writing:
            yield
            return
        with disk.one_writer(self.root / "_lock", wait_seconds):
            self._writing = True
            try:
                self.refresh()
                yield
            finally:
                self._writing = False

    def stage(self, label: str) -> Path:
        """Return a new, empty scratch folder on the lake's own file system.

        Made under the lock, its name says so: whoever holds the lock next knows its run ended.
        """
        held = LOCKED if self._writing else ""
        folder = self.root / "_staging" / f"{held}{label}-{uuid4().hex[:12]}"
        with disk.disk_trouble(folder):
            folder.mkdir(parents=True)
        return folder

    def publish(
        self,
        entry_kind: EntryKind | str,
        at: datetime,
        note: Mapping[str, Any],
        staged: Sequence[StagedFile],
        removes: Sequence[str] = (),
    ) -> Entry:
        """Return the entry that made all of ``staged`` visible and all of ``removes`` invisible.

        Files are moved to their places first; the log entry is linked last, and that link is the
        publication. A night replaces the files of an earlier run on the same as_of.

        Raises: DiskError (nothing is published), LakeError when another writer got in between.
        """
        with self.writer():
            version = self.version + 1
            with disk.disk_trouble(self.root):
                adds = tuple(self._settle(f, version, n) for n, f in enumerate(staged))
                for folder in sorted({(self.root / file.path).parent for file in adds}):
                    disk.sync_folder(folder)
            gone = [*removes, *self._replaced_nights(staged)]
            return self._commit(
                Entry(version, EntryKind(entry_kind), at, note, adds, tuple(dict.fromkeys(gone)))
            )

    def sweep(self, now: datetime) -> tuple[str, ...]:
        """Delete what no entry names: old staging folders, files of killed runs, purged files.

        Returns the paths deleted, relative to the root. Runs under the writing lock and before
        the run stages anything, so no live run can lose its files; staging made without the lock
        (a replay) is left alone for an hour.
        """
        with self.writer(), disk.disk_trouble(self.root):
            known = self._state.live.keys() | self._state.retired
            gone = [
                path for area in Area for path in (self.root / area.value).rglob("*.parquet")
                if path.relative_to(self.root).as_posix() not in known
            ]  # fmt: skip
            for path in gone:
                path.unlink()
            for folder in (self.root / "_staging").iterdir():
                age = now.timestamp() - folder.stat().st_mtime
                if folder.name.startswith(LOCKED) or age > STALE_AFTER.total_seconds():
                    shutil.rmtree(folder)
                    gone.append(folder)
            for scratch in self._log.folder.glob(".*.tmp"):
                scratch.unlink()
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in gone))

    def retain(
        self, keep_nights_from: date, at: datetime, *, drop_replaced: bool = False
    ) -> Entry | None:
        """Drop nights before ``keep_nights_from`` for good; None when there was nothing to drop.

        ``drop_replaced`` also deletes files that a later landing or night replaced: looking back
        to before this entry is then refused where they are needed. The entry is written before
        the bytes go, so that a kill in between leaves only garbage for ``sweep``.
        """
        with self.writer():
            self.sweep(at)  # a killed retention may have left bytes that are to be gone
            removes = tuple(
                f.path for f in self.live_files(Area.NIGHTS)
                if f.as_of is not None and f.as_of < keep_nights_from
            )  # fmt: skip
            purged = set(removes) | (self._state.retired if drop_replaced else set())
            if not purged:
                return None
            note = {"keep_nights_from": keep_nights_from.isoformat(), "files": len(purged)}
            entry = self._commit(
                Entry(self.version + 1, EntryKind.RETENTION, at, note, (), removes,
                      tuple(sorted(purged)))
            )  # fmt: skip
            with disk.disk_trouble(self.root):
                for path in entry.purged:
                    (self.root / path).unlink(missing_ok=True)
        return entry

    def _at(self, at: int | None) -> State:
        return self._state if at is None or at == self.version else self._log.state(at)

    def _files(self, area: Area, table: str, at: int | None) -> tuple[DataFile, ...]:
        live = self._at(at).live.values()
        return tuple(f for f in live if f.area is area and f.table == table)

    def _replaced_nights(self, staged: Sequence[StagedFile]) -> list[str]:
        days = {f.as_of for f in staged if f.area is Area.NIGHTS}
        return [f.path for f in self.live_files(Area.NIGHTS) if f.as_of in days]

    def _settle(self, file: StagedFile, version: int, number: int) -> DataFile:
        """Move a staged file to its place; hash and number in the name keep names apart."""
        content_hash = disk.file_hash(file.path)
        folder = Path(file.area.value) / file.table
        if file.as_of is not None:
            folder /= file.as_of.isoformat()  # no `as_of=`: engines would invent a second column
        place = folder / f"{version:0{DIGITS}d}-{number:03d}-{content_hash[:16]}.parquet"
        settled = DataFile(
            file.table, place.as_posix(), file.rows, file.path.stat().st_size, content_hash,
            file.as_of, version, file.unique_keys, file.area, file.slot,
        )  # fmt: skip
        disk.sync_file(file.path)
        (self.root / folder).mkdir(parents=True, exist_ok=True)
        file.path.rename(self.root / place)
        return settled

    def _commit(self, entry: Entry) -> Entry:
        """Link the entry; on a lost race look again, and refuse when the ground has moved."""
        while not self._log.append(entry):
            before = set(self._state.live)
            self.refresh()
            if before - self._state.live.keys():
                raise LakeError(
                    "another writer changed the lake meanwhile", where=str(self.root),
                    why="its file system does not keep the writing lock",
                    next_step="run the same command again",
                )  # fmt: skip
            number = self.version + 1
            adds = tuple(replace(file, landing=number) for file in entry.adds)
            entry = replace(entry, version=number, adds=adds)
        self._state.apply(entry)
        self._log.checkpoint(self._state)
        return entry


def _refuse_patterns(root: Path) -> None:
    if signs := sorted(GLOB_SIGNS & set(str(root.absolute()))):
        raise HomeError(
            f"the path holds {' '.join(signs)}", where=str(root.absolute()),
            why="the engine would take it for a file pattern",
            next_step="choose or rename to a folder without these signs",
        )  # fmt: skip


def content_hash(paths: Sequence[Path]) -> str:
    """Return one SHA-256 over the bytes of files in the order given.

    The night writes sorted, deterministic Parquet, so equal rows give equal bytes.
    """
    return hashlib.sha256("\n".join(disk.file_hash(p) for p in paths).encode()).hexdigest()
