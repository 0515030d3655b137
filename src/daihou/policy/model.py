"""What a policy file may say: tiers, rules, conditions and amounts, each with source and grade."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from daihou.kernel import Level, SubjectKind, Treatment

LARGEST_INT = 2**63 - 1


class Grade(StrEnum):
    """How well a threshold is founded (依据等级), best first."""

    LAW = "L"
    BANK_PAGE = "B"
    REAL_SYSTEM = "C"
    NEWS = "N"
    WEAK_PAGE = "W"
    ASSUMPTION = "M"


class Op(StrEnum):
    """How a field is tested."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    IS_NULL = "is_null"
    NOT_NULL = "not_null"


def _value(value: object) -> object:
    """Refuse what cannot decide, with one message instead of one for each possible type."""
    if isinstance(value, (list, tuple)):
        return tuple(_value(item) for item in value)
    if isinstance(value, float):
        raise ValueError(
            "a fraction cannot decide: write money in whole minor units, shares in basis points"
        )
    if not isinstance(value, (int, str, date)) or isinstance(value, datetime):
        raise ValueError("a value is a whole number, true or false, a word, or a day")
    if isinstance(value, int) and abs(value) > LARGEST_INT:
        raise ValueError("a number beyond 64 bits is a wrong unit")
    return value


Scalar = bool | int | date | str
Value = Annotated[Scalar | tuple[Scalar, ...] | None, BeforeValidator(_value)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,59}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,59}$")]
SignalId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,29}$")]
SignalPattern = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,29}\*?$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )


class Sentence(_Part):
    """The same thing said in Chinese and in English."""

    zh: Words
    en: Words

    def said_in(self, lang: str) -> str:
        """Return the words in ``lang`` (``zh``, else English)."""
        return self.zh if lang == "zh" else self.en


class FieldTest(_Part):
    """One field against a value, a set of values, another field, or null."""

    field: Name
    op: Op
    value: Value = None
    other: Name | None = None
    source: Words | None = None
    grade: Grade | None = None

    @model_validator(mode="after")
    def _shape(self) -> FieldTest:
        if self.op in {Op.IS_NULL, Op.NOT_NULL}:
            if self.value is not None or self.other is not None:
                raise ValueError(f"{self.op.value} takes neither value nor other")
        elif self.op is Op.IN:
            if not isinstance(self.value, tuple) or not self.value or self.other is not None:
                raise ValueError("in takes value: [a, b, …] with at least one entry")
        elif (self.value is None) == (self.other is None) or isinstance(self.value, tuple):
            raise ValueError(f"{self.op.value} takes one value, or other: <field>, not both")
        return self


class SignalTest(_Part):
    """One signal, or a number of signals of a group, at a level or worse.

    ``unknown_as: no_hit`` is a choice written down: a signal that could not be computed then
    counts as clear. Otherwise it makes the test unknown.
    """

    signal: SignalId | None = None
    signals: Name | None = None
    at_least: Level = Level.YELLOW
    count_at_least: int = Field(default=1, ge=1, le=1000)
    unknown_as: Literal["unknown", "no_hit"] = "unknown"
    source: Words | None = None
    grade: Grade | None = None

    @model_validator(mode="after")
    def _shape(self) -> SignalTest:
        if (self.signal is None) == (self.signals is None):
            raise ValueError("write signal: <id> or signals: <group>, not both")
        if self.signal is not None and self.count_at_least != 1:
            raise ValueError("count_at_least needs a group: signals: <group>")
        return self


def _tag(raw: Any) -> str | None:
    if isinstance(raw, BaseModel):
        return _TAG_OF.get(type(raw).__name__)
    if isinstance(raw, Mapping):
        for key, tag in _TAG_BY_KEY.items():
            if key in raw:
                return tag
    return None


_TAG_OF = {
    "AllOf": "all",
    "AnyOf": "any",
    "Not": "not",
    "FieldTest": "test",
    "SignalTest": "signal_test",
    "Minor": "amount",
    "FieldAmount": "field_amount",
    "Percent": "percent",
    "Least": "least",
    "Greatest": "greatest",
}
_TAG_BY_KEY = {
    "all": "all",
    "any": "any",
    "not": "not",
    "op": "test",
    "field": "test",
    "signal": "signal_test",
    "signals": "signal_test",
}
_AMOUNT_TAG_BY_KEY = {
    "minor": "amount",
    "field": "field_amount",
    "percent_bp": "percent",
    "min": "least",
    "max": "greatest",
}


def _amount_tag(raw: Any) -> str | None:
    if isinstance(raw, Mapping):
        return next((tag for key, tag in _AMOUNT_TAG_BY_KEY.items() if key in raw), None)
    return _TAG_OF.get(type(raw).__name__)


Condition = Annotated[
    Annotated["AllOf", Tag("all")]
    | Annotated["AnyOf", Tag("any")]
    | Annotated["Not", Tag("not")]
    | Annotated[FieldTest, Tag("test")]
    | Annotated[SignalTest, Tag("signal_test")],
    Discriminator(
        _tag,
        custom_error_type="condition",
        custom_error_message="a condition is one of: all, any, not, field, signal, signals",
    ),
]
Conditions = Annotated[tuple[Condition, ...], Field(min_length=1)]


class AllOf(_Part):
    """Every part holds; unknown when none is false and one is unknown."""

    parts: Conditions = Field(alias="all")


class AnyOf(_Part):
    """One part holds; unknown when none holds and one is unknown."""

    parts: Conditions = Field(alias="any")


class Not(_Part):
    """The part does not hold; unknown stays unknown."""

    part: Condition = Field(alias="not")


Amount = Annotated[
    Annotated["Minor", Tag("amount")]
    | Annotated["FieldAmount", Tag("field_amount")]
    | Annotated["Percent", Tag("percent")]
    | Annotated["Least", Tag("least")]
    | Annotated["Greatest", Tag("greatest")],
    Discriminator(
        _amount_tag,
        custom_error_type="amount",
        custom_error_message="an amount is one of: minor, field, percent_bp with of, min, max",
    ),
]
Amounts = Annotated[tuple[Amount, ...], Field(min_length=2)]


class Minor(_Part):
    """A fixed amount in minor units of the policy's currency."""

    minor: int = Field(ge=0, le=10**15, strict=True)


class FieldAmount(_Part):
    """A money field of the subject."""

    field: Name


class Percent(_Part):
    """A share of an amount, rounded towards zero; the share is fixed or a basis-point field."""

    percent_bp: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] | Name
    of: Amount
    plus_bp: int = Field(default=0, ge=0, le=10_000, strict=True)


class Least(_Part):
    """The smallest of several amounts; unknown when one is."""

    parts: Amounts = Field(alias="min")


class Greatest(_Part):
    """The largest of several amounts; unknown when one is."""

    parts: Amounts = Field(alias="max")


for _model in (AllOf, AnyOf, Not, Percent, Least, Greatest):
    _model.model_rebuild()


class Tier(_Part):
    """How closely a subject on this watch level is looked at (检查频率), in days.

    How often the bureau is asked about it stands in the rules of asking, under the tier's id.
    """

    id: RuleId
    level: Level | None = None
    when: Condition | None = None
    title: Sentence
    inspection_days: int = Field(ge=1, le=3660)
    own_check_days: int = Field(ge=1, le=3660)
    source: Words
    grade: Grade


class Reason(_Part):
    """Why, as a code that stays and sentences with ``{field}`` places."""

    code: Code
    zh: Words
    en: Words

    def said_in(self, lang: str) -> str:
        """Return the sentence in ``lang`` (``zh``, else English)."""
        return self.zh if lang == "zh" else self.en


class Rule(_Part):
    """One rule: when its condition holds for a subject, the treatment is proposed."""

    id: RuleId
    subject: SubjectKind
    treatment: Treatment
    level: Level | None = None
    when: Condition
    reason: Reason
    amount: Amount | None = None
    evidence: tuple[Annotated[str, StringConstraints(max_length=60)], ...] = ()
    """Fields, signals or groups, one of which must be known before the rule may fire."""
    needs_two: bool = False
    stop: bool = False
    """When this rule fires, no later rule of the file fires for the same subject."""
    notice_working_days: int = Field(default=0, ge=0, le=60)
    source: Words
    grade: Grade


class Policy(_Part):
    """One published policy: immutable, named by name, version and digest."""

    name: Name
    version: int = Field(ge=1, strict=True)
    title: Sentence
    arm: Name = "champion"
    effective_from: date
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    groups: dict[Name, Annotated[tuple[SignalPattern, ...], Field(min_length=1)]] = {}
    tiers: tuple[Tier, ...] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=500)]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what the policy says: comments and layout do not count."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def policy_version(self) -> str:
        """Return ``name@version+digest``, eight digits of it: written into every decision."""
        return f"{self.name}@{self.version}+{self.digest[:8]}"

    def rules_for(self, subject: SubjectKind) -> tuple[Rule, ...]:
        """Return the rules about ``subject`` in file order."""
        return tuple(rule for rule in self.rules if rule.subject is subject)

    def patterns_of(self, group: str) -> tuple[str, ...]:
        """Return the signal patterns of a group; ``any`` is every signal."""
        return ("*",) if group == "any" else self.groups.get(group, ())


def matches_signal(patterns: tuple[str, ...], signal_id: str) -> bool:
    """Tell whether a signal belongs to a group given as ids and prefixes that end in ``*``."""
    return any(
        signal_id.startswith(p[:-1]) if p.endswith("*") else signal_id == p for p in patterns
    )


def signal_label(test: SignalTest) -> str:
    """Return how a signal test is named in lists of facts: the id, or ``signals:<group>``."""
    return test.signal if test.signal is not None else f"signals:{test.signals}"


def tests_in(condition: Condition | None) -> tuple[FieldTest | SignalTest, ...]:
    """Return the leaves of a condition, left to right."""
    if condition is None:
        return ()
    if isinstance(condition, (AllOf, AnyOf)):
        return tuple(leaf for part in condition.parts for leaf in tests_in(part))
    if isinstance(condition, Not):
        return tests_in(condition.part)
    return (condition,)


def fields_in_amount(amount: Amount | None) -> tuple[str, ...]:
    """Return the fields that an amount reads, left to right."""
    if isinstance(amount, FieldAmount):
        return (amount.field,)
    if isinstance(amount, Percent):
        share = (amount.percent_bp,) if isinstance(amount.percent_bp, str) else ()
        return share + fields_in_amount(amount.of)
    if isinstance(amount, (Least, Greatest)):
        return tuple(name for part in amount.parts for name in fields_in_amount(part))
    return ()


def has_fixed_money(amount: Amount | None) -> bool:
    """Tell whether an amount holds a fixed sum other than zero, which needs a currency."""
    if isinstance(amount, Minor):
        return amount.minor != 0
    if isinstance(amount, Percent):
        return has_fixed_money(amount.of)
    if isinstance(amount, (Least, Greatest)):
        return any(has_fixed_money(part) for part in amount.parts)
    return False
