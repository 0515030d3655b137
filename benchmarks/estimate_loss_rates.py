"""Estimate the default rates of the example books from the real data sets.

Usage: python benchmarks/estimate_loss_rates.py SETS --on 2026-11-24 [--out src/daihou/examples]

A default is more than 90 days past due, or a charge-off. Rates by bucket: ``pd_12m_bp`` is the
share of account-months in the bucket that default in the next 12 months, among those seen for 12
months or until they ended; where no set is that long, twelve steps of the monthly roll rates.
``pd_life_bp`` is the roll rates carried to the stated number of months. Loss given default and
credit conversion are stated assumptions. Everything is in-sample: no part was held back.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml
from make_examples import first_report_of, months_of

from daihou.examples.auto import derive
from daihou.kernel import bucket_of

END, DEFAULT = -1, 4
"""States beside the buckets M0 to M3: the account ended; it defaulted (M4 and worse)."""
HORIZON = 12
FEWEST = 100
"""Fewer moves out of a bucket than this say nothing of it."""
Path_ = list[int]


@dataclass(frozen=True)
class Estimate:
    """Rates of one bucket in basis points, and what they were counted on."""

    bucket: int
    pd_12m_bp: int
    pd_life_bp: int
    accounts: int
    borrowed: bool = False


def _bp(share: Fraction) -> int:
    return min(10_000, round(share * 10_000))


def roll_rates(paths: Sequence[Path_]) -> dict[int, dict[int, Fraction]]:
    """Return the share of each next state by state, month to month."""
    counts: Mapping[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for path in paths:
        for now, after in pairwise(path):
            counts[now][after] += 1
    return {
        now: {after: Fraction(n, sum(row.values())) for after, n in row.items()}
        for now, row in counts.items()
        if sum(row.values()) >= FEWEST
    }


def carried(rolls: Mapping[int, Mapping[int, Fraction]], start: int, months: int) -> float:
    """Return the share that has defaulted after ``months`` steps of the roll rates."""
    states = {start: 1.0}
    for _ in range(months):
        after: dict[int, float] = defaultdict(float)
        for state, share in states.items():
            steps = rolls.get(state, {}) if state not in (END, DEFAULT) else {}
            for following, rate in steps.items() or ((state, Fraction(1)),):
                after[following] += share * float(rate)
        states = after
    return states.get(DEFAULT, 0.0)


def within_horizon(paths: Sequence[Path_], bucket: int) -> Fraction | None:
    """Return the share of account-months in ``bucket`` that default within the horizon."""
    seen = bad = 0
    for path in paths:
        for place, state in enumerate(path):
            if state != bucket:
                continue
            ahead = path[place + 1 : place + 1 + HORIZON]
            defaulted = DEFAULT in ahead
            if defaulted or END in ahead or len(ahead) == HORIZON:
                seen, bad = seen + 1, bad + defaulted
    return Fraction(bad, seen) if seen else None


def estimates(paths: Sequence[Path_], life_months: int, *, long_enough: bool) -> list[Estimate]:
    """Return the rates of M0 to M3.

    A bucket that hardly any account was seen to leave takes the rates of the next worse one.
    """
    rolls, out = roll_rates(paths), list[Estimate]()
    for bucket in reversed(range(DEFAULT)):
        if bucket not in rolls and out:
            out.append(replace(out[-1], bucket=bucket, borrowed=True))
            continue
        year = within_horizon(paths, bucket) if long_enough else None
        if year is None:
            year = Fraction(carried(rolls, bucket, HORIZON))
        life = max(year, Fraction(carried(rolls, bucket, life_months)))
        accounts = sum(bucket in path for path in paths)
        out.append(Estimate(bucket, _bp(year), _bp(life), accounts))
    return out[::-1]


def auto_paths(folder: Path) -> list[Path_]:
    """Return the buckets of every auto loan at its month ends, by the book's derived schedule."""
    by_loan = defaultdict(list)
    months = pq.read_table(folder / "dev_month.parquet").sort_by("k").to_pylist()
    for row in months:
        by_loan[row["acct"]].append(row)
    paths = []
    for loan in pq.read_table(folder / "dev_loan.parquet").to_pylist():
        report, history = first_report_of(loan), months_of(by_loan[loan["acct"]])
        ending = derive.ending_of(history)
        day = derive.due_day_of(report)
        dues, _ = derive.defer(derive.schedule_of(report), history[1:], day)
        path, paid = [], 0
        for month in history[1:]:
            paid += month.paid_minor
            if month.month_end >= ending.on:
                path.append(DEFAULT if ending.kind == "charged_off" else END)
                break
            in_force = [d for d in dues if d.agreed_on is None or d.agreed_on <= month.month_end]
            kept = [
                d if d.cancelled_on is None or d.cancelled_on <= month.month_end
                else replace(d, cancelled_on=None)
                for d in in_force
            ]  # fmt: skip
            place = derive.oldest_unpaid(kept, paid, month.month_end)
            dpd = 0 if place is None else (month.month_end - kept[place].due_on).days
            path.append(min(int(bucket_of(dpd).value[1]), DEFAULT))
        paths.append(path)
    return paths


def _by_account(path: Path, order: str, columns: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    rows = defaultdict(list)
    for row in pq.read_table(path, columns=list(columns)).sort_by(order).to_pylist():
        rows[row["acct"]].append(row)
    return rows


def uci_paths(folder: Path) -> list[Path_]:
    rows = _by_account(folder / "dev_long.parquet", "month", ["acct", "month", "pay_status"])
    return [[min(max(r["pay_status"], 0), DEFAULT) for r in path] for path in rows.values()]


def ccapp_paths(folder: Path) -> list[Path_]:
    columns = ["acct", "month_rel", "dpd_bucket"]
    rows = _by_account(folder / "dev_status.parquet", "month_rel", columns)
    paths = []
    for path in rows.values():
        states = [min(r["dpd_bucket"], DEFAULT) for r in path]
        paths.append(states + ([END] if path[-1]["month_rel"] < 0 else []))
    return paths


def av_paths(folder: Path) -> list[Path_]:
    rows = _by_account(folder / "dev_month.parquet", "m", ["acct", "m", "months_delinquent"])
    return [[min(r["months_delinquent"], DEFAULT) for r in path] for path in rows.values()]


def _rows(product: str, found: Sequence[Estimate], lgd_bp: int, note: str = "") -> list[Any]:
    rows: list[dict[str, Any]] = [
        {
            "product": product,
            "bucket": f"M{e.bucket}",
            "pd_12m_bp": e.pd_12m_bp,
            "pd_life_bp": e.pd_life_bp,
            "lgd_bp": lgd_bp,
            "accounts": e.accounts,
        }
        | ({"note": "hardly seen: rates of the next worse bucket"} if e.borrowed else {})
        for e in found
    ]
    for number in range(DEFAULT, 8):
        rows.append({"product": product, "bucket": f"M{number}", "pd_12m_bp": 10_000,
                     "pd_life_bp": 10_000, "lgd_bp": lgd_bp})  # fmt: skip
    return [row | ({"note": note} if note else {}) for row in rows]


IN_SAMPLE = (
    "Estimated and used on the same accounts: too good on this book. A default is more than 90 "
    "days past due or a charge-off; M4 and worse have defaulted already."
)
AUTO = (
    "auto: Ally Auto 2017-3 and 2019-3, SEC Form ABS-EE, 2017 to 2023, by the derived schedule of "
    "docs/books.md; pd_12m counted, pd_life roll rates over 60 months"
)
UCI = (
    "cards: UCI data set 350, six statements of 2005; too short to count 12 months: roll rates "
    "over 12 months, pd_life over 36; n months late is Mn; hardly any 1 before the last month"
)
CCAPP = (
    "cards and lines: a public panel of 31,816 card accounts over 61 months without calendar "
    "(figures only); pd_12m counted, pd_life roll rates over 36 months; 1 to 29 days is M1"
)
AV = (
    "mortgage: a public panel of United States mortgages of early 2012 over 12 months (figures "
    "only); roll rates over 12 months, pd_life over 84"
)
LGD = (
    "assumption, not measured: secured vehicle 50 %, card 75 %, unsecured line 70 %, consumer "
    "loan 65 %, home 35 %, small business 45 %"
)
CCF = " ccf_bp is an assumption of the same grade."


def _table(source: str, on: date, rows: list[Any], ccf: Mapping[str, int]) -> dict[str, Any]:
    out = {
        "source": source, "grade": "M", "computed_on": on, "in_sample": True,
        "lgd_source": LGD, "lgd_grade": "M", "note": IN_SAMPLE + (CCF if ccf else ""),
        "rows": rows,
    }  # fmt: skip
    return out | ({"ccf_bp": dict(ccf)} if ccf else {})


def _save(table: dict[str, Any], path: Path) -> None:
    text = yaml.safe_dump(table, sort_keys=False, allow_unicode=True, width=98)
    path.write_text("# Made by benchmarks/estimate_loss_rates.py.\n" + text, encoding="utf-8")
    print(path)
    for row in table["rows"]:
        if "accounts" in row:
            print("  ", row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, default=Path("src/daihou/examples"))
    options = parser.parse_args()
    sets, on = options.sets, options.on
    auto = estimates(auto_paths(sets / "auto_abs_ally"), 60, long_enough=True)
    uci = estimates(uci_paths(sets / "uci_taiwan_card"), 36, long_enough=False)
    ccapp = estimates(ccapp_paths(sets / "ccapp_monthly"), 36, long_enough=True)
    av = estimates(av_paths(sets / "av_mortgage_monthly"), 84, long_enough=False)
    _save(_table(AUTO, on, _rows("instalment_loan", auto, 5_000), {}),
          options.out / "auto" / "loss_rates.yaml")  # fmt: skip
    _save(_table(UCI, on, _rows("card", uci, 7_500), {"card": 2_000}),
          options.out / "cards" / "loss_rates.yaml")  # fmt: skip
    bank = (
        _rows("instalment_loan", auto, 6_500)
        + _rows("card", ccapp, 7_500)
        + _rows("revolving_line", ccapp, 7_000, "no set of revolving loans: card rates are used")
        + _rows("mortgage", av, 3_500)
        + _rows("business_loan", auto, 4_500, "no set of business loans: auto rates are used")
    )
    ccf = {"card": 2_000, "revolving_line": 1_000}
    _save(_table(f"{AUTO}; {CCAPP}; {AV}. The bank is simulated: no set is of Chinese loans", on,
                 bank, ccf), options.out / "bank_loss_rates.yaml")  # fmt: skip


if __name__ == "__main__":
    main()
