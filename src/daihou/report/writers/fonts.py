"""An OpenType font with cubic outlines becomes a small TrueType one that PDF writers can embed."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

_DROPPED: Final = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx")
_ZEROS: Final = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)


def common_characters() -> frozenset[str]:
    """Return ASCII, the marks and the 3,755 most common characters of GB 2312."""
    rows = (0xA1, 0xA3, *range(0xB0, 0xD8))
    pairs = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    gb2312 = (pair.decode("gb2312", errors="ignore") for pair in pairs)
    return frozenset(map(chr, range(32, 127))) | frozenset("".join(gb2312)) | frozenset("·〔〕")


def truetype(font: bytes, characters: frozenset[str]) -> bytes:
    """Return the font cut down to these characters, its curves made quadratic (1 unit off at most).

    Needs fontTools, which the product itself does without.
    """
    from fontTools import subset
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont, newTable

    cut: Any = TTFont(BytesIO(font))
    options = subset.Options(layout_features=[], hinting=False)
    options.drop_tables += _DROPPED
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in characters])
    cutter.subset(cut)
    outlines, names = cut.getGlyphSet(), cut.getGlyphOrder()
    glyphs = {}
    for name in names:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    cut["loca"], cut["glyf"] = newTable("loca"), newTable("glyf")
    cut["glyf"].glyphOrder, cut["glyf"].glyphs = names, glyphs
    most = cut["maxp"]
    most.tableVersion, most.maxZones, most.numGlyphs = 0x00010000, 1, len(glyphs)
    for name in _ZEROS:
        setattr(most, name, 0)
    del cut["CFF "]
    cut["post"].formatType, cut.sfntVersion = 3.0, "\0\1\0\0"
    out = BytesIO()
    cut.save(out)
    return out.getvalue()
