"""What a run of delivery says when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daihou.jobs.send_receipt import DeliveryReceipt

_WORDS: Final = {
    "zh": {
        "title": "投递", "simulated": "模拟", "left": "已发出", "asked": "已询问", "seconds": "秒",
        "outcome": "结果", "orders": "指令", "refused": "未获准", "held": "暂缓",
        "waiting": "待处理", "why": "原因", "state": "状态", "nothing": "无",
        "unreadable": "答复不可读，已封存", "breaker": "断路器已打开：征信接口异常，暂停发送",
    },
    "en": {
        "title": "Delivery", "simulated": "simulated", "left": "left", "asked": "asked about",
        "seconds": "seconds", "outcome": "outcome", "orders": "orders", "refused": "called off",
        "held": "held off", "waiting": "waiting", "why": "why", "state": "state",
        "nothing": "nothing", "unreadable": "answers cannot be read; they are kept sealed",
        "breaker": "The breaker is open: the bureau fails, sending rests",
    },
}  # fmt: skip
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "answered": ("已取得报告", "answered"),
    "no_record": ("查无记录", "no record"),
    "refused": ("征信拒绝（未留痕）", "refused by the bureau, no mark"),
    "acknowledged": ("已受理，稍后答复", "acknowledged, answer later"),
    "not_taken": ("未受理", "not taken"),
    "lost": ("去向不明", "unclear after sending"),
    "unclear": ("询问后仍不明", "still unclear after asking"),
    "overtaken": ("已由其他进程处理", "settled by another worker"),
    "cancelled": ("已取消", "cancelled"),
    "consent": ("授权", "consent"),
    "relationship": ("业务关系", "relationship"),
    "no_stop": ("停止查询", "stop"),
    "occasion": ("查询事由", "occasion"),
    "cool_off": ("间隔期", "cool-off"),
    "year_cap": ("年度上限", "cap of a year"),
    "operator": ("操作员", "operator"),
    "hours": ("工作时间", "working hours"),
    "daily_cap": ("每日上限", "cap of a day"),
    "identity": ("缺少身份信息", "no name or number"),
    "order_days": ("指令过期", "order too old"),
    "approved": ("已批准", "approved"),
    "sending": ("发送中", "sending"),
    "sent": ("已受理", "sent"),
    "unknown": ("不明", "unknown"),
}
"""Each word of a receipt in Chinese and English."""


_REASONS: Final[Mapping[str, str]] = {
    "accepted, no answer yet": "已受理，尚未答复",
    "the worker stopped while the message was under way": "报文在途时进程中断",
    "the bureau had acknowledged it and now knows nothing of it: a person must ask":
        "征信曾受理、现称未收到：须人工核实",
    "never received, and its deadline has passed": "征信未收到，且报文已过期",
    "not received so far; its deadline has not passed": "征信尚未收到，报文未过期",
    "no file carries its key, and its deadline has passed": "无文件含此键，且报文已过期",
    "no file carries its key so far": "尚无文件含此键",
    "": "到期未处理",
}  # fmt: skip
_BEGINNINGS: Final[Mapping[str, str]] = {
    "no connection": "无法连接", "no answer": "无答复", "not asked": "未能询问",
    "asked: status": "询问返回状态", "status": "返回状态", "a fault": "程序故障",
    "no file could be written": "无法写入文件",
}  # fmt: skip
_WAITS: Final = "waits for "


def delivery_view(receipt: DeliveryReceipt, lang: str) -> RenderableType:
    """Return a run of delivery as tables: outcomes, refusals by condition, what waits and why."""
    words = _WORDS[lang]
    head = Text(f"{words['title']} · {receipt.book} · {receipt.operator}", style="bold")
    if receipt.simulated:
        head.append(f"  [{words['simulated']}]", style="magenta")
    counts = Text(
        f"{words['left']} {receipt.left:,} · {words['asked']} {receipt.asked:,}"
        f" · {receipt.seconds:,.1f} {words['seconds']}"
    )
    parts: list[RenderableType] = [head, counts]
    for title, told in (
        ("outcome", receipt.outcomes), ("refused", receipt.called_off), ("held", receipt.held_off),
    ):  # fmt: skip
        if told:
            parts.append(_counts(words[title], words["orders"], told, lang))
    parts.append(_waiting(receipt, words, lang))
    if receipt.unreadable:
        parts.append(Text(f"{receipt.unreadable:,} {words['unreadable']}", style="yellow"))
    if receipt.breaker != "closed":
        parts.append(Text(words["breaker"], style="bold yellow"))
    return Group(*parts)


def word(name: str, lang: str) -> str:
    """Return a word of the receipt in a language, as it stands when there is none."""
    zh, en = _NAMES.get(name, (name, name))
    return zh if lang == "zh" else en


def reason(why: str, lang: str) -> str:
    """Return why an order waits in a language; what the bureau or the system said stays as it is.

    In English an order without a reason is one that was due and did not get its turn.
    """
    if why.startswith(_WAITS):
        names = [word(name, lang) for name in why.removeprefix(_WAITS).split(", ")]
        return ("等待：" if lang == "zh" else _WAITS) + ", ".join(names)
    if lang == "en":
        return why or "due, its turn did not come"
    for beginning, told in _BEGINNINGS.items():
        if why.startswith(beginning):
            return told + why.removeprefix(beginning)
    return _REASONS.get(why, why)


def _counts(title: str, orders: str, told: Mapping[str, int], lang: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(title)
    table.add_column(orders, justify="right")
    for name, count in sorted(told.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(Text(word(name, lang)), f"{count:,}")
    return table


def _waiting(receipt: DeliveryReceipt, words: Mapping[str, str], lang: str) -> RenderableType:
    if not receipt.waiting:
        return Text(f"{words['waiting']}: {words['nothing']}")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(f"{words['waiting']} · {words['state']}")
    table.add_column(words["orders"], justify="right")
    table.add_column(words["why"])
    for (state, why), orders in sorted(receipt.waiting.items(), key=lambda i: (-i[1], i[0])):
        table.add_row(Text(word(state, lang)), f"{orders:,}", Text(reason(why, lang)))
    return table
