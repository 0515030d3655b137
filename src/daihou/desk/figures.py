"""The figures of a night as plain values: totals, slices, flows, counts and short lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from daihou.desk.labels import Words
from daihou.desk.shapes import BookTitle, Provenance, Shape

ARREARS: Final = ("M1", "M2", "M3", "M4", "M5", "M6", "M7")
STATES: Final = ("M0", *ARREARS, "unknown")
"""Where an account on the books can stand; ``off`` (written off) and ``closed`` are beyond."""

CLASSES: Final = ("pass", "special_mention", "substandard", "doubtful", "loss", "unknown")
NPL: Final = ("substandard", "doubtful", "loss")
ROLLS: Final = ("M0", "M1", "M2", "M3")
"""Buckets whose roll forward is followed month by month."""


def share_bp(part: int | None, whole: int | None) -> int | None:
    """Return part / whole in basis points, half up; None when there is nothing to divide by."""
    if part is None or whole is None or whole <= 0:
        return None
    return (part * 20_000 + whole) // (2 * whole)


def mask_id(value: str) -> str:
    """Return an id that a colleague can match but a reader cannot look up: ``A1•••4821``.

    At most half of the signs are shown, at most two of the head and four of the tail.
    """
    tail = min(4, len(value) // 3)
    head = min(2, len(value) // 6)
    return f"{value[:head]}•••{value[len(value) - tail :]}"


@dataclass(frozen=True)
class NightFiles:
    """One published night: its day and the Parquet files of each result table."""

    as_of: date
    files: Mapping[str, Sequence[Path]]


@dataclass(frozen=True)
class FigureOptions:
    """What to leave out or show more of.

    ``names`` gives words for signal ids and rule ids. ``rows`` is the length of the short lists.
    ``history_nights`` keeps only that many latest nights. ``cohort_accounts_min`` hides cohorts
    too small to have a curve. ``on_step`` hears (done, all, what) as work goes on.
    """

    names: Mapping[str, Words] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)
    rows: int = 15
    unmask: bool = False
    history_nights: int | None = None
    cohort_accounts_min: int = 50
    on_step: Callable[[int, int, str], None] | None = None


@dataclass(frozen=True)
class Totals(Shape):
    """The book at the end of one night, without what was written off.

    Units: minor units and counts. Sums are of what is known; what is not is counted beside.
    ``timed_*`` are accounts whose days past due are known: shares of arrears divide by them;
    ``classed_*`` likewise for classes.
    """

    as_of: date
    accounts: int = 0
    balance_minor: int = 0
    balances_unknown: int = 0
    overdue_minor: int = 0
    overdue_unknown: int = 0
    late_accounts: int = 0
    timed_accounts: int = 0
    timed_minor: int = 0
    over_30_accounts: int = 0
    over_30_minor: int = 0
    over_90_accounts: int = 0
    over_90_minor: int = 0
    classed_minor: int = 0
    classed_accounts: int = 0
    npl_accounts: int = 0
    npl_minor: int = 0
    ecl_minor: int = 0
    ecl_unknown: int = 0
    provision_minor: int = 0
    provision_unknown: int = 0
    off_accounts: int = 0
    off_minor: int = 0

    @property
    def over_30_bp(self) -> int | None:
        """Return the share of balance more than 30 days past due."""
        return share_bp(self.over_30_minor, self.timed_minor)

    @property
    def over_30_accounts_bp(self) -> int | None:
        """Return the share of accounts more than 30 days past due."""
        return share_bp(self.over_30_accounts, self.timed_accounts)

    @property
    def over_90_bp(self) -> int | None:
        """Return the share of balance more than 90 days past due."""
        return share_bp(self.over_90_minor, self.timed_minor)

    @property
    def over_90_accounts_bp(self) -> int | None:
        """Return the share of accounts more than 90 days past due."""
        return share_bp(self.over_90_accounts, self.timed_accounts)

    @property
    def npl_bp(self) -> int | None:
        """Return the non-performing share of balance (不良率)."""
        return share_bp(self.npl_minor, self.classed_minor)

    @property
    def overdue_bp(self) -> int | None:
        """Return arrears / balance."""
        return share_bp(self.overdue_minor, self.balance_minor)

    @property
    def ecl_bp(self) -> int | None:
        """Return expected loss / balance."""
        return share_bp(self.ecl_minor, self.balance_minor)

    @property
    def coverage_bp(self) -> int | None:
        """Return provisions / non-performing balance (拨备覆盖率)."""
        return share_bp(self.provision_minor, self.npl_minor)

    def as_dict(self) -> dict[str, Any]:
        """Return the sums and counts, and the shares worked out of them."""
        shares = ("over_30", "over_30_accounts", "over_90", "over_90_accounts", "npl", "overdue",
                  "ecl", "coverage")  # fmt: skip
        return super().as_dict() | {f"{name}_bp": getattr(self, f"{name}_bp") for name in shares}


@dataclass(frozen=True)
class Slice(Shape):
    """One part of the book (a bucket, class, stage or product), now and on the night before."""

    key: str
    accounts: int
    balance_minor: int
    overdue_minor: int
    ecl_minor: int
    provision_minor: int
    over_30_minor: int
    over_90_minor: int
    npl_minor: int
    timed_minor: int
    classed_minor: int
    accounts_before: int | None
    balance_before_minor: int | None


@dataclass(frozen=True)
class Flow(Shape):
    """Accounts that went from one state to another; ``balance_minor`` is the balance before.

    ``from_state`` may be ``new``, with the balance now; ``to_state`` may be ``closed`` or ``off``.
    """

    from_state: str
    to_state: str
    accounts: int
    balance_minor: int


@dataclass(frozen=True)
class RollMonth(Shape):
    """Share of accounts of each of ROLLS that stood in a worse bucket a month later, in bp.

    Written off counts as worse; closed counts as not worse. None: the bucket was empty.
    """

    from_on: date
    to_on: date
    rates_bp: tuple[int | None, ...]


@dataclass(frozen=True)
class Vintage(Shape):
    """One opening quarter: share of its accounts ever more than 90 days late, by age in months."""

    quarter: str
    accounts: int
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SignalCount(Shape):
    """Hits of one signal by level, against the night before, and where it could not be told."""

    signal_id: str
    name: Words
    subject_kind: str
    yellow: int
    orange: int
    red: int
    hits: int
    hits_before: int | None
    unknown: int


@dataclass(frozen=True)
class DecisionCount(Shape):
    """Subjects that one rule decided one treatment for, under one policy arm."""

    arm: str
    treatment: str
    rule_id: str
    name: Words
    level: str | None
    subjects: int
    subjects_before: int | None
    amount_minor: int | None
    needs_two: int


@dataclass(frozen=True)
class WatchLevel(Shape):
    """Customers on one watch level, now and on the night before."""

    level: str
    customers: int
    customers_before: int | None


@dataclass(frozen=True)
class WatchRow(Shape):
    """One customer on watch, id masked."""

    customer_id: str
    level: str
    accounts: int
    balance_minor: int
    overdue_minor: int
    dpd_max: int | None
    worst_class: str | None
    rule_id: str | None
    reasons: str | None
    is_new: bool


@dataclass(frozen=True)
class AccountRow(Shape):
    """One account in arrears, id masked."""

    account_id: str
    product: str
    balance_minor: int | None
    overdue_minor: int
    dpd: int | None
    bucket: str | None
    status_24m: str
    asset_class: str | None
    stage: int | None
    months_on_book: int


@dataclass(frozen=True)
class CheckCount(Shape):
    """One kind of problem that check-in found."""

    code: str
    table_name: str
    severity: str
    rows: int
    rows_before: int | None
    message: str


@dataclass(frozen=True)
class ClassMoves(Shape):
    """Accounts whose class got worse or better since the last month-end night."""

    worse: int
    better: int
    worse_minor: int
    better_minor: int


@dataclass(frozen=True)
class Figures(Shape):
    """Everything a head of risk looks at after a night; dates are None when there is no such night.

    ``before_on`` is the night before this one; ``month_on`` the last night of an earlier month.
    """

    book: BookTitle
    as_of: date
    before_on: date | None
    month_on: date | None
    totals: Totals
    before: Totals | None
    series: tuple[Totals, ...]
    buckets: tuple[Slice, ...]
    classes: tuple[Slice, ...]
    stages: tuple[Slice, ...]
    products: tuple[Slice, ...]
    flows: tuple[Flow, ...]
    rolls: tuple[RollMonth, ...]
    class_moves: ClassMoves | None
    vintages: tuple[Vintage, ...]
    signals: tuple[SignalCount, ...]
    decisions: tuple[DecisionCount, ...]
    watch_levels: tuple[WatchLevel, ...]
    watch_rows: tuple[WatchRow, ...]
    worst_accounts: tuple[AccountRow, ...]
    checks: tuple[CheckCount, ...]
    other_currency: int
    masked: bool
    provenance: Provenance
