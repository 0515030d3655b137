"""What a person is told when a command met something that no refusal was written for."""

from __future__ import annotations

import tempfile
import traceback

from daihou.engines import EngineError
from daihou.errors import DaihouError, LakeError

FAULT_STATUS = 70


def unforeseen(error: Exception) -> tuple[str, int]:
    """Return the message and the exit status for an error that is no refusal of ours.

    Where it happened goes to a file and not to the screen.
    """
    if isinstance(error, EngineError):
        damaged = LakeError(
            f"the engine stopped: {' '.join(str(error).split())}",
            why="nothing was changed",
            next_step="if it names a file of the lake, put that file back from a backup; else"
            " report it as a fault in Daihou",
        )
        return damaged.message, damaged.exit_status
    with tempfile.NamedTemporaryFile(
        "w", prefix="daihou-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    fault = DaihouError(
        f"a fault in Daihou: {type(error).__name__}",
        where=file.name,
        why="nothing half done was published",
        next_step="report it with that file; look first whether it holds personal data",
    )
    return fault.message, FAULT_STATUS
