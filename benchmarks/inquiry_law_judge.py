"""Judge a published year of inquiries, borrower by borrower, by the independent reading.

Nothing may be planned or sent that ``inquiry_law_reader.py`` refuses, nothing refused that it
permits, and no due look or pulled trigger left out. Read are only results that nights published
and inquiry facts that were landed.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.inquiry_law_people import borrower
from benchmarks.inquiry_law_reader import CONDITIONS, Borrower, Hit, Numbers, Pull
from daihou.lake import Lake

BLOCK = 5_000
"""Borrowers judged together."""
ORDER_COLUMNS = (
    "customer_id", "as_of", "order_key", "status", "tier", "occasion", "trigger_id", "window",
    "refused_by",
)  # fmt: skip


@dataclass
class Tally:
    """What was counted, and where the product and the reader disagree."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def fault(self, kind: str, told: str) -> None:
        self.faults[kind] += 1
        if self.faults[kind] <= 5:
            self.examples.append(f"{kind}: {told}")

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.faults += other.faults
        self.examples += other.examples[: max(0, 40 - len(self.examples))]


@dataclass(frozen=True)
class Course:
    """What has to be judged: where, for whom, when, by which numbers."""

    root: Path
    seed: int
    nights: Sequence[date]
    numbers: Numbers


@dataclass
class Published:
    """What the product published about some borrowers, by customer."""

    orders: dict[str, dict[date, Mapping[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    looks: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    refusals: dict[str, dict[date, str]] = field(default_factory=lambda: defaultdict(dict))
    hits: dict[str, list[Hit]] = field(default_factory=lambda: defaultdict(list))


def published(course: Course, first: int, last: int) -> Published:
    """Return what the lake holds about the borrowers from ``first`` up to before ``last``."""
    lake, found = Lake.open(course.root / "lake"), Published()
    low, high = f"C{first:07d}", f"C{last:07d}"
    some = (pc.field("customer_id") >= low) & (pc.field("customer_id") < high)
    for night in course.nights:
        for file in lake.night_files("inquiry_order", night):
            for row in _rows(lake.path_of(file), some, ORDER_COLUMNS):
                assert night not in found.orders[row["customer_id"]], "two rows of one person"
                found.orders[row["customer_id"]][night] = row
        own = pc.field("signal_id").isin(course.numbers.triggers["misuse_of_funds"]["signals"])
        for file in lake.night_files("signal_day", night):
            for row in _rows(lake.path_of(file), own, None):
                if row["data_age_days"] is not None and row["subject_kind"] == "account":
                    on = night - timedelta(days=row["data_age_days"])
                    hit = Hit(night, row["subject_id"], row["signal_id"], row["level"], on)
                    found.hits[f"C{row['subject_id'][1:].partition('-')[0]}"].append(hit)
    for file in lake.fact_files("inquiry"):
        for row in _rows(lake.path_of(file), some, None):
            if not row["inquiry_id"].startswith("H"):
                found.looks[row["customer_id"]].append(row)
    for path in sorted((course.root / "cancelled").iterdir()):
        for row in _rows(path, some, None):
            found.refusals[row["customer_id"]][row["on"]] = row["refused_by"]
    return found


def _rows(
    path: Path, keep: pc.Expression, columns: Sequence[str] | None
) -> list[Mapping[str, Any]]:
    names = list(columns) if columns else None
    rows: list[Mapping[str, Any]] = pq.read_table(path, columns=names, filters=keep).to_pylist()
    return rows


def judge_block(work: tuple[Course, int, int]) -> Tally:
    """Judge the borrowers from one number up to before another."""
    course, first, last = work
    found, tally = published(course, first, last), Tally()
    for number in range(first, last):
        facts = borrower(course.seed, number, course.nights)
        who = f"C{number:07d}"
        person = Borrower(who, facts, course.numbers, found.looks[who], found.hits[who])
        judge = Judge(person, found.orders[who], found.refusals[who], tally)
        judge.year(course.nights)
    return tally


@dataclass
class Judge:
    """Holds everything that the product did about one borrower against the reader."""

    borrower: Borrower
    orders: Mapping[date, Mapping[str, Any]]
    refusals: Mapping[date, str]
    tally: Tally
    triggers: dict[Pull, set[str]] = field(default_factory=lambda: defaultdict(set))

    def year(self, nights: Sequence[date]) -> None:
        """Judge every night and the morning after it, then every look and trigger as a whole."""
        for night in nights:
            self.night(night)
        looks = self.borrower.looks
        if len({row["inquiry_id"] for row in looks}) != len(looks):
            self._fault("an order was sent twice", None)
        if len({row["planned_on"] for row in looks}) != len(looks):
            self._fault("two orders of one night", None)
        for row in looks:
            order = self.orders.get(row["planned_on"])
            if order is None or order["status"] != "ordered":
                self._fault("sent without an order", row["asked_on"])
        for pull, reasons in sorted(self.triggers.items()):
            self.trigger(pull, reasons)

    def night(self, night: date) -> None:
        """Judge what one night planned, refused or left out, and what was sent on it."""
        borrower, order = self.borrower, self.orders.get(night)
        borrower.morning = False
        self.tally.counts["person-nights judged"] += 1
        pulls = borrower.pulls(night)
        due = borrower.is_due(night)
        if order is None and not pulls and not due:
            self.tally.counts["nothing wanted"] += 1
            return
        state = borrower.conditions(night)
        fails = [name for name in CONDITIONS if state[name] is not True]
        allowed = borrower.tier(night) in borrower.numbers.trigger_tiers
        usable = [pull for pull in pulls if allowed and borrower.unused(pull, night)]
        person = borrower.is_person(night)
        known = set(self.triggers)
        for pull in pulls:
            self.triggers[pull].update(fails or ([] if allowed else ["tier"]))
            self.triggers[pull].update([] if person else ["not a person"])
            if night == pull.until and pull not in known:
                self.triggers[pull].add("first night on its last day")
            if not borrower.unused(pull, night):
                self.triggers[pull].add("a look since, which the bureau never took")
        if order is None:
            waiting = [
                pull for pull in usable
                if night < pull.until and not borrower.has_cancelled(pull, night)
            ]  # fmt: skip
            if person and not fails and (waiting or (due and not borrower.has_used_month(night))):
                self._fault("left out", night, waiting or "the schedule")
            self.tally.counts["nothing permitted or left to ask"] += 1
        elif order["status"] == "refused":
            self.tally.counts["refused by the night"] += 1
            self.refused(night, set(order["refused_by"].split(";")), set(fails))
        else:
            self.ordered(night, order, fails, usable)
            self.morning(night, order, pulls, allowed)

    def refused(self, night: date, named: set[str], fails: set[str]) -> None:
        """Judge a refusal of the night: it names exactly what does not hold."""
        for name in named:
            self.tally.counts[f"night refused: {name}"] += 1
        if named - fails:
            self._fault("refused for a condition that holds", night, sorted(named - fails))
        if fails - named:
            self._fault("refused without naming all", night, sorted(fails - named))

    def ordered(
        self, night: date, order: Mapping[str, Any], fails: Sequence[str], usable: Sequence[Pull]
    ) -> None:
        """Judge an order of the night."""
        self.tally.counts["ordered by the night"] += 1
        if not self.borrower.is_person(night):
            self._fault("planned about a firm", night)
        if fails:
            self._fault("planned though refused", night, fails)
        if order["occasion"] == "schedule":
            if not self.borrower.is_due(night):
                self._fault("planned before it was due", night)
        elif not any(self._is_for(order, pull) for pull in usable):
            self._fault("planned without its trigger", night, order["trigger_id"])

    def morning(
        self, night: date, order: Mapping[str, Any], pulls: Sequence[Pull], allowed: bool
    ) -> None:
        """Judge what became of an order on the morning of its sending."""
        borrower = self.borrower
        became = [row for row in borrower.looks if row["inquiry_id"] == order["order_key"]]
        if len(became) != 1:
            self._fault("an order without its end", night, order["order_key"])
            return
        day = became[0]["recorded_on"]
        borrower.morning = True
        state = borrower.conditions(day)
        fails = {name for name in CONDITIONS if state[name] is not True}
        if not borrower.is_person(day):
            fails.add("not a person")
        alone = sorted(fails)
        if order["occasion"] == "schedule":
            occasion = borrower.is_due(day)
        else:
            occasion = allowed and any(
                self._is_for(order, pull) and day <= pull.until and borrower.unused(pull, day)
                for pull in pulls
            )
        fails |= set() if occasion else {"occasion"}
        kind = "schedule" if order["trigger_id"] is None else order["occasion"]
        if became[0]["asked_on"] is not None:
            self.tally.counts["sent"] += 1
            self.tally.counts[f"sent for {kind}"] += 1
            if fails or became[0]["asked_on"] != day or day <= night:
                self._fault("sent though refused", day, sorted(fails))
            return
        named = set(self.refusals[day].split(";"))
        self.tally.counts["cancelled at sending"] += 1
        for name in named:
            self.tally.counts[f"morning refused: {name}"] += 1
        for pull in pulls:
            late = [] if day <= pull.until else ["a day too old"]
            self.triggers[pull].update(f"cancelled in the morning: {w}" for w in alone or late)
            if not self._is_for(order, pull) and (day - night).days > 1:
                self.triggers[pull].add("behind an order that waited and was cancelled")
        if named - fails == {"relationship"} and borrower.has_new_loan(night, day):
            self.tally.counts["cancelled: nobody knows the balance of a new loan yet"] += 1
            named -= {"relationship"}
        if not fails and not named:
            return
        if not fails:
            self._fault("cancelled though permitted", day, sorted(named))
        elif named != fails:
            self._fault("cancelled for something else", day, f"{sorted(named)} {sorted(fails)}")

    def trigger(self, pull: Pull, reasons: set[str]) -> None:
        """Judge a trigger as a whole: looked within its days, or a reason why not."""
        self.borrower.morning = False
        if any(pull.on <= day for day in self.borrower.asked(pull.until)):
            self.tally.counts[f"trigger {pull.kind}: looked within its days"] += 1
        elif reasons:
            why = sorted(reasons)[0]
            self.tally.counts[f"trigger {pull.kind}: lawfully not, {why}"] += 1
        else:
            self._fault("a trigger that nobody served", pull.on, pull.kind)

    @staticmethod
    def _is_for(order: Mapping[str, Any], pull: Pull) -> bool:
        told = (order["trigger_id"] or "").rpartition(":")[2]
        return bool(order["occasion"] == pull.kind and told == pull.on.isoformat())

    def _fault(self, kind: str, day: date | None, told: object = "") -> None:
        self.tally.fault(kind, f"{self.borrower.customer_id} on {day} {told}")


def judge_year(course: Course, people: int, processes: int = 1) -> Tally:
    """Return the judgement of all borrowers."""
    blocks = [
        (course, first, min(first + BLOCK, people)) for first in range(0, people, BLOCK)
    ]  # fmt: skip
    whole = Tally()
    if processes == 1:
        for block in blocks:
            whole.add(judge_block(block))
        return whole
    with multiprocessing.Pool(processes) as pool:
        for done, tally in enumerate(pool.imap_unordered(judge_block, blocks), 1):
            whole.add(tally)
            print(f"judged {min(done * BLOCK, people):,} of {people:,}", flush=True)
    return whole


def course_of(root: Path, seed: int, nights: Sequence[date]) -> Course:
    """Return what to judge a home by: the numbers are those of its own rules of asking."""
    text = (root / "asking.yaml").read_text(encoding="utf-8")
    return Course(root, seed, nights, Numbers.read(text))
