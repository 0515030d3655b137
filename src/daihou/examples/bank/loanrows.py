"""The rows that a lender would hand over of its loans: accounts, dues, payments, changes."""

from __future__ import annotations

import numpy as np

from daihou.contracts.vocabulary import (
    GUARANTEE_KINDS,
    PAYER_RELATIONS,
    PAYMENT_CHANNELS,
    PAYMENT_KINDS,
)
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.loanbook import SETTLED, LoanBook
from daihou.examples.bank.loans import Payments, Plan, cumulated
from daihou.examples.bank.paths import NEVER
from daihou.examples.bank.people import BUSINESS, LINE, LOAN, MORTGAGE
from daihou.examples.bank.rows import Columns, full, kept, ordered, stacked, unknown_after

UNKNOWN = -1
"""Stands for null in an array of amounts or places."""
PAYMENT, REVERSAL, RECOVERY = (
    PAYMENT_KINDS.index(kind) for kind in ("payment", "reversal", "recovery")
)
USES = {
    LOAN: ("consumption", "decoration", "education", "travel", "medical"),
    LINE: ("consumption",),
    MORTGAGE: ("home purchase",),
    BUSINESS: ("working capital", "equipment", "stock"),
}
USE_WORDS = tuple(dict.fromkeys(word for words in USES.values() for word in words))


def instalment_rows(book: LoanBook, calendar: Calendar) -> dict[str, Ints]:
    """Return every due that was known on as_of."""
    parts = [_plan_rows(book.plan, calendar)]
    if book.second is not None:
        parts.append(_plan_rows(book.second, calendar))
    rows = np.flatnonzero(book.prepaid_on != NO_DAY)
    if len(rows):
        none, days = full(len(rows), 0), book.prepaid_on[rows]
        parts.append({
            "account": book.agreed.account[rows], "instalment_no": full(len(rows), SETTLED),
            "due_on": days, "principal_minor": book.prepaid[rows], "interest_minor": none,
            "fee_minor": none, "agreed_on": days, "cancelled_on": full(len(rows), NO_DAY),
        })  # fmt: skip
    if len(parts) == 1:
        return parts[0]
    out = stacked(parts)
    out = kept(out, out["agreed_on"] <= calendar.as_of)
    out["cancelled_on"] = unknown_after(out["cancelled_on"], calendar.as_of)
    return ordered(out, "account", "instalment_no")


def _plan_rows(plan: Plan, calendar: Calendar) -> dict[str, Ints]:
    row, due = np.nonzero(np.arange(plan.width)[None, :] < plan.dues[:, None])
    return {
        "account": plan.account[row],
        "instalment_no": plan.number_from + due,
        "due_on": plan.due_on(calendar)[row, due],
        "principal_minor": plan.principal[row, due],
        "interest_minor": plan.interest[row, due],
        "fee_minor": plan.fee[row, due],
        "agreed_on": plan.agreed_on[row],
        "cancelled_on": np.where(due >= plan.kept[row], plan.cancelled_on[row], NO_DAY),
    }


def payment_rows(book: LoanBook, calendar: Calendar, draws: Draws) -> dict[str, Ints]:
    """Return every movement of money to a loan that was known on as_of."""
    first = _paid(book, book.plan, book.payments)
    owed = _ledger_at_month_ends(book)
    row, month = book.payments.row, book.payments.month
    before = np.where(month > 0, owed[row, np.maximum(month - 1, 0)],
                      book.agreed.terms.balance[row])  # fmt: skip
    now = np.where(month == book.paths.prepaid[row], owed[row, month] + book.prepaid[row],
                   owed[row, month])  # fmt: skip
    first["principal_minor"] = np.where(book.ledger[row], before - now, UNKNOWN)
    more_to_come = book.standing.cleared[row, month] < book.plan.dues[row]
    more_to_come &= month != book.paths.prepaid[row]
    special = ~book.ledger[row] & book.payments.whole & more_to_come
    parts = _with_troubles(first, special, calendar, draws)
    if book.second is not None and book.second_payments is not None:
        parts.append(_paid(book, book.second, book.second_payments))
    parts += [_prepaid(book), _recovered(book, calendar, draws)]
    out = stacked([part for part in parts if len(part["account"])])
    known = np.maximum(out["paid_on"], out["booked_on"]) <= calendar.as_of
    return ordered(kept(out, known), "account", "number")


def plain_payment_rows(book: LoanBook, calendar: Calendar) -> dict[str, Ints]:
    """Return one row a payment, without reversals and back-dated bookings."""
    out = _paid(book, book.plan, book.payments)
    return kept(out, out["paid_on"] <= calendar.as_of)


def _paid(book: LoanBook, plan: Plan, payments: Payments) -> dict[str, Ints]:
    account, count = plan.account[payments.row], len(payments.row)
    by_debit = payments.whole & book.habits.auto_debit[account]
    other = PAYMENT_CHANNELS.index("transfer")
    return {
        "account": account,
        "number": payments.month * 10,
        "paid_on": payments.paid_on,
        "booked_on": full(count, NO_DAY),
        "kind": full(count, PAYMENT),
        "amount_minor": payments.amount,
        "principal_minor": full(count, UNKNOWN),
        "channel": np.where(by_debit, PAYMENT_CHANNELS.index("auto_debit"), other),
    }


def _with_troubles(
    rows: dict[str, Ints], special: Flags, calendar: Calendar, draws: Draws
) -> list[dict[str, Ints]]:
    """Return payments of which some came in two parts, were taken back, or were booked later."""
    count = len(rows["account"])
    end = calendar.end(calendar.month_of(rows["paid_on"]))
    room = (end - rows["paid_on"] >= 6) & (rows["amount_minor"] > 100)
    kind = draws.pick("trouble", (0.955, 0.012, 0.012, 0.021), count) * special
    halves, back = room & (kind == 1), room & (kind == 2)
    late = kind == 3
    delay = 1 + draws.below("booking delay", 5, count)
    rows["booked_on"] = np.where(late, rows["paid_on"] + delay, rows["booked_on"])
    rest = kept(rows, halves)
    part = rest["amount_minor"] * 4 // 10
    rest["amount_minor"], rest["number"] = rest["amount_minor"] - part, rest["number"] + 1
    rest["paid_on"] = rest["paid_on"] + delay[halves]
    rows["amount_minor"][halves] = part
    debit = PAYMENT_CHANNELS.index("auto_debit")
    taken = kept(rows, back)
    taken["kind"], taken["number"] = full(len(taken["kind"]), REVERSAL), taken["number"] + 1
    taken["booked_on"], taken["channel"] = taken["paid_on"] + 1, full(len(taken["kind"]), debit)
    again = kept(rows, back)
    again["number"], again["paid_on"] = again["number"] + 2, again["paid_on"] + delay[back]
    rows["channel"] = np.where(back, debit, rows["channel"])
    return [rows, rest, taken, again]


def _prepaid(book: LoanBook) -> dict[str, Ints]:
    rows = np.flatnonzero(book.prepaid_on != NO_DAY)
    count = len(rows)
    return {
        "account": book.agreed.account[rows], "number": book.paths.prepaid[rows] * 10 + 5,
        "paid_on": book.prepaid_on[rows], "booked_on": full(count, NO_DAY),
        "kind": full(count, PAYMENT), "amount_minor": book.prepaid[rows],
        "principal_minor": np.where(book.ledger[rows], book.prepaid[rows], UNKNOWN),
        "channel": full(count, PAYMENT_CHANNELS.index("transfer")),
    }  # fmt: skip


def _recovered(book: LoanBook, calendar: Calendar, draws: Draws) -> dict[str, Ints]:
    """Return small recoveries after write-off, from some of those debtors."""
    gone = book.written_off_on != NO_DAY
    some = gone & draws.happens("recovers", 0.6, len(gone))
    rows = np.flatnonzero(some)
    count = len(rows)
    on = book.written_off_on[rows] + 1 + draws.below("recovery day", 60, count)
    month = calendar.month_of(on)
    amount = book.agreed.amount[rows] // 50 + 1
    return {
        "account": book.agreed.account[rows], "number": month * 10 + 7, "paid_on": on,
        "booked_on": full(count, NO_DAY), "kind": full(count, RECOVERY), "amount_minor": amount,
        "principal_minor": full(count, UNKNOWN),
        "channel": full(count, PAYMENT_CHANNELS.index("other")),
    }  # fmt: skip


def _ledger_at_month_ends(book: LoanBook) -> Ints:
    """Return principal owed at each month end by fee, interest, principal. Shape: (loans, months).

    True for loans without a new schedule; others are not in the ledger.
    """
    plan, standing = book.plan, book.standing
    cleared = standing.cleared
    beyond = standing.paid - np.take_along_axis(cumulated(plan.amounts), cleared, axis=1)
    other = np.pad(plan.interest + plan.fee, ((0, 0), (0, 1)))
    charged = np.take_along_axis(other, np.minimum(cleared, plan.width), axis=1)
    repaid = np.take_along_axis(cumulated(plan.principal), cleared, axis=1)
    owed = book.agreed.terms.balance[:, None] - repaid - np.maximum(beyond - charged, 0)
    months = np.arange(owed.shape[1])[None, :]
    return np.where(months >= book.paths.prepaid[:, None], 0, owed)


def ledger_rows(book: LoanBook, calendar: Calendar) -> dict[str, Ints]:
    """Return month-end principal of the loans whose ledger is handed over."""
    owed = _ledger_at_month_ends(book)
    months = np.arange(calendar.months)
    ends = calendar.end(months)
    closed = np.where(book.closed_on == NO_DAY, np.int64(NEVER) * 100, book.closed_on)
    from_day = np.maximum(book.agreed.opened_on, calendar.start(book.agreed.first))
    shown = book.ledger[:, None] & (ends[None, :] <= calendar.as_of)
    shown &= (ends[None, :] >= from_day[:, None]) & (ends[None, :] <= closed[:, None] + 31)
    row, month = np.nonzero(shown)
    return {
        "account": book.agreed.account[row], "balance_on": ends[month],
        "balance_minor": owed[row, month],
    }  # fmt: skip


def restructuring_rows(book: LoanBook, calendar: Calendar, draws: Draws) -> dict[str, Ints]:
    """Return the contracts that were changed; ``class_before`` 0 special mention, 1 substandard."""
    if book.second is None:
        names = ("account", "changed_on", "first_due_on", "kind", "for_difficulty", "class_before")
        return {name: full(0, 0) for name in names}
    rows = np.flatnonzero(book.paths.changed < NEVER)
    count, plan = len(rows), book.second
    relieved = book.paths.relieved[rows]
    behind = book.paths.unpaid[rows, book.paths.changed[rows]]
    told = draws.happens("class told", 0.4, count) & ~relieved
    kind = draws.pick("change kind", (0.35, 0.30, 0.20, 0.15), count)
    out = {
        "account": book.agreed.account[rows],
        "changed_on": plan.agreed_on,
        "first_due_on": calendar.on(plan.first, plan.day),
        "kind": np.where(relieved, 4, kind),
        "for_difficulty": (~relieved).astype(np.int64),
        "class_before": np.where(told, np.where(behind > 3, 1, 0), UNKNOWN),
    }
    return kept(out, out["changed_on"] <= calendar.as_of)


def account_rows(book: LoanBook, calendar: Calendar, draws: Draws) -> dict[str, Ints]:
    """Return one state of each loan from its opening, and one more when it was closed."""
    agreed, count = book.agreed, len(book.agreed.account)
    proof = agreed.opened_on + draws.below("proof day", 45, count)
    proof = np.where(draws.happens("proof", 0.94, count), proof, NO_DAY)
    uses = np.zeros(count, dtype=np.int64)
    drawn = draws.share("use", count)
    for product, words in USES.items():
        place = np.asarray([USE_WORDS.index(word) for word in words])
        uses = np.where(agreed.product == product, place[(drawn * len(words)).astype(int)], uses)
    told = draws.happens("use told", 0.97, count)
    secured = draws.pick("secured", (0.45, 0.30, 0.20, 0.05), count)
    business = np.choose(secured, [GUARANTEE_KINDS.index(k) for k in
                                   ("unsecured", "guaranteed", "mortgage", "mixed")])  # fmt: skip
    closed = unknown_after(book.closed_on, calendar.as_of)
    written = unknown_after(book.written_off_on, calendar.as_of)
    state = {
        "account": agreed.account,
        "product": agreed.product,
        "recorded_on": agreed.opened_on,
        "opened_on": agreed.opened_on,
        "matures_on": agreed.matures_on,
        "closed_on": full(count, NO_DAY),
        "written_off_on": full(count, NO_DAY),
        "amount_minor": agreed.amount,
        "rate_bp": agreed.terms.rate_bp,
        "guarantee_kind": np.select(
            [agreed.product == BUSINESS, agreed.product == MORTGAGE],
            [business, full(count, GUARANTEE_KINDS.index("mortgage"))],
            default=GUARANTEE_KINDS.index("unsecured"),
        ),
        "declared_use": np.where(told, uses, UNKNOWN),
        "use_proof_on": unknown_after(proof, calendar.as_of),
        "taken_on_on": agreed.taken_on,
        "taken_on_balance_minor": np.where(
            agreed.taken_on == NO_DAY, UNKNOWN, agreed.terms.balance
        ),
    }
    ended = np.maximum(closed, written)
    later = dict(state) | {"recorded_on": ended, "closed_on": closed, "written_off_on": written}
    out = stacked([state, kept(later, ended != NO_DAY)])
    return ordered(kept(out, out["opened_on"] <= calendar.as_of), "account", "recorded_on")


def payer_places(account: Ints, columns: Columns, draws: Draws, count: int) -> Ints:
    """Return who paid, as places in PAYER_RELATIONS: a few accounts are paid by others."""
    odd = draws.pick("payer", (0.90, 0.04, 0.015, 0.01, 0.015, 0.01, 0.01), count)[account]
    at_times = (columns["number"] // 10 + account) % 3 == 0
    others = np.choose(odd, [0, *(PAYER_RELATIONS.index(word) for word in (
        "family", "employer", "guarantor", "stranger", "lender_platform")), UNKNOWN])  # fmt: skip
    return np.where(at_times | (odd == 6), others, 0)
