"""What looks at the file say: post-loan checks by lender and rhythm, applications, own looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

from daihou.clinic.model import Case, Finding, Words
from daihou.clinic.naming import header_evidence, lenders_of, named, phrase, record_of
from daihou.clinic.say import listed, say
from daihou.report.facts_adverse import symbols_by_month
from daihou.report.facts_model import Evidence, Relationship, Series
from daihou.report.facts_windows import indexed, latest_day
from daihou.report.model import Account
from daihou.report.values import Month
from daihou.report.words import OVERDUE_SYMBOLS, ReasonClass

_ENOUGH: Final = 3
"""Checks from which on a rhythm can be told."""
_RHYTHMS: Final = ((45, "monthly"), (75, "two_monthly"), (115, "quarterly"), (220, "half_yearly"))
_UNEVEN: Final = 0.4
"""Share of the middle distance by which a single distance may differ and still be even."""


def inquiry_findings(case: Case) -> Iterator[Finding]:
    """Yield everything that can be said of the looks at the file."""
    reviews = [
        s for s in case.facts.inquiries.series if s.reason_class is ReasonClass.ACCOUNT_REVIEW
    ]
    yield from _reviews(case, reviews)
    yield from _applications(case)
    yield from _other_looks(case)


def _reviews(case: Case, reviews: Sequence[Series]) -> Iterator[Finding]:
    window = case.facts.inquiries.by_class[ReasonClass.ACCOUNT_REVIEW][24]
    if window.raw.known:
        evidence = window.raw.evidence
        yield say(
            case.sentences, "post_loan_soft", evidence, lenders_of(case, evidence),
            count=window.raw.known, lenders=named(case, evidence),
        )  # fmt: skip
    yield from _rhythms(case, [s for s in reviews if len(s.days) >= _ENOUGH])
    yield from _by_relationship(case, reviews)
    year = case.facts.inquiries.by_class[ReasonClass.ACCOUNT_REVIEW][12]
    lenders = lenders_of(case, year.raw.evidence)
    limit = case.limit("many_reviewers")
    if len(lenders) >= limit:
        yield say(
            case.sentences, "many_reviewers", year.raw.evidence, lenders,
            count=len(lenders), limit=limit,
        )  # fmt: skip


def rhythm_of(series: Series) -> str | None:
    """Return the name of an even rhythm (``monthly`` … ``half_yearly``), None for an uneven one."""
    middle = median(series.gaps)
    if not middle >= 20 or any(abs(gap - middle) > _UNEVEN * middle for gap in series.gaps):
        return None
    return next((name for most, name in _RHYTHMS if middle <= most), None)


def _rhythms(case: Case, reviews: Sequence[Series]) -> Iterator[Finding]:
    even, uneven, near = [], [], []
    late = arrear_months(case)
    for series in reviews:
        rhythm = rhythm_of(series)
        if rhythm:
            told = phrase(
                case, "series", lender=series.institution, rhythm=phrase(case, rhythm),
                count=len(series.days), last=series.days[-1],
            )  # fmt: skip
            even.append((series, told, series.evidence))
            continue
        uneven.append((series, _plain(case, series), series.evidence))
        close = [
            e for day, e in zip(series.days, series.evidence, strict=True)
            if any(0 <= Month.of(day).number - m.number <= 2 for m in late)
        ]  # fmt: skip
        if close:
            proof = (*close, *(e for months in late.values() for e in months))
            near.append((series, _plain(case, series), proof))
    for name, found in (
        ("post_loan_rhythm", even), ("post_loan_irregular", uneven),
        ("post_loan_near_arrears", near),
    ):  # fmt: skip
        if found:
            yield say(
                case.sentences, name, [e for *_, proof in found for e in proof],
                [s.legal_person for s, *_ in found], series=listed([told for _, told, _ in found]),
            )  # fmt: skip


def arrear_months(case: Case) -> dict[Month, list[Evidence]]:
    """Return the months in which any account was overdue, with the accounts."""
    months: dict[Month, list[Evidence]] = {}
    for evidence, account in indexed("accounts", case.report.accounts):
        for month, symbol in symbols_by_month(account).items():
            if symbol in OVERDUE_SYMBOLS:
                months.setdefault(month, []).append(evidence)
    return months


def _plain(case: Case, series: Series) -> Words:
    return phrase(
        case, "series_plain", lender=series.institution, count=len(series.days),
        last=series.days[-1],
    )  # fmt: skip


_WITH_SERIES: Final = frozenset({"checks_nothing_open", "checks_after_settled"})


def _by_relationship(case: Case, reviews: Sequence[Series]) -> Iterator[Finding]:
    groups: dict[str, list[tuple[Series, tuple[Evidence, ...]]]] = {}
    for series in reviews:
        relation = case.facts.relationship(series.institution)
        name = _standing(case, series, relation)
        if name:
            end = _end_of(case, relation) if name in _WITH_SERIES and relation else None
            later = _since(series, end)
            groups.setdefault(name, []).append((later, (*later.evidence, *_proof(relation))))
    for name, found in groups.items():
        lenders = [series.legal_person for series, _ in found]
        evidence = [e for _, proof in found for e in proof]
        if name in _WITH_SERIES:
            told = listed([_plain(case, series) for series, _ in found])
            yield say(case.sentences, name, evidence, lenders, series=told)
        else:
            yield say(
                case.sentences,
                name,
                evidence,
                lenders,
                lenders=listed(list(dict.fromkeys(lenders))),
            )


def _since(series: Series, end: date | None) -> Series:
    """Return the looks after an end: those before it were made while business lived."""
    kept = [n for n, day in enumerate(series.days) if end is None or day > end]
    days = tuple(series.days[n] for n in kept)
    return replace(
        series, days=days, evidence=tuple(series.evidence[n] for n in kept),
        gaps=tuple((later - day).days for day, later in pairwise(days)),
    )  # fmt: skip


def _proof(relation: Relationship | None) -> tuple[Evidence, ...]:
    if relation is None:
        return ()
    return (*(tie.evidence for tie in relation.ties), *relation.ended, *relation.unsure)


def _standing(case: Case, series: Series, relation: Relationship | None) -> str | None:
    """Return which sentence fits a lender that checks, by what is open with it."""
    listed_agreements = case.facts.agreements_listed
    if relation is None or not (relation.ties or relation.ended or relation.unsure):
        known = relation is not None and relation.open is False
        return "checks_nothing_open" if known else "checks_unknown_open"
    if relation.open:
        if any(
            tie.kind in {"balance", "guarantee"} or tie.unused is False for tie in relation.ties
        ):
            return "checks_business_open"
        if any(tie.unused is None for tie in relation.ties):
            return None
        lines = any(tie.kind == "line" for tie in relation.ties)
        return "checks_unused_line" if lines else "checks_unused_card"
    if relation.unsure or (relation.open is None and listed_agreements):
        return "checks_unknown_open"  # a short name may mean the lender of the long one
    end = _end_of(case, relation)
    if end is None:
        return "checks_unknown_open"
    if series.days[-1] <= end:
        return "checks_before_end"
    return "checks_nothing_open" if listed_agreements else "checks_after_settled"


def _end_of(case: Case, relation: Relationship) -> date | None:
    """Return the day on which the last business with a lender had ended; None when not stated."""
    ends = []
    for evidence in relation.ended:
        record = record_of(case, evidence)
        if isinstance(record, Account):
            ends.append(record.closed_on)
        else:
            ends.append(getattr(record, "to_on", None) or getattr(record, "due_on", None))
    if not ends or any(end is None for end in ends):
        return None
    return max(latest_day(end) for end in ends if end is not None)


def _applications(case: Case) -> Iterator[Finding]:
    hard = case.facts.inquiries.hard
    half = hard[6].raw
    count = half.known or 0
    if half.missing:
        yield say(
            case.sentences, "hard_unclear", (*half.evidence, *half.missing),
            count=count, missing=len(half.missing),
        )  # fmt: skip
    elif count == 0:
        seen = tuple(e for e, _ in indexed("inquiries", case.report.inquiries))
        yield say(case.sentences, "hard_none", (header_evidence(), *seen))
    if count:
        level = (
            "hard_many" if count >= case.limit("hard_many")
            else "hard_some" if count >= case.limit("hard_some") else "hard_few"
        )  # fmt: skip
        yield say(
            case.sentences, level, hard[12].raw.evidence, lenders_of(case, half.evidence),
            m1=hard[1].raw.known or 0, m3=hard[3].raw.known or 0, m6=count,
            m12=hard[12].raw.known or 0,
            low=case.limit("hard_low"), high=case.limit("hard_high"),
        )  # fmt: skip
    distinct = hard[6].distinct.known or 0
    if 0 < distinct < count:
        yield say(case.sentences, "hard_repeats", half.evidence, raw=count, distinct=distinct)


def _other_looks(case: Case) -> Iterator[Finding]:
    own = case.facts.inquiries.own[24].raw
    if own.known:
        yield say(case.sentences, "own_looks", own.evidence, count=own.known)
    by_reason = case.facts.inquiries.by_reason
    for name, codes in (("semi_hard", ("22", "23", "25")), ("judicial_look", ("09",))):
        evidence = [e for c in codes if c in by_reason for e in by_reason[c][24].raw.evidence]
        if evidence:
            lenders = lenders_of(case, evidence)
            yield say(
                case.sentences, name, evidence, lenders, count=len(evidence),
                lenders=named(case, evidence),
            )  # fmt: skip
