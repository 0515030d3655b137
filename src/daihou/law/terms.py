"""How long an account must pay well before it may leave a worse class, in plain Python.

The status string shows 24 month ends. What lies before them cannot be seen, so an observation that
ended longer ago, with lateness since, may read as still running: the safe side.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from daihou.law.facts import Facts
from daihou.law.model import NPL_RANK, RANK

_CLEAN, _NPL, _OVER_30 = frozenset("N*"), frozenset("4567"), frozenset("234567")


def add_months(day: date, months: int) -> date:
    """Return the same day some months on; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def held_back(facts: Facts, months: int, periods: int) -> bool:
    """Tell whether an account was non-performing and has not yet paid normally for long enough."""
    if not _was_npl(facts) or cured_on(facts, months, periods) is not None:
        return False
    return not _cured_before(facts, months, periods)


def cured_on(facts: Facts, months: int, periods: int) -> date | None:
    """Return the day on which the months of normal payment ended, if they and the periods have.

    Only for an account that was non-performing and owes nothing overdue; else None.
    """
    state = facts.state
    since = state["current_since_on"]
    if not _was_npl(facts) or state["dpd"] != 0 or since is None:
        return None
    ends = add_months(since, months)
    done = facts.as_of >= ends and (state["periods_since_current"] or 0) >= periods
    return ends if done else None


def _was_npl(facts: Facts) -> bool:
    state = facts.state
    if state["npl_last_on"] is not None:
        return True
    return state["dpd_basis"] == "reported" and bool(_NPL & set(state["status_24m"] or ""))


def _cured_before(facts: Facts, months: int, periods: int) -> bool:
    """Tell whether the month ends show an upgrade that lateness since does not undo."""
    seen = facts.state["status_24m"] or ""
    if facts.state["npl_last_on"] is not None:
        seen = _last(seen, _months_between(facts.state["npl_last_on"], facts.as_of) + 1)
    last_npl = max((n for n, symbol in enumerate(seen) if symbol in _NPL), default=-1)
    after = seen[last_npl + 1 :]
    return _longest_clean(after) > months and after.count("N") >= periods


def restructured_rows(facts: Facts) -> list[dict[str, Any]]:
    """Return the changes that make a restructured asset, oldest first, one a day.

    Relief deferrals, and changes without financial difficulty, do not count. Rows of one day are
    one change: the last first repayment day, the worst class before.
    """
    by_day: dict[date, list[Mapping[str, Any]]] = {}
    for row in facts.restructurings:
        if row["for_difficulty"] and row["kind"] != "relief_deferral":
            by_day.setdefault(row["changed_on"], []).append(row)
    changes = []
    for day, rows in sorted(by_day.items()):
        known = [RANK[row["class_before"]] for row in rows if row["class_before"] is not None]
        changes.append(
            {
                "changed_on": day,
                "first_due_on": max(row["first_due_on"] for row in rows),
                "rank_before": max(known, default=None),
            }
        )
    return changes


def in_observation(facts: Facts, months: int, periods: int) -> bool:
    """Tell whether a restructured asset is still observed.

    The period begins on the first repayment day after the change, or anew on the day on which
    later arrears were repaid; it ends after the months and the full periods, all paid.
    """
    changes = restructured_rows(facts)
    if not changes:
        return False
    first = changes[-1]["first_due_on"]
    state = facts.state
    since = state["current_since_on"]
    start = since if since is not None and since > first else first
    passed = (
        sum(1 for day in facts.due_days if first < day <= facts.as_of)
        if start == first
        else state["periods_since_current"] or 0
    )
    if state["dpd"] == 0 and facts.as_of >= add_months(start, months) and passed >= periods:
        return False
    seen = _last(state["status_24m"] or "", _months_between(first, facts.as_of))
    return not (_longest_clean(seen) > months and seen.count("N") >= periods)


def npl_before(facts: Facts) -> bool:
    """Tell whether the account was non-performing just before its last change.

    Where the lender names no class: more than 90 days past due on the day before it, or later.
    """
    change = restructured_rows(facts)[-1]
    if change["rank_before"] is not None:
        return bool(change["rank_before"] >= NPL_RANK)
    last: date | None = facts.state["npl_last_on"]
    return last is not None and last >= change["changed_on"] - timedelta(days=1)


def restructured_again(facts: Facts, months: int) -> bool:
    """Tell whether the last change fell into the observation of the one before it."""
    changes = restructured_rows(facts)
    if len(changes) < 2:
        return False
    before, last = changes[-2:]
    return bool(last["changed_on"] < add_months(before["first_due_on"], months))


def defaulted(facts: Facts) -> bool:
    """Tell whether a past month end in observation shows more than 30 days past due.

    Fewer days at a month end cannot be told from a technical delay.
    """
    first = restructured_rows(facts)[-1]["first_due_on"]
    past = (facts.state["status_24m"] or "")[:-1]
    return bool(_OVER_30 & set(_last(past, _months_between(first, facts.as_of))))


def _months_between(first: date, last: date) -> int:
    return max(0, (last.year - first.year) * 12 + last.month - first.month)


def _last(text: str, count: int) -> str:
    return text[len(text) - min(count, len(text)) :]


def _longest_clean(symbols: str) -> int:
    best = run = 0
    for symbol in symbols:
        run = run + 1 if symbol in _CLEAN else 0
        best = max(best, run)
    return best
