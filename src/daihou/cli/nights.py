"""Commands of a lender's home: make it, land files, run nights, look at what they say."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from daihou.cli.base import (
    DayOption,
    HomeOption,
    JsonOption,
    LangOption,
    Language,
    ReasonOption,
    ThreadsOption,
    UnmaskOption,
    app,
    progress,
    show_answer,
)
from daihou.errors import NotFound
from daihou.jobs.home import find_home


class Example(StrEnum):
    """Books that ship."""

    AUTO = "auto"
    CARDS = "cards"
    BANK = "bank"


class Dialect(StrEnum):
    """SQL dialects that a compiled night can be printed in."""

    DUCKDB = "duckdb"
    SPARK = "spark"


@app.command()
def init(
    home: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    example: Annotated[Example, typer.Option(help="Which book to start from.")] = Example.AUTO,
    accounts: Annotated[
        int, typer.Option(min=1, max=100_000_000, help="Size of the simulated bank.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulated bank.")] = 1,
    identities: Annotated[
        bool, typer.Option("--identities", help="Give the bank's customers invented names.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a home: configuration, policies, mappings, a lender's files to land, an empty lake."""
    from daihou.jobs.init import BankSize, init_home

    with progress(as_json) as tell:
        made = init_home(
            home, example=example.value, bank=BankSize(accounts, seed, identities),
            on_progress=tell,
        )  # fmt: skip
    show_answer(
        {"home": str(made.root), "book": made.book.book, "simulated": made.book.simulated},
        f"[bold]{made.book.title.zh} · {made.book.title.en}[/]\nhome {made.root}\n"
        f"next: daihou land --home {made.root}",
        as_json,
    )


@app.command()
def land(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to land; default all of HOME/inbox.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="Mapping file for these files.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Tell all problems; land nothing.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Land a lender's files: check every row, quarantine what breaks the contract, publish.

    Inquiry orders whose consent or relationship has ended thereby are called off at once.
    """
    from daihou.desk.receipts import landing_view
    from daihou.jobs.land import land as land_files
    from daihou.jobs.land import land_inbox
    from daihou.jobs.recheck import recheck_pending

    if bool(files) != bool(mapping):
        raise typer.BadParameter("give files and --mapping together, or neither of them")
    root, now = find_home(home), datetime.now(UTC)
    with progress(as_json) as tell:
        receipts = (
            land_files(root, mapping, files, now=now, check_only=check, on_progress=tell)
            if files and mapping
            else land_inbox(root, now=now, check_only=check, on_progress=tell)
        )
    off = None if check else recheck_pending(root, now)
    show_answer(
        [r.as_dict() for r in receipts],
        landing_view(receipts, lang.value, check=check, called_off=off.called_off if off else 0),
        as_json,
    )
    if check and any(receipt.rows_quarantined for receipt in receipts):
        raise typer.Exit(1)


@app.command()
def night(
    as_of: DayOption = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day.")] = None,
    daily: Annotated[
        bool, typer.Option("--daily", help="Every day from first to last, not month ends only.")
    ] = False,
    release_brake: Annotated[
        bool, typer.Option("--release-brake", help="Publish although a brake holds the night.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who releases the brake.")] = "",
    second: Annotated[str, typer.Option(help="The second person who releases it.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is released.")] = "",
    threads: ThreadsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Run one night, or every month end from a day to a day, and publish each in one step.

    The orders and new proposals of a book that asks the bureau then enter operations, once each.
    """
    from daihou.desk.receipts import nights_view
    from daihou.jobs.enter import enter_if_asking
    from daihou.jobs.night import BrakeRelease, Run, run_night
    from daihou.night.dates import days_between

    if (as_of is None) == (first is None or last is None):
        raise typer.BadParameter("give --as-of DAY, or --from DAY and --to DAY")
    days = [_day(as_of)] if as_of else days_between(_day(first), _day(last), daily=daily)
    if not days:
        raise NotFound("no month end lies between the two days", next_step="add --daily")
    release = BrakeRelease(by, second, reason) if release_brake else None
    root = find_home(home)
    receipts, entered = [], []
    with progress(as_json, whole=len(days)) as tell:
        for number, day in enumerate(days, 1):
            if len(days) == 1:
                run = Run(threads, tell)
            else:
                run = Run(threads)
                tell(f"{day}", number, len(days))
            receipts.append(run_night(root, day, now=datetime.now(UTC), run=run, release=release))
            entered.append(enter_if_asking(root, day, datetime.now(UTC)))
    told = [
        receipt.as_dict() | ({} if one is None else {"entered": one.as_dict()})
        for receipt, one in zip(receipts, entered, strict=True)
    ]
    show_answer(told, nights_view(receipts, entered, lang.value), as_json)


@app.command()
def status(
    summary: Annotated[
        bool, typer.Option("--summary", help="Show the head of risk's summary of the last night.")
    ] = False,
    as_of: DayOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show what a home holds: facts, nights, landings, problems."""
    from daihou.desk.look import figures_of_night, status_of
    from daihou.desk.views import status_view, summary_view

    root = find_home(home)
    if summary:
        figures = figures_of_night(root, _day(as_of) if as_of else None)
        show_answer(figures.as_dict(), summary_view(figures, lang.value), as_json)
    else:
        shown = status_of(root)
        show_answer(shown.as_dict(), status_view(shown, lang.value), as_json)


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="A result or fact table, or quarantine.")],
    as_of: DayOption = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", help="column=value, may be given again.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Rows at the most.")] = 20,
    unmask: UnmaskOption = False,
    why: ReasonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show rows of a table; identifying and personal columns are masked unless asked for."""
    from daihou.desk.look import Look, rows_to_show
    from daihou.desk.views import table_view

    look = Look(find_home(home), unmask=unmask, why=why, now=datetime.now(UTC))
    rows = rows_to_show(look, table, _day(as_of) if as_of else None, where or (), limit)
    show_answer(rows.as_dict(), table_view(rows, lang.value), as_json)


@app.command()
def explain(
    account: Annotated[str, typer.Argument(help="The account's number.")],
    as_of: DayOption = None,
    unmask: UnmaskOption = False,
    why: ReasonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Explain one account: which facts, which law article, which rule, what would change it."""
    from daihou.desk.explain import explain_account
    from daihou.desk.look import Look
    from daihou.desk.views import explain_view

    look = Look(find_home(home), unmask=unmask, why=why, now=datetime.now(UTC))
    told = explain_account(look, account, _day(as_of) if as_of else None)
    show_answer(told.as_dict(), explain_view(told, lang.value), as_json)


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="A result or fact table.")],
    to: Annotated[Path, typer.Option("--to", help="File to write: .parquet, .csv or .xlsx.")],
    as_of: DayOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    unmask: UnmaskOption = False,
    why: ReasonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Export a table to Parquet, CSV or Excel; personal columns are masked unless asked for."""
    from daihou.desk.look import Look, export_table

    look = Look(find_home(home), unmask=unmask, why=why, now=datetime.now(UTC))
    with progress(as_json) as tell:
        receipt = export_table(
            look, table, _day(as_of) if as_of else None, to, force=force, on_progress=tell
        )
    show_answer(receipt.as_dict(), f"{receipt.rows:,} rows → {to}", as_json)


@app.command()
def report(
    to: Annotated[Path, typer.Option("--to", help="File to write.")] = Path("daihou-report.html"),
    as_of: DayOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Write one self-contained HTML page: ageing, classes, roll rates, signals, proposals."""
    from daihou.desk.look import write_report

    with progress(as_json) as tell:
        tell("report", 0, 1)
        size = write_report(find_home(home), _day(as_of) if as_of else None, to, lang.value)
        tell("report", 1, 1)
    show_answer({"file": str(to), "bytes": size}, f"{to} · {size / 1e6:.1f} MB", as_json)


@app.command()
def replay(
    as_of: DayOption = None,
    threads: ThreadsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a published night again from what it read and compare; nothing is published."""
    from daihou.desk.look import day_of_night
    from daihou.jobs.night import Run, replay_night

    root = find_home(home)
    with progress(as_json) as tell:
        entry, hashes = replay_night(
            root, day_of_night(root, _day(as_of) if as_of else None), Run(threads, tell)
        )
    published = {file.table: file.content_hash for file in entry.adds}
    same = published == dict(hashes)
    lines = [
        f"{'✓' if hashes[table] == published[table] else '✗'} {table} {published[table][:16]}"
        for table in published
    ]
    show_answer(
        {"as_of": str(entry.as_of), "same": same, "published": published, "replayed": dict(hashes)},
        "\n".join([*lines, "the same bytes" if same else "NOT the same bytes"]),
        as_json,
    )
    if not same:
        raise typer.Exit(1)


@app.command()
def retain(
    keep_from: Annotated[
        str, typer.Option("--keep-from", metavar="DAY", help="Oldest night kept.")
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete the nights before a day for good; the deletion itself stays in the log."""
    from daihou.desk.look import retain_nights

    gone = retain_nights(find_home(home), _day(keep_from), datetime.now(UTC))
    show_answer({"files_deleted": gone}, f"{gone} files deleted", as_json)


@app.command()
def mirror(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Bring the Delta Lake logs beside the tables up to date, for Spark, Trino and Polars."""
    from daihou.desk.look import mirror_lake

    steps = mirror_lake(find_home(home), datetime.now(UTC))
    show_answer(
        steps,
        "\n".join(f"{s['table']} +{s['added']} -{s['removed']}" for s in steps) or "up to date",
        as_json,
    )


@app.command()
def plan(
    as_of: DayOption = None,
    dialect: Annotated[Dialect, typer.Option(help="SQL dialect.")] = Dialect.DUCKDB,
    home: HomeOption = None,
) -> None:
    """Print the compiled night: every stage, output and audit as SQL, in order."""
    from daihou.desk.look import plan_text

    sys.stdout.write(plan_text(find_home(home), _day(as_of) if as_of else None, dialect.value))


@app.command(hidden=True)
def reference(folder: Annotated[Path, typer.Argument(help="Folder of the pages.")]) -> None:
    """Write the generated reference pages."""
    from daihou.desk.reference import reference_pages

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages(app).items():
        (folder / name).write_text(text, encoding="utf-8")


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2024-03-31") from error
