"""The command: options, both languages, signals, and a real home whose facts know nobody."""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from rich.console import Console

from benchmarks.delivery_world import (
    KEY,
    OPERATOR,
    PASSWORD,
    Bureau,
    an_order,
    enter,
    make_home,
)
from daihou.desk.delivery_view import delivery_view, reason, word
from daihou.gateways.settings import PASSWORD_VARIABLE
from daihou.jobs.send_receipt import DeliveryReceipt
from daihou.lake.vault import KEY_VARIABLE
from daihou.ops import open_operations

COMMAND = [sys.executable, "-c", "from daihou.cli import main; main()", "deliver"]


@pytest.fixture
def home(tmp_path):
    made = make_home(tmp_path / "home", "http://127.0.0.1:9")
    yield made
    from django.db import connections

    connections["default"].close()


def variables():
    return os.environ | {
        PASSWORD_VARIABLE: PASSWORD, KEY_VARIABLE: base64.b64encode(KEY).decode(),
        "COLUMNS": "200",
    }  # fmt: skip


def run(home, *more):
    line = [*COMMAND, "--home", str(home.root), *more]
    return subprocess.run(
        line, env=variables(), capture_output=True, text=True, timeout=120, check=False
    )


def test_people_of_whom_the_facts_know_nothing_are_not_asked_about(home):
    operations = open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY)
    enter(operations, [an_order(1), an_order(2)])
    ended = run(home, "--operator", OPERATOR, "--at", "2025-03-03T09:30", "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert (told["left"], told["simulated"]) == (0, True)
    assert told["called_off"] == {"consent": 2, "relationship": 2}
    again = run(home, "--operator", OPERATOR, "--at", "2025-03-03T09:30", "--lang", "zh")
    assert again.returncode == 0 and "模拟" in again.stdout and "待处理: 无" in again.stdout


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--operator", "stranger"), "may not send"),
        (("--operator", OPERATOR, "--at", "soon"), "is no time"),
        ((), "operator"),
    ],
)
def test_a_wrong_wish_is_refused_in_one_line(home, more, told):
    enter(open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY), [])
    ended = run(home, *more)
    assert ended.returncode in {2, 4} and told in ended.stderr and "Traceback" not in ended.stderr


def test_a_watching_worker_ends_well_when_it_is_told_to(home, tmp_path):
    operations = open_operations(f"sqlite:///{home.root / 'ops.sqlite3'}", KEY)
    enter(operations, [])
    line = [*COMMAND, "--home", str(home.root), "--operator", OPERATOR, "--watch", "--json"]
    process = subprocess.Popen(
        line, env=variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    enter(operations, [an_order(1)], "run-2")
    until = time.monotonic() + 60
    while operations.order(an_order(1).key).state == "approved":
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    told, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "stopping" in said and json.loads(told)["outcomes"] == {"cancelled": 1}


def a_receipt(**change):
    told = {
        "book": "bank", "operator": "op", "simulated": True, "left": 3, "asked": 2,
        "outcomes": {"answered": 1, "lost": 2}, "called_off": {"consent": 1},
        "held_off": {"hours": 4}, "unreadable": 1,
        "waiting": {("unknown", "status 500"): 2, ("approved", "waits for hours, daily_cap"): 4},
        "breaker": "open", "seconds": 1.25,
    } | change  # fmt: skip
    return DeliveryReceipt(**told)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("模拟", "已取得报告", "去向不明", "授权", "等待：工作时间, 每日上限", "断路器",
                "返回状态 500", "不可读")),
        ("en", ("simulated", "answered", "unclear after sending", "consent",
                "waits for working hours, cap of a day", "breaker", "status 500",
                "cannot be read")),
    ],
)  # fmt: skip
def test_the_receipt_speaks_both_languages(lang, words):
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(delivery_view(a_receipt(), lang))
    shown = console.export_text()
    assert all(one in shown for one in words), shown


def test_every_condition_and_state_has_a_word_in_both_languages():
    from daihou.inquiry.gate import Condition
    from daihou.inquiry.orders import OrderState

    names = [c.value for c in Condition] + ["approved", "sending", "sent", "unknown"]
    assert all(word(name, "zh") != name for name in names)
    assert {s.value for s in OrderState} >= set(names[-4:])
    assert reason("", "zh") and reason("", "en")


def test_the_bureau_of_the_trials_starts(tmp_path):
    bureau = Bureau(tmp_path / "bureau")
    bureau.start()
    try:
        assert bureau.port and bureau.looks() == []
    finally:
        bureau.kill()
