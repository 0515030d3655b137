"""A report as plain JSON values with stable keys, with what belongs to the person covered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from daihou.report.model import Report
from daihou.report.values import Month, Place

LONG_NUMBER: Final = re.compile(r"(?<![\d,，])[\d*]{10,}[\dXx](?![\d,，])")
"""Telephones, identity and account numbers in running text; no amount in yuan is so long."""

FREE_TEXT: Final = frozenset(
    ("text", "detail", "cause", "result", "content", "review", "object", "executed", "case_state",
     "notes")
)  # fmt: skip
"""Values in sentences: only what is personal inside them is covered. Findings are told so too."""


def cover_name(name: str) -> str:
    """Return a name or address with its first sign only: ``张**``."""
    return f"{name[:1]}**"


def cover_number(number: str) -> str:
    """Return a number with its last signs only: four of eight or more, two of four or more."""
    shown = 4 if len(number) >= 8 else 2 if len(number) >= 4 else 0
    return f"**{number[len(number) - shown :]}"


def _cover_day(day: str) -> str:
    return f"{day[:4]}-**-**"


_NAMES: Final = (
    "name", "employer", "email", "address", "mailing_address", "registered_address", "debtor",
)  # fmt: skip
_NUMBERS: Final = (
    "id_no", "debtor_id_no", "phone", "number", "account_no", "account_mark", "agreement_no",
    "agreement_mark", "cap_no", "contract_no", "case_no", "document_no", "taxpayer_no",
)  # fmt: skip
PERSONAL: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    dict.fromkeys(_NAMES, cover_name)
    | dict.fromkeys(_NUMBERS, cover_number)
    | {"born_on": _cover_day}
)
"""What belongs to the person, by name of the value, and how it is covered.

Institutions, courts and the numbers of report and inquiry are not personal.
"""


def as_dict(report: Report, *, masked: bool = True, findings: Iterable[Any] = ()) -> dict[str, Any]:
    """Return the report as dicts, lists, texts, numbers and None, ready for any JSON writer.

    ``findings`` are dataclasses (of the clinic) and are written under their own field names.
    Names and addresses keep their first sign, numbers their last ones, the birthday its year, and
    the same values are covered inside sentences. ``masked=False`` is for the owner's own use.
    """
    pairs = _cover_pairs(report) if masked else ()
    told = {name: getattr(report, name) for name in (field.name for field in fields(report))}
    header = told.pop("header")
    if masked:
        del told["file"]  # people name files after themselves
    whole: dict[str, Any] = {
        "kind": told.pop("kind"),
        "report_no": header.report_no,
        "report_at": header.report_at,
        "summary": told.pop("summary"),
        "header": header,
    }
    plain = _plain(whole | told | {"findings": tuple(findings)}, "", pairs, masked)
    assert isinstance(plain, dict)
    for name in ("report_no", "report_at"):
        del plain["header"][name]
    return plain


def _plain(value: Any, name: str, pairs: tuple[tuple[str, str], ...], masked: bool) -> Any:
    """Return a value as JSON knows it; ``name`` says whether and how it is covered."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | Month):  # an instant is a date too
        value = value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, str):
        if masked and name in PERSONAL:
            return PERSONAL[name](value)
        return _covered(value, pairs) if masked and name in FREE_TEXT else value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Place):
        box = None if value.box is None else list(value.box)
        read_as = "" if masked else value.read_as  # what a repaired name looked like on paper
        return {"page": value.page, "box": box, "path": value.path, "read_as": read_as}
    if is_dataclass(value) and not isinstance(value, type):
        named_fields = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {key: _plain(item, key, pairs, masked) for key, item in named_fields}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        named = zip(value._fields, value, strict=True)
        return {key: _plain(item, key, pairs, masked) for key, item in named}
    if isinstance(value, Mapping):
        inherit = name in FREE_TEXT
        return {
            str(key): _plain(item, name if inherit else str(key), pairs, masked)
            for key, item in value.items()
        }
    if isinstance(value, tuple | list | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [_plain(item, name, pairs, masked) for item in items]
    raise TypeError(f"{name}: a {type(value).__name__} has no JSON form")


def _cover_pairs(report: Report) -> tuple[tuple[str, str], ...]:
    """Return every personal value of the report beside its covered form, longest first."""
    found = {told: PERSONAL[name](told) for name, told in _personal(report, "") if len(told) > 1}
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _personal(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and name in PERSONAL:
        yield name, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name != "places":
                yield from _personal(getattr(value, field.name), field.name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _personal(item, str(key))
    elif isinstance(value, tuple) and not isinstance(value, Month):
        for item in value:
            yield from _personal(item, name)


def _covered(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for told, cover in pairs:
        text = text.replace(told, cover)
    return LONG_NUMBER.sub(lambda match: cover_number(match[0]), text)
