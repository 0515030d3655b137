"""Count the roll rates that the simulated bank follows, from two real sets; figures only, no rows.

Usage: python benchmarks/calibrate_bank.py SETS --on 2026-11-24 [--out FILE]

Two kinds of borrower: those who are never late (stayers) and those who move between buckets by a
monthly matrix (movers). For loans, the share of movers and their rate from M0 to M1 are the pair
that gives both the pooled monthly rate and the share late at least once within twelve months. For
cards the share of movers is the loans', and the rate is the one that gives the panel's flow into 30
days and more. What a set cannot say is borrowed from the other one, and the file says so.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml
from estimate_loss_rates import DEFAULT, END, Path_, auto_paths
from estimate_loss_rates import _by_account as by_account

from daihou.examples.bank.calibration import Movers
from daihou.examples.bank.draws import Draws
from daihou.examples.bank.paths import bucket_paths

STATES, PPM, YEAR = 8, 1_000_000, 12
MONTHS = 36
"""Months over which a mover's time in each bucket is taken, from M0."""
Rows = list[list[float]]


def card_paths(folder: Path) -> list[Path_]:
    columns = ["acct", "month_rel", "dpd_bucket"]
    rows = by_account(folder / "dev_status.parquet", "month_rel", columns)
    return [[r["dpd_bucket"] for r in path] for path in rows.values()]


def pooled(paths: Iterable[Path_], states: int) -> Rows:
    """Return each state's shares of the next states; ends left out, jumps up cut to one step."""
    counts: Counter[tuple[int, int]] = Counter()
    for path in paths:
        for now, after in pairwise(path):
            if END not in (now, after):
                counts[now, min(after, now + 1)] += 1
    totals = [sum(counts[now, after] for after in range(states)) for now in range(states)]
    return [
        [counts[now, after] / max(totals[now], 1) for after in range(states)]
        for now in range(states)
    ]


def within_year(paths: Iterable[Path_], least: int) -> tuple[float, float]:
    """Return, of account-months below ``least``: share at or above it next month, within a year."""
    starts = hits = months = steps = 0
    for path in paths:
        bad = [state >= least for state in path]
        for place in range(len(path) - 1):
            if bad[place] or path[place + 1] == END:
                continue
            months, steps = months + 1, steps + bad[place + 1]
            ahead = bad[place + 1 : place + 1 + YEAR]
            if len(ahead) == YEAR and END not in path[place : place + 1 + YEAR]:
                starts, hits = starts + 1, hits + any(ahead)
    return steps / months, hits / starts


def searched(low: float, high: float, too_high: Callable[[float], bool]) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if too_high(middle) else (middle, high)
    return (low + high) / 2


def time_in(rows: Rows) -> list[float]:
    """Return the share of months that a mover spends in each bucket."""
    now = np.eye(STATES)[0]
    total = np.zeros(STATES)
    for _ in range(MONTHS):
        total += now
        now = now @ np.asarray(rows)
    return list(total / MONTHS)


def with_first(rows: Rows, rate: float) -> Rows:
    return [[1 - rate, rate, *([0.0] * (STATES - 2))], *rows[1:]]


def deep(rows: Rows, cures: Sequence[float], tail: Rows) -> Rows:
    """Return rows M4 to M7: cures as given, the rest rolls on or stays as in ``tail``."""
    out = []
    for state in range(4, STATES):
        row = [*cures[:4], *([0.0] * 4)]
        rest = 1 - sum(row)
        known = tail[min(state, 5)]
        stay = known[min(state, 5)] / (known[min(state, 5)] + known[min(state, 5) + 1])
        if state == STATES - 1:
            row[state] = rest
        else:
            row[state], row[state + 1] = rest * stay, rest * (1 - stay)
        out.append(row)
    return rows[:4] + out


def ppm(rows: Rows) -> list[list[int]]:
    out = []
    for number, row in enumerate(rows):
        whole = [round(share * PPM / sum(row)) for share in row]
        whole[number] += PPM - sum(whole)
        out.append(whole)
    return out


def loan_rows(paths: list[Path_], tail: Rows) -> tuple[Rows, float]:
    """Return the matrix of movers and their share among all loans."""
    rate, year = within_year(paths, 1)
    among_m0 = searched(rate + 1e-6, 1.0, lambda e: e * (1 - (1 - rate / e) ** YEAR) > year)
    counted = pooled(paths, DEFAULT + 1)
    rows = deep([[*row, 0.0, 0.0, 0.0] for row in counted], counted[DEFAULT], tail)
    rows = with_first(rows, rate / among_m0)
    current = time_in(rows)[0]
    return rows, among_m0 / (current + among_m0 * (1 - current))


def card_rows(paths: list[Path_], loans: Rows, share: float, tail: Rows) -> Rows:
    """Return the matrix of movers whose flow into 30 days and more is the panel's."""
    rate, _ = within_year(paths, 2)
    rows = deep([loans[0], loans[1], *([*row, 0.0] for row in tail[2:4])], tail[4], tail)

    def flow(first: float) -> float:
        spent = time_in(with_first(rows, first))
        return share * spent[1] * rows[1][2] / (1 - share + share * (spent[0] + spent[1]))

    return with_first(rows, searched(1e-6, 0.9, lambda first: flow(first) > rate))


def fit(movers: Movers, months: int) -> dict[str, object]:
    """Return what the simulated paths give, by the same counts as the real ones."""
    draws = Draws(seed=1, chunk=0)
    found = bucket_paths(movers, draws, "fit", 100_000, months)
    paths = [list(map(int, row)) for row in np.asarray(found)]
    return figures(paths)


def figures(paths: Sequence[Path_], top: int = 4) -> dict[str, object]:
    states: Counter[int] = Counter()
    for path in paths:
        states.update(min(state, top) for state in path if state != END)
    total = sum(states.values())
    rows = pooled([[min(s, top) for s in path] for path in paths], top + 1)
    return {
        "months_share_bp": {f"M{s}": round(10_000 * states[s] / total) for s in range(top + 1)},
        "roll_up_bp": {f"M{s}": round(10_000 * rows[s][s + 1]) for s in range(top)},
        "late_within_year_bp": round(10_000 * within_year(paths, 1)[1]),
        "late_30_within_year_bp": round(10_000 * within_year(paths, 2)[1]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, required=True)
    parser.add_argument(
        "--out", type=Path, default=Path("src/daihou/examples/bank/calibration.yaml")
    )
    options = parser.parse_args()
    auto, cards = (
        auto_paths(options.sets / "auto_abs_ally"),
        card_paths(options.sets / "ccapp_monthly"),
    )
    tail = pooled(cards, 7)
    loans, share = loan_rows(auto, tail)
    card = card_rows(cards, loans, share, tail)
    matrices = {
        name: {"movers_bp": round(10_000 * share), "roll_ppm": ppm(rows)}
        for name, rows in (("loan", loans), ("card", card))
    }
    fits = {
        name: {
            "real": figures(paths),
            "simulated": fit(
                Movers.of(matrices[name]["movers_bp"], matrices[name]["roll_ppm"]), 37
            ),  # type: ignore[arg-type]
        }
        for name, paths in (("loan", auto), ("card", cards))
    }
    told = {
        "source": "loan: Ally Auto 2017-3 and 2019-3, SEC Form ABS-EE, month ends 2017-05 to "
        "2023-06, by the derived schedule of the auto book; card: a public panel of 31,816 card "
        "accounts over 61 months without calendar. Counts only: no row of either set is here",
        "computed_on": options.on,
        "accounts": {"loan": len(auto), "card": len(cards)},
        "account_months": {"loan": sum(map(len, auto)), "card": sum(map(len, cards))},
        "borrowed": [
            "loan M4 to M7: cures counted for M4 and worse together (loans are charged off near "
            "120 days); staying or rolling on as in the card panel",
            "card M1: the loan set's row. In the card panel 1 to 29 days takes 36 % of all months "
            "and hardly rolls on, so it is not a missed minimum as a bank counts it; M0 to M1 is "
            "the rate that gives the panel's flow into 30 days and more; the share of movers is "
            "the loan set's",
            "card M6 and M7: as M5 and M6, the panel's last status holds all of 150 days and more",
        ],
        **matrices,
        "fit": fits,
    }
    text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=98)
    options.out.write_text("# Made by benchmarks/calibrate_bank.py.\n" + text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
