"""Close a relationship: nothing owed, everything ended as dated facts, inquiries stopped, proof."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daihou.contracts import FACTS
from daihou.errors import InquiryError, LakeError, NotFound
from daihou.inquiry.closing import (
    ADVICE,
    ClosingFacts,
    ClosingStep,
    Endings,
    Leftover,
    closing_steps,
    endings,
    leftovers,
)
from daihou.inquiry.staff import Role
from daihou.jobs.audit import asking_rules_of, zone_of
from daihou.jobs.close_facts import Known, closing_facts
from daihou.jobs.home import Home
from daihou.jobs.land_rows import land_rows
from daihou.jobs.operations import open_both

if TYPE_CHECKING:
    from daihou.ops.reading import EventLine
    from daihou.ops.store import Operations

_ENDS: Final = (
    ("account", "accounts", "closed_on"), ("credit_line", "lines", "cancelled_on"),
    ("guarantee", "guarantees", "ends_on"), ("consent", "consents", "ends_on"),
)  # fmt: skip
"""Tables of states, the endings that belong to each, and the column that says so."""
_LAST_DAYS: Final = {"guarantee": "starts_on", "consent": "signed_on"}
"""Tables that name the last day and not the first one after it; the column of their first day."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closes whose relationship, on which day. ``release``: from live guarantees too."""

    customer_id: str
    on: date
    by: str = ""
    second: str = ""
    release: bool = False


@dataclass(frozen=True, slots=True)
class ProvedAccount:
    """One account in the settlement proof."""

    account_id: str
    product: str
    opened_on: date
    closed_on: date


@dataclass(frozen=True, slots=True)
class Proof:
    """What a settlement proof (结清证明) says; the same closing gives the same proof."""

    number: str
    book: str
    title_zh: str
    title_en: str
    simulated: bool
    customer_id: str
    on: date
    accounts: tuple[ProvedAccount, ...]
    lines: tuple[str, ...]
    guarantees: tuple[str, ...]
    consents: tuple[str, ...]
    by: str
    second: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a relationship on a day, and the steps that would close it."""

    customer_id: str
    on: date
    left: tuple[Leftover, ...]
    steps: tuple[ClosingStep, ...]
    proof: Proof | None = None

    @property
    def owed(self) -> tuple[Leftover, ...]:
        """Return what stands in the way."""
        return tuple(one for one in self.left if one.is_owed)


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing did; ``closed_before`` tells that it had been done already."""

    proof: Proof
    closed_before: bool
    orders_cancelled: int
    left: tuple[Leftover, ...]
    steps: tuple[ClosingStep, ...]


def check_closing(root: Path, closing: Closing) -> Checked:
    """Return what is left and what closing would do; nothing is changed.

    Raises: NotFound for a customer whom nobody knows on the day.
    """
    home, _ = open_both(root)
    known = _known(home, closing)
    return _checked(closing, known.facts, _last_proof(home, closing.customer_id))


def close_relationship(root: Path, closing: Closing, now: datetime) -> Closed:
    """Close a relationship on a day; run again, it changes nothing and gives the same proof.

    First operations stop inquiries, cancel what has not left and keep the closing, all in one
    step; then lines, accounts, guarantees and consents are ended as facts of the day. Stopped in
    between and run again, the facts follow.

    Raises: NotAllowed unless an officer and another person, an approver, close; InquiryError while
    something is owed, or when the person was asked about on or after the day; NotFound.
    """
    home, operations = open_both(root)
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.staff import Staff

    by, second = Staff().require_two((closing.by, Role.OFFICER), (closing.second, Role.APPROVER))
    closing = replace(closing, by=by.user_id, second=second.user_id)
    proof = _last_proof(home, closing.customer_id)
    if proof is not None:
        _finish(home, proof, now)
    known = _known(home, closing)
    checked = _checked(closing, known.facts, proof)
    if proof is not None and not endings(known.facts, closing.on) and not checked.owed:
        return Closed(proof, True, 0, checked.left, checked.steps)
    _refuse(closing, checked, known, now.astimezone(zone_of(home)).date())
    proof = _proof(home, closing, known, proof)
    cancelled = _stop(operations, closing, proof, now)
    _land(home, known, endings(known.facts, closing.on), (closing.on, now))
    return Closed(proof, False, cancelled, checked.left, checked.steps)


def _known(home: Home, closing: Closing) -> Known:
    from daihou.ops.reading import pending_keys

    home.lake.refresh()
    known = closing_facts(home, closing.customer_id, closing.on)
    if known is None:
        raise NotFound(
            "no such customer on this day", where=f"{closing.customer_id}, {closing.on}",
            next_step="give the lender's number of the customer, or another day",
        )  # fmt: skip
    facts = replace(
        known.facts,
        pending=pending_keys(home.book.book, closing.customer_id),
        released=closing.release,
        consent_code=asking_rules_of(home).purpose.consent_code,
    )
    return replace(known, facts=facts)


def _checked(closing: Closing, facts: ClosingFacts, proof: Proof | None) -> Checked:
    return Checked(
        closing.customer_id, closing.on, leftovers(facts, closing.on),
        closing_steps(facts, closing.on), proof,
    )  # fmt: skip


def _refuse(closing: Closing, checked: Checked, known: Known, today: date) -> None:
    if closing.on > today:
        raise InquiryError("a relationship is not closed in advance", [f"on {closing.on}"])
    if checked.owed:
        raise InquiryError(
            "the relationship cannot be closed",
            [f"{ADVICE[one.kind].en} {one.subject}: {ADVICE[one.kind].todo_en}"
             for one in checked.owed],
            where=closing.customer_id, why="something is owed, or may be",
            next_step="see all of it with --check",
        )  # fmt: skip
    ended = asdict(endings(known.facts, closing.on))
    later = [
        f"{table} {number}"
        for table, group, _ in _ENDS
        for number in ended[group]
        if (table, number) in known.later
    ]
    if later:
        raise InquiryError(
            "facts were recorded after the day of closing", later, where=closing.customer_id,
            why="an ending dated before them would not hold", next_step="close on a later day",
        )  # fmt: skip


def _proof(home: Home, closing: Closing, known: Known, before: Proof | None) -> Proof:
    """Return the proof of a closing; accounts closed earlier stand in it with their own day."""
    ended, book = endings(known.facts, closing.on), home.book
    accounts = [
        ProvedAccount(
            claim.account_id, str(known.states["account"][claim.account_id]["product"]),
            claim.opened_on, min(claim.closed_on or closing.on, closing.on),
        )
        for claim in known.facts.person.claims
        if claim.opened_on <= closing.on
    ]  # fmt: skip
    return Proof(
        _number(book.book, closing, before), book.book, book.title.zh, book.title.en,
        book.simulated, closing.customer_id, closing.on,
        tuple(sorted(accounts, key=lambda account: account.account_id)),
        ended.lines, ended.guarantees, ended.consents, closing.by, closing.second,
    )  # fmt: skip


def _number(book: str, closing: Closing, before: Proof | None) -> str:
    told = f"{book}|{closing.customer_id}|{closing.on}|{before.number if before else ''}"
    return f"JQ-{closing.on:%Y%m%d}-{hashlib.sha256(told.encode()).hexdigest()[:10].upper()}"


def _stop(operations: Operations, closing: Closing, proof: Proof, now: datetime) -> int:
    from daihou.ops.auditing import close_person
    from daihou.ops.store import StopOrder

    stop = StopOrder(
        proof.book, closing.customer_id, "closed", closing.on, f"closed, proof {proof.number}"
    )
    return close_person(operations, stop, closing.by, _details(proof), now)


def _details(proof: Proof) -> dict[str, Any]:
    details = asdict(proof)
    details["on"] = proof.on.isoformat()
    details["accounts"] = [
        {name: str(value) for name, value in asdict(account).items()} for account in proof.accounts
    ]
    return {n: list(v) if isinstance(v, tuple) else v for n, v in details.items()}


def _last_proof(home: Home, customer_id: str) -> Proof | None:
    from daihou.ops.auditing import last_closing

    event = last_closing(home.book.book, customer_id)
    return None if event is None else _proof_of(event)


def _proof_of(event: EventLine) -> Proof:
    told: Mapping[str, Any] = event.details
    accounts = tuple(
        ProvedAccount(
            row["account_id"], row["product"], date.fromisoformat(row["opened_on"]),
            date.fromisoformat(row["closed_on"]),
        )
        for row in told["accounts"]
    )  # fmt: skip
    return Proof(
        told["number"], told["book"], told["title_zh"], told["title_en"], told["simulated"],
        told["customer_id"], date.fromisoformat(told["on"]), accounts, tuple(told["lines"]),
        tuple(told["guarantees"]), tuple(told["consents"]), told["by"], told["second"],
    )  # fmt: skip


def _finish(home: Home, proof: Proof, now: datetime) -> None:
    """Land the facts of a closing that was stopped before it came to them."""
    known = closing_facts(home, proof.customer_id, proof.on)
    if known is None:
        raise LakeError("the facts of a closed relationship are gone", where=proof.customer_id)
    code = asking_rules_of(home).purpose.consent_code
    open_now = endings(replace(known.facts, consent_code=code), proof.on)
    told = Endings(
        tuple(account.account_id for account in proof.accounts), proof.lines, proof.guarantees,
        proof.consents,
    )  # fmt: skip
    left = {
        group: tuple(n for n in getattr(open_now, group) if n in getattr(told, group))
        for _, group, _ in _ENDS
    }
    _land(home, known, Endings(**left), (proof.on, now))


def _land(home: Home, known: Known, ended: Endings, when: tuple[date, datetime]) -> None:
    """End what is named as facts of the day: the last state of each, ended from that day on."""
    on, now = when
    for table, group, column in _ENDS:
        rows = [
            {**state, "recorded_on": on, column: _last_day(table, state, on)}
            for state in (known.states[table][number] for number in getattr(ended, group))
        ]
        land_rows(home, FACTS[table], rows, on, now)


def _last_day(table: str, state: Mapping[str, Any], on: date) -> date:
    """Return the day that the column of an ending holds: from ``on`` the thing is no more."""
    first = _LAST_DAYS.get(table)
    return on if first is None else max(on - timedelta(days=1), state[first])
