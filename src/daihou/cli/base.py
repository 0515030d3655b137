"""What every command shares: the application, common options, progress, one way to show."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

app = typer.Typer(
    name="daihou",
    help="Open post-loan management 贷后管理: watch every loan after it is paid out, act early, "
    "give a reason for every decision.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
screen = Console()
aside = Console(stderr=True)


class Language(StrEnum):
    """Languages of every screen and page."""

    ZH = "zh"
    EN = "en"


HomeOption = Annotated[
    Path | None, typer.Option("--home", help="The home folder; default DAIHOU_HOME.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
LangOption = Annotated[
    Language, typer.Option("--lang", envvar="DAIHOU_LANG", help="Language of what is shown.")
]
ThreadsOption = Annotated[
    int | None, typer.Option(min=1, help="Threads of the engine; default every core.")
]
DayOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="The day, as 2024-03-31.")
]
UnmaskOption = Annotated[
    bool, typer.Option("--unmask", help="Show personal columns; the look is logged.")
]
ReasonOption = Annotated[
    str | None, typer.Option("--why", help="Why personal columns must be shown; goes in the log.")
]


def plain(text: str) -> str:
    """Return text that the screen must not read as markup."""
    return text.replace("[", "\\[")


def show_answer(data: Any, view: RenderableType, as_json: bool) -> None:
    """Print the data as JSON, or the view for a person."""
    if as_json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        screen.print(view)


@contextmanager
def progress(quiet: bool, whole: int = 1) -> Iterator[Any]:
    """Give a function (name, done, most) that moves a bar on the error stream."""
    if quiet or not aside.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=aside, transient=True) as bar:
        task = bar.add_task("…", total=whole)

        def tell(name: str, done: int, most: int) -> None:
            bar.update(task, description=name, completed=done, total=most)

        yield tell
