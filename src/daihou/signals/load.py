"""Signal files read and checked against the features, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlglot import exp

from daihou.contracts import FACTS
from daihou.errors import SignalError
from daihou.kernel import Level, Product, SubjectKind
from daihou.law import Grade
from daihou.signals.expressions import columns_of, parse_expression
from daihou.signals.features import FEATURES, is_met
from daihou.signals.model import UNITS, WORST_FIRST, Catalogue, Direction, Signal, Threshold

Words = Annotated[str, Field(min_length=1)]
_COMPARISON: Final = re.compile(r"\s*(>=|<=|>|<|=)\s*(-?\d{1,15})\s*")
_TREES: Final = {">=": exp.GTE, "<=": exp.LTE, ">": exp.GT, "<": exp.LT, "=": exp.EQ}
_LEVELS: Final = ", ".join(level.value for level in Level)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Both(_Shape):
    zh: Words
    en: Words


class _Level(_Shape):
    when: Words
    origin: Words
    grade: Grade


class _Needs(_Shape):
    facts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class _File(_Shape):
    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    zh: Words
    en: Words
    group: Words
    subject: SubjectKind
    unit: str
    definition: _Both
    value: Words
    direction: Direction
    needs: _Needs = _Needs()
    products: tuple[Product, ...] | Literal["all"] = "all"
    applies: str | None = None
    levels: Annotated[dict[Level, _Level], Field(min_length=1)]
    evidence: Annotated[tuple[str, ...], Field(min_length=1)]
    age_from: tuple[str, ...] = ()
    updated: Literal[
        "daily", "weekly", "monthly", "quarterly", "inspection", "event", "report"
    ]  # fmt: skip
    source: Words
    grade: Grade


@dataclass(frozen=True, slots=True)
class _Trees:
    """The parsed parts of one file while it is being checked."""

    value: exp.Expr | None
    applies: exp.Expr | None
    thresholds: tuple[Threshold, ...]


def load_catalogue(
    texts: Mapping[str, str], overrides: Mapping[str, Mapping[str, object]] | None = None
) -> Catalogue:
    """Return the catalogue that signal files describe, with a book's own thresholds.

    ``texts`` maps file names to YAML texts, one signal a file. ``overrides`` maps a signal's id to
    its changed levels: a number keeps the comparison (``red: 45``), a text replaces the condition
    (``red: ">= 45"``), null takes the level out. What was shipped stays visible in the signal.
    Raises: SignalError listing every problem of every file and override.
    """
    problems: list[str] = []
    signals: dict[str, Signal] = {}
    for file, text in sorted(texts.items()):
        signal, wrong = _read(file, text)
        if signal is not None and signal.id in signals:
            wrong.append(f"{signal.id} is already in {signals[signal.id].file}")
        problems += [f"{file}: {problem}" for problem in wrong]
        if signal is not None:
            signals.setdefault(signal.id, signal)
    for signal_id, changes in sorted((overrides or {}).items()):
        if signal_id not in signals:
            problems.append(f"book, signals.{signal_id}: no such signal")
            continue
        signals[signal_id], wrong = _overridden(signals[signal_id], changes)
        problems += [f"book, signals.{signal_id}: {problem}" for problem in wrong]
    if problems:
        raise SignalError(
            "the signal catalogue is wrong",
            problems,
            why="a signal that cannot be read would silently never warn",
            next_step="mend the lines above; docs/reference/signals.md shows every signal",
        )
    return Catalogue(tuple(signals[signal_id] for signal_id in sorted(signals)))


def _read(file: str, text: str) -> tuple[Signal | None, list[str]]:
    try:
        raw: Any = yaml.load(text, Loader=yaml.CSafeLoader)
        shape = _File.model_validate(raw)
    except yaml.YAMLError as error:
        return None, [f"not YAML: {' '.join(str(error).split())}"]
    except ValidationError as error:
        return None, [
            f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        ]
    problems: list[str] = []
    trees = _trees(shape, problems)
    problems += _word_problems(shape)
    if trees.value is None or problems:
        return None, problems
    signal = _signal(file, shape, trees)
    return signal, [*_needs_problems(signal), *_order_problems(signal)]


def _trees(shape: _File, problems: list[str]) -> _Trees:
    features = FEATURES[shape.subject]
    value, wrong = parse_expression(shape.value, features, "int")
    problems += [f"value: {problem}" for problem in wrong]
    applies = None
    if shape.applies is not None:
        applies, wrong = parse_expression(shape.applies, features, "bool")
        problems += [f"applies: {problem}" for problem in wrong]
    thresholds = []
    for level in WORST_FIRST:
        if level not in shape.levels or value is None:
            continue
        part = shape.levels[level]
        found = _threshold(level, part.when, value, shape.subject)
        if isinstance(found, list):
            problems += found
        else:
            thresholds.append(replace(found, origin=part.origin, grade=part.grade))
    return _Trees(value, applies, tuple(thresholds))


def _threshold(
    level: Level, text: str, value: exp.Expr, subject: SubjectKind
) -> Threshold | list[str]:
    """Return a threshold without origin, or what is wrong with its condition."""
    text = " ".join(text.split())
    if match := _COMPARISON.fullmatch(text):
        operator, number = match[1], int(match[2])
        this = value.copy() if isinstance(value, exp.Column) else exp.paren(value.copy())
        tree = _TREES[operator](this=this, expression=exp.convert(number))
        return Threshold(level, text, tree, "", None, operator, number)
    parsed, wrong = parse_expression(text, FEATURES[subject], "bool")
    if parsed is None:
        return [f"{level.value}: {problem}" for problem in wrong]
    return Threshold(level, text, parsed, "", None)


def _signal(file: str, shape: _File, trees: _Trees) -> Signal:
    assert trees.value is not None, "checked by the caller"
    return Signal(
        id=shape.id,
        zh=shape.zh,
        en=shape.en,
        group=shape.group,
        subject=shape.subject,
        unit=shape.unit,
        definition_zh=" ".join(shape.definition.zh.split()),
        definition_en=" ".join(shape.definition.en.split()),
        value_text=shape.value,
        value=trees.value,
        direction=shape.direction,
        needs_facts=shape.needs.facts,
        needs_columns=shape.needs.columns,
        products=() if shape.products == "all" else shape.products,
        applies_text=shape.applies or "",
        applies=trees.applies,
        thresholds=trees.thresholds,
        evidence=shape.evidence,
        age_from=shape.age_from,
        updated=shape.updated,
        source=" ".join(shape.source.split()),
        grade=shape.grade,
        file=file,
    )


def _word_problems(shape: _File) -> Iterator[str]:
    features = FEATURES[shape.subject]
    if shape.unit not in UNITS:
        yield f"unit {shape.unit!r}: use one of {', '.join(UNITS)}"
    for need in shape.needs.facts:
        for fact in need.split("|"):
            if fact not in FACTS:
                yield f"needs.facts: no fact table {fact!r}"
    for part, names in (
        ("needs.columns", shape.needs.columns),
        ("evidence", shape.evidence),
        ("age_from", shape.age_from),
    ):
        yield from (f"{part}: no feature {name!r}" for name in names if name not in features)
    for name in shape.age_from:
        if name in features and features[name].kind.value != "date":
            yield f"age_from: {name} is not a day"
    if shape.subject is SubjectKind.CUSTOMER and shape.products != "all":
        yield "products: a customer has no product, use applies"


def _needs_problems(signal: Signal) -> Iterator[str]:
    """Yield the facts that the signal reads through its features but does not ask for."""
    features = FEATURES[signal.subject]
    asked = [need.split("|") for need in signal.needs_facts]
    trees = [signal.value, *(threshold.tree for threshold in signal.thresholds)]
    for name in dict.fromkeys(name for tree in trees for name in columns_of(tree)):
        for need in features[name].facts:
            if not any(all(is_met(need, frozenset({fact})) for fact in facts) for facts in asked):
                yield f"needs.facts: {name} is made from {need}, which is not asked for"


def _order_problems(signal: Signal) -> Iterator[str]:
    """Yield levels that a heavier one hides, and comparisons against the signal's direction."""
    wrong_way = {Direction.HIGHER: "<", Direction.LOWER: ">"}.get(signal.direction)
    simple = [t for t in signal.thresholds if t.operator is not None and t.number is not None]
    for threshold in simple:
        if wrong_way is not None and (threshold.operator or "").startswith(wrong_way):
            yield f"{threshold.level.value}: {threshold.text} contradicts {signal.direction.value}"
    for heavy, light in pairwise(simple):
        assert heavy.number is not None and light.number is not None, "only comparisons are here"
        hidden = heavy.number <= light.number
        if signal.direction is Direction.LOWER:
            hidden = heavy.number >= light.number
        if hidden and heavy.operator == light.operator:
            yield (
                f"{light.level.value} ({light.text}) never shows beside "
                f"{heavy.level.value} ({heavy.text})"
            )


def _overridden(signal: Signal, changes: object) -> tuple[Signal, list[str]]:
    if not isinstance(changes, Mapping):
        return signal, [f"write levels ({_LEVELS}) with their conditions"]
    problems: list[str] = []
    levels = {threshold.level: threshold for threshold in signal.thresholds}
    dropped = list(signal.dropped)
    for word, change in changes.items():
        if word not in set(Level):
            problems.append(f"{word!r} is not a level: use {_LEVELS}")
            continue
        level = Level(word)
        before = levels.pop(level, None)
        if change is None:
            dropped += [(level, before.text)] if before else []
            continue
        text = _changed_text(change, before)
        if text is None:
            problems.append(f"{word}: write a number or a condition, not {change!r}")
            continue
        found = _threshold(level, text, signal.value, signal.subject)
        if isinstance(found, list):
            problems += found
        else:
            shipped = before.text if before else "none"
            levels[level] = replace(found, origin="the book's own threshold", shipped=shipped)
    ordered = tuple(levels[level] for level in WORST_FIRST if level in levels)
    changed = replace(signal, thresholds=ordered, dropped=tuple(dropped))
    if not problems:
        problems = [*_needs_problems(changed), *_order_problems(changed)]
    if not ordered and not problems:
        problems = ["every level is taken out: leave at least one"]
    return changed, problems


def _changed_text(change: object, before: Threshold | None) -> str | None:
    if isinstance(change, str):
        return change
    if isinstance(change, int) and not isinstance(change, bool):
        return f"{before.operator} {change}" if before and before.operator else None
    return None
