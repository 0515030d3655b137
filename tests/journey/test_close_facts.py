"""What a person still owes on the day of closing: the loan, the card, the fen in between."""

from datetime import date, timedelta

import pytest

from daihou.inquiry.closing import Due, Left, leftovers
from daihou.jobs.close_facts import closing_facts
from tests.journey.closing_kit import (
    CARD,
    CARD_LINE,
    CUSTOMER,
    DAY,
    DUES,
    LINE,
    LOAN,
    OPENED,
    PAID,
    SETTLED,
    home_with,
    instalment,
    payment,
    statement,
)

STATED, DUE = date(2025, 6, 5), date(2025, 6, 25)
WITH_CARD = {"customer": [CUSTOMER], "account": [CARD], "credit_line": [CARD_LINE]}


def known(tmp_path, facts, on=DAY):
    found = closing_facts(home_with(tmp_path / "home", facts), "P1", on)
    assert found is not None
    return found.facts


def due(tmp_path, number, **change) -> Due:
    return known(tmp_path, SETTLED | change).dues[number]


def card(tmp_path, **change) -> Due:
    paid = change.pop("payment", [])
    facts = WITH_CARD | change | {"payment": [row | {"account_id": "K1"} for row in paid]}
    return known(tmp_path, {k: v for k, v in facts.items() if v}).dues["K1"]


def test_a_loan_paid_as_agreed_owes_nothing(tmp_path):
    assert due(tmp_path, "A1") == Due("A1", 0, 0, 0)


def test_one_fen_of_interest_short_is_interest_owed(tmp_path):
    paid = [PAID[0], PAID[1] | {"amount_minor": 101_19}]
    found = due(tmp_path, "A1", payment=paid)
    assert found.principal_minor == 1 or found.interest_minor == 1
    assert (found.principal_minor or 0) + (found.interest_minor or 0) == 1


def test_where_the_lender_tells_the_parts_the_rest_paid_interest_and_fee(tmp_path):
    paid = [row | {"principal_minor": 100_00} for row in PAID]
    paid[1] |= {"amount_minor": 100_50}
    found = due(tmp_path, "A1", payment=paid)
    assert (found.principal_minor, found.interest_minor, found.fee_minor) == (0, 70, 0)


def test_fees_are_paid_before_interest_when_the_book_agreed_so(tmp_path):
    dues = [instalment(1, date(2024, 7, 10), fee_minor=50), DUES[1]]
    paid = [row | {"principal_minor": 100_00} for row in PAID]
    found = due(tmp_path, "A1", instalment=dues, payment=paid)
    assert (found.interest_minor, found.fee_minor) == (50, 0)


def test_a_reversed_payment_is_owed_again(tmp_path):
    back = payment(3, PAID[1]["paid_on"], 101_20, kind="reversal", booked_on=date(2025, 2, 1))
    found = due(tmp_path, "A1", payment=[*PAID, back])
    assert (found.principal_minor or 0) + (found.interest_minor or 0) == 101_20


def test_a_loan_repaid_early_owes_interest_since_the_last_due_day(tmp_path):
    early = date(2024, 10, 1)
    dues = [DUES[0], DUES[1] | {"cancelled_on": early}]
    paid = [PAID[0], payment(2, early, 100_00)]
    ledger = [dict(account_id="A1", balance_on=early - timedelta(days=1), balance_minor=100_00)]
    gone = dict(account_id="A1", balance_on=early, balance_minor=0)
    split = [row | {"principal_minor": 100_00} for row in paid]
    found = due(tmp_path, "A1", instalment=dues, payment=split, ledger_balance=ledger[:0])
    assert (found.principal_minor, found.residual_from_on) == (0, date(2024, 7, 10))
    cleared = known(
        tmp_path / "b", SETTLED | {"instalment": dues, "payment": split, "ledger_balance": [gone]}
    )
    assert cleared.dues["A1"].residual_from_on is None, "the ledger says zero"


def test_interest_up_to_the_day_of_early_repayment_can_have_been_paid(tmp_path):
    early = date(2024, 10, 1)
    dues = [DUES[0], DUES[1] | {"cancelled_on": early}]
    paid = [
        PAID[0] | {"principal_minor": 100_00},
        payment(2, early, 100_55, principal_minor=100_00),
    ]
    assert due(tmp_path, "A1", instalment=dues, payment=paid).residual_from_on is None


def test_a_loan_without_a_schedule_that_was_paid_is_unknown_and_not_zero(tmp_path):
    found = due(tmp_path, "A1", instalment=[DUES[0] | {"account_id": "A9"}])
    assert found.principal_minor is None


def test_an_account_in_another_currency_is_unknown(tmp_path):
    found = known(tmp_path, SETTLED | {"account": [LOAN | {"currency": "USD"}]})
    assert Left.UNKNOWN_BALANCE in [one.kind for one in leftovers(found, DAY)]


def test_a_card_paid_in_full_and_in_time_owes_nothing(tmp_path):
    found = card(
        tmp_path, card_statement=[statement(STATED, DUE, 500_00)], payment=[payment(1, DUE, 500_00)]
    )
    assert found == Due("K1", 0, 0, 0, None, used=True)


@pytest.mark.parametrize(
    ("change", "paid_on"),
    [({}, DUE + timedelta(days=1)), ({"cash_minor": 1}, DUE)],
)
def test_a_card_paid_late_or_used_for_cash_may_owe_interest_still(tmp_path, change, paid_on):
    found = card(
        tmp_path,
        card_statement=[statement(STATED, DUE, 500_00, **change)],
        payment=[payment(1, paid_on, 500_00)],
    )
    assert (found.principal_minor, found.residual_from_on) == (0, STATED)


def test_a_card_that_carried_a_balance_may_owe_interest_still(tmp_path):
    before = statement(date(2025, 5, 5), date(2025, 5, 25), 300_00)
    found = card(
        tmp_path,
        card_statement=[before, statement(STATED, DUE, 270_00)],
        payment=[payment(1, date(2025, 5, 20), 30_00), payment(2, DUE, 270_00)],
    )
    assert (found.principal_minor, found.residual_from_on) == (0, STATED)


def test_a_later_statement_of_zero_settles_what_was_uncertain(tmp_path):
    earlier = statement(date(2025, 5, 5), date(2025, 5, 25), 500_00)
    found = card(
        tmp_path,
        card_statement=[earlier, statement(STATED, DUE, 0)],
        payment=[payment(1, date(2025, 5, 27), 500_00)],
    )
    assert found.residual_from_on is None


def test_what_was_bought_since_the_statement_is_owed(tmp_path):
    bought = dict(
        transaction_id="T1", customer_id="P1", account_id="K1",
        booked_on=STATED + timedelta(days=1), direction="out", amount_minor=42_00,
        counterparty_kind="merchant", category="purchase",
    )  # fmt: skip
    on_the_day = bought | {"transaction_id": "T2", "booked_on": STATED}
    found = card(
        tmp_path,
        card_statement=[statement(STATED, DUE, 500_00)],
        payment=[payment(1, DUE, 500_00)],
        transaction=[bought, on_the_day],
    )
    assert found.principal_minor == 42_00


def test_a_card_paid_too_much_is_overpaid(tmp_path):
    found = card(
        tmp_path, card_statement=[statement(STATED, DUE, 500_00)], payment=[payment(1, DUE, 512_00)]
    )
    assert found.principal_minor == -12_00


def test_a_card_that_nobody_ever_used_is_told_apart_from_one_of_which_nothing_is_known(tmp_path):
    other = statement(STATED, DUE, 100_00, account_id="K9")
    assert card(tmp_path / "a", card_statement=[other]).used is False
    unknown = card(tmp_path / "b")
    assert (unknown.principal_minor, unknown.used) == (None, None)


def test_guarantees_given_and_received_are_told_apart(tmp_path):
    bond = dict(
        guarantee_id="G1", recorded_on=OPENED, account_id="B1", guarantor_id="P1",
        amount_minor=100_00, starts_on=OPENED,
    )  # fmt: skip
    theirs = LOAN | {"account_id": "B1", "customer_id": "P2", "line_id": None}
    got = bond | {"guarantee_id": "G2", "account_id": "A1", "guarantor_id": "P2"}
    stranger = bond | {"guarantee_id": "G3", "account_id": "B1", "guarantor_id": "P3"}
    dues = [*DUES, *(row | {"account_id": "B1"} for row in DUES)]
    facts = SETTLED | {
        "account": [LOAN, theirs], "guarantee": [bond, got, stranger], "instalment": dues,
    }  # fmt: skip
    found = known(tmp_path, facts)
    assert [g.guarantee_id for g in found.person.guarantees] == ["G1"]
    assert [g.guarantee_id for g in found.received] == ["G2"]
    assert list(found.dues) == ["A1"], "the secured account is not the guarantor's"
    told = {one.kind: one for one in leftovers(found, DAY)}
    assert told[Left.GUARANTEE_GIVEN].amount_minor == 200_00


def test_a_frozen_line_and_an_open_dispute_are_seen(tmp_path):
    event = dict(
        event_id="E1", customer_id="P1", kind="dispute_opened", happened_on=date(2025, 6, 1),
        known_on=date(2025, 6, 1),
    )  # fmt: skip
    facts = SETTLED | {
        "credit_line": [LINE | {"frozen_on": date(2025, 1, 1)}], "external_event": [event],
    }  # fmt: skip
    found = known(tmp_path, facts)
    assert found.frozen == {"L1"}
    assert found.disputes == (("E1", date(2025, 6, 1)),)
    end = date(2025, 6, 9)
    closed = event | dict(event_id="E2", kind="dispute_closed", happened_on=end, known_on=end)
    facts |= {"external_event": [event, closed]}
    assert known(tmp_path / "b", facts).disputes == ()


def test_what_was_recorded_after_the_day_is_not_known_and_is_named(tmp_path):
    later = LINE | {"recorded_on": DAY + timedelta(days=1), "limit_minor": 900_00}
    home = home_with(tmp_path / "home", SETTLED | {"credit_line": [LINE, later]})
    found = closing_facts(home, "P1", DAY)
    assert found is not None
    assert found.states["credit_line"]["L1"]["limit_minor"] == 500_00
    assert found.later == {("credit_line", "L1")}
    assert closing_facts(home, "P9", DAY) is None
