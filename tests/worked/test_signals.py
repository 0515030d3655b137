"""Worked cases of every signal: a lender's facts in, verdicts out, by SQL and in plain Python."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from daihou.kernel import Level, SubjectKind
from daihou.signals import explain_signal
from tests.unit.signals.shipped import catalogue
from tests.worked.signal_book import Verdicts, tries

CHAPTERS = [
    chapter
    for name in ("signals.yaml", "bureau_signals.yaml")
    for chapter in yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8"))
]


@cache
def _verdicts(chapter: int) -> Verdicts:
    return Verdicts(CHAPTERS[chapter])


def _each() -> list[Any]:
    return [
        pytest.param(number, case["signal"], name, verdict, id=f"{number} {case['signal']} {name}")
        for number, chapter in enumerate(CHAPTERS)
        for case in chapter["cases"]
        if case["signal"] != "every"
        for name, _, verdict in tries(case)
    ]


@pytest.mark.parametrize(("chapter", "signal_id", "name", "expected"), _each())
def test_a_signal_says_what_the_worked_case_says(
    chapter: int, signal_id: str, name: str, expected: str
) -> None:
    found = _verdicts(chapter)
    signal = catalogue().signal(signal_id)
    subject = found.cases[f"{signal_id} {name}"][signal.subject is SubjectKind.CUSTOMER]
    row = found.features[signal.subject][subject]
    reason = explain_signal(signal, row, found.fed)
    in_words = reason.level or reason.verdict or "not_applicable"
    assert (str(in_words), reason.sentence_en) == (expected, reason.sentence_en)
    hit = found.hits.get((subject, signal_id))
    assert (hit["level"] if hit else None) == (expected if expected in set(Level) else None)
    listed = signal_id in found.unknown.get(subject, "").split(",")
    assert listed == (expected == "unknown")
    if hit:
        assert hit["value"] == reason.value
        assert hit["data_age_days"] is None or hit["data_age_days"] >= 0


@pytest.mark.parametrize(
    ("chapter", "case"),
    [
        (number, case)
        for number, chapter in enumerate(CHAPTERS)
        for case in chapter["cases"]
        if case["signal"] == "every"
    ],
)
def test_facts_never_handed_over_make_signals_unknown(chapter: int, case: dict[str, Any]) -> None:
    found = _verdicts(chapter)
    account, customer = found.cases[f"every {case['case']}"]
    assert found.unknown[account] == case["unknown_account"]
    assert found.unknown[customer] == case["unknown_customer"]


def test_every_level_of_every_signal_is_worked() -> None:
    worked = {
        (case["signal"], verdict)
        for chapter in CHAPTERS
        for case in chapter["cases"]
        for _, _, verdict in tries(case)
    }
    wanted = {(s.id, t.level.value) for s in catalogue().signals for t in s.thresholds}
    assert not wanted - worked
