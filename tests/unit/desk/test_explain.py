"""What ``explain`` tells of each kind of account, on a book where customers touch each other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import daihou
from daihou.contracts import FACTS
from daihou.desk import judged
from daihou.desk.explain import explain_account
from daihou.desk.look import Look
from daihou.desk.shapes import Explanation
from daihou.errors import HomeError, NotFound
from daihou.jobs import single
from daihou.jobs.night import run_night
from daihou.kernel import AssetClass
from daihou.lake import EntryKind, Lake, StagedFile
from tests.unit.desk.kit import write_table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NIGHT = date(2024, 6, 30)
EXAMPLES = Path(daihou.__file__).parent / "examples"
BOOK = """
book: small
title: {zh: 小账本, en: Small book}
currency: CNY
rule_packs: {default: [cn_2023], card: [cn_2023, cn_card_2011]}
loss_rates: loss_rates.yaml
policy: policy/cn_retail.yaml
brakes: {dpd_unknown_max_bp: null, rows_rejected_max_bp: null}
"""
SHOWN = (
    "current", "late31", "late91", "deferred", "written_off", "line1", "line2", "guaranteed",
    "mixed", "card", "sued", "firm1", "firm2",
)  # fmt: skip


def account(account_id: str, **values: Any) -> dict[str, Any]:
    return dict(
        account_id=account_id, recorded_on=date(2024, 1, 1), customer_id=f"C-{account_id}",
        product="instalment_loan", currency="CNY", opened_on=date(2024, 1, 1),
        matures_on=date(2024, 12, 15), amount_minor=120_000, declared_use="home works",
    ) | values  # fmt: skip


def dues(account_id: str, *days: date, **values: Any) -> list[dict[str, Any]]:
    return [
        dict(account_id=account_id, instalment_no=n, due_on=day, principal_minor=9_000,
             interest_minor=1_000, fee_minor=0) | values
        for n, day in enumerate(days, 1)
    ]  # fmt: skip


def paid(payment_id: str, paid_on: date, amount_minor: int = 10_000, **values: Any) -> Any:
    row = dict(payment_id=payment_id, account_id=payment_id.partition(".")[0], paid_on=paid_on,
               kind="payment", amount_minor=amount_minor)  # fmt: skip
    return row | values


def d(month: int, day: int) -> date:
    return date(2024, month, day)


def facts() -> dict[str, list[dict[str, Any]]]:
    """Return the book: what one customer's rows say is read for another in every way there is."""
    gone = dict(product="revolving_line", line_id="L1", matures_on=None)
    accounts = [
        account("current"),
        account("late31", use_proof_on=d(2, 1)),
        account("late91"),
        account("deferred"),
        account("closed"),
        account("closed", recorded_on=d(5, 2), closed_on=d(5, 1)),
        account("today"),
        account("today", recorded_on=NIGHT, closed_on=NIGHT),
        account("tomorrow", recorded_on=d(7, 15), opened_on=d(7, 15)),
        account("dollars", currency="USD"),
        account("written_off", written_off_on=d(5, 20)),
        account("line1", **gone),
        account("line2", **gone),
        account("guaranteed", guarantee_kind=None),
        account("mixed"),
        account("card", product="card", amount_minor=None, matures_on=None),
        account("sued"),
        account("firm1", customer_id="C-firm", product="business_loan"),
        account("firm2", customer_id="C-firm", product="business_loan"),
    ]
    kept = [a["account_id"] for a in accounts if a["recorded_on"] == d(1, 1)]
    spring = (d(2, 15), d(3, 15), d(4, 15), d(5, 15), d(6, 15), d(7, 15))
    on_time = ("current", "guaranteed", "sued", "firm2", "line1", "line2", "dollars")
    instalments = [row for a in on_time for row in dues(a, *spring)]
    payments = [paid(f"{a}.{n}", day) for a in on_time for n, day in enumerate(spring[:5])]
    instalments += dues("late31", d(5, 30)) + dues("late91", d(3, 31)) + dues("firm1", d(3, 1))
    instalments += dues("written_off", d(2, 15), d(3, 15))
    instalments += dues("deferred", d(3, 15), cancelled_on=d(3, 10))
    instalments += [row | {"instalment_no": 7} for row in dues("deferred", d(9, 15),
                                                               agreed_on=d(3, 10))]  # fmt: skip
    instalments += dues("mixed", *spring)
    payments += [
        paid("mixed.1", d(2, 15), payer_relation="self"),
        paid("mixed.2", d(4, 2)),  # 18 days late
        paid("mixed.3", d(4, 15), 4_000, payer_relation="stranger", channel="cash"),
        paid("mixed.4", d(4, 20), 6_000, booked_on=d(5, 6)),
        paid("mixed.5", d(5, 15)),
        paid("mixed.6", d(5, 15), kind="reversal", booked_on=d(5, 17)),
    ]
    return {
        "account": accounts,
        "customer": [
            dict(customer_id=f"C-{a}", recorded_on=d(1, 1), kind="person", retail=True,
                 currency="CNY") for a in kept if not a.startswith("firm")
        ] + [dict(customer_id="C-firm", recorded_on=d(1, 1), kind="business", retail=False,
                  currency="CNY", all_bank_debt_minor=1_000_000, all_bank_overdue_90_minor=0)],
        "instalment": instalments,
        "payment": payments,
        "credit_line": [
            dict(line_id="L1", recorded_on=day, customer_id="C-line2", currency="CNY",
                 kind="revolving", limit_minor=limit, opened_on=d(1, 1), frozen_on=frozen)
            for day, limit, frozen in ((d(1, 1), 400_000, None), (d(4, 1), 200_000, d(4, 1)))
        ],
        "card_statement": [
            dict(account_id="card", statement_on=d(m, 5), due_on=d(m, 25), balance_minor=50_000,
                 minimum_due_minor=5_000, cash_minor=0, purchases_minor=9_000)
            for m in (3, 4, 5, 6)
        ],
        "guarantee": [dict(guarantee_id="G1", recorded_on=d(1, 1), account_id="guaranteed",
                           guarantor_id="C-line1", amount_minor=1, starts_on=d(1, 1))],
        "external_event": [
            dict(event_id="e1", customer_id="C-line1", kind="guarantor_unwilling",
                 happened_on=d(5, 1), known_on=d(5, 3)),
            dict(event_id="e2", customer_id="C-sued", kind="lawsuit_defendant",
                 happened_on=d(4, 1), known_on=d(4, 9)),
        ],
        "restructuring": [
            dict(restructuring_id="r1", account_id="deferred", changed_on=d(3, 10),
                 first_due_on=d(9, 15), kind="relief_deferral", for_difficulty=True)
        ],
        "transaction": [
            dict(transaction_id="t1", customer_id="C-late31", booked_on=date(2023, 12, 1),
                 direction="in", amount_minor=5, counterparty_kind="employer", category="salary"),
            dict(transaction_id="t2", customer_id="C-mixed", booked_on=d(1, 5), direction="out",
                 amount_minor=50_000, counterparty_kind="securities", category="transfer"),
        ],
    }  # fmt: skip


def land(lake: Lake, tables: dict[str, list[dict[str, Any]]]) -> None:
    folder = lake.stage("test")
    staged = [
        StagedFile(name, write_table(FACTS[name], rows, folder / f"{name}.parquet"), len(rows))
        for name, rows in tables.items()
    ]
    lake.publish(EntryKind.LANDING, NOW, {"receipts": []}, staged)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explain") / "家 o'home"
    (root / "policy").mkdir(parents=True)
    (root / "book.yaml").write_text(BOOK, encoding="utf-8")
    rates = (EXAMPLES / "bank_loss_rates.yaml").read_text("utf-8")
    (root / "loss_rates.yaml").write_text(rates, encoding="utf-8")
    policy = (EXAMPLES / "policies" / "cn_retail.yaml").read_text("utf-8")
    policy = re.sub(r"(?m)^effective_from: .*$", "effective_from: 2024-01-01", policy)
    (root / "policy" / "cn_retail.yaml").write_text(policy, encoding="utf-8")
    lake = Lake.create(root / "lake")
    land(lake, facts())
    run_night(root, NIGHT, now=NOW)
    return root


@pytest.fixture(scope="module", autouse=True)
def compiled_once() -> Iterator[None]:
    """Compile the night once for the whole file: it is the same program every time."""
    with pytest.MonkeyPatch.context() as patch:
        made: dict[date, Any] = {}
        real = single.compile_night
        patch.setattr(
            single, "compile_night",
            lambda settings: made.get(settings.as_of)
            or made.setdefault(settings.as_of, real(settings)),
        )  # fmt: skip
        yield


@pytest.fixture(scope="module")
def told(home: Path) -> Callable[[str], Explanation]:
    """Return explanations by account, each made once."""
    return cache(lambda account_id: told_of(home, account_id))


def told_of(home: Path, account_id: str, *, unmask: bool = False) -> Explanation:
    look = Look(home, unmask=unmask, why="a test" if unmask else None, now=NOW)
    return explain_account(look, account_id, NIGHT)


def verdicts(told: Explanation) -> dict[str, str]:
    return {line.signal_id: line.level or line.verdict for line in told.signals}


@pytest.mark.parametrize("account_id", SHOWN)
def test_every_explanation_agrees_with_the_published_night(told, account_id):
    assert told(account_id).problems == ()


def test_31_days_late_is_special_mention_with_article_and_both_nearest_changes(home):
    told = told_of(home, "late31", unmask=True)
    line = told.asset_class
    assert line is not None and told.state["dpd"] == 31
    assert (line.asset_class, line.stage) == ("special_mention", 2)
    assert line.article and line.instrument and line.grade and line.source
    assert line.worse is not None and line.worse.en == "60 more days past due: substandard"
    assert line.better is not None and line.better.en == "repay 100.00: pass"


def test_91_days_late_is_substandard_and_the_rules_that_fired_say_so_in_both_languages(told):
    late = told("late91")
    assert late.asset_class is not None and late.asset_class.asset_class == "substandard"
    fired = [line for line in late.decisions if line.fired]
    assert fired and all(line.reason.zh and line.reason.en for line in fired)
    assert all("{" not in line.reason.zh + line.reason.en for line in late.decisions)
    assert any(line.nearest_change.startswith("dpd 91 → ") for line in fired)
    assert any(not line.fired for line in late.decisions)


def test_a_signal_says_how_far_the_next_level_is(told):
    line = next(s for s in told("current").signals if s.signal_id == "E01")
    assert (line.verdict, line.next_level, line.distance) == ("no_hit", "yellow", 1)


def test_what_stands_with_other_customers_is_carried_over(told):
    assert verdicts(told("guaranteed"))["H06"] == "orange"
    assert told("line1").state["utilisation_bp"] == 7_500  # 75,000 each of 200,000
    assert verdicts(told("current"))["F05"] != "unknown"  # late31 filed a proof
    assert verdicts(told("current"))["F01"] == "no_hit"  # C-late31 has older movements
    assert verdicts(told("mixed"))["F01"] == "red"


def test_a_firm_is_judged_by_all_its_claims(told):
    firm = told("firm2")
    assert firm.state["dpd"] == 0 and firm.asset_class is not None
    assert firm.asset_class.asset_class != "pass"


def test_without_the_book_wide_facts_the_explanation_says_that_it_differs(home, monkeypatch):
    monkeypatch.setattr(single, "_book_scope", lambda *_: {})
    assert told_of(home, "current").problems


def test_without_the_guarantors_events_the_explanation_says_that_it_differs(home, monkeypatch):
    monkeypatch.setitem(single._KEPT, "external_event", single._BY_ACCOUNT)
    assert any("signal_day" in p.en for p in told_of(home, "guaranteed").problems)


def test_a_judge_that_disagrees_is_never_hidden(home, monkeypatch):
    real = judged.explain_class
    monkeypatch.setattr(
        judged, "explain_class",
        lambda *args: replace(real(*args), asset_class=AssetClass.LOSS),
    )  # fmt: skip
    (problem,) = told_of(home, "current").problems
    assert problem.en == "asset_class: published pass, judged apart loss" and "pass" in problem.zh


def test_a_published_row_that_was_changed_by_hand_is_told(home):
    lake = Lake.open(home / "lake")
    (path,) = [lake.path_of(file) for file in lake.night_files("account_day", NIGHT)]
    kept = path.read_bytes()
    try:
        table = pq.read_table(path)
        rows = [row | {"dpd": 7} for row in table.to_pylist()]
        pq.write_table(type(table).from_pylist(rows, table.schema), path)
        problems = [p.en for p in told_of(home, "current").problems]
    finally:
        path.write_bytes(kept)
    assert "account_day: run again it is not what was published (dpd)" in problems
    assert "dpd: published 7, judged apart 0" in problems


def test_facts_landed_after_the_night_do_not_change_its_explanation(home, told):
    before = told("late31")
    lake = Lake.open(home / "lake")
    land(lake, {"payment": [paid("late31.9", d(5, 30))]})
    assert told_of(home, "late31") == before


@pytest.mark.parametrize(
    ("account_id", "says"),
    [
        ("closed", "closed on 2024-05-01, before the night"),
        ("today", "closed on 2024-06-30, the day of the night"),
        ("tomorrow", "not open yet on 2024-06-30: first known on 2024-07-15"),
        ("dollars", "is in USD, the book in CNY"),
        ("nobody", "no account 'nobody'"),
        ("", "no account ''"),
        ("'; DROP TABLE account; --", "no account"),
        ("<script>alert(1)</script>", "no account"),
        ("current' OR '1'='1", "no account"),
        ("\x1b[31mcurrent\x00", "no account"),
        ("%", "no account"),
    ],
)
def test_an_account_that_is_not_in_the_night_is_told_why(home, account_id, says):
    with pytest.raises(NotFound, match="D900") as told:
        told_of(home, account_id)
    assert says in told.value.message
    assert "\x1b" not in told.value.message


def test_a_day_without_a_night_is_told_which_nights_there_are(home):
    with pytest.raises(NotFound, match="no night of 2024-06-29"):
        explain_account(Look(home, unmask=False, why=None, now=NOW), "current", date(2024, 6, 29))


def test_the_timeline_names_late_partial_back_dated_and_reversed_payments_newest_last(home):
    told = told_of(home, "mixed", unmask=True)
    lines = {(item.on, item.what.en, item.amount_minor) for item in told.timeline}
    assert (d(1, 1), "opened or paid out", 120_000) in lines
    assert (d(3, 15), "due and missed, cleared on 2024-04-02", 10_000) in lines
    assert (
        d(4, 2),
        "payment: clears a due, the oldest of 2024-03-15, 18 days late",
        10_000,
    ) in lines
    assert (d(4, 15), "payment: partial: 60.00 left", 4_000) in lines
    assert (d(4, 20), "payment: clears a due, the oldest of 2024-04-15, 5 days late; "
            "back-dated: booked on 2024-05-06", 6_000) in lines  # fmt: skip
    assert any(what.startswith("reversal") for _, what, _ in lines)
    assert (d(5, 15), "due and not paid, 46 days ago, 100.00 left", 10_000) in lines
    days = [item.on for item in told.timeline]
    assert days == sorted(days)


def test_the_timeline_names_schedule_changes_events_and_line_changes(told):
    deferred = {(i.on, i.what.en) for i in told("deferred").timeline}
    assert {(d(3, 10), "1 dues taken out of the schedule"), (d(3, 10), "1 dues agreed anew"),
            (d(3, 10), "contract changed: relief deferral, in financial difficulty,"
             " first due on 2024-09-15")} <= deferred  # fmt: skip
    sued = {(i.on, i.what.en, i.what.zh) for i in told("sued").timeline}
    assert (d(4, 9), "sued as defendant (on 2024-04-01)", "涉诉被告（发生于2024-04-01）") in sued
    line = {(i.on, i.what.en) for i in told("line1").timeline}
    assert {(d(4, 1), "limit lowered"), (d(4, 1), "credit line frozen")} <= line


def test_a_card_is_explained_by_its_minimum_payments(told):
    card = told("card")
    assert card.state["dpd"] == (NIGHT - d(3, 25)).days
    assert sum("due and not paid" in item.what.en for item in card.timeline) == 4


def test_amounts_are_covered_unless_a_reason_is_given_and_the_look_is_logged(home, told):
    shown = json.dumps(told("late31").as_dict(), ensure_ascii=False)
    assert "100.00" not in shown and "10000" not in shown and "•••" in shown
    open_ = json.dumps(told_of(home, "late31", unmask=True).as_dict(), ensure_ascii=False)
    assert "100.00" in open_
    assert "explain late31" in (home / "looks.jsonl").read_text("utf-8")
    with pytest.raises(HomeError, match="need a reason"):
        explain_account(Look(home, unmask=True, why=" ", now=NOW), "late31", NIGHT)


def test_an_explanation_writes_nothing(home):
    before = {p: p.stat().st_mtime_ns for p in (home / "lake").rglob("*")}
    told_of(home, "current")
    assert {p: p.stat().st_mtime_ns for p in (home / "lake").rglob("*")} == before
