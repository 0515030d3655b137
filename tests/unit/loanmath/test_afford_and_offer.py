"""Affordability and offers: lines and signs come from data with a source, never a verdict."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.errors import LawError, LoanTermsError
from daihou.jobs.home import shipped_texts
from daihou.loanmath import Charges, Loan, Method, YearlyRate, schedule
from daihou.loanmath.afford import Household, afford
from daihou.loanmath.lines import read_references
from daihou.loanmath.offer import Offer, check_offer
from daihou.loanmath.words import Lender, Severity, Standing

TEXTS = shipped_texts("daihou.loanmath", ".yaml")
REFERENCES = read_references(TEXTS)
P = YearlyRate.of_percent
LOAN = Loan(1_000_000, P("18"), 12)


@given(st.integers(100_000, 10**8), st.integers(1, 360), st.sampled_from(Method))
@settings(max_examples=25, deadline=None)
def test_the_largest_amount_is_within_the_lines_and_one_yuan_more_is_not(income, months, method):
    loan = Loan(1_000_000, P("4.1"), months, method)
    found = afford(Household(income, income // 10), loan, REFERENCES.afford, housing=True)
    most = found.largest_amount_minor
    within = afford(Household(income, income // 10), replace(loan, amount_minor=most),
                    REFERENCES.afford, housing=True)  # fmt: skip
    beyond = afford(Household(income, income // 10), replace(loan, amount_minor=most + 50_000),
                    REFERENCES.afford, housing=True)  # fmt: skip
    assert not any(item.is_over for item in within.against)
    assert any(item.is_over for item in beyond.against)


def test_stress_is_the_payment_at_the_higher_rate():
    loan = Loan(100_000_000, P("3.5"), 360)
    found = afford(Household(2_000_000), loan, REFERENCES.afford, housing=True, stress_bp=200)
    higher = schedule(replace(loan, rate=P("5.5")))
    assert found.stressed_payment_minor == max(row.payment_minor for row in higher.rows)


def test_a_loan_that_is_not_for_the_home_leaves_the_housing_share():
    found = afford(Household(100, 20, 10), Loan(40, P("0"), 1), REFERENCES.afford, housing=False)
    shares = {item.line.id: item.after for item in found.against}
    assert shares == {"housing_50": Fraction(1, 10), "all_dues_55": Fraction(6, 10)}


def test_someone_already_over_the_line_can_borrow_nothing():
    found = afford(Household(100, 90), Loan(40, P("5"), 12), REFERENCES.afford, housing=True)
    assert found.largest_amount_minor == 0
    assert found.against[1].room_minor == -35


@pytest.mark.parametrize("given", [(0, 0, 0), (-1, 0, 0), (100, -1, 0), (100, 10, 11)])
def test_households_that_cannot_be_are_refused(given):
    with pytest.raises(LoanTermsError):
        Household(*given)


def signs(offer: Offer) -> dict[str, str]:
    return {item.flag.id: item.evidence for item in check_offer(offer, REFERENCES).raised}


def standing(offer: Offer) -> dict[str, Standing]:
    return {item.line.id: item.standing for item in check_offer(offer, REFERENCES).lines}


def test_what_is_kept_back_and_what_it_does_to_the_rate_are_told():
    found = signs(Offer(LOAN, Charges(deducted_minor=100_000), P("18")))
    assert found["fees_from_principal"] == "10.00 %"
    assert found["stated_below_true"].startswith("18.00 % / 38.")
    assert "assisted_24" in found["rate_over_line"]


def test_a_plain_loan_shows_no_sign():
    assert signs(Offer(replace(LOAN, rate=P("7.2")), stated=P("7.2"), lender=Lender.BANK)) == {}


def test_private_lending_has_its_own_line_and_banks_do_not_have_it():
    assert set(standing(Offer(LOAN, lender=Lender.PRIVATE))) == {"private_four_lpr"}
    assert set(standing(Offer(LOAN, lender=Lender.BANK))) == {"court_24"}


def test_four_times_an_unknown_benchmark_is_unknown():
    assert standing(Offer(LOAN, lender=Lender.PRIVATE))["private_four_lpr"] is Standing.UNKNOWN
    known = Offer(LOAN, lender=Lender.PRIVATE, lpr=P("3"))
    assert standing(known)["private_four_lpr"] is Standing.OVER


@pytest.mark.parametrize(
    ("rate", "place"),
    [("21.5", Standing.BELOW), ("23.9", Standing.DEPENDS), ("24.1", Standing.OVER)],
)
def test_a_rate_is_over_a_line_by_the_simple_count_or_it_depends(rate, place):
    loan = Loan(100_000_000, P(rate), 12)
    assert standing(Offer(loan, lender=Lender.ASSISTED))["assisted_24"] is place


def test_the_gravest_sign_stands_first():
    found = check_offer(Offer(said=frozenset({"no_cost_sheet", "money_in_advance"})), REFERENCES)
    assert [item.flag.severity for item in found.raised] == [Severity.STOP, Severity.ASK]


def test_a_sign_that_no_list_knows_is_refused():
    with pytest.raises(LoanTermsError, match="no such warning sign: foo"):
        check_offer(Offer(said=frozenset({"foo"})), REFERENCES)


def test_every_fact_carries_source_and_grade_in_both_languages():
    for item in (*REFERENCES.afford, *REFERENCES.rates, *REFERENCES.flags):
        assert item.source and item.instrument and item.article and item.grade
        assert item.zh != item.en


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lines.yaml", "    grade: N\n", ""), ("lines.yaml", "percent: 24", "percent: much"),
        ("offers.yaml", "severity: stop", "severity: bad"), ("offers.yaml", "flags:", "signs:"),
        ("lines.yaml", "    times_lpr: 4\n", ""), ("offers.yaml", "flags:", "flags: ["),
        ("offers.yaml", "id: name_lent", "id: agent_fee"),
    ],
)  # fmt: skip
def test_a_fact_without_its_source_or_with_a_wrong_word_is_refused(file, old, new):
    assert old in TEXTS[file]
    with pytest.raises(LawError):
        read_references({**TEXTS, file: TEXTS[file].replace(old, new, 1)})
