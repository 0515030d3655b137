"""The command that sends approved orders to the bureau and takes in what it says."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Annotated, Any

import typer

from daihou.cli.base import (
    HomeOption,
    JsonOption,
    LangOption,
    Language,
    app,
    aside,
    progress,
    show_answer,
)
from daihou.jobs.home import find_home, open_home


@app.command()
def deliver(
    operator: Annotated[
        str, typer.Option("--operator", metavar="ID", help="Who sends: staff in the role operator.")
    ],
    watch: Annotated[
        bool,
        typer.Option("--watch/--once", help="Go on until told to stop, or until nothing is due."),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Messages under way at once; default of bureau.yaml."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Begin at 2025-03-01T09:30 (simulated books only)."),
    ] = None,
    patience: Annotated[
        float, typer.Option(min=0, max=86_400, help="Seconds that --once waits for what is due.")
    ] = 10,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Send approved orders to the bureau, each at most once, and keep its answers sealed.

    The gate is read once more before each message leaves. What is unclear is asked about and never
    sent again but on the bureau's word. Stopping lets what is under way end; a second signal stops
    hard, and the next run asks about the rest.
    """
    from daihou.desk.delivery_view import delivery_view
    from daihou.jobs.deliver import DeliverOptions
    from daihou.jobs.deliver import deliver as send_orders
    from daihou.jobs.operations import operations_of

    opened = open_home(find_home(home))
    operations = operations_of(opened)
    with progress(as_json) as tell, _stopping() as stop:
        receipt = send_orders(
            opened,
            operations,
            DeliverOptions(
                operator, workers=workers, watch=watch, patience_seconds=patience,
                at=_time_of(at), stop=stop, on_progress=tell,
            ),
        )  # fmt: skip
    show_answer(receipt.as_dict(), delivery_view(receipt, lang.value), as_json)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Give an event that the first signal to stop sets; the second one ends the process."""
    stop = threading.Event()
    before: dict[int, Any] = {}

    def heard(number: int, _frame: FrameType | None) -> None:
        aside.print("停止中：等待在途报文结束 · stopping: waiting for what is under way")
        stop.set()
        signal.signal(number, before[number])

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.getsignal(number)
        signal.signal(number, heard)
    try:
        yield stop
    finally:
        for kept, handler in before.items():
            signal.signal(kept, handler)


def _time_of(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time like 2025-03-01T09:30") from None
