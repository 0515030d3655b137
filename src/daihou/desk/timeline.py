"""The dated facts of one account in the order in which they happened: what an officer reads first.

Dues and payments are matched here in plain Python, apart from the night's SQL: an explanation says
so when the two disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any, Final

from daihou.desk.labels import Words, value_label
from daihou.desk.shapes import TimelineItem
from daihou.kernel import format_minor
from daihou.night.book import Book
from daihou.night.dates import add_months

Row = Mapping[str, Any]
Facts = Mapping[str, Sequence[Row]]

MONTHS: Final = 24
LONGEST: Final = 60
"""Lines at the most: what is older than the newest sixty is counted, not shown."""


@dataclass(frozen=True, slots=True)
class Due:
    """One due with the day that cleared it (None: not yet) and what of it is unpaid."""

    due_on: date
    amount_minor: int
    total_minor: int
    cleared_on: date | None
    unpaid_minor: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """One account's dues up to as_of beside the running total of its payments by value day.

    For a card a payment counts only against statements already issued, so ``reached`` is what was
    asked for less what stands unpaid.
    """

    dues: tuple[Due, ...]
    reached: Mapping[date, int]

    def oldest_unpaid_on(self, as_of: date) -> date | None:
        """Return the due day of the oldest overdue due."""
        late = (d.due_on for d in self.dues if d.due_on < as_of and d.cleared_on is None)
        return min(late, default=None)

    def left_on(self, day: date) -> int:
        """Return what was due by ``day`` and unpaid at its end."""
        asked = max((d.total_minor for d in self.dues if d.due_on <= day), default=0)
        return max(asked - self.reached.get(day, 0), 0)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline: the account's state on as_of, and whether amounts may be shown."""

    state: Row
    as_of: date
    masked: bool

    @property
    def account_id(self) -> str:
        """Return the account's number."""
        return str(self.state["account_id"])

    def money(self, amount_minor: int) -> str:
        """Return an amount as it may be shown."""
        return "•••" if self.masked else format_minor(amount_minor, self.state["currency"])

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows about the account."""
        return [row for row in rows if row["account_id"] == self.account_id]


def ledger_of(subject: Subject, known: Facts, book: Book) -> Ledger:
    """Return the account's dues and payments matched: oldest due first."""
    card = subject.state["product"] == "card"
    paid: dict[date, int] = defaultdict(int)
    for row in subject.of(known["payment"]):
        sign = -1 if row["kind"] == "reversal" else 1
        paid[row["paid_on"]] += sign * row["amount_minor"]
    asked: list[tuple[date, Any, int]]
    if card:
        rows = [
            r for r in subject.of(known["card_statement"]) if r["minimum_due_minor"] is not None
        ]
        asked = [(r["due_on"], r["statement_on"], r["minimum_due_minor"]) for r in rows]
        reached = _card_reached(asked, paid)
    else:
        rows = subject.of(known["instalment"])
        asked = [
            (r["due_on"], r["instalment_no"],
             r["principal_minor"] + r["interest_minor"] + r["fee_minor"])
            for r in rows
        ]  # fmt: skip
        sums = accumulate(paid[day] for day in sorted(paid))
        reached = dict(zip(sorted(paid), sums, strict=True))
    days: list[date] = [due_on for due_on, _, _ in asked]
    moved = book.holidays.shifted(min(days), max(days)) if days else {}
    effective = [
        (moved.get(day, day), no, amount) for day, (_, no, amount) in zip(days, asked, strict=True)
    ]
    placed = sorted(
        (item for item in effective if card or item[0] <= subject.as_of),
        key=lambda item: (item[1], item[0]) if card else (item[0], item[1]),
    )
    totals = list(accumulate(amount for _, _, amount in placed))
    dues = [
        _due((due_on, amount, total), reached, book.allocation.tolerance_bp)
        for (due_on, _, amount), total in zip(placed, totals, strict=True)
        if amount > 0 and due_on <= subject.as_of
    ]
    return Ledger(tuple(dues), reached)


def _due(placed: tuple[date, int, int], reached: Mapping[date, int], tolerance_bp: int) -> Due:
    due_on, amount, total = placed
    enough = total - amount * tolerance_bp // 10_000
    cleared = min((day for day, sum_ in reached.items() if sum_ >= enough), default=None)
    best = max(reached.values(), default=0)
    unpaid = 0 if cleared is not None else min(amount, max(total - best, 0))
    return Due(due_on, amount, total, cleared, unpaid)


def _card_reached(
    asked: Iterable[tuple[date, date, int]], paid: Mapping[date, int]
) -> dict[date, int]:
    """Return, by day, how far payments reach into the minimum payments asked for."""
    net: dict[date, int] = defaultdict(int)
    asking: dict[date, int] = defaultdict(int)
    for _, statement_on, amount in asked:
        asking[statement_on] += amount
        net[statement_on] += amount
    for day, amount in paid.items():
        net[day] -= amount
    reached, unpaid, total = {}, 0, 0
    for day in sorted(net):
        total += asking.get(day, 0)
        unpaid = max(0, unpaid + net[day])
        reached[day] = total - unpaid
    return reached


def timeline_of(
    subject: Subject, known: Facts, history: Facts, ledger: Ledger
) -> tuple[TimelineItem, ...]:
    """Return the account's facts of the last 24 months, oldest first, with the opening before."""
    since = add_months(subject.as_of, -MONTHS)
    items = [
        *_missed(subject, ledger),
        *_payments(subject, known["payment"], ledger),
        *_reported(subject, known["card_statement"]),
        *_schedule(subject, history["instalment"]),
        *_restructured(subject, known["restructuring"]),
        *_happened(subject, known["external_event"]),
        *_line(subject, history["credit_line"]),
    ]
    shown = sorted((item for item in items if item.on > since), key=lambda item: item.on)
    first = sorted(_opening(subject, known["account"]), key=lambda item: item.on)
    most = LONGEST - len(first) - 1
    cut = len(items) - min(len(shown), most)
    if cut > 0:
        kept = shown[-most:] if len(shown) > most else shown
        on = kept[0].on if kept else since
        older = Words(f"此前另有{cut}条记录未显示", f"{cut} earlier facts are not shown")
        shown = [TimelineItem(on, older), *kept]
    return tuple(sorted([*first, *shown], key=lambda item: item.on))


def _item(
    subject: Subject, on: date, what: tuple[str, str], amount_minor: int | None = None,
    note: str = "",
) -> TimelineItem:  # fmt: skip
    return TimelineItem(on, Words(*what), None if subject.masked else amount_minor, note)


def _opening(subject: Subject, accounts: Sequence[Row]) -> list[TimelineItem]:
    found = []
    for row in subject.of(accounts):
        found.append(_item(subject, row["opened_on"], ("开户/放款", "opened or paid out"),
                           row["amount_minor"]))  # fmt: skip
        if row["taken_on_on"] is not None:
            found.append(
                _item(subject, row["taken_on_on"],
                      ("还款历史自此日起提供", "dues and payments are handed over from here on"),
                      row["taken_on_balance_minor"])
            )  # fmt: skip
        if row["use_proof_on"] is not None:
            found.append(
                _item(subject, row["use_proof_on"], ("提交用途证明", "proof of use filed"))
            )
        if row["written_off_on"] is not None:
            found.append(_item(subject, row["written_off_on"], ("核销", "written off")))
    return found


def _missed(subject: Subject, ledger: Ledger) -> list[TimelineItem]:
    found = []
    for due in ledger.dues:
        if due.cleared_on is None and due.due_on < subject.as_of:
            days = (subject.as_of - due.due_on).days
            left = subject.money(due.unpaid_minor)
            what = (
                f"应还未还清，至今{days}天，尚欠{left}",
                f"due and not paid, {days} days ago, {left} left",
            )
        elif due.cleared_on is not None and due.cleared_on > due.due_on:
            what = (
                f"应还逾期，{due.cleared_on}还清",
                f"due and missed, cleared on {due.cleared_on}",
            )
        else:
            continue
        found.append(_item(subject, due.due_on, what, due.amount_minor))
    return found


def _payments(subject: Subject, payments: Sequence[Row], ledger: Ledger) -> list[TimelineItem]:
    """Return late, partial, back-dated and reversed payments one by one, the others in one line."""
    rows = sorted(subject.of(payments), key=lambda row: (row["paid_on"], row["payment_id"]))
    last_of_day = {row["paid_on"]: row["payment_id"] for row in rows}
    found, plain = [], []
    for row in rows:
        zh, en = list[str](), list[str]()
        if last_of_day[row["paid_on"]] == row["payment_id"]:
            zh, en = _settled(subject, ledger, row["paid_on"])
        if row["booked_on"] is not None and row["booked_on"] > row["paid_on"]:
            zh.append(f"{row['booked_on']}才入账，倒起息")
            en.append(f"back-dated: booked on {row['booked_on']}")
        kind = value_label("kind", row["kind"], "payment")
        if not zh and row["kind"] == "payment":
            plain.append(row)
            continue
        what = ("：".join(filter(None, [kind.zh, "；".join(zh)])),
                ": ".join(filter(None, [kind.en, "; ".join(en)])))  # fmt: skip
        found.append(_item(subject, row["paid_on"], what, row["amount_minor"], row["payment_id"]))
    recent = [row for row in plain if row["paid_on"] > add_months(subject.as_of, -MONTHS)]
    if recent:
        count, first = len(recent), recent[0]["paid_on"]
        what = (
            f"自{first}起另有{count}笔按约还款（合计）",
            f"{count} other payments since {first}, in time and in full (sum)",
        )
        total = sum(row["amount_minor"] for row in recent)
        found.append(_item(subject, recent[-1]["paid_on"], what, total))
    return found


def _settled(subject: Subject, ledger: Ledger, day: date) -> tuple[list[str], list[str]]:
    """Return, in both languages, what a day's payments cleared late and what they left open."""
    zh, en = [], []
    late = [due for due in ledger.dues if due.cleared_on == day and due.due_on < day]
    if late:
        days, oldest = (day - late[0].due_on).days, late[0].due_on
        zh.append(f"还清{len(late)}期逾期应还，最早{oldest}，迟{days}天")
        dues = "a due" if len(late) == 1 else f"{len(late)} dues"
        en.append(f"clears {dues}, the oldest of {oldest}, {days} days late")
    left = ledger.left_on(day)
    if left > 0:
        zh.append(f"部分还款，尚欠{subject.money(left)}")
        en.append(f"partial: {subject.money(left)} left")
    return zh, en


def _reported(subject: Subject, statements: Sequence[Row]) -> list[TimelineItem]:
    return [
        _item(subject, row["statement_on"], (f"机构报送逾期{row['reported_dpd']}天",
              f"{row['reported_dpd']} days past due by the lender's own count"))
        for row in subject.of(statements)
        if row["minimum_due_minor"] is None and row["reported_dpd"]
    ]  # fmt: skip


def _schedule(subject: Subject, instalments: Sequence[Row]) -> list[TimelineItem]:
    """Return the days on which dues were taken out of the schedule or agreed anew."""
    words = {
        "cancelled_on": ("{}期应还移出还款计划", "{} dues taken out of the schedule"),
        "agreed_on": ("新约定{}期应还", "{} dues agreed anew"),
    }
    found = []
    for column, (zh, en) in words.items():
        counts: dict[date, list[int]] = defaultdict(list)
        for row in subject.of(instalments):
            day = row[column]
            if day is not None and subject.state["opened_on"] < day <= subject.as_of:
                parts = (row["principal_minor"], row["interest_minor"], row["fee_minor"])
                counts[day].append(sum(parts))
        found += [
            _item(subject, day, (zh.format(len(amounts)), en.format(len(amounts))), sum(amounts))
            for day, amounts in counts.items()
        ]
    return found


def _restructured(subject: Subject, rows: Sequence[Row]) -> list[TimelineItem]:
    found = []
    for row in subject.of(rows):
        kind = value_label("kind", row["kind"], "restructuring")
        hard = row["for_difficulty"]
        what = (
            f"合同变更：{kind.zh}{'，因财务困难' if hard else ''}，首个还款日{row['first_due_on']}",
            f"contract changed: {kind.en}{', in financial difficulty' if hard else ''},"
            f" first due on {row['first_due_on']}",
        )
        found.append(_item(subject, row["changed_on"], what, None, row["restructuring_id"]))
    return found


def _happened(subject: Subject, events: Sequence[Row]) -> list[TimelineItem]:
    """Return the events of the account and of its customer, on the day the lender knew."""
    found = []
    for row in events:
        whole = row["account_id"] is None and row["customer_id"] == subject.state["customer_id"]
        if not whole and row["account_id"] != subject.account_id:
            continue
        kind = value_label("kind", row["kind"], "external_event")
        day = row["happened_on"]
        zh, en = (f"（发生于{day}）", f" (on {day})") if day != row["known_on"] else ("", "")
        what = (f"{kind.zh}{zh}", f"{kind.en}{en}")
        found.append(_item(subject, row["known_on"], what, row["amount_minor"], row["event_id"]))
    return found


def _line(subject: Subject, lines: Sequence[Row]) -> list[TimelineItem]:
    """Return the changes of the credit line that the account draws on."""
    states = sorted(
        (
            row for row in lines
            if row["line_id"] == subject.state["line_id"] and row["recorded_on"] <= subject.as_of
        ),
        key=lambda row: (row["recorded_on"], row["landing_no"]),
    )  # fmt: skip
    found: list[TimelineItem] = []
    limit, seen = None, set[tuple[str, date]]()
    for row in states:
        if limit is not None and row["limit_minor"] != limit:
            change = (("调高额度", "limit raised") if row["limit_minor"] > limit
                      else ("调低额度", "limit lowered"))  # fmt: skip
            found.append(_item(subject, row["recorded_on"], change, row["limit_minor"]))
        limit = row["limit_minor"]
        for column, what in _LINE_DAYS.items():
            day = row[column]
            if day is not None and day <= subject.as_of and (column, day) not in seen:
                seen.add((column, day))
                amount = limit if column == "opened_on" else None
                found.append(_item(subject, day, what, amount, row["line_id"]))
    return found


_LINE_DAYS: Final = {
    "opened_on": ("授信生效", "credit line opened"),
    "frozen_on": ("额度冻结", "credit line frozen"),
    "cancelled_on": ("额度取消", "credit line cancelled"),
    "expires_on": ("授信到期", "last day of the credit line"),
}
