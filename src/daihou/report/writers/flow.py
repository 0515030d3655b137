"""Lines of text flowing over pages, kept as marks until the number of pages is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 595.28
HEIGHT: Final = 841.89
_TOP: Final = 40.0
_BOTTOM: Final = 790.0


class Mark(NamedTuple):
    """Text at a place; of an empty text, a line to (x1, y1). Units: points from the top left."""

    x: float
    y: float
    size: float
    text: str
    x1: float = 0.0
    y1: float = 0.0


class Cell(NamedTuple):
    """A column: the middle of its text and how wide a line may be."""

    middle: float
    width: float


class Flow:
    """Pages being filled from the top; ``widths`` is the width of characters at size 1."""

    def __init__(self, widths: dict[str, float]) -> None:
        self.pages: list[list[Mark]] = [[]]
        self.y = _TOP
        self._widths = widths

    def length(self, text: str, size: float) -> float:
        """Return how long a text is."""
        return size * sum([self._widths[c] for c in text])

    def wrap(self, text: str, size: float, width: float) -> list[str]:
        """Return the text in lines, broken wherever the width ends, inside words too."""
        lines, start, left, room = [], 0, width, width
        for at, character in enumerate(text):
            left -= size * self._widths[character]
            if left < 0 and at > start:
                lines.append(text[start:at])
                start, left = at, room - size * self._widths[character]
        return [*lines, text[start:]]

    def room(self, height: float) -> bool:
        """Make sure that so much fits on the page, by a new one if need be; return if it did."""
        if self.y + height <= _BOTTOM:
            return True
        self.pages.append([])
        self.y = _TOP
        return False

    def put(self, x: float, text: str, size: float = 9, down: float = 0) -> None:
        """Put a text at the current height, and go down."""
        if text:
            self.pages[-1].append(Mark(x, self.y, size, text))
        self.y += down

    def centre(
        self, text: str, size: float = 9, down: float = 0, middle: float = WIDTH / 2
    ) -> None:
        """Put a text around a middle."""
        self.put(middle - self.length(text, size) / 2, text, size, down)

    def rule(self, x: float, y: float, x1: float, y1: float) -> None:
        """Draw a line on the current page."""
        self.pages[-1].append(Mark(x, y, 0, "", x1, y1))

    def box(self, edges: Sequence[float], top: float) -> None:
        """Draw the box of a row of cells from ``top`` to the current height."""
        for edge in edges:
            self.rule(edge, top, edge, self.y)
        for y in (top, self.y):
            self.rule(edges[0], y, edges[-1], y)
