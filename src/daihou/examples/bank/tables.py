"""Rows of a simulated bank as Arrow tables of the contracts: numbers become names and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from daihou.contracts import vocabulary as words
from daihou.examples.bank.days import NO_DAY
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.events import KIND_WORDS, NO_SIZE
from daihou.examples.bank.frames import Cell, Maybe, Texts, Words, table_of, texts
from daihou.examples.bank.loanrows import UNKNOWN, USE_WORDS, payer_places
from daihou.examples.bank.people import CHUNK, PRODUCTS, People, account_numbers
from daihou.examples.bank.relations import PURPOSES
from daihou.examples.bank.rows import Columns, full, kept, length, ordered, stacked

CURRENCY = "CNY"
_BRANCHES = tuple(f"B{number:03}" for number in range(1, 41))
Rows = dict[str, Ints]


@dataclass(frozen=True, slots=True)
class Ids:
    """The texts that name accounts and customers of a chunk, for columns of words.

    ``keep`` accounts are wanted: the last chunk of a bank is cut there.
    """

    people: People
    keep: int
    accounts: pa.Array
    customers: pa.Array
    lines: pa.Array

    @classmethod
    def of(cls, people: People, keep: int) -> Ids:
        """Return the names of a chunk."""
        numbers = account_numbers(people.chunk)
        return cls(people, keep, texts("A", (numbers, 10)), texts("C", (people.number, 10)),
                   texts("L", (numbers, 10), "-0"))  # fmt: skip

    def wanted(self, rows: Columns) -> Rows:
        """Return the rows of wanted accounts, or of customers who have one."""
        keep = np.ones(length(rows), dtype=np.bool_)
        if "account" in rows:
            keep &= rows["account"] < self.keep
        if "customer" in rows:
            keep &= self.people.head[rows["customer"]] < self.keep
        return kept(rows, keep)

    def account(self, places: Ints) -> Words:
        """Return account ids; a place below 0 is null."""
        return Words(places, self.accounts)

    def customer(self, places: Ints) -> Words:
        """Return customer ids."""
        return Words(places, self.customers)

    def numbered(self, letter: str, account: Ints, number: Ints) -> Texts:
        """Return ids made of an account's number and four digits."""
        whole = account + self.people.chunk * CHUNK
        return Texts(texts(letter, (whole, 10), "-", (number, 4)))


def _known(values: Ints, null: int = UNKNOWN) -> Maybe:
    return Maybe(np.where(values == null, 0, values), values != null)


def _as_they_are(rows: Rows, *names: str) -> dict[str, Cell]:
    return {name: rows[name] for name in names}


def account_table(rows: Rows, ids: Ids, line: Ints) -> pa.Table:
    """Return accounts; ``line`` is, by account, the account that its line is named after."""
    owner = ids.people.owner[rows["account"]]
    number = rows["account"] + ids.people.chunk * CHUNK
    cells: dict[str, Cell] = {
        "account_id": ids.account(rows["account"]),
        "customer_id": ids.customer(owner),
        "product": Words(rows["product"], PRODUCTS),
        "currency": CURRENCY,
        "amount_minor": _known(rows["amount_minor"]),
        "guarantee_kind": Words(rows["guarantee_kind"], words.GUARANTEE_KINDS),
        "declared_use": Words(rows["declared_use"], USE_WORDS),
        "line_id": Words(line[rows["account"]], ids.lines),
        "branch": Words((number // 3) % len(_BRANCHES), _BRANCHES),
        "taken_on_balance_minor": _known(rows["taken_on_balance_minor"]),
    }
    cells |= _as_they_are(rows, "recorded_on", "opened_on", "matures_on", "closed_on",
                          "written_off_on", "rate_bp", "use_proof_on", "taken_on_on")  # fmt: skip
    return table_of("account", length(rows), cells)


def instalment_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return dues."""
    cells: dict[str, Cell] = {"account_id": ids.account(rows["account"])}
    cells |= _as_they_are(rows, "instalment_no", "due_on", "principal_minor", "interest_minor",
                          "fee_minor", "agreed_on", "cancelled_on")  # fmt: skip
    return table_of("instalment", length(rows), cells)


def payment_table(rows: Rows, ids: Ids, draws: Draws) -> pa.Table:
    """Return movements of money."""
    cells: dict[str, Cell] = {
        "payment_id": ids.numbered("P", rows["account"], rows["number"]),
        "account_id": ids.account(rows["account"]),
        "kind": Words(rows["kind"], words.PAYMENT_KINDS),
        "principal_minor": _known(rows["principal_minor"]),
        "payer_relation": Words(
            payer_places(rows["account"], rows, draws, CHUNK), words.PAYER_RELATIONS
        ),
        "channel": Words(rows["channel"], words.PAYMENT_CHANNELS),
    }
    cells |= _as_they_are(rows, "paid_on", "booked_on", "amount_minor")
    return table_of("payment", length(rows), cells)


def ledger_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return month-end balances."""
    cells: dict[str, Cell] = {"account_id": ids.account(rows["account"])}
    cells |= _as_they_are(rows, "balance_on", "balance_minor")
    return table_of("ledger_balance", length(rows), cells)


def statement_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return card statements."""
    cells: dict[str, Cell] = {"account_id": ids.account(rows["account"])}
    cells |= _as_they_are(rows, "statement_on", "due_on", "balance_minor", "minimum_due_minor",
                          "cash_minor", "purchases_minor")  # fmt: skip
    return table_of("card_statement", length(rows), cells)


def line_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return credit lines."""
    cells: dict[str, Cell] = {
        "line_id": Texts(
            texts("L", (rows["account"] + ids.people.chunk * CHUNK, 10), "-", (rows["number"], 1))
        ),
        "customer_id": ids.customer(rows["customer"]),
        "currency": CURRENCY,
        "kind": Words(rows["kind"], words.LINE_KINDS),
    }
    cells |= _as_they_are(rows, "recorded_on", "limit_minor", "opened_on", "expires_on",
                          "cancelled_on", "frozen_on")  # fmt: skip
    return table_of("credit_line", length(rows), cells)


def transaction_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return movements of customers' money; those without an account are a deposit account's."""
    told = rows["counterparty"] >= 0
    shops, place = np.unique(rows["counterparty"][told], return_inverse=True)
    shop = full(length(rows), UNKNOWN)
    shop[told] = place
    deposit = rows["account"] < 0
    named_after = np.where(deposit, ids.people.head[rows["customer"]], rows["account"])
    base = ids.people.chunk * CHUNK
    cells: dict[str, Cell] = {
        "transaction_id": Texts(texts("T", (named_after + base, 10), "-",
                                      (deposit.astype(np.int64), 1), (rows["number"], 4))),
        "customer_id": ids.customer(rows["customer"]),
        "account_id": ids.account(rows["account"]),
        "hour": _known(rows["hour"]),
        "direction": Words(rows["direction"], ("in", "out")),
        "counterparty_kind": Words(rows["counterparty_kind"], words.COUNTERPARTY_KINDS),
        "counterparty_id": Words(shop, texts("M", (shops, 6))),
        "category": Words(rows["category"], words.TRANSACTION_CATEGORIES),
    }  # fmt: skip
    cells |= _as_they_are(rows, "booked_on", "amount_minor")
    return table_of("transaction", length(rows), cells)


def guarantee_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return guarantees."""
    cells: dict[str, Cell] = {
        "guarantee_id": ids.numbered("G", rows["account"], full(length(rows), 1)),
        "account_id": ids.account(rows["account"]),
        "guarantor_id": ids.customer(rows["guarantor"]),
    }
    cells |= _as_they_are(rows, "recorded_on", "amount_minor", "starts_on", "ends_on")
    return table_of("guarantee", length(rows), cells)


def collateral_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return collateral."""
    cells: dict[str, Cell] = {
        "collateral_id": ids.numbered("K", rows["account"], full(length(rows), 1)),
        "account_id": ids.account(rows["account"]),
        "kind": Words(rows["kind"], words.COLLATERAL_KINDS),
    }
    cells |= _as_they_are(rows, "recorded_on", "first_value_minor", "value_minor", "valued_on",
                          "insured_until_on", "papers_due_on", "seized_on")  # fmt: skip
    return table_of("collateral", length(rows), cells)


def consent_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return consents."""
    head = ids.people.head[rows["customer"]]
    cells: dict[str, Cell] = {
        "consent_id": ids.numbered("S", head, full(length(rows), 1)),
        "customer_id": ids.customer(rows["customer"]),
        "purposes": Words(rows["purposes"], PURPOSES),
        "text_version": "2024-01",
    }
    cells |= _as_they_are(rows, "recorded_on", "signed_on", "ends_on", "withdrawn_on")
    return table_of("consent", length(rows), cells)


def restructuring_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return changed contracts."""
    cells: dict[str, Cell] = {
        "restructuring_id": ids.numbered("R", rows["account"], full(length(rows), 1)),
        "account_id": ids.account(rows["account"]),
        "kind": Words(rows["kind"], words.RESTRUCTURING_KINDS),
        "for_difficulty": rows["for_difficulty"] == 1,
        "class_before": Words(rows["class_before"], ("special_mention", "substandard")),
    }
    cells |= _as_they_are(rows, "changed_on", "first_due_on")
    return table_of("restructuring", length(rows), cells)


def event_table(rows: Rows, ids: Ids) -> pa.Table:
    """Return events."""
    head = ids.people.head[rows["customer"]]
    cells: dict[str, Cell] = {
        "event_id": ids.numbered("E", head, rows["number"]),
        "customer_id": ids.customer(rows["customer"]),
        "account_id": ids.account(rows["concerns"]),
        "kind": Words(rows["kind"], KIND_WORDS),
        "amount_minor": _known(rows["amount_minor"]),
        "value_bp": _known(rows["value_bp"], NO_SIZE),
    }
    cells |= _as_they_are(rows, "happened_on", "known_on")
    return table_of("external_event", length(rows), cells)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What the customer table says beside who exists. Shape: one value a customer."""

    since: Ints
    struck: Flags
    states: bool
    """Firms and some persons get a second state; without it everyone is a retail person."""
    named: bool


def customer_table(draws: Draws, ids: Ids, facts: CustomerFacts, as_of: int) -> pa.Table:
    """Return customers: one state from their first account, for some a newer one."""
    people = ids.people
    count = people.customers
    firm = people.firm & facts.states
    income = np.where(draws.happens("income known", 0.9, count) & ~firm, people.income, UNKNOWN)
    debt = people.income * (20 + draws.below("debt", 200, count))
    bad = np.where(facts.struck, draws.choose("bad share", (0, 8, 12, 30), count), 0)
    first = {
        "customer": np.arange(count),
        "recorded_on": facts.since,
        "income": income,
        "debt": np.where(firm, debt, UNKNOWN),
        "bad": np.where(firm, 0, UNKNOWN),
    }
    rows: Rows = first
    if facts.states:
        falls = facts.struck & draws.happens("income restated", 0.3, count)
        on = np.maximum(as_of - 15 - draws.below("restated day", 200, count), facts.since + 1)
        newer = dict(first) | {
            "recorded_on": on,
            "income": np.where(falls & (income > 0), income * 6 // 10, income),
            "bad": np.where(firm, debt * bad // 100, UNKNOWN),
        }
        rows = ordered(stacked([first, kept(newer, (firm | falls) & (on <= as_of))]), "customer",
                       "recorded_on")  # fmt: skip
    rows = ids.wanted(rows)
    return table_of("customer", length(rows), _customer_cells(draws, ids, facts, rows))


def _customer_cells(draws: Draws, ids: Ids, facts: CustomerFacts, rows: Rows) -> Mapping[str, Cell]:
    who, count = rows["customer"], ids.people.customers
    firm = ids.people.firm & facts.states
    born = -13_000 + draws.below("born", 15_000, count)
    opinion = draws.pick("offers", (0.55, 0.33, 0.12), count)[who]
    cells: dict[str, Cell] = {
        "customer_id": ids.customer(who),
        "recorded_on": rows["recorded_on"],
        "kind": Words(firm[who].astype(np.int64), ("person", "business")),
        "retail": ~firm[who],
        "currency": CURRENCY,
        "born_on": np.where(firm, NO_DAY, born)[who],
        "monthly_income_minor": _known(rows["income"]),
        "offers_opt_out": Maybe(opinion == 2, opinion > 0),
        "all_bank_debt_minor": _known(rows["debt"]),
        "all_bank_overdue_90_minor": _known(rows["bad"]),
    }
    if facts.named:
        number = ids.people.number[who]
        cells["name"] = Texts(texts("客户", (number, 10)))
        cells["id_no"] = Texts(texts("000000", (number, 12)))
        cells["phone"] = Texts(texts("1000", (number % 10_000_000, 7)))
    return cells
