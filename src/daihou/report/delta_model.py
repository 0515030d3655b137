"""What a comparison of two reports of one person says: changes, and what could not be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from daihou.report.facts_model import Evidence
from daihou.report.values import Month

Told = int | str | bool | date | Month | None
"""A value as two reports tell it."""


class Event(StrEnum):
    """What happened to a record or value.

    ``appeared``: told now, though from before the older report. ``vanished`` is never an event in
    the person's life: records go by age, by the one-time repair, by correction. ``cleared`` and
    ``worsened``: months of the past are told differently now.
    """

    NEW = "new"
    APPEARED = "appeared"
    CLOSED = "closed"
    VANISHED = "vanished"
    CHANGED = "changed"
    CLEARED = "cleared"
    WORSENED = "worsened"


class Tone(StrEnum):
    """Whether an event is good or bad news; most are neither by themselves."""

    WORSE = "worse"
    BETTER = "better"
    NEUTRAL = "neutral"


class Reason(StrEnum):
    """A known cause of a change that is no news (see the traps in the notes of the format)."""

    ONE_TIME_REPAIR = "one_time_repair"
    FIVE_YEARS = "five_years"
    TWO_YEARS = "two_years"
    RELIEF_DEFERRAL = "relief_deferral"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``about`` names the part of the report, ``totals`` for sums over it.

    ``what`` is the value that changed, empty for a whole record; ``before`` and ``after`` are what
    the two reports tell; ``old`` and ``new`` point into them. ``sure`` False: the explanation
    fits, but the reports do not state all that would prove it.
    """

    about: str
    event: Event
    what: str = ""
    before: Told = None
    after: Told = None
    old: Evidence | None = None
    new: Evidence | None = None
    tone: Tone = Tone.NEUTRAL
    explained_by: Reason | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Something that only one of the reports tells, or that cannot be paired."""

    about: str
    what: str
    why: str
    old: Evidence | None = None
    new: Evidence | None = None


Finding = Change | NotCompared


def compared(
    about: str,
    what: str,
    values: tuple[Told, Told],
    at: tuple[Evidence, Evidence],
    tone: Tone = Tone.NEUTRAL,
) -> Iterator[Finding]:
    """Yield the change of one value, older first; nothing where both or neither tell the same."""
    before, after = values
    if before == after:
        return
    if before is None or after is None:
        why = f"only the {'newer' if before is None else 'older'} report tells it"
        yield NotCompared(about, what, why, *at)
    else:
        yield Change(about, Event.CHANGED, what, before, after, *at, tone)


@dataclass(frozen=True, slots=True)
class Delta:
    """Everything that differs between an older and a newer report.

    ``accounts`` are the pairs of accounts taken for the same, older first.
    """

    older_at: datetime | None
    newer_at: datetime | None
    changes: tuple[Change, ...]
    unknown: tuple[NotCompared, ...]
    accounts: tuple[tuple[Evidence, Evidence], ...]
