"""What a signal may read of an account or a customer: every feature with its unit and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from daihou.contracts import Kind
from daihou.kernel import SubjectKind


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of ``account_feature`` or ``customer_feature``.

    ``facts`` are the fact tables without which it says nothing; ``a|b`` means that one of them is
    enough.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    facts: tuple[str, ...] = ()


def _minor(name: str, zh: str, en: str, *facts: str) -> Feature:
    return Feature(name, Kind.MINOR, zh, en, facts)


def _bp(name: str, zh: str, en: str, *facts: str) -> Feature:
    return Feature(name, Kind.BP, zh, en, facts)


def _int(name: str, zh: str, en: str, *facts: str) -> Feature:
    return Feature(name, Kind.INT, zh, en, facts)


def _day(name: str, zh: str, en: str, *facts: str) -> Feature:
    return Feature(name, Kind.DATE, zh, en, facts)


def _text(name: str, zh: str, en: str) -> Feature:
    return Feature(name, Kind.TEXT, zh, en)


def _flag(name: str, zh: str, en: str) -> Feature:
    return Feature(name, Kind.BOOL, zh, en)


_EVENT, _MOVES, _CARD = "external_event", "transaction", "transaction|card_statement"

_ACCOUNT: Final = (
    _text("product", "产品", "product"),
    _text("customer_kind", "客户类型", "kind of customer"),
    _text("guarantee_kind", "担保方式", "guarantee kind"),
    _text("declared_use", "约定用途", "agreed use"),
    _text("dpd_basis", "逾期天数来源", "basis of days past due"),
    _day("opened_on", "放款日", "day of payout"),
    _int("months_on_book", "账龄（月）", "months on book"),
    _minor("amount_minor", "放款金额", "principal paid out"),
    _minor("balance_minor", "余额", "balance"),
    _minor("limit_minor", "授信额度", "credit limit"),
    _bp("utilisation_bp", "额度使用率", "utilisation"),
    _minor("overdue_minor", "逾期金额", "amount overdue"),
    _int("dpd", "逾期天数", "days past due"),
    _day("oldest_unpaid_on", "最早未还应还日", "oldest unpaid due day"),
    _day("last_paid_on", "最近还款日", "day of the last payment"),
    _int("late_times_6m", "近6个月逾期次数", "times late in 6 months"),
    _day("first_due_on", "首期应还日（未还清时）", "first due day while unpaid"),
    _int("first_due_late_days", "首期逾期天数", "days the first due stands unpaid"),
    _day("oldest_unpaid_interest_on", "最早欠息应还日", "oldest due day with unpaid interest"),
    _int("interest_late_days", "欠息天数", "days interest stands unpaid"),
    _minor("paid_3m_minor", "近3个月还款", "paid in the last 3 months", "payment"),
    _minor("paid_prev_6m_minor", "此前6个月还款", "paid in the 6 months before", "payment"),
    _bp("paid_pace_bp", "还款速度比", "3-month / earlier 6-month average payment", "payment"),
    _int("debit_failures", "连续代扣失败次数", "failed auto-debits in a row", _EVENT, "payment"),
    _day("debit_failed_on", "最近代扣失败日", "last failed auto-debit", _EVENT, "payment"),
    _int("payer_strange_3m", "近3个月异常还款人笔数", "payments by strangers, 3 months", "payment"),
    _int("payer_platform_3m", "近3个月网贷平台代还笔数", "payments by a lending platform, 3 months",
         "payment"),
    _day("payer_strange_on", "最近异常还款日", "last payment by a stranger", "payment"),
    _minor("card_spend_3m_minor", "近3个月用卡金额", "spent and drawn by card, 3 months", _CARD),
    _minor("card_cash_3m_minor", "近3个月取现及疑似套现", "cash and cash-like, 3 months", _CARD),
    _bp("cash_share_bp", "取现占比", "cash share of card use", _CARD),
    _int("cash_night_3m", "近3个月夜间取现次数", "cash drawn 22:00 to 06:00, 3 months", _CARD),
    _day("last_used_on", "最近用卡日", "day of the last card use", _CARD),
    _int("card_unused_months", "未用卡月数", "months without card use", _CARD),
    _flag("use_watched", "资金用途监测期内", "paid out within the last 12 months"),
    _minor("use_securities_minor", "流入证券期货理财", "to securities, futures, wealth products",
           _MOVES),
    _bp("use_securities_bp", "流入证券期货理财占比", "share to securities and the like", _MOVES),
    _minor("use_property_minor", "流入房地产", "to property", _MOVES),
    _bp("use_property_bp", "流入房地产占比", "share to property", _MOVES),
    _minor("use_lender_minor", "转给其他放贷机构", "to other lenders", _MOVES),
    _bp("use_lender_bp", "转给其他放贷机构占比", "share to other lenders", _MOVES),
    _minor("use_company_minor", "转给借款人公司", "to the borrower's company", _MOVES),
    _bp("use_company_bp", "转给借款人公司占比", "share to the borrower's company", _MOVES),
    _minor("use_return_minor", "短期回流", "came back within 3 days", _MOVES),
    _bp("use_return_bp", "短期回流占比", "share that came back within 3 days", _MOVES),
    _day("use_moved_on", "最近相关资金流动日", "last such movement", _MOVES),
    _day("use_proof_on", "用途证明提交日", "day proof of use was filed"),
    _int("proof_missing_days", "用途证明缺失天数", "days without proof of use"),
    _flag("secured", "有抵质押", "secured by collateral"),
    _int("collateral_pieces", "押品件数", "pieces of collateral", "collateral"),
    _minor("collateral_value_minor", "押品现值", "collateral value now", "collateral"),
    _day("collateral_valued_on", "押品估值日", "day of the newest valuation", "collateral"),
    _bp("ltv_bp", "抵押率", "loan to value", "collateral"),
    _bp("value_drop_bp", "押品跌价幅度", "fall of collateral value, worst piece", "collateral"),
    _int("seized_pieces", "被查封押品件数", "pieces seized or frozen", "collateral"),
    _day("seized_on", "查封日", "day of seizure", "collateral"),
    _int("papers_lapsed_days", "保险或权证缺失天数", "days without insurance or papers",
         "collateral"),
    _flag("guaranteed", "有保证人", "guaranteed by a person or firm"),
    _int("guarantor_unwilling_12m", "近12个月保证人意愿变化", "guarantor unwilling, 12 months",
         _EVENT),
    _day("guarantor_unwilling_on", "保证人意愿变化日", "day the guarantor was unwilling", _EVENT),
)  # fmt: skip

_CUSTOMER: Final = (
    _int("accounts", "账户数", "accounts"),
    _flag("business", "经营性客户", "firm, or person with a business loan"),
    _int("dpd_max", "最长逾期天数", "largest days past due"),
    _minor("inflow_3m_minor", "近3个月流入", "came in over 3 months", _MOVES),
    _minor("inflow_6m_minor", "近6个月流入", "came in over 6 months", _MOVES),
    _bp("turnover_bp", "流水比", "3-month / 6-month average turnover", _MOVES),
    _day("inflow_on", "最近流入日", "last money in", _MOVES),
    _int("salary_months", "近24个月有代发工资月数", "months with salary, 24 months", _MOVES),
    _day("salary_on", "最近代发工资日", "last salary", _MOVES),
    _int("salary_gap_months", "未代发工资整月数", "whole months without salary", _MOVES),
    _int("contact_failed_10d", "近10天失联次数", "failed contacts, 10 days", _EVENT),
    _int("contact_failed_20d", "近20天失联次数", "failed contacts, 20 days", _EVENT),
    _int("contact_failed_30d", "近30天失联次数", "failed contacts, 30 days", _EVENT),
    _day("contact_failed_on", "最近失联日", "last failed contact", _EVENT),
    _int("job_changed_12m", "近12个月工作变动", "changes of work, 12 months", _EVENT),
    _int("job_lost_12m", "近12个月失业", "losses of work still standing, 12 months", _EVENT),
    _day("job_on", "最近工作变动日", "last change or loss of work", _EVENT),
    _int("decline_12m", "近12个月收入资产健康变差次数", "income, assets, health worse, 12 months",
         _EVENT),
    _bp("decline_max_bp", "最大降幅", "largest such fall", _EVENT),
    _day("decline_on", "最近变差日", "last such fall", _EVENT),
    _int("refused_12m", "近12个月拒绝检查次数", "inspections refused, 12 months", _EVENT),
    _day("refused_on", "最近拒绝检查日", "last refusal", _EVENT),
    _int("lawsuits_24m", "近24个月被诉次数", "sued, 24 months", _EVENT),
    _int("enforced_24m", "近24个月被执行次数", "enforced, 24 months", _EVENT),
    _int("dishonest_24m", "近24个月失信次数", "listed as dishonest debtor, 24 months", _EVENT),
    _day("court_on", "最近司法事件日", "last court event", _EVENT),
    _int("tax_missed_6m", "近6个月缺报税月数", "months without tax return, 6 months", _EVENT),
    _day("tax_missed_on", "最近缺报税日", "last missed tax return", _EVENT),
    _bp("utilities_bp", "水电比", "month / 6-month average power and water", _EVENT),
    _day("utilities_on", "水电数据日", "day of that figure", _EVENT),
    _int("representative_6m", "近6个月法人变更次数", "new legal representative, 6 months", _EVENT),
    _day("representative_on", "法人变更日", "day of that change", _EVENT),
    _bp("sales_bp", "营业额比", "recent / 6-month average sales", _EVENT),
    _day("sales_on", "营业额数据日", "day of that figure", _EVENT),
)  # fmt: skip

FEATURES: Final[Mapping[SubjectKind, Mapping[str, Feature]]] = MappingProxyType(
    {
        SubjectKind.ACCOUNT: MappingProxyType({f.name: f for f in _ACCOUNT}),
        SubjectKind.CUSTOMER: MappingProxyType({f.name: f for f in _CUSTOMER}),
    }
)
"""Features by subject, in the order of the relations' columns after the keys."""

KEYS: Final = MappingProxyType(
    {SubjectKind.ACCOUNT: "account_id", SubjectKind.CUSTOMER: "customer_id"}
)
"""The column that names the subject in ``account_feature`` and ``customer_feature``."""


def is_met(need: str, fed: frozenset[str]) -> bool:
    """Tell whether ``need`` (``a`` or ``a|b``) is among the facts ever landed."""
    return any(fact in fed for fact in need.split("|"))
