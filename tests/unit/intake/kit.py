"""A small home to land in, and the shortest way to land a text."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from daihou.contracts import FACTS
from daihou.engines import connect
from daihou.intake.mapping import load_mapping
from daihou.intake.plan import Columns, compile_plan
from daihou.jobs.land import land
from daihou.lake import Lake

NOW = datetime(2026, 1, 31, 20, 0, tzinfo=UTC)
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
PAYMENT = """\
table: payment
slot: payments-{stem}
source: {files: "*.csv"}
columns:
  payment_id: {from: id}
  account_id: {from: loan}
  paid_on: {from: day}
  kind: {constant: payment}
  amount_minor: {from: amount, unit: yuan}
"""
HEADER = "id,loan,day,amount\n"
CUSTOMER = """\
table: customer
source: {files: "*.csv"}
columns:
  customer_id: {from: 客户号}
  recorded_on: {from: 日期}
  kind: {constant: person}
  retail: {constant: "true"}
  currency: {constant: CNY}
  name: {from: 姓名}
  id_no: {from: 证件号}
  born_on: {from: 生日}
"""


class Home:
    """One home in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("inbox", "mappings"):
            (root / name).mkdir(parents=True)
        Lake.create(root / "lake")

    @property
    def lake(self) -> Lake:
        return Lake.open(self.root / "lake")

    def mapping(self, text=PAYMENT, name="pay"):
        path = self.root / "mappings" / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def file(self, content, name="a.csv"):
        path = self.root / "inbox" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def land(self, content=None, name="a.csv", *, mapping=PAYMENT, check_only=False):
        """Land one file and return its receipts; without content the file that is there."""
        path = self.file(content, name) if content is not None else self.root / "inbox" / name
        return land(self.root, self.mapping(mapping), [path], now=NOW, check_only=check_only)

    def rows(self, table="payment"):
        lake = self.lake
        return [
            r for f in lake.fact_files(table) for r in pq.read_table(lake.path_of(f)).to_pylist()
        ]

    def quarantined(self, table="payment"):
        lake = self.lake
        files = lake.quarantine_files(table)
        return [r for f in files for r in pq.read_table(lake.path_of(f)).to_pylist()]


def convert(column, cell, sql_type="VARCHAR", **settings):
    """Return (value, problem codes) of one source cell, straight through the compiled plan.

    ``column`` is TABLE.COLUMN; ``settings`` are the keys of its mapping entry and ``currency``.
    """
    table, name = column.split(".")
    contract = FACTS[table]
    spec = {"from": "x", **settings}
    entry = {"table": table, "columns": {name: spec}}
    for other in contract.columns:
        if other.name != name and not other.nullable:
            entry["columns"][other.name] = {"constant": GOOD[other.kind.value](other)}
    if "currency" in spec:
        entry["currency"] = spec.pop("currency")
    mapping = load_mapping(yaml.safe_dump(entry, allow_unicode=True), "test")
    con = connect(threads=1)
    con.execute(
        f"CREATE VIEW raw AS SELECT 1::BIGINT AS __row, NULL::VARCHAR AS __shape, "
        f"CAST(getvariable('cell') AS {sql_type}) AS s0"
    )
    literal = "NULL" if cell is None else "'" + str(cell).replace("'", "''") + "'"
    con.execute(f"SET VARIABLE cell = {literal}")
    columns = Columns({"x": ("s0", sql_type)}, fragile=True)
    plan, wrong = compile_plan(mapping, mapping.tables[0], columns, lambda _: "VARCHAR")
    assert plan is not None, wrong
    value = con.execute(f'SELECT "{name}" FROM ({plan.rows})').fetchone()[0]
    codes = [row[0] for row in con.execute(f"SELECT code FROM ({plan.problems()})").fetchall()]
    taken = con.execute(f"SELECT count(*) FROM ({plan.accepted(False)})").fetchone()[0]
    con.close()
    assert taken == (0 if codes else 1), "a row is taken exactly when nothing is wrong with it"
    return value, codes


GOOD = {
    "id": lambda c: "x",
    "text": lambda c: "x",
    "enum": lambda c: c.allowed[0],
    "date": lambda c: "2026-01-31",
    "minor": lambda c: "1000",
    "bp": lambda c: "1",
    "int": lambda c: "1",
    "bool": lambda c: "true",
}
