"""Land a lender's files: check each, keep what the contract allows, publish it in one step."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from daihou.engines import Connection, EngineError, connect
from daihou.errors import MappingError, SourceFileError
from daihou.intake.files import (
    Stamp,
    check_is_file,
    check_unchanged,
    first_look,
    format_of,
    refuse,
    stamp_of,
)
from daihou.intake.landing import Bench, Landed, land_table
from daihou.intake.mapping import Mapping, TableSpec, load_mapping
from daihou.intake.plan import Plan, compile_plan
from daihou.intake.readers import Opened, Room, open_source, type_of
from daihou.intake.receipts import (
    LandingReceipt,
    Note,
    receipt_of,
    refuse_all_bad,
    refuse_changed_schema,
    slots_of,
)
from daihou.lake import Area, DataFile, EntryKind, Lake, StagedFile
from daihou.lake.vault import KEY_VARIABLE, key_from_text

Progress = Callable[[str, int, int], None]
"""Told what is being done, and which step of how many it is."""
STEPS_A_FILE = 3


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of ``land``: where, with which mapping, and how."""

    lake: Lake
    mapping: Mapping
    name: str
    mapping_sha256: str
    now: datetime
    check_only: bool
    progress: Progress


def land(  # noqa: PLR0913
    home: Path,
    mapping_path: Path,
    files: Sequence[Path],
    *,
    now: datetime,
    check_only: bool = False,
    on_progress: Progress | None = None,
) -> tuple[LandingReceipt, ...]:
    """Land ``files`` through one mapping; return one receipt for each file and table.

    Every file is one atomic entry of the lake. The same file and mapping again changes nothing; a
    corrected file of the same slot replaces its predecessor. ``check_only`` writes nothing.

    Raises: MappingError, SourceFileError, LandingRefused, LakeError (another writer), DiskError.
    """
    text = _mapping_text(mapping_path)
    run = _Run(
        Lake.open(home / "lake"), load_mapping(text, str(mapping_path)), mapping_path.stem,
        hashlib.sha256(text.encode()).hexdigest(), now, check_only,
        on_progress or (lambda *_: None),
    )  # fmt: skip
    for file in files:
        check_is_file(file)
    with nullcontext() if check_only else run.lake.writer():
        if not check_only:
            run.lake.sweep(now)  # what a killed run left behind
        receipts = [_land_file(run, f, (n, len(files))) for n, f in enumerate(files)]
    return tuple(receipt for of_file in receipts for receipt in of_file)


def land_inbox(
    home: Path,
    *,
    now: datetime,
    check_only: bool = False,
    on_progress: Progress | None = None,
) -> tuple[LandingReceipt, ...]:
    """Land every file of HOME/inbox that a mapping of HOME/mappings names by ``source.files``.

    Raises: as ``land``; all mappings are read, and all files looked at, before the first landing.
    """
    inbox = home / "inbox"
    mappings = {p: load_mapping(_mapping_text(p), str(p)) for p in mapping_paths(home)}
    work = {path: inbox_files(inbox, mapping) for path, mapping in mappings.items()}
    for files in work.values():
        for file in files:
            check_is_file(file, inside=inbox)
    receipts: list[LandingReceipt] = []
    for path, files in work.items():
        if files:
            receipts += land(
                home, path, files, now=now, check_only=check_only, on_progress=on_progress
            )
    return tuple(receipts)


def mapping_paths(home: Path) -> tuple[Path, ...]:
    """Return the mapping files of a home, by name."""
    return tuple(sorted((home / "mappings").glob("*.yaml")))


def inbox_files(inbox: Path, mapping: Mapping) -> tuple[Path, ...]:
    """Return the inbox files that a mapping asks for, by name; hidden files are passed over."""
    if mapping.source.files is None:
        return ()
    found = (path for path in inbox.glob(mapping.source.files) if not path.name.startswith("."))
    return tuple(sorted(found))


def _mapping_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(
            "the mapping cannot be opened", [str(error)], where=str(path),
            next_step="give the path of a YAML file in UTF-8",
        ) from error  # fmt: skip


def _land_file(run: _Run, file: Path, place: tuple[int, int]) -> list[LandingReceipt]:
    number, files = place
    said = 0

    def tell(what: str) -> None:
        nonlocal said
        run.progress(f"{file.name}: {what}", number * STEPS_A_FILE + said, files * STEPS_A_FILE)
        said = min(said + 1, STEPS_A_FILE)

    tell("hash")
    first_look(file, run.mapping.source.format)
    stamp = stamp_of(file)
    slots = slots_of(run.mapping, run.name, file)
    if (known := _unchanged(run, stamp, slots)) is not None and not run.check_only:
        return known
    tell("read")
    with _scratch(run) as scratch, _engine(run, file, scratch) as (engine, in_memory):
        try:
            room = Room(engine, scratch, in_memory, tell)
            opened = open_source(room, file, run.mapping.source)
            refuse_changed_schema(run.mapping, _earlier(run), opened.columns, file)
            plans = _plans(run, room, opened, file)
            tell("check every row")
            parts = _land_tables(run, (engine, scratch), plans, slots)
        except EngineError as error:
            raise _cannot_finish(file, error, in_memory) from error
        check_unchanged(stamp)
        return _publish(run, stamp, (opened, plans, parts), slots)


def _cannot_finish(file: Path, error: Exception, in_memory: bool) -> SourceFileError:
    first_line = str(error).partition("\n")[0]
    next_step = (
        "hand it over in several files, or raise DAIHOU_MEMORY_LIMIT: rows with names are kept in "
        "memory, never on disk in clear"
        if in_memory
        else "ask the sender to hand it over again"
    )
    return refuse(file, f"the engine cannot read it to its end: {first_line}", next_step)


@contextmanager
def _scratch(run: _Run) -> Iterator[Path]:
    """Give a scratch folder that is gone afterwards; a check leaves the home untouched."""
    if run.check_only:
        with tempfile.TemporaryDirectory(prefix="daihou-check-") as folder:
            yield Path(folder)
        return
    folder_path = run.lake.stage("landing")
    try:
        yield folder_path
    finally:
        shutil.rmtree(folder_path, ignore_errors=True)


@contextmanager
def _engine(run: _Run, file: Path, scratch: Path) -> Iterator[tuple[Connection, bool]]:
    """Give an engine, and whether rows must stay in memory (names that would be copied to disk)."""
    copied = format_of(file, run.mapping.source.format) != "parquet"
    in_memory = copied and run.mapping.fills_identifying
    engine = connect(temp_dir=None if in_memory else scratch / "spill")
    try:
        # A single thread was seen to cut row groups elsewhere than two or more: same rows, other
        # bytes, another hash of the facts.
        threads = engine.execute("SELECT current_setting('threads')").fetchall()
        if threads == [(1,)]:
            engine.execute("SET threads = 2")
        if in_memory:
            engine.execute("SET temp_directory = ''")
        yield engine, in_memory
    finally:
        engine.close()


def _live(run: _Run, slot: str, table: TableSpec) -> DataFile | None:
    files = run.lake.fact_files(table.table)
    return next((file for file in reversed(files) if file.slot == slot), None)


def _unchanged(run: _Run, stamp: Stamp, slots: list[str]) -> list[LandingReceipt] | None:
    """Return the receipts of an earlier, equal landing that still stands in all its slots."""
    notes = {entry.version: entry.note for entry in run.lake.landings()}
    receipts = []
    for slot, table in zip(slots, run.mapping.tables, strict=True):
        live = _live(run, slot, table)
        note = notes.get(live.landing or -1, {}) if live is not None else {}
        same = (note.get("sha256"), note.get("mapping_sha256"))
        if live is None or same != (stamp.sha256, run.mapping_sha256):
            return None
        part = next(p for p in note["parts"] if p["slot"] == slot)
        receipts.append(receipt_of(part, landing=live.landing, unchanged=True))
    return receipts


def _earlier(run: _Run) -> Note | None:
    """Return the note of the last landing with the same mapping, or None."""
    same = (run.name, run.mapping_sha256)
    notes = [entry.note for entry in run.lake.landings()]
    ours = [note for note in notes if (note.get("mapping"), note.get("mapping_sha256")) == same]
    return ours[-1] if ours else None


def _plans(run: _Run, room: Room, opened: Opened, file: Path) -> list[Plan]:
    plans: list[Plan] = []
    problems: list[str] = []
    for table in run.mapping.tables:
        plan, wrong = compile_plan(run.mapping, table, opened.columns, type_of(room))
        problems += [f"{table.table}: {problem}" for problem in wrong]
        plans += [plan] if plan is not None else []
    if problems:
        raise MappingError(
            "the mapping does not fit the file", problems, where=f"{run.name} on {file}",
            why="nothing was landed", next_step="correct the mapping, or ask for the right file",
        )  # fmt: skip
    return plans


def _land_tables(
    run: _Run, bench: tuple[Connection, Path], plans: list[Plan], slots: list[str]
) -> list[Landed]:
    engine, scratch = bench
    text = os.environ.get(KEY_VARIABLE)
    key = key_from_text(text) if text else None
    parts: list[Landed] = []
    for number, plan in enumerate(plans):
        folder = scratch / f"table-{number}"
        folder.mkdir()
        elsewhere = [
            run.lake.path_of(file) for file in run.lake.fact_files(plan.contract.name)
            if file.slot not in slots and file.rows
        ]  # fmt: skip
        elsewhere += [
            done.accepted for done, before in zip(parts, plans, strict=False)
            if before.contract is plan.contract and done.rows_accepted
        ]  # fmt: skip
        parts.append(land_table(Bench(engine, folder, key), plan, elsewhere))
    return parts


def _publish(
    run: _Run, stamp: Stamp, made: tuple[Opened, list[Plan], list[Landed]], slots: list[str]
) -> list[LandingReceipt]:
    opened, plans, parts = made
    used = {name for plan in plans for name in plan.uses}
    notes: list[dict[str, Any]] = []
    for part, slot, table in zip(parts, slots, run.mapping.tables, strict=True):
        live = _live(run, slot, table)
        notes.append({
            "table": table.table, "slot": slot, "source": stamp.path.name,
            "sha256": stamp.sha256, "rows_read": part.rows_read,
            "rows_accepted": part.rows_accepted, "rows_quarantined": part.rows_quarantined,
            "rows_filtered": opened.rows - part.rows_read,
            "replaced": live.landing if live is not None else None,
            "problems": [asdict(problem) for problem in part.problems],
            "unused_columns": [name for name in opened.columns.types if name not in used],
        })  # fmt: skip
    if run.check_only:
        return [receipt_of(note, landing=None, unchanged=False) for note in notes]
    refuse_all_bad(stamp.path, notes)
    staged = [
        file
        for part, slot, table in zip(parts, slots, run.mapping.tables, strict=True)
        for file in _staged(part, table.table, slot)
    ]
    entry = run.lake.publish(
        EntryKind.LANDING, run.now,
        {
            "mapping": run.name, "mapping_sha256": run.mapping_sha256,
            "source": stamp.path.name, "sha256": stamp.sha256, "bytes": stamp.bytes,
            "columns": {n: sql_type for n, (_, sql_type) in opened.columns.types.items()},
            "parts": notes,
        },
        staged, _replaced_paths(run, slots),
    )  # fmt: skip
    return [receipt_of(note, landing=entry.version, unchanged=False) for note in notes]


def _staged(part: Landed, table: str, slot: str) -> list[StagedFile]:
    files = [StagedFile(table, part.accepted, part.rows_accepted, slot=slot,
                        unique_keys=part.unique_keys)]  # fmt: skip
    if part.quarantine is not None:
        files.append(
            StagedFile(table, part.quarantine, part.rows_quarantined, Area.QUARANTINE, slot=slot)
        )
    if part.identity is not None:
        files.append(StagedFile(table, part.identity, part.rows_sealed, Area.IDENTITY, slot=slot))
    return files


def _replaced_paths(run: _Run, slots: list[str]) -> list[str]:
    tables = {table.table for table in run.mapping.tables}
    return [
        file.path
        for area in (Area.FACTS, Area.QUARANTINE, Area.IDENTITY)
        for file in run.lake.live_files(area)
        if file.slot in slots and file.table in tables
    ]
