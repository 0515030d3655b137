"""Characters of scanned pages: recognised from their pictures, offline, by the extra ``ocr``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from daihou.errors import ReportIsScan
from daihou.report.ocr.repair import repaired
from daihou.report.pdf.glyphs import Glyph
from daihou.report.pdf.pages import PDFIUM_TURN

_SCALE: Final = 200 / 72
"""Pixels a point: 200 dots an inch."""

_MOST: Final = 3000
"""Pixels of a page's longer side; a larger sheet is drawn smaller."""

_SURE: Final = 0.9
"""Mean certainty from which a page is taken to stand upright."""

_SKEW: Final = 0.2
"""Degrees from which a page is straightened before it is read again."""

_LYING: Final = 45.0
"""Degrees from which text stands on its side."""

_WIDE_GAP: Final = 1.5
"""Heights between two characters from which they are of different cells."""

_MODELS: Final = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx")
_TURNER: Final = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"

_Picture = npt.NDArray[np.uint8]


class _Word(NamedTuple):
    """Text that was found together, with a box (left, top, right, bottom) for each character."""

    text: str
    boxes: npt.NDArray[np.float64]
    score: float
    slope: float

    @property
    def middle(self) -> float:
        """Return the middle between top and bottom."""
        return float(np.median((self.boxes[:, 1] + self.boxes[:, 3]) / 2))

    @property
    def height(self) -> float:
        """Return the usual height of a character."""
        return float(np.median(self.boxes[:, 3] - self.boxes[:, 1]))


def ocr_pages(data: bytes, password: str | None, *, pages: int) -> tuple[list[list[Glyph]], ...]:
    """Return the lines of each of the first ``pages`` pages, repaired where that is safe.

    Units: points from the top left of the page as it is to be read.
    Raises: ReportIsScan when the extra ``ocr`` is not installed.
    """
    engine = _engine()
    return tuple(_read(engine, _picture(data, password, at)) for at in range(pages))


def _engine() -> Any:
    """Return the recogniser with the models of its own package, so that nothing is fetched.

    Raises: ReportIsScan when it is not installed, or without its models.
    """
    missing = ReportIsScan(
        "the pages are pictures, and reading pictures is not installed",
        next_step="pip install daihou[ocr]",
    )
    try:
        import rapidocr
        from rapidocr import RapidOCR
    except ImportError as error:
        raise missing from error
    from importlib.resources import files

    models = files(rapidocr) / "models"
    paths = [models / name for name in (*_MODELS, _TURNER)]
    if not all(path.is_file() for path in paths):  # else the package would fetch them
        raise missing
    find, read, turn = (str(path) for path in paths)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": _MOST,
            "Det.model_path": find,
            "Rec.model_path": read,
            "Cls.model_path": turn,
        }
    )


def _picture(data: bytes, password: str | None, at: int) -> _Picture:
    import pypdfium2 as pdfium

    with PDFIUM_TURN:
        document = pdfium.PdfDocument(data, password=password)
        try:
            page = document[at]
            scale = min(_SCALE, _MOST / max(page.get_size()))
            drawn = page.render(scale=scale, rev_byteorder=False, draw_annots=False)
            picture = np.array(drawn.to_numpy()[:, :, :3])
            page.close()
        finally:
            document.close()
    return picture


def _read(engine: Any, picture: _Picture) -> list[list[Glyph]]:
    """Return the lines of a picture, turned and straightened as it needs."""
    words, picture = _turned(engine, picture)
    slopes = [word.slope for word in words if len(word.text) > 4]
    if slopes and abs(float(np.median(slopes))) > _SKEW:
        words = _words(engine, _straight(picture, float(np.median(slopes))))
    return [repaired(line) for line in _lines(words)]


def _turned(engine: Any, picture: _Picture) -> tuple[list[_Word], _Picture]:
    """Return the words of a picture in the first quarter turn that is sure, else in the best."""
    tried = []
    for quarter in (0, 1, 3, 2):
        turned = np.ascontiguousarray(np.rot90(picture, quarter))
        words = _words(engine, turned)
        if _certainty(words) >= _SURE:
            return words, turned
        tried.append((words, turned))
    return max(tried, key=lambda pair: _weight(pair[0]))


def _certainty(words: Sequence[_Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return _weight(words) / letters if letters else 0.0


def _weight(words: Sequence[_Word]) -> float:
    """Return how much was read how surely; text that stands on its side counts for nothing."""
    return sum(
        word.score * len(word.text)
        for word in words
        if len(word.text) == 1 or abs(word.slope) < _LYING
    )


def _words(engine: Any, picture: _Picture) -> list[_Word]:
    found = engine(picture, use_cls=False, return_word_box=True, return_single_char_box=True)
    words = []
    for line in found.word_results or ():
        letters = [part for part in line if part[0].strip() and part[2] is not None]
        if not letters:
            continue
        quads = np.array([part[2] for part in letters], dtype=float)
        boxes = np.hstack((quads.min(axis=1), quads.max(axis=1)))
        run = quads[-1, 1] - quads[0, 0]
        slope = math.degrees(math.atan2(run[1], run[0]))
        score = float(np.mean([part[1] for part in letters]))
        text = "".join(part[0] for part in letters)
        if len(text) == len(boxes):
            words.append(_Word(text, boxes, score, slope))
    return words


def _straight(picture: _Picture, degrees: float) -> _Picture:
    from PIL import Image

    sheet = Image.fromarray(picture)
    turned = sheet.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    return np.asarray(turned, dtype=np.uint8)


def _lines(words: Sequence[_Word]) -> list[list[Glyph]]:
    """Return words side by side as lines; a line's characters share top and bottom."""
    rows: list[list[_Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        near = rows and abs(rows[-1][0].middle - word.middle) < 0.4 * word.height
        if near:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_glyphs(sorted(row, key=lambda word: word.boxes[0, 0])) for row in rows]


def _glyphs(row: Sequence[_Word]) -> list[Glyph]:
    """Return the characters of a line, those of one word touching as print does."""
    middle = float(np.median([word.middle for word in row]))
    height = float(np.median([word.height for word in row]))
    top, bottom = (middle - height / 2) / _SCALE, (middle + height / 2) / _SCALE
    glyphs = []
    for word in row:
        lefts, rights = word.boxes[:, 0].copy(), word.boxes[:, 2].copy()
        gaps = lefts[1:] - rights[:-1]
        joint = np.flatnonzero(gaps < _WIDE_GAP * height)
        seams = (lefts[1:] + rights[:-1])[joint] / 2
        rights[joint], lefts[joint + 1] = seams, seams
        glyphs += [
            Glyph(letter, left / _SCALE, top, right / _SCALE, bottom, (bottom - top))
            for letter, left, right in zip(word.text, lefts.tolist(), rights.tolist(), strict=True)
        ]
    return glyphs
