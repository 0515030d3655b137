"""The shipped signal files and stages, for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

import daihou
from daihou.kernel import SubjectKind
from daihou.signals import FEATURES, Catalogue, load_catalogue
from daihou.signals.features import KEYS

PACKAGE = Path(daihou.__file__).parent


def signal_texts() -> dict[str, str]:
    return _texts(PACKAGE / "signals" / "catalogue", "*.yaml")


def stage_texts() -> dict[str, str]:
    return _texts(PACKAGE / "night" / "stages", "*.sql")


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob(pattern)}


@cache
def catalogue() -> Catalogue:
    return load_catalogue(signal_texts())


def make_relation(con: duckdb.DuckDBPyConnection, kind: SubjectKind, rows: list[dict]) -> None:
    """Make the feature relation of ``kind`` with these rows; what a row does not name is null."""
    keys = ["account_id", "customer_id"] if kind is SubjectKind.ACCOUNT else ["customer_id"]
    types = dict.fromkeys(keys, "VARCHAR")
    types |= {f.name: f.kind.sql_type for f in FEATURES[kind].values()}
    columns = ", ".join(f"{name} {sql}" for name, sql in types.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {kind.value}_feature ({columns})")
    if rows:
        marks = ", ".join("?" for _ in types)
        con.executemany(
            f"INSERT INTO {kind.value}_feature VALUES ({marks})",
            [[row.get(name) for name in types] for row in rows],
        )


def subject_key(kind: SubjectKind) -> str:
    return KEYS[kind]
