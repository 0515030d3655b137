"""The pages of asking the bureau: conditions with their articles, rules with grades, settings."""

from __future__ import annotations

from collections.abc import Iterator

from daihou.desk.reference.markdown import table
from daihou.desk.reference.settings import settings_of
from daihou.gateways.settings import BureauSettings
from daihou.inquiry.alarm_rules import AlarmRules
from daihou.inquiry.gate import GROUNDS, Condition
from daihou.inquiry.rules import Rules, parse_rules
from daihou.jobs.home import shipped_texts

_SAID = {
    Condition.CONSENT: ("有效授权", "a live consent names post-loan management"),
    Condition.RELATIONSHIP: ("关系存续", "a balance, valid line, open card or live guarantee"),
    Condition.NO_STOP: ("未停查", "no stop: closed, dispute, death"),
    Condition.OCCASION: ("按期或触发", "the schedule of the tier is due, or a trigger is recorded"),
    Condition.COOL_OFF: ("间隔", "so many days since the last look"),
    Condition.YEAR_CAP: ("年度上限", "not too many looks in twelve months"),
    Condition.OPERATOR: ("操作员", "who sends is active, in the role, in a permitted branch"),
    Condition.HOURS: ("工作时间", "working hours of an open day"),
    Condition.DAILY_CAP: ("日上限", "the operator's cap of the day is not reached"),
}


_HEADS = ("setting", "value", "default", "meaning")
_USUAL = {
    "source": "where the numbers come from",
    "grade": "how sure we are of them",
    "value": "the number",
    "field": "what is read",
    "at_least": "from this value on the factor applies",
    "percent": "the risk is multiplied by it; 100 changes nothing",
    "from": "first minute",
    "to": "first minute after",
    "night": "looks a night",
    "month": "looks a calendar month",
    "year": "looks a calendar year",
    "yellow": "from here yellow",
    "orange": "from here orange",
    "red": "from here red",
    "least": "fewer inquiries are not judged",
    "months": "months looked back over",
    "minutes": "within so many minutes",
    "outcomes": "what counts as a failure",
    "factor_percent": "so many per cent of the average or the floor",
    "usual": "reasons that are usual",
    "consent_code": "consent content code that names post-loan management",
    "tiers": "by tier of the policy: months between two looks, whether triggers count, names",
    "tiers_source": "where the table of tiers comes from",
    "triggers": "by kind of trigger: its days, and what pulls it",
}


def _meant(row: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    """Return a row of settings with the meaning of a key that means the same everywhere."""
    name, value, default, meaning = row
    return name, value, default, meaning or _USUAL[name.strip("`").rpartition(".")[2]]


def asking_lines() -> Iterator[str]:
    """Return the lines of the page of the gate and the rules of asking."""
    rules = parse_rules(shipped_texts("daihou.inquiry", ".yaml")["rules.yaml"], "rules.yaml")
    yield "# Asking the bureau: conditions and rules 贷后查询的条件与规则"
    yield ""
    yield (
        "Every condition must hold; unknown is no permission. The first six are read when a night "
        "plans, all of them once more at the moment of sending. Grades: L law text read, B "
        "authority or bank, C code of a real system, N news, W web page, M assumption."
    )
    yield from ("", "## Conditions 条件")
    yield from table(
        ("condition", "条件", "holds when", "ground", "grade"),
        (
            (f"`{c.value}`", _SAID[c][0], _SAID[c][1], GROUNDS[c].article, GROUNDS[c].grade.value)
            for c in Condition
        ),
    )
    yield from ("", "## Tiers 档位")
    yield from table(
        ("tier", "名称 · name", "months between two looks (plan `tiers`)", "grade"),
        (
            (f"`{name}`", f"{tier.zh} · {tier.en}", str(tier.months or "on a trigger"), tier.grade)
            for name, tier in rules.tiers.items()
        ),
    )
    yield from ("", rules.tiers_source, "", "## Triggers 触发")
    yield from table(
        ("trigger", "名称 · name", "days", "pulled by", "grade"),
        (
            (
                f"`{name}`",
                f"{rule.zh} · {rule.en}",
                str(rule.days),
                _pulled(name, rules),
                rule.grade,
            )
            for name, rule in rules.triggers.items()
        ),
    )
    yield from ("", "## asking.yaml", "", "Every key of the file that `asking` of a book names.")
    yield from table(_HEADS, map(_meant, settings_of(Rules)))
    yield from ("", "## alarms.yaml", "", "When the audit of inquiries raises an alarm.")
    yield from table(_HEADS, map(_meant, settings_of(AlarmRules)))


def _pulled(name: str, rules: Rules) -> str:
    rule = rules.triggers[name]
    said = [f"{rule.from_days} days past due here"] if rule.from_days is not None else []
    said += [f"signals {', '.join(rule.signals)} at orange or red"] if rule.signals else []
    said += [f"events {', '.join(f'`{event}`' for event in rule.events)}"] if rule.events else []
    said += [f"a line that ends within {rule.days} days"] if name == "line_review" else []
    return "; ".join(said)


def bureau_lines() -> Iterator[str]:
    """Return the lines of the page of the settings that reach the bureau."""
    yield "# Settings of the bureau 征信接口设置"
    yield ""
    yield (
        "Every key of `bureau.yaml`. The password is never written down: it is read from "
        "`DAIHOU_BUREAU_PASSWORD`, and only its SM3 digest is sent."
    )
    yield from table(_HEADS, settings_of(BureauSettings))
