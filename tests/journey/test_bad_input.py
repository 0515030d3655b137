"""Whatever a lender hands over, the answer is clear, nothing is lost, and the home stays whole."""

import gzip
import io
import json
import os
import subprocess
import sys
import time
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from daihou.lake import Lake
from tests.journey.conftest import Book

HEADER = "id,account,day,amount\n"
GOOD = "Q1,A1,2024-03-06,1.00\n"


def workbook(rows, formula=None):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if formula:
            sheet.write_formula(*formula)
    return out.getvalue()


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


SHEET = workbook([["id", "account", "day", "amount"], ["Q1", "A1", "2024-03-06", "1.00"]])
COLUMNS = parquet(id=["Q1"], account=["A1"], day=["2024-03-06"], amount=["1.00"])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "the file is empty (0 bytes)"),
        ("header.csv", HEADER, "it has a header and no rows"),
        ("cut.parquet", COLUMNS[:-9], "truncated or damaged"),
        ("head.parquet", COLUMNS[:40], "truncated or damaged"),
        ("cut.xlsx", SHEET[: len(SHEET) // 2], "the workbook cannot be read"),
        ("packed.csv.gz", gzip.compress((HEADER + GOOD).encode(), mtime=0), "packed with gzip"),
        ("cut.csv.gz", gzip.compress((HEADER + GOOD).encode(), mtime=0)[:-6], "packed with gzip"),
        ("utf16.csv", (HEADER + GOOD).encode("utf-16-le"), "utf-16"),
        ("noise.csv", bytes(range(128, 256)) * 40, "not utf-8 at byte"),
        ("nul.csv", b"\0" * 3_000_000, "longer than 1 MiB"),
        ("line.csv", b"a," * 1_000_000, "longer than 1 MiB"),
        ("twice.csv", "id,id,day,amount\n" + GOOD, "stand twice in the header: id"),
        ("other.csv", "name,colour\nx,red\n", "columns have changed"),
        ("page.csv", "<!doctype html>\n<html><body>502 Bad Gateway</body></html>\n", "columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(book, name, content, told):
    before = book.held()
    said = book.land(book.file(name, content), status=2)
    book.refused(said, "D3", told, name)
    assert book.held() == before


def test_a_file_of_header_only_lands_when_that_is_expected(book):
    book.mapping("payment", ('"payment*.csv"', '"payment*.csv", may_be_empty: true'))
    (receipt,) = book.land(book.file("header.csv", HEADER)).json()
    assert (receipt["rows_read"], receipt["rows_accepted"]) == (0, 0)
    book.whole()


BAD_ROWS = [
    ("B01,A1,2024-03-06,1.00,x", "Q020"),
    ("B02,A1,2024-03", "Q020"),
    ('B03,A1,"2024-03-06,1.00', "Q021"),
    ("B04,A1,2023-02-30,1.00", "Q002"),
    ("B05,A1,2023-02-29,1.00", "Q002"),
    ("B06,A1,0000-01-01,1.00", "Q005"),
    ("B07,A1,9999-12-31,1.00", "Q005"),
    ("B08,A1,1970-01-01,1.00", "Q005"),
    ("B09,A1,06/03/2024,1.00", "Q002"),
    ("B10,A1,2024-03-06,-1.00", "Q005"),
    ("B11,A1,2024-03-06,0", "Q005"),
    ("B12,A1,2024-03-06,99999999999999999999.00", "Q003"),
    ("B13,A1,2024-03-06,10000000000001.00", "Q005"),
    ("B14,A1,2024-03-06,1.005", "Q004"),
    ("B15,A1,2024-03-06,1e300", "Q003"),
    ("B16,A1,2024-03-06,NaN", "Q003"),
    ("B17,A1,2024-03-06,=1+1", "Q003"),
    ("B18,,2024-03-06,1.00", "Q001"),
    ("B19,A1,2024-03-06,", "Q001"),
    (f"B20,{'A' * 200},2024-03-06,1.00", "Q008"),
    ("6.22E+15,A1,2024-03-06,1.00", "Q009"),
    ("P1,A1,2024-03-06,1.00", "Q032"),
]


def test_every_bad_row_is_set_aside_with_its_number_and_the_others_are_taken(book):
    text = HEADER + GOOD + "".join(f"{line}\n" for line, _ in BAD_ROWS)
    (receipt,) = book.land(book.file("payment-2.csv", text)).json()
    counts = (receipt["rows_read"], receipt["rows_accepted"], receipt["rows_quarantined"])
    assert counts == (len(BAD_ROWS) + 1, 1, len(BAD_ROWS))
    shown = book.run("show", "quarantine", "--limit", 100, "--json", "--unmask", "--why", "test")
    rows = shown.json()["rows"]
    found = {int(row[0]): [] for row in rows}
    for row in rows:
        found[int(row[0])].append(row[1])
    for number, (line, code) in enumerate(BAD_ROWS, 2):
        assert code in found[number], line
    book.whole()


def test_a_text_file_cut_inside_its_last_line_loses_that_line_only_and_says_so(book):
    text = (HEADER + GOOD + "Q2,A1,2024-03-07,2.00\n")[:-8]
    (receipt,) = book.land(book.file("cut.csv", text)).json()
    assert (receipt["rows_accepted"], receipt["rows_quarantined"]) == (1, 1)
    assert receipt["problems"][0]["code"] == "Q020"


def test_repeated_and_conflicting_keys_are_set_aside(book):
    rows = f"{HEADER}{GOOD}{GOOD}Q2,A1,2024-03-06,1.00\nQ2,A1,2024-03-06,2.00\n"
    (receipt,) = book.land(book.file("payment-2.csv", rows)).json()
    assert (receipt["rows_read"], receipt["rows_accepted"]) == (4, 1)
    assert {p["code"]: p["rows"] for p in receipt["problems"]} == {"Q030": 1, "Q031": 2}


def test_rows_of_unknown_accounts_and_payments_before_the_loan_are_told_by_the_night(book):
    rows = f"{HEADER}Q1,NOBODY,2024-03-06,1.00\nQ2,A1,2023-12-31,1.00\n"
    book.land(book.file("payment-2.csv", rows))
    book.run("night", "--as-of", "2024-03-31", "--json")
    found = book.run("show", "check_day", "--json", "--unmask", "--why", "test").json()
    assert "K003" in str(found) and "NOBODY" in str(found)
    assert "K004" in str(found)
    book.whole()


def test_a_changed_schema_is_refused_with_every_difference(book):
    said = book.land(book.file("payment.csv", "id,account,value_date,amount\n" + GOOD), status=2)
    book.refused(said, "D330", "column 'day' is gone", "column 'value_date' is new")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([("paid_on:", "paid_day:")], "no column 'paid_day' in contract payment"),
        ([("{from: day}", "{from: dya}")], "dya"),
        ([("table: payment", "table: payments")], "no contract 'payments'"),
        ([("columns:", "colums:")], "colums"),
        ([('"payment*.csv"', '"../../*.csv"')], "must stay inside the inbox"),
        ([('"payment*.csv"', '"/etc/passwd"')], "must stay inside the inbox"),
        ([("table: payment", "table: payment\nslot: ../../x")], "slot"),
        ([("{from: day}", "{expr: \"(SELECT content FROM read_text('/etc/passwd'))\"}")], "expr"),
        ([("{from: day}", "{expr: \"getenv('DAIHOU_KEY')\"}")], "expr"),
        ([("{from: day}", '{expr: "day; DROP TABLE raw"}')], "expr"),
        ([("{from: id}", "{from: id")], "not YAML"),
        ([("{from: id}", "!!python/object/apply:os.system [id]")], "payment_id"),
    ],
)
def test_a_wrong_or_hostile_mapping_is_refused_with_its_line(book, changes, told):
    before = book.held()
    book.mapping("payment", *changes)
    said = book.land(book.file("payment-2.csv", HEADER + GOOD), status=2)
    book.refused(said, "D310", told)
    assert book.held() == before


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
    for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("book.yaml", t) for t in (BOMB, f"signals: {{x: {{y: 1}}}}\n{BOMB}", "- 1", "", "\0")),
        *((n, t) for n in ("book.yaml", "policy/us_auto.yaml") for t in (DEEP,)),
        *(("loss_rates.yaml", t) for t in (BOMB, DEEP)),
        ("policy/us_auto.yaml", BOMB),
    ],
)
def test_a_home_file_that_explodes_or_is_no_yaml_is_refused_at_once(book, name, text):
    (book.root / name).write_text(text, encoding="utf-8")
    began = time.monotonic()
    said = book.run("night", "--as-of", "2024-03-31", status=2)
    assert time.monotonic() - began < 10, "a bomb of references must not grow"
    assert said.err.startswith("✗ D"), said.err
    assert len(said.err) < 20_000
    book.whole()


def test_a_book_that_is_not_utf8_is_refused(book):
    (book.root / "book.yaml").write_bytes("book: 贷后管理".encode("gb18030"))
    assert "D100 not UTF-8" in book.run("status", status=2).err


@pytest.mark.parametrize("text", [BOMB, DEEP])
def test_a_mapping_that_explodes_is_refused_at_once(book, text):
    (book.root / "mappings" / "payment.yaml").write_text(text, encoding="utf-8")
    said = book.land(book.file("payment-2.csv", HEADER + GOOD), status=2)
    assert "D310" in said.err and len(said.err) < 20_000


@pytest.mark.parametrize("name", ["../outside.yaml", "/etc/passwd"])
def test_a_home_reads_no_file_outside_itself(book, name):
    text = (book.root / "book.yaml").read_text(encoding="utf-8")
    book.root.joinpath("book.yaml").write_text(text.replace("policy/us_auto.yaml", name))
    said = book.run("night", "--as-of", "2024-03-31", status=2)
    assert "D100" in said.err and "leaves the home" in said.err


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(book):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(64):
                sheet.write(b"\0" * (1 << 20))
        for number in range(40):
            packed.writestr(f"xl/{number}.xml", b"")
    small = out.getvalue()
    # The directory is made to tell of 3 GB, as a bomb of that size would.
    told = small.replace((64 << 20).to_bytes(4, "little"), (3 << 30).to_bytes(4, "little"))
    assert told != small
    said = book.land(book.file("bomb.xlsx", told), status=2)
    book.refused(said, "D320", "unpacks to 3.2 GB")


def test_a_formula_is_taken_by_its_stored_value_and_never_computed(book):
    rows = [["id", "account", "day", "amount"], ["Q1", "A1", "2024-03-06", "1.00"]]
    content = workbook(
        [*rows, ["Q2", "A1", "2024-03-06"]], (2, 3, "=CMD|'/C calc'!A0", None, "2.00")
    )
    (receipt,) = book.land(book.file("payment-2.xlsx", content)).json()
    assert receipt["rows_accepted"] == 2


@pytest.mark.parametrize(
    "name",
    ["it's.csv", 'a "quoted" name.csv', "pay[ment]*?.csv", "付款 三月.csv", "-rf.csv",
     "a;b$(id).csv", "line\nend.csv"],
)  # fmt: skip
def test_any_file_name_is_only_a_name(book, name):
    path = book.file(name, HEADER + GOOD)
    (receipt,) = book.land(f"{path.parent}/./{name}").json()
    assert receipt["rows_accepted"] == 1 and receipt["source"] == name
    book.whole()


def test_links_pipes_and_folders_are_refused_without_reading_them(book, tmp_path):
    outside = tmp_path / "secret.csv"
    outside.write_text(HEADER + GOOD)
    link = book.root / "inbox" / "payment-link.csv"
    link.symlink_to(outside)
    book.refused(book.run("land", status=2), "D320", "leads out of the inbox")
    link.unlink()
    os.mkfifo(link)
    book.refused(book.run("land", status=2), "D320", "pipe or device")
    link.unlink()
    link.mkdir()
    book.refused(book.run("land", status=2), "D320", "this is a folder")
    book.refused(book.land("/dev/zero", status=2), "D320", "pipe or device")
    book.refused(book.land("/nowhere/x.csv", status=2), "D320", "No such file")


@pytest.mark.parametrize(
    "name", ["a home with spaces", 'it\'s "quoted"', "贷后 之 家", "%41;--$HOME", "back\\slash"]
)
def test_a_home_may_have_any_name(tmp_path, make_book, name):
    book = make_book(tmp_path / name)
    settings = book.root / "book.yaml"
    text = settings.read_text(encoding="utf-8")
    book.run("land", "--json")
    if "%" in name or "\\" in name:
        refused = book.run("night", "--as-of", "2024-03-31", status=2)
        assert "D100" in refused.err and "Delta" in refused.err
        assert book.held().nights == {}
        settings.write_text(text.replace("delta_mirror: true", ""), encoding="utf-8")
    night = book.run("night", "--as-of", "2024-03-31", "--json").json()
    assert night[0]["rows"]["account_day"] == 3
    assert book.run("replay", "--json").json()["same"] is True
    book.run("status", "--json")
    book.run("show", "account_day", "--json")
    book.whole()


def test_a_home_whose_path_is_a_file_pattern_is_refused(tmp_path, book):
    book.root.rename(tmp_path / "h[o]me*")
    moved = Book(tmp_path / "h[o]me*", book._patch, book._capsys)
    for line in (["night", "--as-of", "2024-03-31"], ["land"], ["status"]):
        assert "D100" in moved.run(*line, status=2).err


def test_a_second_writer_is_refused_and_readers_are_not(book):
    before = book.held()
    path = book.file("payment-2.csv", HEADER + GOOD)
    with Lake.open(book.root / "lake").writer():
        book.refused(book.land(path, status=2), "D400", "another run is writing")
        book.refused(book.run("night", "--as-of", "2024-03-31", status=2), "D400")
        book.refused(book.run("retain", "--keep-from", "2025-01-31", status=2), "D400")
        assert book.run("replay", "--json").json()["same"] is True
        book.run("status", "--json")
    assert book.held() == before
    book.land(path)


def test_of_two_landings_at_once_each_row_lands_once(fresh):
    line = [sys.executable, "-m", "daihou", "land", "--home", str(fresh.root)]
    both = [subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in "ab"]
    told = [child.communicate()[1].decode() for child in both]
    statuses = [child.returncode for child in both]
    assert 0 in statuses, told
    for status, text in zip(statuses, told, strict=True):
        assert status == 0 or (status == 2 and "D400 another run is writing" in text), text
    fresh.run("land")
    fresh.whole()
    assert fresh.held().rows == {"account": 3, "customer": 3, "instalment": 9, "payment": 3}
    assert len(fresh.held().landings) == 4


@pytest.mark.parametrize("line", [["night", "--as-of", "2024-02-30"], ["night", "--as-of", "x"]])
def test_an_impossible_day_is_refused(book, line):
    assert "is not a day" in book.run(*line, status=2).err


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\0\0\0", b'{"version": 1}', b"[]"],
)
def test_a_damaged_log_is_refused_and_never_guessed(book, damage):
    (book.root / "lake" / "_log" / "000000000003.json").write_bytes(damage)
    said = book.run("night", "--as-of", "2024-03-31", status=2)
    assert "D400" in said.err and "backup" in said.err
    assert "000000000003.json" in said.err


def test_a_missing_or_damaged_fact_file_is_told_by_its_name(book):
    file = Lake.open(book.root / "lake").fact_files("payment")[0]
    path = book.root / "lake" / file.path
    path.write_bytes(path.read_bytes()[:-20])
    assert path.name in book.run("night", "--as-of", "2024-03-31", status=2).err
    path.unlink()
    assert path.name in book.run("night", "--as-of", "2024-03-31", status=2).err


def test_a_missing_or_damaged_night_is_told_by_its_name(book):
    for path in (book.root / "lake" / "nights").rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-9])
    for line in (["show", "account_day"], ["explain", "A1"]):
        assert "D400" in book.run(*line, status=2).err
    for path in (book.root / "lake" / "nights").rglob("*.parquet"):
        path.unlink()
    assert "D400" in book.run("show", "account_day", status=2).err


def test_text_in_another_encoding_than_declared_is_refused_and_never_garbled(book):
    text = "流水号,账号,日期,金额\nQ1,A1,2024-03-06,1.00\n"
    chinese = [("{from: id}", "{from: 流水号}"), ("{from: account}", "{from: 账号}"),
               ("{from: day}", "{from: 日期}"), ("{from: amount,", "{from: 金额,")]  # fmt: skip
    book.mapping("payment", *chinese, ('"payment*.csv"', '"payment*.csv", encoding: utf-8'))
    said = book.land(book.file("gb.csv", text.encode("gb18030")), status=2)
    book.refused(said, "D320", "it reads well as gb18030")
    book.mapping("payment", ("encoding: utf-8", "encoding: gb18030"))
    utf8 = book.file("utf8.csv", text.encode())
    book.refused(book.land(utf8, status=2), "D320", "utf-8")
    names = "id,account,day,amount,name\nQ1,A1,2024-03-06,1.00,张伟\n".encode()
    plain = book.file("names.csv", names)  # an even number of bytes: GB18030 takes them all
    book.refused(book.land(plain, status=2), "D320", "just as well as utf-8")
    book.whole()
    (receipt,) = book.land(book.file("gb.csv", text.encode("gb18030"))).json()
    assert receipt["rows_accepted"] == 1


IN_A_NAMESPACE = """
import json, os, shutil, subprocess, sys
from pathlib import Path
from benchmarks.kills import faults, holdings, litter
home, disk, free_kb, *line = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
root = Path(disk) / "home"
shutil.copytree(home, root)
before = holdings(root)
stuffing = Path(disk) / "stuffing"
if free_kb == "ro":
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
else:
    room = os.statvfs(disk)
    stuffing.write_bytes(bytes(room.f_bavail * room.f_frsize - 1024 * int(free_kb)))
def run():
    command = [sys.executable, "-m", "daihou", *line, "--home", str(root)]
    return subprocess.run(command, capture_output=True, text=True)
first = run()
kept = holdings(root) == before
wrong = faults(root)
subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
stuffing.unlink(missing_ok=True)
again = run()
told = [first.returncode, first.stderr, kept, wrong, again.returncode, again.stderr]
now = holdings(root)
print(json.dumps([*told, faults(root) + litter(root), now.rows, len(now.nights)]))
"""


def unshared(tmp_path):
    """Return how to enter a mount namespace of our own, or skip where that is not permitted."""
    for how in (["unshare", "-m"], ["unshare", "-rm"]):
        script = f"mount -t tmpfs -o size=4m tmpfs '{tmp_path}'"
        try:
            done = subprocess.run([*how, "sh", "-c", script], capture_output=True, check=False)
        except FileNotFoundError:
            break
        if done.returncode == 0:
            return how
    pytest.skip("mounting a small disk is not permitted here (needs unshare and mount)")


@pytest.mark.parametrize("free_kb", ["0", "24", "ro"])
@pytest.mark.parametrize("line", [["land"], ["night", "--as-of", "2024-03-31"]], ids=lambda a: a[0])
def test_a_full_or_read_only_disk_is_told_and_the_next_run_finishes(
    request, tmp_path, line, free_kb
):
    how = unshared(tmp_path)
    home = request.getfixturevalue("small_template" if line == ["land"] else "landed_template")
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        [*how, sys.executable, "-c", IN_A_NAMESPACE, home, disk, free_kb, *line],
        capture_output=True, text=True, check=True, cwd=request.config.rootpath,
    )  # fmt: skip
    status, told, kept, wrong, again, told_again, after, rows, nights = json.loads(done.stdout)
    assert status == 2 and "D410" in told and "Traceback" not in told, told
    assert "Next: " in told
    assert wrong == []
    assert kept or line == ["land"], "files that fitted may have landed; a night never in part"
    assert again == 0, told_again
    assert after == []
    assert rows == {"account": 3, "customer": 3, "instalment": 9, "payment": 3}
    assert nights == (0 if line == ["land"] else 1)


def test_a_home_without_write_permission_is_told(book, tmp_path):
    """Root may write anywhere: the child gives that right up first."""
    script = (
        "import ctypes, os, sys\n"
        "ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)\n"  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
        "os.execv(sys.executable, [sys.executable, '-m', 'daihou', *sys.argv[1:]])\n"
    )
    folders = [p for p in (book.root / "lake").rglob("*") if p.is_dir()] + [book.root / "lake"]
    path = book.file("payment-2.csv", HEADER + GOOD)
    mapping = book.root / "mappings" / "payment.yaml"
    for folder in folders:
        folder.chmod(0o555)
    (book.root / "lake" / "_lock").chmod(0o444)
    try:
        for line in (["land", path, "--mapping", mapping], ["night", "--as-of", "2024-03-31"]):
            done = subprocess.run(
                [sys.executable, "-c", script, *line, "--home", book.root],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 2 and "D410" in done.stderr, done.stderr
    finally:
        for folder in folders:
            folder.chmod(0o755)
        (book.root / "lake" / "_lock").chmod(0o644)
    book.whole()
    book.land(path)
