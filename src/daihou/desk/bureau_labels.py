"""What the columns and values of bureau facts and inquiry orders are called on screen."""

from __future__ import annotations

from typing import Final

BUREAU_TABLES: Final = """
inquiry          | 贷后查询     | Inquiries
inquiry_stop     | 停止查询名单 | Stops of inquiries
bureau_report    | 征信报告指标 | Bureau reports
inquiry_order    | 查询指令     | Inquiry orders
"""
BUREAU_COLUMNS: Final = """
inquiry_id                 | 查询编号             | Inquiry
purpose                    | 查询原因代码         | Reason code
window                     | 查询窗口             | Window
occasion                   | 查询事由             | Occasion
trigger_id                 | 触发编号             | Trigger
planned_on                 | 计划日               | Planned on
outcome                    | 指令状态             | State of the order
asked_on                   | 查询日               | Asked on
stop_id                    | 停查编号             | Stop
from_on                    | 起始日               | From
to_on                      | 截止日               | Until
report_id                  | 报告编号             | Report
received_on                | 收到日               | Received on
report_on                  | 报告日               | Day of the report
card_inquirers_1m          | 近1月发卡审批机构数  | Card-approval institutions, 1 month
loan_inquiries_1m          | 近1月贷款审批查询    | Loan inquiries, 1 month
hard_60d                   | 近60天硬查询         | Hard inquiries, 60 days
hard_3m                    | 近3月硬查询（去重）  | Hard inquiries, 3 months, distinct
hard_6m                    | 近6月硬查询          | Hard inquiries, 6 months
loan_inquiries_6m          | 近6月贷款审批查询    | Loan inquiries, 6 months
loans_opened_6m            | 近6月新放贷款        | Loans opened, 6 months
card_inquiries_6m          | 近6月发卡审批查询    | Card inquiries, 6 months
cards_opened_3m            | 近3月新开卡          | Cards opened, 3 months
cards_opened_6m            | 近6月新开卡          | Cards opened, 6 months
non_bank_opened_3m         | 近3月新增非银贷款    | Non-bank loans opened, 3 months
card_limit_minor           | 贷记卡总额度         | Card limits
card_used_minor            | 贷记卡已用额度       | Card limits used
card_used_average_minor    | 近6月平均使用额度    | Average used, 6 months
cards_over_90              | 使用率九成以上卡数   | Cards used 90 % or more
issuers_over_80            | 使用率八成以上机构数 | Issuers used 80 % or more
card_issuers               | 发卡机构数           | Card issuers
loan_lenders               | 贷款机构数           | Loan institutions
debt_minor                 | 他行负债总额         | Debt elsewhere
loan_balance_minor         | 他行贷款余额         | Loan balances elsewhere
monthly_due_minor          | 本月应还             | Due this month
cards_paid_minimum         | 最低还款卡数         | Cards paid at the minimum
loans_mostly_unpaid        | 未偿八成以上贷款数   | Loans mostly unpaid
guaranteed_minor           | 相关还款责任余额     | Guaranteed balance
guaranteed_overdue         | 逾期的相关还款责任   | Guaranteed debts overdue
overdue_worst              | 当前最差还款状态     | Worst status now
overdue_accounts_3m        | 近3月逾期账户数      | Accounts overdue, 3 months
months_overdue_24m         | 近24月逾期月数       | Months overdue, 24 months
longest_overdue_24m        | 近24月最长连续逾期   | Longest run overdue, 24 months
worst_24m                  | 近24月最差还款状态   | Worst status, 24 months
cards_stopped              | 冻结止付卡数         | Cards frozen or stopped
cards_stopped_small        | 冻结止付小额卡数     | Such cards with small debt
cards_stopped_by_bank      | 银行止付卡数         | Cards stopped by the bank
bad_debts                  | 呆账或司法追偿数     | Bad debts
paid_by_others_24m         | 近24月代还月数       | Paid by others, 24 months
paid_by_others_12m         | 近12月代还次数       | Paid by others, 12 months
recoveries                 | 被追偿账户数         | Accounts under recovery
recovery_balance_minor     | 被追偿余额           | Recovery balance
ended_by_sale_24m          | 近24月以其他方式结束 | Ended otherwise, 24 months
relief_12m                 | 近12月纾困延期       | Relief deferrals, 12 months
extended_12m               | 近12月展期           | Extensions, 12 months
reduced_12m                | 近12月减免分期       | Reductions, 12 months
telecom_arrears_months_24m | 近24月电信欠费月数   | Telecom arrears, 24 months
enforcement_12m            | 近12月强制执行       | Enforcements, 12 months
enforcement_24m            | 近24月强制执行       | Enforcements, 24 months
judgments                  | 民事判决             | Civil judgments
judgment_minor             | 最大判决金额         | Largest judgment
tax_arrears                | 欠税记录             | Tax arrears
penalties                  | 行政处罚             | Penalties
fund_stopped_months        | 公积金停缴月数       | Months without housing fund
contact_changes_6m         | 近6月联系信息变化    | Contact changes, 6 months
alert                      | 警示或异议标注       | Alert or dispute
score                      | 数字解读             | Score
order_key                  | 指令编号             | Order key
status                     | 计划结果             | Status
tier                       | 风险档位             | Tier
refused_by                 | 未满足的条件         | Refused by
proof                      | 依据                 | Proof
exposure_minor             | 风险敞口             | Exposure
last_report_on             | 最近报告日           | Last report
risk_bp                    | 风险（基点）         | Risk (bp)
rank                       | 名次                 | Rank
"""
BUREAU_VALUES: Final = {
    "outcome": """
planned   | 待批准 | planned
approved  | 已批准 | approved
sending   | 发送中 | sending
sent      | 已受理 | sent
answered  | 已答复 | answered
no_record | 无记录 | no record
failed    | 被拒   | failed
unknown   | 待核实 | unknown
cancelled | 已撤销 | cancelled
""",
    "inquiry_stop.kind": """
closed            | 关系已结束 | closed
dispute           | 争议       | dispute
death             | 死亡       | death
consent_withdrawn | 撤回授权   | consent withdrawn
other             | 其他       | other
""",
    "status": """
ordered | 已下指令 | ordered
waits   | 超预算等待 | waits
refused | 不允许   | refused
""",
}
