"""Staff, plan, approval, audit through the command line, on a simulated bank."""

import shutil
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from daihou.cli.base import screen
from daihou.inquiry.orders import Command, Event, Step
from daihou.jobs.enter import enter_night
from daihou.jobs.home import open_home
from daihou.jobs.init import BankSize, init_home
from daihou.jobs.land import land_inbox
from daihou.jobs.night import run_night
from daihou.night.book import Holidays
from daihou.ops import database_url, open_operations
from tests.journey.conftest import Book

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
AS_OF = date(2025, 6, 30)


@pytest.fixture(scope="session")
def asking_template(tmp_path_factory):
    """Return a simulated bank with a night that plans inquiries, not entered yet."""
    root = tmp_path_factory.mktemp("inquiries") / "bank"
    init_home(root, example="bank", bank=BankSize(300))
    land_inbox(root, now=NOW)
    run_night(root, AS_OF, now=NOW)
    return root


@pytest.fixture
def bank(tmp_path, asking_template, monkeypatch, capsys):
    """Give the bank with staff of every role."""
    monkeypatch.delenv("DAIHOU_DATABASE_URL", raising=False)
    monkeypatch.setattr(screen, "_width", 250)  # COLUMNS is read once only
    shutil.copytree(asking_template, tmp_path / "home")
    book = Book(tmp_path / "home", monkeypatch, capsys)
    book.run("staff", "add", "ada", "--role", "admin", "--by", "ada")
    for name, role in (
        ("pia", "planner"), ("ann", "approver"), ("bob", "approver"), ("ole", "operator"),
        ("ofe", "officer"), ("cho", "compliance"),
    ):  # fmt: skip
        cap = ["--cap", "100", "--branch", "north"] if role == "operator" else []
        book.run("staff", "add", name, "--role", role, "--by", "ada", *cap)
    return book


def operations(book):
    return open_operations(database_url(book.root), key=bytes(range(32)))


def entered(book, *, needs_two=False):
    """Enter the night; with ``needs_two`` its rules let no order pass without persons."""
    path = book.root / "asking.yaml"
    if needs_two:
        text = path.read_text(encoding="utf-8")
        assert "automatic_up_to: {value: 1000" in text
        path.write_text(text.replace("automatic_up_to: {value: 1000", "automatic_up_to: {value: 0"))
    done = enter_night(open_home(book.root), operations(book), AS_OF, NOW)
    assert done.orders_new > 20
    return done


def planned(book, limit=1000):
    shown = book.run("inquiries", "show", "--state", "planned", "--limit", limit, "--json").json()
    return [order["key"] for order in shown["orders"]]


def send(book, key, by, at, *after):
    for step in (Step.BEGIN, *after):
        event = operations(book).record(key, Command(step, by), at)
        assert isinstance(event, Event), event


def audit(book, *more, status=0):
    days = ("--from", "2026-01-01", "--to", "2026-01-31")
    return book.run("inquiries", "audit", *days, "--by", "cho", *more, status=status)


def test_staff_are_listed_with_the_batch_user_and_those_who_left(bank):
    bank.run("staff", "leave", "ole", "--by", "ada")
    listed = {m["user_id"]: m for m in bank.run("staff", "list", "--json").json()}
    assert set(listed) == {"night", "ada", "pia", "ann", "bob", "ole", "ofe", "cho"}
    assert (listed["ole"]["active"], listed["ann"]["roles"]) == (False, ["approver"])
    shown = bank.run("staff", "list", "--lang", "en").out
    assert "batch: approves what the rules let pass" in shown
    assert "left" in shown


def test_the_page_cannot_do_what_the_core_refuses(bank):
    said = bank.run("staff", "role", "ada", "--role", "approver", "--by", "ada", status=4)
    assert "D860" in said.err
    said = bank.run("staff", "add", "x", "--role", "admin", "--role", "operator", "--cap", "5",
                    "--by", "ada", status=4)  # fmt: skip
    assert "cannot be admin and operator" in said.err


def test_the_plan_of_a_night_adds_up_and_hides_amounts(bank):
    plan = bank.run("inquiries", "plan", "--json").json()
    total = plan["total"]
    assert total["ordered"] + total["waits"] > 20
    for groups in ("by_tier", "by_occasion"):
        for name in ("ordered", "waits", "refused", "value_minor"):
            assert sum(line[name] for line in plan[groups]) == total[name]
    assert sum(line["ordered"] for line in plan["by_worth"]) == total["ordered"]
    assert [order["rank"] for order in plan["top"]] == list(range(1, 11))
    assert {order["value_minor"] for order in plan["top"]} == {"•••"}
    shown = bank.run("inquiries", "plan", "--lang", "en").out
    assert "SIMULATED" in shown
    assert "Tiers" in shown
    assert "分层" in bank.run("inquiries", "plan").out


def test_unmasked_amounts_need_a_reason_and_are_logged(bank):
    said = bank.run("inquiries", "plan", "--unmask", status=2)
    assert "reason" in said.err
    plan = bank.run("inquiries", "plan", "--unmask", "--why", "spot check", "--json").json()
    assert all(isinstance(order["value_minor"], int) for order in plan["top"])
    values = [order["value_minor"] for order in plan["top"] if order["occasion"] == "schedule"]
    assert values == sorted(values, reverse=True)
    assert "spot check" in (bank.root / "looks.jsonl").read_text(encoding="utf-8")


def test_the_plan_as_excel_has_a_row_a_person(bank, tmp_path):
    plan = bank.run("inquiries", "plan", "--xlsx", tmp_path / "plan.xlsx", "--json").json()
    total = plan["total"]
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["inquiry_order"]
    assert sheet.max_row - 1 == total["ordered"] + total["waits"] + total["refused"]


def test_orders_over_the_rule_are_approved_by_two_different_persons(bank):
    done = entered(bank, needs_two=True)
    keys = planned(bank)
    assert len(keys) == done.orders_new
    first = bank.run("inquiries", "approve", "--all", "--by", "ann", "--json").json()
    assert (len(first["approved"]), len(first["wait_for_second"])) == (0, len(keys))
    again = bank.run("inquiries", "approve", "--all", "--by", "ANN", "--json").json()
    assert len(again["refused"]) == len(keys), "nobody approves as two, in any spelling"
    bank.run("inquiries", "approve", "--all", "--by", "night", status=4)
    bank.run("inquiries", "approve", "--all", "--by", "ofe", status=4)
    second = bank.run("inquiries", "approve", "--night", done.run_id, "--by", "bob", "--json")
    assert len(second.json()["approved"]) == len(keys)
    assert planned(bank) == []
    story = bank.run("inquiries", "show", keys[0], "--json").json()["orders"][0]
    assert story["approved_by"] == ["ann", "bob"]
    assert [event["kind"] for event in story["events"]] == ["order_approve", "order_approve"]


def test_orders_under_the_rule_are_approved_by_the_night(bank):
    entered(bank)
    shown = bank.run("inquiries", "show", "--state", "approved", "--json").json()
    assert {tuple(order["approved_by"]) for order in shown["orders"]} == {("night",)}
    assert planned(bank) == []


def test_it_must_be_clear_which_orders_are_meant(bank):
    entered(bank, needs_two=True)
    key = planned(bank)[0]
    bank.run("inquiries", "approve", "--by", "ann", status=2)
    bank.run("inquiries", "approve", key, "--all", "--by", "ann", status=2)
    bank.run("inquiries", "approve", key, "none", "--by", "ann", status=2)
    assert len(planned(bank)) > 20, "a wrong key among right ones approves nothing"
    assert bank.run("inquiries", "show", "nobody", status=2)


def test_a_cancelled_order_says_who_and_why(bank):
    entered(bank, needs_two=True)
    key = planned(bank)[0]
    bank.run("inquiries", "cancel", key, "--by", "ofe", "--why", "asked to", status=4)
    bank.run("inquiries", "cancel", key, "--by", "pia", "--why", " ", status=2)
    done = bank.run(
        "inquiries", "cancel", key, "--by", "pia", "--why", "by letter", "--json"
    ).json()
    assert done["cancelled"] == [key]
    (order,) = bank.run("inquiries", "show", key, "--json").json()["orders"]
    assert (order["state"], order["events"][0]["by"]) == ("cancelled", "pia")
    assert order["events"][0]["details"] == {"reason": "by letter"}
    assert "by letter" in bank.run("inquiries", "show", key).out
    again = bank.run("inquiries", "cancel", key, "--by", "pia", "--why", "again", "--json").json()
    assert len(again["refused"]) == 1


def test_an_unclear_order_is_settled_by_two_who_say_what_the_bureau_said_and_never_leaves_again(
    bank,
):
    entered(bank)
    (order,) = bank.run("inquiries", "show", "--limit", "1", "--json").json()["orders"]
    key, said = order["key"], ("--why", "the bureau has no such message, by telephone")
    who = ("--by", "ann", "--second", "cho")
    assert "it is approved" in bank.run("inquiries", "settle", key, *who, *said, status=2).err
    send(bank, key, "ole", NOW)
    operations(bank).record(key, Command(Step.LOSE_TRACK, "ole"), NOW)
    bank.run("inquiries", "settle", key, "--by", "ann", "--second", "ann", *said, status=4)
    bank.run("inquiries", "settle", key, "--by", "cho", "--second", "ann", *said, status=4)
    bank.run("inquiries", "settle", key, *who, "--why", " ", status=2)
    assert bank.run("inquiries", "settle", key, *who, *said, "--json").json()["state"] == "failed"
    asked = operations(bank).asked_on("bank", order["customer_id"])
    assert len(asked) == 1, "it counts as a look"
    again = operations(bank).record(key, Command(Step.BEGIN, "ole"), NOW)
    assert not isinstance(again, Event)
    assert "by telephone" in bank.run("inquiries", "show", key).out


def test_what_was_seen_of_an_answer_is_shown(bank):
    entered(bank)
    (order,) = bank.run("inquiries", "show", "--limit", "1", "--json").json()["orders"]
    send(bank, order["key"], "ole", NOW)
    operations(bank).keep_answer(order["key"], b"<Document/>", NOW)
    send_on = operations(bank).record(order["key"], Command(Step.ANSWER, "ole"), NOW)
    assert isinstance(send_on, Event)
    text = bank.run("inquiries", "show", order["customer_id"], "--lang", "en").out
    assert "received, not read" in text
    assert "ole" in text


def test_an_audit_is_for_compliance_and_is_an_event_itself(bank):
    entered(bank)
    days = ("--from", "2026-01-01", "--to", "2026-01-31")
    bank.run("inquiries", "audit", *days, status=4)
    bank.run("inquiries", "audit", *days, "--by", "ann", status=4)
    bank.run("inquiries", "audit", "--from", "2026-02-01", "--to", "2026-01-31", "--by", "cho",
             status=2)  # fmt: skip
    audit(bank)
    found = bank.run("inquiries", "audit", "--from", "2020-01-01", "--to", "2040-01-01", "--by",
                     "cho", "--json").json()  # fmt: skip
    assert "inquiries_audited" in [event["kind"] for event in found["steps"]]
    assert found["chain_break"] is None


def test_an_audit_tells_who_asked_about_whom_and_what_came(bank, tmp_path):
    entered(bank)
    orders = bank.run("inquiries", "show", "--limit", "3", "--json").json()["orders"]
    noon = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    for number, order in enumerate(orders):
        send(bank, order["key"], "ole", noon + timedelta(minutes=number), Step.NO_RECORD)
    late = bank.run("inquiries", "show", "--state", "approved", "--limit", "1", "--json").json()
    send(bank, late["orders"][0]["key"], "ole", noon.replace(hour=23))
    found = audit(bank, "--xlsx", tmp_path / "a.xlsx", "--json").json()
    assert [line["outcome"] for line in found["log"]] == [*["no_record"] * 3, "sending"]
    assert {line["user"] for line in found["log"]} == {"ole"}
    assert {(a["kind"], a["scope"], a["who"]) for a in found["alarms"]} >= {
        ("off_hours", "person", "ole"), ("off_hours", "branch", "north"),
    }  # fmt: skip
    assert not {"after_end", "no_consent", "against_stop"} & {a["kind"] for a in found["alarms"]}
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [
        "摘要 summary", "查询日志 log", "预警 alarms", "停止查询 stops", "审批与变更 approvals",
    ]  # fmt: skip
    assert book["查询日志 log"].max_row == 5
    assert "is there" not in audit(bank, "--xlsx", tmp_path / "a.xlsx", status=2).out


def test_an_excel_file_of_an_audit_runs_no_formula(bank, tmp_path):
    entered(bank, needs_two=True)
    key = planned(bank)[0]
    bank.run("inquiries", "cancel", key, "--by", "pia", "--why", '=HYPERLINK("http://x")')
    wide = ("--from", "2020-01-01", "--to", "2040-01-01")
    bank.run("inquiries", "audit", *wide, "--by", "cho", "--xlsx", tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    starts = {str(cell.value)[:1] for cell in cells if cell.data_type == "s"}
    assert not starts & set("=+-@")


def test_a_changed_event_is_told_and_the_audit_still_shows_the_log(bank):
    entered(bank)
    (order,) = bank.run("inquiries", "show", "--limit", "1", "--json").json()["orders"]
    send(bank, order["key"], "ole", NOW)
    from daihou.ops.models import EventRow

    EventRow.objects.filter(kind="order_begin").update(by="somebody")
    broken = EventRow.objects.get(kind="order_begin").seq
    said = audit(bank, "--lang", "en", status=2)
    assert f"broken at event {broken}" in said.out
    assert "D850" in said.err


def test_a_home_may_hold_its_own_parameters_of_the_alarms(bank):
    entered(bank)
    from daihou.jobs.audit import alarm_rules_of
    from daihou.jobs.home import shipped_texts

    text = shipped_texts("daihou.inquiry", ".yaml")["alarms.yaml"]
    (bank.root / "alarms.yaml").write_text(text.replace("floor: 10", "floor: 99"), encoding="utf-8")
    assert alarm_rules_of(open_home(bank.root)).surge.floor == 99
    (bank.root / "alarms.yaml").write_text("surge: {}", encoding="utf-8")
    assert "D750" in audit(bank, status=2).err


def test_without_staff_anybody_may_audit_and_nobody_may_approve(
    tmp_path, asking_template, monkeypatch, capsys
):
    monkeypatch.delenv("DAIHOU_DATABASE_URL", raising=False)
    shutil.copytree(asking_template, tmp_path / "home")
    book = Book(tmp_path / "home", monkeypatch, capsys)
    entered(book, needs_two=True)
    found = book.run("inquiries", "audit", "--from", "2026-01-01", "--to", "2026-01-31", "--json")
    assert found.json()["by"] == "unnamed"
    book.run("inquiries", "approve", "--all", "--by", "ann", status=4)


def test_days_and_hours_are_those_of_the_lender_wherever_the_command_runs(bank):
    entered(bank)
    (order,) = bank.run("inquiries", "show", "--limit", "1", "--json").json()["orders"]
    at = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)  # the first of February in Shanghai
    send(bank, order["key"], "ole", at)
    assert audit(bank, "--json").json()["log"] == []
    whole = ("--from", "2026-02-01", "--to", "2026-02-01", "--by", "cho", "--json")
    (line,) = bank.run("inquiries", "audit", *whole).json()["log"]
    assert line["local_at"] == "2026-02-01 00:00:00"


@pytest.mark.parametrize(
    ("holidays", "day", "closed"),
    [
        (Holidays(), date(2026, 1, 3), False),
        (Holidays(weekends=True), date(2026, 1, 3), True),
        (Holidays(weekends=True), date(2026, 1, 5), False),
        (Holidays(weekends=True, working_days=(date(2026, 1, 3),)), date(2026, 1, 3), False),
        (Holidays(days=(date(2026, 1, 5),)), date(2026, 1, 5), True),
    ],
)
def test_the_audit_knows_the_same_closed_days_as_the_gate(holidays, day, closed):
    from daihou.jobs.audit import closed_days

    assert closed_days(holidays)(day) is closed
