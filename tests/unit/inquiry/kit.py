"""A person about whom asking is permitted, to be spoilt by one fact at a time."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from daihou.inquiry.facts import Asking, Claim, Consent, Line, Person
from daihou.inquiry.gate import Condition, GateAnswer, may_inquire
from daihou.inquiry.rules import Schedule, parse_rules

RULES_FILE = Path(__file__).parents[3] / "src/daihou/inquiry/rules.yaml"
SHIPPED = parse_rules(RULES_FILE.read_text(encoding="utf-8"), "rules.yaml")
RULES = SHIPPED.model_copy(update={"schedule": Schedule.TIERS})
TODAY = date(2024, 5, 31)
CONSENT = Consent("C1", date(2023, 1, 5), frozenset({"001", "004"}))
LOAN = Claim("A1", date(2023, 1, 10), balance_minor=5_000_00)
LINE = Line("L1", date(2023, 1, 10), expires_on=date(2026, 1, 9))
GOOD = Person("P1", consents=(CONSENT,), claims=(LOAN,), lines=(LINE,))
NOW = Asking(TODAY, "G1")


def ask(person: Person, asking: Asking = NOW) -> GateAnswer:
    return may_inquire(person, asking, RULES)


def refused(person: Person, asking: Asking = NOW) -> tuple[Condition, ...]:
    return ask(person, asking).refused_by


def with_line(**change) -> Person:
    """Return a person who has settled everything and holds a line only."""
    return replace(GOOD, claims=(), lines=(replace(LINE, **change),))
