"""Commands around inquiries: what a night plans, orders and their story, approval, audit."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
    UnmaskOption,
    app,
    progress,
    show_answer,
)
from daihou.inquiry.orders import OrderState
from daihou.jobs.home import find_home

inquiries = typer.Typer(
    name="inquiries",
    help="Inquiries to the bureau 贷后查询: plan, orders, approval, audit.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(inquiries)

ByOption = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who does it.")]
ExcelOption = Annotated[
    Path | None, typer.Option("--xlsx", help="Write an Excel file too; it must not exist yet.")
]


def day_of(text: str) -> date:
    """Return a day that a person wrote."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2024-03-31") from error


@inquiries.command("plan")
def plan(
    as_of: DayOption = None,
    top: Annotated[int, typer.Option(min=0, max=1_000, help="Orders shown.")] = 10,
    xlsx: ExcelOption = None,
    unmask: UnmaskOption = False,
    why: ReasonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show whom a published night plans to ask about, why, and whom the gate refuses.

    Example: `daihou inquiries plan --as-of 2025-06-30`
    """
    from daihou.desk.inquiries_plan import plan_of
    from daihou.desk.inquiries_view import plan_view
    from daihou.desk.look import Look, export_table

    look = Look(find_home(home), unmask=unmask, why=why, now=datetime.now(UTC))
    day = day_of(as_of) if as_of else None
    shown = plan_of(look, day, top)
    if xlsx is not None:
        export_table(look, "inquiry_order", day, xlsx)
    show_answer(shown.as_dict(), plan_view(shown, lang.value), as_json)


@inquiries.command("show")
def show(
    which: Annotated[
        str | None, typer.Argument(help="An order's key, or a customer; default the newest.")
    ] = None,
    state: Annotated[
        list[OrderState] | None, typer.Option("--state", help="Only orders in this state.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Orders at the most.")] = 20,
    unmask: UnmaskOption = False,
    why: ReasonOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show orders: state, who approved and sent, when, why, and what was seen of the answer.

    Example: `daihou inquiries show --state planned`
    """
    from daihou.desk.inquiries_orders import orders_to_show
    from daihou.desk.inquiries_view import orders_view
    from daihou.desk.look import Look

    look = Look(find_home(home), unmask=unmask, why=why, now=datetime.now(UTC))
    shown = orders_to_show(look, which, frozenset(state or ()), limit)
    show_answer(shown.as_dict(), orders_view(shown, lang.value, whole=which is not None), as_json)


@inquiries.command("approve")
def approve(
    by: ByOption,
    keys: Annotated[list[str] | None, typer.Argument(help="Keys of orders.")] = None,
    night: Annotated[
        str | None, typer.Option("--night", metavar="RUN", help="All that this night planned.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait for approval.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Approve orders that wait; those that need two are approved by two different persons.

    Example: `daihou inquiries approve --all --by ann`
    """
    from dataclasses import asdict

    from daihou.desk.inquiries_view import approved_view
    from daihou.jobs.approve import Wanted
    from daihou.jobs.approve import approve as approve_orders

    wanted = Wanted(tuple(keys or ()), night, everything)
    with progress(as_json) as tell:
        done = approve_orders(find_home(home), wanted, by, datetime.now(UTC), tell)
    show_answer(asdict(done), approved_view(done, lang.value), as_json)


@inquiries.command("cancel")
def cancel(
    keys: Annotated[list[str], typer.Argument(help="Keys of orders.")],
    by: ByOption,
    why: Annotated[str, typer.Option("--why", help="Why; kept with the order.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Cancel orders that have not left yet."""
    from dataclasses import asdict

    from daihou.desk.inquiries_view import cancelled_view
    from daihou.jobs.approve import cancel as cancel_orders

    done = cancel_orders(find_home(home), keys, by, why, datetime.now(UTC))
    show_answer(asdict(done), cancelled_view(done, lang.value), as_json)


@inquiries.command("settle")
def settle(
    key: Annotated[str, typer.Argument(help="Key of an order whose outcome is unclear.")],
    by: ByOption,
    second: Annotated[
        str, typer.Option("--second", metavar="PERSON", help="Another person, of compliance.")
    ],
    why: Annotated[str, typer.Option("--why", help="What the bureau said; kept with the order.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """End an unclear order as failed, after asking the bureau; it counts as a look.

    Its key is never sent again.
    """
    from daihou.desk.inquiries_view import settled_view
    from daihou.jobs.settle import Settling
    from daihou.jobs.settle import settle as settle_order

    state = settle_order(find_home(home), Settling(key, by, second, why), datetime.now(UTC))
    show_answer({"key": key, "state": state.value}, settled_view(key, lang.value), as_json)


@inquiries.command("audit")
def audit(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day.")],
    by: Annotated[
        str, typer.Option("--by", metavar="PERSON", help="Who audits; needed once there is staff.")
    ] = "",
    xlsx: ExcelOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Audit inquiries: the chain of events, alarms, and who asked about whom, when, why, what came.

    Example: `daihou inquiries audit --from 2025-06-01 --to 2025-06-30 --xlsx audit.xlsx --by cho`
    """
    from daihou.desk.audit_view import audit_view
    from daihou.desk.inquiries_excel import write_audit
    from daihou.jobs.audit import audit_inquiries

    with progress(as_json) as tell:
        found = audit_inquiries(
            find_home(home), (day_of(first), day_of(last)), by, datetime.now(UTC), tell
        )
        if xlsx is not None:
            write_audit(found, xlsx)
    show_answer(found.as_dict(), audit_view(found, lang.value), as_json)
    found.check()
