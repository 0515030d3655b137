"""What a plan of asking found, when, and at what price, with intervals over people and seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from daihou.lab.plans import NEVER, Book, Run

Floats = NDArray[np.float64]
WINDOW: Final = 12
"""Months before trouble in which a warning counts for it."""
MEASURES: Final = (
    "troubled", "early", "first", "troubled_minor", "early_minor", "first_minor", "looks",
    "looks_on_good", "warned_good_months", "months_ahead",
)  # fmt: skip
"""Columns of ``outcomes``: see there."""
_AT: Final = {name: place for place, name in enumerate(MEASURES)}


def outcomes(book: Book, run: Run) -> Floats:
    """Return what a plan did about each person.

    A person in trouble is found early when, at least 30 days before the 90th day past due and at
    most twelve months before, the last report in hand showed orange or worse; found first when
    that was so before the first missed due of the run of arrears, that is before the lender's own
    ledger showed anything. A look in the month before that at whose end three dues are behind is
    some 40 days before the 90th day.

    Shape: (people, MEASURES): in trouble; found early; found first; the same three in money at
    stake; looks; looks at people who stayed good; months in which such a person stood as warned;
    months from the first warning to trouble. Units: minor units, counts, months.
    """
    trouble, sign = book.trouble(), book.first_sign()
    bad = trouble < NEVER
    month = np.arange(book.months + 1)[None, :] - 1
    warned = run.orange & (month >= trouble[:, None] - WINDOW)
    early = warned & (month <= trouble[:, None] - 1)
    first = warned & (month <= sign[:, None] - 1)
    stake = book.exposure_minor[np.arange(book.people), np.minimum(trouble, book.months - 1)]
    looks = run.asked.sum(axis=1)
    found = early.any(axis=1) & bad
    columns = {
        "troubled": bad,
        "early": found,
        "first": first.any(axis=1) & bad,
        "troubled_minor": bad * stake,
        "early_minor": found * stake,
        "first_minor": (first.any(axis=1) & bad) * stake,
        "looks": looks,
        "looks_on_good": np.where(bad, 0, looks),
        "warned_good_months": np.where(bad, 0, run.orange[:, 1:].sum(axis=1)),
        "months_ahead": np.where(found, trouble - (early.argmax(axis=1) - 1), 0),
    }
    return np.stack([np.asarray(columns[name], dtype=np.float64) for name in MEASURES], axis=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its interval of 95 in 100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Summary:
    """One plan over all seeds, beside the plan that all are compared with.

    ``early_share``, ``first_share`` and the shares of money are of what the compared plan found.
    """

    looks: int
    looks_share: float
    looks_on_good: int
    early: Interval
    first: Interval
    early_share: Interval
    first_share: Interval
    early_money_share: Interval
    first_money_share: Interval
    early_per_1000: Interval
    months_ahead: float


def summaries(
    seeds: Sequence[Mapping[str, Floats]], against: str, rounds: int, seed: int
) -> dict[str, Summary]:
    """Return a summary of each plan, drawn again over seeds and over the people of each.

    ``seeds`` holds outcomes by plan, one mapping a seed, people in the same order in each. The
    same draw serves all plans, so that the shares are of the same people.
    """
    names = list(seeds[0])
    rng = np.random.default_rng(seed)
    stacks = [np.concatenate([book[name] for name in names], axis=1) for book in seeds]
    shape = (len(names), len(MEASURES))
    whole = sum((stack.sum(axis=0) for stack in stacks), np.zeros(len(names) * len(MEASURES)))
    drawn = np.zeros((rounds, *shape))
    for place in range(rounds):
        for pick in rng.integers(len(stacks), size=len(stacks)):
            people = len(stacks[pick])
            times = np.bincount(rng.integers(people, size=people), minlength=people)
            drawn[place] += (times.astype(np.float64) @ stacks[pick]).reshape(shape)
    base = names.index(against)
    return {
        name: _summary(whole.reshape(shape), drawn, place, base) for place, name in enumerate(names)
    }


def _summary(whole: Floats, drawn: Floats, place: int, base: int) -> Summary:
    def interval(top: str, under: tuple[int, str] | None, times: float = 1.0) -> Interval:
        value, sample = whole[place, _AT[top]], drawn[:, place, _AT[top]]
        if under is not None:
            value = value / max(whole[under[0], _AT[under[1]]], 1.0)
            sample = sample / np.maximum(drawn[:, under[0], _AT[under[1]]], 1.0)
        low, high = np.quantile(sample, (0.025, 0.975))
        return Interval(float(value * times), float(low * times), float(high * times))

    mine = whole[place]
    return Summary(
        looks=int(mine[_AT["looks"]]),
        looks_share=float(mine[_AT["looks"]] / max(whole[base, _AT["looks"]], 1.0)),
        looks_on_good=int(mine[_AT["looks_on_good"]]),
        early=interval("early", None),
        first=interval("first", None),
        early_share=interval("early", (base, "early")),
        first_share=interval("first", (base, "first")),
        early_money_share=interval("early_minor", (base, "early_minor")),
        first_money_share=interval("first_minor", (base, "first_minor")),
        early_per_1000=interval("early", (place, "looks"), 1_000.0),
        months_ahead=float(mine[_AT["months_ahead"]] / max(mine[_AT["early"]], 1.0)),
    )
