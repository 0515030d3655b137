"""The worth of asking: whole numbers in a fixed order; unknown stays unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from daihou.contracts.bureau import BUREAU_REPORT
from daihou.inquiry.rules import OWN_FIELDS, Factor, Worth
from daihou.inquiry.worth import MOST_MINOR, Stake, explain, rank, worth_of
from daihou.law import Grade
from tests.unit.inquiry.kit import SHIPPED

WORTH = Worth(
    risk_bp={"G0": 7, "G1": 31, "G4": 10_000},
    factors=(
        Factor(field="hard_3m", at_least=1, percent=215),
        Factor(field="card_use_bp", at_least=3000, percent=33),
    ),
    own_factors=(Factor(field="dpd_max", at_least=1, percent=465),),
    no_report_percent=150,
    stale_days=360,
    beside_minor=20_000_00,
    source="test",
    grade=Grade.MEMORY,
)
STAKE = Stake("G1", 50_000_00, {"dpd_max": 0}, {"hard_3m": 0, "card_use_bp": None}, 90)


def test_worth_is_stake_times_risk_times_age():
    valued = worth_of(STAKE, WORTH)
    assert valued.risk_ppm == 3_100
    assert valued.value_minor == (70_000_00 * 3_100 // 1_000_000) * 90 // 360 == 5_425
    assert valued.met == ()
    assert valued.risk_bp == 31


def test_factors_multiply_one_after_the_other_and_each_drops_its_rest():
    stake = replace(STAKE, own={"dpd_max": 3}, report={"hard_3m": 1, "card_use_bp": 3000})
    valued = worth_of(stake, WORTH)
    assert valued.risk_ppm == 3_100 * 465 // 100 * 215 // 100 * 33 // 100
    assert [factor.field for factor in valued.met] == ["dpd_max", "hard_3m", "card_use_bp"]


@pytest.mark.parametrize(("value", "met"), [(0, False), (1, True), (2, True), (None, False)])
def test_a_factor_is_met_from_its_value_on_and_never_by_the_unknown(value, met):
    valued = worth_of(replace(STAKE, own={"dpd_max": value}), WORTH)
    assert bool(valued.met) is met


def test_a_field_that_nobody_tells_is_unknown():
    assert worth_of(replace(STAKE, own={}, report={}), WORTH).met == ()


def test_without_a_report_its_percent_takes_the_place_of_the_factors_and_nothing_is_fresh():
    valued = worth_of(replace(STAKE, report=None, report_days=None), WORTH)
    assert valued.risk_ppm == 3_100 * 150 // 100
    assert valued.age_days == 360
    assert valued.value_minor == 70_000_00 * 4_650 // 1_000_000


@pytest.mark.parametrize(
    ("days", "age"), [(-3, 0), (0, 0), (1, 1), (359, 359), (360, 360), (900, 360)]
)
def test_a_report_is_stale_after_so_many_days_and_no_staler_later(days, age):
    assert worth_of(replace(STAKE, report_days=days), WORTH).age_days == age


def test_a_report_of_today_is_worth_nothing_to_repeat():
    assert worth_of(replace(STAKE, report_days=0), WORTH).value_minor == 0


def test_unknown_money_makes_the_worth_unknown_not_zero():
    assert worth_of(replace(STAKE, exposure_minor=None), WORTH).value_minor is None


def test_no_chance_is_more_than_certain():
    stake = replace(STAKE, tier="G4", own={"dpd_max": 9}, report_days=360)
    assert worth_of(stake, WORTH).risk_ppm == 1_000_000
    assert worth_of(stake, WORTH).value_minor == 70_000_00


def test_ranking_is_by_worth_then_by_number_and_the_unknown_come_last():
    assert rank({"C3": 5, "C1": None, "C2": 5, "C4": 9, "C0": None}) == [
        "C4", "C2", "C3", "C0", "C1",
    ]  # fmt: skip


@given(
    st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 500), st.integers(0, 500),
)  # fmt: skip
def test_more_money_or_an_older_report_is_never_worth_less(low, more, days, older):
    base = worth_of(replace(STAKE, exposure_minor=low, report_days=days), WORTH)
    grown = replace(STAKE, exposure_minor=low + more, report_days=days + older)
    assert (worth_of(grown, WORTH).value_minor or 0) >= (base.value_minor or 0)


def test_the_largest_amounts_stay_in_the_range_of_sql():
    most = max(SHIPPED.worth.risk_bp.values()) * 100
    for factor in (*SHIPPED.worth.own_factors, *SHIPPED.worth.factors):
        most = most * max(factor.percent, 100)
        assert most < 2**63
        most //= 100


def test_factors_read_only_fields_that_exist():
    columns = {column.name for column in BUREAU_REPORT.columns} | {"card_use_bp"}
    assert {factor.field for factor in SHIPPED.worth.factors} <= columns
    assert {factor.field for factor in SHIPPED.worth.own_factors} <= set(OWN_FIELDS)
    with pytest.raises(ValidationError, match="report field 'dpd_max'"):
        Worth.model_validate(
            WORTH.model_dump() | {"factors": [{"field": "dpd_max", "at_least": 1, "percent": 10}]}
        )


def test_factors_that_multiply_beyond_counting_are_refused():
    huge = [{"field": "hard_3m", "at_least": n, "percent": 10_000} for n in range(6)]
    with pytest.raises(ValidationError, match="more than can be counted"):
        Worth.model_validate(WORTH.model_dump() | {"factors": huge})


def test_every_tier_of_the_shipped_rules_has_a_risk_and_a_source():
    assert set(SHIPPED.worth.risk_bp) == set(SHIPPED.tiers)
    assert "simulated" in SHIPPED.worth.source
    assert SHIPPED.worth.grade is Grade.MEMORY


def test_more_money_than_can_be_counted_counts_as_the_most():
    huge = replace(STAKE, exposure_minor=MOST_MINOR * 5, report_days=360)
    assert worth_of(huge, WORTH).value_minor == MOST_MINOR * 3_100 // 1_000_000
    assert MOST_MINOR * 1_000_000 < 2**63


def test_the_worth_is_explained_step_by_step_in_both_languages():
    stake = replace(STAKE, own={"dpd_max": 3}, report={"hard_3m": 1})
    lines = explain(stake, WORTH, "CNY")
    assert lines[1][1] == "own facts, dpd_max >= 1: x 465 %"
    assert lines[2][0] == "上次报告 hard_3m >= 1: x 215 %"
    value = worth_of(stake, WORTH).value_minor
    assert lines[-1][1].startswith(f"worth of asking {value // 100:,}.{value % 100:02d} ")
    unknown = explain(replace(STAKE, report=None, exposure_minor=None), WORTH, "CNY")
    assert unknown[1] == ("尚无报告：x 150 %", "no report yet: x 150 %")
    assert unknown[-1][0].startswith("查询价值 –")
