"""Where simulated money went and came from: payouts and their use, salaries, sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from daihou.contracts.vocabulary import COUNTERPARTY_KINDS, TRANSACTION_CATEGORIES
from daihou.examples.bank.agreements import Agreements
from daihou.examples.bank.days import Calendar
from daihou.examples.bank.draws import Draws, Flags, Ints
from daihou.examples.bank.loanrows import UNKNOWN
from daihou.examples.bank.people import BUSINESS, MORTGAGE, People
from daihou.examples.bank.rows import full, kept, stacked

IN, OUT = 0, 1
MISUSE_SHARE: Final = 0.07
MISUSES: Final = (
    "securities", "wealth_product", "futures", "property_developer", "property_agent",
    "mortgage_account", "lender", "company_own", "merchant",
)  # fmt: skip
_MISUSE_SHARES: Final = (0.22, 0.10, 0.05, 0.10, 0.05, 0.08, 0.16, 0.06, 0.18)
SALARY_SHARE, SALARY_STOPS = 0.58, 0.04


def _movement(
    whose: tuple[Ints, Ints], on: Ints, amount: Ints, words: tuple[int, str, str], number: int
) -> dict[str, Ints]:
    (account, owner), (direction, other, category) = whose, words
    count = len(on)
    return {
        "account": account,
        "customer": owner,
        "number": full(count, number),
        "booked_on": on,
        "hour": full(count, UNKNOWN),
        "direction": full(count, direction),
        "amount_minor": amount,
        "counterparty_kind": full(count, COUNTERPARTY_KINDS.index(other)),
        "counterparty": full(count, UNKNOWN),
        "category": full(count, TRANSACTION_CATEGORIES.index(category)),
    }


def misused(draws: Draws, agreed: Agreements) -> Flags:
    """Tell which loans paid out in the window went to a forbidden use."""
    chosen = draws.happens("misuse", MISUSE_SHARE, len(agreed.account))
    flags: Flags = chosen & (agreed.product != MORTGAGE)
    return flags


def payout_rows(
    draws: Draws, agreed: Agreements, people: People, calendar: Calendar
) -> dict[str, Ints]:
    """Return payouts within the window, and the first movements of that money.

    A misusing minority sends it to securities, wealth products, futures, property, other lenders,
    an own company, or gets it back from the same merchant within three days.
    """
    rows = np.flatnonzero(agreed.opened_on >= calendar.start(np.zeros(1, dtype=np.int64))[0])
    account, on, amount = agreed.account[rows], agreed.opened_on[rows], agreed.amount[rows]
    owner, count = people.owner[account], len(rows)
    wrong = misused(draws, agreed)[rows]
    kind = draws.pick("misuse kind", _MISUSE_SHARES, count)
    part = 2_000 + draws.below("used share", 8_001, count)
    returns = wrong & (kind == len(MISUSES) - 1)
    used = np.where(returns, amount, amount * part // 10_000)
    product = agreed.product[rows]
    right = np.select(
        [product == MORTGAGE, product == BUSINESS],
        [COUNTERPARTY_KINDS.index("property_developer"), COUNTERPARTY_KINDS.index("company_other")],
        default=COUNTERPARTY_KINDS.index("merchant"),
    )
    places = np.asarray([COUNTERPARTY_KINDS.index(word) for word in MISUSES])
    goes = _movement((account, owner), on + draws.below("use day", 12, count), used,
                     (OUT, "merchant", "transfer"), 9_001)  # fmt: skip
    goes["counterparty_kind"] = np.where(wrong & ~returns, places[kind], right)
    goes["counterparty"] = draws.below("use shop", 50_000, count)
    back_share = np.where(draws.happens("all back", 0.6, count),
                          9_000 + draws.below("back share", 1_001, count),
                          2_000 + draws.below("part back", 5_000, count))  # fmt: skip
    back = _movement((account, owner), goes["booked_on"] + draws.below("back day", 3, count) + 1,
                     used * back_share // 10_000,
                     (IN, "merchant", "transfer"), 9_002)  # fmt: skip
    back["counterparty"] = goes["counterparty"]
    onward = _movement((account, owner), back["booked_on"], back["amount_minor"],
                       (OUT, "lender", "loan_repayment"), 9_003)  # fmt: skip
    paid_out = _movement((account, owner), on, amount, (IN, "lender", "loan_payout"), 9_000)
    again = returns & draws.happens("and on to a lender", 0.4, count)
    return stacked([paid_out, goes, kept(back, returns), kept(onward, again)])


def income_rows(draws: Draws, people: People, struck: Flags, calendar: Calendar) -> dict[str, Ints]:
    """Return monthly salaries of persons and sales receipts of those who run a business.

    ``struck`` customers lose their income more often: from a month on, it stops or falls.
    """
    count, months = people.customers, calendar.months
    month = np.arange(months)[None, :]
    paid = draws.happens("has salary", SALARY_SHARE, count) & ~people.runs_business
    stops = draws.share("salary stops", count) < np.where(struck, 0.30, SALARY_STOPS)
    from_month = np.where(stops, draws.below("stops from", months, count), months)
    pay_day = draws.choose("salary day", (5, 8, 10, 12, 15, 25), count)
    who, when = np.nonzero(paid[:, None] & (month < from_month[:, None]))
    none = full(len(who), UNKNOWN)
    salary = _movement((none, who), calendar.on(when, pay_day[who]),
                       people.income[who] + (when % 3) * 1_000,
                       (IN, "employer", "salary"), 0)  # fmt: skip
    salary["number"] = when * 10
    falls = draws.share("sales fall", count) < np.where(struck, 0.5, 0.08)
    since = np.where(falls, np.maximum(draws.below("fall from", months, count), 3), months)
    parts = [salary]
    for number in (1, 2):
        who, when = np.nonzero(people.runs_business[:, None] & (month < months))
        base = people.income[who] * np.where(people.firm[who], 12, 4)
        size = 70 + draws.below(f"sales {number}", 60, count, months)[who, when]
        size = np.where(when >= since[who], size * 35 // 100, size)
        on = calendar.on(when, 1 + draws.below(f"sales day {number}", 28, count, months)[who, when])
        sale = _movement((full(len(who), UNKNOWN), who), on, base * size // 100,
                         (IN, "company_other", "sales_receipt"), 0)  # fmt: skip
        sale["number"] = when * 10 + number
        parts.append(sale)
    return stacked(parts)


def spending_of_owners(spent: Mapping[str, Ints], people: People) -> dict[str, Ints]:
    """Return card movements with the owner beside each."""
    return dict(spent) | {"customer": people.owner[spent["account"]]}
