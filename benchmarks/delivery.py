"""Throughput and memory of delivery against bare HTTP calls with the same messages.

    python benchmarks/delivery.py --orders 2000 --workers 8

Both meet the same simulated bureau in the same run; the ratio is what the gate, the record before
each message, the sealed answer and the chain of events cost.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks.delivery_world import (
    AT,
    KEY,
    OPERATOR,
    ORG,
    PASSWORD,
    Bureau,
    an_identity,
    an_order,
    enter,
    make_home,
    sources,
)
from daihou.gateways.message import (
    DEADLINE_HEADER,
    KEY_HEADER,
    Head,
    Request,
    key_of,
    sm3,
    write_request,
)
from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.jobs.deliver import DeliverOptions, deliver
from daihou.ops import open_operations


def bare(url: str, first: int, orders: int, workers: int) -> float:
    """Return the seconds that the same messages take without anything around them."""
    head = Head("D10000000H0001", "A1000000000001", AT, "D101", 1)
    messages = []
    for number in range(first, first + orders):
        who = an_identity(f"P{number:06d}")
        request = Request(
            head, ORG, "batch01", sm3(PASSWORD), ORG, "batch01", who.name, who.id_type, who.id_no,
            "01", "0101",
        )  # fmt: skip
        messages.append((key_of(f"bare-{number}"), write_request(request)))
    deadline = str(int((datetime.now(UTC) + timedelta(hours=1)).timestamp()))

    def work(share: list[tuple[str, bytes]]) -> int:
        with httpx.Client(timeout=30, trust_env=False) as client:
            for key, body in share:
                answer = client.post(
                    f"{url}/inquiries", content=body,
                    headers={KEY_HEADER: key, DEADLINE_HEADER: deadline},
                )  # fmt: skip
                assert answer.status_code == 200, answer.status_code
        return len(share)

    began = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        done = sum(pool.map(work, [messages[n::workers] for n in range(workers)]))
    assert done == orders
    return time.monotonic() - began


def main() -> None:
    """Run both and print seconds, messages a second, their ratio and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=8)
    told = parser.parse_args()
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    with tempfile.TemporaryDirectory(prefix="daihou-delivery-") as folder:
        bureau = Bureau(Path(folder) / "bureau")
        bureau.start()
        try:
            home = make_home(Path(folder) / "home", bureau.url, workers=told.workers, deadline=300)
            operations = open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY)
            enter(operations, [an_order(number) for number in range(told.orders)])
            bare(bureau.url, 2 * told.orders, 50, told.workers)  # both meet a warm bureau
            plain = bare(bureau.url, told.orders, told.orders, told.workers)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            receipt = deliver(home, operations, DeliverOptions(OPERATOR, at=AT), sources())
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        finally:
            bureau.kill()
    ended = receipt.outcomes.get("answered", 0) + receipt.outcomes.get("no_record", 0)
    assert ended == told.orders, receipt.as_dict()
    figures = {
        "orders": told.orders, "workers": told.workers,
        "bare_seconds": round(plain, 2), "bare_a_second": round(told.orders / plain, 1),
        "delivery_seconds": round(receipt.seconds, 2),
        "delivery_a_second": round(told.orders / receipt.seconds, 1),
        "ratio": round(plain / receipt.seconds, 3),
        "memory_mib_before": before // 1024, "memory_mib_after": after // 1024,
    }  # fmt: skip
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
