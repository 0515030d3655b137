"""A person's report on the table: every checker is asked, and findings come by weight."""

from __future__ import annotations

from datetime import date

from daihou.clinic.check_adverse import adverse_findings
from daihou.clinic.check_credit import credit_findings
from daihou.clinic.check_inquiries import inquiry_findings
from daihou.clinic.model import Case, Examination, Finding, Sentences
from daihou.clinic.plan import plan_of, what_if_of
from daihou.report.facts import facts_of
from daihou.report.model import Report


def examine(
    report: Report,
    sentences: Sentences,
    *,
    on: date | None = None,
    older: Report | None = None,
) -> Examination:
    """Return what can be said of a report on a day (by default its own), heaviest first.

    Raises: ValueError when neither a day is given nor the report has one.
    """
    case = Case(report, facts_of(report, on), sentences, older)
    findings = findings_of(case)
    plan = plan_of(case, findings)
    return Examination(case.facts, findings, plan, what_if_of(case, plan), sentences)


def findings_of(case: Case) -> tuple[Finding, ...]:
    """Return what is found, heaviest first, without plan and what-if: all that a table needs."""
    found = [*inquiry_findings(case), *adverse_findings(case), *credit_findings(case)]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.id)))
