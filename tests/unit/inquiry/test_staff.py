"""Staff: who may change whom, which roles no one person holds, one spelling a person."""

from dataclasses import replace

import pytest

from daihou.errors import NotAllowed
from daihou.inquiry.staff import (
    NIGHT,
    Member,
    Role,
    user_id_of,
    why_lacking,
    why_not,
    why_not_two,
)

ADA = Member("ada", frozenset({Role.ADMIN}))
BEN = Member("ben", frozenset({Role.OPERATOR}), "north", 200)
BATCH = Member(NIGHT, frozenset({Role.APPROVER}))
STAFF = (BATCH, ADA, BEN)


def test_the_first_member_is_an_admin_who_enters_the_own_name():
    assert why_not((BATCH,), ADA, "ada") is None
    assert why_not((), BEN, "ben") is not None
    assert why_not((), ADA, "ben") is not None


def test_afterwards_only_an_active_admin_changes_staff():
    assert why_not(STAFF, replace(BEN, branch="south"), "ada") is None
    assert "no active admin" in (why_not(STAFF, replace(BEN, branch="south"), "ben") or "")
    gone = (BATCH, replace(ADA, active=False), BEN)
    assert "no active admin" in (why_not(gone, replace(BEN, branch="south"), "ada") or "")


def test_an_admin_never_changes_the_own_person():
    more = replace(ADA, roles=frozenset({Role.ADMIN, Role.COMPLIANCE}))
    assert "own roles" in (why_not(STAFF, more, "ada") or "")
    assert "own roles" in (why_not(STAFF, replace(ADA, active=False), "ada") or "")


def test_one_person_is_never_admin_and_operator():
    both = Member("cyd", frozenset({Role.ADMIN, Role.OPERATOR}), "north", 10)
    assert why_not(STAFF, both, "ada") == "one person cannot be admin and operator"
    assert (
        why_not(STAFF, replace(both, roles=frozenset({Role.ADMIN, Role.APPROVER})), "ada") is None
    )


def test_an_operator_has_a_daily_cap():
    assert why_not(STAFF, replace(BEN, daily_cap=0), "ada") == "an operator needs a daily cap"
    assert why_not(STAFF, replace(BEN, daily_cap=1), "ada") is None


def test_nobody_is_or_acts_as_the_batch_user():
    assert why_not(STAFF, replace(BATCH, branch="x"), "ada") is not None
    assert why_not(STAFF, BEN, NIGHT) is not None
    assert why_lacking(BATCH, NIGHT, Role.APPROVER) is not None


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (None, "no member of staff"),
        (replace(BEN, active=False), "has left"),
        (replace(BEN, roles=frozenset({Role.OFFICER})), "is not operator"),
        (BEN, None),
    ],
)
def test_a_role_is_held_by_active_staff_only(member, told):
    why = why_lacking(member, "ben", Role.OPERATOR)
    assert why is None if told is None else told in (why or "")


@pytest.mark.parametrize("text", ["Ann", " ann ", "ＡＮＮ", "ANN"])
def test_one_person_has_one_spelling(text):
    assert user_id_of(text) == "ann"
    assert why_not_two(user_id_of(text), "ann") is not None


@pytest.mark.parametrize("text", ["", " ", "a b", "a" * 81, "=cmd", "a\nb"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(NotAllowed, match="not a name"):
        user_id_of(text)
