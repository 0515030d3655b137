"""Code tables (数据字典) of the second-generation report: words in two languages, with source.

Two lists, both read from public code (grade C), are joined; where they differ the first one's
words lead and the other's are kept. The bureau's own standard was not to be had. Last checked on
2026-11-25.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.report.dictionaries_account import ACCOUNT
from daihou.report.dictionaries_person import PERSON

SOURCES: Final = MappingProxyType(
    {
        "S": "github.com/mnwyl123/SmartQUERY, ObjectUtil.java, commit a8cd8258 (2019-2020)",
        "U": "github.com/xyy15926/ubears, pboc_conf.py (2024), and readers that agree with it",
    }
)


class Word(NamedTuple):
    """One code: its words, which ``SOURCES`` have it, other words where those disagree."""

    code: str
    zh: str
    en: str
    sources: str
    other: str = ""
    grade: str = "C"


class Table(NamedTuple):
    """One numbered dictionary, such as 1022 借贷账户类型."""

    no: str
    zh: str
    en: str
    words: Mapping[str, Word]


def _tables(*texts: str) -> Mapping[str, Table]:
    tables: dict[str, Table] = {}
    rows: dict[str, Word] = {}
    for line in "".join(texts).splitlines():
        cells = line.removeprefix("= ").split("|")
        if line.startswith("= "):
            rows = {}
            tables[cells[0]] = Table(cells[0], cells[1], cells[2], MappingProxyType(rows))
        else:
            rows[cells[0]] = Word(*cells)
    return MappingProxyType(tables)


def _plain(zh: str) -> str:
    """Return words without white space and with one kind of brackets, to compare them."""
    return "".join(zh.split()).replace("(", "（").replace(")", "）")


TABLES: Final = _tables(PERSON, ACCOUNT)
"""Every dictionary by its number; ``company`` is the business of a company in PD03AD02."""

_CODES: Final = MappingProxyType(
    {
        no: MappingProxyType(
            {_plain(word.other): word.code for word in table.words.values() if word.other}
            | {_plain(word.zh): word.code for word in table.words.values()}
        )
        for no, table in TABLES.items()
    }
)


def words(table: str, code: str) -> str | None:
    """Return the Chinese words of a code, or None when the table does not have it."""
    word = TABLES[table].words.get(code)
    return None if word is None else word.zh


def english(table: str, code: str) -> str | None:
    """Return the English words of a code, or None when the table does not have it."""
    word = TABLES[table].words.get(code)
    return None if word is None else word.en


def code_of(table: str, zh: str) -> str | None:
    """Return the code of Chinese words, as either source spells them, or None.

    身份证 is 10: the 0 of the first generation has the same words.
    """
    return _CODES[table].get(_plain(zh))
