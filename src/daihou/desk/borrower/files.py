"""Files made of one report: the page and the letters, whole or not at all, for the owner only."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from daihou.desk.borrower.layout import Told
from daihou.desk.borrower.page import page_of
from daihou.jobs.writable import writing


def write_page(told: Told, to: Path, lang: str) -> None:
    """Write the page of a report.

    Raises: DiskError.
    """
    write_private(to, page_of(told, lang).encode())


def write_letters(told: Told, folder: Path, lang: str) -> list[Path]:
    """Return the letters written, in one language; a letter's own name is its file's name.

    Raises: DiskError.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for letter in told["letters"]:
        if letter["lang"] == lang:
            path = folder / Path(letter["file_name"]).name
            write_private(path, letter["text"].encode())
            written.append(path)
    return written


def write_private(to: Path, data: bytes) -> None:
    """Write a file that only its owner may read; it appears whole or not at all.

    Raises: DiskError.
    """
    scratch = to.with_name(f".{to.name}.{uuid4().hex[:8]}.tmp")
    try:
        with writing(to):
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            scratch.replace(to)
    finally:
        scratch.unlink(missing_ok=True)
