"""Commands of the simulated bureau: run it, and fetch a borrower's own copy from it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from daihou.cli.base import JsonOption, app, aside, plain, show_answer
from daihou.errors import GatewayError

SIMULATED = (
    "模拟征信中心：所有人、账户和查询都是虚构的。"
    "Simulated credit bureau: no person, account or inquiry is real."
)


@app.command("bureau-sim")
def bureau_sim(
    bank: Annotated[Path, typer.Option("--bank", help="Home of a simulated bank.")],
    state: Annotated[Path, typer.Option("--state", help="Folder of the bureau's own ledger.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 0,
    host: Annotated[
        str, typer.Option(help="Address to listen on; who reaches it can read the ledger.")
    ] = "127.0.0.1",
    seed: Annotated[int, typer.Option(min=0, help="Seed of lives and faults.")] = 1,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=SHARE",
            help="A fault: slow, drop_before, drop_after, later, garble, twice, refuse (shares 0 "
            "to 1), slow_ms, later_ms, reorder.",
        ),
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="Also work on files: requests/ and answers/.")
    ] = None,
    org: Annotated[
        list[str] | None,
        typer.Option(help="Organisation that may ask; default from the home's bureau.yaml."),
    ] = None,
    user: Annotated[
        list[str] | None, typer.Option(help="User that may ask; default anyone of it.")
    ] = None,
    institution: Annotated[
        str | None, typer.Option(help="Name of the bank in reports; default from its book.")
    ] = None,
    hours: Annotated[
        str | None, typer.Option(metavar="FROM-TO", help="Service hours, as 8-20.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Messages a minute at the most.")
    ] = None,
    password_for_tests: Annotated[
        str | None, typer.Option(help="Password, for tests only: others can see it.")
    ] = None,
) -> None:
    """Run a simulated credit bureau (模拟征信) for a simulated bank, until it is stopped.

    The password that the bank must use is read from DAIHOU_BUREAU_PASSWORD.
    """
    from daihou.gateways.message import sm3
    from daihou.gateways.settings import password_digest
    from daihou.gateways.simulator import Listening, serve
    from daihou.jobs.simulate import BankPeople, BureauWishes, faults_of, name_of, rules_of

    digest = sm3(password_for_tests) if password_for_tests else password_digest()
    name = institution or name_of(bank)
    wishes = BureauWishes(
        digest, tuple(org) if org else None, frozenset(user) if user else None, name,
        _hours(hours), per_minute, faults_of(fault or ()),
    )  # fmt: skip
    rules = rules_of(bank, wishes)
    people = BankPeople(bank, seed, name)

    def ready(address: str) -> None:
        sys.stdout.write(f"listening {address}\n{SIMULATED}\n")
        sys.stdout.flush()

    serve(Listening(state, host, port, batch, wishes.faults, seed), rules, people, ready)


def _hours(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 0 <= first < last <= 24:
        raise typer.BadParameter("hours are FROM-TO, as 8-20")
    return first, last


@app.command("own-report")
def own_report(
    bureau: Annotated[str, typer.Option("--bureau", metavar="URL", help="The bureau's address.")],
    id_no: Annotated[str, typer.Option("--id-no", help="Number of the identity document.")],
    name: Annotated[str, typer.Option("--name", help="Name of the borrower.")],
    to: Annotated[Path, typer.Option("--to", help="File to write.")],
    on: Annotated[
        str | None, typer.Option(metavar="DAY", help="Simulated day; default the newest.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a borrower's own credit report (本人版) from a simulated bureau; it leaves an own look.

    Read it with `daihou read`.
    """
    import httpx

    from daihou.desk.borrower.files import write_private

    asked = {"name": name} | ({"on": on} if on else {})
    try:
        with httpx.Client(base_url=bureau, timeout=60, trust_env=False) as client:
            answer = client.get(f"/people/{id_no}/own-report.pdf", params=asked)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise GatewayError(
            f"the bureau does not answer: {type(error).__name__}", where=bureau,
            next_step="start it with `daihou bureau-sim`",
        ) from error  # fmt: skip
    if answer.status_code != 200 or not answer.content.startswith(b"%PDF"):
        raise GatewayError(
            f"the bureau refused: {_told(answer.text)}", where=f"status {answer.status_code}",
            next_step="look at name, number and day",
        )  # fmt: skip
    write_private(to, answer.content)
    if not as_json:
        aside.print(SIMULATED, highlight=False, soft_wrap=True)
    show_answer({"file": str(to), "simulated": True}, plain(str(to)), as_json)


def _told(text: str) -> str:
    return text[:200]
