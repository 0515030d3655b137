"""What a book may say, and what it is told when it says it wrong."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from daihou.errors import DaihouError, LawError, NightError, PolicyError
from daihou.jobs.home import shipped_texts
from daihou.jobs.resolve import Inputs, settings_for
from daihou.night.book import parse_book

POLICIES = shipped_texts("daihou.examples.policies", ".yaml")
BOOK = {
    "book": "test",
    "title": {"zh": "测试", "en": "test"},
    "currency": "CNY",
    "rule_packs": {"default": ["cn_2023"], "card": ["cn_2023", "cn_card_2011"]},
    "policy": "policy.yaml",
}
RATES = shipped_texts("daihou.examples", ".yaml")["bank_loss_rates.yaml"]


def settings(as_of=date(2025, 6, 30), **changes):
    texts = {
        "book.yaml": yaml.safe_dump(BOOK | changes, allow_unicode=True),
        "loss_rates.yaml": RATES,
        "policy.yaml": POLICIES["cn_retail.yaml"],
    }
    return settings_for(Inputs(texts), as_of, {"account": False}, None)


def test_a_book_may_set_a_value_of_the_law_itself():
    plain = settings().laws["default"]["cn_2023.overdue.special_mention"].number
    own = settings(law={"cn_2023.overdue.special_mention": plain + 3})
    assert own.laws["default"]["cn_2023.overdue.special_mention"].number == plain + 3
    assert own.laws["card"]["cn_2023.overdue.special_mention"].number == plain + 3


def test_a_value_that_no_pack_has_is_refused():
    with pytest.raises(LawError, match=r"cn_2023\.nosuch"):
        settings(law={"cn_2023.nosuch": 1})


def test_a_policy_decides_nothing_before_its_first_day():
    with pytest.raises(PolicyError, match="in force from"):
        settings(as_of=date(2024, 6, 30))


def test_law_may_be_applied_pro_forma_to_an_older_book():
    law = settings(as_of=date(2020, 1, 31), law_on="2024-07-01").laws["default"]
    assert law.on == date(2020, 1, 31)


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "XXX"},
        {"rule_packs": {"card": ["cn_2023"]}},
        {"unheard_of": 1},
        {"allocation": {"within_due": ["fee", "fee", "interest"]}},
        {"brakes": {"line_cuts_max": "many"}},
    ],
)
def test_a_wrong_book_is_refused_with_its_place(wrong):
    with pytest.raises(NightError, match=r"book\.yaml"):
        parse_book(yaml.safe_dump(BOOK | wrong), "book.yaml")


def test_a_book_that_is_not_yaml_is_refused():
    with pytest.raises(DaihouError, match="not YAML"):
        parse_book("book: [", "book.yaml")


def test_due_days_move_over_a_long_holiday_and_working_weekends_stay():
    book = parse_book(
        yaml.safe_dump(
            BOOK
            | {
                "holidays": {
                    "roll": "following",
                    "weekends": True,
                    "days": [date(2025, 10, day) for day in range(1, 9)],
                    "working_days": [date(2025, 10, 11)],
                }
            }
        ),
        "book.yaml",
    )
    moved = book.holidays.shifted(date(2025, 9, 27), date(2025, 10, 12))
    assert moved[date(2025, 9, 27)] == date(2025, 9, 29)
    assert moved[date(2025, 10, 1)] == date(2025, 10, 9)
    assert date(2025, 10, 11) not in moved
    assert moved[date(2025, 10, 12)] == date(2025, 10, 13)
