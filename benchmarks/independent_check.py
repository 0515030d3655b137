"""Compare every published account-day of a home with the referee of the worked tests.

Usage: python benchmarks/independent_check.py HOME [--status 100]

For each night in the home's lake, days past due, arrears, bucket, instalments due and missed, and
balance of every account are computed once more by ``tests/worked/independent_position.py`` from the
landed facts. The 24-month string is compared for ``--status`` accounts a night (it is slow), chosen
by their number. Differences are listed one by one; the exit status is 1 when there are any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from daihou.lake import Lake

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.worked.independent_position import Account, accounts_of, position, read_facts

FACTS = ("account", "instalment", "payment", "ledger_balance", "card_statement")
FIELDS = (
    "overdue_minor",
    "dpd",
    "bucket",
    "instalments_due",
    "instalments_missed",
    "balance_minor",
)


def landed(lake: Lake) -> dict[str, Account]:
    """Return every account of the lake as the referee reads it."""
    files = {name: [lake.path_of(f) for f in lake.fact_files(name)] for name in FACTS}
    return accounts_of(read_facts(files))


def _some(account_ids: list[str], count: int) -> set[str]:
    """Return accounts that are spread over the book and the same on every run."""
    return set(sorted(account_ids, key=lambda a: sha256(a.encode()).digest())[:count])


def compare(lake: Lake, with_status: int) -> Iterator[tuple[int, list[str]]]:
    """Yield, for each published night, how many accounts were compared and what differs."""
    accounts = landed(lake)
    for night in lake.nights():
        assert night.as_of is not None
        rows = [
            row
            for file in lake.night_files("account_day", night.as_of)
            for row in pq.ParquetFile(lake.path_of(file)).read().to_pylist()
        ]
        chosen = _some([row["account_id"] for row in rows], with_status)
        problems = []
        for row in rows:
            name = row["account_id"]
            mine = position(accounts[name], night.as_of, with_status=name in chosen)
            fields = (*FIELDS, "status_24m") if name in chosen else FIELDS
            problems += [
                f"{night.as_of} {name} {field}: night {row[field]!r}, "
                f"referee {getattr(mine, field)!r}"
                for field in fields
                if row[field] != getattr(mine, field)
            ]
        print(f"{night.as_of}: {len(rows):,} accounts, {len(problems)} differences", flush=True)
        yield len(rows), problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--status", type=int, default=100)
    options = parser.parse_args()
    total, different = 0, 0
    for count, problems in compare(Lake.open(options.home / "lake"), options.status):
        total, different = total + count, different + len(problems)
        for problem in problems:
            print("  " + problem)
    print(f"{total:,} account-days compared, {different} differences")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
