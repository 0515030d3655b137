"""Closing a relationship through the command line: refused, done, done again, and watched after."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from daihou.cli.base import screen
from daihou.errors import DiskError
from daihou.inquiry.facts import Asking
from daihou.inquiry.gate import Condition, may_inquire
from daihou.inquiry.orders import Command, Event, OrderState, Step
from daihou.jobs import close as closing_job
from daihou.jobs.audit import asking_rules_of
from daihou.jobs.home import open_home
from daihou.jobs.persons import persons_of
from daihou.ops import database_url, open_operations
from tests.journey.closing_kit import CARD, CARD_LINE, DAY, LINE, LOAN, OPENED, SETTLED, home_with
from tests.journey.conftest import Book
from tests.unit.ops.order_kit import an_order, enter

BOND = dict(
    guarantee_id="G1", recorded_on=OPENED, account_id="A1", guarantor_id="P2",
    amount_minor=100_00, starts_on=OPENED,
)  # fmt: skip
UNUSED = dict(account_id="K9", statement_on=DAY, due_on=DAY, balance_minor=0, minimum_due_minor=0)
LEAVING = SETTLED | {
    "account": [LOAN, CARD], "credit_line": [LINE, CARD_LINE], "guarantee": [BOND],
    "card_statement": [UNUSED],
}  # fmt: skip
OWES = LEAVING | {"payment": SETTLED["payment"][:1]}


def staffed(tmp_path, monkeypatch, capsys, facts):
    monkeypatch.delenv("DAIHOU_DATABASE_URL", raising=False)
    monkeypatch.setattr(screen, "_width", 250)  # COLUMNS is read once only
    home_with(tmp_path / "home", facts)
    book = Book(tmp_path / "home", monkeypatch, capsys)
    book.run("staff", "add", "ada", "--role", "admin", "--by", "ada")
    for name, role in (("ofe", "officer"), ("ann", "approver"), ("cho", "compliance")):
        book.run("staff", "add", name, "--role", role, "--by", "ada")
    return book


@pytest.fixture
def leaving(tmp_path, monkeypatch, capsys):
    """Give a home whose customer has settled everything and still has all of it open."""
    return staffed(tmp_path, monkeypatch, capsys, LEAVING)


def operations(book):
    return open_operations(database_url(book.root))


def close(book, *more, by="ofe", second="ann", on=DAY, status=0):
    who = ("--by", by, "--second", second)
    return book.run("close", "P1", "--on", on, *who, *more, status=status)


def gate(book, on):
    home = open_home(book.root)
    return may_inquire(persons_of(home, ["P1"], on)["P1"], Asking(on, "G1"), asking_rules_of(home))


def events():
    from daihou.ops.models import EventRow

    return list(EventRow.objects.order_by("seq").values_list("kind", flat=True))


def test_while_something_is_owed_nobody_closes(tmp_path, monkeypatch, capsys):
    book = staffed(tmp_path, monkeypatch, capsys, OWES)
    version, before = open_home(book.root).lake.version, events()
    said = close(book, status=2)
    assert "principal owed A1" in said.err
    assert "D750" in said.err
    assert open_home(book.root).lake.version == version
    assert events() == before
    assert not (book.root / "closings").exists()
    check = close(book, "--check", "--json").json()
    assert check["may_close"] is False
    assert {one["kind"] for one in check["left"] if one["owed"]} == {"principal", "interest"}
    assert {one["amount_minor"] for one in check["left"] if one["owed"]} == {"•••"}


def test_a_check_tells_everything_that_is_left_and_changes_nothing(leaving):
    enter(operations(leaving), [an_order()])
    version, before = open_home(leaving.root).lake.version, events()
    check = leaving.run("close", "P1", "--on", DAY, "--check", "--json").json()
    assert check["may_close"] is True
    assert [one["kind"] for one in check["left"]] == [
        "line", "line", "card_not_activated", "open_account", "guarantee_received", "consent",
        "pending_order",
    ]  # fmt: skip
    assert [step["kind"] for step in check["steps"]][:2] == ["balance_zero", "cancel_lines"]
    shown = leaving.run("close", "P1", "--on", DAY, "--check", "--lang", "en").out
    assert "settled is not cancelled" in shown
    assert "can be closed" in shown
    assert "结清不等于销额" in leaving.run("close", "P1", "--on", DAY, "--check").out
    assert (open_home(leaving.root).lake.version, events()) == (version, before)


@pytest.mark.parametrize(
    ("by", "second"), [("ofe", "ofe"), ("ofe", "OFE"), ("ann", "ofe"), ("ofe", "cho"), ("", "ann")]
)
def test_an_officer_and_another_approver_close_and_nobody_else(leaving, by, second):
    close(leaving, by=by, second=second, status=4)
    assert "relationship_closed" not in events()


def test_after_closing_nothing_is_open_and_nobody_may_ask(leaving):
    enter(operations(leaving), [an_order(), an_order(2)])
    assert gate(leaving, DAY).refused_by == ()
    done = close(leaving, "--json").json()
    assert (done["orders_cancelled"], done["closed_before"]) == (1, False)
    ops = operations(leaving)
    assert ops.order(an_order().key).state is OrderState.CANCELLED
    assert ops.order(an_order(2).key).state is OrderState.PLANNED, "another person's"
    assert [(s.kind, s.from_on, s.by) for s in ops.stops("bank", "P1")] == [("closed", DAY, "ofe")]
    assert set(gate(leaving, DAY).refused_by) == {Condition.CONSENT, Condition.RELATIONSHIP}
    assert gate(leaving, DAY - timedelta(days=1)).refused_by == (), "the past stays as it was"
    check = leaving.run("close", "P1", "--on", DAY, "--check", "--json").json()
    assert check["left"] == []


def test_what_is_ended_is_a_dated_state_and_the_earlier_state_is_kept(leaving):
    close(leaving)
    lake = open_home(leaving.root).lake
    ended = {}
    for table, column in (
        ("account", "closed_on"), ("credit_line", "cancelled_on"), ("guarantee", "ends_on"),
        ("consent", "ends_on"),
    ):  # fmt: skip
        paths = [lake.path_of(file) for file in lake.fact_files(table)]
        rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
        ended[table] = sorted((str(r["recorded_on"]), str(r[column])) for r in rows)
    told, last = (str(DAY), str(DAY)), (str(DAY), str(DAY - timedelta(days=1)))
    assert ended["account"][2:] == [told, told]
    assert ended["credit_line"][2:] == [told, told]
    assert ended["guarantee"] == [(str(OPENED), "None"), last], "its last day is the day before"
    assert ended["consent"] == [(str(OPENED), "None"), last]


def test_closing_again_changes_nothing_and_gives_the_same_proof(leaving):
    first = close(leaving, "--json").json()
    files = {path.name: path.read_bytes() for path in (leaving.root / "closings").iterdir()}
    version, before = open_home(leaving.root).lake.version, events()
    later = DAY + timedelta(days=20)
    for again in (close(leaving, "--json"), close(leaving, "--json", on=later)):
        told = again.json()
        assert told["closed_before"] is True
        assert told["proof"] == first["proof"]
    assert {p.name: p.read_bytes() for p in (leaving.root / "closings").iterdir()} == files
    assert (open_home(leaving.root).lake.version, events()) == (version, before)
    assert len(operations(leaving).stops("bank", "P1")) == 1


def test_a_closing_that_was_cut_off_is_finished_by_the_next_run(leaving, monkeypatch):
    enter(operations(leaving), [an_order()])

    def cut(*_):
        raise DiskError("cannot write: disk full")

    with monkeypatch.context() as patch:
        patch.setattr(closing_job, "land_rows", cut)
        close(leaving, status=2)
    ops = operations(leaving)
    assert ops.order(an_order().key).state is OrderState.CANCELLED, "inquiries stop first"
    assert Condition.RELATIONSHIP not in gate(leaving, DAY).refused_by
    done = close(leaving, "--json").json()
    assert done["closed_before"] is True
    assert Condition.RELATIONSHIP in gate(leaving, DAY).refused_by
    assert events().count("relationship_closed") == 1


def test_the_proof_says_the_accounts_the_day_and_the_lag_in_both_languages(leaving):
    done = close(leaving, "--json").json()
    number = done["proof"]["number"]
    page, text = (
        (leaving.root / "closings" / f"{number}.{end}").read_text(encoding="utf-8")
        for end in ("html", "txt")
    )
    for said in (page, text):
        for piece in (
            number, "A1", "K1", "L1", "L2", "S1", "G1", f"自 {DAY} 起", "SIMULATED", "模拟数据",
            f"From {DAY} on this lender makes no inquiry", "约一个月", "about a month",
            "ofe", "ann",
        ):  # fmt: skip
            assert piece in said, piece
    assert "@page" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_proof_escapes_what_others_wrote(leaving):
    from daihou.desk.proof_of_settlement import proof_html
    from daihou.jobs.close import Proof, ProvedAccount

    account = ProvedAccount("<b>A</b>", "card", OPENED, DAY)
    proof = Proof(
        "JQ-1", "bank", "<i>银行</i>", "Bank & Co", False, "P<1>", DAY, (account,), (), (), (),
        "ofe", "ann",
    )  # fmt: skip
    page = proof_html(proof)
    assert "<b>A</b>" not in page
    assert "<i>银行</i>" not in page
    assert "Bank &amp; Co" in page
    assert "SIMULATED" not in page
    assert "SIMULATED" in proof_html(replace(proof, simulated=True))


def test_closing_is_refused_when_the_person_was_asked_about_on_that_day_or_later(leaving):
    ops = operations(leaving)
    enter(ops, [an_order()])
    at = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    for step in (Step.APPROVE, Step.BEGIN, Step.NO_RECORD):
        assert isinstance(ops.record(an_order().key, Command(step, "ole"), at), Event)
    before = events()
    said = close(leaving, status=2)
    assert "on or after the day of closing" in said.err
    assert events() == before, "the stop is taken back with the rest"
    assert ops.stops("bank", "P1") == []
    close(leaving, on=DAY + timedelta(days=1))


def test_nobody_closes_in_advance_or_over_what_was_recorded_later(leaving):
    ahead = datetime.now(UTC).date() + timedelta(days=2)
    assert "in advance" in close(leaving, on=ahead, status=2).err
    early = OPENED - timedelta(days=1)
    assert "D900" in close(leaving, on=early, status=2).err


def test_an_inquiry_on_or_after_the_day_of_closing_is_an_alarm(leaving):
    close(leaving)
    ops = operations(leaving)
    enter(ops, [replace(an_order(), planned_on=DAY)])
    noon = datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC)  # noon in Shanghai
    for step in (Step.APPROVE, Step.BEGIN):
        assert isinstance(ops.record(an_order().key, Command(step, "ole"), noon), Event)
    found = leaving.run(
        "inquiries", "audit", "--from", DAY, "--to", DAY, "--by", "cho", "--json"
    ).json()
    wrong = {(a["kind"], tuple(a["evidence"])) for a in found["alarms"] if a["level"] == "red"}
    assert ("after_end", (an_order().key,)) in wrong
    assert [stop["kind"] for stop in found["stops"]] == ["closed"]
    text = leaving.run("inquiries", "audit", "--from", DAY, "--to", DAY, "--by", "cho",
                       "--lang", "en").out  # fmt: skip
    assert "asked after the relation ended, J01" in text


def test_a_customer_nobody_knows_is_not_found(leaving):
    said = leaving.run("close", "P9", "--on", date(2025, 6, 30), "--check", status=2)
    assert "D900" in said.err


def test_live_guarantees_stand_in_the_way_until_the_lender_releases_them(
    tmp_path, monkeypatch, capsys
):
    theirs = LOAN | {"account_id": "B1", "customer_id": "P2", "line_id": None}
    bond = BOND | {"account_id": "B1", "guarantor_id": "P1"}
    dues = SETTLED["instalment"]
    facts = SETTLED | {
        "account": [LOAN, theirs], "guarantee": [bond],
        "instalment": [*dues, *(row | {"account_id": "B1"} for row in dues)],
    }  # fmt: skip
    book = staffed(tmp_path, monkeypatch, capsys, facts)
    assert "guarantee given for others G1" in close(book, status=2).err
    assert Condition.RELATIONSHIP not in gate(book, DAY).refused_by
    done = close(book, "--release-guarantees", "--json").json()
    assert done["proof"]["guarantees"] == ["G1"]
    assert [account["account_id"] for account in done["proof"]["accounts"]] == ["A1"]
    assert Condition.RELATIONSHIP in gate(book, DAY).refused_by
