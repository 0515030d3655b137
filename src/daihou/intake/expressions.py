"""The small language of ``expr`` and ``filter`` in a mapping: one scalar of source columns."""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

MAX_CHARACTERS = 4_000
MAX_NODES = 500

ALLOWED = (
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Var, exp.Neg,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Between, exp.Like, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Abs, exp.Round, exp.Floor,
    exp.Ceil, exp.DPipe, exp.Concat, exp.Upper, exp.Lower, exp.Trim, exp.Length, exp.Left,
    exp.Right, exp.Substring, exp.Replace, exp.SplitPart, exp.StartsWith, exp.Contains,
    exp.RegexpExtract, exp.RegexpReplace, exp.RegexpLike, exp.RegexpFullMatch,
    exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam,
    exp.StrToTime, exp.TimeToStr, exp.Interval, exp.DateAdd, exp.DateSub, exp.DateDiff,
    exp.DateTrunc, exp.TimestampTrunc, exp.LastDay, exp.DateFromParts, exp.Year, exp.Month, exp.Day,
)  # fmt: skip
"""Every kind of node that may appear: no file, setting, subquery, aggregate or window."""

ALLOWED_TYPES = frozenset(
    {"VARCHAR", "TEXT", "DECIMAL", "BIGINT", "INT", "DATE", "TIMESTAMP", "BOOLEAN", "INTEGER"}
)


ALLOWED_BY_NAME = frozenset({"TRY_STRPTIME"})


def parse_expression(
    text: str, known: Collection[str] | None = None
) -> tuple[exp.Expr | None, list[str]]:
    """Return the tree of ``text``, or None, and everything that is wrong with it.

    ``known`` are the source's columns (None: not looked at yet). Casts become TRY_CAST, so that a
    value that does not fit gives null, and a problem row, instead of stopping the landing.
    """
    if len(text) > MAX_CHARACTERS:
        return None, [f"longer than {MAX_CHARACTERS} signs"]
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        return None, [f"cannot be parsed: {str(error).splitlines()[0]}"]
    if len(trees) != 1 or trees[0] is None:
        return None, ["must be exactly one expression"]
    tree = trees[0]
    problems = list(dict.fromkeys(p for node in tree.walk() for p in _node_problems(node, known)))
    if sum(1 for _ in tree.walk()) > MAX_NODES:
        problems.append(f"more than {MAX_NODES} parts")
    if problems:
        return None, problems
    return tree.transform(_gentle), []


def columns_of(tree: exp.Expr) -> tuple[str, ...]:
    """Return the source columns that ``tree`` reads, each once."""
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def _node_problems(node: exp.Expr, known: Collection[str] | None) -> list[str]:
    if isinstance(node, exp.Column):
        if len(node.parts) != 1:
            return [f"{node.sql('duckdb')}: write the column alone, without a table"]
        if known is not None and node.name not in known:
            return [f"no source column {node.name!r}"]
        return []
    if isinstance(node, exp.DataType):
        name = node.this.value if isinstance(node.this, exp.DataType.Type) else str(node.this)
        return [] if name in ALLOWED_TYPES else [f"type {name} is not allowed"]
    if isinstance(node, exp.Anonymous):
        if node.name.upper() in ALLOWED_BY_NAME:
            return []
        return [f"function {node.name} is not allowed"]
    if type(node) not in ALLOWED:
        return [f"{type(node).__name__} ({node.sql('duckdb')[:40]}) is not allowed"]
    return []


def _gentle(node: exp.Expr) -> exp.Expr:
    if type(node) is exp.Cast:
        return exp.TryCast(this=node.this, to=node.args["to"])
    return node
