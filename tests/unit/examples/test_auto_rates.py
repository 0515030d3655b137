"""How the default rates of the example books are counted."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

from estimate_loss_rates import DEFAULT, END, carried, estimates, roll_rates, within_horizon


def test_an_account_that_ended_counts_as_not_defaulted():
    assert within_horizon([[0, END], [0, DEFAULT]], 0) == Fraction(1, 2)


def test_an_account_seen_for_less_than_a_year_is_left_out():
    assert within_horizon([[0] * 12, [1, DEFAULT]], 0) is None
    assert within_horizon([[0] * 13], 0) == 0


def test_a_default_in_the_twelfth_month_counts_and_in_the_thirteenth_does_not():
    assert within_horizon([[0, *[1] * 11, DEFAULT]], 0) == 1
    assert within_horizon([[0, *[1] * 12, DEFAULT]], 0) == 0


def test_a_bucket_that_hardly_any_account_left_has_no_roll_rates():
    assert 0 in roll_rates([[0, 0]] * 100) and 1 not in roll_rates([[1, 0]] * 99)


def test_roll_rates_carry_to_default_and_stop_there_and_at_the_end():
    rolls = {0: {0: Fraction(1, 2), DEFAULT: Fraction(1, 4), END: Fraction(1, 4)}}
    assert carried(rolls, 0, 1) == 0.25
    assert carried(rolls, 0, 2) == 0.375


def test_unseen_bucket_takes_the_rates_of_the_next_worse_one():
    paths = [[0, 0, 2, 3, DEFAULT]] * 100 + [[3, 0]] * 100
    found = estimates(paths, 24, long_enough=False)
    assert [e.borrowed for e in found] == [False, True, False, False]
    assert found[1].pd_12m_bp == found[2].pd_12m_bp
    assert all(e.pd_life_bp >= e.pd_12m_bp for e in found)
