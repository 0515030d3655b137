"""Planning inquiries: the night's SQL and the gate in Python say the same of every person."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest
import yaml

from daihou.contracts import FACTS
from daihou.inquiry.facts import Asking, Trigger
from daihou.inquiry.gate import may_inquire
from daihou.inquiry.rules import parse_rules
from daihou.inquiry.worth import Stake, worth_of
from daihou.jobs.home import open_home
from daihou.jobs.init import BankSize, init_home
from daihou.jobs.land import land_inbox
from daihou.jobs.land_rows import land_rows
from daihou.jobs.night import run_night
from daihou.jobs.persons import persons_of

NOW = datetime(2026, 1, 5, tzinfo=UTC)
AS_OF = date(2025, 6, 30)


def orders_of(home, day=AS_OF):
    home.lake.refresh()
    paths = [home.lake.path_of(file) for file in home.lake.night_files("inquiry_order", day)]
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def with_rules(home, **changes):
    """Change rules of asking of a home: ``budget={"night": 5}``."""
    path = home.root / "asking.yaml"
    rules = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(rules, default=str), encoding="utf-8")


def ask_before(home, asked):
    """Land looks that were sent before: customer to day."""
    rows = [
        {
            "inquiry_id": f"bank|{who}|01|S1:{day:%Y-%m}", "recorded_on": day, "customer_id": who,
            "purpose": "01", "window": f"S1:{day:%Y-%m}", "occasion": "schedule",
            "trigger_id": None, "planned_on": day, "outcome": "answered", "asked_on": day,
        }
        for who, day in asked.items()
    ]  # fmt: skip
    for day in sorted({row["recorded_on"] for row in rows}):
        land_rows(home, FACTS["inquiry"], [r for r in rows if r["recorded_on"] == day], day, NOW)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    root = tmp_path_factory.mktemp("asking") / "bank"
    home = init_home(root, example="bank", bank=BankSize(1_500))
    land_inbox(root, now=NOW)
    with (root / "book.yaml").open("a", encoding="utf-8") as book:
        # Months apart, and a small book: more changes between two nights than brakes let pass.
        book.write("brakes: {class_downgrades_max_bp: null, accounts_change_max_bp: null,\n")
        book.write("  balance_change_max_bp: null}\n")
    return home


@pytest.fixture
def home(bank):
    original = (bank.root / "asking.yaml").read_text(encoding="utf-8")
    yield open_home(bank.root)
    (bank.root / "asking.yaml").write_text(original, encoding="utf-8")


def differences(home, day):
    """Return persons of whom the night and the gate say different things on one day."""
    rules = parse_rules(home.text_of("asking.yaml"), "asking.yaml")
    rows = orders_of(home, day)
    persons = persons_of(home, [row["customer_id"] for row in rows], day)
    wrong = []
    for row in rows:
        person, trigger = persons[row["customer_id"]], None
        if row["trigger_id"] is not None:
            trigger = Trigger.recorded(row["trigger_id"], row["occasion"])
            person = replace(person, triggers=(trigger,))
        answer = may_inquire(person, Asking(day, row["tier"], trigger), rules)
        said = (
            ";".join(finding.evidence for finding in answer.findings),
            ";".join(answer.refused_by) or None,
        )
        if said != (row["proof"], row["refused_by"]):
            wrong.append((row["customer_id"], said, row["proof"], row["refused_by"]))
    return rows, wrong


@pytest.mark.parametrize("day", [date(2025, 2, 28), date(2025, 3, 31), AS_OF])
def test_the_night_and_the_gate_say_the_same_of_every_person_asked_before_or_not(home, day):
    run_night(home.root, day, now=NOW)
    first = [row["customer_id"] for row in orders_of(home, day) if row["status"] == "ordered"]
    backs = (1, 24, 25, 31, 180, 366)
    ask_before(home, {who: day - timedelta(days=backs[n % 6]) for n, who in enumerate(first)})
    with_rules(home, schedule="tiers")
    run_night(home.root, day, now=NOW)
    rows, wrong = differences(home, day)
    assert wrong == []
    found = Counter(row["refused_by"] for row in rows)
    assert found[None] > 50
    assert found["consent"] > 10
    assert any("cool_off" in str(reasons) for reasons in found)


def test_over_the_budget_the_least_worth_waits_and_a_trigger_comes_first(home):
    with_rules(home, schedule="monthly", budget={"night": 40, "month": None, "year": None})
    run_night(home.root, AS_OF, now=NOW)
    rows = [row for row in orders_of(home) if row["status"] != "refused"]
    ordered = [row for row in rows if row["status"] == "ordered"]
    assert sorted(row["rank"] for row in rows) == list(range(1, len(rows) + 1))
    assert [row["rank"] for row in ordered] == list(range(1, 41))
    waiting = [row for row in rows if row["status"] == "waits"]
    place = [(row["trigger_id"] is None, -row["value_minor"], row["customer_id"]) for row in rows]
    assert place == sorted(place)
    assert waiting


def test_a_budget_counts_what_the_month_and_the_year_have_planned_already(home):
    with_rules(home, schedule="monthly", budget={"night": None, "month": 30, "year": None})
    run_night(home.root, AS_OF, now=NOW)
    before = [row for row in orders_of(home) if row["status"] == "ordered"]
    spent = sum(
        row["outcome"] != "cancelled" and row["planned_on"] >= AS_OF.replace(day=1)
        for file in home.lake.fact_files("inquiry")
        for row in pq.read_table(home.lake.path_of(file)).to_pylist()
        if row["recorded_on"] <= AS_OF
    )
    assert len(before) == max(30 - spent, 0)


def test_a_book_without_rules_of_asking_plans_nothing(home):
    book = home.root / "book.yaml"
    text = book.read_text(encoding="utf-8")
    try:
        book.write_text(text.replace("asking: asking.yaml\n", ""), encoding="utf-8")
        run_night(home.root, AS_OF, now=NOW)
        assert orders_of(home) == []
    finally:
        book.write_text(text, encoding="utf-8")


def seen_reports(customers):
    """Return made-up rows of reports: all figures zero but those that the worth reads."""
    zero = {column.name: 0 for column in FACTS["bureau_report"].columns}
    for number, who in enumerate(customers):
        used = None if number % 7 == 0 else number * 137_000 % 1_000_000
        yield zero | {
            "report_id": f"R{number}", "customer_id": who, "inquiry_id": None, "alert": False,
            "received_on": date(2025, 6, 1), "report_on": AS_OF - timedelta(days=number % 200),
            "hard_3m": number % 6, "overdue_worst": number % 3 or None, "card_used_minor": used,
            "card_limit_minor": 0 if number % 11 == 0 else 1_000_000,
        }  # fmt: skip


def test_the_worth_in_the_night_is_the_worth_of_the_rules_to_the_last_unit(home):
    customers = sorted(
        {row["customer_id"] for f in home.lake.fact_files("account")
         for row in pq.read_table(home.lake.path_of(f)).to_pylist()}
    )[::2]  # fmt: skip
    reports = list(seen_reports(customers))
    land_rows(home, FACTS["bureau_report"], reports, date(2025, 6, 1), NOW)
    worth = {
        "risk_bp": {"G0": 31, "G1": 77, "G2": 150, "G3": 413, "G4": 999},
        "factors": [
            {"field": "hard_3m", "at_least": 3, "percent": 233},
            {"field": "card_use_bp", "at_least": 7000, "percent": 171},
            {"field": "overdue_worst", "at_least": 1, "percent": 6007},
        ],
        "own_factors": [{"field": "dpd_max", "at_least": 1, "percent": 129}],
        "no_report_percent": 149, "stale_days": 180, "least_minor": 0, "beside_minor": 12_345,
        "source": "a test", "grade": "M",
    }  # fmt: skip
    with_rules(home, schedule="monthly", worth=worth, cool_off_days={
        "value": 0, "source": "a test", "grade": "M"})  # fmt: skip
    run_night(home.root, AS_OF, now=NOW)
    rules = parse_rules(home.text_of("asking.yaml"), "asking.yaml")
    by_customer = {row["customer_id"]: row for row in reports}
    days = {
        row["customer_id"]: row["dpd_max"]
        for f in home.lake.night_files("customer_day", AS_OF)
        for row in pq.read_table(home.lake.path_of(f)).to_pylist()
    }
    rows, with_report = orders_of(home), 0
    for row in rows:
        report = by_customer.get(row["customer_id"])
        if report is not None:
            with_report += 1
            limit, used = report["card_limit_minor"], report["card_used_minor"]
            use = None if used is None or limit == 0 else used * 10_000 // limit
            report = report | {"card_use_bp": use}
        told = worth_of(
            Stake(
                row["tier"], row["exposure_minor"], {"dpd_max": days.get(row["customer_id"])},
                report, None if report is None else (AS_OF - report["report_on"]).days,
            ),
            rules.worth,
        )  # fmt: skip
        assert (told.value_minor, told.risk_bp) == (row["value_minor"], row["risk_bp"])
    assert with_report > 100
    assert len({row["risk_bp"] for row in rows}) > 20


def test_a_ledger_newer_than_the_night_says_what_is_owed_and_that_of_the_day_itself_does_not(home):
    run_night(home.root, AS_OF, now=NOW)
    rows = [row for row in orders_of(home) if "balance on" in row["proof"]]
    who = rows[0]["customer_id"]
    account = rows[0]["proof"].split("balance on ")[1].split(";")[0]
    first, second = AS_OF + timedelta(days=1), AS_OF + timedelta(days=2)
    zero = {"account_id": account, "balance_on": first, "balance_minor": 0}
    land_rows(home, FACTS["ledger_balance"], [zero], first, NOW)

    def balance(day):
        home.lake.refresh()
        claims = persons_of(home, [who], day)[who].claims
        return next(claim.balance_minor for claim in claims if claim.account_id == account)

    assert balance(first) > 0, "the day has only begun: its end is not known"
    assert balance(second) == 0
