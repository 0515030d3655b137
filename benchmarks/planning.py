"""How fast a night plans inquiries: one million people with consents, lines and looks before.

    python benchmarks/planning.py --people 1000000 --to figures.json

The bank is simulated. The floor is what no planning can do without: read consents, lines, looks and
the night's accounts once, join them by customer, and write one row a customer as Parquet.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

AS_OF = date(2025, 6, 30)
ACCOUNTS_A_PERSON = 1.5
EXTRA = {
    "consent": """
SELECT 'S' || customer_id AS consent_id, recorded_on, customer_id, recorded_on AS signed_on,
  CASE WHEN n % 7 = 0 THEN recorded_on + 700 END AS ends_on,
  CASE WHEN n % 50 = 0 THEN DATE '2025-05-01' END AS withdrawn_on,
  CASE WHEN n % 20 = 0 THEN '001,002' ELSE '001,002,004' END AS purposes, '1' AS text_version
FROM people""",
    "credit_line": """
SELECT 'L' || customer_id AS line_id, recorded_on, customer_id, 'CNY' AS currency,
  'revolving' AS kind, CAST(5000000 AS BIGINT) AS limit_minor, recorded_on AS opened_on,
  recorded_on + CAST(400 + n % 900 AS INTEGER) AS expires_on,
  CAST(NULL AS DATE) AS cancelled_on, CAST(NULL AS DATE) AS frozen_on
FROM people WHERE n % 3 = 0""",
    "inquiry": """
SELECT 'bank|' || customer_id || '|01|S1:2025-' || (1 + n % 6) AS inquiry_id,
  DATE '2025-01-05' + CAST(n % 170 AS INTEGER) AS recorded_on, customer_id, '01' AS purpose,
  'S1:2025-0' || (1 + n % 6) AS "window", 'schedule' AS occasion,
  CAST(NULL AS VARCHAR) AS trigger_id, DATE '2025-01-04' + CAST(n % 170 AS INTEGER) AS planned_on,
  'answered' AS outcome, DATE '2025-01-05' + CAST(n % 170 AS INTEGER) AS asked_on
FROM people WHERE n % 4 <> 0""",
}
FLOOR = """
COPY (
  SELECT a.customer_id, SUM(a.balance_minor) AS balance_minor, MIN(c.consent_id) AS consent_id,
    MIN(l.line_id) AS line_id, MAX(i.asked_on) AS asked_on
  FROM read_parquet({account_day}) AS a
  LEFT JOIN read_parquet({consent}) AS c ON a.customer_id = c.customer_id
  LEFT JOIN read_parquet({credit_line}) AS l ON a.customer_id = l.customer_id
  LEFT JOIN read_parquet({inquiry}) AS i ON a.customer_id = i.customer_id
  GROUP BY a.customer_id
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def step_make(home: Path, people: int) -> None:
    import yaml

    from daihou.engines import connect
    from daihou.examples.bank import write_bank
    from daihou.examples.bank.write import MAPPING
    from daihou.jobs.init import BankSize, init_home
    from daihou.jobs.land import land_inbox

    init_home(home, example="bank", bank=BankSize(0))
    write_bank(home, int(people * ACCOUNTS_A_PERSON), as_of=AS_OF, profile="bench")
    connection = connect(2)
    connection.execute(
        "CREATE VIEW people AS SELECT *, CAST(SUBSTR(customer_id, 2) AS BIGINT) AS n FROM"
        f" read_parquet('{home}/inbox/customer-*.parquet')"
    )
    for table, query in EXTRA.items():
        connection.execute(f"COPY ({query}) TO '{home}/inbox/{table}-0000.parquet'")
        text = MAPPING.format(table=table)
        (home / "mappings" / f"{table}.yaml").write_text(text, encoding="utf-8")
    book = home / "book.yaml"
    brakes = "brakes: {inquiries_max: null, line_freezes_max: null, line_cuts_max: null}\n"
    book.write_text(book.read_text(encoding="utf-8") + brakes, encoding="utf-8")
    rules = home / "asking.yaml"
    told = yaml.safe_load(rules.read_text(encoding="utf-8"))
    rules.write_text(json.dumps(told | {"budget": {"night": 20_000}}, default=str))
    land_inbox(home, now=datetime.now(UTC))
    print(json.dumps({"peak_mb": peak_mb()}))


def step_night(home: Path, _: int) -> None:
    from daihou.jobs.night import BrakeRelease, Run, run_night

    began = time.perf_counter()
    release = BrakeRelease("benchmark", "second benchmark", "first night on a simulated book")
    receipt = run_night(home, AS_OF, now=datetime.now(UTC), run=Run(2), release=release)
    print(json.dumps({
        "night_seconds": time.perf_counter() - began, "ask_seconds": receipt.seconds["ask"],
        "rows": receipt.rows["inquiry_order"], "customers": receipt.rows["customer_day"],
        "peak_mb": peak_mb(),
    }))  # fmt: skip


def step_floor(home: Path, _: int) -> None:
    from daihou.engines import connect
    from daihou.lake import Lake

    lake = Lake.open(home / "lake")
    files = {table: [str(lake.path_of(file)) for file in lake.fact_files(table)] for table in EXTRA}
    files["account_day"] = [str(lake.path_of(f)) for f in lake.night_files("account_day", AS_OF)]
    connection = connect(2, temp_dir=home / "spill")
    began = time.perf_counter()
    connection.execute(FLOOR.format(**files, out=home / "floor.parquet"))
    print(json.dumps({"seconds": time.perf_counter() - began, "peak_mb": peak_mb()}))


STEPS = {"make": step_make, "night": step_night, "floor": step_floor}


def measured(step: str, home: Path, people: int) -> dict[str, float]:
    """Run one step in a process of its own, so that memory is its own."""
    line = [sys.executable, __file__, "--step", step, "--home", str(home), "--people", str(people)]
    out = subprocess.run(line, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(out.strip().splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--to", type=Path)
    asked = parser.parse_args()
    if asked.step:
        STEPS[asked.step](asked.home, asked.people)
        return
    folder = Path(tempfile.mkdtemp(prefix="daihou-planning-"))
    try:
        home = asked.home or folder / "bank"
        if not (home / "book.yaml").exists():
            measured("make", home, asked.people)
        nights, floors = [], []
        for _ in range(asked.repeat):
            nights.append(measured("night", home, asked.people))
            floors.append(measured("floor", home, asked.people))
        ask = [n["ask_seconds"] for n in nights]
        told = {
            "customers": nights[0]["customers"], "wishes": nights[0]["rows"],
            "ask_seconds": round(statistics.median(ask), 2),
            "people_per_second": round(nights[0]["customers"] / statistics.median(ask)),
            "night_seconds": round(statistics.median(n["night_seconds"] for n in nights), 1),
            "floor_seconds": round(statistics.median(f["seconds"] for f in floors), 2),
            "ratio": round(statistics.median(
                a / f["seconds"] for a, f in zip(ask, floors, strict=True)), 2),
            "night_peak_mb": round(max(n["peak_mb"] for n in nights)),
            "floor_peak_mb": round(max(f["peak_mb"] for f in floors)),
        }  # fmt: skip
        print(json.dumps(told, indent=1))
        if asked.to:
            asked.to.write_text(json.dumps(told, indent=1), encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
