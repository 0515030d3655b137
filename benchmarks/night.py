"""Time and peak memory of a whole night, as a ratio to a floor over the same files.

The floor is one hand-written DuckDB query that reads the same published Parquet files and yields
account, overdue, days past due and bucket. Both run in a process of their own, one after the other,
so that peak memory is the operating system's own figure. The book is simulated.

    python benchmarks/night.py --accounts 1000000 10000000 --threads 2 --repeat 3
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

AS_OF = date(2025, 6, 30)

FLOOR = """
COPY (
  WITH p AS (
    SELECT account_id,
      SUM(CASE WHEN kind = 'reversal' THEN -amount_minor ELSE amount_minor END) AS paid
    FROM read_parquet({payments}) WHERE paid_on <= DATE '{day}' GROUP BY account_id
  ), i AS (
    SELECT account_id, SUM(principal_minor + interest_minor + fee_minor) AS due
    FROM read_parquet({instalments}) WHERE due_on <= DATE '{day}' GROUP BY account_id
  ), t AS (
    SELECT i.account_id, due, COALESCE(paid, 0) AS paid FROM i LEFT JOIN p USING (account_id)
  ), late AS (SELECT * FROM t WHERE due > paid), w AS (
    SELECT account_id, due_on, SUM(principal_minor + interest_minor + fee_minor) OVER (
      PARTITION BY account_id ORDER BY due_on, instalment_no) AS so_far
    FROM read_parquet({instalments})
    WHERE due_on <= DATE '{day}' AND account_id IN (SELECT account_id FROM late)
  ), oldest AS (
    SELECT account_id, MIN(due_on) AS unpaid_on FROM w JOIN late USING (account_id)
    WHERE so_far > paid AND due_on < DATE '{day}' GROUP BY account_id
  )
  SELECT t.account_id, CASE WHEN unpaid_on IS NULL THEN 0 ELSE due - paid END AS overdue_minor,
    COALESCE(DATE '{day}' - unpaid_on, 0) AS dpd,
    'M' || LEAST((COALESCE(DATE '{day}' - unpaid_on, 0) + 29) // 30, 7) AS bucket
  FROM t LEFT JOIN oldest USING (account_id)
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""


def measured(arguments: list[str]) -> dict[str, float]:
    """Run this script again for one step; return its wall seconds and peak resident megabytes."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True
    )
    out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{arguments} failed with {process.returncode}")
    figures = json.loads(out.strip().splitlines()[-1])
    return figures | {"process_seconds": time.perf_counter() - began}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def step_night(home: Path, threads: int) -> None:
    from daihou.jobs.night import BrakeRelease, Run, run_night

    began = time.perf_counter()
    # A first night on a big book proposes more than the caps of a usual night.
    release = BrakeRelease("benchmark", "second benchmark", "first night on a simulated book")
    now = datetime.now(UTC)
    receipt = run_night(home, AS_OF, now=now, run=Run(threads), release=release)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "phases": dict(receipt.seconds)}))


def step_floor(home: Path, threads: int) -> None:
    from daihou.engines import connect
    from daihou.lake import Lake

    lake = Lake.open(home / "lake")
    files = {
        name: [str(lake.path_of(file)) for file in lake.fact_files(table)]
        for name, table in (("instalments", "instalment"), ("payments", "payment"))
    }
    out = home / "floor.parquet"
    connection = connect(threads, temp_dir=home / "spill")
    connection.execute("SET preserve_insertion_order = false")
    began = time.perf_counter()
    connection.execute(FLOOR.format(**files, day=AS_OF, out=out))
    print(json.dumps({"seconds": time.perf_counter() - began, "peak_mb": peak_mb()}))


def step_make(home: Path, accounts: int) -> None:
    from daihou.examples.bank import write_bank
    from daihou.jobs.init import BankSize, init_home
    from daihou.jobs.land import land_inbox

    inbox = home.parent / f"inbox-{accounts}"
    init_home(home, example="bank", bank=BankSize(0))
    began = time.perf_counter()
    write_bank(home, accounts, as_of=AS_OF, profile="bench")
    made = time.perf_counter() - began
    began = time.perf_counter()
    receipts = land_inbox(home, now=datetime.now(UTC))
    rows = sum(receipt.rows_read for receipt in receipts)
    shutil.rmtree(inbox, ignore_errors=True)
    print(
        json.dumps(
            {"make_seconds": made, "land_seconds": time.perf_counter() - began, "rows": rows,
             "peak_mb": peak_mb()}
        )
    )  # fmt: skip


def bench(folder: Path, accounts: int, threads: int, repeat: int) -> dict[str, object]:
    home = folder / f"bank-{accounts}"
    if not (home / "book.yaml").exists():
        made = measured(["make", str(home), str(accounts)])
        print(f"{accounts:,} accounts made and landed: {made}", flush=True)
    nights, floors = [], []
    for _ in range(repeat):
        floors.append(measured(["floor", str(home), str(threads)]))
        nights.append(measured(["night", str(home), str(threads)]))
        night, floor = nights[-1], floors[-1]
        print(f"  night {night['seconds']:.1f} s {night['peak_mb']:.0f} MB", end="")
        print(f", floor {floor['seconds']:.1f} s {floor['peak_mb']:.0f} MB", flush=True)
    seconds = statistics.median(n["seconds"] for n in nights)
    ratios = [n["seconds"] / f["seconds"] for n, f in zip(nights, floors, strict=True)]
    return {
        "accounts": accounts,
        "night_seconds": round(seconds, 1),
        "accounts_per_second": round(accounts / seconds),
        "night_peak_mb": round(max(n["peak_mb"] for n in nights)),
        "floor_seconds": round(statistics.median(f["seconds"] for f in floors), 1),
        "floor_peak_mb": round(max(f["peak_mb"] for f in floors)),
        "ratio": round(statistics.median(ratios), 2),
        "phases": nights[-1]["phases"],
    }


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in {"night", "floor", "make"}:
        step = {"night": step_night, "floor": step_floor, "make": step_make}[sys.argv[1]]
        step(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("build/bench"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    import duckdb

    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python"
          f" {platform.python_version()}, DuckDB {duckdb.__version__}")  # fmt: skip
    rows = [bench(options.folder, n, options.threads, options.repeat) for n in options.accounts]
    for row in rows:
        print(json.dumps(row))
    if len(rows) > 1:
        growth = rows[-1]["night_seconds"] / rows[0]["night_seconds"]  # type: ignore[operator]
        linear = rows[-1]["accounts"] / rows[0]["accounts"]  # type: ignore[operator]
        share = growth / linear
        print(f"growth {growth:.2f} for {linear:.0f} times the accounts: {share:.2f} x linear")


if __name__ == "__main__":
    main()
