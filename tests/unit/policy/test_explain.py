from datetime import date

from daihou.kernel import Level, SubjectKind
from daihou.policy import FiredRule, NotFired, explain_decision, tier_of
from tests.unit.policy.kit import HEAD, levels, policy_of, rule

LATE = rule("late", "{field: dpd, op: ge, value: 31}", "level: red")


def explained(when: str, facts: dict[str, object], **signals: str) -> FiredRule | NotFired:
    policy = policy_of(rule("r", when, "level: red"))
    (told,) = explain_decision(policy, facts, levels(**signals))  # type: ignore[arg-type]
    return told


def turns(told: FiredRule | NotFired) -> list[str]:
    return [str(change) for change in told.turned_by]


def test_a_fired_rule_names_its_facts_and_the_nearest_change_that_turns_it() -> None:
    told = explained("{field: dpd, op: ge, value: 31}", {"dpd": 31})
    assert isinstance(told, FiredRule) and told.wins
    assert told.facts == (("dpd", 31),)
    assert turns(told) == ["dpd 31 → 30"]


def test_a_rule_that_did_not_fire_names_what_would_have_fired_it() -> None:
    told = explained("{field: dpd, op: ge, value: 31}", {"dpd": 7})
    assert isinstance(told, NotFired) and told.because == "false"
    assert turns(told) == ["dpd 7 → 31"]


def test_an_unknown_fact_is_named_and_what_it_would_have_to_be() -> None:
    told = explained("{field: dpd, op: ge, value: 31}", {})
    assert isinstance(told, NotFired)
    assert (told.because, told.unknown_facts) == ("unknown", ("dpd",))
    assert turns(told) == ["dpd unknown → 31"]


def test_the_nearest_change_comes_first_and_only_single_changes_are_told() -> None:
    both = "{all: [{field: dpd, op: ge, value: 31}, {field: balance_minor, op: gt, value: 100}]}"
    facts = {"dpd": 60, "balance_minor": 101, "currency": "CNY"}
    assert turns(explained(both, facts)) == ["balance_minor 101 → 100", "dpd 60 → 30"]
    assert turns(explained(both, {"dpd": 0, "balance_minor": 0, "currency": "CNY"})) == []


def test_an_asset_class_turns_by_steps_and_a_day_by_days() -> None:
    told = explained("{field: asset_class, op: ge, value: substandard}", {"asset_class": "loss"})
    assert turns(told) == ["asset_class loss → special_mention"]
    when = "{field: matures_on, op: lt, value: 2024-02-29}"
    assert turns(explained(when, {"matures_on": date(2024, 2, 28)})) == [
        "matures_on 2024-02-28 → 2024-02-29"
    ]


def test_signals_turn_too_one_at_a_time() -> None:
    told = explained("{signal: E01, at_least: orange}", {}, E01="red")
    assert turns(told) == ["E01 red → yellow"]
    told = explained("{signals: own, count_at_least: 2}", {}, E01="red", F01="red")
    assert turns(told) == ["a further signal of own none → yellow"]
    told = explained("{signals: own, count_at_least: 2}", {}, E01="red", E02="yellow")
    assert turns(told) == ["E02 yellow → none"]


def test_a_rule_behind_a_stop_says_which() -> None:
    stop = rule("s", "{field: dpd, op: ge, value: 31}", "level: red", "stop: true")
    later = rule("l", "{field: dpd, op: ge, value: 1}", treatment="line_freeze")
    first, second = explain_decision(policy_of(stop, later), {"dpd": 40}, {})
    assert isinstance(first, FiredRule) and isinstance(second, NotFired)
    assert second.because == "stopped by s"


def test_an_offer_held_back_by_opt_out_says_so() -> None:
    offer = rule("o", "{field: dpd_max, op: eq, value: 0}", subject="customer", treatment="offer")
    (told,) = explain_decision(
        policy_of(offer), {"dpd_max": 0}, {}, kind=SubjectKind.CUSTOMER
    )  # fmt: skip
    assert isinstance(told, NotFired) and told.because == "held"
    assert turns(told) == ["offers_opt_out unknown → False"]


def test_a_tier_follows_the_watch_level_and_its_condition() -> None:
    tiers = """
tiers:
  - {id: G4, level: red, title: {zh: 红, en: red}, inspection_days: 14, own_check_days: 1,
     source: s, grade: M}
  - {id: G0, when: {field: dpd_max, op: eq, value: 0}, title: {zh: 静, en: quiet},
     inspection_days: 365, own_check_days: 30, source: s, grade: M}
  - {id: G1, title: {zh: 常, en: normal}, inspection_days: 182, own_check_days: 30,
     source: s, grade: M}
"""
    policy = policy_of(LATE, head=HEAD + tiers)
    tiers_found = [
        tier_of(policy, level, facts, {})
        for level, facts in (
            (Level.RED, {}),
            (None, {"dpd_max": 0}),
            (None, {}),
            (Level.YELLOW, {}),
        )
    ]
    assert [tier and tier.id for tier in tiers_found] == ["G4", "G0", "G1", None]
