"""The reference page of everything the clinic can say, made from its own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daihou.clinic.model import Sentences, Source

_MARKS = {"helps": "▲ helps 有利", "hurts": "▼ hurts 不利", "neutral": "● to know 须知"}


def reference_page(sentences: Sentences) -> str:
    """Return the Markdown page: each sentence with its trigger, weight, sources and grades."""
    return "\n".join(_lines(sentences)).rstrip() + "\n"


def _lines(sentences: Sentences) -> Iterator[str]:
    yield "# 报告解读 What the clinic can say"
    yield ""
    yield (
        f"{len(sentences.sentences)} sentences, {len(sentences.steps)} steps, "
        f"{len(sentences.letters)} letters. This page is generated from their files. A sentence "
        "is said only with evidence: records of the report that prove its trigger. Grades: L law "
        "text read, B page of an authority or a bank, C code or dictionary of a real system, "
        "N news, W weak web page, M our own default, not verified. A sentence that rests on W or "
        "M alone says so in its own words."
    )
    yield ""
    yield "## Sentences 解读"
    for one in sorted(sentences.sentences.values(), key=lambda s: (-s.weight, s.id)):
        yield ""
        yield f"### {one.id}"
        yield ""
        yield f"{_MARKS[one.direction.value]} · weight {one.weight} · when {one.trigger}"
        yield ""
        yield f"- {one.words.zh}"
        yield f"- {one.words.en}"
        yield f"- {_sources(one.sources)}"
    yield ""
    yield "## Steps 行动建议"
    for step in sentences.steps:
        yield ""
        yield f"### {step.id} (step)"
        yield ""
        yield f"because of {_coded(step.findings)}; letters: {_coded(step.kinds) or 'none'}"
        yield ""
        yield f"- {step.words.zh}"
        yield f"- {step.words.en}"
        yield f"- {_sources(step.sources)}"
    yield from _signals(sentences)


def _signals(sentences: Sentences) -> Iterator[str]:
    yield ""
    yield "## What a lender's early warning would see 机构的预警会看到什么"
    yield ""
    yield "| id | 指标 · figure | yellow | orange | red | source |"
    yield "|---|---|---|---|---|---|"
    for one in sentences.signals:
        lines = (one.yellow, one.orange, one.red)
        shown = " | ".join("–" if line is None else str(line) for line in lines)
        figure, source = f"{one.words.zh} · {one.words.en}", _sources((one.source,))
        yield f"| {one.id} | {figure} | {shown} | {source} |"
    yield ""
    yield "Shares are in basis points. House limits: " + ", ".join(
        f"`{name}` {value}" for name, value in sorted(sentences.limits.items())
    )


def _coded(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sources(sources: Iterable[Source]) -> str:
    return " · ".join(f"[{one.grade.value}] {one.title} {one.article}".strip() for one in sources)
