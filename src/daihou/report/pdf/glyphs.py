"""Characters of a page with their boxes, whichever library or recogniser found them."""

from __future__ import annotations

from typing import NamedTuple


class Glyph(NamedTuple):
    """One character and its box.

    Units: points from the page's top left. ``read_as`` is what a recogniser saw when the character
    was repaired, else empty.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    read_as: str = ""
