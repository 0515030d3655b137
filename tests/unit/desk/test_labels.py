from __future__ import annotations

import pytest

from daihou.contracts import FACTS, RESULTS
from daihou.desk.labels import COLUMNS, TABLES, VALUES, column_label, table_label, value_label

TABLES_KNOWN = {**FACTS, **RESULTS}
ENUMS = [(t.name, c.name, v) for t in TABLES_KNOWN.values() for c in t.columns for v in c.allowed]


def test_every_table_and_column_has_a_title_in_both_languages():
    names = {c.name for t in TABLES_KNOWN.values() for c in t.columns}
    assert names - COLUMNS.keys() == set()
    assert TABLES_KNOWN.keys() - TABLES.keys() == set()
    for words in (*COLUMNS.values(), *TABLES.values()):
        assert words.zh and words.en


def test_a_fact_table_has_the_name_that_its_contract_gives():
    for name, contract in TABLES_KNOWN.items():
        assert table_label(name).zh == contract.zh


@pytest.mark.parametrize(("table", "column", "value"), ENUMS)
def test_every_value_of_every_closed_list_has_a_name(table, column, value):
    known = VALUES.get(f"{table}.{column}") or VALUES[column]
    assert value in known, "it would be shown by its code"


def test_no_name_is_left_of_a_column_or_value_that_is_gone():
    assert COLUMNS.keys() <= {c.name for t in TABLES_KNOWN.values() for c in t.columns}
    for key, values in VALUES.items():
        table, _, column = key.rpartition(".")
        allowed = {v for t, c, v in ENUMS if c == column and (not table or t == table)}
        assert key == "stage" or set(values) <= allowed, key


def test_what_has_no_name_is_shown_as_it_is():
    assert column_label("new_column").zh == "new_column"
    assert value_label("product", "lease").en == "lease"


def test_the_same_word_is_named_by_its_table():
    assert value_label("guarantee_kind", "mortgage").zh == "抵押"
    assert value_label("product", "mortgage").zh == "住房按揭"
    assert value_label("kind", "card", "credit_line").zh == "信用卡额度"
