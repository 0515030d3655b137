"""What the facts of a report look like: figures that point at the records they were counted from.

Units: amounts in whole yuan, shares in basis points, months are calendar months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from daihou.report.values import When
from daihou.report.words import AccountType, PublicKind, ReasonClass, ReportKind

WINDOWS: Final = (1, 3, 6, 12, 24)
"""Months back from the day of the facts; a window is open at its far end and closed at the day."""


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Points at one record: ``report.<kind>[index]``, and at its ``field`` where one is meant.

    Of the header ``kind`` is ``header``, of the overview ``summary``, and ``field`` its key.
    """

    kind: str
    index: int = 0
    field: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the records that make it up.

    ``known`` is what the report states; where ``missing`` records state nothing, the true number
    may be higher and ``value`` is None. ``known`` None: nothing at all is stated.
    """

    known: int | None
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Evidence, ...] = ()

    @property
    def value(self) -> int | None:
        """Return the number, or None when it is not fully known."""
        return None if self.missing else self.known

    def at_least(self, limit: int) -> bool | None:
        """Tell whether the number reaches a limit; None when the report cannot tell."""
        if self.known is not None and self.known >= limit:
            return True
        return None if self.missing or self.known is None else False


@dataclass(frozen=True, slots=True)
class Window:
    """Inquiries after one day, up to the day of the facts.

    ``distinct`` counts the same institution and reason once a calendar month. ``institutions`` are
    as printed, in order of the report.
    """

    after: date
    raw: Figure
    distinct: Figure
    institutions: tuple[str, ...]


Windows = Mapping[int, Window]
"""A window by its months."""


@dataclass(frozen=True, slots=True)
class Series:
    """All looks of one institution for one reason, oldest first: the raw data of its rhythm.

    Units: ``gaps`` are days between one look and the next. ``evidence`` goes with ``days``.
    """

    institution: str
    legal_person: str
    reason: str
    reason_code: str | None
    reason_class: ReasonClass
    days: tuple[date, ...]
    gaps: tuple[int, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class InquiryFacts:
    """Looks at the file, own ones apart. ``by_reason`` is by code, else by the report's words.

    ``hard`` counts looks for new credit; those whose reason is not known to be hard or soft are
    ``missing`` there. Looks of the person are in ``own`` and nowhere else.
    """

    by_class: Mapping[ReasonClass, Windows]
    by_reason: Mapping[str, Windows]
    hard: Windows
    hard_60_days: Window
    own: Windows
    series: tuple[Series, ...]
    last_hard_on: date | None
    months_since_hard: int | None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Accounts opened, closed and running. ``new`` and ``closed`` are by group, then by months.

    Groups: ``cards`` (R2, R3), ``loans`` (D1, R1, R4), ``non_bank`` (those loans by consumer
    finance, lending and micro-loan companies). ``running`` is by type of account.
    """

    new: Mapping[str, Mapping[int, Figure]]
    closed: Mapping[str, Mapping[int, Figure]]
    running: Mapping[AccountType, Figure]
    oldest_on: date | None
    oldest: Evidence | None


@dataclass(frozen=True, slots=True)
class CardLine:
    """One limit: of a card, or of all cards of one issuer that share it."""

    legal_person: str
    limit: int | None
    used: Figure
    utilisation_bp: int | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Open cards of one type; a shared limit counts once.

    Source: of ``over_80`` and ``over_90`` (limits used by so much or more) signals B02, B03.
    """

    issuers: tuple[str, ...]
    cards: Figure
    not_activated: Figure
    lines: tuple[CardLine, ...]
    limit: Figure
    used: Figure
    utilisation_bp: int | None
    highest: CardLine | None
    over_80: Figure
    over_90: Figure


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """Loans that run (D1, R1, R4); ``non_bank`` are those by small non-bank lenders."""

    institutions: tuple[str, ...]
    loans: Figure
    non_bank: Figure
    balance: Figure
    monthly_due: Figure


@dataclass(frozen=True, slots=True)
class LenderDebt:
    """What is owed to one lender and what it has granted (cards and revolving lines)."""

    legal_person: str
    debt: Figure
    limit: Figure


class Tie(NamedTuple):
    """What keeps a relationship open: ``balance``, ``line``, ``card`` or ``guarantee``.

    ``unused``: nothing is drawn (None unknown). ``until`` is the stated end of a line.
    """

    kind: str
    evidence: Evidence
    unused: bool | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """Whether anything is open at one lender, and the records that prove it.

    ``open`` is None when the report cannot tell: settled is not closed, and the short version
    lists no credit agreements. ``ended`` are records that are over, ``unsure`` those that do not
    say.
    """

    legal_person: str
    institutions: tuple[str, ...]
    open: bool | None
    ties: tuple[Tie, ...] = ()
    ended: tuple[Evidence, ...] = ()
    unsure: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrearsFacts:
    """What is overdue now. ``worst`` is the highest status digit, 1 to 7."""

    accounts: Figure
    amount: Figure
    worst: Figure


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """Months overdue of one account. ``longest_24`` is its longest run of months overdue."""

    evidence: Evidence
    months_24: Figure
    months_60: Figure
    months_90_60: Figure
    longest_24: Figure
    worst_24: Figure
    worst_60: Figure


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """Months overdue over all accounts, and the usual refusal rule 连三累六.

    Months of several accounts add up. ``three_in_row`` and ``six_of_account`` hold for one account
    within 24 months, ``six_of_all`` for all together; None when the report cannot tell.
    Source: the rule is quoted by web pages only (grade W).
    """

    by_account: tuple[AccountHistory, ...]
    months_24: Figure
    months_60: Figure
    longest_24: Figure
    worst_24: Figure
    worst_60: Figure
    three_in_row: bool | None
    six_of_account: bool | None
    six_of_all: bool | None


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when an adverse item may be shown: five years from its end.

    ``running`` False: it has not ended, so the five years do not run yet; None: not stated.
    ``ended`` is its earliest possible end, ``ended_by`` the latest one that the report proves;
    ``until`` and ``until_by`` are the last day or month of the five years counted from them.
    Source: 征信业管理条例 art. 16 (L); counting by years: 民法典 art. 202 (M).
    """

    kind: str
    evidence: Evidence
    running: bool | None
    ended: When | None = None
    ended_by: When | None = None
    until: When | None = None
    until_by: When | None = None


@dataclass(frozen=True, slots=True)
class GuaranteeFacts:
    """Related repayment liabilities: how many, for how much, what is still owed."""

    count: Figure
    amount: Figure
    balance: Figure
    overdue: Figure


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that follows from one report by counting, on one day."""

    on: date
    kind: ReportKind
    agreements_listed: bool
    inquiries: InquiryFacts
    accounts: AccountFacts
    cards: CardFacts
    quasi_cards: CardFacts
    loans: LoanFacts
    debt: Figure
    lenders: tuple[LenderDebt, ...]
    relationships: tuple[Relationship, ...]
    arrears: ArrearsFacts
    history: HistoryFacts
    bad_debts: Figure
    bad_debt_balance: Figure
    recoveries: Figure
    recovery_balance: Figure
    stopped: Figure
    guarantees: GuaranteeFacts
    public_records: Mapping[PublicKind, Figure]
    post_paid_arrears: Figure
    retention: tuple[Retention, ...]

    def relationship(self, institution: str) -> Relationship | None:
        """Return what is known of the relationship with an institution, as printed anywhere."""
        for relationship in self.relationships:
            if institution in relationship.institutions:
                return relationship
        return None
