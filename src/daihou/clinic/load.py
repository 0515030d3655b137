"""The files of what can be said, read and checked, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from daihou.clinic.model import (
    Direction,
    LetterWords,
    Sentence,
    Sentences,
    SignalLine,
    Source,
    StepWords,
    Words,
)
from daihou.errors import SentenceError
from daihou.law import Grade

Text = Annotated[str, Field(min_length=1)]
SURE: Final = frozenset({Grade.LAW_READ, Grade.AUTHORITY, Grade.CODE, Grade.NEWS})
HEDGES: Final = Words("网页|本软件|未经核实", "web page|our own|not verified")
"""Words of which one must stand in a sentence that only weak sources carry."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Shape):
    zh: Text
    en: Text

    def words(self) -> Words:
        return Words(self.zh.strip(), self.en.strip())


class _Source(_Shape):
    title: Text
    article: str = ""
    grade: Grade
    note: str = ""


class _Sentence(_Words):
    when: Text
    direction: Direction
    weight: Annotated[int, Field(ge=0, le=100)]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class _Step(_Words):
    findings: Annotated[tuple[str, ...], Field(min_length=1)]
    when: _Words
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    letters: tuple[str, ...] = ()


class _Letter(_Shape):
    title: _Words
    zh: Text
    en: Text


class _Signal(_Words):
    unit: Text
    yellow: int | None = None
    orange: int | None = None
    red: int | None = None
    source: str


class _File(_Shape):
    sources: dict[str, _Source] = {}
    sentences: dict[str, _Sentence] = {}
    steps: dict[str, _Step] = {}
    letters: dict[str, _Letter] = {}
    signals: dict[str, _Signal] = {}
    measures: dict[str, _Words] = {}
    phrases: dict[str, _Words] = {}
    limits: dict[str, int] = {}


def load_sentences(texts: Mapping[str, str]) -> Sentences:
    """Return what can be said, from the texts of the files by name.

    Raises: SentenceError with every problem.
    """
    problems: list[str] = []
    merged: dict[str, dict[str, Any]] = {name: {} for name in _File.model_fields}
    for name, text in sorted(texts.items()):
        try:
            file = _File.model_validate(yaml.safe_load(text) or {})
        except (yaml.YAMLError, ValidationError) as error:
            problems.append(f"{name}: {error}")
            continue
        for part, there in merged.items():
            new = getattr(file, part)
            problems += [f"{name}: {part}.{key} is there twice" for key in new if key in there]
            there.update(new)
    problems += _problems(merged)
    if problems:
        raise SentenceError("what the clinic can say is wrong", problems)
    return _built(merged)


def slots_of(*words: Words) -> frozenset[str]:
    """Return the slots of texts, whatever the language."""
    texts = [text for pair in words for text in pair]
    return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


def _problems(merged: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    known = merged["sources"]
    for part in ("sentences", "steps"):
        for key, one in merged[part].items():
            yield from (f"{key}: no source {name}" for name in one.sources if name not in known)
            if slots_of(Words(one.zh, "")) != slots_of(Words("", one.en)):
                yield f"{key}: the languages have different slots"
            grades = {known[name].grade for name in one.sources if name in known}
            if not grades & SURE:
                for text, hedges in zip((one.zh, one.en), HEDGES, strict=True):
                    if not any(hedge in text for hedge in hedges.split("|")):
                        yield f"{key}: rests on weak sources and does not say so: {text[:40]}"
    for key, one in merged["steps"].items():
        yield from (f"{key}: no finding {f}" for f in one.findings if f not in merged["sentences"])
        yield from (f"{key}: no letter {f}" for f in one.letters if f not in merged["letters"])
    for key, one in merged["signals"].items():
        if one.source not in known:
            yield f"{key}: no source {one.source}"


def _built(merged: Mapping[str, Mapping[str, Any]]) -> Sentences:
    sources = {
        key: Source(one.title, one.article, one.grade, one.note)
        for key, one in merged["sources"].items()
    }

    def cited(names: tuple[str, ...]) -> tuple[Source, ...]:
        return tuple(sources[name] for name in names)

    return Sentences(
        sentences=MappingProxyType(
            {
                key: Sentence(key, one.when, one.direction, one.weight, one.words(),
                              slots_of(one.words()), cited(one.sources))
                for key, one in merged["sentences"].items()
            }
        ),
        steps=tuple(
            StepWords(key, one.findings, one.words(), one.when.words(),
                      slots_of(one.words(), one.when.words()), cited(one.sources), one.letters)
            for key, one in merged["steps"].items()
        ),
        letters=MappingProxyType(
            {
                key: LetterWords(key, one.title.words(), Words(one.zh, one.en))
                for key, one in merged["letters"].items()
            }
        ),
        signals=tuple(
            SignalLine(key, one.words(), one.unit, one.yellow, one.orange, one.red,
                       sources[one.source])
            for key, one in merged["signals"].items()
        ),
        measures=MappingProxyType({k: one.words() for k, one in merged["measures"].items()}),
        phrases=MappingProxyType({k: one.words() for k, one in merged["phrases"].items()}),
        limits=MappingProxyType(dict(merged["limits"])),
        sources=MappingProxyType(sources),
    )  # fmt: skip
