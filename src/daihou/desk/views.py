"""Terminal views: what a home holds, rows of a table, the summary of a night, one account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from daihou.desk.explain_view import explain_view
from daihou.desk.figures import ARREARS, Figures, share_bp
from daihou.desk.labels import Words, table_label, value_label
from daihou.desk.report.layout import matrix, readout, tiles
from daihou.desk.report.marks import (
    UNKNOWN,
    clip,
    difference,
    number,
    percent,
    short_amount,
    units,
    visible,
)
from daihou.desk.shapes import BookTitle, Status
from daihou.desk.table_view import table_view

__all__ = ["explain_view", "status_view", "summary_view", "table_view"]

_LAST_NIGHTS = 6
_LAST_LANDINGS = 10
_SUMMARY_LINES = 8
_BAR: Final = 18
_LEVEL_STYLE: Final = {"yellow": "yellow", "orange": "dark_orange", "red": "red"}
_MOOD_STYLE: Final = {"good": "green", "bad": "red", "flat": "dim"}


def _grid(heads: Sequence[tuple[str, str]]) -> Table:
    """Return an empty table of (title, alignment) columns in the house style."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for title, side in heads:
        table.add_column(title, justify="right" if side == "r" else "left", overflow="fold")
    return table


def _heading(zh: str, en: str, lang: str) -> Rule:
    return Rule(Text(Words(zh, en).of(lang), style="bold"), align="left", style="dim")


def _title(book: BookTitle, lang: str) -> Text:
    text = Text(clip(Words(book.zh, book.en).of(lang)), style="bold")
    text.append(f"  {clip(book.book)} · {clip(book.currency)}", style="dim")
    if book.simulated:
        text.append("  " + Words("模拟数据", "SIMULATED").of(lang), style="bold black on yellow")
    return text


def status_view(status: Status, lang: str) -> RenderableType:
    """Return what a home holds: facts, nights, landings, and what is wrong with it."""
    parts: list[RenderableType] = [_title(status.book, lang), Text(clip(status.home), style="dim")]
    if status.lake_bytes is not None:
        megabytes = (status.lake_bytes + 500_000) // 1_000_000
        version = f"v{status.lake_version}"
        parts.append(
            Text(f"{Words('数据湖', 'lake').of(lang)} {version} · {megabytes:,} MB", "dim")
        )
    parts += [_heading("事实", "Facts", lang), _facts(status, lang)]
    parts += [_heading("夜批", "Nights", lang), _nights(status, lang)]
    parts += [_heading("入湖", "Landings", lang), _landings(status, lang)]
    parts.append(_heading("问题", "Problems", lang))
    if status.problems:
        parts += [Text(f"✗ {visible(problem)}", style="red") for problem in status.problems]
    else:
        parts.append(Text("✓ " + Words("没有问题", "none").of(lang), style="green"))
    return Group(*parts)


def _nothing(zh: str, en: str, lang: str) -> Text:
    return Text(Words(zh, en).of(lang), style="dim")


def _facts(status: Status, lang: str) -> RenderableType:
    if not status.facts:
        return _nothing("还没有入湖：运行 daihou land", "nothing landed yet: run daihou land", lang)
    table = _grid([(Words("表", "table").of(lang), "l"), ("", "l"),
                   (Words("行数", "rows").of(lang), "r")])  # fmt: skip
    for name, rows in status.facts.items():
        table.add_row(Text(clip(name)), Text(table_label(name).of(lang), "dim"), number(rows))
    return table


def _nights(status: Status, lang: str) -> RenderableType:
    if not status.nights:
        return _nothing("还没有夜批：运行 daihou night", "no night yet: run daihou night", lang)
    words = [("日期", "night", "l"), ("账户", "accounts", "r"), ("策略", "policy", "l"),
             ("批次", "run", "l")]  # fmt: skip
    table = _grid([(Words(zh, en).of(lang), side) for zh, en, side in words])
    shown = status.nights[-_LAST_NIGHTS:]
    if more := len(status.nights) - len(shown):
        first = status.nights[0].as_of
        table.add_row(Text(Words(f"… 自 {first} 起另有 {more} 夜",
                                 f"… {more} more from {first}").of(lang), style="dim"))  # fmt: skip
    for night in shown:
        table.add_row(str(night.as_of), number(night.accounts), Text(clip(night.policy_version)),
                      Text(clip(night.run_id), style="dim"))  # fmt: skip
    return table


def _landings(status: Status, lang: str) -> RenderableType:
    if not status.landings:
        return _nothing("没有", "none", lang)
    words = [("表", "table", "l"), ("文件", "file", "l"), ("读入", "read", "r"),
             ("接受", "accepted", "r"), ("隔离", "quarantined", "r")]  # fmt: skip
    table = _grid([(Words(zh, en).of(lang), side) for zh, en, side in words])
    for line in status.landings[-_LAST_LANDINGS:]:
        table.add_row(
            Text(clip(line.table)), Text(clip(line.file)), number(line.rows_read),
            number(line.rows_accepted),
            Text(number(line.rows_quarantined), "yellow" if line.rows_quarantined else "dim"),
        )  # fmt: skip
    return table


def summary_view(figures: Figures, lang: str) -> RenderableType:
    """Return the head of risk's summary: key figures, ageing, rolls, signals, decisions, data."""
    day = Text(f"{figures.as_of}", style="bold")
    if figures.before_on:
        against = Words(f"  与 {figures.before_on} 相比", f"  against {figures.before_on}")
        day.append(against.of(lang), style="dim")
    said = Text("\n".join(f"• {line.of(lang)}" for line in readout(figures)))
    parts: list[RenderableType] = [
        Panel(Group(_title(figures.book, lang), day, said), box=box.ROUNDED, border_style="dim"),
        _heading("主要指标", "Key figures", lang),
        _key_figures(figures, lang),
        _heading("逾期账龄", "Ageing of arrears", lang),
        _ageing(figures, lang),
    ]
    if figures.month_on:
        zh = f"迁徙矩阵（自 {figures.month_on}，按户数，%）"
        en = f"Roll matrix since {figures.month_on}, % of accounts"
        parts += [_heading(zh, en, lang), _rolls(figures, lang)]
    parts += [_heading("预警信号", "Signals", lang), _signals(figures, lang)]
    parts += [_heading("处置建议", "Decisions", lang), _decisions(figures, lang)]
    if figures.checks:
        parts += [_heading("数据问题", "Data problems", lang), _checks(figures, lang)]
    return Group(*parts)


def _key_figures(figures: Figures, lang: str) -> Table:
    table = _grid([("", "l"), ("", "r"), (Words("变化", "change").of(lang), "r"), ("", "l")])
    for tile in tiles(figures):
        change = Text(tile.change.of(lang) if tile.change else UNKNOWN, _MOOD_STYLE[tile.mood])
        table.add_row(tile.name.of(lang), Text(tile.value.of(lang), style="bold"), change,
                      Text(tile.note.of(lang), style="dim"))  # fmt: skip
    return table


def _ageing(figures: Figures, lang: str) -> Table:
    words = [("期数", "bucket", "l"), ("户数", "accounts", "r"), ("增减", "change", "r"),
             ("余额", "balance", "r"), ("占比", "share", "r"), ("", "", "l")]  # fmt: skip
    table = _grid([(Words(zh, en).of(lang), side) for zh, en, side in words])
    most = max((s.balance_minor for s in figures.buckets if s.key in ARREARS), default=0)
    for part in figures.buckets:
        name = (
            Words("未知", "unknown") if part.key == "unknown" else value_label("bucket", part.key)
        )
        late = part.key in ARREARS and most > 0
        width = max(1, part.balance_minor * _BAR // most) if late and part.balance_minor > 0 else 0
        whole = figures.totals.balance_minor
        share = share_bp(part.balance_minor, whole)
        table.add_row(
            name.of(lang), number(part.accounts), difference(part.accounts, part.accounts_before),
            units(part.balance_minor, figures.book.currency), percent(share),
            Text("█" * width, style="red" if part.key >= "M4" else "yellow"),
        )  # fmt: skip
    return table


def _rolls(figures: Figures, lang: str) -> RenderableType:
    found = matrix(figures, "accounts")
    assert found is not None, "there is an earlier month"
    names = {"off": Words("核销", "off"), "closed": Words("结清", "closed"),
             "unknown": Words("未知", "unknown")}  # fmt: skip
    table = _grid([
        (Words("从\\到", "from").of(lang), "l"),
        *((names.get(c, Words(c, c)).of(lang), "r") for c in found.columns),
    ])  # fmt: skip
    table.padding = (0, 1, 0, 0)
    styles = {"worse": "red", "better": "green", "same": "", "out": "dim"}
    for state, whole, cells in found.rows:
        shown = [
            Text(percent(c.share_bp, 1)[:-1], styles[c.side]) if c.amount else Text("·", "dim")
            for c in cells
        ]
        if whole:
            table.add_row(names.get(state, Words(state, state)).of(lang), *shown)
    return table


def _signals(figures: Figures, lang: str) -> RenderableType:
    loud = [s for s in figures.signals if s.hits or s.hits_before]
    quiet = [s for s in figures.signals if not (s.hits or s.hits_before)]
    hush = _nothing(
        f"另有 {len(quiet)} 个信号无命中但对部分对象未知",
        f"{len(quiet)} more signals without a hit are unknown for some", lang,
    )  # fmt: skip
    if not loud:
        return hush if quiet else _nothing("没有命中", "no hits", lang)
    words = [("信号", "signal", "l"), ("命中", "hits", "r"), ("增减", "change", "r"),
             ("黄", "yellow", "r"), ("橙", "orange", "r"), ("红", "red", "r"),
             ("未知", "unknown", "r")]  # fmt: skip
    table = _grid([(Words(zh, en).of(lang), side) for zh, en, side in words])
    for s in loud[:_SUMMARY_LINES]:
        name = s.name.of(lang)
        table.add_row(
            Text(clip(s.signal_id if name == s.signal_id else f"{s.signal_id} {name}")),
            Text(number(s.hits), style="bold"), difference(s.hits, s.hits_before),
            Text(number(s.yellow), "yellow"), Text(number(s.orange), "dark_orange"),
            Text(number(s.red), "red"), Text(number(s.unknown), "dim"),
        )  # fmt: skip
    if (more := len(loud) - _SUMMARY_LINES) > 0:
        table.add_row(_nothing(f"… 另有 {more} 个", f"… {more} more", lang))
    return Group(table, hush) if quiet else table


def _decisions(figures: Figures, lang: str) -> RenderableType:
    champion = [d for d in figures.decisions if d.arm == "champion"]
    if not champion:
        return _nothing("本夜没有建议", "this night proposes nothing", lang)
    words = [("处置", "treatment", "l"), ("级别", "level", "l"), ("规则", "rule", "l"),
             ("对象", "subjects", "r"), ("增减", "change", "r"), ("金额", "amount", "r"),
             ("需双人", "two people", "r")]  # fmt: skip
    table = _grid([(Words(zh, en).of(lang), side) for zh, en, side in words])
    for d in champion:
        level = value_label("level", d.level).of(lang) if d.level else UNKNOWN
        table.add_row(
            value_label("treatment", d.treatment).of(lang),
            Text(level, style=_LEVEL_STYLE.get(d.level or "", "")), Text(clip(d.rule_id)),
            Text(number(d.subjects), style="bold"), difference(d.subjects, d.subjects_before),
            short_amount(d.amount_minor, figures.book.currency).of(lang),
            number(d.needs_two) if d.needs_two else UNKNOWN,
        )  # fmt: skip
    return table


def _checks(figures: Figures, lang: str) -> RenderableType:
    words = [("编号", "code", "l"), ("表", "table", "l"), ("处理", "done", "l"),
             ("行数", "rows", "r"), ("说明", "what is wrong", "l")]  # fmt: skip
    table = _grid([(Words(zh, en).of(lang), side) for zh, en, side in words])
    for c in figures.checks[:_SUMMARY_LINES]:
        table.add_row(
            Text(clip(c.code)), table_label(clip(c.table_name)).of(lang),
            Text(value_label("severity", c.severity).of(lang),
                 style="red" if c.severity == "reject" else "yellow"),
            number(c.rows), Text(clip(c.message)),
        )  # fmt: skip
    return table
