"""The compiled night in both dialects: a change of SQL is seen in review, never by accident.

To accept a change: ``python -m tests.golden.test_compiled_sql`` writes the files again.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlglot
import yaml

from daihou.jobs.home import shipped_texts
from daihou.jobs.resolve import Inputs, settings_for
from daihou.night.compile import compile_night
from daihou.night.program import Program

FOLDER = Path(__file__).parent
STAGES = ("due_total", "account_sum", "late_due", "late_account", "account_full", "customer_full")
DIALECTS = ("duckdb", "spark")
BOOK = {
    "book": "golden",
    "title": {"zh": "金样", "en": "golden"},
    "currency": "CNY",
    "rule_packs": {"default": ["cn_2023"], "card": ["cn_2023", "cn_card_2011"]},
    "policy": "policy.yaml",
}


def compiled() -> Program:
    inputs = Inputs(
        {
            "book.yaml": yaml.safe_dump(BOOK, allow_unicode=True),
            "loss_rates.yaml": shipped_texts("daihou.examples", ".yaml")["bank_loss_rates.yaml"],
            "policy.yaml": shipped_texts("daihou.examples.policies", ".yaml")["cn_retail.yaml"],
        }
    )
    fed = dict.fromkeys(("account", "customer", "instalment", "payment", "external_event"), False)
    return compile_night(settings_for(inputs, date(2025, 6, 30), fed, date(2025, 5, 31)))[0]


def text_of(program: Program, stage: str, dialect: str) -> str:
    query = next(s.query for s in program.stages if s.name == stage)
    return query.sql(dialect, pretty=True) + "\n"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stage", STAGES)
def test_stage_is_what_the_golden_file_holds(stage, dialect):
    golden = (FOLDER / f"{stage}.{dialect}.sql").read_text(encoding="utf-8")
    assert text_of(compiled(), stage, dialect) == golden


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_step_of_the_program_is_readable_sql_in_both_dialects(dialect):
    for text in compiled().lines(dialect):
        assert sqlglot.parse_one(text, read=dialect) is not None


def test_the_same_settings_give_the_same_program():
    assert compiled().digest == compiled().digest


if __name__ == "__main__":
    whole = compiled()
    for name in STAGES:
        for language in DIALECTS:
            path = FOLDER / f"{name}.{language}.sql"
            path.write_text(text_of(whole, name, language), encoding="utf-8")
