"""Markdown for generated pages: tables whose cells cannot break them, and the page around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_MADE = "*Made by `daihou reference docs/reference`; do not edit by hand. 本页由程序生成。*"


def page(lines: Iterable[str]) -> str:
    """Return lines as a page: its title, where it comes from, the rest; one blank line at most."""
    title, *rest = "\n".join(lines).strip().split("\n")
    text = "\n".join([title, "", _MADE, *rest])
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip() + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Return the lines of a table with a blank line on both sides."""
    yield ""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"
    yield ""


def cell(value: object) -> str:
    """Return a value as one line that does not end the cell it stands in."""
    return " ".join(str(value).split()).replace("|", "\\|")


def coded(values: Iterable[object]) -> str:
    """Return values as code, comma between."""
    return ", ".join(f"`{value}`" for value in values)
