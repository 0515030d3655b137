"""Faults: each does what it says, and what is in the ledger stays true."""

from __future__ import annotations

import time

import httpx
import pytest

from daihou.errors import DaihouError, GatewayError
from daihou.gateways.message import read_result, write_answer
from daihou.gateways.simulator import Faults
from daihou.gateways.simulator.faults import Dice
from daihou.report.read import read_report
from tests.unit.gateways.simulator.kit import request

CALM = dict(slow=0, drop_before=0, drop_after=0, later=0, garble=0, twice=0, refuse=0,
            reorder=False)  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    from tests.unit.gateways.simulator.kit import Running

    running = Running(tmp_path_factory.mktemp("faulty"))
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def calm(faulty):
    yield
    assert faulty.faults(**CALM).status_code == 200


def test_a_connection_dropped_before_leaves_no_trace(faulty):
    faulty.faults(drop_before=1)
    with pytest.raises(httpx.RemoteProtocolError):
        faulty.post(request(1), "before")
    faulty.faults(**CALM)
    assert faulty.get("before").status_code == 404
    assert faulty.looks("before") == []


def test_a_connection_dropped_after_has_left_a_look_and_an_answer(faulty):
    faulty.faults(drop_after=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        faulty.post(request(1), "after")
    faulty.faults(**CALM)
    assert len(faulty.looks("after")) == 1
    assert read_result(faulty.get("after").content)[0] == "AAA000"


def test_an_answer_that_comes_later_is_202_until_it_is_ready(faulty):
    faulty.faults(later=1, later_ms=1500)
    asked = faulty.post(request(1), "later")
    assert (asked.status_code, asked.content) == (202, b"")
    assert len(faulty.looks("later")) == 1
    assert faulty.get("later").status_code == 202
    answer = _ready(faulty, "later")
    assert read_result(answer)[0] == "AAA000"
    assert len(faulty.looks("later")) == 1


def _ready(bureau, key):
    for _ in range(200):
        answer = bureau.get(key)
        if answer.status_code == 200:
            return answer.content
        time.sleep(0.05)
    raise AssertionError("no answer came")


def test_reordered_answers_are_not_ready_in_the_order_of_the_questions(tmp_path):
    times = [Dice(Faults(later=1, later_ms=500, reorder=True), seed).draw().later_s
             for seed in range(20)]  # fmt: skip
    assert times != sorted(times)
    assert all(0 <= one <= 2 for one in times)
    plain = [Dice(Faults(later=1, later_ms=500), seed).draw().later_s for seed in range(3)]
    assert plain == [0.5, 0.5, 0.5]


def test_a_garbled_answer_cannot_be_read_and_the_clean_one_can_be_fetched(faulty):
    faulty.faults(garble=1)
    spoiled = {faulty.post(request(1), f"garbled {no}").content for no in range(12)}
    faulty.faults(**CALM)
    for no in range(12):
        clean = faulty.get(f"garbled {no}").content
        assert clean not in spoiled
        assert read_report(clean).header.name == "客户1"
        assert len(faulty.looks(f"garbled {no}")) == 1


@pytest.mark.parametrize("how", range(3))
def test_each_way_to_garble_breaks_the_report(how):
    from daihou.gateways.simulator.faults import Drawn
    from daihou.report.writers.gen2 import write_gen2
    from daihou.report.writers.invent import invent_report

    body = write_answer(request(1).head, "AAA000", "", write_gen2(invent_report(5)))
    spoiled = Drawn(0, None, False, False, None, how, False).spoil(body)
    assert spoiled != body
    with pytest.raises(DaihouError):
        read_report(spoiled)


def test_an_answer_that_stands_twice_is_the_same_bytes_twice(faulty):
    faulty.faults(twice=1)
    double = faulty.post(request(1), "double").content
    faulty.faults(**CALM)
    assert double == faulty.get("double").content * 2


def test_refusals_come_as_429_and_503_and_process_nothing(faulty):
    faulty.faults(refuse=1)
    statuses = {faulty.post(request(1), f"refused {no}").status_code for no in range(12)}
    faulty.faults(**CALM)
    assert statuses == {429, 503}
    assert all(faulty.looks(f"refused {no}") == [] for no in range(12))


def test_a_slow_answer_takes_at_least_its_time(faulty):
    faulty.faults(slow=1, slow_ms=300)
    began = time.monotonic()
    assert faulty.post(request(1), "slow").status_code == 200
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    "told", [{"drop": 1}, {"garble": 1.5}, {"later_ms": -1}, {"reorder": 1}, {"slow": "much"}]
)
def test_what_is_no_fault_is_refused_and_changes_nothing(faulty, told):
    before = faulty.client.get("/faults").json()
    assert faulty.faults(**told).status_code == 400
    assert faulty.client.get("/faults").json() == before
    with pytest.raises(GatewayError):
        Faults().changed(told)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * 70_000])
def test_faults_that_are_no_json_object_are_refused(faulty, body):
    assert faulty.client.post("/faults", content=body).status_code == 400


def test_faults_are_the_same_for_the_same_seed():
    some = Faults(drop_before=0.3, garble=0.3, later=0.3)
    first, second = Dice(some, 4), Dice(some, 4)
    assert [first.draw() for _ in range(50)] == [second.draw() for _ in range(50)]


def test_shares_are_kept_on_average():
    dice = Dice(Faults(drop_before=0.2, drop_after=0.1), 1)
    drawn = [dice.draw() for _ in range(5000)]
    assert 900 < sum(one.drop_before for one in drawn) < 1100
    assert 420 < sum(one.drop_after for one in drawn) < 580
    assert not any(one.garble is not None or one.twice or one.refuse for one in drawn)
