"""Account sentences of the short report: cards, loans, lines, debt that others took over."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from daihou.report.model import Account, Unmatched
from daihou.report.short.clauses import (
    DAY,
    YUAN,
    Found,
    currency_of,
    day_of,
    read_clauses,
    yuan_of,
)
from daihou.report.short.passage import LONGEST, Passage, PassagePlaces
from daihou.report.words import AccountState, AccountType, Section

_OPENED: Final = rf"^(?P<opened_on>{DAY})"
_CARD: Final = re.compile(
    _OPENED + r"(?P<institution>.+?)(?:发放|办理|提供)的(?P<type>贷记卡|准贷记卡|大额专项分期卡)"
    r"（(?P<currency>[^（），]*?)账户(?:，卡片尾号：?(?P<card_tail>\w+))?）"
)
_LOAN: Final = re.compile(
    _OPENED + rf"(?P<institution>.+?)(?:发放|办理|开立|提供)的(?P<amount>{YUAN})元"
    r"（(?P<currency>[^（）]+)）(?P<type>[^，。]+)"
)
_LINE: Final = re.compile(
    _OPENED + r"(?P<institution>[^，。]+)为(?P<type>[^为，。]+)授信(?=[，。])"
)
_DISPOSAL: Final = re.compile(_OPENED + r"(?P<institution>[^，。]+?)接收债权")
_ADVANCE: Final = re.compile(
    _OPENED + rf"(?:以来)?(?P<institution>[^，。]+?)累计(?:代偿|垫款)金额(?:为)?(?P<amount>{YUAN})"
)


class Head(NamedTuple):
    """How a sentence begins, and which type of account it then tells about."""

    pattern: re.Pattern[str]
    account_type: AccountType | None
    type: str | None = None


_CARD_HEAD: Final = Head(_CARD, AccountType.CARD)
_LOAN_HEAD: Final = Head(_LOAN, AccountType.NON_REVOLVING)
_LINE_HEAD: Final = Head(_LINE, AccountType.REVOLVING)
_DISPOSAL_HEAD: Final = Head(_DISPOSAL, AccountType.COLLECTION, "资产处置")
_ADVANCE_HEAD: Final = Head(_ADVANCE, AccountType.COLLECTION, "代偿债务")
_CARDS_FIRST: Final = (_CARD_HEAD, _LOAN_HEAD, _LINE_HEAD)
_LOANS_FIRST: Final = (_LOAN_HEAD, _LINE_HEAD, _CARD_HEAD)

_CLEAN: Final = frozenset(section for section in Section if section.endswith("_clean"))


def read_account(
    passage: Passage, section: Section, no: int | None
) -> tuple[Account | None, list[Unmatched]]:
    """Return the account that a sentence tells about, and what of it was not understood.

    The account is None when not even the beginning is understood; the whole text is then returned.
    """
    for head in _heads(section) if len(passage.text) <= LONGEST else ():
        match = head.pattern.match(passage.text)
        if match is None:
            continue
        try:
            return _account(passage, section, no, head, match)
        except ValueError:  # no such day: the sentence cannot be trusted
            break
    return None, [Unmatched(passage.page, passage.text)]


def _heads(section: Section) -> tuple[Head, ...]:
    if section is Section.DISPOSALS:
        return (_DISPOSAL_HEAD, _ADVANCE_HEAD)
    if section is Section.ADVANCES:
        return (_ADVANCE_HEAD, _DISPOSAL_HEAD)
    return _CARDS_FIRST if section.startswith("cards") else _LOANS_FIRST


def _account(
    passage: Passage, section: Section, no: int | None, head: Head, match: re.Match[str]
) -> tuple[Account, list[Unmatched]]:
    groups = match.groupdict()
    values: dict[str, Any] = {
        "opened_on": day_of(groups["opened_on"]),
        "institution": groups["institution"],
        "type": groups.get("type") or head.type,
    }
    found = Found(values, {}, [])
    if groups.get("amount"):
        values["amount"] = yuan_of(groups["amount"])
    if groups.get("card_tail"):
        values["card_tail"] = groups["card_tail"]
    if groups.get("currency"):
        values["currency"] = currency_of(groups["currency"])
        if values["currency"] is None:
            del values["currency"]
            found.left.append(groups["currency"])
    found.spans.update({name: match.span(name) for name in groups if name in values})
    read_clauses(passage, match.end(), found)
    values["account_type"] = _account_type(head, values)
    _conclude(section, values)
    places = PassagePlaces(
        {"": (passage, 0, len(passage.text))}
        | {name: (passage, *span) for name, span in found.spans.items()}
    )
    account = Account(section=section, no=no, text=passage.text, places=places, **values)
    return account, [Unmatched(passage.page, text) for text in found.left]


def _account_type(head: Head, values: dict[str, Any]) -> AccountType | None:
    if head is _CARD_HEAD:
        quasi = values["type"] == "准贷记卡"
        return AccountType.QUASI_CARD if quasi else AccountType.CARD
    return head.account_type


def _conclude(section: Section, values: dict[str, Any]) -> None:
    """Add what the group and the sentence together say: never overdue, state of the account."""
    loan = values["account_type"] in (AccountType.NON_REVOLVING, AccountType.REVOLVING)
    if section in _CLEAN:
        values.setdefault("overdue_now", False)
        values.setdefault("months_overdue_5y", 0)
        values.setdefault("months_overdue_90_5y", 0)
    if "overdue_amount" in values:
        values.setdefault("overdue_now", bool(values["overdue_amount"]))
    if "state" in values:
        return
    if values["account_type"] is AccountType.COLLECTION:
        values["state"] = AccountState.IN_COLLECTION
    elif loan and values.get("overdue_now"):
        values["state"] = AccountState.OVERDUE
    else:
        values["state"] = AccountState.NORMAL
