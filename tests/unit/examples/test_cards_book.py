"""The card book as it ships."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import resources

import pyarrow.parquet as pq
import yaml

from daihou.intake import load_mapping
from daihou.night.loss import LossRates

HERE = resources.files("daihou.examples.cards")


def table(name: str):
    with resources.as_file(HERE / "inbox" / f"{name}.parquet") as path:
        return pq.read_table(path)


def test_files_stay_small():
    assert sum(len(item.read_bytes()) for item in (HERE / "inbox").iterdir()) < 2_500_000


def test_licence_is_named_beside_the_data():
    assert "CC BY 4.0" in (HERE / "ATTRIBUTION.md").read_text(encoding="utf-8")


def test_every_mapping_reads_and_every_shipped_file_is_mapped():
    mappings = [
        load_mapping(item.read_text(encoding="utf-8"), item.name)
        for item in (HERE / "mappings").iterdir()
    ]
    assert {m.source.files for m in mappings} == {i.name for i in (HERE / "inbox").iterdir()}


def test_every_client_has_six_statements_on_month_ends():
    statements = table("statements")
    assert set(Counter(statements["acct"].to_pylist()).values()) == {6}
    ends = {date(2005, 4, 30), date(2005, 5, 31), date(2005, 6, 30)}
    ends |= {date(2005, 7, 31), date(2005, 8, 31), date(2005, 9, 30)}
    assert set(statements["statement_on"].to_pylist()) == ends
    assert set(table("clients")["acct"].to_pylist()) == set(statements["acct"].to_pylist())


def test_default_rates_of_cards_and_of_the_bank_are_whole():
    for folder, name in (("cards", "loss_rates.yaml"), ("", "bank_loss_rates.yaml")):
        text = resources.files("daihou.examples").joinpath(folder, name).read_text("utf-8")
        rates = LossRates.model_validate(yaml.safe_load(text))
        assert rates.in_sample and rates.ccf_bp and rates.lgd_source
