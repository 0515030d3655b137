"""The borrower's own short copy (个人版) as PDF, on every page a sample and simulated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zlib import crc32

from daihou.gateways.simulator.population import Look
from daihou.report.model import Report
from daihou.report.words import ReportKind
from daihou.report.writers.names import INSTITUTION_TYPES
from daihou.report.writers.project import as_short
from daihou.report.writers.short_pdf import write_short_pdf

_ALIAS: Final = re.compile(r"[A-Z0-9]{2}")
_TAILS: Final = {
    "11": "银行股份有限公司",
    "12": "村镇银行股份有限公司",
    "21": "信托有限公司",
    "23": "汽车金融有限公司",
    "24": "消费金融有限公司",
    "25": "贷款有限公司",
    "51": "小额贷款有限公司",
    "53": "融资担保有限公司",
}
_TAIL_OF: Final = {INSTITUTION_TYPES[code]: tail for code, tail in _TAILS.items()}


def printed_name(institution: str, institution_type: str | None) -> str:
    """Return how the borrower's copy prints a lender: lenders see aliases, owners see names."""
    if not _ALIAS.fullmatch(institution):
        return institution
    return f"模拟{institution}{_TAIL_OF.get(institution_type or '', '金融有限公司')}"


def own_copy_of(report: Report, looks: Sequence[Look]) -> Report:
    """Return the borrower's short copy of a lender's report, own looks from the ledger.

    What only printed copies say is invented from a number that stays the person's, so that two
    copies of one person agree; the copy carries the report's own number.
    """
    header = report.header
    stable = f"{crc32((header.id_no or '').encode()):021d}0"
    named = replace(
        report,
        header=replace(header, report_no=stable),
        accounts=tuple(
            replace(a, institution=printed_name(a.institution, a.institution_type))
            for a in report.accounts
        ),
        liabilities=tuple(
            replace(one, institution=printed_name(one.institution, one.institution_type))
            for one in report.liabilities
        ),
        inquiries=tuple(
            replace(one, institution=printed_name(one.institution, one.institution_type))
            for one in report.inquiries
        ),
    )
    short = as_short(named, ReportKind.PBOC_SHORT_V2)
    own = sorted((look for look in looks if look.own), key=lambda look: look.on, reverse=True)
    return replace(
        short,
        header=replace(short.header, report_no=header.report_no),
        inquiries=(
            *(one for one in short.inquiries if not one.own),
            *(replace(look.inquiry(), no=no) for no, look in enumerate(own, start=1)),
        ),
    )


def own_pdf(report: Report, looks: Sequence[Look]) -> bytes:
    """Return the borrower's short copy as PDF."""
    return write_short_pdf(own_copy_of(report, looks))
