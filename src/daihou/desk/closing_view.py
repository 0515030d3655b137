"""Terminal view of closing a relationship: what is left, the steps, the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from daihou.desk.inquiries_view import grid, heading, told
from daihou.desk.labels import Words
from daihou.desk.privacy import COVERED
from daihou.desk.report.marks import UNKNOWN, clip
from daihou.inquiry.closing import ADVICE, STEP_WORDS, ClosingStep, Leftover

if TYPE_CHECKING:
    from daihou.jobs.close import Checked, Closed
    from daihou.jobs.reopen import Reopened


def checked_view(checked: Checked, lang: str) -> RenderableType:
    """Return what is left and the steps that would close the relationship."""
    parts: list[RenderableType] = [
        Text(f"{clip(checked.customer_id)} · {checked.on}", style="bold"), _left(checked.left, lang)
    ]  # fmt: skip
    if checked.owed:
        parts.append(told("✗ 尚不能关闭", "✗ cannot be closed yet", lang, "red"))
    elif not checked.left and checked.proof is not None:
        parts.append(told(f"✓ 已关闭，证明 {checked.proof.number}",
                          f"✓ closed before, proof {checked.proof.number}", lang,
                          "green"))  # fmt: skip
    else:
        parts += [told("✓ 可以关闭", "✓ can be closed", lang, "green"), _steps(checked.steps, lang)]
    return Group(*parts)


def closed_view(closed: Closed, files: Sequence[str], lang: str) -> RenderableType:
    """Return what a closing did and where its proof is."""
    proof = closed.proof
    before = closed.closed_before
    zh, en = ("此前已关闭", "closed before") if before else ("✓ 已关闭", "✓ closed")
    head = told(f"{zh}，证明 {proof.number}", f"{en}, proof {proof.number}", lang, "green")
    parts: list[RenderableType] = [head]
    if not closed.closed_before:
        n = closed.orders_cancelled
        parts += [
            told(f"撤销待发指令 {n:,} 条", f"{n:,} orders not sent were cancelled", lang),
            _steps(closed.steps, lang),
        ]  # fmt: skip
    parts.append(told(f"自 {proof.on} 起不再查询；此后任何查询都触发预警 J01",
                      f"no inquiry from {proof.on} on; any later one raises alarm J01", lang,
                      "bold"))  # fmt: skip
    return Group(*parts, *(Text(name, style="dim") for name in files))


def reopened_view(done: Reopened, lang: str) -> RenderableType:
    """Return from which day a person may be asked about again, and what lets it be."""
    head = told(f"✓ {clip(done.customer_id)} 自 {done.on} 起解除停止查询",
                f"✓ {clip(done.customer_id)}: the stop is lifted from {done.on} on", lang,
                "green")  # fmt: skip
    return Group(head, *(Text(proof, style="dim") for proof in done.proofs))


def checked_data(checked: Checked) -> dict[str, Any]:
    """Return a check as JSON-ready values; amounts are covered."""
    data = asdict(checked)
    left = [
        {**asdict(one), "amount_minor": None if one.amount_minor is None else COVERED,
         "owed": one.is_owed, "todo": Words(*ADVICE[one.kind][2:])._asdict()}
        for one in checked.left
    ]  # fmt: skip
    return {**data, "left": left, "may_close": not checked.owed}


def _left(left: Sequence[Leftover], lang: str) -> RenderableType:
    if not left:
        return told("没有遗留", "nothing is left", lang)
    table = grid([("遗留", "left", "l"), ("对象", "what", "l"), ("自", "since", "l"),
                  ("怎么办", "what to do", "l")], lang)  # fmt: skip
    for one in left:
        advice = ADVICE[one.kind]
        table.add_row(
            Text(Words(advice.zh, advice.en).of(lang), style="red" if one.is_owed else ""),
            Text(clip(one.subject)), str(one.since or UNKNOWN),
            Words(advice.todo_zh, advice.todo_en).of(lang),
        )  # fmt: skip
    return table


def _steps(steps: Sequence[ClosingStep], lang: str) -> RenderableType:
    table = grid([("", "", "r"), ("步骤", "step", "l"), ("日期", "on", "l"),
                  ("对象", "about", "l")], lang)  # fmt: skip
    for number, step in enumerate(steps, 1):
        table.add_row(str(number), Words(*STEP_WORDS[step.kind]).of(lang), str(step.on),
                      Text(clip(", ".join(step.subjects) or UNKNOWN)))  # fmt: skip
    return Group(heading("步骤", "Steps", lang), table)
