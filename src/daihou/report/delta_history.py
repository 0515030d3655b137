"""How the months of an account's past are told in two reports: new arrears, repair, and age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from daihou.report.delta_model import Change, Event, NotCompared, Reason, Tone
from daihou.report.facts_adverse import UNKNOWN_SYMBOLS, is_overdue, symbols_by_month
from daihou.report.facts_model import Evidence
from daihou.report.model import Account
from daihou.report.values import Month
from daihou.report.words import OVERDUE_SYMBOLS

Row = tuple[Evidence, Account]
Days = tuple[date | None, date | None]

REPAIR_FIRST: Final = Month(2020, 1)
REPAIR_LAST: Final = Month(2025, 12)
REPAIR_MOST: Final = 10_000
REPAIR_FROM: Final = date(2026, 1, 1)
REPAIR_DONE: Final = date(2026, 4, 30)
"""The one-time repair: months overdue of 2020 to 2025, at most 10,000 yuan each, repaid by
2026-03-31, are told as normal from 2026-01-01, the last ones by the end of April 2026.

Source: PBOC notice of 2025-12-22 (grade B, copy of its text).
"""


def history_changes(old_row: Row, new_row: Row, days: Days) -> Iterator[Change | NotCompared]:
    """Yield months newly overdue, and months of the past that are told differently now."""
    (old_at, old), (new_at, new) = old_row, new_row
    before, after = told_digits(old), told_digits(new)
    last_told = max(before, default=Month.of(days[0]) if days[0] else None)
    untold = False
    for month in sorted({*before, *after}):
        was, now = before.get(month), after.get(month)
        if was == now or not (was or now):
            continue
        if now is None:
            untold |= not _is_aged(month, days[1])
        elif was is None and (last_told is None or month <= last_told):
            untold = True
        elif was is None:
            yield Change("accounts", Event.NEW, str(month), None, now, old_at, new_at, Tone.WORSE)
        elif now > was:
            yield Change(
                "accounts", Event.WORSENED, str(month), was, now, old_at, new_at, Tone.WORSE
            )
        else:
            amount = _amounts(old).get(month)
            fits = now == 0 and _is_repaired(month, amount) and _may_be_repair(new, days)
            yield Change(
                "accounts", Event.CLEARED, str(month), was, now, old_at, new_at,
                explained_by=Reason.ONE_TIME_REPAIR if fits else None,
                sure=not fits or amount is not None,
            )  # fmt: skip
    if untold:
        why = "only one report tells months that were overdue"
        yield NotCompared("accounts", "history", why, old_at, new_at)
    yield from _count_changes(old_row, new_row, days)


def told_digits(account: Account) -> dict[Month, int]:
    """Return how late every month was that the report tells, 0 for not overdue."""
    told = {
        month: int(symbol) if symbol in OVERDUE_SYMBOLS else 0
        for month, symbol in symbols_by_month(account).items()
        if symbol not in UNKNOWN_SYMBOLS
    }
    unknown = {one.month for one in account.history if one.symbol in UNKNOWN_SYMBOLS}
    if account.overdue_from is not None and account.overdue_to is not None:
        # this history lists the months overdue and no others
        for back in range(account.overdue_to.number - account.overdue_from.number + 1):
            month = account.overdue_to.back(back)
            if month not in unknown:
                told.setdefault(month, 0)
    return told


def _amounts(account: Account) -> dict[Month, int]:
    both = (*account.history, *account.overdue_months)
    return {one.month: one.overdue for one in both if one.overdue is not None}


def _is_aged(month: Month, newer: date | None) -> bool:
    """Tell whether a month lies before the five years that the newer report tells."""
    return newer is not None and month.number <= Month.of(newer).number - 60


def _is_repaired(month: Month, amount: int | None) -> bool:
    return REPAIR_FIRST <= month <= REPAIR_LAST and (amount is None or amount <= REPAIR_MOST)


def _may_be_repair(new: Account, days: Days) -> bool:
    """Tell whether the repair fell between the reports and the debt is paid in the newer one."""
    older, newer = days
    if older is None or newer is None or older > REPAIR_DONE or newer < REPAIR_FROM:
        return False
    return is_overdue(new) is False


def _count_changes(old_row: Row, new_row: Row, days: Days) -> Iterator[Change | NotCompared]:
    """Yield changes of the months counted by the short version, which names no months.

    Fewer months have two known causes: the repair, and age, by which one month a month can go.
    """
    (old_at, old), (new_at, new) = old_row, new_row
    elapsed = Month.of(days[1]).number - Month.of(days[0]).number if days[0] and days[1] else 0
    for name in ("months_overdue_5y", "months_overdue_90_5y"):
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if before is None or after is None:
            side = "newer" if before is None else "older"
            yield NotCompared("accounts", name, f"only the {side} report tells it", old_at, new_at)
        elif after > before:
            yield Change(
                "accounts", Event.WORSENED, name, before, after, old_at, new_at, Tone.WORSE
            )
        else:
            aged = Reason.FIVE_YEARS if before - after <= elapsed else None
            why = Reason.ONE_TIME_REPAIR if _may_be_repair(new, days) else aged
            yield Change(
                "accounts", Event.CLEARED, name, before, after, old_at, new_at,
                explained_by=why, sure=why is None,
            )  # fmt: skip
