"""The engine's own count of a CSV file's rows is never taken without a second one."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.intake import lines
from daihou.intake.lines import Dialect, count_records
from tests.unit.intake.kit import HEADER

CELLS = st.text('ab"\n,\r', max_size=3)


def written(rows, end):
    out = io.StringIO(newline="")
    for row in rows:
        csv.writer(out, lineterminator=end).writerow(row) if row else out.write(end)
    return out.getvalue()


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.just(()) | st.tuples(CELLS, CELLS), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from([1, 2, 3, 5, 1 << 22]),
)
def test_rows_are_counted_by_line_ends_outside_quotation_marks(
    tmp_path_factory, rows, end, ended, piece
):
    text = written([("h", "i"), *rows], end)
    text = text if ended else text.removesuffix(end)
    path = tmp_path_factory.mktemp("count") / "x.csv"
    path.write_bytes(text.encode())
    real = sum(1 for row in csv.reader(io.StringIO(text, newline="")) if row) - 1
    usual, lines.PIECE_BYTES = lines.PIECE_BYTES, piece
    try:
        assert count_records(path, Dialect("utf-8", ",", 0, True, 2)) == real
    finally:
        lines.PIECE_BYTES = usual


def test_a_bad_line_right_after_the_engines_buffer_takes_no_other_line_with_it(home):
    """DuckDB 2.0 reads this file without an error, and without all that follows the bad line."""
    head = HEADER.strip().encode() + b",note\n"
    note = b"x" * 100_000
    rows = []
    size = len(head)
    while size < 32_000_001:
        start = b"P%09d,A1,2026-01-05,1.00," % len(rows)
        rows.append(start + note[: 32_000_001 - size - len(start) - 1] + b"\n")
        size += len(rows[-1])
    assert size == 32_000_001
    after = [b"P9%08d,A1,2026-01-05,1.00,x\n" % n for n in range(50)]
    (receipt,) = home.land(head + b"".join([*rows, b"abc\n", *after]))
    assert (receipt.rows_read, receipt.rows_quarantined) == (len(rows) + 51, 1)
