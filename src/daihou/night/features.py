"""The stages that turn states, events and movements into the features that signals read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from sqlglot import exp

from daihou.contracts import FACTS
from daihou.kernel import SubjectKind
from daihou.night.dates import add_months
from daihou.night.program import stage_query
from daihou.signals.features import FEATURES

_COUNTS: Final = (
    "contact_failed_10d", "contact_failed_20d", "contact_failed_30d", "job_changed_12m",
    "job_lost_12m", "decline_12m", "refused_12m", "lawsuits_24m", "enforced_24m", "dishonest_24m",
    "tax_missed_6m", "representative_6m",
)  # fmt: skip
"""Counts of events: zero, not unknown, when events are landed and the customer has none."""

_TOLD_BEFORE = frozenset(
    {"bureau_report_on", "bureau_before_on", "bureau_telecom_arrears_24m", "bureau_alerts"}
)
"""Features of the newest report that their stage writes out; the others are its columns."""

_BY_TRANSACTION, _BY_STATEMENT = "57_card_use.sql", "57_card_use_by_statement.sql"


def feature_stages(
    texts: Mapping[str, str], fed: frozenset[str], as_of: date
) -> list[tuple[str, exp.Query]]:
    """Return (name, query) of ``stages/5*.sql`` and ``6*.sql`` in order.

    The last ones make ``account_feature`` (one row an account of ``account_state``) and
    ``customer_feature`` (one row a customer of ``customer_full``), whose columns are FEATURES.
    ``fed`` names the fact tables ever landed: what comes from another one is unknown there. Cards
    are read from transactions, or from statements when no transaction was ever landed.
    Windows: calendar days or months back from ``as_of``, which is inside; the far end is outside.
    """
    values = _values(fed, as_of)
    left_out = _BY_STATEMENT if "transaction" in fed else _BY_TRANSACTION
    stages = []
    for file in sorted(texts):
        if file[0] not in "56" or file == left_out:
            continue
        name = file.removesuffix(".sql").split("_", 1)[1].removesuffix("_by_statement")
        query = stage_query(texts[file], file, values)
        kind = {f"{kind.value}_feature": kind for kind in SubjectKind}.get(name)
        stages.append((name, query if kind is None else _in_order(query, kind)))
    return stages


def _values(fed: frozenset[str], as_of: date) -> dict[str, object]:
    month = as_of.year * 12 + as_of.month
    running = (as_of + timedelta(days=1)).month == as_of.month
    counts = [
        exp.alias_(
            exp.Case().when(
                exp.convert("external_event" in fed),
                exp.func("COALESCE", exp.column(name, "f"), exp.convert(0)),
            ),
            name,
        )
        for name in _COUNTS
    ]
    return {
        "as_of": as_of,
        "three_months_ago": add_months(as_of, -3),
        "six_months_ago": add_months(as_of, -6),
        "twelve_months_ago": add_months(as_of, -12),
        "two_years_ago": add_months(as_of, -24),
        "month_of_as_of": month,
        # A month that has not ended yet cannot be without salary.
        "month_running": int(running),
        "payment_fed": "payment" in fed,
        "event_fed": "external_event" in fed,
        "debit_fed": {"external_event", "payment"} <= fed,
        "collateral_fed": "collateral" in fed,
        "transaction_fed": "transaction" in fed,
        "event_counts": counts,
        "bureau_columns": _bureau_columns(),
    }


def _bureau_columns() -> list[exp.Expr]:
    """Return each column of the newest report that is a feature of its own, under its name."""
    told = {column.name for column in FACTS["bureau_report"].columns}
    return [
        exp.alias_(exp.column(column, "l"), name)
        for name in FEATURES[SubjectKind.CUSTOMER]
        if (column := name.removeprefix("bureau_")) in told
        and name.startswith("bureau_")
        and name not in _TOLD_BEFORE
    ]


def _in_order(query: exp.Query, kind: SubjectKind) -> exp.Query:
    """Return ``query`` with the key and every declared feature in its declared type and order."""
    keys = ["account_id", "customer_id"] if kind is SubjectKind.ACCOUNT else ["customer_id"]
    columns: list[exp.Expr] = [exp.column(key) for key in keys]
    for feature in FEATURES[kind].values():
        column: exp.Expr = exp.column(feature.name)
        if feature.kind.sql_type in {"BIGINT", "INTEGER"}:
            column = exp.alias_(_fitted(column, feature.kind.sql_type), feature.name)
        columns.append(column)
    return exp.select(*columns).from_(query.subquery("told"))


def _fitted(column: exp.Expr, sql_type: str) -> exp.Expr:
    """Return the column in its type; a ratio beyond it is held at the largest that fits."""
    if sql_type == "INTEGER":
        # Not LEAST, which would turn unknown into the largest value.
        most = exp.convert(2_000_000_000)
        column = exp.Case().when(column > most, most.copy()).else_(column.copy())
    return exp.cast(column, sql_type)
