"""Streams of a PDF that would grow out of all proportion are refused before they are opened."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Final

from daihou.errors import ReportTooLarge

_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_MOST: Final = 1032
"""How many times its size deflated data can grow at most. Source: zlib technical notes, grade B."""

_STEP: Final = 2**20


def refuse_bombs(data: bytes, limit: int) -> None:
    """Inflate each large enough stream up to ``limit`` bytes.

    A stream of a locked file cannot be looked into and passes.
    Raises: ReportTooLarge for one that grows beyond the limit.
    """
    at = 0
    while (found := _STREAM.search(data, at)) is not None:
        end = data.find(b"endstream", found.end())
        at = end if end >= 0 else len(data)
        if (at - found.end()) * _MOST > limit and _grows_beyond(data[found.end() : at], limit):
            raise ReportTooLarge(
                f"a part of the PDF grows to more than {limit:,} bytes",
                why="a report is never so large",
                next_step="give a report as the bureau issues it",
            )


def _grows_beyond(raw: bytes, limit: int) -> bool:
    inflater, grown = zlib.decompressobj(), 0
    try:
        if raw[:1] != b"\x78":
            raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
        while raw and grown <= limit:
            grown += len(inflater.decompress(raw, _STEP))
            raw = inflater.unconsumed_tail
    except (zlib.error, ValueError):
        return False  # a picture, or data that is locked
    return grown > limit
