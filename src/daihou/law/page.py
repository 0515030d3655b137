"""The law in force as a page to read: every parameter with its value, article, grade and source."""

from __future__ import annotations

from collections.abc import Iterator

from daihou.law.model import Law, Pack, Parameter

_GRADES = (
    ("L", "法律原文已读", "law text read"),
    ("B", "银行或主管机关网页", "a bank's or authority's page"),
    ("C", "真实系统代码", "code of a real lender's system"),
    ("N", "新闻或律所文章", "news or law firm"),
    ("W", "一般网页，待核实", "weak web page, verify"),
    ("M", "凭记忆，待核实", "from memory, verify"),
)

_HEADS = (
    "id", "参数 · parameter", "值 · value", "自 · from", "条款 · article", "可信度 · grade",
    "来源 · source", "核对 · checked",
)  # fmt: skip


def reference_page(law: Law) -> str:
    """Return the law in force on one day as Markdown, in Chinese and English."""
    return "\n".join(_lines(law)) + "\n"


def _lines(law: Law) -> Iterator[str]:
    yield "# 法规参数 · Law parameters"
    yield ""
    yield f"有效日 · in force on: {law.on}"
    yield ""
    yield "| 可信度 grade | 含义 | meaning |"
    yield "|---|---|---|"
    for grade, zh, en in _GRADES:
        yield f"| {grade} | {zh} | {en} |"
    yield ""
    yield (
        "W 与 M 的参数可以在账本设置中修改。 Parameters of grade W and M are there to "
        "be checked and may be set by the book."
    )
    for pack in law.packs:
        yield from _pack(law, pack)


def _pack(law: Law, pack: Pack) -> Iterator[str]:
    yield ""
    yield f"## `{pack.id}` {pack.zh} · {pack.en}"
    yield ""
    yield f"{_cell(pack.instrument)}. 首日 · first day: {pack.in_force_from}."
    if pack.brings:
        yield f"同时带入 · brings along: {', '.join(f'`{name}`' for name in pack.brings)}."
    if pack.note:
        yield ""
        yield _cell(pack.note)
    yield ""
    yield "| " + " | ".join(_HEADS) + " |"
    yield "|" + "---|" * len(_HEADS)
    for parameter in law.parameters.values():
        if parameter.pack == pack.id:
            yield _row(parameter)


def _row(parameter: Parameter) -> str:
    notes = " ".join(part for part in (parameter.description, parameter.note) if part)
    words = f"{parameter.zh}<br>{parameter.en}<br>{notes}"
    span = f"{parameter.in_force_from}"
    span += f" – {parameter.in_force_to}" if parameter.in_force_to else ""
    cells = (
        f"`{parameter.id}`", words, _value(parameter), span, parameter.article,
        str(parameter.grade), parameter.source, str(parameter.last_checked),
    )  # fmt: skip
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _value(parameter: Parameter) -> str:
    if isinstance(parameter.value, bool):
        return "是 yes" if parameter.value else "否 no"
    rule = parameter.rule
    sign = f"{rule.comparison} " if rule is not None and rule.comparison is not None else ""
    book = "（本行设定 set by the book）" if parameter.overridden else ""
    return f"{sign}{parameter.value} {parameter.unit}{book}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
