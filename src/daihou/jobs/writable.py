"""Files beside the lake that a person names: what stands in the way becomes one clear refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daihou.errors import DiskError


@contextmanager
def writing(where: Path, why: str = "no file was left") -> Iterator[None]:
    """Turn what the system says about a file into a DiskError, a missing folder included."""
    try:
        yield
    except OSError as error:
        raise DiskError(
            f"cannot write: {error.strerror or error}", where=str(where), why=why,
            next_step="look at folder, free space and permissions, then run the command again",
        ) from error  # fmt: skip
