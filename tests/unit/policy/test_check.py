import pytest

from daihou.errors import PolicyError
from daihou.kernel import SubjectKind
from daihou.policy import check_policy, columns_read, compile_policy, policy_doubts
from tests.unit.policy.kit import HEAD, SIGNALS, policy_of, rule


def told(*rules: str, head: str = HEAD) -> str:
    return "\n".join(check_policy(policy_of(*rules, head=head), SIGNALS))


def late(id: str, days: int, level: str) -> str:
    return rule(id, f"{{field: dpd, op: ge, value: {days}}}", f"level: {level}")


def test_a_sound_policy_has_no_problem() -> None:
    assert told(late("a", 91, "red"), late("b", 31, "orange"), late("c", 1, "yellow")) == ""


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{field: days, op: ge, value: 1}", "no field 'days'"),
        ("{signal: E99}", "no signal 'E99'"),
        ("{signals: ghosts}", "no signal group 'ghosts'"),
        ("{signals: own, count_at_least: 3}", "can never hold"),
        ("{field: product, op: ge, value: card}", "has no order"),
        ("{field: product, op: eq, value: boat}", "takes one of"),
        ("{field: retail, op: eq, value: 1}", "takes true or false"),
        ("{field: dpd, op: eq, value: true}", "takes a whole number"),
        ("{field: dpd, op: gt, value: soon}", "takes a whole number"),
        ("{field: opened_on, op: lt, value: 20260101}", "takes a day"),
        ("{field: dpd, op: gt, other: balance_minor}", "not of one kind"),
        ("{field: dpd, op: gt, other: dpd}", "compared with itself"),
        ("{all: [{field: dpd, op: ge, value: 31}, {field: dpd, op: le, value: 30}]}", "never hold"),
        ("{all: [{field: dpd, op: is_null}, {field: dpd, op: ge, value: 1}]}", "never hold"),
        ("{field: dpd, op: lt, value: 0}", "never hold"),
        ("{field: stage, op: in, value: [4, 5]}", "never hold"),
        ("{field: asset_class, op: gt, value: loss}", "never hold"),
        ("{all: [{signal: E01}, {not: {signal: E01}}]}", "never hold"),
        ("{field: dpd, op: ge, value: 0}", "says nothing"),
        ("{field: asset_class, op: le, value: loss}", "says nothing"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_a_problem(when: str, said: str) -> None:
    assert said in told(rule("a", when, "level: red"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rule("a", "{signal: E01}"), "needs a level"),
        (rule("a", "{signal: E01}", "level: red", treatment="line_freeze"), "takes no level"),
        (rule("a", "{signal: E01}", treatment="offer"), "subject must be customer"),
        (rule("a", "{signal: E01}", treatment="list_white"), "subject must be customer"),
        (rule("a", "{signal: E01}", subject="customer", treatment="list_white"), "two persons"),
        (rule("a", "{signal: E01}", "needs_two: true", subject="customer", treatment="list_black"),
         "needs evidence"),
        (rule("a", "{signal: E01}", "needs_two: true", "evidence: [nothing]", subject="customer",
              treatment="list_black"), "neither a field, a signal nor a group"),
        (rule("a", "{signal: E01}", "needs_two: true", treatment="line_cut"), "needs an amount"),
        (rule("a", "{signal: E01}", "needs_two: true", "amount: {field: dpd}",
              treatment="line_cut"), "minor is needed"),
        (rule("a", "{signal: E01}", "level: red", "amount: {field: balance_minor}"),
         "takes no amount"),
        (rule("a", "{signal: E01}", "level: red").replace("en: reason", "en: '{days} late'"),
         "no field 'days'"),
        (rule("a", "{signal: E01}", "level: red").replace("en: reason", "en: 'a { brace'"),
         "brace is left open"),
    ],
)  # fmt: skip
def test_a_treatment_needs_what_it_needs(text: str, said: str) -> None:
    assert said in told(text)


def test_a_sum_of_money_needs_a_currency() -> None:
    head = HEAD.replace("currency: CNY\n", "")
    sum_ = rule("a", "{field: balance_minor, op: gt, value: 5}", "level: red")
    zero = rule("a", "{field: balance_minor, op: gt, value: 0}", "level: red")
    assert "needs the policy's currency" in told(sum_, head=head)
    assert told(zero, head=head) == ""


def test_names_used_twice_and_groups_that_hold_nothing_are_problems() -> None:
    head = HEAD.replace("use: [F01]", "use: [Z*], any: [E01]")
    said = told(late("a", 91, "red"), late("a", 31, "red"), head=head)
    for part in ("rule id 'a'", "reason code 'R_A'", "matches 'Z*'", "'any' means every signal"):
        assert part in said


def test_a_rule_that_an_earlier_one_always_beats_is_a_problem() -> None:
    assert "b: never wins, a fires" in told(late("a", 31, "red"), late("b", 91, "red"))
    assert "never wins" in told(late("a", 31, "red"), late("b", 31, "red"))
    both = rule("b", "{all: [{field: dpd, op: gt, value: 60}, {signal: E01}]}", "level: red")
    assert "b: never wins" in told(late("a", 31, "red"), both)
    group = [rule(i, f"{{signals: own, count_at_least: {n}}}", "level: red")
             for i, n in (("a", 1), ("b", 2))]  # fmt: skip
    assert "b: never wins" in told(*group)
    bucket = rule("b", "{field: bucket, op: in, value: [M3, M4]}", "level: red")
    assert "b: never wins" in told(rule("a", "{field: bucket, op: ge, value: M2}", "level: red"),
                                   bucket)  # fmt: skip


def test_a_rule_that_an_earlier_one_beats_only_sometimes_is_no_problem() -> None:
    narrow = rule("a", "{all: [{field: dpd, op: gt, value: 60}, {signal: E01}]}", "level: red")
    assert told(narrow, late("b", 31, "red")) == ""
    cut = [rule(i, f"{{field: dpd, op: ge, value: {d}}}", "needs_two: true",
                f"amount: {{field: {f}}}", treatment="line_cut")
           for i, d, f in (("a", 31, "balance_minor"), ("b", 91, "ecl_minor"))]  # fmt: skip
    assert told(*cut) == "", "the amount of the first may be unknown where that of the second is"


def test_a_weaker_rule_before_a_stronger_one_is_a_problem() -> None:
    assert "strongest first" in told(late("a", 31, "yellow"), rule("b", "{signal: E01}",
                                                                     "level: red"))  # fmt: skip


def test_a_rule_behind_a_stop_that_covers_it_is_a_problem() -> None:
    stop = rule("a", "{field: dpd, op: ge, value: 31}", "level: red", "stop: true")
    behind = rule("b", "{field: dpd, op: ge, value: 91}", treatment="line_freeze")
    assert "b: never fires, a stops" in told(stop, behind)


def test_a_gap_between_bands_is_doubted_not_forbidden() -> None:
    rules = [rule(i, f"{{field: bucket, op: eq, value: {b}}}", "level: red")
             for i, b in (("a", "M4"), ("b", "M1"), ("c", "M2"))]  # fmt: skip
    assert told(*rules) == ""
    assert policy_doubts(policy_of(*rules)) == [
        "account case_review: no rule for bucket from M3 to M3"
    ]
    days = "{all: [{field: dpd, op: ge, value: %s}, {field: dpd, op: le, value: %s}]}"
    bands = [rule("a", days % (31, 60), "level: red"), rule("b", days % (1, 29), "level: red")]
    assert policy_doubts(policy_of(*bands)) == [
        "account case_review: no rule for dpd from 30 to 30"
    ]
    bands[1] = rule("b", days % (1, 30), "level: red")
    assert policy_doubts(policy_of(*bands)) == []


def test_a_wrong_policy_is_never_compiled_and_says_everything() -> None:
    bad = policy_of(rule("a", "{signal: E99}"), rule("b", "{field: x, op: is_null}"))
    with pytest.raises(PolicyError) as caught:
        compile_policy(bad, "champion", SIGNALS)
    assert len(caught.value.problems) == 4


def test_the_columns_that_a_policy_reads_are_told_beforehand() -> None:
    cut = rule("a", "{field: dpd, op: ge, value: 31}", "needs_two: true",
               "amount: {percent_bp: utilisation_bp, of: {field: balance_minor}}",
               treatment="line_cut")  # fmt: skip
    assert columns_read(policy_of(cut), SubjectKind.ACCOUNT) == (
        "balance_minor", "limit_minor", "utilisation_bp", "dpd",
    )  # fmt: skip
    assert columns_read(policy_of(cut), SubjectKind.CUSTOMER) == ()
