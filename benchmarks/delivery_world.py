"""A small world to try delivery in: a simulated book, its people, orders, worker and bureau.

Run as a script it is the worker or the bureau of that world, to be killed by others.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.gateways.simulator import Faults, Institution, Listening, Look, Rules, serve
from daihou.inquiry.facts import Claim, Consent, Person
from daihou.inquiry.orders import Order, OrderState, order_key
from daihou.jobs.deliver import DeliverOptions, Sources, deliver
from daihou.jobs.home import Home, open_home
from daihou.jobs.persons import PersonIdentity
from daihou.lake import Lake
from daihou.ops import open_operations
from daihou.report.model import Report
from daihou.report.writers.sample import sample_report

BOOK = "trial"
ORG = "D10000000H0001"
PASSWORD = "a word for trials"
KEY = bytes(range(32))
PLANNED = date(2025, 2, 28)
AT = datetime(2025, 3, 3, 9, 30)
OPERATOR = "batch"
_BOOK = """\
book: trial
title: {zh: 投递试验（模拟）, en: trial of delivery (simulated)}
currency: CNY
simulated: true
rule_packs: {default: [cn_2023]}
policy: policy.yaml
asking: asking.yaml
"""
_BUREAU = """\
adapter: http
url: {url}
sender: D10000000H0001
receiver: A1000000000001
org: D10000000H0001
user: batch01
timeouts: {{connect: 1, read: 1.5}}
retry: {{seconds: 0.05, factor: 2, most_seconds: 1, jitter_percent: 20}}
breaker: {{failures: 20, open_seconds: 0.5}}
per_minute: 600000
workers: {workers}
settle_seconds: 0.1
deadline_seconds: {deadline}
skew_seconds: 0
"""


def make_home(root: Path, url: str, *, workers: int = 4, deadline: int = 3) -> Home:
    """Make a home whose bureau is at ``url``."""
    from importlib import resources

    root.mkdir(parents=True, exist_ok=True)
    (root / "book.yaml").write_text(_BOOK, encoding="utf-8")
    rules = resources.files("daihou.inquiry").joinpath("rules.yaml").read_text(encoding="utf-8")
    (root / "asking.yaml").write_text(rules, encoding="utf-8")
    told = _BUREAU.format(url=url, workers=workers, deadline=deadline)
    (root / "bureau.yaml").write_text(told, encoding="utf-8")
    if not (root / "lake").exists():
        Lake.create(root / "lake")
    return open_home(root)


def an_order(number: int, **change: object) -> Order:
    """Return one approved order."""
    person, window = f"P{number:06d}", "S3:2025-01"
    told = {
        "key": order_key(BOOK, person, "01", window), "book": BOOK, "customer_id": person,
        "purpose": "01", "window": window, "planned_on": PLANNED, "tier": "G1",
        "occasion": "schedule", "reason": "due", "value_minor": 100 + number, "proof": "passed",
        "state": OrderState.APPROVED,
    } | change  # fmt: skip
    return Order(**told)  # type: ignore[arg-type]


def enter(operations: object, orders: Sequence[Order], run_id: str = "run-1") -> None:
    """Enter orders, and the operator who may send them."""
    from daihou.ops.models import PersonRow
    from daihou.ops.store import NightOrders, Operations

    assert isinstance(operations, Operations)
    operations.enter_night(
        NightOrders(run_id, BOOK, PLANNED, orders), datetime(2025, 2, 28, 20, tzinfo=UTC)
    )
    PersonRow.objects.get_or_create(
        user_id=OPERATOR, defaults={"roles": ["operator"], "daily_cap": 1_000_000}
    )


def a_person(customer_id: str) -> Person:
    """Return somebody about whom the lender may ask."""
    consent = Consent(f"C-{customer_id}", date(2024, 1, 5), frozenset({"004"}))
    claim = Claim(f"A-{customer_id}", date(2024, 1, 5), balance_minor=100_000)
    return Person(customer_id, (consent,), (claim,))


def an_identity(customer_id: str) -> PersonIdentity:
    """Return a name and a number that no person can have."""
    number = int(customer_id[1:])
    return PersonIdentity(f"客户{number}", "10", f"000000{number:012d}")


def sources() -> Sources:
    """Return everybody as somebody about whom the lender may ask."""

    def persons(customers: Collection[str], _on: date) -> dict[str, Person]:
        return {who: a_person(who) for who in customers}

    return Sources(
        persons, lambda customers: {who: an_identity(who) for who in customers}, lambda: "the same"
    )


class Everybody:
    """A population in which every number is somebody with the same report."""

    def __init__(self) -> None:
        self._report = sample_report()

    def person_of(self, _name: str, _id_type: str, id_no: str) -> str | None:
        """Return the number itself; one in fifty has no record."""
        return None if int(id_no) % 50 == 0 else id_no

    def report_of(self, _person: str, _on: date, _looks: Sequence[Look]) -> Report:
        """Return the sample."""
        return self._report


@dataclass(slots=True)
class Bureau:
    """The bureau as a process of its own, which can be killed and started again."""

    state: Path
    port: int = 0
    faults: str = "{}"
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it can be asked."""
        line = [sys.executable, __file__, "bureau", str(self.state), str(self.port), self.faults]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        assert told.startswith("http://"), f"the bureau did not start: {told}"
        self.port = int(told.strip().rsplit(":", 1)[1])

    def kill(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def looks(self) -> list[str]:
        """Return the key of every look in its ledger, in order."""
        with closing(sqlite3.connect(self.state / "bureau.sqlite", timeout=30)) as ledger:
            return [key for (key,) in ledger.execute("SELECT key FROM look ORDER BY number")]


def environment() -> dict[str, str]:
    """Return the environment of children."""
    return os.environ | {PASSWORD_VARIABLE: PASSWORD}


def worker(home: Path, *, resend: bool = False) -> subprocess.Popen[str]:
    """Start a worker; ``resend`` plants the fault that an unclear order is sent again."""
    line = [sys.executable, __file__, "worker", str(home), "resend" if resend else "honest"]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment())


def run_bureau(state: Path, port: int, faults: str) -> None:
    """Be the bureau."""
    from daihou.gateways.message import sm3

    bank = Institution(ORG, "模拟示例银行", users=frozenset({"batch01"}))
    rules = Rules({ORG: bank}, sm3(PASSWORD))
    listening = Listening(state, port=port, faults=Faults().changed(json.loads(faults)), seed=7)
    serve(listening, rules, Everybody(), lambda url: print(url, flush=True))


def run_worker(root: Path, *, resend: bool) -> None:
    """Be a worker: work until nothing is due within a few seconds, tell the receipt."""
    if resend:
        plant_resending()
    home = open_home(root)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    operations = open_operations(f"sqlite:///{root / 'ops.sqlite3'}", KEY)
    options = DeliverOptions(
        OPERATOR, at=AT, patience_seconds=13, queue=20, lease_seconds=2, stop=stop
    )
    receipt = deliver(home, operations, options, sources())
    print(json.dumps(receipt.as_dict()), flush=True)


def plant_resending() -> None:
    """Make what is lost look like what was not taken: the fault that harms people."""
    from daihou.gateways import http_bureau
    from daihou.gateways.outcomes import Lost, NotTaken, Outcome

    honest = http_bureau.HttpBureau.send

    def planted(self: object, request: bytes, key: str, deadline: datetime) -> Outcome:
        outcome = honest(self, request, key, deadline)  # type: ignore[arg-type]
        return NotTaken(outcome.why) if isinstance(outcome, Lost) else outcome

    http_bureau.HttpBureau.send = planted  # type: ignore[method-assign]


def wait_until_idle(process: subprocess.Popen[str], seconds: float) -> dict[str, object]:
    """Return the receipt of a worker that ends by itself."""
    told, _ = process.communicate(timeout=seconds)
    assert process.returncode == 0, f"the worker ended with {process.returncode}: {told}"
    receipt: dict[str, object] = json.loads(told)
    return receipt


if __name__ == "__main__":
    if sys.argv[1] == "bureau":
        run_bureau(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        run_worker(Path(sys.argv[2]), resend=sys.argv[3] == "resend")
