"""A policy in words: its whole text in Chinese and English, and what changed between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from daihou.kernel import SubjectKind, Treatment
from daihou.policy.check import PLACE
from daihou.policy.fields import FIELDS
from daihou.policy.judge import Fact
from daihou.policy.model import (
    AllOf,
    Amount,
    AnyOf,
    Condition,
    FieldAmount,
    FieldTest,
    Greatest,
    Minor,
    Not,
    Op,
    Percent,
    Policy,
    Rule,
    SignalTest,
    tests_in,
)

Lines = Mapping[str, tuple[str, str]]

_TREATMENTS: Final[Lines] = {
    Treatment.WATCH: ("预警观察", "watch"),
    Treatment.LIST_GREY: ("列入灰名单", "grey list"),
    Treatment.LIST_BLACK: ("列入黑名单", "black list"),
    Treatment.LIST_WHITE: ("列入白名单", "white list"),
    Treatment.LINE_FREEZE: ("冻结未用额度", "freeze of the unused line"),
    Treatment.LINE_CUT: ("调低额度", "cut of the line"),
    Treatment.CASE_COLLECTION: ("催收案件", "collection case"),
    Treatment.CASE_REVIEW: ("核查案件", "review case"),
    Treatment.OFFER: ("优惠邀约", "offer"),
}
_LEVELS: Final[Lines] = {
    "yellow": ("黄色", "yellow"),
    "orange": ("橙色", "orange"),
    "red": ("红色", "red"),
}
_OPS: Final[Lines] = {
    Op.EQ: ("等于", "is"),
    Op.NE: ("不等于", "is not"),
    Op.LT: ("小于", "is below"),
    Op.LE: ("不超过", "is at most"),
    Op.GT: ("超过", "is above"),
    Op.GE: ("不少于", "is at least"),
    Op.IN: ("属于", "is one of"),
    Op.IS_NULL: ("未知", "is unknown"),
    Op.NOT_NULL: ("已知", "is known"),
}
_ENUM_OPS: Final[Lines] = {
    Op.LT: ("好于 {}", "is better than {}"),
    Op.LE: ("为 {} 或更好", "is {} or better"),
    Op.GT: ("差于 {}", "is worse than {}"),
    Op.GE: ("为 {} 或更差", "is {} or worse"),
}
_GRADES: Final[Lines] = {
    "L": ("法规原文", "law text"),
    "B": ("银行或监管机构网页", "a bank's or authority's page"),
    "C": ("真实系统代码", "code of a real system"),
    "N": ("新闻或律所", "news or law firm"),
    "W": ("一般网页", "weak web page"),
    "M": ("假设，须核实", "assumption, verify"),
}
_SUBJECTS: Final[Lines] = {
    SubjectKind.ACCOUNT: ("账户", "account"),
    SubjectKind.CUSTOMER: ("客户", "customer"),
}


def reason_sentence(policy: Policy, code: str, facts: Mapping[str, Fact], lang: str) -> str:
    """Return the sentence of a reason code with its places filled from ``facts``.

    A fact that is not known is shown as ``未知`` or ``unknown``.
    Raises: KeyError when the policy has no such code.
    """
    said = {rule.reason.code: rule.reason for rule in policy.rules}[code].said_in(lang)
    unknown = _in(lang, ("未知", "unknown"))

    def filled(name: str) -> str:
        value = facts.get(name)
        return unknown if value is None else str(value)

    return PLACE.sub(lambda place: filled(place.group(1)), said)


def describe_policy(policy: Policy, lang: str) -> str:
    """Return the policy as Markdown in Chinese (``zh``) or English, each rule with its grade."""
    head = {
        "zh": f"# {policy.title.zh}\n\n版本 `{policy.policy_version}`，自 {policy.effective_from} "
        f"起，策略臂 `{policy.arm}`。同一对象、同一处置，由最先成立的规则决定；"
        "条件未知时规则不成立。",
        "en": f"# {policy.title.en}\n\nVersion `{policy.policy_version}`, from "
        f"{policy.effective_from}, arm `{policy.arm}`. For one subject and treatment the first "
        "rule that holds decides; a rule whose condition is unknown does not hold.",
    }["zh" if lang == "zh" else "en"]
    parts = [head, _tiers(policy, lang), _groups(policy, lang)]
    for treatment in dict.fromkeys(rule.treatment for rule in policy.rules):
        rules = [rule for rule in policy.rules if rule.treatment is treatment]
        parts.append(f"## {_in(lang, _TREATMENTS[treatment])}")
        parts += [_rule(rule, lang) for rule in rules]
    return "\n\n".join(part for part in parts if part) + "\n"


def diff_policies(old: Policy, new: Policy) -> str:
    """Return in words, one change a line, what ``new`` decides otherwise than ``old``."""
    lines = [f"{old.policy_version} → {new.policy_version}"]
    for name in ("title", "arm", "effective_from", "currency"):
        if getattr(old, name) != getattr(new, name):
            lines.append(f"{name}: {_plain(getattr(old, name))} → {_plain(getattr(new, name))}")
    for group in sorted({*old.groups, *new.groups}):
        if old.groups.get(group) != new.groups.get(group):
            before, after = (", ".join(p.groups.get(group, ())) or "not there" for p in (old, new))
            lines.append(f"group {group}: {before} → {after}")
    lines += _diff_named("tier", {t.id: t for t in old.tiers}, {t.id: t for t in new.tiers})
    lines += _diff_named("rule", {r.id: r for r in old.rules}, {r.id: r for r in new.rules})
    kept = [r.id for r in new.rules if r.id in {o.id for o in old.rules}]
    if kept != [r.id for r in old.rules if r.id in set(kept)]:
        lines.append(f"order of rules: now {', '.join(r.id for r in new.rules)}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "nothing changed"])


def _diff_named(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    lines = [f"{what} {name}: removed" for name in old if name not in new]
    for name, after in new.items():
        before = old.get(name)
        if before is None:
            lines.append(f"{what} {name}: added: {_summary(after)}")
        elif before != after:
            lines += [
                f"{what} {name}: {field}: {_plain(getattr(before, field))} → "
                f"{_plain(getattr(after, field))}"
                for field in type(after).model_fields  # type: ignore[attr-defined]
                if getattr(before, field) != getattr(after, field)
            ]
    return lines


def _summary(part: object) -> str:
    return _rule_line(part, "en") if isinstance(part, Rule) else _plain(part)


def _plain(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (AllOf, AnyOf, Not, FieldTest, SignalTest)):
        return _condition(value, "en", None)
    if hasattr(value, "en"):
        return f"{value.zh} / {value.en}"  # type: ignore[attr-defined]
    if hasattr(value, "model_fields"):
        return str(value)
    return str(value)


def _in(lang: str, pair: tuple[str, str]) -> str:
    return pair[0] if lang == "zh" else pair[1]


def _tiers(policy: Policy, lang: str) -> str:
    if not policy.tiers:
        return ""
    head = _in(
        lang,
        (
            "## 检查频率\n\n| 档 | 名称 | 预警 | 条件 | 检查（天） | 自有数据（天） "
            "| 依据 |\n|---|---|---|---|---|---|---|",
            "## Frequency of checks\n\n| tier | name | watch | if | inspection (days) | own data "
            "(days) | grade |\n|---|---|---|---|---|---|---|",
        ),
    )
    rows = []
    for tier in policy.tiers:
        level = _in(lang, _LEVELS[tier.level]) if tier.level else "–"
        when = _condition(tier.when, lang, SubjectKind.CUSTOMER) if tier.when else "–"
        rows.append(
            f"| {tier.id} | {tier.title.said_in(lang)} | {level} | {when} | "
            f"{tier.inspection_days} | {tier.own_check_days} | "
            f"{_grade(tier.grade, lang)}: {tier.source} |"
        )
    return "\n".join([head, *rows])


def _groups(policy: Policy, lang: str) -> str:
    if not policy.groups:
        return ""
    head = _in(lang, ("## 信号组", "## Groups of signals"))
    return "\n".join([head, "", *[f"- `{g}`: {', '.join(p)}" for g, p in policy.groups.items()]])


def _rule(rule: Rule, lang: str) -> str:
    lines = [
        f"### {rule.id}",
        "",
        _rule_line(rule, lang),
        "",
        f"- {_in(lang, ('理由', 'reason'))} `{rule.reason.code}`: {rule.reason.said_in(lang)}",
        f"- {_in(lang, ('依据', 'grade'))} {_grade(rule.grade, lang)}: {rule.source}",
    ]
    lines += [
        f"- {_condition(test, lang, rule.subject)}: {_grade(test.grade, lang)}"
        + (f": {test.source}" if test.source else "")
        for test in tests_in(rule.when)
        if test.grade is not None
    ]
    return "\n".join(lines)


def _rule_line(rule: Rule, lang: str) -> str:
    """Return one rule as a sentence."""
    subject, when = _in(lang, _SUBJECTS[rule.subject]), _condition(rule.when, lang, rule.subject)
    what = _in(lang, _TREATMENTS[rule.treatment])
    if rule.level is not None:
        what += _in(lang, (f"（{_LEVELS[rule.level][0]}）", f" ({_LEVELS[rule.level][1]})"))
    said = _in(lang, (f"{subject}：若{when}，则{what}", f"{subject}: if {when}, then {what}"))
    extras = []
    if rule.amount is not None:
        amount = _amount(rule.amount, lang, rule.subject)
        extras.append(_in(lang, (f"金额为{amount}", f"amount {amount}")))
    if rule.evidence:
        names = ", ".join(rule.evidence)
        extras.append(_in(lang, (f"须有证据之一：{names}", f"needs one of {names} as evidence")))
    if rule.treatment is Treatment.OFFER:
        extras.append(_in(lang, ("客户须明确未拒绝营销", "only if offers were not refused")))
    if rule.needs_two:
        extras.append(_in(lang, ("须双人同意", "two persons must agree")))
    if rule.notice_working_days:
        days = rule.notice_working_days
        extras.append(_in(lang, (f"提前{days}个工作日告知", f"notice {days} working days before")))
    if rule.stop:
        extras.append(_in(lang, ("其后规则不再适用", "no later rule applies")))
    return _in(lang, ("；", "; ")).join([said, *extras]) + _in(lang, ("。", "."))


def _grade(grade: str | None, lang: str) -> str:
    return f"{grade} ({_in(lang, _GRADES[grade])})" if grade else ""


def _condition(condition: Condition, lang: str, kind: SubjectKind | None) -> str:
    if isinstance(condition, Not):
        inner = _condition(condition.part, lang, kind)
        return _in(lang, (f"非（{inner}）", f"not ({inner})"))
    if isinstance(condition, (AllOf, AnyOf)):
        words = ("且", " and ") if isinstance(condition, AllOf) else ("或", " or ")
        parts = [_bracketed(part, lang, kind) for part in condition.parts]
        return _in(lang, words).join(parts)
    if isinstance(condition, SignalTest):
        return _signal(condition, lang)
    field = FIELDS[kind].get(condition.field) if kind else None
    name = _in(lang, (field.zh, field.en)) if field else condition.field
    said = f"{name} {_in(lang, _OPS[condition.op])}"
    if condition.other is not None:
        other = FIELDS[kind].get(condition.other) if kind else None
        return f"{said} {_in(lang, (other.zh, other.en)) if other else condition.other}"
    if condition.value is None:
        return said
    if field is not None and field.ordered and condition.op in _ENUM_OPS:
        worse = _in(lang, _ENUM_OPS[condition.op])
        return f"{name} {worse.format(condition.value)}"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return f"{said} {', '.join(_value(value, lang) for value in values)}"


def _bracketed(part: Condition, lang: str, kind: SubjectKind | None) -> str:
    said = _condition(part, lang, kind)
    if isinstance(part, (AllOf, AnyOf)) and len(part.parts) > 1:
        return _in(lang, (f"（{said}）", f"({said})"))
    return said


def _value(value: object, lang: str) -> str:
    if isinstance(value, bool):
        return _in(lang, ("是", "true") if value else ("否", "false"))
    return str(value)


def _signal(test: SignalTest, lang: str) -> str:
    level = _in(lang, _LEVELS[test.at_least])
    if test.signal is not None:
        said = _in(
            lang, (f"信号{test.signal}达{level}", f"signal {test.signal} is {level} or worse")
        )
    else:
        count, group = test.count_at_least, str(test.signals)
        said = _in(
            lang,
            (
                f"{group}组至少{count}个信号达{level}",
                f"at least {count} of the {group} signals {'is' if count == 1 else 'are'} "
                f"{level} or worse",
            ),
        )
    if test.unknown_as == "no_hit":
        said += _in(lang, ("（无法计算的信号视为未命中）", " (uncomputed signals count as clear)"))
    return said


def _amount(amount: Amount, lang: str, kind: SubjectKind) -> str:
    if isinstance(amount, Minor):
        return _in(lang, (f"{amount.minor}（最小货币单位）", f"{amount.minor} minor units"))
    if isinstance(amount, FieldAmount):
        field = FIELDS[kind].get(amount.field)
        return _in(lang, (field.zh, field.en)) if field else amount.field
    if isinstance(amount, Percent):
        whole = _amount(amount.of, lang, kind)
        if isinstance(amount.percent_bp, str):
            field = FIELDS[kind].get(amount.percent_bp)
            share = _in(lang, (field.zh, field.en)) if field else amount.percent_bp
        else:
            share = f"{amount.percent_bp} bp"
        plus = f" + {amount.plus_bp} bp" if amount.plus_bp else ""
        return f"{whole} × ({share}{plus})"
    word = (
        ("较大者", "the larger of")
        if isinstance(amount, Greatest)
        else ("较小者", "the smaller of")
    )
    parts = ", ".join(_amount(part, lang, kind) for part in amount.parts)
    return f"{_in(lang, word)} ({parts})"
