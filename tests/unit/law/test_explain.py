"""The reason of a class names rule, article and grade, and the nearest change each way."""

from __future__ import annotations

from datetime import date

import pytest

from daihou.kernel import AssetClass
from daihou.law import ClassReason, Facts, explain_class, resolve_law
from tests.worked.classification_book import law_texts, state_row

NIGHT = date(2025, 6, 30)


def reason(packs: list[str] | None = None, **changed: object) -> ClassReason:
    extra = {name: changed.pop(name) for name in ("events", "restructurings", "due_days")
             if name in changed}  # fmt: skip
    law = resolve_law(law_texts(), packs or ["cn_2023"], NIGHT)
    return explain_class(Facts(state_row(0, 0, changed), NIGHT, **extra), law)


def test_one_more_day_past_90_is_substandard():
    found = reason(dpd=90, overdue_minor=123_400)
    assert found.asset_class is AssetClass.SPECIAL_MENTION
    assert found.worse is not None and found.worse.en == "1 more day past due: substandard"
    assert found.worse.zh == "再逾期1天：次级"
    assert found.better is not None and found.better.en == "repay 1,234.00: pass"


def test_article_grade_and_instrument_are_named():
    found = reason(dpd=91)
    assert (found.rule_id, found.article, found.grade) == (
        "cn_2023.overdue.substandard", "11 (M)", "W",
    )  # fmt: skip
    assert found.instrument is not None and "2023 No. 1" in found.instrument
    assert "次级" in found.sentence_zh and "逾期91天" in found.sentence_zh
    assert "91 days past due" in found.sentence_en and "grade W" in found.sentence_en


def test_a_pass_account_has_nothing_better():
    found = reason(dpd=0)
    assert found.better is None
    assert found.worse is not None and found.worse.en.startswith("8 more days past due")


def test_a_loss_has_nothing_worse():
    assert reason(dpd=400).worse is None


def test_unknown_days_past_due_give_no_class_and_say_so():
    found = reason(dpd=None)
    assert found.asset_class is None and found.rule_id is None and found.stage is None
    assert "cn_2023.overdue.substandard" in found.unknown
    assert "unknown" in found.sentence_en and "未知" in found.sentence_zh


def test_repaying_a_non_performing_account_does_not_make_it_pass_at_once():
    found = reason(dpd=91, npl_last_on=NIGHT, overdue_minor=100, status_24m="N" * 20 + "1234")
    assert found.better is None, "six months of normal payment come first"


def test_probation_names_the_day_on_which_it_ends():
    found = reason(
        npl_last_on=date(2025, 4, 9), current_since_on=date(2025, 4, 10),
        periods_since_current=2, status_24m="N" * 18 + "12344N"[:4] + "MN",
    )  # fmt: skip
    assert found.rule_id == "cn_2023.upgrade"
    assert found.better is not None and "2025-10-10" in found.better.en
    assert found.better.asset_class is AssetClass.PASS


def test_misuse_names_the_event_that_lifts_it():
    day = date(2025, 6, 1)
    event = {"kind": "misuse_confirmed", "known_on": day, "happened_on": day, "value_bp": None}
    found = reason(events=[event])
    assert found.better is not None and "use_restored" in found.better.en


def test_observation_names_its_last_day():
    change = {
        "kind": "extension", "changed_on": date(2025, 1, 5), "first_due_on": date(2025, 2, 5),
        "for_difficulty": True, "class_before": None,
    }  # fmt: skip
    found = reason(restructurings=[change])
    assert found.rule_id == "cn_2023.restructured"
    assert found.better is not None and "2026-02-05" in found.better.en


def test_us_boundaries_are_at_and_not_after():
    found = reason(packs=["us_retail"], dpd=29, currency="USD")
    assert found.asset_class is AssetClass.PASS
    assert found.worse is not None and found.worse.en == "1 more day past due: special_mention"


@pytest.mark.parametrize("dpd", [8, 91, 271, 361])
def test_all_other_rules_that_fired_are_named_too(dpd):
    assert all(name.startswith("cn_2023.overdue") for name in reason(dpd=dpd).also)
