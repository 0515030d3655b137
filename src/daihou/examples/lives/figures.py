"""What credit reports of one hidden life would count, month by month: a short way for experiments.

A look falls on day 20 of its month. Accounts stand as at the end of the month before, as lenders
report them; applications count up to the day. Names and meanings are those of the fact
``bureau_report``; only amounts are in whole yuan here.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from daihou.examples.bank.draws import Ints
from daihou.examples.lives.lenders import NON_BANK
from daihou.examples.lives.model import HiddenAccount, Life

LOOK_DAY: Final = 20
FIGURES: Final = (
    "loan_inquiries_1m", "hard_60d", "hard_3m", "hard_6m", "non_bank_opened_3m", "cards_opened_3m",
    "card_limit", "card_used", "cards_over_90", "loan_lenders", "debt", "overdue_worst",
    "overdue_accounts_3m", "months_overdue_24m", "longest_overdue_24m", "worst_24m",
    "cards_stopped", "bad_debts", "guaranteed_overdue", "enforcement_24m", "judgments",
)  # fmt: skip
"""Columns of ``figures_of``, in order."""
_AT: Final = {name: place for place, name in enumerate(FIGURES)}
_HARD: Final = frozenset({"02", "03", "08", "26"})
_TWO_YEARS: Final = 24
_WHOLE: Final = _TWO_YEARS - 1
"""Months of arrears that lie wholly in a window of 24 months back from a look."""
SIXTY: Final = 60
NEVER: Final = 10_000


def figures_of(life: Life, first: int, months: int) -> Ints:
    """Return the figures at the looks of so many months from month ``first`` on.

    Shape: (FIGURES, months). Units: whole yuan, counts, digits.
    """
    out = np.zeros((len(FIGURES), months), dtype=np.int64)
    _applications(out, life, first)
    lenders: dict[str, Ints] = {}
    for account in life.accounts:
        start = account.opened_on.year * 12 + account.opened_on.month - first
        _balances(out, account, start, lenders)
        if any(account.behind):
            _arrears(out, account, start)
    out[_AT["loan_lenders"]] = sum(lenders.values(), np.zeros(months, dtype=np.int64))
    for surety in life.sureties:
        if surety.behind_from is not None:
            end = surety.to_on.year * 12 + surety.to_on.month - first
            _add(out, "guaranteed_overdue", surety.behind_from + 1 - first, end)
    for record in life.court:
        at = _seen_from(record.on.year * 12 + record.on.month - 1 - first, record.on.day)
        if record.kind == "enforcement":
            _add(out, "enforcement_24m", at, at + _TWO_YEARS)
        else:
            _add(out, "judgments", at, months)
    return out


def _seen_from(month: int, day: int) -> int:
    return month + (day > LOOK_DAY)


def _add(out: Ints, name: str, start: int, end: int) -> None:
    if end > 0:
        out[_AT[name], max(start, 0) : end] += 1


def _applications(out: Ints, life: Life, first: int) -> None:
    counted: dict[tuple[str, str, int], int] = {}
    for look in life.applications:
        month = look.on.year * 12 + look.on.month - 1 - first
        if look.reason not in _HARD or month < -7:
            continue
        at = _seen_from(month, look.on.day)
        _add(out, "hard_60d", at, at + _lasts(look.on, at + first))
        _add(out, "hard_6m", at, at + 6)
        if look.reason == "02":
            _add(out, "loan_inquiries_1m", at, at + 1)
        once = (look.lender, look.reason, month)
        _add(out, "hard_3m", max(at, counted.get(once, at)), at + 3)
        counted[once] = at + 3


def _lasts(on: date, seen: int) -> int:
    """Return at how many looks from month ``seen`` on a day is at most 60 days ago."""
    looks = 1
    while (date((seen + looks) // 12, (seen + looks) % 12 + 1, LOOK_DAY) - on).days < SIXTY:
        looks += 1
    return looks


def _balances(out: Ints, account: HiddenAccount, start: int, lenders: dict[str, Ints]) -> None:
    """Add limits and balances; ``start`` is the first look that can see the account."""
    months = out.shape[1]
    fresh = start + 2 + (account.opened_on.day > LOOK_DAY)
    if account.kind == "R2":
        _add(out, "cards_opened_3m", start, fresh)
    elif account.lender_type in NON_BANK:
        _add(out, "non_bank_opened_3m", start, fresh)
    lasts = len(account.owed) - (account.closed_on is not None)
    begin, end = max(start, 0), min(start + lasts, months)
    if end <= begin:
        return
    owed = np.array(account.owed[begin - start : end - start], dtype=np.int64)
    out[_AT["debt"], begin:end] += owed
    if account.kind == "R2":
        out[_AT["card_limit"], begin:end] += account.limit
        out[_AT["card_used"], begin:end] += owed
        out[_AT["cards_over_90"], begin:end] += owed * 10 >= account.limit * 9
    else:
        runs = lenders.setdefault(account.lender, np.zeros(months, dtype=np.int64))
        runs[begin:end] |= owed > 0


def _arrears(out: Ints, account: HiddenAccount, start: int) -> None:
    months = out.shape[1]
    digits = np.zeros(_TWO_YEARS + months, dtype=np.int64)
    told = np.array(account.behind, dtype=np.int64)
    first = start - (account.opened_on.year * 12 + account.opened_on.month)
    bad = NEVER if account.bad_from is None else account.bad_from + 1 + first
    told[max(bad - start, 0) :] = 0
    if bad < months:
        _add(out, "bad_debts", bad, months)
    low, high = max(start, -_TWO_YEARS), min(start + len(told), months)
    if high <= low:
        return
    digits[low + _TWO_YEARS : high + _TWO_YEARS] = told[low - start : high - start]
    if not digits.any():
        return
    late = (digits > 0).astype(np.int64)
    window = np.lib.stride_tricks.sliding_window_view(digits, _WHOLE)[2:]
    past = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(late)])
    at = np.arange(months) + _TWO_YEARS + 1
    now = digits[_TWO_YEARS:]
    for name, values in (("overdue_worst", now), ("worst_24m", window.max(axis=1)),
                         ("longest_overdue_24m", _longest(late)[_TWO_YEARS:])):  # fmt: skip
        np.maximum(out[_AT[name]], values, out=out[_AT[name]])
    out[_AT["months_overdue_24m"]] += past[at] - past[at - _WHOLE]
    out[_AT["overdue_accounts_3m"]] += past[at] > past[at - 2]
    if account.stopped_from is not None:
        stopped = max(account.stopped_from + 1 + first, 0)
        owes = min(start + len(told) - (account.closed_on is not None), months, bad)
        if owes > stopped:
            out[_AT["cards_stopped"], stopped:owes] += 1


def _longest(late: Ints) -> Ints:
    """Return at each month the longest run of late months in the 23 that end there."""
    runs, run = np.zeros(len(late), dtype=np.int64), 0
    for place, value in enumerate(late):
        run = run + 1 if value else 0
        runs[place] = run
    view = np.lib.stride_tricks.sliding_window_view(runs, _WHOLE)
    longest: Ints = np.concatenate(
        [
            np.zeros(_WHOLE - 1, dtype=np.int64),
            np.minimum(view, np.arange(1, _WHOLE + 1)).max(axis=1),
        ]
    )
    return longest
