"""A signal and the catalogue as plain values, checked once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from daihou.errors import NotFound
from daihou.kernel import Level, Product, SubjectKind
from daihou.law import Grade
from daihou.signals.expressions import columns_of


class Direction(StrEnum):
    """Which way is worse: a larger value, a smaller one, or that the thing happened at all."""

    HIGHER = "higher"
    LOWER = "lower"
    EVENT = "event"


UNITS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "days": ("天", "days"),
        "months": ("个月", "months"),
        "count": ("次", "times"),
        "pieces": ("件", "pieces"),
        "bp": ("基点", "bp"),
        "level": ("级", "levels"),
        "points": ("分", "points"),
        "yuan": ("元", "yuan"),
    }
)
"""Units of a signal's value, as shown in both languages."""

WORST_FIRST: Final = (Level.RED, Level.ORANGE, Level.YELLOW)


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on a level is reached.

    ``operator`` and ``number`` are set when it is one comparison of the value; ``shipped`` is the
    condition in the catalogue's own file when a book has changed it.
    """

    level: Level
    text: str
    tree: exp.Expr
    origin: str
    grade: Grade | None
    operator: str | None = None
    number: int | None = None
    shipped: str | None = None

    @property
    def changed(self) -> bool:
        """Tell whether the book gave it, in place of the catalogue."""
        return self.grade is None


@dataclass(frozen=True, slots=True)
class Signal:
    """One early-warning signal (风险预警信号): what it measures and from where on it warns.

    ``value`` is a whole number in ``unit``. Not applicable (another product, or ``applies`` is
    false) means no verdict at all; a fact never landed or an unknown feature means unknown.
    """

    id: str
    zh: str
    en: str
    group: str
    subject: SubjectKind
    unit: str
    definition_zh: str
    definition_en: str
    value_text: str
    value: exp.Expr
    direction: Direction
    needs_facts: tuple[str, ...]
    needs_columns: tuple[str, ...]
    products: tuple[Product, ...]
    applies_text: str
    applies: exp.Expr | None
    thresholds: tuple[Threshold, ...]
    evidence: tuple[str, ...]
    age_from: tuple[str, ...]
    updated: str
    source: str
    grade: Grade
    file: str
    dropped: tuple[tuple[Level, str], ...] = ()
    """Levels that the book took out, with the condition in the catalogue's own file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every feature it reads, each once, in order."""
        trees = [self.value, *(threshold.tree for threshold in self.thresholds)]
        trees += [] if self.applies is None else [self.applies]
        read = [name for tree in trees for name in columns_of(tree)]
        product = ["product"] if self.products else []
        return tuple(
            dict.fromkeys([*product, *read, *self.needs_columns, *self.evidence, *self.age_from])
        )

    @property
    def known_when(self) -> tuple[str, ...]:
        """Return the features without which the verdict is unknown."""
        own = [self.value.name] if isinstance(self.value, exp.Column) else []
        return tuple(dict.fromkeys([*self.needs_columns, *own]))

    def threshold(self, level: Level) -> Threshold | None:
        """Return the threshold of ``level``, or None when the signal has no such level."""
        return next((t for t in self.thresholds if t.level is level), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every signal in force, by id in order."""

    signals: tuple[Signal, ...]
    by_id: Mapping[str, Signal] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the signals by id."""
        object.__setattr__(self, "by_id", MappingProxyType({s.id: s for s in self.signals}))

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids in order."""
        return tuple(signal.id for signal in self.signals)

    def of(self, subject: SubjectKind) -> tuple[Signal, ...]:
        """Return the signals about one kind of subject."""
        return tuple(signal for signal in self.signals if signal.subject is subject)

    def signal(self, signal_id: str) -> Signal:
        """Return the signal called ``signal_id``.

        Raises: NotFound naming the known ones.
        """
        if signal_id not in self.by_id:
            raise NotFound(
                f"no signal {signal_id!r}", next_step=f"use one of {', '.join(self.ids)}"
            )
        return self.by_id[signal_id]
