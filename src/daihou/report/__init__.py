"""The credit report: one model, readers of every layout, writers for invented people, facts."""

from daihou.report.model import Account, Inquiry, Report
from daihou.report.values import Month, Place, When, month_of
from daihou.report.words import AccountState, AccountType, ReasonClass, ReportKind

__all__ = [
    "Account",
    "AccountState",
    "AccountType",
    "Inquiry",
    "Month",
    "Place",
    "ReasonClass",
    "Report",
    "ReportKind",
    "When",
    "month_of",
]
