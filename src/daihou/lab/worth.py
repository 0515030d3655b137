"""The worth of asking over arrays of people, and the fit of its table of points on finished books.

The points are those of a Poisson regression with a logarithmic link: its coefficients are the
multipliers of the table. The event of one month is a look that would show orange or worse, worse
than the last report did, about a person who falls into trouble within the next twelve months; it
counts twice when nothing is behind at the own bank yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from daihou.inquiry.rules import MILLION, Factor, Worth
from daihou.inquiry.worth import MOST_MINOR, PPM_PER_BP
from daihou.lab.levels import ORANGE, REPORT_MARKS, TIERS, Flags, Ints, level_of
from daihou.lab.plans import Book, View, view_of
from daihou.law import Grade

Floats = NDArray[np.float64]
HORIZON: Final = 12
"""Months ahead in which trouble counts."""
_ROUNDS, _PRIOR, _STEP = 60, 1.0, 1.0


def values_of(view: View, worth: Worth) -> Ints:
    """Return the worth of asking about each person, as ``inquiry.worth`` computes it.

    Units: minor units. Everybody has a report and known money at stake here.
    """
    risk = np.array([worth.risk_bp[tier] for tier in TIERS], dtype=np.int64)[view.tier] * PPM_PER_BP
    for facts, factors in ((view.own, worth.own_factors), (view.seen, worth.factors)):
        for factor in factors:
            met = facts[factor.field] >= factor.at_least
            risk = np.where(met, risk * factor.percent // 100, risk)
    stake = np.minimum(view.exposure_minor + worth.beside_minor, MOST_MINOR)
    value = stake * np.minimum(risk, MILLION) // MILLION
    return value * np.clip(view.age_days, 0, worth.stale_days) // worth.stale_days


@dataclass(frozen=True, slots=True)
class Table:
    """Which points are fitted: fields and values, and what is not fitted but given."""

    factors: Sequence[tuple[str, int]]
    own_factors: Sequence[tuple[str, int]]
    no_report_percent: int
    stale_days: int
    beside_minor: int
    seed: int
    asked_share: float = 0.3
    """Share of people asked in a month while points are fitted, so that all ages are seen."""


def fit_worth(books: Iterable[Book], table: Table, source: str) -> Worth:
    """Return the worth whose points fit finished books; factors are rounded to 5 percent."""
    tallies: dict[int, Floats] = {}
    rng = np.random.default_rng(table.seed)
    for book in books:
        _tally(book, table, rng, tallies)
    width = len(TIERS) + len(table.own_factors) + len(table.factors)
    keys = np.array(sorted(tallies), dtype=np.int64)
    design = ((keys[:, None] >> np.arange(width)) & 1).astype(np.float64)
    sums = np.array([tallies[int(key)] for key in keys])
    points = np.exp(_poisson(design, sums[:, 0], sums[:, 1]))
    risk = {tier: max(round(points[place] * 10_000), 1) for place, tier in enumerate(TIERS)}
    percents = [min(max(round(point * 20) * 5, 5), 10_000) for point in points[len(TIERS) :]]
    made = [
        Factor(field=field, at_least=least, percent=percent)
        for (field, least), percent in zip(
            (*table.own_factors, *table.factors), percents, strict=True
        )
    ]
    own = len(table.own_factors)
    return Worth(
        risk_bp=risk, own_factors=tuple(made[:own]), factors=tuple(made[own:]),
        no_report_percent=table.no_report_percent, stale_days=table.stale_days,
        beside_minor=table.beside_minor, source=source, grade=Grade.MEMORY,
    )  # fmt: skip


def _tally(book: Book, table: Table, rng: np.random.Generator, tallies: dict[int, Floats]) -> None:
    """Add events and exposure (months, weighed by the age of the last report) by pattern."""
    level, trouble, sign = level_of(book.figures, REPORT_MARKS), book.trouble(), book.first_sign()
    last = book.since.copy()
    for month in range(book.months):
        view = view_of(book, month, last, level)
        now = level[:, month + book.lead]
        news = (now >= ORANGE) & (now > view.seen_level)
        news &= (trouble > month) & (trouble <= month + HORIZON)
        events = news * (1.0 + (sign > month))
        age = np.clip(view.age_days, 0, table.stale_days) / table.stale_days
        pattern = _pattern(view, table)
        kept = view.open & (trouble > month)
        keys, places = np.unique(pattern[kept], return_inverse=True)
        found = np.bincount(places, events[kept])
        weight = np.bincount(places, age[kept])
        for key, pair in zip(keys, np.stack([found, weight], axis=1), strict=True):
            tallies[int(key)] = tallies.get(int(key), np.zeros(2)) + pair
        asked: Flags = view.open & (rng.random(book.people) < table.asked_share)
        last = np.where(asked, month, last)


def _pattern(view: View, table: Table) -> Ints:
    pattern = np.left_shift(1, view.tier).astype(np.int64)
    place = len(TIERS)
    for facts, factors in ((view.own, table.own_factors), (view.seen, table.factors)):
        for field, least in factors:
            pattern |= (facts[field] >= least).astype(np.int64) << place
            place += 1
    return pattern


def _poisson(design: Floats, events: Floats, weight: Floats) -> Floats:
    """Return logarithms of the multipliers, by Newton's method with a weak pull to 1."""
    tiers = len(TIERS)
    pull = np.concatenate([np.full(tiers, 1e-6), np.full(design.shape[1] - tiers, _PRIOR)])
    start = np.log((events.sum() + 1) / (weight.sum() + 1))
    points = np.concatenate([np.full(tiers, start), np.zeros(design.shape[1] - tiers)])
    centre = points.copy()
    for _ in range(_ROUNDS):
        expected = weight * np.exp(np.clip(design @ points, -30, 5))
        slope = design.T @ (events - expected) - pull * (points - centre)
        curve = (design * expected[:, None]).T @ design + np.diag(pull)
        step = np.clip(np.linalg.solve(curve, slope), -_STEP, _STEP)
        points = points + step
        if np.abs(step).max() < 1e-8:
            break
    return points
