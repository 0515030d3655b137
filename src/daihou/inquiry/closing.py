"""Closing a relationship so that inquiries stop: what is still left, and the steps in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.inquiry.facts import Claim, Consent, Line, Person, Suretyship
from daihou.law.terms import add_months

REPORT_LAG_MONTHS: Final = 1
"""Reporting can lag about so long. Source: domain notes on process, section 8 (grade M)."""


class Left(StrEnum):
    """What can be left of a relationship."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
    RESIDUAL_INTEREST = "residual_interest"
    UNKNOWN_BALANCE = "unknown_balance"
    OVERPAID = "overpaid"
    GUARANTEE_GIVEN = "guarantee_given"
    LINE = "line"
    FROZEN_LINE = "frozen_line"
    CARD = "card"
    CARD_NOT_ACTIVATED = "card_not_activated"
    OPEN_ACCOUNT = "open_account"
    GUARANTEE_RECEIVED = "guarantee_received"
    CONSENT = "consent"
    PENDING_ORDER = "pending_order"
    DISPUTE = "dispute"


class Advice(NamedTuple):
    """A thing's name and what to do about it, in Chinese and English."""

    zh: str
    en: str
    todo_zh: str
    todo_en: str


ADVICE: Final[Mapping[Left, Advice]] = MappingProxyType(
    {
        Left.PRINCIPAL: Advice("本金未清", "principal owed", "先还清", "have it paid"),
        Left.INTEREST: Advice("利息未清", "interest owed", "先还清", "have it paid"),
        Left.FEE: Advice("费用未清", "fee owed", "先还清", "have it paid"),
        Left.RESIDUAL_INTEREST: Advice(
            "残余利息", "residual interest",
            "最常见的遗漏：出账后还清，或把零余额入账", "the usual oversight: bill and settle it, "
            "or land a balance of zero from the ledger",
        ),
        Left.UNKNOWN_BALANCE: Advice(
            "余额未知", "balance unknown", "从核心账入账余额；未知不等于零",
            "land the balance from the ledger; unknown is not zero",
        ),
        Left.OVERPAID: Advice("多还溢缴款", "overpaid", "先退还客户", "pay it back first"),
        Left.GUARANTEE_GIVEN: Advice(
            "为他人担保未解除", "guarantee given for others",
            "先结清被担保业务、更换保证人，或由银行书面解除（--release-guarantees）",
            "settle the secured business, replace the guarantor, or have the lender release it "
            "(--release-guarantees)",
        ),
        Left.LINE: Advice("额度有效", "valid line", "结清不等于销额：注销额度",
                          "settled is not cancelled: cancel the line"),
        Left.FROZEN_LINE: Advice("额度冻结", "frozen line", "冻结不等于注销：注销额度",
                                 "frozen is not cancelled: cancel the line"),
        Left.CARD: Advice("卡片未销户", "open card", "销户", "close it"),
        Left.CARD_NOT_ACTIVATED: Advice(
            "未使用的卡未销户", "card never used", "未激活的卡也是存续关系：销户",
            "a card never used is a relationship too: close it",
        ),
        Left.OPEN_ACCOUNT: Advice("账户未关闭", "open account", "还清后关闭",
                                  "close it once it is paid"),
        Left.GUARANTEE_RECEIVED: Advice("他人提供的担保", "guarantee received", "解除", "end it"),
        Left.CONSENT: Advice("贷后查询授权", "consent to post-loan inquiry", "终止", "end it"),
        Left.PENDING_ORDER: Advice("待发查询指令", "order not sent yet", "撤销", "cancel it"),
        Left.DISPUTE: Advice(
            "异议处理中", "open dispute", "不妨碍结清；20 日内书面答复（条例第 25 条）",
            "does not stand in the way; answer in writing within 20 days (regulation, art. 25)",
        ),
    }
)  # fmt: skip
"""What each thing left is called and what to do about it."""

OWED: Final = frozenset(
    {Left.PRINCIPAL, Left.INTEREST, Left.FEE, Left.RESIDUAL_INTEREST, Left.UNKNOWN_BALANCE,
     Left.OVERPAID, Left.GUARANTEE_GIVEN}
)  # fmt: skip
"""While one of these is left the relationship cannot be closed."""


@dataclass(frozen=True, slots=True)
class Due:
    """What one account still owes on the day. Units: minor units; None is unknown, not zero.

    ``principal_minor`` below zero is overpaid. ``residual_from_on`` is the day since which interest
    ran that no due or statement has asked for yet, None when there is none. ``used`` False: a card
    on which nothing was ever booked; None: unknown.
    """

    account_id: str
    principal_minor: int | None
    interest_minor: int | None
    fee_minor: int | None
    residual_from_on: date | None = None
    used: bool | None = None


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What closing depends on: the person as the gate sees it, and what the gate need not know.

    ``received`` are guarantees that others gave for this person's accounts; ``frozen`` numbers of
    frozen lines; ``pending`` keys of orders that have not left; ``disputes`` (number, since when).
    ``released`` says that the lender lets the person out of live guarantees.
    """

    person: Person
    dues: Mapping[str, Due] = field(default_factory=dict)
    received: tuple[Suretyship, ...] = ()
    frozen: frozenset[str] = frozenset()
    pending: tuple[str, ...] = ()
    disputes: tuple[tuple[str, date], ...] = ()
    consent_code: str = "004"
    released: bool = False


@dataclass(frozen=True, slots=True)
class Leftover:
    """One thing left: of which account, line, card, guarantee, order; how much; since when."""

    kind: Left
    subject: str
    amount_minor: int | None = None
    since: date | None = None

    @property
    def is_owed(self) -> bool:
        """Tell whether it stands in the way of closing."""
        return self.kind in OWED


def leftovers(facts: ClosingFacts, on: date) -> tuple[Leftover, ...]:
    """Return everything that is left of the relationship on a day, what is owed first."""
    found = [
        *_of_claims(facts, on), *_of_lines(facts, on), *_of_guarantees(facts, on),
        *(Leftover(Left.CONSENT, c.consent_id, since=c.signed_on) for c in _live(facts, on)),
        *(Leftover(Left.PENDING_ORDER, key) for key in facts.pending),
        *(Leftover(Left.DISPUTE, number, since=since) for number, since in facts.disputes),
    ]  # fmt: skip
    places = list(Left)
    return tuple(sorted(found, key=lambda one: (places.index(one.kind), one.subject)))


def _of_claims(facts: ClosingFacts, on: date) -> Iterator[Leftover]:
    for claim in facts.person.claims:
        if not is_running(claim, on):
            continue
        due = facts.dues.get(claim.account_id) or Due(claim.account_id, None, None, None)
        yield from _owed(due)
        if claim.card:
            unused = due.used is False and due.principal_minor == 0
            kind = Left.CARD_NOT_ACTIVATED if unused else Left.CARD
        else:
            kind = Left.OPEN_ACCOUNT
        yield Leftover(kind, claim.account_id, since=claim.opened_on)


def _owed(due: Due) -> Iterator[Leftover]:
    parts = (
        (Left.PRINCIPAL, due.principal_minor),
        (Left.INTEREST, due.interest_minor),
        (Left.FEE, due.fee_minor),
    )
    for kind, amount in parts:
        if amount is not None and amount > 0:
            yield Leftover(kind, due.account_id, amount)
    if any(amount is None for _, amount in parts):
        yield Leftover(Left.UNKNOWN_BALANCE, due.account_id)
    if due.principal_minor is not None and due.principal_minor < 0:
        yield Leftover(Left.OVERPAID, due.account_id, -due.principal_minor)
    if due.residual_from_on is not None:
        yield Leftover(Left.RESIDUAL_INTEREST, due.account_id, since=due.residual_from_on)


def _of_lines(facts: ClosingFacts, on: date) -> Iterator[Leftover]:
    for line in facts.person.lines:
        if is_valid(line, on):
            kind = Left.FROZEN_LINE if line.line_id in facts.frozen else Left.LINE
            yield Leftover(kind, line.line_id, since=line.opened_on)


def _of_guarantees(facts: ClosingFacts, on: date) -> Iterator[Leftover]:
    for given in facts.person.guarantees:
        if runs(given, on) and not facts.released and is_live(given, on):
            yield Leftover(
                Left.GUARANTEE_GIVEN, given.guarantee_id, given.secures.balance_minor,
                given.starts_on,
            )  # fmt: skip
    for got in facts.received:
        if runs(got, on):
            yield Leftover(Left.GUARANTEE_RECEIVED, got.guarantee_id, since=got.starts_on)


def is_running(claim: Claim, on: date) -> bool:
    """Tell whether an account is open on a day."""
    return claim.opened_on <= on and (claim.closed_on is None or on < claim.closed_on)


def is_valid(line: Line, on: date) -> bool:
    """Tell whether a line can be drawn on a day or later: one that opens tomorrow counts too."""
    return (line.expires_on is None or on <= line.expires_on) and (
        line.cancelled_on is None or on < line.cancelled_on
    )


def runs(guarantee: Suretyship, on: date) -> bool:
    """Tell whether a guarantee has not ended on a day."""
    return guarantee.ends_on is None or on < guarantee.ends_on


def is_live(guarantee: Suretyship, on: date) -> bool:
    """Tell whether the secured business is open, or may be: an unknown balance is not zero."""
    claim, line = guarantee.secures, guarantee.line
    owed = is_running(claim, on) and (claim.balance_minor is None or claim.balance_minor > 0)
    return owed or (line is not None and is_valid(line, on))


def _live(facts: ClosingFacts, on: date) -> Iterator[Consent]:
    for consent in facts.person.consents:
        ended = consent.ends_on is not None and consent.ends_on <= on
        withdrawn = consent.withdrawn_on is not None and consent.withdrawn_on <= on
        if facts.consent_code in consent.purposes and not ended and not withdrawn:
            yield consent


@dataclass(frozen=True, slots=True)
class Endings:
    """What closing ends as dated facts: numbers of accounts, lines, guarantees, consents."""

    accounts: tuple[str, ...]
    lines: tuple[str, ...]
    guarantees: tuple[str, ...]
    consents: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to end."""
        return bool(self.accounts or self.lines or self.guarantees or self.consents)


def endings(facts: ClosingFacts, on: date) -> Endings:
    """Return what is to be ended on a day when nothing is owed any more."""
    person = facts.person
    guarantees = {g.guarantee_id for g in (*person.guarantees, *facts.received) if runs(g, on)}
    return Endings(
        tuple(sorted(c.account_id for c in person.claims if is_running(c, on))),
        tuple(sorted(line.line_id for line in person.lines if is_valid(line, on))),
        tuple(sorted(guarantees)),
        tuple(sorted(consent.consent_id for consent in _live(facts, on))),
    )


class StepKind(StrEnum):
    """The steps of closing, in order. Source: domain notes on process, section 8."""

    BALANCE_ZERO = "balance_zero"
    CANCEL_LINES = "cancel_lines"
    CLOSE_ACCOUNTS = "close_accounts"
    END_GUARANTEES = "end_guarantees"
    STOP_INQUIRIES = "stop_inquiries"
    REPORT_CHANGE = "report_change"
    GIVE_PROOF = "give_proof"
    WATCH = "watch"


STEP_WORDS: Final[Mapping[StepKind, tuple[str, str]]] = MappingProxyType(
    {
        StepKind.BALANCE_ZERO: ("余额为零（含息费）", "balance zero, interest and fees included"),
        StepKind.CANCEL_LINES: ("注销授信额度", "cancel the credit lines"),
        StepKind.CLOSE_ACCOUNTS: ("关闭账户、卡片销户", "close accounts and cards"),
        StepKind.END_GUARANTEES: ("解除担保", "end the guarantees"),
        StepKind.STOP_INQUIRIES: (
            "停止查询计划、撤销待发指令、终止授权",
            "stop the schedule, cancel orders not sent, end the consent",
        ),
        StepKind.REPORT_CHANGE: (
            "最迟此日向征信系统报送变更", "report the change to the bureau by this day"
        ),
        StepKind.GIVE_PROOF: ("出具结清证明", "give the settlement proof"),
        StepKind.WATCH: (
            "此日起任何查询都触发预警", "from this day on any inquiry raises an alarm"
        ),
    }
)  # fmt: skip
"""Each step in Chinese and English."""


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """One step: about which things, on which day."""

    kind: StepKind
    on: date
    subjects: tuple[str, ...] = ()


def closing_steps(facts: ClosingFacts, on: date) -> tuple[ClosingStep, ...]:
    """Return the steps of closing on a day, in order, each with its day and what it is about."""
    ended = endings(facts, on)
    return (
        ClosingStep(StepKind.BALANCE_ZERO, on, ended.accounts),
        ClosingStep(StepKind.CANCEL_LINES, on, ended.lines),
        ClosingStep(StepKind.CLOSE_ACCOUNTS, on, ended.accounts),
        ClosingStep(StepKind.END_GUARANTEES, on, ended.guarantees),
        ClosingStep(StepKind.STOP_INQUIRIES, on, (*facts.pending, *ended.consents)),
        ClosingStep(StepKind.REPORT_CHANGE, add_months(on, REPORT_LAG_MONTHS)),
        ClosingStep(StepKind.GIVE_PROOF, on),
        ClosingStep(StepKind.WATCH, on),
    )
