"""Two reports of one person: what changed, what is explained, and what cannot be told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daihou.errors import ReportMismatch
from daihou.report.delta import delta_of
from daihou.report.model import Inquiry
from daihou.report.words import ReasonClass
from daihou.report.writers.invent import invent_report


def later(report, days=30, **change):
    at = report.header.report_at + timedelta(days=days)
    return replace(report, header=replace(report.header, report_at=at), **change)


@pytest.mark.parametrize("seed", range(25))
def test_a_report_differs_from_itself_in_nothing(seed):
    report = invent_report(seed)
    assert delta_of(report, report).changes == ()


def test_another_persons_report_is_not_compared():
    report = invent_report(1)
    other = replace(report, header=replace(report.header, name="例某", id_no="X", report_no="9"))
    with pytest.raises(ReportMismatch):
        delta_of(report, other)


def test_a_new_look_and_a_paid_loan_are_found_in_either_order():
    old = invent_report(4)
    day = old.header.report_at.date() + timedelta(days=10)
    look = Inquiry(
        day, "东海示范银行股份有限公司", "贷款审批", "02", ReasonClass.NEW_CREDIT, True, False
    )
    new = later(old, inquiries=(look, *old.inquiries))
    forward, backward = delta_of(old, new), delta_of(new, old)
    assert forward.newer_at == backward.newer_at == new.header.report_at
    assert any(
        change.new is not None and change.new.kind == "inquiries" for change in forward.changes
    )
    assert forward.changes == backward.changes
