"""What the feature stages make of events, movements and very large amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from daihou.contracts import FACTS
from daihou.kernel import SubjectKind
from daihou.night.features import feature_stages
from daihou.signals import FEATURES
from tests.unit.signals.shipped import stage_texts
from tests.worked.signal_book import Book, Verdicts

NIGHT = date(2024, 6, 30)


def verdicts(*given: dict[str, Any], signal: str = "E01") -> Verdicts:
    cases = [{"signal": signal, "case": str(n), "given": row} for n, row in enumerate(given)]
    return Verdicts({"night": NIGHT, "cases": cases})


def test_features_are_the_declared_columns_whatever_was_handed_over() -> None:
    for fed in (frozenset(), frozenset({"account"}), frozenset(FACTS)):
        queries = dict(feature_stages(stage_texts(), fed, NIGHT))
        for kind in SubjectKind:
            names = queries[f"{kind.value}_feature"].named_selects
            keys = ["account_id", "customer_id"] if kind is SubjectKind.ACCOUNT else ["customer_id"]
            assert names == [*keys, *FEATURES[kind]]


def test_the_features_come_last() -> None:
    names = [name for name, _ in feature_stages(stage_texts(), frozenset(FACTS), NIGHT)]
    assert names.index("account_fact") < names.index("account_feature")
    assert names[-1] == "customer_feature"
    assert len(names) == len(set(names))


def test_features_have_the_declared_types() -> None:
    row = verdicts({"dues": [{"due_on": {"days_ago": 3}}]}).features[SubjectKind.ACCOUNT]["A1"]
    for feature in FEATURES[SubjectKind.ACCOUNT].values():
        value = row[feature.name]
        wanted = {"DATE": date, "BOOLEAN": bool, "VARCHAR": str}.get(feature.kind.sql_type, int)
        assert value is None or type(value) is wanted, feature.name


def test_every_account_and_customer_has_one_row() -> None:
    found = verdicts({}, {"events": [{"kind": "job_lost", "happened_on": NIGHT}]}, {})
    assert sorted(found.features[SubjectKind.ACCOUNT]) == ["A", "A1", "A2", "A3"]
    assert sorted(found.features[SubjectKind.CUSTOMER]) == ["C", "C1", "C2", "C3"]


def test_an_event_known_only_after_the_night_is_not_read() -> None:
    event = {"kind": "enforced", "happened_on": date(2024, 6, 1)}
    early = verdicts({"events": [event | {"known_on": date(2024, 6, 30)}]})
    late = verdicts({"events": [event | {"known_on": date(2024, 7, 1)}]})
    assert ("C1", "G05") in early.hits
    assert ("C1", "G05") not in late.hits


def test_an_event_without_an_account_concerns_every_account_of_the_customer() -> None:
    event = {"kind": "auto_debit_failed", "happened_on": date(2024, 6, 20)}
    found = verdicts({"events": [event]}, {"account": {"customer_id": "C1"}})
    assert {("A1", "E06"), ("A2", "E06")} <= set(found.hits)


def test_the_evidence_names_each_fact() -> None:
    hit = verdicts({"dues": [{"due_on": {"days_ago": 8}}]}).hits["A1", "E01"]
    assert hit["evidence"] == (
        "dpd=8;overdue_minor=10000;oldest_unpaid_on=2024-06-22;last_paid_on=unknown;"
        "dpd_basis=allocated"
    )
    assert (hit["level"], hit["value"], hit["data_age_days"]) == ("orange", 8, 8)


def test_a_receiver_cannot_send_back_more_than_he_got() -> None:
    def move(days: int, amount: int, **more: Any) -> dict[str, Any]:
        told = {"booked_on": {"days_ago": days}, "amount_minor": amount, "counterparty_id": "P1"}
        return told | {"counterparty_kind": "person_other"} | more

    moves = [move(50, 200_000), move(49, 5_000_000, direction="in")]
    found = verdicts({"account": {"opened_on": {"days_ago": 60}}, "moves": moves})
    assert found.features[SubjectKind.ACCOUNT]["A1"]["use_return_minor"] == 200_000


@pytest.mark.parametrize("amount", [10**15, 4 * 10**14])
def test_absurd_amounts_stop_no_night(amount: int) -> None:
    given = {
        "account": {"opened_on": {"days_ago": 300}, "amount_minor": amount},
        "dues": [{"due_on": {"months_ago": 8}, "principal_minor": amount}],
        "payments": [
            {"paid_on": {"months_ago": 5}, "amount_minor": 1},
            {"paid_on": {"days_ago": 5}, "amount_minor": amount, "payer_relation": "stranger"},
        ],
        "moves": [
            {"booked_on": {"days_ago": 299}, "amount_minor": amount, "counterparty_kind": "lender"},
            {"booked_on": {"days_ago": 5}, "amount_minor": amount, "direction": "in", "times": 3},
        ],
        "collateral": [{"first_value_minor": amount, "value_minor": 1}],
        "ledger": amount,
    }
    row = verdicts(given).features[SubjectKind.ACCOUNT]["A1"]
    assert row["paid_pace_bp"] == 2_000_000_000
    assert row["ltv_bp"] == 2_000_000_000
    assert row["value_drop_bp"] in {8_999, 9_000, 9_999, 10_000}


def test_the_same_facts_in_another_order_say_the_same() -> None:
    given = [
        {"events": [{"kind": "sales_ratio", "happened_on": NIGHT, "value_bp": bp}
                    for bp in order], "customer": {"kind": "business"}}
        for order in ([4000, 8000], [8000, 4000])
    ]  # fmt: skip
    found = verdicts(*given)
    rows = [dict(found.features[SubjectKind.CUSTOMER][c], customer_id="") for c in ("C1", "C2")]
    assert rows[0] == rows[1]
    assert rows[0]["sales_bp"] == 4000


def test_the_book_of_a_worked_chapter_holds_only_what_was_handed_over() -> None:
    book = Book({"night": NIGHT, "handed_over": ["account"], "cases": []})
    book.borrower(1, {"payments": [{"paid_on": NIGHT, "amount_minor": 1}]})
    assert set(book.rows) == {"account"}
