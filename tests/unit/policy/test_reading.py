import pytest

from daihou.errors import PolicyError
from daihou.policy import parse_policy
from tests.unit.policy.kit import HEAD, policy_of, rule

GOOD = rule("late", "{field: dpd, op: ge, value: 31}", "level: red")


def _told(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "bad.yaml")
    return str(caught.value)


def test_all_structural_problems_are_told_at_once_with_their_lines() -> None:
    bad = GOOD.replace("grade: M", "grade: Z").replace("ge", "about").replace("subject", "object")
    told = _told(HEAD + "rules:" + bad)
    assert "rules[0].when.op" in told and "grade" in told and "object" in told
    assert "line 12" in told and "bad.yaml" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 31", "value: 31.5", "a fraction cannot decide"),
        ("value: 31", "value: 2026-01-01 10:00:00", "a value is a whole number"),
        ("value: 31", "value: 99999999999999999999", "beyond 64 bits"),
        ("value: 31", "value: [1, 2]", "takes one value"),
        ("op: ge, value: 31", "op: is_null, value: 1", "takes neither value nor other"),
        ("op: ge, value: 31", "op: in, value: []", "at least one entry"),
        ("{field: dpd, op: ge, value: 31}", "{signal: E01, signals: own}", "not both"),
        ("{field: dpd, op: ge, value: 31}", "{signal: E01, count_at_least: 2}", "needs a group"),
        ("{field: dpd, op: ge, value: 31}", "{maybe: 1}", "a condition is one of"),
        ("{field: dpd, op: ge, value: 31}", "{all: []}", "at least 1 item"),
        ("level: red", "level: red\n    level: yellow", "written twice"),
        ("level: red", "amount: {sum: 1}", "an amount is one of"),
        ("id: late", "id: 'a;b'", "should match pattern"),
        ("value: 31", "value: 2026-13-45", "cannot be read"),
    ],
)
def test_each_slip_of_the_pen_is_named(old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in _told(HEAD + "rules:" + GOOD.replace(old, new))


@pytest.mark.parametrize(
    "text", ["", "- 1", "a: b: c", "a: &x [1]\nb: *x", "[" * 500, "? [a]\n: 1", "!!python/none 1",
             "x: " + "y" * 1_000_001]
)  # fmt: skip
def test_no_text_escapes_as_anything_but_a_policy_error(text: str) -> None:
    assert _told(text).startswith("D700")


def test_the_digest_is_of_what_is_said_not_of_how_it_is_laid_out() -> None:
    one, two = policy_of(GOOD), parse_policy("# a remark" + HEAD + "\nrules:" + GOOD, "x")
    assert one.policy_version == two.policy_version
    assert one.policy_version == f"trial@1+{one.digest[:8]}"
    other = policy_of(GOOD.replace("31", "30"))
    assert other.digest != one.digest
