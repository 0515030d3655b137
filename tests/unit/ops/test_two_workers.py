"""Two workers on one book at once: every order leaves once, on SQLite and on PostgreSQL."""

from collections import Counter
from threading import Lock, Thread

from benchmarks.delivery_world import (
    AT,
    OPERATOR,
    PASSWORD,
    an_order,
    enter,
    make_home,
    sources,
)
from daihou.gateways.message import Head, key_of, write_answer
from daihou.gateways.outcomes import Answer, Lost, NotTaken
from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.jobs.deliver import DeliverOptions, deliver

ORDERS = 60
REPORT = write_answer(
    Head("A1000000000001", "D10000000H0001", AT, "D102", 1), "AAA001", "no record"
)


class Ledger:
    """A bureau that forgets to answer now and then, and writes down every look."""

    def __init__(self):
        self.looks, self._lock, self._calls = Counter(), Lock(), 0

    def send(self, request, key, deadline):
        with self._lock:
            self._calls += 1
            if self._calls % 7 == 0:
                return NotTaken("status 503")
            self.looks[key] += 1
            return Lost("cut") if self._calls % 5 == 0 else Answer(REPORT)

    def ask(self, key, deadline):
        with self._lock:
            if self.looks[key]:
                return Answer(REPORT)
            return NotTaken("never received", unheard=True)

    def close(self):
        """Nothing is open."""


def test_two_workers_at_once_send_every_order_once(operations, tmp_path, monkeypatch):
    from django.db import connections

    from daihou.ops.chain import first_break

    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    home = make_home(tmp_path / "home", "http://127.0.0.1:9", workers=3)
    # Half of the people stand twice in the book: only one of their two orders may leave.
    twins = [an_order(n, key=f"twin-{n}", window="T:1") for n in range(ORDERS // 2)]
    enter(operations, [*(an_order(n) for n in range(ORDERS)), *twins])
    bureau, faults = Ledger(), []

    def work():
        try:
            options = DeliverOptions(OPERATOR, at=AT, patience_seconds=5, queue=7)
            deliver(home, operations, options, sources(), bureau)
        except Exception as error:  # noqa: BLE001 - told by the test
            faults.append(error)
        finally:
            connections["default"].close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert faults == [] and not any(thread.is_alive() for thread in threads)
    assert set(bureau.looks.values()) == {1}
    people = Counter(
        order.customer_id for order in operations.orders() if order.state == "answered"
    )
    assert len(people) == ORDERS and set(people.values()) == {1}
    assert bureau.looks.keys() == {
        key_of(order.key) for order in operations.orders() if order.state == "answered"
    }
    assert first_break() is None
