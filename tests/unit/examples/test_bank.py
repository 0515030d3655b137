"""The simulated bank: same seed same bytes, the contracts' shape, and facts that fit together."""

from __future__ import annotations

import hashlib
from datetime import date

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from daihou.contracts import FACTS as EVERY_FACT
from daihou.contracts import FROM_OPERATIONS
from daihou.errors import DiskError, HomeError
from daihou.examples.bank import write_bank
from daihou.intake import load_mapping
from daihou.night.book import parse_book

AS_OF = date(2025, 6, 30)
FACTS = {name: c for name, c in EVERY_FACT.items() if name not in FROM_OPERATIONS}


def views(folder):
    connection = duckdb.connect(config={"threads": 1})
    for path in sorted((folder / "mappings").glob("*.yaml")):
        files = f"{folder}/inbox/{path.stem}-*.parquet"
        connection.execute(f"CREATE VIEW {path.stem} AS FROM read_parquet('{files}')")
    return connection


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    receipt = write_bank(folder, 20_000)
    return folder, receipt, views(folder)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    receipt = write_bank(folder, 3_000, profile="bench")
    return folder, receipt, views(folder)


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "inbox").iterdir())
    }


def counts(connection, query):
    return dict(connection.execute(query).fetchall())


def one(connection, query):
    return connection.execute(query).fetchone()[0]


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_threads(tmp_path, monkeypatch):
    monkeypatch.setattr("daihou.examples.bank.write.SHARD_CHUNKS", {"full": 1, "bench": 1})
    write_bank(tmp_path / "a", 12_000, seed=7, threads=1)
    write_bank(tmp_path / "b", 12_000, seed=7, threads=2)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert len(digests(tmp_path / "a")) == 2 * len(FACTS)


def test_another_seed_gives_another_bank(tmp_path):
    write_bank(tmp_path / "a", 100, seed=1)
    write_bank(tmp_path / "b", 100, seed=2)
    assert digests(tmp_path / "a") != digests(tmp_path / "b")


@pytest.mark.parametrize("profile", ["full", "bench"])
def test_an_account_is_the_same_in_a_bank_of_any_size(tmp_path, profile):
    for accounts in (700, 10_700):
        write_bank(tmp_path / str(accounts), accounts, seed=3, profile=profile)
    small, large = views(tmp_path / "700"), views(tmp_path / "10700")
    for table, key in (("account", "account_id"), ("payment", "account_id")):
        query = f"SELECT * FROM {table} WHERE {key} < 'A0000000700' ORDER BY ALL"
        assert small.execute(query).fetchall() == large.execute(query).fetchall()
        assert one(small, f"SELECT count(*) FROM {table} WHERE {key} >= 'A0000000700'") == 0


def test_every_fact_table_is_there_in_the_contracts_shape(bank):
    folder, receipt, _ = bank
    for name, contract in FACTS.items():
        assert receipt.rows[name] > 0
        schema = pq.read_schema(folder / "inbox" / f"{name}-0001.parquet")
        assert schema.names == [column.name for column in contract.columns]


def test_every_column_keeps_type_nulls_bounds_words_and_row_rules(bank):
    _, _, connection = bank
    for name, contract in FACTS.items():
        types = counts(connection, f"SELECT column_name, column_type FROM (DESCRIBE {name})")
        wrong = [rule for _, rule, _ in contract.row_rules]
        for column in contract.columns:
            assert types[column.name] == column.kind.sql_type, (name, column.name)
            if not column.nullable:
                wrong.append(f"{column.name} IS NOT NULL")
            if column.allowed:
                wrong.append(f"{column.name} IN ({', '.join(map(repr, column.allowed))})")
            if column.at_least is not None:
                wrong.append(f"{column.name} >= {column.at_least!r}")
            if column.at_most is not None:
                wrong.append(f"{column.name} <= {column.at_most!r}")
        for rule in wrong:
            assert one(connection, f"SELECT count(*) FROM {name} WHERE NOT ({rule})") == 0, rule


def test_every_key_is_used_once(bank):
    _, receipt, connection = bank
    for name, contract in FACTS.items():
        keys = ", ".join(contract.key)
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {name})"
        assert one(connection, distinct) == receipt.rows[name], name


def test_every_row_points_at_rows_that_exist(bank):
    _, _, connection = bank
    parents = {"account_id": "account", "customer_id": "customer", "line_id": "credit_line",
               "guarantor_id": "customer"}  # fmt: skip
    for name, contract in FACTS.items():
        for column in contract.columns:
            parent = parents.get(column.name, name)
            if parent != name:
                orphans = (
                    f"SELECT count(*) FROM {name} WHERE {column.name} IS NOT NULL AND {column.name}"
                    f" NOT IN (SELECT {FACTS[parent].key[0]} FROM {parent})"
                )
                assert one(connection, orphans) == 0, (name, column.name)


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2025, 3, 14), date(2024, 12, 31)])
def test_nothing_is_known_that_came_after_as_of(tmp_path, as_of):
    write_bank(tmp_path, 10_000, as_of=as_of)
    connection = views(tmp_path)
    past = {"account": "opened_on closed_on written_off_on use_proof_on", "consent": "withdrawn_on",
            "credit_line": "cancelled_on frozen_on opened_on", "payment": "paid_on booked_on",
            "instalment": "cancelled_on", "collateral": "valued_on seized_on",
            "card_statement": "statement_on", "customer": "born_on"}  # fmt: skip
    for name, contract in FACTS.items():
        for column in {contract.dated_by, *past.get(name, "").split()}:
            late = f"SELECT count(*) FROM {name} WHERE {column} > DATE '{as_of}'"
            assert one(connection, late) == 0, (name, column)


def test_nobody_pays_before_payout_or_after_closing(bank):
    _, _, connection = bank
    assert one(connection, """
        SELECT count(*) FROM payment JOIN (
          SELECT account_id, min(opened_on) AS opened_on, max(closed_on) AS closed_on FROM account
          GROUP BY account_id) USING (account_id)
        WHERE paid_on < opened_on OR paid_on > closed_on""") == 0  # fmt: skip


STARTS = """
    SELECT account_id, any_value(coalesce(taken_on_balance_minor, amount_minor)) AS start_minor,
      max(closed_on) AS closed_on, any_value(product) AS product
    FROM account WHERE product <> 'card' GROUP BY account_id"""


def test_principal_of_dues_in_force_sums_to_what_was_owed(bank):
    _, _, connection = bank
    found = connection.execute(f"""
        SELECT product = 'mortgage', count(*), count(*) FILTER (due_minor = start_minor),
          count(*) FILTER (due_minor > start_minor)
        FROM ({STARTS}) JOIN (
          SELECT account_id, sum(principal_minor) AS due_minor, count(agreed_on) AS changed
          FROM instalment WHERE cancelled_on IS NULL GROUP BY account_id) USING (account_id)
        WHERE changed = 0 GROUP BY ALL ORDER BY ALL""").fetchall()
    (_, loans, whole, above), (_, _, _, above_home) = found
    assert loans == whole and above == above_home == 0, "mortgages hand over 36 dues at the most"


def test_a_closed_loan_was_paid_to_the_last_minor_unit(bank):
    _, _, connection = bank
    closed, wrong = connection.execute(f"""
        SELECT count(*), count(*) FILTER (due_minor <> paid_minor OR principal_minor <> start_minor)
        FROM ({STARTS}) JOIN (
          SELECT account_id, sum(principal_minor) AS principal_minor,
            sum(principal_minor + interest_minor + fee_minor) AS due_minor
          FROM instalment WHERE cancelled_on IS NULL GROUP BY account_id) USING (account_id)
        JOIN (SELECT account_id,
            sum(if(kind = 'reversal', -amount_minor, amount_minor)) AS paid_minor
          FROM payment GROUP BY account_id) USING (account_id)
        WHERE closed_on IS NOT NULL""").fetchone()
    assert closed > 1_000
    assert wrong == 0


def test_the_ledger_agrees_with_dues_and_payments_split_by_interest_then_principal(bank):
    _, _, connection = bank
    checked, wrong = connection.execute("""
        WITH paid AS (
          SELECT account_id, sum(principal_minor) AS repaid, count(*) AS n,
            count(principal_minor) AS told
          FROM payment GROUP BY account_id), newest AS (
          SELECT account_id, arg_max(balance_minor, balance_on) AS balance
          FROM ledger_balance GROUP BY account_id)
        SELECT count(*), count(*) FILTER (start_minor - repaid <> balance OR n <> told)
        FROM newest JOIN (SELECT account_id,
          any_value(coalesce(taken_on_balance_minor, amount_minor)) AS start_minor
          FROM account GROUP BY account_id) USING (account_id) JOIN paid USING (account_id)
    """).fetchone()
    assert checked > 50
    assert wrong == 0


def test_a_reversal_takes_back_a_payment_of_its_value_day_and_it_is_paid_again(bank):
    _, _, connection = bank
    assert one(connection, """
        SELECT count(*) FROM payment r WHERE kind = 'reversal' AND NOT EXISTS (
          SELECT 1 FROM payment p WHERE p.account_id = r.account_id AND p.paid_on = r.paid_on
          AND p.amount_minor = r.amount_minor AND p.kind = 'payment')""") == 0  # fmt: skip


def test_a_statement_is_the_sum_of_its_purchases_and_cash(bank):
    _, _, connection = bank
    assert one(connection, """
        SELECT count(*) FROM (
          SELECT account_id, sum(amount_minor) AS spent FROM transaction
          WHERE category IN ('purchase', 'cash_advance') GROUP BY account_id)
        FULL JOIN (SELECT account_id, sum(purchases_minor + cash_minor) AS told FROM card_statement
          GROUP BY account_id) USING (account_id)
        WHERE coalesce(spent, 0) <> coalesce(told, 0)""") == 0  # fmt: skip


SITUATIONS = {
    "never paid a due": "SELECT count(*) FROM account a WHERE product <> 'card' AND taken_on_on IS"
    " NULL AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.account_id = a.account_id) AND EXISTS"
    " (SELECT 1 FROM instalment i WHERE i.account_id = a.account_id AND due_on < '2025-06-01')",
    "written off": "SELECT count(*) FROM account WHERE written_off_on IS NOT NULL",
    "recovered after write-off": "SELECT count(*) FROM payment WHERE kind = 'recovery'",
    "prepaid in full": "SELECT count(*) FROM instalment WHERE instalment_no = 901",
    "booked later": "SELECT count(*) FROM payment WHERE kind = 'payment' AND booked_on > paid_on",
    "paid by a stranger": "SELECT count(*) FROM payment WHERE payer_relation = 'stranger'",
    "paid by a platform": "SELECT count(*) FROM payment WHERE payer_relation = 'lender_platform'",
    "due late in the month": "SELECT count(*) FROM instalment WHERE day(due_on) >= 29",
    "taken on": "SELECT count(*) FROM account WHERE taken_on_on IS NOT NULL",
    "settled, line open": "SELECT count(*) FROM account a JOIN credit_line l USING (line_id) WHERE"
    " closed_on IS NOT NULL AND cancelled_on IS NULL AND expires_on > '2025-06-30'",
    "line without account": "SELECT count(*) FROM credit_line WHERE line_id NOT IN"
    " (SELECT line_id FROM account WHERE line_id IS NOT NULL)",
    "line expired": "SELECT count(*) FROM credit_line WHERE expires_on < '2025-06-30'",
    "line cancelled": "SELECT count(*) FROM credit_line WHERE cancelled_on IS NOT NULL",
    "line frozen": "SELECT count(*) FROM credit_line WHERE frozen_on IS NOT NULL",
    "unused card": "SELECT count(*) FROM account WHERE product = 'card' AND account_id NOT IN"
    " (SELECT account_id FROM card_statement)",
    "over the line": "SELECT count(*) FROM card_statement JOIN account USING (account_id)"
    " JOIN credit_line USING (line_id) WHERE balance_minor > limit_minor",
    "cash at night": "SELECT count(*) FROM transaction WHERE category = 'cash_advance' AND"
    " (hour >= 22 OR hour < 6)",
    "to securities": "SELECT count(*) FROM transaction WHERE counterparty_kind = 'securities'",
    "to property": "SELECT count(*) FROM transaction JOIN account USING (account_id) WHERE"
    " counterparty_kind = 'property_developer' AND product <> 'mortgage'",
    "back within 3 days": "SELECT count(*) FROM transaction b JOIN transaction o ON b.account_id ="
    " o.account_id AND b.counterparty_id = o.counterparty_id WHERE b.direction = 'in' AND"
    " o.direction = 'out' AND b.booked_on - o.booked_on BETWEEN 1 AND 3",
    "salary stopped": "SELECT count(*) FROM (SELECT customer_id FROM transaction WHERE category ="
    " 'salary' GROUP BY customer_id HAVING max(booked_on) < '2025-04-01')",
    "consent withdrawn": "SELECT count(*) FROM consent WHERE withdrawn_on IS NOT NULL",
    "consent ended": "SELECT count(*) FROM consent WHERE ends_on < '2025-06-30'",
    "consent without 004": "SELECT count(*) FROM consent WHERE NOT contains(purposes, '004')",
    "no consent": "SELECT count(*) FROM customer WHERE customer_id NOT IN"
    " (SELECT customer_id FROM consent)",
    "restructured": "SELECT count(*) FROM restructuring WHERE for_difficulty",
    "relief": "SELECT count(*) FROM restructuring WHERE kind = 'relief_deferral'",
    "new schedule": "SELECT count(*) FROM instalment WHERE instalment_no BETWEEN 501 AND 900",
    "collateral fell": "SELECT count(*) FROM collateral WHERE value_minor < first_value_minor",
    "collateral seized": "SELECT count(*) FROM collateral WHERE seized_on IS NOT NULL",
    "insurance lapsed": "SELECT count(*) FROM collateral WHERE insured_until_on < '2025-06-30'",
    "papers missing": "SELECT count(*) FROM collateral WHERE papers_due_on < '2025-06-30'",
    "non-retail": "SELECT count(*) FROM customer WHERE NOT retail AND all_bank_debt_minor > 0",
    "non-retail overdue": "SELECT count(*) FROM customer WHERE all_bank_overdue_90_minor > 0",
    "offers refused": "SELECT count(*) FROM customer WHERE offers_opt_out",
    "never asked about offers": "SELECT count(*) FROM customer WHERE offers_opt_out IS NULL",
    "no proof of use": "SELECT count(*) FROM account WHERE declared_use IS NOT NULL AND"
    " use_proof_on IS NULL",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_bank_has_the_situation(bank, situation):
    assert one(bank[2], SITUATIONS[situation]) > 0


def test_events_that_matter_daily_happen(bank):
    kinds = counts(bank[2], "SELECT kind, count(*) FROM external_event GROUP BY kind")
    for kind in ("auto_debit_failed", "contact_failed", "job_lost", "lawsuit_defendant", "death",
                 "misuse_confirmed", "income_down", "tax_return_missed",
                 "dishonest_debtor"):  # fmt: skip
        assert kinds[kind] > 0


def test_identities_are_left_out_unless_asked_for_and_then_obviously_invented(bank, tmp_path):
    known = "SELECT count(*) FROM customer WHERE coalesce(name, id_no, phone) IS NOT NULL"
    assert one(bank[2], known) == 0
    write_bank(tmp_path, 200, identities=True)
    named = views(tmp_path)
    assert one(named, "SELECT count(*) FROM customer WHERE name NOT LIKE '客户%'") == 0
    assert one(named, "SELECT count(*) FROM customer WHERE id_no NOT LIKE '000000%'") == 0
    assert one(named, "SELECT count(*) FROM customer WHERE phone NOT LIKE '1000%'") == 0


def test_the_bank_says_everywhere_that_it_is_simulated(bank):
    folder, receipt, _ = bank
    assert receipt.simulated
    assert parse_book((folder / "book.yaml").read_text(encoding="utf-8"), "book.yaml").simulated
    assert (
        "模拟" in yaml.safe_load((folder / "book.yaml").read_text(encoding="utf-8"))["title"]["zh"]
    )
    for name in FACTS:
        metadata = pq.read_metadata(folder / "inbox" / f"{name}-0001.parquet").metadata
        assert metadata[b"daihou.simulated"] == b"true"
        assert "imulated" in (folder / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")


def test_the_mappings_are_ones_that_intake_takes(bank):
    for path in (bank[0] / "mappings").glob("*.yaml"):
        mapping = load_mapping(path.read_text(encoding="utf-8"), path.name)
        assert mapping.tables[0].table == path.stem
        assert mapping.source.files == f"{path.stem}-*.parquet"


def test_a_bench_account_has_twelve_dues_by_as_of_and_is_open(bench):
    _, receipt, connection = bench
    assert set(receipt.rows) == {"customer", "account", "instalment", "payment"}
    assert receipt.rows["instalment"] == 12 * receipt.rows["account"] == 36_000
    assert one(connection, "SELECT count(*) FROM instalment WHERE due_on > '2025-06-30'") == 0
    assert one(connection, "SELECT count(*) FROM account WHERE closed_on IS NOT NULL") == 0
    assert 0.9 < receipt.rows["payment"] / receipt.rows["instalment"] < 1


def test_a_second_bank_in_the_same_folder_leaves_nothing_of_the_first(tmp_path):
    write_bank(tmp_path, 50)
    (tmp_path / "inbox" / "mine.csv").write_text("a")
    write_bank(tmp_path, 60, profile="bench")
    names = {path.name.split("-")[0] for path in (tmp_path / "inbox").iterdir()}
    assert names == {"customer", "account", "instalment", "payment", "mine.csv"}


def test_no_accounts_write_book_and_mappings_only(tmp_path):
    receipt = write_bank(tmp_path, 0)
    assert receipt.files == () and (tmp_path / "book.yaml").exists()


@pytest.mark.parametrize(
    "wrong", [{"accounts": -1}, {"accounts": 2_000_000_000}, {"accounts": 1, "months": 3},
              {"accounts": 1, "seed": -1}, {"accounts": 1, "profile": "huge"}],
)  # fmt: skip
def test_numbers_out_of_range_are_refused_before_anything_is_written(tmp_path, wrong):
    with pytest.raises(HomeError, match="choose"):
        write_bank(tmp_path / "bank", **wrong)
    assert not (tmp_path / "bank").exists()


def test_a_failure_leaves_no_half_written_file(tmp_path, monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError("planted")

    monkeypatch.setattr("daihou.examples.bank.write.full_tables", breaks)
    with pytest.raises(RuntimeError, match="planted"):
        write_bank(tmp_path, 10)
    assert list((tmp_path / "inbox").iterdir()) == []


def test_progress_reaches_the_total(tmp_path):
    seen = []
    write_bank(tmp_path, 10_500, profile="bench", on_progress=lambda *at: seen.append(at))
    assert seen == [(10_000, 10_500), (10_500, 10_500)]


def test_a_folder_that_cannot_be_written_is_refused_with_the_next_step(tmp_path):
    (tmp_path / "inbox").write_text("a file where the folder should be")
    with pytest.raises(DiskError, match="run the same command again"):
        write_bank(tmp_path, 10)
