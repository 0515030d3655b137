"""Reading credit reports through the command line: one, two, a folder, and what is none."""

import json
import os
import shutil
import stat
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from daihou.cli import main
from daihou.report import ReportKind
from daihou.report.writers.invent import Size, invent_report
from daihou.report.writers.project import as_short
from daihou.report.writers.short_pdf import Look, write_short_pdf

KEYS = {
    "kind", "report_no", "report_at", "summary", "accounts", "inquiries", "liabilities",
    "public_records", "findings", "unmatched", "checks",
}  # fmt: skip


def short_report(seed=3, accounts=8, inquiries=12):
    size = Size(accounts=accounts, inquiries=inquiries)
    whole = next(
        one
        for one in (invent_report(n, size) for n in range(seed, seed + 200))
        if len(one.accounts) * 2 >= accounts and len(one.inquiries) * 2 >= inquiries
    )
    return as_short(whole, ReportKind.PBOC_SHORT_V2)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Return a folder with an older and a newer report of one person, and a locked one."""
    folder = tmp_path_factory.mktemp("reports")
    newer = short_report()
    older = replace(
        newer, inquiries=newer.inquiries[3:],
        header=replace(newer.header, report_at=newer.header.report_at - timedelta(days=200)),
    )  # fmt: skip
    (folder / "newer.pdf").write_bytes(write_short_pdf(newer))
    (folder / "older.pdf").write_bytes(write_short_pdf(older))
    (folder / "locked.pdf").write_bytes(write_short_pdf(newer, Look(password="geheim")))
    return folder


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Return a function that runs one command line and gives status, output and error text."""
    log = tmp_path / "looks.jsonl"
    monkeypatch.setenv("DAIHOU_READ_LOG", str(log))
    monkeypatch.setenv("COLUMNS", "120")

    def ran(*arguments):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["daihou", "read", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(end.value.code or 0), said.out, said.err

    ran.log = log
    return ran


def looks(run):
    return [json.loads(line) for line in run.log.read_text(encoding="utf-8").splitlines()]


def test_a_report_is_told_on_the_terminal_and_its_owner_is_covered(run, reports):
    status, out, _ = run(reports / "newer.pdf")
    report = short_report()
    assert status == 0
    assert "信贷账户" in out and "谁查过您" in out
    assert report.header.name not in out and report.header.id_no not in out
    assert report.accounts[0].institution[:4] in out
    (look,) = looks(run)
    assert (look["masked"], look["shown"], look["why"]) == (True, ["terminal"], None)
    assert "newer" not in run.log.read_text(encoding="utf-8"), "no name of a file in the log"


def test_json_has_the_stable_keys_and_a_place_for_every_record(run, reports):
    status, out, _ = run(reports / "newer.pdf", "--json")
    told = json.loads(out)
    assert status == 0
    assert set(told) >= KEYS
    assert told["kind"] == "pboc_short_v2"
    assert all(one["places"][""]["page"] for one in told["accounts"] + told["inquiries"])
    assert looks(run)[0]["shown"] == ["json"]


def test_personal_values_are_shown_with_a_reason_only(run, reports):
    status, _, err = run(reports / "newer.pdf", "--unmask")
    assert (status, "D340" in err, run.log.exists()) == (2, True, False)
    status, out, _ = run(reports / "newer.pdf", "--unmask", "--why", "my own report", "--json")
    assert (status, json.loads(out)["header"]["name"]) == (0, short_report().header.name)
    (look,) = looks(run)
    assert (look["masked"], look["why"]) == (False, "my own report")


def test_a_page_is_written_whole_and_for_the_owner_only(run, reports, tmp_path):
    page = tmp_path / "page.html"
    status, _, err = run(reports / "newer.pdf", "--html", page, "--lang", "en")
    assert status == 0 and "page.html" in err
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert looks(run)[0]["shown"] == ["html", "terminal"]
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".tmp"] == []


def test_two_reports_of_one_person_are_compared_and_of_two_are_not(run, reports, tmp_path):
    status, out, _ = run(reports / "newer.pdf", "--against", reports / "older.pdf")
    assert status == 0 and "与上一份报告相比" in out
    other = tmp_path / "other.pdf"
    other.write_bytes(write_short_pdf(short_report(seed=60)))
    status, _, err = run(reports / "newer.pdf", "--against", other)
    assert status == 2 and "D345" in err


def test_a_locked_report_opens_with_the_password_of_a_variable(run, reports, monkeypatch):
    status, _, err = run(reports / "locked.pdf")
    assert status == 2 and "D342" in err
    monkeypatch.setenv("REPORT_PASSWORD", "geheim")
    status, out, _ = run(reports / "locked.pdf", "--password-env", "REPORT_PASSWORD", "--json")
    assert status == 0 and json.loads(out)["accounts"]
    status, _, err = run(reports / "locked.pdf", "--password-env", "NOT_THERE")
    assert status == 2 and "NOT_THERE" in err
    assert "geheim" not in run.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content", [b"\0", b"%PDF-1.7\n", b"<a>", b"{", b"hello", b"\x1f\x8b\x08", b"PK\x03\x04"]
)
def test_what_is_no_report_is_a_clear_refusal(run, tmp_path, content):
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(content)
    status, out, err = run(bad)
    assert (status, out) == (2, "")
    assert "D341" in err and "fault" not in err


def test_a_broken_report_does_not_stop_the_next(run, reports, tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"no report")
    status, out, err = run(tmp_path / "bad.pdf", reports / "newer.pdf")
    assert status == 2 and "D341" in err and "信贷账户" in out


def test_a_folder_without_out_says_what_to_do(run, reports):
    status, _, err = run(reports)
    assert status == 2 and "--out" in err


@pytest.fixture(scope="module")
def folder(tmp_path_factory, reports):
    """Return a folder of good reports and everything that is none."""
    place = tmp_path_factory.mktemp("many")
    for number in range(6):
        shutil.copy(reports / "newer.pdf", place / f"{number}.pdf")
    (place / "a").mkdir()
    shutil.copy(reports / "older.pdf", place / "a" / "=1+1.pdf")
    (place / "3a.pdf").write_bytes(b"no report")
    (place / "3b.pdf").touch()
    (place / "link.pdf").symlink_to("0.pdf")
    (place / "loop").symlink_to(".")
    (place / ".hidden").write_bytes(b"not looked at")
    os.mkfifo(place / "pipe.pdf")
    return place


GOOD = ["0.pdf", "1.pdf", "2.pdf", "3.pdf", "4.pdf", "5.pdf", "a/=1+1.pdf"]
BAD = ["3a.pdf", "3b.pdf", "link.pdf", "locked.pdf", "loop", "pipe.pdf"]


def test_a_folder_becomes_one_line_a_report_and_one_a_problem(run, folder, reports, tmp_path):
    shutil.copy(reports / "locked.pdf", folder / "locked.pdf")
    out = tmp_path / "all.jsonl"
    status, _, _ = run(folder, "--out", out, "--workers", "2")
    assert status == 1, "some could not be read"
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["file"] for row in rows] == GOOD
    assert all(set(row) >= KEYS | {"figures", "sha256"} for row in rows)
    problems = (tmp_path / "all.problems.jsonl").read_text(encoding="utf-8").splitlines()
    told = {row["file"]: row["code"] for row in map(json.loads, problems)}
    assert sorted(told) == sorted(BAD)
    assert told["locked.pdf"] == "D342"
    assert len(looks(run)) == len(GOOD)
    first = out.read_bytes()
    run(folder, "--out", out, "--workers", "1")
    assert out.read_bytes() == first, "the same bytes with another number of readers"


def test_a_folder_becomes_a_parquet_file_or_a_workbook(run, folder, tmp_path):
    run(folder, "--out", tmp_path / "all.parquet")
    table = pq.read_table(tmp_path / "all.parquet")
    assert table.column("file").to_pylist() == GOOD
    assert set(table.column("accounts").to_pylist()) == {len(short_report().accounts)}
    run(folder, "--out", tmp_path / "all.xlsx")
    sheet = load_workbook(tmp_path / "all.xlsx").active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in cells[1:]] == GOOD
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_a_table_of_another_kind_is_refused(run, folder, tmp_path):
    status, _, err = run(folder, "--out", tmp_path / "all.csv")
    assert status == 2 and ".jsonl" in err
    assert list(tmp_path.iterdir()) == []


def test_personal_values_stay_out_of_tables(run, folder, tmp_path):
    run(folder, "--out", tmp_path / "all.jsonl")
    header = short_report().header
    text = (tmp_path / "all.jsonl").read_text(encoding="utf-8")
    assert header.name not in text and header.id_no not in text


def test_no_log_no_look(run, reports, monkeypatch):
    monkeypatch.setenv("DAIHOU_READ_LOG", str(Path("/proc/nowhere/log")))
    status, out, err = run(reports / "newer.pdf")
    assert (status, out) == (2, "") and "D410" in err


def test_a_page_into_no_folder_is_a_clear_refusal(run, reports, tmp_path):
    for option in ("--html", "--out"):
        status, _, err = run(reports / "newer.pdf", option, tmp_path / "none" / "page.jsonl")
        assert status == 2 and "D410" in err
