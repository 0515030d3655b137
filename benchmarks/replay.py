"""Run the same nights in other ways and prove that they publish the same bytes.

The auto book's nights are run from a clean home with two threads, then: with one thread; in a home
on another path; with the files landed in another order; with only the months up to the last of
these nights landed; and again after the later months were landed on top. Every table of every night
must have the same content hash. At last a corrected file is landed: the night run anew says
something else, and ``daihou replay`` still proves the published one from the files it read.

    python benchmarks/replay.py --from 2020-01-31 --to 2020-06-30
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from daihou.lake import Lake

SOURCE = Path(__file__).resolve().parent.parent / "src"
FILES = ("deferrals", "loans", "schedule", "servicing")
KNOWN_BY = {"deferrals": "deferred_on", "loans": "state_from", "servicing": "month_end"}
"""The day by which a row of each file was handed over; the schedule has its own rule."""


@dataclass(frozen=True, slots=True)
class Nights:
    """What a home published: hashes by night and table, and what went into them."""

    hashes: Mapping[str, Mapping[str, str]]
    facts: frozenset[str]
    programs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Span:
    """The nights that are run, as the command line names them."""

    first: str
    last: str


def daihou(*line: object, threads: int = 2, status: int = 0) -> str:
    """Run one command in a process of its own and return what it printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "daihou", *map(str, line)], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE), "DAIHOU_THREADS": str(threads)}, check=False,
    )  # fmt: skip
    if ended.returncode != status:
        raise SystemExit(f"{line} ended with {ended.returncode}\n{ended.stdout}\n{ended.stderr}")
    return ended.stdout


def new_home(path: Path) -> Path:
    daihou("init", path, "--example", "auto", "--json")
    return path


def run_nights(home: Path, span: Span, threads: int = 2) -> Nights:
    daihou("night", "--from", span.first, "--to", span.last, "--threads", threads, "--home", home,
           "--json", threads=threads)  # fmt: skip
    entries = [
        e for e in Lake.open(home / "lake").nights() if span.first <= str(e.as_of) <= span.last
    ]
    return Nights(
        {str(e.as_of): {f.table: f.content_hash for f in e.adds} for e in entries},
        frozenset(str(e.note["facts_hash"]) for e in entries),
        frozenset(str(e.note["program_digest"]) for e in entries),
    )  # fmt: skip


def land_one(home: Path, name: str, path: Path | None = None) -> None:
    file = path or home / "inbox" / f"{name}.parquet"
    daihou("land", file, "--mapping", home / "mappings" / f"{name}.yaml", "--home", home, "--json")


def split(inbox: Path, until: date) -> dict[str, Path]:
    """Leave in ``inbox`` what had been handed over by a day; return the files of the rest."""
    day = pa.scalar(until, pa.date32())
    later: dict[str, Path] = {}
    for name, column in KNOWN_BY.items():
        whole = pq.read_table(inbox / f"{name}.parquet")
        known = pc.less_equal(whole[column], day)
        later[name] = inbox / f"{name}-later.parquet"
        pq.write_table(whole.filter(pc.invert(known)), later[name])
        pq.write_table(whole.filter(known), inbox / f"{name}.parquet")
    accounts = pq.read_table(inbox / "loans.parquet", columns=["acct"])["acct"]
    whole = pq.read_table(inbox / "schedule.parquet")
    later["schedule"] = inbox / "later" / "schedule.parquet"  # the same name: it takes the place
    later["schedule"].parent.mkdir()
    pq.write_table(whole, later["schedule"])
    agreed = pc.or_kleene(pc.is_null(whole["agreed_on"]), pc.less_equal(whole["agreed_on"], day))
    known = pc.and_(pc.fill_null(agreed, False), pc.is_in(whole["acct"], accounts.combine_chunks()))
    part = whole.filter(known)
    come = pc.fill_null(pc.less_equal(part["cancelled_on"], day), False)
    cancelled = pc.if_else(come, part["cancelled_on"], None)
    place = part.schema.get_field_index("cancelled_on")
    pq.write_table(part.set_column(place, part.schema.field(place), cancelled),
                   inbox / "schedule.parquet")  # fmt: skip
    return later


def correct(inbox: Path, until: date) -> Path:
    """Return a corrected servicing file: every payment of the month of ``until`` is 5.00 less."""
    whole = pq.read_table(inbox / "servicing.parquet")
    hit = pc.and_(pc.equal(whole["month_end"], pa.scalar(until, pa.date32())),
                  pc.greater(whole["paid"], 10))  # fmt: skip
    place = whole.schema.get_field_index("paid")
    more = pc.if_else(hit, pc.subtract(whole["paid"], 5), whole["paid"]).cast(
        whole.schema.field(place).type
    )
    path = inbox / "corrected" / "servicing.parquet"
    path.parent.mkdir()
    pq.write_table(whole.set_column(place, whole.schema.field(place), more), path)
    return path


class Book:
    """Collects one line of the result table a way, and every difference found."""

    def __init__(self, base: Nights) -> None:
        self.base, self.different = base, 0
        print("| way | tables equal | facts hash | program |\n|---|---|---|---|")

    def line(self, way: str, other: Nights) -> None:
        pairs = [
            (day, table, sha, other.hashes.get(day, {}).get(table))
            for day, tables in self.base.hashes.items() for table, sha in tables.items()
        ]  # fmt: skip
        wrong = [(day, table) for day, table, sha, found in pairs if sha != found]
        self.different += len(wrong)
        facts = "same" if other.facts == self.base.facts else "other"
        program = "same" if other.programs == self.base.programs else "other"
        print(f"| {way} | {len(pairs) - len(wrong)} of {len(pairs)} | {facts} | {program} |")
        for day, table in wrong:
            print(f"  - {day} {table} differs")
        sys.stdout.flush()


def compare(folder: Path, span: Span) -> int:
    """Run every way and print a line for each; return how many tables differ."""
    base = new_home(folder / "base")
    daihou("land", "--home", base, "--json")
    book = Book(run_nights(base, span))
    book.line("run again in the same home", run_nights(base, span))
    one = new_home(folder / "one")
    daihou("land", "--home", one, "--json", threads=1)
    book.line("clean home, 1 thread", run_nights(one, span, threads=1))
    book.line("the same, 4 threads", run_nights(one, span, threads=4))
    other = new_home(folder / "另一个 home, it's elsewhere")
    for name in reversed(FILES):
        land_one(other, name)
    book.line("another path, files landed in the opposite order", run_nights(other, span))
    early = new_home(folder / "early")
    until = date.fromisoformat(span.last)
    later = split(early / "inbox", until)
    for name in FILES:
        if pq.read_metadata(early / "inbox" / f"{name}.parquet").num_rows:
            land_one(early, name)
    book.line(f"only the months up to {until} landed", run_nights(early, span))
    for name, path in later.items():
        land_one(early, name, path)
    book.line("the later months landed on top", run_nights(early, span))
    return book.different + corrected(base, span)


def corrected(home: Path, span: Span) -> int:
    """Land a corrected file; return how many nights ``replay`` cannot prove any more."""
    lake = Lake.open(home / "lake")
    nights = [str(entry.as_of) for entry in lake.nights()]
    land_one(home, "servicing", correct(home / "inbox", date.fromisoformat(span.last)))
    proved = sum('"same": true' in daihou("replay", "--as-of", n, "--home", home, "--json")
                 for n in nights)  # fmt: skip
    print(f"\nafter a corrected file was landed, replay proves {proved} of {len(nights)} nights")
    before = {f.table: f.content_hash for f in lake.nights()[-1].adds}
    now = run_nights(home, Span(span.last, span.last)).hashes[span.last]
    changed = [table for table, sha in now.items() if before[table] != sha]
    print(f"the night of {span.last} run anew on the corrected facts differs in {changed}")
    assert "account_day" in changed, "the correction must be seen"
    again = daihou("replay", "--as-of", span.last, "--home", home, "--json")
    return len(nights) - proved + ('"same": true' not in again)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", default="2020-01-31")
    parser.add_argument("--to", dest="last", default="2020-06-30")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="daihou-replay-") as name:
        different = compare(Path(name), Span(options.first, options.last))
        shutil.rmtree(name, ignore_errors=True)
        Path(name).mkdir()
    print(f"{different} differences, {time.monotonic() - began:.0f} s")
    if different:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
