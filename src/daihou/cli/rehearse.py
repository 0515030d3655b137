"""The command that lives through a stretch of days on a simulated book."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from daihou.cli.base import (
    HomeOption,
    JsonOption,
    LangOption,
    Language,
    app,
    progress,
    show_answer,
)
from daihou.jobs.home import find_home


@app.command()
def rehearse(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="Day of the first night.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Day of the last night.")],
    every: Annotated[int, typer.Option(min=1, max=31, help="Days between two nights.")] = 7,
    operator: Annotated[
        str, typer.Option(metavar="ID", help="Member of the staff who sends in the mornings.")
    ] = "batch",
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Rehearse past days on a simulated book: night, orders, delivery in the morning, facts.

    A bureau must be there (`daihou bureau-sim`). A real book is refused: its past days are over.
    """
    from daihou.desk.rehearsal_view import rehearsal_view
    from daihou.jobs.rehearse import Stretch, rehearse

    stretch = Stretch(_day(first), _day(last), every, operator)
    root = find_home(home)
    with progress(as_json) as tell:
        days = list(rehearse(root, stretch, datetime.now(UTC), tell))
    show_answer([day.as_dict() for day in days], rehearsal_view(days, lang.value), as_json)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: write it as 2024-03-31") from None
