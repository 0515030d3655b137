"""Small pieces of the page: a pair of languages, an amount, a share, a change, a bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from markupsafe import Markup

from daihou.desk.figures import share_bp
from daihou.desk.labels import Words, column_label, table_label, value_label
from daihou.kernel import MINOR_DIGITS

UNKNOWN: Final = "–"
MINUS: Final = "−"
LONGEST_TEXT: Final = 120
"""Signs shown of a text that came from outside: more is an accident or an attack."""

_STEPS: Final = {
    "zh": ((10**8, "亿"), (10**4, "万")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K")),
}


def both(words: Words | tuple[str, str]) -> Markup:
    """Return a text in both languages; the page shows one of them."""
    zh, en = words
    if zh == en:
        return Markup("{}").format(zh)
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(zh, en)


def number(value: int | None) -> str:
    """Return ``1,234``."""
    return UNKNOWN if value is None else f"{value:,}".replace("-", MINUS)


def units(minor: int | None, currency: str) -> str:
    """Return an amount in whole units, half up: a table of a book needs no cents."""
    if minor is None:
        return UNKNOWN
    per = 10 ** MINOR_DIGITS.get(currency, 2)
    return number((2 * minor + per) // (2 * per))


def _short(minor: int, currency: str, lang: str) -> str:
    per = 10 ** MINOR_DIGITS.get(currency, 2)
    sign, size = (MINUS, -minor) if minor < 0 else ("", minor)
    for step, name in _STEPS[lang]:
        if size >= step * per:
            hundredths = (size * 100 + step * per // 2) // (step * per)
            digits = 2 if hundredths < 100_00 else 1
            whole, part = divmod(hundredths if digits == 2 else (hundredths + 5) // 10, 10**digits)
            return f"{sign}{whole:,}.{part:0{digits}d}{name}"
    return sign + units(size, currency)


def short_amount(minor: int | None, currency: str) -> Words:
    """Return an amount to be read at a glance: ``2.78亿``, ``277.65M``."""
    if minor is None:
        return Words(UNKNOWN, UNKNOWN)
    return Words(_short(minor, currency, "zh"), _short(minor, currency, "en"))


def percent(bp: int | None, digits: int = 2) -> str:
    """Return basis points as ``2.31%``."""
    if bp is None:
        return UNKNOWN
    sign, size = (MINUS, -bp) if bp < 0 else ("", bp)
    if digits == 2:
        return f"{sign}{size // 100:,}.{size % 100:02d}%"
    tenths = (size + 5) // 10
    return f"{sign}{tenths // 10:,}.{tenths % 10}%"


def points(change_bp: int) -> Words:
    """Return a change of a share: ``+0.12个百分点``, ``+0.12 pp``."""
    text = ("+" if change_bp > 0 else "") + percent(change_bp)[:-1]
    return Words(f"{text}个百分点", f"{text} pp")


def difference(now: int, before: int | None) -> str:
    """Return ``+12``, ``−3``, ``0``, or nothing when there is no night before."""
    if before is None:
        return ""
    return ("+" if now > before else "") + number(now - before)


def visible(text: str) -> str:
    """Return a text of any length with control signs made visible: a terminal obeys them."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


def clip(text: object) -> str:
    """Return a text from outside, cut to what a cell can hold, on one line."""
    shown = visible(str(text)).replace("\n", "�")
    return shown if len(shown) <= LONGEST_TEXT else shown[: LONGEST_TEXT - 1] + "…"


def _value(column: str) -> Callable[[object], Markup]:
    def named(value: object) -> Markup:
        if value is None:
            return Markup(UNKNOWN)
        if value == "unknown":
            return both(("未知", "Unknown"))
        words = value_label(column, value)
        return both((clip(words.zh), clip(words.en)))

    return named


def level_mark(level: str | None) -> Markup:
    """Return a level as a coloured dot with its name; colour is never the only sign."""
    if level is None:
        return Markup(UNKNOWN)
    known = level if level in ("yellow", "orange", "red") else "other"
    return Markup('<span class="level level-{}">{}</span>').format(known, _value("level")(level))


def bar(part: int | None, whole: int | None) -> Markup:
    """Return a share as a thin bar with its figure."""
    bp = share_bp(part, whole)
    width = 0 if bp is None else max(0, min(bp, 10_000)) // 10 / 10
    return Markup('<span class="bar" aria-hidden="true"><i style="width:{}%"></i></span>').format(
        width
    ) + Markup('<span class="bar-n">{}</span>').format(percent(bp))


FILTERS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({
    "both": both,
    "number": number,
    "units": units,
    "percent": percent,
    "clip": clip,
    "level": level_mark,
    **{f"named_{c}": _value(c) for c in ("asset_class", "bucket", "stage", "product", "treatment",
                                         "subject_kind", "severity")},
})  # fmt: skip
GLOBALS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({
    "bar": bar,
    "share_bp": share_bp,
    "difference": difference,
    "short_amount": short_amount,
    "table_title": lambda name: both(table_label(name)),
    "title_of": lambda name: both(column_label(name)),
})  # fmt: skip
