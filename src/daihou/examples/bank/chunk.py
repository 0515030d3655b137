"""One chunk of a simulated bank, lived through and put into fact tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from daihou.examples.bank import tables
from daihou.examples.bank.agreements import agreements_of, level_agreements
from daihou.examples.bank.cardrows import (
    card_account_rows,
    card_payment_rows,
    spending_rows,
    statement_rows,
)
from daihou.examples.bank.cards import Cards, cards_of
from daihou.examples.bank.days import Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.events import event_rows
from daihou.examples.bank.flows import income_rows, payout_rows, spending_of_owners
from daihou.examples.bank.loanbook import LoanBook, loan_book
from daihou.examples.bank.loanrows import (
    UNKNOWN,
    account_rows,
    instalment_rows,
    ledger_rows,
    payment_rows,
    plain_payment_rows,
    restructuring_rows,
)
from daihou.examples.bank.people import CHUNK, People, people_of
from daihou.examples.bank.relations import (
    collateral_rows,
    consent_rows,
    drawn_line,
    guarantee_rows,
    line_rows,
)
from daihou.examples.bank.rows import full, kept, ordered, stacked
from daihou.examples.bank.tables import CustomerFacts, Ids, Rows

Tables = Mapping[str, pa.Table]


def bench_tables(draws: Draws, keep: int, calendar: Calendar) -> Tables:
    """Return a chunk of the bench profile: customers, loans, dues by as_of and their payments."""
    people = people_of(draws)
    book = loan_book(draws, level_agreements(draws, CHUNK, calendar), calendar, CHUNK, plain=True)
    ids = Ids.of(people, keep)
    since = _since([(book.agreed.account, book.agreed.opened_on)], people)
    facts = CustomerFacts(since, np.zeros(len(since), dtype=np.bool_), states=False, named=False)
    return {
        "customer": tables.customer_table(draws, ids, facts, calendar.as_of),
        "account": tables.account_table(
            ids.wanted(account_rows(book, calendar, draws)), ids, full(CHUNK, UNKNOWN)
        ),
        "instalment": tables.instalment_table(ids.wanted(instalment_rows(book, calendar)), ids),
        "payment": tables.payment_table(ids.wanted(plain_payment_rows(book, calendar)), ids, draws),
    }


def full_tables(draws: Draws, keep: int, calendar: Calendar, *, named: bool) -> Tables:
    """Return a chunk of the full profile: every fact table."""
    people = people_of(draws)
    agreed = agreements_of(draws, people.product, calendar)
    book = loan_book(draws, agreed, calendar, CHUNK, plain=False)
    cards = cards_of(draws, people.product, calendar)
    ids = Ids.of(people, keep)
    struck = _struck(book, cards, people)
    since = _since([(agreed.account, agreed.opened_on), (cards.account, cards.opened_on)], people)
    facts = CustomerFacts(since, struck, states=True, named=named)
    return {
        "customer": tables.customer_table(draws, ids, facts, calendar.as_of),
        **_ledger_tables(draws, book, cards, ids, calendar),
        "transaction": tables.transaction_table(
            ids.wanted(_moved(draws, book, cards, people, (struck, calendar))), ids
        ),
        "consent": tables.consent_table(ids.wanted(consent_rows(draws, since, calendar)), ids),
        "external_event": tables.event_table(
            ids.wanted(event_rows(draws, people, struck, calendar)), ids
        ),
    }


def _ledger_tables(
    draws: Draws, book: LoanBook, cards: Cards, ids: Ids, calendar: Calendar
) -> Tables:
    people = ids.people
    loans = account_rows(book, calendar, draws)
    accounts = stacked([loans, card_account_rows(cards, calendar)])
    paid = stacked([payment_rows(book, calendar, draws), card_payment_rows(cards, calendar)])
    by_account = full(CHUNK, UNKNOWN)
    by_account[loans["account"]] = loans["guarantee_kind"]
    kinds = by_account[book.agreed.account]
    lines = line_rows(draws, book, cards, people, calendar)
    changes = restructuring_rows(book, calendar, draws)
    return {
        "account": tables.account_table(
            ids.wanted(ordered(accounts, "account", "recorded_on")), ids,
            drawn_line(book, cards, draws),
        ),
        "credit_line": tables.line_table(ids.wanted(lines), ids),
        "instalment": tables.instalment_table(ids.wanted(instalment_rows(book, calendar)), ids),
        "payment": tables.payment_table(
            ids.wanted(ordered(paid, "account", "number")), ids, draws
        ),
        "ledger_balance": tables.ledger_table(ids.wanted(ledger_rows(book, calendar)), ids),
        "card_statement": tables.statement_table(ids.wanted(statement_rows(cards, calendar)), ids),
        "guarantee": tables.guarantee_table(
            ids.wanted(guarantee_rows(draws, book, kinds, people)), ids
        ),
        "collateral": tables.collateral_table(
            ids.wanted(collateral_rows(draws, book, kinds, calendar)), ids
        ),
        "restructuring": tables.restructuring_table(ids.wanted(changes), ids),
    }  # fmt: skip


def _moved(
    draws: Draws, book: LoanBook, cards: Cards, people: People, what: tuple[Flags, Calendar]
) -> Rows:
    struck, calendar = what
    spent = spending_of_owners(spending_rows(cards, calendar, draws), people)
    moved = stacked([
        payout_rows(draws, book.agreed, people, calendar),
        income_rows(draws, people, struck, calendar),
        spent,
    ])  # fmt: skip
    known = kept(moved, moved["booked_on"] <= calendar.as_of)
    return ordered(known, "customer", "account", "number")


def _struck(book: LoanBook, cards: Cards, people: People) -> Flags:
    """Tell which customers fell two or more dues behind in the window."""
    struck = np.zeros(people.customers, dtype=np.bool_)
    for account, unpaid in (
        (book.agreed.account, book.paths.unpaid),
        (cards.account, cards.unpaid),
    ):
        struck[people.owner[account[unpaid.max(axis=1) >= 2]]] = True
    return struck


def _since(opened: list[tuple[Ints, Ints]], people: People) -> Ints:
    """Return the day of each customer's first account."""
    since = full(people.customers, 2**31 - 1)
    for account, on in opened:
        np.minimum.at(since, people.owner[account], on)
    return since
