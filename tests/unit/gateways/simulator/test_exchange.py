"""The exchange: what is answered, what is refused, and that only answers leave a look."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from daihou.gateways.message import DEADLINE_HEADER, KEY_HEADER, key_of, read_result, write_request
from daihou.report.read import read_report
from tests.unit.gateways.simulator.kit import BANK, DAY, OTHER_ORG, request


def test_a_good_message_is_answered_with_a_report_and_leaves_one_look(bureau):
    answer = bureau.post(request(1), "good")
    assert answer.status_code == 200
    assert answer.headers["Simulated"] == "yes"
    assert read_result(answer.content)[0] == "AAA000"
    report = read_report(answer.content)
    assert (report.header.name, report.header.id_no) == ("客户1", "000000000000000001")
    assert (report.header.reason_code, report.header.report_at) == ("01", DAY)
    assert [one for one in report.checks if one.ok is False] == []
    (look,) = bureau.looks("good")
    assert (look["institution"], look["reason"], look["on"]) == (BANK, "01", "2025-03-03")
    assert look["user"] == "post-loan"


def test_an_answer_can_be_fetched_again_as_often_as_wanted_without_a_new_look(bureau):
    first = bureau.post(request(2), "again").content
    assert [bureau.get("again").content for _ in range(3)] == [first] * 3
    assert len(bureau.looks("again")) == 1


def test_the_same_message_twice_is_two_looks_as_at_a_real_bureau(bureau):
    assert bureau.post(request(3), "twice").status_code == 200
    assert bureau.post(request(3), "twice").status_code == 200
    assert len(bureau.looks("twice")) == 2
    assert bureau.counts()["keys_looked_twice"] >= 1


def test_a_look_stands_in_the_next_report_and_not_in_its_own(bureau):
    def seen(key):
        return len(read_report(bureau.post(request(4), key).content).inquiries)

    assert (seen("first"), seen("second")) == (0, 1)


def test_a_report_shows_no_look_of_a_later_day(bureau):
    later = request(5, head=replace(request(5).head, at=datetime(2025, 6, 1, 9)))
    assert bureau.post(later, "june").status_code == 200
    assert read_report(bureau.post(request(5), "march").content).inquiries == ()


def test_somebody_unknown_is_answered_no_record_and_the_look_is_in_the_ledger(bureau):
    before = bureau.counts()["no_record_looks"]
    answer = bureau.post(request(99), "nobody")
    assert (answer.status_code, read_result(answer.content)[0]) == (200, "AAA001")
    assert bureau.get("nobody").content == answer.content
    assert len(bureau.looks("nobody")) == 1
    assert bureau.counts()["no_record_looks"] == before + 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"org": OTHER_ORG}, "AAB001"),
        ({"origin_org": OTHER_ORG}, "AAB001"),
        ({"user": "somebody"}, "AAB002"),
        ({"origin_user": ""}, "AAB002"),
        ({"reason": "08"}, "AAB003"),
        ({"reason": "7"}, "AAB003"),
        ({"name": "客户2"}, "AAB004"),
        ({"id_no": "00000000000000001"}, "AAB005"),
        ({"id_no": "00000000000000000A"}, "AAB005"),
        ({"id_type": "身份"}, "AAB005"),
    ],
    ids=str,
)
def test_what_is_refused_for_good_has_a_code_a_sentence_and_no_look(bureau, changes, code):
    key = f"refused {changes}"
    answer = bureau.post(request(1, **changes), key)
    assert answer.status_code == 422
    told, sentence = read_result(answer.content)
    assert told == code
    assert "模拟" in sentence
    assert bureau.looks(key) == []
    assert bureau.get(key).status_code == 422


def test_a_wrong_password_is_not_processed(bureau):
    assert bureau.post(request(1, password="0" * 64), "wrong").status_code == 401
    assert bureau.get("wrong").status_code == 404
    assert bureau.looks("wrong") == []


@pytest.mark.parametrize("data", [b"", b"hello", write_request(request(1))[:200]])
def test_what_is_no_message_is_not_processed(bureau, data):
    assert bureau.post(data, "broken").status_code == 400
    assert bureau.get("broken").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {KEY_HEADER: "short", DEADLINE_HEADER: "9999999999"},
        {KEY_HEADER: key_of("x")},
        {KEY_HEADER: key_of("x"), DEADLINE_HEADER: "soon"},
        {KEY_HEADER: key_of("x"), DEADLINE_HEADER: "nan"},
        {KEY_HEADER: key_of("x"), DEADLINE_HEADER: "2025-01-01T00:00:00"},
    ],
    ids=str,
)
def test_a_message_without_a_key_or_a_deadline_is_not_processed(bureau, headers):
    before = bureau.counts()["looks"]
    answer = bureau.client.post("/inquiries", content=write_request(request(1)), headers=headers)
    assert answer.status_code == 400
    assert bureau.counts()["looks"] == before


def test_a_day_that_no_simulation_reaches_is_not_processed(bureau):
    far = request(1, head=replace(request(1).head, at=datetime(9999, 1, 1)))
    assert bureau.post(far, "far").status_code == 400


def test_after_the_deadline_nothing_is_written_and_404_is_final(bureau):
    assert bureau.post(request(1), "late", seconds=-0.01).status_code == 410
    assert bureau.looks("late") == []
    assert bureau.get("late").status_code == 404


def test_a_deadline_that_has_not_come_is_kept_to_the_second(bureau):
    assert bureau.post(request(1), "in time", seconds=5).status_code == 200


def test_a_message_of_more_than_64_kib_is_not_processed(bureau):
    assert bureau.post(b"x" * (64 * 1024 + 1), "large").status_code == 413
    assert bureau.get("large").status_code == 404


def test_a_key_that_never_came_is_not_known(bureau):
    assert bureau.get("never").status_code == 404
    assert bureau.client.get("/inquiries/..%2Fledger").status_code == 404


def test_health_and_front_page_say_that_it_is_simulated(bureau):
    assert bureau.client.get("/health").json() == {"simulated": True, "ok": True}
    page = bureau.client.get("/")
    assert "模拟" in page.text
    assert "imulated" in page.text
    assert page.headers["Simulated"] == "yes"
    assert bureau.client.get("/nothing").headers["Simulated"] == "yes"


def test_over_the_rate_messages_are_not_processed(own_bureau):
    bureau = own_bureau("--per-minute", "2")
    statuses = [bureau.post(request(1), f"rate {no}").status_code for no in range(3)]
    assert statuses == [200, 200, 429]
    assert bureau.looks("rate 2") == []


def test_outside_service_hours_messages_are_not_processed(own_bureau):
    bureau = own_bureau("--hours", "8-9")
    refused = bureau.post(request(1), "half past nine")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    early = request(1, head=replace(request(1).head, at=datetime(2025, 3, 3, 8)))
    assert bureau.post(early, "eight").status_code == 200
    assert bureau.counts()["looks"] == 1


def test_the_deadline_is_held_against_the_clock_at_the_moment_of_writing(tmp_path):
    from daihou.gateways.simulator import Bureau, Ledger
    from daihou.gateways.simulator.bureau import Posted
    from tests.unit.gateways.simulator.kit import FewPeople, rules

    ticks = iter([100.0, 200.0])
    ledger = Ledger(tmp_path)
    slow = Bureau(ledger, rules(), FewPeople(), now=lambda: next(ticks))
    reply = slow.take(Posted(write_request(request(1)), key_of("slow"), "150"))
    assert reply.status == 410
    assert ledger.looks_of(key_of("slow")) == ()
    ledger.close()


def test_whoever_asks_again_waits_for_a_message_that_is_being_written(tmp_path):
    from daihou.gateways.simulator import Bureau, Ledger
    from daihou.gateways.simulator.bureau import Posted
    from tests.unit.gateways.simulator.kit import FewPeople, rules

    begun, go_on = threading.Event(), threading.Event()

    class Slow(FewPeople):
        def report_of(self, person, on, looks):
            begun.set()
            assert go_on.wait(10)
            return super().report_of(person, on, looks)

    ledger = Ledger(tmp_path)
    bureau = Bureau(ledger, rules(), Slow())
    posted = Posted(write_request(request(1)), key_of("slow"), "9999999999")
    with ThreadPoolExecutor(2) as pool:
        taking = pool.submit(bureau.take, posted)
        assert begun.wait(10)
        asking = pool.submit(bureau.again, key_of("slow"))
        with pytest.raises(TimeoutError):
            asking.result(0.3)
        go_on.set()
        assert asking.result(10) == taking.result(10)
    ledger.close()
