"""Kills worker and bureau at random moments and counts: no look twice, no answer lost.

    python benchmarks/delivery_kills.py --orders 3000 --kills 200
    python benchmarks/delivery_kills.py --orders 60 --kills 0 --plant

The bureau is the simulated one as a process of its own; it does not make keys unique, so that its
ledger shows a second look. ``--plant`` sends unclear orders again, and must be caught.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path

from benchmarks.delivery_world import (
    KEY,
    PASSWORD,
    Bureau,
    an_order,
    enter,
    make_home,
    wait_until_idle,
    worker,
)
from daihou.gateways.message import key_of
from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.inquiry.orders import OrderState
from daihou.ops import open_operations

FAULTS = {
    "drop_before": 0.04, "drop_after": 0.04, "later": 0.08, "later_ms": 400, "reorder": True,
    "garble": 0.04, "twice": 0.02, "refuse": 0.04, "slow": 0.05, "slow_ms": 60,
}  # fmt: skip
_UNDER_WAY = "SELECT count(*) FROM ops_orderrow WHERE state = 'sending'"
_APPROVED = "SELECT count(*) FROM ops_orderrow WHERE state = 'approved'"
_ENDS = {OrderState.ANSWERED, OrderState.NO_RECORD, OrderState.FAILED, OrderState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Trial:
    """How much is tried: orders a night, kills, workers at once; ``plant`` resends what is unclear.

    A kill comes at most ``longest_seconds`` after the one before.
    """

    orders: int
    kills: int
    workers: int = 2
    seed: int = 1
    plant: bool = False
    longest_seconds: float = 4.0
    faults: str = json.dumps(FAULTS)


@dataclass(slots=True)
class Outcome:
    """What was found. Every list of faults must be empty."""

    kills: Counter[str] = field(default_factory=Counter)
    under_way_at_kills: int = 0
    looks: int = 0
    states: Counter[str] = field(default_factory=Counter)
    begun: int = 0
    unreadable: int = 0
    seconds: float = 0.0
    looked_twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    open_without_reason: list[str] = field(default_factory=list)
    chain_broken_at: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Return what was found as JSON values."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return told | {"kills": dict(self.kills), "states": dict(self.states)}

    @property
    def whole(self) -> bool:
        """Tell whether nobody was harmed and nothing was lost."""
        return not (
            self.looked_twice or self.lost or self.open_without_reason or self.chain_broken_at
        )


class Killing:
    """Workers and the bureau of one trial, killed and started again."""

    def __init__(self, trial: Trial, home: Path, bureau: Bureau, operations: object) -> None:
        self._trial, self._home, self._bureau = trial, home, bureau
        self._operations, self._entered = operations, trial.orders
        self._chance = random.Random(trial.seed)
        self._workers: list[subprocess.Popen[str]] = []
        self.kills: Counter[str] = Counter()
        self.struck = 0

    def run(self) -> None:
        """Kill so many times, each time after a random while; then let the rest come to an end."""
        self._fill()
        while self.kills.total() < self._trial.kills:
            time.sleep(self._chance.uniform(0.2, self._trial.longest_seconds))
            if self._chance.random() < 0.3:
                self._bureau.kill()
                self.kills["bureau"] += 1
                time.sleep(self._chance.uniform(0, 0.3))
                self._bureau.start()
            else:
                self._kill_worker()
            self._fill()
            self._enter_more()
        for process in self._workers:
            wait_until_idle(process, 3_600)
        wait_until_idle(worker(self._home, resend=self._trial.plant), 3_600)

    def _fill(self) -> None:
        """Start workers anew, those that came to an end by themselves too."""
        for process in [p for p in self._workers if p.poll() is not None]:
            wait_until_idle(process, 1)
            self._workers.remove(process)
        while len(self._workers) < self._trial.workers:
            self._workers.append(worker(self._home, resend=self._trial.plant))

    def _enter_more(self) -> None:
        """Enter another night's orders before the work runs out: idle workers prove nothing."""
        with closing(sqlite3.connect(self._home / "ops.sqlite3", timeout=30)) as books:
            (left,) = books.execute(_APPROVED).fetchone()
        if left < min(100, self._trial.orders // 2) and self._trial.orders >= 200:
            more = range(self._entered, self._entered + self._trial.orders)
            enter(self._operations, [an_order(n) for n in more], f"run-{self._entered}")
            self._entered += self._trial.orders

    def _kill_worker(self) -> None:
        process = self._workers.pop(self._chance.randrange(len(self._workers)))
        if process.poll() is not None:
            wait_until_idle(process, 1)
            return
        process.kill()
        process.communicate()
        self.kills["worker"] += 1
        with closing(sqlite3.connect(self._home / "ops.sqlite3", timeout=30)) as books:
            (under_way,) = books.execute(_UNDER_WAY).fetchone()
        self.struck += under_way


def tried(trial: Trial, folder: Path) -> Outcome:
    """Run a trial in a new folder and return what was found."""
    began = time.monotonic()
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    bureau = Bureau(folder / "bureau", faults=trial.faults)
    bureau.start()
    try:
        home = make_home(folder / "home", bureau.url)
        operations = open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY)
        enter(operations, [an_order(number) for number in range(trial.orders)])
        killing = Killing(trial, home.root, bureau, operations)
        killing.run()
        found = judged(operations, bureau)
        found.kills, found.under_way_at_kills = killing.kills, killing.struck
    finally:
        bureau.kill()
    found.seconds = time.monotonic() - began
    return found


def judged(operations: object, bureau: Bureau) -> Outcome:
    """Hold the bureau's own ledger against operations."""
    from daihou.ops.chain import first_break
    from daihou.ops.models import AnswerRow, EventRow, OrderRow
    from daihou.ops.store import Operations

    assert isinstance(operations, Operations)
    looks = Counter(bureau.looks())
    found = Outcome(looks=looks.total(), chain_broken_at=first_break())
    found.looked_twice = sorted(key for key, times in looks.items() if times > 1)
    found.begun = EventRow.objects.filter(kind="order_begin").count()
    found.unreadable = AnswerRow.objects.exclude(problem="").count()
    answered = {key for _, key, data in operations.answers() if data}
    for row in OrderRow.objects.all():
        found.states[row.state] += 1
        looked = key_of(row.key) in looks
        ended = row.state in {OrderState.ANSWERED, OrderState.NO_RECORD} and row.key in answered
        if (looked and not ended) or (ended and not looked):
            found.lost.append(f"{row.key}: {row.state}, looked {looked}")
        if row.state not in _ENDS and not row.waiting:
            found.open_without_reason.append(f"{row.key}: {row.state}")
    return found


def main() -> None:
    """Run one trial and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=3_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="daihou-kills-") as folder:
        found = tried(
            Trial(told.orders, told.kills, told.workers, told.seed, told.plant), Path(folder)
        )
    print(json.dumps(found.as_dict(), indent=1))
    print("whole" if found.whole else "HARM OR LOSS")
    raise SystemExit(0 if found.whole != told.plant else 1)


if __name__ == "__main__":
    main()
