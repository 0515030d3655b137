"""Numbers of everything that can be wrong with a row handed over; a number is never used twice.

Numbers from Q101 belong to the row rules of the contracts.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

MISSING = "Q001"
NOT_A_DATE = "Q002"
NOT_A_NUMBER = "Q003"
BETWEEN_UNITS = "Q004"
OUT_OF_BOUNDS = "Q005"
UNKNOWN_CODE = "Q006"
NOT_A_BOOLEAN = "Q007"
BAD_ID = "Q008"
DAMAGED_ID = "Q009"
TEXT_TOO_LONG = "Q010"
EXPRESSION_FAILED = "Q011"
UNKNOWN_CURRENCY = "Q012"
FILTER_UNKNOWN = "Q013"
FIELD_COUNT = "Q020"
BAD_QUOTES = "Q021"
BAD_BYTES = "Q022"
LINE_TOO_LONG = "Q023"
REPEATED_ROW = "Q030"
CONFLICTING_KEY = "Q031"
LANDED_ELSEWHERE = "Q032"

CODES: Final = MappingProxyType(
    {
        MISSING: "a value that the contract needs is missing",
        NOT_A_DATE: "the value is no day of the calendar in any of the mapping's formats",
        NOT_A_NUMBER: "the value is not a number",
        BETWEEN_UNITS: "the number falls between two units (half a fen), and rounding was not "
        "asked for",
        OUT_OF_BOUNDS: "the value is outside the contract's bounds: a wrong unit, sign or year",
        UNKNOWN_CODE: "the code is neither in the mapping's codes nor a word of the contract",
        NOT_A_BOOLEAN: "the value is neither yes nor no",
        BAD_ID: "the id is longer than 128 signs or holds a control sign",
        DAMAGED_ID: "the id was turned into a rounded number by a spreadsheet (6.22E+15)",
        TEXT_TOO_LONG: "the text is longer than 4,000 signs",
        EXPRESSION_FAILED: "the mapping's expression could not be computed for this row",
        UNKNOWN_CURRENCY: "the amount's currency is unknown, so its minor unit is too",
        FILTER_UNKNOWN: "the mapping's filter says neither yes nor no for this row",
        FIELD_COUNT: "the line has more or fewer fields than the header",
        BAD_QUOTES: "quotation marks in the line do not match",
        BAD_BYTES: "the line holds bytes that are not text in the file's encoding",
        LINE_TOO_LONG: "the line is longer than 1 MiB",
        REPEATED_ROW: "an equal row stands earlier in the file",
        CONFLICTING_KEY: "rows with this key say different things: none of them is taken",
        LANDED_ELSEWHERE: "a row with this key was landed from another file",
    }
)
"""Meaning of every intake number."""
