"""What a signal file must say, and what a book may change."""

from __future__ import annotations

import re

import pytest

from daihou.contracts import RESULTS
from daihou.errors import NotFound, SignalError
from daihou.kernel import Level, SubjectKind
from daihou.law import Grade
from daihou.signals import FEATURES, Direction, load_catalogue, reference_page
from tests.unit.signals.shipped import catalogue, signal_texts

LARGEST = {"A": 10, "B": 12, "C": 13, "D": 8, "E": 13, "F": 6, "G": 6, "H": 6, "I": 4}
SHIPPED = [f"{letter}{n:02}" for letter, most in LARGEST.items() for n in range(1, most + 1)]
"""Every signal of the catalogue but J: own control of inquiries."""

GOOD = """
id: Z01
zh: 试
en: trial
group: trial
subject: account
unit: days
definition: {zh: 天, en: days}
value: dpd
direction: higher
needs: {columns: [dpd]}
levels:
  yellow: {when: ">= 1", origin: us, grade: M}
  red: {when: ">= 31", origin: us, grade: M}
evidence: [dpd]
updated: daily
source: us
grade: M
"""


def _problems(*texts: str, overrides: dict | None = None) -> str:
    with pytest.raises(SignalError) as caught:
        load_catalogue({f"{n}.yaml": text for n, text in enumerate(texts)}, overrides)
    return "\n".join(caught.value.problems)


def test_every_signal_of_a_debtor_is_shipped() -> None:
    assert list(catalogue().ids) == SHIPPED


def test_every_file_is_named_after_its_signal() -> None:
    for signal in catalogue().signals:
        assert signal.file.startswith(f"{signal.id}_")


def test_every_signal_and_every_threshold_has_an_origin_and_a_grade() -> None:
    for signal in catalogue().signals:
        assert signal.source and isinstance(signal.grade, Grade)
        assert signal.thresholds
        for threshold in signal.thresholds:
            assert threshold.origin and isinstance(threshold.grade, Grade)


def test_a_number_without_a_source_is_called_an_assumption() -> None:
    for signal in catalogue().signals:
        for threshold in signal.thresholds:
            assumed = "our assumption" in threshold.origin
            assert assumed == (threshold.grade is Grade.MEMORY), (signal.id, threshold)


def test_evidence_shows_what_the_value_and_levels_read() -> None:
    for signal in catalogue().signals:
        read = {column.name for tree in [signal.value, *(t.tree for t in signal.thresholds)]
                for column in tree.find_all(type(catalogue().signal("E01").value))}  # fmt: skip
        assert read <= set(signal.evidence), signal.id


def test_every_feature_is_read_by_some_signal_or_shown() -> None:
    for kind in SubjectKind:
        read = {name for signal in catalogue().of(kind) for name in signal.columns}
        assert set(FEATURES[kind]) - read <= {"accounts"}


def test_the_columns_of_signal_day_are_made() -> None:
    from datetime import date

    from daihou.signals import compile_signals

    queries = compile_signals(catalogue(), date(2024, 1, 31), frozenset())
    assert queries.hits.sql("duckdb")
    names = {column.name for column in RESULTS["signal_day"].columns} - {"book", "as_of"}
    assert names == {
        "subject_kind", "subject_id", "signal_id", "verdict", "level", "value", "evidence",
        "data_age_days",
    }  # fmt: skip


def test_a_good_file_is_read() -> None:
    signal = load_catalogue({"z.yaml": GOOD}).signal("Z01")
    assert signal.direction is Direction.HIGHER
    assert [t.level for t in signal.thresholds] == [Level.RED, Level.YELLOW]
    assert signal.products == ()


def test_all_problems_of_all_files_are_listed_at_once() -> None:
    bad_value = GOOD.replace("value: dpd", "value: dpdd")
    bad_need = GOOD.replace("Z01", "Z02").replace("columns: [dpd]", "facts: [nothing]")
    problems = _problems(bad_value, bad_need, "id: [", "id: Z03")
    for words in ("no feature 'dpdd'", "no fact table 'nothing'", "not YAML", "levels: Field"):
        assert words in problems


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("source: us", "", "source: Field required"),
        ("grade: M\n", "grade: X\n", "grade: Input"),
        ("unit: days", "unit: furlongs", "unit 'furlongs'"),
        ("value: dpd", "value: dpd / 2", "not allowed"),
        ("value: dpd", "value: dpd * 1.5", "not a whole number"),
        ("value: dpd", "value: dpd > 2", "yields bool"),
        ("value: dpd", "value: dpd + product", "mixes"),
        ("value: dpd", "value: now()", "not allowed"),
        ("value: dpd", "value: (SELECT 1)", "not allowed"),
        ("value: dpd", "value: dpd; dpd", "exactly one"),
        ('">= 31"', '">= 1"', "never shows"),
        ('">= 31"', '"< 31"', "contradicts"),
        ('">= 31"', '"dpd OR"', "cannot be parsed"),
        ('">= 31"', '"payer_strange_3m > 1"', "made from payment, which is not asked for"),
        ("evidence: [dpd]", "evidence: [dpdd]", "evidence: no feature 'dpdd'"),
        ("evidence: [dpd]", "evidence: [dpd]\nage_from: [dpd]", "not a day"),
        ("evidence: [dpd]", "evidence: [dpd]\nproducts: [boat]", "products"),
        ("evidence: [dpd]", "evidence: [dpd]\nextra: 1", "extra"),
        ("subject: account", "subject: customer\nproducts: [card]", "a customer has no product"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(old: str, new: str, words: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if "customer" in new:
        text = text.replace("dpd", "dpd_max")
    assert words in _problems(text)


def test_one_id_may_not_come_twice() -> None:
    assert "Z01 is already in 0.yaml" in _problems(GOOD, GOOD)


def test_a_book_changes_a_threshold_and_both_are_shown() -> None:
    changes = {"E01": {"red": 45, "orange": "> 10", "yellow": None}}
    changed = load_catalogue(signal_texts(), changes)
    signal = changed.signal("E01")
    red, orange = signal.thresholds
    assert (red.text, red.shipped, red.changed) == (">= 45", ">= 31", True)
    assert (orange.text, orange.shipped) == ("> 10", ">= 8")
    assert signal.dropped == ((Level.YELLOW, ">= 1"),)
    assert catalogue().signal("E01").thresholds[0].text == ">= 31"
    page = reference_page(changed)
    assert "`>= 45` | the book's own threshold (shipped: `>= 31`)" in page
    assert "the book (shipped: `>= 1`)" in page


def test_a_book_adds_a_level() -> None:
    changed = load_catalogue(signal_texts(), {"E04": {"yellow": ">= 8"}})
    assert changed.signal("E04").thresholds[-1].shipped == "none"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"Q99": {"red": 1}}, "signals.Q99: no such signal"),
        ({"E01": {"purple": 1}}, "'purple' is not a level"),
        ({"E01": {"red": 5}}, "never shows beside red"),
        ({"E01": {"red": True}}, "write a number or a condition"),
        ({"E01": {"red": "boo > 1"}}, "no feature 'boo'"),
        ({"E01": {"red": None, "orange": None, "yellow": None}}, "leave at least one"),
        ({"E01": 5}, "write levels"),
        ({"F01": {"red": 5}}, "write a number or a condition"),
        ({"E05": {"red": "> 9000"}}, "contradicts lower"),
    ],
)
def test_a_wrong_override_is_refused(overrides: dict, words: str) -> None:
    with pytest.raises(SignalError) as caught:
        load_catalogue(signal_texts(), overrides)
    assert words in "\n".join(caught.value.problems)


def test_an_unknown_signal_names_the_known_ones() -> None:
    with pytest.raises(NotFound, match="E01"):
        catalogue().signal("A99")


def test_the_reference_page_shows_every_signal_and_threshold() -> None:
    page = reference_page(catalogue())
    for signal in catalogue().signals:
        assert f"### {signal.id} {signal.zh} · {signal.en}" in page
        for threshold in signal.thresholds:
            assert f"`{threshold.text}` | {threshold.origin} |" in page
    assert not re.search(r"[ \t]\n", page)
