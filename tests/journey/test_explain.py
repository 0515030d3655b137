"""Explain real auto loans from the command line, as an officer does it."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from daihou.cli import main
from daihou.desk.explain import explain_account
from daihou.desk.look import Look
from daihou.jobs.init import init_home
from daihou.jobs.land import land_inbox
from daihou.jobs.night import run_night
from daihou.lake import Lake

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NIGHT = date(2020, 5, 31)
"""Two months into the first deferrals of 2020."""


@dataclass(frozen=True)
class Auto:
    root: Path
    rows: list[dict[str, object]]


@pytest.fixture(scope="module")
def auto(tmp_path_factory: pytest.TempPathFactory) -> Auto:
    root = tmp_path_factory.mktemp("explain") / "auto"
    init_home(root, example="auto")
    land_inbox(root, now=NOW)
    run_night(root, NIGHT, now=NOW)
    lake = Lake.open(root / "lake")
    (path,) = [lake.path_of(file) for file in lake.night_files("account_day", NIGHT)]
    return Auto(root, pq.read_table(path).to_pylist())


def explain(auto: Auto, monkeypatch, capsys, *arguments: str) -> tuple[int, str, str]:
    line = ["daihou", "explain", *arguments, "--home", str(auto.root)]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out, said.err


def test_the_json_of_a_late_loan_holds_facts_law_signals_and_rules(auto, monkeypatch, capsys):
    late = next(str(r["account_id"]) for r in auto.rows if r["asset_class"] == "special_mention")
    status, out, _ = explain(auto, monkeypatch, capsys, late, "--as-of", str(NIGHT), "--json")
    told = json.loads(out)
    assert status == 0 and told["problems"] == [] and told["timeline"]
    assert told["asset_class"]["article"] and told["asset_class"]["worse"]
    assert {line["verdict"] for line in told["signals"]} >= {"hit", "no_hit", "unknown"}
    assert any(line["fired"] for line in told["decisions"])
    assert told["policy_version"].startswith("us_auto@")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_shows_a_charged_off_loan_in_both_languages(auto, monkeypatch, capsys, lang):
    gone = next(str(r["account_id"]) for r in auto.rows if str(r["status_24m"]).endswith("B"))
    status, out, _ = explain(auto, monkeypatch, capsys, gone, "--lang", lang)
    assert status == 0 and {"zh": "核销", "en": "written off"}[lang] in out
    assert "us_retail.written_off" in out


def test_unknown_and_hostile_numbers_are_refused_in_one_line(auto, monkeypatch, capsys):
    for number in ("A000", "'; DROP TABLE account; --", "<script>alert(1)</script>", "[red]x[/]"):
        status, out, err = explain(auto, monkeypatch, capsys, number)
        assert status == 2 and out == "" and "D900 no account" in err
        assert "Traceback" not in err and number.replace("'", "") in err.replace("\\", "").replace(
            "'", ""
        )


def test_a_night_that_was_never_run_is_refused(auto, monkeypatch, capsys):
    known = str(auto.rows[0]["account_id"])
    status, _, err = explain(auto, monkeypatch, capsys, known, "--as-of", "2020-04-30")
    assert status == 2 and "no night of 2020-04-30" in err


def test_published_rows_second_run_and_plain_judge_agree_on_random_loans(auto):
    rng = random.Random(7)
    classes = sorted({str(r["asset_class"]) for r in auto.rows})
    picked = [
        rng.choice([str(r["account_id"]) for r in auto.rows if r["asset_class"] == name])
        for name in classes
    ] + [str(r["account_id"]) for r in rng.sample(auto.rows, 4)]
    look = Look(auto.root, unmask=False, why=None, now=NOW)
    wrong = {n: told.problems for n in picked if (told := explain_account(look, n, NIGHT)).problems}
    assert not wrong
