"""Law files read, checked and resolved to what is in force on one day, all problems at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from daihou.contracts import EVENT_KINDS
from daihou.errors import LawError
from daihou.kernel import AssetClass, Product
from daihou.law.model import Comparison, Grade, Law, Pack, Parameter, Rule, RuleKind

_NEED_COMPARISON = {RuleKind.OVERDUE, RuleKind.STAGE_OVERDUE, RuleKind.RESTRUCTURED_DEFAULT,
                    RuleKind.DEBTOR_SHARE_HERE, RuleKind.DEBTOR_SHARE_ALL_BANKS}  # fmt: skip
_NEED_EVENT = {RuleKind.EVENT, RuleKind.STAGE_EVENT}
_NEED_PERIODS = {RuleKind.UPGRADE, RuleKind.RESTRUCTURED}

Words = Annotated[str, Field(min_length=1)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Value(_Shape):
    first: date = Field(alias="from")
    last: date | None = Field(default=None, alias="to")
    value: StrictBool | StrictInt | date


class _RuleShape(_Shape):
    kind: RuleKind
    asset_class: AssetClass | None = None
    stage: Annotated[int, Field(ge=1, le=3)] | None = None
    comparison: Comparison | None = None
    products: tuple[Product, ...] = ()
    event: str | None = None
    lifted_by: tuple[str, ...] = ()
    with_event: str | None = None


class _ParameterShape(_Shape):
    id: Words
    zh: Words
    en: Words
    description: Words
    unit: Words
    values: Annotated[tuple[_Value, ...], Field(min_length=1)]
    article: Words
    grade: Grade
    source: Words
    instrument: Words | None = None
    last_checked: date | None = None
    note: str = ""
    rule: _RuleShape | None = None


class _PackShape(_Shape):
    pack: Words
    zh: Words
    en: Words
    instrument: Words
    in_force_from: date
    last_checked: date
    brings: tuple[str, ...] = ()
    note: str = ""
    parameters: tuple[_ParameterShape, ...]


def resolve_law(
    texts: Mapping[str, str],
    packs: Sequence[str],
    on: date,
    overrides: Mapping[str, int] | None = None,
) -> Law:
    """Return what the chosen packs, and those they bring along, say on the day ``on``.

    ``texts`` maps file names to YAML texts; every file is checked, chosen or not. ``overrides``
    gives a book's own values by parameter id (a parameter of grade W or M must stay editable).
    Raises: LawError listing every problem: a file without source or grade, an unknown pack, a pack
    or parameter that is not in force on the day.
    """
    problems: list[str] = []
    shapes = _read(texts, problems)
    chosen = _chosen(shapes, packs, problems)
    parameters: dict[str, Parameter] = {}
    for shape in chosen:
        if on < shape.in_force_from:
            problems.append(
                f"pack {shape.pack} ({shape.zh}) is not in force on {on}: its first day is "
                f"{shape.in_force_from}; run nights from that day, or choose another pack for them"
            )
            continue
        for parameter in shape.parameters:
            value = _value_on(parameter, on)
            if value is None:
                problems.append(f"parameter {parameter.id} has no value in force on {on}")
            else:
                parameters[parameter.id] = _parameter(shape, parameter, value)
    if not problems:
        _override(parameters, overrides or {}, problems)
    if problems:
        raise LawError(
            f"the law cannot be resolved on {on}",
            problems,
            why="a night without law in force would classify by nothing",
            next_step="choose packs in force in book.yaml (rule_packs), or correct the law file",
        )
    return Law(on, tuple(_pack(shape) for shape in chosen), parameters)


def _read(texts: Mapping[str, str], problems: list[str]) -> dict[str, _PackShape]:
    shapes: dict[str, _PackShape] = {}
    ids: dict[str, str] = {}
    for name, text in texts.items():
        shape = _shape(name, text, problems)
        if shape is None:
            continue
        if shape.pack in shapes:
            problems.append(f"{name}: pack {shape.pack} is in two files")
        shapes[shape.pack] = shape
        for parameter in shape.parameters:
            if parameter.id in ids:
                problems.append(f"{name}: {parameter.id} is already in {ids[parameter.id]}")
            ids[parameter.id] = name
            problems += [f"{name}: {parameter.id}: {p}" for p in _faults(shape, parameter)]
    return shapes


def _shape(name: str, text: str, problems: list[str]) -> _PackShape | None:
    try:
        data: Any = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        problems.append(f"{name}: not YAML: {' '.join(str(error).split())}")
        return None
    try:
        return _PackShape.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            problems.append(f"{name}: {_place(data, fault['loc'])}: {fault['msg']}")
        return None


def _place(data: Any, location: tuple[int | str, ...]) -> str:
    """Return the place of a fault in words: parameters are named by their id, not their number."""
    words = [str(part) for part in location]
    if len(location) > 1 and location[0] == "parameters" and isinstance(location[1], int):
        entry = data["parameters"][location[1]]
        if isinstance(entry, dict) and "id" in entry:
            words[:2] = [str(entry["id"])]
    return ".".join(words) or "file"


def _faults(shape: _PackShape, parameter: _ParameterShape) -> Iterable[str]:
    if not parameter.id.startswith(f"{shape.pack}."):
        yield f"the id must begin with {shape.pack}."
    spans = sorted(parameter.values, key=lambda value: value.first)
    for value in spans:
        if value.last is not None and value.last < value.first:
            yield f"the value from {value.first} ends before it begins"
    for before, after in itertools.pairwise(spans):
        if before.last is None or before.last >= after.first:
            yield f"two values are in force on {after.first}"
    if parameter.rule is not None:
        yield from _rule_faults(parameter.rule, parameter.id, {p.id for p in shape.parameters})


def _rule_faults(rule: _RuleShape, parameter_id: str, ids: set[str]) -> Iterable[str]:
    stages = rule.kind.value.startswith("stage_")
    if stages and rule.stage is None:
        yield "a stage rule names its stage"
    if rule.asset_class is None and (not stages or rule.kind is RuleKind.STAGE_CLASS):
        yield "the rule names its asset_class"
    if rule.kind in _NEED_COMPARISON and rule.comparison is None:
        yield 'the rule says its comparison, ">" or ">="'
    if rule.kind in _NEED_EVENT and rule.event is None:
        yield "the rule names its event"
    if rule.kind in _NEED_PERIODS and f"{parameter_id}.periods" not in ids:
        yield f"the rule needs the parameter {parameter_id}.periods beside it"
    for event in (rule.event, rule.with_event, *rule.lifted_by):
        if event is not None and event not in EVENT_KINDS:
            yield f"no kind of event is called {event}"


def _chosen(
    shapes: Mapping[str, _PackShape], packs: Sequence[str], problems: list[str]
) -> list[_PackShape]:
    """Return the packs asked for in their order, then those they bring along, each once."""
    if not packs:
        problems.append("no pack was chosen")
    wanted = list(dict.fromkeys(packs))
    for name in wanted:
        if name not in shapes:
            problems.append(f"no pack is called {name}; there are: {', '.join(sorted(shapes))}")
        else:
            wanted += [brought for brought in shapes[name].brings if brought not in wanted]
    return [shapes[name] for name in wanted if name in shapes]


def _value_on(parameter: _ParameterShape, on: date) -> _Value | None:
    for value in parameter.values:
        if value.first <= on and (value.last is None or on <= value.last):
            return value
    return None


def _parameter(shape: _PackShape, parameter: _ParameterShape, span: _Value) -> Parameter:
    return Parameter(
        id=parameter.id,
        pack=shape.pack,
        zh=parameter.zh,
        en=parameter.en,
        description=parameter.description.strip(),
        unit=parameter.unit,
        value=span.value,
        in_force_from=span.first,
        in_force_to=span.last,
        instrument=parameter.instrument or shape.instrument,
        article=parameter.article,
        grade=parameter.grade,
        source=parameter.source,
        last_checked=parameter.last_checked or shape.last_checked,
        note=parameter.note.strip(),
        rule=_rule(parameter.rule) if parameter.rule else None,
    )


def _rule(shape: _RuleShape) -> Rule:
    return Rule(
        kind=shape.kind,
        asset_class=shape.asset_class,
        stage=shape.stage,
        comparison=shape.comparison,
        products=tuple(product.value for product in shape.products),
        event=shape.event,
        lifted_by=shape.lifted_by,
        with_event=shape.with_event,
    )


def _pack(shape: _PackShape) -> Pack:
    return Pack(
        shape.pack, shape.zh, shape.en, shape.instrument, shape.in_force_from, shape.brings,
        shape.note.strip(),
    )  # fmt: skip


def _override(
    parameters: dict[str, Parameter], overrides: Mapping[str, int], problems: list[str]
) -> None:
    for name, value in overrides.items():
        old = parameters.get(name)
        if old is None:
            problems.append(f"override of {name}: no chosen pack has it")
        elif isinstance(old.value, date) or isinstance(value, bool) != isinstance(old.value, bool):
            problems.append(f"override of {name}: {value!r} is not a value in {old.unit}")
        elif not isinstance(value, int) or value < 0:
            problems.append(f"override of {name}: {value!r} is not a whole number from 0")
        else:
            parameters[name] = replace(old, value=value, overridden=True)
