"""One credit report on a terminal: what matters first, then proof, plan, records, doubts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from daihou.desk.borrower.changes import change_lines
from daihou.desk.borrower.layout import (
    MARKS,
    MONTHS,
    Lane,
    Told,
    grid,
    grouped,
    place_of,
    symbol_class,
    tiles,
    timeline,
    yuan,
)
from daihou.desk.borrower.words import SYMBOL_WORDS, words
from daihou.desk.labels import Words
from daihou.desk.report.marks import clip, visible

_STYLE: Final = {"hurts": "red", "helps": "green", "neutral": "cyan"}
_SIGN: Final = {"hurts": "▼", "helps": "▲", "neutral": "●"}
_SYMBOL_STYLE: Final = {
    "paid": "green", "soft": "yellow", "late0": "dark_orange", "late1": "red",
    "late2": "bold red reverse", "none": "dim",
}  # fmt: skip
_MARK_STYLE: Final = {"new_credit": "red", "guarantee": "red", "account_review": "cyan"}
_LANES: Final = 20
_GRIDS: Final = 6
_ROWS: Final = 40
_PROOFS: Final = 3


def borrower_view(told: Told, lang: str) -> RenderableType:
    """Return the whole view of a report."""
    record = told["report"]
    parts: list[RenderableType] = [_head(told, lang)]
    if told["changes"]:
        parts += _section("与上一份报告相比", "Since the older report", lang)
        parts += [_said(one, record, lang) for one in change_lines(told["changes"])]
    for name, found in grouped(record["findings"]):
        title = words("direction", name)
        parts += _section(title.zh, title.en, lang)
        parts += [_said(one, record, lang) for one in found]
    if told["plan"]:
        parts += [*_section("行动建议", "What to do", lang), _plan(told, lang)]
    if told["what_if"]:
        parts += [*_section("如果这样做", "If you do this", lang), _what_if(told, lang)]
    parts += [*_section("谁查过您（近24个月）", "Who looked, last 24 months", lang)]
    parts += _looks(told, lang)
    parts += [*_section("信贷账户", "Credit accounts", lang), _accounts(record, lang)]
    parts += _grids(record, lang)
    parts += [*_section("没有读懂的内容与核对", "Not understood, and checks", lang)]
    parts += _doubts(record, lang)
    return Group(*parts)


def _section(zh: str, en: str, lang: str) -> list[RenderableType]:
    return [Text(), Rule(Text(Words(zh, en).of(lang), "bold"), align="left", style="dim")]


def _head(told: Told, lang: str) -> RenderableType:
    record = told["report"]
    head = record["header"]
    title = Text(clip(head["name"] or "–"), "bold")
    title.append(f"  {clip(head['id_type'] or '')} {clip(head['id_no'] or '')}", "dim")
    line = Text(words("kind", record["kind"]).of(lang), "dim")
    line.append(f" · {clip((record['report_at'] or '–')[:10])}")
    line.append(f" · {clip(record['report_no'] or '–')}", "dim")
    figures = Table.grid(padding=(0, 3))
    figures.add_column()
    figures.add_column(justify="right")
    figures.add_column(style="dim", overflow="fold")
    mood = {"bad": "bold red", "good": "green", "flat": "bold"}
    for tile in tiles(told):
        figures.add_row(tile.name.of(lang), Text(tile.value, mood[tile.mood]), tile.note.of(lang))
    parts: list[RenderableType] = [title, line, Text()]
    for number, one in enumerate(record["findings"][:3], 1):
        parts.append(_sentence(one, lang, f"{number} {_SIGN[one['direction']]} "))
    return Panel(Group(*parts, Text(), figures), box=box.ROUNDED, border_style="dim")


def _sentence(one: Told, lang: str, sign: str) -> RenderableType:
    """Return a sentence that hangs under its sign."""
    table = Table.grid()
    table.add_column(no_wrap=True, style=_STYLE[one["direction"]])
    table.add_column(overflow="fold")
    table.add_row(sign, Text(visible(one["text"][lang])))
    return table


def _said(one: Told, record: Told, lang: str) -> RenderableType:
    sentence = _sentence(one, lang, f"{_SIGN[one['direction']]} ")
    proof = _proof(one, record, lang)
    if not proof:
        return sentence
    return Group(sentence, Padding(Text(proof, "dim", overflow="fold"), (0, 0, 0, 4)))


def _proof(one: Told, record: Told, lang: str) -> str:
    """Return where a sentence comes from: records with pages, then sources with grades."""
    shown = []
    for evidence in one["evidence"][:_PROOFS]:
        _, name, page = place_of(record, evidence)
        told = clip(name.of(lang))
        shown.append(told + (Words(f" 第{page}页", f" p. {page}").of(lang) if page else ""))
    if more := len(one["evidence"]) - len(shown):
        shown.append(Words(f"另有 {more} 条", f"{more} more").of(lang))
    cited = [
        f"[{source['grade']}] {clip(source['title'])} {clip(source['article'] or '')}".strip()
        for source in one.get("sources", ())
    ]
    return " · ".join([*shown, *cited])


def _plan(told: Told, lang: str) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for number, step in enumerate(told["plan"], 1):
        when = visible(step["when"][lang]) if step["when"] else ""
        text = Text(visible(step["text"][lang]))
        if proof := _proof(step, told["report"], lang):
            text.append(f"\n{proof}", "dim")
        table.add_row(str(number), when, text)
    return table


def _table(heads: Sequence[tuple[str, str, str]], lang: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for zh, en, side in heads:
        justify: Any = "right" if side == "r" else "left"
        table.add_column(Words(zh, en).of(lang), justify=justify, overflow="fold")
    return table


def _what_if(told: Told, lang: str) -> RenderableType:
    heads = [("做法", "step", "l"), ("指标", "figure", "l"), ("现在", "now", "r"),
             ("之后", "then", "r")]  # fmt: skip
    table = _table(heads, lang)
    for one in told["what_if"]:
        table.add_row(visible(one["text"][lang]), visible(one["measure"][lang]),
                      clip(one["before"]), Text(clip(one["after"]), "bold"))  # fmt: skip
    return table


def _looks(told: Told, lang: str) -> list[RenderableType]:
    line = timeline(told)
    if not line.lanes:
        return [Text(Words("没有查询记录", "no inquiry").of(lang), "dim")]
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    head = f"{line.first}".ljust(MONTHS - 7) + f"{line.last}"
    table.add_row("", Text(head, "dim"), "")
    for lane in line.lanes[:_LANES]:
        style = "dim" if lane.own else ""
        counts = Counter(look.reason_class for look in lane.looks)
        told_counts = " ".join(f"{MARKS[one]}{counts[one]}" for one in MARKS if counts[one])
        table.add_row(Text(clip(lane.institution), style), _strip(lane), told_counts)
    if more := max(0, len(line.lanes) - _LANES):
        table.add_row(Text(Words(f"另有 {more} 家", f"{more} more").of(lang), "dim"), "", "")
    shown = {look.reason_class for lane in line.lanes for look in lane.looks}
    legend = "   ".join(f"{MARKS[one]} {words('class', one).of(lang)}" for one in MARKS
                        if one in shown)  # fmt: skip
    return [table, Text(legend, "dim")]


def _strip(lane: Lane) -> Text:
    """Return one sign a month, of the gravest look in it."""
    text = Text()
    order = list(MARKS)
    for month in range(MONTHS):
        found = [order.index(look.reason_class) for look in lane.looks if look.month == month]
        if found:
            gravest = order[min(found)]
            text.append(MARKS[gravest], _MARK_STYLE.get(gravest, ""))
        else:
            text.append("─", "dim")
    return text


def _accounts(record: Told, lang: str) -> RenderableType:
    heads = [("", "", "r"), ("机构", "lender", "l"), ("业务", "business", "l"),
             ("开立", "opened", "l"), ("额度/金额", "limit/amount", "r"),
             ("余额/已用", "balance/used", "r"), ("状态", "state", "l")]  # fmt: skip
    table = _table(heads, lang)
    for number, one in enumerate(record["accounts"][:_ROWS], 1):
        whole = one["limit"] if one["limit"] is not None else one["amount"]
        used = one["used"] if one["used"] is not None else one["balance"]
        state = words("state", one["state"]).of(lang) if one["state"] else "–"
        late = one["overdue_now"] or one["state"] in ("overdue", "bad_debt", "in_collection")
        if one["overdue_now"] and one["state"] != "overdue":
            state += " · " + Words("当前逾期", "overdue now").of(lang)
        table.add_row(
            Text(str(number), "dim"), clip(one["institution"]), clip(one["type"]),
            one["opened_on"] or "–", yuan(whole), yuan(used),
            Text(state, "bold red" if late else ""),
        )  # fmt: skip
    if more := max(0, len(record["accounts"]) - _ROWS):
        told = Words(f"另有 {more} 个，见 --html 或 --json", f"{more} more: see --html or --json")
        table.add_row("", Text(told.of(lang), "dim"))
    return table


def _grids(record: Told, lang: str) -> list[RenderableType]:
    """Return the grids of accounts that were late at some time; the others are all alike."""
    late = []
    for number, one in enumerate(record["accounts"], 1):
        months = grid(one)
        cells = [cell for _, row in months.rows for cell in row if cell] if months else []
        if months and any(symbol_class(cell[0]).startswith("late") for cell in cells):
            late.append((number, one, months))
    if not late:
        return []
    parts = _section("发生过逾期的账户，逐月", "Accounts once overdue, by month", lang)
    seen: dict[str, None] = {}
    for number, one, months in late[:_GRIDS]:
        parts.append(Text(f"{number} {clip(one['institution'])} {clip(one['type'])}"))
        for year, row in months.rows:
            text = Text(f"  {year} ", "dim")
            for cell in row:
                symbol = cell[0] if cell else " "
                seen.setdefault(symbol)
                text.append(f" {clip(symbol)}", _SYMBOL_STYLE.get(symbol_class(symbol), ""))
            parts.append(text)
    if more := max(0, len(late) - _GRIDS):
        parts.append(Text(Words(f"另有 {more} 个", f"{more} more").of(lang), "dim"))
    told = [f"{s} {SYMBOL_WORDS[s].of(lang)}" for s in SYMBOL_WORDS if s in seen]
    return [*parts, Text("   ".join(told), "dim", overflow="fold")]


def _doubts(record: Told, lang: str) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for one in record["unmatched"][:_ROWS]:
        page = Words(f"第{one['page']}页 ", f"p. {one['page']} ").of(lang) if one["page"] else ""
        parts.append(Text(f"? {page}{clip(one['text'])} {clip(one['path'])}".rstrip(), "yellow"))
    if more := len(record["unmatched"]) - len(parts):
        parts.append(Text(Words(f"另有 {more} 处", f"{more} more").of(lang), "yellow"))
    failed = [check for check in record["checks"] if check["ok"] is False]
    parts += [Text(f"✗ {visible(check['detail'])}", "red") for check in failed]
    if not record["unmatched"]:
        parts.append(Text("✓ " + Words("全部读懂", "everything was understood").of(lang), "green"))
    passed = sum(check["ok"] is True for check in record["checks"])
    unsure = len(record["checks"]) - passed - len(failed)
    parts.append(Text(Words(
        f"✓ {passed} 项核对相符，{unsure} 项无法核对",
        f"✓ {passed} checks hold, {unsure} could not be made",
    ).of(lang), "dim"))  # fmt: skip
    return parts
