"""The circle closes through dated facts only: orders and answers land, and the next night reads."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from daihou.inquiry.orders import Command, Step
from daihou.jobs.enter import enter_night
from daihou.jobs.hand_back import hand_back, is_of_another
from daihou.jobs.home import open_home
from daihou.jobs.init import BankSize, init_home
from daihou.jobs.land import land_inbox
from daihou.jobs.night import run_night
from daihou.jobs.persons import PersonIdentity
from daihou.ops import open_operations
from daihou.report.writers.gen2 import Envelope, Gen2Form, write_gen2
from daihou.report.writers.invent import invent_report

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
NIGHT, MORNING = date(2025, 6, 29), date(2025, 6, 30)
MESSAGE = Gen2Form(envelope=Envelope.GZIP)


def rows_of(home, table, night=None):
    home.lake.refresh()
    files = home.lake.fact_files(table) if night is None else home.lake.night_files(table, night)
    return [row for f in files for row in pq.read_table(home.lake.path_of(f)).to_pylist()]


@pytest.fixture
def home(tmp_path):
    made = init_home(tmp_path / "bank", example="bank", bank=BankSize(300))
    land_inbox(made.root, now=NOW)
    run_night(made.root, NIGHT, now=NOW)
    return open_home(made.root)


@pytest.fixture
def operations(home):
    yield open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", key=bytes(range(32)))
    from django.db import connections

    connections["default"].close()


def test_a_night_enters_once_and_its_orders_are_approved_by_the_rule(home, operations):
    first = enter_night(home, operations, NIGHT, NOW)
    again = enter_night(home, operations, NIGHT, NOW)
    ordered = [r for r in rows_of(home, "inquiry_order", NIGHT) if r["status"] == "ordered"]
    assert (first.orders_new, first.wait_for_two) == (len(ordered), 0)
    assert first.proposals_new > 0
    assert (again.entered_before, again.orders_new, again.proposals_new) == (True, 0, 0)
    assert {o.state.value for o in operations.orders()} == {"approved"}
    assert {o.approved_by for o in operations.orders()} == {("night",)}


def test_over_the_cap_every_order_of_the_night_waits_for_two_persons(home, operations):
    path = home.root / "asking.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("automatic_up_to: {value: 1000", "automatic_up_to: {value: 5"))
    entered = enter_night(home, operations, NIGHT, NOW)
    assert entered.wait_for_two == entered.orders_new > 5
    assert {(o.state.value, o.needs_two) for o in operations.orders()} == {("planned", True)}


def test_a_proposal_made_the_night_before_does_not_enter_again(home, operations):
    enter_night(home, operations, NIGHT, NOW)
    run_night(home.root, MORNING, now=NOW)
    told = enter_night(open_home(home.root), operations, MORNING, NOW)
    champion = [
        row for row in rows_of(home, "decision_day", MORNING)
        if row["arm"] == "champion" and row["treatment"] != "watch"
    ]  # fmt: skip
    assert 0 <= told.proposals_new < len(champion) / 4


def test_answers_become_facts_that_the_next_night_reads(home, operations):
    enter_night(home, operations, NIGHT, NOW)
    orders = operations.orders()
    garbled, silent, answered = orders[0], orders[1], orders[2:12]
    for number, order in enumerate((garbled, silent, *answered)):
        operations.record(order.key, Command(Step.BEGIN, "batch"), NOW)
        if order is silent:
            continue
        report = write_gen2(invent_report(number), MESSAGE)
        answer = b"B2.0.0 broken" if order is garbled else report
        operations.keep_answer(order.key, answer, NOW)
        operations.record(order.key, Command(Step.ANSWER, "batch"), NOW)
    told = hand_back(home, operations, MORNING, NOW)
    assert (told.inquiries, told.reports, told.unreadable) == (len(orders), 10, 1)
    states = Counter(row["outcome"] for row in rows_of(home, "inquiry"))
    assert states == {"answered": 11, "sending": 1, "approved": len(orders) - 12}
    asked = [row["customer_id"] for row in rows_of(home, "inquiry") if row["asked_on"]]
    assert sorted(asked) == sorted(o.customer_id for o in (garbled, silent, *answered))
    assert {r["customer_id"] for r in rows_of(home, "bureau_report")} == {
        order.customer_id for order in answered
    }
    assert {r["received_on"] for r in rows_of(home, "bureau_report")} == {MORNING}
    again = hand_back(home, operations, MORNING, NOW)
    assert (again.inquiries, again.reports, again.unreadable) == (0, 0, 0)
    assert sum(states.values()) == len(rows_of(home, "inquiry"))
    run_night(home.root, MORNING, now=NOW)
    later = {row["customer_id"] for row in rows_of(home, "inquiry_order", MORNING)}
    assert not later & {order.customer_id for order in answered}, "asked about: not due again"


def test_facts_of_a_later_day_do_not_change_an_earlier_night(home, operations):
    before = run_night(home.root, NIGHT, now=NOW)
    enter_night(home, operations, NIGHT, NOW)
    hand_back(home, operations, MORNING, NOW)
    after = run_night(home.root, NIGHT, now=NOW + timedelta(days=1))
    assert before.hashes["inquiry_order"] == after.hashes["inquiry_order"]


def test_a_report_about_another_person_is_kept_and_said_and_is_no_fact():
    report = invent_report(1)
    number = report.header.id_no
    assert number is not None
    assert not is_of_another(report, PersonIdentity("甲", "10", number))
    assert is_of_another(report, PersonIdentity("甲", "10", number[:-1] + "_"))
    assert not is_of_another(report, None), "who is asked about is not known here"
