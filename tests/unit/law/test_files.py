"""A law file is refused with every problem named; the shipped files say what the sources say."""

from __future__ import annotations

from datetime import date

import pytest

from daihou.errors import LawError
from daihou.law import Grade, reference_page, resolve_law
from tests.worked.classification_book import law_texts

NIGHT = date(2025, 6, 30)

GOOD = """
pack: x
zh: 例
en: example
instrument: none
in_force_from: 2020-01-01
last_checked: 2026-11-24
parameters:
  - id: x.days
    zh: 天
    en: days
    description: Some days.
    unit: days
    values: [{from: 2020-01-01, to: 2022-12-31, value: 7}, {from: 2023-01-01, value: 9}]
    article: "1"
    grade: M
    source: memory
    rule: {kind: overdue, asset_class: special_mention, comparison: ">"}
"""


def test_every_shipped_parameter_has_source_grade_and_article():
    for packs in (["cn_2023", "cn_card_2011"], ["us_retail"]):
        law = resolve_law(law_texts(), packs, NIGHT)
        for parameter in law.parameters.values():
            assert parameter.source and parameter.article and parameter.zh and parameter.en
            assert isinstance(parameter.grade, Grade)


def test_a_pack_brings_stages_and_provisions_along():
    law = resolve_law(law_texts(), ["cn_2023"], NIGHT)
    assert [pack.id for pack in law.packs] == ["cn_2023", "ifrs9", "cn_provision_2002"]


def test_the_2023_rule_is_not_law_on_the_day_before_its_first():
    resolve_law(law_texts(), ["cn_2023"], date(2023, 7, 1))
    with pytest.raises(LawError, match="not in force on 2023-06-30: its first day is 2023-07-01"):
        resolve_law(law_texts(), ["cn_2023"], date(2023, 6, 30))


def test_the_us_policy_is_law_for_nights_of_2017():
    law = resolve_law(law_texts(), ["us_retail"], date(2017, 1, 31))
    assert law.number("us_retail.closed_end.loss") == 120


def test_a_value_changes_on_its_day():
    assert resolve_law({"x": GOOD}, ["x"], date(2022, 12, 31)).number("x.days") == 7
    assert resolve_law({"x": GOOD}, ["x"], date(2023, 1, 1)).number("x.days") == 9


def test_a_gap_between_values_is_named():
    gap = GOOD.replace("from: 2023-01-01", "from: 2024-01-01")
    with pytest.raises(LawError, match=r"x\.days has no value in force on 2023-05-01"):
        resolve_law({"x": gap}, ["x"], date(2023, 5, 1))


def test_two_values_on_one_day_are_refused():
    both = GOOD.replace("to: 2022-12-31", "to: 2023-01-01")
    with pytest.raises(LawError, match="two values are in force on 2023-01-01"):
        resolve_law({"x": both}, ["x"], NIGHT)


@pytest.mark.parametrize("missing", ["source: memory", "grade: M", 'article: "1"'])
def test_a_parameter_without_source_grade_or_article_is_refused(missing):
    with pytest.raises(LawError, match=rf"x\.days\.{missing.split(':')[0]}: Field required"):
        resolve_law({"x": GOOD.replace(f"    {missing}\n", "")}, ["x"], NIGHT)


def test_every_problem_is_listed_at_once():
    bad = GOOD.replace("    source: memory\n", "").replace("grade: M", "grade: Z")
    with pytest.raises(LawError) as caught:
        resolve_law({"bad": bad, "broken": "a: [", "x": GOOD}, ["x", "nowhere"], date(2019, 1, 1))
    text = "\n".join(caught.value.problems)
    for word in ("source", "grade", "broken: not YAML", "no pack is called nowhere", "2020-01-01"):
        assert word in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (', comparison: ">"', "", "comparison"),
        (", asset_class: special_mention", "", "asset_class"),
        ("kind: overdue", "kind: event", "names its event"),
        ("kind: overdue", "kind: event, event: nonsense", "no kind of event is called nonsense"),
        ("kind: overdue", "kind: upgrade", "x.days.periods"),
        ("x.days", "y.days", "must begin with x."),
        ("unit: days", "unit: days\n    colour: red", "Extra inputs"),
    ],
)
def test_a_rule_that_lacks_a_part_is_refused(old, new, words):
    with pytest.raises(LawError, match=words):
        resolve_law({"x": GOOD.replace(old, new)}, ["x"], NIGHT)


def test_a_book_may_set_an_uncertain_value_and_it_shows():
    law = resolve_law({"x": GOOD}, ["x"], NIGHT, {"x.days": 0})
    assert law.number("x.days") == 0
    assert law["x.days"].overridden
    assert "set by the book" in reference_page(law)
    assert law.digest != resolve_law({"x": GOOD}, ["x"], NIGHT).digest


@pytest.mark.parametrize("override", [{"x.no": 1}, {"x.days": -1}, {"x.days": True}])
def test_an_override_of_nothing_or_by_nonsense_is_refused(override):
    with pytest.raises(LawError, match="override of x"):
        resolve_law({"x": GOOD}, ["x"], NIGHT, override)


def test_an_unknown_parameter_names_the_packs():
    with pytest.raises(LawError, match="none of the packs x"):
        resolve_law({"x": GOOD}, ["x"], NIGHT)["x.other"]


def test_the_reference_page_shows_value_grade_and_source_of_every_parameter():
    law = resolve_law(law_texts(), ["cn_2023", "cn_card_2011"], NIGHT)
    page = reference_page(law)
    for parameter in law.parameters.values():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{parameter.id}` "))
        assert f"| {parameter.grade} |" in row
        assert row.count(" | ") == 7
