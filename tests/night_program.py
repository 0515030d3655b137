"""Run a whole compiled night in memory on a few rows written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import yaml

from daihou.jobs.home import shipped_texts
from daihou.jobs.resolve import Inputs, settings_for
from daihou.night.compile import compile_night
from tests.night_kit import Row, fact_relations

BOOK = {
    "book": "test",
    "title": {"zh": "测试", "en": "test"},
    "currency": "CNY",
    "rule_packs": {"default": ["cn_2023"], "card": ["cn_2023", "cn_card_2011"]},
    "policy": "policy.yaml",
}


class InMemory:
    """One night in memory: every relation and result of the program can be read."""

    def __init__(self, as_of: date, facts: Mapping[str, Sequence[Row]]) -> None:
        texts = {
            "book.yaml": yaml.safe_dump(BOOK, allow_unicode=True),
            "loss_rates.yaml": shipped_texts("daihou.examples", ".yaml")["bank_loss_rates.yaml"],
            "policy.yaml": shipped_texts("daihou.examples.policies", ".yaml")["cn_retail.yaml"],
        }
        fed = dict.fromkeys(facts, True)
        self.program, _ = compile_night(settings_for(Inputs(texts), as_of, fed, None))
        self.connection = duckdb.connect(config={"threads": 1})
        fact_relations(self.connection, facts)
        for stage in self.program.stages:
            made = "TABLE" if stage.keep else "VIEW"
            self.connection.execute(
                f"CREATE TEMP {made} {stage.name} AS {stage.query.sql('duckdb')}"
            )

    def rows(self, relation: str) -> list[dict[str, Any]]:
        """Return the rows of a stage, or of a result table by its name."""
        results = {out.table: f"({out.query.sql('duckdb')})" for out in self.program.outputs}
        cursor = self.connection.execute(f"SELECT * FROM {results.get(relation, relation)} AS r")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
