"""Accounts, agreements and liabilities of the second generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from daihou.report.dictionaries import TABLES, words
from daihou.report.gen2.layout import ACCOUNT, AGREEMENT, LIABILITY
from daihou.report.gen2.reading import Reading, Spots, Values
from daihou.report.gen2.tree import Node
from daihou.report.model import Account, Agreement, Liability
from daihou.report.words import (
    OVERDUE_SYMBOLS,
    STATES,
    AccountState,
    AccountType,
    Section,
)

SECTIONS: Final = MappingProxyType(
    {
        AccountType.COLLECTION: Section.RECOVERIES,
        AccountType.NON_REVOLVING: Section.NON_REVOLVING,
        AccountType.DRAWDOWN: Section.REVOLVING_DRAWDOWNS,
        AccountType.REVOLVING: Section.REVOLVING,
        AccountType.CARD: Section.CARDS,
        AccountType.QUASI_CARD: Section.QUASI_CARDS,
    }
)
_TYPE_WORDS: Final = MappingProxyType(
    {AccountType.CARD: "贷记卡", AccountType.QUASI_CARD: "准贷记卡"}
)
"""Kind of business where an account states none: the group's own name."""


def read_account(reading: Reading, node: Node) -> Account | None:
    """Return one account, or None for an empty element."""
    places: Spots = {}
    month_places: Spots = {}
    month_nodes = [child for child in node.children if child.tag == "PD01C"]
    others = tuple(child for child in node.children if child.tag != "PD01C")
    taken = reading.group(replace(node, children=others), ACCOUNT, places)
    values: Values = {"institution": ""}
    for segment in taken.values():
        values |= segment
    if month_nodes:
        month = reading.take(month_nodes[0], ACCOUNT["PD01C"], month_places)
        _merge_month(reading, values, month, places, month_places)
        for doubled in month_nodes[1:]:
            reading.leftover(doubled)
    if not places:
        return None
    kind = _kind(reading, values, places)
    code = values.get("state_code")
    state = STATES[kind].get(code) if kind and code else None
    if code and kind and state is None:
        reading.unknown_codes.append(f"{places['state_code'].path} {code}")
    late = _late(kind, values)
    if "overdue_months" in taken.get("PD01E", {}):
        values |= _months_overdue(reading, node, kind, values)
    business = values.get("business_code")
    section = SECTIONS[kind] if kind else Section.NON_REVOLVING
    return Account(
        **values,
        account_type=kind,
        section=section,
        type=(words("1023", business) or business) if business else _type_words(kind),
        state=state,
        overdue_now=True if state is AccountState.OVERDUE else late,
        places=MappingProxyType(places),
    )


def _type_words(kind: AccountType | None) -> str:
    if kind is None:
        return ""
    return _TYPE_WORDS.get(kind) or TABLES["1022"].words[kind.value].zh


def _merge_month(
    reading: Reading, values: Values, month: Values, places: Spots, month_places: Spots
) -> None:
    """Add the latest month (PD01C); where the latest state (PD01B) says otherwise, that stands."""
    for name, value in month.items():
        if values.get(name) is None:
            values[name] = value
            if name in month_places:
                places[name] = month_places[name]
        elif values[name] != value and name in month_places:
            path = month_places[name].path
            reading.keep(path, f"{path.rpartition('/')[2]}: {value}")


def _kind(reading: Reading, values: Values, places: Spots) -> AccountType | None:
    """Return the type of account; an unknown code has been noted, and is kept as text here."""
    code = values.pop("account_type", None)
    try:
        return AccountType(code) if code else None
    except ValueError:
        reading.keep(places["account_type"].path, f"PD01AD01: {code}")
        return None


def _late(kind: AccountType | None, values: Mapping[str, object]) -> bool | None:
    """Return whether something is overdue now, by what the latest month says; None if nothing."""
    told = [values.get(name) for name in ("overdue_amount", "terms_overdue")]
    stated = [value for value in told if isinstance(value, int)]
    return any(value > 0 for value in stated) if stated and kind else None


def _months_overdue(
    reading: Reading, node: Node, kind: AccountType | None, values: Values
) -> Values:
    """Return the counts of five years, unless the list is shorter than it says itself."""
    if any(told.startswith(f"{node.path}/PD01E/") for told in reading.miscounted):
        return {}
    symbols = [late.symbol for late in values["overdue_months"]]
    least = 3 if kind is AccountType.QUASI_CARD else 1
    digits = [int(symbol) for symbol in symbols if symbol in OVERDUE_SYMBOLS]
    if not digits and "overdue_from" not in values:
        return {}
    return {
        "months_overdue_5y": sum(digit >= least for digit in digits),
        "months_overdue_90_5y": sum(digit >= 4 for digit in digits),
    }


def read_agreement(reading: Reading, node: Node) -> Agreement | None:
    """Return one credit agreement, or None for an empty element."""
    places: Spots = {}
    values: Values = {"institution": ""}
    for segment in reading.group(node, AGREEMENT, places).values():
        values |= segment
    if not places:
        return None
    return Agreement(**values, places=MappingProxyType(places))


def read_liability(reading: Reading, node: Node) -> Liability | None:
    """Return one related repayment liability, or None for an empty element."""
    places: Spots = {}
    values: Values = {"institution": "", "role": ""}
    for segment in reading.group(node, LIABILITY, places).values():
        values |= segment
    if not places:
        return None
    code = values.pop("account_type", None)
    kind = next((kind for kind in AccountType if kind == code), None)
    if code and kind is None:
        reading.keep(places["account_type"].path, f"PD03AD06: {code}")
    business = values.get("business_code")
    table = "company" if values.get("debtor_kind_code") == "2" else "1023"
    if business and words(table, business) is None:
        reading.unknown_codes.append(f"{places['business_code'].path} {business}")
    return Liability(
        **values,
        account_type=kind,
        type=(words(table, business) or business) if business else None,
        places=MappingProxyType(places),
    )
