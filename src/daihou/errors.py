"""Every way Daihou refuses, with a number that is never reused.

The tree::

    DaihouError                 D000  base: what, where, why it matters, what to do next
    ├── HomeError               D100  the home folder is missing, not a home, or not writable
    ├── ContractError           D200  a table or column that no contract knows
    ├── IntakeError             D300  a lender's file or its mapping cannot be read
    │   ├── MappingError        D310  the mapping file itself is wrong
    │   ├── SourceFileError     D320  the data file cannot be opened or understood
    │   └── LandingRefused      D330  the landing would break a promise (schema changed, all bad)
    ├── ReportError             D340  a credit report cannot be read or compared
    │   ├── ReportUnreadable    D341  broken, truncated, or no credit report at all
    │   ├── ReportLocked        D342  the password is missing or wrong
    │   ├── ReportIsScan        D343  pages are pictures; reading pictures is not asked for
    │   ├── ReportTooLarge      D344  over a limit in bytes, pages, depth, expansion or time
    │   └── ReportMismatch      D345  two reports that cannot be compared
    ├── LoanTermsError          D350  an amount, rate, term or date that no loan can have
    ├── LakeError               D400  the lake's log or files are not as they should be
    │   └── DiskError           D410  the disk is full or cannot be written
    ├── LawError                D500  a law parameter is missing, not in force, or without a source
    ├── SignalError             D600  a signal file is wrong
    ├── SentenceError           D610  a file of what the clinic can say is wrong
    ├── PolicyError             D700  a policy file is wrong
    ├── InquiryError            D750  rules of asking are wrong, or a step of an order is refused
    ├── NightError              D800  the night cannot be compiled or run
    │   ├── AuditFailed         D810  a query that must return no rows returned some
    │   └── BrakeHeld           D820  a brake holds the night until a person decides
    ├── OpsError                D850  the operations database cannot be reached, or was changed
    ├── NotAllowed              D860  a person may not do this, or not alone
    ├── GatewayError            D870  a message of the bureau, or the settings to reach it, is wrong
    └── NotFound                D900  no such book, night, account or table
"""

from __future__ import annotations

from collections.abc import Sequence


class DaihouError(Exception):
    """Base of every refusal: ``what`` went wrong, ``where``, ``why`` it matters, ``next_step``."""

    code = "D000"
    exit_status = 2

    def __init__(self, what: str, *, where: str = "", why: str = "", next_step: str = "") -> None:
        self.what, self.where, self.why, self.next_step = what, where, why, next_step
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """Return the whole message as one line a person can act on."""
        parts = [f"{self.code} {self.what}"]
        parts += [f"at {self.where}"] if self.where else []
        parts += [self.why] if self.why else []
        parts += [f"Next: {self.next_step}"] if self.next_step else []
        return ". ".join(part.rstrip(".") for part in parts) + "."


class ManyProblems(DaihouError):
    """Mixin shape for refusals that list all problems at once."""

    def __init__(self, what: str, problems: Sequence[str], **context: str) -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(what + listed, **context)


class HomeError(DaihouError):
    """The home folder is missing, is not a home, or cannot be written."""

    code = "D100"


class ContractError(DaihouError):
    """A table or column that no contract knows."""

    code = "D200"


class IntakeError(ManyProblems):
    """A lender's file or its mapping cannot be read."""

    code = "D300"


class MappingError(IntakeError):
    """The mapping file itself is wrong."""

    code = "D310"


class SourceFileError(IntakeError):
    """The data file cannot be opened or understood."""

    code = "D320"


class LandingRefused(IntakeError):
    """The landing would break a promise: the schema changed, or no row can be accepted."""

    code = "D330"


class ReportError(DaihouError):
    """A credit report cannot be read or compared."""

    code = "D340"


class ReportUnreadable(ReportError):
    """The file is broken, truncated, or no credit report at all."""

    code = "D341"


class ReportLocked(ReportError):
    """The file needs a password, or the one given is wrong."""

    code = "D342"


class ReportIsScan(ReportError):
    """Pages are pictures, and reading pictures is not installed or was not asked for."""

    code = "D343"


class ReportTooLarge(ReportError):
    """The file is over a limit in bytes, pages, depth, expansion or time."""

    code = "D344"


class ReportMismatch(ReportError):
    """Two reports that cannot be compared, such as of two people."""

    code = "D345"


class LoanTermsError(DaihouError):
    """An amount, rate, term or date that no loan can have, or flows without a single rate."""

    code = "D350"


class LakeError(DaihouError):
    """The lake's log or files are not as they should be."""

    code = "D400"


class DiskError(LakeError):
    """The disk is full or cannot be written."""

    code = "D410"


class LawError(ManyProblems):
    """A law parameter is missing, not in force on the day, or lacks source or grade."""

    code = "D500"


class SignalError(ManyProblems):
    """A signal file is wrong."""

    code = "D600"


class SentenceError(ManyProblems):
    """A file of what the clinic can say is wrong."""

    code = "D610"


class PolicyError(ManyProblems):
    """A policy file is wrong."""

    code = "D700"


class InquiryError(ManyProblems):
    """Rules of asking are wrong, or an order cannot take the step asked."""

    code = "D750"


class NightError(DaihouError):
    """The night cannot be compiled or run."""

    code = "D800"


class AuditFailed(ManyProblems):
    """A query that must return no rows returned some: the night is not published."""

    code = "D810"
    exit_status = 3


class BrakeHeld(ManyProblems):
    """A brake holds the night until a person decides."""

    code = "D820"
    exit_status = 4


class OpsError(DaihouError):
    """The operations database cannot be reached, or was tampered with."""

    code = "D850"


class NotAllowed(DaihouError):
    """A person may not do this, or not alone."""

    code = "D860"
    exit_status = 4


class GatewayError(DaihouError):
    """A message of the bureau cannot be understood, or the settings to reach it are wrong."""

    code = "D870"


class NotFound(DaihouError):
    """No such book, night, account or table."""

    code = "D900"
