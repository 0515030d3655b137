"""Whether two reports are of one person, and which records of them are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from daihou.errors import ReportMismatch
from daihou.report.facts_lenders import CARD_TYPES, LOAN_TYPES, legal_person
from daihou.report.facts_model import Evidence
from daihou.report.model import Account, Report
from daihou.report.words import AccountType, ReportKind

T = TypeVar("T")
Row = tuple[Evidence, T]
Key = Callable[[T], Hashable | None]


class Pairs(NamedTuple, Generic[T]):
    """Records of two reports: the same ones in pairs, and what only one report has."""

    same: list[tuple[Row[T], Row[T]]]
    only_old: list[Row[T]]
    only_new: list[Row[T]]


def pair(old: Sequence[Row[T]], new: Sequence[Row[T]], keys: Sequence[Key[T]]) -> Pairs[T]:
    """Pair records that share a key, surest key first; equal keys pair in order, by counting.

    A key of None pairs nothing.
    """
    found = Pairs([], list(old), list(new))
    for key in keys:
        waiting: dict[Hashable, list[Row[T]]] = defaultdict(list)
        for row in found.only_new:
            if (mark := key(row[1])) is not None:
                waiting[mark].append(row)
        left = []
        for row in found.only_old:
            mark = key(row[1])
            if mark is not None and waiting[mark]:
                found.same.append((row, waiting[mark].pop(0)))
            else:
                left.append(row)
        taken = {partner[0] for _, partner in found.same}
        found = Pairs(found.same, left, [row for row in found.only_new if row[0] not in taken])
    found.same.sort(key=lambda rows: rows[0][0])
    return found


def same_naming(old: Report, new: Report) -> bool:
    """Tell whether both reports name lenders alike: the lender's feed has aliases for others."""
    return (old.kind is ReportKind.PBOC_GEN2) == (new.kind is ReportKind.PBOC_GEN2)


def account_keys(*, by_name: bool) -> tuple[Key[Account], ...]:
    """Return the keys that pair accounts, surest first.

    The account's mark or number goes together with its opening day, for in some feeds the number
    is only a place in the list. The limit of a card or line may change, what was lent may not.
    """

    def base(account: Account) -> tuple[Hashable, ...] | None:
        family = "loan" if account.account_type in LOAN_TYPES else account.account_type
        if account.opened_on is None or family is None:
            return None
        name = legal_person(account.institution) if by_name else ""
        return (family, account.opened_on, account.currency, name)

    def marked(account: Account) -> Hashable | None:
        mark = account.account_mark or account.account_no
        return None if mark is None else (mark, account.opened_on, account.account_type)

    def strict(account: Account) -> Hashable | None:
        known = base(account)
        return known and (*known, account.amount, account.limit, account.card_tail)

    def without_tail(account: Account) -> Hashable | None:
        known = base(account)
        return known and (*known, account.amount, account.limit)

    def without_limit(account: Account) -> Hashable | None:
        known = base(account)
        limited = account.account_type in CARD_TYPES | {AccountType.REVOLVING}
        return known if known and limited else None

    return (marked, lambda account: replace(account, no=None), strict, without_tail, without_limit)


def refuse_other_person(old: Report, new: Report) -> bool:
    """Return whether the reports state enough to be of one person.

    A covered sign (``*``) fits any sign. False: neither name nor number can be compared.

    Raises: ReportMismatch when the name or number of the same document differs.
    """
    a, b = old.header, new.header
    compared = [_fits(a.name, b.name)]
    if a.id_type is None or b.id_type is None or a.id_type == b.id_type:
        compared.append(_fits(a.id_no, b.id_no))
    if False in compared:
        raise ReportMismatch(
            "the two reports are not of one person",
            why="name or identity number differ, so a comparison would say nothing",
            next_step="give two reports of the same person",
        )
    return True in compared


def _fits(one: str | None, other: str | None) -> bool | None:
    """Tell whether two texts may be the same; None when one is missing or wholly covered."""
    if one is None or other is None:
        return None
    one, other = "".join(one.split()).upper(), "".join(other.split()).upper()
    if len(one) != len(other):  # covered to another length: compare what shows at the end
        if "*" not in one + other:
            return False
        shown = min(len(text) - text.rfind("*") - 1 for text in (one, other) if "*" in text)
        one, other = (one[-shown:], other[-shown:]) if shown else ("", "")
    both = [(x, y) for x, y in zip(one, other, strict=True) if "*" not in (x, y)]
    return all(x == y for x, y in both) if both else None
