"""Whom the simulated bureau answers, and how it refuses; result codes are our own (grade M)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from daihou.gateways.message import Request
from daihou.report.words import REASONS

IDENTITY_CARD: Final = "10"
_CARD_NO: Final = re.compile(r"[0-9]{17}[0-9X]")
_OTHER_NO: Final = re.compile(r"[0-9A-Za-z()（）-]{3,30}")
_ID_TYPE: Final = re.compile(r"[0-9A-Z]{1,2}")


class Refusal(StrEnum):
    """Result codes of what is not answered. The official list was not found (grade M)."""

    ORG = "AAB001"
    USER = "AAB002"
    REASON = "AAB003"
    NAME = "AAB004"
    NUMBER = "AAB005"
    PASSWORD = "AAB011"
    MALFORMED = "AAB012"
    LATE = "AAB013"
    LARGE = "AAB014"
    RATE = "AAB015"
    HOURS = "AAB016"


TOLD: Final[Mapping[Refusal, tuple[int, str]]] = {
    Refusal.ORG: (422, "查询机构未知 the organisation is not known"),
    Refusal.USER: (422, "查询用户未知 the user is not known"),
    Refusal.REASON: (422, "查询原因不允许 the reason is not allowed"),
    Refusal.NAME: (422, "姓名与证件号码不符 name and number do not belong together"),
    Refusal.NUMBER: (422, "证件号码格式错误 the document number is malformed"),
    Refusal.PASSWORD: (401, "密码错误 the password is wrong"),
    Refusal.MALFORMED: (400, "报文格式错误 the message is malformed"),
    Refusal.LATE: (410, "报文已过期，未处理 the deadline has passed, nothing was done"),
    Refusal.LARGE: (413, "报文过大 the message is too large"),
    Refusal.RATE: (429, "请求过多，未处理 too many requests, nothing was done"),
    Refusal.HOURS: (503, "不在服务时间，未处理 outside service hours, nothing was done"),
}
"""HTTP status and sentence of each refusal."""


@dataclass(frozen=True, slots=True)
class Institution:
    """An organisation that may ask: 14-character code, printed name, type in words.

    ``users`` None lets any user of it ask.
    """

    code: str
    name: str
    kind: str = "商业银行"
    users: frozenset[str] | None = None
    reasons: frozenset[str] = frozenset(REASONS)


@dataclass(frozen=True, slots=True)
class Rules:
    """How this bureau works.

    ``password_digest`` is the SM3 digest in hex. ``hours`` are first hour and the hour at which
    service ends, on the clock of the message's header; ``per_minute`` is on the real clock.
    """

    institutions: Mapping[str, Institution]
    password_digest: str
    place: str = "A1000000000001"
    hours: tuple[int, int] | None = None
    per_minute: int | None = None

    def refusal(self, request: Request) -> Refusal | None:
        """Return why a request is refused before anybody's file is opened, None when it is not."""
        asking = self.institutions.get(request.org)
        if asking is None or request.origin_org not in self.institutions:
            return Refusal.ORG
        if not _known(request.user, asking) or not _known(
            request.origin_user, self.institutions[request.origin_org]
        ):
            return Refusal.USER
        if not hmac.compare_digest(request.password.lower(), self.password_digest.lower()):
            return Refusal.PASSWORD
        if self.hours and not self.hours[0] <= request.head.at.hour < self.hours[1]:
            return Refusal.HOURS
        if request.reason not in asking.reasons:
            return Refusal.REASON
        number = _CARD_NO if request.id_type == IDENTITY_CARD else _OTHER_NO
        if not (_ID_TYPE.fullmatch(request.id_type) and number.fullmatch(request.id_no)):
            return Refusal.NUMBER
        return None


def _known(user: str, institution: Institution) -> bool:
    return bool(user) and (institution.users is None or user in institution.users)
