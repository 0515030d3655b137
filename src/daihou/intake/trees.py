"""Small SQL templates filled with syntax trees: what is written as text is fixed, never data."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

NEEDS_NO_PARENTHESES = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Null, exp.Boolean)


def sql(template: str, **parts: exp.Expr) -> exp.Expr:
    """Return the tree of ``template`` (DuckDB's dialect) with each ``:name`` replaced by a tree."""

    def fill(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            part = parts[node.name].copy()
            return part if _stands_alone(part) else exp.paren(part, copy=False)
        return node

    return _parsed(template).copy().transform(fill, copy=False)


def _stands_alone(part: exp.Expr) -> bool:
    """Tell whether a part needs no parentheses; AND and OR count as functions and do need them."""
    return isinstance(part, NEEDS_NO_PARENTHESES) and not isinstance(part, exp.Binary)


@cache
def _parsed(template: str) -> exp.Expr:
    return sqlglot.parse_one(template, read="duckdb")


def text(value: str) -> exp.Expr:
    """Return a text literal."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """Return a whole-number literal."""
    return exp.convert(value)


def column(name: str) -> exp.Expr:
    """Return a quoted column."""
    return exp.column(exp.to_identifier(name, quoted=True))


def words(values: tuple[str, ...]) -> exp.Expr:
    """Return a list literal of texts."""
    return exp.Array(expressions=[text(value) for value in values])


def render(tree: exp.Expr) -> str:
    """Return the DuckDB text of ``tree``."""
    return tree.sql(dialect="duckdb")
