"""What fuzzing found in the readers, each as the smallest file that shows it."""

from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from daihou.errors import ReportUnreadable
from daihou.report.read import read_report


def test_a_page_on_which_all_text_is_slanted_is_no_report():
    buffer = BytesIO()
    canvas = Canvas(buffer)
    for turn in (20, 30, 40):
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(turn)
        canvas.drawString(0, 0, "SAMPLE SAMPLE")
        canvas.restoreState()
    canvas.save()
    with pytest.raises(ReportUnreadable):
        read_report(buffer.getvalue())


def test_a_row_whose_one_sign_spans_two_columns_is_kept_whole():
    file = Path(__file__).parents[2] / "samples" / "one_sign_wide_row.pdf"
    assert read_report(file.read_bytes()).kind == "pboc_short_v2"
