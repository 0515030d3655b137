"""The referee's own cases, worked by hand."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from independent_position import (
    Account,
    Due,
    Payment,
    Statement,
    accounts_of,
    bucket_of,
    net_money,
    position,
)

JAN, FEB, MAR, APR = (date(2025, month, 15) for month in (1, 2, 3, 4))
THREE = (Due(JAN, 80, 20), Due(FEB, 85, 15), Due(MAR, 90, 10))


def loan(dues=THREE, payments=(), **more) -> Account:
    return Account(date(2024, 12, 15), 255, dues=dues, payments=payments, **more)


@pytest.mark.parametrize(
    ("dpd", "bucket"),
    [(0, "M0"), (1, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3"), (90, "M3"), (91, "M4"),
     (120, "M4"), (121, "M5"), (150, "M5"), (151, "M6"), (180, "M6"), (181, "M7"), (None, None)],
)  # fmt: skip
def test_buckets_have_thirty_days_each(dpd, bucket):
    assert bucket_of(dpd) == bucket


def test_nothing_is_overdue_on_the_due_day_itself():
    on_day = position(loan(), JAN)
    assert (on_day.overdue_minor, on_day.dpd, on_day.instalments_due) == (0, 0, 1)
    assert on_day.instalments_missed == 1


def test_a_due_is_overdue_from_the_day_after():
    late = position(loan(), date(2025, 1, 16))
    assert (late.overdue_minor, late.dpd, late.bucket, late.oldest_unpaid_on) == (100, 1, "M1", JAN)


def test_never_paid_anything_counts_from_the_first_due():
    late = position(loan(), date(2025, 3, 31))
    assert (late.overdue_minor, late.dpd, late.instalments_missed) == (300, 75, 3)
    assert late.balance_minor == 255
    assert late.status_24m.endswith("/*123")


def test_partial_payment_leaves_the_oldest_due_open():
    late = position(loan(payments=[Payment(JAN, 60)]), date(2025, 2, 20))
    assert (late.overdue_minor, late.dpd, late.oldest_unpaid_on) == (140, 36, JAN)
    assert late.balance_minor == 255 - 40  # interest 20 first, then 40 of principal


def test_oldest_due_is_paid_first_whatever_the_payer_meant():
    late = position(loan(payments=[Payment(FEB, 100)]), date(2025, 2, 28))
    assert (late.overdue_minor, late.dpd, late.oldest_unpaid_on) == (100, 13, FEB)


def test_overpayment_is_credit_for_the_next_due_and_not_principal_until_then():
    paid = [Payment(JAN, 150)]
    assert position(loan(payments=paid), date(2025, 1, 31)).balance_minor == 255 - 80
    feb = position(loan(payments=paid), date(2025, 2, 16))
    assert (feb.overdue_minor, feb.dpd, feb.balance_minor) == (50, 1, 255 - 80 - 35)


def test_prepayment_of_all_clears_every_due():
    paid = [Payment(date(2025, 1, 2), 300)]
    assert position(loan(payments=paid), date(2025, 1, 10)).balance_minor == 255
    end = position(loan(payments=paid), date(2025, 3, 31))
    assert (end.overdue_minor, end.dpd, end.balance_minor) == (0, 0, 0)
    assert end.status_24m.endswith("/*NNN")


def test_lenders_own_principal_part_is_kept_when_given():
    paid = [Payment(JAN, 150, principal=130)]
    assert position(loan(payments=paid), date(2025, 1, 31)).balance_minor == 125


def test_ledger_balance_wins_over_computing_and_the_latest_counts():
    ledger = [(date(2025, 1, 31), 170), (date(2025, 2, 28), 90)]
    assert position(loan(ledger=ledger), date(2025, 2, 27)).balance_minor == 170
    assert position(loan(ledger=ledger), date(2025, 2, 28)).balance_minor == 90


def test_backdated_payment_is_unknown_until_booked_then_counts_from_its_value_day():
    paid = [Payment(JAN, 100, booked_on=date(2025, 1, 20))]
    assert position(loan(payments=paid), date(2025, 1, 19)).dpd == 4
    known = position(loan(payments=paid), date(2025, 1, 31))
    assert (known.dpd, known.status_24m[-1]) == (0, "N")


def test_reversal_takes_the_payment_back_on_the_day_it_is_booked():
    back = Payment(JAN, 100, "reversal", booked_on=date(2025, 1, 20))
    paid = [Payment(JAN, 100), back]
    assert position(loan(payments=paid), date(2025, 1, 19)).dpd == 0
    assert position(loan(payments=paid), date(2025, 1, 20)).dpd == 5


def test_reversal_takes_the_equal_payment_of_its_value_day_first():
    kept = net_money([Payment(JAN, 40), Payment(JAN, 60), Payment(JAN, 60, "reversal")])
    assert [(p.paid_on, p.amount) for p in kept] == [(JAN, 40)]


def test_reversed_and_paid_again_is_late_inside_the_month():
    again = Payment(date(2025, 1, 20), 100)
    paid = [Payment(JAN, 100), Payment(JAN, 100, "reversal", date(2025, 1, 17)), again]
    assert position(loan(payments=paid), date(2025, 1, 31)).status_24m[-1] == "M"


def test_recovery_settles_dues_too():
    paid = [Payment(FEB, 100, "recovery")]
    assert position(loan(payments=paid), FEB).dpd == 0


def test_older_due_paid_when_nothing_else_is_due_is_n():
    paid = [Payment(date(2025, 2, 3), 100)]
    assert position(loan(dues=THREE[:1], payments=paid), date(2025, 2, 28)).status_24m[-2:] == "1N"


def test_nothing_due_and_nothing_owed_is_a_star():
    paid = [Payment(JAN, 100)]
    assert position(loan(dues=THREE[:1], payments=paid), date(2025, 2, 28)).status_24m[-2:] == "N*"


def test_leap_day_and_month_end_count_as_days():
    dues = (Due(date(2024, 1, 31), 100), Due(date(2024, 2, 29), 100))
    account = Account(date(2024, 1, 1), 200, dues=dues, payments=[Payment(date(2024, 1, 31), 100)])
    assert position(account, date(2024, 2, 29)).dpd == 0
    assert position(account, date(2024, 3, 1)).dpd == 1
    assert position(account, date(2024, 3, 30)).bucket == "M1"
    assert position(account, date(2024, 3, 31)).bucket == "M2"


@pytest.mark.parametrize(("day", "dpd"), [(date(2025, 4, 15), 90), (date(2025, 4, 16), 91)])
def test_ninety_and_ninety_one_days(day, dpd):
    assert position(loan(), day).dpd == dpd


def test_cancelled_due_counts_until_the_day_it_is_taken_out():
    dues = (
        Due(JAN, 100, cancelled_on=date(2025, 1, 31)),
        Due(APR, 100, agreed_on=date(2025, 1, 31)),
    )
    account = Account(date(2024, 12, 1), 100, dues=dues)
    assert position(account, date(2025, 1, 30)).dpd == 15
    on_day = position(account, date(2025, 1, 31))
    assert (on_day.dpd, on_day.overdue_minor, on_day.instalments_due) == (0, 0, 0)
    assert position(account, date(2025, 4, 16)).dpd == 1


def test_closing_write_off_taking_on_and_opening_have_their_symbols():
    closed = loan(closed_on=date(2025, 2, 10), payments=[Payment(date(2025, 1, 10), 300)])
    assert position(closed, date(2025, 3, 31)).status_24m.endswith("/*NCC")
    written_off = loan(written_off_on=date(2025, 3, 31))
    assert position(written_off, date(2025, 3, 31)).status_24m.endswith("12B")
    taken_on = loan(taken_on_on=date(2025, 2, 1), taken_on_balance=200, dues=THREE[1:])
    assert position(taken_on, date(2025, 2, 14)).status_24m.endswith("/##*")
    assert position(taken_on, date(2025, 2, 14)).balance_minor == 200


def test_no_schedule_means_unknown_not_zero():
    unknown = position(Account(date(2025, 1, 1), 100), date(2025, 2, 28))
    assert (unknown.dpd, unknown.overdue_minor, unknown.bucket) == (None, None, None)
    assert unknown.status_24m.endswith("/##")


def card(*payments: Payment, minimum: tuple[int | None, ...] = (50, 40)) -> Account:
    issued = (date(2025, 1, 5), date(2025, 2, 5))
    due = (date(2025, 1, 25), date(2025, 2, 25))
    statements = [
        Statement(a, b, 1000, m, None if m is not None else 31)
        for a, b, m in zip(issued, due, minimum, strict=True)
    ]
    return Account(date(2024, 6, 1), is_card=True, statements=statements, payments=payments)


def test_card_minimum_unpaid_is_overdue_from_the_day_after():
    assert position(card(), date(2025, 1, 25)).dpd == 0
    assert position(card(), date(2025, 1, 26)).dpd == 1
    assert position(card(), date(2025, 2, 26)).overdue_minor == 90


def test_card_excess_does_not_carry_forward_to_the_next_statement():
    paid = Payment(date(2025, 1, 10), 500)
    assert position(card(paid), date(2025, 2, 26)).overdue_minor == 40


def test_card_payment_before_the_statement_does_not_count_against_it():
    early, on_day = Payment(date(2025, 1, 4), 50), Payment(date(2025, 1, 5), 50)
    assert position(card(early), date(2025, 1, 26)).overdue_minor == 50
    assert position(card(on_day), date(2025, 1, 26)).overdue_minor == 0


def test_card_payment_goes_to_the_oldest_minimum_first():
    paid = Payment(date(2025, 2, 10), 60)
    late = position(card(paid), date(2025, 2, 26))
    assert (late.overdue_minor, late.oldest_unpaid_on) == (30, date(2025, 2, 25))


def test_card_without_minimum_uses_the_reported_count_and_knows_no_arrears():
    late = position(card(minimum=(None, None)), date(2025, 2, 5))
    assert (late.dpd, late.bucket, late.overdue_minor) == (31, "M2", None)
    assert late.status_24m[-2:] == "22"


def test_card_balance_is_the_statement_less_payments_since():
    paid = (Payment(date(2025, 2, 5), 300), Payment(date(2025, 2, 6), 200))
    assert position(card(*paid), date(2025, 2, 10)).balance_minor == 800


def test_accounts_are_read_from_contract_rows():
    account = {
        "account_id": "A1", "recorded_on": JAN, "opened_on": JAN, "amount_minor": 100,
        "closed_on": None, "written_off_on": None, "taken_on_on": None,
        "taken_on_balance_minor": None, "product": "instalment_loan",
    }  # fmt: skip
    due = {
        "account_id": "A1", "instalment_no": 1, "due_on": FEB, "principal_minor": 100,
        "interest_minor": 0, "fee_minor": 0, "agreed_on": None, "cancelled_on": None,
    }  # fmt: skip
    found = accounts_of({"account": [account], "instalment": [due], "payment": []})
    assert position(found["A1"], date(2025, 2, 16)).dpd == 1
