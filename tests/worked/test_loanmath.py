"""Every worked case of the calculators, each golden row also held against a Decimal ledger."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from daihou.jobs.home import shipped_texts
from daihou.loanmath import Loan, Method, Prepayment, YearlyRate, prepay, schedule
from daihou.loanmath.afford import Household, afford
from daihou.loanmath.lines import read_references
from daihou.loanmath.offer import Offer, check_offer
from daihou.loanmath.prepay import Keep
from daihou.loanmath.rates import minor_of
from daihou.loanmath.schedule import Rounding
from daihou.loanmath.true_rate import fee_plan_rate

CASES = yaml.safe_load(Path(__file__).with_name("loanmath.yaml").read_text("utf-8"))
GOLDEN = [dict(zip(CASES["golden"]["head"], row, strict=True)) for row in CASES["golden"]["rows"]]
REFERENCES = read_references(shipped_texts("daihou.loanmath", ".yaml"))


def cents(yuan: float) -> int:
    return int(Decimal(str(yuan)) * 100)


def exact_loan(case: dict[str, Any]) -> Loan:
    rate = YearlyRate.of_percent(str(case["percent"]))
    return Loan(
        cents(case["amount"]), rate, case["months"], Method(case["method"]),
        rounding=Rounding.EXACT,
    )  # fmt: skip


def decimal_ledger(case: dict[str, Any]) -> dict[str, int]:
    """Return the golden figures from 50-digit decimals and the closed annuity formula."""
    with localcontext() as context:
        context.prec = 50
        amount, months = Decimal(case["amount"]), case["months"]
        step = Decimal(str(case["percent"])) / 1200
        level = amount * step / (1 - (1 + step) ** -months)
        balance, rows = amount, []
        for _ in range(months):
            interest = balance * step
            principal = amount / months if case["method"] == "equal_principal" else level - interest
            balance -= principal
            rows.append((principal + interest, interest, balance))
        whole = sum(row[1] for row in rows)
        paid = sum(row[1] for row in rows[: case["after"]])
        figures = {"first": rows[0][0], "last": rows[-1][0], "interest": whole,
                   "interest_paid": paid, "balance": rows[case["after"] - 1][2],
                   "interest_left": whole - paid}  # fmt: skip
        # Forty digits first: 50-digit arithmetic leaves a tie of half a cent a hair below.
        return {
            name: int((round(figure, 40) * 100).quantize(Decimal(1), ROUND_HALF_UP))
            for name, figure in figures.items()
        }


@pytest.mark.parametrize("case", GOLDEN, ids=lambda c: f"{c['method']}-{c['amount']}-{c['after']}")
def test_unrounded_schedules_show_the_golden_figures(case):
    whole = schedule(exact_loan(case))
    rows = whole.rows
    then = rows[case["after"] - 1]
    left = prepay(exact_loan(case), Prepayment(after=case["after"])).interest_left_without_minor
    found = {
        "first": rows[0].payment_minor, "last": rows[-1].payment_minor,
        "interest": whole.interest_minor, "interest_paid": then.interest_so_far_minor,
        "balance": then.balance_minor, "interest_left": left,
    }  # fmt: skip
    assert found == {name: cents(case[name]) for name in found}
    assert found == decimal_ledger(case)


@pytest.mark.parametrize("case", CASES["prepay"], ids=lambda c: c["keep"])
def test_part_repayment_saves_the_golden_amounts(case):
    loan = Loan(100_000_000, YearlyRate.of_percent("4.1"), 360, rounding=Rounding.EXACT)
    early = Prepayment(after=60, amount_minor=10_000_000, keep=Keep(case["keep"]))
    result = prepay(loan, early)
    assert result.periods_left_with == case["periods"]
    assert result.interest_left_without_minor == cents(543667.26)
    assert result.interest_left_with_minor == cents(case["interest"])
    assert result.saved_interest_minor == cents(case["saved"])
    assert result.payment_with_minor == cents(case["payment"])
    assert result.net_minor == result.saved_interest_minor


@pytest.mark.parametrize("row", CASES["daily"], ids=lambda row: str(row[0]))
def test_a_daily_quote_is_the_yearly_rate_of_the_table(row):
    quote, by_360, by_365, compounded, thirty_days = (Decimal(str(n)) for n in row)
    rate = YearlyRate.of_daily(quote)
    assert YearlyRate.of_daily(quote, 360).percent() == by_360
    assert rate.percent(3) == by_365
    assert rate.compounded(365).percent() == compounded
    assert minor_of(rate.share * Fraction(30, 365), 1_000_000) == thirty_days * 100


@pytest.mark.parametrize("row", CASES["fees"]["rows"], ids=lambda row: f"{row[0]}-months")
def test_a_fee_on_the_original_amount_is_the_yearly_rate_of_the_table(row):
    months, *wanted = row
    fees = [Fraction(str(fee)) / 100 for fee in CASES["fees"]["head"][1:]]
    found = [fee_plan_rate(1_200_000, months, fee).nominal.percent() for fee in fees]
    assert found == [Decimal(str(rate)) for rate in wanted]


@pytest.mark.parametrize("case", CASES["dues"], ids=lambda c: str(c["start"]))
def test_due_days_fall_on_the_day_or_on_the_last_of_the_month(case):
    loan = Loan(100, YearlyRate.of_percent(1), 3, start_on=case["start"])
    assert list(loan.due_days) == case["days"]
    assert all(isinstance(day, date) for day in loan.due_days)


@pytest.mark.parametrize("case", CASES["afford"], ids=lambda c: f"{c['dues']}-{c['payment']}")
def test_dues_are_over_a_line_from_the_next_yuan_on(case):
    loan = Loan(cents(case["payment"]), YearlyRate.of_percent(0), 1)
    household = Household(cents(10_000), cents(case["dues"]))
    found = afford(household, loan, REFERENCES.afford, housing=case["home"])
    assert [item.line.id for item in found.against if item.is_over] == case["over"]


@pytest.mark.parametrize("case", CASES["words"], ids=lambda c: c["text"])
def test_an_advertisement_shows_the_signs_of_its_words(case):
    found = check_offer(Offer(text=case["text"]), REFERENCES)
    assert sorted(item.flag.id for item in found.raised) == sorted(case["signs"])
