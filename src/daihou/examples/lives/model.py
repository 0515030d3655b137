"""What a hidden life is: a person's business at other lenders, month by month. All simulated.

Units: amounts are whole yuan, as credit reports state them. A month is ``year * 12 + month - 1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """What the simulated bank itself will see of a person, known to the maker of lives only.

    ``strikes`` are the months in which an account of the bank is a due or more behind, with the
    number of dues: lives at other lenders go before and beside them. Never read by a policy.
    """

    customer: int
    since: date
    income: int
    strikes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class HiddenAccount:
    """One account at another lender.

    ``kind`` is D1 (loan), R1 (revolving loan) or R2 (card). ``owed`` is by month since opening
    what is owed at its end; ``behind`` in the same places how many dues are unpaid (0 to 7).
    ``stopped_from`` is the month from which a card is frozen or stopped, ``bad_from`` that from
    which the account is bad debt.
    """

    lender: str
    lender_type: str
    kind: str
    opened_on: date
    limit: int
    terms: int
    owed: tuple[int, ...]
    behind: tuple[int, ...]
    closed_on: date | None = None
    stopped_from: int | None = None
    bad_from: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """One look of another lender before deciding (hard reasons) or after (01)."""

    on: date
    lender: str
    lender_type: str
    reason: str


@dataclass(frozen=True, slots=True)
class Surety:
    """A debt of somebody else that the person answers for."""

    lender: str
    lender_type: str
    from_on: date
    to_on: date
    amount: int
    behind_from: int | None = None


@dataclass(frozen=True, slots=True)
class CourtRecord:
    """An enforcement or a civil judgment. ``kind`` is enforcement or civil_judgment."""

    kind: str
    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Life:
    """Everything about one person at other lenders, from long ago to the end of the simulation."""

    customer: int
    accounts: tuple[HiddenAccount, ...]
    applications: tuple[Application, ...]
    sureties: tuple[Surety, ...] = ()
    court: tuple[CourtRecord, ...] = ()
