"""Non-credit and public records of a short report: labels with values, two to a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from daihou.report.fields import PUBLIC_FIELDS, PUBLIC_HEADINGS, Unit
from daihou.report.model import PostPaid, PublicRecord, PublicValue, Unmatched
from daihou.report.pdf.lines import Line, Run
from daihou.report.short.clauses import when_of, yuan_of
from daihou.report.short.passage import Passage, PassagePlaces, canonical
from daihou.report.values import Month, month_of

POST_PAID: Final = frozenset({"后付费记录", "后付费业务欠费记录", "电信欠费记录"})
_POST_PAID_FIELDS: Final = MappingProxyType(
    {
        "机构名称": ("institution", Unit.TEXT),
        "电信运营商": ("institution", Unit.TEXT),
        "业务类型": ("kind", Unit.TEXT),
        "记账年月": ("month", Unit.WHEN),
        "业务开通日期": ("opened_on", Unit.WHEN),
        "业务开通时间": ("opened_on", Unit.WHEN),
        "当前缴费状态": ("state", Unit.TEXT),
        "当前欠费金额": ("arrears", Unit.YUAN),
        "欠费金额": ("arrears", Unit.YUAN),
    }
)
_INTRO: Final = re.compile(r"^这部分包含您.*(记录|信息).*$")
_NONE: Final = re.compile(r"^系统中没有您.*(记录|信息)。?$")
_NUMBER: Final = re.compile(r"^\d{1,3}[.．、。]?$")
_SLACK: Final = 12.0
"""Points by which a wrapped value may stand left of its label."""

_Labels = Mapping[str, tuple[str, Unit]]


class _Field(NamedTuple):
    label: str
    x0: float
    runs: list[Run]


class Records(NamedTuple):
    """Public records, post-paid accounts, and what was not understood."""

    public: tuple[PublicRecord, ...]
    post_paid: tuple[PostPaid, ...]
    unmatched: list[Unmatched]


def read_records(lines: Iterable[Line]) -> Records:
    """Return the records under the headings of non-credit and public records."""
    public: list[PublicRecord] = []
    post_paid: list[PostPaid] = []
    left: list[Unmatched] = []
    for title, body in _by_title(lines, left):
        labels = _labels(title)
        for fields in _records(body, labels, left):
            values, places = _values(fields, labels, left)
            if title in POST_PAID:
                _add_post_paid(post_paid, values, places, left)
            else:
                kind = PUBLIC_HEADINGS[title]
                whole: dict[str, PublicValue] = {
                    field.name: values.get(field.name) for field in PUBLIC_FIELDS[kind]
                }
                public.append(PublicRecord(kind, MappingProxyType(whole), places=places))
    return Records(tuple(public), tuple(post_paid), left)


def _by_title(lines: Iterable[Line], left: list[Unmatched]) -> list[tuple[str, list[Line]]]:
    found: list[tuple[str, list[Line]]] = []
    intro = ""
    for line in lines:
        text = canonical(line.text)
        title = text.rstrip("：")
        if title in PUBLIC_HEADINGS or title in POST_PAID:
            found.append((title, []))
        elif _INTRO.match(text) or _NONE.match(text):
            intro = text
        elif intro and not intro.endswith("。") and not found:
            intro += text  # the sentence wraps
        elif not found and text.startswith("系统中没有您"):
            intro = text
        elif found:
            found[-1][1].append(line)
        else:
            left.append(Unmatched(line.page, line.spaced))
    return found


def _labels(title: str) -> _Labels:
    if title in POST_PAID:
        return _POST_PAID_FIELDS
    return {field.zh: (field.name, field.unit) for field in PUBLIC_FIELDS[PUBLIC_HEADINGS[title]]}


def _records(
    lines: Sequence[Line], labels: _Labels, left: list[Unmatched]
) -> Iterator[list[_Field]]:
    """Yield the fields of each record; a label seen before begins the next record."""
    pattern = re.compile("(?:" + "|".join(sorted(labels, key=len, reverse=True)) + ")[：:]")
    fields: list[_Field] = []
    for line in lines:
        for run in (part for whole in line.runs for part in _split(whole, pattern)):
            label = pattern.match(run.text)
            if label:
                name = label[0][:-1]
                if any(field.label == name for field in fields):
                    yield fields
                    fields = []
                value = (
                    run.part(label.end(), len(run.text)) if label.end() < len(run.text) else None
                )
                fields.append(_Field(name, run.x0, [value] if value else []))
                continue
            owner = _owner(fields, run)
            if owner is not None:
                owner.runs.append(run)
            elif not _NUMBER.match(run.text):
                left.append(Unmatched(run.page, run.text))
    if fields:
        yield fields


def _split(run: Run, pattern: re.Pattern[str]) -> Iterator[Run]:
    """Yield the parts of a run, each label beginning one: two may stand close together."""
    cuts = [match.start() for match in pattern.finditer(run.text)]
    edges = sorted({0, *cuts, len(run.text)})
    for start, end in pairwise(edges):
        yield run.part(start, end)


def _owner(fields: Sequence[_Field], run: Run) -> _Field | None:
    """Return the field whose value a run without a label continues: the last in its column."""
    if _NUMBER.match(run.text) and not any(field.x0 < run.x0 - _SLACK for field in fields):
        return None
    for field in reversed(fields):
        if field.x0 <= run.x0 + _SLACK:
            return field
    return None


def _values(
    fields: Iterable[_Field], labels: _Labels, left: list[Unmatched]
) -> tuple[dict[str, Any], PassagePlaces]:
    values: dict[str, Any] = {}
    parts: dict[str, tuple[Passage, int, int]] = {}
    runs: list[Run] = []
    for field in fields:
        name, unit = labels[field.label]
        passage = Passage(field.runs)
        text = passage.text
        runs += field.runs
        try:
            values[name] = _value(text, unit)
        except ValueError:
            left.append(Unmatched(passage.page, f"{field.label}：{text}"))
            continue
        if text:
            parts[name] = (passage, 0, len(text))
    whole = Passage(runs)
    parts[""] = (whole, 0, len(whole.text))
    return values, PassagePlaces(parts)


def _value(text: str, unit: Unit) -> PublicValue:
    if text in ("", "--"):
        return None
    if unit is Unit.WHEN:
        return when_of(text)
    return yuan_of(text) if unit is Unit.YUAN else text


def _add_post_paid(
    found: list[PostPaid], values: dict[str, Any], places: PassagePlaces, left: list[Unmatched]
) -> None:
    month = values.get("month")
    if month is not None and not isinstance(month, Month):
        values["month"] = month_of(month)
    opened = values.get("opened_on")
    if isinstance(opened, Month):  # only a month is printed: no day is invented
        left.append(Unmatched(places[""].page, f"业务开通日期：{opened}"))
        values["opened_on"] = None
    if values.get("institution"):
        found.append(PostPaid(places=places, **values))
    else:
        left.append(Unmatched(places[""].page, " ".join(map(str, values.values()))))
