"""Plans of asking the bureau, compared on simulated lives: what each finds, with how many looks.

Usage: python benchmarks/asking.py [--fit] [--people 20000] [--fit-seeds 1,2,3] [--seeds 201,…]
       [--rounds 400] [--rules src/daihou/inquiry/rules.yaml] [--json]

All people are invented: their arrears at the bank follow measured roll rates, their lives at other
lenders are simulated from a hidden state of stress (examples/lives), without regard to any plan.
With --fit the table of worth is fitted on the seeds of --fit-seeds and printed for rules.yaml;
without it the table of --rules is judged. Judged are other seeds. A plan sees own facts and the
reports that it asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table as Grid

from daihou.examples.lives.courses import courses_of
from daihou.examples.lives.figures import FIGURES, figures_of
from daihou.examples.lives.make import life_of
from daihou.inquiry.rules import Rules, Worth, parse_rules
from daihou.lab.measures import Interval, Summary, outcomes, summaries
from daihou.lab.plans import Book, Limits, Plan, Run, by_value, calendar, run_plan, tier_table
from daihou.lab.worth import Table, fit_worth, values_of

FIRST, MONTHS, LEAD = 2024 * 12, 24, 12
UNTIL = date(2025, 12, 31)
SHARES = (50, 33, 25, 15)
"""Budgets of the plan by worth, in percent of the monthly calendar's looks."""
FACTORS = (("hard_3m", 1), ("card_use_bp", 3_000), ("card_use_bp", 5_000),
           ("overdue_worst", 1), ("months_overdue_24m", 3))  # fmt: skip
OWN_FACTORS = (("late_times_6m_max", 1), ("dpd_max", 1))
STALE_DAYS, NO_REPORT_PERCENT, BESIDE_MINOR = 360, 150, 20_000_00
RULES = Path(__file__).parent.parent / "src/daihou/inquiry/rules.yaml"


def book_of(seed: int, people: int) -> Book:
    """Return the simulated book of one seed."""
    courses = courses_of(seed, people, FIRST, MONTHS)
    counted = np.zeros((people, len(FIGURES), LEAD + MONTHS), dtype=np.int64)
    for place, own in enumerate(courses.owns):
        counted[place] = figures_of(life_of(seed, own, UNTIL), FIRST - LEAD, LEAD + MONTHS)
    figures = {name: counted[:, at] for at, name in enumerate(FIGURES)}
    limit = figures["card_limit"]
    figures["card_use_bp"] = np.where(
        limit > 0, figures["card_used"] * 10_000 // np.maximum(limit, 1), 0
    )
    since = [own.since.year * 12 + own.since.month - 1 - FIRST for own in courses.owns]
    return Book(courses.exposure_minor, courses.behind, figures,
                np.minimum(np.array(since), -1), LEAD)  # fmt: skip


def plans_of(rules: Rules, worth: Worth, monthly_looks: int, tier_looks: int) -> dict[str, Plan]:
    """Return the plans that are compared at given looks of the monthly calendar and the tiers."""

    def worth_first(limits: Limits) -> Plan:
        return by_value(lambda view: values_of(view, worth), limits)

    half = monthly_looks // 2 // MONTHS
    plans = {f"calendar, every {months} months": calendar(months) for months in (2, 3, 4, 6)}
    for share in SHARES:
        limits = Limits(monthly_looks * share // 100 // MONTHS)
        plans[f"by worth, {share} % of monthly"] = worth_first(limits)
    plans["by worth, looks of the tier table"] = worth_first(Limits(tier_looks // MONTHS))
    plans["by worth, 50 %, red waits"] = worth_first(Limits(half, red_waits=True))
    least = rules.worth.least_minor
    name = f"by worth of {least / 100:.2f} or more"
    plans[name] = worth_first(Limits(least_minor=least))
    for second in (False, True):
        limits = Limits(least_minor=least, red_waits=True, second=second)
        plans[f"{name}, red waits{', 2nd due asks' if second else ''}"] = worth_first(limits)
    return plans


def runs_of(book: Book, rules: Rules, worth: Worth) -> dict[str, Run]:
    """Return what each plan asks of a book."""
    table = {tier: rule.months for tier, rule in rules.tiers.items()}
    runs = {
        "calendar, monthly": run_plan(book, calendar(1)),
        "tier table": run_plan(book, tier_table(table)),
    }
    looks = [int(run.asked.sum()) for run in runs.values()]
    plans = plans_of(rules, worth, *looks)
    return runs | {name: run_plan(book, plan) for name, plan in plans.items()}


def told(worth: Worth) -> str:
    """Return the table of worth as rules.yaml writes it."""
    lines = ["  risk_bp: {" + ", ".join(f"{t}: {bp}" for t, bp in worth.risk_bp.items()) + "}"]
    for name in ("own_factors", "factors"):
        lines.append(f"  {name}:")
        lines += [
            f"    - {{field: {f.field}, at_least: {f.at_least}, percent: {f.percent}}}"
            for f in getattr(worth, name)
        ]
    return "\n".join(lines)


def grid_of(made: Mapping[str, Summary], header: str) -> Grid:
    """Return the table of results."""
    grid = Grid(title=header, caption="95 in 100 in brackets; shares are of the monthly calendar")
    for name in ("plan", "looks", "share", "on good people", "found early", "share", "money",
                 "found first", "share", "money", "early / 1,000", "months ahead"):  # fmt: skip
        grid.add_column(name, justify="left" if name == "plan" else "right", no_wrap=True)
    for name, one in made.items():
        grid.add_row(
            name, f"{one.looks:,}", f"{one.looks_share:.1%}", f"{one.looks_on_good:,}",
            _number(one.early), _share(one.early_share), _share(one.early_money_share),
            _number(one.first), _share(one.first_share), _share(one.first_money_share),
            f"{one.early_per_1000.value:.2f}", f"{one.months_ahead:.1f}",
        )  # fmt: skip
    return grid


def _number(of: Interval) -> str:
    return f"{of.value:,.0f} [{of.low:,.0f}–{of.high:,.0f}]"


def _share(of: Interval) -> str:
    return f"{of.value:.1%} [{of.low:.1%}–{of.high:.1%}]"


def main() -> None:
    """Fit, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--fit-seeds", default="1,2,3")
    parser.add_argument("--seeds", default="201,202,203,204,205")
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--rules", type=Path, default=RULES)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rules = parse_rules(args.rules.read_text(encoding="utf-8"), str(args.rules))
    worth, console = rules.worth, Console(width=300, stderr=args.json)
    if args.fit:
        table = Table(FACTORS, OWN_FACTORS, NO_REPORT_PERCENT, STALE_DAYS, BESIDE_MINOR, seed=1)
        books = (book_of(int(seed), args.people) for seed in args.fit_seeds.split(","))
        worth = fit_worth(books, table, f"fitted on simulated lives, seeds {args.fit_seeds}")
        console.print(told(worth))
    found, people = [], 0
    for seed in args.seeds.split(","):
        book = book_of(int(seed), args.people)
        found.append({n: outcomes(book, run) for n, run in runs_of(book, rules, worth).items()})
        people += book.people
    made = summaries(found, "calendar, monthly", args.rounds, seed=1)
    troubled = int(sum(one["tier table"][:, 0].sum() for one in found))
    header = (f"Simulated lives / 模拟数据: {people:,} people, {MONTHS} months, seeds {args.seeds},"
              f" {troubled:,} in trouble")  # fmt: skip
    console.print(grid_of(made, header))
    if args.json:
        result = {"simulated": True, "people": people, "months": MONTHS, "troubled": troubled,
                  "seeds": args.seeds, "worth": worth.model_dump(mode="json"),
                  "plans": {name: asdict(one) for name, one in made.items()}}  # fmt: skip
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
