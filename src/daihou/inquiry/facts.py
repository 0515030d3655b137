"""What the gate reads about one person on one day: consents, business, stops, inquiries so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """A written consent (授权). ``purposes`` are consent content codes 001 to 010.

    ``ends_on`` is its last day, None until all business has ended; ``withdrawn_on`` the day from
    which it no longer holds.
    """

    consent_id: str
    signed_on: date
    purposes: frozenset[str]
    ends_on: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One account of the person. Units: minor units; ``balance_minor`` None is unknown, not zero.

    ``card`` accounts are a relationship while they are not closed, used or not.
    """

    account_id: str
    opened_on: date
    card: bool = False
    balance_minor: int | None = None
    closed_on: date | None = None
    line_id: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One credit line (授信额度): its last day is ``expires_on``, None when it has no end."""

    line_id: str
    opened_on: date
    expires_on: date | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Suretyship:
    """One guarantee that the person gave (保证), with the business that it secures."""

    guarantee_id: str
    starts_on: date
    ends_on: date | None
    secures: Claim
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A reason not to ask: dispute, death, closing. It holds from ``from_on`` until ``to_on``."""

    kind: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A recorded event that asks for a look outside the schedule."""

    trigger_id: str
    kind: str
    on: date

    @classmethod
    def recorded(cls, trigger_id: str, kind: str) -> Trigger:
        """Return the trigger that a night recorded: its id ends with the day of the event."""
        return cls(trigger_id, kind, date.fromisoformat(trigger_id.rpartition(":")[2]))


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that this lender knows of one customer and that an inquiry depends on.

    ``asked_on`` are the days of all inquiries under post-loan management so far, also of those
    whose outcome is not known yet.
    """

    customer_id: str
    consents: tuple[Consent, ...] = ()
    claims: tuple[Claim, ...] = ()
    lines: tuple[Line, ...] = ()
    guarantees: tuple[Suretyship, ...] = ()
    stops: tuple[Stop, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    asked_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """Who sends: a person or the batch user, with what they are allowed."""

    operator_id: str
    active: bool
    branch_allowed: bool
    sent_today: int
    daily_cap: int


@dataclass(frozen=True, slots=True)
class Asking:
    """One wish to ask: by which tier or trigger, when. ``at`` is local time of the lender.

    ``trigger`` None asks under the schedule of ``tier``. ``operator`` None while only planning.
    """

    on: date
    tier: str
    trigger: Trigger | None = None
    operator: Operator | None = None
    at: datetime | None = None
    closed_days: frozenset[date] = field(default_factory=frozenset)
