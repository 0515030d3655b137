"""Who the lender is behind a printed name, and whether anything at it is still open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daihou.report.facts_model import Evidence, Relationship, Tie
from daihou.report.facts_windows import indexed
from daihou.report.model import Account, Agreement, Liability, Report
from daihou.report.words import OVER, AccountState, AccountType, ReportKind

CARD_TYPES: Final = frozenset({AccountType.CARD, AccountType.QUASI_CARD})
LOAN_TYPES: Final = frozenset(
    {AccountType.NON_REVOLVING, AccountType.REVOLVING, AccountType.DRAWDOWN}
)
NON_BANK_CODES: Final = frozenset({"24", "25", "51"})
NON_BANK_TYPES: Final = frozenset({"消费金融公司", "贷款公司", "小额贷款公司"})
"""Consumer finance, lending and micro-loan companies, by code and by the words that readers make
of it. Source: signal A10, dictionary 1021 (C).
"""

_COMPANY: Final = re.compile(r"公司|联社")
_BANK_BRANCH: Final = re.compile(r"(.+?银行).*(?:分行|支行|营业部|中心|分理处|储蓄所|部)")
_NON_BANK_WORDS: Final = ("消费金融", "小额贷款", "小贷", "贷款公司", "贷款有限", "贷款股份")
_BANK_WORDS: Final = ("银行", "信用社", "联社", "公积金")
_FORM: Final = re.compile(r"(?:股份有限|有限责任|有限)公司$")


def legal_person(institution: str) -> str:
    """Return the legal person of a printed institution: the name without branch or card centre.

    Cut after 公司 or 联社, else after 银行 when a branch follows. A name with two companies in it,
    or with none of these words, stays as it is: rather two names for one lender than one for two.
    """
    name = "".join(institution.split()).replace("(", "（").replace(")", "）")
    ends = [match.end() for match in _COMPANY.finditer(name)]
    if ends:
        return name[: ends[0]] if len(ends) == 1 else name
    branch = _BANK_BRANCH.fullmatch(name)
    return branch[1] if branch else name


def is_non_bank(institution: str, code: str | None) -> bool | None:
    """Tell whether a lender is a small non-bank one, by its type, else by its name; None unknown.

    Companies that finance cars or leases are not among them.
    """
    if code is not None:
        return code in NON_BANK_CODES or code in NON_BANK_TYPES
    if any(word in institution for word in _NON_BANK_WORDS):
        return True
    known = any(word in institution for word in (*_BANK_WORDS, "有限公司", "有限责任公司"))
    return False if known else None


def is_over(account: Account) -> bool | None:
    """Tell whether an account has ended; None when the report does not say."""
    if account.state is not None:
        return account.state in OVER
    return True if account.closed_on is not None else None


def drawn(account: Account) -> int | None:
    """Return what is drawn: of a card the used limit, else the balance where only that is stated.

    A card not activated has nothing drawn.
    """
    if account.account_type not in CARD_TYPES:
        return account.balance
    if account.used is None and account.balance is None:
        return 0 if account.state is AccountState.NOT_ACTIVATED else None
    return account.balance if account.used is None else account.used


@dataclass(slots=True)
class _Gathered:
    """What is found of one lender while the report is walked once."""

    institutions: dict[str, None] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    ended: list[Evidence] = field(default_factory=list)
    unsure: list[Evidence] = field(default_factory=list)

    def add(self, evidence: Evidence, found: Tie | bool) -> None:
        """Take in a tie; False is a record that has ended, True one that does not say."""
        if isinstance(found, Tie):
            self.ties.append(found)
        else:
            (self.unsure if found else self.ended).append(evidence)


def relationships(report: Report, on: date) -> tuple[Relationship, ...]:
    """Return the relationship with every lender that the report names, inquirers included."""
    lenders: dict[str, _Gathered] = {}

    def at(institution: str) -> _Gathered:
        gathered = lenders.setdefault(legal_person(institution), _Gathered())
        gathered.institutions[institution] = None
        return gathered

    for evidence, account in indexed("accounts", report.accounts):
        at(account.institution).add(evidence, _of_account(evidence, account, on))
    for evidence, agreement in indexed("agreements", report.agreements):
        at(agreement.institution).add(evidence, _of_agreement(evidence, agreement, on))
    for evidence, liability in indexed("liabilities", report.liabilities):
        at(liability.institution).add(evidence, _of_liability(evidence, liability))
    for inquiry in report.inquiries:
        if not inquiry.own:
            at(inquiry.institution)
    open_stems = {_stem(name) for name, gathered in lenders.items() if gathered.ties}
    return tuple(
        Relationship(
            name,
            tuple(gathered.institutions),
            _is_open(report, gathered, namesake_open=_stem(name) in open_stems),
            tuple(gathered.ties),
            tuple(gathered.ended),
            tuple(gathered.unsure),
        )
        for name, gathered in lenders.items()
    )


def lists_agreements(report: Report) -> bool:
    """Tell whether the layout lists credit agreements; the short version does not."""
    return report.kind in {ReportKind.PBOC_GEN2, ReportKind.PBOC_DETAILED}


def _stem(name: str) -> str:
    """Return a name without its legal form: a short name may mean the lender of the long one."""
    return _FORM.sub("", name)


def _is_open(report: Report, gathered: _Gathered, *, namesake_open: bool) -> bool | None:
    if gathered.ties:
        return True
    if gathered.unsure or namesake_open or not lists_agreements(report):
        return None
    return False


def _of_account(evidence: Evidence, account: Account, on: date) -> Tie | bool:
    over, owed = is_over(account), drawn(account)
    if over:
        return False
    unused = None if owed is None else owed == 0
    if account.account_type in CARD_TYPES:
        return True if over is None else Tie("card", evidence, unused)
    if owed:
        return Tie("balance", evidence, False)
    if account.account_type is not AccountType.REVOLVING:
        return True  # nothing owed, or not stated, but not said to be settled either
    until = account.line_until or account.due_on
    if account.line_open_ended or (until is not None and until >= on):
        return Tie("line", evidence, unused, until)
    return until is None or owed is None


def _of_agreement(evidence: Evidence, agreement: Agreement, on: date) -> Tie | bool:
    if agreement.state_code == "2" or (agreement.to_on is not None and agreement.to_on < on):
        return False
    if agreement.state_code != "1" and agreement.to_on is None:
        return True
    unused = None if agreement.used is None else agreement.used == 0
    return Tie("line", evidence, unused, agreement.to_on)


def _of_liability(evidence: Evidence, liability: Liability) -> Tie | bool:
    if liability.balance:
        return Tie("guarantee", evidence, False)
    return True  # a guaranteed line can be drawn again: only its end would prove anything
