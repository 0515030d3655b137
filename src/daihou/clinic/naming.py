"""Names of records, sums in words, and other small phrases that several checkers need."""

from __future__ import annotations

from collections.abc import Iterable

from daihou.clinic.model import Case, Words
from daihou.clinic.say import Slot, filled, listed
from daihou.report.facts_lenders import legal_person
from daihou.report.facts_model import Evidence, Figure


def record_of(case: Case, evidence: Evidence) -> object:
    """Return the record that evidence points at; the header for all that is no list."""
    rows = getattr(case.report, evidence.kind, None)
    return rows[evidence.index] if isinstance(rows, tuple) else case.report.header


def lender_of(case: Case, evidence: Evidence) -> str:
    """Return the legal person that a record names, empty where it names none."""
    return legal_person(str(getattr(record_of(case, evidence), "institution", "")))


def lenders_of(case: Case, evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the lenders that records name, each once, in order."""
    return tuple(dict.fromkeys(name for e in evidence if (name := lender_of(case, e))))


def named(case: Case, evidence: Iterable[Evidence]) -> Words:
    """Return the lenders of records as a list in words."""
    return listed(lenders_of(case, evidence))


def phrase(case: Case, name: str, **slots: Slot) -> Words:
    """Return a phrase of the files with its slots filled."""
    told = filled(case.sentences.phrases[name], slots)
    return Words(told["zh"], told["en"])


def yuan(case: Case, figure: Figure) -> Words:
    """Return an amount in words, "at least" where some records state nothing."""
    if figure.known is None or (figure.missing and not figure.known):
        return phrase(case, "not_stated")
    return phrase(case, "at_least" if figure.missing else "yuan", amount=figure.known)


def exact(case: Case, amount: int) -> Words:
    """Return a known amount in words."""
    return phrase(case, "yuan", amount=amount)


def header_evidence(field: str = "report_at") -> Evidence:
    """Return evidence that points at the head of the report."""
    return Evidence("header", 0, field)
