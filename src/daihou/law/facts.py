"""What the law is asked about: one account's facts; and what it answers: a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from daihou.kernel import AssetClass
from daihou.law.model import Parameter


@dataclass(frozen=True, slots=True)
class Debtor:
    """What all accounts of one debtor say together; see debtor_facts."""

    npl_accounts: int = 0
    npl_since: date | None = None
    npl_minor: int = 0
    total_minor: int | None = 0
    all_bank_debt_minor: int | None = None
    all_bank_overdue_90_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one account at the end of ``as_of``.

    ``state`` is its row of account_state. ``events`` are the external events that concern it (its
    own and those of the whole customer), ``restructurings`` its changes of contract, ``due_days``
    the due days in force; each as rows of the contract. ``debtor`` may be left out: then the rules
    over all claims of the debtor are not judged.
    """

    state: Mapping[str, Any]
    as_of: date
    events: Sequence[Mapping[str, Any]] = ()
    restructurings: Sequence[Mapping[str, Any]] = ()
    due_days: Sequence[date] = ()
    debtor: Debtor | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The law's word on one account: class, stage, the rule behind each, and all that fired."""

    asset_class: AssetClass | None
    rule: Parameter | None
    stage: int | None
    stage_rule: Parameter | None
    fired: tuple[Parameter, ...] = ()
    unknown: tuple[Parameter, ...] = ()
    in_observation: bool = False


def standing_event(
    facts: Facts, kind: str, lifted_by: Sequence[str]
) -> tuple[date, int | None] | None:
    """Return (first day known, size by the latest row) of an event not lifted since, or None.

    A lift ends the events that were known before it; on the same day, those that happened before.
    """
    lifts = [_moment(row) for row in facts.events if row["kind"] in lifted_by]
    rows = [row for row in facts.events if row["kind"] == kind]
    if lifts:
        rows = [row for row in rows if _moment(row) >= max(lifts)]
    if not rows:
        return None
    latest = max(_moment(row) for row in rows)
    last = [row["value_bp"] for row in rows if _moment(row) == latest]
    sizes = [size for size in last if size is not None]
    return min(row["known_on"] for row in rows), max(sizes, default=None)


def _moment(row: Mapping[str, Any]) -> tuple[date, date]:
    return row["known_on"], row["happened_on"]
