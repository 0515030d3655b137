"""The mapping file: how a lender's own file becomes rows of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from daihou.contracts import FACTS, Column, Contract, Kind
from daihou.errors import MappingError
from daihou.intake.expressions import parse_expression
from daihou.intake.yamltext import Document, read_document
from daihou.kernel import MINOR_DIGITS

SLOT_FIELDS = frozenset({"mapping", "table", "stem", "day", "part"})
SLOT_LETTERS = re.compile(r"[\w.\-]{1,200}")
EXCEL_DAYS = "excel"
MONEY_UNITS = ("minor", "major", "yuan", "wan_yuan")
RATE_UNITS = ("bp", "percent", "permille", "fraction")

Encoding = Literal["auto", "utf-8", "gb18030", "gbk", "utf-16", "big5"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSpec(_Strict):
    """Which files, and how their bytes become rows of named source columns."""

    files: str | None = None
    format: Literal["auto", "csv", "excel", "parquet"] = "auto"
    encoding: Encoding = "auto"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    sheet: str | None = None
    skip_rows: Annotated[int, Field(ge=0, le=1000)] = 0
    header: tuple[str, ...] | None = None
    empty_values: Texts = ()
    filter: str | None = None
    may_be_empty: bool = False
    may_lack: Texts = ()


class ColumnSpec(_Strict):
    """Where one contract column comes from: exactly one of ``from``, ``constant``, ``expr``."""

    from_: Annotated[str | None, Field(alias="from")] = None
    constant: str | None = None
    expr: str | None = None
    unit: str | None = None
    format: Texts = ()
    codes: dict[str, str] | None = None
    when_empty: str | None = None
    empty_values: Texts = ()
    round: Literal["exact", "half_even"] = "exact"


class TableSpec(_Strict):
    """One contract table filled from the source."""

    table: str
    slot: str = "{mapping}-{table}{part}-{stem}"
    currency: str | None = None
    filter: str | None = None
    match_names: bool = False
    columns: dict[str, ColumnSpec] = Field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        """Return the contract that is filled."""
        return FACTS[self.table]


class Mapping(_Strict):
    """One mapping file: a source and the tables made from it."""

    source: SourceSpec = SourceSpec()
    tables: tuple[TableSpec, ...]

    @property
    def fills_identifying(self) -> bool:
        """Tell whether a table with identifying columns is filled."""
        return any(table.contract.identifying for table in self.tables)


def load_mapping(text: str, where: str) -> Mapping:
    """Return the mapping written in ``text``.

    A file holds ``source`` and either one table's ``table``/``slot``/``columns`` directly, or a
    list of such tables under ``tables``.

    Raises: MappingError with every problem and its line.
    """
    document = read_document(text, where)
    values = document.values
    if not isinstance(values, dict):
        raise MappingError(
            "the mapping is empty", ["write at least table and columns"], where=where
        )
    direct = "tables" not in values
    if direct:
        table = {key: value for key, value in values.items() if key != "source"}
        values = {"tables": [table]} | (
            {"source": values["source"]} if values.get("source") is not None else {}
        )
    try:
        mapping = Mapping.model_validate(values)
    except ValidationError as error:
        problems = [
            _located(document, e["loc"], e["msg"], direct) for e in error.errors(include_url=False)
        ]
        raise _refusal(problems, where) from error
    found = [
        _located(document, loc, message, direct)
        for loc, message in (*_source_problems(mapping.source), *_tables_problems(mapping))
    ]
    if found:
        raise _refusal(found, where)
    return mapping


def _refusal(problems: list[str], where: str) -> MappingError:
    return MappingError(
        "the mapping is wrong", problems, where=where, why="nothing was read",
        next_step="correct these lines; docs/intake.md lists every key",
    )  # fmt: skip


def _located(document: Document, loc: tuple[str | int, ...], message: str, direct: bool) -> str:
    path = loc[2:] if direct and loc[:1] == ("tables",) else loc
    name = ".".join(str(step) for step in path)
    return f"line {document.line(tuple(path))}: {name}: {message}".replace(": : ", ": ")


Found = tuple[tuple[str | int, ...], str]


def _source_problems(source: SourceSpec) -> Iterable[Found]:
    if source.files is not None and (
        source.files.startswith(("/", "~", "\\")) or ".." in re.split(r"[/\\]", source.files)
    ):
        yield ("source", "files"), "must stay inside the inbox: no leading / and no .."
    if source.filter is not None:
        yield from _expression_problems(source.filter, ("source", "filter"))
    if source.header and len(set(source.header)) != len(source.header):
        yield ("source", "header"), "names a column twice"


def _tables_problems(mapping: Mapping) -> Iterable[Found]:
    if not mapping.tables:
        yield ("tables",), "names no table"
    for number, table in enumerate(mapping.tables):
        at = ("tables", number)
        if table.table not in FACTS:
            yield (*at, "table"), f"no contract {table.table!r}; known: {', '.join(FACTS)}"
            continue
        unknown = set(re.findall(r"{([^}]*)}", table.slot)) - SLOT_FIELDS
        if unknown:
            yield (*at, "slot"), f"unknown {sorted(unknown)}; known: {sorted(SLOT_FIELDS)}"
        elif not SLOT_LETTERS.fullmatch(re.sub(r"{[^}]*}", "x", table.slot)):
            yield (*at, "slot"), "only letters, digits, . _ - and {fields}, at most 200 signs"
        if table.currency is not None and table.currency not in MINOR_DIGITS:
            yield (*at, "currency"), f"unknown currency; known: {', '.join(MINOR_DIGITS)}"
        if table.filter is not None:
            yield from _expression_problems(table.filter, (*at, "filter"))
        yield from ((at + tuple(loc), message) for loc, message in _columns_problems(table))


def _columns_problems(table: TableSpec) -> Iterable[Found]:
    contract = table.contract
    by_name = {c.name: c for c in contract.columns}
    for name, spec in table.columns.items():
        at = ("columns", name)
        if name not in by_name:
            yield at, f"no column {name!r} in contract {contract.name}; known: {', '.join(by_name)}"
            continue
        for message in _column_problems(by_name[name], spec, table):
            yield at, message
        if spec.expr is not None:
            yield from _expression_problems(spec.expr, (*at, "expr"))
    for column in contract.columns:
        left_out = column.name not in table.columns and column.default is None
        if left_out and not column.nullable and not table.match_names:
            yield ("columns",), f"{column.name} is needed: {column.meaning}"


def _column_problems(column: Column, spec: ColumnSpec, table: TableSpec) -> Iterable[str]:
    given = [s for s in (spec.from_, spec.constant, spec.expr) if s is not None]
    if len(given) != 1:
        yield "give exactly one of from, constant, expr"
    units = {Kind.MINOR: MONEY_UNITS, Kind.BP: RATE_UNITS}.get(column.kind, ())
    if units and spec.unit not in units and spec.constant is None:
        yield f"unit must be one of {', '.join(units)}"
    if not units and spec.unit is not None:
        yield "unit is only for amounts and rates"
    has_currency = any(c.name == "currency" for c in table.contract.columns)
    if spec.unit == "major" and table.currency is None and not has_currency:
        yield "unit major needs `currency:` beside `table:`"
    if spec.format and column.kind is not Kind.DATE:
        yield "format is only for dates"
    yield from _format_problems(spec.format)
    if spec.codes is not None and column.kind not in (Kind.ENUM, Kind.BOOL):
        yield "codes are only for code and yes/no columns"
    for word in (*(spec.codes or {}).values(), spec.when_empty, spec.constant):
        if word is not None and (problem := constant_problem(column, word)):
            yield problem


def _format_problems(formats: tuple[str, ...]) -> Iterable[str]:
    for form in formats:
        if form != EXCEL_DAYS and not all(sign in form for sign in ("%Y", "%m", "%d")):
            yield f"format {form!r} must hold %Y, %m and %d (or be `{EXCEL_DAYS}`)"
    orders = {form.index("%m") < form.index("%d") for form in formats
              if not form.startswith("%Y") and "%m" in form and "%d" in form}  # fmt: skip
    if len(orders) > 1:
        yield "day-first and month-first formats together make 03/04 ambiguous"


def constant_problem(column: Column, word: str) -> str | None:
    """Return why ``word`` cannot stand in ``column``, in the contract's own units, or None."""
    if column.kind is Kind.ENUM and word not in column.allowed:
        return f"{word!r} is not one of {', '.join(column.allowed)}"
    if column.kind is Kind.BOOL and word not in ("true", "false"):
        return f"{word!r} must be true or false"
    if column.kind is Kind.DATE and not _is_day(word):
        return f"{word!r} must be a day like 2026-01-31"
    if column.kind in (Kind.MINOR, Kind.BP, Kind.INT):
        if not re.fullmatch(r"-?\d{1,18}", word):
            return f"{word!r} must be a whole number ({column.unit or 'count'})"
        low, high = column.at_least, column.at_most
        if (isinstance(low, int) and int(word) < low) or (
            isinstance(high, int) and int(word) > high
        ):
            return f"{word} is outside {low} to {high}"
    return None


def _expression_problems(text: str, at: tuple[str | int, ...]) -> Iterable[Found]:
    return [(at, problem) for problem in parse_expression(text)[1]]


def _is_day(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False
