"""From a book, the law, the signals and the policies of one day to a program ready to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from daihou.contracts import RESULTS
from daihou.inquiry.rules import Rules
from daihou.law import Law
from daihou.night.asking import AskingSettings, asking_stages, no_orders
from daihou.night.book import Book
from daihou.night.checks import audits, brake_queries, check_stage, key_columns
from daihou.night.classify import compile_classification
from daihou.night.dates import add_months
from daihou.night.features import feature_stages
from daihou.night.known import due_stages, known_stages
from daihou.night.loss import LossRates
from daihou.night.position import PositionRules, month_end_stage, position_stages
from daihou.night.program import Audit, Output, Program, Stage, stage_query
from daihou.policy import Policy, compile_policy
from daihou.signals import Catalogue, compile_signals

_HISTORY_YEARS = 31
"""Years before as_of for which due days are moved off holidays: the longest mortgage and a year."""

_ORDER = {
    "account_day": ("account_id",),
    "customer_day": ("customer_id",),
    "signal_day": ("subject_kind", "subject_id", "signal_id"),
    "decision_day": ("subject_kind", "subject_id", "treatment", "arm"),
    "check_day": ("code", "table_name", "row_key"),
    "inquiry_order": ("status", "rank", "customer_id"),
}

_READY = {
    "signal_day": "signal_hit", "decision_day": "decision", "check_day": "check_found",
    "inquiry_order": "inquiry_order",
}  # fmt: skip
"""Results whose rows a stage has made already; the others are put together by a 90_ file."""

_WIDE = frozenset({"account_feature", "customer_feature"})
"""Relations as long as the book that are read once: a name for their query is enough."""


@dataclass(frozen=True, slots=True)
class NightSettings:
    """Everything that one night depends on beside the facts.

    ``laws`` by product or ``default``; ``policies`` are (policy, arm), the champion first; ``fed``
    says of each fact table ever landed whether one entity may have several rows; ``before`` is the
    as_of of the last published night; ``texts`` are the stage files. ``asking`` None plans no
    inquiries.
    """

    book: Book
    as_of: date
    laws: Mapping[str, Law]
    rates: LossRates | None
    catalogue: Catalogue
    policies: Sequence[tuple[Policy, str]]
    fed: Mapping[str, bool]
    texts: Mapping[str, str]
    before: date | None = None
    asking: Rules | None = None


def compile_night(settings: NightSettings) -> tuple[Program, tuple[Audit, ...]]:
    """Return the program of one night, and its brakes.

    Raises: LawError, SignalError, PolicyError, NightError, each with all its problems.
    """
    fed = frozenset(settings.fed)
    position = _position(settings)
    carry = [column.alias_or_name for column in position[-1].query.expressions]
    stages = [
        *position,
        *compile_classification(
            settings.laws, settings.as_of, settings.rates, settings.texts, carry
        ),
        check_stage(fed, settings.book.currency),
        *_described(settings.texts),
        *_sensed(settings, fed),
        *_decided(settings),
        *_asked(settings),
    ]
    outputs = tuple(Output(name, _result(name, settings), _ORDER[name]) for name in RESULTS)
    program = Program(settings.book.book, settings.as_of, tuple(stages), outputs, audits())
    return program, brake_queries(settings.book, settings.before)


def _position(settings: NightSettings) -> list[Stage]:
    book, as_of = settings.book, settings.as_of
    shifted = book.holidays.shifted(add_months(as_of, -12 * _HISTORY_YEARS), add_months(as_of, 24))
    rules = PositionRules(
        currency=book.currency,
        within_due=book.allocation.within_due,
        tolerance_bp=book.allocation.tolerance_bp,
        statements_fed="card_statement" in settings.fed,
    )
    return [
        month_end_stage(as_of),
        *known_stages(as_of, settings.fed),
        *due_stages(shifted),
        *position_stages(settings.texts, as_of, rules),
    ]


def _described(texts: Mapping[str, str]) -> list[Stage]:
    return [
        Stage(name, stage_query(texts[f"{number}_{name}.sql"], name, {}), "describe", keep=keep)
        for number, name, keep in (
            (80, "account_view", False),
            (81, "customer_full", True),
            (82, "customer_view", False),
        )
    ]


def _sensed(settings: NightSettings, fed: frozenset[str]) -> list[Stage]:
    stages = [
        Stage(name, _on_full(query), "sense", keep=name not in _WIDE)
        for name, query in feature_stages(settings.texts, fed, settings.as_of)
    ]
    queries = compile_signals(settings.catalogue, settings.as_of, fed)
    return [
        *stages,
        Stage("signal_hit", queries.hits, "sense"),
        Stage("signal_unknown", queries.unknown, "sense"),
    ]


def _on_full(query: exp.Query) -> exp.Query:
    """Return the query reading ``account_full``, where state and class stand side by side."""
    for table in query.find_all(exp.Table):
        if table.name in {"account_state", "account_class"}:
            table.set("this", exp.to_identifier("account_full"))
    return query


def _decided(settings: NightSettings) -> list[Stage]:
    ids = settings.catalogue.ids
    decisions = [compile_policy(policy, arm, ids) for policy, arm in settings.policies]
    names = [f"decision_{number}" for number in range(len(decisions))]
    stages = [Stage(name, query, "decide") for name, query in zip(names, decisions, strict=True)]
    union: exp.Query = exp.select("*").from_(names[0])
    for name in names[1:]:
        union = exp.union(union, exp.select("*").from_(name), distinct=False)
    return [*stages, Stage("decision", union, "decide", keep=False)]


def _asked(settings: NightSettings) -> list[Stage]:
    if settings.asking is None:
        return [no_orders()]
    return asking_stages(
        AskingSettings(
            settings.book.book, settings.as_of, settings.asking, settings.policies[0][0],
            settings.catalogue.ids, settings.texts,
        )
    )  # fmt: skip


def _result(name: str, settings: NightSettings) -> exp.Query:
    """Return the query of a result table, its columns in the contract's order."""
    contract = RESULTS[name]
    text = settings.texts.get(f"90_{name}.sql")
    if text is None:
        source: exp.Query = exp.select("*").from_(_READY[name])
    else:
        source = stage_query(text, name, {})
    keys = {column.alias: column for column in key_columns(settings.book.book, settings.as_of)}
    columns = [keys.get(column.name, exp.column(column.name, "r")) for column in contract.columns]
    return exp.select(*columns).from_(source.subquery("r"))
