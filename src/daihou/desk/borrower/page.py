"""One report as one HTML text that needs no network, no server and no second file."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from daihou.desk.assets import asset, script_digest
from daihou.desk.borrower.changes import change_lines
from daihou.desk.borrower.layout import (
    MARKS,
    Told,
    grid,
    grouped,
    place_of,
    share,
    sources_of,
    symbol_class,
    tiles,
    timeline,
    yuan,
)
from daihou.desk.borrower.strip import axis_svg, strip_svg
from daihou.desk.borrower.words import (
    SYMBOL_WORDS,
    WORDS,
    overview_words,
    public_label,
    reason_words,
    words,
)
from daihou.desk.labels import Words
from daihou.desk.report.marks import both, clip, visible

_PACKAGE: Final = "daihou.desk.borrower"
_LOOK: Final = "daihou.desk.report"
"""The page wears the style of the report of a night, and adds its own."""


def page_of(told: Told, lang: str = "zh") -> str:
    """Return the page: the same report gives the same text.

    ``told`` comes from ``daihou.jobs.telling``; whatever it says is escaped. ``lang`` is the
    language the page opens in; it holds both.
    """
    assert lang in ("zh", "en"), "the page speaks Chinese and English"
    record = told["report"]
    script = asset(_PACKAGE, "borrower.js")
    line = timeline(told)
    return _environment().get_template("page.html.j2").render(
        t_=told, r=record, lang=lang, masked=told.get("masked", True),
        style=Markup(asset(_LOOK, "report.css") + asset(_PACKAGE, "borrower.css")),
        script=Markup(script), policy=f"'{script_digest(script)}'",
        tiles=tiles(told), first=record["findings"][:3], groups=grouped(record["findings"]),
        line=line, strip=strip_svg(line), axis=axis_svg(line),
        grids=[grid(one) for one in record["accounts"]],
        changes=change_lines(told["changes"]) if told["changes"] else [],
        sources=sources_of(record["findings"], told["plan"]),
        symbols=SYMBOL_WORDS, marks=MARKS,
        grades={key[-1]: value for key, value in WORDS.items() if key.startswith("grade.")},
        place=lambda evidence: place_of(record, evidence),
    )  # fmt: skip


def _pair(text: Any) -> Markup:
    """Return a text that says itself in both languages."""
    return both(Words(visible(text["zh"]), visible(text["en"])))


def _environment() -> Environment:
    folder = resources.files(_PACKAGE) / "templates"
    environment = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        both=both, clip=clip, visible=lambda text: visible(str(text)), yuan=yuan, share=share,
        pair=_pair, symbol_class=symbol_class,
    )  # fmt: skip
    environment.globals.update(
        words=words, reason_words=reason_words, overview_words=overview_words,
        public_label=public_label,
    )  # fmt: skip
    return environment
