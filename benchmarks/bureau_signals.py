"""Compare the night's signals about other lenders with a second way, over invented persons.

Usage: python benchmarks/bureau_signals.py HOME [--people 2000]

Reports are invented, written as second-generation XML and read back; the customers, their loans and
the reports' rows are landed in the new home HOME and one night is run. ``tests/worked`` then
computes signals A to D and G06 of every person once more, by plain loops over the raw reports, and
verdict, level and value must be equal. Nobody in it exists. Prints what was compared; the exit
status is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pyarrow.parquet as pq

from daihou.contracts import FACTS
from daihou.jobs.home import Home, open_home, shipped_texts
from daihou.jobs.land_rows import land_rows
from daihou.jobs.night import run_night
from daihou.lake import Lake

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.worked.bureau_people import (
    NIGHT,
    differences,
    expected,
    facts_of_people,
    people,
    published,
)

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
BOOK = """\
book: bureau_signals
title: {zh: 征信信号对账（模拟）, en: two ways to the signals of reports (simulated)}
currency: CNY
rule_packs: {default: [cn_2023]}
loss_rates: loss_rates.yaml
policy: policy.yaml
brakes:
  line_freezes_max: null
  line_cuts_max: null
  black_list_max: null
  dpd_unknown_max_bp: null  # the loans have no schedule here
"""


def new_home(root: Path) -> Home:
    """Return a new home with the policy of the retail bank and nothing landed."""
    root.mkdir(parents=True)
    (root / "book.yaml").write_text(BOOK, encoding="utf-8")
    rates = shipped_texts("daihou.examples", ".yaml")["bank_loss_rates.yaml"]
    (root / "loss_rates.yaml").write_text(rates, encoding="utf-8")
    policy = shipped_texts("daihou.examples.policies", ".yaml")["cn_retail.yaml"]
    (root / "policy.yaml").write_text(policy, encoding="utf-8")
    Lake.create(root / "lake")
    return open_home(root)


def rows_of(home: Home, table: str) -> list[dict[str, object]]:
    """Return what the night published of a result table."""
    return [
        row
        for file in home.lake.night_files(table, NIGHT)
        for row in pq.ParquetFile(home.lake.path_of(file)).read().to_pylist()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--people", type=int, default=2_000)
    options = parser.parse_args()
    start = perf_counter()
    persons = people(options.people)
    read = perf_counter()
    facts = facts_of_people(persons)
    counted = perf_counter()
    home = new_home(options.home)
    for table, rows in facts.items():
        land_rows(home, FACTS[table], rows, NIGHT, NOW)
    run_night(options.home, NIGHT, now=NOW)
    home.lake.refresh()
    wanted = expected(persons)
    signals = {signal for _, signal in wanted}
    told = published(rows_of(home, "signal_day"), rows_of(home, "customer_day"), signals)
    wrong = differences(wanted, told)
    reports = sum(len(one.reports) for one in persons)
    print(f"{len(persons):,} persons, {reports:,} reports, {len(signals)} signals")
    print(f"invented and read in {read - start:.1f} s, counted in {counted - read:.1f} s")
    levels = Counter(level for level, _ in wanted.values())
    print("; ".join(f"{level} {count:,}" for level, count in sorted(levels.items())))
    print(f"{len(wanted):,} verdicts compared, {len(wrong):,} differ")
    for line in wrong[:50]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
