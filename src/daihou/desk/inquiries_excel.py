"""An audit of inquiries as Excel for an inspector: summary, log, alarms, stops, approvals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from daihou.desk.audit_view import SEEN
from daihou.desk.export import EXCEL_ROWS, EXCEL_TEXT
from daihou.desk.inquiries_words import both_names
from daihou.desk.privacy import harmless
from daihou.engines import disk_errors
from daihou.errors import DiskError, HomeError

if TYPE_CHECKING:
    from daihou.jobs.audit import Audit

Cell = str | int | date | datetime | None
Head = tuple[str, str, int]
"""A column's heading in Chinese and English, and its width in signs."""

_LOG: Final[Sequence[Head]] = (
    ("查询时间（UTC）", "at (UTC)", 18), ("当地时间", "local time", 18), ("操作员", "who", 16),
    ("操作员机构", "user's branch", 16), ("客户", "whom", 20),
    ("客户机构", "customer's branch", 16), ("查询原因", "purpose", 10),
    ("缘由", "occasion", 18), ("触发", "trigger", 24), ("理由", "why", 44),
    ("门禁依据", "proof of the gate", 60), ("审批人", "approved by", 20), ("结果", "outcome", 20),
    ("所见", "what was seen", 24), ("报告指纹", "report's sha256", 24), ("指令", "order", 44),
)  # fmt: skip
_ALARMS: Final[Sequence[Head]] = (
    ("级别", "level", 12), ("预警", "alarm", 40), ("范围", "over", 14), ("对象", "who", 20),
    ("日期", "on", 12), ("值", "value", 10), ("限", "limit", 10), ("单位", "unit", 20),
    ("笔数", "inquiries", 10), ("依据", "rule", 44), ("指令", "evidence: orders", 80),
)  # fmt: skip
_STOPS: Final[Sequence[Head]] = (
    ("客户", "whom", 20), ("种类", "kind", 24), ("自", "from", 12), ("至", "until before", 12),
    ("理由", "why", 44), ("谁", "who", 20),
)  # fmt: skip
_STEPS: Final[Sequence[Head]] = (
    ("序号", "event", 10), ("时间（UTC）", "at (UTC)", 18), ("事件", "what", 26),
    ("对象", "about", 44), ("谁", "who", 20), ("内容", "details", 80),
)  # fmt: skip


def write_audit(audit: Audit, to: Path) -> None:
    """Write an audit to ``to``; the file appears whole or not at all.

    Every text is written as text: nothing that a customer or a colleague typed runs as a formula.
    Raises: HomeError when the file is there; DiskError.
    """
    if to.exists():
        raise HomeError("the file exists", where=str(to), next_step="choose another name")
    scratch = to.with_name(f".{to.name}.{uuid4().hex[:8]}.tmp")
    try:
        with disk_errors(to):
            _write(audit, scratch)
            scratch.replace(to)
    except XlsxWriterException as error:
        raise DiskError(
            f"cannot write: {error}", where=str(to), why="no file was left",
            next_step="free space or fix the permissions, then run the same command again",
        ) from error  # fmt: skip
    finally:
        scratch.unlink(missing_ok=True)


def _write(audit: Audit, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    book.set_properties({"created": datetime(2000, 1, 1), "title": "audit of inquiries"})
    sheets = _Book(book)
    try:
        sheets.pairs(("摘要", "summary"), _summary(audit))
        sheets.table(("查询日志", "log"), _LOG, _log_rows(audit))
        sheets.table(("预警", "alarms"), _ALARMS, _alarm_rows(audit))
        sheets.table(("停止查询", "stops"), _STOPS, _stop_rows(audit))
        sheets.table(("审批与变更", "approvals"), _STEPS, _step_rows(audit))
    finally:
        book.close()


def _summary(audit: Audit) -> list[tuple[str, Cell]]:
    broken = audit.chain_break
    chain = (
        f"完整，{audit.events:,} 条 · whole, {audit.events:,} events"
        if broken is None
        else f"自第 {broken:,} 条起被改动或缺失 · broken at event {broken:,}"
    )
    outcomes = Counter(line.outcome for line in audit.log)
    alarms = Counter((alarm.level.value, alarm.kind.value) for alarm in audit.alarms)
    return [
        ("账本 · book", f"{audit.book} {audit.title_zh} · {audit.title_en}"),
        ("模拟数据 · simulated", "是 · yes" if audit.simulated else "否 · no"),
        ("自 · from", audit.first), ("至 · to", audit.last),
        ("审计人 · audited by", audit.by), ("时间（UTC） · at (UTC)", audit.made_at),
        ("事件链 · chain of events", chain),
        ("查询笔数 · inquiries", len(audit.log)),
        ("客户数 · customers", len({line.customer_id for line in audit.log})),
        ("操作员数 · users", len({line.user for line in audit.log})),
        *((f"结果 · outcome: {both_names('state', state)}", n) for state, n in outcomes.items()),
        *(
            (f"预警 · alarm: {both_names('level', level)}: {both_names('alarm', kind)}", n)
            for (level, kind), n in sorted(alarms.items())
        ),
        ("无法判断（不等于合规） · could not be judged (not clear)", len(audit.unjudged)),
        *(("无法判断的指令 · order not judged", key) for key in audit.unjudged[:100]),
    ]  # fmt: skip


def _log_rows(audit: Audit) -> Iterable[Sequence[Cell]]:
    for line in audit.log:
        yield (
            line.at, line.local_at, line.user, line.branch, line.customer_id, line.customer_branch,
            line.purpose, both_names("occasion", line.occasion), line.trigger_id, line.reason,
            line.proof, ", ".join(line.approved_by), both_names("state", line.outcome),
            " · ".join(SEEN[line.seen]), line.sha256, line.key,
        )  # fmt: skip


def _alarm_rows(audit: Audit) -> Iterable[Sequence[Cell]]:
    for alarm in audit.alarms:
        yield (
            both_names("level", alarm.level), both_names("alarm", alarm.kind),
            both_names("scope", alarm.scope), alarm.who, alarm.on, alarm.value, alarm.limit,
            both_names("unit", alarm.unit), alarm.count, alarm.article, ", ".join(alarm.evidence),
        )  # fmt: skip


def _stop_rows(audit: Audit) -> Iterable[Sequence[Cell]]:
    for stop in audit.stops:
        yield (
            stop.customer_id, both_names("stop", stop.kind), stop.from_on, stop.to_on, stop.reason,
            stop.by,
        )  # fmt: skip


def _step_rows(audit: Audit) -> Iterable[Sequence[Cell]]:
    for event in audit.steps:
        details = "; ".join(f"{name}={value}" for name, value in event.details.items())
        yield (
            event.seq,
            event.at,
            both_names("event", event.kind),
            event.subject,
            event.by,
            details,
        )


class _Book:
    """Sheets of one workbook; a table that is too long goes on in the next sheet."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#EEF1EE", "text_wrap": True, "valign": "top"}
        )
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._whole = book.add_format({"num_format": "#,##0"})

    def pairs(self, name: tuple[str, str], rows: Sequence[tuple[str, Cell]]) -> None:
        """Write a sheet of names and values."""
        sheet = self._book.add_worksheet(" ".join(name))
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 1, 60)
        for number, (title, value) in enumerate(rows):
            sheet.write_string(number, 0, title, self._head)
            self._cell(sheet, (number, 1), value)

    def table(
        self, name: tuple[str, str], heads: Sequence[Head], rows: Iterable[Sequence[Cell]]
    ) -> None:
        """Write a table with headings in both languages."""
        count, place = 1, 1
        sheet = self._open(" ".join(name), heads)
        for row in rows:
            if place == EXCEL_ROWS:
                count, place = count + 1, 1
                sheet = self._open(f"{' '.join(name)} {count}", heads)
            for column, value in enumerate(row):
                self._cell(sheet, (place, column), value)
            place += 1

    def _open(self, name: str, heads: Sequence[Head]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, (zh, en, width) in enumerate(heads):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, f"{zh} · {en}", self._head)
        return sheet

    def _cell(self, sheet: Any, place: tuple[int, int], value: Cell) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            sheet.write_datetime(*place, value.replace(tzinfo=None), self._moment)
        elif isinstance(value, date):
            sheet.write_datetime(*place, datetime(value.year, value.month, value.day), self._day)
        elif isinstance(value, int):
            sheet.write_number(*place, value, self._whole)
        else:
            text = harmless(value)
            cut = f"{text[: EXCEL_TEXT - 1]}…" if len(text) > EXCEL_TEXT else text
            sheet.write_string(*place, cut)
