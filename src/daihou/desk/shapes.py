"""What a screen, page or file is filled with: plain frozen values, each ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from daihou.contracts import FACTS, RESULTS
from daihou.desk.labels import Words
from daihou.desk.privacy import contract_without, cover


class Shape:
    """Base of everything shown; ``as_dict`` is what ``--json`` prints."""

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON types: dates as ISO text, names as ``{zh, en}``."""
        assert is_dataclass(self), "a shape is a dataclass"
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Shape):
        return value.as_dict()
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True)
class BookTitle(Shape):
    """Whose figures these are; ``simulated`` puts a banner on everything shown of it."""

    book: str
    zh: str
    en: str
    currency: str
    simulated: bool = False


@dataclass(frozen=True)
class LawPack(Shape):
    """A rule pack in force with how many of its parameters have each grade of certainty."""

    id: str
    name: Words
    instrument: str = ""
    grades: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Provenance(Shape):
    """Where figures come from: enough to run the same night again and get the same bytes."""

    run_id: str = ""
    policy_version: str = ""
    engine: str = ""
    program_digest: str = ""
    law_packs: tuple[LawPack, ...] = ()
    content_hashes: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)
    """Rows known of each fact table that was handed over."""


@dataclass(frozen=True)
class NightLine(Shape):
    """One published night in a list; ``seconds`` is wall time, None when not recorded."""

    as_of: date
    accounts: int
    run_id: str = ""
    policy_version: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class LandingLine(Shape):
    """One landing of a file: accepted + quarantined = read."""

    table: str
    file: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    at: datetime | None = None


@dataclass(frozen=True)
class Status(Shape):
    """What ``status`` shows of a home: facts, nights, landings, problems."""

    book: BookTitle
    home: str
    facts: Mapping[str, int] = field(default_factory=dict)
    nights: tuple[NightLine, ...] = ()
    landings: tuple[LandingLine, ...] = ()
    problems: tuple[str, ...] = ()
    lake_version: int | None = None
    lake_bytes: int | None = None


@dataclass(frozen=True)
class TableRows(Shape):
    """Some rows of a table; ``rows`` hold raw values, which are covered before they are shown.

    ``masked`` must be False only when a person asked to see personal columns.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int
    currency: str
    as_of: date | None = None
    masked: bool = True

    def shown(self) -> list[tuple[Any, ...]]:
        """Return the rows as they may be shown: personal values covered unless asked for."""
        if not self.masked:
            return list(self.rows)
        contract = {**FACTS, **RESULTS}.get(self.table)
        kinds = [(name, "") for name in self.columns]
        known = {c.name: c for c in (contract or contract_without(self.table, kinds)).columns}
        # A column that the contract does not know is covered: nobody said that it is harmless.
        strange = {c.name: c for c in contract_without(self.table, kinds).columns}
        columns = [known.get(name) or strange[name] for name in self.columns]
        return [
            tuple(cover(column, value) for column, value in zip(columns, row, strict=True))
            for row in self.rows
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the rows as they may be shown, as JSON types."""
        return super().as_dict() | {"rows": _plain(self.shown())}


@dataclass(frozen=True)
class TimelineItem(Shape):
    """One dated fact about an account, in the order in which it happened."""

    on: date
    what: Words
    amount_minor: int | None = None
    note: str = ""


@dataclass(frozen=True)
class ClassLine(Shape):
    """The class of an account, by which article, how sure that is, and what would turn it."""

    asset_class: str | None
    stage: int | None
    sentence: Words
    rule_id: str = ""
    instrument: str = ""
    article: str = ""
    grade: str = ""
    source: str = ""
    worse: Words | None = None
    better: Words | None = None


@dataclass(frozen=True)
class SignalLine(Shape):
    """One signal on a subject: what it says and how far the next level is, in ``unit``."""

    signal_id: str
    name: Words
    verdict: str
    level: str | None = None
    value: int | None = None
    unit: str = ""
    next_level: str | None = None
    distance: int | None = None
    evidence: str = ""
    data_age_days: int | None = None


@dataclass(frozen=True)
class DecisionLine(Shape):
    """One rule that fired, or was nearest to firing, with the change that would turn it."""

    treatment: str
    rule_id: str
    fired: bool
    reason: Words
    level: str | None = None
    arm: str = "champion"
    nearest_change: str = ""
    policy_version: str = ""
    needs_two: bool = False
    subject_kind: str = "account"
    wins: bool = True
    """False for a rule that fired after another had decided its treatment: a further reason."""
    because: str = ""
    """Why a rule did not fire: ``false``, ``unknown``, ``held`` or ``stopped by RULE``."""
    amount_minor: int | None = None
    facts: str = ""
    """The facts that the rule read, ``name=value`` with ``;`` between."""


@dataclass(frozen=True)
class Explanation(Shape):
    """Everything that ``explain`` tells of one account on one day.

    ``state`` holds columns of account_day by name; amounts are in minor units of ``currency``.
    """

    book: BookTitle
    as_of: date
    account_id: str
    state: Mapping[str, Any]
    timeline: tuple[TimelineItem, ...] = ()
    asset_class: ClassLine | None = None
    signals: tuple[SignalLine, ...] = ()
    decisions: tuple[DecisionLine, ...] = ()
    policy_version: str = ""
    problems: tuple[Words, ...] = ()
    """What does not agree: the published rows, the night run again, the reasons in plain Python."""
    masked: bool = True
    """Amounts and other personal values are covered already."""
