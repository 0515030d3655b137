"""The reference page of the catalogue, made from the signals themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from daihou.kernel import SubjectKind
from daihou.law import Grade
from daihou.signals.explain import LEVEL_ZH
from daihou.signals.features import FEATURES
from daihou.signals.model import Catalogue, Signal, Threshold

_SUBJECTS = {SubjectKind.ACCOUNT: "账户 account", SubjectKind.CUSTOMER: "客户 customer"}
_GRADES = {
    Grade.LAW_READ: "law or rule, text read",
    Grade.AUTHORITY: "page of an authority or a bank",
    Grade.CODE: "a real system's code",
    Grade.NEWS: "news",
    Grade.WEB: "weak web page",
    Grade.MEMORY: "our assumption: check it before use",
}


def reference_page(catalogue: Catalogue) -> str:
    """Return the Markdown page that shows every signal with its thresholds and their origins."""
    return "\n".join(_lines(catalogue)).rstrip() + "\n"


def _lines(catalogue: Catalogue) -> Iterator[str]:
    yield "# 风险预警信号 Early-warning signals"
    yield ""
    yield f"{len(catalogue.signals)} signals. This page is generated from the signal files."
    yield ""
    yield (
        "A signal gives `hit` with a level, `no_hit`, or `unknown` when a fact it needs was not "
        "handed over; where it does not apply it says nothing. Every threshold can be changed in "
        "`book.yaml` under `signals`, for example `E01: {red: 45}`."
    )
    yield ""
    yield "Grades: " + "; ".join(f"**{grade.value}** {words}" for grade, words in _GRADES.items())
    for group, signals in groupby(catalogue.signals, key=lambda signal: signal.group):
        yield ""
        yield f"## {group}"
        for signal in signals:
            yield ""
            yield from _signal(signal)


def _signal(signal: Signal) -> Iterator[str]:
    features = FEATURES[signal.subject]
    yield f"### {signal.id} {signal.zh} · {signal.en}"
    yield ""
    yield signal.definition_zh
    yield ""
    yield signal.definition_en
    yield ""
    yield "| 级别 level | 条件 condition | 来源 origin | grade |"
    yield "|---|---|---|---|"
    for threshold in reversed(signal.thresholds):
        yield _row(threshold)
    for level, shipped in signal.dropped:
        yield f"| {LEVEL_ZH[level]} {level.value} | off | the book (shipped: `{shipped}`) | – |"
    yield ""
    products = ", ".join(product.value for product in signal.products) or "all"
    applies = f", where `{signal.applies_text}`" if signal.applies_text else ""
    needs = ", ".join(need.replace("|", " or ") for need in signal.needs_facts) or "none"
    evidence = "; ".join(f"`{name}` {features[name].zh} {features[name].en}"
                         for name in signal.evidence)  # fmt: skip
    yield f"- subject: {_SUBJECTS[signal.subject]}; products: {products}{applies}"
    yield f"- value: `{signal.value_text}` ({signal.unit}); worse: {signal.direction.value}"
    yield f"- needs facts: {needs}; updated: {signal.updated}"
    yield f"- evidence: {evidence}"
    yield f"- definition from: {signal.source} (grade {signal.grade.value})"


def _row(threshold: Threshold) -> str:
    origin, grade = threshold.origin, threshold.grade.value if threshold.grade else "–"
    if threshold.changed:
        origin += f" (shipped: `{threshold.shipped}`)"
    level = f"{LEVEL_ZH[threshold.level]} {threshold.level.value}"
    return f"| {level} | `{threshold.text}` | {origin} | {grade} |"
