"""Two reports of one person: what is news, what is repair, age or relief, and what is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.errors import ReportMismatch
from daihou.report.delta import delta_of
from daihou.report.delta_model import Change, Delta, Event, Reason, Tone
from daihou.report.model import (
    Account,
    Agreement,
    Inquiry,
    Liability,
    MonthState,
    PublicRecord,
    Report,
    SpecialTransaction,
)
from daihou.report.person import Header, Identity, Phone
from daihou.report.values import Month
from daihou.report.words import (
    AccountState,
    AccountType,
    PublicKind,
    ReasonClass,
    ReportKind,
    Section,
)
from daihou.report.writers.invent import SMALL, invent_report

OLDER, NEWER = datetime(2025, 12, 10, 9), datetime(2026, 6, 10, 9)
HEAD = Header(name="样本甲", id_type="身份证", id_no="110101198501010019")


def report(at: datetime, *accounts: Account, kind: str = "pboc_gen2", **parts: Any) -> Report:
    return Report(ReportKind(kind), replace(HEAD, report_at=at), accounts=accounts, **parts)


def loan(**values: Any) -> Account:
    base: dict[str, Any] = {
        "account_type": AccountType.NON_REVOLVING, "opened_on": date(2019, 3, 1),
        "amount": 50_000, "balance": 20_000, "state": AccountState.NORMAL, "currency": "CNY",
    }  # fmt: skip
    return Account(Section.NON_REVOLVING, "其他贷款", "样例银行", **base | values)


def card(**values: Any) -> Account:
    base = {"account_type": AccountType.CARD, "amount": None, "limit": 10_000, "used": 1_000}
    return replace(loan(), section=Section.CARDS, type="贷记卡", balance=None, **base | values)


def late(*months: tuple[Month, str, int], last: Month) -> dict[str, Any]:
    states = tuple(MonthState(*one) for one in months)
    return {"overdue_months": states, "overdue_from": last.back(59), "overdue_to": last}


def of(delta: Delta, about: str, what: str | None = None) -> list[Change]:
    return [
        one for one in delta.changes if one.about == about and (what is None or one.what == what)
    ]


# --- whose reports


@pytest.mark.parametrize(
    ("head", "refused"),
    [
        ({"name": "样本乙"}, True),
        ({"id_no": "110101198501010027"}, True),
        ({"id_no": "**************0019"}, False),
        ({"id_no": "**************0027"}, True),
        ({"id_no": "****0019"}, False),
        ({"id_no": "****0027"}, True),
        ({"name": "*本甲"}, False),
        ({"name": "样 本甲", "id_no": "11010119850101001９".replace("９", "9")}, False),
        ({"id_type": "护照", "id_no": "E00000000"}, False),
        ({"name": None, "id_no": None}, False),
    ],
)
def test_only_reports_of_one_person_are_compared(head, refused):
    new = report(NEWER)
    new = replace(new, header=replace(new.header, **head))
    if refused:
        with pytest.raises(ReportMismatch, match="D345"):
            delta_of(report(OLDER), new)
    else:
        assert delta_of(report(OLDER), new).changes == ()


def test_a_person_who_cannot_be_compared_is_said_to_be_unknown():
    new = report(NEWER)
    new = replace(new, header=replace(new.header, name=None, id_no=None))
    assert [one.what for one in delta_of(report(OLDER), new).unknown] == ["person"]


def test_the_older_report_comes_first_whatever_the_order():
    old, new = report(OLDER, loan()), report(NEWER, loan(balance=10_000))
    assert delta_of(new, old) == delta_of(old, new)
    (change,) = of(delta_of(new, old), "accounts", "balance")
    assert (change.before, change.after) == (20_000, 10_000)


# --- accounts


def test_an_account_opened_since_is_new_and_one_of_before_only_appeared():
    new = report(NEWER, loan(opened_on=date(2026, 1, 5)), loan(opened_on=date(2025, 12, 10)))
    events = [one.event for one in of(delta_of(report(OLDER), new), "accounts")]
    assert events == [Event.NEW, Event.APPEARED]


def test_of_two_equal_accounts_one_that_goes_is_one_that_goes():
    old, new = report(OLDER, loan(), loan()), report(NEWER, loan())
    delta = delta_of(old, new)
    assert [one.event for one in of(delta, "accounts")] == [Event.VANISHED]
    assert len(delta.accounts) == 1


def test_a_card_whose_limit_moved_is_the_same_card():
    delta = delta_of(report(OLDER, card()), report(NEWER, card(limit=5_000)))
    found = {one.what: (one.before, one.after) for one in of(delta, "accounts")}
    assert found == {"limit": (10_000, 5_000), "utilisation_bp": (1_000, 2_000)}


def test_a_loan_of_another_amount_is_another_loan():
    delta = delta_of(report(OLDER, loan()), report(NEWER, loan(amount=60_000)))
    assert {one.event for one in of(delta, "accounts")} == {Event.APPEARED, Event.VANISHED}


def test_a_number_that_is_only_a_place_in_the_list_pairs_nothing():
    first = loan(account_no="1")
    second = loan(account_no="2", opened_on=date(2020, 1, 1), balance=1)
    moved = (replace(second, account_no="1"), replace(first, account_no="2"))
    delta = delta_of(report(OLDER, first, second), report(NEWER, *moved))
    assert of(delta, "accounts") == []


def test_a_settled_loan_is_closed_without_news_of_its_balance():
    ended = loan(state=AccountState.SETTLED, balance=None, closed_on=Month(2026, 2))
    (change,) = of(delta_of(report(OLDER, loan()), report(NEWER, ended)), "accounts")
    assert (change.event, change.after) == (Event.CLOSED, AccountState.SETTLED)


@pytest.mark.parametrize(
    ("closed_on", "why"),
    [
        (date(2021, 6, 9), Reason.FIVE_YEARS),
        (date(2021, 6, 10), None),
        (Month(2021, 5), Reason.FIVE_YEARS),
        (Month(2021, 6), None),
    ],
)
def test_an_ended_account_may_go_after_five_years_and_going_is_never_news(closed_on, why):
    gone = loan(state=AccountState.SETTLED, closed_on=closed_on)
    (change,) = of(delta_of(report(OLDER, gone), report(NEWER)), "accounts")
    assert (change.event, change.tone, change.explained_by) == (Event.VANISHED, Tone.NEUTRAL, why)


def test_what_one_report_does_not_tell_is_unknown_and_not_a_change():
    delta = delta_of(report(OLDER, loan()), report(NEWER, loan(balance=None)))
    assert of(delta, "accounts") == []
    assert ("accounts", "balance") in {(one.about, one.what) for one in delta.unknown}


def test_new_arrears_are_worse_and_paid_ones_better():
    clean = loan(overdue_amount=0)
    behind = loan(overdue_amount=700, state=AccountState.OVERDUE)
    for old, new, tone in ((clean, behind, Tone.WORSE), (behind, clean, Tone.BETTER)):
        found = of(delta_of(report(OLDER, old), report(NEWER, new)), "accounts")
        assert {one.what: one.tone for one in found} == {
            "overdue_now": tone, "overdue_amount": tone
        }  # fmt: skip


def test_a_frozen_card_is_worse_and_a_thawed_one_better():
    frozen = card(state=AccountState.FROZEN)
    for old, new, tone in ((card(), frozen, Tone.WORSE), (frozen, card(), Tone.BETTER)):
        (change,) = of(delta_of(report(OLDER, old), report(NEWER, new)), "accounts", "state")
        assert change.tone is tone


# --- traps of the past


@pytest.mark.parametrize(
    ("month", "amount", "older", "newer", "why"),
    [
        (Month(2020, 1), 10_000, OLDER, NEWER, Reason.ONE_TIME_REPAIR),
        (Month(2025, 12), 10_000, OLDER, NEWER, Reason.ONE_TIME_REPAIR),
        (Month(2025, 12), 10_001, OLDER, NEWER, None),
        (Month(2026, 1), 100, datetime(2026, 3, 1), NEWER, None),
        (Month(2023, 5), 100, OLDER, datetime(2025, 12, 31), None),
        (Month(2023, 5), 100, OLDER, datetime(2026, 1, 1), Reason.ONE_TIME_REPAIR),
        (Month(2023, 5), 100, datetime(2026, 4, 30), NEWER, Reason.ONE_TIME_REPAIR),
        (Month(2023, 5), 100, datetime(2026, 5, 1), NEWER, None),
    ],
)
def test_the_one_time_repair_has_its_months_its_amount_and_its_days(
    month, amount, older, newer, why
):
    told = Month.of(newer.date()).back(1)
    span = {"overdue_from": Month(2019, 12), "overdue_to": told}
    marked = loan(**span | {"overdue_months": (MonthState(month, "1", amount),)}, overdue_amount=0)
    delta = delta_of(report(older, marked), report(newer, loan(**span, overdue_amount=0)))
    (change,) = of(delta, "accounts")
    assert (change.event, change.what, change.before, change.after) == (
        Event.CLEARED, str(month), 1, 0
    )  # fmt: skip
    assert (change.tone, change.explained_by) == (Tone.NEUTRAL, why)


def test_a_debt_still_overdue_was_not_repaired():
    told = Month(2026, 5)
    old = loan(**late((Month(2023, 5), "1", 100), last=told), overdue_amount=50)
    new = loan(**late(last=told), overdue_amount=50)
    (change,) = of(delta_of(report(OLDER, old), report(NEWER, new)), "accounts")
    assert change.explained_by is None


def test_a_repair_without_a_stated_amount_is_not_sure():
    history = tuple(MonthState(Month(2025, 10).back(n), "N") for n in range(5))
    marked = (replace(history[0], symbol="1"), *history[1:])
    old, new = loan(history=marked), loan(history=history)
    (change,) = of(delta_of(report(OLDER, old), report(NEWER, new)), "accounts")
    assert (change.explained_by, change.sure) == (Reason.ONE_TIME_REPAIR, False)


def test_a_month_that_left_the_five_years_is_no_event():
    old = loan(**late((Month(2021, 2), "3", 100), last=Month(2025, 11)))
    delta = delta_of(report(OLDER, old), report(NEWER, loan(**late(last=Month(2026, 5)))))
    assert of(delta, "accounts") == [] and delta.unknown == ()


def test_a_month_overdue_since_is_new_and_a_past_one_told_worse_is_worse():
    old = loan(**late((Month(2025, 3), "1", 10), last=Month(2025, 11)), overdue_amount=0)
    new = loan(
        **late((Month(2025, 3), "2", 10), (Month(2026, 2), "1", 9), last=Month(2026, 5)),
        overdue_amount=0,
    )
    found = of(delta_of(report(OLDER, old), report(NEWER, new)), "accounts")
    assert [(one.event, one.what, one.tone) for one in found] == [
        (Event.WORSENED, "2025-03", Tone.WORSE), (Event.NEW, "2026-02", Tone.WORSE)
    ]  # fmt: skip


def test_fewer_months_in_the_short_version_may_be_repair_and_else_age():
    def short(at: datetime, months: int) -> Report:
        return report(at, loan(overdue_now=False, months_overdue_5y=months), kind="pboc_short_v2")

    cases = (
        (OLDER, NEWER, 12, 3, Reason.ONE_TIME_REPAIR),
        (datetime(2026, 5, 2), datetime(2026, 8, 2), 5, 2, Reason.FIVE_YEARS),
        (datetime(2026, 5, 2), datetime(2026, 8, 2), 6, 2, None),
    )
    for older, newer, before, after, why in cases:
        (change,) = of(delta_of(short(older, before), short(newer, after)), "accounts")
        assert (change.event, change.explained_by, change.tone) == (
            Event.CLEARED, why, Tone.NEUTRAL
        )  # fmt: skip
        assert change.sure == (why is None)


def test_a_deferral_for_relief_is_neither_a_worsening_nor_good_news():
    deferral = SpecialTransaction("16", date(2026, 2, 1), 12, 0)
    behind = loan(overdue_amount=700, state=AccountState.OVERDUE, due_on=date(2026, 8, 1))
    eased = loan(
        overdue_amount=0, due_on=date(2027, 8, 1), special_transactions=(deferral,), balance=20_500
    )
    found = {one.what: one for one in of(delta_of(report(OLDER, behind), report(NEWER, eased)),
                                         "accounts")}  # fmt: skip
    assert set(found) == {
        "due_on", "overdue_now", "overdue_amount", "balance", "special_transaction"
    }  # fmt: skip
    assert {one.tone for one in found.values()} == {Tone.NEUTRAL}
    assert found["overdue_now"].explained_by is Reason.RELIEF_DEFERRAL
    assert found["balance"].explained_by is None


def test_an_extension_is_adverse():
    extended = loan(special_transactions=(SpecialTransaction("1", date(2026, 2, 1)),))
    (change,) = of(delta_of(report(OLDER, loan()), report(NEWER, extended)), "accounts")
    assert (change.after, change.tone) == ("1", Tone.WORSE)


# --- the other parts


def look(on: date | None) -> Inquiry:
    return Inquiry(on, "样例银行", "贷款审批", "02", ReasonClass.NEW_CREDIT, True, False)


def test_looks_are_new_late_or_gone_by_age_and_counted_when_equal():
    old = report(OLDER, inquiries=(look(date(2024, 6, 10)), look(date(2024, 6, 11))))
    new = report(
        NEWER,
        inquiries=tuple(map(look, (date(2025, 12, 10), date(2026, 1, 1), date(2025, 12, 9), None))),
    )
    delta = delta_of(old, new)
    assert [(one.event, one.explained_by) for one in of(delta, "inquiries")] == [
        (Event.NEW, None), (Event.NEW, None), (Event.APPEARED, None),
        (Event.VANISHED, Reason.TWO_YEARS), (Event.VANISHED, None),
    ]  # fmt: skip
    assert [one.about for one in delta.unknown] == ["inquiries"]


def test_a_line_cancelled_and_a_guarantee_grown_are_told():
    line = Agreement("样例银行", agreement_mark="A1", state_code="1", limit=5_000)
    debt = Liability("样例银行", "保证人", contract_no="B1", balance=100, months_overdue=0)
    old = report(OLDER, agreements=(line,), liabilities=(debt,))
    worse = replace(debt, balance=200, months_overdue=2)
    new = report(NEWER, agreements=(replace(line, state_code="2"),), liabilities=(worse,))
    delta = delta_of(old, new)
    assert [(one.what, one.after) for one in of(delta, "agreements")] == [("state_code", "2")]
    assert [(one.what, one.tone) for one in of(delta, "liabilities")] == [
        ("balance", Tone.NEUTRAL), ("months_overdue", Tone.WORSE)
    ]  # fmt: skip


def test_public_records_come_as_bad_news_and_go_without_any():
    done = PublicRecord(PublicKind.ENFORCEMENT, {"case_no": "X", "closed_on": date(2021, 1, 5)})
    came = PublicRecord(PublicKind.TAX_ARREARS, {"authority": "税务局", "amount": 7})
    fund = PublicRecord(PublicKind.HOUSING_FUND, {"place": "样例市", "state": "1"})
    stopped = PublicRecord(PublicKind.HOUSING_FUND, {"place": "样例市", "state": "2"})
    delta = delta_of(
        report(OLDER, public_records=(done, fund)), report(NEWER, public_records=(came, stopped))
    )
    found = [(one.event, one.what, one.tone, one.explained_by, one.sure)
             for one in of(delta, "public_records")]  # fmt: skip
    assert found == [
        (Event.CHANGED, "state", Tone.NEUTRAL, None, True),
        (Event.NEW, "", Tone.WORSE, None, True),
        (Event.VANISHED, "", Tone.NEUTRAL, Reason.FIVE_YEARS, True),
    ]


def test_a_new_telephone_is_pointed_at_and_not_repeated():
    old = report(OLDER, identity=Identity(phones=(Phone("13800000001"),)))
    new = report(NEWER, identity=Identity(phones=(Phone("13800000002"), Phone("13800000001"))))
    (change,) = of(delta_of(old, new), "identity")
    assert change.new and (change.new.field, change.new.index) == ("phones", 0)
    assert "13800000002" not in repr(change)


def test_reports_of_two_layouts_are_compared_only_in_what_both_tell():
    settled = loan(state=AccountState.SETTLED, closed_on=date(2020, 1, 1), amount=9)
    detailed = replace(loan(balance=15_000, due_this_month=800), institution="AB")
    old = report(OLDER, loan(), kind="pboc_short_v2")
    new = report(
        NEWER, detailed, settled, loan(opened_on=date(2026, 2, 2)), identity=Identity(sex="男")
    )
    delta = delta_of(old, new)
    assert [(one.event, one.what) for one in of(delta, "accounts")] == [
        (Event.CHANGED, "balance"), (Event.NEW, "")
    ]  # fmt: skip
    unknown = {(one.about, one.what) for one in delta.unknown}
    assert {("accounts", "due_this_month"), ("accounts", ""), ("identity", "")} <= unknown


# --- properties


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5_000), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(seed, random):
    old = invent_report(seed, SMALL)
    parts = {name: list(getattr(old, name)) for name in ("accounts", "inquiries", "agreements")}
    for part in parts.values():
        random.shuffle(part)
    new = replace(old, **{name: tuple(part) for name, part in parts.items()})
    assert delta_of(old, new).changes == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5_000), st.data())
def test_a_record_taken_away_is_the_only_thing_that_vanishes(seed, data):
    old = invent_report(seed, SMALL)
    if not old.accounts:
        return
    index = data.draw(st.integers(0, len(old.accounts) - 1))
    new = replace(old, accounts=old.accounts[:index] + old.accounts[index + 1 :])
    found = of(delta_of(old, new), "accounts")
    assert [one.event for one in found] == [Event.VANISHED]
    assert found[0].old and replace(old.accounts[found[0].old.index], no=None) == replace(
        old.accounts[index], no=None
    )
