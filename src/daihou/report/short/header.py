"""The head of a short report: number, times, whose it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from daihou.report.model import Unmatched
from daihou.report.pdf.lines import Line
from daihou.report.person import Header, OtherId
from daihou.report.short.passage import LONGEST, Passage, PassagePlaces

TITLES: Final = ("个人信用报告", "个人信用报告（本人版）", "（本人版）", "（个人版）", "（简版）")
MARITAL: Final = ("未婚", "已婚", "离婚", "丧偶", "单身", "再婚", "复婚", "初婚", "未说明")
_LABELS: Final = {
    "报告编号": "report_no",
    "查询时间": "queried_at",
    "报告时间": "report_at",
    "姓名": "name",
    "证件类型": "id_type",
    "证件号码": "id_no",
    "婚姻状况": "marital",
    "其他证件信息": "other_ids",
}
_LABEL: Final = re.compile("(" + "|".join(_LABELS) + ")：")
_MARITAL: Final = re.compile("(" + "|".join((*MARITAL, "--")) + ")$")
_INSTANT: Final = re.compile(
    r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(\d{2})[:：](\d{2})[:：](\d{2})"
)
_OTHER_ID: Final = re.compile(r"([\u4e00-\u9fff（）]+?)：?([A-Za-z0-9*（）\-]{3,})(?:[；，、]|$)")


def read_header(lines: Sequence[Line]) -> tuple[Header, list[Unmatched]]:
    """Return the head of the report and what of it was not understood."""
    values: dict[str, Any] = {}
    parts: dict[str, tuple[Passage, int, int]] = {}
    left: list[Unmatched] = []
    for line in lines:
        passage = Passage(line.runs)
        text = passage.text
        found = list(_LABEL.finditer(text))
        before = text[: found[0].start()] if found else text
        if before and before not in TITLES and not _lone(before, passage, values, parts):
            left.append(Unmatched(line.page, before))
        for at, label in enumerate(found):
            end = found[at + 1].start() if at + 1 < len(found) else len(text)
            name, start = _LABELS[label[1]], label.end()
            marital = _MARITAL.search(text, start, end) if name == "id_no" else None
            if marital and text[:end].endswith(marital[1]):
                _lone(marital[1], passage, values, parts)
                end = marital.start()
            if not _read(name, text[start:end], values):
                left.append(Unmatched(line.page, label[0] + text[start:end]))
            parts[name] = (passage, start, end)
    return Header(places=PassagePlaces(parts), **values), left


def _lone(
    text: str,
    passage: Passage,
    values: dict[str, Any],
    parts: dict[str, tuple[Passage, int, int]],
) -> bool:
    """Read a value that stands without a label: marital state, or another identity document."""
    if text in MARITAL or text == "--":
        values["marital"] = None if text == "--" else text
        at = passage.text.rindex(text)
        parts["marital"] = (passage, at, at + len(text))
        return True
    if "other_ids" in values:
        return _read("other_ids", text, values)
    return False


def _read(name: str, text: str, values: dict[str, Any]) -> bool:
    if name in ("report_at", "queried_at"):
        found = _INSTANT.fullmatch(text)
        if not found:
            return False
        try:
            year, month, day, hour, minute, second = map(int, found.groups())
            values[name] = datetime(year, month, day, hour, minute, second)
        except ValueError:
            return False
    elif name == "other_ids":
        found_ids = list(_OTHER_ID.finditer(text)) if len(text) <= LONGEST else []
        if "".join(one[0] for one in found_ids) != text:
            return text == "--"
        ids = tuple(OtherId(one[1], one[2]) for one in found_ids)
        values["other_ids"] = values.get("other_ids", ()) + ids
    elif text != "--" and text:
        values[name] = text
    return True
