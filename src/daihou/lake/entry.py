"""What one log entry says: which files came and went, when, and with what receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from daihou.errors import LakeError


class EntryKind(StrEnum):
    """Why an entry was written."""

    CREATED = "created"
    LANDING = "landing"
    NIGHT = "night"
    RETENTION = "retention"


class Area(StrEnum):
    """What a data file holds; each area is a folder of the lake.

    ``identity`` files are encrypted and are never mirrored to Delta.
    """

    FACTS = "facts"
    NIGHTS = "nights"
    QUARANTINE = "quarantine"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One immutable Parquet file of the lake; ``path`` is relative to the lake's root.

    ``landing`` is the version of the entry that brought it; ``slot`` is the place in a series of
    landings that it fills; ``unique_keys`` says that its keys were proved to be distinct.
    """

    table: str
    path: str
    rows: int
    bytes: int
    content_hash: str
    as_of: date | None = None
    landing: int | None = None
    unique_keys: bool = False
    area: Area = Area.FACTS
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A finished file in the staging folder, ready to be published."""

    table: str
    path: Path
    rows: int
    area: Area = Area.FACTS
    as_of: date | None = None
    slot: str | None = None
    unique_keys: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the lake: everything in it became visible at once.

    ``purged`` names files whose bytes are gone for good, so that a look back says so.
    """

    version: int
    kind: EntryKind
    at: datetime
    note: Mapping[str, Any] = field(default_factory=dict)
    adds: tuple[DataFile, ...] = ()
    removes: tuple[str, ...] = ()
    purged: tuple[str, ...] = ()

    @property
    def as_of(self) -> date | None:
        """Return the night's day, when the entry is a night."""
        return next((f.as_of for f in self.adds if f.area is Area.NIGHTS), None)


def file_to_dict(file: DataFile) -> dict[str, Any]:
    """Return ``file`` as JSON-ready values, leaving out what is unset."""
    values = {f.name: getattr(file, f.name) for f in fields(DataFile)}
    values["as_of"] = file.as_of.isoformat() if file.as_of else None
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def file_from_dict(values: Mapping[str, Any]) -> DataFile:
    """Return the DataFile that ``file_to_dict`` wrote."""
    kept = dict(values)
    kept["area"] = Area(kept["area"])
    if "as_of" in kept:
        kept["as_of"] = date.fromisoformat(kept["as_of"])
    return DataFile(**kept)


def entry_to_text(entry: Entry) -> str:
    """Return the JSON text of ``entry``, the same text for the same entry."""
    return json.dumps(
        {
            "version": entry.version,
            "kind": entry.kind.value,
            "at": entry.at.astimezone(UTC).isoformat(),
            "note": dict(entry.note),
            "adds": [file_to_dict(f) for f in entry.adds],
            "removes": list(entry.removes),
            "purged": list(entry.purged),
        },
        ensure_ascii=False,
        sort_keys=True,
        indent=1,
    )


def entry_from_text(text: str, where: str) -> Entry:
    """Return the entry written in ``text``.

    Raises: LakeError when the text is not an entry.
    """
    try:
        values = json.loads(text)
        return Entry(
            version=int(values["version"]),
            kind=EntryKind(values["kind"]),
            at=datetime.fromisoformat(values["at"]),
            note=values["note"],
            adds=tuple(file_from_dict(f) for f in values["adds"]),
            removes=tuple(values["removes"]),
            purged=tuple(values["purged"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(
            f"a log entry cannot be read: {error}",
            where=where,
            why="without it nobody can say which files are published",
            next_step="put this file back from a backup; do not edit the log by hand",
        ) from error
