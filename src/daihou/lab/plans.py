"""Plans of asking, run over months of simulated people: what each asks, and what it sees by then.

A plan sees only what a lender sees: own facts up to the end of the month before, and the reports
that it asked for itself (the first is the one in hand from when the business began). One look a
person and month at the most, on the same day, and never where nothing is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from daihou.lab.levels import (
    NONE,
    ORANGE,
    OWN_MARKS,
    REPORT_MARKS,
    TIERS,
    Flags,
    Ints,
    days_past_due,
    level_of,
    tier_of,
)

YEAR_CAP: Final = 12
MONTH_DAYS: Final = 30
NEVER: Final = 10_000
NO_BUDGET: Final = 2_000_000_000
TROUBLE_FROM: Final = 3
"""Dues behind at the own bank from which a person is in trouble (90 days past due)."""


@dataclass(frozen=True, slots=True)
class Book:
    """People of one experiment.

    Shape: ``exposure_minor`` and ``behind`` are (people, months); each of ``figures`` is (people,
    lead + months), so that place ``lead`` is the look of month 0; ``since`` is the month of the
    report in hand, from -lead to -1.
    """

    exposure_minor: Ints
    behind: Ints
    figures: Mapping[str, Ints]
    since: Ints
    lead: int

    @property
    def people(self) -> int:
        """Return how many people there are."""
        return len(self.since)

    @property
    def months(self) -> int:
        """Return over how many months plans run."""
        return int(self.behind.shape[1])

    def trouble(self) -> Ints:
        """Return the first month at whose end a person is in trouble, NEVER when none is."""
        return _first(self.behind >= TROUBLE_FROM)

    def first_sign(self) -> Ints:
        """Return the first month of the run of own arrears that led to trouble, NEVER if none."""
        trouble, sign = self.trouble(), np.full(self.people, NEVER, dtype=np.int64)
        for person in np.flatnonzero(trouble < NEVER):
            month = int(trouble[person])
            while month > 0 and self.behind[person, month - 1] > 0:
                month -= 1
            sign[person] = month
        return sign


def _first(flags: Flags) -> Ints:
    return np.where(flags.any(axis=1), flags.argmax(axis=1), NEVER).astype(np.int64)


@dataclass(frozen=True, slots=True)
class View:
    """What a plan sees at the look of one month. Shape: one value a person.

    ``age_days`` is that of the last report; ``own`` and ``seen`` are figures of own facts and of
    that report; ``tier`` the place in TIERS; ``late_now`` those newly behind at the own bank,
    ``second_now`` those who newly miss a second due there.
    """

    month: int
    open: Flags
    exposure_minor: Ints
    age_days: Ints
    tier: Ints
    own: Mapping[str, Ints]
    seen: Mapping[str, Ints]
    seen_level: Ints
    late_now: Flags
    second_now: Flags


Plan = Callable[[View], Flags]
"""Whom to ask about this month."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a plan asked and had in hand.

    Shape: ``asked`` is (people, months); ``orange`` is (people, 1 + months): after the look of a
    month the last report in hand shows orange or worse; its place 0 is before the first month.
    """

    asked: Flags
    orange: Flags


def run_plan(book: Book, plan: Plan) -> Run:
    """Return what a plan asks of a book and sees."""
    level = level_of(book.figures, REPORT_MARKS)
    rows, last = np.arange(book.people), book.since.copy()
    asked = np.zeros((book.people, book.months), dtype=np.bool_)
    orange = np.zeros((book.people, 1 + book.months), dtype=np.bool_)
    orange[:, 0] = level[rows, last + book.lead] >= ORANGE
    for month in range(book.months):
        wanted = plan(view_of(book, month, last, level)) & (book.exposure_minor[:, month] > 0)
        wanted &= asked[:, max(month - 11, 0) : month].sum(axis=1) < YEAR_CAP
        asked[:, month] = wanted
        last = np.where(wanted, month, last)
        orange[:, month + 1] = level[rows, last + book.lead] >= ORANGE
    return Run(asked, orange)


def view_of(book: Book, month: int, last: Ints, level: Ints) -> View:
    """Return what is seen in a month by who last asked in the months ``last``."""
    rows, at = np.arange(book.people), last + book.lead
    own = own_facts(book, month)
    seen = {name: values[rows, at] for name, values in book.figures.items()}
    watch = np.maximum(level[rows, at], level_of(own, OWN_MARKS))
    before = book.behind[:, month - 2] if month > 1 else np.zeros_like(last)
    return View(
        month=month,
        open=book.exposure_minor[:, month] > 0,
        exposure_minor=book.exposure_minor[:, month],
        age_days=(month - last) * MONTH_DAYS,
        tier=tier_of(watch, own["months_on_book"]),
        own=own,
        seen=seen,
        seen_level=level[rows, at],
        late_now=(own["dpd_max"] > 0) & (before == NONE),
        second_now=(own["dpd_max"] > MONTH_DAYS) & (before == 1),
    )


def own_facts(book: Book, month: int) -> dict[str, Ints]:
    """Return the own facts at the look of a month: as at the end of the month before."""
    past = book.behind[:, max(month - 6, 0) : month]
    now = book.behind[:, month - 1] if month else np.zeros(book.people, dtype=np.int64)
    return {
        "dpd_max": days_past_due(now),
        "late_times_6m_max": (past > 0).sum(axis=1).astype(np.int64),
        "months_on_book": month - book.since,
    }


def calendar(months: int) -> Plan:
    """Return the plan that asks about everybody every so many months, spread over the months."""

    def plan(view: View) -> Flags:
        turn: Flags = (np.arange(len(view.open)) + view.month) % months == 0
        return turn

    return plan


def tier_table(table: Mapping[str, int | None]) -> Plan:
    """Return the plan that asks by tier every so many months (None: on a trigger only).

    A person newly late at the own bank is asked about at once, as a trigger does.
    """
    every = np.array([table[tier] or NEVER for tier in TIERS], dtype=np.int64)

    def plan(view: View) -> Flags:
        due: Flags = (view.age_days >= every[view.tier] * MONTH_DAYS) | view.late_now
        return due

    return plan


Value = Callable[[View], Ints]
"""What asking about each person is worth, in minor units."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan by worth may spend: looks a month, least worth, whether the worst tier waits.

    ``red_waits``: people of the worst tier are asked about on a trigger only; ``second``: a second
    due missed at the own bank is a trigger too.
    """

    budget: int = NO_BUDGET
    least_minor: int = 0
    red_waits: bool = False
    second: bool = False


def by_value(value: Value, limits: Limits) -> Plan:
    """Return the plan that asks about those worth most, ties by number.

    People newly late at the own bank come first, as a trigger does, within the same budget.
    """
    worst, budget = len(TIERS) - 1, limits.budget

    def plan(view: View) -> Flags:
        worth = value(view)
        now = view.late_now | view.second_now if limits.second else view.late_now
        due = (worth >= limits.least_minor) & ((view.tier < worst) | (not limits.red_waits))
        wanted = view.open & (due | now)
        order = np.lexsort((np.arange(len(worth)), -worth, ~now, ~wanted))
        chosen = np.zeros(len(worth), dtype=np.bool_)
        chosen[order[:budget]] = True
        return chosen & wanted

    return plan
