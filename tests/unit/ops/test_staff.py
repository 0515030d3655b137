"""Staff in the database: the rules hold there, and every change is an event in the chain."""

from datetime import UTC, datetime

import pytest

from daihou.errors import NotAllowed, NotFound
from daihou.inquiry.staff import NIGHT, Member, Role

NOW = datetime(2024, 5, 31, 10, 0, tzinfo=UTC)
ADA = Member("Ada", frozenset({Role.ADMIN}))
BEN = Member("ben", frozenset({Role.OPERATOR}), "north", 200)


@pytest.fixture
def staff(operations):
    from daihou.ops.staff import Staff

    return Staff()


def events():
    from daihou.ops.models import EventRow

    rows = EventRow.objects.order_by("seq").values_list("kind", "subject", "by")
    return [tuple(row) for row in rows]


def test_the_batch_user_is_always_there_and_is_nobody(staff):
    assert [(m.user_id, m.roles) for m in staff.members()] == [(NIGHT, {Role.APPROVER})]
    assert not staff.there_are_any()
    with pytest.raises(NotAllowed, match="batch user"):
        staff.require(NIGHT, Role.APPROVER)
    assert events() == []


def test_the_first_admin_enters_oneself_and_then_the_others(staff):
    with pytest.raises(NotAllowed, match="first member"):
        staff.add(BEN, "ben", NOW)
    staff.add(ADA, "ADA", NOW)
    staff.add(BEN, "ada", NOW)
    assert staff.require("Ben", Role.OPERATOR).branch == "north"
    assert staff.there_are_any()
    assert events() == [("staff_added", "ada", "ada"), ("staff_added", "ben", "ada")]


def test_nobody_is_entered_twice_under_another_spelling(staff):
    staff.add(ADA, "ada", NOW)
    staff.add(BEN, "ada", NOW)
    with pytest.raises(NotAllowed, match="member already"):
        staff.add(Member("ＢＥＮ", frozenset({Role.APPROVER})), "ada", NOW)


def test_roles_and_cap_are_changed_by_another_admin_only(staff):
    staff.add(ADA, "ada", NOW)
    staff.add(BEN, "ada", NOW)
    with pytest.raises(NotAllowed, match="own roles"):
        staff.set_roles("ada", frozenset({Role.APPROVER}), "ada", NOW)
    with pytest.raises(NotAllowed, match="no active admin"):
        staff.set_roles("ben", frozenset({Role.ADMIN}), "ben", NOW)
    with pytest.raises(NotAllowed, match="cannot be admin and operator"):
        staff.set_roles("ben", frozenset({Role.ADMIN, Role.OPERATOR}), "ada", NOW)
    changed = staff.set_roles("ben", frozenset({Role.OPERATOR}), "ada", NOW, 50)
    assert (changed.daily_cap, changed.branch) == (50, "north")
    assert len(events()) == 3, "a refusal is no event"


def test_whoever_left_may_do_nothing_and_can_come_back(staff):
    staff.add(ADA, "ada", NOW)
    staff.add(BEN, "ada", NOW)
    staff.leave("ben", "ada", NOW)
    with pytest.raises(NotAllowed, match="has left"):
        staff.require("ben", Role.OPERATOR)
    with pytest.raises(NotFound):
        staff.set_roles("ben", frozenset({Role.APPROVER}), "ada", NOW)
    staff.add(Member("ben", frozenset({Role.OFFICER})), "ada", NOW)
    assert staff.require("ben", Role.OFFICER)


def test_the_only_admin_cannot_be_lost(staff):
    staff.add(ADA, "ada", NOW)
    with pytest.raises(NotAllowed, match="own roles"):
        staff.leave("ada", "ada", NOW)


def test_two_persons_are_two_and_each_in_the_own_role(staff):
    staff.add(ADA, "ada", NOW)
    staff.add(Member("cyd", frozenset({Role.OFFICER, Role.APPROVER})), "ada", NOW)
    staff.add(Member("dot", frozenset({Role.APPROVER})), "ada", NOW)
    officer, approver = Role.OFFICER, Role.APPROVER
    with pytest.raises(NotAllowed, match="two different"):
        staff.require_two(("cyd", officer), ("CYD", approver))
    with pytest.raises(NotAllowed, match="is not officer"):
        staff.require_two(("dot", officer), ("cyd", approver))
    assert [m.user_id for m in staff.require_two(("cyd", officer), ("dot", approver))] == [
        "cyd", "dot",
    ]  # fmt: skip


def test_every_change_of_staff_is_in_the_chain(staff):
    from daihou.ops.chain import first_break

    staff.add(ADA, "ada", NOW)
    staff.add(BEN, "ada", NOW)
    staff.set_roles("ben", frozenset({Role.PLANNER}), "ada", NOW)
    staff.leave("ben", "ada", NOW)
    assert [kind for kind, _, _ in events()][-2:] == ["staff_roles", "staff_left"]
    assert first_break() is None
