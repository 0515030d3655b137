"""A home folder: one book's configuration, policies, mappings and lake, opened and checked."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from daihou.errors import HomeError
from daihou.lake import Lake
from daihou.night.book import Book, parse_book

Progress = Callable[[str, int, int], None]
"""Told what is being done, and which step of how many it is."""


@dataclass(frozen=True, slots=True)
class Home:
    """One opened home: its folder, its checked book, its lake."""

    root: Path
    book: Book
    lake: Lake

    def text_of(self, name: str) -> str:
        """Return the text of a file of the home.

        Raises: HomeError when it is missing, lies outside the home, or is not UTF-8.
        """
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise HomeError("the path leaves the home", where=name, next_step="keep it inside")
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise HomeError(
                "file missing", where=str(path), why="book.yaml names it",
                next_step="put it there or mend book.yaml",
            ) from None  # fmt: skip
        except UnicodeDecodeError as error:
            raise HomeError("not UTF-8", where=f"{path}, byte {error.start}") from error


def open_home(root: Path) -> Home:
    """Return the home in ``root``.

    Raises: HomeError when there is none; NightError when book.yaml is wrong.
    """
    config = root / "book.yaml"
    if not config.is_file():
        raise HomeError(
            "no home here", where=str(root), why="it has no book.yaml",
            next_step="make one with `daihou init HOME --example auto`, or name it with --home",
        )  # fmt: skip
    try:
        text = config.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise HomeError(
            "not UTF-8", where=f"{config}, byte {error.start}", next_step="save it as UTF-8"
        ) from error
    book = parse_book(text, str(config))
    return Home(root, book, Lake.open(root / "lake"))


def find_home(given: Path | None) -> Path:
    """Return the home that was given, else the one in DAIHOU_HOME.

    Raises: HomeError when neither is there.
    """
    if given is not None:
        return given
    if named := os.environ.get("DAIHOU_HOME"):
        return Path(named)
    raise HomeError(
        "no home given", next_step="give --home FOLDER or set DAIHOU_HOME",
        why="every command works on one home",
    )  # fmt: skip


def shipped_texts(package: str, ending: str) -> dict[str, str]:
    """Return the texts of the data files that ship in a package, by path below it."""
    found: dict[str, str] = {}

    def walk(folder: Traversable, prefix: str) -> None:
        for item in folder.iterdir():
            if item.is_dir() and not item.name.startswith("__"):
                walk(item, f"{prefix}{item.name}/")
            elif item.name.endswith(ending):
                found[f"{prefix}{item.name}"] = item.read_text(encoding="utf-8")

    walk(resources.files(package), "")
    return dict(sorted(found.items()))
