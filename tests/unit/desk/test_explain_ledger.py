"""Dues and payments matched in plain Python give the days past due that the night's SQL gives."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from daihou.desk.timeline import LONGEST, Subject, ledger_of, timeline_of
from daihou.night.book import Allocation, Book
from tests.night_kit import RULES, account, instalment, payment, run_position

NIGHT = date(2024, 6, 30)
BOOK = Book(
    book="b", title={"zh": "账", "en": "b"}, currency="CNY", rule_packs={"default": ("cn_2023",)},
    policy="p",
)  # type: ignore[arg-type] # fmt: skip


def random_facts(seed: int, accounts: int = 60) -> dict[str, list[Any]]:
    """Return loans and cards paid early, late, in parts, too much, twice, or taken back."""
    rng = random.Random(seed)
    found: dict[str, list[Any]] = {
        "account": [], "instalment": [], "payment": [], "card_statement": [],
    }  # fmt: skip
    for number in range(accounts):
        name, card = f"A{number}", number % 4 == 0
        found["account"].append(account(name, product="card" if card else "instalment_loan"))
        for no in range(1, rng.randrange(2, 7)):
            due_on = date(2024, no, 28) - timedelta(days=rng.randrange(9))
            amount = rng.choice([10_000, 10_000, 10_001, 7_333])
            if card:
                found["card_statement"].append(
                    dict(account_id=name, statement_on=due_on - timedelta(days=20), due_on=due_on,
                         balance_minor=50_000, minimum_due_minor=rng.choice([amount, 0]))
                )  # fmt: skip
            else:
                found["instalment"].append(instalment(due_on, no, name, principal_minor=amount))
            for _ in range(rng.choice([0, 1, 1, 1, 2])):
                paid_on = due_on + timedelta(days=rng.randrange(-25, 60))
                if paid_on > NIGHT:
                    continue
                part = rng.choice([amount, amount, amount // 2, amount - 1, amount * 2])
                key = dict(payment_id=f"P{len(found['payment'])}")
                found["payment"].append(payment(paid_on, part, name, **key))
                if rng.random() < 0.15:
                    back = dict(payment_id=f"P{len(found['payment'])}", kind="reversal")
                    found["payment"].append(payment(paid_on, part, name, **back))
    return found


@pytest.mark.parametrize(("seed", "tolerance_bp"), [(1, 0), (2, 0), (3, 1_000)])
def test_the_oldest_unpaid_due_is_the_one_that_the_night_finds(seed, tolerance_bp):
    facts = random_facts(seed)
    night = run_position(NIGHT, facts, replace(RULES, tolerance_bp=tolerance_bp))
    book = BOOK.model_copy(update={"allocation": Allocation(tolerance_bp=tolerance_bp)})
    late = 0
    for name, state in night.items():
        ledger = ledger_of(Subject(state, NIGHT, masked=False), facts, book)
        assert ledger.oldest_unpaid_on(NIGHT) == state["oldest_unpaid_on"], name
        overdue = sum(
            d.unpaid_minor for d in ledger.dues if d.due_on < NIGHT and d.cleared_on is None
        )
        assert overdue == state["overdue_minor"], name
        late += bool(state["dpd"])
    assert 5 < late < len(night) - 5, "the random book must hold both kinds"


def test_a_long_timeline_keeps_the_newest_and_says_how_much_it_left_out():
    state = account(line_id=None, opened_on=date(2023, 1, 1))
    payments = [
        payment(date(2024, 1, 1) + timedelta(days=n), 1, payment_id=f"P{n:03}",
                booked_on=date(2024, 6, 29))
        for n in range(90)
    ]  # fmt: skip
    facts = {
        name: [] for name in ("instalment", "card_statement", "restructuring", "external_event")
    } | {"account": [dict(state) | {"taken_on_on": None, "use_proof_on": None,
                                    "written_off_on": None}],
         "payment": [dict(p) for p in payments]}  # fmt: skip
    subject = Subject(state, NIGHT, masked=False)
    ledger = ledger_of(subject, facts, BOOK)
    shown = timeline_of(subject, facts, {"instalment": [], "credit_line": []}, ledger)
    assert len(shown) == LONGEST and shown[-1].on == payments[-1]["paid_on"]
    assert shown[1].what.en == "32 earlier facts are not shown" and "32" in shown[1].what.zh
