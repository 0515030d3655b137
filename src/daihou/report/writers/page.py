"""Marks on pages become a PDF: fonts, the sign that it is invented, page numbers, the lock."""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import Final, Protocol
from zlib import crc32

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from daihou.report.writers.flow import HEIGHT, WIDTH, Flow, Mark

SIGN: Final = "样例，非真实报告"
"""What every copy says, on every page."""
_NAMED: Final = "STSong-Light"


class Lock(StrEnum):
    """How a copy with a password is locked."""

    RC4_128 = "RC4-128"
    AES_128 = "AES-128"
    AES_256 = "AES-256"


class PageLook(Protocol):
    """The part of a look that concerns whole pages."""

    @property
    def font(self) -> bytes | None:
        """A TrueType font to embed, or None for one that is only named."""

    @property
    def watermark(self) -> bool:
        """Whether the sign is a watermark across the page."""

    @property
    def header_last(self) -> bool:
        """Whether page 1's head comes last in the file."""

    @property
    def password(self) -> str | None:
        """The password, or None for no lock."""

    @property
    def lock(self) -> Lock:
        """How to lock."""


class Widths(dict[str, float]):
    """Width of characters of a font at size 1, measured when first asked for."""

    def __init__(self, font: str) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, character: str) -> float:
        """Return the width of a character not met before."""
        width = float(pdfmetrics.stringWidth(character, self._font, 1))
        self[character] = width
        return width


def _font(data: bytes | None) -> str:
    """Return the name under which a font is known to the PDF library, made known if need be."""
    name = _NAMED if data is None else f"cjk{crc32(data):08x}"
    if name not in pdfmetrics.getRegisteredFontNames():
        font = UnicodeCIDFont(name) if data is None else TTFont(name, BytesIO(data))
        pdfmetrics.registerFont(font)
    return name


def widths_of(data: bytes | None) -> Widths:
    """Return the widths of a font's characters."""
    return Widths(_font(data))


def pdf_of(flow: Flow, head: int, look: PageLook) -> bytes:
    """Return pages as PDF; the first ``head`` marks of page 1 may be put last."""
    font, out = _font(look.font), BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(SIGN)
    for no, marks in enumerate(flow.pages, start=1):
        if look.watermark:
            _watermark(canvas, font)
        late = no == 1 and look.header_last
        _draw(canvas, font, marks[head:] + marks[:head] if late else marks)
        _foot(canvas, font, flow, f"第 {no} 页，共 {len(flow.pages)} 页", look)
        canvas.showPage()
    canvas.save()
    return locked(out.getvalue(), look.password, look.lock) if look.password else out.getvalue()


def _draw(canvas: Canvas, font: str, marks: list[Mark]) -> None:
    size = 0.0
    for mark in marks:
        if not mark.text:
            canvas.line(mark.x, HEIGHT - mark.y, mark.x1, HEIGHT - mark.y1)
            continue
        if mark.size != size:
            size = mark.size
            canvas.setFont(font, size)
        canvas.drawString(mark.x, HEIGHT - mark.y - 0.85 * size, mark.text)


def _foot(canvas: Canvas, font: str, flow: Flow, number: str, look: PageLook) -> None:
    canvas.setFont(font, 8)
    canvas.drawString(WIDTH / 2 - flow.length(number, 8) / 2, HEIGHT - 818, number)
    if not look.watermark:
        canvas.drawString(WIDTH - 45 - flow.length(SIGN, 8), HEIGHT - 818, SIGN)


def _watermark(canvas: Canvas, font: str) -> None:
    canvas.saveState()
    canvas.setFillGray(0.88)
    canvas.setFont(font, 40)
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(45)
    for y in (-200, 0, 200):
        canvas.drawCentredString(0, y, SIGN)
    canvas.restoreState()


def locked(data: bytes, password: str, lock: Lock) -> bytes:
    """Return a PDF that opens with this password only."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, algorithm=str(lock))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
