"""Staff in the operations database: who may do what, every change an event in the chain."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from daihou.errors import NotAllowed, NotFound
from daihou.inquiry.staff import (
    NIGHT,
    Member,
    Role,
    user_id_of,
    why_lacking,
    why_not,
    why_not_two,
)
from daihou.ops import chain
from daihou.ops.models import PersonRow

_RULES = "see the rules of staff in docs/asking.md"


class Staff:
    """Members of staff; the batch user is always among them."""

    def members(self) -> list[Member]:
        """Return everybody, those who left too, by name; the batch user first."""
        _batch_user()
        found = [_member(row) for row in PersonRow.objects.order_by("user_id")]
        return sorted(found, key=lambda member: (member.user_id != NIGHT, member.user_id))

    def there_are_any(self) -> bool:
        """Tell whether a person was ever entered."""
        return bool(PersonRow.objects.exclude(user_id=NIGHT).exists())

    def add(self, member: Member, by: str, now: datetime) -> Member:
        """Enter a member, or take one back who had left; return the member.

        Raises: NotAllowed.
        """
        with transaction.atomic():
            lock_people()
            known = PersonRow.objects.filter(user_id=user_id_of(member.user_id)).first()
            if known is not None and known.active:
                raise NotAllowed(
                    f"{known.user_id} is a member already",
                    next_step="change the roles with `daihou staff role`",
                )
            return _change(member, by, now, "staff_added")

    def set_roles(self, user_id: str, roles: frozenset[Role], by: str, now: datetime,
                  daily_cap: int | None = None) -> Member:  # fmt: skip
        """Give an active member other roles, and another daily cap if one is given.

        Raises: NotFound, NotAllowed.
        """
        with transaction.atomic():
            lock_people()
            member = self._active(user_id)
            cap = member.daily_cap if daily_cap is None else daily_cap
            after = Member(member.user_id, roles, member.branch, cap)
            return _change(after, by, now, "staff_roles")

    def leave(self, user_id: str, by: str, now: datetime) -> Member:
        """Let a member go: from now on the person may do nothing.

        Raises: NotFound, NotAllowed.
        """
        with transaction.atomic():
            lock_people()
            member = self._active(user_id)
            after = Member(
                member.user_id, member.roles, member.branch, member.daily_cap, active=False
            )
            return _change(after, by, now, "staff_left")

    def require(self, user_id: str, role: Role) -> Member:
        """Return the member who may act in a role.

        Raises: NotAllowed for anybody else, the batch user too.
        """
        name = user_id_of(user_id)
        row = PersonRow.objects.filter(user_id=name).first()
        member = None if row is None else _member(row)
        if why := why_lacking(member, name, role):
            raise NotAllowed(
                why, why=f"this needs the role {role}",
                next_step="ask an admin: `daihou staff list` shows who may",
            )  # fmt: skip
        assert member is not None, "whoever lacks nothing is there"
        return member

    def require_two(self, by: tuple[str, Role], second: tuple[str, Role]) -> tuple[Member, Member]:
        """Return two different persons, each in a role of its own.

        Raises: NotAllowed.
        """
        if why := why_not_two(user_id_of(by[0]), user_id_of(second[0])):
            raise NotAllowed(why, next_step="name a second person")
        return self.require(*by), self.require(*second)

    def _active(self, user_id: str) -> Member:
        row = PersonRow.objects.filter(user_id=user_id_of(user_id), active=True).first()
        if row is None:
            raise NotFound(
                "no such active member of staff", where=user_id, next_step="`daihou staff list`"
            )
        return _member(row)


def lock_people() -> None:
    """Let one transaction at a time change what hangs on persons; the batch user is the token."""
    _batch_user()
    PersonRow.objects.select_for_update().get(user_id=NIGHT)


def _batch_user() -> None:
    PersonRow.objects.get_or_create(user_id=NIGHT, defaults={"roles": [Role.APPROVER.value]})


def _change(after: Member, by: str, now: datetime, kind: str) -> Member:
    after = Member(
        user_id_of(after.user_id), after.roles, after.branch.strip(), after.daily_cap, after.active
    )
    actor = user_id_of(by)
    if why := why_not(map(_member, PersonRow.objects.all()), after, actor):
        raise NotAllowed(why, next_step=_RULES)
    roles = sorted(role.value for role in after.roles)
    told = {
        "active": after.active, "branch": after.branch, "roles": roles,
        "daily_cap": after.daily_cap,
    }  # fmt: skip
    PersonRow.objects.update_or_create(user_id=after.user_id, defaults=told)
    chain.append(now, kind, after.user_id, actor, told)
    return after


def _member(row: PersonRow) -> Member:
    roles = frozenset(Role(name) for name in row.roles)
    return Member(row.user_id, roles, row.branch, row.daily_cap, row.active)
