"""How accounts differ between two reports, with the traps of this format told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from daihou.report.delta_history import history_changes
from daihou.report.delta_match import Pairs, account_keys, pair, same_naming
from daihou.report.delta_model import (
    Change,
    Event,
    Finding,
    NotCompared,
    Reason,
    Told,
    Tone,
    compared,
)
from daihou.report.facts_accounts import share_bp
from daihou.report.facts_adverse import is_overdue
from daihou.report.facts_lenders import CARD_TYPES, drawn, is_over
from daihou.report.facts_model import Evidence
from daihou.report.facts_windows import indexed, latest_day, years_later
from daihou.report.model import Account, Report
from daihou.report.values import When
from daihou.report.words import AccountState

ADVERSE_STATES: Final = frozenset(
    {
        AccountState.OVERDUE,
        AccountState.BAD_DEBT,
        AccountState.COLLATERAL_SHORT,
        AccountState.FORCED_LIQUIDATION,
        AccountState.JUDICIAL_RECOVERY,
        AccountState.STOPPED_BY_BANK,
        AccountState.FROZEN,
        AccountState.STOPPED,
    }
)
RELIEF: Final = "16"
ADVERSE_TRANSACTIONS: Final = frozenset(["1", "2", "3", "6", "7", "8", "11", "14", "17"])
"""Extension, paid by others or with assets, liquidation, recovery, reduction, card instalments.

Source: dictionary 1040 (grade C); signals C08 and C12. Deferral by the bank (16) is not adverse.
"""
_VALUES: Final = (
    "limit", "balance", "used", "due_on", "due_this_month", "terms_left", "class_code",
)  # fmt: skip
_LATE_VALUES: Final = ("overdue_amount", "terms_overdue")
_EASED: Final = frozenset(
    {"state", "due_on", "due_this_month", "terms_left", "class_code", "overdue_now", *_LATE_VALUES}
)


def pair_accounts(old: Report, new: Report) -> Pairs[Account]:
    """Return which accounts of two reports are the same."""
    return pair(
        indexed("accounts", old.accounts),
        indexed("accounts", new.accounts),
        account_keys(by_name=same_naming(old, new)),
    )


def account_findings(
    pairs: Pairs[Account], days: tuple[date | None, date | None], *, same_kind: bool
) -> Iterator[Finding]:
    """Yield every change of accounts; ``days`` are those of the older and the newer report.

    Reports of different layouts do not list the same accounts: there, only an account opened since
    is new, and one that is missing says nothing.
    """
    for (old_at, old), (new_at, new) in pairs.same:
        two = _Two(old_at, old, new_at, new, _new_relief(old, new, days[0]))
        yield from _pair_findings(two)
        yield from history_changes((old_at, old), (new_at, new), days)
    for evidence, account in pairs.only_new:
        if account.opened_on and days[0] and account.opened_on > days[0]:
            yield Change("accounts", Event.NEW, new=evidence)
        elif same_kind:
            yield Change("accounts", Event.APPEARED, new=evidence)
        else:
            yield NotCompared("accounts", "", "only the newer report lists it", new=evidence)
    for evidence, account in pairs.only_old:
        if not same_kind:
            yield NotCompared("accounts", "", "only the older report lists it", old=evidence)
            continue
        aged = is_over(account) and is_aged(account.closed_on, days[1])
        why = Reason.FIVE_YEARS if aged else None
        yield Change("accounts", Event.VANISHED, old=evidence, explained_by=why)


def is_aged(ended: When | None, newer: date | None) -> bool:
    """Tell whether five years since an end had passed on the day of the newer report."""
    if ended is None or newer is None:
        return False
    until = years_later(ended, 5)
    return latest_day(until) < newer


@dataclass(frozen=True, slots=True)
class _Two:
    """The same account in both reports, and whether the bank deferred its debt in between."""

    old_at: Evidence
    old: Account
    new_at: Evidence
    new: Account
    relieved: bool

    def compare(self, what: str, before: Told, after: Told, tone: Tone) -> Iterator[Finding]:
        """Yield the change of one value.

        A deferral for relief moves days, dues and arrears: that is neither good nor bad news.
        """
        for found in compared("accounts", what, (before, after), (self.old_at, self.new_at), tone):
            if self.relieved and what in _EASED and isinstance(found, Change):
                yield replace(found, tone=Tone.NEUTRAL, explained_by=Reason.RELIEF_DEFERRAL)
            else:
                yield found


def _pair_findings(two: _Two) -> Iterator[Finding]:
    old, new = two.old, two.new
    yield from _state_change(two)
    if not is_over(old) and not is_over(new):
        for name in _VALUES:
            yield from two.compare(name, getattr(old, name), getattr(new, name), Tone.NEUTRAL)
        if old.account_type in CARD_TYPES:
            yield from two.compare("utilisation_bp", _use_bp(old), _use_bp(new), Tone.NEUTRAL)
        before, after = is_overdue(old), is_overdue(new)
        yield from two.compare("overdue_now", before, after, Tone.WORSE if after else Tone.BETTER)
        for name in _LATE_VALUES:
            owed = (_late(old, name), _late(new, name))
            tone = Tone.WORSE if (owed[1] or 0) > (owed[0] or 0) else Tone.BETTER
            yield from two.compare(name, owed[0], owed[1], tone)
    for transaction in new.special_transactions:
        if transaction not in old.special_transactions:
            tone = Tone.WORSE if transaction.code in ADVERSE_TRANSACTIONS else Tone.NEUTRAL
            yield Change(
                "accounts", Event.NEW, "special_transaction", None, transaction.code,
                two.old_at, two.new_at, tone,
            )  # fmt: skip


def _state_change(two: _Two) -> Iterator[Finding]:
    """Yield the change of state, unless it only says again that something is overdue or not."""
    before, after = two.old.state, two.new.state
    if {before, after} == {AccountState.NORMAL, AccountState.OVERDUE}:
        return
    was_bad, is_bad = before in ADVERSE_STATES, after in ADVERSE_STATES
    tone = Tone.NEUTRAL if was_bad == is_bad else Tone.WORSE if is_bad else Tone.BETTER
    for finding in two.compare("state", before, after, tone):
        if isinstance(finding, Change) and is_over(two.new) and not is_over(two.old):
            yield replace(finding, event=Event.CLOSED)
        else:
            yield finding


def _use_bp(card: Account) -> int | None:
    return share_bp(drawn(card), card.shared_limit or card.limit)


def _late(account: Account, name: str) -> int | None:
    """Return what is overdue: nothing where the report says that nothing is."""
    stated: int | None = getattr(account, name)
    return 0 if stated is None and is_overdue(account) is False else stated


def _new_relief(old: Account, new: Account, since: date | None) -> bool:
    """Tell whether the bank has deferred this debt for relief since the older report."""
    return any(
        one.code == RELIEF and one not in old.special_transactions
        and not (one.on and since and one.on <= since)
        for one in new.special_transactions
    )  # fmt: skip
