"""The compiled night as plain values: stages in order, outputs, audits, and their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

import sqlglot
from sqlglot import exp

from daihou.errors import NightError


class _Written:
    """A query with its text, made once: a night runs it and counts it into its digest."""

    query: exp.Query

    @cached_property
    def sql(self) -> str:
        """Return the query in DuckDB's dialect."""
        # The tree is written in its own dialect once, and not needed as it was.
        return self.query.sql("duckdb", copy=False)


@dataclass(frozen=True)
class Stage(_Written):
    """One step: the relation it makes, the query that makes it, and what for.

    ``keep`` materialises it; a stage that is not kept is only a name for its query. ``phase``
    groups stages for progress and timing.
    """

    name: str
    query: exp.Query
    phase: str
    keep: bool = True


@dataclass(frozen=True)
class Audit(_Written):
    """A query that must return no rows; each row it returns is a sentence in column ``problem``."""

    name: str
    law: str
    query: exp.Query


@dataclass(frozen=True)
class Output(_Written):
    """One published table: a query and the columns that order its rows."""

    table: str
    query: exp.Query
    order_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A night ready to run: nothing in it is decided later."""

    book: str
    as_of: date
    stages: tuple[Stage, ...]
    outputs: tuple[Output, ...]
    audits: tuple[Audit, ...]
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return a sha256 over every query of the program, in order."""
        whole = hashlib.sha256()
        for stage in self.stages:
            whole.update(f"{stage.phase} {stage.name} {stage.keep} {stage.sql}\n".encode())
        for output in self.outputs:
            whole.update(f"{output.table} {output.order_by} {output.sql}\n".encode())
        for audit in self.audits:
            whole.update(f"{audit.name} {audit.law} {audit.sql}\n".encode())
        return whole.hexdigest()

    def lines(self, dialect: str = "duckdb") -> Iterator[str]:
        """Yield the program as text, one step at a time, in ``dialect``."""
        for stage in self.stages:
            kept = "table" if stage.keep else "view"
            yield f"-- {stage.phase}: {kept} {stage.name}\n{_text(stage.query, dialect)}"
        for output in self.outputs:
            order = ", ".join(output.order_by)
            yield f"-- publish: {output.table} by {order}\n{_text(output.query, dialect)}"
        for audit in self.audits:
            yield f"-- audit: {audit.name}: {audit.law}\n{_text(audit.query, dialect)}"

    def explain(self) -> str:
        """Return the whole program as readable SQL."""
        return "\n".join(self.lines())


def _text(query: exp.Query, dialect: str) -> str:
    return query.sql(dialect, pretty=True) + "\n"


def literal(value: object) -> exp.Expr:
    """Return the syntax tree of one value: bool, int, str, date or None."""
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.convert(value)


def stage_query(text: str, where: str, values: Mapping[str, object]) -> exp.Query:
    """Return the query of a stage file with each ``:name`` replaced by the tree of its value.

    A value that is a list of trees fills a whole select list.
    Raises: NightError when a placeholder has no value or the file is not one query.
    """
    tree = _parsed(text).copy()
    if not isinstance(tree, exp.Query):
        raise NightError("a stage must be one query", where=where)
    tree.comments = None
    for placeholder in list(tree.find_all(exp.Placeholder)):
        if placeholder.name not in values:
            raise NightError(f"no value for :{placeholder.name}", where=where)
        value = values[placeholder.name]
        if isinstance(value, list):
            _fill_list(placeholder, value)
        elif isinstance(value, exp.Expr):
            placeholder.replace(value.copy())
        else:
            placeholder.replace(literal(value))
    return tree


@lru_cache(maxsize=256)
def _parsed(text: str) -> exp.Expr:
    """Return the tree of a stage file, read once for all nights of a run; it is never changed."""
    return sqlglot.parse_one(text, read="duckdb")


def _fill_list(placeholder: exp.Placeholder, trees: list[exp.Expr]) -> None:
    select = placeholder.parent
    assert isinstance(select, exp.Select), "a list of columns stands in a select list"
    kept: list[exp.Expr] = []
    for column in select.expressions:
        kept += [tree.copy() for tree in trees] if column is placeholder else [column]
    select.set("expressions", kept)
