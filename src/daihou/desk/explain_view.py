"""Terminal view of one account: its facts, its class with the article, its signals, its rules."""

from __future__ import annotations

from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from daihou.contracts import RESULTS, Kind
from daihou.desk.labels import Words, column_label, value_label
from daihou.desk.privacy import COVERED
from daihou.desk.report.marks import UNKNOWN, clip, number, percent, visible
from daihou.desk.shapes import ClassLine, DecisionLine, Explanation, SignalLine
from daihou.kernel import MINOR_DIGITS, format_minor
from daihou.signals.model import UNITS

_TIMELINE_LINES = 30
_STATE: Final = (
    "product", "balance_minor", "limit_minor", "utilisation_bp", "overdue_minor", "dpd",
    "dpd_basis", "bucket", "status_24m", "months_on_book", "months_to_maturity",
    "instalments_due", "instalments_missed", "next_due_on", "last_paid_on", "stage", "ecl_minor",
    "provision_minor",
)  # fmt: skip
_VERDICTS: Final = ("hit", "unknown", "error", "snoozed", "no_hit")
_STYLES: Final = {"yellow": "yellow", "orange": "dark_orange", "red": "red"}


def explain_view(told: Explanation, lang: str) -> RenderableType:
    """Return one account on one day: position, timeline, class, signals, decisions."""
    head = Text(clip(told.account_id), style="bold")
    head.append(f"  {told.as_of}  {clip(Words(told.book.zh, told.book.en).of(lang))}", style="dim")
    if told.book.simulated:
        head.append("  " + Words("模拟数据", "SIMULATED").of(lang), style="bold black on yellow")
    parts: list[RenderableType] = [Panel(head, box=box.ROUNDED, border_style="dim")]
    parts += [Text(f"⚠ {clip(problem.of(lang))}", style="bold red") for problem in told.problems]
    parts += [_heading("状态", "Position", lang), _position(told, lang)]
    parts += [_heading("分类", "Class", lang), _class(told.asset_class, lang)]
    parts += [_heading("信号", "Signals", lang), _signals(told, lang)]
    parts += [_heading("处置", "Decisions", lang), _decisions(told, lang)]
    parts += [_heading("事实", "Facts", lang), _timeline(told, lang)]
    return Group(*parts)


def _heading(zh: str, en: str, lang: str) -> Rule:
    return Rule(Text(Words(zh, en).of(lang), style="bold"), align="left", style="dim")


def _grid(*columns: str) -> Table:
    """Return a table without head; ``r`` aligns a column right."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for side in columns:
        table.add_column(justify="right" if side == "r" else "left", overflow="fold")
    return table


def _amount(minor: int | None, currency: str) -> str:
    if minor is None:
        return UNKNOWN
    return format_minor(minor, currency) if currency in MINOR_DIGITS else number(minor)


def _value(name: str, value: Any, currency: str, lang: str) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, str) and value == COVERED:
        return COVERED
    kind = next((c.kind for c in RESULTS["account_day"].columns if c.name == name), None)
    if kind is Kind.MINOR:
        return _amount(value, currency)
    if kind is Kind.BP:
        return percent(value)
    return clip(value_label(name, value).of(lang))


def _position(told: Explanation, lang: str) -> Table:
    table = _grid("l", "l")
    for name in _STATE:
        if name in told.state:
            shown = _value(name, told.state[name], told.book.currency, lang)
            table.add_row(Text(column_label(name).of(lang), style="dim"), Text(shown))
    return table


def _class(line: ClassLine | None, lang: str) -> RenderableType:
    if line is None:
        return Text(Words("没有分类", "no class").of(lang), style="dim")
    parts = [Text(visible(line.sentence.of(lang)), style="bold")]
    if line.rule_id:
        source = f"{clip(line.rule_id)} · {clip(line.instrument)} · {clip(line.article)}"
        parts.append(
            Text(f"{source} · {Words('可信度', 'grade').of(lang)} {clip(line.grade)}", "dim")
        )
    if line.source:
        parts.append(Text(clip(line.source), style="dim"))
    if line.worse:
        parts.append(Text(f"↓ {visible(line.worse.of(lang))}", style="red"))
    if line.better:
        parts.append(Text(f"↑ {visible(line.better.of(lang))}", style="green"))
    return Group(*parts)


def _signals(told: Explanation, lang: str) -> RenderableType:
    if not told.signals:
        return Text(Words("没有适用的信号", "no signal applies").of(lang), style="dim")
    order = {verdict: place for place, verdict in enumerate(_VERDICTS)}
    table = _grid("l", "l", "r", "l", "l")
    for s in sorted(told.signals, key=lambda s: (order.get(s.verdict, 9), s.signal_id)):
        said = value_label("level" if s.level else "verdict", s.level or s.verdict).of(lang)
        table.add_row(
            Text(clip(f"{s.signal_id} {s.name.of(lang)}")),
            Text(said, style=_STYLES.get(s.level or "", "dim")),
            UNKNOWN if s.value is None else f"{number(s.value)} {_unit(s.unit).of(lang)}",
            Text(_distance(s, lang)), Text(clip(s.evidence), style="dim"),
        )  # fmt: skip
    return table


def _distance(s: SignalLine, lang: str) -> str:
    if s.next_level is None or s.distance is None:
        return ""
    level = value_label("level", s.next_level)
    unit, far = _unit(s.unit), number(s.distance)
    return Words(f"距{level.zh} {far} {unit.zh}", f"{far} {unit.en} to {level.en.lower()}").of(lang)


def _unit(unit: str) -> Words:
    return Words(*UNITS[unit]) if unit in UNITS else Words(clip(unit), clip(unit))


def _decisions(told: Explanation, lang: str) -> RenderableType:
    if not told.decisions:
        return Text(Words("没有规则适用", "no rule applies").of(lang), style="dim")
    table = _grid("l", "l", "l", "l")
    for d in sorted(told.decisions, key=lambda d: (d.arm != "champion", d.arm, not d.fired)):
        table.add_row(*_decision(d, lang))
    version = Text(clip(told.policy_version), style="dim")
    return Group(table, version) if told.policy_version else table


def _decision(d: DecisionLine, lang: str) -> tuple[Text, ...]:
    name = value_label("treatment", d.treatment).of(lang)
    if d.level:
        name += f" · {value_label('level', d.level).of(lang)}"
    if d.needs_two:
        name += " · " + Words("需双人", "two people").of(lang)
    if d.arm != "champion":
        name += f" · {clip(d.arm)}"
    turned = Words("若 ", "if ").of(lang) + clip(d.nearest_change) if d.nearest_change else ""
    return (
        Text("●" if d.fired else "○", style=_STYLES.get(d.level or "", "") if d.fired else "dim"),
        Text(name, style="" if d.fired else "dim"),
        Text(f"{clip(d.rule_id)}: {clip(d.reason.of(lang))}", style="" if d.fired else "dim"),
        Text(turned, style="dim"),
    )


def _timeline(told: Explanation, lang: str) -> RenderableType:
    if not told.timeline:
        return Text(Words("没有事实", "no facts").of(lang), style="dim")
    table = _grid("l", "l", "r", "l")
    shown = told.timeline[-_TIMELINE_LINES:]
    if more := len(told.timeline) - len(shown):
        earlier = Words(f"… 更早 {more} 项", f"… {more} earlier").of(lang)
        table.add_row(Text(earlier, style="dim"))
    for item in shown:
        table.add_row(
            str(item.on), Text(clip(item.what.of(lang))),
            "" if item.amount_minor is None else _amount(item.amount_minor, told.book.currency),
            Text(clip(item.note), style="dim"),
        )  # fmt: skip
    return table
