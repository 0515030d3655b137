"""The closed lists of a credit report: kinds, sections, account states, inquiry reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ReportKind(StrEnum):
    """Which layout a report came in."""

    PBOC_SHORT_V1 = "pboc_short_v1"
    PBOC_SHORT_V2 = "pboc_short_v2"
    PBOC_DETAILED = "pboc_detailed"
    PBOC_GEN2 = "pboc_gen2"


class Section(StrEnum):
    """The heading (and group) of the report under which an account stands.

    The short version groups by whether an account was ever overdue; the detailed version and the
    lender's report group by type of account.
    """

    CARDS_OVERDUE = "cards_overdue"
    CARDS_OVERDRAFT = "cards_overdraft"
    CARDS_CLEAN = "cards_clean"
    LOANS_OVERDUE = "loans_overdue"
    LOANS_CLEAN = "loans_clean"
    HOUSING_LOANS_OVERDUE = "housing_loans_overdue"
    HOUSING_LOANS_CLEAN = "housing_loans_clean"
    OTHER_LOANS_OVERDUE = "other_loans_overdue"
    OTHER_LOANS_CLEAN = "other_loans_clean"
    OTHER_BUSINESS_OVERDUE = "other_business_overdue"
    OTHER_BUSINESS_CLEAN = "other_business_clean"
    DISPOSALS = "disposals"
    ADVANCES = "advances"
    RECOVERIES = "recoveries"
    NON_REVOLVING = "non_revolving"
    REVOLVING_DRAWDOWNS = "revolving_drawdowns"
    REVOLVING = "revolving"
    CARDS = "cards"
    QUASI_CARDS = "quasi_cards"


class AccountType(StrEnum):
    """Type of a credit account (借贷账户类型, dictionary 1022)."""

    COLLECTION = "C1"
    NON_REVOLVING = "D1"
    REVOLVING = "R1"
    CARD = "R2"
    QUASI_CARD = "R3"
    DRAWDOWN = "R4"


class AccountState(StrEnum):
    """State of an account (账户状态), decoded with its type: 4 is 呆账 (loan) or 销户 (card)."""

    NORMAL = "normal"
    OVERDUE = "overdue"
    SETTLED = "settled"
    CLOSED = "closed"
    BAD_DEBT = "bad_debt"
    TRANSFERRED = "transferred"
    COLLATERAL_SHORT = "collateral_short"
    FORCED_LIQUIDATION = "forced_liquidation"
    JUDICIAL_RECOVERY = "judicial_recovery"
    STOPPED_BY_BANK = "stopped_by_bank"
    FROZEN = "frozen"
    STOPPED = "stopped"
    NOT_ACTIVATED = "not_activated"
    IN_COLLECTION = "in_collection"
    ENDED = "ended"


_LOAN_STATES: Final = {
    "1": AccountState.NORMAL,
    "2": AccountState.OVERDUE,
    "3": AccountState.SETTLED,
    "4": AccountState.BAD_DEBT,
    "6": AccountState.COLLATERAL_SHORT,
    "8": AccountState.JUDICIAL_RECOVERY,
}
_CARD_STATES: Final = {
    "1": AccountState.NORMAL,
    "2": AccountState.FROZEN,
    "3": AccountState.STOPPED,
    "31": AccountState.STOPPED_BY_BANK,
    "4": AccountState.CLOSED,
    "5": AccountState.BAD_DEBT,
    "6": AccountState.NOT_ACTIVATED,
    "8": AccountState.JUDICIAL_RECOVERY,
}
STATES: Final = MappingProxyType(
    {
        AccountType.NON_REVOLVING: MappingProxyType(
            _LOAN_STATES | {"5": AccountState.TRANSFERRED, "7": AccountState.FORCED_LIQUIDATION}
        ),
        AccountType.REVOLVING: MappingProxyType(_LOAN_STATES | {"5": AccountState.STOPPED_BY_BANK}),
        AccountType.DRAWDOWN: MappingProxyType(_LOAN_STATES),
        AccountType.CARD: MappingProxyType(_CARD_STATES),
        AccountType.QUASI_CARD: MappingProxyType(_CARD_STATES),
        AccountType.COLLECTION: MappingProxyType(
            {"1": AccountState.IN_COLLECTION, "2": AccountState.ENDED}
        ),
    }
)
"""State of an account by its type and code. Source: dictionaries 1030 to 1034, grade C."""

OVER: Final = frozenset(
    {
        AccountState.SETTLED,
        AccountState.CLOSED,
        AccountState.TRANSFERRED,
        AccountState.ENDED,
        AccountState.FORCED_LIQUIDATION,
    }
)
"""States in which an account is no longer running. A card not activated is still a relationship."""


class ReasonClass(StrEnum):
    """What kind of look an inquiry is; the same classes fit the bureaux of other countries."""

    NEW_CREDIT = "new_credit"
    ACCOUNT_REVIEW = "account_review"
    GUARANTEE = "guarantee"
    OWN = "own"
    COLLECTION = "collection"
    JUDICIAL = "judicial"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """One inquiry reason (查询原因): code, words, class, whether lenders count it as hard."""

    code: str
    zh: str
    en: str
    reason_class: ReasonClass
    hard: bool


_NEW, _REVIEW, _GUARANTEE = (
    ReasonClass.NEW_CREDIT,
    ReasonClass.ACCOUNT_REVIEW,
    ReasonClass.GUARANTEE,
)
_OTHER = ReasonClass.OTHER
REASONS: Final = MappingProxyType(
    {
        reason.code: reason
        for reason in (
            Reason("01", "贷后管理", "post-loan management", _REVIEW, False),
            Reason("02", "贷款审批", "loan approval", _NEW, True),
            Reason("03", "信用卡审批", "credit-card approval", _NEW, True),
            Reason("05", "异议核查", "dispute check", _OTHER, False),
            Reason("08", "担保资格审查", "guarantor review", _GUARANTEE, True),
            Reason("09", "司法调查", "judicial investigation", ReasonClass.JUDICIAL, False),
            Reason("16", "公积金提取复核查询", "housing-fund withdrawal review", _OTHER, False),
            Reason("18", "股指期货开户", "index-futures account opening", _OTHER, False),
            Reason("19", "特约商户实名审查", "merchant real-name review", _OTHER, False),
            Reason("20", "保前审查", "pre-guarantee review", _GUARANTEE, True),
            Reason("21", "保后管理", "post-guarantee management", _REVIEW, False),
            Reason(
                "22", "法人代表、负责人、高管等资信审查", "review of a firm's head", _OTHER, False
            ),
            Reason("23", "客户准入资格审查", "customer admission review", _OTHER, False),
            Reason("24", "融资审批", "financing approval", _NEW, True),
            Reason("25", "资信审查", "credit-standing review", _OTHER, False),
            Reason("26", "额度审批", "credit-line approval", _NEW, True),
        )
    }
)
"""Reasons by code. Source: dictionary 1054 (grade C); hard ones: 02, 03, 08, 20, 24, 26."""

_BY_WORDS: Final = {reason.zh: reason for reason in REASONS.values()}


def reason_of(words: str) -> Reason | None:
    """Return the reason that a report's words name, or None when they are not in dictionary 1054.

    White space inside the words does not count, channels in brackets do not either. An own inquiry
    (本人查询) has no code and comes back with the code "".
    """
    told = "".join(words.split()).split("（")[0].split("(")[0]
    if told.startswith("本人查询"):
        return Reason("", "本人查询", "own inquiry", ReasonClass.OWN, False)
    return _BY_WORDS.get(told)


SYMBOLS: Final = MappingProxyType(
    {
        "#": "unknown",
        "*": "nothing due",
        "/": "no data",
        "N": "paid as due",
        "M": "paid late inside the month",
        "1": "1-30 days overdue",
        "2": "31-60 days overdue",
        "3": "61-90 days overdue",
        "4": "91-120 days overdue",
        "5": "121-150 days overdue",
        "6": "151-180 days overdue",
        "7": "more than 180 days overdue",
        "A": "no bill, billing day changed",
        "B": "bad debt",
        "C": "settled or closed",
        "D": "repaid by the guarantor",
        "G": "ended otherwise",
        "Z": "settled with assets",
    }
)
"""Monthly repayment symbols. Source: dictionaries 1036 to 1039, grade C; ``/`` from one source."""

OVERDUE_SYMBOLS: Final = frozenset("1234567")
"""Only digits are overdue: ``M`` is paid inside the month, ``#`` is unknown."""


class PublicKind(StrEnum):
    """Kind of a public record (公共信息)."""

    TAX_ARREARS = "tax_arrears"
    CIVIL_JUDGMENT = "civil_judgment"
    ENFORCEMENT = "enforcement"
    PENALTY = "penalty"
    HOUSING_FUND = "housing_fund"
    LOW_INCOME = "low_income"
    QUALIFICATION = "qualification"
    REWARD = "reward"
