"""What the published auto-loan reports do not say and the book needs: due days and schedules.

The reports give, for every loan and month, the money paid and the balance; for the first month
also the scheduled payment, the amount due next and the days late. They give no schedule and no
days inside a month. Everything that is derived or chosen here is said in ``docs/books.md``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

CHOSEN_DUE_DAY: Final = 15
"""The middle of the month: real due days spread over all of it, and are not published."""

DEFERRAL_STARTS: Final = (date(2020, 3, 31), date(2020, 6, 30))
"""First and last month end at which a deferral may begin: the lender's offer of spring 2020."""
DEFERRAL_MONTHS_MAX: Final = 4
"""The offer was for up to 120 days."""
DEFERRAL_DPD_MAX: Final = 30
"""Borrowers further behind the month before are taken as late, not as deferred."""


@dataclass(frozen=True, slots=True)
class Month:
    """One published month of one loan, amounts in minor units; ``balance_minor`` at its end."""

    month_end: date
    balance_minor: int
    principal_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class FirstReport:
    """What the first report of a loan publishes, amounts in minor units."""

    period_end: date
    first_due_month: date
    matures_month: date
    amount_minor: int
    rate_ppm: int
    term: int
    scheduled_minor: int
    next_due_minor: int
    days_late: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment of the derived schedule."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    agreed_on: date | None = None
    cancelled_on: date | None = None

    @property
    def total_minor(self) -> int:
        """Return what is asked for."""
        return self.principal_minor + self.interest_minor


@dataclass(frozen=True, slots=True)
class Deferral:
    """One month's payment moved to the end of the schedule."""

    changed_on: date
    first_due_on: date


@dataclass(frozen=True, slots=True)
class Ending:
    """How a loan leaves the book: ``repaid``, ``charged_off`` or ``left_book``, and when."""

    kind: str
    on: date


def month_end_of(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def day_in_month(month: date, day: int, later: int = 0) -> date:
    """Return ``day`` in the month that is ``later`` months after ``month``, or its last day."""
    index = month.year * 12 + month.month - 1 + later
    year, month_no = index // 12, index % 12 + 1
    return date(year, month_no, min(day, calendar.monthrange(year, month_no)[1]))


def due_day_of(report: FirstReport) -> int:
    """Return the day of the month on which instalments fall due.

    Published for a loan that was late at its first report (its period end less the days late);
    chosen for the others.
    """
    if report.days_late > 0:
        return (report.period_end - timedelta(days=report.days_late)).day
    return CHOSEN_DUE_DAY


def dues_so_far(report: FirstReport) -> int:
    """Return how many instalments fell due up to the end of the first report."""
    months = (report.period_end.year - report.first_due_month.year) * 12
    return max(0, months + report.period_end.month - report.first_due_month.month + 1)


def _interest(balance_minor: int, rate_ppm: int) -> int:
    return (balance_minor * rate_ppm + 6_000_000) // 12_000_000


def dues_paid_ahead(report: FirstReport) -> int:
    """Return how many instalments after the first report were already paid.

    Only where the report says that nothing is due next: at least that one; more by the whole
    instalments by which the balance is below the contractual one, because the lender moves the
    due day when more than one instalment is paid.
    """
    if report.next_due_minor > 0:
        return 0
    contractual = report.amount_minor
    for _ in range(dues_so_far(report)):
        contractual += _interest(contractual, report.rate_ppm) - report.scheduled_minor
    return max(1, (contractual - report.balance_minor) // report.scheduled_minor)


def _oldest_open_on(report: FirstReport) -> date:
    return report.period_end - timedelta(days=report.days_late)


def _open_arrears(report: FirstReport) -> list[int]:
    """Return the amounts of the dues that were late at the first report, oldest first.

    What is due next beyond one scheduled payment is overdue. It lies on the due days since the
    published day: whole payments on the later ones, the rest, with small old remainders, on the
    first.
    """
    overdue, day = report.next_due_minor - report.scheduled_minor, due_day_of(report)
    days_passed = sum(
        day_in_month(_oldest_open_on(report), day, later) < report.period_end
        for later in range(report.days_late // 28 + 1)
    )
    count = min(days_passed, -(-overdue // report.scheduled_minor))
    return [overdue - (count - 1) * report.scheduled_minor] + [report.scheduled_minor] * (count - 1)


def _amounts(report: FirstReport) -> Iterator[tuple[int, date, int]]:
    """Yield (number, due day, amount asked) without end: open arrears first, then each month."""
    day, so_far, scheduled = due_day_of(report), dues_so_far(report), report.scheduled_minor
    ahead = dues_paid_ahead(report)
    first_next = report.next_due_minor if report.next_due_minor > 0 else scheduled
    if report.days_late > 0:
        arrears = _open_arrears(report)
        for place, amount in enumerate(arrears):
            number = so_far - len(arrears) + 1 + place
            yield number, day_in_month(_oldest_open_on(report), day, place), amount
        first_next = scheduled
    later = 1 + ahead
    yield so_far + later, day_in_month(report.period_end, day, later), first_next
    while True:
        later += 1
        yield so_far + later, day_in_month(report.period_end, day, later), scheduled


def schedule_of(report: FirstReport) -> tuple[Due, ...]:
    """Return the instalments that are open after the first report, oldest first.

    Principal and interest split the scheduled payment by monthly interest on the balance of the
    first report. The last instalment (by term, or when the principal is used up) asks for the rest.
    """
    dues: list[Due] = []
    balance = report.balance_minor
    if balance <= 0:
        return ()
    for number, due_on, amount in _amounts(report):
        interest = min(amount, _interest(balance, report.rate_ppm))
        principal = min(balance, amount - interest)
        if number >= report.term and due_on > report.period_end:
            principal = balance
        dues.append(Due(max(number, 0), due_on, principal, interest))
        balance -= principal
        if balance == 0:
            return tuple(dues)
    raise AssertionError("the sequence of amounts has no end")


def oldest_unpaid(dues: Sequence[Due], paid_minor: int, on: date) -> int | None:
    """Return the place of the oldest uncancelled due up to ``on`` that ``paid_minor`` leaves open.

    Shape: ``dues`` in order of due day.
    """
    asked = 0
    for place, due in enumerate(dues):
        if due.due_on > on:
            return None
        if due.cancelled_on is not None:
            continue
        asked += due.total_minor
        if asked > paid_minor:
            return place
    return None


def defer(
    dues: Sequence[Due], months: Sequence[Month], due_day: int
) -> tuple[tuple[Due, ...], list[Deferral]]:
    """Return the schedule after the deferrals of 2020, and one row for each deferred month.

    A month is deferred at its end, from what is known then: nothing was paid in it, an instalment
    is open, and at the end of the month before no more than 30 days were past due (or that month
    was deferred too). The oldest open instalment goes to the end: all due days move by a month.
    """
    out, moves = list(dues), list[Deferral]()
    paid, running, dpd_before = 0, False, 0
    for month in months:
        paid += month.paid_minor
        end = month.month_end
        place = oldest_unpaid(out, paid, end)
        may_start = DEFERRAL_STARTS[0] <= end <= DEFERRAL_STARTS[1]
        asked = running or (may_start and dpd_before <= DEFERRAL_DPD_MAX)
        open_and_unpaid = place is not None and month.paid_minor == 0 and month.balance_minor > 0
        running = asked and open_and_unpaid and len(moves) < DEFERRAL_MONTHS_MAX
        if running and place is not None:
            late, last = out[place], out[-1]
            out[place] = replace(late, cancelled_on=end)
            moved_on = day_in_month(last.due_on, due_day, 1)
            out.append(replace(late, number=last.number + 1, due_on=moved_on, agreed_on=end))
            moves.append(Deferral(end, next(due.due_on for due in out if due.due_on > end)))
            place = oldest_unpaid(out, paid, end)
        dpd_before = 0 if place is None else (end - out[place].due_on).days
    return tuple(out), moves


def ending_of(months: Sequence[Month]) -> Ending:
    """Return how the published history of a loan ends.

    A balance that falls to zero by more than the principal paid was charged off. A loan whose
    reports stop with a balance leaves the book on the next day: nothing is known of it any more.
    """
    last_owed = max((i for i, m in enumerate(months) if m.balance_minor > 0), default=-1)
    if last_owed == len(months) - 1:
        return Ending("left_book", months[-1].month_end + timedelta(days=1))
    closing = months[last_owed + 1]
    if last_owed < 0:
        return Ending("repaid", closing.month_end)
    unexplained = months[last_owed].balance_minor - closing.principal_minor
    return Ending("charged_off" if unexplained > 1 else "repaid", closing.month_end)
