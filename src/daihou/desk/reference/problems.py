"""The page of every number that a person may be shown: refusals, bad rows, doubts, brakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from daihou.contracts import FACTS
from daihou.desk.reference.commands import kinds_of
from daihou.desk.reference.markdown import table
from daihou.errors import DaihouError
from daihou.intake.problems import CODES
from daihou.night.book import Book, Brakes, Title
from daihou.night.checks import audits, brake_queries, check_stage

_SOME_DAY = date(2024, 1, 31)
"""A night before, so that the brakes on changes are on; its day is not shown."""


def problem_lines() -> Iterator[str]:
    """Return the lines of the page of problems."""
    yield "# Problems by number 问题编号"
    yield ""
    yield (
        "A number is never used twice. **D** refuses a command, **Q** a row of a lender's file, "
        "**K** is found by the check-in of a night."
    )
    yield from ("", "## D: a command is refused 命令被拒绝")
    yield from table(
        ("number", "name", "meaning", "exit status"),
        (
            (kind.code, f"`{kind.__name__}`", _first_line(kind), kind.exit_status)
            for kind in sorted(kinds_of(DaihouError), key=lambda kind: kind.code)
        ),
    )
    yield from ("## Q: a row is quarantined 数据行被隔离", "")
    yield "`daihou show quarantine` lists them with code, place and row number of the file."
    rules = [
        (code, f"{message} (`{name}`)")
        for name, contract in FACTS.items()
        for code, _, message in contract.row_rules
    ]
    yield from table(("number", "meaning"), [*CODES.items(), *rules])
    yield from ("## K: check-in of a night 夜间核对", "")
    yield "Rows of `check_day`. `reject`: the rows were left out; `warn`: they were used."
    yield from table(("number", "table", "severity", "meaning"), sorted(set(_checks())))
    yield from ("## Audits 审计", "")
    yield "Queries that must return no rows before a night is published; else `D810`."
    yield from table(("audit", "law"), ((f"`{a.name}`", a.law) for a in audits()))
    yield from ("## Brakes 熔断", "")
    yield (
        "A night over a cap stops before it publishes (`D820`) until two persons release it: "
        "`daihou night --release-brake --by A --second B --reason R`. The caps are settings of "
        "the [book](book.md); shown are the defaults, and 1,000,000 for the one that is off."
    )
    brakes = brake_queries(_book(), _SOME_DAY)
    yield from table(("brake", "law"), ((f"`brakes.{b.name}`", b.law) for b in brakes))


def _first_line(kind: type[DaihouError]) -> str:
    return (kind.__doc__ or "").split("\n")[0].replace("``", "`")


def _checks() -> Iterator[tuple[str, str, str, str]]:
    """Return each check's literals, read from the query that makes them."""
    for fed in (frozenset(FACTS), frozenset[str]()):
        for select in check_stage(fed, "CNY").query.find_all(exp.Select):
            named = {c.alias: c.this.name for c in select.expressions if isinstance(c, exp.Alias)}
            if "code" in named:
                yield (
                    named["code"], f"`{named['table_name']}`", named["severity"], named["message"],
                )  # fmt: skip


def _book() -> Book:
    return Book(
        book="any",
        title=Title(zh="任一账本", en="any book"),
        currency="CNY",
        rule_packs={"default": ()},
        policy="policy.yaml",
        brakes=Brakes(limit_cut_minor_max=1_000_000),
    )
