"""Make the hidden life of one simulated person: the same for the same seed and person, always."""

from __future__ import annotations

from datetime import date
from typing import Final

from daihou.examples.lives.asking import (
    APPETITE,
    CARD,
    GRANTED,
    SHOPPERS,
    SURETY,
    applications,
    mortgage,
    opened,
)
from daihou.examples.lives.borrowing import Running
from daihou.examples.lives.dice import Dice, running
from daihou.examples.lives.lenders import BANKS, Lender
from daihou.examples.lives.model import (
    Application,
    CourtRecord,
    HiddenAccount,
    Life,
    OwnCourse,
    Surety,
)
from daihou.examples.lives.stress import State, states_of

ROUTINE: Final = "01"
LOOKS_AFTER: Final = 0.09
"""Chance a month that one open lender looks after the loan (01)."""
MOST_OPEN: Final = 14
_FIRST_CARDS: Final = running(0.22, 0.30, 0.24, 0.14, 0.10)
COURT_AFTER, COURT_CHANCE = 3, 0.025
"""Months of collapse after which creditors go to court, and its chance a month."""
CALM_COURT_MONTHS: Final = 6_000
"""One month in so many brings a record that has nothing to do with stress."""


def life_of(seed: int, own: OwnCourse, until: date) -> Life:
    """Return the life of a person at other lenders until a day, simulated.

    The same seed and course give the same life in whatever order lives are made; a life until an
    earlier day is the same life, cut. Arrears of the last month are those at its end.
    """
    traits = Dice(seed, own.customer, "traits")
    first = own.since.year * 12 + own.since.month - 1 - _history(traits)
    last = until.year * 12 + until.month - 1
    states = states_of(seed, own, first, last)
    accounts, looks = _business(Dice(seed, own.customer, "business"), own, states, first)
    return Life(
        customer=own.customer,
        accounts=tuple(
            _told(account, until)
            for account in accounts
            if date(account.month // 12, account.month % 12 + 1, account.day) <= until
        ),
        applications=tuple(sorted((a for a in looks if a.on <= until), key=_order)),
        sureties=_sureties(Dice(seed, own.customer, "sureties"), own, until),
        court=_court(Dice(seed, own.customer, "court"), states, first, until),
    )


def _order(look: Application) -> tuple[date, str, str]:
    return look.on, look.lender, look.reason


def _history(dice: Dice) -> int:
    """Return the months of credit history before the first business with the bank."""
    return 3 + dice.below(9) if dice.happens(0.15) else 12 + dice.below(37)


def _business(
    dice: Dice, own: OwnCourse, states: list[State], first: int
) -> tuple[list[Running], list[Application]]:
    appetite = APPETITE[dice.pick(SHOPPERS)]
    everything = [
        opened(dice, first, BANKS[dice.below(len(BANKS))], CARD, own.income)
        for _ in range(dice.pick(_FIRST_CARDS))
    ]
    if dice.happens(0.22):
        everything.append(mortgage(dice, first, own.income))
    live, looks = list(everything), []
    for month, state in enumerate(states, first):
        asked = applications(dice, state, appetite)
        if asked:
            told, fresh = _answered(dice, (month, state), asked, own.income, len(live))
            looks += told
            everything += fresh
            live += fresh
        live = [account for account in live if account.step(dice, month, state)]
        if live and dice.roll() < LOOKS_AFTER * min(len(live), 8):
            lender = live[dice.below(len(live))].lender
            looks.append(Application(_day(month, 1 + dice.below(28)), lender.alias, lender.kind,
                                     ROUTINE))  # fmt: skip
    return everything, looks


def _answered(
    dice: Dice,
    now: tuple[int, State],
    asked: list[tuple[Lender, str]],
    income: int,
    open_accounts: int,
) -> tuple[list[Application], list[Running]]:
    """Return the looks that applications leave and the accounts that come of them."""
    month, state = now
    looks: list[Application] = []
    fresh: list[Running] = []
    for lender, reason in asked:
        granted = dice.roll() < GRANTED[state] and open_accounts + len(fresh) < MOST_OPEN
        day = 1 + dice.below(28)
        if granted and reason != SURETY:
            account = opened(dice, month, lender, reason, income)
            day = max(account.day - 1 - day % 3, 1)
            fresh.append(account)
        looks.append(Application(_day(month, day), lender.alias, lender.kind, reason))
    return looks, fresh


def _told(account: Running, until: date) -> HiddenAccount:
    closed = _day(*account.closed) if account.closed else None
    return HiddenAccount(
        lender=account.lender.alias,
        lender_type=account.lender.kind,
        kind=account.kind,
        opened_on=_day(account.month, account.day),
        limit=account.limit,
        terms=account.terms,
        owed=tuple(account.owed),
        behind=tuple(account.behind),
        closed_on=closed if closed is not None and closed <= until else None,
        stopped_from=account.stopped_from,
        bad_from=account.bad_from,
    )


def _sureties(dice: Dice, own: OwnCourse, until: date) -> tuple[Surety, ...]:
    if not dice.happens(0.04):
        return ()
    start = own.since.year * 12 + own.since.month - 1 - dice.below(36)
    terms, lender = 12 * (1 + dice.below(4)), BANKS[dice.below(len(BANKS))]
    day, amount = 1 + dice.below(28), 10_000 * (1 + dice.below(40))
    behind = start + 3 + dice.below(terms) if dice.happens(0.07) else None
    surety = Surety(lender.alias, lender.kind, _day(start, day), _day(start + terms, day), amount,
                    behind)  # fmt: skip
    return (surety,) if surety.from_on <= until else ()


def _court(dice: Dice, states: list[State], first: int, until: date) -> tuple[CourtRecord, ...]:
    """Return records that come of collapse, and a rare one that comes of something else."""
    stray, deep = first + dice.below(CALM_COURT_MONTHS), 0
    records: list[CourtRecord] = []
    for month, state in enumerate(states, first):
        deep = deep + 1 if state is State.COLLAPSE else 0
        if month == stray or (deep > COURT_AFTER and dice.roll() < COURT_CHANCE):
            records.append(_record(dice, month))
    return tuple(record for record in records if record.on <= until)


def _record(dice: Dice, month: int) -> CourtRecord:
    kind = "enforcement" if dice.happens(0.55) else "civil_judgment"
    return CourtRecord(kind, _day(month, 1 + dice.below(28)), 1_000 * (5 + dice.below(200)))


def _day(month: int, day: int) -> date:
    return date(month // 12, month % 12 + 1, day)
