"""Terminal view of an audit of inquiries: the chain, alarms by weight, the log in short."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.console import Group, RenderableType
from rich.text import Text

from daihou.desk.inquiries_view import LEVEL_STYLE, book_line, grid, heading, moment, told
from daihou.desk.inquiries_words import name_of
from daihou.desk.labels import Words
from daihou.desk.report.marks import UNKNOWN, clip, number
from daihou.desk.shapes import BookTitle

if TYPE_CHECKING:
    from daihou.inquiry.alarms import Alarm
    from daihou.jobs.audit import Audit, LogLine

_ALARMS: Final = 20
_LINES: Final = 10
_KEYS: Final = 1
SEEN: Final = {
    "nothing": Words("未收到", "nothing came"),
    "received": Words("收到，未读", "received, not read"),
    "read": Words("收到，已读", "received, read"),
    "unreadable": Words("收到，读不了", "received, not readable"),
}  # fmt: skip


def audit_view(audit: Audit, lang: str) -> RenderableType:
    """Return an audit: what matters first, the log's end last; the Excel file holds all of it."""
    book = BookTitle(audit.book, audit.title_zh, audit.title_en, "", audit.simulated)
    parts: list[RenderableType] = [
        book_line(book, f"{audit.first} – {audit.last} · {clip(audit.by)}", lang),
        _chain(audit, lang), _counts(audit, lang), heading("预警", "Alarms", lang),
    ]  # fmt: skip
    if audit.alarms:
        parts.append(_alarms(audit, lang))
    else:
        parts.append(told("✓ 没有预警", "✓ no alarm", lang, "green"))
    if audit.unjudged:
        n = len(audit.unjudged)
        parts.append(told(f"{n:,} 笔查询的授权或关系无法判断：未知不等于合规",
                          f"{n:,} inquiries could not be judged: unknown is not clear", lang,
                          "yellow"))  # fmt: skip
    if audit.log:
        parts += [heading("查询日志（最后几笔）", "Log, the last lines", lang), _log(audit, lang)]
    return Group(*parts)


def _chain(audit: Audit, lang: str) -> Text:
    if audit.chain_break is None:
        return told(f"✓ 事件链完整，共 {audit.events:,} 条",
                    f"✓ the chain of {audit.events:,} events is whole", lang, "green")  # fmt: skip
    return told(f"✗ 事件链自第 {audit.chain_break:,} 条起被改动或缺失",
                f"✗ the chain of events is broken at event {audit.chain_break:,}", lang,
                "bold red")  # fmt: skip


def _counts(audit: Audit, lang: str) -> Text:
    outcomes = Counter(line.outcome for line in audit.log)
    found = " · ".join(
        f"{name_of('state', state).of(lang)} {n:,}" for state, n in outcomes.most_common()
    )
    people, who = len({line.customer_id for line in audit.log}), len({x.user for x in audit.log})
    return told(f"{len(audit.log):,} 笔查询，{people:,} 位客户，{who:,} 位操作员 {found}",
                f"{len(audit.log):,} inquiries about {people:,} customers by {who:,} users {found}",
                lang, "")  # fmt: skip


def _alarms(audit: Audit, lang: str) -> RenderableType:
    weight = {"red": 0, "orange": 1, "yellow": 2}
    listed = sorted(audit.alarms, key=lambda alarm: weight[alarm.level])
    table = grid([("级别", "level", "l"), ("预警", "alarm", "l"), ("对象", "who", "l"),
                  ("日期", "on", "l"), ("值/限", "value / limit", "r"),
                  ("依据指令", "evidence", "l")], lang)  # fmt: skip
    for alarm in listed[:_ALARMS]:
        table.add_row(
            Text(name_of("level", alarm.level).of(lang), style=LEVEL_STYLE[alarm.level]),
            name_of("alarm", alarm.kind).of(lang),
            Text(f"{name_of('scope', alarm.scope).of(lang)} {clip(alarm.who)}"), str(alarm.on),
            measured(alarm, lang), Text(clip(_evidence(alarm))),
        )  # fmt: skip
    if more := len(listed) - len(listed[:_ALARMS]):
        return Group(table, told(f"… 另 {more} 条", f"… {more} more", lang))
    return table


def measured(alarm: Alarm, lang: str) -> str:
    """Return what was measured against its limit, as ``31 / 30 inquiries a day``."""
    unit = name_of("unit", alarm.unit).of(lang)
    return f"{number(alarm.value)} / {number(alarm.limit)} {unit}"


def _evidence(alarm: Alarm) -> str:
    more = alarm.count - len(alarm.evidence[:_KEYS])
    return ", ".join(alarm.evidence[:_KEYS]) + (f" … +{more}" if more > 0 else "")


def _log(audit: Audit, lang: str) -> RenderableType:
    table = grid([("时间", "at", "l"), ("谁", "who", "l"), ("客户", "whom", "l"),
                  ("缘由", "occasion", "l"), ("理由", "why", "l"), ("结果", "outcome", "l"),
                  ("所见", "seen", "l")], lang)  # fmt: skip
    for line in audit.log[-_LINES:]:
        table.add_row(*_cells(line, lang))
    return table


def _cells(line: LogLine, lang: str) -> tuple[Text | str, ...]:
    return (
        moment(line.local_at), Text(clip(line.user)), Text(clip(line.customer_id)),
        Text(clip(name_of("occasion", line.occasion).of(lang))), Text(clip(line.reason or UNKNOWN)),
        name_of("state", line.outcome).of(lang), SEEN[line.seen].of(lang),
    )  # fmt: skip
