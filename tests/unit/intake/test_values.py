"""Values become contract values exactly, or become problems; never something else."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.intake.kit import convert

AMOUNT, RATE = "payment.amount_minor", "account.rate_bp"


@pytest.mark.parametrize(
    ("cell", "unit", "minor"),
    [
        ("12.34", "yuan", 1234), ("1,234.50", "yuan", 123450), ("¥1,234,567.8", "yuan", 123456780),
        ("0.01", "yuan", 1), ("+7", "yuan", 700), ("5.", "yuan", 500),
        ("1.100000000000", "yuan", 110),
        ("1.5", "wan_yuan", 1_500_000), ("0.000001", "wan_yuan", 1), ("12", "minor", 12),
        (" 12\u3000", "minor", 12), ("99999999999.99", "yuan", 9999999999999),
    ],
)  # fmt: skip
def test_amounts_become_minor_units_exactly(cell, unit, minor):
    assert convert(AMOUNT, cell, unit=unit) == (minor, [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("10.005", "Q004"), ("0.0000000001", "Q004"), ("1.00000000001", "Q004"), ("abc", "Q003"),
        ("1,23", "Q003"), ("1.2.3", "Q003"), ("１２", "Q003"), ("1e5", "Q003"), ("--1", "Q003"),
        ("99999999999999999999", "Q003"), ("-5", "Q005"), ("0", "Q005"), ("nan", "Q003"),
        ("10000000000000.01", "Q005"), ("5%", "Q003"), ("", "Q001"), ("  ", "Q001"),
    ],
)  # fmt: skip
def test_amounts_that_are_not_exact_or_absurd_are_problems(cell, code):
    assert convert(AMOUNT, cell, unit="yuan")[1][0] == code


@settings(max_examples=25, deadline=None)
@given(st.decimals("0.01", "999999999.99", places=2))
def test_every_amount_of_two_digits_comes_through_unchanged(amount):
    assert convert(AMOUNT, f"{amount:,}", unit="yuan") == (int(amount * 100), [])


@settings(max_examples=25, deadline=None)
@given(st.decimals("0.010001", "99999999", places=6))
def test_rounding_is_half_even_when_it_is_asked_for_and_refused_when_not(amount):
    minor = int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))
    assert convert(AMOUNT, str(amount), unit="yuan", round="half_even") == (minor, [])
    exact = amount * 100 == minor
    assert convert(AMOUNT, str(amount), unit="yuan")[1] == ([] if exact else ["Q004"])


@pytest.mark.parametrize(
    ("cell", "minor"), [("0.025", 2), ("0.035", 4), ("0.015", 2), ("2.675", 268)]
)
def test_half_a_fen_goes_to_the_even_side(cell, minor):
    assert convert(AMOUNT, cell, unit="yuan", round="half_even") == (minor, [])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 10**13))
def test_a_float_that_means_a_whole_fen_gives_that_fen(minor):
    assert convert(AMOUNT, repr(minor / 100), "DOUBLE", unit="yuan") == (minor, [])


@pytest.mark.parametrize(
    ("cell", "code"), [("10.005", "Q004"), ("nan", "Q003"), ("inf", "Q003"), ("1e300", "Q003")]
)
def test_floats_between_units_or_without_value_are_problems(cell, code):
    assert convert(AMOUNT, cell, "DOUBLE", unit="yuan")[1][0] == code


def test_typed_numbers_convert_without_text():
    assert convert(AMOUNT, "12.34", "DECIMAL(18,2)", unit="yuan") == (1234, [])
    assert convert(AMOUNT, "12", "INTEGER", unit="yuan") == (1200, [])
    assert convert(AMOUNT, "12", "BIGINT", unit="minor") == (12, [])
    assert convert(AMOUNT, str(2**62), "BIGINT", unit="yuan")[1] == ["Q003"]
    assert convert(AMOUNT, str(2**63), "UBIGINT", unit="minor")[1] == ["Q003"]


def test_the_minor_unit_follows_the_currency():
    assert convert(AMOUNT, "500", unit="major", currency="JPY") == (500, [])
    assert convert(AMOUNT, "5.25", unit="major", currency="USD") == (525, [])
    assert convert(AMOUNT, "5.25", unit="major", currency="JPY")[1] == ["Q004"]


@pytest.mark.parametrize(
    ("cell", "unit", "bp"),
    [("4.35", "percent", 435), ("4.35%", "percent", 435), ("0.0435", "fraction", 435),
     ("435", "bp", 435), ("43.5", "permille", 435)],
)  # fmt: skip
def test_rates_become_basis_points(cell, unit, bp):
    assert convert(RATE, cell, unit=unit) == (bp, [])


def test_a_rate_between_two_basis_points_is_a_problem_unless_rounded():
    assert convert(RATE, "4.355", unit="percent")[1] == ["Q004"]
    assert convert(RATE, "4.355", unit="percent", round="half_even") == (436, [])
    assert convert(RATE, "", unit="percent") == (None, [])


@pytest.mark.parametrize(
    ("cell", "form", "day"),
    [
        ("2024-02-29", None, date(2024, 2, 29)), ("20240131", None, date(2024, 1, 31)),
        ("2024/1/5", None, date(2024, 1, 5)), ("2024年3月5日", None, date(2024, 3, 5)),
        ("2024-01-31 00:00:00", None, date(2024, 1, 31)),
        ("01-31-2024", "%m-%d-%Y", date(2024, 1, 31)),
        ("31.01.2024", "%d.%m.%Y", date(2024, 1, 31)), ("45322", "excel", date(2024, 1, 31)),
        ("45322.75", "excel", date(2024, 1, 31)), ("29281", "excel", date(1980, 3, 1)),
    ],
)  # fmt: skip
def test_days_are_read_in_the_formats_given(cell, form, day):
    extra = {"format": form} if form else {}
    assert convert("payment.paid_on", cell, **extra) == (day, [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2024-02-30", "Q002"), ("2023-02-29", "Q002"), ("2024-13-01", "Q002"), ("0000-00-00", "Q002"),
     ("24-01-05", "Q005"), ("1979-12-31", "Q005"), ("2101-01-01", "Q005"), ("9999-12-31", "Q005"),
     ("tomorrow", "Q002"), ("01/02/2024", "Q002"), ("60", "Q002"), ("", "Q001")],
)  # fmt: skip
def test_days_that_never_were_or_cannot_be_meant_are_problems(cell, code):
    assert convert("payment.paid_on", cell)[1] == [code]


def test_the_29th_of_february_1900_of_spreadsheets_is_no_day():
    assert convert("payment.paid_on", "60", format="excel")[1] == ["Q002"]


def test_bounds_of_days_are_inside():
    assert convert("payment.paid_on", "1980-01-01")[1] == []
    assert convert("payment.paid_on", "2100-12-31")[1] == []


def test_typed_days_and_instants_are_taken_as_they_are():
    assert convert("payment.paid_on", "2024-02-29", "DATE") == (date(2024, 2, 29), [])
    assert convert("payment.paid_on", "2024-02-29 23:59:59", "TIMESTAMP") == (date(2024, 2, 29), [])
    assert convert("payment.paid_on", "20240229", "INTEGER") == (date(2024, 2, 29), [])


def test_a_lenders_word_for_no_day_is_null():
    assert convert("account.matures_on", "99991231", empty_values=["99991231"]) == (None, [])


def test_codes_are_translated_and_unknown_codes_are_problems():
    codes = {"01": "payment", "02": "reversal"}
    assert convert("payment.kind", "02", codes=codes) == ("reversal", [])
    assert convert("payment.kind", "2", codes=codes)[1] == ["Q006"]
    assert convert("payment.kind", "payment", codes=codes)[1] == ["Q006"]
    assert convert("payment.kind", "payment") == ("payment", [])
    assert convert("payment.kind", "Payment")[1] == ["Q006"]
    assert convert("payment.kind", "2", "INTEGER", codes={"2": "reversal"}) == ("reversal", [])


@pytest.mark.parametrize(
    ("cell", "value"), [("Y", True), ("是", True), ("0", False), ("FALSE", False), ("", None)]
)
def test_yes_and_no_in_the_usual_words(cell, value):
    assert convert("customer.offers_opt_out", cell) == (value, [])


def test_a_word_that_is_neither_yes_nor_no_is_a_problem():
    assert convert("customer.offers_opt_out", "maybe")[1] == ["Q007"]
    codes = {"A": "true", "B": "false"}
    assert convert("customer.offers_opt_out", "B", codes=codes) == (False, [])
    assert convert("customer.offers_opt_out", "Y", codes=codes)[1] == ["Q007"]


def test_ids_keep_leading_zeros_and_refuse_what_a_spreadsheet_broke():
    assert convert("payment.account_id", "00012") == ("00012", [])
    assert convert("payment.account_id", "6.22E+15")[1] == ["Q009"]
    assert convert("payment.account_id", "12E5")[1] == []
    assert convert("payment.account_id", "a\tb")[1] == ["Q008"]
    assert convert("payment.account_id", "x" * 129)[1] == ["Q008"]
    assert convert("payment.account_id", "x" * 128)[1] == []


def test_an_empty_value_takes_the_mappings_word_and_a_wrong_one_does_not():
    assert convert("payment.channel", "", when_empty="other") == ("other", [])
    assert convert("payment.channel", "zzz", when_empty="other")[1] == ["Q006"]
    assert convert("payment.paid_on", "", when_empty="2024-01-31") == (date(2024, 1, 31), [])


def test_identifying_values_are_not_shown_in_messages():
    value, codes = convert("customer.name", "张" * 4001)
    assert codes == ["Q010"] and value
