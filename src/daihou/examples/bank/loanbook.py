"""The loans of one chunk, lived through: paths, plans, turns and payments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from daihou.examples.bank.agreements import WIDTH, Agreements
from daihou.examples.bank.amounts import Terms, schedules
from daihou.examples.bank.calibration import load_calibration
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.loans import (
    Habits,
    Payments,
    Plan,
    Standing,
    cumulated,
    payments_of,
    standing_of,
)
from daihou.examples.bank.paths import NEVER, Chances, Paths, Start, loan_paths
from daihou.examples.bank.people import BUSINESS, LINE, MORTGAGE

LEDGER_SHARE = 0.02
"""Loans whose principal the lender's own ledger hands over at month ends."""
SECOND, SETTLED = 501, 901
"""First instalment number of a second schedule; number of the due of a full prepayment."""


@dataclass(frozen=True, slots=True)
class LoanBook:
    """What happened to the loans of a chunk. Shape: one value a loan, in account order.

    ``second`` is the plan of those with a new schedule, or None. Days not come are NO_DAY.
    """

    agreed: Agreements
    paths: Paths
    plan: Plan
    standing: Standing
    payments: Payments
    second: Plan | None
    second_payments: Payments | None
    prepaid_on: Ints
    prepaid: Ints
    closed_on: Ints
    written_off_on: Ints
    ledger: Flags
    habits: Habits


def _chances(product: Ints) -> Chances:
    prepay = np.select([product == MORTGAGE, product == BUSINESS, product == LINE],
                       [0.004, 0.006, 0.022], default=0.015)  # fmt: skip
    count = len(product)
    return Chances(
        prepay, np.full(count, 0.05), np.where(product == BUSINESS, 0.002, 0.0006),
        np.full(count, 0.5),
    )  # fmt: skip


def _start(draws: Draws, agreed: Agreements, count: int, *, plain: bool) -> Start:
    movers = load_calibration().loan
    calm = np.where(agreed.product == MORTGAGE, 0.25, 1.0)
    mover = draws.share("mover", count)[agreed.account] < movers.share * calm
    first_due = agreed.taken_on == NO_DAY
    never = draws.happens("never pays", 0.012, count)[agreed.account] & first_due & mover
    never &= (agreed.first > 0) | plain
    return Start(agreed.first, agreed.terms.dues, mover, never)


def loan_book(
    draws: Draws, agreed: Agreements, calendar: Calendar, count: int, *, plain: bool
) -> LoanBook:
    """Return the loans of a chunk of ``count`` accounts; ``plain`` leaves out every turn."""
    start = _start(draws, agreed, count, plain=plain)
    chances = None if plain else _chances(agreed.product)
    paths = loan_paths(load_calibration().loan, draws, start, calendar.months, chances)
    habits = Habits.drawn(draws, count)
    width = calendar.months if plain else max(WIDTH, calendar.months + 6)
    plan = Plan.of(agreed.account, agreed.first, agreed.day, agreed.terms, width)
    last = np.minimum(np.minimum(paths.prepaid, paths.changed), paths.written_off)
    plan = replace(plan, last=last)
    extra = None if plain else _extra_bp(draws, paths, len(last), calendar.months)
    standing = standing_of(plan, paths.unpaid, extra)
    payments = payments_of(plan, standing, habits, calendar, draws)
    none = np.full(len(last), NO_DAY)
    ledger = draws.happens("ledger", LEDGER_SHARE, count)[agreed.account]
    if plain:
        return LoanBook(agreed, paths, plan, standing, payments, None, None, none, none, none,
                        none, ledger & False, habits)  # fmt: skip
    book = LoanBook(agreed, paths, plan, standing, payments, None, None, none, none, none, none,
                    ledger, habits)  # fmt: skip
    return _closed(_rescheduled(_turned(book, draws, calendar), draws, calendar))


def _extra_bp(draws: Draws, paths: Paths, count: int, months: int) -> Ints:
    """Return part payments and overpayments: a share of the next due, on quiet accounts."""
    drawn = draws.share("extra", count, months)
    quiet = (np.minimum(paths.prepaid, paths.changed) == NEVER) & (paths.written_off == NEVER)
    behind = paths.unpaid > 0
    chance = np.where(behind, 0.12, 0.004) * quiet[:, None]
    share = 1_000 + draws.below("extra share", 7_000, count, months)
    return np.where(drawn < chance, share, 0)


def _turned(book: LoanBook, draws: Draws, calendar: Calendar) -> LoanBook:
    """Return the book with full prepayments, new schedules and write-offs given their days."""
    paths, plan, count = book.paths, book.plan, len(book.agreed.account)
    pays, changes = paths.prepaid < NEVER, paths.changed < NEVER
    month = np.where(pays, paths.prepaid, 0)
    place = np.arange(count)
    due_on, end = calendar.on(month, plan.day), calendar.end(month)
    on = due_on + draws.below("prepay day", end - due_on + 1, count)
    in_month = book.payments.month == paths.prepaid[book.payments.row]
    np.maximum.at(on, book.payments.row[in_month], book.payments.paid_on[in_month])
    cleared = book.standing.cleared[place, month]
    sums = cumulated(plan.principal)
    left = book.agreed.terms.balance - sums[place, cleared]
    plan = plan.ending(pays, paths.prepaid, cleared, on)
    month = np.where(changes, paths.changed, 0)
    kept = book.standing.cleared[place, month]
    plan = plan.ending(changes, paths.changed, kept, calendar.end(month))
    written = paths.written_off < NEVER
    ends = calendar.end(np.where(written, paths.written_off, 0))
    return replace(
        book, plan=plan, prepaid_on=np.where(pays, on, NO_DAY),
        prepaid=np.where(pays, left, 0), written_off_on=np.where(written, ends, NO_DAY),
        ledger=book.ledger & ~changes & ~written,
    )  # fmt: skip


def _rescheduled(book: LoanBook, draws: Draws, calendar: Calendar) -> LoanBook:
    """Return the book with second schedules, for those whose contract was changed."""
    rows = np.flatnonzero(book.paths.changed < NEVER)
    if not len(rows):
        return book
    old, agreed = book.plan, book.agreed
    kept, month = old.kept[rows], book.paths.changed[rows]
    fallen = book.standing.fallen[rows, month]
    owed = agreed.terms.balance[rows] - cumulated(old.principal)[rows, kept]
    interest = cumulated(old.interest)
    past = interest[rows, np.maximum(fallen, kept)] - interest[rows, kept]
    relieved = book.paths.relieved[rows]
    left = agreed.terms.dues[rows] - kept
    dues = np.where(relieved, left, np.minimum(np.maximum(left * 2, 3), left + 60))
    terms = Terms(owed, agreed.terms.rate_bp[rows], np.maximum(dues, 1),
                  agreed.terms.method[rows])  # fmt: skip
    first = month + np.where(relieved, 4, 1)
    principal, charged = schedules(terms, old.width)
    fee = np.zeros_like(principal)
    fee[:, 0] = past
    count = len(rows)
    plan = Plan(
        old.account[rows], first, np.minimum(terms.dues, old.width), old.day[rows], principal,
        charged, fee, calendar.end(month), np.full(count, NEVER), np.full(count, NO_DAY),
        book.paths.written_off[rows], SECOND,
    )  # fmt: skip
    months = np.arange(calendar.months)[None, :]
    unpaid = np.where(months >= first[:, None], book.paths.unpaid[rows], 0)
    standing = standing_of(plan, unpaid, None)
    payments = payments_of(plan, standing, book.habits, calendar, draws)
    return replace(book, second=plan, second_payments=payments)


def _closed(book: LoanBook) -> LoanBook:
    """Return the book with the closing days of loans that are wholly paid."""
    closed = book.prepaid_on.copy()
    whole = book.plan.dues == book.agreed.terms.dues
    done = whole & (book.standing.cleared[:, -1] == book.plan.dues) & (closed == NO_DAY)
    done &= book.paths.changed == NEVER
    days = np.full(len(closed), NO_DAY)
    np.maximum.at(days, book.payments.row, book.payments.paid_on)
    return replace(book, closed_on=np.where(done, days, closed))
