"""The lake's log folder: numbered entries, a checkpoint now and then, and how both are read."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from daihou.errors import LakeError
from daihou.lake.disk import disk_trouble, write_once
from daihou.lake.entry import Entry, entry_from_text, entry_to_text
from daihou.lake.state import State, fold, state_from_text, state_to_text

DIGITS = 12
CHECKPOINT_EVERY = 64
CHECKPOINTS_KEPT = 2


class Log:
    """The entries of one lake, each a JSON file named by its version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, version: int) -> Path:
        """Return where the entry of ``version`` is."""
        return self.folder / f"{version:0{DIGITS}d}.json"

    def exists(self) -> bool:
        """Tell whether there is a log here at all."""
        return self.path(0).is_file()

    def read(self, after: int, upto: int | None = None) -> list[Entry]:
        """Return the entries with ``after < version <= upto`` (None: all there are), in order."""
        entries: list[Entry] = []
        version = after + 1
        while upto is None or version <= upto:
            path = self.path(version)
            try:
                text = path.read_text(encoding="utf-8")
            except FileNotFoundError:
                break
            entries.append(entry_from_text(text, str(path)))
            version += 1
        return entries

    def state(self, at: int | None = None) -> State:
        """Return the state at version ``at`` (None: the newest).

        Raises: LakeError when there is no such version.
        """
        newest = self._newest_name()
        state = self._checkpoint(at) or State()
        fold(state, self.read(state.version, at))
        if at is not None and state.version != at:
            raise LakeError(
                f"no version {at}", where=str(self.folder),
                next_step=f"use 0 to {self.state().version}",
            )  # fmt: skip
        if at is None and state.version < newest:
            raise LakeError(
                f"log entry {state.version + 1} is missing though {newest} is there",
                where=str(self.folder),
                why="what was published after it cannot be known",
                next_step="put the log folder back from a backup",
            )
        return state

    def append(self, entry: Entry) -> bool:
        """Commit ``entry``; False when its number is already taken: this link is the commit."""
        with disk_trouble(self.folder):
            scratch = self.folder / f".{uuid4().hex}.tmp"
            try:
                return write_once(self.path(entry.version), entry_to_text(entry), scratch)
            finally:
                scratch.unlink(missing_ok=True)

    def checkpoint(self, state: State) -> None:
        """Write the whole state beside the log when it is time to; older checkpoints go."""
        if state.version % CHECKPOINT_EVERY:
            return
        with disk_trouble(self.folder):
            scratch = self.folder / f".{uuid4().hex}.tmp"
            name = self.folder / f"checkpoint-{state.version:0{DIGITS}d}.json"
            write_once(name, state_to_text(state), scratch)
            for old in self._checkpoints()[:-CHECKPOINTS_KEPT]:
                old.unlink(missing_ok=True)

    def _checkpoints(self) -> list[Path]:
        return sorted(self.folder.glob("checkpoint-*.json"))

    def _checkpoint(self, at: int | None) -> State | None:
        for path in reversed(self._checkpoints()):
            if at is None or int(path.stem.removeprefix("checkpoint-")) <= at:
                try:
                    text = path.read_text(encoding="utf-8")
                except FileNotFoundError:  # a newer checkpoint has just replaced it
                    continue
                if (state := state_from_text(text, str(path))) is not None:
                    return state
        return None

    def _newest_name(self) -> int:
        names = [int(path.stem) for path in self.folder.glob("*.json") if path.stem.isdigit()]
        return max(names, default=-1)
