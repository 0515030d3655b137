"""Which element of the second generation holds which value: one table for reader and writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from daihou.report.fields import PUBLIC_FIELDS, Unit
from daihou.report.model import (
    Annotation,
    LargeInstalment,
    MonthState,
    SpecialEvent,
    SpecialTransaction,
)
from daihou.report.person import OtherId, Phone
from daihou.report.words import PublicKind


class Kind(StrEnum):
    """How the text of an element becomes a value: the last letter before its number, refined.

    ``code`` stays a code, ``words`` becomes the words of its table, ``when`` is a day or a month.
    """

    TEXT = "text"
    CODE = "code"
    WORDS = "words"
    DATE = "date"
    MONTH = "month"
    WHEN = "when"
    INSTANT = "instant"
    YUAN = "yuan"
    COUNT = "count"


class Leaf(NamedTuple):
    """One element: the name of its value in the model, how it is read, its dictionary."""

    element: str
    name: str
    kind: Kind
    table: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list inside a segment: its name in the model, its counter, its repeated element."""

    name: str
    counter: str
    element: str
    leaves: Mapping[str, Leaf]
    record: Any
    needed: Mapping[str, str] = field(default_factory=dict)
    """What the model cannot leave out, and what stands for it when the file does."""


class Segment(NamedTuple):
    """One segment, such as PD01A: its values and at most one list."""

    leaves: Mapping[str, Leaf]
    rows: Rows | None = None


_KINDS: Final = {
    "I": Kind.TEXT, "Q": Kind.TEXT, "D": Kind.CODE, "R": Kind.DATE, "J": Kind.YUAN,
    "S": Kind.COUNT,
}  # fmt: skip


_NAMED: Final = frozenset(kind.value for kind in Kind)


def leaves(head: str, told: str) -> Mapping[str, Leaf]:
    """Return leaves from lines ``AD01 name [kind] [table]`` of one segment.

    The letter says the kind unless one is given; a table alone means a code of that table.
    """
    found = {}
    for line in told.strip().splitlines():
        tail, name, *rest = line.split()
        kind = _KINDS[tail[-3]]
        if rest and rest[0] in _NAMED:
            kind = Kind(rest.pop(0))
        found[head + tail] = Leaf(head + tail, name, kind, *rest)
    return MappingProxyType(found)


def notes(head: str) -> Segment:
    """Return the segment Z (标注及声明) of a group."""
    return Segment(
        MappingProxyType({}),
        Rows(
            "annotations", f"{head}ZS01", f"{head}ZH",
            leaves(f"{head}Z", "D01 code 1041\nQ01 text\nR01 on"),
            Annotation, {"code": "", "text": ""},
        ),
    )  # fmt: skip


def _rows(told: str, item: str, record: Any, needed: Mapping[str, str] | None = None) -> Rows:
    """Return the list whose counter and element are ``told`` (``name head counter``)."""
    name, head, counter = told.split()
    return Rows(name, head + counter, f"{head}H", leaves(head, item), record, needed or {})


_NONE: Final[Mapping[str, Leaf]] = MappingProxyType({})
HEADER: Final = MappingProxyType(
    {
        "PA01A": Segment(leaves("PA01A", "I01 report_no\nR01 report_at instant")),
        "PA01B": Segment(leaves("PA01B", """
            Q01 name
            D01 id_type words 3005
            I01 id_no
            I02 inquirer
            D02 reason_code 1054
            I03 operator""")),
        "PA01C": Segment(_NONE, _rows(
            "other_ids PA01C S01", "D01 id_type words 3005\nI01 id_no", OtherId,
            {"id_type": "", "id_no": ""})),
        "PA01D": Segment(leaves("PA01D", "Q01 flag\nQ02 phone\nR01 from_on\nR02 to_on")),
        "PA01E": Segment(leaves("PA01E", "S01 disputes")),
    }
)  # fmt: skip
IDENTITY: Final = MappingProxyType(
    {
        "PB01A": Segment(leaves("PB01A", """
            D01 sex words 1002
            R01 born_on
            D02 education words 1005
            D03 degree words 1006
            D04 employment words 1007
            Q01 email
            Q02 mailing_address
            D05 nationality text
            Q03 registered_address""")),
        "PB01B": Segment(_NONE, _rows(
            "phones PB01B S01", "Q01 number\nR01 updated_on", Phone, {"number": ""})),
    }
)  # fmt: skip
MARRIAGE: Final = Segment(leaves("PB020", """
    D01 marital words 1008
    Q01 name
    D02 id_type words 3005
    I01 id_no
    Q02 employer
    Q03 phone"""))  # fmt: skip
RESIDENCE: Final = Segment(leaves("PB030", """
    D01 status words 1009
    Q01 address
    Q02 phone
    R01 updated_on"""))  # fmt: skip
OCCUPATION: Final = Segment(leaves("PB040", """
    D01 employment words 1007
    Q01 employer
    D02 employer_kind words 1010
    D03 industry words 1011
    Q02 address
    Q03 phone
    D04 occupation words 1012
    D05 duty words 1013
    D06 title words 1014
    R01 since_year count
    R02 updated_on"""))  # fmt: skip
SCORE: Final = Segment(
    leaves("PC010", "Q01 value count\nQ02 position\nS01 reasons\nD01 reason 1015")
)
ACCOUNT: Final = MappingProxyType(
    {
        "PD01A": Segment(leaves("PD01A", """
            I01 account_no
            D01 account_type 1022
            D02 institution_type words 1021
            I02 institution
            I03 account_mark
            I04 agreement_no
            D03 business_code 1023
            R01 opened_on
            D04 currency text
            J01 amount
            J02 limit
            J03 shared_limit
            R02 due_on
            D05 repayment_method_code 1024
            D06 repayment_frequency_code 1025
            S01 terms
            D07 guarantee_code 1026
            D08 disbursement_code 1027
            D09 joint_code 1028
            D10 transfer_state_code 1029""")),
        "PD01B": Segment(leaves("PD01B", """
            D01 state_code text
            R01 closed_on when
            R04 transferred_in month
            J01 balance
            R02 last_paid_on
            J02 last_paid
            D03 class_code 1035
            D04 latest_symbol symbol
            R03 as_of when""")),
        "PD01C": Segment(leaves("PD01C", """
            R01 month month
            D01 state_code text
            J01 balance
            J02 used
            J03 unbilled_instalments
            D02 class_code 1035
            S01 terms_left
            R02 settlement_on
            J04 due_this_month
            J05 paid_this_month
            R03 last_paid_on
            S02 terms_overdue
            J06 overdue_amount
            J07 overdue_31_60
            J08 overdue_61_90
            J09 overdue_91_180
            J10 overdue_over_180
            J11 overdraft_over_180
            J12 used_average_6m
            J13 used_average_6m
            J14 used_max
            J15 used_max
            R04 as_of when""")),
        "PD01D": Segment(
            leaves("PD01D", "R01 history_from month\nR02 history_to month"),
            Rows("history", "", "PD01DH",
                 leaves("PD01D", "R03 month month\nD01 symbol symbol"), MonthState,
                 {"symbol": ""})),
        "PD01E": Segment(
            leaves("PD01E", "R01 overdue_from month\nR02 overdue_to month"),
            Rows("overdue_months", "PD01ES01", "PD01EH",
                 leaves("PD01E", "R03 month month\nD01 symbol symbol\nJ01 overdue"), MonthState,
                 {"symbol": ""})),
        "PD01F": Segment(_NONE, _rows(
            "special_transactions PD01F S01",
            "D01 code 1040\nR01 on\nS02 months_changed\nJ01 amount\nQ01 detail",
            SpecialTransaction, {"code": ""})),
        "PD01G": Segment(_NONE, _rows(
            "special_events PD01G S01", "D01 code 1056\nR01 month month", SpecialEvent,
            {"code": ""})),
        "PD01H": Segment(_NONE, _rows(
            "large_instalments PD01H S01", "J01 limit\nR01 from_on\nR02 to_on\nJ02 used",
            LargeInstalment)),
        "PD01Z": notes("PD01"),
    }
)  # fmt: skip
AGREEMENT: Final = MappingProxyType(
    {
        "PD02A": Segment(leaves("PD02A", """
            I01 agreement_no
            D01 institution_type words 1021
            I02 institution
            I03 agreement_mark
            D02 use_code 1042
            J01 limit
            D03 currency text
            R01 from_on
            R02 to_on
            D04 state_code 1057
            J04 used
            J03 cap
            I04 cap_no""")),
        "PD02Z": notes("PD02"),
    }
)  # fmt: skip
LIABILITY: Final = MappingProxyType(
    {
        "PD03A": Segment(leaves("PD03A", """
            D08 debtor_kind_code 3004
            D01 institution_type words 1021
            Q01 institution
            D02 business_code text
            R01 opened_on
            R02 due_on
            D03 role words 1044
            Q02 contract_no
            J01 amount
            D04 currency text
            J02 balance
            D05 class_code 1035
            D06 account_type 1022
            D07 state_symbol symbol
            S01 months_overdue
            R03 as_of when""")),
        "PD03Z": notes("PD03"),
    }
)  # fmt: skip
POST_PAID: Final = MappingProxyType(
    {
        "PE01A": Segment(leaves("PE01A", """
            D01 account_kind_code 1059
            Q01 institution
            D02 kind words 1045
            R01 opened_on
            D03 state_code 1046
            J01 arrears
            R02 month month
            Q02 history""")),
        "PE01Z": notes("PE01"),
    }
)  # fmt: skip
STATEMENT: Final = Segment(
    leaves("PG010", "D01 object 1052\nD02 about text"),
    Rows("annotations", "PG010S01", "PG010H", leaves("PG010", "D03 code 1041\nQ01 text\nR01 on"),
         Annotation, {"code": "", "text": ""}),
)  # fmt: skip
INQUIRY: Final = Segment(leaves("PH010", """
    R01 on
    D01 institution_type words 1021
    Q02 institution
    Q03 reason"""))  # fmt: skip

PUBLIC_GROUPS: Final = MappingProxyType(
    dict(
        zip(
            ("POT.PF01", "PCJ.PF02", "PCE.PF03", "PAP.PF04", "PHF.PF05", "PBS.PF06", "PPQ.PF07",
             "PAH.PF08"),
            PublicKind, strict=True,
        )
    )
)  # fmt: skip
"""Kind of public record by unit and group."""

_UNITS: Final = {
    Unit.TEXT: Kind.TEXT, Unit.WHEN: Kind.WHEN, Unit.YUAN: Kind.YUAN, Unit.CODE: Kind.CODE,
}  # fmt: skip
_PUBLIC_TABLES: Final = {
    "PF02AD01": "1047", "PF03AD01": "1048", "PF05AD01": "1049", "PF06AD01": "1050",
    "PF07AD01": "1051",
}  # fmt: skip
PUBLIC: Final = MappingProxyType(
    {
        kind: Segment(
            MappingProxyType(
                {
                    told.element: Leaf(
                        told.element, told.name, _UNITS[told.unit],
                        _PUBLIC_TABLES.get(told.element, ""),
                    )
                    for told in rows
                    if told.element
                }
            )
        )
        for kind, rows in PUBLIC_FIELDS.items()
    }
)  # fmt: skip
"""Segment A of each kind of public record."""

_LISTS: Final = """
    PA01CH PB01BH PB03 PB04 PC010D01 PC02AH PC02BH PC02DH PC02KH PC030H PC040H PD01 PD01DH
    PD01EH PD01FH PD01GH PD01HH PD01ZH PD02 PD02ZH PD03 PD03ZH PE01 PE01ZH PF01 PF01ZH PF02
    PF02ZH PF03 PF03ZH PF04 PF04ZH PF05 PF05ZH PF06 PF06ZH PF07 PF07ZH PF08 PF08ZH PG01 PG010H
    PH01"""
LISTS: Final = frozenset(_LISTS.split())
"""Elements that JSON writes as arrays."""
