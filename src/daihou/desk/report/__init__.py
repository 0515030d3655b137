"""The report of one night: a single self-contained page in Chinese and English."""

from daihou.desk.report.build import ReportOptions, build_report, report_html

__all__ = ["ReportOptions", "build_report", "report_html"]
