"""What a report says of other lenders: own business left out, what is told, what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.contracts.bureau import BUREAU_REPORT
from daihou.errors import ReportError
from daihou.report.bureau_row import BureauSource, bureau_row
from daihou.report.elsewhere import elsewhere
from daihou.report.model import (
    Account,
    Agreement,
    Inquiry,
    Liability,
    MonthState,
    PostPaid,
    PublicRecord,
    Report,
    SpecialTransaction,
)
from daihou.report.person import FraudAlert, Header, Identity, Phone, Score
from daihou.report.values import Month
from daihou.report.words import (
    REASONS,
    AccountState,
    AccountType,
    PublicKind,
    ReasonClass,
    ReportKind,
    Section,
)
from daihou.report.writers.invent import SMALL, invent_report
from daihou.report.writers.project import as_short

ON = date(2024, 5, 31)
OWN = frozenset({"样例银行股份有限公司"})
OTHER, THIRD = "示例银行股份有限公司", "样本消费金融股份有限公司"
SOURCE = BureauSource("R1", "C1", None, date(2024, 6, 1))


def report(**values: Any) -> Report:
    header = values.pop("header", Header())
    at = datetime(ON.year, ON.month, ON.day, 9)
    return Report(ReportKind.PBOC_GEN2, replace(header, report_at=at), **values)


def row(told: Report, own: frozenset[str] = OWN) -> dict[str, Any]:
    return bureau_row(told, own, SOURCE)


def look(day: date | None, code: str = "02", institution: str = OTHER) -> Inquiry:
    reason = REASONS[code]
    return Inquiry(day, institution, reason.zh, code, reason.reason_class, reason.hard, False)


def card(**values: Any) -> Account:
    usual: dict[str, Any] = {
        "section": Section.CARDS, "type": "贷记卡", "institution": OTHER,
        "account_type": AccountType.CARD, "opened_on": date(2020, 1, 1), "currency": "CNY",
        "state": AccountState.NORMAL, "limit": 10_000, "used": 0, "months_overdue_5y": 0,
        "used_average_6m": 0, "due_this_month": 0, "paid_this_month": 0, "overdue_amount": 0,
    }  # fmt: skip
    return Account(**usual | values)


def loan(**values: Any) -> Account:
    usual: dict[str, Any] = {
        "section": Section.NON_REVOLVING, "type": "其他个人消费贷款", "institution": OTHER,
        "account_type": AccountType.NON_REVOLVING, "opened_on": date(2022, 1, 1),
        "state": AccountState.NORMAL, "amount": 10_000, "balance": 5_000, "class_code": "1",
        "months_overdue_5y": 0, "due_this_month": 500, "overdue_amount": 0,
    }  # fmt: skip
    return Account(**usual | values)


def history(symbols: str) -> dict[str, Any]:
    """Return a history up to the month before the report, and no sum over five years."""
    last = Month(2024, 4)
    months = [MonthState(last.back(back), one) for back, one in enumerate(reversed(symbols))]
    return {"history": tuple(months), "history_to": last, "months_overdue_5y": None,
            "history_from": last.back(len(symbols) - 1),
            "latest_symbol": symbols[-1]}  # fmt: skip


@pytest.mark.parametrize(
    "printed",
    [
        "样例银行股份有限公司", "样例银行 股份有限公司", "样例银行股份有限公司信用卡中心",
        "样例银行股份有限公司\n北京分行",
    ],
)  # fmt: skip
def test_own_business_is_left_out_however_its_name_is_printed(printed):
    told = report(
        accounts=(loan(institution=printed), loan()),
        agreements=(Agreement(printed), Agreement(OTHER)),
        liabilities=(Liability(printed, "保证人"), Liability(OTHER, "保证人")),
        inquiries=(look(ON, institution=printed), look(ON)),
        summary=MappingProxyType({"loans.accounts": 2}),
    )
    left = elsewhere(told, OWN)
    assert [a.institution for a in left.accounts] == [OTHER]
    assert [a.institution for a in left.agreements] == [OTHER]
    assert [a.institution for a in left.liabilities] == [OTHER]
    assert [i.institution for i in left.inquiries] == [OTHER]
    assert left.summary == {}, "the overview counts own business too"


def test_own_business_may_be_told_by_code_or_by_its_card_centre():
    told = report(inquiries=(look(ON, institution="B10311000H0001"), look(ON)))
    assert len(elsewhere(told, frozenset({"B10311000H0001"})).inquiries) == 1
    centre = frozenset({"样例银行股份有限公司信用卡中心"})
    assert elsewhere(report(accounts=(loan(institution=next(iter(OWN))),)), centre).accounts == ()


def test_nothing_is_left_out_when_no_name_is_given():
    told = invent_report(3, SMALL)
    assert elsewhere(told, frozenset()).accounts == told.accounts


def test_a_row_has_exactly_the_columns_of_the_contract_in_their_order():
    assert list(row(report())) == [column.name for column in BUREAU_REPORT.columns]


def test_an_empty_report_tells_zero_and_leaves_unknown_what_nobody_told():
    told = row(report())
    unknown = {name for name, value in told.items() if value is None}
    assert unknown == {"inquiry_id", "contact_changes_6m", "score"}
    assert told["debt_minor"] == told["hard_6m"] == told["worst_class"] == 0


def test_a_report_without_a_day_is_refused():
    with pytest.raises(ReportError):
        row(Report(ReportKind.PBOC_GEN2))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3_000))
def test_every_figure_fits_its_column_whatever_the_report(seed):
    for told in (
        invent_report(seed, SMALL),
        as_short(invent_report(seed, SMALL), ReportKind.PBOC_SHORT_V2),
    ):
        for column in BUREAU_REPORT.columns:
            value = row(told)[column.name]
            if value is None:
                assert column.nullable, column.name
            elif isinstance(column.at_most, int):
                assert column.at_least <= value <= column.at_most, column.name


def test_windows_are_closed_at_the_report_and_open_at_the_far_end():
    told = row(report(inquiries=(look(ON), look(date(2024, 4, 30)), look(date(2024, 5, 1)))))
    assert told["loan_inquiries_1m"] == 2, "a month before 31 May is 30 April, itself outside"
    assert row(report(inquiries=(look(date(2024, 4, 1)),)))["hard_60d"] == 0
    assert row(report(inquiries=(look(date(2024, 4, 2)),)))["hard_60d"] == 1


def test_own_looks_and_looks_after_the_loan_are_no_applications():
    mine = replace(look(ON), own=True, reason_code=None, reason_class=ReasonClass.OWN, hard=False)
    told = row(report(inquiries=(mine, look(ON, "01"), look(ON, "21"), look(ON, "05"))))
    assert (told["hard_60d"], told["hard_3m"], told["hard_6m"]) == (0, 0, 0)


def test_the_same_institution_and_reason_counts_once_a_month_only_where_deduplicated():
    told = row(report(inquiries=(look(ON), look(date(2024, 5, 2)), look(ON, "03"))))
    assert (told["hard_60d"], told["hard_3m"]) == (3, 2)


def test_branches_of_one_lender_ask_once():
    branch = look(ON, "03", OTHER + "信用卡中心")
    told = row(report(inquiries=(look(ON, "03"), branch)))
    assert told["card_inquirers_1m"] == 1
    assert told["card_inquiries_6m"] == 2


def test_a_look_without_a_day_leaves_its_windows_unknown():
    assert row(report(inquiries=(look(None),)))["hard_3m"] is None


def test_a_card_in_two_currencies_is_one_new_card():
    day = date(2024, 5, 1)
    pair = (card(opened_on=day), card(opened_on=day, currency="USD"))
    assert row(report(accounts=pair))["cards_opened_3m"] == 1
    assert row(report(accounts=(*pair, card(opened_on=day))))["cards_opened_3m"] == 2
    assert row(report(accounts=(card(opened_on=date(2024, 2, 29)),)))["cards_opened_3m"] == 0


def test_a_new_loan_of_consumer_finance_is_a_non_bank_loan():
    new = loan(institution=THIRD, opened_on=date(2024, 4, 1), institution_type="消费金融公司")
    assert row(report(accounts=(new,)))["non_bank_opened_3m"] == 1
    assert row(report(accounts=(replace(new, institution_type="24"),)))["non_bank_opened_3m"] == 1
    assert (
        row(report(accounts=(replace(new, institution_type="商业银行"),)))["non_bank_opened_3m"]
        == 0
    )


def test_amounts_are_minor_units_of_the_reports_yuan():
    told = row(report(accounts=(loan(balance=123), card(limit=1_000, used=77))))
    assert told["debt_minor"] == 20_000
    assert told["loan_balance_minor"] == 12_300
    assert (told["card_limit_minor"], told["card_used_minor"]) == (100_000, 7_700)


def test_an_issuer_at_80_per_cent_is_judged_over_all_its_limits():
    cards = (card(used=9_000), card(used=6_900, opened_on=date(2021, 1, 1)))
    assert row(report(accounts=cards))["issuers_over_80"] == 0
    cards = (card(used=9_000), card(used=7_000, opened_on=date(2021, 1, 1)))
    assert row(report(accounts=cards))["issuers_over_80"] == 1


@pytest.mark.parametrize(
    ("due", "paid", "used", "counted"),
    [(1000, 1000, 5000, 1), (1000, 950, 5000, 1), (1000, 949, 5000, 0), (1000, 1051, 5000, 0),
     (1000, 1000, 0, 0), (0, 0, 5000, 0), (None, 1000, 5000, None)],
)  # fmt: skip
def test_a_minimum_payer_pays_within_5_per_cent_and_still_owes(due, paid, used, counted):
    told = report(accounts=(card(due_this_month=due, paid_this_month=paid, used=used),))
    assert row(told)["cards_paid_minimum"] == counted


@pytest.mark.parametrize(("balance", "counted"), [(8_000, 1), (7_999, 0), (None, None)])
def test_a_loan_is_mostly_unpaid_from_80_per_cent(balance, counted):
    assert row(report(accounts=(loan(balance=balance),)))["loans_mostly_unpaid"] == counted


def test_symbols_that_are_no_digits_are_not_overdue():
    told = row(report(accounts=(loan(**history("*NMAN" * 4 + "*NNN")),)))
    assert told["months_overdue_24m"] == 0
    assert told["overdue_accounts_3m"] == 0


def test_a_month_not_told_leaves_a_clean_history_unknown_and_a_bad_one_at_least_bad():
    clean = row(report(accounts=(loan(**history("N" * 10 + "#" + "N" * 13)),)))
    assert clean["months_overdue_24m"] is None
    assert clean["worst_24m"] is None
    bad = row(report(accounts=(loan(**history("N" * 10 + "#" + "N" * 11 + "12")),)))
    assert (bad["months_overdue_24m"], bad["longest_overdue_24m"], bad["worst_24m"]) == (2, 2, 2)


def test_three_months_are_the_month_of_the_report_and_the_two_before():
    march = row(report(accounts=(loan(**history("N" * 22 + "1N")),)))
    assert march["overdue_accounts_3m"] == 1
    february = row(report(accounts=(loan(**history("N" * 21 + "1NN")),)))
    assert february["overdue_accounts_3m"] == 0


def test_a_bad_debt_has_its_own_figure_and_leaves_the_others_known():
    told = row(report(accounts=(loan(state=AccountState.BAD_DEBT, class_code=None), loan())))
    assert (told["bad_debts"], told["overdue_worst"], told["worst_class"]) == (1, 0, 1)


def test_an_account_overdue_without_a_digit_is_at_least_one():
    told = row(report(accounts=(loan(state=AccountState.OVERDUE, overdue_amount=900),)))
    assert (told["overdue_worst"], told["overdue_minor"]) == (1, 90_000)


@pytest.mark.parametrize(
    ("state", "used", "name"),
    [(AccountState.FROZEN, 300, "cards_stopped"),
     (AccountState.STOPPED, 299, "cards_stopped_small"),
     (AccountState.STOPPED_BY_BANK, 0, "cards_stopped_by_bank")],
)  # fmt: skip
def test_a_stopped_card_is_counted_by_its_state_and_by_300_yuan(state, used, name):
    told = row(report(accounts=(card(state=state, used=used),)))
    names = ("cards_stopped", "cards_stopped_small", "cards_stopped_by_bank")
    assert {one: told[one] for one in names} == dict.fromkeys(names, 0) | {name: 1}


def test_a_deferral_for_relief_stands_apart_from_extensions_and_reductions():
    deals = tuple(SpecialTransaction(code, date(2024, 1, 1)) for code in ("16", "1", "11", "14"))
    told = row(report(accounts=(loan(special_transactions=deals),)))
    assert (told["relief_12m"], told["extended_12m"], told["reduced_12m"]) == (1, 1, 2)
    old = (SpecialTransaction("1", date(2023, 5, 31)),)
    assert row(report(accounts=(loan(special_transactions=old),)))["extended_12m"] == 0


def test_a_guarantor_who_paid_is_seen_in_months_and_in_special_transactions():
    paid = history("N" * 20 + "DNNN") | {"special_transactions": (
        SpecialTransaction("2", date(2022, 12, 1)),)}  # fmt: skip
    told = row(report(accounts=(loan(**paid),)))
    assert (told["paid_by_others_24m"], told["paid_by_others_12m"]) == (2, 1)


def test_the_worst_class_counts_only_loans_that_run():
    ended = loan(state=AccountState.SETTLED, class_code="5", closed_on=date(2024, 1, 1))
    assert row(report(accounts=(ended, loan(class_code="9"))))["worst_class"] == 0
    assert row(report(accounts=(ended, loan(class_code="2"))))["worst_class"] == 2
    assert row(report(accounts=(loan(class_code=None), loan())))["worst_class"] is None


def test_telecom_arrears_are_those_of_the_worst_service():
    def service(months: str) -> PostPaid:
        return PostPaid("样例电信", month=Month(2024, 5), opened_on=date(2020, 1, 1),
                        history=months)  # fmt: skip

    two = (service("N" * 18 + "123456"), service("N" * 23 + "1"))
    assert row(report(post_paid=two))["telecom_arrears_months_24m"] == 6
    assert row(report(post_paid=(service("#" * 24),)))["telecom_arrears_months_24m"] is None


@pytest.mark.parametrize(
    ("state", "paid_to", "months"),
    [("1", Month(2024, 2), 0), ("1", Month(2024, 1), 4), ("2", Month(2024, 3), 2),
     ("销户", Month(2024, 5), 0), ("2", None, None)],
)  # fmt: skip
def test_a_housing_fund_is_stopped_by_its_state_or_after_three_months(state, paid_to, months):
    record = PublicRecord(PublicKind.HOUSING_FUND, {"state": state, "paid_to": paid_to})
    assert row(report(public_records=(record,)))["fund_stopped_months"] == months


def test_the_newest_housing_fund_counts():
    old = PublicRecord(PublicKind.HOUSING_FUND, {"state": "3", "paid_to": Month(2023, 1)})
    new = PublicRecord(PublicKind.HOUSING_FUND, {"state": "1", "paid_to": Month(2024, 4)})
    assert row(report(public_records=(old, new)))["fund_stopped_months"] == 0


def test_one_telephone_told_again_is_no_change():
    phones = (Phone("13000000000", date(2024, 5, 1)), Phone("1300000 0000", date(2024, 3, 1)))
    assert row(report(identity=Identity(phones=phones)))["contact_changes_6m"] == 0
    more = (*phones, Phone("13000000001", date(2024, 5, 1)))
    assert row(report(identity=Identity(phones=more)))["contact_changes_6m"] == 1


@pytest.mark.parametrize(
    ("alert", "disputes", "stands"),
    [(None, None, False), (FraudAlert("1"), None, True), (FraudAlert("0"), None, False),
     (FraudAlert("1", to_on=date(2024, 5, 30)), None, False),
     (FraudAlert("1", to_on=ON), None, True), (None, 2, True)],
)  # fmt: skip
def test_an_alert_stands_while_it_is_in_force(alert, disputes, stands):
    assert row(report(header=Header(fraud_alert=alert, disputes=disputes)))["alert"] is stands


def test_judgments_and_enforcement_are_counted_with_their_days_and_amounts():
    records = (
        PublicRecord(PublicKind.ENFORCEMENT, {"filed_on": date(2023, 6, 1)}),
        PublicRecord(PublicKind.ENFORCEMENT, {"filed_on": date(2022, 6, 1)}),
        PublicRecord(PublicKind.ENFORCEMENT, {"filed_on": date(2022, 5, 31)}),
        PublicRecord(PublicKind.CIVIL_JUDGMENT, {"amount": 60_000}),
        PublicRecord(PublicKind.CIVIL_JUDGMENT, {"amount": None}),
    )
    told = row(report(public_records=records))
    assert (told["enforcement_12m"], told["enforcement_24m"]) == (1, 2)
    assert (told["judgments"], told["judgment_minor"]) == (2, 6_000_000)


def test_the_score_is_the_reports():
    assert row(report(score=Score(612)))["score"] == 612
    assert row(report(score=Score(None)))["score"] is None


def test_the_short_version_leaves_unknown_what_it_does_not_print():
    told = row(as_short(invent_report(11), ReportKind.PBOC_SHORT_V2))
    for name in ("relief_12m", "fund_stopped_months", "alert", "score", "card_used_average_minor"):
        assert told[name] is None, name
    assert told["hard_6m"] is not None
