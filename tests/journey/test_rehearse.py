"""The whole loop on a simulated bank: night, order, delivery, answer, fact, night, own report."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime

import httpx
import pyarrow.parquet as pq
import pytest
from django.db import connections

from daihou.clinic import examine, load_sentences
from daihou.errors import HomeError
from daihou.inquiry.staff import Member, Role
from daihou.jobs.home import open_home, shipped_texts
from daihou.jobs.init import BankSize, init_home
from daihou.jobs.land import land_inbox
from daihou.jobs.rehearse import Stretch, rehearse
from daihou.jobs.staff import open_staff
from daihou.report.read import read_report

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
WEEKS = Stretch(date(2025, 6, 2), date(2025, 6, 16), 7, "batch")
OWN = "模拟示例银行股份有限公司"


def started_bureau(root):
    """Return the process of a simulated bureau and its address."""
    line = [
        sys.executable, "-m", "daihou", "bureau-sim", "--bank", str(root), "--state",
        str(root / "bureau"), "--port", "0",
    ]  # fmt: skip
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    assert first.startswith("listening "), first
    return process, first.split()[1]


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Live through three weeks; return the home, the bureau's address, what each week did."""
    root = tmp_path_factory.mktemp("rehearsal") / "bank"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAIHOU_KEY", base64.b64encode(bytes(range(32))).decode())
        patch.setenv("DAIHOU_BUREAU_PASSWORD", "only-for-this-test")
        patch.delenv("DAIHOU_DATABASE_URL", raising=False)
        init_home(root, example="bank", bank=BankSize(150, identities=True))
        land_inbox(root, now=NOW)
        process, address = started_bureau(root)
        try:
            settings = (root / "bureau.yaml").read_text(encoding="utf-8")
            (root / "bureau.yaml").write_text(
                settings.replace("http://127.0.0.1:8750", address), encoding="utf-8"
            )
            with (root / "book.yaml").open("a", encoding="utf-8") as book:
                book.write("brakes: {class_downgrades_max_bp: null, balance_change_max_bp: null,\n")
                book.write("  accounts_change_max_bp: null}\n")
            hire(root)
            yield open_home(root), address, list(rehearse(root, WEEKS, NOW))
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()
            connections["default"].close()


def hire(root):
    staff = open_staff(root)
    staff.add(Member("ada", frozenset({Role.ADMIN})), "ada", NOW)
    staff.add(Member("batch", frozenset({Role.OPERATOR}), daily_cap=1000), "ada", NOW)


def rows_of(home, table):
    home.lake.refresh()
    paths = [home.lake.path_of(file) for file in home.lake.fact_files(table)]
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def test_every_order_of_the_weeks_was_answered_and_became_facts(lived):
    home, _, weeks = lived
    assert [week.entered.as_of for week in weeks] == list(WEEKS.nights)
    assert weeks[0].delivery.left > 20
    for week in weeks:
        assert week.delivery.simulated
        assert week.handed_back.unreadable == 0
        assert week.handed_back.reports == week.delivery.outcomes.get("answered", 0)
    newest = {row["inquiry_id"]: row for row in rows_of(home, "inquiry")}
    assert {row["outcome"] for row in newest.values()} <= {"answered", "cancelled"}
    answered = {key for key, row in newest.items() if row["outcome"] == "answered"}
    assert {row["inquiry_id"] for row in rows_of(home, "bureau_report")} == answered


def test_the_bureau_has_no_key_twice_and_one_look_for_each_answer(lived):
    home, address, weeks = lived
    ledger = httpx.get(f"{address}/ledger").json()
    assert ledger["looks"] == sum(week.delivery.left for week in weeks)
    asked = Counter(row["inquiry_id"] for row in rows_of(home, "inquiry") if row["asked_on"])
    assert max(asked.values()) == 1


def test_the_borrowers_own_report_shows_this_banks_look_and_explains_it(lived):
    home, address, _ = lived
    who = next(row["customer_id"] for row in rows_of(home, "inquiry") if row["asked_on"])
    number = who.removeprefix("C")
    answer = httpx.get(
        f"{address}/people/00000000{number}/own-report.pdf", params={"name": f"客户{number}"}
    )
    assert answer.headers["simulated"] == "yes"
    report = read_report(answer.content)
    ours = [look for look in report.inquiries if look.institution == OWN]
    assert [look.reason_code for look in ours] == ["01"] * len(ours) != []
    told = examine(report, load_sentences(shipped_texts("daihou.clinic", ".yaml")))
    pointed = {
        evidence.index for finding in told.findings for evidence in finding.evidence
        if evidence.kind == "inquiries"
    }  # fmt: skip
    assert {report.inquiries.index(look) for look in ours} <= pointed


def test_a_real_book_cannot_be_rehearsed(tmp_path):
    home = init_home(tmp_path / "auto", example="auto")
    with pytest.raises(HomeError, match="only a simulated book"):
        next(rehearse(home.root, WEEKS, NOW))
