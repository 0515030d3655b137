"""True rates: the library's answer is the one that bisection in decimals finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from daihou.errors import LoanTermsError
from daihou.loanmath import Charges, Loan, Method, YearlyRate, cost_of
from daihou.loanmath.dates import Frequency
from daihou.loanmath.rates import exact_number
from daihou.loanmath.schedule import Rounding
from daihou.loanmath.true_rate import dated_rate, fee_plan_rate, periodic_rate


def bisected(flows: Sequence[tuple[Fraction, int]]) -> Decimal:
    """Return the rate of (periods, amount) flows, received first, by halving in 40 digits."""
    with localcontext() as context:
        context.prec = 40
        low, high = Decimal("-0.99"), Decimal(50)
        for _ in range(130):
            middle = (low + high) / 2
            worth = sum(
                amount * (1 + middle) ** (-Decimal(when.numerator) / when.denominator)
                for when, amount in flows
            )
            low, high = (middle, high) if worth < 0 else (low, middle)
        return middle


@given(st.integers(10_000, 10**13), st.integers(1, 120), st.integers(900, 2_000))
@settings(max_examples=40, deadline=None)
def test_the_rate_of_level_payments_is_the_bisected_one(amount, months, per_mille):
    payment = max(1, amount * per_mille // 1000 // months)
    flows = [amount, *[-payment] * months]
    found = periodic_rate(flows)
    wanted = bisected([(Fraction(n), flow) for n, flow in enumerate(flows)])
    assert abs(Decimal(str(float(found.nominal.share / 12))) - wanted) < Decimal("1e-9")
    assert found.nominal.compounded(12) == found.effective


@given(st.lists(st.tuples(st.integers(1, 2_000), st.integers(1_000, 10**7)), min_size=1,
                max_size=8))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_the_rate_of_dated_flows_is_the_bisected_one(paid):
    start = date(2026, 1, 31)
    received = sum(amount for _, amount in paid) * 9 // 10
    flows = [(start, received), *((start + timedelta(days=d), -a) for d, a in paid)]
    wanted = bisected([(Fraction((on - start).days, 365), amount) for on, amount in flows])
    assume(wanted < 40)
    found = dated_rate(flows).effective
    assert abs(Decimal(str(float(found.share))) - wanted) < Decimal("1e-6") * (1 + wanted)


def test_a_loan_without_charges_costs_its_own_rate():
    loan = Loan(10_000_000, YearlyRate.of_percent("7.2"), 36, rounding=Rounding.EXACT)
    assert cost_of(loan).rate.nominal.percent(4) == Decimal("7.2000")


def test_interest_kept_back_counts_over_what_was_received():
    loan = Loan(1_000_000, YearlyRate.of_percent("0"), 1)
    cost = cost_of(loan, Charges(deducted_minor=100_000))
    assert (cost.received_minor, cost.cost_minor) == (900_000, 100_000)
    assert cost.rate.nominal.percent(6) == Decimal("133.333333")


def test_a_fee_on_the_original_amount_is_nearly_double():
    fee = Fraction(6, 1000)
    plan = Loan(1_200_000, YearlyRate.of_percent("0"), 12, Method.EQUAL_PRINCIPAL)
    cost = cost_of(plan, Charges(monthly_fee=fee))
    assert cost.cost_minor == 86_400
    assert cost.rate.nominal.percent() == Decimal("13.03")
    assert cost.rate.effective.percent() == Decimal("13.84")
    assert cost.rate.nominal == fee_plan_rate(1_200_000, 12, fee).nominal


def test_free_first_periods_ask_for_principal_only():
    plan = Loan(1_200_000, YearlyRate.of_percent("12"), 12, Method.EQUAL_PRINCIPAL)
    free = cost_of(plan, Charges(free_periods=3))
    assert free.flows_minor[1:4] == (-100_000,) * 3
    assert free.rate.nominal < cost_of(plan).rate.nominal


def test_a_premium_paid_on_the_first_day_raises_the_rate():
    loan = Loan(1_000_000, YearlyRate.of_percent("7.2"), 12)
    assert cost_of(loan, Charges(upfront_minor=20_000)).rate.nominal.percent() > Decimal("10.5")


def test_a_dated_loan_is_measured_by_its_days():
    loan = Loan(
        1_000_000,
        YearlyRate.of_percent("10"),
        1,
        Method.BULLET,
        Frequency.YEARLY,
        start_on=date(2026, 1, 1),
    )
    cost = cost_of(loan)
    assert cost.rate.effective.percent(6) == Decimal("10.000000")


@pytest.mark.parametrize(
    "flows", [[100], [100, 50], [-100, -50], [100, -150, 60], [0, 0], [100, -60, 20, -90]]
)
def test_flows_without_a_single_rate_are_refused(flows):
    with pytest.raises(LoanTermsError):
        periodic_rate(flows)


def test_fees_that_take_all_of_a_loan_are_refused():
    with pytest.raises(LoanTermsError, match="nothing is received"):
        cost_of(Loan(100, YearlyRate.of_percent("1"), 1), Charges(upfront_minor=100))


@pytest.mark.parametrize("charge", [{"upfront_minor": -1}, {"monthly_fee": Fraction(-1)},
                                    {"free_periods": -1}])  # fmt: skip
def test_charges_below_nothing_are_refused(charge):
    with pytest.raises(LoanTermsError):
        Charges(**charge)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7.2", Fraction(36, 5)), (" 7.2 % ", Fraction(36, 5)), ("1,000.5", Fraction(2001, 2)),
     ("７.２％", Fraction(36, 5)), ("1e2", Fraction(100))],
)  # fmt: skip
def test_numbers_are_read_exactly(text, number):
    assert exact_number(text, "rate") == number


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-inf", "1/3", "1e999", "7..2"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(LoanTermsError):
        exact_number(text, "rate")
