"""Names of the values in a report's own overview and in its public records, with their labels."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.report.words import PublicKind

SHORT_COLUMNS: Final = MappingProxyType(
    {
        "cards": "信用卡",
        "housing_loans": "购房贷款",
        "other_loans": "其他贷款",
        "other_business": "其他业务",
    }
)
SHORT_ROWS: Final = MappingProxyType(
    {
        "accounts": "账户数",
        "open": "未结清/未销户账户数",
        "overdue": "发生过逾期的账户数",
        "overdue_90": "发生过90天以上逾期的账户数",
        "guarantees": "为他人担保笔数",
    }
)
"""The short version's overview: ``cards.accounts``, ``other_loans.overdue_90`` and so on.

``guarantees`` is a row of the first generation only. Beside the table stand
``liabilities.person``, ``liabilities.company``, ``disposals.accounts`` and ``advances.accounts``.
"""

GEN2_SUMMARY: Final = MappingProxyType(
    {
        "PC02AS01": "prompt.accounts",
        "PC02AS02": "prompt.kinds",
        "PC02BS01": "recovered.accounts",
        "PC02BJ01": "recovered.balance",
        "PC02BS02": "recovered.kinds",
        "PC02CS01": "bad_debt.accounts",
        "PC02CJ01": "bad_debt.balance",
        "PC02DS01": "overdue.types",
        "PC02ES01": "non_revolving.institutions",
        "PC02ES02": "non_revolving.accounts",
        "PC02EJ01": "non_revolving.limit",
        "PC02EJ02": "non_revolving.balance",
        "PC02EJ03": "non_revolving.monthly_due_6m",
        "PC02FS01": "drawdowns.institutions",
        "PC02FS02": "drawdowns.accounts",
        "PC02FJ01": "drawdowns.limit",
        "PC02FJ02": "drawdowns.balance",
        "PC02FJ03": "drawdowns.monthly_due_6m",
        "PC02GS01": "revolving.institutions",
        "PC02GS02": "revolving.accounts",
        "PC02GJ01": "revolving.limit",
        "PC02GJ02": "revolving.balance",
        "PC02GJ03": "revolving.monthly_due_6m",
        "PC02HS01": "credit_cards.institutions",
        "PC02HS02": "credit_cards.accounts",
        "PC02HJ01": "credit_cards.limit",
        "PC02HJ02": "credit_cards.limit_highest",
        "PC02HJ03": "credit_cards.limit_lowest",
        "PC02HJ04": "credit_cards.used",
        "PC02HJ05": "credit_cards.used_6m",
        "PC02IS01": "quasi_cards.institutions",
        "PC02IS02": "quasi_cards.accounts",
        "PC02IJ01": "quasi_cards.limit",
        "PC02IJ02": "quasi_cards.limit_highest",
        "PC02IJ03": "quasi_cards.limit_lowest",
        "PC02IJ04": "quasi_cards.used",
        "PC02IJ05": "quasi_cards.used_6m",
        "PC02KS01": "liabilities.kinds",
        "PC030S01": "post_paid.kinds",
        "PC040S01": "public.kinds",
        "PC05AR01": "inquiries.last_on",
        "PC05AD01": "inquiries.last_institution_type",
        "PC05AI01": "inquiries.last_institution",
        "PC05AQ01": "inquiries.last_reason",
        "PC05BS01": "inquiries.loan_institutions_1m",
        "PC05BS02": "inquiries.card_institutions_1m",
        "PC05BS03": "inquiries.loan_1m",
        "PC05BS04": "inquiries.card_1m",
        "PC05BS05": "inquiries.own_1m",
        "PC05BS06": "inquiries.post_loan_24m",
        "PC05BS07": "inquiries.guarantee_24m",
        "PC05BS08": "inquiries.merchant_24m",
    }
)
"""The lender's overview: a value by its element (feed of 2019: codes PC02A to PC05B)."""

GEN2_SUMMARY_LISTS: Final = MappingProxyType(
    {
        "PC02AH": ("prompt", ("PC02AD01",), {
            "PC02AD02": "group", "PC02AS03": "accounts", "PC02AR01": "first_month"}),
        "PC02BH": ("recovered", ("PC02BD01",), {"PC02BS03": "accounts", "PC02BJ02": "balance"}),
        "PC02DH": ("overdue", ("PC02DD01",), {
            "PC02DS02": "accounts", "PC02DS03": "months", "PC02DJ01": "amount_highest",
            "PC02DS04": "months_longest"}),
        "PC02KH": ("liabilities", ("PC02KD01", "PC02KD02"), {
            "PC02KS02": "accounts", "PC02KJ01": "amount", "PC02KJ02": "balance"}),
        "PC030H": ("post_paid", ("PC030D01",), {"PC030S02": "accounts", "PC030J01": "arrears"}),
        "PC040H": ("public", ("PC040D01",), {"PC040S02": "records", "PC040J01": "amount"}),
    }
)  # fmt: skip
"""Rows of the lender's overview: name, elements whose codes key the row, elements of its values.

``overdue.4.months`` is the months overdue of credit cards (dictionary 1017, code 4).
"""


class Unit(StrEnum):
    """How a value of a public record is read."""

    TEXT = "text"
    WHEN = "when"
    YUAN = "yuan"
    CODE = "code"


class PublicField(NamedTuple):
    """One value of a public record: its name, the printed label, its element, how it is read."""

    name: str
    zh: str
    element: str | None
    unit: Unit


def _fields(*rows: tuple[str, str, str | None, Unit]) -> tuple[PublicField, ...]:
    return tuple(PublicField(*row) for row in rows)


_T, _W, _Y, _C = Unit.TEXT, Unit.WHEN, Unit.YUAN, Unit.CODE
PUBLIC_FIELDS: Final = MappingProxyType(
    {
        PublicKind.TAX_ARREARS: _fields(
            ("authority", "主管税务机关", "PF01AQ01", _T),
            ("counted_on", "欠税统计日期", "PF01AR01", _W),
            ("amount", "欠税总额", "PF01AJ01", _Y),
            ("taxpayer_no", "纳税人识别号", None, _T),
        ),
        PublicKind.CIVIL_JUDGMENT: _fields(
            ("court", "立案法院", "PF02AQ01", _T),
            ("case_no", "案号", None, _T),
            ("cause", "案由", "PF02AQ02", _T),
            ("closing", "结案方式", "PF02AD01", _C),
            ("filed_on", "立案日期", "PF02AR01", _W),
            ("result", "判决/调解结果", "PF02AQ03", _T),
            ("effective_on", "判决/调解生效日期", "PF02AR02", _W),
            ("object", "诉讼标的", "PF02AQ04", _T),
            ("amount", "诉讼标的金额", "PF02AJ01", _Y),
        ),
        PublicKind.ENFORCEMENT: _fields(
            ("court", "执行法院", "PF03AQ01", _T),
            ("case_no", "案号", None, _T),
            ("cause", "执行案由", "PF03AQ02", _T),
            ("closing", "结案方式", "PF03AD01", _C),
            ("filed_on", "立案日期", "PF03AR01", _W),
            ("case_state", "案件状态", "PF03AQ03", _T),
            ("object", "申请执行标的", "PF03AQ04", _T),
            ("executed", "已执行标的", "PF03AQ05", _T),
            ("amount", "申请执行标的金额", "PF03AJ01", _Y),
            ("amount_executed", "已执行标的金额", "PF03AJ02", _Y),
            ("closed_on", "结案日期", "PF03AR02", _W),
        ),
        PublicKind.PENALTY: _fields(
            ("authority", "处罚机构", "PF04AQ01", _T),
            ("document_no", "文书编号", None, _T),
            ("content", "处罚内容", "PF04AQ02", _T),
            ("review", "行政复议结果", "PF04AQ03", _T),
            ("amount", "处罚金额", "PF04AJ01", _Y),
            ("effective_on", "生效日期", "PF04AR01", _W),
            ("until_on", "截止日期", "PF04AR02", _W),
        ),
        PublicKind.HOUSING_FUND: _fields(
            ("place", "参缴地", "PF05AQ01", _T),
            ("joined_on", "参缴日期", "PF05AR01", _W),
            ("state", "缴费状态", "PF05AD01", _C),
            ("first_month", "初缴月份", "PF05AR02", _W),
            ("paid_to", "缴至月份", "PF05AR03", _W),
            ("employer_share", "单位缴存比例", "PF05AQ02", _T),
            ("own_share", "个人缴存比例", "PF05AQ03", _T),
            ("monthly", "月缴存额", "PF05AJ01", _Y),
            ("employer", "缴费单位", "PF05AQ04", _T),
            ("updated_on", "信息更新日期", "PF05AR04", _W),
        ),
        PublicKind.LOW_INCOME: _fields(
            ("kind", "人员类别", "PF06AD01", _C),
            ("place", "所在地", "PF06AQ01", _T),
            ("employer", "工作单位", "PF06AQ02", _T),
            ("family_income", "家庭月收入", "PF06AQ03", _T),
            ("applied_on", "申请日期", "PF06AR01", _W),
            ("granted_on", "批准日期", "PF06AR02", _W),
            ("updated_on", "信息更新日期", "PF06AR03", _W),
        ),
        PublicKind.QUALIFICATION: _fields(
            ("title", "执业资格名称", "PF07AQ01", _T),
            ("level", "等级", "PF07AD01", _C),
            ("place_code", "机构所在地", "PF07AD02", _T),
            ("issuer", "颁发机构", "PF07AQ02", _T),
            ("granted_on", "获得年月", "PF07AR01", _W),
            ("until_on", "到期年月", "PF07AR02", _W),
            ("revoked_on", "吊销年月", "PF07AR03", _W),
        ),
        PublicKind.REWARD: _fields(
            ("issuer", "奖励机构", "PF08AQ01", _T),
            ("content", "奖励内容", "PF08AQ02", _T),
            ("effective_on", "生效年月", "PF08AR01", _W),
            ("until_on", "截止年月", "PF08AR02", _W),
        ),
    }
)
"""What each kind of public record says, in the printed order.

A ``code`` is in the report's words in printed layouts and a dictionary code in the lender's.
"""

PUBLIC_HEADINGS: Final = MappingProxyType(
    {
        "欠税记录": PublicKind.TAX_ARREARS,
        "民事判决记录": PublicKind.CIVIL_JUDGMENT,
        "强制执行记录": PublicKind.ENFORCEMENT,
        "行政处罚记录": PublicKind.PENALTY,
        "住房公积金参缴记录": PublicKind.HOUSING_FUND,
        "低保救助记录": PublicKind.LOW_INCOME,
        "执业资格记录": PublicKind.QUALIFICATION,
        "行政奖励记录": PublicKind.REWARD,
    }
)
"""Headings of public records in printed layouts, in the printed order."""
