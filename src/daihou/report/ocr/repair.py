"""Confusions of recognisers that a credit report's own words give away, undone and marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from daihou.report.pdf.glyphs import Glyph

_WORDS: Final = (
    (re.compile(r"[费货](?=后管理)"), "贷"),
    (re.compile(r"[货费](?=款(?:审批|账户|。|，|余额|的|机构|记录|为|$))"), "贷"),
    (re.compile(r"(?<=[费性房他车户学])货(?=款)"), "贷"),
    (re.compile(r"[货费](?=记卡)"), "贷"),
    (re.compile(r"(?<=信)[货费](?=记录|交易)"), "贷"),
    (re.compile(r"(?<=贷款审)[抵扯挑](?=$)"), "批"),
    (re.compile(r"(?<=[\d年月.,:])[OoQ〇](?=[\d年月日.,:]|$)|(?<![A-Za-z])[OoQ](?=\d)"), "0"),
    (re.compile(r"(?<=[\d年月.,])[lI|](?=[\d年月日.,]|$)|(?<![A-Za-z])[lI|](?=\d)"), "1"),
    (re.compile(r"(?<=\d)[.．](?=\d{3}(?![\d.])(?!年))|(?<=\d)[.．](?=\d{3},\d{3})"), ","),
)
"""What stands on paper, found by its neighbours, and what it is. Source: reports of readers of
scanned copies (grade C); amounts are whole yuan, so a point before three digits is a comma."""


def repaired(line: Sequence[Glyph]) -> list[Glyph]:
    """Return a line with known confusions undone; ``read_as`` of a character is what was seen."""
    text = "".join(glyph.text for glyph in line)
    if len(text) != len(line):  # one glyph of several letters: places would no longer fit
        return list(line)
    glyphs = list(line)
    for pattern, right in _WORDS:
        for match in list(pattern.finditer(text)):
            at = match.start()
            seen = glyphs[at].read_as or glyphs[at].text
            glyphs[at] = glyphs[at]._replace(text=right, read_as=seen)
        text = "".join(glyph.text for glyph in glyphs)
    return glyphs
