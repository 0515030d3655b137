"""The detailed personal version of an invented person as PDF, in ruled tables over many pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Final

from daihou.report.detailed.layout import (
    ACCOUNT_HEADINGS,
    BLOCKS,
    COUNTED,
    LIABILITY_HEADINGS,
    STATE_TABLES,
    SUMS,
    TWO_LEVELS,
    Column,
)
from daihou.report.dictionaries import words
from daihou.report.fields import PUBLIC_HEADINGS
from daihou.report.model import Account, Report
from daihou.report.person import FraudAlert
from daihou.report.values import Month
from daihou.report.words import OVER, AccountState, ReportKind, Section
from daihou.report.writers.detailed_heads import (
    AGREEMENT,
    ENDED,
    HEADS,
    LIABILITY,
    MOVED,
    ORDINALS,
    STATES,
    TITLES,
)
from daihou.report.writers.flow import Flow, Mark
from daihou.report.writers.page import Lock, pdf_of, widths_of
from daihou.report.writers.short_text import CURRENCY_WORDS, long_day, yuan

_LEFT: Final = 36.0
_WIDTH: Final = 523.0
_SIZE: Final = 7.5


@dataclass(frozen=True, slots=True)
class DetailedLook:
    """How a copy looks: as of the short version, and where the first page's text begins.

    ``drop`` moves everything down by so many points, so that pages end in other places.
    """

    font: bytes | None = None
    watermark: bool = True
    header_last: bool = False
    drop: int = 0
    password: str | None = None
    lock: Lock = Lock.AES_256


PLAIN: Final = DetailedLook()


def write_detailed_pdf(report: Report, look: DetailedLook = PLAIN) -> bytes:
    """Return a report of kind ``pboc_detailed`` as PDF.

    Raises: ``ValueError`` for a report of another kind (make it one with ``as_detailed``).
    """
    if report.kind is not ReportKind.PBOC_DETAILED:
        raise ValueError(f"a detailed PDF of a report of kind {report.kind}: use as_detailed")
    sheet = _Sheet(Flow(widths_of(look.font)))
    sheet.flow.y += look.drop
    _head(sheet, report)
    _person(sheet, report)
    _overview(sheet, report)
    _accounts(sheet, report)
    _liabilities(sheet, report)
    _agreements(sheet, report)
    _others(sheet, report)
    _looks(sheet, report)
    return pdf_of(sheet.flow, 0, look)


def printed(kind: str, value: Any, state_table: str = "") -> str:
    """Return a value as its cell shows it, ``--`` for nothing."""
    if value is None:
        return "--"
    if kind.startswith("code:") or kind == "state":
        table = state_table if kind == "state" else kind.removeprefix("code:")
        told = words(table, str(value))
        assert told is not None, f"code {value} is not in dictionary {table}"
        return told
    if kind == "currency":
        return "人民币元" if value == "CNY" else CURRENCY_WORDS[value]
    if kind == "yuan":
        return yuan(value)
    if isinstance(value, date):
        return f"{value:%Y.%m.%d}"
    return str(value).replace("-", ".") if isinstance(value, Month) else str(value)


class _Sheet:
    """A flow with headings and rows of ruled cells."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._part, self._chapter = 0, 0

    def chapter(self, text: str) -> None:
        """Put a heading of the first level."""
        self.flow.room(60)
        self.flow.centre(f"{ORDINALS[self._chapter]} {text}", 11, 20)
        self._chapter, self._part = self._chapter + 1, 0

    def part(self, text: str) -> None:
        """Put a numbered heading of the second level."""
        self.flow.room(40)
        self.flow.put(_LEFT, f"（{ORDINALS[self._part]}）{text}", 9, 15)
        self._part = (self._part + 1) % len(ORDINALS)

    def line(self, text: str) -> None:
        """Put a line between tables."""
        self.flow.room(30)
        self.flow.y += 4
        self.flow.put(_LEFT, text, 8, 13)

    def row(self, texts: Sequence[str], spans: Sequence[int] = ()) -> None:
        """Put a row of cells of one width each, or of so many columns."""
        spans = spans or [1] * len(texts)
        step = _WIDTH / sum(spans)
        edges = [_LEFT]
        for span in spans:
            edges.append(edges[-1] + step * span)
        cells = [
            self.flow.wrap(text, _SIZE, right - left - 4)
            for text, (left, right) in zip(texts, pairwise(edges), strict=True)
        ]
        height = 10.0 * max(map(len, cells)) + 4
        self.flow.room(height)
        top = self.flow.y
        for lines, (left, right) in zip(cells, pairwise(edges), strict=True):
            self.flow.y = top + (height - 10 * len(lines)) / 2
            for line in lines:
                self.flow.centre(line, _SIZE, 10, (left + right) / 2)
        self.flow.y = top + height
        self.flow.box(edges, top)

    def record(
        self, heading: str, rows: Iterable[str], record: object, state_table: str = ""
    ) -> None:
        """Put rows of labels, each with the values of a record below."""
        base = BLOCKS[heading].base
        for labels in (row.split() for row in rows):
            self.row([label.replace("-", "—") for label in labels])
            columns = [base[label] for label in labels]
            self.row([printed(c.kind, _get(record, c.field), state_table) for c in columns])

    def rows(
        self,
        columns: Mapping[str, Column],
        records: Sequence[object],
        first: int | Sequence[int | None] = 1,
    ) -> None:
        """Put a list: labels once, then a row for each record, numbered where it says 编号."""
        numbers = range(first, first + len(records)) if isinstance(first, int) else first
        self.row(list(columns))
        for no, record in zip(numbers, records, strict=True):
            self.row(
                [
                    str(no) if column.field == "no" else printed(c.kind, _get(record, c.field))
                    for column in columns.values()
                    for c in (column,)
                ]
            )


def _get(record: object, name: str) -> Any:
    return record.get(name) if isinstance(record, Mapping) else getattr(record, name)


def _base(heading: str, names: Iterable[str]) -> list[str]:
    """Return the labels of fields, as one row; of two labels of one field the first."""
    labels: dict[str, str] = {}
    for label, column in BLOCKS[heading].base.items():
        labels.setdefault(column.field, label)
    return [" ".join(labels[name] for name in names)]


def _head(sheet: _Sheet, report: Report) -> None:
    header, flow = report.header, sheet.flow
    flow.centre("个人信用报告", 15, 22)
    flow.centre("（本人版）", 9, 16)
    flow.put(_LEFT, f"报告编号：{header.report_no}", 8)
    moment = f"{header.report_at:%Y.%m.%d %H:%M:%S}" if header.report_at else "--"
    flow.put(380, f"报告时间：{moment}", 8, 14)
    said = {
        "name": header.name,
        "id_type": header.id_type,
        "id_no": header.id_no,
        "inquirer": header.inquirer,
        "reason": "本人查询",
    }
    sheet.record("报告头", _base("报告头", said), said)
    if header.other_ids:
        sheet.line("其他证件信息")
        sheet.rows(BLOCKS["报告头"].lists["other_ids"], header.other_ids)
    if isinstance(header.fraud_alert, FraudAlert):
        sheet.line("防欺诈警示")
        names = ("flag", "phone", "from_on", "to_on")
        sheet.record("报告头", _base("报告头", names), header.fraud_alert)
    if header.disputes is not None:
        sheet.line("异议信息提示")
        sheet.record("报告头", ["异议标注数目"], header)
    flow.y += 6


def _person(sheet: _Sheet, report: Report) -> None:
    identity = report.identity
    if identity is None:
        return
    sheet.chapter("个人基本信息")
    sheet.part("身份信息")
    names = ("sex", "born_on", "marital", "education", "degree", "employment", "nationality")
    about = {name: getattr(identity, name, None) for name in (*names, "email")}
    about["marital"] = report.header.marital
    sheet.record("身份信息", _base("身份信息", about), about)
    sheet.record("身份信息", ["通讯地址 户籍地址"], identity)
    if identity.phones:
        sheet.rows(BLOCKS["身份信息"].lists["phones"], identity.phones)
    if identity.spouse:
        sheet.part("配偶信息")
        sheet.record("配偶信息", [" ".join(BLOCKS["配偶信息"].base)], identity.spouse)
    if identity.residences:
        sheet.part("居住信息")
        sheet.rows(BLOCKS["居住信息"].lists["residences"], identity.residences)
    if identity.occupations:
        sheet.part("职业信息")
        columns = BLOCKS["职业信息"].lists["occupations"]
        for labels in (
            "编号 就业状况 工作单位 单位性质 单位地址 单位电话",
            "编号 职业 行业 职务 职称 进入本单位年份 信息更新日期",
        ):
            sheet.rows({label: columns[label] for label in labels.split()}, identity.occupations)


def _overview(sheet: _Sheet, report: Report) -> None:
    summary = report.summary
    sheet.chapter("信息概要")
    for heading, name in SUMS.items():
        block = BLOCKS[heading]
        here = {n.removeprefix(f"{name}."): v for n, v in summary.items() if n.startswith(name)}
        if not any(n.startswith(f"{name}.") for n in summary):
            continue
        counted = here.get(COUNTED.get(name, ""))
        sheet.part(heading if counted is None else f"{heading}（数量：{counted}）")
        if name == "inquiries":
            _look_sums(sheet, here)
            continue
        labels = {column.field: label for label, column in block.base.items()}
        if name == "credit_cards":
            labels |= {"used": "已用额度", "used_6m": "最近6个月平均使用额度"}
        fields = [field for field in labels if field in here]
        if fields:
            sheet.record(heading, [" ".join(labels[field] for field in fields)], here)
        if "rows" in block.lists:
            sheet.rows(block.lists["rows"], _sum_rows(here))


def _sum_rows(here: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a sum: keys ``11.accounts`` or ``1.9.accounts`` parted by their codes."""
    rows: dict[str, dict[str, Any]] = {}
    for name, value in here.items():
        codes, _, field = name.rpartition(".")
        if codes:
            key, _, key2 = codes.partition(".")
            row = rows.setdefault(codes, {"key": key, "key2": key2})
            row[field] = value.replace("-", ".") if isinstance(value, str) else value
    return list(rows.values())


def _look_sums(sheet: _Sheet, here: Mapping[str, Any]) -> None:
    said = dict(here)
    if "last_on" in here:
        said["last_on"] = str(here["last_on"]).replace("-", ".")
        names = ("last_on", "last_institution", "last_reason")
        sheet.record("查询记录概要", _base("查询记录概要", names), said)
    sheet.row(list(TWO_LEVELS), (2, 3, 3))
    labels = [label for label in BLOCKS["查询记录概要"].base if label.startswith("最近")]
    parents = [parent for parent, span in zip(TWO_LEVELS.values(), (2, 3, 3), strict=True)
               for _ in range(span)]  # fmt: skip
    sheet.row(
        [
            label.removeprefix(before).removesuffix(after)
            for label, (before, after) in zip(labels, parents, strict=True)
        ]
    )
    base = BLOCKS["查询记录概要"].base
    sheet.row([printed("count", here.get(base[label].field)) for label in labels])


def _accounts(sheet: _Sheet, report: Report) -> None:
    sheet.chapter("信贷交易信息明细")
    headings = {section: heading for heading, (section, _) in ACCOUNT_HEADINGS.items()}
    for section, accounts in groupby(report.accounts, key=lambda account: account.section):
        heading = headings[section]
        sheet.part(heading)
        for account in accounts:
            _account(sheet, heading, account)


def _account(sheet: _Sheet, heading: str, account: Account) -> None:
    kind = account.account_type
    assert kind is not None, "an account without type has no table"
    agreement = f"（授信协议标识：{account.agreement_no}）" if account.agreement_no else ""
    sheet.line(f"账户{account.no}{agreement}")
    sheet.record(heading, HEADS[kind], account)
    _as_of(sheet, account.as_of)
    over = account.state in OVER or account.state is AccountState.BAD_DEBT
    states = STATES[kind]
    if account.state is AccountState.TRANSFERRED:
        states = MOVED
    elif over and account.section is not Section.RECOVERIES:
        states = ENDED
    sheet.record(heading, states, account, STATE_TABLES[kind])
    _grid(sheet, account)
    for name, title in TITLES.items():
        _extra(sheet, heading, name, title, getattr(account, name))
    sheet.flow.y += 6


def _extra(sheet: _Sheet, heading: str, name: str, title: str, records: Sequence[object]) -> None:
    if records:
        sheet.line(title)
        sheet.rows(BLOCKS[heading].lists[name], records)


def _as_of(sheet: _Sheet, when: Any) -> None:
    if when is not None:
        sheet.line(f"截至{long_day(when)}")


def _grid(sheet: _Sheet, account: Account) -> None:
    """Put the months: a year's cell spans its states and amounts, unless the page ends between."""
    first, last = account.history_from, account.history_to
    if first is None or last is None:
        return
    sheet.line(f"{long_day(first)}—{long_day(last)}的还款记录")
    flow, step, height = sheet.flow, _WIDTH / 13, 14.0
    told = {state.month: state for state in account.history}
    edges = [_LEFT + step * at for at in range(14)]

    def months(texts: Sequence[str]) -> None:
        top = flow.y
        for at, text in enumerate(texts):
            flow.y = top + 3
            flow.centre(text, 6.5, 0, edges[at + 1] + step / 2)
        flow.y = top + height
        flow.box(edges[1:], top)

    flow.room(height)
    months([str(month) for month in range(1, 13)])
    for year in range(last.year, first.year - 1, -1):
        states = [told.get(Month(year, month)) for month in range(1, 13)]
        flow.room(height)
        top = flow.y
        months([state.symbol if state else "" for state in states])
        below = flow.y
        whole = flow.room(height)
        if not whole:
            page, flow.pages[-1:] = flow.pages[-1], []
            _year(flow, str(year), top, below)
            flow.pages.append(page)
        start = flow.y
        months(
            [yuan(state.overdue) if state and state.overdue is not None else "" for state in states]
        )
        _year(flow, str(year) if whole else "", top if whole else start, flow.y)


def _year(flow: Flow, text: str, top: float, bottom: float) -> None:
    """Put a year's cell on the last page, beside the months between two heights."""
    right = _LEFT + _WIDTH / 13
    if text:
        left = (_LEFT + right - flow.length(text, 6.5)) / 2
        flow.pages[-1].append(Mark(left, (top + bottom) / 2 - 4, 6.5, text))
    for y in (top, bottom):
        flow.rule(_LEFT, y, right, y)
    flow.rule(_LEFT, top, _LEFT, bottom)


def _liabilities(sheet: _Sheet, report: Report) -> None:
    for debtor, items in groupby(report.liabilities, key=lambda item: item.debtor_kind_code):
        heading = next(h for h, (code, _) in LIABILITY_HEADINGS.items() if code == debtor)
        sheet.part(f"相关还款责任信息（{heading}）")
        for item in items:
            sheet.line(f"账户{item.no}")
            sheet.record(heading, LIABILITY, item)
            _as_of(sheet, item.as_of)
            sheet.record(heading, ["余额 五级分类 逾期月数 还款状态"], item)
            _extra(sheet, heading, "annotations", "标注及声明信息", item.annotations)


def _agreements(sheet: _Sheet, report: Report) -> None:
    if report.agreements:
        sheet.part("授信协议信息")
    for no, item in enumerate(report.agreements, start=1):
        sheet.line(f"协议{no}")
        sheet.record("授信协议信息", AGREEMENT, item)
        _extra(sheet, "授信协议信息", "annotations", "标注及声明信息", item.annotations)


def _others(sheet: _Sheet, report: Report) -> None:
    sheet.chapter("非信贷交易信息明细")
    if report.post_paid:
        sheet.part("后付费记录")
    for item in report.post_paid:
        sheet.line(f"账户{item.no}")
        labels = list(BLOCKS["后付费记录"].base)
        sheet.record("后付费记录", [" ".join(labels[:-1]), labels[-1]], item)
        _extra(sheet, "后付费记录", "annotations", "标注及声明信息", item.annotations)
    sheet.chapter("公共信息明细")
    for heading, kind in PUBLIC_HEADINGS.items():
        records = [record for record in report.public_records if record.kind is kind]
        if not records:
            continue
        sheet.part(heading)
        columns = list(BLOCKS[heading].lists["records"].items())
        for at in range(1, len(columns), 5):
            part = dict([columns[0], *columns[at : at + 5]])
            sheet.rows(part, [record.values for record in records], [r.no for r in records])
        notes = [(record.no, note) for record in records for note in record.annotations]
        if notes:
            about = BLOCKS[heading].lists["annotations"]
            sheet.rows(about, [note for _, note in notes], [no for no, _ in notes])
    if report.annotations:
        sheet.chapter("本人声明及异议标注")
        sheet.rows(BLOCKS["本人声明及异议标注"].lists["annotations"], report.annotations)


def _looks(sheet: _Sheet, report: Report) -> None:
    sheet.chapter("查询记录")
    if report.inquiries:
        columns = BLOCKS["查询记录"].lists["inquiries"]
        sheet.rows(columns, report.inquiries, [look.no for look in report.inquiries])
    sheet.chapter("报告说明")
    flow = sheet.flow
    for no, note in enumerate(report.notes, start=1):
        for line in flow.wrap(f"{no}.{note}", 8, _WIDTH):
            flow.room(13)
            flow.put(_LEFT, line, 8, 13)
