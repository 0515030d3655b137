"""What cards, lines, loans and guarantees say, what a lender's warning sees, and what is unread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from daihou.clinic.model import Case, Finding, SignalLine, Words
from daihou.clinic.naming import (
    exact,
    header_evidence,
    lenders_of,
    named,
    phrase,
    yuan,
)  # fmt: skip
from daihou.clinic.say import Slot, listed, say, share
from daihou.law import Grade
from daihou.report.facts import facts_of
from daihou.report.facts_model import Evidence, Facts, Figure, Windows
from daihou.report.facts_windows import indexed, months_between
from daihou.report.words import PublicKind

_FULL_BP = 10_000


def credit_findings(case: Case) -> Iterator[Finding]:
    """Yield everything that can be said of credit in use and of the report itself."""
    yield from _cards(case)
    yield from _open_and_unused(case)
    yield from _loans(case)
    yield from _age(case)
    yield from _lender_view(case)
    yield from _since_older(case)
    yield from _reading(case)


def amount_above(limit: int, used: int, line_bp: int) -> int:
    """Return how much must be paid for use to fall below a line. Units: yuan, basis points."""
    return max(used - (limit * line_bp - 1) // _FULL_BP, 0)


def _cards(case: Case) -> Iterator[Finding]:
    cards, line = case.facts.cards, case.limit("use_bp")
    used_bp, limit, used = cards.utilisation_bp, cards.limit.value, cards.used.value
    proof = [e for one in cards.lines for e in one.evidence]
    if used_bp is not None and limit is not None and used is not None and proof:
        slots: dict[str, Slot] = {
            "limit": exact(case, limit), "used": exact(case, used), "share": share(used_bp),
        }  # fmt: skip
        if used_bp >= line:
            pay = exact(case, amount_above(limit, used, line))
            yield say(
                case.sentences, "card_use_high", proof, lenders_of(case, proof), pay=pay, **slots
            )
        else:
            yield say(case.sentences, "card_use_low", proof, (), **slots)
    unclear = (*cards.limit.missing, *cards.used.missing)
    if unclear:
        yield say(case.sentences, "card_use_unclear", unclear, lenders=named(case, unclear))
    if cards.over_90.known:
        full = [one for one in cards.lines if (one.utilisation_bp or 0) >= 9_000]
        items = [
            phrase(case, "line_used", lender=one.legal_person, share=share(one.utilisation_bp or 0))
            for one in full
        ]
        yield say(
            case.sentences, "card_full", cards.over_90.evidence,
            [one.legal_person for one in full], count=cards.over_90.known, items=listed(items),
        )  # fmt: skip
    shared = [one for one in cards.lines if len(one.evidence) > 1]
    if shared:
        items = [
            phrase(case, "cards_sharing", lender=one.legal_person, count=len(one.evidence))
            for one in shared
        ]
        yield say(
            case.sentences, "shared_limit", [e for one in shared for e in one.evidence],
            items=listed(items),
        )  # fmt: skip
    if len(cards.issuers) >= case.limit("issuers"):
        yield say(case.sentences, "card_issuers", cards.cards.evidence, count=len(cards.issuers))


def _open_and_unused(case: Case) -> Iterator[Finding]:
    idle = case.facts.cards.not_activated
    if idle.known:
        yield say(
            case.sentences, "card_inactive", idle.evidence, lenders_of(case, idle.evidence),
            count=idle.known, lenders=named(case, idle.evidence),
        )  # fmt: skip
    lines = [
        (relation.legal_person, tie) for relation in case.facts.relationships
        for tie in relation.ties if tie.kind == "line" and tie.unused
    ]  # fmt: skip
    if lines:
        items = [
            phrase(case, "line_until", lender=lender, until=tie.until) if tie.until
            else phrase(case, "line_open", lender=lender) for lender, tie in lines
        ]  # fmt: skip
        yield say(
            case.sentences, "line_unused", [tie.evidence for _, tie in lines],
            [lender for lender, _ in lines], items=listed(items),
        )  # fmt: skip


def _loans(case: Case) -> Iterator[Finding]:
    facts = case.facts
    guarantees = facts.guarantees
    if guarantees.count.known:
        proof = guarantees.count.evidence
        yield say(
            case.sentences, "guarantees", proof, lenders_of(case, proof),
            count=guarantees.count.known, amount=yuan(case, guarantees.balance),
            lenders=named(case, proof),
        )  # fmt: skip
    if guarantees.overdue.known:
        proof = guarantees.overdue.evidence
        yield say(
            case.sentences, "guarantee_late", proof, lenders_of(case, proof),
            lenders=named(case, proof),
        )  # fmt: skip
    new = [facts.accounts.new[group][6] for group in ("cards", "loans")]
    opened, limit = sum(one.known or 0 for one in new), case.limit("new_accounts")
    if opened >= limit:
        proof = tuple(e for one in new for e in one.evidence)
        yield say(
            case.sentences, "new_accounts", proof, lenders_of(case, proof), count=opened,
            lenders=named(case, proof), limit=limit,
        )  # fmt: skip
    small = facts.loans.non_bank
    if small.known:
        yield say(
            case.sentences, "non_bank", small.evidence, lenders_of(case, small.evidence),
            count=small.known, lenders=named(case, small.evidence),
        )  # fmt: skip
    debt = facts.debt
    if debt.missing and debt.known:
        yield say(
            case.sentences, "debt_unclear", (*debt.evidence, *debt.missing),
            amount=exact(case, debt.known), missing=len(debt.missing),
        )  # fmt: skip
    elif debt.known:
        yield say(
            case.sentences, "debt_total", debt.evidence, amount=exact(case, debt.known),
            loans=yuan(case, facts.loans.balance), cards=yuan(case, facts.cards.used),
        )  # fmt: skip


def _age(case: Case) -> Iterator[Finding]:
    accounts, on = case.facts.accounts, case.facts.on
    if accounts.oldest_on is not None and accounts.oldest is not None:
        years = months_between(accounts.oldest_on, on) // 12
        if years >= 5:
            yield say(
                case.sentences, "oldest_long", [accounts.oldest], since=accounts.oldest_on,
                years=years,
            )  # fmt: skip
        elif years < 1:
            what = phrase(case, "young", since=accounts.oldest_on)
            yield say(case.sentences, "thin_file", [accounts.oldest], what=what)
    elif not case.report.accounts:
        what = phrase(case, "no_accounts")
        yield say(case.sentences, "thin_file", [header_evidence()], what=what)
    score = case.report.score
    if score is not None and score.value is not None:
        yield say(case.sentences, "score", [Evidence("score")], value=score.value)


def _lender_view(case: Case) -> Iterator[Finding]:
    """Yield one sentence a level: the figures that reach it, each with its line and grade."""
    measures = _measures(case.facts)
    reached: dict[str, list[tuple[Words, Figure]]] = {}
    for signal in case.sentences.signals:
        figure = measures[signal.id]
        level = _level(signal, figure)
        if level:
            reached.setdefault(level, []).append((_signal(case, signal, level, figure), figure))
    for level, found in reached.items():
        proof = [e for _, figure in found for e in figure.evidence]
        yield say(
            case.sentences, f"lender_view_{level}", proof, signals=listed([w for w, _ in found])
        )


def _level(signal: SignalLine, figure: Figure) -> str | None:
    for level in ("red", "orange", "yellow"):
        line = getattr(signal, level)
        if line is not None and figure.known is not None and figure.known >= line:
            return level
    return None


def _signal(case: Case, signal: SignalLine, level: str, figure: Figure) -> Words:
    known, line = figure.known or 0, getattr(signal, level)
    shown = (share(known), share(line)) if signal.unit == "share" else (str(known), str(line))
    grade: Grade = signal.source.grade
    return phrase(
        case, "signal", what=signal.words, value=shown[0], line=shown[1], grade=grade.value
    )


def _measures(facts: Facts) -> Mapping[str, Figure]:
    """Return the figure of every signal that a report alone can tell."""
    inquiries, new = facts.inquiries, facts.accounts.new
    nothing = Figure(0)

    def of_reason(code: str, months: int) -> Figure:
        windows: Windows | None = inquiries.by_reason.get(code)
        return nothing if windows is None else windows[months].raw

    def without_new(code: str, group: str) -> Figure:
        opened = new[group][6]
        return of_reason(code, 6) if opened.value == 0 else nothing

    cards = facts.cards
    proof = tuple(e for one in cards.lines for e in one.evidence)
    return {
        "A01": of_reason("03", 1), "A02": of_reason("02", 1), "A03": inquiries.hard_60_days.raw,
        "A04": inquiries.hard[3].distinct, "A05": inquiries.hard[6].raw,
        "A06": without_new("02", "loans"), "A07": without_new("03", "cards"),
        "A08": new["cards"][3], "A10": new["non_bank"][3],
        "B01": Figure(cards.utilisation_bp, proof), "B02": cards.over_90,
        "B05": Figure(len(cards.issuers), cards.cards.evidence),
        "B06": Figure(len(facts.loans.institutions), facts.loans.loans.evidence),
        "C01": facts.arrears.worst, "C03": facts.history.months_24,
        "C04": facts.history.longest_24, "C05": facts.history.worst_24, "C07": facts.bad_debts,
        "C10": facts.recoveries, "D02": facts.public_records[PublicKind.CIVIL_JUDGMENT],
        "D03": facts.public_records[PublicKind.TAX_ARREARS],
        "D04": facts.public_records[PublicKind.PENALTY],
    }  # fmt: skip


def _since_older(case: Case) -> Iterator[Finding]:
    if case.older is None or case.older.header.report_at is None:
        return
    before, now = facts_of(case.older, None), case.facts
    was, is_now = before.cards.utilisation_bp, now.cards.utilisation_bp
    if was is not None and is_now is not None and is_now - was >= case.limit("use_rise_bp"):
        proof = [e for one in now.cards.lines for e in one.evidence]
        yield say(case.sentences, "use_rose", proof, before=share(was), after=share(is_now))
    old, new = before.debt.value, now.debt.value
    if old and new and (new - old) * _FULL_BP >= old * case.limit("debt_rise_bp"):
        yield say(
            case.sentences, "debt_rose", now.debt.evidence, before=exact(case, old),
            after=exact(case, new),
        )  # fmt: skip


def _reading(case: Case) -> Iterator[Finding]:
    unread = [Evidence("unmatched", at) for at in range(len(case.report.unmatched))]
    if unread:
        yield say(case.sentences, "unread", unread, count=len(unread))
    failed = [(e, one) for e, one in indexed("checks", case.report.checks) if one.ok is False]
    if failed:
        yield say(
            case.sentences, "checks_failed", [e for e, _ in failed], count=len(failed),
            items=listed([one.id for _, one in failed]),
        )  # fmt: skip
    told = case.report.header.report_at
    age = 0 if told is None else (case.facts.on - told.date()).days
    if told is not None and age > case.limit("old_report_days"):
        yield say(case.sentences, "report_old", [header_evidence()], since=told.date(), days=age)
