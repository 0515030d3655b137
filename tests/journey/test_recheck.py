"""A consent withdrawn or an account closed in what has just landed calls waiting orders off."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest

from daihou.contracts import FACTS
from daihou.inquiry.orders import OrderState
from daihou.jobs.enter import enter_if_asking
from daihou.jobs.home import open_home
from daihou.jobs.init import BankSize, init_home
from daihou.jobs.land import land_inbox
from daihou.jobs.land_rows import land_rows
from daihou.jobs.night import run_night
from daihou.jobs.operations import operations_of
from daihou.jobs.recheck import Rechecked, recheck_pending

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
NIGHT, NEXT = date(2025, 6, 29), date(2025, 6, 30)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("DAIHOU_DATABASE_URL", raising=False)
    made = init_home(tmp_path / "bank", example="bank", bank=BankSize(120))
    land_inbox(made.root, now=NOW)
    run_night(made.root, NIGHT, now=NOW)
    enter_if_asking(made.root, NIGHT, NOW)
    yield open_home(made.root)
    from django.db import connections

    connections["default"].close()


def consents_of(home, who):
    rows = [
        row for file in home.lake.fact_files("consent")
        for row in pq.read_table(home.lake.path_of(file)).to_pylist() if row["customer_id"] == who
    ]  # fmt: skip
    return [{c.name: row[c.name] for c in FACTS["consent"].columns} for row in rows]


def test_a_consent_withdrawn_by_what_has_landed_calls_its_order_off_at_once(home):
    orders = operations_of(home).orders()
    assert recheck_pending(home.root, NOW) == Rechecked(len(orders), 0)
    who = orders[0].customer_id
    gone = [row | {"recorded_on": NEXT, "withdrawn_on": NEXT} for row in consents_of(home, who)]
    land_rows(home, FACTS["consent"], gone, NEXT, NOW)
    assert recheck_pending(home.root, NOW) == Rechecked(len(orders), 1)
    states = {order.customer_id: order.state for order in operations_of(home).orders()}
    assert states.pop(who) is OrderState.CANCELLED
    assert set(states.values()) == {OrderState.APPROVED}
    assert recheck_pending(home.root, NOW) == Rechecked(len(orders) - 1, 0), "once is enough"


def test_a_book_that_asks_nobody_is_not_rechecked(home):
    book = home.root / "book.yaml"
    text = book.read_text(encoding="utf-8").replace("asking: asking.yaml\n", "")
    book.write_text(text, encoding="utf-8")
    assert recheck_pending(home.root, NOW) is None
