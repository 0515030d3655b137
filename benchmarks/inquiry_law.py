"""Plan and send a year of inquiries, and hold each against an independent reading of the law.

    python benchmarks/inquiry_law.py --people 140000 --nights 46 --seed 1

Invented borrowers (``inquiry_law_people.py``) are landed in a home; every eighth day a night plans
inquiries in SQL; at nine the next morning (some orders: the fifth) each order passes the gate again
with the facts known by then, and what passes is landed as asked. No bureau is called. Afterwards
``inquiry_law_reader.py`` judges every borrower on every night and morning: nothing may be planned
or sent that it refuses, nothing refused that it permits, and no due look or pulled trigger left
out. All data is simulated. A whole year takes about 20 minutes of a quiet machine with two cores.
The exit status is 1 when there is any disagreement.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import inquiry_law_people as people_of
from benchmarks.inquiry_law_judge import ORDER_COLUMNS, Tally, course_of, judge_year
from daihou.contracts import FACTS
from daihou.inquiry.facts import Operator
from daihou.inquiry.orders import Order
from daihou.inquiry.rules import Rules, parse_rules
from daihou.jobs.home import Home, open_home
from daihou.jobs.land import land, land_inbox
from daihou.jobs.night import Run, run_night
from daihou.jobs.persons import persons_of
from daihou.jobs.send_gate import Gate, Go, Known
from daihou.lake import Lake

DAY = timedelta(days=1)
NINE = clock(9)
LATE_PERCENT, LATE_DAYS = 12, 5
"""So many orders wait some days longer for their morning."""
SENT_AT_ONCE = 40_000
"""Persons whose facts are in memory at one time."""
TABLES = (
    "customer", "account", "credit_line", "instalment", "payment", "ledger_balance", "guarantee",
    "consent", "external_event", "inquiry", "inquiry_stop", "transaction",
)  # fmt: skip
ARROW = {"DATE": pa.date32(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "BOOLEAN": pa.bool_()}
CANCELLED = pa.schema([
    ("customer_id", pa.string()), ("on", pa.date32()), ("refused_by", pa.string()),
    ("order_key", pa.string()),
])  # fmt: skip


def schema_of(table: str) -> pa.Schema:
    """Return the Arrow schema of a fact table by its contract."""
    columns = FACTS[table].columns
    return pa.schema([(c.name, ARROW.get(c.kind.sql_type, pa.string())) for c in columns])


class Inbox:
    """Writes fact rows into one Parquet file a table."""

    def __init__(self, folder: Path) -> None:
        self._writers = {
            name: pq.ParquetWriter(folder / f"{name}-people.parquet", schema_of(name))
            for name in TABLES
        }
        self.rows: dict[str, int] = dict.fromkeys(TABLES, 0)

    def write(self, bundles: Iterator[people_of.Bundle]) -> None:
        """Write the rows of some borrowers as one row group a table."""
        together: dict[str, list[people_of.Row]] = defaultdict(list)
        for bundle in bundles:
            for name, rows in bundle.items():
                together[name] += rows
        for name, rows in together.items():
            self.rows[name] += len(rows)
            self._writers[name].write_table(pa.Table.from_pylist(rows, schema_of(name)))

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()


def write_people(
    folder: Path, people: int, seed: int, nights: Sequence[date], block: int = 5_000
) -> dict[str, int]:
    """Write the facts of so many borrowers; return rows by table."""
    inbox = Inbox(folder)
    for start in range(0, people, block):
        numbers = range(start, min(start + block, people))
        inbox.write(people_of.borrower(seed, number, nights) for number in numbers)
    inbox.close()
    return inbox.rows


def make_home(root: Path, people: int, seed: int, nights: Sequence[date]) -> None:
    """Make a home with every fact of the borrowers landed; nights read them by their day."""
    for name in ("inbox", "mappings", "policy", "cancelled"):
        (root / name).mkdir(parents=True)
    (root / "book.yaml").write_text(BOOK, encoding="utf-8")
    (root / "policy" / "late.yaml").write_text(POLICY, encoding="utf-8")
    shipped = resources.files("daihou")
    rates = (shipped / "examples" / "bank_loss_rates.yaml").read_text(encoding="utf-8")
    (root / "loss_rates.yaml").write_text(rates, encoding="utf-8")
    rules = (shipped / "inquiry" / "rules.yaml").read_text(encoding="utf-8")
    for before, after in ASKING_CHANGES:
        assert before in rules, before
        rules = rules.replace(before, after)
    (root / "asking.yaml").write_text(rules, encoding="utf-8")
    for table in TABLES:
        text = MAPPING.format(table=table)
        (root / "mappings" / f"{table}.yaml").write_text(text, encoding="utf-8")
    rows = write_people(root / "inbox", people, seed, nights)
    Lake.create(root / "lake")
    receipts = land_inbox(root, now=_instant(nights[0] - DAY))
    kept = {receipt.table: receipt.rows_accepted for receipt in receipts}
    assert kept == rows, f"rows were left out in landing: {rows} {kept}"


def _instant(day: date) -> datetime:
    return datetime.combine(day, NINE, UTC)


def run_year(root: Path, nights: Sequence[date], seed: int) -> None:
    """Run every night of the year and send the mornings after it, telling how it goes."""
    rules = parse_rules((root / "asking.yaml").read_text(encoding="utf-8"), "asking.yaml")
    for night in nights:
        began = time.monotonic()
        run_night(root, night, now=_instant(night), run=Run())
        planned = time.monotonic()
        home = open_home(root)
        orders = ordered(home.lake, night)
        dice, left, kept = random.Random(f"{seed}:{night}"), 0, 0
        late = [dice.randrange(100) < LATE_PERCENT for _ in orders]
        for days, batch in ((1, False), (LATE_DAYS, True)):
            part = [order for order, is_late in zip(orders, late, strict=True) if is_late == batch]
            sent, stopped = send(home, part, (night + days * DAY, rules), dice)
            land_looks(home, night + days * DAY, [*sent, *stopped])
            left, kept = left + len(sent), kept + len(stopped)
        print(
            f"{night}: {len(orders):,} ordered, {left:,} sent, {kept:,} cancelled;"
            f" night {planned - began:.1f} s, mornings {time.monotonic() - planned:.1f} s,"
            f" {memory_mb():,} MB", flush=True,
        )  # fmt: skip


def memory_mb() -> int:
    """Return the most memory that this process has used, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def ordered(lake: Lake, night: date) -> list[dict[str, Any]]:
    """Return the orders that a published night asks to be sent."""
    paths = [lake.path_of(file) for file in lake.night_files("inquiry_order", night)]
    keep = pc.field("status") == "ordered"
    return [
        row for path in paths
        for row in pq.read_table(path, columns=list(ORDER_COLUMNS), filters=keep).to_pylist()
    ]  # fmt: skip


def send(
    home: Home, orders: Sequence[Mapping[str, Any]], by: tuple[date, Rules], dice: random.Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ask the gate about each order at nine on a day; return what left and what did not."""
    on, rules = by
    sent: list[dict[str, Any]] = []
    stopped: list[dict[str, Any]] = []
    gate = Gate(rules, home.book.holidays)
    for start in range(0, len(orders), SENT_AT_ONCE):
        part = orders[start : start + SENT_AT_ONCE]
        persons = persons_of(home, [order["customer_id"] for order in part], on)
        for order in part:
            known = Known((), (), Operator("batch", True, True, len(sent), 10_000_000))
            who = order["customer_id"]
            answer = gate.judge(_order(order), persons.get(who), known, datetime.combine(on, NINE))
            if isinstance(answer, Go):
                outcome = "unknown" if dice.random() < 0.01 else "answered"
                sent.append(look(order, on, outcome, on))
            else:
                stopped.append(look(order, on, "cancelled", None)
                               | {"refused_by": ";".join(answer.refused_by)})  # fmt: skip
    return sent, stopped


def _order(row: Mapping[str, Any]) -> Order:
    return Order(
        row["order_key"], "law", row["customer_id"], "01", row["window"], row["as_of"],
        row["tier"], row["occasion"], reason="", value_minor=0, proof="",
        trigger_id=row["trigger_id"],
    )  # fmt: skip


def look(order: Mapping[str, Any], on: date, outcome: str, asked_on: date | None) -> dict[str, Any]:
    """Return the inquiry fact that an order becomes."""
    names = ("customer_id", "window", "occasion", "trigger_id")
    return {name: order[name] for name in names} | {
        "inquiry_id": order["order_key"], "recorded_on": on, "purpose": "01",
        "planned_on": order["as_of"], "outcome": outcome, "asked_on": asked_on,
    }  # fmt: skip


def land_looks(home: Home, on: date, rows: Sequence[dict[str, Any]]) -> None:
    """Land what became of a morning's orders; the reasons of refusals are kept beside the home."""
    if not rows:
        return
    stopped = [
        {"customer_id": row["customer_id"], "on": on, "order_key": row["inquiry_id"],
         "refused_by": row["refused_by"]}
        for row in rows if "refused_by" in row
    ]  # fmt: skip
    path = home.root / "cancelled" / f"{on}.parquet"
    pq.write_table(pa.Table.from_pylist(stopped, CANCELLED), path)
    facts = [{name: row.get(name) for name in schema_of("inquiry").names} for row in rows]
    path = home.root / "inbox" / f"inquiry-{on}.parquet"
    pq.write_table(pa.Table.from_pylist(facts, schema_of("inquiry")), path)
    receipts = land(home.root, home.root / "mappings" / "inquiry.yaml", [path], now=_instant(on))
    assert receipts[0].rows_accepted == len(rows), "an inquiry fact was left out"


def lines(tally: Tally) -> Iterator[str]:
    """Yield the counts as a table, then the disagreements."""
    yield "| what | count |"
    yield "|---|---:|"
    for name, count in sorted(tally.counts.items()):
        yield f"| {name} | {count:,} |"
    yield f"\n{tally.faults.total():,} disagreements with the independent reading."
    for kind, count in tally.faults.most_common():
        yield f"- {kind}: {count:,}"
    for example in tally.examples:
        yield f"  - {example}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=140_000)
    parser.add_argument("--nights", type=int, default=46)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="an empty folder to keep the home in")
    options = parser.parse_args()
    nights = people_of.nights_of(people_of.FIRST, options.nights)
    began = time.monotonic()
    root = options.keep or Path(tempfile.mkdtemp(prefix="daihou-inquiry-law-"))
    try:
        make_home(root, options.people, options.seed, nights)
        print(f"landed in {time.monotonic() - began:.0f} s", flush=True)
        run_year(root, nights, options.seed)
        ran = time.monotonic()
        print(f"planned and sent after {ran - began:.0f} s, {memory_mb():,} MB", flush=True)
        course = course_of(root, options.seed, nights)
        tally = judge_year(course, options.people, options.processes)
        print("\n".join(lines(tally)))
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(
            f"{options.people:,} simulated people, {options.nights} nights, seed {options.seed}:"
            f" {time.monotonic() - began:.0f} s, of which judging {time.monotonic() - ran:.0f} s;"
            f" {memory_mb():,} MB, a judge {child:,} MB"
        )
    finally:
        if options.keep is None:
            shutil.rmtree(root, ignore_errors=True)
    if tally.faults:
        raise SystemExit(1)


BOOK = """\
# Simulated: no person, firm or loan in this book exists. Made by benchmarks/inquiry_law.py.
book: law
title: {zh: 查询合规检验（模拟数据）, en: Inquiry law check (simulated)}
currency: CNY
simulated: true
rule_packs: {default: [cn_2023]}
loss_rates: loss_rates.yaml
policy: policy/late.yaml
asking: asking.yaml
brakes: {inquiries_max: null, accounts_change_max_bp: null, balance_change_max_bp: null,
  dpd_unknown_max_bp: null, rows_rejected_max_bp: null, class_downgrades_max_bp: null}
"""
MAPPING = """\
source: {{files: "{table}-*.parquet", format: parquet}}
table: {table}
slot: "{{stem}}"
match_names: true
"""
ASKING_CHANGES = (
    ("schedule: optimised", "schedule: monthly"),
    ("G3: {months: 1, triggers: true,", "G3: {months: 1, triggers: false,"),
)
"""Everyone is due each month; people 31 to 60 days late are not asked about on a trigger."""
_TIER = """\
  - id: {id}
{level}    title: {{zh: {id}, en: {id}}}
    inspection_days: 30
    own_check_days: 1
    source: made for this check
    grade: M
"""
_RULE = """\
  - id: watch.{level}
    subject: customer
    treatment: watch
    level: {level}
    when: {{field: dpd_max, op: ge, value: {days}}}
    reason: {{code: LATE_{days}, zh: 最长逾期天数, en: days past due}}
    source: made for this check
    grade: M
"""
POLICY = (
    """\
name: late
version: 1
title: {zh: 按逾期分层, en: Tiers by days past due}
effective_from: 2020-01-01
currency: CNY
tiers:
"""
    + _TIER.format(id="G4", level="    level: red\n")
    + _TIER.format(id="G3", level="    level: orange\n")
    + _TIER.format(id="G1", level="")
    + "rules:\n"
    + _RULE.format(level="red", days=61)
    + _RULE.format(level="orange", days=31)
)


if __name__ == "__main__":
    main()
