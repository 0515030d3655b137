"""Lines of a short report as a page would give them: characters nine points wide."""

from __future__ import annotations

from daihou.report.pdf.lines import Line, Run, line_of
from daihou.report.pdf.pages import PageText
from daihou.report.short.passage import Passage

WIDTH = 9.0


def run(text: str, x: float = 60, top: float = 100, page: int = 1) -> Run:
    lefts = [x + WIDTH * at for at in range(len(text))]
    return Run(text, page, top, top + WIDTH, top + 8, lefts, [left + WIDTH for left in lefts])


def line(*runs: str | tuple[float, str], top: float = 100, page: int = 1) -> Line:
    placed = [(60.0, each) if isinstance(each, str) else each for each in runs]
    return line_of([run(text, x, top, page) for x, text in placed])


def lines(*texts: str, page: int = 1) -> list[Line]:
    return [line(text, top=100 + 14 * at, page=page) for at, text in enumerate(texts)]


def centred(middle: float, text: str) -> tuple[float, str]:
    return middle - WIDTH * len(text) / 2, text


def passage(text: str) -> Passage:
    return Passage([run(text)])


def page(found: list[Line], number: int = 1) -> PageText:
    return PageText(number, 595.0, 842.0, found, False)
