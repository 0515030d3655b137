"""Each classifying rule as a condition over one account and what is joined to it.

Aliases: s account_state, e class_note, d class_debtor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlglot
from sqlglot import exp

from daihou.law import Comparison, Law, Parameter, Rule, RuleKind
from daihou.night.program import literal


def tree(text: str, **values: object) -> exp.Expr:
    """Return the tree of a fixed text with each ``:name`` replaced by the tree of its value."""
    parsed: exp.Expr = sqlglot.parse_one(text, read="duckdb")
    for placeholder in list(parsed.find_all(exp.Placeholder)):
        value = values[placeholder.name]
        new = value.copy() if isinstance(value, exp.Expr) else literal(value)
        placeholder.replace(exp.Paren(this=new) if isinstance(new, exp.Binary | exp.Unary) else new)
    return parsed


def compared(comparison: Comparison | None, left: str, right: int) -> exp.Expr:
    """Return ``left > right`` or ``left >= right``, as the law says it."""
    assert comparison is not None, "the law file was checked for its comparison"
    sign = exp.GT if comparison is Comparison.MORE_THAN else exp.GTE
    return sign(this=tree(left), expression=literal(right))


@dataclass(frozen=True, slots=True)
class Terms:
    """Builds the condition of one rule for a night on ``as_of`` under one law."""

    law: Law
    as_of: date

    def condition(self, parameter: Parameter, rule: Rule, *, alone: bool) -> exp.Expr | None:
        """Return when the rule fires; None for a rule that cannot fire.

        ``alone`` leaves out what other accounts of the debtor say.
        """
        if parameter.value is False:
            return None
        match rule.kind:
            case RuleKind.PASS:
                return tree("s.dpd IS NOT NULL")
            case RuleKind.WRITTEN_OFF:
                return tree("s.written_off_on IS NOT NULL")
            case RuleKind.OVERDUE:
                return compared(rule.comparison, "s.dpd", parameter.number)
            case RuleKind.EVENT:
                return self._event(parameter, rule)
            case RuleKind.UPGRADE:
                return tree("e.held" if alone else "e.held OR d.npl_since <= e.free_on")
            case RuleKind.DEBTOR_NPL | RuleKind.DEBTOR_SHARE_HERE | RuleKind.DEBTOR_SHARE_ALL_BANKS:
                return None if alone else _debtor(rule)
            case _:
                return _restructured(parameter, rule)

    def npl_since(self) -> exp.Expr:
        """Return the first day known on which an account was non-performing."""
        days: list[exp.Expr] = []
        for parameter in self.law.rules(RuleKind.UPGRADE):
            limit = self.law.number(f"{parameter.pack}.overdue.substandard")
            first = literal(self.as_of + timedelta(days=limit + 1))
            days.append(tree("CASE WHEN s.dpd > :limit THEN :first - s.dpd END",
                             limit=limit, first=first))  # fmt: skip
        kinds = {p.rule.event for p in npl_events(self.law) if p.rule is not None}
        days += [exp.column(f"{kind}_on", "e") for kind in sorted(k for k in kinds if k)]
        days += [exp.column("restructured_on", "e"), exp.column("npl_last_on", "s")]
        return exp.Least(this=days[0], expressions=days[1:], ignore_nulls=True)

    def _event(self, parameter: Parameter, rule: Rule) -> exp.Expr:
        known_on = exp.column(f"{rule.event}_on", "e")
        condition: exp.Expr = known_on.is_(exp.null()).not_()
        if parameter.unit == "days":
            sign = "<" if rule.comparison is Comparison.MORE_THAN else "<="
            last = literal(self.as_of - timedelta(days=parameter.number))
            condition = (exp.LT if sign == "<" else exp.LTE)(this=known_on, expression=last)
        elif parameter.unit == "basis points":
            condition = compared(rule.comparison, f"e.{rule.event}_bp", parameter.number)
        if rule.with_event is not None:
            other = exp.column(f"{rule.with_event}_on", "e")
            condition = exp.and_(condition, other.is_(exp.null()).not_())
        return condition


def _restructured(parameter: Parameter, rule: Rule) -> exp.Expr | None:
    if rule.kind is RuleKind.RESTRUCTURED_NPL_BEFORE:
        return tree("e.npl_before")
    if rule.kind is RuleKind.RESTRUCTURED_AGAIN:
        return tree("e.again")
    if rule.kind is RuleKind.RESTRUCTURED_DEFAULT:
        now = compared(rule.comparison, "s.dpd", parameter.number)
        return tree("e.restructured_on IS NOT NULL AND (:now OR e.defaulted)", now=now)
    return tree("e.restructured_on IS NOT NULL") if rule.kind is RuleKind.RESTRUCTURED else None


def _debtor(rule: Rule) -> exp.Expr:
    column = {
        RuleKind.DEBTOR_NPL: "d.npl_anywhere",
        RuleKind.DEBTOR_SHARE_HERE: "d.share_here",
        RuleKind.DEBTOR_SHARE_ALL_BANKS: "d.share_all_banks",
    }[rule.kind]
    return exp.and_(tree("s.retail = FALSE"), tree(column))


def share_condition(parameter: Parameter, part: str, whole: str) -> exp.Expr:
    """Return whether part / whole is over the parameter's share, exact and without overflow.

    ``part > whole x share`` holds for whole numbers when part > the floor of the right side (for
    "at least": part >= its ceiling); the whole is split so that no product outgrows 64 bits.
    """
    rule = parameter.rule
    assert rule is not None and rule.comparison is not None, "a share rule has its comparison"
    up = 0 if rule.comparison is Comparison.MORE_THAN else 9_999
    right = tree(
        ":whole // 10000 * :share + (:whole % 10000 * :share + :up) // 10000",
        whole=tree(whole), share=parameter.number, up=up,
    )  # fmt: skip
    sign = exp.GT if rule.comparison is Comparison.MORE_THAN else exp.GTE
    return sign(this=tree(part), expression=right)


def npl_events(law: Law) -> list[Parameter]:
    """Return the event rules that make an account non-performing."""
    floor = {"substandard", "doubtful", "loss"}
    return [p for p in law.rules(RuleKind.EVENT)
            if p.rule is not None and p.rule.asset_class is not None
            and p.rule.asset_class.value in floor]  # fmt: skip


def interval(months: int) -> exp.Expr:
    """Return a number of months as an interval."""
    return exp.Interval(this=exp.Literal.string(str(months)), unit=exp.Var(this="MONTH"))
