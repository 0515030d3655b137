"""The inquiry timeline as an inline drawing: a lane an institution, a mark a look."""

from __future__ import annotations

from calendar import monthrange
from typing import Final

from markupsafe import Markup

from daihou.desk.borrower.layout import MONTHS, Lane, Look, Timeline
from daihou.desk.borrower.words import words
from daihou.desk.report.marks import clip

_CELL: Final = 30
_LANE: Final = 30
_SIZE: Final = 6.0

_SHAPES: Final = {
    "new_credit": "M{x},{t}L{r},{b}L{l},{b}Z",
    "guarantee": "M{x},{t}L{r},{b}L{l},{b}Z",
    "account_review": "M{l},{y}a{s},{s} 0 1 0 {d},0a{s},{s} 0 1 0 -{d},0Z",
    "own": "M{x},{t}L{r},{y}L{x},{b}L{l},{y}Z",
}
_SQUARE: Final = "M{l},{t}H{r}V{b}H{l}Z"


def strip_svg(line: Timeline) -> list[tuple[Lane, Markup]]:
    """Return each lane with its drawing, 24 months wide; the widths of all are the same."""
    return [(lane, _lane(line, lane)) for lane in line.lanes]


def axis_svg(line: Timeline) -> Markup:
    """Return the scale above the lanes: years, and every third month."""
    parts = [Markup('<svg class="lane" viewBox="0 0 {} 22" aria-hidden="true">').format(
        _CELL * MONTHS
    )]  # fmt: skip
    for place in range(MONTHS):
        month = line.first.back(-place)
        if month.month % 3 == 1:
            text = str(month) if month.month == 1 or place < 3 else f"{month.month:02d}"
            parts.append(Markup('<text x="{}" y="15">{}</text>').format(place * _CELL + 2, text))
    return Markup("").join([*parts, Markup("</svg>")])


def _lane(line: Timeline, lane: Lane) -> Markup:
    width = _CELL * MONTHS
    parts = [
        Markup('<svg class="lane" viewBox="0 0 {} {}" role="img">').format(width, _LANE),
        Markup("<title>{} · {}</title>").format(clip(lane.institution), len(lane.looks)),
    ]
    for place in range(MONTHS):
        month = line.first.back(-place)
        style = "year" if month.month == 1 else "month"
        parts.append(
            Markup('<line class="{}" x1="{}" x2="{}" y1="0" y2="{}"/>').format(
                style, place * _CELL, place * _CELL, _LANE
            )
        )
    parts += [_mark(look) for look in lane.looks]
    return Markup("").join([*parts, Markup("</svg>")])


def _mark(look: Look) -> Markup:
    days = monthrange(look.on.year, look.on.month)[1]
    x = round((look.month + (look.on.day - 0.5) / days) * _CELL, 1)
    y, s = _LANE / 2, _SIZE
    shape = _SHAPES.get(look.reason_class, _SQUARE).format(
        x=x, y=y, l=round(x - s, 1), r=round(x + s, 1), t=y - s, b=y + s, s=s, d=2 * s
    )
    named = words("class", look.reason_class)
    return Markup('<path class="look {}" d="{}"><title>{} {} · {}</title></path>').format(
        look.reason_class, shape, look.on, clip(look.reason), f"{named.zh} {named.en}"
    )
