"""Make the lender's files of the two real example books from the public data sets.

Usage: python benchmarks/make_examples.py SETS [--out src/daihou/examples]

SETS holds ``auto_abs_ally`` and ``uci_taiwan_card``. What is published, derived and chosen is said
in ``docs/books.md``; the derivation itself is ``daihou.examples.auto.derive``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from daihou.examples.auto import derive

Row = dict[str, Any]
PUBLISHED = (
    "originatorName", "originationDate", "originalLoanAmount", "originalLoanTerm",
    "loanMaturityDate", "originalInterestRatePercentage", "originalFirstPaymentDate",
    "vehicleManufacturerName", "vehicleModelName", "vehicleNewUsedCode", "vehicleModelYear",
    "vehicleTypeCode", "vehicleValueAmount", "obligorCreditScore", "paymentToIncomePercentage",
    "obligorGeographicLocation", "reportingPeriodEndingDate",
    "nextReportingPeriodPaymentAmountDue", "currentDelinquencyStatus",
    "reportingPeriodScheduledPaymentAmount", "reportingPeriodActualEndBalanceAmount",
    "interestPaidThroughDate", "paymentExtendedNumber", "C", "D", "R", "deal",
)  # fmt: skip
WHOLE = (
    "originalLoanTerm", "vehicleNewUsedCode", "vehicleModelYear", "vehicleTypeCode",
    "obligorCreditScore", "currentDelinquencyStatus", "paymentExtendedNumber", "C", "D", "R",
)  # fmt: skip
MONTHLY = ("bal_end", "principal", "paid", "recovered", "repo_proceeds")
AMOUNT = pa.decimal128(9, 2)


def _cents(amount: float | None) -> int:
    return round((amount or 0.0) * 100)


def _month_of(text: str) -> date:
    month, year = text.split("/")
    return date(int(year), int(month), 1)


def _day_of(text: str) -> date:
    month, day, year = text.split("-")
    return date(int(year), int(month), int(day))


def first_report_of(loan: Row) -> derive.FirstReport:
    return derive.FirstReport(
        period_end=_day_of(loan["reportingPeriodEndingDate"]),
        first_due_month=_month_of(loan["originalFirstPaymentDate"]),
        matures_month=_month_of(loan["loanMaturityDate"]),
        amount_minor=_cents(loan["originalLoanAmount"]),
        rate_ppm=round(loan["originalInterestRatePercentage"] * 1_000_000),
        term=int(loan["originalLoanTerm"]),
        scheduled_minor=_cents(loan["reportingPeriodScheduledPaymentAmount"]),
        next_due_minor=_cents(loan["nextReportingPeriodPaymentAmountDue"]),
        days_late=int(loan["currentDelinquencyStatus"]),
        balance_minor=_cents(loan["reportingPeriodActualEndBalanceAmount"]),
    )


def months_of(rows: Iterable[Row]) -> list[derive.Month]:
    return [
        derive.Month(
            derive.month_end_of(row["report_month"]),
            _cents(row["bal_end"]),
            _cents(row["principal"]),
            _cents(row["paid"]),
        )
        for row in rows
        if row["bal_end"] is not None
    ]


def _states(loan: Row, report: derive.FirstReport, ending: derive.Ending) -> list[Row]:
    """Return the loan as it stands at its first report and, if another day, at its ending."""
    base: Row = {"acct": loan["acct"], **{name: loan[name] for name in PUBLISHED}}
    base["vehicleModelName"] = (base["vehicleModelName"] or "").strip()
    base |= {
        "matures_on": derive.day_in_month(report.matures_month, derive.due_day_of(report)),
        "handed_over_from": date.fromordinal(report.period_end.toordinal() + 1),
    }
    closed = None if ending.kind == "charged_off" else ending.on
    charged = ending.on if ending.kind == "charged_off" else None
    end = {"closed_on": closed, "charged_off_on": charged, "ending": ending.kind}
    if ending.on == report.period_end:
        return [{**base, "state_no": 1, "state_from": ending.on, **end}]
    nothing = {"closed_on": None, "charged_off_on": None, "ending": None}
    return [
        {**base, "state_no": 1, "state_from": report.period_end, **nothing},
        {**base, "state_no": 2, "state_from": ending.on, **end},
    ]


def auto_tables(loans: Sequence[Row], months: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of loans, schedule, deferrals and servicing."""
    by_loan: Mapping[str, list[Row]] = defaultdict(list)
    for row in months:
        by_loan[row["acct"]].append(row)
    out: dict[str, list[Row]] = {"loans": [], "schedule": [], "deferrals": [], "servicing": []}
    for loan in loans:
        acct, report = loan["acct"], first_report_of(loan)
        due_day = derive.due_day_of(report)
        history = months_of(by_loan[acct])
        out["loans"] += _states(loan, report, derive.ending_of(history))
        dues, moves = derive.defer(derive.schedule_of(report), history[1:], due_day)
        out["schedule"] += [
            {
                "acct": acct,
                "instalment_no": due.number,
                "due_on": due.due_on,
                "amount_due": due.total_minor,
                "interest_due": due.interest_minor,
                "agreed_on": due.agreed_on,
                "cancelled_on": due.cancelled_on,
            }
            for due in dues
        ]
        out["deferrals"] += [
            {
                "acct": acct,
                "deferral_no": no,
                "deferred_on": m.changed_on,
                "next_due_on": m.first_due_on,
            }
            for no, m in enumerate(moves, 1)
        ]
        out["servicing"] += [
            {
                "acct": acct,
                "k": row["k"],
                "month_end": derive.month_end_of(row["report_month"]),
                "value_day": derive.day_in_month(row["report_month"], due_day),
                **{name: row[name] for name in MONTHLY},
            }
            for row in by_loan[acct]
            if any(row[n] is not None for n in ("bal_end", "paid", "recovered"))
            or row["repo_proceeds"]
        ]
    return out


def _money(table: pa.Table, names: Sequence[str], *, minor: bool) -> pa.Table:
    """Return the table with its amounts as exact decimals of the currency."""
    for name in names:
        exact = [
            None if v is None else Decimal(v if minor else round(v * 100)).scaleb(-2)
            for v in table[name].to_pylist()
        ]
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(exact, AMOUNT))
    return table


def _whole(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return the table with columns of whole numbers as 32-bit integers."""
    for name in names:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(pa.int32()))
    return table


def _write(table: pa.Table, path: Path, plain: Sequence[str] = ()) -> None:
    """Write one lender's file, small: constant columns as dictionaries, the rest as deltas."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table.replace_schema_metadata(None),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in table.column_names if name not in plain],
        column_encoding=dict.fromkeys(plain, "DELTA_BINARY_PACKED"),
        store_decimal_as_integer=True,
        row_group_size=1_000_000,
    )
    print(f"{path}: {table.num_rows:,} rows, {path.stat().st_size:,} bytes")


def make_auto(source: Path, out: Path) -> None:
    loans = sorted(pq.read_table(source / "dev_loan.parquet").to_pylist(), key=lambda r: r["acct"])
    months = pq.read_table(source / "dev_month.parquet").sort_by(
        [("acct", "ascending"), ("k", "ascending")]
    )
    tables = {k: pa.Table.from_pylist(v) for k, v in auto_tables(loans, months.to_pylist()).items()}
    money = [n for n in tables["loans"].column_names if n.endswith(("Amount", "AmountDue"))]
    loans_table = _whole(_money(tables["loans"], money, minor=False), WHOLE)
    _write(loans_table, out / "loans.parquet")
    schedule = _money(tables["schedule"], ["amount_due", "interest_due"], minor=True)
    schedule = _whole(schedule, ["instalment_no"])
    _write(schedule, out / "schedule.parquet", ["instalment_no", "due_on", "interest_due"])
    _write(tables["deferrals"], out / "deferrals.parquet")
    servicing = _whole(_money(tables["servicing"], MONTHLY, minor=False), ["k"])
    _write(servicing, out / "servicing.parquet", ["k", "month_end", "value_day", "bal_end"])


def make_cards(source: Path, out: Path) -> None:
    wide = pq.read_table(source / "dev_wide.parquet").sort_by("acct")
    keep = ["acct", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE", "default_next_month"]
    _write(wide.select(keep), out / "clients.parquet")
    long = pq.read_table(source / "dev_long.parquet").sort_by(
        [("acct", "ascending"), ("month", "ascending")]
    )
    months = [date.fromisoformat(f"{m}-01") for m in long["month"].to_pylist()]
    long = long.append_column("statement_on", pa.array([derive.month_end_of(m) for m in months]))
    long = long.append_column("due_on", pa.array([derive.day_in_month(m, 15, 1) for m in months]))
    long = long.append_column("value_day", pa.array([derive.day_in_month(m, 15) for m in months]))
    _write(long.drop_columns(["limit_twd"]), out / "statements.parquet", ["bill_twd"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--out", type=Path, default=Path("src/daihou/examples"))
    options = parser.parse_args()
    make_auto(options.sets / "auto_abs_ally", options.out / "auto" / "inbox")
    make_cards(options.sets / "uci_taiwan_card", options.out / "cards" / "inbox")


if __name__ == "__main__":
    main()
