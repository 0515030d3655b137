"""Who may do what around inquiries: roles of staff, and which of them one person cannot hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from daihou.errors import NotAllowed


class Role(StrEnum):
    """What a member of staff may do (岗位)."""

    PLANNER = "planner"
    APPROVER = "approver"
    OPERATOR = "operator"
    OFFICER = "officer"
    COMPLIANCE = "compliance"
    ADMIN = "admin"


ROLE_WORDS: Final[Mapping[Role, tuple[str, str]]] = MappingProxyType(
    {
        Role.PLANNER: ("计划", "plans"),
        Role.APPROVER: ("审批", "approves"),
        Role.OPERATOR: ("查询操作", "sends"),
        Role.OFFICER: ("客户经理", "closes"),
        Role.COMPLIANCE: ("合规", "audits"),
        Role.ADMIN: ("系统管理", "manages staff"),
    }
)
"""Each role in Chinese and English."""

APART: Final = ((Role.ADMIN, Role.OPERATOR),)
"""Pairs of roles that no one person holds. Source: domain notes on inquiry law, section 3: a bank
was fined in 2020 because one person was system manager and query user (grade N)."""

NIGHT: Final = "night"
"""The batch user: approves what the rules let pass without a person, and nothing else."""

_USABLE: Final = re.compile(r"[\w.@-]{1,80}")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff. ``daily_cap`` is how many inquiries a day the person may send."""

    user_id: str
    roles: frozenset[Role] = frozenset()
    branch: str = ""
    daily_cap: int = 0
    active: bool = True

    def may(self, role: Role) -> bool:
        """Tell whether the person is active and holds a role."""
        return self.active and role in self.roles


def user_id_of(text: str) -> str:
    """Return a name as staff are known by: one spelling a person, whatever the letters' case.

    Raises: NotAllowed when it cannot be a name.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _USABLE.fullmatch(plain):
        raise NotAllowed(
            f"{text!r} is not a name of a member of staff",
            why="every step is logged with who took it",
            next_step="give letters, digits, . _ @ or -, at most 80",
        )
    return plain


def why_not(staff: Iterable[Member], after: Member, by: str) -> str | None:
    """Return why ``by`` may not make a member be as ``after``, None when it may.

    The first member of all is an admin who enters the own name; from then on an admin does it, and
    never for the own person, so that nobody gives a role to oneself.
    """
    now = {member.user_id: member for member in staff if member.user_id != NIGHT}
    if NIGHT in (after.user_id, by):
        return f"{NIGHT} is the batch user, not a person"
    for one, other in APART:
        if {one, other} <= after.roles:
            return f"one person cannot be {one} and {other}"
    if Role.OPERATOR in after.roles and after.active and after.daily_cap < 1:
        return "an operator needs a daily cap"
    if after.active and not after.roles:
        return "no role is named"
    if not now:
        first = after.user_id == by and after.may(Role.ADMIN)
        return None if first else "the first member is an admin who enters the own name"
    if by not in now or not now[by].may(Role.ADMIN):
        return f"{by} is no active admin"
    if after.user_id == by:
        return "nobody changes the own roles; another admin does"
    return None


def why_lacking(member: Member | None, user_id: str, role: Role) -> str | None:
    """Return why a person may not act in a role, None when it may."""
    if user_id == NIGHT:
        return f"{NIGHT} is the batch user, not a person"
    if member is None:
        return f"{user_id} is no member of staff"
    if not member.active:
        return f"{user_id} has left"
    return None if role in member.roles else f"{user_id} is not {role}"


def why_not_two(by: str, second: str) -> str | None:
    """Return why two names are not two persons, None when they are."""
    return "two different persons are needed, not one twice" if by == second else None
