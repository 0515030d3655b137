"""The auto book as it ships: small, whole, and equal to what was published."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import resources
from itertools import pairwise
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from daihou.intake import load_mapping
from daihou.night.loss import LossRates

HERE = resources.files("daihou.examples.auto")


def rows(name: str) -> list[dict[str, Any]]:
    with resources.as_file(HERE / "inbox" / f"{name}.parquet") as path:
        return pq.read_table(path).to_pylist()


@pytest.fixture(scope="module")
def loans() -> list[dict[str, Any]]:
    return rows("loans")


@pytest.fixture(scope="module")
def schedule() -> list[dict[str, Any]]:
    return rows("schedule")


def test_files_stay_small():
    sizes = [len(item.read_bytes()) for item in (HERE / "inbox").iterdir()]
    assert sum(sizes) < 2_500_000


def test_attribution_and_licence_ship_with_the_data():
    assert "jrsssa/qnae137" in (HERE / "ATTRIBUTION.md").read_text(encoding="utf-8")


def test_every_mapping_reads_and_every_shipped_file_is_mapped():
    mappings = [
        load_mapping(item.read_text(encoding="utf-8"), item.name)
        for item in (HERE / "mappings").iterdir()
    ]
    assert {m.source.files for m in mappings} == {i.name for i in (HERE / "inbox").iterdir()}


def test_default_rates_are_whole():
    rates = LossRates.model_validate(yaml.safe_load((HERE / "loss_rates.yaml").read_text("utf-8")))
    assert rates.in_sample
    assert [r.pd_12m_bp for r in rates.rows] == sorted(r.pd_12m_bp for r in rates.rows)


def test_every_loan_has_a_first_state_and_one_ending(loans):
    firsts = Counter(row["acct"] for row in loans if row["state_no"] == 1)
    endings = Counter(row["acct"] for row in loans if row["ending"])
    assert set(firsts.values()) == {1} and endings == firsts and len(firsts) == 4_460


def test_opening_arrears_and_days_equal_the_published_ones_on_every_loan(loans, schedule):
    open_dues: dict[str, list[tuple[date, Any]]] = {}
    for due in schedule:
        open_dues.setdefault(due["acct"], []).append((due["due_on"], due["amount_due"]))
    for loan in loans:
        if loan["state_no"] == 1 and loan["reportingPeriodActualEndBalanceAmount"] > 0:
            end = loan["state_from"]
            late = [due for due in open_dues[loan["acct"]] if due[0] < end]
            days = (end - min(late)[0]).days if late else 0
            assert days == loan["currentDelinquencyStatus"]
            beyond = (
                loan["nextReportingPeriodPaymentAmountDue"]
                - loan["reportingPeriodScheduledPaymentAmount"]
            )
            assert sum(amount for _, amount in late) == (beyond if days else 0)


def test_no_instalment_number_is_used_twice(schedule):
    keys = [(due["acct"], due["instalment_no"]) for due in schedule]
    assert len(keys) == len(set(keys))


def test_a_deferral_takes_one_instalment_out_and_puts_one_at_the_end(schedule):
    moved = Counter((d["acct"], d["cancelled_on"]) for d in schedule if d["cancelled_on"])
    added = Counter((d["acct"], d["agreed_on"]) for d in schedule if d["agreed_on"])
    told = Counter((d["acct"], d["deferred_on"]) for d in rows("deferrals"))
    assert moved == added == told


def test_balances_roll_as_published_but_for_the_known_exceptions():
    by_loan: dict[str, list[dict[str, Any]]] = {}
    for row in rows("servicing"):
        if row["bal_end"] is not None:
            by_loan.setdefault(row["acct"], []).append(row)
    off = Counter(
        "ends at zero"
        if after["bal_end"] == 0
        else "grows"
        if after["bal_end"] > wanted
        else "falls"
        for months in by_loan.values()
        for before, after in pairwise(months)
        if after["bal_end"] != (wanted := before["bal_end"] - after["principal"])
    )
    assert off.total() <= 320, off
