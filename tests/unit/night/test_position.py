"""The position of an account: arrears, days past due, status string, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daihou.night.dates import add_months
from tests.night_kit import RULES, account, instalment, payment, run_position

DUE = date(2024, 3, 15)


def one(as_of, **facts):
    facts.setdefault("account", [account()])
    return run_position(as_of, facts)["A1"]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "M0"), (1, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3"), (90, "M3"), (91, "M4")]
    + [(120, "M4"), (121, "M5"), (180, "M6"), (181, "M7"), (271, "M7"), (361, "M7")],
)
def test_days_past_due_count_from_the_day_after_the_due_day(days, bucket):
    state = one(DUE + timedelta(days=days), instalment=[instalment(DUE)], payment=[])
    assert (state["dpd"], state["bucket"]) == (days, bucket)
    assert state["overdue_minor"] == (10_000 if days else 0)


def test_a_borrower_who_never_paid_anything_is_seen():
    state = one(DUE + timedelta(days=40), instalment=[instalment(DUE)])
    assert state["dpd"] == 40
    assert state["first_due_unpaid_on"] == DUE


def test_a_payment_on_the_due_day_is_in_time():
    state = one(date(2024, 3, 31), instalment=[instalment(DUE)], payment=[payment(DUE)])
    assert state["dpd"] == 0
    assert state["status_24m"][-1] == "N"


def test_paid_late_inside_the_month_is_m_and_not_overdue():
    paid = payment(DUE + timedelta(days=5))
    state = one(date(2024, 3, 31), instalment=[instalment(DUE)], payment=[paid])
    assert (state["dpd"], state["status_24m"][-1]) == (0, "M")


def test_the_oldest_due_is_paid_first():
    dues = [instalment(DUE, 1), instalment(add_months(DUE, 1), 2)]
    state = one(date(2024, 4, 30), instalment=dues, payment=[payment(date(2024, 4, 20))])
    assert state["oldest_unpaid_on"] == date(2024, 4, 15)
    assert (state["dpd"], state["overdue_minor"]) == (15, 10_000)
    assert state["status_24m"][-2:] == "11"


def test_a_partial_payment_leaves_its_due_overdue():
    paid = [payment(DUE, 9_999)]
    state = one(DUE + timedelta(days=10), instalment=[instalment(DUE)], payment=paid)
    assert (state["dpd"], state["overdue_minor"], state["instalments_missed"]) == (10, 1, 1)


def test_within_the_tolerance_a_due_counts_as_paid():
    facts = {
        "account": [account()],
        "instalment": [instalment(DUE)],
        "payment": [payment(DUE, 9_000)],
    }
    rules = replace(RULES, tolerance_bp=1000)
    assert run_position(DUE + timedelta(days=10), facts, rules)["A1"]["dpd"] == 0
    facts["payment"] = [payment(DUE, 8_999)]
    assert run_position(DUE + timedelta(days=10), facts, rules)["A1"]["dpd"] == 10


def test_an_overpayment_waits_for_the_next_due():
    dues = [instalment(DUE, 1), instalment(add_months(DUE, 1), 2)]
    state = one(date(2024, 4, 30), instalment=dues, payment=[payment(DUE, 20_000)])
    assert (state["dpd"], state["balance_minor"]) == (0, 100_000)
    before = one(date(2024, 3, 31), instalment=dues, payment=[payment(DUE, 20_000)])
    assert before["balance_minor"] == 110_000


def test_a_back_dated_payment_counts_from_the_day_it_was_booked():
    paid = [payment(DUE, booked_on=DUE + timedelta(days=10))]
    unknown = one(DUE + timedelta(days=9), instalment=[instalment(DUE)], payment=paid)
    known = one(DUE + timedelta(days=10), instalment=[instalment(DUE)], payment=paid)
    assert unknown["dpd"] == 9
    assert (known["dpd"], known["status_24m"][-1]) == (0, "N")


def test_a_reversed_payment_never_counted_once_the_reversal_is_known():
    back = DUE + timedelta(days=3)
    paid = [payment(DUE), payment(DUE, kind="reversal", booked_on=back)]
    assert one(DUE + timedelta(days=2), instalment=[instalment(DUE)], payment=paid)["dpd"] == 0
    assert one(DUE + timedelta(days=4), instalment=[instalment(DUE)], payment=paid)["dpd"] == 4


def test_a_cancelled_instalment_is_due_until_the_day_it_is_cancelled():
    dues = [
        instalment(DUE, 1, cancelled_on=DUE + timedelta(days=20)),
        instalment(add_months(DUE, 6), 2),
    ]
    assert one(DUE + timedelta(days=19), instalment=dues)["dpd"] == 19
    assert one(DUE + timedelta(days=20), instalment=dues)["dpd"] == 0


def test_a_due_day_on_a_holiday_moves_to_the_next_business_day():
    facts = {"account": [account()], "instalment": [instalment(DUE)]}
    state = run_position(DUE + timedelta(days=4), facts, shifted={DUE: DUE + timedelta(days=3)})
    assert state["A1"]["dpd"] == 1


def test_a_due_on_the_last_day_of_the_month_is_not_overdue_at_that_month_end():
    dues = [instalment(date(2024, 2, 29))]
    assert one(date(2024, 2, 29), instalment=dues)["status_24m"][-1] == "N"
    later = one(date(2024, 3, 31), instalment=dues, payment=[payment(date(2024, 3, 1))])
    assert later["status_24m"][-2:] == "NN"


def test_the_status_string_shows_opening_write_off_and_months_without_dues():
    loan = account(opened_on=date(2023, 11, 20), written_off_on=date(2024, 5, 2))
    dues = [instalment(date(2023, 12, 20), 1), instalment(date(2024, 2, 20), 2)]
    paid = [payment(date(2023, 12, 20))]
    state = one(date(2024, 5, 31), account=[loan], instalment=dues, payment=paid)
    assert state["status_24m"] == "/" * 17 + "*N*123B"


def test_months_before_a_take_over_are_unknown():
    loan = account(
        opened_on=date(2023, 1, 5), taken_on_on=date(2024, 3, 1), taken_on_balance_minor=50_000
    )
    state = one(
        date(2024, 3, 31), account=[loan], instalment=[instalment(DUE)], payment=[payment(DUE)]
    )
    assert state["status_24m"] == "/" * 9 + "#" * 14 + "N"
    assert state["balance_minor"] == 40_000


def test_without_a_schedule_days_past_due_are_unknown_and_not_zero():
    state = one(date(2024, 3, 31))
    assert (state["dpd"], state["bucket"], state["overdue_minor"]) == (None, None, None)
    assert set(state["status_24m"][-2:]) == {"#"}


def test_interest_is_paid_before_principal_in_the_agreed_order():
    dues = [instalment(DUE, interest_minor=2_000, fee_minor=500)]
    state = one(DUE + timedelta(days=1), instalment=dues, payment=[payment(DUE, 3_000)])
    assert state["balance_minor"] == 120_000 - 500
    assert state["oldest_unpaid_interest_on"] is None
    state = one(DUE + timedelta(days=1), instalment=dues, payment=[payment(DUE, 2_000)])
    assert state["balance_minor"] == 120_000
    assert state["oldest_unpaid_interest_on"] == DUE


def test_one_borrowers_rows_never_change_anothers_result():
    accounts = [account("A1"), account("A2", customer_id="C2")]
    dues = [instalment(DUE, account_id="A1"), instalment(DUE, account_id="A2")]
    paid = [payment(DUE, account_id="A2"), payment(DUE, 50_000, account_id="A2")]
    facts = {"account": accounts, "instalment": dues, "payment": paid}
    states = run_position(DUE + timedelta(days=200), facts)
    assert (states["A1"]["dpd"], states["A2"]["dpd"]) == (200, 0)


def test_the_newest_state_of_an_account_known_by_the_day_is_used():
    states = [
        account(line_id="L1"),
        account(recorded_on=date(2024, 2, 1), customer_id="C2", landing_no=2),
        account(recorded_on=date(2024, 9, 1), customer_id="C3", landing_no=3),
    ]
    assert one(date(2024, 3, 31), account=states)["customer_id"] == "C2"


def test_an_account_leaves_on_the_day_it_is_closed():
    loan = account(closed_on=date(2024, 4, 10))
    facts = {"account": [loan], "instalment": [instalment(DUE)], "payment": [payment(DUE)]}
    assert "A1" in run_position(date(2024, 4, 9), facts)
    assert "A1" not in run_position(date(2024, 4, 10), facts)


def statement(on, minimum, due_on=None, **values):
    row = dict(
        account_id="A1",
        statement_on=on,
        due_on=due_on or on + timedelta(days=20),
        balance_minor=minimum * 10,
        minimum_due_minor=minimum,
    )
    return row | values


CARD = account(product="card", amount_minor=None)


def test_a_card_payment_above_the_minimum_does_not_pay_the_next_minimum():
    bills = [statement(date(2024, 3, 5), 1_000), statement(date(2024, 4, 5), 1_000)]
    paid = [payment(date(2024, 3, 10), 9_000)]
    state = one(date(2024, 4, 30), account=[CARD], card_statement=bills, payment=paid)
    assert (state["dpd"], state["overdue_minor"]) == (5, 1_000)
    assert state["balance_minor"] == 10_000
    assert state["status_24m"][-2:] == "N1"


def test_a_card_is_not_overdue_before_its_due_day_has_passed():
    bills = [statement(date(2024, 3, 5), 1_000)]
    assert one(date(2024, 3, 25), account=[CARD], card_statement=bills)["dpd"] == 0
    assert one(date(2024, 3, 26), account=[CARD], card_statement=bills)["dpd"] == 1


def test_a_card_without_minimum_payments_uses_the_lenders_own_count():
    bills = [
        statement(date(2024, 3, 31), 0, minimum_due_minor=None, reported_dpd=31, balance_minor=500)
    ]
    state = one(date(2024, 3, 31), account=[CARD], card_statement=bills)
    assert (state["dpd"], state["bucket"], state["dpd_basis"]) == (31, "M2", "reported")
    assert state["overdue_minor"] is None
    assert state["status_24m"][-1] == "2"


def test_an_unused_card_owes_nothing_once_statements_are_handed_over():
    state = one(date(2024, 3, 31), account=[CARD], card_statement=[])
    assert (state["dpd"], state["balance_minor"]) == (0, 0)


def test_a_shared_limit_is_counted_once():
    line = dict(
        line_id="L1",
        recorded_on=date(2024, 1, 1),
        customer_id="C1",
        currency="CNY",
        kind="revolving",
        limit_minor=200_000,
        opened_on=date(2024, 1, 1),
    )
    accounts = [account(line_id="L1", amount_minor=60_000)]
    accounts += [account("A2", line_id="L1", amount_minor=40_000)]
    states = run_position(
        date(2024, 2, 1),
        {
            "account": accounts,
            "credit_line": [line],
            "instalment": [instalment(DUE), instalment(DUE, account_id="A2")],
        },
    )
    assert {state["utilisation_bp"] for state in states.values()} == {5_000}
    line["expires_on"] = date(2024, 1, 31)
    facts = {"account": accounts, "credit_line": [line], "instalment": [instalment(DUE)]}
    assert run_position(date(2024, 2, 1), facts)["A1"]["limit_minor"] == 0
