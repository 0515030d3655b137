"""The lender's and regulator's words as closed lists, and the buckets of days past due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Product(StrEnum):
    """What was lent (产品)."""

    INSTALMENT_LOAN = "instalment_loan"
    REVOLVING_LINE = "revolving_line"
    CARD = "card"
    MORTGAGE = "mortgage"
    BUSINESS_LOAN = "business_loan"


class Bucket(StrEnum):
    """Stage of arrears by days past due (逾期期数), as collections departments count it."""

    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6"
    M7 = "M7"


class AssetClass(StrEnum):
    """Five-category classification (五级分类), best first."""

    PASS = "pass"
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"


class Verdict(StrEnum):
    """What a signal says of a subject; ``unknown`` is never a synonym of ``no_hit``."""

    HIT = "hit"
    NO_HIT = "no_hit"
    UNKNOWN = "unknown"
    SNOOZED = "snoozed"
    ERROR = "error"


class Level(StrEnum):
    """Weight of a signal or watch level (黄橙红), lightest first."""

    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class SubjectKind(StrEnum):
    """What a signal or decision is about."""

    ACCOUNT = "account"
    CUSTOMER = "customer"


class Treatment(StrEnum):
    """What the night may propose (处置); people carry it out."""

    WATCH = "watch"
    LIST_GREY = "list_grey"
    LIST_BLACK = "list_black"
    LIST_WHITE = "list_white"
    LINE_FREEZE = "line_freeze"
    LINE_CUT = "line_cut"
    CASE_COLLECTION = "case_collection"
    CASE_REVIEW = "case_review"
    OFFER = "offer"


class Severity(StrEnum):
    """What a problem does: ``reject`` quarantines the row, ``warn`` keeps it and says so."""

    REJECT = "reject"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row or file: returned, never raised.

    ``code`` is ``Q`` and three digits; ``place`` is the column or file part; ``source_row`` is the
    row's number in the source file (first data row is 1), or None when it concerns the whole file.
    """

    code: str
    place: str
    message: str
    source_row: int | None = None


def bucket_of(dpd: int) -> Bucket:
    """Return the bucket of a number of days past due.

    Units: days. 0 is M0, 1–30 M1, 31–60 M2, … 151–180 M6, 181 and more M7.
    Source: PBOC monthly status digits 1–7 have the same borders (dictionary 1026, grade C).
    """
    return Bucket(f"M{min((max(dpd, 0) + 29) // 30, 7)}")
