"""One account of a published night judged again in plain Python: class, signals, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from daihou.desk.labels import Words
from daihou.desk.privacy import COVERED
from daihou.desk.shapes import ClassLine, DecisionLine, SignalLine
from daihou.jobs.single import Row, Single
from daihou.kernel import Level, SubjectKind, Verdict, format_minor
from daihou.law import ClassReason, Facts, debtor_facts, explain_class
from daihou.night.classify import law_for
from daihou.policy import FiredRule, NotFired, Policy, explain_decision, reason_sentence
from daihou.signals import Signal, SignalReason, explain_signal

NEAREST: Final = 5
"""Rules that did not fire and are shown: the nearest to firing."""

_LEVELS: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class Decided:
    """What the plain judge says of one subject under one arm: every rule in order."""

    kind: SubjectKind
    subject_id: str
    facts: Row
    policy: Policy
    arm: str
    rules: Sequence[FiredRule | NotFired]


@dataclass(frozen=True, slots=True)
class Case:
    """One account of a customer's night, with everything that judges it again in plain Python."""

    single: Single
    account_id: str
    unmask: bool
    state: Row
    reason: ClassReason

    @classmethod
    def of(cls, single: Single, account_id: str, unmask: bool) -> Case:
        """Return the case of one account."""
        states = {row["account_id"]: row for row in single.made["account_full"]}
        state = states[account_id]
        reason = _class_reason(single, states, account_id)
        return cls(single, account_id, unmask, state, reason)

    @property
    def customer_id(self) -> str:
        """Return who owes."""
        return str(self.state["customer_id"])

    def shown(self, name: str, value: Any) -> str:
        """Return a fact as it may be shown."""
        if value is None:
            return "unknown"
        if not name.endswith("_minor"):
            return str(value)
        return format_minor(value, self.state["currency"]) if self.unmask else COVERED

    def class_line(self) -> ClassLine:
        """Return the class with its reason; amounts in its sentences covered as asked."""
        reason = self.reason
        overdue = self.state["overdue_minor"]
        amount = format_minor(overdue, self.state["currency"]) if overdue else ""

        def covered(text: str) -> str:
            return text if self.unmask or not amount else text.replace(amount, COVERED)

        def words(change: Any) -> Words | None:
            return None if change is None else Words(covered(change.zh), covered(change.en))

        return ClassLine(
            asset_class=reason.asset_class.value if reason.asset_class else None,
            stage=reason.stage,
            sentence=Words(covered(reason.sentence_zh), covered(reason.sentence_en)),
            rule_id=reason.rule_id or "",
            instrument=reason.instrument or "",
            article=reason.article or "",
            grade=reason.grade or "",
            source=reason.source or "",
            worse=words(reason.worse),
            better=words(reason.better),
        )

    def signals(self) -> Iterator[tuple[Signal, SignalReason]]:
        """Yield every signal on the account and its customer, judged in plain Python."""
        fed = frozenset(self.single.settings.fed)
        for signal in self.single.settings.catalogue.signals:
            yield signal, explain_signal(signal, self._features(signal.subject), fed)

    def _features(self, kind: SubjectKind) -> Row:
        name, key = f"{kind.value}_feature", f"{kind.value}_id"
        wanted = self.subject_id(kind)
        return next(row for row in self.single.made[name] if row[key] == wanted)

    def subject_id(self, kind: SubjectKind) -> str:
        """Return the account's or the customer's number."""
        return self.account_id if kind is SubjectKind.ACCOUNT else self.customer_id

    def signal_line(self, signal: Signal, reason: SignalReason) -> SignalLine:
        """Return a signal's verdict as shown; what is missing stands in place of evidence."""
        assert reason.verdict is not None, "a signal that does not apply is not shown"
        features = self._features(signal.subject)
        days = [d for name in signal.age_from if isinstance(d := features[name], date)]
        age = (self.single.as_of - max(days)).days if days else None
        evidence = (
            f"missing: {', '.join(reason.missing)}"
            if reason.verdict is Verdict.UNKNOWN
            else ";".join(f"{name}={self.shown(name, v)}" for name, v in reason.evidence.items())
        )
        return SignalLine(
            signal_id=signal.id,
            name=Words(signal.zh, signal.en),
            verdict=reason.verdict.value,
            level=reason.level.value if reason.level else None,
            value=reason.value,
            unit=signal.unit,
            next_level=reason.next_level.value if reason.next_level else None,
            distance=reason.distance,
            evidence=evidence,
            data_age_days=None if reason.verdict is Verdict.UNKNOWN else age,
        )

    def decided(self) -> Iterator[Decided]:
        """Yield what each policy says of the account and of its customer, in plain Python."""
        made = self.single.made
        mine = {r["account_id"] for r in made["account_full"] if r["customer_id"]
                == self.customer_id}  # fmt: skip
        tied = {
            SubjectKind.ACCOUNT: {self.account_id},
            SubjectKind.CUSTOMER: mine,
        }
        for policy, arm in self.single.settings.policies:
            for kind, accounts in tied.items():
                levels, unknown = self._seen(accounts)
                key, wanted = f"{kind.value}_id", self.subject_id(kind)
                row = next(r for r in made[f"{kind.value}_view"] if r[key] == wanted)
                rules = explain_decision(policy, row, levels, kind=kind, unknown_signals=unknown)
                yield Decided(kind, wanted, row, policy, arm, rules)

    def _seen(self, accounts: set[str]) -> tuple[dict[str, Level], set[str]]:
        """Return the worst level of each signal on these accounts and their customer."""

        def about(row: Row) -> bool:
            if row["subject_kind"] == SubjectKind.CUSTOMER.value:
                return bool(row["subject_id"] == self.customer_id)
            return row["subject_id"] in accounts

        levels: dict[str, Level] = {}
        for row in filter(about, self.single.made["signal_hit"]):
            level, name = Level(row["level"]), row["signal_id"]
            if name not in levels or _LEVELS.index(level) > _LEVELS.index(levels[name]):
                levels[name] = level
        lists = filter(about, self.single.made["signal_unknown"])
        return levels, {name for row in lists for name in row["unknown_signals"].split(",")}

    def decision_lines(self, decided: Sequence[Decided]) -> Iterator[DecisionLine]:
        """Yield the rules that fired, then the nearest that did not."""
        fired = [(d, r) for d in decided for r in d.rules if isinstance(r, FiredRule)]
        for one, rule in sorted(fired, key=lambda pair: not pair[1].wins):
            yield self._line(one, rule)
        missed = [
            (d, r) for d in decided for r in d.rules
            if isinstance(r, NotFired) and r.turned_by and d.arm == "champion"
        ]  # fmt: skip
        missed.sort(key=lambda pair: pair[1].turned_by[0].distance)
        for one, near in missed[:NEAREST]:
            yield self._line(one, near)

    def _line(self, one: Decided, told: FiredRule | NotFired) -> DecisionLine:
        rule = next(rule for rule in one.policy.rules if rule.id == told.rule_id)
        facts = {
            name: self.shown(name, value) if name.endswith("_minor") and value is not None
            else value for name, value in one.facts.items()
        }  # fmt: skip
        code = rule.reason.code
        change = told.turned_by[0] if told.turned_by else None
        fired = isinstance(told, FiredRule)
        amount = told.amount_minor if isinstance(told, FiredRule) else None
        return DecisionLine(
            treatment=told.treatment.value,
            rule_id=told.rule_id,
            fired=fired,
            reason=Words(reason_sentence(one.policy, code, facts, "zh"),
                         reason_sentence(one.policy, code, facts, "en")),
            level=rule.level.value if rule.level else None,
            arm=one.arm,
            nearest_change="" if change is None else
            f"{change.name} {self.shown(change.name, change.now)}"
            f" → {self.shown(change.name, change.then)}",
            policy_version=one.policy.policy_version,
            needs_two=rule.needs_two,
            subject_kind=one.kind.value,
            wins=told.wins if isinstance(told, FiredRule) else False,
            because=told.because if isinstance(told, NotFired) else "",
            amount_minor=amount if self.unmask else None,
            facts=";".join(f"{name}={self.shown(name, value)}" for name, value in told.facts),
        )  # fmt: skip


def _class_reason(single: Single, states: Mapping[str, Row], account_id: str) -> ClassReason:
    """Return the class of one account by the plain judge, its debtor's other claims included."""
    customer_id = states[account_id]["customer_id"]
    known, laws = single.known, single.settings.laws
    claims = []
    for number, state in states.items():
        if state["customer_id"] != customer_id:
            continue
        events = [
            e for e in known["external_event"]
            if e["account_id"] == number
            or (e["account_id"] is None and e["customer_id"] == customer_id)
        ]  # fmt: skip
        changes = [r for r in known["restructuring"] if r["account_id"] == number]
        days = [r["due_on"] for table in ("instalment", "card_statement")
                for r in known[table] if r["account_id"] == number]  # fmt: skip
        facts = Facts(state, single.as_of, events, changes, days)
        claims.append((facts, law_for(laws, state["product"])))
    row = next((c for c in known["customer"] if c["customer_id"] == customer_id), None)
    debtor = debtor_facts(claims, row if row is not None and row["retail"] is False else None)
    facts, law = next(pair for pair in claims if pair[0].state["account_id"] == account_id)
    return explain_class(replace(facts, debtor=debtor), law)
