"""The lake at one version: the fold of its log entries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from daihou.errors import LakeError
from daihou.lake.entry import (
    Area,
    DataFile,
    Entry,
    EntryKind,
    entry_from_text,
    entry_to_text,
    file_from_dict,
    file_to_dict,
)


@dataclass(slots=True)
class State:
    """What is live at ``version``.

    ``live`` maps path to file in publishing order; ``nights`` maps as_of to the entry in force;
    ``retired`` holds paths that are no longer live but still on disk, for looking back.
    """

    version: int = -1
    live: dict[str, DataFile] = field(default_factory=dict)
    nights: dict[date, Entry] = field(default_factory=dict)
    landings: list[Entry] = field(default_factory=list)
    retired: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)

    def apply(self, entry: Entry) -> None:
        """Move on by one entry.

        Raises: LakeError when the entry does not follow, or removes what is not live.
        """
        strangers = [path for path in entry.removes if path not in self.live]
        if entry.version != self.version + 1 or strangers:
            raise LakeError(
                f"log entry {entry.version} does not fit on version {self.version}",
                where=", ".join(strangers[:3]),
                why="an entry is missing or was changed by hand",
                next_step="put the log folder back from a backup",
            )
        for path in entry.removes:
            del self.live[path]
        self.retired.update(entry.removes)
        self.retired.difference_update(entry.purged)
        self.purged.update(entry.purged)
        self.live.update((file.path, file) for file in entry.adds)
        if entry.kind is EntryKind.LANDING:
            self.landings.append(entry)
        if entry.as_of is not None:
            self.nights[entry.as_of] = entry
        if entry.kind is EntryKind.RETENTION:
            still = {file.as_of for file in self.live.values() if file.area is Area.NIGHTS}
            self.nights = {day: night for day, night in self.nights.items() if day in still}
        self.version = entry.version


def fold(state: State, entries: Iterable[Entry]) -> State:
    """Return ``state`` moved on by ``entries`` (changed in place)."""
    for entry in entries:
        state.apply(entry)
    return state


def state_to_text(state: State) -> str:
    """Return a checkpoint: the whole state as JSON text."""
    return json.dumps(
        {
            "version": state.version,
            "live": [file_to_dict(file) for file in state.live.values()],
            "nights": [entry_to_text(entry) for entry in state.nights.values()],
            "landings": [entry_to_text(entry) for entry in state.landings],
            "retired": sorted(state.retired),
            "purged": sorted(state.purged),
        },
        ensure_ascii=False,
    )


def state_from_text(text: str, where: str) -> State | None:
    """Return the state of a checkpoint, or None when it is damaged: the log itself is the truth."""
    try:
        values = json.loads(text)
        files = [file_from_dict(item) for item in values["live"]]
        nights = [entry_from_text(item, where) for item in values["nights"]]
        return State(
            version=int(values["version"]),
            live={file.path: file for file in files},
            nights={entry.as_of: entry for entry in nights if entry.as_of is not None},
            landings=[entry_from_text(item, where) for item in values["landings"]],
            retired=set(values["retired"]),
            purged=set(values["purged"]),
        )
    except (ValueError, KeyError, TypeError, LakeError):
        return None
