"""What landing and nights say when they are done."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daihou.intake.receipts import LandingReceipt
from daihou.jobs.enter import Entered
from daihou.jobs.night import NightReceipt

_WORDS = {
    "zh": {
        "table": "表", "file": "文件", "read": "读入", "accepted": "接受", "quarantined": "隔离",
        "outcome": "结果", "unchanged": "无变化", "checked": "仅检查", "landed": "入湖",
        "replaces": "替换第 {} 次", "problem": "问题", "rows": "行数", "example": "例",
        "night": "日期", "accounts": "账户", "signals": "信号", "decisions": "决策",
        "called_off": "授权或业务关系已结束，撤销待发查询指令 {} 条",
        "problems": "核对", "seconds": "秒", "run": "批次", "orders": "查询指令",
        "proposals": "新提案", "two": "{} 条查询指令超过自动批准上限，须双人批准",
    },
    "en": {
        "table": "table", "file": "file", "read": "read", "accepted": "accepted",
        "quarantined": "quarantined", "outcome": "outcome", "unchanged": "unchanged",
        "checked": "checked only", "landed": "landed", "replaces": "replaces landing {}",
        "problem": "problem", "rows": "rows", "example": "example", "night": "night",
        "accounts": "accounts", "signals": "signals", "decisions": "decisions",
        "called_off": "{} waiting inquiry orders were called off: consent or relationship ended",
        "problems": "doubtful rows", "seconds": "seconds", "run": "run",
        "orders": "inquiry orders", "proposals": "new proposals",
        "two": "{} inquiry orders are over the automatic cap: two persons must approve them",
    },
}  # fmt: skip


def landing_view(
    receipts: Sequence[LandingReceipt], lang: str, *, check: bool, called_off: int = 0
) -> RenderableType:
    """Return a table of landings, every kind of problem with an example, orders called off."""
    words = _WORDS[lang]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("table", "file"):
        table.add_column(words[name])
    for name in ("read", "accepted", "quarantined"):
        table.add_column(words[name], justify="right")
    table.add_column(words["outcome"])
    problems = Table(box=None, header_style="bold yellow", pad_edge=False)
    problems.add_column(words["problem"])
    problems.add_column(words["rows"], justify="right")
    problems.add_column(words["example"])
    for receipt in receipts:
        outcome = words["checked"] if check else words["landed"]
        if receipt.unchanged:
            outcome = words["unchanged"]
        elif receipt.replaced is not None:
            outcome = words["replaces"].format(receipt.replaced)
        style = "yellow" if receipt.rows_quarantined else None
        table.add_row(
            Text(receipt.table), Text(receipt.source), f"{receipt.rows_read:,}",
            f"{receipt.rows_accepted:,}", f"{receipt.rows_quarantined:,}", outcome, style=style,
        )  # fmt: skip
        for count in receipt.problems:
            example = count.examples[0] if count.examples else None
            problems.add_row(
                Text(f"{count.code} {receipt.table}.{count.place}"), f"{count.rows:,}",
                Text(str(example) if example else ""),
            )  # fmt: skip
    parts: list[RenderableType] = [table, *([problems] if problems.row_count else [])]
    if called_off:
        parts.append(Text(words["called_off"].format(f"{called_off:,}")))
    return Group(*parts)


def nights_view(
    receipts: Sequence[NightReceipt], entered: Sequence[Entered | None], lang: str
) -> RenderableType:
    """Return a table of the nights that were run, and what each brought into operations."""
    words = _WORDS[lang]
    brought = [one for one in entered if one is not None]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(words["night"])
    for name in ("accounts", "signals", "decisions", "problems", "seconds"):
        table.add_column(words[name], justify="right")
    for name in ("orders", "proposals") if brought else ():
        table.add_column(words[name], justify="right")
    table.add_column(words["run"])
    for receipt, one in zip(receipts, entered, strict=True):
        news = (f"{one.orders_new:,}", f"{one.proposals_new:,}") if one is not None else ()
        rows = receipt.rows
        table.add_row(
            str(receipt.as_of), f"{rows['account_day']:,}", f"{rows['signal_day']:,}",
            f"{rows['decision_day']:,}", f"{rows['check_day']:,}",
            f"{sum(receipt.seconds.values()):.2f}", *news, receipt.run_id,
        )  # fmt: skip
    waiting = sum(one.wait_for_two for one in brought)
    return Group(table, Text(words["two"].format(f"{waiting:,}"))) if waiting else table
