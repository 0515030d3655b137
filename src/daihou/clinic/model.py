"""What the clinic says of a report: findings with evidence, steps, what-ifs, letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from daihou.law import Grade
from daihou.report.facts_model import Evidence, Facts
from daihou.report.model import Report


class Words(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str


class Direction(StrEnum):
    """Whether what is said counts for the person, against, or neither."""

    HELPS = "helps"
    HURTS = "hurts"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence has its facts from, and how sure that is."""

    title: str
    article: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that can be said: ``trigger`` tells in words when."""

    id: str
    trigger: str
    direction: Direction
    weight: int
    words: Words
    slots: frozenset[str]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step that can be advised, for whom of these findings, with which letter.

    ``kinds`` are the letters that go with it. Steps keep the order in which they stand.
    """

    id: str
    findings: tuple[str, ...]
    words: Words
    when: Words
    slots: frozenset[str]
    sources: tuple[Source, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterWords:
    """A letter's title and body, by language, with blanks to fill."""

    kind: str
    title: Words
    body: Words


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A number from which on a lender's early warning speaks, by level, with its origin."""

    id: str
    words: Words
    unit: str
    yellow: int | None
    orange: int | None
    red: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Sentences:
    """Everything that the clinic can say, read from its files and checked."""

    sentences: Mapping[str, Sentence]
    steps: tuple[StepWords, ...]
    letters: Mapping[str, LetterWords]
    signals: tuple[SignalLine, ...]
    measures: Mapping[str, Words]
    phrases: Mapping[str, Words]
    limits: Mapping[str, int]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of a report; ``lenders`` are those it is about.

    Raises: ValueError without evidence or with a blank left: nothing is said without proof.
    """

    id: str
    weight: int
    direction: Direction
    text: Mapping[str, str]
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]
    lenders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be proved."""
        if not self.evidence or not self.sources:
            raise ValueError(f"{self.id}: nothing is said without evidence and source")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, by a day where there is one, because of findings (by id)."""

    id: str
    on: date | None
    when: Mapping[str, str]
    text: Mapping[str, str]
    findings: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]
    lenders: tuple[str, ...]
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a figure is now, and after a step on a day, counted again from the changed report."""

    step: str
    on: date
    text: Mapping[str, str]
    measure: Mapping[str, str]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be checked, completed and sent; blanks are ``＿＿``."""

    lang: str
    file_name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Examination:
    """Findings by weight, steps in order, and what the steps would change; counted on the facts."""

    facts: Facts
    findings: tuple[Finding, ...]
    plan: tuple[Step, ...]
    what_if: tuple[WhatIf, ...]
    sentences: Sentences


@dataclass(frozen=True, slots=True)
class Case:
    """One person's report on the table: what the checkers look at."""

    report: Report
    facts: Facts
    sentences: Sentences
    older: Report | None = None

    def limit(self, name: str) -> int:
        """Return a house limit, by its name in the files."""
        return self.sentences.limits[name]
