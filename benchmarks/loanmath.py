"""Speed of the calculators against floors that do less: a numpy formula, pyxirr called bare.

python benchmarks/loanmath.py --seconds 2
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pyxirr

from daihou.loanmath import Loan, Prepayment, YearlyRate, prepay, schedule
from daihou.loanmath.schedule import Rounding
from daihou.loanmath.true_rate import periodic_rate

RATE = YearlyRate.of_percent("7.2")
BATCH = 10_000


def per_second(work: Callable[[], object], seconds: float, each: int = 1) -> float:
    """Return how many results a second of processor time the work gives, the best of three goes."""
    best = 0.0
    for _ in range(3):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < seconds / 3:
            work()
            done += each
        best = max(best, done / spent)
    return best


def numpy_schedules(months: int) -> np.ndarray:
    """Return balances of BATCH equal-payment loans by the closed formula, in floats, unrounded."""
    step = np.full(BATCH, 0.072 / 12)[:, None]
    amount = np.full(BATCH, 100_000.0)[:, None]
    number = np.arange(1, months + 1)[None, :]
    growth, whole = (1 + step) ** number, (1 + step) ** months
    return amount * (whole - growth) / (whole - 1)


def main() -> None:
    """Print a table of speeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    seconds = parser.parse_args().seconds
    loan = Loan(10_000_000, RATE, 36)
    exact = Loan(10_000_000, RATE, 36, rounding=Rounding.EXACT)
    long = Loan(100_000_000, RATE, 360)
    flows = [1_200_000, *[-107_200] * 12]
    floats = [float(flow) for flow in flows]
    early = Prepayment(after=12, amount_minor=1_000_000)
    table = [
        ("schedule, 36 months, to the cent", per_second(lambda: schedule(loan).rows, seconds)),
        ("schedule, 36 months, unrounded", per_second(lambda: schedule(exact).rows, seconds)),
        ("schedule, 360 months, to the cent", per_second(lambda: schedule(long).rows, seconds)),
        ("floor: numpy formula, 36 months, floats, balances only",
         per_second(lambda: numpy_schedules(36), seconds, BATCH)),
        ("early repayment, part, 36 months", per_second(lambda: prepay(loan, early), seconds)),
        ("true rate, 12 payments, checked", per_second(lambda: periodic_rate(flows), seconds)),
        ("floor: pyxirr.irr bare", per_second(lambda: pyxirr.irr(floats), seconds)),
    ]  # fmt: skip
    for name, speed in table:
        print(f"{name:<58}{speed:>14,.0f} /s")


if __name__ == "__main__":
    main()
