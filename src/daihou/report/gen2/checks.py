"""Cross-checks of a second-generation report against itself; what cannot be checked says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from daihou.report.facts_windows import window_start
from daihou.report.fields import GEN2_SUMMARY_LISTS
from daihou.report.gen2.overview import rows_of
from daihou.report.gen2.reading import Reading
from daihou.report.model import Account, Check, Inquiry, Report
from daihou.report.values import Month, When
from daihou.report.words import OVER, AccountState, AccountType

_SHOWN: Final = 5
_BLOCKS: Final = {
    "non_revolving": AccountType.NON_REVOLVING,
    "drawdowns": AccountType.DRAWDOWN,
    "revolving": AccountType.REVOLVING,
    "credit_cards": AccountType.CARD,
    "quasi_cards": AccountType.QUASI_CARD,
}
_DOUBTFUL: Final = frozenset({AccountState.NOT_ACTIVATED, AccountState.BAD_DEBT})
"""States that the overview may count among the running ones or not: sources do not say."""

_COUNTED: Final = (
    ("loan_1m", "02", 1), ("card_1m", "03", 1), ("post_loan_24m", "01", 24),
    ("guarantee_24m", "08", 24), ("merchant_24m", "19", 24),
)  # fmt: skip
_KINDS: Final = {
    "prompt": "kinds", "recovered": "kinds", "overdue": "types", "liabilities": "kinds",
    "post_paid": "kinds", "public": "kinds",
}  # fmt: skip


def check_report(report: Report, reading: Reading) -> tuple[Check, ...]:
    """Return every cross-check; ``ok`` is None where the report lacks one side of it."""
    return (
        Check("accounts.counted", *_accounts(report)),
        *_blocks(report),
        _listed("lists.counted", [*reading.miscounted, *_kinds(report)], "counters that differ"),
        *_inquiries(report),
        _listed("history.contiguous", _gaps(report.accounts), "histories with gaps"),
        _dates(report),
        _listed("codes.known", reading.unknown_codes, "codes that no dictionary has"),
    )


def _listed(name: str, wrong: Iterable[str], what: str) -> Check:
    found = list(wrong)
    if not found:
        return Check(name, True, "")
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Check(name, False, f"{what}: {'; '.join(found[:_SHOWN])}{more}")


def _number(report: Report, name: str) -> int | None:
    value = report.summary.get(name)
    return value if isinstance(value, int) else None


def _accounts(report: Report) -> tuple[bool | None, str]:
    """Compare the prompt's total; it may leave out debt under recovery (note 4 of the report)."""
    stated = _number(report, "prompt.accounts")
    most = len(report.accounts)
    least = sum(a.account_type is not AccountType.COLLECTION for a in report.accounts)
    if stated is None:
        return (None if most else True), f"PC02AS01 is not stated, {most} accounts follow"
    return stated in (least, most), f"PC02AS01 says {stated}, {most} accounts follow"


def _blocks(report: Report) -> Iterator[Check]:
    for name, kind in _BLOCKS.items():
        stated = _number(report, f"{name}.accounts")
        if stated is None:
            continue
        open_ones = [a for a in report.accounts if a.account_type is kind and a.state not in OVER]
        least = sum(a.state not in _DOUBTFUL for a in open_ones)
        detail = f"the overview says {stated} running, {least} to {len(open_ones)} accounts are"
        yield Check(f"overview.{name}", least <= stated <= len(open_ones), detail)


def _kinds(report: Report) -> Iterator[str]:
    keys = {told[0]: len(told[1]) for told in GEN2_SUMMARY_LISTS.values()}
    for name, counter in _KINDS.items():
        stated = _number(report, f"{name}.{counter}")
        rows = len(rows_of(report.summary, name, keys[name]))
        if stated is not None and stated != rows:
            yield f"{name}.{counter} says {stated}, {rows} rows follow"


def _inquiries(report: Report) -> Iterator[Check]:
    """Compare the counters with the list; whether it holds others' post-loan looks is not known."""
    at = report.header.report_at
    stated = {name: _number(report, f"inquiries.{name}") for name, _, _ in _COUNTED}
    if at is None or not report.inquiries:
        if any(stated.values()):
            yield Check("inquiries.counted", None, "no list of inquiries, or no day of the report")
        return
    wrong: list[str] = []
    hidden = ""
    for name, code, months in _COUNTED:
        told, since = stated[name], window_start(at.date(), months)
        looks = [x for x in report.inquiries if x.reason_code == code and x.on]
        most = sum(x.on >= since for x in looks if x.on)
        least = sum(since < x.on < at.date() for x in looks if x.on)
        if told is None or least <= told <= most:
            continue
        if code == "01" and told > most:
            hidden = f"{told} post-loan checks counted, {most} listed: others' may be left out"
            continue
        wrong.append(f"{name} says {told}, {most} listed")
    wrong += _institutions(report, at.date())
    yield _listed("inquiries.counted", wrong, "counters that differ")
    if hidden:
        yield Check("inquiries.post_loan", None, hidden)


def _institutions(report: Report, day: date) -> Iterator[str]:
    since = window_start(day, 1)
    for name, code in (("loan_institutions_1m", "02"), ("card_institutions_1m", "03")):
        told = _number(report, f"inquiries.{name}")
        looks = [x for x in report.inquiries if x.reason_code == code and x.on and x.on >= since]
        most = len({x.institution for x in looks})
        least = len({x.institution for x in looks if _inside(x, since, day)})
        if told is not None and not least <= told <= most:
            yield f"{name} says {told}, {most} listed"


def _inside(look: Inquiry, since: date, day: date) -> bool:
    return look.on is not None and since < look.on < day


def _gaps(accounts: Iterable[Account]) -> Iterator[str]:
    for account in accounts:
        months = [state.month.number for state in account.history]
        if not months:
            continue
        where = account.account_no or account.institution
        if any(newer - older != 1 for newer, older in pairwise(months)):
            yield f"{where}: months missing or doubled"
        ends = (account.history_from, account.history_to)
        found = (account.history[-1].month, account.history[0].month)
        if any(end and end != month for end, month in zip(ends, found, strict=True)):
            yield f"{where}: {found[0]} to {found[1]}, not {ends[0]} to {ends[1]} as stated"


def _dates(report: Report) -> Check:
    at = report.header.report_at
    if at is None:
        return Check("dates.before_report", None, "the day of the report is not known")
    late = [
        f"{place} {name} {when}"
        for place, name, when in _days(report)
        if when is not None
        and (when > Month.of(at) if isinstance(when, Month) else when > at.date())
    ]
    return _listed("dates.before_report", late, "after the day of the report")


def _days(report: Report) -> Iterator[tuple[str, str, When | None]]:
    for account in report.accounts:
        where = account.account_no or account.institution
        for name in ("opened_on", "closed_on", "as_of", "last_paid_on", "month", "history_to"):
            yield where, name, getattr(account, name)
    for agreement in report.agreements:
        yield agreement.agreement_no or agreement.institution, "from_on", agreement.from_on
    for liability in report.liabilities:
        yield liability.institution, "opened_on", liability.opened_on
        yield liability.institution, "as_of", liability.as_of
    for look in report.inquiries:
        yield look.institution, "on", look.on
