"""What each simulated loan was agreed to be: amount, rate, term, method, days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from daihou.examples.bank.amounts import Terms, balance_after
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Ints
from daihou.examples.bank.people import BUSINESS, CARD, LINE, LOAN, MORTGAGE

_THOUSANDS: Final = {
    LOAN: (3, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 120, 200),
    LINE: (2, 3, 5, 8, 10, 12, 15, 20, 30, 50, 80, 100, 150, 200, 300),
    MORTGAGE: (280, 360, 450, 550, 650, 800, 950, 1_100, 1_400, 1_800, 2_500, 3_600),
    BUSINESS: (50, 80, 100, 150, 200, 300, 500, 800, 1_000, 1_500, 2_500, 5_000),
}
_TERMS: Final = {
    LOAN: (6, 12, 12, 18, 24, 24, 36, 36),
    LINE: (3, 6, 12, 12, 24),
    MORTGAGE: (120, 180, 240, 300, 360, 360),
    BUSINESS: (6, 12, 12, 24, 36),
}
_METHODS: Final = {
    LOAN: (0.76, 0.14, 0.10),
    LINE: (0.60, 0.10, 0.30),
    MORTGAGE: (0.80, 0.20, 0.0),
    BUSINESS: (0.30, 0.20, 0.50),
}
_RATES: Final = {LOAN: (480, 1_320), LINE: (600, 1_200), MORTGAGE: (290, 200), BUSINESS: (330, 470)}
"""Least rate and spread, basis points."""
_SETTLED_MONTHS = 4
"""Loans whose term ended up to that many months ago are still in the book, as settled."""
_MORTGAGE_AGE = 120
WIDTH = 36
"""Dues of a loan that are handed over at most (a mortgage has more)."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """The loans of a chunk. Shape: one value a loan. Units: minor units, basis points, days.

    ``first`` is the month of the first due handed over; ``terms`` hold what is owed then and the
    dues left. ``taken_on`` is NO_DAY when the whole history is handed over.
    """

    account: Ints
    product: Ints
    amount: Ints
    opened_on: Ints
    matures_on: Ints
    taken_on: Ints
    day: Ints
    first: Ints
    terms: Terms


def _by_product(draws: Draws, name: str, product: Ints, lists: dict[int, tuple[int, ...]]) -> Ints:
    drawn = draws.share(name, len(product))
    out = np.zeros(len(product), dtype=np.int64)
    for kind, values in lists.items():
        chosen = np.asarray(values, dtype=np.int64)[(drawn * len(values)).astype(np.int64)]
        out = np.where(product == kind, chosen, out)
    return out


def agreements_of(draws: Draws, product: Ints, calendar: Calendar) -> Agreements:
    """Return the agreements of every account of a chunk that is not a card."""
    count = len(product)
    term = _by_product(draws, "term", product, _TERMS)
    age_most = np.where(product == MORTGAGE, _MORTGAGE_AGE, term + _SETTLED_MONTHS)
    opened = calendar.months - 1 - draws.below("age", age_most + 1, count)
    open_day = 1 + draws.below("open day", 31, count)
    other_day = 1 + draws.below("other due day", 28, count)
    day = np.where(draws.happens("due on open day", 0.6, count), open_day, other_day)
    amount = _by_product(draws, "amount", product, _THOUSANDS) * 100_000
    rate = np.zeros(count, dtype=np.int64)
    method = np.zeros(count, dtype=np.int64)
    for kind, (least, spread) in _RATES.items():
        rate = np.where(product == kind, least + draws.below(f"rate {kind}", spread, count), rate)
        method = np.where(
            product == kind, draws.pick(f"method {kind}", _METHODS[kind], count), method
        )
    return _agreed(calendar, (product, opened, open_day, day), Terms(amount, rate, term, method))


def _agreed(calendar: Calendar, when: tuple[Ints, ...], whole: Terms) -> Agreements:
    loans = np.flatnonzero(when[0] != CARD)
    product, opened, open_day, day = (values[loans] for values in when)
    terms = Terms(
        whole.balance[loans], whole.rate_bp[loans], whole.dues[loans], whole.method[loans]
    )
    passed = np.minimum(np.maximum(-(opened + 1), 0), terms.dues - 1)
    first = np.maximum(opened + 1, 0)
    owed = balance_after(terms, passed)
    return Agreements(
        loans, product, terms.balance, np.minimum(calendar.on(opened, open_day), calendar.as_of),
        calendar.on(opened + terms.dues, day),
        np.where(passed > 0, calendar.start(first), NO_DAY), day, first,
        Terms(owed, terms.rate_bp, terms.dues - passed, terms.method),
    )  # fmt: skip


def level_agreements(draws: Draws, count: int, calendar: Calendar) -> Agreements:
    """Return consumer loans that each have one due in every month of the window and more to come.

    This is the shape that the speed of a night is measured on.
    """
    product = np.full(count, LOAN)
    last_day = int(calendar.as_of - calendar.start(np.asarray([calendar.months - 1]))[0]) + 1
    day = 1 + draws.below("due day", min(28, last_day), count)
    older = draws.below("age", 13, count) * draws.happens("older", 0.5, count)
    more = draws.choose("months to come", (1, 3, 6, 12, 24), count)
    terms = Terms(
        _by_product(draws, "amount", product, _THOUSANDS) * 100_000,
        _RATES[LOAN][0] + draws.below("rate", _RATES[LOAN][1], count),
        older + calendar.months + more,
        draws.pick("method", _METHODS[LOAN], count),
    )
    return _agreed(calendar, (product, -1 - older, day, day), terms)
