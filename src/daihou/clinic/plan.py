"""A dated plan from the findings, and what each step would change, counted again, never scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from daihou.clinic.check_credit import amount_above
from daihou.clinic.model import Case, Finding, Step, StepWords, WhatIf, Words
from daihou.clinic.naming import exact
from daihou.clinic.say import Slot, filled, listed, share
from daihou.report.facts import facts_of
from daihou.report.facts_lenders import drawn
from daihou.report.facts_model import Facts
from daihou.report.facts_windows import window_start
from daihou.report.model import Account, Agreement, Report
from daihou.report.words import AccountState

LOOK_AGAIN_DAYS: Final = 60
"""A lender's report of a change can take a month or more (grade M), so look after two."""
DISPUTE_DAYS: Final = 20
COMPLAINT_DAYS: Final = 30
"""征信业管理条例 arts. 25 and 26 (L)."""

Record = TypeVar("Record", Account, Agreement)


def plan_of(case: Case, findings: Sequence[Finding]) -> tuple[Step, ...]:
    """Return the steps that the findings ask for, in the order of the files."""
    return tuple(_steps(case, findings))


def _steps(case: Case, findings: Sequence[Finding]) -> Iterator[Step]:
    for words in case.sentences.steps:
        because = [one for one in findings if one.id in words.findings]
        if not because:
            continue
        lenders = tuple(dict.fromkeys(name for one in because for name in one.lenders))
        on = _day_of(case, words.id)
        slots = _slots(case, words, lenders, on)
        yield Step(
            words.id, on, filled(words.when, slots), filled(words.words, slots),
            tuple(one.id for one in because),
            tuple(dict.fromkeys(e for one in because for e in one.evidence)),
            words.sources, lenders, words.kinds,
        )  # fmt: skip


def _slots(
    case: Case, words: StepWords, lenders: Sequence[str], on: date | None
) -> dict[str, Slot]:
    """Return the values of the slots that a step has; a day that cannot be told is a blank."""
    cards = case.facts.cards
    limit, used = cards.limit.value or 0, cards.used.value or 0
    every: dict[str, Slot] = {
        "lenders": listed(lenders) if lenders else Words("相关机构", "the lenders concerned"),
        "until": on or Words("＿＿", "__"),
        "pay": exact(case, amount_above(limit, used, case.limit("use_bp"))),
    }
    return {name: every[name] for name in words.slots}


def _day_of(case: Case, step: str) -> date | None:
    on = case.facts.on
    days = {
        "stop_applying": lambda: calm_from(case),
        "look_again": lambda: on + timedelta(days=LOOK_AGAIN_DAYS),
        "dispute": lambda: on + timedelta(days=DISPUTE_DAYS),
        "complain": lambda: on + timedelta(days=COMPLAINT_DAYS),
    }
    return days[step]() if step in days else None


def calm_from(case: Case) -> date:
    """Return the first day on which at most three hard inquiries of now lie within six months."""
    days = sorted(
        inquiry.on for inquiry in case.report.inquiries if inquiry.hard and inquiry.on is not None
    )
    some, day = case.limit("hard_some"), case.facts.on
    while sum(window_start(day, 6) < one <= day for one in days) >= some:
        day += timedelta(days=1)
    return day


def what_if_of(case: Case, plan: Sequence[Step]) -> tuple[WhatIf, ...]:
    """Return figures before and after the steps whose effect can be counted."""
    return tuple(one for step in plan for one in _effects(case, step))


def _effects(case: Case, step: Step) -> Iterator[WhatIf]:
    on = case.facts.on
    if step.id == "stop_applying" and step.on is not None:
        later = facts_of(case.report, step.on)
        yield _effect(case, step, "hard_6m", step.on, (_hard(case.facts), _hard(later)))
    elif step.id == "pay_arrears":
        later = facts_of(_changed(case.report, step, _paid), on)
        before, after = case.facts.arrears.accounts.known, later.arrears.accounts.known
        if not before:
            return  # debts under recovery are not counted among the accounts overdue
        yield _effect(case, step, "overdue", on, (str(before), str(after)))
    elif step.id == "lower_use":
        later = facts_of(_paid_down(case, step), on)
        before, after = case.facts.cards.utilisation_bp, later.cards.utilisation_bp
        if before is not None and after is not None:
            yield _effect(case, step, "use", on, (share(before), share(after)))
    elif step.id in {"cancel_line", "close_card"}:
        kind = "line" if step.id == "cancel_line" else "card"
        tied = {
            tie.evidence
            for one in case.facts.relationships
            for tie in one.ties
            if tie.kind == kind and tie.unused
        }
        only = replace(step, evidence=tuple(e for e in step.evidence if e in tied))
        later = facts_of(_changed(case.report, only, _ended(on)), on)
        yield _effect(case, step, "open", on, (_open(case.facts), _open(later)))


def _effect(case: Case, step: Step, measure: str, on: date, change: tuple[str, str]) -> WhatIf:
    words = case.sentences.measures[measure]
    told = MappingProxyType(dict(zip(Words._fields, words, strict=True)))
    return WhatIf(step.id, on, step.text, told, *change)


def _hard(facts: Facts) -> str:
    return str(facts.inquiries.hard[6].raw.known or 0)


def _open(facts: Facts) -> str:
    return str(sum(one.open is True for one in facts.relationships))


class _Change(Protocol):
    def __call__(self, record: Record, /) -> Record: ...


def _changed(report: Report, step: Step, change: _Change) -> Report:
    """Return the report with a change made to the records that a step is about."""
    touched = {(e.kind, e.index) for e in step.evidence}
    return replace(
        report,
        accounts=tuple(
            change(one) if ("accounts", at) in touched else one
            for at, one in enumerate(report.accounts)
        ),
        agreements=tuple(
            change(one) if ("agreements", at) in touched else one
            for at, one in enumerate(report.agreements)
        ),
    )


def _paid(record: Record) -> Record:
    if isinstance(record, Agreement):
        return record
    late = record.state in {AccountState.OVERDUE, AccountState.BAD_DEBT}
    if record.state is AccountState.BAD_DEBT:
        record = replace(record, balance=0)
    return replace(
        record, overdue_now=False, overdue_amount=0, terms_overdue=0, latest_symbol=None,
        overdue_31_60=0, overdue_61_90=0, overdue_91_180=0, overdue_over_180=0,
        overdraft_over_180=0, state=AccountState.NORMAL if late else record.state,
    )  # fmt: skip


def _paid_down(case: Case, step: Step) -> Report:
    """Return the report after paying what the step names, from the fullest cards first."""
    limit, used = case.facts.cards.limit.value or 0, case.facts.cards.used.value or 0
    left = amount_above(limit, used, case.limit("use_bp"))
    accounts = list(case.report.accounts)
    cards = [e.index for e in step.evidence if e.kind == "accounts"]
    for at in sorted(cards, key=lambda one: -(drawn(accounts[one]) or 0)):
        owed = drawn(accounts[at]) or 0
        paid = min(left, owed)
        rest = owed - paid
        accounts[at] = replace(accounts[at], used=rest, balance=rest)
        left -= paid
    return replace(case.report, accounts=tuple(accounts))


def _ended(on: date) -> _Change:
    def end(record: Record) -> Record:
        if isinstance(record, Agreement):
            return replace(record, state_code="2", to_on=record.to_on and min(record.to_on, on))
        if record.used or record.balance:
            return record
        return replace(record, state=AccountState.CLOSED, closed_on=on, line_until=None)

    return end
