"""A small book that is landed, run and broken through the command line, as people do it."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.kills import faults, holdings, litter, small_home
from daihou.cli import main


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)


class Book:
    """One home, and the command line on it."""

    def __init__(self, root, monkeypatch, capsys):
        self.root, self._patch, self._capsys = root, monkeypatch, capsys

    def run(self, *arguments, status=0):
        """Run one command in this process: an error that is not a refusal fails the test."""
        line = [str(a) for a in arguments] + ["--home", str(self.root)]
        self._capsys.readouterr()
        self._patch.setattr(sys, "argv", ["daihou", *line])
        found = 0
        try:
            main()
        except SystemExit as end:
            found = int(end.code or 0)
        read = self._capsys.readouterr()
        said = Said(found, read.out, read.err)
        assert found == status, f"{line} ended with {found}\n{said.out}\n{said.err}"
        assert "Traceback" not in said.err
        return said

    def file(self, name, content):
        path = self.root / "inbox" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def mapping(self, name, *changes):
        """Return a mapping of the home, its text changed by (old, new) pairs."""
        path = self.root / "mappings" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        return path

    def land(self, path, mapping="payment", status=0, json=True):
        how = self.root / "mappings" / f"{mapping}.yaml"
        asked = ["--json"] if json else []
        return self.run("land", path, "--mapping", how, *asked, status=status)

    def refused(self, said, code, *words):
        """Check a refusal: its number, what it says, and that the home is as it was."""
        text = said.err.replace("\n", " ")
        assert code in text, text
        for word in words:
            assert word in text, text
        assert "Next: " in text or "- line" in text, "a refusal says what to do"
        self.whole()

    def whole(self):
        assert faults(self.root) == []
        assert litter(self.root) == []

    def held(self):
        return holdings(self.root)


@pytest.fixture(scope="session")
def small_template(tmp_path_factory):
    return small_home(tmp_path_factory.mktemp("journey") / "small")


@pytest.fixture(scope="session")
def landed_template(tmp_path_factory, small_template):
    """Return a small home with its files landed and one night published."""
    from datetime import UTC, date, datetime

    from daihou.jobs.land import land_inbox
    from daihou.jobs.night import run_night

    root = tmp_path_factory.mktemp("journey") / "landed"
    shutil.copytree(small_template, root)
    land_inbox(root, now=datetime.now(UTC))
    run_night(root, date(2024, 3, 31), now=datetime.now(UTC))
    return root


@pytest.fixture
def fresh(tmp_path, small_template, monkeypatch, capsys) -> Book:
    """Give a small book with nothing landed."""
    shutil.copytree(small_template, tmp_path / "home")
    return Book(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture
def book(tmp_path, landed_template, monkeypatch, capsys) -> Book:
    """Give a small book, landed, with the night of 2024-03-31."""
    shutil.copytree(landed_template, tmp_path / "home")
    return Book(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture
def make_book(monkeypatch, capsys):
    """Give a function that makes a small book in a folder of any name."""
    return lambda root: Book(small_home(Path(root)), monkeypatch, capsys)
