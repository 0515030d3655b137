"""The bureau of a simulated bank: its people, own courses, the commands, the borrower's copy."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from daihou.clinic import examine
from daihou.errors import GatewayError, HomeError, NotFound
from daihou.gateways.message import DEADLINE_HEADER, KEY_HEADER, key_of, sm3, write_request
from daihou.gateways.simulator import NotSamePerson
from daihou.jobs.init import BankSize, init_home
from daihou.jobs.simulate import (
    BANK_CODE,
    BANK_NAME,
    BankPeople,
    BureauWishes,
    faults_of,
    number_of,
    rules_of,
)
from daihou.report.read import read_report
from daihou.report.words import ReasonClass
from tests.unit.clinic.kit import SENTENCES
from tests.unit.gateways.simulator.kit import request

PASSWORD = "only for tests"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("bank") / "home"
    init_home(root, example="bank", bank=BankSize(300, identities=True))
    return root


@pytest.fixture(scope="module")
def people(home):
    return BankPeople(home)


def start(home, state, *arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "daihou", "bureau-sim", "--bank", str(home), "--state", str(state),
         *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={k: v for k, v in os.environ.items() if k != "DAIHOU_BUREAU_PASSWORD"} | environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(home, tmp_path_factory):
    process = start(
        home, tmp_path_factory.mktemp("state"), "--fault", "slow=0", DAIHOU_BUREAU_PASSWORD=PASSWORD
    )
    first, second = process.stdout.readline(), process.stdout.readline()
    assert first.startswith("listening http://127.0.0.1:")
    assert "模拟" in second
    assert "imulated" in second
    yield first.split()[1]
    process.terminate()
    process.communicate(timeout=20)


def ask(address, no, on=date(2025, 3, 3), key="order"):
    asked = request(
        1, org=BANK_CODE, origin_org=BANK_CODE, user="a", origin_user="b", password=sm3(PASSWORD),
        name=f"客户{no:010d}", id_no=f"000000{no:012d}",
    )  # fmt: skip
    head = replace(asked.head, at=asked.head.at.replace(year=on.year, month=on.month, day=on.day))
    return httpx.post(
        f"{address}/inquiries", content=write_request(replace(asked, head=head)),
        headers={KEY_HEADER: key_of(key), DEADLINE_HEADER: "9999999999"}, trust_env=False,
    )  # fmt: skip


def test_a_report_of_the_banks_person_holds_its_own_accounts_and_others(address, people):
    report = read_report(ask(address, 0).content)
    assert [check for check in report.checks if check.ok is False] == []
    own = [a for a in report.accounts if a.institution == BANK_NAME]
    assert len(own) == len(people.side_of("0" * 18).accounts) == 2
    assert report.header.name == "客户0000000000"


def test_the_borrowers_own_copy_shows_the_banks_looks_and_the_clinic_reads_it(address, tmp_path):
    for month in (1, 2, 4):
        assert ask(address, 2, date(2025, month, 9), f"look {month}").status_code == 200
    for turn, day in enumerate(("2025-05-01", "2025-05-02")):
        to = tmp_path / f"{turn}.pdf"
        done = subprocess.run(
            [sys.executable, "-m", "daihou", "own-report", "--bureau", address, "--id-no",
             "000000000000000002", "--name", "客户0000000002", "--on", day, "--to", str(to)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "模拟" in done.stderr
    report = read_report((tmp_path / "1.pdf").read_bytes())
    mine = [x for x in report.inquiries if x.institution == BANK_NAME]
    assert [(x.on, x.reason) for x in mine] == [
        (date(2025, month, 9), "贷后管理") for month in (4, 2, 1)
    ]
    own = [x for x in report.inquiries if x.reason_class is ReasonClass.OWN]
    assert [x.on for x in own] == [date(2025, 5, 1)], "each copy leaves an own look for the next"
    found = {finding.id: finding for finding in examine(report, SENTENCES).findings}
    checks = found["post_loan_soft"]
    assert BANK_NAME in checks.lenders
    assert "贷后管理类查询" in checks.text["zh"]
    evidence = [report.inquiries[proof.index] for proof in checks.evidence]
    assert [x.on.month for x in evidence if x.institution == BANK_NAME] == [4, 2, 1]


def test_own_report_refuses_a_wrong_name_and_an_unknown_number(address, tmp_path):
    for no, name in (("000000000000000002", "客户"), ("000000000000999999", "客户")):
        done = subprocess.run(
            [sys.executable, "-m", "daihou", "own-report", "--bureau", address, "--id-no", no,
             "--name", name, "--to", str(tmp_path / "no.pdf")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert "D870" in done.stderr
        assert not (tmp_path / "no.pdf").exists()


def test_without_a_password_it_does_not_start(home, tmp_path):
    _, told = start(home, tmp_path).communicate(timeout=60)
    assert "DAIHOU_BUREAU_PASSWORD" in told


@pytest.mark.parametrize("fault", ["drop", "garble=2", "slow=x", "reorder=1"])
def test_a_fault_that_is_none_is_refused(fault):
    with pytest.raises(GatewayError):
        faults_of([fault])


def test_faults_are_told_as_names_and_shares():
    faults = faults_of(["drop_after=0.25", "later=1", "later_ms=50", "reorder=true"])
    assert (faults.drop_after, faults.later, faults.later_ms, faults.reorder) == (0.25, 1, 50, True)


def test_a_book_of_real_loans_gets_no_bureau(tmp_path):
    init_home(tmp_path / "auto", example="auto")
    with pytest.raises(HomeError, match="not simulated"):
        BankPeople(tmp_path / "auto")


def test_a_bank_without_names_gets_no_bureau(tmp_path):
    init_home(tmp_path / "bank", example="bank", bank=BankSize(50))
    with pytest.raises(HomeError, match="nobody whom a bureau could know"):
        BankPeople(tmp_path / "bank")
    for path in (tmp_path / "bank" / "inbox").glob("customer-*"):
        path.unlink()
    with pytest.raises(HomeError, match="no customer file"):
        BankPeople(tmp_path / "bank")


def test_a_person_is_found_by_number_and_name_together(people):
    assert people.person_of("客户0000000000", "10", "000000000000000000") == "0" * 18
    assert people.side_of("0" * 18).customer == "C0000000000"
    assert people.person_of("客户0000000000", "2", "000000000000000000") is None
    assert people.person_of("某人", "10", "000000999999999999") is None
    with pytest.raises(NotSamePerson):
        people.person_of("某人", "10", "000000000000000000")


def test_the_same_question_gives_the_same_report_whoever_asked_before(home, people):
    other = BankPeople(home)
    for person in ("0" * 17 + "7", "0" * 18):
        other.report_of(person, date(2025, 6, 1), ())
    for person in ("0" * 18, "0" * 17 + "7"):
        first = people.report_of(person, date(2025, 1, 1), ())
        assert first == other.report_of(person, date(2025, 1, 1), ())
    assert people.report_of("0" * 18, date(2025, 6, 1), ()) != BankPeople(home, seed=2).report_of(
        "0" * 18, date(2025, 6, 1), ()
    )


def test_courses_agree_with_a_slow_count_of_unpaid_instalments(home, people):
    assert _wrong_months(home, people) == []


def _wrong_months(home, people):
    """Return (account, month, counted, told) of loans whose months differ from a plain count."""
    import pyarrow.parquet as pq

    def rows(table):
        return pq.read_table(Path(home) / "inbox" / f"{table}-0001.parquet").to_pylist()

    accounts = {r["account_id"]: r for r in rows("account")}
    dues, paid, wrong, seen = {}, {}, [], 0
    for due in rows("instalment"):
        if due["cancelled_on"] is None:
            dues.setdefault(due["account_id"], []).append(due)
    for payment in rows("payment"):
        sign = -1 if payment["kind"] == "reversal" else 1
        on = payment["booked_on"] or payment["paid_on"]
        paid.setdefault(payment["account_id"], []).append((on, sign * payment["amount_minor"]))
    for account_id, one in accounts.items():
        side = None
        if one["product"] != "card":
            side = _side(people, one["customer_id"])
        if side is None:
            continue
        held = [a for a, r in sorted(accounts.items()) if r["customer_id"] == one["customer_id"]]
        told = side.accounts[held.index(account_id)]
        opened = told.opened_on
        for year, month in ((2024, 12), (2025, 3), (2025, 6)):
            end = date(year + month // 12, month % 12 + 1, 1)
            place = year * 12 + month - opened.year * 12 - opened.month
            if opened >= end or place >= len(told.behind):
                continue
            money = sum(amount for on, amount in paid.get(account_id, ()) if on < end)
            count, so_far = 0, 0
            for due in sorted(dues.get(account_id, ()), key=lambda d: d["due_on"]):
                so_far += due["principal_minor"] + due["interest_minor"] + due["fee_minor"]
                count += due["due_on"] < end and so_far > money
            seen += 1
            if told.behind[place] != min(count, 7):
                wrong.append((account_id, (year, month), count, told.behind[place]))
    assert seen > 300
    return wrong


def _side(people, customer):
    try:
        return people.side_of(f"000000{int(customer[1:]):012d}")
    except NotFound:
        return None  # a firm: the bureau of persons does not know it


def test_rules_follow_the_banks_own_settings(home, tmp_path):
    wishes = BureauWishes(sm3("x"))
    assert list(rules_of(home, wishes).institutions) == [BANK_CODE]
    (tmp_path / "bureau.yaml").write_text(
        "adapter: http\nurl: http://127.0.0.1:1\nsender: S0000000000001\n"
        "receiver: R0000000000001\norg: ORG1\nuser: U1\norigin_org: ORG2\n",
        encoding="utf-8",
    )
    rules = rules_of(tmp_path, wishes)
    assert (sorted(rules.institutions), rules.place) == (["ORG1", "ORG2"], "R0000000000001")
    assert list(rules_of(tmp_path, replace(wishes, orgs=("Z",))).institutions) == ["Z"]


def test_a_customers_number_is_that_in_the_id_and_never_random():
    assert number_of("C0000000012") == 12
    assert number_of("abc") == number_of("abc") != number_of("abd")
