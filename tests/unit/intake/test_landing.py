"""No row disappears, nothing lands twice, names are never stored in clear."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daihou.errors import LakeError, LandingRefused, MappingError, SourceFileError
from daihou.intake.problems import CODES
from daihou.jobs.land import land, land_inbox
from daihou.lake import Area, Lake
from daihou.lake.log import Log
from daihou.lake.vault import KEY_VARIABLE, key_from_text, read_sealed
from tests.unit.intake.kit import CUSTOMER, HEADER, KEY, NOW, PAYMENT, Home

ROW = "p{n},a1,2026-01-0{d},{amount}\n"
PEOPLE = "客户号,日期,姓名,证件号,生日,备注\n"


def payments(*numbers, amount="1.00"):
    return HEADER + "".join(ROW.format(n=n, d=1, amount=amount) for n in numbers)


def test_accepted_rows_keep_the_files_order_and_the_contracts_columns(home):
    home.land(payments(3, 1, 2))
    rows = home.rows()
    assert [row["payment_id"] for row in rows] == ["p3", "p1", "p2"]
    assert rows[0] == {
        "payment_id": "p3", "account_id": "a1", "paid_on": date(2026, 1, 1), "booked_on": None,
        "kind": "payment", "amount_minor": 100, "principal_minor": None, "payer_relation": None,
        "channel": None,
    }  # fmt: skip


def test_a_row_with_many_problems_keeps_all_of_them_and_its_own_text(home):
    (receipt,) = home.land(payments(1) + "p2,,2026-02-30,x\n")
    assert (receipt.rows_read, receipt.rows_accepted, receipt.rows_quarantined) == (2, 1, 1)
    rows = home.quarantined()
    assert [row["code"] for row in rows] == ["Q001", "Q002", "Q003"]
    assert {row["source_row"] for row in rows} == {2}
    assert '"day":"2026-02-30"' in rows[0]["raw"]
    assert {p.code for p in receipt.problems} == {"Q001", "Q002", "Q003"}
    assert receipt.problems[1].examples[0].startswith("row 2: paid_on '2026-02-30'")


def test_the_rules_of_the_contract_hold_over_whole_rows(home):
    mapping = PAYMENT + "  booked_on: {from: booked}\n"
    home.land(
        "id,loan,day,amount,booked\np1,a,2026-01-02,1,2026-01-01\np2,a,2026-01-02,1,2026-01-02\n"
        "p3,a,2026-01-02,1,\n",
        mapping=mapping,
    )
    assert [row["code"] for row in home.quarantined()] == ["Q121"]
    assert [row["payment_id"] for row in home.rows()] == ["p2", "p3"]


def test_of_equal_rows_the_first_is_taken_and_of_conflicting_rows_none(home):
    (receipt,) = home.land(
        payments(1, 2, 1) + "p3,a1,2026-01-01,1\np3,a1,2026-01-01,2\np1,a1,2026-01-01,1.000\n"
    )
    assert [row["payment_id"] for row in home.rows()] == ["p1", "p2"]
    assert [(r["source_row"], r["code"]) for r in home.quarantined()] == [
        (3, "Q030"), (4, "Q031"), (5, "Q031"), (6, "Q030"),
    ]  # fmt: skip
    assert receipt.rows_read == 6


def test_an_event_that_another_file_brought_is_not_taken_twice(home):
    home.land(payments(1, 2), "jan.csv")
    (receipt,) = home.land(payments(2, 3), "feb.csv")
    assert receipt.rows_accepted == 1
    assert [row["code"] for row in home.quarantined()] == ["Q032"]
    assert sorted(row["payment_id"] for row in home.rows()) == ["p1", "p2", "p3"]


def test_the_same_file_again_changes_nothing(home):
    (first,) = home.land(payments(1, 2) + "bad\n")
    (again,) = home.land(name="a.csv")
    assert again.unchanged and not first.unchanged
    assert again.landing == first.landing == home.lake.version == 1
    assert again.problems == first.problems


def test_a_corrected_file_replaces_its_predecessor_visibly(home):
    home.land(payments(1, 2, amount="bad") + "p3,a1,2026-01-01,3\n")
    (receipt,) = home.land(payments(1, 2, 3))
    assert (receipt.landing, receipt.replaced) == (2, 1)
    assert len(home.rows()) == 3 and home.quarantined() == []
    lake = home.lake
    assert [f.landing for f in lake.fact_files("payment", at=1)] == [1]
    assert [entry.note["parts"][0]["rows_accepted"] for entry in lake.landings()] == [1, 3]


def test_a_changed_mapping_lands_the_same_file_anew(home):
    home.land(payments(1))
    (receipt,) = home.land(
        name="a.csv", mapping=PAYMENT.replace("{constant: payment}", "{constant: recovery}")
    )
    assert receipt.replaced == 1 and home.rows()[0]["kind"] == "recovery"


def test_the_slot_says_which_file_replaces_which(home):
    mapping = PAYMENT.replace("payments-{stem}", "payments-{day}")
    home.land(payments(1), "pay_20260131_v1.csv", mapping=mapping)
    (receipt,) = home.land(payments(1, 2), "pay_2026-01-31_v2.csv", mapping=mapping)
    assert receipt.replaced == 1 and len(home.rows()) == 2
    with pytest.raises(LandingRefused, match="no day"):
        home.land(payments(5), "pay.csv", mapping=mapping)


def test_check_only_tells_everything_and_writes_nothing(home):
    before = sorted(home.root.rglob("*"))
    (receipt,) = home.land(payments(1) + "p2,a,x,y\n", check_only=True)
    assert receipt.landing is None and receipt.rows_quarantined == 1
    added = set(home.root.rglob("*")) - set(before)
    assert {path.name for path in added} == {"a.csv", "pay.yaml"}


def test_check_only_reports_a_file_of_bad_rows_instead_of_refusing_it(home):
    (receipt,) = home.land(payments(1, amount="x"), check_only=True)
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (0, 1)


def test_filtered_rows_are_counted_and_an_unknown_filter_is_a_problem(home):
    mapping = PAYMENT.replace("files:", """filter: "loan <> '合计'", files:""")
    (receipt,) = home.land(payments(1) + "p2,合计,,9\np3,,2026-01-01,1\n", mapping=mapping)
    assert (receipt.rows_read, receipt.rows_filtered, receipt.rows_accepted) == (2, 1, 1)
    assert [row["code"] for row in home.quarantined()] == ["Q013"]


def test_a_line_of_the_wrong_shape_is_never_filtered_away(home):
    mapping = PAYMENT.replace("files:", 'filter: "loan is not null", files:')
    (receipt,) = home.land(payments(1) + "p2,a\n", mapping=mapping)
    assert [row["code"] for row in home.quarantined()] == ["Q020"]
    assert receipt.rows_read == 2


def test_expressions_compute_and_their_failures_are_problems(home):
    mapping = PAYMENT.replace("{from: amount, unit: yuan}", "{expr: amount * 2, unit: yuan}")
    mapping = mapping.replace("amount * 2", '"cast(amount as decimal(18, 2)) * 2"')
    home.land(payments(1, amount="1.50") + "p2,a1,2026-01-01,abc\n", mapping=mapping)
    assert home.rows()[0]["amount_minor"] == 300
    assert {row["code"] for row in home.quarantined()} == {"Q001", "Q011"}


def test_unknown_source_columns_are_all_named_before_anything_is_read(home):
    mapping = PAYMENT.replace("from: loan", "from: lone").replace("from: day", "from: date")
    with pytest.raises(MappingError) as caught:
        home.land(payments(1), mapping=mapping)
    told = "\n".join(caught.value.problems)
    assert "'lone'" in told and "'date'" in told and "id, loan, day, amount" in told
    assert home.lake.version == 0


def test_a_column_that_vanished_is_refused_until_the_mapping_says_so(home):
    home.land("id,loan,day,amount,note\np1,a,2026-01-01,1,x\n", "jan.csv")
    with pytest.raises(LandingRefused, match="'note' is gone"):
        home.land(payments(2), "feb.csv")
    (receipt,) = home.land(
        name="feb.csv", mapping=PAYMENT.replace("files:", "may_lack: note, files:")
    )
    assert receipt.rows_accepted == 1


def test_one_file_may_fill_several_tables_in_one_step(home):
    mapping = """
source: {files: "*.csv"}
tables:
  - table: ledger_balance
    columns:
      account_id: {from: loan}
      balance_on: {constant: 2026-01-31}
      balance_minor: {from: m1, unit: yuan}
  - table: ledger_balance
    columns:
      account_id: {from: loan}
      balance_on: {constant: 2026-02-28}
      balance_minor: {from: m2, unit: yuan}
"""
    receipts = home.land("loan,m1,m2\na1,10,9\na2,5,-1\n", mapping=mapping)
    assert [r.landing for r in receipts] == [1, 1]
    assert [r.slot for r in receipts] == ["pay-ledger_balance-a", "pay-ledger_balance-2-a"]
    found = [(r["account_id"], r["balance_minor"]) for r in home.rows("ledger_balance")]
    assert found == [("a1", 1000), ("a2", 500), ("a1", 900), ("a2", -100)]
    (again, _) = home.land(name="a.csv", mapping=mapping)
    assert again.unchanged


def test_contract_shaped_parquet_needs_no_columns(home):
    path = home.root / "inbox" / "a.parquet"
    table = pa.table({
        "payment_id": ["p2", "p1"], "account_id": ["a", " "],
        "paid_on": pa.array([date(2026, 1, 1)] * 2), "kind": ["payment"] * 2,
        "amount_minor": pa.array([5, 6], pa.int64()),
    })  # fmt: skip
    pq.write_table(table, path)
    (receipt,) = home.land(name="a.parquet", mapping="table: payment\nmatch_names: true\n")
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (1, 1)
    assert home.quarantined()[0]["source_row"] == 2


def test_a_kill_between_staging_and_log_entry_leaves_the_old_state(home, monkeypatch):
    home.land(payments(1))

    def killed(self, entry):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Log, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            home.land(payments(1, 2))
    assert [row["payment_id"] for row in home.rows()] == ["p1"]
    (receipt,) = home.land(name="a.csv")
    assert (receipt.landing, receipt.replaced, receipt.rows_accepted) == (2, 1, 2)


def test_a_landing_is_refused_while_another_run_writes(home):
    with home.lake.writer(), pytest.raises(LakeError, match="another run"):
        home.land(payments(1))


def test_names_are_never_stored_in_clear(home, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    text = (
        PEOPLE
        + "c1,2026-01-01,张三丰,110101199001011234,1990-01-01,住址甲\nc2,2026-01-01,李四,,x,乙\n"
    )
    for encoding in ("utf-8", "gb18030"):
        home.land(text.encode(encoding), f"{encoding}.csv", mapping=CUSTOMER)
    lake = home.lake
    rows = home.rows("customer")
    assert [(r["customer_id"], r["name"], r["id_no"]) for r in rows] == [("c1", None, None)] * 2
    assert '"姓名":"***"' in home.quarantined("customer")[0]["raw"]
    for path in (home.root / "lake").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in ("张三丰", "110101199001011234", "李四", "住址甲"):
                assert secret.encode() not in content, path
                assert secret.encode("gb18030") not in content, path
    sealed = read_sealed([lake.path_of(lake.identity_files("customer")[0])], key_from_text(KEY))
    assert sealed.to_pylist() == [
        {"customer_id": "c1", "recorded_on": date(2026, 1, 1), "name": "张三丰",
         "id_no": "110101199001011234", "phone": None}
    ]  # fmt: skip


def test_names_without_a_key_are_refused_with_the_way_to_make_one(home, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    text = PEOPLE + "c1,2026-01-01,张三丰,,1990-01-01,\n"
    with pytest.raises(LandingRefused, match="secrets"):
        home.land(text, mapping=CUSTOMER)
    assert home.lake.version == 0 and not list((home.root / "lake").rglob("*.parquet"))
    (receipt,) = home.land(text.replace("张三丰", ""), mapping=CUSTOMER)
    assert receipt.rows_accepted == 1


def test_too_many_names_for_the_memory_are_refused_and_never_spilled(home, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv("DAIHOU_MEMORY_LIMIT", "12MB")
    rows = "".join(f"c{n},2026-01-01,{n:0>300},,1990-01-01,\n" for n in range(60_000))
    with pytest.raises(SourceFileError, match="several files"):
        home.land(PEOPLE + rows, mapping=CUSTOMER)
    assert home.lake.version == 0


def test_a_corrected_file_takes_the_sealed_names_of_its_predecessor_away(home, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    for name in ("张三", "李四"):
        home.land(PEOPLE + f"c1,2026-01-01,{name},,1990-01-01,\n", mapping=CUSTOMER)
    lake = home.lake
    (file,) = lake.identity_files("customer")
    assert read_sealed([lake.path_of(file)], key_from_text(KEY))["name"].to_pylist() == ["李四"]


def test_the_inbox_lands_what_its_mappings_name(home):
    home.mapping()
    home.mapping(PAYMENT.replace('files: "*.csv"', 'files: "other/*.txt"'), "other")
    home.file(payments(1), "b.csv")
    home.file(payments(2), "a.csv")
    home.file(b"x", "ignored.bin")
    home.file(payments(9), ".hidden.csv")
    told = []
    receipts = land_inbox(home.root, now=NOW, on_progress=lambda *step: told.append(step))
    assert [r.source for r in receipts] == ["a.csv", "b.csv"]
    assert told[0][1] == 0 and all(step < steps for _, step, steps in told)
    assert all(r.unchanged for r in land_inbox(home.root, now=NOW))
    assert home.lake.version == 2


def test_receipts_become_json(home):
    import json

    (receipt,) = home.land(payments(1) + "x\n")
    assert json.loads(json.dumps(receipt.as_dict()))["rows_read"] == 2


def test_staging_is_empty_after_success_and_after_refusal(home):
    home.land(payments(1))
    with pytest.raises(LandingRefused):
        home.land(payments(1, amount="x"), "b.csv")
    assert list((home.root / "lake" / "_staging").iterdir()) == []


def test_a_missing_mapping_is_refused(home):
    with pytest.raises(MappingError, match="cannot be opened"):
        land(home.root, home.root / "no.yaml", [], now=NOW)


def test_every_problem_number_is_explained_once():
    assert all(CODES.values()) and len(set(CODES.values())) == len(CODES)


CELLS = st.sampled_from(
    ["p1", "p2", "p3", "a1", "2026-01-31", "2026-02-30", "1.00", "2", "x", "", '"',
     '"a\nb"', "1,2", "é"]
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8), st.booleans())
def test_accepted_plus_quarantined_is_read_for_any_lines(tmp_path_factory, lines, gb18030):
    home = Home(tmp_path_factory.mktemp("any") / "home")
    body = HEADER + "p0,a0,2026-01-01,1\n" + "".join(",".join(line) + "\n" for line in lines)
    (receipt,) = home.land(body.encode("gb18030" if gb18030 else "utf-8"))
    assert receipt.rows_read == receipt.rows_accepted + receipt.rows_quarantined
    assert receipt.rows_accepted == len(home.rows())
    assert receipt.rows_quarantined == len({row["source_row"] for row in home.quarantined()})
    physical = sum(1 for line in lines if ",".join(line).strip("\n"))
    assert receipt.rows_read <= 1 + physical + sum(c.count("\n") for line in lines for c in line)
    lake: Lake = home.lake
    assert {f.area for f in lake.live_files(Area.FACTS)} == {Area.FACTS}
    (again,) = home.land(name="a.csv")
    assert again.unchanged
