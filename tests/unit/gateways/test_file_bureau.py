"""Folders as a way to a bureau: files appear whole, and no key is freed while a file carries it."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daihou.gateways.file_bureau import FileBureau
from daihou.gateways.message import Head, read_head, write_answer
from daihou.gateways.outcomes import Accepted, Answer, Lost, NoRecord, NotTaken, Refused
from daihou.gateways.settings import parse_bureau
from daihou.report.writers.gen2 import write_gen2
from daihou.report.writers.sample import sample_report

KEY, OTHER = "0123456789abcdef" * 2, "f" * 32
NOW = datetime(2025, 3, 3, 1, 30, tzinfo=UTC)
DEADLINE = NOW + timedelta(seconds=60)
HEAD = Head("A1000000000001", "D10000000H0001", datetime(2025, 3, 3, 9, 31), "D102", 1)
REPORT = write_answer(HEAD, "AAA000", report=write_gen2(sample_report()))
NOTHING = write_answer(HEAD, "AAA001", "no record")


@dataclass
class World:
    bureau: FileBureau
    folder: Path
    now: datetime = NOW

    def take(self, *statuses, name=None, message=REPORT, key=KEY, move=True):
        """Be the bureau: answer the one waiting file, or write an answer file of a name."""
        if move:
            (waiting,) = (self.folder / "requests").glob("*.req")
            name = name or waiting.stem
        lines = ["A2.0.0 header"]
        lines += [
            json.dumps({"key": key, "status": s, "message": base64.b64encode(message).decode()})
            for s in statuses
        ]
        (self.folder / "answers" / f"{name}.ans").write_text("\n".join(lines), encoding="utf-8")
        if move:
            waiting.rename(self.folder / "done" / waiting.name)


@pytest.fixture
def world(tmp_path):
    settings = parse_bureau(
        "adapter: files\nfolder: exchange\nsender: D10000000H0001\nreceiver: A1000000000001\n"
        "org: D1\nuser: u\nskew_seconds: 30\n",
        "bureau.yaml",
    )
    made = World(None, tmp_path / "exchange")
    made.bureau = FileBureau(settings, tmp_path, lambda: made.now)
    return made


def test_a_message_is_one_whole_file_with_header_key_and_deadline(world):
    assert world.bureau.send(b"message", KEY, DEADLINE) == Accepted()
    (file,) = (world.folder / "requests").iterdir()
    first, line, *rest = file.read_text(encoding="utf-8").splitlines()
    assert file.suffix == ".req" and rest == [] and first.startswith("A2.0.0")
    assert read_head(first).sender == "D10000000H0001"
    assert json.loads(line) == {
        "key": KEY, "deadline": int(DEADLINE.timestamp()),
        "message": base64.b64encode(b"message").decode(),
    }  # fmt: skip


def test_the_same_message_is_not_left_twice(world):
    world.bureau.send(b"message", KEY, DEADLINE)
    assert isinstance(world.bureau.send(b"message", KEY, DEADLINE), Lost)
    assert len(list((world.folder / "requests").iterdir())) == 1


@pytest.mark.parametrize(
    ("status", "message", "outcome"),
    [
        (200, REPORT, Answer(REPORT)),
        (200, NOTHING, NoRecord(NOTHING)),
        (422, write_answer(HEAD, "AAB004", "differs"), Refused("AAB004", "differs")),
        (410, b"", NotTaken("status 410")),
        (400, b"", NotTaken("status 400", final=True)),
        (401, b"", NotTaken("status 401", locked_out=True)),
    ],
)
def test_an_answer_file_tells_what_became_of_a_key(world, status, message, outcome):
    world.bureau.send(b"x", KEY, DEADLINE)
    assert world.bureau.ask(KEY, DEADLINE) == Accepted()
    world.take(status, message=message)
    assert world.bureau.ask(KEY, DEADLINE) == outcome


def test_a_file_that_waits_or_was_collected_keeps_its_key_for_ever(world):
    world.bureau.send(b"x", KEY, DEADLINE)
    world.now = DEADLINE + timedelta(days=400)
    assert world.bureau.ask(KEY, DEADLINE) == Accepted()
    (waiting,) = (world.folder / "requests").iterdir()
    waiting.rename(world.folder / "done" / waiting.name)
    assert world.bureau.ask(KEY, DEADLINE) == Accepted()


@pytest.mark.parametrize(("seconds", "freed"), [(0, False), (30, False), (31, True)])
def test_a_key_in_no_file_is_free_only_after_deadline_and_skew(world, seconds, freed):
    world.bureau.send(b"x", OTHER, DEADLINE)
    world.now = DEADLINE + timedelta(seconds=seconds)
    outcome = world.bureau.ask(KEY, DEADLINE)
    assert isinstance(outcome, NotTaken) is freed
    assert not freed or outcome.unheard


def test_a_part_that_was_never_renamed_is_no_request(world):
    (world.folder / "requests" / f"{KEY}-1.part").write_text("A2.0.0\n{}", encoding="utf-8")
    world.now = DEADLINE + timedelta(seconds=31)
    assert isinstance(world.bureau.ask(KEY, DEADLINE), NotTaken)


def test_a_refusal_of_an_old_message_frees_no_newer_one_of_the_same_key(world):
    world.bureau.send(b"x", KEY, DEADLINE)
    world.take(410)
    world.bureau.send(b"x", KEY, DEADLINE + timedelta(minutes=5))
    assert world.bureau.ask(KEY, DEADLINE) == Accepted()


def test_an_answer_counts_more_than_any_refusal_of_the_same_key(world):
    world.bureau.send(b"x", KEY, DEADLINE)
    world.take(410, 200, 410)
    assert world.bureau.ask(KEY, DEADLINE) == Answer(REPORT)


def test_a_broken_answer_line_leaves_its_key_unanswered_and_others_whole(world):
    world.bureau.send(b"x", KEY, DEADLINE)
    world.take(200)
    broken = world.folder / "answers" / "broken.ans"
    broken.write_bytes(b'A2\n{"key": "\xff\n[1]\n{"key": 5, "status": 200}\n')
    assert world.bureau.ask(KEY, DEADLINE) == Answer(REPORT)


def test_broken_base64_is_an_answer_that_cannot_be_read(world):
    world.bureau.send(b"x", KEY, DEADLINE)
    line = json.dumps({"key": KEY, "status": 200, "message": "%%%"})
    (world.folder / "answers" / "a.ans").write_text(f"A2\n{line}\n", encoding="utf-8")
    outcome = world.bureau.ask(KEY, DEADLINE)
    assert isinstance(outcome, Answer) and "base64" in outcome.problem
    assert line.encode() in outcome.data


def test_a_folder_that_cannot_be_written_takes_no_message(world):
    (world.folder / "requests").rmdir()
    assert isinstance(world.bureau.send(b"x", KEY, DEADLINE), NotTaken)


def test_the_simulated_bureau_understands_these_files(world, tmp_path):
    from benchmarks.delivery_world import ORG, Everybody, an_identity
    from daihou.gateways.message import Request, sm3, write_request
    from daihou.gateways.simulator import Bureau, Institution, Ledger, Rules
    from daihou.gateways.simulator.batch import Folders, work_through

    who = an_identity("P000001")
    head = Head("D10000000H0001", "A1000000000001", datetime(2025, 3, 3, 9, 30), "D101", 1)
    asked = Request(
        head, ORG, "u", sm3("word"), ORG, "u", who.name, who.id_type, who.id_no, "01", "0101"
    )
    world.now = datetime.now(UTC)
    deadline = world.now + timedelta(seconds=60)
    world.bureau.send(write_request(asked), KEY, deadline)
    ledger = Ledger(tmp_path / "ledger")
    try:
        rules = Rules({ORG: Institution(ORG, "模拟示例银行")}, sm3("word"))
        assert work_through(Bureau(ledger, rules, Everybody()), Folders(world.folder)) == 1
    finally:
        ledger.close()
    outcome = world.bureau.ask(KEY, deadline)
    assert isinstance(outcome, Answer) and not outcome.problem
