import pytest

from daihou.policy import describe_policy, diff_policies, reason_sentence
from tests.unit.policy.kit import HEAD, policy_of, rule

LATE = rule("late", "{field: dpd, op: ge, value: 31}", "level: red").replace(
    "zh: 理由, en: reason", "zh: '逾期{dpd}天', en: '{dpd} days late'"
)


def test_a_reason_is_said_in_both_languages_and_an_unknown_fact_is_called_so() -> None:
    policy = policy_of(LATE)
    assert reason_sentence(policy, "R_LATE", {"dpd": 31}, "zh") == "逾期31天"
    assert reason_sentence(policy, "R_LATE", {"dpd": 31}, "en") == "31 days late"
    assert reason_sentence(policy, "R_LATE", {}, "en") == "unknown days late"
    assert reason_sentence(policy, "R_LATE", {}, "zh") == "逾期未知天"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_description_shows_every_rule_with_its_grade(lang: str) -> None:
    cut = rule("cut", "{all: [{not: {signals: own, at_least: red, unknown_as: no_hit}},"
               " {any: [{field: dpd, op: in, value: [1, 2], grade: W}, {field: asset_class, op: gt,"
               " value: pass}]}]}", "needs_two: true", "notice_working_days: 3", "stop: true",
               "amount: {max: [{minor: 5}, {percent_bp: utilisation_bp, plus_bp: 1,"
               " of: {field: limit_minor}}]}", treatment="line_cut")  # fmt: skip
    text = describe_policy(policy_of(LATE, cut), lang)
    for part in ("### late", "### cut", "R_LATE", "M (", "W ("):
        assert part in text
    said = {
        "zh": ("逾期天数 不少于 31", "五级分类 差于 pass", "须双人同意", "3个工作日"),
        "en": ("days past due is at least 31", "asset class is worse than pass",
               "two persons must agree", "notice 3 working days before",
               "the larger of (5 minor units, credit limit × (utilisation + 1 bp))"),
    }[lang]  # fmt: skip
    for part in said:
        assert part in text


def test_a_diff_says_in_words_what_will_be_decided_otherwise() -> None:
    hold = rule("hold", "{signal: E01}", treatment="line_freeze")
    old = policy_of(LATE, hold)
    head = HEAD.replace("version: 1", "version: 2").replace("[F01]", "[F01, G05]")
    new = policy_of(
        LATE.replace("31", "15").replace("red", "orange"),
        rule("new", "{signal: F01}", "level: red", treatment="case_collection"),
        head=head,
    )
    assert diff_policies(old, new).splitlines()[1:] == [
        "group use: F01 → F01, G05",
        "rule hold: removed",
        "rule late: level: red → orange",
        "rule late: when: dpd is at least 31 → dpd is at least 15",
        "rule new: added: account: if signal F01 is yellow or worse, then collection case (red).",
    ]
    assert diff_policies(old, old).endswith("nothing changed")
    swapped = policy_of(hold, LATE)
    assert "order of rules: now hold, late" in diff_policies(old, swapped)
