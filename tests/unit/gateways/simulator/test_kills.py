"""The ledger survives a kill at any moment: what was answered is kept, nothing is half written."""

from __future__ import annotations

import threading
from random import Random

import httpx

from daihou.gateways.message import read_result
from tests.unit.gateways.simulator.kit import request


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
    for turn in range(4):
        keys = [f"turn {turn} {no}" for no in range(200)]
        timer = threading.Timer(random.uniform(0.05, 0.4), bureau.process.kill)
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
