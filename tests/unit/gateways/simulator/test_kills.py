"""The ledger survives a kill at any moment: what was answered is kept, nothing is half written."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx

from daihou.gateways.message import read_result
from tests.unit.gateways.simulator.kit import request
from tests.unit.gateways.simulator.test_batch import answers, line, request_file, waited


def test_after_a_kill_every_answer_can_be_fetched_and_every_look_is_there(own_bureau):
    bureau = own_bureau()
    answers = {f"kill {no}": bureau.post(request(1), f"kill {no}").content for no in range(5)}
    bureau.kill()
    bureau.start()
    for key, answer in answers.items():
        assert bureau.get(key).content == answer
        assert len(bureau.looks(key)) == 1
    assert bureau.counts()["looks"] == 5


def test_killed_in_the_middle_each_message_is_whole_or_was_never_there(own_bureau):
    bureau, random = own_bureau(), Random(3)
    answered: dict[str, bytes] = {}
    for turn in range(3):
        keys = [f"turn {turn} {no}" for no in range(60)]
        timer = threading.Timer(random.uniform(0.05, 0.3), bureau.process.kill)
        timer.start()
        for key in keys:
            try:
                answered[key] = bureau.post(request(1 + turn), key).content
            except httpx.TransportError:
                break
        timer.join()
        bureau.kill()
        bureau.start()
        for key in keys:
            again, looks = bureau.get(key), bureau.looks(key)
            if again.status_code == 404:
                assert looks == []
                assert key not in answered
            else:
                assert read_result(again.content)[0] == "AAA000"
                assert len(looks) == 1
                assert answered.get(key, again.content) == again.content
    assert answered
    counts = bureau.counts()
    assert counts["messages"] == counts["looks"] == counts["keys"]
    assert counts["keys_looked_twice"] == 0


def test_killed_over_request_files_each_line_makes_one_look(own_bureau, tmp_path):
    folder, random = tmp_path / "batch", Random(5)
    bureau = own_bureau("--batch", str(folder))
    keys = {f"file{no}": [f"{no} {at}" for at in range(40)] for no in range(3)}
    for name, own in keys.items():
        request_file(folder, name, [line(key, request(1 + at % 8)) for at, key in enumerate(own)])
    for _ in range(3):
        time.sleep(random.uniform(0.1, 0.5))
        bureau.kill()
        bureau.start()
    for name, own in keys.items():
        waited(folder, name)
        told = answers(folder, name)[1]
        assert [one["status"] for one in told] == [200] * len(own)
        assert all(len(bureau.looks(key)) == 1 for key in own)
    assert not list((folder / "requests").iterdir())


def test_404_after_the_deadline_is_final_even_when_the_message_is_under_way(own_bureau):
    bureau = own_bureau()
    bureau.faults(slow=0.5, slow_ms=120)

    def turn(no):
        key, deadline = f"race {no}", time.time() + 0.05 + no % 7 / 50
        late = threading.Thread(
            target=bureau.post, args=(request(1), key), kwargs={"seconds": deadline - time.time()}
        )
        late.start()
        time.sleep(max(0.0, deadline - time.time()))
        told = bureau.get(key).status_code
        late.join()
        return key, told, bureau.get(key).status_code

    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(turn, range(56)))
    bureau.faults(slow=0)
    for key, told, at_last in turns:
        assert told == at_last
        assert len(bureau.looks(key)) == (1 if told == 200 else 0)
    assert {told for _, told, _ in turns} == {200, 404}


def test_many_at_once_are_each_answered_once(own_bureau):
    bureau = own_bureau()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda no: bureau.post(request(1 + no % 8), f"m {no}").status_code, range(200))
        )
    assert statuses == [200] * 200
    counts = bureau.counts()
    assert (counts["looks"], counts["keys"], counts["keys_looked_twice"]) == (200, 200, 0)
