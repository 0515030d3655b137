"""What a legal parameter is: a value by date, its instrument and article, and how sure we are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from daihou.errors import LawError
from daihou.kernel import AssetClass


class Grade(StrEnum):
    """How sure we are of a fact: law text read, authority's page, real code, news, web, memory."""

    LAW_READ = "L"
    AUTHORITY = "B"
    CODE = "C"
    NEWS = "N"
    WEB = "W"
    MEMORY = "M"


class Comparison(StrEnum):
    """Whether the boundary day itself is still inside: "more than 90" or "at 90"."""

    MORE_THAN = ">"
    AT_LEAST = ">="

    def holds(self, left: int, right: int) -> bool:
        """Tell whether ``left`` stands in this relation to ``right``."""
        return left > right if self is Comparison.MORE_THAN else left >= right


class RuleKind(StrEnum):
    """The shapes of rule that the night can compile and that one account can be judged by."""

    PASS = "pass"
    WRITTEN_OFF = "written_off"
    OVERDUE = "overdue"
    EVENT = "event"
    RESTRUCTURED = "restructured"
    RESTRUCTURED_NPL_BEFORE = "restructured_npl_before"
    RESTRUCTURED_AGAIN = "restructured_again"
    RESTRUCTURED_DEFAULT = "restructured_default"
    UPGRADE = "upgrade"
    DEBTOR_SHARE_HERE = "debtor_share_here"
    DEBTOR_SHARE_ALL_BANKS = "debtor_share_all_banks"
    DEBTOR_NPL = "debtor_npl"
    STAGE_OVERDUE = "stage_overdue"
    STAGE_CLASS = "stage_class"
    STAGE_EVENT = "stage_event"
    STAGE_RESTRUCTURED = "stage_restructured"
    STAGE_FIRST = "stage_first"
    PROVISION = "provision"


DEBTOR_KINDS: Final = frozenset(
    {RuleKind.DEBTOR_SHARE_HERE, RuleKind.DEBTOR_SHARE_ALL_BANKS, RuleKind.DEBTOR_NPL}
)
"""Rules over all claims on one debtor: they bind non-retail debtors only."""

STAGE_KINDS: Final = (
    RuleKind.STAGE_OVERDUE,
    RuleKind.STAGE_CLASS,
    RuleKind.STAGE_EVENT,
    RuleKind.STAGE_RESTRUCTURED,
    RuleKind.STAGE_FIRST,
)

RANK: Final = {word: number for number, word in enumerate(AssetClass, start=1)}
"""Classes as numbers, 1 (pass) to 5 (loss): worse is larger."""

NPL_RANK: Final = RANK[AssetClass.SUBSTANDARD]
"""Substandard and worse are non-performing (不良)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a parameter classifies: the least class (or stage) it asks for, and when.

    ``products`` empty means every product. ``event`` must be in force (not lifted by ``lifted_by``
    later); ``with_event`` must be in force too.
    """

    kind: RuleKind
    asset_class: AssetClass | None = None
    stage: int | None = None
    comparison: Comparison | None = None
    products: tuple[str, ...] = ()
    event: str | None = None
    lifted_by: tuple[str, ...] = ()
    with_event: str | None = None

    def binds(self, product: str | None) -> bool:
        """Tell whether the rule speaks of this product."""
        return not self.products or product in self.products


@dataclass(frozen=True, slots=True)
class Parameter:
    """One legal parameter as it stands on one day.

    Units: ``value`` is in ``unit`` (days, months, periods, basis points, stage, date or flag).
    ``overridden`` says that the book, not the law file, gave the value.
    """

    id: str
    pack: str
    zh: str
    en: str
    description: str
    unit: str
    value: int | bool | date
    in_force_from: date
    in_force_to: date | None
    instrument: str
    article: str
    grade: Grade
    source: str
    last_checked: date
    note: str = ""
    rule: Rule | None = None
    overridden: bool = False

    @property
    def number(self) -> int:
        """Return the value as a whole number (a flag is 0 or 1).

        Raises: LawError for a date.
        """
        if isinstance(self.value, date):
            raise LawError("not a number", [f"{self.id} is a date"], where=self.id)
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Pack:
    """One rule pack: a file of parameters under one instrument."""

    id: str
    zh: str
    en: str
    instrument: str
    in_force_from: date
    brings: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """Everything in force on one day: the packs asked for and those that they bring along.

    ``parameters`` keep the order of the packs and of their files: on a tie the first rule is named.
    """

    on: date
    packs: tuple[Pack, ...]
    parameters: Mapping[str, Parameter]

    def __getitem__(self, parameter_id: str) -> Parameter:
        """Return one parameter.

        Raises: LawError when no chosen pack has it.
        """
        try:
            return self.parameters[parameter_id]
        except KeyError:
            packs = ", ".join(pack.id for pack in self.packs)
            raise LawError(
                "no such parameter",
                [f"{parameter_id} is in none of the packs {packs}"],
                next_step="choose the pack that holds it in book.yaml, rule_packs",
            ) from None

    def number(self, parameter_id: str) -> int:
        """Return one parameter's value as a whole number."""
        return self[parameter_id].number

    def rules(self, *kinds: RuleKind) -> tuple[Parameter, ...]:
        """Return the parameters that are rules of these kinds, in order."""
        return tuple(
            p for p in self.parameters.values() if p.rule is not None and p.rule.kind in kinds
        )

    def rules_for(self, product: str | None) -> tuple[tuple[Parameter, Rule], ...]:
        """Return the classifying rules that speak of a product, worst class first, then in order.

        The first of them that fires sets the class and is named as its reason; the rule of kind
        ``pass`` comes last.
        """
        found = [
            (p, p.rule)
            for p in self.parameters.values()
            if p.rule is not None and p.rule.asset_class is not None and p.rule.binds(product)
            and p.rule.kind is not RuleKind.PROVISION and p.rule.kind not in STAGE_KINDS
        ]  # fmt: skip
        passes = [pair for pair in found if pair[1].kind is RuleKind.PASS][:1]
        floors = [pair for pair in found if pair[1].kind is not RuleKind.PASS]
        floors.sort(key=lambda pair: -_rank(pair[1]))
        return (*floors, *passes)

    def lifts(self, event: str) -> tuple[str, ...]:
        """Return the kinds of event that end ``event``, by any rule that speaks of it."""
        rules = [p.rule for p in self.parameters.values() if p.rule is not None]
        return tuple(sorted({k for rule in rules if rule.event == event for k in rule.lifted_by}))

    @property
    def digest(self) -> str:
        """Return a hash over every id and value in force, for the record of a run."""
        words = {p.id: [str(p.value), str(p.rule)] for p in self.parameters.values()}
        return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def _rank(rule: Rule) -> int:
    assert rule.asset_class is not None, "a classifying rule names a class"
    return RANK[rule.asset_class]
