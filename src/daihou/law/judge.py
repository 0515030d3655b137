"""One account judged by the law in plain Python, apart from the compiled night that it checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from daihou.kernel import AssetClass
from daihou.law.facts import Debtor, Facts, Finding, standing_event
from daihou.law.model import (
    NPL_RANK,
    RANK,
    STAGE_KINDS,
    Comparison,
    Law,
    Parameter,
    Rule,
    RuleKind,
)
from daihou.law.terms import (
    cured_on,
    defaulted,
    held_back,
    in_observation,
    npl_before,
    restructured_again,
    restructured_rows,
)


def judge_account(facts: Facts, law: Law) -> Finding:
    """Return the class and stage of one account by every rule of the law."""
    product = facts.state["product"]
    fired: list[Parameter] = []
    unknown: list[Parameter] = []
    for parameter, rule in law.rules_for(product):
        says = _says(parameter, rule, facts, law)
        if says is None:
            unknown.append(parameter)
        elif says:
            fired.append(parameter)
    first = fired[0] if fired else None
    asset_class = first.rule.asset_class if first is not None and first.rule is not None else None
    observed = any(
        in_observation(facts, p.number, law.number(f"{p.id}.periods"))
        for p in law.rules(RuleKind.RESTRUCTURED)
        if p.rule is not None and p.rule.binds(product)
    )
    stage_rule = _stage_rule(facts, law, asset_class, observed)
    return Finding(
        asset_class=asset_class,
        rule=first,
        stage=stage_rule.rule.stage if stage_rule is not None and stage_rule.rule else None,
        stage_rule=stage_rule,
        fired=tuple(fired),
        unknown=tuple(unknown),
        in_observation=observed,
    )


def debtor_facts(
    accounts: Sequence[tuple[Facts, Law]], customer: Mapping[str, Any] | None = None
) -> Debtor:
    """Return what all accounts of one debtor, each with its law, say together.

    A total over an unknown balance or over two currencies is unknown. ``customer`` is the row of
    the contract customer, for the debts at all banks.
    """
    npl_minor, total = 0, 0
    since: list[date] = []
    for facts, law in accounts:
        balance = max(facts.state["balance_minor"] or 0, 0)
        total += balance
        finding = judge_account(replace(facts, debtor=None), law)
        if finding.asset_class is not None and RANK[finding.asset_class] >= NPL_RANK:
            npl_minor += balance
            since.append(_npl_since(facts, law))
    states = [facts.state for facts, _ in accounts]
    clear = all(s["balance_minor"] is not None for s in states) and (
        len({s["currency"] for s in states}) == 1
    )
    return Debtor(
        npl_accounts=len(since),
        npl_since=min(since, default=None),
        npl_minor=npl_minor,
        total_minor=total if clear else None,
        all_bank_debt_minor=customer["all_bank_debt_minor"] if customer else None,
        all_bank_overdue_90_minor=customer["all_bank_overdue_90_minor"] if customer else None,
    )


def _npl_since(facts: Facts, law: Law) -> date:
    """Return the first day that is known of an account's being non-performing."""
    days: list[date] = []
    dpd = facts.state["dpd"]
    for parameter in law.rules(RuleKind.UPGRADE):
        limit = law.number(f"{parameter.pack}.overdue.substandard")
        if dpd is not None and dpd > limit:
            days.append(facts.as_of - timedelta(days=dpd - limit - 1))
    for parameter in law.rules(RuleKind.EVENT):
        rule = parameter.rule
        if rule and rule.event and rule.asset_class and RANK[rule.asset_class] >= NPL_RANK:
            held = standing_event(facts, rule.event, law.lifts(rule.event))
            days += [held[0]] if held else []
    if judge_account(replace(facts, debtor=None), law).in_observation:
        days.append(restructured_rows(facts)[-1]["changed_on"])
    days += [facts.state["npl_last_on"]] if facts.state["npl_last_on"] else []
    return min(days, default=date(1900, 1, 1))


def _says(parameter: Parameter, rule: Rule, facts: Facts, law: Law) -> bool | None:
    """Return whether a rule fires; None when a fact that it needs is unknown."""
    state = facts.state
    if parameter.value is False:
        return False
    match rule.kind:
        case RuleKind.PASS:
            return None if state["dpd"] is None else True
        case RuleKind.WRITTEN_OFF:
            return state["written_off_on"] is not None
        case RuleKind.OVERDUE:
            return _compare(rule.comparison, state["dpd"], parameter.number)
        case RuleKind.EVENT:
            return _event_says(parameter, rule, facts, law)
        case RuleKind.UPGRADE:
            return _upgrade_says(parameter, facts, law)
        case RuleKind.DEBTOR_NPL | RuleKind.DEBTOR_SHARE_ALL_BANKS | RuleKind.DEBTOR_SHARE_HERE:
            return _debtor_says(parameter, rule, facts)
        case _:
            return _restructured_says(parameter, rule, facts, law)


def _compare(comparison: Comparison | None, left: int | None, right: int) -> bool | None:
    assert comparison is not None, "the law file was checked for its comparison"
    return None if left is None else comparison.holds(left, right)


def _event_says(parameter: Parameter, rule: Rule, facts: Facts, law: Law) -> bool | None:
    assert rule.event is not None, "the law file was checked for its event"
    held = standing_event(facts, rule.event, law.lifts(rule.event))
    if held is None:
        return False
    other = rule.with_event
    if other is not None and standing_event(facts, other, law.lifts(other)) is None:
        return False
    if parameter.unit == "days":
        return _compare(rule.comparison, (facts.as_of - held[0]).days, parameter.number)
    if parameter.unit == "basis points":
        return _compare(rule.comparison, held[1], parameter.number)
    return True


def _upgrade_says(parameter: Parameter, facts: Facts, law: Law) -> bool:
    """Return whether a once non-performing account may not leave substandard yet.

    Another impaired account of the debtor holds it back when that one was impaired already on the
    day on which this one had paid for long enough.
    """
    periods = law.number(f"{parameter.id}.periods")
    if held_back(facts, parameter.number, periods):
        return True
    free_on = cured_on(facts, parameter.number, periods)
    since = facts.debtor.npl_since if facts.debtor is not None else None
    return free_on is not None and since is not None and since <= free_on


def _restructured_says(parameter: Parameter, rule: Rule, facts: Facts, law: Law) -> bool:
    base = next((p for p in law.rules(RuleKind.RESTRUCTURED) if p.pack == parameter.pack), None)
    if base is None:
        return False
    if not in_observation(facts, base.number, law.number(f"{base.id}.periods")):
        return False
    if rule.kind is RuleKind.RESTRUCTURED_NPL_BEFORE:
        return npl_before(facts)
    if rule.kind is RuleKind.RESTRUCTURED_AGAIN:
        return restructured_again(facts, base.number)
    if rule.kind is RuleKind.RESTRUCTURED_DEFAULT:
        now = _compare(rule.comparison, facts.state["dpd"], parameter.number)
        return bool(now) or defaulted(facts)
    return rule.kind is RuleKind.RESTRUCTURED


def _debtor_says(parameter: Parameter, rule: Rule, facts: Facts) -> bool | None:
    """Return a rule over all claims on one non-retail debtor; unknown is not zero."""
    retail, debtor = facts.state["retail"], facts.debtor
    if retail is True:
        return False
    if retail is None or debtor is None:
        return None
    assert rule.kind is RuleKind.DEBTOR_NPL or rule.comparison is not None
    debt, overdue = debtor.all_bank_debt_minor, debtor.all_bank_overdue_90_minor
    if rule.kind is RuleKind.DEBTOR_NPL:
        if debtor.npl_accounts > 0 or (overdue or 0) > 0:
            return True
        return None if overdue is None else False
    if rule.kind is RuleKind.DEBTOR_SHARE_ALL_BANKS:
        if debt is None or overdue is None:
            return None
        return _compare(rule.comparison, overdue * 10_000, parameter.number * debt)
    if debtor.total_minor is None:
        return None
    share = parameter.number * debtor.total_minor
    return _compare(rule.comparison, debtor.npl_minor * 10_000, share)


def _stage_rule(
    facts: Facts, law: Law, asset_class: AssetClass | None, observed: bool
) -> Parameter | None:
    """Return the parameter that sets the IFRS 9 stage; None when the class is unknown."""
    if asset_class is None:
        return None
    found: list[tuple[int, Parameter]] = []
    for parameter in law.rules(*STAGE_KINDS):
        rule = parameter.rule
        assert rule is not None and rule.stage is not None, "a stage rule names its stage"
        fires = rule.kind is RuleKind.STAGE_FIRST
        if rule.kind is RuleKind.STAGE_OVERDUE:
            fires = bool(_compare(rule.comparison, facts.state["dpd"], parameter.number))
        elif rule.kind is RuleKind.STAGE_CLASS and rule.asset_class is not None:
            fires = RANK[asset_class] >= RANK[rule.asset_class]
        elif rule.kind is RuleKind.STAGE_EVENT and rule.event is not None:
            fires = standing_event(facts, rule.event, law.lifts(rule.event)) is not None
        elif rule.kind is RuleKind.STAGE_RESTRUCTURED:
            fires = observed
        if fires and parameter.value is not False:
            found.append((-rule.stage, parameter))
    return min(found, key=lambda pair: pair[0], default=(0, None))[1]
