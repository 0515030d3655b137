"""The walls around a reader: no network, no other program, no file, little memory, little time."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daihou.errors import (
    DiskError,
    NotFound,
    ReportError,
    ReportLocked,
    ReportTooLarge,
    ReportUnreadable,
)
from daihou.jobs import read
from daihou.jobs.apart import Child, Limits
from daihou.jobs.look_log import LookLog, Why, log_path
from daihou.jobs.read import ReadRequest, file_bytes

HOSTILE = "tests.unit.desk.hostile_reader"


@pytest.fixture
def ask():
    """Return a function that gives one file to a hostile reader and returns its answer."""
    children = []

    def asked(what, seconds=30.0, memory_mb=600):
        if not children or children[0].pipe.closed:
            children[:] = [Child(Limits(seconds=seconds, memory_mb=memory_mb), HOSTILE)]
        children[0].send({}, [what.encode()])
        return children[0].answer(seconds)

    yield asked
    for child in children:
        child.close()


def test_an_answer_comes_back(ask):
    assert ask("answer")["told"] == "answer"


@pytest.mark.parametrize("attempt", ["connect", "listen", "resolve", "fetch"])
def test_a_reader_has_no_network(ask, attempt):
    with pytest.raises(ReportUnreadable, match=r"ShutIn|URLError"):  # urllib wraps it
        ask(attempt)


@pytest.mark.parametrize("attempt", ["program", "shell", "write", "remove", "kill"])
def test_a_reader_starts_no_program_and_changes_no_file(ask, attempt):
    with pytest.raises(ReportUnreadable, match="ShutIn"):
        ask(attempt)
    assert not Path("stolen.txt").exists()


def test_a_reader_that_wants_too_much_memory_is_refused_and_the_next_file_is_read(ask):
    with pytest.raises(ReportTooLarge, match="memory"):
        ask("grow")
    assert ask("answer")["told"] == "answer"


def test_a_reader_that_hangs_is_stopped(ask):
    ask("answer")
    with pytest.raises(ReportTooLarge, match=r"longer than 0\.5 seconds"):
        ask("hang", 0.5)


def test_a_reader_that_is_killed_is_a_clear_error(ask):
    with pytest.raises(ReportUnreadable, match="SIGKILL"):
        ask("die")
    assert ask("answer")["told"] == "answer"


def test_a_fault_in_a_reader_says_where_and_not_what_the_report_says(ask):
    with pytest.raises(ReportUnreadable, match=r"KeyError \(.*hostile_reader\.py:\d+\)") as told:
        ask("fault")
    assert "张三" not in told.value.message
    with pytest.raises(ReportTooLarge, match="depth"):
        ask("deep")


def test_a_typed_error_keeps_its_type(ask):
    with pytest.raises(ReportLocked, match="password"):
        ask("locked")


def test_a_reader_does_not_know_the_secrets_of_the_environment(ask, monkeypatch):
    monkeypatch.setenv("DAIHOU_KEY", "secret")
    monkeypatch.setenv("MY_PASSWORD", "secret")
    known = ask("answer")["environment"]
    assert "PATH" in known
    assert not {"DAIHOU_KEY", "MY_PASSWORD"} & set(known)


def test_what_is_no_plain_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    assert file_bytes(tmp_path / "real") == b"x"
    for name, told in (("pipe", "not a plain file"), ("empty", "is empty"), ("link", "link"),
                       ("", "a folder"), ("real/x", "cannot be opened")):  # fmt: skip
        with pytest.raises(ReportUnreadable, match=told):
            file_bytes(tmp_path / name)
    with pytest.raises(NotFound):
        file_bytes(tmp_path / "none")
    with pytest.raises(ReportUnreadable, match="not a name"):
        file_bytes(Path("a\0b"))


def test_a_file_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "LARGEST_FILE", 3)
    (tmp_path / "small").write_bytes(b"123")
    (tmp_path / "large").write_bytes(b"1234")
    assert file_bytes(tmp_path / "small") == b"123"
    with pytest.raises(ReportTooLarge):
        file_bytes(tmp_path / "large")


def test_time_grows_with_the_file_and_can_be_given():
    assert ReadRequest().seconds_for(0) == 5
    assert ReadRequest().seconds_for(1 << 20) == 25
    assert ReadRequest(seconds=2).seconds_for(1 << 20) == 2


def test_every_look_is_a_line_that_only_the_owner_may_read(tmp_path):
    path, at = tmp_path / "a" / "looks.jsonl", datetime(2026, 6, 30, tzinfo=UTC)
    for why in (Why(), Why(True, "my own")):
        with LookLog(path, why) as log:
            log.write(at, ["ab12"], ["html"])
    first, second = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert first.keys() == {"at", "who", "sha256", "shown", "masked", "why"}
    assert (first["masked"], first["why"]) == (True, None)
    assert (second["masked"], second["why"]) == (False, "my own")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_personal_values_need_a_reason(tmp_path):
    for reason in (None, "", "  "):
        with pytest.raises(ReportError, match="need a reason"):
            LookLog(tmp_path / "log", Why(True, reason))


def test_no_log_no_look(tmp_path):
    with pytest.raises(DiskError):
        LookLog(tmp_path, Why())


def test_the_log_lies_where_the_person_says(monkeypatch, tmp_path):
    monkeypatch.delenv("DAIHOU_READ_LOG", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert log_path() == tmp_path / "daihou" / "reads.jsonl"
    monkeypatch.setenv("DAIHOU_READ_LOG", str(tmp_path / "mine"))
    assert log_path() == tmp_path / "mine"
