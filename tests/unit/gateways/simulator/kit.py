"""A simulated bureau in a process of its own, with few invented people, for tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from datetime import time as day_time
from pathlib import Path

import httpx

from daihou.gateways.message import (
    DEADLINE_HEADER,
    KEY_HEADER,
    Head,
    Request,
    key_of,
    sm3,
    write_request,
)
from daihou.gateways.simulator import Faults, Institution, Listening, Look, NotSamePerson, Rules
from daihou.report.model import Report
from daihou.report.words import ReportKind
from daihou.report.writers.invent import SMALL, invent_report
from daihou.report.writers.overview import overview_of

ORG, OTHER_ORG, USER, PASSWORD = "D10000000H0001", "D20000000H0002", "post-loan", "for tests"
BANK = "模拟示例银行股份有限公司"
DAY = datetime(2025, 3, 3, 9, 30)
NAMES = {f"000000{no:012d}": f"客户{no}" for no in range(1, 9)}


class FewPeople:
    """Eight invented people; somebody asked about in the ninth place has no record."""

    def person_of(self, name: str, id_type: str, id_no: str) -> str | None:
        """Return the number itself."""
        if id_no not in NAMES:
            return None
        if NAMES[id_no] != name:
            raise NotSamePerson
        return id_no

    def report_of(self, person: str, on: date, looks: Sequence[Look]) -> Report:
        """Return a small invented report whose looks are those of the ledger."""
        header = invent_report(1, SMALL).header
        told = Report(
            ReportKind.PBOC_GEN2,
            header=replace(
                header, name=NAMES[person], id_no=person, other_ids=(), disputes=None,
                report_at=datetime.combine(on, day_time(9)), fraud_alert=None,
            ),
            inquiries=tuple(look.inquiry() for look in reversed(looks) if not look.own),
        )  # fmt: skip
        return replace(told, summary=overview_of(told))


def rules(hours: tuple[int, int] | None = None, per_minute: int | None = None) -> Rules:
    """Return rules with one bank that may ask for 01 and 02."""
    bank = Institution(ORG, BANK, users=frozenset({USER}), reasons=frozenset({"01", "02"}))
    return Rules({ORG: bank}, sm3(PASSWORD), hours=hours, per_minute=per_minute)


def request(no: int = 1, /, **changes: object) -> Request:
    """Return a question about one of the few people."""
    head = Head("D1000000000001", "A1000000000001", DAY, "D101", no)
    id_no = f"000000{no:012d}"
    asked = Request(
        head, ORG, USER, sm3(PASSWORD), ORG, USER, NAMES.get(id_no, "某人"), "10", id_no, "01",
        "0101",
    )  # fmt: skip
    return replace(asked, **changes)  # type: ignore[arg-type]


class Running:
    """A server process and a client of it."""

    def __init__(self, state: Path, *arguments: str) -> None:
        self.state, self.arguments = state, arguments
        self.start()

    def start(self, *more: str) -> None:
        """Start the process and wait until it listens."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.gateways.simulator.process", str(self.state),
             *self.arguments, *more],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4],
            env=os.environ | {"PYTHONWARNINGS": "error"},
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening http://127.0.0.1:"), line
        self.url = line.split()[1]
        self.client = httpx.Client(base_url=self.url, timeout=20, trust_env=False)

    def kill(self) -> None:
        """End the process without warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the process as an operator does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def post(
        self, asked: Request | bytes, key: str = "order", seconds: float = 60
    ) -> httpx.Response:
        """Send a message; ``key`` is the order's own, ``seconds`` are left to its deadline."""
        return self.client.post(
            "/inquiries",
            content=asked if isinstance(asked, bytes) else write_request(asked),
            headers={KEY_HEADER: key_of(key), DEADLINE_HEADER: f"{time.time() + seconds:.3f}"},
        )

    def get(self, key: str = "order") -> httpx.Response:
        """Ask for an answer again."""
        return self.client.get(f"/inquiries/{key_of(key)}")

    def looks(self, key: str = "order") -> list[dict[str, object]]:
        """Return the ledger's looks of a key."""
        found: list[dict[str, object]] = self.client.get(
            "/ledger", params={"key": key_of(key)}
        ).json()["looks"]
        return found

    def counts(self) -> dict[str, int]:
        """Return the ledger's counts."""
        found: dict[str, int] = self.client.get("/ledger").json()
        return found

    def faults(self, **told: object) -> httpx.Response:
        """Set faults anew."""
        return self.client.post("/faults", json=told)


def listening(state: Path, batch: Path | None = None) -> Listening:
    """Return where the process of the tests listens."""
    return Listening(state, batch=batch, faults=Faults(), seed=7)
