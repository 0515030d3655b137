"""Facts equal an independent count over the plain JSON form, for many invented people and days."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.report.facts import facts_of
from daihou.report.facts_model import WINDOWS, Evidence, Figure
from daihou.report.json_form import as_dict
from daihou.report.writers.invent import SMALL, invent_report

ENDED = {"settled", "closed", "transferred", "ended", "forced_liquidation"}
SEEDS = st.integers(0, 5_000)
FEW = settings(max_examples=60, deadline=None)


def back(day: str, months: int) -> str:
    """Return the day so many months earlier as text, by stepping down to a day that exists."""
    year, month, number = (int(part) for part in day.split("-"))
    month -= months
    while month < 1:
        year, month = year - 1, month + 12
    while True:
        try:
            return date(year, month, number).isoformat()
        except ValueError:
            number -= 1


def looks_between(form: dict[str, Any], after: str, on: str) -> list[dict[str, Any]]:
    rows = form["inquiries"]
    return [one for one in rows if not one["own"] and after < one["on"] <= on]


@FEW
@given(SEEDS, st.dates(date(2023, 1, 1), date(2028, 12, 31)))
def test_inquiry_windows_equal_a_slow_recount_on_any_day(seed, on):
    report = invent_report(seed, SMALL)
    form, facts = as_dict(report, masked=False), facts_of(report, on).inquiries
    for months in WINDOWS:
        rows = looks_between(form, back(on.isoformat(), months), on.isoformat())
        hard = [one for one in rows if one["hard"]]
        assert facts.hard[months].raw.known == len(hard)
        seen = {(one["institution"], one["reason_code"], one["on"][:7]) for one in hard}
        assert facts.hard[months].distinct.known == len(seen)
        assert set(facts.hard[months].institutions) == {one["institution"] for one in hard}
        for name, windows in facts.by_class.items():
            of_class = [one for one in rows if one["reason_class"] == name.value]
            assert windows[months].raw.known == len(of_class)


@FEW
@given(SEEDS)
def test_sums_over_accounts_equal_a_slow_recount(seed):
    report = invent_report(seed, SMALL)
    form, facts = as_dict(report, masked=False), facts_of(report)
    running = [one for one in form["accounts"] if one["state"] not in ENDED]
    loans = [one for one in running if one["account_type"] in {"D1", "R1", "R4"}]
    assert facts.loans.loans.value == len(loans)
    assert (facts.loans.balance.known or 0) == sum(one["balance"] or 0 for one in loans)
    cards = [one for one in running if one["account_type"] == "R2"]
    assert facts.cards.cards.value == len(cards)
    used = sum(one["used"] if one["used"] is not None else one["balance"] or 0 for one in cards)
    assert (facts.cards.used.known or 0) == used
    for kind, figure in facts.accounts.running.items():
        assert figure.value == sum(one["account_type"] == kind.value for one in running)
    owed = sum((debt.debt.known or 0) for debt in facts.lenders)
    recovered = [one["balance"] or 0 for one in running if one["account_type"] == "C1"]
    assert owed == (facts.debt.known or 0) + sum(recovered)


@FEW
@given(SEEDS)
def test_months_overdue_and_runs_equal_a_slow_recount(seed):
    report = invent_report(seed, SMALL)
    form, facts = as_dict(report, masked=False), facts_of(report)
    on = form["report_at"][:7]
    first = back(f"{on}-01", 23)[:7]
    for history in facts.history.by_account:
        account = form["accounts"][history.evidence.index]
        told = account["history"] + account["overdue_months"]
        late = sorted({
            one["month"] for one in told if one["symbol"].isdigit() and first <= one["month"] <= on
        })  # fmt: skip
        assert (history.months_24.known or 0) == len(late)
        numbers = [int(m[:4]) * 12 + int(m[5:]) - place for place, m in enumerate(late)]
        runs = [len(list(group)) for _, group in groupby(numbers)]
        assert (history.longest_24.known or 0) == max(runs, default=0)


def figures(value: object) -> list[Figure]:
    """Return every figure anywhere inside the facts."""
    if isinstance(value, Figure):
        return [value]
    if isinstance(value, tuple):
        return [one for item in value for one in figures(item)]
    if hasattr(value, "items"):
        return [one for item in value.values() for one in figures(item)]
    names = getattr(type(value), "__dataclass_fields__", ())
    return [one for name in names for one in figures(getattr(value, name))]


@FEW
@given(SEEDS)
def test_every_figure_points_at_records_that_exist_and_a_nonzero_one_at_some(seed):
    report = invent_report(seed, SMALL)
    found = figures(facts_of(report))
    assert len(found) > 100
    for figure in found:
        for one in (*figure.evidence, *figure.missing):
            assert isinstance(one, Evidence) and 0 <= one.index < len(getattr(report, one.kind))
        assert figure.evidence or not figure.known
        assert figure.value is None or not figure.missing


@FEW
@given(SEEDS, st.integers(0, 4))
def test_a_longer_window_never_counts_less(seed, place):
    facts = facts_of(invent_report(seed, SMALL))
    shorter, longer = WINDOWS[max(place - 1, 0)], WINDOWS[place]
    for windows in (facts.inquiries.hard, facts.inquiries.own):
        assert windows[shorter].raw.known <= windows[longer].raw.known
        assert windows[longer].distinct.known <= windows[longer].raw.known
    for group in facts.accounts.new.values():
        assert group[shorter].known <= group[longer].known
