"""The compiled queries and the pure evaluation are two ways to one verdict."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daihou.contracts import FACTS, Kind
from daihou.kernel import Product, SubjectKind, Verdict
from daihou.signals import FEATURES, Feature, Signal, compile_signals, explain_signal
from daihou.signals.expressions import evaluate, parse_expression
from tests.unit.signals.shipped import catalogue, make_relation, subject_key

AS_OF = date(2024, 2, 29)
_WORDS = {
    "product": [product.value for product in Product],
    "customer_kind": ["person", "business"],
    "guarantee_kind": ["unsecured", "guaranteed", "mortgage"],
    "dpd_basis": ["allocated", "reported"],
    "declared_use": ["车辆; = 100%", ""],
}
_EDGES = sorted(
    {
        edge
        for signal in catalogue().signals
        for threshold in signal.thresholds
        if threshold.number is not None
        for edge in (threshold.number - 1, threshold.number, threshold.number + 1)
    }
    | {0, 1, 2, 5, 10, 3000, 7000, 9000, 10_001, 5_000_000, 5_000_001}
)


def _values(feature: Feature) -> st.SearchStrategy[Any]:
    if feature.name in _WORDS:
        known: st.SearchStrategy[Any] = st.sampled_from(_WORDS[feature.name])
    elif feature.kind is Kind.DATE:
        known = st.integers(0, 800).map(lambda days: AS_OF - timedelta(days=days))
    elif feature.kind is Kind.BOOL:
        known = st.booleans()
    else:
        known = st.sampled_from(_EDGES)
    # A product is never unknown: the contract refuses such an account.
    return known if feature.name == "product" else st.one_of(st.none(), known, known)


def _rows(kind: SubjectKind) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({f.name: _values(f) for f in FEATURES[kind].values()})
    return st.lists(row, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def con() -> Any:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def _newest_age(signal: Signal, row: dict[str, Any]) -> int | None:
    days = [row[name] for name in signal.age_from if row[name] is not None]
    return (AS_OF - max(days)).days if days else None


def _shown(value: Any) -> str:
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    accounts=_rows(SubjectKind.ACCOUNT),
    customers=_rows(SubjectKind.CUSTOMER),
    fed=st.frozensets(st.sampled_from(sorted(FACTS))),
)
def test_compiled_verdicts_equal_the_pure_ones(
    con: Any, accounts: list[dict], customers: list[dict], fed: frozenset[str]
) -> None:
    subjects = {SubjectKind.ACCOUNT: accounts, SubjectKind.CUSTOMER: customers}
    expected_hits, expected_unknown = set(), set()
    for kind, rows in subjects.items():
        for number, row in enumerate(rows):
            row[subject_key(kind)] = f"S{number}"
            unknown = []
            for signal in catalogue().of(kind):
                reason = explain_signal(signal, row, fed)
                if reason.verdict is Verdict.UNKNOWN:
                    unknown.append(signal.id)
                elif reason.verdict is Verdict.HIT:
                    evidence = ";".join(f"{n}={_shown(row[n])}" for n in signal.evidence)
                    expected_hits.add(
                        (kind.value, f"S{number}", signal.id, "hit", reason.level.value,
                         reason.value, evidence, _newest_age(signal, row))
                    )  # fmt: skip
            if unknown:
                expected_unknown.add((kind.value, f"S{number}", ",".join(unknown)))
        make_relation(con, kind, rows)
    queries = compile_signals(catalogue(), AS_OF, fed)
    hits = con.execute(queries.hits.sql("duckdb")).fetchall()
    unknown_rows = con.execute(queries.unknown.sql("duckdb")).fetchall()
    assert len(hits) == len(set(hits))
    assert set(hits) == expected_hits
    assert sorted(unknown_rows) == sorted(expected_unknown)


_NUMBERS = st.sampled_from([None, -10_001, -7, -1, 0, 1, 2, 7, 10_000])
_EXPRESSIONS = [
    "dpd // late_times_6m",
    "GREATEST(dpd, late_times_6m, -5) - LEAST(dpd, 3)",
    "COALESCE(dpd, late_times_6m, 4) * 2 + -dpd",
    "NULLIF(dpd, 7)",
]
_CONDITIONS = [
    "dpd > 1 AND NOT late_times_6m >= 2 OR dpd IS NULL",
    "dpd IN (1, 2, 7) OR (secured AND dpd BETWEEN 0 AND late_times_6m)",
    "(dpd > 0) IS TRUE OR late_times_6m IN (1, NULL)",
    "product = 'card' AND product <> customer_kind",
    "secured IS NOT NULL AND dpd <= late_times_6m",
]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.sampled_from(_EXPRESSIONS + _CONDITIONS),
    dpd=_NUMBERS,
    late=_NUMBERS,
    secured=st.sampled_from([None, True, False]),
)
def test_the_small_language_means_the_same_in_sql_and_python(
    con: Any, text: str, dpd: int | None, late: int | None, secured: bool | None
) -> None:
    row = {
        "dpd": dpd, "late_times_6m": late, "secured": secured,
        "product": "card", "customer_kind": None,
    }  # fmt: skip
    wanted = "int" if text in _EXPRESSIONS else "bool"
    tree, problems = parse_expression(text, FEATURES[SubjectKind.ACCOUNT], wanted)
    assert tree is not None and not problems
    make_relation(con, SubjectKind.ACCOUNT, [row])
    answer = con.execute(f"SELECT {tree.sql('duckdb')} FROM account_feature").fetchone()
    assert answer[0] == evaluate(tree, row)
