"""How borrowers of the simulated bank get better and worse: months unpaid, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daihou.examples.bank.calibration import Movers
from daihou.examples.bank.draws import Draws, Flags, Floats, Ints

NEVER = 10_000
"""A month number that never comes."""
WORST = 7


@dataclass(frozen=True, slots=True)
class Chances:
    """Monthly chances of the turns that end or change a path, each an array over accounts."""

    prepay: Floats
    restructure: Floats
    relief: Floats
    write_off: Floats


@dataclass(frozen=True, slots=True)
class Start:
    """Where each path begins and who never pays or never moves.

    Shape: one value an account. Units: ``first`` is the month number of the first due,
    ``dues`` how many dues there are.
    """

    first: Ints
    dues: Ints
    mover: Flags
    never_pays: Flags


@dataclass(frozen=True, slots=True)
class Paths:
    """Dues left unpaid at each month end, and the month of each turn (NEVER when it never came).

    Shape: ``unpaid`` is (accounts, months), int64; after a new schedule it counts the new dues.
    """

    unpaid: Ints
    prepaid: Ints
    changed: Ints
    relieved: Flags
    written_off: Ints


def next_bucket(movers: Movers, bucket: Ints, drawn: Floats) -> Ints:
    """Return the buckets a month later, for numbers drawn in [0, 1)."""
    after: Ints = (drawn[:, None] >= movers.borders[bucket]).sum(axis=1)
    return np.minimum(after, WORST)


def bucket_paths(movers: Movers, draws: Draws, name: str, accounts: int, months: int) -> Ints:
    """Return plain paths without turns, all from M0.

    Shape: (accounts, months), bucket numbers 0 to 7.
    """
    moves = draws.happens(f"{name} mover", movers.share, accounts)
    drawn = draws.share(f"{name} rolls", months, accounts)
    bucket = np.zeros(accounts, dtype=np.int64)
    out = np.zeros((accounts, months), dtype=np.int64)
    for month in range(months):
        bucket = np.where(moves, next_bucket(movers, bucket, drawn[month]), 0)
        out[:, month] = bucket
    return out


def loan_paths(
    movers: Movers, draws: Draws, start: Start, months: int, chances: Chances | None
) -> Paths:
    """Return the paths of loans; ``chances`` None means that no turn ever comes."""
    count = len(start.first)
    drawn = draws.share("loan rolls", months, count)
    turns = draws.share("loan turns", months, count) if chances else None
    unpaid = np.zeros((count, months), dtype=np.int64)
    now, first = np.zeros(count, dtype=np.int64), start.first.copy()
    prepaid, changed, written = (np.full(count, NEVER, dtype=np.int64) for _ in range(3))
    relieved = np.zeros(count, dtype=np.bool_)
    for month in range(months):
        bucket = np.minimum(now, WORST)
        after = next_bucket(movers, bucket, drawn[month])
        rolls = (after > bucket) | (after == WORST)
        following = np.where(rolls, now + 1, np.minimum(after, now + 1))
        following = np.where(start.mover, following, 0)
        following = np.where(start.never_pays, now + 1, following)
        over = (month < first) | (np.minimum(prepaid, written) < month)
        over |= (now == 0) & (month >= start.first + start.dues) & (changed == NEVER)
        now = np.where(over, 0, following)
        unpaid[:, month] = now
        if turns is None or chances is None:
            continue
        quiet = ~over & (changed == NEVER)
        running = quiet & (month - first + 2 < start.dues)
        turn = turns[month]
        pays = running & (now == 0) & (turn < chances.prepay)
        eases = running & (now == 0) & (turn >= 1 - chances.relief)
        mends = quiet & (now >= 2) & (now <= 5) & (turn < chances.restructure)
        mends &= ~start.never_pays
        ends = ~over & (now > WORST) & (turn < chances.write_off)
        prepaid[pays], written[ends] = month, month
        fresh = mends | eases
        changed[fresh], relieved[eases] = month, True
        first = np.where(fresh, month + np.where(eases, 4, 1), first)
        now[fresh] = 0
    return Paths(unpaid, prepaid, changed, relieved, written)
