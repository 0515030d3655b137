"""Open a home to look at it: status, figures, rows, exports, the page."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from daihou.contracts import FACTS, RESULTS, Contract
from daihou.desk.export import ExportOptions, ExportReceipt, export_rows
from daihou.desk.figures import FigureOptions, Figures, NightFiles
from daihou.desk.labels import Words
from daihou.desk.measure import figures_of
from daihou.desk.report import report_html
from daihou.desk.shapes import (
    BookTitle,
    LandingLine,
    LawPack,
    NightLine,
    Provenance,
    Status,
    TableRows,
)
from daihou.engines import bind_files, connect, disk_errors
from daihou.errors import ContractError, DaihouError, HomeError, NotFound
from daihou.jobs.home import Home, Progress, open_home
from daihou.jobs.night import night_of, program_of
from daihou.jobs.resolve import inputs_of, read_inputs, settings_for
from daihou.lake import Entry, Lake
from daihou.lake.delta import mirror
from daihou.night.compile import NightSettings


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which home; personal columns are shown only with a reason, which is logged."""

    root: Path
    unmask: bool
    why: str | None
    now: datetime

    def open(self, what: str) -> Home:
        """Return the home; an unmasked look is written to HOME/looks.jsonl first.

        Raises: HomeError when personal columns are asked for without a reason.
        """
        home = open_home(self.root)
        if not self.unmask:
            return home
        if not (self.why or "").strip():
            raise HomeError(
                "personal columns need a reason", next_step='add --why "..."',
                why="every look at personal data is logged with who and why",
            )  # fmt: skip
        line = {
            "at": self.now.isoformat(), "who": getpass.getuser(), "what": what, "why": self.why,
        }  # fmt: skip
        path = self.root / "looks.jsonl"
        with disk_errors(path), path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())
        return home


def title_of(home: Home) -> BookTitle:
    """Return the name under which a home's figures are shown."""
    book = home.book
    return BookTitle(book.book, book.title.zh, book.title.en, book.currency, book.simulated)


def status_of(root: Path) -> Status:
    """Return what a home holds and what is wrong with it."""
    home = open_home(root)
    lake = home.lake
    facts = {
        name: sum(file.rows for file in files) for name in FACTS if (files := lake.fact_files(name))
    }
    problems: list[str] = []
    try:
        settings_for(read_inputs(home), date.today(), dict.fromkeys(facts, False), None)
    except DaihouError as error:
        problems.append(error.message)
    nights = tuple(
        NightLine(
            entry.as_of,
            int(entry.note["rows"]["account_day"]),
            entry.note["run_id"],
            entry.note["policies"].get("champion", ""),
        )
        for entry in lake.nights()
        if entry.as_of is not None
    )
    return Status(
        book=title_of(home),
        home=str(root),
        facts=facts,
        nights=nights,
        landings=tuple(line for entry in lake.landings() for line in _landing_lines(entry)),
        problems=tuple(problems),
        lake_version=lake.version,
        lake_bytes=sum(path.stat().st_size for path in lake.root.rglob("*.parquet")),
    )


def _landing_lines(entry: Entry) -> list[LandingLine]:
    return [
        LandingLine(
            table=receipt["table"],
            file=receipt["source"],
            rows_read=receipt["rows_read"],
            rows_accepted=receipt["rows_accepted"],
            rows_quarantined=receipt["rows_quarantined"],
            at=entry.at,
        )
        for receipt in entry.note["parts"]
    ]


def figures_of_night(
    root: Path, as_of: date | None, on_progress: Progress | None = None
) -> Figures:
    """Return the figures of one night (the last one by default) beside the nights before it."""
    home = open_home(root)
    entry = night_of(home.lake, as_of)
    assert entry.as_of is not None, "a night has a day"
    # What the night read, not what the home says today: the page tells where its figures come from.
    settings = settings_for(inputs_of(home.lake, entry), entry.as_of, {}, None)
    options = FigureOptions(
        names=_names(settings),
        provenance=_provenance(home, entry, settings),
        on_step=None
        if on_progress is None
        else lambda done, most, name: on_progress(name, done, most),
    )
    with connect() as connection:
        return figures_of(connection, nights_of(home.lake), entry.as_of, title_of(home), options)


def nights_of(lake: Lake) -> list[NightFiles]:
    """Return every published night with the paths of its files."""
    return [
        NightFiles(
            entry.as_of,
            {
                table: [lake.path_of(file) for file in lake.night_files(table, entry.as_of)]
                for table in RESULTS
            },
        )
        for entry in lake.nights()
        if entry.as_of is not None
    ]


def _names(settings: NightSettings) -> dict[str, Words]:
    names = {signal.id: Words(signal.zh, signal.en) for signal in settings.catalogue.signals}
    for policy, _ in settings.policies:
        names |= {rule.id: Words(rule.reason.zh, rule.reason.en) for rule in policy.rules}
    return names


def _provenance(home: Home, entry: Entry, settings: NightSettings) -> Provenance:
    note = entry.note
    packs: dict[str, LawPack] = {}
    for law in settings.laws.values():
        for pack in law.packs:
            grades: dict[str, int] = {}
            for parameter in law.parameters.values():
                if parameter.pack == pack.id:
                    grades[parameter.grade.value] = grades.get(parameter.grade.value, 0) + 1
            packs[pack.id] = LawPack(pack.id, Words(pack.zh, pack.en), pack.instrument, grades)
    return Provenance(
        run_id=note["run_id"],
        policy_version=note["policies"]["champion"],
        engine=note["engine"],
        program_digest=note["program_digest"],
        law_packs=tuple(packs.values()),
        content_hashes={file.table: file.content_hash for file in entry.adds},
        facts={
            name: sum(f.rows for f in home.lake.fact_files(name, int(note["facts_version"])))
            for name in FACTS
        },
    )


def rows_to_show(
    look: Look, table: str, as_of: date | None, where: Sequence[str], limit: int
) -> TableRows:
    """Return some rows of a result table, a fact table, or ``quarantine``."""
    home = look.open(f"show {table} {' '.join(where)}")
    paths, contract, day = _table(home, table, as_of)
    with connect() as connection:
        if not paths:
            return TableRows(table, (), (), 0, home.book.currency, day, not look.unmask)
        bind_files(connection, "shown", paths)
        conditions, values = _conditions(where, contract)
        order = f" ORDER BY {', '.join(contract.key)}" if contract and table in RESULTS else ""
        total = connection.execute(f"SELECT COUNT(*) FROM shown{conditions}", values).fetchone()
        cursor = connection.execute(f"SELECT * FROM shown{conditions}{order} LIMIT {limit}", values)
        columns = tuple(column[0] for column in cursor.description)
        rows = tuple(cursor.fetchall())
    assert total is not None, "a count is one row"
    return TableRows(table, columns, rows, total[0], home.book.currency, day, not look.unmask)


def _table(
    home: Home, table: str, as_of: date | None
) -> tuple[list[Path], Contract | None, date | None]:
    lake = home.lake
    if table == "quarantine":
        files = [file for name in FACTS for file in lake.quarantine_files(name)]
        return [lake.path_of(file) for file in files], None, None
    if table in FACTS:
        return [lake.path_of(file) for file in lake.fact_files(table)], FACTS[table], None
    if table not in RESULTS:
        raise ContractError(
            f"no table {table!r}",
            next_step=f"use one of {', '.join([*RESULTS, *FACTS, 'quarantine'])}",
        )
    entry = night_of(lake, as_of)
    assert entry.as_of is not None, "a night has a day"
    files = list(lake.night_files(table, entry.as_of))
    return [lake.path_of(file) for file in files], RESULTS[table], entry.as_of


def _conditions(where: Sequence[str], contract: Contract | None) -> tuple[str, list[Any]]:
    conditions, values = [], []
    for text in where:
        name, sign, value = text.partition("=")
        if not sign or contract is None:
            raise ContractError(
                f"{text!r} is not a condition on this table", next_step="write column=value"
            )
        column = contract.column(name.strip())
        conditions.append(f"{column.name} = CAST(? AS {column.kind.sql_type})")
        values.append(value.strip())
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), values


def export_table(  # noqa: PLR0913
    look: Look,
    table: str,
    as_of: date | None,
    to: Path,
    *,
    force: bool = False,
    on_progress: Progress | None = None,
) -> ExportReceipt:
    """Write a table to Parquet, CSV or Excel by the ending of ``to``.

    Raises: HomeError when the file exists and ``force`` is not given; NotFound; DiskError.
    """
    if to.exists() and not force:
        raise HomeError("the file exists", where=str(to), next_step="add --force to write over it")
    home = look.open(f"export {table} to {to}")
    paths, contract, day = _table(home, table, as_of)
    if not paths:
        raise NotFound(f"nothing in {table} to export", next_step="land files or run a night first")
    with connect() as connection, disk_errors(to):
        return export_rows(
            connection,
            paths,
            to,
            ExportOptions(
                table=table, contract=contract, currency=home.book.currency, as_of=day,
                simulated=home.book.simulated, unmask=look.unmask, on_progress=on_progress,
            ),
        )  # fmt: skip


def write_report(
    root: Path, as_of: date | None, to: Path, lang: str, on_progress: Progress | None = None
) -> int:
    """Write the report page of a night; return its size in bytes."""
    page = report_html(figures_of_night(root, as_of, on_progress), lang)
    data = page.encode()
    with disk_errors(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        scratch = to.with_name(to.name + ".tmp")
        scratch.write_bytes(data)
        scratch.replace(to)
    return len(data)


def retain_nights(root: Path, keep_from: date, now: datetime) -> int:
    """Delete the nights before ``keep_from`` for good; return how many files went."""
    home = open_home(root)
    entry = home.lake.retain(keep_from, now)
    if home.book.delta_mirror:
        mirror(home.lake, now)  # its readers would look for files that are gone
    return 0 if entry is None else len(entry.purged)


def mirror_lake(root: Path, now: datetime) -> list[dict[str, Any]]:
    """Bring the Delta logs up to the lake; return files added and removed by table."""
    return [
        {"table": step.table, "added": step.added, "removed": step.removed}
        for step in mirror(open_home(root).lake, now)
    ]


def day_of_night(root: Path, as_of: date | None) -> date:
    """Return the day asked for, or that of the last night."""
    day = night_of(open_home(root).lake, as_of).as_of
    assert day is not None, "a night has a day"
    return day


def plan_text(root: Path, as_of: date | None, dialect: str) -> str:
    """Return the compiled night as SQL in ``dialect``."""
    home = open_home(root)
    day = as_of or day_of_night(root, None)
    return "\n".join(program_of(home, day).lines(dialect))
