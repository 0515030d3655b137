"""What the values of a credit report are called for its owner, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from daihou.desk.labels import Words
from daihou.report.fields import PUBLIC_FIELDS, SHORT_COLUMNS, SHORT_ROWS
from daihou.report.words import REASONS, SYMBOLS, PublicKind

_TEXT: Final = """
kind.pboc_short_v1 | 个人信用报告（简版，一代格式） | short report, first layout
kind.pboc_short_v2 | 个人信用报告（简版） | short report
kind.pboc_detailed | 个人信用报告（详版） | detailed report
kind.pboc_gen2 | 二代信用报告（机构接口） | second-generation report
section.cards_overdue | 信用卡 · 发生过逾期 | Cards, once overdue
section.cards_overdraft | 准贷记卡 · 透支超过60天 | Quasi cards, overdrawn over 60 days
section.cards_clean | 信用卡 · 从未逾期 | Cards, never overdue
section.loans_overdue | 贷款 · 发生过逾期 | Loans, once overdue
section.loans_clean | 贷款 · 从未逾期 | Loans, never overdue
section.housing_loans_overdue | 购房贷款 · 发生过逾期 | Home loans, once overdue
section.housing_loans_clean | 购房贷款 · 从未逾期 | Home loans, never overdue
section.other_loans_overdue | 其他贷款 · 发生过逾期 | Other loans, once overdue
section.other_loans_clean | 其他贷款 · 从未逾期 | Other loans, never overdue
section.other_business_overdue | 其他业务 · 发生过逾期 | Other business, once overdue
section.other_business_clean | 其他业务 · 从未逾期 | Other business, never overdue
section.disposals | 资产处置信息 | Disposed debts
section.advances | 垫款信息 | Advances paid for the person
section.recoveries | 被追偿信息 | Debts under recovery
section.non_revolving | 非循环贷账户 | Loans paid out once
section.revolving_drawdowns | 循环额度下分账户 | Drawings under a line
section.revolving | 循环贷账户 | Revolving loans
section.cards | 贷记卡账户 | Credit cards
section.quasi_cards | 准贷记卡账户 | Quasi credit cards
state.normal | 正常 | open, as agreed
state.overdue | 逾期 | overdue
state.settled | 已结清 | settled
state.closed | 已销户 | closed
state.bad_debt | 呆账 | bad debt
state.transferred | 已转出 | transferred
state.collateral_short | 担保物不足 | collateral short
state.forced_liquidation | 强制平仓 | forced liquidation
state.judicial_recovery | 司法追偿 | recovery through court
state.stopped_by_bank | 银行止付 | stopped by the bank
state.frozen | 冻结 | frozen
state.stopped | 止付 | stopped
state.not_activated | 未激活 | not activated
state.in_collection | 催收 | in collection
state.ended | 结束 | ended
class.new_credit | 申请新信贷 | application for credit
class.account_review | 已有业务的检查 | check on existing business
class.guarantee | 担保审查 | guarantee review
class.own | 本人查询 | own look
class.collection | 催收 | collection
class.judicial | 司法 | court
class.other | 其他 | other
public.tax_arrears | 欠税记录 | Tax arrears
public.civil_judgment | 民事判决记录 | Civil judgment
public.enforcement | 强制执行记录 | Court enforcement
public.penalty | 行政处罚记录 | Administrative penalty
public.housing_fund | 住房公积金 | Housing fund
public.low_income | 低保救助 | Low-income support
public.qualification | 执业资格 | Professional licence
public.reward | 行政奖励 | Award
direction.hurts | 不利 | against you
direction.helps | 有利 | for you
direction.neutral | 说明 | to know
tie.balance | 尚有余额 | a balance is owed
tie.line | 授信额度有效 | a credit line is valid
tie.card | 卡未注销 | a card is not closed
tie.guarantee | 担保责任未解除 | a guarantee stands
records.accounts | 账户 | account
records.inquiries | 查询记录 | inquiry
records.liabilities | 相关还款责任 | guarantee
records.agreements | 授信协议 | credit agreement
records.public_records | 公共记录 | public record
records.post_paid | 后付费业务 | post-paid service
records.annotations | 标注及声明 | statement
records.unmatched | 未识别内容 | not understood
records.checks | 核对 | check
records.header | 报告头 | head of the report
records.summary | 信息概要 | overview
records.identity | 个人信息 | personal details
records.totals | 合计 | in all
records.score | 数字解读 | bureau score
change.balance | 余额 | balance
change.used | 已用额度 | used limit
change.limit | 额度 | limit
change.amount | 金额 | amount
change.state | 状态 | state
change.state_code | 状态 | state
change.class_code | 五级分类 | asset class
change.utilisation_bp | 使用率 | use of the limit
change.overdue_now | 当前逾期 | overdue now
change.overdue_amount | 逾期金额 | overdue amount
change.terms_overdue | 逾期期数 | instalments overdue
change.months_overdue | 逾期月数 | months overdue
change.months_overdue_5y | 5年内逾期月数 | months overdue in 5 years
change.months_overdue_90_5y | 5年内逾期90天以上月数 | months over 90 days overdue in 5 years
change.due_on | 到期日 | due date
change.to_on | 到期日 | end
change.line_until | 额度有效期 | end of the line
change.due_this_month | 本月应还 | due this month
change.special_transaction | 特殊交易 | special transaction
change.marital | 婚姻状况 | marital status
change.value | 数值 | value
change.phones | 手机号 | telephone
change.residences | 居住地址 | home
change.occupations | 工作单位 | employer
change.card_limit | 信用卡总额度 | card limits
change.card_used | 信用卡已用 | card limits used
change.card_utilisation_bp | 信用卡使用率 | use of cards
change.card_issuers | 发卡机构数 | card issuers
change.loans | 未结清贷款数 | running loans
change.loan_institutions | 贷款机构数 | lenders
change.loan_balance | 贷款余额 | loan balance
change.monthly_due | 每月应还 | due each month
change.debt | 总债务 | debt
change.accounts_overdue | 逾期账户数 | accounts overdue
change.guarantee_balance | 担保余额 | guaranteed balance
why.one_time_repair | 一次性信用修复政策 | the one-time repair
why.five_years | 不良信息满五年 | five years have passed
why.two_years | 查询记录满两年 | two years have passed
why.relief_deferral | 纾困延期 | a deferral for relief
grade.L | 法律原文 | text of a law
grade.B | 监管机构或银行 | authority or bank
grade.C | 系统代码与字典 | code of a real system
grade.N | 新闻或律所 | news or law firm
grade.W | 一般网页 | web page
grade.M | 凭经验 | from memory
"""

_SYMBOLS: Final = """
# | 账户存在，还款状态未知 | unknown
* | 当月不需要还款 | nothing due
/ | 无数据 | no data
N | 按时还款 | paid as due
M | 当月晚还，月底前已还清，不算逾期 | paid late inside the month: not overdue
1 | 逾期1–30天 | 1–30 days overdue
2 | 逾期31–60天 | 31–60 days overdue
3 | 逾期61–90天 | 61–90 days overdue
4 | 逾期91–120天 | 91–120 days overdue
5 | 逾期121–150天 | 121–150 days overdue
6 | 逾期151–180天 | 151–180 days overdue
7 | 逾期180天以上 | over 180 days overdue
A | 账单日调整，当月不出账单 | no bill, billing day changed
B | 呆账 | bad debt
C | 结清或销户 | settled or closed
D | 担保人代还 | repaid by the guarantor
G | 结束 | ended otherwise
Z | 以资抵债 | settled with assets
"""


def _read(text: str) -> Mapping[str, Words]:
    rows = (line.split(" | ") for line in text.strip().splitlines())
    return MappingProxyType({key.strip(): Words(zh.strip(), en.strip()) for key, zh, en in rows})


WORDS: Final = _read(_TEXT)
SYMBOL_WORDS: Final = _read(_SYMBOLS)
assert set(SYMBOL_WORDS) == set(SYMBOLS), "every symbol is explained"

_OVERVIEW_EN: Final = MappingProxyType(
    {
        "cards": "cards", "housing_loans": "home loans", "other_loans": "other loans",
        "other_business": "other business", "accounts": "accounts", "open": "open",
        "overdue": "once overdue", "overdue_90": "once overdue over 90 days",
        "guarantees": "guarantees for others",
    }
)  # fmt: skip


def words(group: str, value: object) -> Words:
    """Return the name of a value; one without a name is shown as it is."""
    shown = str(value)
    return WORDS.get(f"{group}.{shown}", Words(shown, shown))


def reason_words(reason: str, code: str | None) -> Words:
    """Return an inquiry reason as printed, with its English name where the dictionary has it."""
    known = REASONS.get(code or "")
    return Words(reason, known.en if known else reason)


def overview_words(key: str) -> Words:
    """Return the name of a figure of the report's own overview."""
    column, _, row = key.partition(".")
    zh = f"{SHORT_COLUMNS.get(column, column)} · {SHORT_ROWS.get(row, row)}"
    en = f"{_OVERVIEW_EN.get(column, column)}: {_OVERVIEW_EN.get(row, row)}"
    known = column in SHORT_COLUMNS and row in SHORT_ROWS
    return Words(zh, en) if known else Words(key, key.replace("_", " ").replace(".", ": "))


def public_label(kind: str, name: str) -> Words:
    """Return the label of a value of a public record."""
    for field in PUBLIC_FIELDS[PublicKind(kind)]:
        if field.name == name:
            return Words(field.zh, name.replace("_", " "))
    return Words(name, name)
