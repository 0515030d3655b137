"""Letters that go with a plan, filled from the report as far as it states; the rest is blank."""

from __future__ import annotations

import re
from typing import Final

from daihou.clinic.model import Examination, Letter
from daihou.clinic.say import clean
from daihou.report.facts_lenders import legal_person
from daihou.report.facts_model import Evidence
from daihou.report.model import Report
from daihou.report.words import ReasonClass

Proof = tuple[Evidence, ...]
BLANK: Final = "＿＿"
_DATES: Final = 6
"""Days named in a letter; the report has them all."""
_UNSAFE: Final = re.compile(r"[^\w（）()-]+")


def letters_for(examination: Examination, report: Report, lang: str) -> tuple[Letter, ...]:
    """Return one letter for each lender and kind that the plan names, in the plan's order."""
    wanted: dict[tuple[str, str], list[Evidence]] = {}
    for step in examination.plan:
        for kind in step.letters:
            for lender in step.lenders or ("",):
                wanted.setdefault((kind, lender), []).extend(step.evidence)
    return tuple(
        _letter(examination, report, lang, (kind, lender, tuple(proof)))
        for (kind, lender), proof in wanted.items()
    )


def _letter(
    examination: Examination, report: Report, lang: str, wanted: tuple[str, str, Proof]
) -> Letter:
    kind, lender, proof = wanted
    words = examination.sentences.letters[kind]
    # Only looks that the findings are about: those from while business lived are no question.
    looks = [report.inquiries[e.index] for e in dict.fromkeys(proof) if e.kind == "inquiries"]
    days = sorted(
        look.on
        for look in looks
        if look.on is not None
        and look.reason_class is ReasonClass.ACCOUNT_REVIEW
        and legal_person(look.institution) == lender
    )
    shown = "、".join(day.isoformat() for day in days[-_DATES:])
    head = report.header
    slots = {
        "lender": clean(lender) or BLANK,
        "name": clean(head.name or "") or BLANK,
        "id_no": clean(head.id_no or "") or BLANK,
        "report_no": clean(head.report_no or "") or BLANK,
        "dates": shown or BLANK,
    }
    title, body = getattr(words.title, lang), getattr(words.body, lang)
    safe = _UNSAFE.sub("_", f"{kind}-{clean(lender)}"[:60]).strip("_-") or kind
    return Letter(lang, f"{safe}-{lang}.txt", title, f"{title}\n\n{body.format_map(slots)}")
