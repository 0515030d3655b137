"""Texts of elements as values, and values as texts: one place for both directions."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from daihou.report.dictionaries import TABLES, code_of, words
from daihou.report.gen2.layout import Kind, Leaf
from daihou.report.values import Month
from daihou.report.words import SYMBOLS, AccountType

Value = str | int | date | datetime | Month | None
NOTHING: Final = "--"
"""What stands for a number or day that does not exist."""

_DAY: Final = re.compile(r"(\d{4})([-./]?)(\d{2})\2(\d{2})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})[-./]?(\d{2})", re.ASCII)
_WHOLE: Final = re.compile(r"-?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0{1,2})?", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", re.ASCII)


@lru_cache(maxsize=4096)
def day_of(text: str) -> date:
    """Return a day written ``2015-03-05``, with dots or strokes, or without. Raises: ValueError."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[3]), int(found[4]))


@lru_cache(maxsize=1024)
def month_of_text(text: str) -> Month:
    """Return a month written ``2015-03``. Raises: ValueError."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12 or found[1] == "0000":
        raise ValueError(text)
    return Month(int(found[1]), int(found[2]))


def number_of(text: str) -> int:
    """Return a whole number; one with a broken part is refused, not cut. Raises: ValueError."""
    if _WHOLE.fullmatch(text) is None:
        raise ValueError(text)
    return int(text.partition(".")[0].replace(",", ""))


def value_of(leaf: Leaf, text: str) -> Value:
    """Return the value that an element's text stands for. Raises: ValueError."""
    kind = leaf.kind
    if kind is Kind.TEXT or kind is Kind.CODE:
        return text
    if kind is Kind.WORDS:
        return words(leaf.table, text) or text
    if text == NOTHING:
        return None
    if kind is Kind.YUAN or kind is Kind.COUNT:
        return number_of(text)
    if kind is Kind.DATE:
        return day_of(text)
    if kind is Kind.MONTH:
        return month_of_text(text)
    if kind is Kind.WHEN:
        return month_of_text(text) if len(text) < 8 else day_of(text)
    if _TIME.fullmatch(text) is None:
        raise ValueError(text)
    return datetime.fromisoformat(text)


def is_known(leaf: Leaf, text: str) -> bool:
    """Return whether a code is in its table; words in place of a code are known too."""
    if not leaf.table:
        return True
    if leaf.table == "symbol":
        return text in SYMBOLS
    known = text in TABLES[leaf.table].words
    return known or (leaf.kind is Kind.WORDS and code_of(leaf.table, text) is not None)


def text_of_value(leaf: Leaf, value: Value) -> str:
    """Return the text of a value, the inverse of ``value_of``; none is the empty text."""
    if value is None:
        return ""
    if leaf.kind is Kind.WORDS:
        return code_of(leaf.table, str(value)) or str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, AccountType):
        return value.value
    return str(value)
