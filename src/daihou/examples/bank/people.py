"""Who owes what in one chunk of a simulated bank: customers, and which accounts are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from daihou.examples.bank.draws import Draws, Flags, Ints

CHUNK = 10_000
"""Accounts made at a time; part of what a seed means, never changed."""
LOAN, LINE, CARD, MORTGAGE, BUSINESS = range(5)
PRODUCTS: Final = ("instalment_loan", "revolving_line", "card", "mortgage", "business_loan")
_PERSON_SHARES = (0.44, 0.16, 0.29, 0.11)
_OWNER_SHARES = (0.10, 0.15, 0.20, 0.05, 0.50)
_FIRM_SHARES = (0.0, 0.15, 0.0, 0.0, 0.85)
_INCOME_YUAN = (2_800, 3_500, 4_200, 5_000, 5_800, 6_600, 7_500, 8_500, 9_800, 11_500, 14_000,
                18_000, 26_000, 45_000)  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """Customers of a chunk and the owner of each account.

    Shape: ``owner`` and ``product`` one value an account; the others one a customer, who is
    numbered by the first of the customer's accounts (``head``).
    """

    chunk: int
    owner: Ints
    product: Ints
    head: Ints
    firm: Flags
    """A firm: classified by debtor, with debts at all banks."""
    runs_business: Flags
    """A firm, or a person with a small business."""
    income: Ints

    @property
    def customers(self) -> int:
        """Return how many customers there are."""
        return len(self.head)

    @property
    def number(self) -> Ints:
        """Return the number of each customer in the whole bank."""
        return self.chunk * CHUNK + self.head


def account_numbers(chunk: int) -> Ints:
    """Return the numbers of a chunk's accounts in the whole bank."""
    return chunk * CHUNK + np.arange(CHUNK)


def people_of(draws: Draws) -> People:
    """Return one to three accounts a customer; about 4 % of customers run a business."""
    sizes = 1 + draws.pick("accounts a customer", (0.62, 0.27, 0.11), CHUNK)
    ends = np.cumsum(sizes)
    owner = np.searchsorted(ends, np.arange(CHUNK), side="right").astype(np.int64)
    count = int(owner[-1]) + 1
    head = np.concatenate([np.zeros(1, dtype=np.int64), ends])[:count]
    kind = draws.pick("segment", (0.96, 0.016, 0.024), CHUNK)[:count]
    income = draws.choose("income", _INCOME_YUAN, CHUNK)[:count] * 100
    income += draws.below("income rest", 1_000, CHUNK)[:count] * 100
    return People(
        draws.chunk, owner, _products(draws, kind[owner]), head, kind == 2, kind > 0, income
    )


def _products(draws: Draws, kind: Ints) -> Ints:
    drawn = [
        draws.pick(f"product {name}", shares, CHUNK)
        for name, shares in (
            ("person", _PERSON_SHARES),
            ("owner", _OWNER_SHARES),
            ("firm", _FIRM_SHARES),
        )
    ]
    return np.select([kind == 0, kind == 1], drawn[:2], default=drawn[2])
