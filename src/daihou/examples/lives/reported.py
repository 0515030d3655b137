"""One account of a hidden life as its lender had reported it by a month's end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from daihou.examples.lives.model import HiddenAccount
from daihou.report.model import Account, MonthState
from daihou.report.values import Month
from daihou.report.words import OVERDUE_SYMBOLS, STATES, AccountType
from daihou.report.writers.invent_accounts import SECTIONS, last_day
from daihou.report.writers.names import BUSINESS, HOUSING, INSTITUTION_TYPES

HISTORY, FIVE_YEARS = 24, 60
_LONG: Final = 120
"""Terms from which a bank's loan is for a home."""
_CLASS: Final = {"1": "2", "2": "2", "3": "3", "4": "4", "5": "4", "6": "5", "7": "5"}


@dataclass(frozen=True, slots=True)
class Told:
    """A hidden account and the number that it has in every report of its owner."""

    account: HiddenAccount
    number: str
    owner: int


def account_as_of(told: Told, end: Month) -> Account | None:
    """Return an account as reported by the end of a month, None when it was not opened by then."""
    hidden = told.account
    opened = Month.of(hidden.opened_on)
    if opened > end:
        return None
    closed_on = hidden.closed_on if hidden.closed_on and Month.of(hidden.closed_on) <= end else None
    stop = Month.of(closed_on) if closed_on else end
    kind = AccountType(hidden.kind)
    bad = hidden.bad_from is not None and hidden.bad_from <= stop.number and closed_on is None
    state_code = _state_code(hidden, kind, stop, (closed_on is not None, bad))
    course = _course(hidden, stop, closed=closed_on is not None)
    fields = _head(told, kind) | {
        "state": STATES[kind][state_code],
        "state_code": state_code,
        "closed_on": closed_on,
        "as_of": closed_on or last_day(end),
        "latest_symbol": course[0].symbol,
        "balance": 0 if closed_on else _at(hidden.owed, stop.number - opened.number),
    }
    if not closed_on or end.number - stop.number < HISTORY:
        fields |= _history(course, stop)
    fields |= _late_months(hidden, course, stop)
    if closed_on:
        fields["last_paid_on"] = closed_on
    elif not bad:
        fields |= _month(hidden, fields, end)
    return Account(**fields)


def _at(values: tuple[int, ...], place: int) -> int:
    """Return the value of a month since opening; after the last known month it stays."""
    return values[min(place, len(values) - 1)] if values and place >= 0 else 0


def _state_code(
    hidden: HiddenAccount, kind: AccountType, stop: Month, ended: tuple[bool, bool]
) -> str:
    """Return the code of the state; ``ended`` tells whether it is closed, and whether bad debt."""
    closed, bad = ended
    card = kind is AccountType.CARD
    if closed:
        return "4" if card else "3"
    if bad:
        return "5" if card else "4"
    if hidden.stopped_from is not None and hidden.stopped_from <= stop.number:
        if card:
            return "3"
        if kind is AccountType.REVOLVING:
            return "5"
    late = _at(hidden.behind, stop.number - Month.of(hidden.opened_on).number)
    return "2" if late and not card else "1"


def _head(told: Told, kind: AccountType) -> dict[str, Any]:
    """Return what an account is, which never changes."""
    hidden = told.account
    code = _business(hidden, kind)
    lender_type = INSTITUTION_TYPES.get(hidden.lender_type, hidden.lender_type)
    out: dict[str, Any] = {
        "section": SECTIONS[kind],
        "type": BUSINESS[code],
        "institution": hidden.lender,
        "institution_type": lender_type,
        "account_type": kind,
        "business_code": code,
        "account_no": told.number,
        "account_mark": f"M{told.owner % 10**10:010d}{told.number}",
        "opened_on": hidden.opened_on,
        "currency": "CNY",
        "guarantee_code": "2" if code in HOUSING else "4",
    }
    if kind is AccountType.CARD:
        return out | {"limit": hidden.limit}
    terms = hidden.terms or 12
    due_month = Month.of(hidden.opened_on).back(-terms)
    out |= {
        "due_on": date(due_month.year, due_month.month, min(hidden.opened_on.day, 28)),
        "repayment_method_code": "11",
        "repayment_frequency_code": "03",
        "joint_code": "0",
    }
    if kind is AccountType.REVOLVING:
        return out | {"limit": hidden.limit, "agreement_no": f"X{told.number}"}
    return out | {"amount": hidden.limit, "terms": terms, "disbursement_code": "1"}


def _business(hidden: HiddenAccount, kind: AccountType) -> str:
    if kind is AccountType.CARD:
        return "81"
    if kind is AccountType.NON_REVOLVING and hidden.terms >= _LONG:
        return "11"
    return "21" if hidden.lender_type == "23" else "91"


def _course(hidden: HiddenAccount, stop: Month, *, closed: bool) -> list[MonthState]:
    """Return the symbols of up to five years, newest first."""
    opened = Month.of(hidden.opened_on).number
    length = min(FIVE_YEARS, stop.number - opened + 1)
    out = []
    for back in range(length):
        number = stop.number - back
        symbol = "C" if closed and back == 0 else _symbol(hidden, number - opened)
        out.append(MonthState(stop.back(back), symbol))
    return out


def _symbol(hidden: HiddenAccount, place: int) -> str:
    """Return the symbol of a month since opening."""
    month = Month.of(hidden.opened_on).number + place
    if hidden.bad_from is not None and month >= hidden.bad_from:
        return "B"
    late = _at(hidden.behind, place)
    if late:
        return str(min(late, 7))
    return "*" if place == 0 or _at(hidden.owed, place - 1) == 0 else "N"


def _history(course: list[MonthState], stop: Month) -> dict[str, Any]:
    shown = course[:HISTORY]
    shown += [MonthState(stop.back(back), "/") for back in range(len(shown), HISTORY)]
    first = stop.back(HISTORY - 1)
    return {"history": tuple(shown), "history_from": first, "history_to": stop}


def _late_months(hidden: HiddenAccount, course: list[MonthState], stop: Month) -> dict[str, Any]:
    """Return the months overdue of five years with their amounts."""
    opened = Month.of(hidden.opened_on).number
    late = [
        replace(one, overdue=_overdue(hidden, one.month.number - opened))
        for one in course
        if one.symbol in OVERDUE_SYMBOLS
    ]
    if not late:
        return {}
    return {
        "overdue_months": tuple(late),
        "overdue_from": stop.back(FIVE_YEARS - 1),
        "overdue_to": stop,
        "months_overdue_5y": len(late),
        "months_overdue_90_5y": sum(int(one.symbol) >= 4 for one in late),
    }


def _due(hidden: HiddenAccount, place: int) -> int:
    """Return what one month asks for. Units: whole yuan.

    A card asks for a tenth of what was owed; a loan for its part and 0.8 % interest a month.
    """
    before = _at(hidden.owed, place - 1) if place else 0
    if before == 0:
        return 0
    if hidden.kind == AccountType.CARD:
        return max(1, before // 10)
    parts = hidden.terms or 12
    return max(1, min(before, hidden.limit // parts) + before * 8 // 1000)


def _overdue(hidden: HiddenAccount, place: int) -> int:
    """Return the amount overdue: the dues of the last months that were not paid."""
    late = min(_at(hidden.behind, place), 7)
    total = sum(_due(hidden, place - back) for back in range(late) if place >= back)
    return max(total, late)


def _month(hidden: HiddenAccount, fields: dict[str, Any], end: Month) -> dict[str, Any]:
    """Return the latest month of an account that runs."""
    place = end.number - Month.of(hidden.opened_on).number
    late, due = min(_at(hidden.behind, place), 7), _due(hidden, place)
    paid = 0 if late else _paid(hidden, place, due)
    paid_on = _paid_on(hidden, end.back(late)) if paid or late else None
    out: dict[str, Any] = {
        "month": end,
        "settlement_on": date(end.year, end.month, min(hidden.opened_on.day, 28)),
        "due_this_month": due,
        "paid_this_month": paid,
        "last_paid_on": paid_on,
        "last_paid": (paid or due or None) if paid_on else None,
        "terms_overdue": late,
        "overdue_amount": _overdue(hidden, place) if late else 0,
        "overdue_now": late > 0,
    }
    if hidden.kind == AccountType.CARD:
        six = [_at(hidden.owed, place - back) for back in range(min(6, place + 1))]
        return out | {
            "used": fields["balance"],
            "unbilled_instalments": 0,
            "used_average_6m": sum(six) // len(six),
            "used_max": max(_at(hidden.owed, at) for at in range(place + 1)),
        }
    parts = [_due(hidden, place - back) if back < late else 0 for back in range(7)]
    return out | {
        "class_code": _CLASS.get(fields["latest_symbol"], "1"),
        "terms_left": max(0, hidden.terms - place) if hidden.kind == "D1" else None,
        "overdue_31_60": parts[1],
        "overdue_61_90": parts[2],
        "overdue_91_180": sum(parts[3:6]),
        "overdue_over_180": parts[6],
    }


def _paid(hidden: HiddenAccount, place: int, due: int) -> int:
    """Return what was paid: of a card used by 70 % and not paid down, the minimum (grade M)."""
    before, now = _at(hidden.owed, place - 1) if place else 0, _at(hidden.owed, place)
    caught_up = _overdue(hidden, place - 1) if place and _at(hidden.behind, place - 1) else 0
    if hidden.kind != AccountType.CARD:
        return due + caught_up
    carried = before * 10 >= hidden.limit * 7 and now * 10 >= before * 9
    return max(due, caught_up) if carried else before


def _paid_on(hidden: HiddenAccount, month: Month) -> date | None:
    """Return the day of the last payment, None when nothing was paid since the opening."""
    if month < Month.of(hidden.opened_on):
        return None
    day = date(month.year, month.month, min(hidden.opened_on.day, 28))
    return day if day >= hidden.opened_on else None
