"""Whether a lender may ask the bureau about a person under post-loan management on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from daihou.inquiry.cadence import next_due_on
from daihou.inquiry.facts import Asking, Claim, Consent, Line, Operator, Person, Suretyship
from daihou.inquiry.rules import Rules
from daihou.law import Grade
from daihou.law.terms import add_months


class Condition(StrEnum):
    """The conditions of the gate, in the order in which they are read."""

    CONSENT = "consent"
    RELATIONSHIP = "relationship"
    NO_STOP = "no_stop"
    OCCASION = "occasion"
    COOL_OFF = "cool_off"
    YEAR_CAP = "year_cap"
    OPERATOR = "operator"
    HOURS = "hours"
    DAILY_CAP = "daily_cap"


@dataclass(frozen=True, slots=True)
class Ground:
    """The rule behind a condition. Source: domain notes on inquiry law; grades there."""

    article: str
    grade: Grade


_HOUSE: Final = Ground("own rule of the lender", Grade.MEMORY)
GROUNDS: Final = {
    Condition.CONSENT: Ground(
        "征信业管理条例 arts. 18, 28; 个人信息保护法 art. 15", Grade.LAW_READ
    ),
    Condition.RELATIONSHIP: Ground(
        "个人信用信息基础数据库管理暂行办法 art. 12(4); business not ended: a lessor's form",
        Grade.WEB,
    ),
    Condition.NO_STOP: Ground(
        "征信业管理条例 arts. 20, 25; 个人信息保护法 art. 47", Grade.LAW_READ
    ),
    Condition.OCCASION: Ground(
        "个人信息保护法 art. 6 (clear purpose, least impact)", Grade.LAW_READ
    ),
    Condition.COOL_OFF: _HOUSE,
    Condition.YEAR_CAP: _HOUSE,
    Condition.OPERATOR: Ground("征信业管理条例 art. 22, by practice", Grade.LAW_READ),
    Condition.HOURS: _HOUSE,
    Condition.DAILY_CAP: _HOUSE,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition as it stands: ``holds`` None is unknown, and unknown is no permission."""

    condition: Condition
    holds: bool | None
    evidence: str


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """The gate's answer with every condition and its evidence; it is kept with the order."""

    customer_id: str
    on: date
    findings: tuple[Finding, ...]

    @property
    def may(self) -> bool:
        """Tell whether every condition holds."""
        return all(finding.holds is True for finding in self.findings)

    @property
    def refused_by(self) -> tuple[Condition, ...]:
        """Return the conditions that do not hold or are unknown, in order."""
        return tuple(f.condition for f in self.findings if f.holds is not True)


def may_inquire(person: Person, asking: Asking, rules: Rules) -> GateAnswer:
    """Return whether the inquiry is permitted, and why.

    Asked without an operator (planning) the conditions of sending are left out; they are read at
    the moment of sending, together with all the others once more.
    """
    found = [
        _consent(person.consents, asking.on, rules),
        _relationship(person, asking.on),
        _no_stop(person, asking.on),
        _occasion(person, asking, rules),
        _cool_off(person, asking.on, rules),
        _year_cap(person, asking.on, rules),
    ]
    if asking.operator is not None:
        found += _sending(asking, asking.operator, rules)
    return GateAnswer(person.customer_id, asking.on, tuple(found))


def _consent(consents: tuple[Consent, ...], on: date, rules: Rules) -> Finding:
    code = rules.purpose.consent_code
    live = [
        consent.consent_id
        for consent in consents
        if code in consent.purposes
        and consent.signed_on <= on
        and (consent.ends_on is None or on <= consent.ends_on)
        and (consent.withdrawn_on is None or on < consent.withdrawn_on)
    ]
    told = f"consent {min(live)}" if live else f"no live consent with code {code}"
    return Finding(Condition.CONSENT, bool(live), told)


def _relationship(person: Person, on: date) -> Finding:
    proofs = sorted(_open_business(person, on))
    if proofs:
        return Finding(Condition.RELATIONSHIP, True, proofs[0])
    unsure = [
        claim.account_id
        for claim in (*person.claims, *(g.secures for g in person.guarantees if _runs(g, on)))
        if _is_running(claim, on) and claim.balance_minor is None
    ]
    if unsure:
        return Finding(Condition.RELATIONSHIP, None, f"balance of {min(unsure)} unknown")
    return Finding(Condition.RELATIONSHIP, False, "no balance, line, card or guarantee is open")


def _open_business(person: Person, on: date) -> Iterator[str]:
    for claim in person.claims:
        if claim.card and _is_running(claim, on):
            yield f"open card {claim.account_id}"
        elif _is_owed(claim, on):
            yield f"balance on {claim.account_id}"
    for line in person.lines:
        if _is_valid(line, on):
            yield f"valid line {line.line_id}"
    for guarantee in person.guarantees:
        secured = _is_owed(guarantee.secures, on) or (
            guarantee.line is not None and _is_valid(guarantee.line, on)
        )
        if _runs(guarantee, on) and secured:
            yield f"live guarantee {guarantee.guarantee_id}"


def _is_running(claim: Claim, on: date) -> bool:
    return claim.opened_on <= on and (claim.closed_on is None or on < claim.closed_on)


def _is_owed(claim: Claim, on: date) -> bool:
    return _is_running(claim, on) and (claim.balance_minor or 0) > 0


def _is_valid(line: Line, on: date) -> bool:
    return (
        line.opened_on <= on
        and (line.expires_on is None or on <= line.expires_on)
        and (line.cancelled_on is None or on < line.cancelled_on)
    )


def _runs(guarantee: Suretyship, on: date) -> bool:
    return guarantee.starts_on <= on and (guarantee.ends_on is None or on <= guarantee.ends_on)


def _no_stop(person: Person, on: date) -> Finding:
    held = sorted(
        stop.kind
        for stop in person.stops
        if stop.from_on <= on and (stop.to_on is None or on < stop.to_on)
    )
    return Finding(Condition.NO_STOP, not held, f"stopped by {held[0]}" if held else "no stop")


def _occasion(person: Person, asking: Asking, rules: Rules) -> Finding:
    tier = rules.tiers.get(asking.tier)
    if tier is None:
        return Finding(Condition.OCCASION, None, f"tier {asking.tier!r} has no rule")
    trigger = asking.trigger
    if trigger is not None:
        rule = rules.triggers.get(trigger.kind)
        if rule is None:
            return Finding(Condition.OCCASION, None, f"trigger {trigger.kind!r} has no rule")
        usable = (
            tier.triggers
            and trigger in person.triggers
            and trigger.on <= asking.on <= trigger.on + timedelta(days=rule.days)
            and not any(day >= trigger.on for day in person.asked_on)
        )
        told = f"trigger {trigger.kind} of {trigger.on}"
        return Finding(
            Condition.OCCASION, usable, told if usable else f"{told}: used, too old or not recorded"
        )
    months = rules.months_of(asking.tier)
    if months is None:
        return Finding(Condition.OCCASION, False, f"tier {asking.tier} is asked on a trigger only")
    due = next_due_on(person.asked_on, months)
    last = max(person.asked_on, default=None)
    told = f"tier {asking.tier}, every {months} months, last {last or 'never'}"
    return Finding(Condition.OCCASION, due is None or due <= asking.on, told)


def _cool_off(person: Person, on: date, rules: Rules) -> Finding:
    if not person.asked_on:
        return Finding(Condition.COOL_OFF, True, "never asked")
    last, days = max(person.asked_on), rules.cool_off_days.value
    return Finding(
        Condition.COOL_OFF, (on - last).days >= days, f"last asked {last}, {days} days must pass"
    )


def _year_cap(person: Person, on: date, rules: Rules) -> Finding:
    since = add_months(on, -12)
    asked = sum(since < day <= on for day in person.asked_on)
    cap = rules.person_year_cap.value
    return Finding(Condition.YEAR_CAP, asked < cap, f"{asked} of {cap} inquiries in 12 months")


def _sending(asking: Asking, operator: Operator, rules: Rules) -> list[Finding]:
    allowed = operator.active and operator.branch_allowed
    hours, at = rules.working_hours, asking.at
    open_day = asking.on not in asking.closed_days
    in_hours = at is not None and at.date() == asking.on and hours.hold(at)
    return [
        Finding(Condition.OPERATOR, allowed, f"operator {operator.operator_id}"),
        Finding(
            Condition.HOURS,
            open_day and in_hours if at is not None else None,
            f"{at:%Y-%m-%d %H:%M}" if at is not None else "time of sending unknown",
        ),
        Finding(
            Condition.DAILY_CAP,
            operator.sent_today < operator.daily_cap,
            f"{operator.sent_today} of {operator.daily_cap} sent today",
        ),
    ]
