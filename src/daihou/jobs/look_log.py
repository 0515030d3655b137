"""The log of looks at credit reports: who, when, which file, why, what was shown (查看日志)."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from daihou.errors import ReportError
from daihou.jobs.writable import writing

LOG_VARIABLE: Final = "DAIHOU_READ_LOG"
_NO_LOOK: Final = f"no report is shown without a line in the log (see {LOG_VARIABLE})"


@dataclass(frozen=True, slots=True)
class Why:
    """Whether personal values are shown, and why; a reason is needed for it."""

    unmask: bool = False
    reason: str | None = None

    def check(self) -> None:
        """Raise ReportError when personal values are asked for without a reason."""
        if self.unmask and not (self.reason or "").strip():
            raise ReportError(
                "personal values need a reason", next_step='add --why "..."',
                why="every look at a credit report is logged with who and why",
            )  # fmt: skip


MASKED: Final = Why()
"""The usual look: nothing personal is shown."""


def log_path() -> Path:
    """Return where looks are logged: DAIHOU_READ_LOG, else the person's own state folder."""
    if named := os.environ.get(LOG_VARIABLE):
        return Path(named)
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "daihou" / "reads.jsonl"


class LookLog:
    """The open log; a look is written before anything is shown, and never changed again.

    A line names the file by hash only: neither its name nor anything of the report is in the log.
    """

    def __init__(self, path: Path, why: Why) -> None:
        why.check()
        self._why, self._who = why, getpass.getuser()
        with writing(path, _NO_LOOK):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._handle = os.open(path, flags, 0o600)
        self._path = path

    def __enter__(self) -> LookLog:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Make the lines durable and close the log."""
        try:
            os.fsync(self._handle)
        finally:
            os.close(self._handle)

    def write(self, at: datetime, hashes: Iterable[str], shown: Iterable[str]) -> None:
        """Write one look in one piece; ``shown`` names what was shown, such as terminal or html."""
        line = {
            "at": at.isoformat(), "who": self._who, "sha256": list(hashes), "shown": list(shown),
            "masked": not self._why.unmask, "why": self._why.reason,
        }  # fmt: skip
        with writing(self._path, _NO_LOOK):
            os.write(self._handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
