"""The stages that plan inquiries: who is due or has a trigger, what the gate says, the worth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import sqlglot
from sqlglot import exp

from daihou.contracts import RESULTS
from daihou.errors import NightError
from daihou.inquiry.cadence import window_of
from daihou.inquiry.rules import Factor, Rules, Schedule, Worth
from daihou.inquiry.worth import MOST_MINOR, PPM_PER_BP
from daihou.kernel import Level
from daihou.law.terms import add_months
from daihou.night.program import Stage, literal, stage_query
from daihou.policy import Policy
from daihou.policy.compile import compile_tier

PURPOSE: Final = "01"
_NO_LIMIT: Final = 2_000_000_000
_FILES: Final = (
     "83_ask_consent", "83_ask_line", "83_ask_claim", "83_ask_surety",
    "84_ask_open", "84_ask_stop", "84_ask_past", "85_ask_pulled", "85_ask_trigger", "86_ask_wish",
    "87_ask_due", "88_ask_gate", "89_inquiry_order",
)  # fmt: skip
_VIEWS: Final = frozenset({"ask_line", "ask_claim", "ask_wish"})


@dataclass(frozen=True, slots=True)
class AskingSettings:
    """What planning depends on: the rules of asking, the champion policy, the signals there are."""

    book: str
    as_of: date
    rules: Rules
    policy: Policy
    signal_ids: Collection[str]
    texts: Mapping[str, str]


def no_orders() -> Stage:
    """Return the empty ``inquiry_order`` of a book that asks about nobody."""
    columns = [
        exp.alias_(exp.cast(exp.null(), column.kind.sql_type), column.name)
        for column in RESULTS["inquiry_order"].columns
        if column.name not in {"book", "as_of"}
    ]
    return Stage("inquiry_order", exp.select(*columns).where(exp.false()), "ask")


def asking_stages(settings: AskingSettings) -> list[Stage]:
    """Return the stages from the night's states and decisions to ``inquiry_order``.

    The conditions are those of ``inquiry.gate``, written once more as SQL; tests hold both equal.
    A trigger comes before the schedule; the worth of asking is that of ``inquiry.worth``.

    Raises: NightError when the policy has no tier that the rules know.
    """
    _check_tiers(settings)
    values = _values(settings)
    stages = [Stage("customer_tier", _tier_query(settings), "ask")]
    for file in _FILES:
        name = file.partition("_")[2]
        if name == "ask_pulled":
            query = _pulled(settings.rules, settings.as_of)
        else:
            query = stage_query(settings.texts[f"{file}.sql"], file, values)
        stages.append(Stage(name, query, "ask", keep=name not in _VIEWS))
    return stages


def _check_tiers(settings: AskingSettings) -> None:
    known, used = set(settings.rules.tiers), {tier.id for tier in settings.policy.tiers}
    if not used or used - known or _plain_tier(settings.policy) is None:
        raise NightError(
            "the policy's tiers and the rules of asking do not fit", where=settings.policy.name,
            why=f"the policy has {', '.join(sorted(used)) or 'none'}, the rules know"
            f" {', '.join(sorted(known))}; one tier has neither level nor condition",
            next_step="name the same tiers in both, or take `asking` out of book.yaml",
        )  # fmt: skip


def _plain_tier(policy: Policy) -> str | None:
    return next((t.id for t in policy.tiers if t.level is None and t.when is None), None)


def _tier_query(settings: AskingSettings) -> exp.Query:
    """Return customer_id and tier of each customer whose tier is not the plain one."""
    policy, ids = settings.policy, settings.signal_ids
    case = exp.Case()
    query = exp.select(exp.column("customer_id", "c")).from_("customer_full AS c")
    query = query.join(
        "decision AS w", join_type="left",
        on="w.subject_kind = 'customer' AND w.subject_id = c.customer_id"
        " AND w.treatment = 'watch' AND w.arm = 'champion'",
    )  # fmt: skip
    for number, level in enumerate((None, *Level)):
        tiers = [tier for tier in policy.tiers if tier.level is level]
        at_level: exp.Expr = exp.column("level", "w")
        at_level = at_level.is_(exp.null()) if level is None else at_level.eq(level.value)
        conditional = compile_tier(policy, tiers, ids)
        if conditional is not None:
            name = f"t{number}"
            query = query.with_(f"tier_{name}", as_=conditional)
            query = query.join(
                f"tier_{name} AS {name}", on=f"{name}.customer_id = c.customer_id",
                join_type="left",
            )  # fmt: skip
            met = exp.column("tier", name)
            case = case.when(exp.and_(at_level.copy(), exp.not_(met.is_(exp.null()))), met.copy())
        plain = next((tier.id for tier in tiers if tier.when is None), None)
        if plain is not None:
            case = case.when(at_level.copy(), literal(plain))
    return query.select(exp.alias_(case, "tier"))


def _values(settings: AskingSettings) -> dict[str, object]:
    rules, as_of = settings.rules, settings.as_of
    budget, worth = rules.budget, rules.worth
    return {
        "as_of": as_of,
        "consent_pattern": f"%,{rules.purpose.consent_code},%",
        "no_consent": f"no live consent with code {rules.purpose.consent_code}",
        "twelve_months_ago": add_months(as_of, -12),
        "plain_tier": _plain_tier(settings.policy),
        "window": _by_tier(rules, lambda months: literal(window_of(as_of, months))),
        "months": _by_tier(rules, literal),
        "tier_asks_on_trigger": _asks_on_trigger(rules, _plain_tier(settings.policy)),
        "risk": _risk(worth),
        "beside_minor": worth.beside_minor,
        "most_minor": MOST_MINOR,
        "stale_days": worth.stale_days,
        "schedule_is_due": _by_tier(
            rules, lambda months: sqlglot.parse_one(
                f"last_on IS NULL OR last_on <= DATE '{_due_since(as_of, months)}'", read="duckdb"
            ),
        ),
        "least_minor": worth.least_minor if rules.schedule is Schedule.OPTIMISED else 0,
        "read_fields": [
            exp.column(name, table)
            for table, factors in (("r", worth.factors), ("f", worth.own_factors))
            for name in dict.fromkeys(factor.field for factor in factors)
        ],
        "cool_off_days": rules.cool_off_days.value,
        "person_year_cap": rules.person_year_cap.value,
        "days_must_pass": f", {rules.cool_off_days.value} days must pass",
        "of_the_cap": f" of {rules.person_year_cap.value} inquiries in 12 months",
        "key_head": f"{settings.book}|",
        "key_purpose": f"|{PURPOSE}|",
        "purpose": PURPOSE,
        "night_budget": _NO_LIMIT if budget.night is None else budget.night,
        "month_budget": _NO_LIMIT if budget.month is None else budget.month,
        "year_budget": _NO_LIMIT if budget.year is None else budget.year,
        "month_start": as_of.replace(day=1),
        "year_start": as_of.replace(month=1, day=1),
    }  # fmt: skip


def _due_since(as_of: date, months: int) -> date:
    """Return the last day such that a look on it is due again on ``as_of``."""
    day = add_months(as_of, -months) + timedelta(days=3)
    while add_months(day, months) > as_of:
        day -= timedelta(days=1)
    return day


def _by_tier(rules: Rules, told: Callable[[int], exp.Expr]) -> exp.Expr:
    """Return by tier what its months between two looks mean; null where only triggers ask."""
    case = exp.Case(this=exp.column("tier"))
    for tier in rules.tiers:
        months = rules.months_of(tier)
        if months is not None:
            case = case.when(literal(tier), told(months), copy=False)
    return case if case.args.get("ifs") else exp.null()


def _asks_on_trigger(rules: Rules, plain_tier: str | None) -> exp.Expr:
    """Return whether a person's tier allows triggers."""
    tier = exp.func("COALESCE", exp.column("tier", "t"), literal(plain_tier))
    allowed = [name for name, rule in rules.tiers.items() if rule.triggers]
    return tier.isin(*allowed) if allowed else exp.false()


def _risk(worth: Worth) -> exp.Expr:
    """Return the risk in millionths, not capped yet: tier, own factors, factors of the report."""
    case = exp.Case(this=exp.column("tier"))
    for tier, risk in worth.risk_bp.items():
        case = case.when(literal(tier), literal(risk * PPM_PER_BP), copy=False)
    own = _times(f"CAST({case.sql('duckdb')} AS BIGINT)", worth.own_factors)
    text = (
        f"CASE WHEN report_on IS NULL THEN {own} * {worth.no_report_percent} // 100"
        f" ELSE {_times(own, worth.factors)} END"
    )
    return sqlglot.parse_one(text, read="duckdb")


def _times(risk: str, factors: Sequence[Factor]) -> str:
    for factor in factors:
        met = f"{factor.field} >= {factor.at_least}"
        risk = f"({risk} * CASE WHEN {met} THEN {factor.percent} ELSE 100 END // 100)"
    return risk


def _pulled(rules: Rules, as_of: date) -> exp.Query:
    """Return every trigger that was pulled: customer_id, kind, what, trigger_on, days."""
    parts = [part for kind in rules.triggers for part in _sources(kind, rules)]
    if not parts:
        parts = [
            "SELECT CAST(NULL AS VARCHAR) AS customer_id, CAST(NULL AS VARCHAR) AS kind,"
            " CAST(NULL AS VARCHAR) AS what, CAST(NULL AS DATE) AS trigger_on, 0 AS days"
            " WHERE FALSE"
        ]
    return stage_query(" UNION ALL ".join(parts), "ask_pulled", {"as_of": as_of})


def _sources(kind: str, rules: Rules) -> Iterator[str]:
    """Yield one query for each thing that pulls a kind of trigger."""
    rule = rules.triggers[kind]
    if rule.from_days is not None:
        yield _source(kind, rule.days, "account_id", f":as_of - dpd + {rule.from_days}",
                      f"account_full WHERE dpd >= {rule.from_days}")  # fmt: skip
    if rule.signals:
        ids = ", ".join(f"'{signal}'" for signal in rule.signals)
        yield _source(
            kind, rule.days, "s.signal_id || ':' || s.subject_id", ":as_of - s.data_age_days",
            "signal_hit AS s INNER JOIN known_account AS a ON s.subject_id = a.account_id"
            f" WHERE s.subject_kind = 'account' AND s.signal_id IN ({ids})"
            " AND s.level IN ('orange', 'red') AND s.data_age_days IS NOT NULL", "a.customer_id",
        )  # fmt: skip
    if rule.events:
        kinds = ", ".join(f"'{event}'" for event in rule.events)
        yield _source(kind, rule.days, "'event:' || event_id", "known_on",
                      f"known_external_event WHERE kind IN ({kinds})")  # fmt: skip
    if kind == "line_review":
        yield _source(kind, rule.days, "line_id", f"expires_on - {rule.days}",
                      "known_credit_line WHERE expires_on IS NOT NULL AND cancelled_on IS NULL"
                      " AND opened_on <= :as_of")  # fmt: skip


def _source(  # noqa: PLR0913, PLR0917
    kind: str, days: int, what: str, on: str, source: str, who: str = "customer_id"
) -> str:
    return (
        f"SELECT {who} AS customer_id, '{kind}' AS kind, '{kind}:' || {what} AS what,"
        f" CAST({on} AS DATE) AS trigger_on, {days} AS days FROM {source}"
    )
