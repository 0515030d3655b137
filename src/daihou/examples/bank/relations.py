"""What stands beside simulated accounts: lines, consents, guarantees, collateral."""

from __future__ import annotations

from typing import Final

import numpy as np

from daihou.contracts.vocabulary import COLLATERAL_KINDS, GUARANTEE_KINDS, LINE_KINDS
from daihou.examples.bank.cards import Cards
from daihou.examples.bank.days import NO_DAY, Calendar
from daihou.examples.bank.draws import Draws, Ints
from daihou.examples.bank.loanbook import LoanBook
from daihou.examples.bank.loanrows import UNKNOWN
from daihou.examples.bank.people import BUSINESS, CHUNK, LINE, LOAN, MORTGAGE, People
from daihou.examples.bank.rows import full, kept, ordered, stacked, unknown_after

PURPOSES: Final = ("001,002,003,004", "002,004", "004", "001,002")
"""Consent content codes; the last does not cover post-loan management (004)."""
SPARE = 5
"""Suffix of a line that no account draws on."""


def line_rows(
    draws: Draws, book: LoanBook, cards: Cards, people: People, calendar: Calendar
) -> dict[str, Ints]:
    """Return the states of credit lines: drawn, unused, expired, cancelled, frozen, raised.

    A settled drawing often leaves its line open.
    """
    agreed, as_of = book.agreed, calendar.as_of
    one_off = (agreed.product == LOAN) & draws.happens("one-off line", 0.10, len(agreed.account))
    rows = np.flatnonzero((agreed.product == LINE) | one_off)
    count = len(rows)
    roomy = agreed.amount[rows] * (100 + draws.choose("room", (0, 0, 20, 50, 100), count)) // 100
    settled = unknown_after(book.closed_on[rows], as_of)
    fate = draws.pick("line fate", (0.90, 0.04, 0.03, 0.03), count)
    cancelled = np.where((settled != NO_DAY) & (fate != 0), settled + 3, NO_DAY)
    cancelled = np.where((settled == NO_DAY) & (fate == 2), as_of - 20, cancelled)
    expires = np.where(fate == 1, as_of - 45, agreed.matures_on[rows] + 365)
    drawn = _lines(agreed.account[rows], np.where(one_off[rows], 2, 0), roomy)
    opened = agreed.opened_on[rows]
    drawn |= {
        "opened_on": opened,
        "recorded_on": opened,
        "expires_on": np.maximum(expires, opened),
        "cancelled_on": np.where(cancelled > opened, cancelled, NO_DAY),
        "frozen_on": np.where((fate == 3) & (as_of - 10 > opened), as_of - 10, NO_DAY),
    }
    held = _lines(cards.account, full(len(cards.account), 1), cards.limit)
    held |= {"opened_on": cards.opened_on, "recorded_on": cards.opened_on}
    held |= {"expires_on": full(len(cards.account), NO_DAY), "cancelled_on": cards.closed_on,
             "frozen_on": full(len(cards.account), NO_DAY)}  # fmt: skip
    heads = people.head[draws.happens("spare line", 0.03, people.customers)]
    limits = draws.choose("spare limit", (2_000_000, 5_000_000, 10_000_000), len(heads))
    spare = _lines(heads, full(len(heads), 0), limits)
    start = as_of - 30 - draws.below("spare age", 700, len(heads))
    spare |= {"number": full(len(heads), SPARE), "opened_on": start, "recorded_on": start,
              "expires_on": start + 730, "cancelled_on": full(len(heads), NO_DAY),
              "frozen_on": full(len(heads), NO_DAY)}  # fmt: skip
    now = kept(stacked([drawn, held, spare]), np.concatenate(
        [opened <= as_of, cards.opened_on <= as_of, start <= as_of]))  # fmt: skip
    now["cancelled_on"] = unknown_after(now["cancelled_on"], as_of)
    now["customer"] = people.owner[now["account"]]
    raised = kept(now, draws.happens("raised", 0.03, len(now["account"])))
    raised["recorded_on"] = np.maximum(as_of - 100, raised["opened_on"] + 1)
    raised["limit_minor"] = raised["limit_minor"] * 130 // 100
    out = stacked([now, kept(raised, raised["recorded_on"] <= as_of)])
    return ordered(out, "account", "number", "recorded_on")


def _lines(account: Ints, kind: Ints, limit: Ints) -> dict[str, Ints]:
    assert LINE_KINDS == ("revolving", "card", "one_off"), "places are used above"
    return {"account": account, "number": full(len(account), 0), "kind": kind, "limit_minor": limit}


def drawn_line(book: LoanBook, cards: Cards, draws: Draws) -> Ints:
    """Return, for every account of the chunk, the number of the account its line is named after."""
    out = full(CHUNK, UNKNOWN)
    agreed = book.agreed
    one_off = (agreed.product == LOAN) & draws.happens("one-off line", 0.10, len(agreed.account))
    rows = (agreed.product == LINE) | one_off
    out[agreed.account[rows]] = agreed.account[rows]
    out[cards.account] = cards.account
    return out


def consent_rows(draws: Draws, since: Ints, calendar: Calendar) -> dict[str, Ints]:
    """Return the consents of customers, signed on ``since``; some ended, some withdrawn."""
    count, as_of = len(since), calendar.as_of
    has = draws.happens("consents", 0.97, count) & (since <= as_of)
    purposes = draws.pick("purposes", (0.80, 0.10, 0.05, 0.05), count)
    days = draws.choose("consent days", (365, 730, 1_095), count)
    ends = np.where(draws.happens("consent ends", 0.15, count), since + days, NO_DAY)
    back = np.maximum(as_of - draws.below("withdrawn day", 300, count), since + 1)
    withdrawn = draws.happens("withdraws", 0.015, count) & (back <= as_of)
    signed = {
        "customer": np.arange(count),
        "recorded_on": since,
        "signed_on": since,
        "ends_on": ends,
        "withdrawn_on": full(count, NO_DAY),
        "purposes": purposes,
    }
    gone = dict(signed) | {"recorded_on": back, "withdrawn_on": back}
    out = stacked([kept(signed, has), kept(gone, has & withdrawn)])
    return ordered(out, "customer", "recorded_on")


def guarantee_rows(
    draws: Draws, book: LoanBook, guarantee_kind: Ints, people: People
) -> dict[str, Ints]:
    """Return guarantees, by customers of the bank with a smaller number than the debtor's."""
    wanted = np.isin(guarantee_kind, [GUARANTEE_KINDS.index(k) for k in ("guaranteed", "mixed")])
    rows = np.flatnonzero(wanted)
    agreed, count = book.agreed, len(rows)
    account = agreed.account[rows]
    earlier = people.owner[account]
    other = np.minimum(np.floor(draws.share("guarantor", count) * earlier), earlier - 1)
    return kept(
        {
            "account": account,
            "recorded_on": agreed.opened_on[rows],
            "guarantor": np.maximum(other, 0).astype(np.int64),
            "amount_minor": agreed.amount[rows],
            "starts_on": agreed.opened_on[rows],
            "ends_on": agreed.matures_on[rows] + 730,
        },
        earlier > 0,
    )


def collateral_rows(
    draws: Draws, book: LoanBook, guarantee_kind: Ints, calendar: Calendar
) -> dict[str, Ints]:
    """Return collateral; some pieces fall in value, lapse in papers or are seized."""
    wanted = np.isin(guarantee_kind, [GUARANTEE_KINDS.index(k) for k in ("mortgage", "mixed")])
    rows = np.flatnonzero(wanted)
    agreed, count, as_of = book.agreed, len(rows), calendar.as_of
    home, firm = agreed.product[rows] == MORTGAGE, agreed.product[rows] == BUSINESS
    kind = draws.choose("collateral", tuple(COLLATERAL_KINDS.index(k) for k in (
        "commercial_property", "commercial_property", "vehicle", "goods")), count)  # fmt: skip
    kind = np.where(home & ~firm, COLLATERAL_KINDS.index("home"), kind)
    first = agreed.amount[rows] * draws.choose("cover", (125, 143, 167, 200, 250), count) // 100
    opened = agreed.opened_on[rows]
    fall = draws.pick("value path", (0.60, 0.25, 0.10, 0.05), count)
    share = np.choose(fall, [102, 93, 84, 66])
    valued = np.maximum(as_of - draws.below("valued day", 350, count), opened)
    insured = draws.pick("insurance", (0.55, 0.40, 0.05), count)
    lapses = np.select([insured == 0, insured == 1], [NO_DAY, as_of + 90], as_of - 25)
    papers = np.where(draws.happens("papers missing", 0.03, count), opened + 90, NO_DAY)
    first_state = {
        "account": agreed.account[rows],
        "recorded_on": opened,
        "kind": kind,
        "first_value_minor": first,
        "value_minor": first,
        "valued_on": opened,
        "insured_until_on": np.where((lapses == NO_DAY) | (lapses > opened), lapses, NO_DAY),
        "papers_due_on": papers,
        "seized_on": full(count, NO_DAY),
    }
    later = dict(first_state) | {"recorded_on": valued, "valued_on": valued}
    later["value_minor"] = first * share // 100
    seized = draws.happens("seized", 0.008, count) & (valued > opened)
    later["seized_on"] = np.where(seized, valued, NO_DAY)
    out = stacked([first_state, kept(later, valued > opened)])
    return ordered(out, "account", "recorded_on")
