"""Files: each line of a request file makes one look, whatever happens in between."""

from __future__ import annotations

import base64
import json
import time

from daihou.gateways.message import key_of, read_head, read_result, write_head, write_request
from daihou.gateways.simulator import Bureau, Ledger
from daihou.gateways.simulator.batch import Folders, work_through
from daihou.report.read import read_report
from tests.unit.gateways.simulator.kit import FewPeople, request, rules


def request_file(folder, name, lines):
    """Put a request file as an adapter does: under another name first."""
    head = f"A{write_head(request(1).head)[1:]}"
    requests = folder / "requests"
    requests.mkdir(parents=True, exist_ok=True)
    part = requests / f"{name}.req.part"
    part.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    part.rename(requests / f"{name}.req")


def line(key, asked, seconds=60.0):
    message = base64.b64encode(write_request(asked)).decode()
    return json.dumps({"key": key_of(key), "deadline": time.time() + seconds, "message": message})


def answers(folder, name):
    first, *lines = (folder / "answers" / f"{name}.ans").read_text(encoding="utf-8").splitlines()
    return first, [json.loads(one) for one in lines]


def waited(folder, name):
    for _ in range(200):
        if (folder / "done" / f"{name}.req").exists():
            return answers(folder, name)
        time.sleep(0.05)
    raise AssertionError("no answer file came")


def test_a_request_file_is_answered_by_the_server_and_moved(own_bureau, tmp_path):
    folder = tmp_path / "batch"
    bureau = own_bureau("--batch", str(folder))
    request_file(folder, "one", [
        line("a", request(1)), line("b", request(99)), line("c", request(1, reason="08")),
        line("d", request(2), seconds=-1), "not json", line("a", request(1)),
    ])  # fmt: skip
    head, told = waited(folder, "one")
    assert (head[:6], len(head), read_head(head).kind) == ("A2.0.0", 80, "D102")
    assert [one["status"] for one in told] == [200, 200, 422, 410, 400, 200]
    assert told[0]["key"] == key_of("a")
    assert told[4]["key"] is None
    first = base64.b64decode(told[0]["message"])
    assert read_report(first).header.name == "客户1"
    codes = [read_result(base64.b64decode(one["message"]))[0] for one in told]
    assert codes == ["AAA000", "AAA001", "AAB003", "AAB013", "AAB012", "AAA000"]
    assert [len(bureau.looks(key)) for key in "abcd"] == [2, 1, 0, 0]
    assert not list((folder / "requests").iterdir())
    assert bureau.get("b").status_code == 200


def test_a_half_processed_file_is_finished_without_a_second_look(tmp_path):
    ledger = Ledger(tmp_path / "state")
    bureau, folders = Bureau(ledger, rules(), FewPeople()), Folders(tmp_path / "batch").made()
    request_file(folders.root, "two", [line("x", request(1)), line("y", request(2))])
    assert work_through(bureau, folders) == 1
    before = answers(folders.root, "two")
    (folders.root / "done" / "two.req").rename(folders.root / "requests" / "two.req")
    (folders.root / "answers" / "two.ans").unlink()
    assert work_through(bureau, folders) == 1
    assert answers(folders.root, "two") == before
    assert len(ledger.looks_of(key_of("x"))) == len(ledger.looks_of(key_of("y"))) == 1
    ledger.close()


def test_a_file_that_is_still_being_written_is_left_alone(tmp_path):
    ledger = Ledger(tmp_path / "state")
    bureau, folders = Bureau(ledger, rules(), FewPeople()), Folders(tmp_path / "batch").made()
    (folders.root / "requests" / "three.req.part").write_text("half", encoding="utf-8")
    assert work_through(bureau, folders) == 0
    ledger.close()


def test_a_file_without_its_header_line_is_answered_malformed_and_nothing_is_processed(tmp_path):
    ledger = Ledger(tmp_path / "state")
    bureau, folders = Bureau(ledger, rules(), FewPeople()), Folders(tmp_path / "batch").made()
    wrong = folders.root / "requests" / "four.req"
    for text in ("", line("z", request(1)), write_head(request(1).head)):
        wrong.write_text(f"{text}\n{line('z', request(1))}\n", encoding="utf-8")
        work_through(bureau, folders)
        _, told = answers(folders.root, "four")
        assert [one["status"] for one in told] == [400]
    assert ledger.counts()["looks"] == 0
    ledger.close()
