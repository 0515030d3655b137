"""One neutral, typed credit report (信用报告), whatever its layout; every value has a place.

Units: amounts are whole yuan, as the report states them (also of accounts in other currencies);
None is unknown or not stated, never zero. Days are dates, months where no day is stated ``Month``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from daihou.report.person import Header, Identity, Score
from daihou.report.values import Month, Places, When, no_places
from daihou.report.words import (
    AccountState,
    AccountType,
    PublicKind,
    ReasonClass,
    ReportKind,
    Section,
)


@dataclass(frozen=True, slots=True)
class MonthState:
    """One month of an account's history: its symbol, and the amount overdue where stated."""

    month: Month
    symbol: str
    overdue: int | None = None


@dataclass(frozen=True, slots=True)
class SpecialTransaction:
    """A special transaction (特殊交易), by code of dictionary 1040."""

    code: str
    on: date | None = None
    months_changed: int | None = None
    amount: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class SpecialEvent:
    """A special event (特殊事件), by code of dictionary 1056."""

    code: str
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class LargeInstalment:
    """A large special-purpose instalment plan on a card (大额专项分期)."""

    limit: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note or statement (标注及声明), by code of dictionary 1041; ``about`` names its object."""

    code: str
    text: str
    on: date | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One credit account (借贷账户), debt under recovery included.

    ``type`` is the kind of business in the report's words (贷记卡, 个人经营性贷款), its code is
    ``business_code`` where the layout has codes. ``limit`` is a card's or line's limit, ``amount``
    what was lent, ``used`` a card's used limit. ``months_overdue_5y`` counts months overdue (of a
    quasi-card: overdrawn by more than 60 days), ``months_overdue_90_5y`` those by more than 90
    days; an account of the never-overdue group has 0. ``line_until`` is the end of a line, with
    ``line_open_ended`` for 长期有效. ``text`` is the whole sentence without line breaks.
    """

    section: Section
    type: str
    institution: str
    account_type: AccountType | None = None
    no: int | None = None
    business_code: str | None = None
    institution_type: str | None = None
    account_no: str | None = None
    account_mark: str | None = None
    agreement_no: str | None = None
    card_tail: str | None = None
    opened_on: date | None = None
    due_on: date | None = None
    currency: str | None = None
    limit: int | None = None
    shared_limit: int | None = None
    amount: int | None = None
    line_until: date | None = None
    line_open_ended: bool = False
    revolving: bool | None = None
    repayment_method_code: str | None = None
    repayment_frequency_code: str | None = None
    terms: int | None = None
    guarantee_code: str | None = None
    disbursement_code: str | None = None
    joint_code: str | None = None
    transfer_state_code: str | None = None
    state: AccountState | None = None
    state_code: str | None = None
    as_of: When | None = None
    closed_on: When | None = None
    transferred_in: Month | None = None
    class_code: str | None = None
    latest_symbol: str | None = None
    balance: int | None = None
    used: int | None = None
    unbilled_instalments: int | None = None
    terms_left: int | None = None
    month: Month | None = None
    settlement_on: date | None = None
    due_this_month: int | None = None
    paid_this_month: int | None = None
    last_paid_on: date | None = None
    last_paid: int | None = None
    terms_overdue: int | None = None
    overdue_now: bool | None = None
    overdue_amount: int | None = None
    overdue_31_60: int | None = None
    overdue_61_90: int | None = None
    overdue_91_180: int | None = None
    overdue_over_180: int | None = None
    overdraft_over_180: int | None = None
    used_average_6m: int | None = None
    used_max: int | None = None
    months_overdue_5y: int | None = None
    months_overdue_90_5y: int | None = None
    history: tuple[MonthState, ...] = ()
    history_from: Month | None = None
    history_to: Month | None = None
    overdue_months: tuple[MonthState, ...] = ()
    overdue_from: Month | None = None
    overdue_to: Month | None = None
    special_transactions: tuple[SpecialTransaction, ...] = ()
    special_events: tuple[SpecialEvent, ...] = ()
    large_instalments: tuple[LargeInstalment, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    text: str | None = None
    places: Places = field(default_factory=no_places, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A credit agreement (授信协议): a valid line keeps the relationship open with nothing owed.

    ``use_code`` is of dictionary 1042, ``state_code`` of 1057 (1 valid, 2 expired or void).
    """

    institution: str
    agreement_no: str | None = None
    agreement_mark: str | None = None
    institution_type: str | None = None
    use_code: str | None = None
    limit: int | None = None
    cap: int | None = None
    cap_no: str | None = None
    used: int | None = None
    currency: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    state_code: str | None = None
    annotations: tuple[Annotation, ...] = ()
    places: Places = field(default_factory=no_places, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Liability:
    """A related repayment liability (相关还款责任): guarantor, co-borrower and the like.

    ``role`` is in the report's words (保证人). ``debtor`` is the borrower, where named.
    """

    institution: str
    role: str
    no: int | None = None
    type: str | None = None
    business_code: str | None = None
    institution_type: str | None = None
    account_type: AccountType | None = None
    debtor_kind_code: str | None = None
    debtor: str | None = None
    debtor_id_type: str | None = None
    debtor_id_no: str | None = None
    contract_no: str | None = None
    opened_on: date | None = None
    due_on: date | None = None
    amount: int | None = None
    balance: int | None = None
    currency: str | None = None
    class_code: str | None = None
    state_symbol: str | None = None
    months_overdue: int | None = None
    as_of: When | None = None
    annotations: tuple[Annotation, ...] = ()
    text: str | None = None
    places: Places = field(default_factory=no_places, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PostPaid:
    """A post-paid service account (后付费业务), such as a telephone.

    ``state`` is in words (欠费, 正常); None where only the disputed digit of dictionary 1046 is
    there, which then stands in ``state_code``.
    """

    institution: str
    no: int | None = None
    kind: str | None = None
    account_kind_code: str | None = None
    opened_on: date | None = None
    month: Month | None = None
    state: str | None = None
    state_code: str | None = None
    arrears: int | None = None
    history: str | None = None
    annotations: tuple[Annotation, ...] = ()
    places: Places = field(default_factory=no_places, compare=False, repr=False)


PublicValue = int | str | date | Month | None


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """A public record (公共信息); ``values`` are by the names in ``PUBLIC_FIELDS`` of its kind."""

    kind: PublicKind
    values: Mapping[str, PublicValue]
    no: int | None = None
    annotations: tuple[Annotation, ...] = ()
    places: Places = field(default_factory=no_places, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One look at the file (查询记录): when, by whom, why, and what that means.

    ``reason`` is the whole text of the cell. ``reason_code`` is None for an own inquiry and for
    words that dictionary 1054 does not have; those have the class ``other`` and ``hard`` None.
    """

    on: date | None
    institution: str
    reason: str
    reason_code: str | None
    reason_class: ReasonClass
    hard: bool | None
    own: bool
    no: int | None = None
    operator: str | None = None
    institution_type: str | None = None
    places: Places = field(default_factory=no_places, compare=False, repr=False)


class Unmatched(NamedTuple):
    """Text that the reader did not understand; never dropped, never guessed."""

    page: int | None
    text: str
    path: str = ""


class Check(NamedTuple):
    """One cross-check of a report against itself; ``ok`` is None when it could not be made."""

    id: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """A credit report as read: what it says, what was not understood, what does not add up.

    ``summary`` maps a dotted name (see ``fields``) to what the report's own overview says; a key
    with None is a printed ``--`` (nothing reported), a missing key was not printed.
    """

    kind: ReportKind
    header: Header = field(default_factory=Header)
    identity: Identity | None = None
    score: Score | None = None
    summary: Mapping[str, int | str | None] = field(default_factory=lambda: MappingProxyType({}))
    accounts: tuple[Account, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    liabilities: tuple[Liability, ...] = ()
    post_paid: tuple[PostPaid, ...] = ()
    public_records: tuple[PublicRecord, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    notes: tuple[str, ...] = ()
    file: str = field(default="", compare=False)
    pages: int | None = field(default=None, compare=False)
    unmatched: tuple[Unmatched, ...] = field(default=(), compare=False)
    checks: tuple[Check, ...] = field(default=(), compare=False)
    places: Places = field(default_factory=no_places, compare=False, repr=False)
