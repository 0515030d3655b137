"""Terminal view of the rows of a table, personal values covered unless asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daihou.contracts import FACTS, RESULTS, Contract, Kind
from daihou.desk.labels import Words, column_label, table_label, value_label
from daihou.desk.report.marks import UNKNOWN, clip, percent
from daihou.desk.shapes import TableRows
from daihou.kernel import MINOR_DIGITS, format_minor

_WIDE: Final = 9
"""Columns that fit on a screen."""
_BLOCKS: Final = 3
"""Rows of a wide table that are shown with every column."""
_BRIEF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "account_day": ("account_id", "product", "balance_minor", "overdue_minor", "dpd", "bucket",
                    "asset_class"),
    "customer_day": ("customer_id", "accounts", "balance_minor", "overdue_minor", "dpd_max",
                     "worst_class", "worst_stage", "watch_level"),
    "signal_day": ("subject_kind", "subject_id", "signal_id", "verdict", "level", "value",
                   "evidence", "data_age_days"),
    "decision_day": ("subject_id", "treatment", "level", "amount_minor", "rule_id", "arm",
                     "reasons", "needs_two"),
    "account": ("account_id", "recorded_on", "customer_id", "product", "opened_on", "matures_on",
                "closed_on", "amount_minor", "rate_bp"),
})  # fmt: skip
"""Columns of a wide table that people look at first."""


def table_view(rows: TableRows, lang: str) -> RenderableType:
    """Return rows of a table with titles; personal values are covered unless asked for."""
    contract = {**FACTS, **RESULTS}.get(rows.table)
    title = f"{table_label(rows.table).of(lang)} ({rows.table})"
    head = Text(clip(title), style="bold")
    count = Words(f"  {len(rows.rows):,} / {rows.total:,} 行", f"  {len(rows.rows):,} of "
                  f"{rows.total:,} rows").of(lang)  # fmt: skip
    head.append(count + (f" · {rows.as_of}" if rows.as_of else ""), style="dim")
    if not rows.rows:
        return Group(head, _nothing("没有行", "no rows", lang))
    shown = rows.shown()
    wide = len(rows.columns) > _WIDE
    brief = wide and len(shown) > _BLOCKS
    table = (
        _blocks(rows, contract, shown, lang)
        if wide and not brief
        else _lines(rows, contract, shown, lang)
    )
    parts: list[RenderableType] = [head, table]
    if rows.masked and list(rows.rows) != shown:
        parts.append(_nothing("••• 为个人信息，--unmask --why 可查看并留痕。",
                              "••• is personal; --unmask --why shows it and logs who looked.",
                              lang))  # fmt: skip
    if brief:
        parts.append(_nothing("仅列主要字段：--limit 3、--json 或 export 可见全部。",
                              "Main columns only: --limit 3, --json or export show all.",
                              lang))  # fmt: skip
    return Group(*parts)


def _lines(
    rows: TableRows, contract: Contract | None, shown: list[tuple[Any, ...]], lang: str
) -> Table:
    """Return one line a row; of a wide table only the columns that people look at first."""
    names = rows.columns
    if len(names) > _WIDE:
        first = [n for n in _BRIEF.get(rows.table, ()) if n in names]
        names = tuple(first or [n for n in names if n not in ("book", "as_of")][:_WIDE])
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.padding = (0, 1, 0, 0)
    for name in names:
        side: Literal["left", "right"] = "right" if _is_number(contract, name) else "left"
        table.add_column(
            column_label(name).of(lang), justify=side, overflow="fold", no_wrap=name.endswith("_id")
        )
    for row in shown:
        cells = dict(zip(rows.columns, _cells(rows, contract, row, lang), strict=True))
        if cells.get("bucket"):
            cells["bucket"] = Text(cells["bucket"].plain.split(" ", 1)[0])
        table.add_row(*(cells[name] for name in names))
    return table


def _blocks(
    rows: TableRows, contract: Contract | None, shown: list[tuple[Any, ...]], lang: str
) -> Table:
    """Return one block a row, a column a line: nothing of a wide row is cut."""
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False, show_edge=False)
    table.add_column(overflow="fold")
    table.add_column(style="dim", overflow="fold")
    table.add_column(overflow="fold")
    for row in shown:
        for name, cell in zip(rows.columns, _cells(rows, contract, row, lang), strict=True):
            table.add_row(column_label(name).of(lang), name, cell)
        table.add_section()
    return table


def _nothing(zh: str, en: str, lang: str) -> Text:
    return Text(Words(zh, en).of(lang), style="dim")


def _is_number(contract: Contract | None, name: str) -> bool:
    kinds = {c.name: c.kind for c in contract.columns} if contract else {}
    return kinds.get(name) in (Kind.MINOR, Kind.BP, Kind.INT)


def _cells(rows: TableRows, contract: Contract | None, row: Iterable[Any], lang: str) -> list[Text]:
    kinds = {c.name: c.kind for c in contract.columns} if contract else {}
    return [
        _cell(rows, kinds.get(name), name, value, lang)
        for name, value in zip(rows.columns, row, strict=True)
    ]


def _cell(rows: TableRows, kind: Kind | None, name: str, value: Any, lang: str) -> Text:
    if value is None:
        return Text(UNKNOWN, style="dim")
    if isinstance(value, bool):
        return Text((Words("是", "yes") if value else Words("否", "no")).of(lang))
    if kind is Kind.MINOR and isinstance(value, int) and rows.currency in MINOR_DIGITS:
        return Text(format_minor(value, rows.currency))
    if kind is Kind.BP and isinstance(value, int):
        return Text(percent(value))
    if kind is Kind.ENUM or name == "stage":
        return Text(clip(value_label(name, value, rows.table).of(lang)))
    return Text(clip(value))
