"""Sentences of related repayment liabilities (相关还款责任): guarantor, co-borrower."""

from __future__ import annotations

import re
from typing import Any, Final

from daihou.report.model import Liability, Unmatched
from daihou.report.short.clauses import DAY, WHEN, YUAN, currency_of, day_of, when_of, yuan_of
from daihou.report.short.passage import LONGEST, Passage, PassagePlaces

_SENTENCE: Final = re.compile(
    rf"^(?P<opened_on>{DAY})，为(?P<debtor>.+?)"
    r"（证件类型：(?P<debtor_id_type>[^，]+?)，证件号码：(?P<debtor_id_no>[^）]+)）"
    r"在(?P<institution>[^，。]+?)(?:办理|开立|发放|提供)的(?P<type>[^，。]+?)"
    rf"(?:承担相关还款责任，责任人类型为(?P<role>[^，。]+)，相关还款责任金额(?:为)?(?P<amount>{YUAN})"
    rf"|提供担保，担保(?:贷款)?合同金额{YUAN}，担保金额(?P<guaranteed>{YUAN}))(?:元)?"
    r"(?:（保证合同编号：(?P<contract_no>[^）]*)）)?"
    rf"(?:[。，]截至(?P<as_of>{WHEN})，(?:担保)?(?:[^，。]{{0,6}}?)(?:本金)?余额(?:为)?"
    rf"(?P<balance>{YUAN})(?:（(?P<currency>[^）]+)）)?)?。?"
)
"""The second generation's sentence (grade C) and the first's (提供担保, grade M)."""


def read_liability(passage: Passage, no: int | None) -> tuple[Liability | None, list[Unmatched]]:
    """Return the liability that a sentence tells about, and what of it was not understood."""
    match = _SENTENCE.match(passage.text) if len(passage.text) <= LONGEST else None
    if match is None:
        return None, [Unmatched(passage.page, passage.text)]
    groups = match.groupdict()
    guarantor = groups.pop("guaranteed")
    amount = guarantor or groups["amount"]
    try:
        values: dict[str, Any] = {
            name: groups[name]
            for name in ("debtor", "debtor_id_type", "debtor_id_no", "institution", "type")
        } | {
            "opened_on": day_of(groups["opened_on"]),
            "role": groups["role"] or "保证人",
            "amount": yuan_of(amount),
            "contract_no": groups["contract_no"] or None,
            "as_of": when_of(groups["as_of"]) if groups["as_of"] else None,
            "balance": yuan_of(groups["balance"]) if groups["balance"] else None,
        }
    except ValueError:
        return None, [Unmatched(passage.page, passage.text)]
    left = [Unmatched(passage.page, passage.text[match.end() :])]
    words = groups["currency"] or "人民币"
    values["currency"] = currency_of(words)
    if values["currency"] is None:
        left.append(Unmatched(passage.page, words))
    spans = {
        "amount" if name == "guaranteed" else name: match.span(name)
        for name, text in match.groupdict().items()
        if text
    }
    places = PassagePlaces(
        {"": (passage, 0, len(passage.text))}
        | {name: (passage, *span) for name, span in spans.items()}
    )
    liability = Liability(no=no, text=passage.text, places=places, **values)
    return liability, [part for part in left if part.text]
