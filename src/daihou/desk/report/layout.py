"""The tiles, the sentences and the roll matrix of a report, worked out before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from daihou.desk.figures import STATES, Figures, share_bp
from daihou.desk.labels import Words
from daihou.desk.report.marks import number, percent, points, short_amount

Mood = Literal["good", "bad", "flat"]


@dataclass(frozen=True)
class Tile:
    """One headline figure: what, how much, a second line, the change since the night before."""

    name: Words
    value: Words
    note: Words
    change: Words | None
    mood: Mood


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: share of its row in basis points, count or amount, and its side."""

    share_bp: int | None
    amount: int
    side: Literal["same", "worse", "better", "out"]


@dataclass(frozen=True)
class Matrix:
    """Roll matrix: rows are states before, columns states after; ``new`` are openings by state."""

    measure: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[Cell, ...]], ...]
    opened: tuple[int, ...]


def _mood(change: int | None, *, more_is: Mood) -> Mood:
    if not change or more_is == "flat":
        return "flat"
    other: Mood = "good" if more_is == "bad" else "bad"
    return more_is if change > 0 else other


def _relative(now: int, before: int | None) -> Words | None:
    if before is None:
        return None
    if now == before:
        return Words("持平", "unchanged")
    bp = share_bp(abs(now - before), abs(before))
    if bp is None:
        return Words("上一夜为零", "was zero")
    text = f"{'+' if now > before else '−'}{percent(bp)}"
    return Words(text, text)


def _amount(
    titles: tuple[Words, Words], shown: Words, now: int, before: int | None, more_is: Mood
) -> Tile:
    """Return a tile of an amount or count; ``titles`` are its name and its second line."""
    change = None if before is None else now - before
    name, note = titles
    return Tile(name, shown, note, _relative(now, before), _mood(change, more_is=more_is))


def _rate(name: Words, now: int | None, before: int | None, *, more_is: Mood, note: Words) -> Tile:
    change = None if now is None or before is None else now - before
    shown = percent(now)
    return Tile(
        name, Words(shown, shown), note, None if change is None else points(change),
        _mood(change, more_is=more_is),
    )  # fmt: skip


def tiles(f: Figures) -> list[Tile]:
    """Return the headline tiles, most asked for first."""
    t, b, currency = f.totals, f.before, f.book.currency

    def money(minor: int) -> Words:
        return short_amount(minor, currency)

    def was(name: str) -> int | None:
        return None if b is None else getattr(b, name)

    def amount(name: str, zh: str, en: str, note: Words, more_is: Mood = "flat") -> Tile:
        now = int(getattr(t, name))
        return _amount((Words(zh, en), note), money(now), now, was(name), more_is)

    def by_count(bp: int | None, accounts: int) -> Words:
        return Words(
            f"按户数 {percent(bp)} · {number(accounts)} 户",
            f"{percent(bp)} by count · {number(accounts)} accounts",
        )

    def of_balance(bp: int | None) -> Words:
        return Words(f"占余额 {percent(bp)}", f"{percent(bp)} of balance")

    accounts = Words(number(t.accounts), number(t.accounts))
    late, off = number(t.late_accounts), number(t.off_accounts)
    return [
        amount("balance_minor", "余额", "Balance",
               Words(f"{currency} · 不含已核销", f"{currency} · without written off")),
        _amount((Words("账户数", "Accounts"), Words(f"{late} 户逾期", f"{late} in arrears")),
                accounts, t.accounts, was("accounts"), "flat"),
        amount("overdue_minor", "逾期金额", "Overdue", of_balance(t.overdue_bp), "bad"),
        _rate(Words("逾期30天以上", "30+ days past due"), t.over_30_bp, was("over_30_bp"),
              more_is="bad", note=by_count(t.over_30_accounts_bp, t.over_30_accounts)),
        _rate(Words("逾期90天以上", "90+ days past due"), t.over_90_bp, was("over_90_bp"),
              more_is="bad", note=by_count(t.over_90_accounts_bp, t.over_90_accounts)),
        _rate(Words("不良率", "NPL ratio"), t.npl_bp, was("npl_bp"), more_is="bad",
              note=Words(f"不良余额 {money(t.npl_minor).zh}", f"NPL {money(t.npl_minor).en}")),
        amount("ecl_minor", "预期信用损失", "Expected credit loss", of_balance(t.ecl_bp), "bad"),
        amount("provision_minor", "应提准备", "Provisions",
               of_balance(share_bp(t.provision_minor, t.balance_minor))),
        _rate(Words("拨备覆盖率", "Coverage of NPL"), t.coverage_bp, was("coverage_bp"),
              more_is="good", note=Words("准备 ÷ 不良余额", "provisions ÷ NPL balance")),
        amount("off_minor", "已核销", "Written off",
               Words(f"{off} 户，不计入以上各项", f"{off} accounts, not in the figures above")),
    ]  # fmt: skip


def _versus(now: int | None, before: int | None) -> Words:
    if now is None or before is None:
        return Words("", "")
    if now == before:
        return Words("，持平", ", unchanged")
    change = points(now - before)
    return Words(f"（{change.zh}）", f" ({change.en})")


def readout(f: Figures) -> list[Words]:
    """Return the three or four sentences that a reader in a hurry needs."""
    t, b = f.totals, f.before
    over_30 = _versus(t.over_30_bp, b.over_30_bp if b else None)
    npl = _versus(t.npl_bp, b.npl_bp if b else None)
    said = [
        Words(
            f"逾期30天以上占余额 {percent(t.over_30_bp)}{over_30.zh}，"
            f"不良率 {percent(t.npl_bp)}{npl.zh}。",
            f"{percent(t.over_30_bp)} of balance is more than 30 days past due{over_30.en}; "
            f"the NPL ratio is {percent(t.npl_bp)}{npl.en}.",
        )
    ]
    if f.class_moves is not None:
        worse, better = number(f.class_moves.worse), number(f.class_moves.better)
        said.append(Words(
            f"自 {f.month_on} 以来，{worse} 户分类下调，{better} 户上调。",
            f"Since {f.month_on}, {worse} accounts went to a worse class and {better} to a better.",
        ))  # fmt: skip
    champion = [d for d in f.decisions if d.arm == "champion"]
    subjects = number(sum(d.subjects for d in champion))
    double = sum(d.needs_two for d in champion)
    said.append(Words(
        f"本夜提出 {subjects} 项处置建议，其中 {number(double)} 项需双人复核。",
        f"The night proposes {subjects} treatments, {number(double)} of which need two people.",
    ))  # fmt: skip
    unknown = t.accounts - t.timed_accounts
    if unknown:
        said.append(Words(
            f"{number(unknown)} 户逾期天数未知，不计入占比。",
            f"{number(unknown)} accounts have unknown days past due and are in no share.",
        ))  # fmt: skip
    return said


def matrix(f: Figures, measure: Literal["accounts", "balance_minor"]) -> Matrix | None:
    """Return the roll matrix since the last month-end night; None when there is none."""
    if f.month_on is None:
        return None
    amounts = {(x.from_state, x.to_state): getattr(x, measure) for x in f.flows}
    seen = {state for pair in amounts for state in pair}
    states = [s for s in STATES if s != "unknown" or s in seen]
    columns = (*states, "off", "closed")
    rows = []
    for before in states:
        whole = sum(amount for (a, _), amount in amounts.items() if a == before)
        cells = tuple(
            Cell(
                share_bp(amounts.get((before, after), 0), whole),
                amounts.get((before, after), 0),
                _side(before, after),
            )
            for after in columns
        )
        rows.append((before, whole, cells))
    opened = tuple(amounts.get(("new", after), 0) for after in columns)
    return Matrix(measure, columns, tuple(rows), opened)


def _side(before: str, after: str) -> Literal["same", "worse", "better", "out"]:
    if before == after:
        return "same"
    if "unknown" in (before, after) or after == "closed":
        return "out"
    if after == "off":
        return "worse"
    return "worse" if after > before else "better"
