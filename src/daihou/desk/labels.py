"""What every table, column and value is called on screen, in Chinese and English, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.desk.bureau_labels import BUREAU_COLUMNS, BUREAU_TABLES, BUREAU_VALUES


class Words(NamedTuple):
    """One thing's name in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return the name in ``lang`` (``zh``, else English)."""
        return self.zh if lang == "zh" else self.en


def _read(text: str) -> Mapping[str, Words]:
    """Return the names in a block of lines ``key | 中文 | English``."""
    found: dict[str, Words] = {}
    for line in filter(str.strip, text.splitlines()):
        key, zh, en = (part.strip() for part in line.split("|"))
        assert key not in found, f"{key} is named twice"
        found[key] = Words(zh, en)
    return MappingProxyType(found)


TABLES: Final = _read(
    """
customer         | 客户       | Customers
account          | 账户       | Accounts
credit_line      | 授信额度   | Credit lines
instalment       | 应还计划   | Instalments
payment          | 还款       | Payments
ledger_balance   | 账面余额   | Ledger balances
card_statement   | 账单       | Card statements
transaction      | 交易流水   | Transactions
guarantee        | 保证       | Guarantees
collateral       | 押品       | Collateral
consent          | 授权       | Consents
restructuring    | 重组       | Restructurings
external_event   | 外部事件   | External events
account_day      | 账户日表   | Accounts by day
customer_day     | 客户日表   | Customers by day
signal_day       | 信号日表   | Signals by day
decision_day     | 决策日表   | Decisions by day
check_day        | 核对日表   | Checks by day
"""
    + BUREAU_TABLES
)

COLUMNS: Final = _read(
    """
account_id                | 账户           | Account
accounts                  | 账户数         | Accounts
agreed_on                 | 约定日         | Agreed on
all_bank_debt_minor       | 全部银行债务   | Debt at all banks
all_bank_overdue_90_minor | 他行逾期90天以上 | Overdue over 90 days, all banks
amount_minor              | 金额           | Amount
arm                       | 策略分支       | Policy arm
as_of                     | 数据日         | As of
asset_class               | 五级分类       | Asset class
balance_minor             | 余额           | Balance
balance_on                | 余额日         | Balance on
balances_unknown          | 余额未知账户   | Balances unknown
book                      | 账本           | Book
booked_on                 | 记账日         | Booked on
born_on                   | 出生日期       | Date of birth
branch                    | 机构           | Branch
bucket                    | 逾期期数       | Bucket
cancelled_on              | 取消日         | Cancelled on
cash_minor                | 取现           | Cash advances
category                  | 类别           | Category
changed_on                | 变更日         | Changed on
channel                   | 渠道           | Channel
class_before              | 变更前分类     | Class before
class_rule                | 分类依据       | Class rule
closed_on                 | 结清日         | Closed on
code                      | 编号           | Code
collateral_id             | 押品编号       | Collateral no.
consent_id                | 授权编号       | Consent no.
counterparty_id           | 对手编号       | Counterparty no.
counterparty_kind         | 对手类型       | Counterparty
currency                  | 币种           | Currency
customer_id               | 客户           | Customer
data_age_days             | 数据天龄       | Data age, days
declared_use              | 约定用途       | Declared use
direction                 | 方向           | Direction
dpd                       | 逾期天数       | Days past due
dpd_basis                 | 天数来源       | Basis of days
dpd_max                   | 最长逾期天数   | Most days past due
due_on                    | 应还日         | Due on
ecl_minor                 | 预期信用损失   | Expected credit loss
ends_on                   | 到期日         | Ends on
event_id                  | 事件编号       | Event no.
evidence                  | 证据           | Evidence
expires_on                | 失效日         | Expires on
fee_minor                 | 费用           | Fee
first_due_on              | 首个还款日     | First due on
first_value_minor         | 初始价值       | First value
for_difficulty            | 因财务困难     | For difficulty
frozen_on                 | 冻结日         | Frozen on
guarantee_id              | 保证编号       | Guarantee no.
guarantee_kind            | 担保方式       | Security
guarantor_id              | 保证人         | Guarantor
happened_on               | 发生日         | Happened on
hour                      | 时             | Hour
id_no                     | 证件号码       | Identity no.
instalment_no             | 期次           | Instalment no.
instalments_due           | 已到期期数     | Instalments due
instalments_missed        | 未还清期数     | Instalments missed
insured_until_on          | 保险到期日     | Insured until
interest_minor            | 利息           | Interest
kind                      | 类型           | Kind
known_on                  | 获知日         | Known on
last_paid_on              | 最近还款日     | Last paid on
level                     | 级别           | Level
limit_minor               | 额度           | Limit
line_id                   | 额度编号       | Line
matures_on                | 到期日         | Matures on
message                   | 说明           | Message
minimum_due_minor         | 最低还款额     | Minimum due
monthly_income_minor      | 月收入         | Monthly income
months_on_book            | 账龄（月）     | Months on book
months_to_maturity        | 剩余期限（月） | Months to maturity
name                      | 姓名           | Name
needs_two                 | 需双人         | Needs two people
next_due_on               | 下一还款日     | Next due on
offers_opt_out            | 拒绝营销       | Offers declined
opened_on                 | 开户日         | Opened on
overdue_minor             | 逾期金额       | Overdue amount
paid_on                   | 还款日         | Paid on
papers_due_on             | 权证应交日     | Papers due on
payer_relation            | 还款来源       | Payer
payment_id                | 还款编号       | Payment no.
phone                     | 手机号         | Mobile
policy_version            | 策略版本       | Policy version
principal_minor           | 本金           | Principal
product                   | 产品           | Product
provision_minor           | 应提准备       | Provision
purchases_minor           | 消费           | Purchases
purposes                  | 授权内容       | Purposes
rate_bp                   | 年利率         | Rate a year
reasons                   | 理由           | Reasons
recorded_on               | 登记日         | Recorded on
reported_dpd              | 报送逾期天数   | Reported days past due
restructuring_id          | 重组编号       | Restructuring no.
retail                    | 零售           | Retail
row_key                   | 行主键         | Row key
rule_id                   | 规则           | Rule
seized_on                 | 查封日         | Seized on
severity                  | 处理           | Severity
signal_id                 | 信号           | Signal
signed_on                 | 签署日         | Signed on
stage                     | 减值阶段       | Stage
starts_on                 | 起始日         | Starts on
statement_on              | 账单日         | Statement on
status_24m                | 24个月还款状态 | Status, 24 months
subject_id                | 对象           | Subject
subject_kind              | 对象类型       | Subject kind
table_name                | 事实表         | Fact table
taken_on_balance_minor    | 接管时余额     | Balance taken on
taken_on_on               | 接管日         | Taken on
text_version              | 文本版本       | Text version
transaction_id            | 流水编号       | Transaction no.
treatment                 | 处置           | Treatment
unknown_signals           | 未知信号       | Unknown signals
use_proof_on              | 用途凭证日     | Proof of use on
utilisation_bp            | 额度使用率     | Utilisation
value                     | 取值           | Value
value_bp                  | 幅度           | Size
value_minor               | 现值           | Value now
valued_on                 | 估值日         | Valued on
verdict                   | 结论           | Verdict
watch_level               | 预警级别       | Watch level
withdrawn_on              | 撤回日         | Withdrawn on
worst_class               | 最差分类       | Worst class
worst_stage               | 最差阶段       | Worst stage
written_off_on            | 核销日         | Written off on
"""
    + BUREAU_COLUMNS
)

_PRODUCTS = """
instalment_loan | 分期贷款   | Instalment loan
revolving_line  | 循环贷     | Revolving line
card            | 信用卡     | Credit card
mortgage        | 住房按揭   | Mortgage
business_loan   | 小微贷款   | Small-business loan
"""
_CLASSES = """
pass            | 正常 | Pass
special_mention | 关注 | Special mention
substandard     | 次级 | Substandard
doubtful        | 可疑 | Doubtful
loss            | 损失 | Loss
"""
_LEVELS = """
yellow | 黄 | Yellow
orange | 橙 | Orange
red    | 红 | Red
"""

VALUES: Final[Mapping[str, Mapping[str, Words]]] = MappingProxyType({
    **{name: _read(text) for name, text in BUREAU_VALUES.items()},
    "product": _read(_PRODUCTS),
    "asset_class": _read(_CLASSES),
    "worst_class": _read(_CLASSES),
    "class_before": _read(_CLASSES),
    "level": _read(_LEVELS),
    "watch_level": _read(_LEVELS),
    "bucket": _read("""
M0 | M0 正常     | M0 current
M1 | M1 1–30天   | M1 1–30 days
M2 | M2 31–60天  | M2 31–60 days
M3 | M3 61–90天  | M3 61–90 days
M4 | M4 91–120天 | M4 91–120 days
M5 | M5 121–150天 | M5 121–150 days
M6 | M6 151–180天 | M6 151–180 days
M7 | M7 180天以上 | M7 over 180 days
"""),
    "stage": _read("""
1 | 第一阶段 | Stage 1
2 | 第二阶段 | Stage 2
3 | 第三阶段 | Stage 3
"""),
    "verdict": _read("""
hit     | 命中   | hit
no_hit  | 未命中 | no hit
unknown | 未知   | unknown
snoozed | 暂停   | snoozed
error   | 出错   | error
"""),
    "treatment": _read("""
watch           | 预警观察     | Watch
list_grey       | 列入灰名单   | Grey list
list_black      | 列入黑名单   | Black list
list_white      | 列入白名单   | White list
line_freeze     | 冻结未用额度 | Freeze unused line
line_cut        | 调低额度     | Cut line
case_collection | 催收案件     | Collection case
case_review     | 核查案件     | Review case
offer           | 优惠邀约     | Offer
"""),
    "subject_kind": _read("""
account  | 账户 | account
customer | 客户 | customer
"""),
    "severity": _read("""
reject | 剔除 | left out
warn   | 提示 | used, doubted
"""),
    "dpd_basis": _read("""
allocated | 按还款核算 | payments allocated
reported  | 机构报送   | lender's own count
"""),
    "currency": _read("""
CNY | 人民币 | CNY
USD | 美元   | USD
EUR | 欧元   | EUR
GBP | 英镑   | GBP
HKD | 港元   | HKD
TWD | 新台币 | TWD
JPY | 日元   | JPY
KRW | 韩元   | KRW
INR | 印度卢比 | INR
"""),
    "guarantee_kind": _read("""
unsecured  | 信用 | unsecured
guaranteed | 保证 | guaranteed
mortgage   | 抵押 | mortgage
pledge     | 质押 | pledge
mixed      | 组合 | mixed
"""),
    "payer_relation": _read("""
self            | 本人     | self
family          | 家人     | family
employer        | 雇主     | employer
guarantor       | 保证人   | guarantor
stranger        | 陌生人   | stranger
lender_platform | 放贷平台 | lending platform
"""),
    "channel": _read("""
auto_debit | 代扣   | direct debit
transfer   | 转账   | transfer
cash       | 现金   | cash
offset     | 抵扣   | offset
other      | 其他   | other
"""),
    "direction": _read("""
in  | 转入 | in
out | 转出 | out
"""),
    "counterparty_kind": _read("""
merchant           | 商户       | merchant
person_self        | 本人账户   | own account
person_other       | 他人       | other person
employer           | 雇主       | employer
securities         | 证券       | securities
futures            | 期货       | futures
wealth_product     | 理财       | wealth product
property_developer | 开发商     | property developer
property_agent     | 房产中介   | property agent
mortgage_account   | 按揭账户   | mortgage account
lender             | 放贷机构   | lender
company_own        | 本人企业   | own company
company_other      | 其他企业   | other company
cash_machine       | 取款机     | cash machine
tax_authority      | 税务机关   | tax authority
other              | 其他       | other
"""),
    "category": _read("""
purchase       | 消费     | purchase
cash_advance   | 取现     | cash advance
transfer       | 转账     | transfer
salary         | 工资     | salary
sales_receipt  | 销售回款 | sales receipt
loan_payout    | 放款     | loan payout
loan_repayment | 还贷     | loan repayment
tax            | 税款     | tax
utilities      | 水电     | utilities
refund         | 退款     | refund
fee            | 费用     | fee
other          | 其他     | other
"""),
    "customer.kind": _read("""
person   | 自然人 | person
business | 企业   | business
"""),
    "credit_line.kind": _read("""
revolving | 循环额度   | revolving
card      | 信用卡额度 | card
one_off   | 单笔额度   | one-off
"""),
    "payment.kind": _read("""
payment  | 还款 | payment
reversal | 冲正 | reversal
recovery | 回收 | recovery
"""),
    "collateral.kind": _read("""
home                | 住宅     | home
commercial_property | 商业房产 | commercial property
vehicle             | 车辆     | vehicle
deposit             | 存单     | deposit
goods               | 货物     | goods
other               | 其他     | other
"""),
    "restructuring.kind": _read("""
extension            | 展期       | extension
instalment_agreement | 分期协议   | instalment agreement
refinancing          | 再融资     | refinancing
reduction            | 减免       | reduction
relief_deferral      | 纾困延期   | relief deferral
"""),
    "external_event.kind": _read("""
auto_debit_failed            | 代扣失败           | direct debit failed
contact_failed               | 联系失败           | contact failed
contact_reached              | 联系到本人         | contact reached
inspection_refused           | 不配合贷后检查     | inspection refused
job_changed                  | 工作变动           | job changed
job_lost                     | 失业               | job lost
income_down                  | 收入下降           | income down
income_up                    | 收入上升           | income up
assets_down                  | 资产减少           | assets down
health_down                  | 健康恶化           | health worse
lawsuit_defendant            | 涉诉被告           | sued as defendant
enforced                     | 被执行             | court enforcement
dishonest_debtor             | 失信被执行人       | dishonest-debtor list
misuse_confirmed             | 确认挪用           | misuse confirmed
use_restored                 | 用途已纠正         | use restored
refinanced_by_debt           | 借新还旧           | repaid by new debt
evades_debt                  | 逃废债             | evades debt
bankruptcy                   | 破产               | bankruptcy
liquidation                  | 破产清算           | liquidation
fraud                        | 欺诈               | fraud
death                        | 死亡               | death
rating_cut                   | 评级下调           | rating cut
credit_impaired              | 已发生信用减值     | credit-impaired
impairment_lifted            | 减值解除           | impairment lifted
guarantor_unwilling          | 保证人不愿续保     | guarantor unwilling
legal_representative_changed | 法人变更           | legal representative changed
tax_return_missed            | 税报断档           | tax return missed
utilities_use                | 水电用量           | utilities use
sales_ratio                  | 销售比率           | sales ratio
dispute_opened               | 争议提出           | dispute opened
bureau_alert                 | 征信预警           | bureau alert
dispute_closed               | 争议了结           | dispute closed
"""),
})  # fmt: skip


def value_label(column: str, value: object, table: str = "") -> Words:
    """Return the name of a value of a column; a value without a name is shown as it is.

    The same word may mean two things (``mortgage`` is a product and a kind of security), so names
    are looked up by ``table.column`` first, then by column.
    """
    known = VALUES.get(f"{table}.{column}") or VALUES.get(column) or {}
    return known.get(str(value), Words(str(value), str(value)))


def column_label(column: str) -> Words:
    """Return the title of a column; a column without one is shown by its name."""
    return COLUMNS.get(column, Words(column, column))


def table_label(table: str) -> Words:
    """Return the title of a table."""
    return TABLES.get(table, Words(table, table))
