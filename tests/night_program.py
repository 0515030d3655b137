"""Run a whole compiled night in memory on a few rows written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import duckdb
import yaml

from daihou.jobs.home import shipped_texts
from daihou.jobs.resolve import Inputs, settings_for
from daihou.night.compile import compile_night
from daihou.policy import Policy
from tests.night_kit import Row, fact_relations

BOOK = {
    "book": "test",
    "title": {"zh": "测试", "en": "test"},
    "currency": "CNY",
    "rule_packs": {"default": ["cn_2023"], "card": ["cn_2023", "cn_card_2011"]},
    "policy": "policy.yaml",
}


@cache
def _compiled(as_of: date, fed: frozenset[str]) -> tuple[Policy, tuple[str, ...], dict[str, str]]:
    """Return the policy, a statement for each stage, and the query of each result table."""
    texts = {
        "book.yaml": yaml.safe_dump(BOOK, allow_unicode=True),
        "loss_rates.yaml": shipped_texts("daihou.examples", ".yaml")["bank_loss_rates.yaml"],
        "policy.yaml": shipped_texts("daihou.examples.policies", ".yaml")["cn_retail.yaml"],
    }
    settings = settings_for(Inputs(texts), as_of, dict.fromkeys(sorted(fed), True), None)
    program, _ = compile_night(settings)
    steps = tuple(
        f"CREATE TEMP {'TABLE' if one.keep else 'VIEW'} {one.name} AS {one.query.sql('duckdb')}"
        for one in program.stages
    )
    results = {out.table: f"({out.query.sql('duckdb')})" for out in program.outputs}
    return settings.policies[0][0], steps, results


class InMemory:
    """One night in memory: every relation and result of the program can be read."""

    def __init__(self, as_of: date, facts: Mapping[str, Sequence[Row]]) -> None:
        self.policy, steps, self.results = _compiled(as_of, frozenset(facts))
        self.connection = duckdb.connect(config={"threads": 1})
        fact_relations(self.connection, facts)
        for step in steps:
            self.connection.execute(step)

    def rows(self, relation: str) -> list[dict[str, Any]]:
        """Return the rows of a stage, or of a result table by its name."""
        query = self.results.get(relation, relation)
        cursor = self.connection.execute(f"SELECT * FROM {query} AS r")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
