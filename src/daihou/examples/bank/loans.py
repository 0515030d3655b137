"""Loans of a simulated bank: plans of dues and the payments that follow the borrowers' paths."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from daihou.examples.bank.amounts import Terms, schedules
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.paths import NEVER


@dataclass(frozen=True, slots=True)
class Plan:
    """One schedule of each of some loans, as far as it is handed over.

    Shape: one value a loan; ``principal``, ``interest`` and ``fee`` are (loans, dues). Units:
    minor units, days, month numbers. ``kept`` dues stay in force; the others are taken out on
    ``cancelled_on``. ``last`` is the last month in which the borrower pays by this plan.
    """

    account: Ints
    first: Ints
    dues: Ints
    day: Ints
    principal: Ints
    interest: Ints
    fee: Ints
    agreed_on: Ints
    kept: Ints
    cancelled_on: Ints
    last: Ints
    number_from: int

    @classmethod
    def of(cls, account: Ints, first: Ints, day: Ints, terms: Terms, width: int) -> Plan:
        """Return the plan in force since opening, with at most ``width`` dues."""
        principal, interest = schedules(terms, width)
        count = len(account)
        return cls(
            account, first, np.minimum(terms.dues, width), day, principal, interest,
            np.zeros_like(principal), np.full(count, NO_DAY), np.full(count, NEVER),
            np.full(count, NO_DAY), np.full(count, NEVER), 1,
        )  # fmt: skip

    @property
    def amounts(self) -> Ints:
        """Return the whole of each due. Shape: (loans, dues)."""
        return self.principal + self.interest + self.fee

    @property
    def width(self) -> int:
        """Return how many dues a row has room for."""
        return int(self.principal.shape[1])

    def due_on(self, calendar: Calendar) -> Ints:
        """Return the due day of each due. Shape: (loans, dues)."""
        months = self.first[:, None] + np.arange(self.width)[None, :]
        return calendar.on(np.minimum(months, 490), self.day[:, None])

    def ending(self, chosen: Flags, last: Ints, kept: Ints, cancelled_on: Ints) -> Plan:
        """Return the plan with the chosen loans ended: dues from ``kept`` on are taken out."""
        return replace(
            self,
            last=np.where(chosen, last, self.last),
            kept=np.where(chosen, kept, self.kept),
            cancelled_on=np.where(chosen, cancelled_on, self.cancelled_on),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What is paid by the end of each month: whole dues, and money beyond them.

    Shape: (loans, months). Units: dues; minor units.
    """

    cleared: Ints
    fallen: Ints
    paid: Ints


def cumulated(values: Ints) -> Ints:
    """Return running sums with a leading 0. Shape: (rows, columns + 1)."""
    out = np.zeros((values.shape[0], values.shape[1] + 1), dtype=np.int64)
    np.cumsum(values, axis=1, out=out[:, 1:])
    return out


def standing_of(plan: Plan, unpaid: Ints, extra_bp: Ints | None) -> Standing:
    """Return what borrowers with that many dues ``unpaid`` at each month end have paid.

    ``extra_bp`` is money beyond the whole dues, a share of the next due, or None for none.
    """
    months = np.arange(unpaid.shape[1])[None, :]
    fallen = np.clip(months - plan.first[:, None] + 1, 0, plan.dues[:, None])
    cleared = np.maximum(fallen - unpaid, 0)
    held = np.minimum(months, plan.last[:, None])
    if (plan.last < unpaid.shape[1]).any():
        cleared = np.take_along_axis(cleared, np.maximum(held, 0), axis=1)
        cleared = np.where(held < 0, 0, cleared)
    cleared = np.maximum.accumulate(cleared, axis=1)
    sums = cumulated(plan.amounts)
    paid = np.take_along_axis(sums, cleared, axis=1)
    if extra_bp is not None:
        following = np.take_along_axis(
            np.pad(plan.amounts, ((0, 0), (0, 1))), np.minimum(cleared, plan.width), axis=1
        )
        room = (cleared < plan.dues[:, None]) & (months >= plan.first[:, None])
        paid = paid + np.where(room, following * extra_bp // 10_000, 0)
        paid = np.maximum.accumulate(paid, axis=1)
    return Standing(cleared, fallen, paid)


@dataclass(frozen=True, slots=True)
class Habits:
    """How borrowers pay when they pay as agreed. Shape: one value an account.

    ``early_days`` before the due day, or ``sloppy``: now and then some days late.
    """

    early_days: Ints
    sloppy: Flags
    auto_debit: Flags

    @classmethod
    def drawn(cls, draws: Draws, count: int) -> Habits:
        """Return habits: 80 % by auto-debit on the due day, 15 % early, 5 % sloppy."""
        kind = draws.pick("habit", (0.80, 0.08, 0.07, 0.05), count)
        days = draws.below("habit days", 3, count)
        early = np.select([kind == 1, kind == 2], [days + 1, days], default=0)
        return cls(early, kind == 3, kind == 0)


@dataclass(frozen=True, slots=True)
class Payments:
    """Money moved, one row a movement, in the order of accounts and months.

    ``row`` is the place of the loan in its plan.
    """

    row: Ints
    month: Ints
    paid_on: Ints
    amount: Ints
    whole: Flags
    """Paid as agreed: this month's due and nothing else stood open."""


def payments_of(
    plan: Plan, standing: Standing, habits: Habits, calendar: Calendar, draws: Draws
) -> Payments:
    """Return one payment for every month in which a loan's paid total grew."""
    paid = np.diff(standing.paid, axis=1, prepend=0)
    row, month = np.nonzero(paid > 0)
    account = plan.account[row]
    behind = standing.fallen - standing.cleared
    before = np.where(month > 0, behind[row, month - 1], 0)
    falls = month - plan.first[row] < plan.dues[row]
    whole = (behind[row, month] == 0) & (before == 0) & falls & (month >= plan.first[row])
    start, end = calendar.start(month), calendar.end(month)
    due_on = calendar.on(month, plan.day[row])
    drawn = draws.share(f"pay day {plan.number_from}", *standing.paid.shape)[row, month]
    late = habits.sloppy[account] & (drawn < 0.3)
    agreed = np.where(
        late,
        np.minimum(due_on + 1 + np.floor(drawn * 16).astype(np.int64), end),
        np.maximum(due_on - habits.early_days[account], start),
    )
    spread = due_on + np.floor(drawn * (end - due_on + 1)).astype(np.int64)
    some = behind[row, month] > 0
    spread = np.where(some, start + np.floor(drawn * (end - start + 1)).astype(np.int64), spread)
    return Payments(row, month, np.where(whole, agreed, spread), paid[row, month], whole & ~late)
