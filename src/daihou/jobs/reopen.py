"""A closed customer comes back: new business and a new consent let the stop be lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from daihou.errors import InquiryError, NotFound
from daihou.inquiry.facts import Asking
from daihou.inquiry.gate import Condition, may_inquire
from daihou.inquiry.staff import Role
from daihou.jobs.audit import asking_rules_of
from daihou.jobs.operations import open_both
from daihou.jobs.persons import persons_of

_NEEDED: Final = (Condition.CONSENT, Condition.RELATIONSHIP)


@dataclass(frozen=True, slots=True)
class Reopening:
    """Who lifts the stop of whom, from which day on, and why."""

    customer_id: str
    on: date
    by: str
    second: str
    why: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """What let the stop be lifted; ``proofs`` are consent and relationship."""

    customer_id: str
    on: date
    proofs: tuple[str, ...]
    stops_lifted: int


def reopen_relationship(root: Path, wanted: Reopening, now: datetime) -> Reopened:
    """Lift the stop that a closing left, from a day on.

    Raises: NotAllowed unless an officer and another person, an approver, do it; NotFound when no
    stop of a closing stands; InquiryError without a live consent and something open on the day.
    """
    home, _ = open_both(root)
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.auditing import lift_stops
    from daihou.ops.staff import Staff

    by, second = Staff().require_two((wanted.by, Role.OFFICER), (wanted.second, Role.APPROVER))
    if not wanted.why.strip():
        raise InquiryError("a reopening says why", [], where=wanted.customer_id,
                           next_step="give --why")  # fmt: skip
    person = persons_of(home, [wanted.customer_id], wanted.on).get(wanted.customer_id)
    if person is None:
        raise NotFound("no such customer on this day", where=f"{wanted.customer_id}, {wanted.on}")
    rules = asking_rules_of(home)
    answer = may_inquire(person, Asking(wanted.on, next(iter(rules.tiers))), rules)
    found = {f.condition: f for f in answer.findings if f.condition in _NEEDED}
    if missing := [f.evidence for f in found.values() if f.holds is not True]:
        raise InquiryError(
            "nothing lets the stop be lifted", missing, where=wanted.customer_id,
            why="a closing is undone by new business and a new consent only",
            next_step="land them first, or choose the day on which they hold",
        )  # fmt: skip
    proofs = tuple(finding.evidence for finding in found.values())
    told = {"second": second.user_id, "why": wanted.why, "proofs": list(proofs)}
    who = (home.book.book, wanted.customer_id)
    lifted = lift_stops(who, wanted.on, by.user_id, told, now)
    if not lifted:
        raise NotFound("no stop of a closing stands", where=wanted.customer_id)
    return Reopened(wanted.customer_id, wanted.on, proofs, lifted)
