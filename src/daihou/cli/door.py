"""The door: a refusal becomes one clear message and an exit status, and no traceback is shown."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import daihou
from daihou.cli.base import app, aside, plain, screen
from daihou.errors import DaihouError


def main() -> None:
    """Run the command line; a refusal becomes one clear message and an exit status."""
    try:
        status = app(standalone_mode=False)  # a command's own typer.Exit comes back as a number
        sys.exit(status if isinstance(status, int) else 0)
    except DaihouError as error:
        aside.print(f"[bold red]✗[/] {plain(error.message)}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_status)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        aside.print("stopped; nothing half done was kept")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does; that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last door: no traceback on the screen
        if not hasattr(error, "format_message"):
            from daihou.desk.refusal import unforeseen

            told, number = unforeseen(error)
            aside.print(f"[bold red]✗[/] {plain(told)}", highlight=False, soft_wrap=True)
            sys.exit(number)
        aside.print(f"[bold red]✗[/] {plain(error.format_message())}", highlight=False)
        sys.exit(2)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Show the version when asked for it."""
    if show:
        screen.print(f"daihou {daihou.__version__}", highlight=False)
        raise typer.Exit
