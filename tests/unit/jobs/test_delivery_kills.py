"""Worker and bureau are killed at random moments: nobody is looked at twice, no answer is lost."""

import json

from benchmarks.delivery_kills import FAULTS, Trial, tried


def test_ten_kills_leave_no_second_look_and_lose_no_answer(tmp_path):
    found = tried(Trial(orders=60, kills=10, seed=5, longest_seconds=2.5), tmp_path)
    assert found.whole, found.as_dict()
    assert found.kills.total() == 10
    assert found.looks == 60 and set(found.states) == {"answered", "no_record"}


def test_a_worker_that_sends_again_what_is_unclear_is_caught(tmp_path):
    drops = json.dumps({"drop_after": 0.3})
    found = tried(Trial(orders=30, kills=0, workers=1, plant=True, faults=drops), tmp_path)
    assert found.looked_twice and not found.whole
    assert FAULTS["drop_after"] > 0, "the honest trial meets the same silence"
