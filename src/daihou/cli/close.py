"""The commands that close a relationship, so that inquiries stop, and open it again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from daihou.cli.base import HomeOption, JsonOption, LangOption, Language, app, show_answer
from daihou.cli.inquiries import day_of
from daihou.jobs.home import find_home


@app.command("close")
def close(
    customer: Annotated[str, typer.Argument(help="The lender's number of the customer.")],
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help="From this day on nobody asks any more.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="PERSON", help="The officer.")] = "",
    second: Annotated[
        str, typer.Option("--second", metavar="PERSON", help="The approver, another person.")
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Tell what is left; change nothing.")
    ] = False,
    release_guarantees: Annotated[
        bool,
        typer.Option("--release-guarantees", help="Release the person from live guarantees too."),
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Close a relationship: end lines, cards, guarantees and consent, stop inquiries, give proof.

    Example: `daihou close C0000000001 --on 2025-06-30 --by ofe --second ann`
    """
    from daihou.desk.closing_view import checked_data, checked_view, closed_view
    from daihou.desk.proof_of_settlement import write_proof
    from daihou.jobs.close import Closing, check_closing, close_relationship

    root = find_home(home)
    closing = Closing(customer, day_of(on), by, second, release_guarantees)
    if check:
        found = check_closing(root, closing)
        show_answer(checked_data(found), checked_view(found, lang.value), as_json)
        return
    closed = close_relationship(root, closing, datetime.now(UTC))
    files = [str(path) for path in write_proof(closed.proof, root / "closings")]
    data = {
        "proof": asdict(closed.proof), "closed_before": closed.closed_before,
        "orders_cancelled": closed.orders_cancelled, "files": files,
    }  # fmt: skip
    show_answer(data, closed_view(closed, files, lang.value), as_json)


@app.command("reopen")
def reopen(
    customer: Annotated[str, typer.Argument(help="The lender's number of the customer.")],
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help="From this day on asking is allowed again.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="PERSON", help="The officer.")],
    second: Annotated[
        str, typer.Option("--second", metavar="PERSON", help="The approver, another person.")
    ],
    why: Annotated[str, typer.Option("--why", help="Why; goes in the chain of events.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Lift the stop of a closing when the customer comes back with new business and consent.

    Example: `daihou reopen C0000000001 --on 2025-09-01 --by ofe --second ann --why "new loan"`
    """
    from daihou.desk.closing_view import reopened_view
    from daihou.jobs.reopen import Reopening, reopen_relationship

    wanted = Reopening(customer, day_of(on), by, second, why)
    done = reopen_relationship(find_home(home), wanted, datetime.now(UTC))
    show_answer(asdict(done), reopened_view(done, lang.value), as_json)
