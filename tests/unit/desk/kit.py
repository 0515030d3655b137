"""A small book that moves from month to month, written as the Parquet files of its nights."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from daihou.contracts import RESULTS, Contract
from daihou.desk.figures import NightFiles
from daihou.desk.shapes import BookTitle
from daihou.kernel import bucket_of

ARROW = {"DATE": pa.date32(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "BOOLEAN": pa.bool_()}
BOOK = BookTitle("test", "测试账本", "Test book", "CNY")
Row = Mapping[str, Any]

USUAL: dict[str, dict[str, Any]] = {
    "account_day": dict(
        book="test", customer_id="C1", product="instalment_loan", currency="CNY",
        balance_minor=100_00, overdue_minor=0, dpd=0, dpd_basis="allocated", bucket="M0",
        status_24m="*" * 12 + "N" * 12, months_on_book=12, months_to_maturity=12,
        instalments_due=12, instalments_missed=0, asset_class="pass", class_rule="cn_2023.pass",
        stage=1, ecl_minor=1_00, provision_minor=1_50,
    ),
    "customer_day": dict(
        book="test", currency="CNY", accounts=1, balance_minor=100_00, balances_unknown=0,
        overdue_minor=0, dpd_max=0, worst_class="pass", worst_stage=1, ecl_minor=1_00,
    ),
    "signal_day": dict(
        book="test", subject_kind="account", signal_id="E01", verdict="hit", level="yellow",
        value=3, evidence="dpd=3", data_age_days=0,
    ),
    "decision_day": dict(
        book="test", subject_kind="customer", customer_id="C1", treatment="watch", level="red",
        rule_id="watch.red", policy_version="cn_retail@1+abc", arm="champion",
        reasons="WATCH_RED", needs_two=False,
    ),
    "check_day": dict(
        book="test", code="K003", table_name="payment", row_key="X1", severity="reject",
        message="payment to an account not handed over",
    ),
}  # fmt: skip


def write_table(contract: Contract, rows: Sequence[Row], path: Path) -> Path:
    """Write rows as the contract's columns; what a row does not name is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema(
        [(c.name, ARROW.get(c.kind.sql_type, pa.string())) for c in contract.columns]
    )
    full = [{c.name: row.get(c.name) for c in contract.columns} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=schema), path)
    return path


def night(folder: Path, as_of: date, **tables: Sequence[Row]) -> NightFiles:
    """Write one night; a table that is not named gets no file."""
    files = {}
    for name, rows in tables.items():
        full = [{**USUAL[name], "as_of": as_of, **row} for row in rows]
        files[name] = [write_table(RESULTS[name], full, folder / f"{name}-{as_of}.parquet")]
    return NightFiles(as_of, files)


def late(account_id: str, dpd: int, **values: Any) -> dict[str, Any]:
    """Return an account that many days past due, classed by the days alone."""
    rank = sum(dpd > border for border in (0, 90, 270, 360))
    words = ("pass", "special_mention", "substandard", "doubtful", "loss")
    return dict(
        account_id=account_id, dpd=dpd, bucket=bucket_of(dpd).value, asset_class=words[rank],
        class_rule=f"cn_2023.{words[rank]}", stage=1 if dpd <= 30 else 2 if dpd <= 90 else 3,
        overdue_minor=dpd * 100,
    ) | values  # fmt: skip


def _month_ends(first: date, months: int) -> list[date]:
    ends = []
    for n in range(months):
        year, month = divmod(first.year * 12 + first.month - 1 + n + 1, 12)
        ends.append(date.fromordinal(date(year, month + 1, 1).toordinal() - 1))
    return ends


def moving_book(folder: Path, accounts: int, months: int, seed: int = 7) -> list[NightFiles]:
    """Write nights of a book in which accounts open, fall behind, recover, close."""
    rng = random.Random(seed)
    products = ("instalment_loan", "card", "mortgage", "business_loan", "revolving_line")
    book: list[dict[str, Any]] = []
    nights, number = [], 0
    for n, day in enumerate(_month_ends(date(2022, 1, 1), months)):
        for _ in range(accounts if n == 0 else accounts // 25):
            number += 1
            book.append(dict(
                id=f"L{seed}{number:09d}", customer=f"P{number % (accounts * 2):08d}",
                product=rng.choices(products, (50, 30, 8, 8, 4))[0], missed=0,
                mob=rng.randrange(18) if n == 0 else 0, balance=rng.randrange(20_000_00) + 50_000,
            ))  # fmt: skip
        rows = [_aged(item, rng) for item in book]
        book = [item for item in book if item["balance"] > 0]
        nights.append(_moving_night(folder, day, rows, rng))
    return nights


def _aged(item: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    worse, better = ((0.018, 0), (0.3, 0.55), (0.55, 0.2), (0.7, 0.1))[min(item["missed"], 3)]
    luck = rng.random()
    item["missed"] = (
        item["missed"] + 1 if luck < worse else 0 if luck < worse + better else item["missed"]
    )
    item["mob"] += 1
    row = late(
        item["id"], max(0, item["missed"] * 30 - rng.randrange(3)), customer_id=item["customer"],
        product=item["product"], months_on_book=item["mob"], balance_minor=item["balance"],
    )  # fmt: skip
    row["overdue_minor"] = item["balance"] // 20 * item["missed"] if row["dpd"] else 0
    rate = {1: 80, 2: 1_100, 3: 5_500}[row["stage"]]
    row["ecl_minor"] = item["balance"] * rate // 10_000
    row["provision_minor"] = item["balance"] * rate // 8_000
    row["status_24m"] = "N" * 23 + (str(min(item["missed"], 7)) if row["dpd"] else "N")
    if item["missed"] > 9:
        row |= dict(class_rule="cn_2023.written_off", asset_class="loss")
    if rng.random() < 0.01:
        row |= dict(dpd=None, bucket=None, asset_class=None, class_rule=None, stage=None,
                    overdue_minor=None, ecl_minor=None, provision_minor=None,
                    unknown_signals="E01,E03")  # fmt: skip
    if item["missed"] == 0:
        item["balance"] = 0 if rng.random() < 0.02 else item["balance"] * 97 // 100
    return row


def _moving_night(
    folder: Path, day: date, rows: list[dict[str, Any]], rng: random.Random
) -> NightFiles:
    customers: dict[str, dict[str, Any]] = {}
    signals, decisions = [], []
    for row in rows:
        key = row["customer_id"]
        one = customers.setdefault(key, dict(customer_id=key, accounts=0, balance_minor=0,
                                             overdue_minor=0, dpd_max=0, ecl_minor=0))  # fmt: skip
        one["accounts"] += 1
        one["balance_minor"] += row["balance_minor"]
        one["overdue_minor"] += row["overdue_minor"] or 0
        dpd = row["dpd"] or 0
        if dpd >= one["dpd_max"]:
            one |= dict(dpd_max=dpd, worst_class=row["asset_class"], worst_stage=row["stage"])
        if dpd:
            level = "red" if dpd > 30 else "orange" if dpd > 7 else "yellow"
            signals.append(dict(subject_id=row["account_id"], signal_id="E01", level=level))
        if rng.random() < 0.02:
            signals.append(dict(
                subject_id=row["account_id"], signal_id=rng.choice(("E05", "F01", "F05", "E10")),
                level=rng.choice(("yellow", "orange")),
            ))  # fmt: skip
    for key, one in customers.items():
        days = one["dpd_max"]
        if days:
            one["watch_level"] = "red" if days > 60 else "orange" if days > 30 else "yellow"
            decisions.append(dict(
                subject_id=key, customer_id=key, level=one["watch_level"],
                rule_id=f"watch.{one['watch_level']}",
                reasons=f"WATCH_{one['watch_level'].upper()};DPD_{days}",
            ))  # fmt: skip
        if days > 60:
            decisions.append(dict(subject_id=key, customer_id=key, treatment="case_collection",
                                  rule_id="collect.m3", reasons="DPD_OVER_60"))  # fmt: skip
        if days > 90:
            decisions.append(dict(subject_id=key, customer_id=key, treatment="line_freeze",
                                  level=None, rule_id="freeze.npl", reasons="NPL",
                                  needs_two=True))  # fmt: skip
            decisions.append(dict(subject_id=key, customer_id=key, treatment="line_freeze",
                                  level=None, rule_id="freeze.earlier", reasons="NPL",
                                  arm="cn_retail_b"))  # fmt: skip
    checks = [dict(row_key=f"X{n}") for n in range(rng.randrange(4))]
    checks += [dict(row_key=f"Y{n}", code="K004", severity="warn",
                    message="paid before the account was opened") for n in range(2)]  # fmt: skip
    return night(
        folder, day, account_day=rows, customer_day=list(customers.values()), signal_day=signals,
        decision_day=decisions, check_day=checks,
    )  # fmt: skip
