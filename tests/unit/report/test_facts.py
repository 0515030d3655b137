"""Facts of a report: windows by the calendar, and counts equal to a slow count by hand."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from daihou.errors import ReportError
from daihou.report.facts import facts_of
from daihou.report.facts_lenders import legal_person
from daihou.report.facts_model import WINDOWS
from daihou.report.facts_windows import window_start, years_later
from daihou.report.model import Account, Agreement, Inquiry, Report
from daihou.report.person import Header
from daihou.report.words import (
    AccountState,
    AccountType,
    ReasonClass,
    ReportKind,
    Section,
)
from daihou.report.writers.invent import invent_report

BANK = "样例银行股份有限公司"


def a_look(on, reason="贷款审批", code="02", hard=True, institution=BANK):
    return Inquiry(on, institution, reason, code, ReasonClass.NEW_CREDIT, hard, False)


def a_report(*inquiries, accounts=(), agreements=()):
    head = Header(report_at=datetime(2024, 3, 31, 9, 0), name="样某某")
    return Report(
        ReportKind.PBOC_GEN2, head, inquiries=inquiries, accounts=accounts, agreements=agreements
    )


@pytest.mark.parametrize(
    ("on", "months", "start"),
    [
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2023, 3, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 1, 15), 24, date(2022, 1, 15)),
    ],
)
def test_a_window_goes_back_by_calendar_months_to_the_last_day_of_a_shorter_one(on, months, start):
    assert window_start(on, months) == start


def test_a_window_is_closed_at_its_day_and_open_at_its_far_end():
    on = date(2024, 3, 31)
    counts = [
        facts_of(a_report(a_look(day)), on).inquiries.hard[1].raw.known
        for day in (date(2024, 2, 29), date(2024, 3, 1), on)
    ]
    assert counts == [0, 1, 1]


def test_one_lender_reason_and_month_counts_once_in_the_distinct_count():
    looks = [a_look(date(2024, 3, day)) for day in (1, 15, 31)]
    looks.append(a_look(date(2024, 3, 2), institution="东海示范银行股份有限公司"))
    window = facts_of(a_report(*looks), date(2024, 3, 31)).inquiries.hard[3]
    assert (window.raw.known, window.distinct.known) == (4, 2)


@pytest.mark.parametrize("seed", range(40))
def test_counts_of_invented_people_equal_a_slow_count(seed):
    report = invent_report(seed)
    on = report.header.report_at.date()
    facts = facts_of(report)
    for months in WINDOWS:
        year, month = on.year, on.month - months
        while month < 1:
            year, month = year - 1, month + 12
        last = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        after = date(year, month, min(on.day, last))
        slow = 0
        for look in report.inquiries:
            if look.hard and not look.own and look.on is not None and after < look.on <= on:
                slow += 1
        assert facts.inquiries.hard[months].raw.known == slow
    cards = [
        a for a in report.accounts
        if a.account_type is AccountType.CARD and a.state is not AccountState.CLOSED
    ]  # fmt: skip
    assert facts.cards.cards.known == len(cards)
    for figure in (facts.arrears.accounts, facts.bad_debts, facts.debt):
        assert all(0 <= e.index < len(report.accounts) for e in figure.evidence)


def test_settled_is_not_closed_and_an_expired_line_is_not_open():
    settled = Account(
        Section.NON_REVOLVING, "其他个人消费贷款", BANK, AccountType.NON_REVOLVING, balance=0,
        state=AccountState.SETTLED, closed_on=date(2024, 1, 5),
    )  # fmt: skip
    line = Agreement(BANK, limit=50_000, used=0, to_on=date(2024, 3, 31), state_code="1")
    on = date(2024, 3, 31)
    live = facts_of(a_report(accounts=(settled,), agreements=(line,)), on).relationship(BANK)
    assert live is not None and live.open is True
    gone = replace(line, to_on=date(2024, 3, 30))
    ended = facts_of(a_report(accounts=(settled,), agreements=(gone,)), on).relationship(BANK)
    assert ended is not None and ended.open is False


def test_a_shared_limit_counts_once():
    card = Account(
        Section.CARDS, "贷记卡", BANK, AccountType.CARD, opened_on=date(2020, 1, 1), limit=30_000,
        shared_limit=30_000, used=3_000, state=AccountState.NORMAL, currency="CNY",
    )  # fmt: skip
    dollars = replace(card, currency="USD", used=1_500)
    facts = facts_of(a_report(accounts=(card, dollars)), date(2024, 3, 31))
    assert (facts.cards.limit.value, facts.cards.used.value) == (30_000, 4_500)
    assert facts.cards.utilisation_bp == 1_500


def test_five_years_from_a_leap_day_end_on_the_last_of_february():
    assert years_later(date(2020, 2, 29), 5) == date(2025, 2, 28)
    assert years_later(date(2020, 3, 1), 5) == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        (BANK, BANK),
        ("样例银行股份有限公司信用卡中心", BANK),
        ("样例银行股份有限公司滨江支行", BANK),
        ("KA", "KA"),
    ],
)
def test_a_branch_belongs_to_its_legal_person(name, person):
    assert legal_person(name) == person


def test_a_name_of_two_companies_stays_whole():
    name = "甲银行股份有限公司、乙消费金融有限公司"
    assert legal_person(name) == name


def test_a_report_without_a_day_is_counted_only_for_a_day_that_is_said():
    undated = Report(ReportKind.PBOC_GEN2)
    with pytest.raises(ReportError, match="D340"):
        facts_of(undated)
    assert facts_of(undated, date(2024, 3, 31)).on == date(2024, 3, 31)
