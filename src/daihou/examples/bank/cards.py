"""Cards of a simulated bank: spending, statements, minimum payments and what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from daihou.examples.bank.calibration import load_calibration
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.paths import NEVER, WORST, next_bucket
from daihou.examples.bank.people import CARD

_LIMITS_YUAN: Final = (3_000, 5_000, 8_000, 10_000, 15_000, 20_000, 30_000, 40_000, 50_000, 80_000,
                       120_000, 200_000)  # fmt: skip
UNUSED, PAYS_ALL, REVOLVES, MAXED, CASHES_OUT = range(5)
_KINDS: Final = (0.14, 0.46, 0.29, 0.08, 0.03)
_SPENT_BP: Final = (0, 900, 1_400, 4_000, 3_500)
"""Spending of a month, about, as a share of the limit, by kind."""
_REPAID_BP: Final = (10_000, 10_000, 2_500, 1_500, 3_000)
DUE_DAYS = 20
MONTH_INTEREST_BP = 150
"""0.05 % a day on what is carried."""
LEAST_MINIMUM = 5_000


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of a chunk, lived through.

    Shape: one value a card; statements are (cards, months). Units: minor units, days. A month
    with ``issued`` false has no statement.
    """

    account: Ints
    kind: Ints
    limit: Ints
    opened_on: Ints
    statement_day: Ints
    closed_on: Ints
    written_off_on: Ints
    issued: Flags
    statement_on: Ints
    balance: Ints
    minimum: Ints
    purchases: Ints
    cash: Ints
    paid: Ints
    paid_on: Ints
    unpaid: Ints


@dataclass
class _State:
    """What is carried from month to month; only inside ``cards_of``."""

    carried: Ints
    arrears: Ints
    behind: Ints
    written: Ints


def cards_of(draws: Draws, product: Ints, calendar: Calendar) -> Cards:
    """Return the cards among the accounts of a chunk."""
    whole, months = len(product), calendar.months
    account = np.flatnonzero(product == CARD)
    count = len(account)
    kind = draws.pick("card kind", _KINDS, whole)[account]
    limit = draws.choose("card limit", _LIMITS_YUAN, whole)[account] * 100
    opened = months - 1 - draws.below("card age", 72, whole)[account]
    opened_on = calendar.on(opened, 1 + draws.below("card open day", 28, whole)[account])
    opened_on = np.minimum(opened_on, calendar.as_of)
    statement_day = 1 + draws.below("statement day", 8, whole)[account]
    mover = draws.happens("card mover", load_calibration().card.share, whole)[account]
    mover &= kind != UNUSED
    none = np.zeros(count, dtype=np.int64)
    state = _State(none, none, none, none + NEVER)
    out = {name: np.zeros((count, months), dtype=np.int64) for name in (
        "balance", "minimum", "purchases", "cash", "paid", "unpaid", "issued")}  # fmt: skip
    for month in range(months):
        runs = (opened < month) & (state.written > month)
        bought, drawn_cash = _spent(draws, (kind, limit), state, runs, month)
        _statement(out, state, (bought, drawn_cash), runs, month)
        _paid(draws, out, state, (kind, mover & runs), month)
    return _lived(draws, calendar, (account, kind, limit, opened_on, statement_day), out, state)


def _spent(
    draws: Draws, card: tuple[Ints, Ints], state: _State, runs: Flags, month: int
) -> tuple[Ints, Ints]:
    """Return purchases and cash of the period before a statement."""
    kind, limit = card
    count = len(kind)
    least = limit * np.asarray(_SPENT_BP)[kind] // 10_000
    spent = least // 2 + draws.below(f"spent {month}", least + 1, count)
    over = draws.happens(f"over the line {month}", 0.04, count) & (kind == MAXED)
    ceiling = np.where(over, limit * 130 // 100, limit * 97 // 100)
    spent = np.minimum(spent, np.maximum(ceiling - state.carried, 0))
    spent = np.where(runs & (state.behind < 2), spent, 0)
    takes = draws.happens(f"takes cash {month}", 0.03, count) | (kind == CASHES_OUT)
    share = np.where(kind == CASHES_OUT, 6_000, 3_000)
    cash = np.where(takes, spent * share // 10_000 // 10_000 * 10_000, 0)
    bought = np.where(kind == CASHES_OUT, (spent - cash) // 50_000 * 50_000, spent - cash)
    return bought, cash


def _statement(
    out: dict[str, Ints], state: _State, spent: tuple[Ints, Ints], runs: Flags, month: int
) -> None:
    interest = state.carried * MONTH_INTEREST_BP // 10_000
    balance = np.where(runs, state.carried + interest + spent[0] + spent[1], state.carried)
    fresh = np.maximum(balance - state.arrears, 0)
    minimum = np.minimum(np.maximum(fresh // 10, LEAST_MINIMUM), fresh)
    out["issued"][:, month] = runs & ((balance > 0) | (state.behind > 0))
    out["balance"][:, month] = balance
    out["minimum"][:, month] = np.where(runs, minimum, 0)
    out["purchases"][:, month], out["cash"][:, month] = spent


def _paid(
    draws: Draws, out: dict[str, Ints], state: _State, card: tuple[Ints, Flags], month: int
) -> None:
    """Let each card pay: all minimums but those that its path leaves unpaid, or more."""
    kind, moves = card
    count = len(kind)
    bucket = np.minimum(state.behind, WORST)
    after = next_bucket(load_calibration().card, bucket, draws.share(f"card roll {month}", count))
    rolls = (after > bucket) | (after == WORST)
    behind = np.where(rolls, state.behind + 1, np.minimum(after, state.behind + 1))
    behind = np.where(moves & (out["balance"][:, month] > 0), behind, 0)
    asked = np.cumsum(out["minimum"][:, : month + 1], axis=1)
    place = month - behind
    settled = np.where(
        place >= 0, np.take_along_axis(asked, np.maximum(place, 0)[:, None], axis=1)[:, 0], 0
    )
    before = asked[:, -1] - out["minimum"][:, month] - state.arrears
    least = np.maximum(settled - before, 0)
    more = out["balance"][:, month] * np.asarray(_REPAID_BP)[kind] // 10_000
    paid = np.where(behind == 0, np.maximum(least, more), least)
    paid = np.where(state.written > month, np.minimum(paid, out["balance"][:, month]), 0)
    state.arrears = np.maximum(state.arrears + out["minimum"][:, month] - least, 0)
    state.carried = out["balance"][:, month] - paid
    state.behind = behind
    out["paid"][:, month], out["unpaid"][:, month] = paid, behind
    leaves = draws.happens(f"card write-off {month}", 0.25, count)
    gone = (behind > WORST) & leaves & (state.written == NEVER)
    state.written = np.where(gone, month, state.written)


def _lived(
    draws: Draws, calendar: Calendar, card: tuple[Ints, ...], out: dict[str, Ints], state: _State
) -> Cards:
    account, kind, limit, opened_on, statement_day = card
    shape = out["paid"].shape
    months = np.broadcast_to(np.arange(calendar.months)[None, :], shape)
    statement_on = calendar.on(months, np.broadcast_to(statement_day[:, None], shape))
    due_on, end = statement_on + DUE_DAYS, calendar.end(months)
    drawn = draws.share("card pay day", *shape)
    before = np.concatenate([np.zeros((shape[0], 1), dtype=np.int64), out["unpaid"][:, :-1]], 1)
    agreed = (out["unpaid"] == 0) & (before == 0)
    late = agreed & (drawn < 0.02)
    early = due_on - np.floor(drawn * 6).astype(np.int64) * (kind != PAYS_ALL)[:, None]
    anyway = statement_on + np.floor(drawn * (end - statement_on + 1)).astype(np.int64)
    paid_on = np.where(agreed, early, anyway)
    paid_on = np.where(late, np.minimum(due_on + 2, end), paid_on)
    gone = state.written < NEVER
    written = np.where(gone, calendar.end(np.where(gone, state.written, 0)), NO_DAY)
    closes = (kind == UNUSED) & draws.happens("card closed", 0.10, len(kind))
    closed = calendar.as_of - draws.below("card closed day", 200, len(kind))
    closed = np.where(closes & (closed > opened_on), closed, NO_DAY)
    return Cards(
        account, kind, limit, opened_on, statement_day, closed, written,
        out["issued"].astype(np.bool_), statement_on, out["balance"], out["minimum"],
        out["purchases"], out["cash"], out["paid"], paid_on, out["unpaid"],
    )  # fmt: skip
