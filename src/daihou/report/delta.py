"""What changed between two reports of one person, and what cannot be told."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final, TypeVar

from daihou.report.delta_accounts import account_findings, is_aged, pair_accounts
from daihou.report.delta_match import Pairs, pair, refuse_other_person, same_naming
from daihou.report.delta_model import (
    Change,
    Delta,
    Event,
    Finding,
    NotCompared,
    Reason,
    Tone,
    compared,
)
from daihou.report.facts import facts_of
from daihou.report.facts_lenders import legal_person, lists_agreements
from daihou.report.facts_model import Evidence, Facts
from daihou.report.facts_windows import indexed, window_start
from daihou.report.model import Agreement, Inquiry, Liability, PublicRecord, Report
from daihou.report.values import Month, When
from daihou.report.words import PublicKind, ReportKind

T = TypeVar("T")
Days = tuple[date | None, date | None]

SHORT: Final = frozenset({ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2})
_PUBLIC_KEYS: Final = (
    "case_no", "document_no", "court", "authority", "filed_on", "counted_on", "title", "issuer",
    "granted_on",
)  # fmt: skip
_GOOD_RECORDS: Final = frozenset(
    {PublicKind.HOUSING_FUND, PublicKind.LOW_INCOME, PublicKind.QUALIFICATION, PublicKind.REWARD}
)


def delta_of(old: Report, new: Report) -> Delta:
    """Return what differs between two reports of one person, the older one first.

    Reports handed over the other way round are turned. What only one of them tells is unknown, not
    changed; reports of different layouts are compared in what both tell.

    Raises: ReportMismatch when name or identity number differ.
    """
    times = (old.header.report_at, new.header.report_at)
    if times[0] is not None and times[1] is not None and times[0] > times[1]:
        return delta_of(new, old)
    known_person = refuse_other_person(old, new)
    days = (times[0] and times[0].date(), times[1] and times[1].date())
    pairs = pair_accounts(old, new)
    found: list[Finding] = []
    if not known_person:
        found.append(NotCompared("header", "person", "name and number are not on both reports"))
    if None in days:
        found.append(NotCompared("header", "report_at", "a report does not say when it was made"))
    same_kind = (old.kind in SHORT) == (new.kind in SHORT) and same_naming(old, new)
    found += account_findings(pairs, days, same_kind=same_kind)
    found += _agreements(old, new, days[0])
    found += _guarantees(old, new, days[0], same_kind=same_kind)
    found += _public(old, new, days)
    found += _inquiries(old, new, days)
    found += _identity(old, new)
    if None not in days:
        found += _totals(facts_of(old), facts_of(new))
    at = (Evidence("header"), Evidence("header"))
    found += compared("identity", "marital", (old.header.marital, new.header.marital), at)
    if old.score and new.score:
        at = (Evidence("score"), Evidence("score"))
        found += compared("score", "value", (old.score.value, new.score.value), at)
    return Delta(
        *times,
        changes=tuple(one for one in found if isinstance(one, Change)),
        unknown=tuple(one for one in found if isinstance(one, NotCompared)),
        accounts=tuple((before[0], after[0]) for before, after in pairs.same),
    )


def _records(
    about: str,
    pairs: Pairs[T],
    opened_on: Callable[[T], date | None],
    names: Sequence[str],
    older: date | None,
) -> Iterator[Finding]:
    """Yield changed values of paired records, and records that only one report has."""
    for (old_at, before), (new_at, after) in pairs.same:
        for name in names:
            values = (getattr(before, name), getattr(after, name))
            yield from compared(about, name, values, (old_at, new_at))
    for evidence, record in pairs.only_new:
        day = opened_on(record)
        fresh = day is not None and older is not None and day > older
        yield Change(about, Event.NEW if fresh else Event.APPEARED, new=evidence)
    for evidence, _ in pairs.only_old:
        yield Change(about, Event.VANISHED, old=evidence)


def _agreements(old: Report, new: Report, older: date | None) -> Iterator[Finding]:
    if not (lists_agreements(old) and lists_agreements(new)):
        if old.agreements or new.agreements:
            yield NotCompared("agreements", "", "only one of the layouts lists agreements")
        return

    def numbered(one: Agreement) -> Hashable | None:
        mark = one.agreement_mark or one.agreement_no
        return None if mark is None else (mark, one.from_on)

    def described(one: Agreement) -> Hashable:
        return (one.institution, one.from_on, one.use_code, one.currency)

    rows = (indexed("agreements", old.agreements), indexed("agreements", new.agreements))
    names = ("state_code", "limit", "used", "to_on")
    pairs = pair(*rows, (numbered, described) if same_naming(old, new) else (numbered,))
    yield from _records("agreements", pairs, lambda one: one.from_on, names, older)


def _guarantees(
    old: Report, new: Report, older: date | None, *, same_kind: bool
) -> Iterator[Finding]:
    def contract(one: Liability) -> Hashable | None:
        return None if one.contract_no is None else (one.contract_no, one.opened_on)

    def described(one: Liability) -> Hashable:
        lender = legal_person(one.institution) if same_naming(old, new) else ""
        return (lender, one.opened_on, one.role, one.debtor, one.amount)

    def without_amount(one: Liability) -> Hashable:
        return described(replace(one, amount=None))

    rows = (indexed("liabilities", old.liabilities), indexed("liabilities", new.liabilities))
    pairs = pair(*rows, (contract, described, without_amount))
    names = ("amount", "balance", "months_overdue", "class_code")
    for found in _records("liabilities", pairs, lambda one: one.opened_on, names, older):
        single = isinstance(found, Change) and found.event in {Event.APPEARED, Event.VANISHED}
        if single and not same_kind:
            why = "only one report lists it"
            yield NotCompared("liabilities", "", why, found.old, found.new)
        elif found.what == "months_overdue" and isinstance(found, Change):
            worse = (found.after or 0) > (found.before or 0)  # type: ignore[operator]
            yield replace(found, tone=Tone.WORSE if worse else Tone.NEUTRAL)
        else:
            yield found


def _public(old: Report, new: Report, days: Days) -> Iterator[Finding]:
    def key(record: PublicRecord) -> Hashable:
        return (record.kind, *(record.values.get(name) for name in _PUBLIC_KEYS))

    pairs = pair(
        indexed("public_records", old.public_records),
        indexed("public_records", new.public_records),
        (key,),
    )
    for (old_at, before), (new_at, after) in pairs.same:
        for name in dict.fromkeys((*before.values, *after.values)):
            values = (before.values.get(name), after.values.get(name))
            yield from compared("public_records", name, values, (old_at, new_at))
    for evidence, record in pairs.only_new:
        tone = Tone.NEUTRAL if record.kind in _GOOD_RECORDS else Tone.WORSE
        yield Change("public_records", Event.NEW, new=evidence, tone=tone)
    for evidence, record in pairs.only_old:
        end = next((end for end in _ends(record) if end is not None), None)
        aged = end is not None and is_aged(end, days[1])
        why = Reason.FIVE_YEARS if aged else None
        yield Change(
            "public_records", Event.VANISHED, old=evidence, explained_by=why,
            sure=not aged or end in _ends(record)[:2],
        )  # fmt: skip


def _ends(record: PublicRecord) -> list[When | None]:
    """Return the days that may be the end of a record; only the first two say that it is."""
    names = ("closed_on", "until_on", "effective_on", "filed_on", "counted_on")
    values = (record.values.get(name) for name in names)
    return [value if isinstance(value, date | Month) else None for value in values]


def _inquiries(old: Report, new: Report, days: Days) -> Iterator[Finding]:
    def key(inquiry: Inquiry) -> Hashable:
        lender = inquiry.institution if same_naming(old, new) else ""
        return (inquiry.on, lender, inquiry.own, inquiry.reason_code or inquiry.reason)

    older, newer = days
    pairs = pair(indexed("inquiries", old.inquiries), indexed("inquiries", new.inquiries), (key,))
    for evidence, inquiry in pairs.only_new:
        if inquiry.on is None or older is None:
            yield NotCompared("inquiries", "", "its day is not known", new=evidence)
        else:  # one of the same day came after the older report was made
            event = Event.NEW if inquiry.on >= older else Event.APPEARED
            yield Change("inquiries", event, new=evidence)
    for evidence, inquiry in pairs.only_old:
        aged = inquiry.on and newer and inquiry.on <= window_start(newer, 24)
        why = Reason.TWO_YEARS if aged else None
        yield Change("inquiries", Event.VANISHED, old=evidence, explained_by=why)


def _identity(old: Report, new: Report) -> Iterator[Finding]:
    """Yield telephones, homes and employers that the older report does not have.

    The evidence points into the person's data (``report.identity.phones[index]``); the change does
    not repeat them. What is gone is no event: the report keeps only the latest five.
    """
    if old.identity is None or new.identity is None:
        if old.identity or new.identity:
            yield NotCompared("identity", "", "only one of the layouts tells it")
        return
    parts = (("phones", "number"), ("residences", "address"), ("occupations", "employer"))
    for part, name in parts:
        known = {getattr(one, name) for one in getattr(old.identity, part)}
        for index, one in enumerate(getattr(new.identity, part)):
            value = getattr(one, name)
            if value is not None and value not in known:
                at = Evidence("identity", index, part)
                yield Change("identity", Event.NEW, part, new=at)


def _totals(old: Facts, new: Facts) -> Iterator[Finding]:
    """Yield changes of sums over the reports."""
    at = (Evidence("summary"), Evidence("summary"))
    for name, sum_of in _SUMS.items():
        yield from compared("totals", name, (sum_of(old), sum_of(new)), at)


_SUMS: Final[Mapping[str, Callable[[Facts], int | None]]] = MappingProxyType(
    {
        "card_limit": lambda facts: facts.cards.limit.value,
        "card_used": lambda facts: facts.cards.used.value,
        "card_utilisation_bp": lambda facts: facts.cards.utilisation_bp,
        "card_issuers": lambda facts: len(facts.cards.issuers),
        "loans": lambda facts: facts.loans.loans.value,
        "loan_institutions": lambda facts: len(facts.loans.institutions),
        "loan_balance": lambda facts: facts.loans.balance.value,
        "monthly_due": lambda facts: facts.loans.monthly_due.value,
        "debt": lambda facts: facts.debt.value,
        "accounts_overdue": lambda facts: facts.arrears.accounts.value,
        "guarantee_balance": lambda facts: facts.guarantees.balance.value,
    }
)
