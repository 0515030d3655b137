"""Terminal views of inquiries: the plan of a night, orders and their story, staff, an audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daihou.desk.inquiries_orders import OrderShown, OrdersShown
from daihou.desk.inquiries_plan import Plan, PlanLine
from daihou.desk.inquiries_words import name_of
from daihou.desk.labels import Words
from daihou.desk.report.marks import UNKNOWN, clip, number, percent, short_amount
from daihou.desk.shapes import BookTitle
from daihou.inquiry.staff import NIGHT, Member, Role

if TYPE_CHECKING:
    from daihou.jobs.approve import Approved, Cancelled

_KEYS: Final = 20
"""Keys that one answer lists on the screen; --json holds all."""
LEVEL_STYLE: Final = {"yellow": "yellow", "orange": "dark_orange", "red": "red"}
_STATE_STYLE: Final = {
    "planned": "yellow", "approved": "cyan", "sending": "cyan", "sent": "cyan",
    "answered": "green", "failed": "red", "unknown": "red", "cancelled": "dim",
}  # fmt: skip


def grid(heads: Sequence[tuple[str, str, str]], lang: str) -> Table:
    """Return an empty table of (中文, English, l or r) columns."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for zh, en, side in heads:
        table.add_column(
            Words(zh, en).of(lang), justify="right" if side == "r" else "left", overflow="fold"
        )
    return table


def heading(zh: str, en: str, lang: str) -> Text:
    """Return a heading."""
    return Text(f"\n{Words(zh, en).of(lang)}", style="bold")


def told(zh: str, en: str, lang: str, style: str = "dim") -> Text:
    """Return a sentence."""
    return Text(Words(zh, en).of(lang), style=style)


def moment(at: datetime | None) -> str:
    """Return an instant to the minute, in UTC as it is kept."""
    return UNKNOWN if at is None else f"{at:%Y-%m-%d %H:%M}"


def book_line(book: BookTitle, more: str, lang: str) -> Text:
    """Return whose figures follow; a simulated book says so."""
    text = Text(clip(Words(book.zh, book.en).of(lang)), style="bold")
    text.append(f"  {clip(book.book)} · {more}", style="dim")
    if book.simulated:
        text.append("  " + Words("模拟数据", "SIMULATED").of(lang), style="bold black on yellow")
    return text


def plan_view(plan: Plan, lang: str) -> RenderableType:
    """Return the plan of a night: totals and the first orders."""
    parts: list[RenderableType] = [
        book_line(plan.book, str(plan.as_of), lang),
        _groups(("合计", "Total"), [(plan.total, Words("全部", "all"))], plan, lang),
    ]
    for title, kind, lines in (
        (("分层", "Tiers"), "", plan.by_tier),
        (("缘由", "Occasions"), "occasion", plan.by_occasion),
        (("拒绝原因", "Refused by"), "refused_by", plan.by_refusal),
        (("查询价值（元）", "Worth, whole units"), "", plan.by_worth),
    ):
        if lines:
            named = [
                (line, name_of(kind, line.key) if kind else Words(line.key, line.key))
                for line in lines
            ]
            parts.append(_groups(title, named, plan, lang))
    if plan.top:
        parts += [heading("按价值排序", "By worth", lang), _top(plan, lang)]
    if plan.masked:
        parts.append(told("••• 为个人金额，--unmask --why 可查看并留痕。",
                          "••• is personal; --unmask --why shows it and logs who looked.",
                          lang))  # fmt: skip
    return Group(*parts)


def _groups(
    title: tuple[str, str], lines: Iterable[tuple[PlanLine, Words]], plan: Plan, lang: str
) -> RenderableType:
    table = grid(
        [(*title, "l"), ("下达", "ordered", "r"), ("等待", "waits", "r"), ("拒绝", "refused", "r"),
         ("下达价值", "worth ordered", "r")], lang,
    )  # fmt: skip
    for line, words in lines:
        table.add_row(
            Text(clip(words.of(lang))), Text(number(line.ordered), style="bold"),
            number(line.waits), number(line.refused),
            short_amount(line.value_minor, plan.book.currency).of(lang),
        )  # fmt: skip
    return table


def _top(plan: Plan, lang: str) -> Table:
    table = grid(
        [("序", "rank", "r"), ("客户", "customer", "l"), ("状态", "status", "l"),
         ("层", "tier", "l"), ("缘由", "occasion", "l"), ("上次报告", "last report", "l"),
         ("月风险", "risk a month", "r"), ("敞口", "at stake", "r"), ("价值", "worth", "r")], lang,
    )  # fmt: skip
    for order in plan.top:
        table.add_row(
            number(order.rank), Text(clip(order.customer_id)),
            name_of("status", order.status).of(lang), Text(clip(order.tier)),
            Text(clip(name_of("occasion", order.occasion).of(lang))),
            str(order.last_report_on or UNKNOWN), percent(order.risk_bp),
            _amount(order.exposure_minor, plan, lang), _amount(order.value_minor, plan, lang),
        )  # fmt: skip
    return table


def _amount(value: int | str | None, plan: Plan, lang: str) -> str:
    if isinstance(value, str):
        return value
    return short_amount(value, plan.book.currency).of(lang)


def orders_view(shown: OrdersShown, lang: str, *, whole: bool) -> RenderableType:
    """Return orders in a table, or each with its whole story."""
    states = " · ".join(
        f"{name_of('state', state).of(lang)} {n:,}" for state, n in shown.states.items()
    )
    parts: list[RenderableType] = [book_line(shown.book, states or UNKNOWN, lang)]
    if not shown.orders:
        parts.append(told("没有查询指令", "no orders", lang))
    elif whole:
        parts += [_story(order, shown, lang) for order in shown.orders]
    else:
        parts.append(_orders(shown.orders, lang))
    return Group(*parts)


def _orders(orders: Sequence[OrderShown], lang: str) -> Table:
    table = grid(
        [("指令", "order", "l"), ("状态", "state", "l"), ("计划日", "planned on", "l"),
         ("层", "tier", "l"), ("缘由", "occasion", "l"), ("审批", "approved by", "l"),
         ("发送", "sent at (UTC)", "l"), ("所见", "seen", "l")], lang,
    )  # fmt: skip
    for order in orders:
        waits = order.needs_two and order.state == "planned"
        approved = ", ".join(order.approved_by) + (" …2" if waits else "")
        table.add_row(
            Text(clip(order.key)), _state(order.state, lang), str(order.planned_on),
            Text(clip(order.tier)), Text(clip(name_of("occasion", order.occasion).of(lang))),
            Text(clip(approved or UNKNOWN)), moment(order.sent_at), seen(order.answers, lang),
        )  # fmt: skip
    return table


def _state(state: str, lang: str) -> Text:
    return Text(name_of("state", state).of(lang), style=_STATE_STYLE.get(state, ""))


def seen(answers: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return in a few words what of the bureau's answers was seen."""
    if not answers:
        return UNKNOWN
    last = answers[-1]
    if last["problem"]:
        return Words("收到，读不了", "received, not readable").of(lang)
    if last["landed_at"] is None:
        return Words("收到，未读", "received, not read").of(lang)
    return Words("收到，已读", "received, read").of(lang)


def _story(order: OrderShown, shown: OrdersShown, lang: str) -> RenderableType:
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False, show_edge=False)
    table.add_column(style="dim", overflow="fold")
    table.add_column(overflow="fold")
    worth = order.value_minor
    if isinstance(worth, int):
        worth = short_amount(worth, shown.book.currency).of(lang)
    for zh, en, text in (
        ("客户", "customer", order.customer_id),
        ("计划日 · 层", "planned on · tier", f"{order.planned_on} · {order.tier}"),
        ("缘由", "occasion", name_of("occasion", order.occasion).of(lang)
         + (f" · {order.trigger_id}" if order.trigger_id else "")),
        ("理由", "why", order.reason),
        ("门禁依据", "proof of the gate", order.proof),
        ("价值", "worth", worth),
        ("审批", "approved by", ", ".join(order.approved_by) or UNKNOWN),
        ("夜批", "night", order.run_id),
        ("所见", "seen", seen(order.answers, lang)),
    ):  # fmt: skip
        table.add_row(Words(zh, en).of(lang), Text(clip(str(text))))
    events = grid([("时间", "at (UTC)", "l"), ("事件", "event", "l"), ("谁", "who", "l"),
                   ("内容", "details", "l")], lang)  # fmt: skip
    for event in order.events:
        details = "; ".join(f"{name}={value}" for name, value in event["details"].items())
        events.add_row(moment(event["at"]), name_of("event", event["kind"]).of(lang),
                       Text(clip(event["by"])), Text(clip(details)))  # fmt: skip
    head = Text(f"\n{clip(order.key)}  ", style="bold")
    head.append_text(_state(order.state, lang))
    return Group(head, table, events) if order.events else Group(head, table)


def approved_view(done: Approved, lang: str) -> RenderableType:
    """Return what an approval did."""
    n, second = len(done.approved), len(done.wait_for_second)
    parts: list[RenderableType] = [
        told(f"✓ {n:,} 条已批准", f"✓ {n:,} approved", lang, "green" if n else "dim")
    ]
    if second:
        parts.append(told(f"{second:,} 条等待另一人复核", f"{second:,} wait for a second person",
                          lang, "yellow"))  # fmt: skip
    return Group(*parts, *_refusals(done.refused, lang))


def cancelled_view(done: Cancelled, lang: str) -> RenderableType:
    """Return what a cancelling did."""
    n = len(done.cancelled)
    return Group(told(f"{n:,} 条已撤销", f"{n:,} cancelled", lang), *_refusals(done.refused, lang))


def settled_view(key: str, lang: str) -> RenderableType:
    """Return what settling an order by hand did."""
    return told(f"{clip(key)} 已按人工核实结束，计为一次查询，不再发送",
                f"{clip(key)} is settled by hand; it counts as a look and is never sent again",
                lang)  # fmt: skip


def _refusals(refused: Sequence[tuple[str, str]], lang: str) -> list[RenderableType]:
    lines: list[RenderableType] = [
        Text(f"✗ {clip(key)}: {clip(why)}", style="red") for key, why in refused[:_KEYS]
    ]
    if more := len(refused) - _KEYS:
        lines += [told(f"… 另 {more} 条", f"… {more} more", lang)] if more > 0 else []
    return lines


def staff_view(members: Sequence[Member], lang: str) -> RenderableType:
    """Return members of staff with roles; those who left are dim."""
    table = grid([("工号", "person", "l"), ("岗位", "roles", "l"), ("机构", "branch", "l"),
                  ("日上限", "a day", "r"), ("在岗", "active", "l")], lang)  # fmt: skip
    for member in members:
        roles = ", ".join(name_of("role", role).of(lang) for role in Role if role in member.roles)
        if member.user_id == NIGHT:
            roles = Words("批处理：规则内自动批准", "batch: approves what the rules let pass").of(
                lang
            )
        active = Words("是", "yes") if member.active else Words("已离岗", "left")
        table.add_row(
            Text(clip(member.user_id)), Text(roles), Text(clip(member.branch or UNKNOWN)),
            number(member.daily_cap) if member.daily_cap else UNKNOWN, active.of(lang),
            style=None if member.active else "dim",
        )  # fmt: skip
    return table


def member_data(member: Member) -> dict[str, Any]:
    """Return a member as JSON types."""
    return {
        "user_id": member.user_id, "roles": [role.value for role in Role if role in member.roles],
        "branch": member.branch, "daily_cap": member.daily_cap, "active": member.active,
    }  # fmt: skip
