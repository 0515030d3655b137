"""A second way from raw credit reports to signals A to D and G06: plain loops, no facts, no SQL.

It walks accounts, looks and records of a report as read and follows the written definitions. It
shares nothing with ``facts_of``, ``bureau_row``, the stages or the catalogue but the report itself.
Units: yuan as in the report; values of signals are in their own units.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from daihou.report.model import Account, Report

OVER = {"settled", "closed", "transferred", "ended", "forced_liquidation"}
LOANS = {"D1", "R1", "R4"}
HARD = {"02", "03", "08", "20", "24", "26"}
NON_BANKS = {"消费金融公司", "贷款公司", "小额贷款公司"}
DIGITS = "1234567"
Figures = dict[str, Any]


class Asked(NamedTuple):
    """One report of a person as it lies in the files."""

    report_id: str
    received_on: date
    report: Report

    @property
    def report_on(self) -> date:
        """Return the day of the report."""
        assert self.report.header.report_at is not None
        return self.report.header.report_at.date()


def back(on: date, months: int) -> date:
    """Return the same day so many months earlier, or the last that month has."""
    number = on.year * 12 + on.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def lender(name: str) -> str:
    """Return the company in a printed name, without white space and branch."""
    name = "".join(name.split()).replace("(", "（").replace(")", "）")
    parts = name.replace("联社", "联社\n").replace("公司", "公司\n").split("\n")
    if len(parts) == 2:
        return parts[0]
    if (
        len(parts) == 1
        and "银行" in name
        and name[-1] in "行部心处所"
        and not name.endswith("银行")
    ):
        return name.split("银行")[0] + "银行"
    return name


def number(when: Any) -> int:
    """Return months since year 0 of a day or month."""
    return when.year * 12 + when.month - 1


def kind(account: Account) -> str:
    return account.account_type.value if account.account_type else ""


def state(account: Account) -> str:
    assert account.state is not None, "the second way reads reports that state every state"
    return account.state.value


def owed(account: Account) -> int | None:
    if kind(account) in {"R2", "R3"}:
        if account.used is None and account.balance is None:
            return 0 if state(account) == "not_activated" else None
        return account.balance if account.used is None else account.used
    return account.balance


def whole(amounts: Iterable[int | None]) -> int | None:
    """Return the sum, or None when one is not told."""
    amounts = list(amounts)
    return None if None in amounts else sum(a for a in amounts if a is not None)


def at_least(found: int, untold: bool) -> int | None:
    return None if untold and found == 0 else found


def applications(report: Report, on: date, others: list[Account]) -> Figures:
    looks = [look for look in report.inquiries if not look.own and look.on is not None]

    def since(after: date, codes: set[str]) -> list[Any]:
        return [k for k in looks if after < k.on <= on and k.reason_code in codes]

    def opened(months: int, wanted: set[str]) -> list[Account]:
        return [
            a for a in others
            if kind(a) in wanted and a.opened_on and back(on, months) < a.opened_on <= on
        ]  # fmt: skip

    def cards(months: int) -> int:
        found: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for a in opened(months, {"R2"}):
            assert a.currency is not None and a.limit is not None
            found[lender(a.institution), a.opened_on, a.limit][a.currency] += 1
        return sum(max(one.values()) for one in found.values())

    return {
        "A01": len({lender(k.institution) for k in since(back(on, 1), {"03"})}),
        "A02": len(since(back(on, 1), {"02"})),
        "A03": len(since(date.fromordinal(on.toordinal() - 60), HARD)),
        "A04": len({(k.institution, k.reason_code, k.on.year, k.on.month)
                    for k in since(back(on, 3), HARD)}),
        "A05": len(since(back(on, 6), HARD)),
        "A06": len(since(back(on, 6), {"02"})),
        "loans opened": len(opened(6, LOANS)),
        "A07": len(since(back(on, 6), {"03"})),
        "A08": cards(3),
        "A09": cards(6),
        "A10": sum(a.institution_type in NON_BANKS for a in opened(3, LOANS)),
    }  # fmt: skip


class Line(NamedTuple):
    """A card limit: of one card, of two currencies, or shared."""

    issuer: str
    limit: int | None
    used: int | None


def card_lines(report: Report, cards: list[Account]) -> list[Line]:
    shared = {
        a.agreement_no: a.limit for a in report.agreements if a.use_code == "30" and a.agreement_no
    }
    groups: dict[Any, list[Account]] = defaultdict(list)
    for place, card in enumerate(cards):
        if card.agreement_no in shared:
            groups["agreement", card.agreement_no].append(card)
        elif card.shared_limit:
            groups["issuer", lender(card.institution)].append(card)
        else:
            twins = [
                c for c in cards[:place]
                if c.agreement_no not in shared and not c.shared_limit
                and (lender(c.institution), c.opened_on, c.limit, c.currency)
                == (lender(card.institution), card.opened_on, card.limit, card.currency)
            ]  # fmt: skip
            key = (lender(card.institution), card.opened_on, card.limit, len(twins))
            groups["card", key].append(card)
    lines = []
    for (how, key), members in groups.items():
        limits = [c.shared_limit or c.limit for c in members]
        if how == "agreement" and shared[key] is not None:
            limits = [shared[key]]
        told = [limit for limit in limits if limit is not None]
        lines.append(
            Line(
                lender(members[0].institution),
                max(told) if told else None,
                whole(owed(c) for c in members),
            )
        )
    return lines


def share(part: int | None, total: int | None) -> int | None:
    return None if part is None or not total else part * 10_000 // total


def leverage(report: Report, others: list[Account]) -> Figures:
    running = [a for a in others if state(a) not in OVER]
    cards = [a for a in running if kind(a) == "R2"]
    loans = [a for a in running if kind(a) in LOANS]
    lines = card_lines(report, cards)
    limit, used = whole(line.limit for line in lines), whole(line.used for line in lines)
    by_issuer: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_issuer[line.issuer].append(line)
    average = whole(0 if state(c) == "not_activated" else c.used_average_6m for c in cards)
    due = whole(
        0 if kind(a) == "R2" and state(a) == "not_activated" else a.due_this_month
        for a in [*loans, *cards]
    )
    quasi = whole(owed(a) for a in running if kind(a) == "R3")
    balance = whole(a.balance for a in loans)
    return {
        "B01": share(used, limit),
        "B02": sum(share(one.used, one.limit) is not None and share(one.used, one.limit) >= 9_000
                   for one in lines),
        "B03": sum(sum(x.limit for x in own) > 0
                   and sum(x.used for x in own) / sum(x.limit for x in own) >= 0.8
                   for own in by_issuer.values()),
        "B05": len({lender(c.institution) for c in cards}),
        "B06": len({lender(a.institution) for a in loans}),
        "debt": whole((balance, used, quasi)),
        "loans": balance,
        "due": due,
        "B09": share(average, limit),
        "minimum": minimum_payers(cards),
        "B11": sum(a.balance / a.amount >= 0.8 for a in loans
                   if kind(a) != "R1" and a.balance and a.amount),
        "guaranteed": whole(g.balance for g in report.liabilities),
        "guaranteed overdue": sum(bool(g.months_overdue) or (g.state_symbol or "") in list(DIGITS)
                                  for g in report.liabilities),
    }  # fmt: skip


def minimum_payers(cards: list[Account]) -> int | None:
    found = 0
    for card in cards:
        if state(card) in {"not_activated", "bad_debt"}:
            continue
        due, paid, debt = card.due_this_month, card.paid_this_month, owed(card)
        if due == 0 or debt == 0:
            continue
        if due is None or paid is None or debt is None:
            return None
        found += due * 0.95 <= paid <= due * 1.05
    return found


class Course(NamedTuple):
    """The months of an account: symbols in the window, gaps for digits, gaps for other symbols."""

    symbols: dict[int, str]
    digits_missing: bool
    missing: bool


def course(account: Account, on: date, months: int) -> Course:
    """Return the symbols of the last months and whether some month is not told."""
    told: dict[int, str] = {}
    for one in [*account.history, *account.overdue_months]:
        before, now = told.get(number(one.month), ""), one.symbol
        if not (before in DIGITS and before and (now not in DIGITS or now < before)):
            told[number(one.month)] = now
    end = number(on)
    window = range(end - months + 1, end + 1)
    lived = list(window)
    if account.opened_on:
        lived = [m for m in lived if m >= number(account.opened_on)]
    if account.closed_on:
        lived = [m for m in lived if m <= number(account.closed_on)]
    else:
        last = [number(m) for m in (account.history_to, account.overdue_to) if m] + list(told)
        lived = [m for m in lived if not last or m <= max(last)]
    blank = [m for m in lived if told.get(m, "#") in "#/"]
    listed: set[int] = set()
    if account.overdue_from and account.overdue_to:
        listed = set(range(number(account.overdue_from), number(account.overdue_to) + 1))
        listed -= {m for m, symbol in told.items() if symbol in "#/"}
    if state(account) == "not_activated":
        blank = []
    digits_missing = account.months_overdue_5y != 0 and any(m not in listed for m in blank)
    return Course({m: told[m] for m in window if m in told}, digits_missing, bool(blank))


def late_months(one: Course) -> list[int]:
    return sorted(m for m, symbol in one.symbols.items() if symbol in list(DIGITS))


def run_of(months: list[int]) -> int:
    best = 0
    for start in months:
        length = 1
        while start + length in months:
            length += 1
        best = max(best, length)
    return best


def is_late(account: Account) -> bool | None:
    """Tell whether an account that is no bad debt is overdue now."""
    if state(account) in OVER:
        return False
    if state(account) == "overdue":
        return True
    told = [account.overdue_amount, account.terms_overdue]
    if account.overdue_now is not None or any(told):
        return bool(account.overdue_now) or any(bool(one) for one in told)
    if (account.latest_symbol or "") in list(DIGITS):
        return True
    fine = state(account) == "normal" and kind(account) in LOANS
    return False if fine or state(account) == "not_activated" or 0 in told else None


def overdue_now(accounts: list[Account]) -> tuple[int | None, int | None]:
    """Return the worst digit and the amount overdue now, in yuan."""
    late = [(a, is_late(a)) for a in accounts if state(a) != "bad_debt" and is_late(a) is not False]
    digits, sure = [], True
    for account, surely in late:
        last = max(account.history, key=lambda one: one.month).symbol if account.history else ""
        symbol = account.latest_symbol if account.latest_symbol in list(DIGITS) else last
        digit = int(symbol) if symbol in list(DIGITS) else 0
        sure &= digit > 0
        aged = (
            7 if account.overdue_over_180 or account.overdraft_over_180
            else 4 if account.overdue_91_180 else 3 if account.overdue_61_90
            else 2 if account.overdue_31_60 else 0
        )  # fmt: skip
        digits.append(max(digit, aged) or int(bool(surely)))
    worst = at_least(max(digits, default=0), not sure)
    amounts = [account.overdue_amount for account, _ in late]
    return worst, at_least(sum(a or 0 for a in amounts), None in amounts)


def adverse(report: Report, on: date, others: list[Account]) -> Figures:
    lent = [a for a in others if kind(a) != "C1"]
    courses = [course(a, on, 24) for a in lent]
    year = [course(a, on, 12) for a in lent]
    quarter = [course(a, on, 3) for a in lent]
    gaps = any(one.digits_missing for one in courses)
    worst, amount = overdue_now(lent)
    digits = [int(s) for one in courses for s in one.symbols.values() if s in list(DIGITS)]
    late = [m for one in courses for m in late_months(one)]
    late_3m = sum(bool(late_months(one)) for one in quarter)
    cards = [a for a in others if kind(a) == "R2"]
    stopped = [a for a in cards if state(a) in {"frozen", "stopped"}]
    sold = sum("G" in one.symbols.values() for one in courses)
    recovered = [a for a in others if kind(a) == "C1" and state(a) not in OVER]
    late_gap = any(one.digits_missing for one in quarter if not late_months(one))
    sold_gap = any(one.missing for one in courses if "G" not in one.symbols.values())
    return {
        "C01": worst, "overdue": amount,
        "C02": at_least(late_3m, late_gap),
        "C03": at_least(len(late), gaps),
        "C04": at_least(max((run_of(late_months(one)) for one in courses), default=0), gaps),
        "C05": at_least(max(digits, default=0), gaps),
        "stopped": sum((owed(a) or 0) >= 300 for a in stopped),
        "stopped small": sum((owed(a) or 0) < 300 for a in stopped),
        "stopped by bank": sum(state(a) == "stopped_by_bank" for a in cards),
        "C07": sum(state(a) in {"bad_debt", "judicial_recovery"} for a in others),
        "C08": paid_by_others(others, courses, back(on, 24), on),
        "C08 12m": paid_by_others(others, year, back(on, 12), on),
        "C09": worst_class(others),
        "C10": len(recovered),
        "recovered": sum(a.balance or 0 for a in recovered),
        "C11": at_least(sold, sold_gap),
        "relief": len(deals(others, {"16"}, back(on, 12), on)),
        "extended": len(deals(others, {"1"}, back(on, 12), on)),
        "reduced": len(deals(others, {"11", "14"}, back(on, 12), on)),
        "C13": telecom(report, on),
    }  # fmt: skip


def deals(others: list[Account], codes: set[str], after: date, on: date) -> list[Any]:
    return [
        deal for a in others for deal in a.special_transactions
        if deal.code in codes and deal.on is not None and after < deal.on <= on
    ]  # fmt: skip


def paid_by_others(
    others: list[Account], courses: list[Course], after: date, on: date
) -> int | None:
    found = len(deals(others, {"2", "3"}, after, on))
    found += sum(symbol in {"D", "Z"} for one in courses for symbol in one.symbols.values())
    return at_least(found, any(one.missing for one in courses))


def worst_class(others: list[Account]) -> int | None:
    loans = [a for a in others if kind(a) in LOANS and state(a) not in OVER | {"bad_debt"}]
    told = [int(a.class_code) for a in loans if a.class_code in list("12345")]
    untold = any(a.class_code not in list("123459") for a in loans)
    worst = max(told, default=0)
    return None if untold and worst < 2 else worst


def telecom(report: Report, on: date) -> int | None:
    worst, gaps = 0, False
    for service in report.post_paid:
        if service.history is None or service.month is None:
            gaps = True
            continue
        late, months = 0, dict[int, str]()
        for place, symbol in enumerate(service.history):
            months[number(service.month) - len(service.history) + 1 + place] = symbol
        since = number(on) - 23
        if service.opened_on:
            since = max(since, number(service.opened_on))
        for month in range(since, number(service.month) + 1):
            symbol = months.get(month, "#")
            gaps |= symbol in "#/"
            late += symbol in list(DIGITS)
        worst = max(worst, late)
    return at_least(worst, gaps)


def person(report: Report, on: date) -> Figures:
    def of(name: str) -> list[Any]:
        return [r.values for r in report.public_records if r.kind.value == name]

    filed = [values["filed_on"] for values in of("enforcement")]
    amounts = [values["amount"] for values in of("civil_judgment")]
    told = report.identity
    changes = 0
    if told is not None:
        for entries in (
            [(x.number, x.updated_on) for x in told.phones],
            [(x.address, x.updated_on) for x in told.residences],
            [(x.employer, x.updated_on) for x in told.occupations],
        ):
            recent = {text for text, day in entries if text and back(on, 6) < day <= on}
            changes += max(len(recent) - 1, 0)
    alert = report.header.fraud_alert
    alarm = alert is not None and alert.flag == "1" and (not alert.to_on or alert.to_on >= on)
    return {
        "D01": sum(back(on, 24) < day <= on for day in filed),
        "D01 12m": sum(back(on, 12) < day <= on for day in filed),
        "D02": len(amounts),
        "judged": max(amounts, default=0),
        "D03": len(of("tax_arrears")),
        "D04": len(of("penalty")),
        "D05": fund(of("housing_fund"), on),
        "D06": None if told is None else changes,
        "D08": int(alarm or bool(report.header.disputes)),
        "score": report.score.value if report.score else None,
    }


def fund(accounts: list[Any], on: date) -> int:
    if not accounts:
        return 0
    newest = max(accounts, key=lambda one: (number(one["paid_to"]), one["state"] == "1"))
    months = max(number(on) - number(newest["paid_to"]), 0)
    return months if newest["state"] != "1" or months > 3 else 0


def figures(asked: Asked, own: str) -> Figures:
    """Return every figure of one report; ``own`` is the company whose business is left out."""
    on = asked.report_on
    mine = [a for a in asked.report.accounts if lender(a.institution) != own]
    report = asked.report
    looks = Report(
        kind=report.kind,
        inquiries=tuple(k for k in report.inquiries if lender(k.institution) != own),
    )
    lines = Report(
        kind=report.kind,
        agreements=tuple(a for a in report.agreements if lender(a.institution) != own),
        liabilities=tuple(g for g in report.liabilities if lender(g.institution) != own),
    )
    return (
        applications(looks, on, mine)
        | leverage(lines, mine)
        | adverse(report, on, mine)
        | person(report, on)
    )
