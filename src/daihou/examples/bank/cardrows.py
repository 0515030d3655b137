"""The rows that a lender would hand over of its cards: accounts, statements, payments, spending."""

from __future__ import annotations

import numpy as np

from daihou.contracts.vocabulary import (
    COUNTERPARTY_KINDS,
    GUARANTEE_KINDS,
    PAYMENT_CHANNELS,
    TRANSACTION_CATEGORIES,
)
from daihou.examples.bank.cards import CASHES_OUT, DUE_DAYS, PAYS_ALL, Cards
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Ints
from daihou.examples.bank.loanrows import PAYMENT, UNKNOWN
from daihou.examples.bank.people import CARD
from daihou.examples.bank.rows import full, kept, ordered, stacked, unknown_after

SLOTS = 3
"""Purchases a month and card at the most; the bank shows the larger ones."""


def card_account_rows(cards: Cards, calendar: Calendar) -> dict[str, Ints]:
    """Return one state of each card from its opening, and one more when it was closed."""
    count = len(cards.account)
    closed = unknown_after(cards.closed_on, calendar.as_of)
    written = unknown_after(cards.written_off_on, calendar.as_of)
    state = {
        "account": cards.account,
        "product": full(count, CARD),
        "recorded_on": cards.opened_on,
        "opened_on": cards.opened_on,
        "matures_on": full(count, NO_DAY),
        "closed_on": full(count, NO_DAY),
        "written_off_on": full(count, NO_DAY),
        "amount_minor": full(count, UNKNOWN),
        "rate_bp": full(count, 1_825),
        "guarantee_kind": full(count, GUARANTEE_KINDS.index("unsecured")),
        "declared_use": full(count, UNKNOWN),
        "use_proof_on": full(count, NO_DAY),
        "taken_on_on": full(count, NO_DAY),
        "taken_on_balance_minor": full(count, UNKNOWN),
    }
    ended = np.maximum(closed, written)
    later = dict(state) | {"recorded_on": ended, "closed_on": closed, "written_off_on": written}
    out = stacked([state, kept(later, ended != NO_DAY)])
    return ordered(kept(out, out["opened_on"] <= calendar.as_of), "account", "recorded_on")


def statement_rows(cards: Cards, calendar: Calendar) -> dict[str, Ints]:
    """Return every statement issued by as_of."""
    row, month = np.nonzero(cards.issued & (cards.statement_on <= calendar.as_of))
    return {
        "account": cards.account[row],
        "statement_on": cards.statement_on[row, month],
        "due_on": cards.statement_on[row, month] + DUE_DAYS,
        "balance_minor": cards.balance[row, month],
        "minimum_due_minor": cards.minimum[row, month],
        "cash_minor": cards.cash[row, month],
        "purchases_minor": cards.purchases[row, month],
    }


def card_payment_rows(cards: Cards, calendar: Calendar) -> dict[str, Ints]:
    """Return every payment to a card by as_of."""
    row, month = np.nonzero((cards.paid > 0) & (cards.paid_on <= calendar.as_of))
    debit = (cards.kind[row] == PAYS_ALL) & (cards.unpaid[row, month] == 0)
    count = len(row)
    return {
        "account": cards.account[row],
        "number": month * 10,
        "paid_on": cards.paid_on[row, month],
        "booked_on": full(count, NO_DAY),
        "kind": full(count, PAYMENT),
        "amount_minor": cards.paid[row, month],
        "principal_minor": full(count, UNKNOWN),
        "channel": np.where(
            debit, PAYMENT_CHANNELS.index("auto_debit"), PAYMENT_CHANNELS.index("transfer")
        ),
    }


def spending_rows(cards: Cards, calendar: Calendar, draws: Draws) -> dict[str, Ints]:
    """Return the purchases and cash advances that each statement sums up."""
    shape = cards.purchases.shape
    parts = 1 + draws.below("purchases", SLOTS, *shape)
    parts = np.where((cards.kind == CASHES_OUT)[:, None], 1, parts)
    parts = np.where(cards.purchases < 30_000, 1, parts)
    merchant = COUNTERPARTY_KINDS.index("merchant")
    out = []
    left = cards.purchases.copy()
    for slot in range(SLOTS):
        amount = np.where(slot + 1 == parts, left, np.where(slot < parts, left * 2 // 5, 0))
        left = left - amount
        out.append(_slot_rows(cards, calendar, draws, (slot, amount, merchant)))
    machine = COUNTERPARTY_KINDS.index("cash_machine")
    out.append(_slot_rows(cards, calendar, draws, (SLOTS, cards.cash, machine)))
    return ordered(stacked(out), "account", "number")


def _slot_rows(
    cards: Cards, calendar: Calendar, draws: Draws, what: tuple[int, Ints, int]
) -> dict[str, Ints]:
    slot, amounts, other = what
    row, month = np.nonzero(amounts > 0)
    shape = amounts.shape
    statement_on = cards.statement_on[row, month]
    since = np.clip(statement_on - cards.opened_on[row] + 1, 1, 28)
    back = np.floor(draws.share(f"spent on {slot}", *shape)[row, month] * since).astype(np.int64)
    cash = slot == SLOTS
    cashes = cards.kind[row] == CASHES_OUT
    hour = 8 + draws.below(f"hour {slot}", 14, *shape)[row, month]
    hour = np.where(cash & cashes, (22 + hour % 8) % 24, hour)
    shop = draws.below(f"shop {slot}", 50_000, *shape)[row, month]
    shop = np.where(cashes, cards.account[row] % 997, shop)
    out = {
        "account": cards.account[row],
        "number": month * 10 + slot,
        "booked_on": statement_on - back,
        "hour": hour,
        "direction": full(len(row), 1),
        "amount_minor": amounts[row, month],
        "counterparty_kind": full(len(row), other),
        "counterparty": np.where(cash, UNKNOWN, shop),
        "category": full(
            len(row), TRANSACTION_CATEGORIES.index("cash_advance" if cash else "purchase")
        ),
    }
    return kept(out, out["booked_on"] <= calendar.as_of)
