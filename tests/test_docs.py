"""What is written equals what runs: generated pages, commands, words, links, names kept outside."""

from __future__ import annotations

import json
import re
import shlex
from enum import StrEnum
from pathlib import Path

import pytest

from daihou import errors
from daihou.cli import app, main
from daihou.clinic import load_sentences
from daihou.contracts import EVENT_KINDS, FACTS, RESULTS, Privacy, vocabulary
from daihou.desk.reference import reference_pages
from daihou.desk.reference.commands import commands_of as commands_of_app
from daihou.intake.problems import CODES
from daihou.jobs.home import shipped_texts
from daihou.kernel import words
from daihou.law import resolve_law
from daihou.night.book import Allocation, Book, Brakes, Holidays
from daihou.night.loss import LossRate, LossRates
from daihou.signals import load_catalogue

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")])
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
MAIN_COMMANDS = ("init", "land", "night", "status", "show", "explain", "export", "report", "replay")

# Written so that this file does not name what it forbids.
KEPT_OUTSIDE = re.compile(
    r"(?<![\w.<])/(?:w[o]rk|h[o]me|r[o]ot|t[m]p|m[n]t|U[s]ers)/\w"
    r"|f[a]rm-\w|i[s]sues show|pip\.c[o]nf|index-u[r]l\s*=|/s[i]mple/?\b"
    r"|://[^/\s]*(?:pypi|artifactory|nexus|devpi|mirror|registry)"
    r"|\b(?:sub)?[a]gents?\.md\b|[C]laude|[A]nthropic|[G]PT-\d"
)


def fenced(text: str, language: str) -> list[str]:
    """Return the insides of the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def commands_of(text: str) -> list[str]:
    """Return every line of the ``sh`` blocks that runs daihou, continued lines joined."""
    lines = "".join(fenced(text, "sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("daihou ")]


def stale(folder: Path, pages: dict[str, str]) -> list[str]:
    """Return the names of pages that are missing, left over, or other than generated."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*there, *pages} if there.get(name) != pages.get(name))


def slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def dead_links(page: Path, text: str) -> list[str]:
    """Return links to files or headings that are not there; the web is not asked."""
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            dead.append(f"{page.name}: {target}")
        elif anchor and file.suffix == ".md":
            heads = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
            dead += [] if anchor in map(slug, heads) else [f"{page.name}: {target}"]
    return dead


def unsaid(text: str, names: object) -> list[str]:
    """Return the names that do not stand in the text as code."""
    return [name for name in names if f"`{name}`" not in text]  # type: ignore[attr-defined]


def enum_words() -> set[str]:
    """Return every word of every closed list: kernel, contracts, what lenders' codes become."""
    kinds = [k for k in vars(words).values() if isinstance(k, type) and issubclass(k, StrEnum)]
    said = {word.value for kind in [*kinds, Privacy] if kind is not StrEnum for word in kind}
    lists = [value for name, value in vars(vocabulary).items() if name.isupper()]
    said |= {word for items in lists if isinstance(items, tuple) for word in items}
    allowed = [c.allowed for t in (*FACTS.values(), *RESULTS.values()) for c in t.columns]
    return said | {w for one in allowed for w in one} - set(EVENT_KINDS) - {"CNY"}


def currencies() -> set[str]:
    return set(FACTS["customer"].column("currency").allowed)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_reference_pages_are_what_the_code_gives_now():
    assert stale(REFERENCE, reference_pages(app)) == [], "run `make docs`"


def test_reference_pages_are_the_same_every_time():
    assert reference_pages(app) == reference_pages(app)


def test_a_stale_page_is_seen(tmp_path):
    pages = {"a.md": "now\n", "b.md": "new\n"}
    (tmp_path / "a.md").write_text("then\n", encoding="utf-8")
    (tmp_path / "c.md").write_text("gone\n", encoding="utf-8")
    assert stale(tmp_path, pages) == ["a.md", "b.md", "c.md"]


def test_every_command_and_variable_is_documented():
    page = read(REFERENCE / "cli.md")
    names = [name for name, _ in commands_of_app(app)]
    assert {"night", "calc schedule"} <= set(names)
    assert [name for name in names if f"\n## {name}\n" not in page] == []
    sources = "".join(read(path) for path in (ROOT / "src").rglob("*.py"))
    assert unsaid(page, set(re.findall(r"\bDAIHOU_[A-Z_]+\b", sources))) == []


def test_every_option_has_a_help_text():
    rows = re.findall(r"^\| `[^|]*`[^|]*\|[^|]*\|[^|]*\|(.*)\|$", read(REFERENCE / "cli.md"), re.M)
    assert len(rows) > 50
    assert all(row.strip() for row in rows)


def test_every_exit_status_is_documented():
    page = read(REFERENCE / "cli.md").split("## Exit status")[1]
    sources = "".join(read(path) for path in (ROOT / "src/daihou/cli").glob("*.py"))
    statuses = set(re.findall(r"(?:sys\.exit|typer\.Exit)\((\d+)\)", sources))
    assert len(statuses) >= 3
    assert [n for n in sorted(statuses) if f"\n| {n} |" not in page] == []


def test_the_first_pages_show_the_main_commands():
    for readme in READMES:
        shown = " ".join([read(readme), read(DOCS / "tour.md")])
        assert [name for name in MAIN_COMMANDS if f"daihou {name}" not in shown] == []


def test_every_column_of_every_table_is_documented():
    page = read(REFERENCE / "contracts.md")
    for contract in (*FACTS.values(), *RESULTS.values()):
        part = page.split(f"\n### {contract.name} ")[1].split("\n### ")[0]
        assert unsaid(part, [column.name for column in contract.columns]) == []
        assert contract.zh in page


def test_every_legal_parameter_is_documented():
    page = read(REFERENCE / "law.md")
    texts = shipped_texts("daihou.law", ".yaml")
    ids = re.findall(r"^  - id: (\S+)$", "\n".join(texts.values()), re.M)
    assert len(ids) > 40
    assert unsaid(page, ids) == []
    assert callable(resolve_law)


def test_every_signal_and_every_setting_is_documented():
    page = read(REFERENCE / "signals.md")
    catalogue = load_catalogue(shipped_texts("daihou.signals.catalogue", ".yaml"))
    assert [s.id for s in catalogue.signals if f"\n### {s.id} " not in page] == []
    settings = read(REFERENCE / "book.md")
    wanted = [name for model in (Book, LossRates) for name in model.model_fields]
    wanted += [f"brakes.{name}" for name in Brakes.model_fields]
    wanted += [f"holidays.{name}" for name in Holidays.model_fields]
    wanted += [f"allocation.{name}" for name in Allocation.model_fields]
    wanted += [f"rows[].{name}" for name in LossRate.model_fields]
    assert unsaid(settings, wanted) == []
    assert "| – |  |" not in settings, "a setting has no meaning"


def test_the_first_pages_count_the_signals_right():
    count = len(load_catalogue(shipped_texts("daihou.signals.catalogue", ".yaml")).signals)
    assert f"{count} early-warning signals" in read(READMES[0])
    assert f"{count} 个预警信号" in read(READMES[1])


def test_every_number_of_a_problem_is_documented():
    page = read(REFERENCE / "problems.md")
    kinds = [v for v in vars(errors).values() if isinstance(v, type)]
    numbers = {k.code for k in kinds if issubclass(k, errors.DaihouError)} | set(CODES)
    numbers |= {code for contract in FACTS.values() for code, _, _ in contract.row_rules}
    numbers |= set(re.findall(r'\("(K\d{3})"', read(ROOT / "src/daihou/night/checks.py")))
    assert [n for n in sorted(numbers) if f"| {n} |" not in page] == []


def test_the_glossary_has_every_word_of_code_and_every_result_column():
    page = read(DOCS / "glossary.md")
    assert unsaid(page, sorted(enum_words() - currencies())) == []
    assert unsaid(page, {c.name for table in RESULTS.values() for c in table.columns}) == []


def test_every_sentence_step_and_signal_of_the_clinic_is_documented():
    page = read(REFERENCE / "clinic.md")
    said = load_sentences(shipped_texts("daihou.clinic", ".yaml"))
    assert [name for name in said.sentences if f"\n### {name}\n" not in page] == []
    assert [step.id for step in said.steps if f"\n### {step.id} (step)\n" not in page] == []
    assert all(one.words.zh in page and one.words.en in page for one in said.sentences.values())


def test_a_word_that_is_missing_is_seen():
    assert unsaid("`hit` and no_hit", ["hit", "no_hit"]) == ["no_hit"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert dead_links(page, read(page)) == []


def test_the_map_of_the_documents_names_every_page():
    named = set(re.findall(r"\]\(([^)#\s]+\.md)", read(DOCS / "README.md")))
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"}
    assert sorted(pages - named) == []


def test_a_dead_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One head\n", encoding="utf-8")
    text = "[a](#one-head) [b](#no-head) [c](none.md) [d](page.md#one-head) [e](https://x.org)"
    assert dead_links(page, text) == ["page.md: #no-head", "page.md: none.md"]


def test_pages_that_the_code_names_are_there():
    named = set()
    for path in (ROOT / "src").rglob("*.py"):
        named |= set(re.findall(r"\bdocs/[\w/-]+\.md\b", read(path)))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def texts_of_the_repository() -> list[Path]:
    endings = {
        ".md",
        ".py",
        ".sql",
        ".yaml",
        ".toml",
        ".lock",
        ".j2",
        ".css",
        ".js",
        ".txt",
        ".cfg",
    }
    folders = ("src", "docs", "tests", "benchmarks", "changelog.d")
    inside = [p for name in folders for p in (ROOT / name).rglob("*") if p.suffix in endings]
    ours = [path for path in inside if not path.name.endswith(".min.js")]
    return [*ours, *(p for p in ROOT.glob("*") if p.suffix in endings), ROOT / "Makefile"]


@pytest.mark.parametrize("path", texts_of_the_repository(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_sentence_names_the_place_where_it_was_written(path):
    found = [match.group() for match in KEPT_OUTSIDE.finditer(read(path))]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    ["see /wo" + "rk/notes", "in /tm" + "p/x", "https://py" + "pi.example/x", "far" + "m-7 said"],
)
def test_a_name_kept_outside_is_seen(planted):
    assert KEPT_OUTSIDE.search(planted)


def test_both_readmes_show_the_same_commands():
    english, chinese = (commands_of(read(readme)) for readme in READMES)
    assert english == chinese
    assert len(english) >= 9


def run(command: str, capsys) -> tuple[int, str]:
    """Run one command line in this process; return its exit status and what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", shlex.split(command))
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    shown = capsys.readouterr()
    return status, shown.out + shown.err


TOLD = {
    "account_day": (
        "account_id",
        ("dpd", "bucket", "status_24m", "asset_class", "class_rule", "instalments_missed"),
    ),
    "signal_day": ("subject_id", ("signal_id", "level")),
    "decision_day": ("customer_id", ("treatment", "rule_id")),
}
"""What the tour tells of its account: table, column that finds the rows, columns."""


def untold(tour: str, capsys) -> list[str]:
    """Return values of the tour's account on its night that the tour does not show."""
    missing = []
    for table, (column, names) in TOLD.items():
        value = "CA43df9231c4e6" if column == "customer_id" else "A43df9231c4e6"
        status, said = run(
            f"daihou show {table} --as-of 2022-08-31 --where {column}={value} --json"
            ' --unmask --why "is the tour right"',
            capsys,
        )
        assert status == 0, said
        shown = json.loads(said)
        for row in (dict(zip(shown["columns"], row, strict=True)) for row in shown["rows"]):
            values = [str(row[name]) for name in names]
            values += [f"{row[n] / 100:,.2f}" for n in ("overdue_minor", "ecl_minor") if n in row]
            missing += [v for v in values if v not in tour]
    return missing


def test_every_command_of_the_pages_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAIHOU_THREADS", "2")
    monkeypatch.setenv("DAIHOU_READ_LOG", str(tmp_path / "looks.jsonl"))
    monkeypatch.setenv("COLUMNS", "200")
    first = commands_of(read(READMES[0]))
    assert first[0].startswith("daihou init ")
    for command in first:
        status, said = run(command, capsys)
        assert status == 0, f"{command}\n{said}"
    monkeypatch.setenv("DAIHOU_HOME", shlex.split(first[0])[2])
    done = set(first)
    for page in sorted(DOCS.rglob("*.md")):
        for command in commands_of(read(page)):
            if command not in done:
                status, said = run(command, capsys)
                assert status == 0, f"{page.name}: {command}\n{said}"
                done.add(command)
    tour = read(DOCS / "tour.md")
    assert untold(tour, capsys) == []
    assert untold(tour.replace("919.46", ""), capsys) == ["919.46"], "a wrong value is seen"
    status, said = run("daihou show no_such_table", capsys)
    assert status == 2, "a command that fails is seen"
    assert "D200" in said
