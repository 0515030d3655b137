"""Detailed reports of invented people are written, read back from their rules, and equal."""

import pytest

from daihou.report.read import read_report
from daihou.report.words import ReportKind
from daihou.report.writers.compare import compared
from daihou.report.writers.detailed_pdf import write_detailed_pdf
from daihou.report.writers.invent import SMALL, invent_report
from daihou.report.writers.project_detailed import as_detailed


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_is_read(seed):
    written = as_detailed(invent_report(seed, SMALL))
    read = read_report(write_detailed_pdf(written))
    assert read.kind is ReportKind.PBOC_DETAILED
    assert [(n, a, b) for n, a, b in compared(written, read) if a != b] == []
    assert [check for check in read.checks if check.ok is False] == []
