from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from daihou.contracts import FACTS, RESULTS
from daihou.desk import export
from daihou.desk.export import ExportOptions, ExportReceipt, export_rows
from daihou.engines import connect
from daihou.errors import ContractError, DiskError
from tests.unit.desk.kit import USUAL, late, write_table

JUNE = date(2024, 6, 30)
SIGNALS, ACCOUNTS, CUSTOMERS = RESULTS["signal_day"], RESULTS["account_day"], FACTS["customer"]


def signals(folder: Path, *ids: str) -> list[Path]:
    rows = [USUAL["signal_day"] | dict(as_of=JUNE, subject_id=name) for name in ids]
    return [write_table(SIGNALS, rows, folder / "in.parquet")]


def write(paths, to: Path, contract=SIGNALS, **options) -> ExportReceipt:
    table = contract.name if contract else "quarantine"
    with connect(1) as connection:
        return export_rows(connection, paths, to, ExportOptions(table, contract, **options))


def sheet(path: Path, name: str) -> list[list]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(tmp_path, start, ending):
    bad = f"{start}cmd|' /C calc'!A0"
    to = tmp_path / f"out.{ending}"
    write(signals(tmp_path, bad), to)
    if ending == "csv":
        with to.open(encoding="utf-8-sig", newline="") as lines:
            (row,) = csv.DictReader(lines)
        assert row["subject_id"] == "'" + bad
    else:
        assert sheet(to, "signal_day")[1][3].startswith("'")


def test_a_negative_number_stays_a_number(tmp_path):
    rows = [USUAL["account_day"] | late("A", 0, as_of=JUNE, balance_minor=-5_00)]
    paths = [write_table(ACCOUNTS, rows, tmp_path / "in.parquet")]
    write(paths, tmp_path / "out.csv", ACCOUNTS, unmask=True)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert next(csv.DictReader(lines))["balance_minor"] == "-500"
    write(paths, tmp_path / "out.xlsx", ACCOUNTS, unmask=True)
    head, row = sheet(tmp_path / "out.xlsx", "account_day")
    found = dict(zip(head, row, strict=True))
    assert (found["balance_minor"], found["as_of"]) == (-500, JUNE)


def test_personal_columns_are_empty_unless_asked_for_and_the_receipt_says_so(tmp_path):
    person = dict(customer_id="C1", recorded_on=JUNE, kind="person", retail=True, currency="CNY",
                  name="张三", id_no="11010119900101", monthly_income_minor=5)  # fmt: skip
    paths = [write_table(CUSTOMERS, [person], tmp_path / "in.parquet")]
    receipt = write(paths, tmp_path / "masked.parquet", CUSTOMERS)
    (row,) = pq.read_table(tmp_path / "masked.parquet").to_pylist()
    assert row["customer_id"] == "C1" and row["name"] is None
    assert row["monthly_income_minor"] is None and row["recorded_on"] == JUNE
    assert {"name", "id_no", "monthly_income_minor"} <= set(receipt.left_empty)
    write(paths, tmp_path / "open.parquet", CUSTOMERS, unmask=True)
    assert pq.read_table(tmp_path / "open.parquet").to_pylist()[0]["name"] == "张三"


def test_columns_that_are_kept_elsewhere_are_left_empty_and_named(tmp_path):
    pq.write_table(pa.table({"customer_id": ["C1"]}), tmp_path / "in.parquet")
    receipt = write([tmp_path / "in.parquet"], tmp_path / "o.parquet", CUSTOMERS, unmask=True)
    assert "name" in receipt.left_empty
    assert pq.read_table(tmp_path / "o.parquet").column_names == [c.name for c in CUSTOMERS.columns]


def test_rows_come_in_key_order_and_keep_their_types(tmp_path):
    write(signals(tmp_path, "B", "A", "C"), tmp_path / "out.parquet", unmask=True)
    table = pq.read_table(tmp_path / "out.parquet")
    assert table["subject_id"].to_pylist() == ["A", "B", "C"]
    assert table.schema.field("as_of").type == pa.date32()
    assert table.schema.field("value").type == pa.int32()


def test_the_mark_for_excel_can_be_left_out(tmp_path):
    paths = signals(tmp_path, "A")
    write(paths, tmp_path / "with.csv")
    write(paths, tmp_path / "without.csv", bom=False)
    whole = (tmp_path / "with.csv").read_bytes()
    assert whole == b"\xef\xbb\xbf" + (tmp_path / "without.csv").read_bytes()


def test_more_rows_than_a_sheet_holds_go_on_the_next(tmp_path):
    to = tmp_path / "out.xlsx"
    receipt = write(signals(tmp_path, *"ABCDE"), to, sheet_rows=3)
    assert receipt.sheets == 3
    names = CalamineWorkbook.from_path(to).sheet_names
    assert names == ["说明 about", "signal_day", "signal_day 2", "signal_day 3"]
    ids = [row[3] for name in names[1:] for row in sheet(to, name)[1:]]
    assert ids == list("ABCDE")


def test_more_rows_than_excel_can_open_are_refused_with_the_way_out(tmp_path):
    ids = [f"S{n}" for n in range(export.EXCEL_SHEETS + 1)]
    with pytest.raises(ContractError, match="parquet"):
        write(signals(tmp_path, *ids), tmp_path / "out.xlsx", sheet_rows=2)
    assert not (tmp_path / "out.xlsx").exists()


def test_the_note_says_unit_currency_and_what_is_left_empty(tmp_path):
    write(signals(tmp_path, "A"), tmp_path / "out.xlsx", currency="JPY", as_of=JUNE, simulated=True)
    text = "\n".join(
        str(cell) for row in sheet(tmp_path / "out.xlsx", "说明 about") for cell in row
    )
    for said in ("1 = 1 JPY", "2024-06-30", "evidence", "信号", "是 · yes"):
        assert said in text


def test_a_text_too_long_for_a_cell_is_cut_and_counted(tmp_path):
    receipt = write(signals(tmp_path, "x" * 40_000), tmp_path / "out.xlsx")
    assert receipt.cells_cut == 1
    assert len(sheet(tmp_path / "out.xlsx", "signal_day")[1][3]) == export.EXCEL_TEXT


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_an_empty_table_gives_a_file_with_a_head(tmp_path, ending):
    receipt = write([], tmp_path / f"out.{ending}")
    assert receipt.rows == 0 and (tmp_path / f"out.{ending}").stat().st_size > 0


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_failed_export_leaves_nothing_and_keeps_the_old_file(tmp_path, ending):
    to = tmp_path / f"out.{ending}"
    to.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(DiskError):
        write(signals(tmp_path, "A"), to, on_progress=fail)
    assert to.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.parquet", to.name]


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path):
    for ending in ("csv", "xlsx", "parquet"):
        with pytest.raises(DiskError):
            write(signals(tmp_path, "A"), tmp_path / "none" / f"out.{ending}")


def test_an_ending_that_names_no_format_is_refused(tmp_path):
    with pytest.raises(ContractError, match="xlsx"):
        write(signals(tmp_path, "A"), tmp_path / "out.pdf")


def test_progress_is_told_and_the_same_rows_give_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "BATCH_ROWS", 2)
    heard: list[tuple] = []
    paths = signals(tmp_path, *"ABCDE")
    for ending in ("csv", "parquet", "xlsx"):
        write(paths, tmp_path / f"1.{ending}", on_progress=lambda *step: heard.append(step))
        write(paths, tmp_path / f"2.{ending}")
        one, two = (tmp_path / f"{n}.{ending}" for n in (1, 2))
        assert one.read_bytes() == two.read_bytes(), ending
    assert heard[-1] == ("signal_day", 5, 5)


def test_rows_without_a_contract_show_what_is_wrong_and_cover_the_rest(tmp_path):
    pq.write_table(
        pa.table({"source_row": [3], "code": ["Q001"], "message": ["missing"], "raw": ["张三,1"]}),
        tmp_path / "q.parquet",
    )
    receipt = write([tmp_path / "q.parquet"], tmp_path / "out.csv", None)
    assert receipt.left_empty == ("raw",)
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "missing" in text and "张三" not in text
