"""``daihou calc``: what is typed is read, what is nonsense is refused with what to do next."""

from __future__ import annotations

import csv
import json
import shlex

import openpyxl
import pytest

from daihou.cli import base, main
from daihou.cli.calc_words import method_named, minor, signed_minor
from daihou.errors import LoanTermsError
from daihou.loanmath import Method


def run(line: str, monkeypatch, capsys) -> tuple[int, str]:
    monkeypatch.setattr(base.screen, "width", 200)  # the screen was measured when it was made
    monkeypatch.setattr("sys.argv", ["daihou", "calc", *shlex.split(line)])
    with pytest.raises(SystemExit) as end:
        main()
    shown = capsys.readouterr()
    return int(end.value.code or 0), shown.out + shown.err


LOAN = "--amount 100000 --rate 7.2 --months 36"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f"schedule {LOAN}", ["等额本息", "3,096.86", "11,487.04"]),
        (f"schedule {LOAN} --lang en --method 等额本金", ["equal principal", "11,100.00"]),
        ("schedule --amount 100万 --rate 4.1 --months 360", ["1–12", "349–360", "--all"]),
        (f"schedule {LOAN} --start 2026-01-31", ["2026-02-28", "2026-03-31"]),
        (f"schedule {LOAN} --method bullet", ["到期一次还本付息", "121,600.00"]),
        ("schedule --amount 1000 --rate 0 --periods 4 --frequency quarterly", ["250.00"]),
        ("schedule --amount 1000 --rate 10 --start 2026-01-01 --pay 2026-02-01=500"
         " --pay 2026-03-01=rest", ["500.00", "508.33", "512.57"]),
        (f"prepay {LOAN} --after 12", ["69,028.88", "省下利息", "5,295.8"]),
        (f"prepay {LOAN} --after 12 --repay 1万 --lang en", ["shorten term", "lower payment"]),
        (f"prepay {LOAN} --after 12 --penalty-share 1 --earning 2", ["690.29"]),
        ("prepay --amount 12000 --months 12 --monthly-fee 0.6 --after 6", ["432.00", "省不下钱"]),
        ("rate --daily 5", ["18.250 %", "20.02 %", "18.000 %"]),
        ("rate --monthly 0.8", ["9.600 %", "10.03 %"]),
        ("rate --amount 12000 --months 12 --monthly-fee 0.6", ["13.03 %", "13.84 %", "864.00"]),
        ("rate --amount 12000 --months 12 --payment 1072", ["13.03 %"]),
        ("rate --flow 2026-01-01=10000 --flow 2027-01-01=-11000 --lang en", ["10.00 %"]),
        ("reprice --amount 100万 --rate 3.95 --months 360 --start 2024-03-20 --spread -30"
         " --lpr 2024-10-21=3.6", ["3.30 %", "4,387.32", "-358.05"]),
        ("afford --income 20000 --dues 3000 --amount 100万 --rate 3.5 --months 360 --home-loan",
         ["4,490.45", "37.5 %", "1,781,555.40"]),
        ('offer --amount 10000 --months 12 --rate 18 --deducted 1000 --text "包过" --lang en',
         ["38.80 %", "Approval is guaranteed", "670", "[L]"]),
        ("offer", ["没有发现提示信号"]),
    ],
)  # fmt: skip
def test_a_calculation_shows_its_figures(line, wanted, monkeypatch, capsys):
    status, shown = run(line, monkeypatch, capsys)
    assert (status, [part for part in wanted if part not in shown]) == (0, [])


@pytest.mark.parametrize(
    "line",
    [
        f"schedule {LOAN} --grace 3 --holiday 5", f"prepay {LOAN} --after 12 --repay 10000",
        "rate --daily 5", "rate --amount 12000 --months 12 --monthly-fee 0.6",
        "reprice --amount 1000 --rate 5 --months 24 --start 2026-01-01 --spread 0"
        " --lpr 2026-01-01=3",
        "afford --income 100 --amount 100 --rate 1 --months 12",
        "offer --amount 100 --months 12 --said agent_fee --lpr 3",
    ],
)  # fmt: skip
def test_json_is_json_with_money_in_whole_minor_units(line, monkeypatch, capsys):
    status, shown = run(f"{line} --json", monkeypatch, capsys)
    assert status == 0

    def money(value: object) -> list[object]:
        if isinstance(value, dict):
            here = [item for key, item in value.items() if key.endswith("_minor")]
            return here + [found for item in value.values() for found in money(item)]
        return [found for item in value for found in money(item)] if isinstance(value, list) else []

    data = json.loads(shown)
    assert all(isinstance(n, int | list) for n in money(data))
    assert money(data) or line.startswith("rate --daily")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("schedule --amount -5 --rate 7 --months 12", "below nothing"),
        ("schedule --amount 0 --rate 7 --months 12", "makes no loan"),
        ("schedule --amount abc --rate 7 --months 12", "not a number"),
        ("schedule --amount 0.001 --rate 7 --months 12", "parts of a cent"),
        ("schedule --amount 1e30 --rate 7 --months 12", "makes no loan"),
        ("schedule --amount 100 --rate -1 --months 12", "makes no loan"),
        ("schedule --amount 100 --rate 1001 --months 12", "makes no loan"),
        ("schedule --amount 100 --rate nan --months 12", "not a number"),
        ("schedule --amount 100 --rate 7 --months 0", "months"),
        ("schedule --amount 100 --rate 7 --months 601", "months"),
        ("schedule --amount 100 --rate 7 --months 1.5", "months"),
        ("schedule --amount 100 --rate 7", "--periods"),
        ("schedule --amount 100 --rate 7 --months 5 --frequency quarterly", "whole periods"),
        ("schedule --amount 100 --rate 7 --months 12 --method foo", "等额本息"),
        ("schedule --amount 100 --rate 7 --months 12 --start 2026-02-30", "is no day"),
        ("schedule --amount 100 --rate 7 --start 2026-01-01 --pay 2026-02-01=5", "DAY=rest"),
        ("schedule --amount 100 --rate 7 --start 2026-01-01 --pay 5", "DAY=VALUE"),
        ("schedule --amount 100 --rate 7 --months 12 --csv no/such/folder.csv", "D410"),
        ("prepay --amount 100 --rate 7 --months 6 --after 7", "no instalment 7"),
        ("prepay --amount 100 --rate 7 --months 6 --after 1 --repay 500", "not possible"),
        ("prepay --amount 100 --months 6 --monthly-fee 1", "--after"),
        ("rate", "--daily"),
        ("rate --flow 2026-01-01=100", "no single rate"),
        ("reprice --amount 100 --rate 5 --months 24 --start 2026-01-01 --spread 0"
         " --lpr 2030-01-01=3", "no benchmark"),
        ("afford --income 0 --amount 1 --rate 1 --months 1", "no income"),
        ("offer --amount 1", "together"),
        ("offer --said foo", "no such warning sign"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_message(line, told, monkeypatch, capsys):
    status, shown = run(line, monkeypatch, capsys)
    assert status == 2
    assert told in shown
    assert "Traceback" not in shown and "D000" not in shown


def test_rows_go_to_csv_and_excel_with_the_same_amounts(tmp_path, monkeypatch, capsys):
    text, sheet = tmp_path / "plan.csv", tmp_path / "plan.xlsx"
    line = f"schedule {LOAN} --start 2026-01-31 --csv {text} --xlsx {sheet}"
    assert run(line, monkeypatch, capsys)[0] == 0
    with text.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:3] == ["期", "还款日", "还款额"]
    assert rows[1] == ["1", "2026-02-28", "3096.86", "2496.86", "600.00", "97503.14"]
    assert len(rows) == 37
    book = openpyxl.load_workbook(sheet)
    cells = list(book.active.iter_rows(values_only=True))
    assert [float(n) for n in rows[36][2:]] == list(cells[36][2:])


@pytest.mark.parametrize(
    ("text", "cents"),
    [("100000", 10_000_000), ("100,000.50", 10_000_050), ("10万", 10_000_000),
     ("1.5亿", 15 * 10**9), ("3 元", 300), ("０.01", 1)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, cents):
    assert minor(text) == cents


def test_an_amount_may_be_paid_away_in_a_flow_only():
    assert signed_minor("-3000") == -300_000
    with pytest.raises(LoanTermsError):
        minor("-3000")


def test_methods_have_chinese_names():
    assert method_named("先息后本") is Method.INTEREST_FIRST
    assert method_named("Equal-Payment") is Method.EQUAL_PAYMENT
