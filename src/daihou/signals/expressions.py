"""The small language of signal files: integer conditions over features, with unknown kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from daihou.contracts import Kind
from daihou.signals.features import Feature

Scalar = int | str | bool | date | None
"""A feature's value; None is unknown."""

MAX_CHARACTERS: Final = 1_000
MAX_NODES: Final = 200

_COMPARED: Final[Mapping[type[exp.Expr], Callable[[int], bool]]] = MappingProxyType(
    {
        exp.EQ: lambda order: order == 0,
        exp.NEQ: lambda order: order != 0,
        exp.GT: lambda order: order > 0,
        exp.GTE: lambda order: order >= 0,
        exp.LT: lambda order: order < 0,
        exp.LTE: lambda order: order <= 0,
    }
)
_SUMS: Final = (exp.Add, exp.Sub, exp.Mul, exp.IntDiv)
_PICKS: Final = (exp.Coalesce, exp.Greatest, exp.Least)
_LEAVES: Final = (exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean)
_REST: Final = (exp.Paren, exp.Neg, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between)
ALLOWED: Final = (*_COMPARED, *_SUMS, *_PICKS, *_LEAVES, *_REST, exp.Nullif)
"""Every kind of node that may appear: no function with a clock, file, aggregate or float."""

_KINDS: Final = MappingProxyType(
    {
        Kind.DATE: "date", Kind.MINOR: "int", Kind.BP: "int", Kind.INT: "int", Kind.BOOL: "bool",
    }
)  # fmt: skip


def parse_expression(
    text: str, features: Mapping[str, Feature], result: str
) -> tuple[exp.Expr | None, list[str]]:
    """Return the tree of ``text``, or None, and everything that is wrong with it.

    ``result`` is the kind it must yield: ``int`` or ``bool``. A division is guarded: by zero it
    gives unknown.
    """
    if len(text) > MAX_CHARACTERS:
        return None, [f"longer than {MAX_CHARACTERS} signs"]
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        return None, [f"{text!r} cannot be parsed: {str(error).splitlines()[0]}"]
    if len(trees) != 1 or trees[0] is None:
        return None, [f"{text!r} must be exactly one expression"]
    tree = trees[0]
    nodes = list(tree.walk())
    if len(nodes) > MAX_NODES:
        return None, [f"more than {MAX_NODES} parts"]
    problems = [problem for node in nodes for problem in _node_problems(node, features)]
    if problems:
        return None, list(dict.fromkeys(problems))
    found, problems = _kind(tree, features)
    if not problems and found not in {result, "null"}:
        problems = [f"{text!r} yields {found}, but {result} is wanted"]
    return (None, problems) if problems else (tree.transform(_guarded), [])


def columns_of(tree: exp.Expr) -> tuple[str, ...]:
    """Return the names of the features that ``tree`` reads, each once, in order."""
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column, bfs=False)))


def evaluate(tree: exp.Expr, row: Mapping[str, Scalar]) -> Scalar:
    """Return what ``tree`` yields over ``row`` by SQL's rules: None is unknown, not zero.

    Raises: KeyError when ``row`` lacks a feature that the tree reads.
    """
    match tree:
        case exp.Column():
            return row[tree.name]
        case exp.Literal():
            return tree.name if tree.is_string else int(tree.name)
        case exp.Boolean():
            return bool(tree.this)
        case exp.Null():
            return None
        case exp.Paren():
            return evaluate(tree.this, row)
        case exp.Neg() | exp.Not():
            inner = evaluate(tree.this, row)
            if inner is None:
                return None
            return -_number(inner) if isinstance(tree, exp.Neg) else not inner
        case exp.Is():
            left, right = evaluate(tree.this, row), evaluate(tree.expression, row)
            return left is right if right is None or isinstance(right, bool) else left == right
        case exp.In():
            return _any_equal(
                evaluate(tree.this, row), [evaluate(e, row) for e in tree.expressions]
            )
        case exp.Between():
            this = evaluate(tree.this, row)
            low = _compare(exp.GTE, this, evaluate(tree.args["low"], row))
            return _and(low, _compare(exp.LTE, this, evaluate(tree.args["high"], row)))
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return _pick(tree, [evaluate(e, row) for e in (tree.this, *tree.expressions)])
        case _:
            return _binary(tree, evaluate(tree.this, row), evaluate(tree.expression, row))


def _binary(tree: exp.Expr, left: Scalar, right: Scalar) -> Scalar:
    if isinstance(tree, exp.And):
        return _and(left, right)
    if isinstance(tree, exp.Or):
        return _or(left, right)
    if isinstance(tree, exp.Nullif):
        return None if left is not None and left == right else left
    if type(tree) in _COMPARED:
        return _compare(type(tree), left, right)
    if left is None or right is None:
        return None
    a, b = _number(left), _number(right)
    match tree:
        case exp.Add():
            return a + b
        case exp.Sub():
            return a - b
        case exp.Mul():
            return a * b
        case _:
            assert isinstance(tree, exp.IntDiv), f"parse_expression lets no {type(tree)} through"
            # SQL cuts toward zero, Python rounds down.
            return None if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _number(value: Scalar) -> int:
    assert isinstance(value, int), "parse_expression checks kinds"
    return value


def _compare(how: type[exp.Expr], left: Scalar, right: Scalar) -> bool | None:
    if left is None or right is None:
        return None
    before, after = left < right, left > right  # type: ignore[operator]
    return _COMPARED[how](int(after) - int(before))


def _any_equal(this: Scalar, values: list[Scalar]) -> bool | None:
    if this is None:
        return None
    if this in [value for value in values if value is not None]:
        return True
    return None if None in values else False


def _pick(tree: exp.Expr, values: list[Scalar]) -> Scalar:
    known = [value for value in values if value is not None]
    if not known or isinstance(tree, exp.Coalesce):
        return known[0] if known else None
    # Greatest and least leave unknown members out.
    return (max if isinstance(tree, exp.Greatest) else min)(known)


def _and(left: Scalar, right: Scalar) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: Scalar, right: Scalar) -> bool | None:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _guarded(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.IntDiv) and not isinstance(node.expression, exp.Nullif):
        zero = exp.Literal.number(0)
        divisor = exp.Nullif(this=node.expression, expression=zero)
        return exp.IntDiv(this=node.this, expression=divisor)
    return node


def _node_problems(node: exp.Expr, features: Mapping[str, Feature]) -> Iterator[str]:
    if not isinstance(node, ALLOWED):
        yield f"{node.sql('duckdb')!r} is not allowed here"
    elif isinstance(node, exp.Column):
        if node.table or node.name not in features:
            yield f"no feature {node.sql()!r}"
    elif isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit():
        yield f"{node.name} is not a whole number: write basis points or minor units"
    elif isinstance(node, exp.In) and not node.expressions:
        yield "IN wants a list of values"


def _kind(tree: exp.Expr, features: Mapping[str, Feature]) -> tuple[str, list[str]]:
    """Return what kind of value ``tree`` yields, and where kinds do not fit."""
    if isinstance(tree, exp.Column):
        return _KINDS.get(features[tree.name].kind, "text"), []
    if isinstance(tree, exp.Literal):
        return ("text" if tree.is_string else "int"), []
    if isinstance(tree, exp.Null | exp.Boolean):
        return ("null" if isinstance(tree, exp.Null) else "bool"), []
    if isinstance(tree, exp.Paren):
        return _kind(tree.this, features)
    parts = [part for part in tree.iter_expressions() if not isinstance(part, exp.Identifier)]
    kinds, problems = [], []
    for part in parts:
        kind, wrong = _kind(part, features)
        kinds.append(kind)
        problems += wrong
    known = sorted(set(kinds) - {"null"})
    wanted = {"int"} if isinstance(tree, (*_SUMS, exp.Neg)) else set(known)
    wanted = {"bool"} if isinstance(tree, exp.And | exp.Or | exp.Not) else wanted
    if (len(known) > 1 or set(known) - wanted) and not problems:
        problems = [f"{tree.sql('duckdb')!r} mixes {' and '.join(known)}"]
    if isinstance(tree, (*_SUMS, exp.Neg)):
        return "int", problems
    if isinstance(tree, (*_PICKS, exp.Nullif)):
        return (known[0] if known else "null"), problems
    return "bool", problems
