"""Delivery through folders: left, collected, answered, each key once."""

import threading
from collections import Counter
from dataclasses import replace

from benchmarks.delivery_world import (
    AT,
    KEY,
    OPERATOR,
    ORG,
    PASSWORD,
    Everybody,
    an_order,
    enter,
    make_home,
    sources,
)
from daihou.gateways.message import sm3
from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.gateways.simulator import Bureau, Institution, Ledger, Rules
from daihou.gateways.simulator.batch import Folders, work_through
from daihou.jobs.deliver import DeliverOptions, deliver
from daihou.ops import open_operations

ORDERS = 12


def test_orders_through_folders_are_answered_once_each(tmp_path, monkeypatch):
    from django.db import connections

    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    home = make_home(tmp_path / "home", "http://127.0.0.1:9", deadline=60)
    told = (home.root / "bureau.yaml").read_text(encoding="utf-8")
    (home.root / "bureau.yaml").write_text(
        told.replace("adapter: http\nurl: http://127.0.0.1:9", "adapter: files\nfolder: exchange"),
        encoding="utf-8",
    )
    operations = open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY)
    enter(operations, [an_order(number) for number in range(1, ORDERS + 1)])
    ledger, done = Ledger(tmp_path / "ledger"), threading.Event()
    bureau = Bureau(
        ledger, Rules({ORG: Institution(ORG, "模拟示例银行")}, sm3(PASSWORD)), Everybody()
    )
    folders = Folders(home.root / "exchange").made()

    def collect():
        while not done.wait(0.2):
            work_through(bureau, folders)

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        options = DeliverOptions(OPERATOR, at=AT, patience_seconds=5)
        receipt = deliver(home, operations, options, sources())
        again = deliver(home, operations, replace(options), sources())
        looks = Counter(ledger.counts())
    finally:
        done.set()
        thread.join()
        ledger.close()
        connections["default"].close()
    assert (receipt.left, receipt.outcomes["answered"], again.left) == (ORDERS, ORDERS, 0)
    assert looks["looks"] == ORDERS and looks["keys_looked_twice"] == 0
    assert len(list((home.root / "exchange" / "done").iterdir())) == ORDERS
