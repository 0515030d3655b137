"""A report without the own institution: only what other lenders did and hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol, TypeVar

from daihou.report.facts_lenders import legal_person
from daihou.report.model import Report


class _AtLender(Protocol):
    @property
    def institution(self) -> str: ...


Record = TypeVar("Record", bound=_AtLender)


def elsewhere(report: Report, own: frozenset[str]) -> Report:
    """Return the report without the own accounts, agreements, liabilities and looks.

    ``own`` are names and codes of the own institution as printed. White space and the width of
    brackets do not count, and a branch or card centre is its legal person. The overview is left
    out: it counts own business too.
    """
    names = {legal_person(name) for name in own} | {_plain(name) for name in own}

    def others(records: Iterable[Record]) -> tuple[Record, ...]:
        return tuple(
            record
            for record in records
            if names.isdisjoint((_plain(record.institution), legal_person(record.institution)))
        )

    return replace(
        report,
        summary=MappingProxyType({}),
        accounts=others(report.accounts),
        agreements=others(report.agreements),
        liabilities=others(report.liabilities),
        inquiries=others(report.inquiries),
    )


def _plain(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")
