"""Commands of staff: who is there, in which roles; the first admin enters the own name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from daihou.cli.base import HomeOption, JsonOption, LangOption, Language, app, show_answer
from daihou.inquiry.staff import Member, Role
from daihou.jobs.home import find_home

staff = typer.Typer(
    name="staff",
    help="Staff 人员: who plans, approves, sends, closes, audits, and who manages staff.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(staff)

PersonArgument = Annotated[str, typer.Argument(help="The person's name in the lender's systems.")]
ByOption = Annotated[
    str, typer.Option("--by", metavar="ADMIN", help="The admin who does it; the first: oneself.")
]
RoleOption = Annotated[list[Role], typer.Option("--role", help="A role; may be given again.")]


@staff.command("add")
def add(
    person: PersonArgument,
    role: RoleOption,
    by: ByOption,
    branch: Annotated[str, typer.Option(help="The person's branch.")] = "",
    cap: Annotated[
        int, typer.Option("--cap", min=0, max=100_000, help="Inquiries a day; for operators.")
    ] = 0,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Enter a member of staff; nobody is both admin and operator.

    Example: `daihou staff add ann --role approver --by ada`
    """
    from daihou.jobs.staff import open_staff

    member = Member(person, frozenset(role), branch, cap)
    _show([open_staff(find_home(home)).add(member, by, datetime.now(UTC))], as_json, lang)


@staff.command("list")
def list_(
    home: HomeOption = None, as_json: JsonOption = False, lang: LangOption = Language.ZH
) -> None:
    """List staff with roles, branch and daily cap; those who left too."""
    from daihou.jobs.staff import open_staff

    _show(open_staff(find_home(home)).members(), as_json, lang)


@staff.command("role")
def role_(
    person: PersonArgument,
    role: RoleOption,
    by: ByOption,
    cap: Annotated[
        int | None, typer.Option("--cap", min=0, max=100_000, help="Another number a day.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Give a member the roles named and no others; nobody changes the own."""
    from daihou.jobs.staff import open_staff

    found = open_staff(find_home(home))
    member = found.set_roles(person, frozenset(role), by, datetime.now(UTC), cap)
    _show([member], as_json, lang)


@staff.command("leave")
def leave(
    person: PersonArgument,
    by: ByOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Let a member go: from now on the person may do nothing."""
    from daihou.jobs.staff import open_staff

    _show([open_staff(find_home(home)).leave(person, by, datetime.now(UTC))], as_json, lang)


def _show(members: Sequence[Member], as_json: bool, lang: Language) -> None:
    from daihou.desk.inquiries_view import member_data, staff_view

    show_answer([member_data(m) for m in members], staff_view(members, lang.value), as_json)
