"""What a rehearsal shows: one line a night and its morning."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daihou.jobs.rehearse import Rehearsed

_WORDS = {
    "zh": {
        "title": "模拟演练：客户、征信中心和查询都是虚构的",
        "night": "夜", "orders": "指令", "two": "待双人", "morning": "次晨", "sent": "发出",
        "answered": "答复", "cancelled": "撤销", "reports": "报告", "unread": "未读懂",
        "none": "这些日子里没有一夜。",
    },
    "en": {
        "title": "A rehearsal: customers, bureau and inquiries are simulated",
        "night": "night", "orders": "orders", "two": "for two", "morning": "morning",
        "sent": "sent", "answered": "answered", "cancelled": "called off", "reports": "reports",
        "unread": "not read", "none": "There is no night among these days.",
    },
}  # fmt: skip


def rehearsal_view(days: Sequence[Rehearsed], lang: str) -> RenderableType:
    """Return a table of the nights, what their mornings sent, and what came back."""
    words = _WORDS[lang]
    if not days:
        return Text(words["none"])
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("night", "orders", "two", "morning", "sent", "answered", "cancelled", "reports",
                 "unread"):  # fmt: skip
        table.add_column(words[name], justify="left" if name in {"night", "morning"} else "right")
    for day in days:
        delivery, facts = day.delivery, day.handed_back
        cells = (
            day.entered.orders_new, day.entered.wait_for_two, f"{day.morning:%m-%d %H:%M}",
            delivery.left, delivery.outcomes.get("answered", 0),
            sum(delivery.called_off.values()), facts.reports, facts.unreadable,
        )  # fmt: skip
        table.add_row(str(day.entered.as_of), *(str(cell) for cell in cells))
    return Group(Text(words["title"], style="bold"), table)
