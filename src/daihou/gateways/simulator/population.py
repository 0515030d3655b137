"""What the simulated bureau must be told of people, and what one look into a file is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from daihou.report.model import Inquiry, Report
from daihou.report.words import REASONS, ReasonClass

OWN_INSTITUTION = "本人"
OWN_REASON = "本人查询（互联网个人信用信息服务平台）"


class NotSamePerson(LookupError):
    """The number is known, but under another name."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look that stands in a person's file.

    ``institution_type`` is in words (商业银行), ``reason`` a code of dictionary 1054. An own look
    (本人查询) has no code and no key.
    """

    number: int
    on: date
    institution: str
    institution_type: str
    reason: str
    user: str
    key: str
    own: bool = False

    def inquiry(self) -> Inquiry:
        """Return it as a line of a report."""
        if self.own:
            return Inquiry(
                self.on, OWN_INSTITUTION, OWN_REASON, None, ReasonClass.OWN, hard=False, own=True
            )
        reason = REASONS[self.reason]
        return Inquiry(
            self.on, self.institution, reason.zh, reason.code, reason.reason_class, reason.hard,
            own=False, institution_type=self.institution_type,
        )  # fmt: skip


class Population(Protocol):
    """The invented people whom the bureau knows. Must be safe to ask from several threads."""

    def person_of(self, name: str, id_type: str, id_no: str) -> str | None:
        """Return the number of a person, None when the bureau has no such document number.

        Raises: NotSamePerson when the document belongs to another name.
        """

    def report_of(self, person: str, on: date, looks: Sequence[Look]) -> Report:
        """Return the lender's report of a person as of a day, with these looks among others'.

        The same person, day and looks give the same report.
        """
