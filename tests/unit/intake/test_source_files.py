"""Bad files are refused at once with a reason; bad lines take only themselves down."""

import io
import os
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from daihou.errors import LandingRefused, SourceFileError
from daihou.intake import files as files_module
from daihou.intake.files import first_bad_byte
from daihou.jobs.land import land, land_inbox
from tests.unit.intake.kit import HEADER, NOW, PAYMENT

GOOD = HEADER + "p1,a1,2026-01-01,1.00\n"


def refused(home, content=None, name="a.csv", **settings):
    with pytest.raises(SourceFileError) as caught:
        home.land(content, name, **settings)
    assert home.lake.version == 0
    assert name in caught.value.message and "Next:" in caught.value.message
    return "\n".join(caught.value.problems)


def workbook(path, rows, **options):
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("流水")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()


def test_an_empty_file_is_refused(home):
    assert "0 bytes" in refused(home, b"")


def test_a_file_of_header_only_is_refused_unless_that_is_expected(home):
    assert "no rows" in refused(home, HEADER)
    allowed = PAYMENT.replace("files:", "may_be_empty: true, files:")
    (receipt,) = home.land(HEADER, mapping=allowed)
    assert receipt.rows_read == 0 and receipt.landing == 1
    assert len(home.lake.fact_files("payment")) == 1


def test_one_endless_line_is_refused_after_its_first_piece(home, monkeypatch):
    path = home.file(b"x")
    with path.open("r+b") as file:
        file.truncate(10 << 30)  # ten gigabytes that take no room

    def never(*_):
        raise AssertionError("the whole file was read")

    monkeypatch.setattr(files_module, "first_bad_byte", never)
    monkeypatch.setattr("daihou.jobs.land.stamp_of", never)
    assert "longer than 1 MiB" in refused(home)


def test_an_endless_line_inside_takes_only_itself_down(home):
    (receipt,) = home.land(GOOD + "p2,a2,2026-01-01," + "9" * (3 << 20) + "\np3,a3,2026-01-01,3\n")
    assert (receipt.rows_read, receipt.rows_accepted) == (3, 2)
    assert [row["code"] for row in home.quarantined()] == ["Q023"]


def test_header_names_that_stand_twice_are_refused(home):
    assert "id" in refused(home, "id,loan,day,amount,id\n1,2,3,4,5\n")


def test_a_folder_a_pipe_and_a_missing_file_are_refused(home):
    (home.root / "inbox" / "a.csv").mkdir()
    assert "folder" in refused(home)
    (home.root / "inbox" / "a.csv").rmdir()
    os.mkfifo(home.root / "inbox" / "a.csv")
    assert "pipe" in refused(home)
    (home.root / "inbox" / "a.csv").unlink()
    assert "No such file" in refused(home)


def test_a_link_that_leads_out_of_the_inbox_is_refused(home, tmp_path):
    outside = tmp_path / "secret.csv"
    outside.write_text(GOOD)
    (home.root / "inbox" / "a.csv").symlink_to(outside)
    home.mapping()
    with pytest.raises(SourceFileError, match="out of the inbox"):
        land_inbox(home.root, now=NOW)


def test_a_truncated_parquet_file_is_refused(home):
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["p"] * 1000}), sink)
    whole = sink.getvalue()
    for cut in (5, len(whole) // 2, len(whole) - 1):
        assert "truncated" in refused(home, whole[:cut], "a.parquet")


def test_a_damaged_parquet_file_is_refused(home):
    table = pa.table({
        "id": [f"p{n}" for n in range(5000)], "loan": ["a"] * 5000, "day": ["2026-01-01"] * 5000,
        "amount": ["1.00"] * 5000,
    })  # fmt: skip
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    content = bytearray(sink.getvalue())
    content[100:2000] = os.urandom(1900)
    assert refused(home, bytes(content), "a.parquet")


def test_a_file_that_is_not_what_the_mapping_says_is_refused(home):
    told = refused(home, GOOD, mapping=PAYMENT.replace("files:", "format: parquet, files:"))
    assert "look like text" in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_usual_encodings_are_found_by_themselves(home, encoding):
    text = HEADER + "流水1,借据€1,2026年1月1日,1.00\n"
    home.land(text.encode(encoding))
    assert home.rows()[0]["payment_id"] == "流水1"
    assert home.rows()[0]["account_id"] == "借据€1"


def test_a_wrong_encoding_is_refused_with_the_place_and_the_right_one(home):
    text = (HEADER + "流水1,a,2026-01-01,1\n").encode("gb18030")
    told = refused(home, text, mapping=PAYMENT.replace("files:", "encoding: utf-8, files:"))
    assert f"byte {len(HEADER)}" in told and "gb18030" in told


def test_bytes_that_fit_no_encoding_are_refused_or_quarantined_when_one_is_named(home):
    lines = [HEADER.encode(), "流水1,a,2026-01-01,1\n".encode(), b"p2,\xff\xfe\xff,2026-01-01,1\n"]
    assert "not utf-8 at byte" in refused(home, b"".join(lines))
    (receipt,) = home.land(
        b"".join(lines), mapping=PAYMENT.replace("files:", "encoding: utf-8, files:")
    )
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (1, 1)
    (row,) = home.quarantined()
    assert row["code"] == "Q022" and row["source_row"] == 2 and "line 3, field 2" in row["message"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_first_bad_byte_is_found_across_pieces(tmp_path, encoding, monkeypatch):
    monkeypatch.setattr(files_module, "CHUNK_BYTES", 3)
    good = "流水借据abc".encode(encoding)
    path = tmp_path / "x"
    path.write_bytes(good)
    assert first_bad_byte(path, encoding) is None
    path.write_bytes(good + b"\xff\xff")
    assert first_bad_byte(path, encoding) == len(good)
    path.write_bytes(good[:1])
    assert first_bad_byte(path, encoding) == 0


def test_short_long_and_badly_quoted_lines_are_quarantined_with_their_lines(home):
    (receipt,) = home.land(
        GOOD
        + "p2,a2,2026-01-01\n"
        + "p3,a3,2026-01-01,3,extra\n"
        + 'p4,"a4,2026-01-01,4\n'
        + "p5,a5,2026-01-01,5\n"
        + "\n"
        + 'p6,"a\n6",2026-01-01,6\n'
        + 'p7,a7,2026-01-01,"7" x\n'
        + "p8,a8,2026-01-01,8\n"
    )
    found = {row["payment_id"] for row in home.rows()}
    assert {"p1", "p5", "p8"} <= found
    assert receipt.rows_read == receipt.rows_accepted + receipt.rows_quarantined
    codes = {
        row["message"].split(":")[0].split(" has")[0]: row["code"] for row in home.quarantined()
    }
    assert codes["line 3"] == "Q020" and codes["line 4"] == "Q020" and codes["line 5"] == "Q021"


def test_a_quoted_field_may_hold_line_ends_and_delimiters(home):
    (receipt,) = home.land(HEADER + '"p,1","a ""x""",2026-01-01,"1,000.00"\n')
    assert receipt.rows_accepted == 1
    (row,) = home.rows()
    assert (row["payment_id"], row["account_id"]) == ("p,1", 'a "x"')
    assert row["amount_minor"] == 100_000


def test_other_delimiters_lines_above_the_header_and_no_header(home):
    text = "报表\n2026\nid|loan|day|amount\np1|a1|20260101|1.00\n"
    home.land(text, mapping=PAYMENT.replace("files:", 'delimiter: "|", skip_rows: 2, files:'))
    assert home.rows()[0]["payment_id"] == "p1"
    bare = PAYMENT.replace("files:", "header: [id, loan, day, amount], files:")
    home.land("p2,a1,20260101,1.00\n", "b.csv", mapping=bare)
    assert [row["payment_id"] for row in home.rows()] == ["p1", "p2"]


def test_excel_cells_are_read_as_a_person_sees_them(home):
    from datetime import datetime

    path = home.root / "inbox" / "a.xlsx"
    workbook(
        path,
        [["id", "loan", "day", "amount"], ["p1", 6222020200112233.0, datetime(2026, 1, 1),
          0.1 + 0.2],
         ["p2", "0012", "20260102", 1234.5], [], ["p3", "x", 46025, "1,000"]],
        default_date_format="yyyy-mm-dd",
    )  # fmt: skip
    mapping = PAYMENT.replace(
        "{from: day}", '{from: day, format: ["%Y-%m-%d", "%Y%m%d", excel]}'
    ).replace('"*.csv"', '"*.xlsx", sheet: 流水')
    (receipt,) = home.land(name="a.xlsx", mapping=mapping)
    rows = home.rows()
    assert receipt.rows_read == 3 and [r["amount_minor"] for r in rows] == [30, 123450, 100000]
    assert [r["account_id"] for r in rows] == ["6222020200112230", "0012", "x"]
    assert str(rows[2]["paid_on"]) == "2026-01-03"


def test_a_workbook_without_the_sheet_or_damaged_is_refused(home):
    path = home.root / "inbox" / "a.xlsx"
    workbook(path, [["id"], ["1"]])
    told = refused(home, name="a.xlsx", mapping=PAYMENT.replace("files:", "sheet: x, files:"))
    assert "no sheet 'x'" in told and "流水" in told
    content = path.read_bytes()
    assert refused(home, content[: len(content) // 2], "a.xlsx")
    assert refused(home, b"PK\x03\x04" + os.urandom(500), "a.xlsx")
    assert refused(home, b"\xd0\xcf\x11\xe0" + os.urandom(5000), "a.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_opened(home, monkeypatch):
    monkeypatch.setattr(files_module, "EXCEL_MAX_BYTES", 1 << 20)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (2 << 20))
    assert "unpacks to" in refused(home, sink.getvalue(), "a.xlsx")


def test_a_workbook_that_lies_about_its_size_is_refused(home):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000)
    content = sink.getvalue().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "damaged" in refused(home, content, "a.xlsx")


def test_a_file_that_grows_while_it_is_read_is_refused(home, monkeypatch):
    path = home.file(GOOD)
    real = land.__globals__["_land_tables"]

    def grows(*arguments):
        with path.open("a") as file:
            file.write("p9,a9,2026-01-01,9\n")
        return real(*arguments)

    monkeypatch.setitem(land.__globals__, "_land_tables", grows)
    assert "changed while it was read" in refused(home)


def test_names_with_signs_of_file_patterns_are_only_names(home):
    home.file(GOOD.replace("p1", "p2"), "a1.csv")
    (receipt,) = home.land(GOOD, "a[1]*.csv")
    assert receipt.rows_read == 1 and home.rows()[0]["payment_id"] == "p1"


def test_a_file_of_bad_rows_only_is_refused_with_its_problems(home):
    with pytest.raises(LandingRefused, match=r"Q002 paid_on: 2 times, row 1"):
        home.land(HEADER + "p1,a1,x,1\np2,a2,y,1\n")
    assert home.lake.version == 0


@pytest.mark.parametrize("tail", ["", "short\n"])
def test_blank_lines_and_line_ends_in_the_header_are_read_alike_by_both_ways(home, tail):
    text = '报表\n\nid,"loan\nno",day,amount\n\np1,a1,20260101,1.00\n\np2,a2,20260101,2.00\n' + tail
    mapping = PAYMENT.replace("files:", "skip_rows: 2, files:").replace(
        "{from: loan}", '{from: "loan\\nno"}'
    )
    home.land(text, mapping=mapping)
    assert [row["payment_id"] for row in home.rows()] == ["p1", "p2"]


@pytest.mark.parametrize("tail", ["", "short\n"])
def test_blank_lines_above_the_header_are_lines_in_both_ways(home, tail):
    text = "\n\nid,loan,day,amount\np1,a1,20260101,1.00\n" + tail
    home.land(text, mapping=PAYMENT.replace("files:", "skip_rows: 2, files:"))
    assert [row["payment_id"] for row in home.rows()] == ["p1"]


@pytest.mark.parametrize("tail", ["", "short\n"])
def test_carriage_returns_are_read_alike_by_both_ways(home, tail):
    text = (HEADER + "p1,a1,20260101,1.00\np2,a2,20260101,2.00\n" + tail).replace("\n", "\r\n")
    home.land(text)
    assert [row["payment_id"] for row in home.rows()] == ["p1", "p2"]
    mac = text.replace("\r\n", "\r").replace("p1", "p3").replace("p2", "p4")
    home.land(mac, "b.csv")
    assert [row["payment_id"] for row in home.rows()] == ["p1", "p2", "p3", "p4"]


@pytest.mark.parametrize("tail", ["", "short\n"])
def test_an_empty_quoted_field_is_empty_in_both_ways(home, tail):
    mapping = PAYMENT + "  channel: {from: how}\n"
    home.land(
        'id,loan,day,amount,how\np1,a1,20260101,1,""\np2,a1,20260101,1,\n' + tail, mapping=mapping
    )
    assert [row["channel"] for row in home.rows()] == [None, None]
