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
_BUREAU = "bureau_report"

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
    _day("guarantor_report_on", "保证人征信报告日",
         "day of the guarantors' newest report", _BUREAU),
    _int("guarantor_overdue_worst", "保证人他行当前最高逾期级", "guarantors' worst digit elsewhere",
         _BUREAU),
    _int("guarantor_cards_stopped", "保证人他行冻结止付卡数", "guarantors' cards frozen or stopped",
         _BUREAU),
    _int("guarantor_bad_debts", "保证人他行呆账数", "guarantors' bad debts elsewhere", _BUREAU),
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

_ELSEWHERE: Final = (
    _day("bureau_report_on", "征信报告日", "day of the newest credit report", _BUREAU),
    _day("bureau_before_on", "上次征信报告日", "day of the report before it", _BUREAU),
    _int("bureau_card_inquirers_1m", "近1个月信用卡审批查询机构数",
         "lenders that looked for a card, 1 month", _BUREAU),
    _int("bureau_loan_inquiries_1m", "近1个月贷款审批查询次数", "looks for a loan, 1 month",
         _BUREAU),
    _int("bureau_hard_60d", "近60天硬查询次数", "hard looks, 60 days", _BUREAU),
    _int("bureau_hard_3m", "近3个月硬查询次数（去重）", "hard looks, 3 months, deduplicated",
         _BUREAU),
    _int("bureau_hard_6m", "近6个月硬查询次数", "hard looks, 6 months", _BUREAU),
    _int("bureau_loan_inquiries_6m", "近6个月贷款审批查询次数", "looks for a loan, 6 months",
         _BUREAU),
    _int("bureau_loans_opened_6m", "近6个月他行新放贷款数", "loans opened elsewhere, 6 months",
         _BUREAU),
    _int("bureau_card_inquiries_6m", "近6个月信用卡审批查询次数", "looks for a card, 6 months",
         _BUREAU),
    _int("bureau_cards_opened_3m", "近3个月他行新开卡数", "cards opened elsewhere, 3 months",
         _BUREAU),
    _int("bureau_cards_opened_6m", "近6个月他行新开卡数", "cards opened elsewhere, 6 months",
         _BUREAU),
    _int("bureau_non_bank_opened_3m", "近3个月新增非银贷款数", "non-bank loans opened, 3 months",
         _BUREAU),
    _minor("bureau_card_limit_minor", "他行信用卡总额度", "card limits elsewhere", _BUREAU),
    _minor("bureau_card_used_minor", "他行信用卡已用额度", "used on cards elsewhere", _BUREAU),
    _bp("bureau_card_use_bp", "他行信用卡额度使用率", "use of cards elsewhere", _BUREAU),
    _bp("bureau_card_use_change_bp", "使用率较上次变化", "change of that use since the last report",
        _BUREAU),
    _bp("bureau_card_average_bp", "近6个月平均额度使用率", "average use of cards, 6 months",
        _BUREAU),
    _int("bureau_cards_over_90", "使用率90%以上的卡额度数", "card limits used by 90 % or more",
         _BUREAU),
    _int("bureau_issuers_over_80", "使用率80%以上的发卡机构数", "issuers used by 80 % or more",
         _BUREAU),
    _int("bureau_card_issuers", "他行发卡机构数", "card issuers elsewhere", _BUREAU),
    _int("bureau_loan_lenders", "他行贷款机构数", "lenders with a running loan elsewhere", _BUREAU),
    _minor("bureau_debt_minor", "他行负债总额", "debt elsewhere", _BUREAU),
    _bp("bureau_debt_change_bp", "负债较上次变化", "change of that debt since the last report",
        _BUREAU),
    _minor("bureau_loan_balance_minor", "他行贷款余额", "loan balances elsewhere", _BUREAU),
    _bp("bureau_loan_change_bp", "贷款余额较上次变化",
        "change of these balances since the last report", _BUREAU),
    _minor("bureau_monthly_due_minor", "他行月应还", "due elsewhere this month", _BUREAU),
    _minor("monthly_income_minor", "月收入（有征信报告时）",
           "proven monthly income, read beside a report", _BUREAU),
    _bp("bureau_due_bp", "月应还/月收入", "due elsewhere to monthly income", _BUREAU),
    _int("bureau_minimum_2m", "连续2个月最低还款卡数", "cards paid at minimum, 2 months' reports",
         _BUREAU),
    _int("bureau_minimum_3m", "连续3个月最低还款卡数", "cards paid at minimum, 3 months' reports",
         _BUREAU),
    _int("bureau_loans_mostly_unpaid", "未偿80%以上贷款数", "loans with 80 % or more unpaid",
         _BUREAU),
    _minor("bureau_guaranteed_minor", "相关还款责任余额", "debts of others answered for", _BUREAU),
    _minor("bureau_guaranteed_change_minor", "相关还款责任余额较上次变化",
           "change of these debts since the last report", _BUREAU),
    _int("bureau_guaranteed_overdue", "已逾期的相关还款责任数", "such debts that are overdue",
         _BUREAU),
    _minor("bureau_overdue_minor", "他行逾期金额", "overdue elsewhere now", _BUREAU),
    _int("bureau_overdue_worst", "他行当前最高逾期级", "worst status digit elsewhere now", _BUREAU),
    _int("bureau_overdue_accounts_3m", "近3个月逾期账户数", "accounts overdue, 3 months", _BUREAU),
    _int("bureau_months_overdue_24m", "近24个月逾期次数", "months overdue, 24 months", _BUREAU),
    _int("bureau_longest_overdue_24m", "近24个月最长连续逾期月数",
         "longest run of months overdue, 24 months", _BUREAU),
    _int("bureau_worst_24m", "近24个月最高逾期级", "worst status digit, 24 months", _BUREAU),
    _int("bureau_cards_stopped", "冻结止付卡数（欠300元以上）",
         "cards frozen or stopped owing 300 yuan or more", _BUREAU),
    _int("bureau_cards_stopped_small", "冻结止付卡数（欠不足300元）", "such cards owing less",
         _BUREAU),
    _int("bureau_cards_stopped_by_bank", "银行止付卡数", "cards stopped by the bank", _BUREAU),
    _int("bureau_bad_debts", "呆账及司法追偿账户数", "bad debts and judicial recoveries", _BUREAU),
    _int("bureau_paid_by_others_24m", "近24个月代偿或以资抵债次数",
         "paid by a guarantor or with assets, 24 months", _BUREAU),
    _int("bureau_paid_by_others_12m", "近12个月代偿或以资抵债次数", "the same, 12 months", _BUREAU),
    _int("bureau_worst_class", "他行最差五级分类", "worst class of loans elsewhere", _BUREAU),
    _int("bureau_recoveries", "被追偿账户数", "accounts under recovery", _BUREAU),
    _minor("bureau_recovery_balance_minor", "被追偿余额", "owed on them", _BUREAU),
    _int("bureau_ended_by_sale_24m", "近24个月还款状态G账户数",
         "accounts ended by sale or the like, 24 months", _BUREAU),
    _int("bureau_relief_12m", "近12个月银行主动延期次数",
         "deferrals by the bank for relief, 12 months", _BUREAU),
    _int("bureau_extended_12m", "近12个月展期次数", "extensions, 12 months", _BUREAU),
    _int("bureau_reduced_12m", "近12个月减免及个性化分期次数",
         "reductions and instalment agreements, 12 months", _BUREAU),
    _int("bureau_telecom_arrears_24m", "近24个月电信欠费月数",
         "months of telecom arrears, 24 months", _BUREAU),
    _int("bureau_enforcement_12m", "近12个月强制执行记录数", "enforcement records, 12 months",
         _BUREAU),
    _int("bureau_enforcement_24m", "近24个月强制执行记录数", "enforcement records, 24 months",
         _BUREAU),
    _int("bureau_judgments", "民事判决记录数", "civil judgments", _BUREAU),
    _minor("bureau_judgment_minor", "判决最大标的金额", "largest amount of one", _BUREAU),
    _int("bureau_tax_arrears", "欠税记录数", "records of tax arrears", _BUREAU),
    _int("bureau_penalties", "行政处罚记录数", "administrative penalties", _BUREAU),
    _int("bureau_fund_stopped_months", "公积金停缴月数",
         "months since the housing fund was last paid", _BUREAU),
    _int("bureau_contact_changes_6m", "近6个月电话住址单位变化",
         "new telephones, homes, employers, 6 months", _BUREAU),
    _int("bureau_alerts", "防欺诈警示或异议（1为有）", "fraud alert or dispute (1: there is)",
         _BUREAU),
    _int("bureau_score", "数字解读", "the bureau's score", _BUREAU),
    _int("bureau_score_change", "数字解读较上次变化", "change of that score since the last report",
         _BUREAU),
)  # fmt: skip
"""What the newest credit report of a customer says of other lenders, and how it has changed."""

FEATURES: Final[Mapping[SubjectKind, Mapping[str, Feature]]] = MappingProxyType(
    {
        SubjectKind.ACCOUNT: MappingProxyType({f.name: f for f in _ACCOUNT}),
        SubjectKind.CUSTOMER: MappingProxyType({f.name: f for f in (*_CUSTOMER, *_ELSEWHERE)}),
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
