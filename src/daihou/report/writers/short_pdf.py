"""A short personal report (简版) as PDF, of invented people, in the looks that readers must bear.

Every copy says on each page that it is invented.
Source of the layout: sentence templates, style sheets and parsers in public (grade C).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Final

from daihou.report.fields import PUBLIC_FIELDS, SHORT_COLUMNS, SHORT_ROWS
from daihou.report.model import Inquiry, PublicValue, Report
from daihou.report.values import Month
from daihou.report.words import PublicKind, ReportKind, Section
from daihou.report.writers.flow import Cell, Flow
from daihou.report.writers.page import SIGN, Lock, pdf_of, widths_of
from daihou.report.writers.project import HEADING_OF
from daihou.report.writers.short_text import bare_day, long_day, yuan

HALF_WIDTH: Final = str.maketrans("（）：，。", "():,.")
"""Some copies have half-width punctuation in their sentences."""

_GROUPS: Final = {
    Section.CARDS_OVERDUE: "发生过逾期的贷记卡账户明细如下：",
    Section.CARDS_OVERDRAFT: "透支超过60天的准贷记卡账户明细如下：",
    Section.CARDS_CLEAN: "从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：",
}
_HEADINGS: Final = {
    "disposals": "资产处置信息",
    "advances": "垫款信息",
    "cards": "信用卡",
    "loans": "贷款",
    "housing_loans": "购房贷款",
    "other_loans": "其他贷款",
    "other_business": "其他业务",
}
_SIDEBAR: Final = (
    "逾期记录可能影响对您的信用评价。",
    "购房贷款，包括个人住房贷款、个人商用房（包括商住两用）贷款和个人住房公积金贷款。",
    "发生过逾期的信用卡账户，指曾经“未按时还最低还款额”的贷记卡账户和“透支超过60天”的准贷记卡账户。",
)
_PUBLIC: Final = {
    PublicKind.TAX_ARREARS: "欠税记录",
    PublicKind.CIVIL_JUDGMENT: "民事判决记录",
    PublicKind.ENFORCEMENT: "强制执行记录",
    PublicKind.PENALTY: "行政处罚记录",
}
_CELLS: Final = (Cell(78, 40), Cell(166, 100), Cell(334, 137), Cell(486, 130))
_EDGES: Final = (48.0, 108.0, 226.0, 420.0, 552.0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a copy looks. ``font`` None is a font that is named but not embedded, else a TrueType.

    ``header_last``: page 1's head comes after its accounts in the file. ``glued``: item numbers
    stand against the text. ``middle``: cells of a row share their middle, not their top.
    ``split_rows``: a row may break over a page end. ``watermark`` False: the same words in the
    foot.
    """

    font: bytes | None = None
    ruled: bool = False
    watermark: bool = True
    header_last: bool = False
    glued: bool = False
    half_width: bool = False
    middle: bool = False
    split_rows: bool = False
    password: str | None = None
    lock: Lock = Lock.AES_256


PLAIN: Final = Look()


def write_short_pdf(report: Report, look: Look = PLAIN) -> bytes:
    """Return a report of kind ``pboc_short_v1`` or ``pboc_short_v2`` as PDF.

    Raises: ``ValueError`` for a report of another kind (make it one with ``as_short``).
    """
    if report.kind not in {ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2}:
        raise ValueError(f"a short PDF of a report of kind {report.kind}: use as_short first")
    return pdf_of(*_laid_out(report, look), look)


def characters_of(report: Report) -> frozenset[str]:
    """Return the characters that a copy of a short report shows: what a font to embed must have."""
    flow, _ = _laid_out(report, Look(half_width=True))
    return frozenset(
        "".join(mark.text for page in flow.pages for mark in page)
        + SIGN + "第页共：（），。 0123456789"
    )  # fmt: skip


def _laid_out(report: Report, look: Look) -> tuple[Flow, int]:
    """Return the pages, and how many marks of the first are its head and overview."""
    flow = Flow(widths_of(look.font))
    first = report.kind is ReportKind.PBOC_SHORT_V1
    _head(flow, report, first)
    has_credit = bool(report.accounts or report.liabilities)
    if has_credit:
        _overview(flow, report, look, first)
    head = len(flow.pages[0])
    _accounts(flow, report, look)
    _liabilities(flow, report, look)
    _records(flow, report, first)
    _inquiries(flow, report, look, first)
    _title(flow, "说明")
    for no, note in enumerate(report.notes, start=1):
        _item(flow, no, note, replace(look, half_width=False))
    return flow, head


def _title(flow: Flow, text: str) -> None:
    """Put the title of a part in the middle of a line."""
    flow.room(60)
    flow.y += 8
    flow.centre(text, 12, 25)


def _heading(flow: Flow, text: str) -> None:
    flow.room(46)
    flow.put(40, text, 11, 18)


def _item(flow: Flow, no: int | None, text: str, look: Look) -> None:
    """Put a numbered sentence, wrapped; it may go on on the next page."""
    text = text.translate(HALF_WIDTH) if look.half_width else text
    number = "" if no is None else f"{no}."
    for at, line in enumerate(flow.wrap(text, 9, 492)):
        flow.room(14)
        if at == 0 and look.glued:
            flow.put(60 - flow.length(number, 9), number + line, 9, 14)
            continue
        if at == 0:
            flow.put(42, number)
        flow.put(60, line, 9, 14)


def _clock(at: datetime | None, form: str) -> str:
    return f"{at:{form}}" if at else "--"


def _head(flow: Flow, report: Report, first: bool) -> None:
    header = report.header
    form = "%Y.%m.%d %H:%M:%S" if first else "%Y-%m-%d %H:%M:%S"
    flow.centre("个人信用报告", 16, 30)
    flow.put(40, f"报告编号：{header.report_no}")
    if first:
        flow.put(222, f"查询时间：{_clock(header.queried_at, form)}")
    flow.put(395, f"报告时间：{_clock(header.report_at, form)}", 9, 17)
    flow.put(40, f"姓名：{header.name}")
    flow.put(170, f"证件类型：{header.id_type}")
    flow.put(300, f"证件号码：{header.id_no}")
    flow.put(500, header.marital or "--", 9, 16)
    others = "，".join(f"{other.id_type}{other.id_no}" for other in header.other_ids)
    flow.put(40, f"其他证件信息：{others}" if others else "", 9, 14 if others else 2)
    _title(flow, "信贷记录")
    text = "系统中没有您的信用卡、贷款和其他信贷记录。"
    if report.accounts or report.liabilities:
        text = "这部分包含您的信用卡、贷款和其他信贷记录。金额类数据均以人民币计算，精确到元。"
    flow.centre(text, 9, 20)


def _overview(flow: Flow, report: Report, look: Look, first: bool) -> None:
    """Put the overview and, at its right, the sidebar that runs beside its rows."""
    flow.put(40, "信息概要", 11, 18)
    top, summary = flow.y, report.summary
    if "disposals.accounts" in summary:
        words = ("资产处置信息", "保证人代偿信息" if first else "垫款信息")
        _row(flow, "", dict(zip((250, 352), words, strict=True)))
        counts = (summary["disposals.accounts"], summary["advances.accounts"])
        _row(flow, "笔数" if first else "账户数", dict(zip((250, 352), counts, strict=True)))
        flow.y += 6
    _table(flow, report, look, first)
    if "liabilities.person" in summary:
        _row(flow, "", {255: "为个人", 330: "为企业"})
        counts = (summary["liabilities.person"], summary["liabilities.company"])
        _row(flow, "相关还款责任账户数", dict(zip((255, 330), counts, strict=True)))
    bottom, flow.y = flow.y, top
    for sentence in _SIDEBAR:
        for line in flow.wrap(sentence, 8.5, 136):
            flow.put(426, line, 8.5, 13.2)
    flow.y = max(bottom, flow.y) + 10


def _table(flow: Flow, report: Report, look: Look, first: bool) -> None:
    """Put the main table of the overview."""
    summary, top = report.summary, flow.y - 3
    columns = [c for c in SHORT_COLUMNS if f"{c}.accounts" in summary]
    step = 68 if first else 54
    middles = [230 + step * at for at in range(len(columns))]
    edges = (50, *[m - step / 2 for m in middles], middles[-1] + step / 2)
    if first:
        _row(flow, "", {m: SHORT_COLUMNS[c] for m, c in zip(middles, columns, strict=True)})
    else:
        _row(flow, "", {230: "信用卡", 311: "贷款", 392: "其他业务"})
        _row(flow, "", {284: "购房", 338: "其他"})
    if look.ruled:
        flow.y -= 3
        flow.box(edges, top)
        flow.y += 3
    for row, label in SHORT_ROWS.items():
        if f"cards.{row}" not in summary:
            continue
        top = flow.y - 3
        counts = [summary[f"{column}.{row}"] for column in columns]
        _row(flow, label, dict(zip(middles, counts, strict=True)))
        if look.ruled:
            flow.y -= 3
            flow.box(edges, top)
            flow.y += 3


def _row(flow: Flow, label: str, cells: Mapping[float, int | str | None]) -> None:
    """Put a row of the overview: its label, and cells by their middle."""
    flow.put(60, label)
    for middle, value in cells.items():
        flow.centre("--" if value is None else str(value), middle=middle)
    flow.y += 15


def _accounts(flow: Flow, report: Report, look: Look) -> None:
    first = report.kind is ReportKind.PBOC_SHORT_V1
    for heading, under in groupby(report.accounts, key=lambda a: HEADING_OF[a.section]):
        word = "保证人代偿信息" if first and heading == "advances" else _HEADINGS[heading]
        _heading(flow, word)
        for section, accounts in groupby(under, key=lambda a: a.section):
            _group(flow, section, first)
            for account in accounts:
                _item(flow, account.no, account.text or "", look)


def _group(flow: Flow, section: Section, first: bool) -> None:
    """Put the line that announces a group."""
    if section in {Section.DISPOSALS, Section.ADVANCES}:
        return
    words = _GROUPS.get(section)
    if words is None:
        clean = "从未逾期过的" if first else "从未发生过逾期的"
        words = (clean if section.name.endswith("CLEAN") else "发生过逾期的") + "账户明细如下："
    flow.room(32)
    flow.put(60, words, 9, 15)


def _liabilities(flow: Flow, report: Report, look: Look) -> None:
    if report.liabilities:
        first = report.kind is ReportKind.PBOC_SHORT_V1
        _heading(flow, "为他人担保信息" if first else "相关还款责任信息")
    for liability in report.liabilities:
        _item(flow, liability.no, liability.text or "", look)


def _printed(value: PublicValue) -> str:
    """Return a value as printed; ``--`` where the record says nothing."""
    if value is None:
        return "--"
    if isinstance(value, int):
        return yuan(value)
    return long_day(value) if isinstance(value, date | Month) else value


def _pairs(flow: Flow, pairs: Sequence[tuple[str, PublicValue]]) -> None:
    """Put ``label：value`` pairs, two to a line, wrapped each in its half."""
    for at in range(0, len(pairs), 2):
        halves = [
            flow.wrap(f"{label}：{_printed(value)}", 9, 245) for label, value in pairs[at : at + 2]
        ]
        height = max(map(len, halves))
        flow.room(14 * height)
        for x, lines in zip((40, 300), halves, strict=False):
            top = flow.y
            for line in lines:
                flow.put(x, line, 9, 14)
            flow.y = top
        flow.y += 14 * height
    flow.y += 6


def _records(flow: Flow, report: Report, first: bool) -> None:
    """Put what is beside credit: post-paid services and public records."""
    if not first:
        _title(flow, "非信贷交易记录")
        if report.post_paid:
            _heading(flow, "后付费记录")
        else:
            flow.centre("系统中没有您最近5年内的非信贷交易记录。", 9, 20)
        for item in report.post_paid:
            pairs = (
                ("机构名称", item.institution),
                ("业务类型", item.kind),
                ("记账年月", item.month),
                ("业务开通日期", item.opened_on),
                ("当前缴费状态", item.state),
                ("当前欠费金额", item.arrears),
            )
            _pairs(flow, pairs)
    _title(flow, "公共记录")
    kinds = "欠税记录、民事判决记录、强制执行记录、行政处罚记录"
    text = f"这部分包含您最近5年内的{kinds}。金额类数据均以人民币计算，精确到元。"
    if not report.public_records:
        text = f"系统中没有您最近5年内的{kinds + '及电信欠费记录' if first else '公共信息记录'}。"
    flow.centre(text, 9, 20)
    for kind, records in groupby(report.public_records, key=lambda r: r.kind):
        _heading(flow, _PUBLIC[kind])
        for record in records:
            _pairs(flow, [(f.zh, record.values.get(f.name)) for f in PUBLIC_FIELDS[kind]])


def _inquiries(flow: Flow, report: Report, look: Look, first: bool) -> None:
    _title(flow, "查询记录")
    if not report.inquiries:
        flow.centre("系统中没有您最近2年内的查询记录。", 9, 20)
        return
    flow.centre("这部分包含您的信用报告最近2年内被查询的记录。", 9, 20)
    for own, looks in groupby(report.inquiries, key=lambda look: look.own):
        flow.room(70)
        flow.centre("本人查询记录明细" if own else "机构查询记录明细", 10, 17)
        words = ("编号", "查询日期", "查询操作员" if first else "查询机构", "查询原因")
        _cells(flow, words, look)
        for inquiry in looks:
            _cells(flow, _inquiry(inquiry, first), look)


def _inquiry(inquiry: Inquiry, first: bool) -> tuple[str, ...]:
    day = (bare_day if first else long_day)(inquiry.on) if inquiry.on else "--"
    who = inquiry.institution + (f"/{inquiry.operator}" if inquiry.operator else "")
    return str(inquiry.no), day, who, inquiry.reason


def _cells(flow: Flow, texts: Sequence[str], look: Look) -> None:
    """Put a row of cells, each wrapped and centred in its column."""
    if look.glued and texts[0].isdigit():
        texts = ("", texts[0] + texts[1], *texts[2:])
    cells = [flow.wrap(t, 9, c.width) for t, c in zip(texts, _CELLS, strict=True)]
    height = max(map(len, cells))
    if not look.split_rows or look.middle:
        flow.room(12 * height + 6)
    top = flow.y
    for line in range(height):
        if not flow.room(12):
            top = flow.y
        for lines, cell in zip(cells, _CELLS, strict=True):
            shift = (height - len(lines)) * 6 if look.middle else 0
            if line < len(lines):
                flow.y += shift
                flow.centre(lines[line], middle=cell.middle)
                flow.y -= shift
        flow.y += 12
    flow.y += 6
    if look.ruled:
        flow.y -= 3
        flow.box(_EDGES, top - 3)
        flow.y += 3
