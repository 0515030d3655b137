"""One night's figures as one HTML text that needs no network, no server and no second file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from daihou.desk.assets import asset, script_digest
from daihou.desk.figures import FigureOptions, Figures, NightFiles
from daihou.desk.measure import figures_of
from daihou.desk.report import marks
from daihou.desk.report.charts import chart_data
from daihou.desk.report.layout import matrix, readout, tiles
from daihou.desk.shapes import BookTitle

_PACKAGE = "daihou.desk.report"


@dataclass(frozen=True)
class ReportOptions(FigureOptions):
    """What a page shows; ``lang`` (``zh`` or ``en``) is the language it opens in."""

    lang: str = "zh"


def build_report(
    connection: Any,
    nights: Sequence[NightFiles],
    as_of: date,
    book: BookTitle,
    options: ReportOptions | None = None,
) -> str:
    """Return the page of the night of ``as_of``: the same nights give the same text.

    ``nights`` may hold any number of nights; later ones than ``as_of`` are not looked at.

    Raises: NotFound when there is no such night.
    """
    options = options or ReportOptions()
    return report_html(figures_of(connection, nights, as_of, book, options), options.lang)


def report_html(figures: Figures, lang: str = "zh") -> str:
    """Return the page of figures that are there already."""
    assert lang in ("zh", "en"), "the page speaks Chinese and English"
    charts, script = asset(_PACKAGE, "echarts.common.min.js"), asset(_PACKAGE, "report.js")
    return _environment().get_template("report.html.j2").render(
        f=figures,
        lang=lang,
        title=figures.book,
        style=Markup(asset(_PACKAGE, "report.css")),
        echarts=Markup(charts),
        script=Markup(script),
        policy=f"'{script_digest(charts)}' '{script_digest(script)}'",
        data=chart_data(figures),
        readout=readout(figures),
        tiles=tiles(figures),
        matrices=[matrix(figures, "accounts"), matrix(figures, "balance_minor")],
    )  # fmt: skip


def _environment() -> Environment:
    folder = resources.files(_PACKAGE) / "templates"
    environment = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(marks.FILTERS)
    environment.globals.update(marks.GLOBALS)
    return environment
