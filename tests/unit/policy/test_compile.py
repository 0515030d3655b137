from datetime import date

from daihou.contracts import RESULTS
from daihou.policy import compile_policy
from tests.unit.policy.kit import HEAD, SIGNALS, Night, account, customer, policy_of, rule

LATE = rule("late", "{field: dpd, op: ge, value: 31}", "level: red")


def accounts(*facts: dict[str, object]) -> list[dict[str, object]]:
    return [account(account_id=f"A{n}", **f) for n, f in enumerate(facts)]


def fired(night: Night, *rules: str) -> list[str]:
    return [row["subject_id"] for row in night.decide(policy_of(*rules))]


def test_the_query_gives_the_columns_of_decision_day_in_order() -> None:
    night = Night([account(dpd=31)])
    (row,) = night.decide(policy_of(LATE))
    expected = [c.name for c in RESULTS["decision_day"].columns if c.name not in {"book", "as_of"}]
    assert list(row) == expected
    assert row | {"policy_version": ""} == {
        "subject_kind": "account", "subject_id": "A1", "customer_id": "C1",
        "treatment": "case_review", "level": "red", "amount_minor": None, "rule_id": "late",
        "policy_version": "", "arm": "champion", "reasons": "R_LATE", "needs_two": False,
    }  # fmt: skip


def test_an_unknown_fact_never_fires_a_rule_nor_its_opposite() -> None:
    night = Night(accounts({"dpd": 30}, {"dpd": 31}, {"dpd": None}))
    assert fired(night, LATE) == ["A1"]
    opposite = rule("early", "{not: {field: dpd, op: ge, value: 31}}", "level: red")
    assert fired(night, opposite) == ["A0"]


def test_the_first_rule_wins_its_treatment_and_all_that_fired_are_reasons() -> None:
    rules = (
        rule("red", "{field: dpd, op: ge, value: 91}", "level: red"),
        rule("orange", "{field: dpd, op: ge, value: 31}", "level: orange", "needs_two: true"),
        rule("hold", "{field: dpd, op: ge, value: 31}", treatment="line_freeze"),
    )
    night = Night(accounts({"dpd": 91}, {"dpd": 90}, {"dpd": 5}))
    said = [(r["subject_id"], r["treatment"], r["rule_id"], r["reasons"], r["needs_two"])
            for r in night.decide(policy_of(*rules))]  # fmt: skip
    assert said == [
        ("A0", "case_review", "red", "R_RED;R_ORANGE", False),
        ("A0", "line_freeze", "hold", "R_HOLD", False),
        ("A1", "case_review", "orange", "R_ORANGE", True),
        ("A1", "line_freeze", "hold", "R_HOLD", False),
    ]


def test_a_stop_silences_every_later_rule_for_its_subject_only() -> None:
    rules = (
        rule("stop", "{field: dpd, op: ge, value: 91}", "level: red", "stop: true"),
        rule("hold", "{field: dpd, op: ge, value: 31}", treatment="line_freeze"),
    )
    night = Night(accounts({"dpd": 91}, {"dpd": 90}))
    said = [(r["subject_id"], r["rule_id"]) for r in night.decide(policy_of(*rules))]
    assert said == [("A0", "stop"), ("A1", "hold")]


def test_asset_class_is_compared_by_order_not_by_spelling() -> None:
    night = Night(accounts(*({"asset_class": c} for c in (
        "pass", "special_mention", "substandard", "doubtful", "loss", None))))  # fmt: skip
    for op, expected in (("ge", "A2 A3 A4"), ("gt", "A3 A4"), ("lt", "A0 A1"), ("le", "A0 A1 A2")):
        when = f"{{field: asset_class, op: {op}, value: substandard}}"
        assert fired(night, rule("a", when, "level: red")) == expected.split()


def test_an_account_sees_its_own_signals_and_its_customers_but_not_its_siblings() -> None:
    night = Night(
        [account(), account(account_id="A2"), account(account_id="A3", customer_id="C2")],
        hits=[("account", "A1", "E01", "orange"), ("customer", "C1", "G05", "yellow")],
    )
    assert fired(night, rule("a", "{signal: E01, at_least: orange}", "level: red")) == ["A1"]
    assert fired(night, rule("a", "{signal: E01, at_least: red}", "level: red")) == []
    assert fired(night, rule("a", "{signal: G05}", "level: red")) == ["A1", "A2"]
    two = "{signals: any, count_at_least: 2}"
    assert fired(night, rule("a", two, "level: red")) == ["A1"]


def test_a_customer_has_the_worst_of_its_accounts_each_signal_counted_once() -> None:
    night = Night(
        [account(), account(account_id="A2")],
        [customer(), customer(customer_id="C2")],
        hits=[("account", "A1", "E01", "yellow"), ("account", "A2", "E01", "red")],
    )
    red = rule("a", "{signal: E01, at_least: red}", "level: red", subject="customer",
               treatment="watch")  # fmt: skip
    assert fired(night, red) == ["C1"]
    two = rule("a", "{signals: any, count_at_least: 2}", "level: red", subject="customer",
               treatment="watch")  # fmt: skip
    assert fired(night, two) == []


def test_only_a_hit_counts_not_a_snoozed_signal() -> None:
    night = Night([account()], hits=[("account", "A1", "E01", "red")])
    night.con.execute("UPDATE signal_hit SET verdict = 'snoozed'")
    assert fired(night, rule("a", "{signal: E01}", "level: red")) == []


def test_a_signal_that_was_not_computed_is_not_clear_unless_the_policy_says_so() -> None:
    rows = [account(account_id=f"A{n}", customer_id=f"C{n}") for n in range(4)]
    night = Night(
        rows, [customer(customer_id=f"C{n}") for n in range(4)],
        hits=[("account", "A1", "E01", "red")],
        unknown=[("account", "A2", "F01,E01"), ("customer", "C3", "E01")],
    )  # fmt: skip
    clear = rule("a", "{not: {signal: E01}}", "level: red")
    assert fired(night, clear) == ["A0"]
    assert fired(night, clear.replace("signal: E01", "signal: E01, unknown_as: no_hit")) == [
        "A0", "A2", "A3",
    ]  # fmt: skip
    group = rule("a", "{not: {signals: own, at_least: red}}", "level: red", subject="customer",
                 treatment="watch")  # fmt: skip
    assert fired(night, group) == ["C0"]


def test_the_list_of_uncomputed_signals_is_read_only_where_it_matters() -> None:
    positive = compile_policy(policy_of(rule("a", "{signal: E01}", "level: red")), "x", SIGNALS)
    assert "signal_unknown" not in positive.sql("duckdb")


def test_no_offer_without_an_explicit_no_to_opting_out_whatever_the_file_says() -> None:
    offer = rule("o", "{field: accounts, op: ge, value: 1}", subject="customer", treatment="offer")
    offer = offer.replace(
        "{field: accounts, op: ge, value: 1}", "{field: dpd_max, op: eq, value: 0}"
    )
    night = Night(customers=[
        customer(customer_id=name, dpd_max=0, offers_opt_out=out)
        for name, out in (("no", False), ("yes", True), ("null", None))
    ])  # fmt: skip
    assert fired(night, offer) == ["no"]


def test_a_cut_always_lowers_a_known_limit() -> None:
    cut = rule("c", "{field: dpd, op: ge, value: 1}", "needs_two: true",
               "amount: {field: balance_minor}", treatment="line_cut")  # fmt: skip
    night = Night(accounts(
        {"dpd": 1, "balance_minor": 99, "limit_minor": 100},
        {"dpd": 1, "balance_minor": 100, "limit_minor": 100},
        {"dpd": 1, "balance_minor": 101, "limit_minor": 100},
        {"dpd": 1, "balance_minor": None, "limit_minor": 100},
        {"dpd": 1, "balance_minor": 5, "limit_minor": None},
        {"dpd": 1, "balance_minor": -5, "limit_minor": 100},
    ))  # fmt: skip
    assert fired(night, cut) == ["A0"]
    floor = cut.replace("{field: balance_minor}", "{max: [{minor: 0}, {field: balance_minor}]}")
    assert fired(night, floor) == ["A0", "A5"]


def test_a_percentage_of_the_largest_amount_stays_inside_64_bits() -> None:
    cut = rule("c", "{field: dpd, op: ge, value: 1}", "needs_two: true",
               "amount: {percent_bp: 9999, of: {field: balance_minor}}",
               treatment="line_cut")  # fmt: skip
    largest = 10**15
    night = Night(accounts({"dpd": 1, "balance_minor": largest, "limit_minor": largest}))
    (row,) = night.decide(policy_of(cut))
    assert row["amount_minor"] == largest * 9999 // 10_000


def test_a_sum_of_money_says_nothing_about_another_currency() -> None:
    rich = rule("r", "{field: balance_minor, op: gt, value: 100}", "level: red")
    night = Night(accounts(
        {"balance_minor": 101}, {"balance_minor": 100}, {"balance_minor": 101, "currency": "USD"}
    ))  # fmt: skip
    assert fired(night, rich) == ["A0"]
    assert night.count(policy_of(rich)) == {"r": (3, 1, 1)}


def test_a_list_entry_without_evidence_is_not_proposed() -> None:
    grey = rule("g", "{any: [{signals: own}, {field: dpd_max, op: is_null}]}", "needs_two: true",
                "evidence: [own, overdue_minor]", subject="customer",
                treatment="list_grey")  # fmt: skip
    night = Night(
        customers=[
            customer(customer_id=f"C{n}", overdue_minor=m) for n, m in enumerate((None, 5, None))
        ],
        hits=[("customer", "C2", "E02", "yellow")],
    )  # fmt: skip
    assert fired(night, grey) == ["C1", "C2"]


def test_first_payment_default_is_seen_without_any_payment_or_count_of_days() -> None:
    first = rule("f", "{all: [{field: last_paid_on, op: is_null}, {field: instalments_missed,"
                 " op: ge, value: 1}]}", "level: orange", treatment="case_collection")  # fmt: skip
    paid = {"instalments_missed": 1, "last_paid_on": date(2026, 1, 1)}
    night = Night(accounts({"instalments_missed": 1}, {"instalments_missed": 0}, paid))
    assert fired(night, first) == ["A0"]


def test_unknown_conditions_are_counted_by_rule() -> None:
    rules = (LATE, rule("e", "{signal: E01}", "level: orange"))
    night = Night(accounts({"dpd": 31}, {"dpd": None}, {"dpd": 0}),
                  unknown=[("account", "A0", "E01,E02"), ("account", "A1", "G05")])  # fmt: skip
    assert night.count(policy_of(*rules)) == {"late": (3, 1, 1), "e": (3, 0, 1)}


def test_one_borrowers_rows_never_change_anothers_decision() -> None:
    late, quiet = account(dpd=91), account(account_id="A2", customer_id="C2", dpd=0)
    alone = Night([late]).decide(policy_of(LATE))
    assert Night([late, quiet], hits=[("account", "A2", "E01", "red")]).decide(
        policy_of(LATE)
    ) == alone  # fmt: skip


def test_a_field_may_be_compared_with_another() -> None:
    over = rule("o", "{field: balance_minor, op: gt, other: limit_minor}", "level: red")
    at, above = ({"balance_minor": n, "limit_minor": 5} for n in (5, 6))
    night = Night(accounts(above, at, {"balance_minor": 6}))
    assert fired(night, over) == ["A0"]


def test_the_query_is_also_sql_of_the_other_engine() -> None:
    spark = compile_policy(policy_of(LATE, head=HEAD), "champion", SIGNALS).sql("spark")
    assert "rule_0" in spark and "TEXT" not in spark
