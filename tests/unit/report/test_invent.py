"""Invented people: everything a report can hold appears, and its parts agree."""

from __future__ import annotations

from collections import Counter

import pytest

from daihou.report.values import Month, month_of
from daihou.report.words import (
    OVER,
    OVERDUE_SYMBOLS,
    REASONS,
    STATES,
    AccountState,
    AccountType,
    PublicKind,
)
from daihou.report.writers.invent import LARGE, SMALL, invent_report
from daihou.report.writers.names import (
    CURRENCIES,
    INSTITUTIONS,
    PEOPLE,
    SPECIAL_TRANSACTIONS,
    SPECIMEN_IDS,
)
from daihou.report.writers.overview import overview_of, prompt_code


@pytest.fixture(scope="module")
def people():
    return [invent_report(seed) for seed in range(500)]


@pytest.fixture(scope="module")
def accounts(people):
    return [account for person in people for account in person.accounts]


def test_the_same_seed_is_the_same_person():
    assert invent_report(11) == invent_report(11)
    assert invent_report(11) != invent_report(12)


def test_nobody_is_real(people):
    for person in people:
        assert person.header.name in PEOPLE
        assert person.header.id_no in SPECIMEN_IDS
        invented = {name for names in INSTITUTIONS.values() for name in names}
        assert {account.institution for account in person.accounts} <= invented


def test_every_state_of_every_type_of_account_appears():
    people = (invent_report(seed, LARGE) for seed in range(400))
    seen = {(a.account_type, a.state_code) for person in people for a in person.accounts}
    assert seen == {(kind, code) for kind, codes in STATES.items() for code in codes}


def test_every_symbol_currency_event_and_record_appears(people, accounts):
    symbols = {month.symbol for account in accounts for month in account.history}
    assert symbols == set("#*/NM1234567ABCDGZ")
    assert {account.currency for account in accounts} == {None, "CNY", *CURRENCIES}
    done = {each.code for account in accounts for each in account.special_transactions}
    assert done == set(SPECIAL_TRANSACTIONS)
    assert {each.code for account in accounts for each in account.special_events} == {"11", "12"}
    assert any(account.large_instalments for account in accounts)
    assert any(account.annotations for account in accounts)
    assert {record.kind for person in people for record in person.public_records} == set(PublicKind)
    looks = {look.reason_code for person in people for look in person.inquiries}
    assert looks == set(REASONS)
    assert {item.state_code for person in people for item in person.post_paid} == {"0", "1"}
    assert any(not person.accounts and not person.inquiries for person in people)


def test_the_history_ends_in_the_month_the_account_is_told_up_to(accounts):
    for account in accounts:
        if account.history:
            assert account.history_to == account.history[0].month == month_of(account.as_of)
            months = [month.month for month in account.history]
            assert months == [account.history_to.back(at) for at in range(24)]
            assert account.history[0].symbol == account.latest_symbol


def test_only_running_accounts_have_a_latest_month(accounts):
    ended = OVER | {AccountState.BAD_DEBT, AccountState.NOT_ACTIVATED, AccountState.IN_COLLECTION}
    for account in accounts:
        assert (account.month is None) == (account.state in ended)
        if account.account_type is AccountType.COLLECTION or account.state is (
            AccountState.NOT_ACTIVATED
        ):
            assert not account.history


def test_an_account_opens_before_it_ends_and_before_the_report(people):
    for person in people:
        for account in person.accounts:
            end = account.closed_on or person.header.report_at.date()
            assert account.opened_on <= end <= person.header.report_at.date()
            assert (account.closed_on is not None) == (
                account.state in OVER or account.state is AccountState.BAD_DEBT
            )


def test_arrears_now_are_the_newest_symbol(accounts):
    for account in accounts:
        if account.overdue_now is not None:
            assert account.overdue_now == (account.latest_symbol in OVERDUE_SYMBOLS)
            assert account.overdue_now == bool(account.overdue_amount)
        if account.overdue_months:
            assert all(month.symbol in OVERDUE_SYMBOLS for month in account.overdue_months)


def test_most_balances_stay_within_the_limit(accounts):
    owed = [a for a in accounts if a.balance and a.account_type is not AccountType.COLLECTION]
    over = sum(a.balance > (a.limit if a.limit is not None else a.amount) for a in owed)
    assert 0 < over < len(owed) / 10


def test_the_overview_counts_the_records(people):
    for person in people:
        assert person.summary == overview_of(person)
        rows = Counter(prompt_code(account) for account in person.accounts)
        told = {code: person.summary.get(f"prompt.{code}.accounts", 0) for code in rows}
        assert told == rows
        assert person.summary.get("prompt.accounts", 0) == len(person.accounts)


def test_the_first_month_of_the_overview_is_that_of_the_oldest_account(people):
    person = next(person for person in people if person.summary.get("prompt.21.accounts", 0) > 2)
    cards = [a.opened_on for a in person.accounts if a.account_type is AccountType.CARD]
    assert person.summary["prompt.21.first_month"] == str(Month.of(min(cards)))


def test_size_sets_how_much_a_person_has():
    assert all(len(invent_report(seed, SMALL).accounts) <= 8 for seed in range(50))
    assert max(len(invent_report(seed, LARGE).accounts) for seed in range(50)) > 80
