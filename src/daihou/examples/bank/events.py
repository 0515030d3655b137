"""What happens to simulated customers outside the ledger: failed debits, lost work, courts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from daihou.contracts import EVENT_KINDS
from daihou.examples.bank.days import Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.loanrows import UNKNOWN
from daihou.examples.bank.people import People
from daihou.examples.bank.rows import kept, ordered, stacked

NO_SIZE = -(2**40)
"""Stands for null in an array of sizes."""
KIND_WORDS: Final = tuple(EVENT_KINDS)


@dataclass(frozen=True, slots=True)
class Likely:
    """How often an event happens in the window: chance by group, repeats, size in basis points."""

    kind: str
    anyone: float
    struck: float
    firms_only: bool = False
    repeats: int = 1
    size_bp: tuple[int, int] | None = None
    amount_minor: tuple[int, int] | None = None
    of_account: bool = False
    last_days: int | None = None
    """Only in the last so many days: newer events of that kind matter most."""


LIKELY: Final = (
    Likely("auto_debit_failed", 0.02, 0.60, repeats=4, of_account=True, last_days=150),
    Likely("contact_failed", 0.005, 0.45, repeats=12, last_days=60),
    Likely("contact_reached", 0.02, 0.50, repeats=2),
    Likely("inspection_refused", 0.001, 0.04, repeats=3),
    Likely("job_changed", 0.03, 0.06),
    Likely("job_lost", 0.008, 0.12),
    Likely("income_down", 0.010, 0.12, size_bp=(1_000, 6_000)),
    Likely("income_up", 0.010, 0.002, size_bp=(500, 5_000)),
    Likely("assets_down", 0.003, 0.03, size_bp=(1_000, 6_000)),
    Likely("health_down", 0.003, 0.03, size_bp=(2_000, 8_001)),
    Likely("lawsuit_defendant", 0.003, 0.06, amount_minor=(500_000, 50_000_000)),
    Likely("enforced", 0.001, 0.025, amount_minor=(500_000, 50_000_000)),
    Likely("dishonest_debtor", 0.0004, 0.010),
    Likely("misuse_confirmed", 0.0015, 0.008, of_account=True),
    Likely("use_restored", 0.0004, 0.001, of_account=True),
    Likely("refinanced_by_debt", 0.001, 0.010, of_account=True),
    Likely("evades_debt", 0.0002, 0.003),
    Likely("bankruptcy", 0.01, 0.05, firms_only=True),
    Likely("liquidation", 0.005, 0.03, firms_only=True),
    Likely("fraud", 0.0002, 0.002, of_account=True),
    Likely("death", 0.0015, 0.003),
    Likely("rating_cut", 0.02, 0.10, firms_only=True),
    Likely("credit_impaired", 0.0003, 0.006, size_bp=(5_000, 5_001), of_account=True),
    Likely("impairment_lifted", 0.0001, 0.001, of_account=True),
    Likely("guarantor_unwilling", 0.0005, 0.004, of_account=True),
    Likely("legal_representative_changed", 0.05, 0.08, firms_only=True),
    Likely("tax_return_missed", 0.08, 0.30, firms_only=True, repeats=3),
    Likely("utilities_use", 0.30, 0.60, firms_only=True, size_bp=(2_500, 9_500)),
    Likely("sales_ratio", 0.30, 0.60, firms_only=True, size_bp=(2_500, 9_000)),
    Likely("dispute_opened", 0.001, 0.010, of_account=True),
    Likely("dispute_closed", 0.0005, 0.004, of_account=True),
)


def event_rows(draws: Draws, people: People, struck: Flags, calendar: Calendar) -> dict[str, Ints]:
    """Return the events of every customer; ``struck`` customers have many more."""
    parts = [
        part
        for place, likely in enumerate(LIKELY)
        for part in _happened(draws, people, struck, calendar, (place, likely))
    ]
    return ordered(stacked(parts), "customer", "number")


def _happened(
    draws: Draws, people: People, struck: Flags, calendar: Calendar, what: tuple[int, Likely]
) -> list[dict[str, Ints]]:
    place, likely = what
    name, count = likely.kind, people.customers
    chance = np.where(struck, likely.struck, likely.anyone)
    hit = draws.share(name, count) < chance
    if likely.firms_only:
        hit &= people.runs_business
    first_day = int(calendar.start(np.zeros(1, dtype=np.int64))[0])
    span = calendar.as_of - first_day + 1
    if likely.last_days is not None and likely.last_days < span:
        first_day, span = calendar.as_of - likely.last_days, likely.last_days + 1
    day = first_day + draws.below(f"{name} day", span, count)
    low, high = likely.size_bp or (0, 1)
    size = low + draws.below(f"{name} size", max(high - low, 1), count)
    least, most = likely.amount_minor or (0, 1)
    amount = least + draws.below(f"{name} amount", max(most - least, 1), count)
    times = 1 + draws.below(f"{name} times", likely.repeats, count)
    out = []
    for time in range(likely.repeats):
        who = np.flatnonzero(hit & (time < times))
        on = day[who] + time * 2
        rows = {
            "customer": who,
            "number": np.full(len(who), place * 100 + time),
            "kind": np.full(len(who), KIND_WORDS.index(name)),
            "concerns": people.head[who] if likely.of_account else np.full(len(who), UNKNOWN),
            "happened_on": on,
            "known_on": on + draws.below(f"{name} known {time}", 4, count)[who],
            "amount_minor": amount[who] if likely.amount_minor else np.full(len(who), UNKNOWN),
            "value_bp": size[who] if likely.size_bp else np.full(len(who), NO_SIZE),
        }
        out.append(kept(rows, rows["known_on"] <= calendar.as_of))
    return out
