"""Facts about looks at the file: windows, raw and distinct, and the rhythm of each institution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

from daihou.report.facts_lenders import legal_person
from daihou.report.facts_model import (
    WINDOWS,
    Evidence,
    Figure,
    InquiryFacts,
    Series,
    Window,
    Windows,
)
from daihou.report.facts_windows import indexed, is_within, months_between, window_start
from daihou.report.model import Inquiry, Report
from daihou.report.words import ReasonClass

Row = tuple[Evidence, Inquiry]


def inquiry_facts(report: Report, on: date) -> InquiryFacts:
    """Return the facts about looks at the file up to a day."""
    rows = indexed("inquiries", report.inquiries)
    own = [row for row in rows if row[1].own]
    others = [row for row in rows if not row[1].own]
    codes = dict.fromkeys(_reason_key(inquiry) for _, inquiry in others)
    hard_days = [i.on for _, i in others if i.hard and i.on is not None and i.on <= on]
    last_hard = max(hard_days, default=None)
    return InquiryFacts(
        by_class=MappingProxyType(
            {
                one: _windows(others, on, _is_class(one))
                for one in ReasonClass
                if one is not ReasonClass.OWN
            }
        ),
        by_reason=MappingProxyType(
            {code: _windows(others, on, _is_reason(code)) for code in codes}
        ),
        hard=_windows(others, on, _is_hard),
        hard_60_days=_window(others, on - timedelta(days=60), on, _is_hard),
        own=_windows(own, on, lambda _: True),
        series=_series(others, on),
        last_hard_on=last_hard,
        months_since_hard=None if last_hard is None else months_between(last_hard, on),
    )


def _reason_key(inquiry: Inquiry) -> str:
    return inquiry.reason_code or inquiry.reason


def _is_hard(inquiry: Inquiry) -> bool | None:
    return inquiry.hard


def _is_class(wanted: ReasonClass) -> Callable[[Inquiry], bool]:
    return lambda inquiry: inquiry.reason_class is wanted


def _is_reason(code: str) -> Callable[[Inquiry], bool]:
    return lambda inquiry: _reason_key(inquiry) == code


def _windows(rows: list[Row], on: date, test: Callable[[Inquiry], bool | None]) -> Windows:
    return MappingProxyType(
        {months: _window(rows, window_start(on, months), on, test) for months in WINDOWS}
    )


def _window(
    rows: list[Row], after: date, on: date, test: Callable[[Inquiry], bool | None]
) -> Window:
    """Return the inquiries that pass a test and lie in a window.

    An inquiry is missing when its day or the test's answer is unknown and the other does not rule
    it out.
    """
    inside: list[Row] = []
    missing: list[Row] = []
    for evidence, inquiry in rows:
        answers = (test(inquiry), is_within(inquiry.on, after, on))
        if False not in answers:
            (missing if None in answers else inside).append((evidence, inquiry))
    first_looks: dict[tuple[str, str, int, int], Evidence] = {}
    for evidence, inquiry in inside:
        assert inquiry.on is not None
        key = (inquiry.institution, _reason_key(inquiry), inquiry.on.year, inquiry.on.month)
        first_looks.setdefault(key, evidence)
    unknown = tuple(evidence for evidence, _ in missing)
    return Window(
        after,
        Figure(len(inside), tuple(evidence for evidence, _ in inside), unknown),
        Figure(len(first_looks), tuple(first_looks.values()), unknown),
        tuple(dict.fromkeys(inquiry.institution for _, inquiry in inside)),
    )


def _series(rows: list[Row], on: date) -> tuple[Series, ...]:
    groups: dict[tuple[str, str], list[tuple[date, Evidence, Inquiry]]] = defaultdict(list)
    for evidence, inquiry in rows:
        if inquiry.on is not None and inquiry.on <= on:
            key = (inquiry.institution, _reason_key(inquiry))
            groups[key].append((inquiry.on, evidence, inquiry))
    found = []
    for looks in groups.values():
        looks.sort(key=lambda look: look[:2])
        days, first = tuple(look[0] for look in looks), looks[0][2]
        gaps = tuple((b - a).days for a, b in pairwise(days))
        records = tuple(look[1] for look in looks)
        found.append(
            Series(first.institution, legal_person(first.institution), first.reason,
                   first.reason_code, first.reason_class, days, gaps, records)
        )  # fmt: skip
    return tuple(found)
