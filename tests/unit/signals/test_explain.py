"""What a person is told about one signal."""

from __future__ import annotations

from typing import Any

import pytest

from daihou.kernel import Level, Verdict
from daihou.signals import SignalReason, explain_signal, load_catalogue
from tests.unit.signals.shipped import catalogue, signal_texts


def told(signal_id: str, fed: frozenset[str] | None = None, **features: Any) -> SignalReason:
    signal = catalogue().signal(signal_id)
    row = dict.fromkeys(signal.columns) | features
    return explain_signal(signal, row, fed)


@pytest.mark.parametrize(
    ("dpd", "level", "next_level", "distance"),
    [
        (0, None, Level.YELLOW, 1),
        (7, Level.YELLOW, Level.ORANGE, 1),
        (8, Level.ORANGE, Level.RED, 23),
        (30, Level.ORANGE, Level.RED, 1),
        (31, Level.RED, None, None),
    ],
)
def test_the_next_level_and_the_way_to_it_are_told(
    dpd: int, level: Level | None, next_level: Level | None, distance: int | None
) -> None:
    reason = told("E01", dpd=dpd)
    assert (reason.level, reason.next_level, reason.distance) == (level, next_level, distance)
    assert reason.verdict is (Verdict.HIT if level else Verdict.NO_HIT)
    assert reason.value == dpd


def test_a_falling_value_has_its_distance_downward() -> None:
    reason = told("E05", paid_pace_bp=8000)
    assert (reason.next_level, reason.distance) == (Level.YELLOW, 1)
    assert told("E05", paid_pace_bp=7999).distance == 7999 - 5999


def test_a_level_of_two_parts_has_no_distance_but_is_told() -> None:
    reason = told("E13", product="card", utilisation_bp=9000, balance_minor=9, limit_minor=10)
    assert (reason.next_level, reason.distance) == (Level.ORANGE, None)
    assert "orange is utilisation_bp > 10000 OR balance_minor > limit_minor" in reason.sentence_en


def test_the_sentences_of_a_hit() -> None:
    reason = told("E10", product="card", utilisation_bp=7050)
    assert reason.sentence_zh == (
        "E10 额度使用率：70.50 %，达到黄色线（>= 7000）；距橙色线还差 19.50 %。"
    )
    assert reason.sentence_en == (
        "E10 own card utilisation: 70.50 %, yellow (>= 7000); 19.50 % from orange."
    )


def test_unknown_names_what_is_missing() -> None:
    reason = told("E01")
    assert reason.verdict is Verdict.UNKNOWN
    assert reason.missing == ("dpd",)
    assert reason.sentence_zh == "E01 本行逾期天数：无法判断，缺少逾期天数。"
    reason = told("E06", frozenset({"payment"}), debit_failures=3)
    assert reason.missing == ("external_event",)
    assert "unknown, because these are missing: external_event" in reason.sentence_en


def test_not_applicable_is_no_verdict_even_when_facts_are_missing() -> None:
    reason = told("F01", frozenset(), product="card")
    assert reason.verdict is None
    assert reason.sentence_zh == "F01 流入证券/期货/理财：不适用。"


def test_not_knowing_whether_it_applies_is_unknown() -> None:
    reason = told("I01", business=None, tax_missed_6m=0)
    assert reason.verdict is Verdict.UNKNOWN
    assert reason.missing == ("applies (business)",)


def test_a_threshold_of_the_book_is_shown_with_the_shipped_one() -> None:
    signal = load_catalogue(signal_texts(), {"E01": {"red": 20}}).signal("E01")
    row = dict.fromkeys(signal.columns) | {"dpd": 20}
    reason = explain_signal(signal, row)
    assert reason.level is Level.RED
    assert "set by the book, shipped: >= 31" in reason.sentence_en


def test_a_missing_column_is_a_mistake_not_an_unknown() -> None:
    with pytest.raises(KeyError):
        explain_signal(catalogue().signal("E01"), {})
