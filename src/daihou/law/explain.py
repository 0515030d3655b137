"""Why an account has its class, by which article, how sure that is, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from daihou.kernel import AssetClass, format_minor
from daihou.law.facts import Facts, Finding
from daihou.law.judge import judge_account
from daihou.law.model import RANK, Comparison, Law, Parameter, RuleKind
from daihou.law.terms import add_months, restructured_rows

CLASS_ZH: Final = MappingProxyType(
    {
        AssetClass.PASS: "正常",
        AssetClass.SPECIAL_MENTION: "关注",
        AssetClass.SUBSTANDARD: "次级",
        AssetClass.DOUBTFUL: "可疑",
        AssetClass.LOSS: "损失",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """The nearest change that would turn the class: what must happen, and into what."""

    zh: str
    en: str
    asset_class: AssetClass


@dataclass(frozen=True, slots=True)
class ClassReason:
    """The class of one account with its reason: rule, instrument, article, grade, sentences.

    ``also`` names the other rules that fired; ``unknown`` those that lacked a fact. Every field of
    the reason is None or empty when no class can be given.
    """

    asset_class: AssetClass | None
    rule_id: str | None
    instrument: str | None
    article: str | None
    grade: str | None
    source: str | None
    sentence_zh: str
    sentence_en: str
    stage: int | None
    stage_rule_id: str | None
    also: tuple[str, ...]
    unknown: tuple[str, ...]
    worse: Change | None
    better: Change | None


def explain_class(facts: Facts, law: Law) -> ClassReason:
    """Return the class of one account, the reason for it, and the nearest changes either way."""
    finding = judge_account(facts, law)
    rule = finding.rule
    zh, en = _sentences(facts, finding)
    return ClassReason(
        asset_class=finding.asset_class,
        rule_id=rule.id if rule else None,
        instrument=rule.instrument if rule else None,
        article=rule.article if rule else None,
        grade=rule.grade.value if rule else None,
        source=rule.source if rule else None,
        sentence_zh=zh,
        sentence_en=en,
        stage=finding.stage,
        stage_rule_id=finding.stage_rule.id if finding.stage_rule else None,
        also=tuple(p.id for p in finding.fired[1:] if p.rule and p.rule.kind is not RuleKind.PASS),
        unknown=tuple(p.id for p in finding.unknown),
        worse=_worse(facts, law, finding),
        better=_better(facts, law, finding),
    )


def _sentences(facts: Facts, finding: Finding) -> tuple[str, str]:
    rule, asset_class = finding.rule, finding.asset_class
    if rule is None or asset_class is None:
        return (
            "逾期天数未知，且没有其他规则适用，无法分类。",
            "Days past due are unknown and no other rule binds: no class can be given.",
        )
    dpd = facts.state["dpd"]
    days_zh = "逾期天数未知" if dpd is None else f"逾期{dpd}天"
    days_en = "days past due unknown" if dpd is None else f"{dpd} days past due"
    book_zh, book_en = (
        ("（本行设定值）", " (the book's own value)") if rule.overridden else ("", "")
    )
    article = rule.article if rule.article != "none" else "–"
    zh = (
        f"{CLASS_ZH[asset_class]}：{rule.zh}{book_zh}（{days_zh}）。"
        f"依据：{rule.instrument}，条款{article}，可信度{rule.grade}。"
    )
    en = (
        f"{asset_class.value}: {rule.en}{book_en} ({days_en}). "
        f"By {rule.instrument}, article {article}, grade {rule.grade}."
    )
    return zh, en


def _rank(asset_class: AssetClass | None) -> int:
    return 0 if asset_class is None else RANK[asset_class]


def _worse(facts: Facts, law: Law, finding: Finding) -> Change | None:
    """Return the fewest further days past due that make the class worse, nothing else changing."""
    dpd = facts.state["dpd"]
    if dpd is None or finding.asset_class is None:
        return None
    steps: list[tuple[int, int, AssetClass]] = []
    for parameter, rule in law.rules_for(facts.state["product"]):
        if rule.kind is RuleKind.OVERDUE and rule.asset_class is not None:
            first = parameter.number + (1 if rule.comparison is Comparison.MORE_THAN else 0)
            if first > dpd and RANK[rule.asset_class] > _rank(finding.asset_class):
                steps.append((first - dpd, -RANK[rule.asset_class], rule.asset_class))
    if not steps:
        return None
    days, _, asset_class = min(steps)
    return Change(
        f"再逾期{days}天：{CLASS_ZH[asset_class]}",
        f"{days} more day{'s' if days > 1 else ''} past due: {asset_class.value}",
        asset_class,
    )


def _better(facts: Facts, law: Law, finding: Finding) -> Change | None:
    """Return the single change that makes the class better: repay, lift, or keep paying."""
    if finding.rule is None or finding.asset_class in (None, AssetClass.PASS):
        return None
    for other, zh, en in (
        *_if_repaid(facts),
        *_if_lifted(facts, law, finding.rule),
        *_if_kept(facts, law, finding.rule),
    ):
        then = judge_account(other, law).asset_class
        if then is not None and _rank(then) < _rank(finding.asset_class):
            return Change(f"{zh}：{CLASS_ZH[then]}", f"{en}: {then.value}", then)
    return None


def _with(facts: Facts, **changed: Any) -> Facts:
    return replace(facts, state={**facts.state, **changed})


def _if_repaid(facts: Facts) -> list[tuple[Facts, str, str]]:
    state = facts.state
    if not state["dpd"]:
        return []
    amount = state["overdue_minor"]
    shown = format_minor(amount, state["currency"]) if amount else None
    paid = _with(
        facts, dpd=0, overdue_minor=0, oldest_unpaid_on=None, current_since_on=facts.as_of,
        periods_since_current=0,
    )  # fmt: skip
    zh = f"还清逾期{shown}" if shown else "还清全部逾期"
    en = f"repay {shown}" if shown else "repay all that is overdue"
    return [(paid, zh, en)]


def _if_lifted(facts: Facts, law: Law, rule: Parameter) -> list[tuple[Facts, str, str]]:
    """Return the account with the rule's event lifted, where an event can lift it."""
    event = rule.rule.event if rule.rule is not None else None
    lifts = law.lifts(event) if event is not None else ()
    if not lifts:
        return []
    kept = tuple(row for row in facts.events if row["kind"] != event)
    return [
        (
            replace(facts, events=kept),
            f"由人员确认解除（{lifts[0]}）",
            f"an officer confirms {lifts[0]}",
        )
    ]


def _if_kept(facts: Facts, law: Law, rule: Parameter) -> list[tuple[Facts, str, str]]:
    """Return the account as it would stand after paying well to the end of its probation."""
    kind = rule.rule.kind if rule.rule is not None else None
    if facts.state["dpd"] != 0:
        return []
    since: date | None = facts.state["current_since_on"]
    if kind is RuleKind.UPGRADE and since is not None:
        start, base = since, rule
    elif kind is not None and kind.value.startswith("restructured"):
        start = restructured_rows(facts)[-1]["first_due_on"]
        start = max(start, since) if since is not None else start
        base = next(p for p in law.rules(RuleKind.RESTRUCTURED) if p.pack == rule.pack)
    else:
        return []
    periods = law.number(f"{base.id}.periods")
    until = max(add_months(start, base.number), facts.as_of)
    then = replace(
        _with(facts, periods_since_current=periods, status_24m="N" * 24),
        as_of=until,
        due_days=[until] * periods,
    )
    return [
        (
            then,
            f"按时还款至{until}且满{periods}个还款期",
            f"pay on time until {until} and {periods} full periods",
        )
    ]
