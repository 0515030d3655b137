"""A copy of each table's file list as a Delta Lake log, so that other engines can read the tables.

The lake's own log is the truth; this copy is brought up to date after a publication. When a run
is killed in between, the next call catches up: it compares file lists, so it may be run any time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from daihou.errors import HomeError, LakeError
from daihou.lake.disk import disk_trouble
from daihou.lake.entry import Area, DataFile
from daihou.lake.lake import Lake

MIRRORED = (Area.FACTS, Area.NIGHTS)


@dataclass(frozen=True, slots=True)
class MirrorStep:
    """What one table's Delta log was told: how many files came and went."""

    area: Area
    table: str
    added: int
    removed: int


def mirror(lake: Lake, at: datetime) -> tuple[MirrorStep, ...]:
    """Bring the Delta log of every fact and result table up to the lake's version.

    Each table is its own Delta table under ``facts/NAME`` or ``nights/NAME``; encrypted and
    quarantine files are left out. Tables that are already up to date give no step.
    """
    steps = []
    check_mirrored_path(lake)
    with lake.writer():
        for (area, table), files in _tables(lake).items():
            root = lake.root / area.value / table
            with disk_trouble(root), _delta_trouble(root):
                step = _mirror_table(root, area, table, (files, at))
            steps += [step] if step.added or step.removed else []
    return tuple(steps)


def check_mirrored_path(lake: Lake) -> None:
    """Refuse a home whose path the Delta library reads as an address, and so as another path.

    Raises: HomeError.
    """
    if signs := sorted(set("%\\") & set(str(lake.root.absolute()))):
        raise HomeError(
            f"the path holds {' '.join(signs)}", where=str(lake.root.absolute()),
            why="its Delta logs would be looked for elsewhere",
            next_step="rename the folder, or leave delta_mirror out of book.yaml",
        )  # fmt: skip


@contextmanager
def _delta_trouble(root: Path) -> Iterator[None]:
    try:
        yield
    except DeltaError as error:
        raise LakeError(
            f"the Delta log cannot be brought up to date: {' '.join(str(error).split())}",
            where=str(root),
            why="the lake itself is up to date; only other engines see an older state",
            next_step="delete the _delta_log folder in it and run `daihou mirror`",
        ) from error


def _tables(lake: Lake) -> dict[tuple[Area, str], list[DataFile]]:
    tables: dict[tuple[Area, str], list[DataFile]] = defaultdict(list)
    for area in MIRRORED:
        for folder in sorted((lake.root / area.value).glob("*/_delta_log")):
            tables[area, folder.parent.name] = []  # a table may have lost its last file
        for file in lake.live_files(area):
            tables[area, file.table].append(file)
    return tables


def _mirror_table(
    root: Path, area: Area, table: str, wanted: tuple[list[DataFile], datetime]
) -> MirrorStep:
    files, at = wanted
    prefix = f"{area.value}/{table}/"
    live = {file.path.removeprefix(prefix): file for file in files}
    stamp = int(at.timestamp() * 1000)
    try:
        delta = DeltaTable(root)
    except TableNotFoundError:
        if not live:
            return MirrorStep(area, table, 0, 0)
        adds = [_add(name, file, stamp) for name, file in live.items()]
        create_table_with_add_actions(
            str(root), _schema(root, live), adds, mode="error", name=table, partition_by=[]
        )
        return MirrorStep(area, table, len(adds), 0)
    present = {uri.split(prefix)[-1] for uri in delta.file_uris()}
    new = [_add(name, file, stamp) for name, file in live.items() if name not in present]
    gone = [RemoveAction(name, True, stamp) for name in sorted(present - live.keys())]
    if new or gone:
        delta.create_write_transaction([*new, *gone], "append", delta.schema(), [])
    return MirrorStep(area, table, len(new), len(gone))


def _schema(root: Path, live: Mapping[str, DataFile]) -> Schema:
    return Schema.from_arrow(pq.read_schema(root / next(iter(live))))


def _add(name: str, file: DataFile, stamp: int) -> AddAction:
    return AddAction(name, file.bytes, {}, stamp, True, json.dumps({"numRecords": file.rows}))
