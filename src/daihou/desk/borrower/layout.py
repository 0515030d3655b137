"""What terminal and page share: tiles, order of findings, timeline, grids, links to evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from daihou.desk.borrower.words import words
from daihou.desk.labels import Words
from daihou.report.values import Month
from daihou.report.words import OVERDUE_SYMBOLS

Told = Mapping[str, Any]
"""What ``daihou.jobs.telling`` tells of a report."""

MONTHS: Final = 24
MARKS: Final = {
    "new_credit": "▲", "guarantee": "△", "collection": "■", "judicial": "■",
    "account_review": "○", "other": "□", "own": "·",
}  # fmt: skip
"""Signs of the timeline, gravest first: the shape tells what colour tells too."""
DIRECTIONS: Final = ("hurts", "helps", "neutral")


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure; ``mood`` is good, bad or flat."""

    name: Words
    value: str
    note: Words
    mood: str = "flat"


@dataclass(frozen=True, slots=True)
class Look:
    """One inquiry on the timeline: its record, day, class and column (0 is the oldest month)."""

    index: int
    on: date
    reason_class: str
    hard: bool | None
    month: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lane:
    """All inquiries of one institution, oldest first."""

    institution: str
    own: bool
    looks: tuple[Look, ...]

    @property
    def hard(self) -> int:
        """Return how many are applications for credit or guarantees."""
        return sum(look.hard is True for look in self.looks)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Inquiries of the last 24 months by institution; ``older`` and ``undated`` are not drawn."""

    first: Month
    last: Month
    lanes: tuple[Lane, ...]
    undated: int = 0
    older: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """Symbols of an account: rows of (year, twelve cells of (symbol, overdue) or None)."""

    rows: tuple[tuple[int, tuple[tuple[str, int | None] | None, ...]], ...]


def yuan(value: int | None) -> str:
    """Return ``12,345``; unknown is a dash."""
    return "–" if value is None else f"{value:,}".replace("-", "−")


def share(bp: int | None) -> str:
    """Return basis points as ``35.2%``."""
    return "–" if bp is None else f"{bp / 100:.1f}%"


def tiles(told: Told) -> list[Tile]:
    """Return the headline figures."""
    f, record = told["figures"], told["report"]

    def shown(name: str) -> str:
        known = told["at_least"].get(name)
        return yuan(f[name]) if known is None else f"≥ {yuan(known)}"

    unread = len(record["unmatched"]) + sum(check["ok"] is False for check in record["checks"])
    late = f["overdue_accounts"] or told["at_least"].get("overdue_accounts")
    use = f["card_utilisation_bp"]
    return [
        Tile(Words("账户", "Accounts"), yuan(len(record["accounts"])),
             Words(f"{f['lenders_open']} 家机构仍有业务",
                   f"{f['lenders_open']} lenders still have business with you")),
        Tile(Words("现有债务", "Debt now"), shown("debt"),
             Words("元；贷款余额与信用卡已用", "yuan: loans and cards")),
        Tile(Words("信用卡使用率", "Card use"), share(use),
             Words(f"{shown('card_used')} / {shown('card_limit')} 元",
                   f"{shown('card_used')} of {shown('card_limit')} yuan"),
             "bad" if use is not None and use >= 8_000 else "flat"),
        Tile(Words("当前逾期", "Overdue now"), shown("overdue_accounts"),
             Words(f"个账户；近24个月逾期 {shown('overdue_months_24m')} 个月",
                   f"accounts; {shown('overdue_months_24m')} months overdue in 24"),
             "bad" if late else "flat" if f["overdue_accounts"] is None else "good"),
        Tile(Words("近6个月申请类查询", "Applications, 6 months"), shown("hard_6m"),
             Words(f"次；近12个月 {shown('hard_12m')} 次", f"{shown('hard_12m')} in 12 months")),
        Tile(Words("近24个月贷后管理", "Post-loan checks"), shown("post_loan_24m"),
             Words("次；不算申请类查询", "in 24 months; not applications")),
        Tile(Words("未能读懂", "Not understood"), yuan(unread),
             Words("处文字或核对不符", "texts or checks that failed"),
             "bad" if unread else "good"),
    ]  # fmt: skip


def grouped(findings: Sequence[Told]) -> list[tuple[str, list[Told]]]:
    """Return findings by direction, in their order of weight; empty groups are left out."""
    groups = [(d, [f for f in findings if f["direction"] == d]) for d in DIRECTIONS]
    return [(name, found) for name, found in groups if found]


def timeline(told: Told) -> Timeline:
    """Return the inquiries by institution, the busiest first and own looks last."""
    last = Month.of(date.fromisoformat(told["on"]))
    first = last.back(MONTHS - 1)
    lanes: dict[tuple[str, bool], list[Look]] = {}
    undated = older = 0
    for index, one in enumerate(told["report"]["inquiries"]):
        if one["on"] is None:
            undated += 1
            continue
        on = date.fromisoformat(one["on"])
        place = Month.of(on).number - first.number
        if not 0 <= place < MONTHS:
            older += 1
            continue
        look = Look(index, on, one["reason_class"], one["hard"], place, one["reason"])
        lanes.setdefault((one["institution"], one["own"]), []).append(look)
    rows = [
        Lane(name, own, tuple(sorted(looks, key=lambda look: look.on)))
        for (name, own), looks in lanes.items()
    ]
    rows.sort(key=lambda lane: (lane.own, -len(lane.looks), lane.institution))
    return Timeline(first, last, tuple(rows), undated, older)


def grid(account: Told) -> Grid | None:
    """Return the repayment grid of an account; None when the report has no months for it."""
    cells: dict[tuple[int, int], tuple[str, int | None]] = {}
    for state in (*account["history"], *account["overdue_months"]):
        year, month = (int(part) for part in state["month"].split("-"))
        symbol, overdue = cells.get((year, month), (state["symbol"], None))
        cells[year, month] = symbol, state["overdue"] if overdue is None else overdue
    if not cells:
        return None
    years = sorted({year for year, _ in cells}, reverse=True)
    return Grid(
        tuple((year, tuple(cells.get((year, month)) for month in range(1, 13))) for year in years)
    )


def symbol_class(symbol: str) -> str:
    """Return the style of a repayment symbol."""
    if symbol in OVERDUE_SYMBOLS:
        return "late2" if symbol >= "4" else "late1" if symbol >= "2" else "late0"
    return {"N": "paid", "B": "late2", "M": "soft"}.get(symbol, "none")


def place_of(record: Told, evidence: Told) -> tuple[str, Words, int | None]:
    """Return anchor, name and page of the record that evidence points at."""
    kind, index = evidence["kind"], evidence["index"]
    rows = record.get(kind)
    name = words("records", kind)
    if not isinstance(rows, list) or not 0 <= index < len(rows):
        return f"r-{kind}", name, None
    row = rows[index]
    number = row.get("no") or index + 1
    page = (row.get("places") or {}).get("", {}).get("page") or row.get("page")
    who = row.get("institution") or ""
    return (
        f"r-{kind}-{index}",
        Words(f"{who} {name.zh}{number}".strip(), f"{who} {name.en} {number}".strip()),
        page,
    )


def sources_of(findings: Iterable[Told], *more: Iterable[Told]) -> list[Told]:
    """Return every source that anything said relies on, once, by grade and title."""
    found: dict[tuple[str, str, str], Told] = {}
    for said in (*findings, *(one for group in more for one in group)):
        for source in said.get("sources", ()):
            found.setdefault((source["grade"], source["title"], source["article"]), source)
    order = "LBCNWM"
    return sorted(found.values(), key=lambda s: (order.find(s["grade"]), s["title"], s["article"]))
