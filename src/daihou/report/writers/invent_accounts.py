"""Invented credit accounts whose parts agree: state, months, amounts, ages and events."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from daihou.report.model import (
    Account,
    Annotation,
    LargeInstalment,
    MonthState,
    SpecialEvent,
    SpecialTransaction,
)
from daihou.report.values import Month
from daihou.report.words import OVER, OVERDUE_SYMBOLS, STATES, AccountState, AccountType, Section
from daihou.report.writers.names import (
    ANNOTATIONS,
    BUSINESS,
    CURRENCIES,
    INSTITUTION_TYPES,
    INSTITUTIONS,
    LENDER_OF,
    SPECIAL_TRANSACTIONS,
)

LOANS: Final = frozenset({AccountType.NON_REVOLVING, AccountType.REVOLVING, AccountType.DRAWDOWN})
CARDS: Final = frozenset({AccountType.CARD, AccountType.QUASI_CARD})
SECTIONS: Final = {
    AccountType.COLLECTION: Section.RECOVERIES,
    AccountType.NON_REVOLVING: Section.NON_REVOLVING,
    AccountType.DRAWDOWN: Section.REVOLVING_DRAWDOWNS,
    AccountType.REVOLVING: Section.REVOLVING,
    AccountType.CARD: Section.CARDS,
    AccountType.QUASI_CARD: Section.QUASI_CARDS,
}
_LOAN_CODES: Final = tuple(sorted(BUSINESS.keys() - {"71", "81", "82", "A1", "B1"})) + ("91",) * 3
_METHODS: Final = tuple(
    str(code) for code in (*range(11, 16), 19, 21, 22, 23, 29, 31, 32, 33, 39, 90)
)
_FREQUENCIES: Final = ("03",) * 6 + tuple(f"{code:02d}" for code in (*range(1, 9), 12, 13, 14, 99))
_LINE_CODES: Final = ("91", "91", "41", "21", "51", "99")
_CODES: Final = {
    AccountType.COLLECTION: ("A1", "B1"),
    AccountType.NON_REVOLVING: _LOAN_CODES,
    AccountType.REVOLVING: _LINE_CODES,
    AccountType.DRAWDOWN: _LINE_CODES,
    AccountType.CARD: ("81", "81", "81", "82"),
    AccountType.QUASI_CARD: ("71",),
}
_LATE_STATES: Final = frozenset(
    {AccountState.OVERDUE, AccountState.COLLATERAL_SHORT, AccountState.JUDICIAL_RECOVERY}
)
_CLASS_BY_SYMBOL: Final = {"1": "2", "2": "2", "3": "3", "4": "4", "5": "4", "6": "5", "7": "5"}


class Life(NamedTuple):
    """What an invented person's accounts have in common. ``stress`` is from 0 (calm) to 1."""

    rng: Random
    report_on: date
    end: Month
    stress: float

    def chance(self, share: float) -> bool:
        """Return True in so many of all cases."""
        return self.rng.random() < share

    def day(self, month: Month) -> date:
        """Return some day of a month."""
        return date(month.year, month.month, self.rng.randint(1, monthrange(*month)[1]))

    def lender(self, code: str) -> tuple[str, str]:
        """Return type and name of an institution that makes this kind of business."""
        kind = self.rng.choice(LENDER_OF.get(code, ("11",)))
        return INSTITUTION_TYPES[kind], self.rng.choice(INSTITUTIONS[kind])

    def annotations(self, share: float, about: str = "") -> tuple[Annotation, ...]:
        """Return notes and statements, in so many of all cases."""
        if not self.chance(share):
            return ()
        codes = self.rng.sample(sorted(ANNOTATIONS), self.rng.randint(1, 2))
        on = self.report_on - timedelta(days=self.rng.randint(1, 700))
        return tuple(Annotation(code, ANNOTATIONS[code], on, about) for code in codes)


def last_day(month: Month) -> date:
    """Return the last day of a month."""
    return date(month.year, month.month, monthrange(*month)[1])


def invent_account(life: Life, kind: AccountType, no: int) -> Account:
    """Return one account of a type, with what the lender's report shows of such an account."""
    rng = life.rng
    code = rng.choice(_CODES[kind])
    lender_type, lender = life.lender(code)
    age = rng.randint(0, 24) if life.chance(0.3) else rng.randint(0, 170)
    opened_month = life.end.back(age)
    head: dict[str, Any] = {
        "section": SECTIONS[kind],
        "type": BUSINESS[code],
        "institution": lender,
        "institution_type": lender_type,
        "account_type": kind,
        "business_code": code,
        "account_no": f"{no:05d}",
        "opened_on": life.day(opened_month),
        "annotations": life.annotations(0.05),
    }
    if kind is AccountType.COLLECTION:
        return _recovery(life, head)
    foreign = kind in CARDS and life.chance(0.15)
    head |= {
        "account_mark": f"M{rng.randrange(10**10):010d}" if life.chance(0.5) else None,
        "currency": rng.choice(CURRENCIES) if foreign else "CNY",
        "guarantee_code": rng.choice("12345679"),
    }
    state_code = _state(life, kind)
    head |= _terms(life, head, STATES[kind][state_code] in _LATE_STATES)
    return _run(life, head, state_code)


def _recovery(life: Life, head: dict[str, Any]) -> Account:
    """Return debt under recovery (被追偿): no month, no history, only what is left."""
    rng = life.rng
    ended = life.chance(0.4)
    amount = rng.randint(5, 900) * 100
    closed = _between(life, head["opened_on"])
    return Account(
        **head,
        amount=amount,
        transfer_state_code=rng.choice("012345679"),
        state=AccountState.ENDED if ended else AccountState.IN_COLLECTION,
        state_code="2" if ended else "1",
        closed_on=closed if ended else None,
        balance=0 if ended else rng.randint(1, amount),
        last_paid_on=closed if ended or life.chance(0.5) else None,
        as_of=closed if ended else last_day(life.end),
    )


def _between(life: Life, opened_on: date) -> date:
    """Return a day after the opening and not after the end of the last reported month."""
    return opened_on + timedelta(days=life.rng.randint(0, (last_day(life.end) - opened_on).days))


def _terms(life: Life, head: dict[str, Any], late: bool) -> dict[str, Any]:
    """Return limit, amount and conditions; only what is late runs past its last day."""
    rng, kind, opened_on = life.rng, head["account_type"], head["opened_on"]
    if kind in CARDS:
        limit = rng.randint(1, 1000) * 100 if life.chance(0.9) else 0
        shared = limit * rng.randint(1, 3) if life.chance(0.6) else None
        return {"limit": limit, "shared_limit": shared}
    age = life.end.number - Month.of(opened_on).number
    spans = (3, 6, 12, 24, 36, 60, 120, 240, 360)
    terms = rng.choice(spans if late else [span for span in spans if span > age])
    due_month = Month.of(opened_on).back(-terms)
    amount = rng.randint(5, 12000) * 100 if life.chance(0.9) else rng.randint(1, 99999)
    out: dict[str, Any] = {
        "due_on": date(due_month.year, due_month.month, min(opened_on.day, 28)),
        "repayment_method_code": rng.choice(_METHODS),
        "repayment_frequency_code": rng.choice(_FREQUENCIES),
        "joint_code": rng.choice("00012"),
    }
    if kind is AccountType.REVOLVING:
        return out | {"limit": amount, "agreement_no": f"X{rng.randrange(10**8):08d}"}
    out |= {"amount": amount, "terms": terms}
    if kind is AccountType.NON_REVOLVING:
        return out | {"disbursement_code": rng.choice("1115")}
    return out | {"agreement_no": f"X{rng.randrange(10**8):08d}"}


def _state(life: Life, kind: AccountType) -> str:
    """Return the code of a state, calm people mostly in the quiet ones."""
    rng = life.rng
    draw = rng.random()
    over = {"4"} if kind in CARDS else {"3"}
    if draw < 0.55:
        return "1"
    if draw < 0.80:
        return over.pop()
    if kind in CARDS and draw < 0.88:
        return "6"
    if draw > 1 - 0.25 * life.stress:
        return rng.choice(sorted(STATES[kind]))
    return "1"


def _run(life: Life, head: dict[str, Any], state_code: str) -> Account:
    """Return the account as it stands: its course up to the last month and what follows."""
    kind, opened = head["account_type"], head["opened_on"]
    state = STATES[kind][state_code]
    ended = state in OVER or state is AccountState.BAD_DEBT
    closed_on = _between(life, opened) if ended else None
    gone = closed_on is not None and state is not AccountState.BAD_DEBT
    stop = Month.of(closed_on) if closed_on and gone else life.end
    course = _course(life, head, state, stop)
    fields = head | {"state": state, "state_code": state_code, "closed_on": closed_on}
    fields |= _balance(life, head, state)
    instalment = max(1, fields["balance"] // max(1, head.get("terms") or 20))
    late = [
        MonthState(m.month, m.symbol, int(m.symbol) * instalment)
        for m in course
        if m.symbol in OVERDUE_SYMBOLS
    ]
    fields |= {
        "as_of": closed_on if gone else last_day(life.end),
        "latest_symbol": course[0].symbol,
        "transferred_in": stop if state is AccountState.TRANSFERRED else None,
    }
    if late:
        least = 3 if kind is AccountType.QUASI_CARD else 1
        fields |= {
            "overdue_months": tuple(late),
            "overdue_from": stop.back(59),
            "overdue_to": stop,
            "months_overdue_5y": sum(int(m.symbol) >= least for m in late),
            "months_overdue_90_5y": sum(int(m.symbol) >= 4 for m in late),
        }
    recent = not gone or life.end.number - stop.number < 24
    if recent and state is not AccountState.NOT_ACTIVATED:
        fields |= _history(course, stop)
    if not ended and state is not AccountState.NOT_ACTIVATED:
        fields |= _month(life, fields, instalment)
    elif fields["balance"] == 0 and gone:
        fields |= {"last_paid_on": closed_on}
    return Account(**(fields | _events(life, fields)))


def _course(
    life: Life, head: dict[str, Any], state: AccountState, stop: Month
) -> Sequence[MonthState]:
    """Return the symbols of up to 60 months, newest first, that lead to the state."""
    rng, kind = life.rng, head["account_type"]
    length = min(60, stop.number - Month.of(head["opened_on"]).number + 1)
    slip = rng.choice((0.0, 0.0, 0.01, 0.08)) * (0.3 + 2 * life.stress)
    level, symbols = 0, []
    for _ in range(length):
        if level:
            level = 0 if life.chance(0.6) else min(7, level + 1)
        elif life.chance(slip):
            level = 1
        symbols.append(str(level) if level else _quiet(life, kind))
    if state is AccountState.NORMAL and symbols[-1] in OVERDUE_SYMBOLS and kind in LOANS:
        symbols[-1] = "N"
    if state in _LATE_STATES or (state in _FROZEN and life.chance(0.5)):
        depth = min(length, rng.randint(1, 9))
        symbols[-depth:] = [str(min(7, i + 1)) for i in range(depth)]
    elif state is AccountState.BAD_DEBT:
        depth = min(length, rng.randint(1, 30))
        symbols[-depth:] = ["B"] * depth
    elif state in OVER:
        end = "C" if state in {AccountState.SETTLED, AccountState.CLOSED} else "G"
        symbols[-1] = rng.choice("DZ") if kind in LOANS and life.chance(0.1) else end
    return [MonthState(stop.back(i), s) for i, s in enumerate(reversed(symbols))]


_FROZEN: Final = frozenset(
    {AccountState.FROZEN, AccountState.STOPPED, AccountState.STOPPED_BY_BANK}
)


def _quiet(life: Life, kind: AccountType) -> str:
    """Return the symbol of a month without arrears."""
    draw = life.rng.random()
    if draw < 0.02:
        return "#"
    if draw < 0.04 and kind is AccountType.CARD:
        return "A"
    if draw < 0.06 and kind in LOANS:
        return "M"
    return "*" if draw < 0.2 else "N"


def _balance(life: Life, head: dict[str, Any], state: AccountState) -> dict[str, Any]:
    """Return what is owed; now and then more than the limit, as interest makes it."""
    if state in OVER or state is AccountState.NOT_ACTIVATED:
        return {"balance": 0}
    top = head.get("amount") or head.get("limit") or 0
    if life.chance(0.03):
        return {"balance": int(top * 1.1) + 1}
    if head["account_type"] is AccountType.DRAWDOWN or life.chance(0.8):
        return {"balance": life.rng.randint(0, top)}
    return {"balance": 0}


def _history(course: Sequence[MonthState], stop: Month) -> dict[str, Any]:
    """Return the 24 months of the history, with ``/`` where there was no account yet."""
    shown = list(course[:24])
    shown += [MonthState(stop.back(i), "/") for i in range(len(shown), 24)]
    return {"history": tuple(shown), "history_from": stop.back(23), "history_to": stop}


def _month(life: Life, fields: dict[str, Any], instalment: int) -> dict[str, Any]:
    """Return the latest month (最近一次月度表现) of an account that runs."""
    rng, kind, balance = life.rng, fields["account_type"], fields["balance"]
    symbol = fields["latest_symbol"]
    level = int(symbol) if symbol in OVERDUE_SYMBOLS else 0
    due = 0 if symbol == "*" else instalment
    paid = 0 if level else due
    out: dict[str, Any] = {
        "month": life.end,
        "settlement_on": life.day(life.end),
        "paid_this_month": paid,
        "last_paid_on": life.day(life.end.back(level)) if paid or level else None,
        "last_paid": paid or (instalment if level else None),
    }
    if kind is AccountType.QUASI_CARD:
        mean = rng.randint(0, balance)
        return out | {
            "overdraft_over_180": balance if level == 7 else 0,
            "used_average_6m": mean,
            "used_max": max(mean, balance),
        }
    out |= {
        "due_this_month": due,
        "terms_overdue": level,
        "overdue_amount": level * instalment,
        "overdue_now": level > 0,
    }
    if kind is AccountType.CARD:
        mean = rng.randint(0, balance)
        plans = _large_instalments(life, fields)
        unbilled = sum(plan.used or 0 for plan in plans)
        return out | {
            "used": balance,
            "unbilled_instalments": unbilled,
            "used_average_6m": mean,
            "used_max": max(mean, balance),
            "large_instalments": plans,
        }
    part = instalment * 9 // 10
    left = max(0, fields.get("terms", 0) - (life.end.number - Month.of(fields["opened_on"]).number))
    return out | {
        "class_code": rng.choice(("9", "1"))
        if not level and life.chance(0.05)
        else _CLASS_BY_SYMBOL.get(symbol, "1"),
        "terms_left": left if "terms" in fields else None,
        "overdue_31_60": part if level >= 2 else 0,
        "overdue_61_90": part if level >= 3 else 0,
        "overdue_91_180": part * min(3, level - 3) if level >= 4 else 0,
        "overdue_over_180": part if level == 7 else 0,
    }


def _large_instalments(life: Life, fields: dict[str, Any]) -> tuple[LargeInstalment, ...]:
    """Return large instalment plans of a card."""
    if fields["business_code"] != "82" and not life.chance(0.15):
        return ()
    plans = []
    for _ in range(life.rng.randint(1, 2)):
        limit = life.rng.randint(10, 900) * 100
        start = _between(life, fields["opened_on"])
        used = life.rng.randint(0, limit)
        plans.append(LargeInstalment(limit, start, start + timedelta(days=1095), used))
    return tuple(plans)


def _events(life: Life, fields: dict[str, Any]) -> dict[str, Any]:
    """Return special transactions and events, rarer than in stressed lives."""
    rng, out = life.rng, dict[str, Any]()
    if life.chance(0.05 + 0.15 * life.stress):
        on = _between(life, fields["opened_on"])
        codes = rng.sample(sorted(SPECIAL_TRANSACTIONS), rng.randint(1, 2))
        out["special_transactions"] = tuple(
            SpecialTransaction(
                code,
                on,
                rng.randint(1, 24) if code in {"1", "16"} else 0,
                rng.randint(0, 500) * 100,
                SPECIAL_TRANSACTIONS[code] + "（样例）",
            )
            for code in codes
        )
    if fields["account_type"] is AccountType.CARD and life.chance(0.08):
        month = Month.of(_between(life, fields["opened_on"]))
        out["special_events"] = (SpecialEvent(rng.choice(("11", "12")), month),)
    return out
