"""One night from end to end: resolve, compile, check in, describe, sense, decide, publish."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import daihou
from daihou.contracts import FACTS
from daihou.engines import (
    Connection,
    EngineError,
    bind_fact,
    bind_files,
    connect,
    disk_errors,
    engine_name,
    has_repeats,
    rows_of,
    run_stages,
    write_output,
)
from daihou.errors import (
    AuditFailed,
    BrakeHeld,
    LakeError,
    NightError,
    NotFound,
)
from daihou.jobs.home import Home, Progress, open_home
from daihou.jobs.resolve import Inputs, inputs_of, keep_text, read_inputs, settings_for
from daihou.lake import Area, DataFile, Entry, EntryKind, Lake, StagedFile
from daihou.lake.delta import check_mirrored_path, mirror
from daihou.lake.disk import file_hash
from daihou.night.compile import NightSettings, compile_night
from daihou.night.program import Audit, Program, Stage


@dataclass(frozen=True, slots=True)
class BrakeRelease:
    """Two persons who let a night pass its brakes, and why (双人复核)."""

    by: str
    second: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse a release by one person or without a reason."""
        if not self.by.strip() or not self.second.strip() or not self.reason.strip():
            raise BrakeHeld("a release names two persons and a reason", ())
        if self.by.strip().casefold() == self.second.strip().casefold():
            raise BrakeHeld("a brake is released by two persons, not by one twice", ())


@dataclass(frozen=True, slots=True)
class NightReceipt:
    """What one night did: its run id, rows and content hash by table, seconds by phase."""

    book: str
    as_of: date
    run_id: str
    version: int
    rows: Mapping[str, int]
    hashes: Mapping[str, str]
    seconds: Mapping[str, float]
    brakes_released: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as JSON-ready values."""
        return {
            "book": self.book, "as_of": self.as_of.isoformat(), "run_id": self.run_id,
            "version": self.version, "rows": dict(self.rows), "hashes": dict(self.hashes),
            "seconds": {k: round(v, 3) for k, v in self.seconds.items()},
            "brakes_released": list(self.brakes_released),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """How a night is run, which never changes what it says: threads and whom to tell."""

    threads: int | None = None
    on_progress: Progress | None = None


def run_night(
    root: Path,
    as_of: date,
    *,
    now: datetime,
    run: Run = Run(),
    release: BrakeRelease | None = None,
) -> NightReceipt:
    """Run and publish one night; run again, it replaces itself with the same bytes.

    Raises: every DaihouError of resolving and compiling; AuditFailed or BrakeHeld before anything
    is published; DiskError when the disk is full or cannot be written.
    """
    home = open_home(root)
    if home.book.delta_mirror:
        check_mirrored_path(home.lake)
    with home.lake.writer():
        home.lake.sweep(now)
        scratch = home.lake.stage("night")
        try:
            made = _make(home, read_inputs(home), (as_of, None), scratch, run)
            released = _brakes(made, release)
            receipt = _publish(home, made, now, released, release)
            if home.book.delta_mirror:
                mirror(home.lake, now)
            return receipt
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def program_of(home: Home, as_of: date) -> Program:
    """Return the program that a night on ``as_of`` would run now."""
    with connect(temp_dir=home.root) as connection:
        fed, _ = _bind(connection, home.lake, None)
    return compile_night(settings_for(read_inputs(home), as_of, fed, None))[0]


def replay_night(
    root: Path,
    as_of: date,
    run: Run = Run(),
) -> tuple[Entry, Mapping[str, str]]:
    """Run a published night again from what it read; return its entry and the new hashes.

    Nothing is published. Equal hashes prove that the night can be reproduced.
    Raises: NotFound when there is no such night; LakeError when retention deleted what it read.
    """
    home = open_home(root)
    entry = night_of(home.lake, as_of)
    inputs = inputs_of(home.lake, entry)
    scratch = home.lake.stage("replay")
    try:
        at = int(entry.note["facts_version"])
        made = _make(home, inputs, (as_of, at), scratch, run)
        return entry, {table: file_hash(path) for table, path in made.files.items()}
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def night_of(lake: Lake, as_of: date | None) -> Entry:
    """Return the published night of a day, or the last one.

    Raises: NotFound naming the nights that there are.
    """
    nights = {entry.as_of: entry for entry in lake.nights()}
    if as_of is None and nights:
        return max(nights.values(), key=lambda entry: str(entry.as_of))
    if as_of not in nights:
        days = sorted(str(day) for day in nights)
        raise NotFound(
            f"no night of {as_of}" if as_of else "no night was published yet",
            where=str(lake.root),
            next_step=f"run `daihou night --as-of {as_of or 'DAY'}`"
            + (f", or use one of {days[0]} to {days[-1]}" if days else ""),
        )
    return nights[as_of]


@dataclass(frozen=True, slots=True)
class _Made:
    """A night that has run and is not published yet."""

    inputs: Inputs
    settings: NightSettings
    program: Program
    facts_version: int
    facts_hash: str
    files: Mapping[str, Path]
    rows: Mapping[str, int]
    held: tuple[str, ...]
    seconds: Mapping[str, float]


def _make(
    home: Home, inputs: Inputs, when: tuple[date, int | None], scratch: Path, run: Run
) -> _Made:
    """Run a night up to its files; ``when`` is as_of and the lake version to read (None: now)."""
    as_of, at = when
    lake = home.lake
    before = max((e.as_of for e in lake.nights() if e.as_of and e.as_of < as_of), default=None)
    with (
        _engine_errors(as_of),
        disk_errors(scratch),
        connect(run.threads, temp_dir=scratch / "spill") as connection,
    ):
        fed, facts_hash = _bind(connection, lake, at)
        settings = settings_for(inputs, as_of, fed, before if at is None else None)
        program, brakes = compile_night(settings)
        if settings.before is not None:
            paths = [lake.path_of(f) for f in lake.night_files("account_day", settings.before)]
            bind_files(connection, "account_before", paths)
        steps = _Steps(run.on_progress, len(program.stages) + len(program.outputs) + 1)
        seconds = dict(run_stages(connection, program, steps.stage))
        began = time.perf_counter()
        steps.step("audit")
        _audit(connection, program.audits, as_of)
        held = tuple(
            f"{brake.name}: {brake.law}, but {row}"
            for brake in brakes
            for row in rows_of(connection, brake)
        )
        seconds["audit"] = time.perf_counter() - began
        began = time.perf_counter()
        files, rows = {}, {}
        for output in program.outputs:
            steps.step(output.table)
            files[output.table] = scratch / f"{output.table}.parquet"
            rows[output.table] = write_output(connection, output, files[output.table])
        seconds["write"] = time.perf_counter() - began
    return _Made(
        inputs, settings, program, at if at is not None else lake.version, facts_hash, files, rows,
        held, seconds,
    )  # fmt: skip


@contextmanager
def _engine_errors(as_of: date) -> Iterator[None]:
    """Turn what the engine cannot compute into a refusal of the night."""
    try:
        yield
    except EngineError as error:
        raise NightError(
            f"the engine stopped: {' '.join(str(error).split())}", where=f"the night of {as_of}",
            why="nothing was published",
            next_step="if it names a file, put that file back from a backup; else it is a fault in"
            " Daihou: keep the home and report it",
        ) from error  # fmt: skip


@dataclass(slots=True)
class _Steps:
    """Counts steps for a progress bar."""

    tell: Progress | None
    most: int
    done: int = 0

    def stage(self, stage: Stage) -> None:
        self.step(f"{stage.phase}: {stage.name}")

    def step(self, name: str) -> None:
        self.done += 1
        if self.tell is not None:
            self.tell(name, self.done, self.most)


def _bind(connection: Connection, lake: Lake, at: int | None) -> tuple[dict[str, bool], str]:
    """Bind every landed fact table; return which have several rows an entity, and one hash."""
    fed: dict[str, bool] = {}
    whole = hashlib.sha256()
    for name, contract in FACTS.items():
        files = lake.fact_files(name, at)
        if not files:
            continue
        _check_there(lake, files)
        bind_fact(connection, name, [(file.landing or 0, lake.path_of(file)) for file in files])
        fed[name] = contract.latest_by_key and has_repeats(
            connection, f"fact_{name}", contract.key[0]
        )
        for file in files:
            whole.update(f"{name} {file.content_hash}\n".encode())
    if "account" not in fed:
        raise NightError(
            "no account was ever landed", where=str(lake.root),
            next_step="land the lender's files first: `daihou land`",
        )  # fmt: skip
    return fed, whole.hexdigest()


def _check_there(lake: Lake, files: Sequence[DataFile]) -> None:
    """Refuse facts whose file is gone or has another length than was published.

    Raises: LakeError naming the file.
    """
    for file in files:
        path = lake.path_of(file)
        found = path.stat().st_size if path.is_file() else None
        if found != file.bytes:
            raise LakeError(
                "a published file is gone" if found is None else
                f"a published file has {found:,} bytes and not {file.bytes:,}",
                where=str(path), why="the night would rest on other facts than were landed",
                next_step="put it back from a backup, or land its source again",
            )  # fmt: skip


def _audit(connection: Connection, audits: Sequence[Audit], as_of: date) -> None:
    problems = [
        f"{audit.name}: {audit.law}, but {row}"
        for audit in audits
        for row in rows_of(connection, audit)
    ]
    if problems:
        raise AuditFailed(
            f"the night of {as_of} does not add up", problems,
            why="nothing was published",
            next_step="this is a fault in Daihou or in the facts: keep the home and report it",
        )  # fmt: skip


def _brakes(made: _Made, release: BrakeRelease | None) -> tuple[str, ...]:
    if made.held and release is None:
        raise BrakeHeld(
            f"the night of {made.program.as_of} is held by a brake", made.held,
            why="nothing was published",
            next_step="look at the figures; two persons may release it with"
            " `--release-brake --by A --second B --reason R`",
        )  # fmt: skip
    return made.held


def _publish(
    home: Home,
    made: _Made,
    now: datetime,
    released: tuple[str, ...],
    release: BrakeRelease | None,
) -> NightReceipt:
    began = time.perf_counter()
    as_of, program = made.program.as_of, made.program
    digest = program.digest
    run_id = hashlib.sha256(f"{digest} {made.facts_hash}".encode()).hexdigest()[:16]
    laws = {pack.id: pack.instrument for law in made.settings.laws.values() for pack in law.packs}
    note = {
        "run_id": run_id,
        "program_digest": digest,
        "facts_version": made.facts_version,
        "facts_hash": made.facts_hash,
        "repeats": dict(made.settings.fed),
        "product_version": daihou.__version__,
        "engine": engine_name(),
        "policies": {arm: policy.policy_version for policy, arm in made.settings.policies},
        "law_packs": laws,
        "law_on": str(made.inputs.book.law_on or as_of),
        "law_set_by_book": dict(made.inputs.book.law),
        "inputs": {
            name: keep_text(home.lake, text) for name, text in made.inputs.texts.items()
        },
        "rows": dict(made.rows),
        "brakes_released": list(released),
        "release": None if release is None or not released else
        {"by": release.by, "second": release.second, "reason": release.reason},
    }  # fmt: skip
    staged = [
        StagedFile(table, path, made.rows[table], Area.NIGHTS, as_of)
        for table, path in made.files.items()
    ]
    entry = home.lake.publish(EntryKind.NIGHT, now, note, staged)
    return NightReceipt(
        book=program.book,
        as_of=as_of,
        run_id=run_id,
        version=entry.version,
        rows=made.rows,
        hashes={file.table: file.content_hash for file in entry.adds},
        seconds={**made.seconds, "publish": time.perf_counter() - began},
        brakes_released=released,
    )
