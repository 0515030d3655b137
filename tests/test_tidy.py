"""The house rules that a machine can hold: rooms, docstrings, sizes, names that stay outside."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "daihou"
ROOMS = (
    "errors kernel contracts law loanmath report signals policy inquiry night lab cases clinic"
    " engines lake intake gateways ops examples jobs desk cli"
).split()
SHORE = ROOMS.index("engines")
OPENERS = {"open", "connect", "urlopen"}
CLOCKS = {"now", "utcnow", "today", "time", "perf_counter", "monotonic"}
MODULES = sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST) -> set[str]:
    """Return every module of daihou that is imported anywhere, functions and checks included."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
            found.add(node.module or "")
    return {name for name in found if name.split(".")[0] == "daihou"}


def uphill(path: Path, tree: ast.AST) -> list[str]:
    """Return the imports of a file that go to a room below its own."""
    room = room_of(path)
    if room in {"__init__", "__main__"}:
        return []
    place = ROOMS.index(room)
    wrong = []
    for name in imports_of(tree):
        parts = name.split(".")
        if len(parts) > 1 and parts[1] in ROOMS and ROOMS.index(parts[1]) > place:
            wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_water_runs_downhill(path):
    assert uphill(path, ast.parse(path.read_text(encoding="utf-8"))) == []


def test_the_rule_of_rooms_sees_an_import_hidden_in_a_function():
    planted = ast.parse("def f():\n    from daihou.jobs import night\n")
    assert uphill(SOURCE / "law" / "x.py", planted)


def test_every_room_is_in_the_list():
    rooms = {room_of(path) for path in MODULES} - {"__init__", "__main__"}
    assert rooms <= set(ROOMS)


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if room_of(p) in ROOMS[:SHORE]],
    ids=lambda p: str(p.relative_to(SOURCE)),
)
def test_core_rooms_open_nothing_and_read_no_clock(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            assert name not in OPENERS | CLOCKS | {"read_text", "read_bytes"}, f"line {node.lineno}"
    heavy = {"duckdb", "pyspark", "deltalake", "pyarrow", "socket", "requests", "time"}
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not heavy & {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_the_engine_room_imports_an_engine(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names |= (
            {a.name.split(".")[0] for a in node.names} if isinstance(node, ast.Import) else set()
        )
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    if room_of(path) != "engines":
        assert not names & {"duckdb", "pyspark"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_module_says_what_it_is_for_in_one_sentence(path):
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text, "no docstring"
    assert text.splitlines()[0].rstrip().endswith("."), "the first line is one sentence"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_stay_readable(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 450
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= 70, f"{node.name} has {lines} lines"


def test_a_room_hands_out_at_most_fifteen_names():
    for path in SOURCE.glob("*/__init__.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                assert isinstance(node.value, ast.List)
                assert len(node.value.elts) <= 15, path


def test_the_tree_of_errors_is_the_tree_that_is_drawn():
    from daihou import errors

    drawn = dict(re.findall(r"(\w+)\s+(D\d{3})  ?", errors.__doc__ or ""))
    real = {
        name: value.code
        for name, value in vars(errors).items()
        if isinstance(value, type)
        and issubclass(value, errors.DaihouError)
        and name != "ManyProblems"
    }
    assert real == drawn
    assert len(set(real.values())) == len(real), "a number is used twice"


def test_locks_carry_hashes_and_no_index_address():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "index-url" not in text and "find-links" not in text
        pins = [line for line in text.splitlines() if re.match(r"^[a-z0-9][\w.-]*==", line)]
        assert pins and text.count("--hash=sha256:") >= len(pins)


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for line in project["dependencies"]:
        name = re.split(r"[<>=\[ ]", line)[0].lower()
        assert re.search(rf"^{re.escape(name)}==", lock, re.M), name
