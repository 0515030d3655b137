"""The command that reads credit reports and tells their owner what they mean."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from daihou.cli.base import (
    JsonOption,
    LangOption,
    Language,
    ReasonOption,
    UnmaskOption,
    app,
    aside,
    plain,
    progress,
    screen,
    show_answer,
)
from daihou.errors import DaihouError, ReportError, ReportLocked


@app.command()
def read(
    files: Annotated[
        list[Path], typer.Argument(help="Credit reports (PDF, XML, JSON), or one folder of them.")
    ],
    html: Annotated[
        Path | None, typer.Option("--html", help="Write one self-contained page to this file.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="An older report of the same person.")
    ] = None,
    letters: Annotated[
        Path | None, typer.Option("--letters", help="Folder for the letters that the plan needs.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="One row a report: a .jsonl, .parquet or .xlsx file."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Readers at once; default every core.")
    ] = None,
    seconds: Annotated[
        int | None, typer.Option(min=1, max=36_000, help="Time for one file; default by its size.")
    ] = None,
    password_env: Annotated[
        str | None,
        typer.Option("--password-env", metavar="NAME", help="Variable that holds the password."),
    ] = None,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Recognise scanned pages (extra `ocr`).")
    ] = False,
    unmask: UnmaskOption = False,
    why: ReasonOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Read credit reports offline: what they say, what matters, what to do, what is unclear.

    Each file is read by a process of its own that has no network, little memory and little time.
    Names and numbers are covered; every look is logged.
    """
    from daihou.jobs.look_log import Why
    from daihou.jobs.read import ReadRequest

    shown = [name for name, on in (("html", html), ("letters", letters), ("table", out)) if on]
    if out is None:
        shown.append("json" if as_json else "terminal")
    request = ReadRequest(
        password=_password(password_env), ocr=ocr, seconds=seconds, why=Why(unmask, why),
        shown=tuple(shown),
    )  # fmt: skip
    if out is not None:
        if html or letters or against:
            raise typer.BadParameter("--out goes without --html, --letters and --against")
        _table(files, out, request, workers, as_json)
        return
    if len(files) > 1 and (html or letters or against or as_json):
        raise typer.BadParameter("give one file, or a folder with --out FILE")
    _one_by_one(files, against, request, (html, letters), (as_json, lang))


def _one_by_one(
    files: list[Path], against: Path | None, request: Any, to: tuple[Path | None, Path | None],
    how: tuple[bool, Language],
) -> None:  # fmt: skip
    """Show one report after the other; one that cannot be read does not stop the next."""
    as_json, lang = how
    failed = False
    for path in files:
        try:
            with progress(as_json, whole=1) as tell:
                tell(path.name, 0, 1)
                told = _told([path, *([against] if against else [])], request)
            _write(told, *to, lang)
            _show(told, as_json, lang)
        except DaihouError as error:
            if len(files) == 1:
                raise
            failed = True
            aside.print(f"[bold red]✗[/] {plain(error.message)}", highlight=False, soft_wrap=True)
    if failed:
        raise typer.Exit(2)


def _password(variable: str | None) -> str | None:
    if variable is None:
        return None
    if (password := os.environ.get(variable)) is None:
        raise ReportError("no such variable", where=variable, next_step="set it, then run again")
    return password


def _told(paths: list[Path], request: Any) -> dict[str, Any]:
    """Return what is told of a report; a locked one is asked for at a terminal, once."""
    from dataclasses import replace

    from daihou.jobs.read import read_apart

    try:
        return read_apart(paths, request)
    except ReportLocked:
        if request.password is not None or not (sys.stdin.isatty() and aside.is_terminal):
            raise
    password = typer.prompt("密码 password", hide_input=True, err=True)
    return read_apart(paths, replace(request, password=password))


def _write(told: dict[str, Any], html: Path | None, letters: Path | None, lang: Language) -> None:
    from daihou.desk.borrower.files import write_letters, write_page

    if html is not None:
        write_page(told, html, lang.value)
        size = f"{html.stat().st_size / 1e6:.1f} MB"
        aside.print(f"{plain(str(html))} · {size}", highlight=False, soft_wrap=True)
    if letters is not None:
        for path in write_letters(told, letters, lang.value):
            aside.print(plain(str(path)), highlight=False, soft_wrap=True)


def _show(told: dict[str, Any], as_json: bool, lang: Language) -> None:
    from daihou.desk.borrower.view import borrower_view

    if as_json:
        more = {name: value for name, value in told.items() if name != "report"}
        show_answer(told["report"] | more, "", as_json=True)
    else:
        screen.print(borrower_view(told, lang.value), highlight=False)


def _table(files: list[Path], out: Path, request: Any, workers: int | None, as_json: bool) -> None:
    from daihou.desk.borrower.table import write_table

    with progress(as_json) as tell:
        receipt = write_table(files, out, request, workers, tell)
    problems = f" · ✗ {receipt.problems:,} → {receipt.problems_to}" if receipt.problems else ""
    show_answer(receipt.as_dict(), plain(f"{receipt.rows:,} → {out}{problems}"), as_json)
    if receipt.problems:
        raise typer.Exit(1)


@app.command()
def sample(
    to: Annotated[Path, typer.Argument(help="File to write.")] = Path("credit-report.pdf"),
    as_json: JsonOption = False,
) -> None:
    """Write the credit report of an invented person, to try `daihou read` on."""
    from daihou.desk.borrower.files import write_private
    from daihou.report.writers.sample import sample_report
    from daihou.report.writers.short_pdf import write_short_pdf

    write_private(to, write_short_pdf(sample_report()))
    show_answer({"file": str(to)}, plain(str(to)), as_json)
