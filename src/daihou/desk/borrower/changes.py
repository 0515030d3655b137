"""Changes between two reports, in words."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from daihou.desk.borrower.layout import Told, share, yuan
from daihou.desk.borrower.words import words
from daihou.desk.labels import Words

Line = dict[str, Any]
"""One change as page and terminal show it: direction, text in both languages, evidence."""

_DIRECTION: Final = {"worse": "hurts", "better": "helps", "neutral": "neutral"}


def change_lines(changes: Told) -> list[Line]:
    """Return a sentence for every change, bad news first; inquiries are counted by lender."""
    told = [one for one in changes["changes"] if one["about"] != "inquiries"]
    lines = [_line(_DIRECTION[one["tone"]], _sentence(one), one["new"]) for one in told]
    lines += _inquiries([one for one in changes["changes"] if one["about"] == "inquiries"])
    if changes["unknown"]:
        count = len(changes["unknown"])
        lines.append(_line("neutral", Words(
            f"另有 {count} 项只有一份报告写明，无法比较，不当作变化。",
            f"{count} things stand in one of the reports only: they cannot be compared and are"
            " not taken for changes.",
        ), None))  # fmt: skip
    order = {"hurts": 0, "helps": 1, "neutral": 2}
    return sorted(lines, key=lambda line: order[line["direction"]])


def _line(direction: str, text: Words, evidence: Any) -> Line:
    return {
        "direction": direction, "text": {"zh": text.zh, "en": text.en},
        "evidence": [evidence] if evidence else [],
    }  # fmt: skip


def _inquiries(changes: list[Told]) -> list[Line]:
    """Return new looks by lender and reason, and one sentence for those that went by age."""
    first: dict[tuple[str, str], Told] = {}
    new: Counter[tuple[str, str]] = Counter()
    gone = appeared = 0
    for one in changes:
        key = (one["subject"], one["reason"])
        if one["event"] == "new":
            new[key] += 1
            first.setdefault(key, one)
        gone += one["event"] == "vanished"
        appeared += one["event"] == "appeared"
    lines = [
        _line("hurts" if first[key]["hard"] else "neutral", Words(
            f"新增查询：{key[0]}，{key[1]}，{count} 次",
            f"New looks: {key[0]}, {words('class', first[key]['class']).en} ({key[1]}), {count}",
        ), first[key]["new"]) for key, count in new.items()
    ]  # fmt: skip
    if gone:
        lines.append(_line("neutral", Words(
            f"{gone} 条查询记录不再显示（查询记录保留约两年）。",
            f"{gone} looks are no longer shown: they stay for about two years.",
        ), None))  # fmt: skip
    if appeared:
        lines.append(_line("neutral", Words(
            f"{appeared} 条旧的查询记录这次才出现。",
            f"{appeared} looks from before the older report are shown only now.",
        ), None))  # fmt: skip
    return lines


def _sentence(one: Told) -> Words:
    about = words("records", one["about"])
    who = one["subject"]
    zh, en = (who or about.zh), (who or about.en)
    event, what = one["event"], words("change", one["what"])
    if not one["what"]:
        zh, en = f"{about.zh}：{zh}".removesuffix("："), f"{about.en}: {en}"
        return _because(one, Words(f"{zh} {_EVENTS[event].zh}", f"{en} {_EVENTS[event].en}"))
    if one["about"] == "identity" and event == "new":
        return Words(f"个人信息：新的{what.zh}", f"Personal details: a new {what.en}")
    if _is_month(one["what"]):
        return _because(one, _month(one, Words(zh, en)))
    before, after = _shown(one["what"], one["before"]), _shown(one["what"], one["after"])
    name = Words("合计", "In all") if one["about"] == "totals" else Words(zh, en)
    if one["before"] is None:
        return _because(one, Words(f"{name.zh}：{what.zh} {after.zh}",
                                   f"{name.en}: {what.en} {after.en}"))  # fmt: skip
    return _because(one, Words(
        f"{name.zh}：{what.zh}由 {before.zh} 变为 {after.zh}",
        f"{name.en}: {what.en} went from {before.en} to {after.en}",
    ))  # fmt: skip


def _month(one: Told, who: Words) -> Words:
    """Return what a month of the past says now; digits are those of the repayment record."""
    month, now = one["what"], one["after"]
    if one["event"] == "cleared" and not now:
        return Words(f"{who.zh}：{month} 不再记为逾期", f"{who.en}: {month} is no longer overdue")
    if one["event"] == "new":
        return Words(
            f"{who.zh}：{month} 新逾期（{now}）", f"{who.en}: newly overdue in {month} ({now})"
        )
    return Words(
        f"{who.zh}：{month} 由 {one['before']} 改为 {now}",
        f"{who.en}: {month} changed from {one['before']} to {now}",
    )


def _because(one: Told, text: Words) -> Words:
    if one["explained_by"] is None:
        return Words(f"{text.zh}。", f"{text.en}.")
    why = words("why", one["explained_by"])
    if not one["sure"]:
        return Words(f"{text.zh}（可能因为{why.zh}）。", f"{text.en} (perhaps {why.en}).")
    return Words(f"{text.zh}（{why.zh}）。", f"{text.en} ({why.en}).")


def _is_month(what: str) -> bool:
    return what[:4].isdigit()


def _shown(what: str, value: Any) -> Words:
    if what == "state":
        return words("state", value)
    if isinstance(value, bool):
        return Words("是", "yes") if value else Words("否", "no")
    if what.endswith("_bp"):
        return Words(share(value), share(value))
    text = yuan(value) if isinstance(value, int) else str(value)
    return Words(text, text)


_EVENTS: Final = {
    "new": Words("新出现", "is new"),
    "appeared": Words("这次才显示，时间早于上一份报告", "is shown only now, though it is older"),
    "closed": Words("已结束", "has ended"),
    "vanished": Words("不再显示", "is no longer shown"),
    "changed": Words("有变化", "has changed"),
    "cleared": Words("不再记为逾期", "is no longer overdue"),
    "worsened": Words("变差", "is worse"),
}
