"""Expected loss is exact whole-number arithmetic; a missing rate is unknown, not zero."""

from __future__ import annotations

from datetime import date

import pytest

from daihou.errors import NightError
from daihou.night.loss import ecl_of, load_loss_rates
from tests.worked.classification_book import Claim, Customer, laws_of, run_night, state_row

NIGHT = date(2025, 6, 30)
TEXT = """
source: made up
grade: M
computed_on: 2026-01-01
rows:
  - {product: instalment_loan, bucket: M0, pd_12m_bp: 120, pd_life_bp: 300, lgd_bp: 4500}
  - {product: instalment_loan, bucket: M2, pd_12m_bp: 3000, pd_life_bp: 4000, lgd_bp: 4500}
  - {product: instalment_loan, bucket: M4, pd_12m_bp: 10000, pd_life_bp: 10000, lgd_bp: 5000}
  - {product: card, bucket: M0, pd_12m_bp: 100, pd_life_bp: 200, lgd_bp: 8000}
ccf_bp: {card: 5000}
"""


def test_worked_amounts():
    cases = [
        ({}, 5_400, 10_000),  # 1,000,000 x 1.20 % x 45 %; general reserve 1 %
        ({"months_to_maturity": 6}, 2_700, 10_000),  # half of the twelve months are left
        ({"months_to_maturity": 0}, 450, 10_000),  # past its end: one month
        ({"months_to_maturity": None}, 5_400, 10_000),
        ({"dpd": 31}, 180_000, 20_000),  # stage 2: 40 % x 45 %; special mention 2 %
        ({"dpd": 91}, 500_000, 250_000),  # stage 3: certain x 50 %; substandard 25 %
        ({"dpd": 8}, None, 20_000),  # no rate for M1
        ({"balance_minor": None}, None, None),
        ({"balance_minor": -5}, 0, 0),
        ({"balance_minor": 93}, 1, 1),  # 0.5022 and 0.93 round to 1
        ({"balance_minor": 92}, 0, 1),  # 0.4968
        ({"balance_minor": 49}, 0, 0),  # 0.2646 and 0.49
        ({"balance_minor": 50}, 0, 1),  # 0.27 and 0.50: half goes up
        ({"balance_minor": 10**15}, 54 * 10**11, 10**13),
        ({"written_off_on": NIGHT}, 0, 0),
        ({"dpd": None}, None, None),
        # card: 400,000 owed of 1,000,000, half of the 600,000 left is drawn: 700,000 x 1 % x 80 %
        ({"product": "card", "balance_minor": 400_000, "limit_minor": 1_000_000,
          "utilisation_bp": 4_000, "months_to_maturity": None}, 5_600, 4_000),
        # the line is also used by another account: a third of the undrawn 400,000 belongs here
        ({"product": "card", "balance_minor": 200_000, "limit_minor": 1_000_000,
          "utilisation_bp": 6_000, "months_to_maturity": None}, 2_133, 2_000),
        ({"product": "mortgage"}, None, 10_000),
    ]  # fmt: skip
    customers = [Customer([Claim(state_row(n, 0, c[0]))]) for n, c in enumerate(cases)]
    rates = load_loss_rates(TEXT, "loss_rates.yaml")
    night = run_night(customers, laws_of({"default": ["cn_2023"]}, NIGHT), NIGHT, rates)
    for customer, (changed, ecl, provision) in zip(customers, cases, strict=True):
        state = customer.claims[0].state
        row = night[state["account_id"]]
        assert (row["ecl_minor"], row["provision_minor"]) == (ecl, provision), changed
        assert ecl_of(state, row["stage"], rates) == ecl


def test_without_ratios_the_provision_is_the_expected_loss():
    rates = load_loss_rates(TEXT, "loss_rates.yaml")
    night = run_night(
        [Customer([Claim(state_row(0, 0, {}))])],
        laws_of({"default": ["us_retail"]}, NIGHT), NIGHT, rates,
    )  # fmt: skip
    row = night["A000-0"]
    assert row["provision_minor"] == row["ecl_minor"] == 5_400


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("source: made up\n", "", "source: Field required"),
        ("grade: M\n", "", "grade: Field required"),
        ("ccf_bp: {card: 5000}\n", "", "ccf_bp has no card"),
        ("pd_life_bp: 300", "pd_life_bp: 100", "pd_life_bp is under pd_12m_bp"),
        ("lgd_bp: 8000", "lgd_bp: 10001", "less than or equal to 10000"),
        ("pd_12m_bp: 120,", "pd_12m_bp: 1.5,", "valid integer"),
        ("bucket: M2", "bucket: M0", "two rows for"),
        ("grade: M", "grade: [", "not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(old, new, words):
    with pytest.raises(NightError, match=words) as caught:
        load_loss_rates(TEXT.replace(old, new), "loss_rates.yaml")
    assert caught.value.where == "loss_rates.yaml"
