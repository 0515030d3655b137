"""The compiled position equals the referee's, account by account, on random histories."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from daihou.night.dates import add_months
from tests.night_kit import account, instalment, payment, run_position
from tests.worked.independent_position import accounts_of, position

FIELDS = (
    "overdue_minor dpd bucket oldest_unpaid_on instalments_due instalments_missed balance_minor"
    " status_24m"
).split()
NULLS = {
    "account": ("closed_on", "written_off_on", "taken_on_on", "taken_on_balance_minor"),
    "instalment": ("agreed_on", "cancelled_on"),
    "payment": ("booked_on", "principal_minor"),
}


def random_loan(dice: random.Random, name: str) -> dict[str, list[dict]]:
    """Return one loan with a schedule and payments that may be early, late, partial, reversed."""
    opened = date(2021, 1, 1) + timedelta(days=dice.randrange(1100))
    months = dice.choice([1, 3, 6, 12, 24, 40])
    amount = dice.choice([10_000, 33_333, 100])
    odd = dice.choice([0, 0, 7, -3])
    step = dice.choice([1, 1, 1, 3])
    first = add_months(opened, 1)
    habit = dice.choice(["plain", "plain", "late", "wild", "never", "stops"])
    dues, paid = [], []
    for number in range(1, months + 1):
        due_on = add_months(first, (number - 1) * step)
        last = number == months
        interest = dice.choice([0, 50])
        extra = odd if last else 0
        due = instalment(
            due_on, number, name, principal_minor=amount + extra, interest_minor=interest,
            fee_minor=dice.choice([0, 0, 0, 10]),
        )  # fmt: skip
        if habit == "wild" and dice.random() < 0.1:
            due["cancelled_on"] = due_on + timedelta(days=dice.randrange(-20, 60))
        if habit == "wild" and dice.random() < 0.1:
            due["agreed_on"] = due_on - timedelta(days=dice.randrange(0, 90))
        dues.append(due)
        total = amount + extra + interest + due["fee_minor"]
        paid += _paid(dice, habit, due_on, total, name, number > months // 2)
    loan = account(
        name, opened_on=opened, recorded_on=opened, amount_minor=amount * months + odd,
        customer_id=f"C{name}",
    )  # fmt: skip
    if dice.random() < 0.05:
        loan["written_off_on"] = opened + timedelta(days=dice.randrange(200, 900))
    if dice.random() < 0.1:
        loan |= {"taken_on_on": opened + timedelta(days=5), "taken_on_balance_minor": 500_000}
    return {"account": [loan], "instalment": dues, "payment": paid}


def _paid(dice, habit, due_on, total, name, second_half):
    if habit == "plain":
        return [payment(due_on - timedelta(days=dice.choice([0, 0, 1, 4])), total, name)]
    if habit == "never" or (habit == "stops" and second_half):
        return []
    on = due_on + timedelta(days=dice.choice([-3, 0, 0, 0, 2, 9, 35]))
    if habit in {"late", "stops"}:
        return [payment(on, total, name)]
    amount = dice.choice([total, total, total // 2 or 1, total + 5, 3 * total])
    row = payment(on, amount, name)
    if dice.random() < 0.2:
        row["booked_on"] = on + timedelta(days=dice.randrange(40))
    back = []
    if dice.random() < 0.1:
        booked = row.get("booked_on", on) + timedelta(days=dice.randrange(30))
        back = [payment(on, amount, name, kind="reversal", booked_on=booked)]
    return [row, *back] if dice.random() < 0.9 else []


def random_card(dice: random.Random, name: str) -> dict[str, list[dict]]:
    """Return one card with statements and payments."""
    opened = date(2021, 6, 1) + timedelta(days=dice.randrange(600))
    bills, paid = [], []
    for number in range(dice.randrange(0, 30)):
        on = add_months(opened.replace(day=5), number + 1)
        if dice.random() < 0.1:
            continue
        minimum = dice.choice([0, 500, 1_000])
        bills.append(
            dict(
                account_id=name, statement_on=on, due_on=on + timedelta(days=20),
                balance_minor=minimum * 10, minimum_due_minor=minimum,
            )
        )  # fmt: skip
        if dice.random() < 0.8:
            when = on + timedelta(days=dice.randrange(0, 45))
            paid.append(payment(when, dice.choice([minimum or 100, 5_000, 300]), name))
    card = account(
        name, product="card", amount_minor=None, opened_on=opened, recorded_on=opened,
        customer_id=f"C{name}",
    )  # fmt: skip
    return {"account": [card], "card_statement": bills, "payment": paid}


@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32), as_of=st.dates(date(2022, 1, 31), date(2025, 12, 31)))
def test_every_account_stands_where_the_referee_puts_it(seed, as_of):
    dice = random.Random(seed)
    facts: dict[str, list[dict]] = {
        "account": [], "instalment": [], "payment": [], "card_statement": [], "ledger_balance": [],
    }  # fmt: skip
    for number in range(60):
        make = random_card if number % 6 == 0 else random_loan
        for table, rows in make(dice, f"A{number}").items():
            facts[table] += rows
    states = run_position(as_of, facts)
    for table, names in NULLS.items():
        for row in facts[table]:
            for name in names:
                row.setdefault(name, None)
    for row in facts["card_statement"]:
        row.setdefault("reported_dpd", None)
    for account_id, told in accounts_of(facts).items():
        if told.opened_on > as_of:
            assert account_id not in states
            continue
        expected = position(told, as_of)
        state = states[account_id]
        for name in FIELDS:
            assert state[name] == getattr(expected, name), (account_id, name, state, expected)
