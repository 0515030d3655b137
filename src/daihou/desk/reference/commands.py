"""The page of every command, read from the signatures that the command line is made of."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import typer
from typer.models import ArgumentInfo, OptionInfo

from daihou.desk.reference.markdown import coded, table
from daihou.errors import DaihouError
from daihou.lake.vault import KEY_VARIABLE

VARIABLES = {
    "DAIHOU_HOME": "home folder when `--home` is not given",
    "DAIHOU_LANG": "language of what is shown when `--lang` is not given: `zh` or `en`",
    "DAIHOU_THREADS": "threads of the engine when `--threads` is not given; default every core",
    "DAIHOU_MEMORY_LIMIT": "memory of the engine, as `6GB` (the default); beyond it spills to disk",
    "DAIHOU_DATABASE_URL": "operations database, `postgresql://…` or `sqlite:///…`; default "
    "`ops.sqlite3` in the home",
    "DAIHOU_BUREAU_PASSWORD": "the bureau user's password; only its SM3 digest is sent",
    "DAIHOU_READ_LOG": "log of looks at credit reports; default `daihou/reads.jsonl` below "
    "`XDG_STATE_HOME`, else below `~/.local/state`",
    KEY_VARIABLE: "key that seals identifying columns at rest: base64 of 32 bytes. Needed to land "
    "or show them; keep it outside the home",
}
"""Every environment variable that Daihou reads."""


def command_lines(app: typer.Typer) -> Iterator[str]:
    """Return the lines of the page of commands; hidden commands are left out."""
    yield "# Command line 命令行"
    yield ""
    yield (
        "`daihou COMMAND --help` says the same. Every command that shows something prints JSON "
        "with `--json`. Progress goes to the error stream, and only when it is a terminal."
    )
    yield ""
    for name, function in commands_of(app):
        yield from _command(name, function)
    yield "## Environment variables 环境变量"
    yield from table(("variable", "meaning"), ((f"`{k}`", v) for k, v in VARIABLES.items()))
    yield "## Exit status 退出码"
    yield from table(("status", "meaning"), _statuses())


def commands_of(app: typer.Typer) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Return every command that is not hidden, those of groups last, as ``calc schedule``."""
    for command in app.registered_commands:
        assert command.callback is not None, "a command is a function"
        if not command.hidden:
            yield command.name or command.callback.__name__, command.callback
    for group in app.registered_groups:
        assert group.typer_instance is not None, "a group is an application"
        name = group.name if isinstance(group.name, str) else group.typer_instance.info.name
        for inner, function in commands_of(group.typer_instance):
            yield f"{name} {inner}", function


def _statuses() -> Iterator[tuple[str, str]]:
    yield "0", "done"
    yield "1", "`land --check` found rows to quarantine; `replay` did not give the same bytes"
    by_status: dict[int, list[str]] = {}
    for kind in kinds_of(DaihouError):
        if kind is DaihouError:
            continue
        by_status.setdefault(kind.exit_status, []).append(kind.code)
    for status, codes in sorted(by_status.items()):
        told = "a wrong option, or refused" if status == DaihouError.exit_status else "refused"
        yield str(status), f"{told}: {coded(sorted(codes))}; see [problems](problems.md)"
    yield "70", f"a fault in Daihou (`{DaihouError.code}`): the message names a file to report"
    yield "130", "stopped by a person; nothing half done was kept"


def kinds_of(base: type[DaihouError]) -> Iterator[type[DaihouError]]:
    """Return ``base`` and every kind below it that has a number of its own, in that order."""
    if "code" in vars(base):
        yield base
    for kind in base.__subclasses__():
        yield from kinds_of(kind)


def _command(name: str, function: Callable[..., Any]) -> Iterator[str]:
    hints = typing.get_type_hints(function, include_extras=True)
    arguments, options = [], []
    for parameter in inspect.signature(function).parameters.values():
        kind, info = typing.get_args(hints[parameter.name])
        if isinstance(info, ArgumentInfo):
            arguments.append((parameter, kind, info))
        else:
            options.append((parameter, kind, info))
    shown = [_place(parameter, kind) for parameter, kind, _ in arguments]
    yield from (f"## {name}", "", inspect.getdoc(function) or "", "", "```text")
    yield " ".join(["daihou", name, *shown, "[OPTIONS]" if options else ""]).rstrip()
    yield "```"
    rows = [
        (f"`{_place(parameter, kind)}`", _words(kind, info), _default(parameter), info.help or "")
        for parameter, kind, info in arguments
    ] + [
        (coded(_names(parameter, info)), _words(kind, info), _default(parameter), _help(info))
        for parameter, kind, info in options
    ]
    yield from table(("argument or option", "value", "default", "meaning"), rows)


def _place(parameter: inspect.Parameter, kind: Any) -> str:
    name = parameter.name.upper() + ("..." if _is_list(kind) else "")
    return name if parameter.default is inspect.Parameter.empty else f"[{name}]"


def _names(parameter: inspect.Parameter, info: OptionInfo) -> tuple[str, ...]:
    # Inside Annotated, the first name given stands where a default would.
    given = tuple(n for n in (info.default, *(info.param_decls or ())) if isinstance(n, str))
    return given or (f"--{parameter.name.replace('_', '-')}",)


def _help(info: OptionInfo) -> str:
    variable = f" Environment: `{info.envvar}`." if info.envvar else ""
    return (info.help or "") + variable


def _default(parameter: inspect.Parameter) -> str:
    value = parameter.default
    if value is inspect.Parameter.empty:
        return "required"
    if value in (None, False, ""):
        return "–"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def _bare(kind: Any) -> Any:
    """Return the type without the None that says it may be left out."""
    if isinstance(kind, types.UnionType):
        return next(part for part in typing.get_args(kind) if part is not type(None))
    return kind


def _is_list(kind: Any) -> bool:
    return typing.get_origin(_bare(kind)) is list


def _words(kind: Any, info: OptionInfo | ArgumentInfo) -> str:
    bare = _bare(kind)
    if _is_list(bare):
        return f"{_words(typing.get_args(bare)[0], info)}, several"
    if info.metavar:
        return info.metavar.lower()
    if bare is bool:
        return "flag"
    if isinstance(bare, type) and issubclass(bare, Enum):
        return coded(word.value for word in bare)
    words = {"str": "text", "int": "whole number", "float": "number", "Path": "path"}[bare.__name__]
    ends = [f"from {info.min}"] if info.min is not None else []
    ends += [f"to {info.max:,}"] if info.max is not None else []
    return " ".join([words, *ends])
