"""The head of a report and the person it is about (报告头, 个人基本信息)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from daihou.report.values import Places, no_places


@dataclass(frozen=True, slots=True)
class OtherId:
    """Another identity document of the person."""

    id_type: str
    id_no: str


@dataclass(frozen=True, slots=True)
class FraudAlert:
    """A fraud alert on the file (防欺诈警示)."""

    flag: str
    phone: str | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Who, when, by whom. ``report_at`` is local time of the bureau (no zone is printed).

    ``id_type`` and ``marital`` are in the report's own words (身份证, 已婚), codes are translated.
    ``inquirer`` and ``reason_code`` say who asked for this copy; None on a person's own copy.
    """

    report_no: str | None = None
    report_at: datetime | None = None
    queried_at: datetime | None = None
    name: str | None = None
    id_type: str | None = None
    id_no: str | None = None
    marital: str | None = None
    other_ids: tuple[OtherId, ...] = ()
    inquirer: str | None = None
    operator: str | None = None
    reason_code: str | None = None
    fraud_alert: FraudAlert | None = None
    disputes: int | None = None
    places: Places = field(default_factory=no_places, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number and the day it was last reported."""

    number: str
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Spouse:
    """The spouse (配偶信息)."""

    name: str | None = None
    id_type: str | None = None
    id_no: str | None = None
    employer: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Residence:
    """A home (居住信息)."""

    status: str | None = None
    address: str | None = None
    phone: str | None = None
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Occupation:
    """A job (职业信息)."""

    employment: str | None = None
    employer: str | None = None
    employer_kind: str | None = None
    industry: str | None = None
    address: str | None = None
    phone: str | None = None
    occupation: str | None = None
    duty: str | None = None
    title: str | None = None
    since_year: int | None = None
    updated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The person (个人基本信息), in the report's words; only the longer layouts have it."""

    sex: str | None = None
    born_on: date | None = None
    education: str | None = None
    degree: str | None = None
    employment: str | None = None
    nationality: str | None = None
    email: str | None = None
    mailing_address: str | None = None
    registered_address: str | None = None
    phones: tuple[Phone, ...] = ()
    spouse: Spouse | None = None
    residences: tuple[Residence, ...] = ()
    occupations: tuple[Occupation, ...] = ()
    places: Places = field(default_factory=no_places, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Score:
    """The bureau's number (数字解读, 0 to 1000, higher is safer); None when none could be given."""

    value: int | None
    position: str | None = None
    reason_codes: tuple[str, ...] = ()
    places: Places = field(default_factory=no_places, compare=False, repr=False)
