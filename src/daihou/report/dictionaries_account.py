"""Code tables of accounts, agreements and liabilities, as lines that ``dictionaries`` reads."""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = """\
= 1003|信贷交易提示业务类型|credit-prompt business type
11|个人住房贷款|personal housing loan|SU
12|个人商用房（包括商住两用房）贷款|commercial-property loan|SU|个人商用房（包括商住两用）贷款
19|其他类贷款|other loan|SU
21|贷记卡|credit card|SU
22|准贷记卡|quasi-credit card|SU
99|其他|other|SU
= 1004|信贷交易提示业务大类|credit-prompt business group
1|贷款|loan|SU
2|信用卡|credit card|SU
9|其他|other|SU
= 1016|被追偿业务类型|recovery business type
1|资产处置业务|asset disposal|SU
2|垫款业务|advance payment (guarantor or insurer paid)|SU
= 1017|逾期汇总账户类型|overdue-summary account type
1|非循环贷账户|non-revolving loan (D1)|SU
2|循环额度下分账户|drawdown under a revolving line (R4)|SU
3|循环贷账户|revolving loan (R1)|SU
4|贷记卡账户|credit card (R2)|SU
5|准贷记卡账户|quasi-credit card (R3)|SU
= 1019|还款责任类型|repayment-liability type
1|担保责任|guarantee liability|SU|担保（保证人/反担保人）责任
9|其他相关还款责任|other related repayment liability|SU
= 1022|借贷账户类型|account type
C1|催收账户|collection account|SU|催收账户（被追偿）
D1|非循环贷账户|non-revolving loan account|SU
R1|循环贷账户|revolving loan account|SU
R2|贷记卡账户|credit-card account|SU
R3|准贷记卡账户|quasi-credit-card account|SU
R4|循环额度下分账户|drawdown account under a revolving line|SU
= 1023|个人借贷业务种类|credit product kind
11|个人住房商业贷款|personal commercial housing loan|SU
12|个人商用房（含商住两用）贷款|personal commercial-property loan (incl. mixed use)|SU
13|个人住房公积金贷款|housing-fund loan|SU
21|个人汽车消费贷款|car consumer loan|SU
31|个人助学贷款|personal student loan|SU
32|国家助学贷款|state student loan|SU
33|商业助学贷款|commercial student loan|SU
41|个人经营性贷款|personal business loan|SU
51|农户贷款|farmer loan|SU
52|经营性农户贷款|farmer business loan|SU
53|消费性农户贷款|farmer consumer loan|SU
61|约定购回式证券交易|agreed-repurchase securities trade|SU
62|股票质押式回购交易|stock-pledge repo|SU
63|融资融券业务|margin trading|SU
64|其他证券类融资|other securities financing|SU
71|准贷记卡|quasi-credit card|SU
81|贷记卡|credit card|SU
82|大额专项分期卡|large special-purpose instalment card|SU
91|其他个人消费贷款|other personal consumer loan|SU
92|融资租赁业务|financial leasing|SU
99|其他贷款|other loan|SU
A1|资产处置|asset disposal|SU|由资产处置机构处置的债务
B1|代偿债务|debt paid by a third party|SU|代偿/垫款债务
42|个人创业担保贷款|guaranteed start-up loan|U
= 1024|还款方式|repayment method
11|分期等额本息|instalments, equal payment|SU
12|分期等额本金|instalments, equal principal|SU
13|到期还本分期结息|interest by instalments, principal at maturity|SU
14|等比累进分期还款|instalments, geometric progression|SU
15|等额累进分期还款|instalments, arithmetic progression|SU
19|其他类型分期还款|other instalments|SU
21|到期一次还本付息|principal and interest at maturity|SU
22|预先付息到期还本|interest in advance, principal at maturity|SU
23|随时还|repay at any time|SU
29|其他|other (non-instalment)|SU|其他（非分期）
31|按期结息，到期还本|periodic interest, principal at maturity|SU
32|按期结息，自由还本|periodic interest, free principal|SU
33|按期计算还本付息|periodic principal and interest|SU
39|循环贷款下其他还款方式|other under a revolving loan|SU
90|不区分还款方式|not distinguished (merged small frequent loans)|SU
= 1025|还款频率|repayment frequency
01|日|daily|SU
02|周|weekly|SU
03|月|monthly|SU
04|季|quarterly|SU
05|半年|half-yearly|SU
06|年|yearly|SU
07|一次性|once|SU
08|不定期|irregular|SU
12|旬|ten-day|SU
13|双周|fortnightly|SU
14|双月|bi-monthly|SU
99|其他|other|SU
= 1026|担保方式|guarantee method
1|质押|pledge|SU
2|抵押|mortgage|SU
3|保证|guarantee|SU
4|信用/免担保|unsecured|SU
5|组合（含保证）|combined, with guarantee|SU
6|组合（不含保证）|combined, without guarantee|SU
7|农户联保|joint guarantee of farmers|SU
9|其他|other|SU
= 1027|贷款发放形式|disbursement form
1|新增|new|SU
5|其他机构转入|transferred in from another institution|SU
9|其他|other|U
= 1028|共同借款标志|joint-loan flag
0|无|none|SU
1|主借款人|main borrower|SU
2|从借款人|co-borrower|SU
= 1029|债权转移时的还款状态|repayment status at transfer of claim
0|债务人即将违约时自动垫款|advanced automatically just before default|SU|债权转移时未逾期
1|逾期 1-30 天|overdue 1-30 days|SU
2|逾期 31-60 天|overdue 31-60 days|SU
3|逾期 61-90 天|overdue 61-90 days|SU
4|逾期 91-120 天|overdue 91-120 days|SU
5|逾期 121-150 天|overdue 121-150 days|SU
6|逾期 151-180 天|overdue 151-180 days|SU
7|逾期 180 天以上|overdue more than 180 days|SU
9|未知|unknown|SU
= 1030|账户状态（D1）|account status, D1
1|正常|normal|SU
2|逾期|overdue|SU
3|结清|settled|SU
4|呆账|dead account|SU
5|转出|transferred out|SU
6|担保物不足|collateral insufficient|SU
7|强制平仓|forced liquidation|SU
8|司法追偿|judicial recovery|SU
= 1031|账户状态（R1）|account status, R1
1|正常|normal|SU
2|逾期|overdue|SU
3|结清|settled|SU
4|呆账|dead account|SU
5|银行止付|stopped by the bank|SU
6|担保物不足|collateral insufficient|SU
8|司法追偿|judicial recovery|SU
= 1032|账户状态（R2/R3）|account status, R2 and R3
1|正常|normal|S
2|冻结|frozen|S
31|银行止付|payment stopped by the bank|S
3|止付|payment stopped|S
4|销户|closed|S
5|呆账|dead account|S
6|未激活|not activated|S
8|司法追偿|judicial recovery|S
= 1033|账户状态（R4）|account status, R4
1|正常|normal|SU
2|逾期|overdue|SU
3|结清|settled|SU
4|呆账|dead account|SU
6|担保物不足|collateral insufficient|SU
8|司法追偿|judicial recovery|SU
= 1034|账户状态（C1）|account status, C1
1|催收|in collection|SU
2|结束|ended|SU
= 1035|五级分类|five-category classification
1|正常|pass (normal)|SU
2|关注|special mention|SU
3|次级|substandard|SU
4|可疑|doubtful|SU
5|损失|loss|SU
9|未分类|not classified|SU
6|违约|default|U
= 1036|还款状态（D1/R4）|monthly repayment status, D1 and R4
#|无法获取还款状态|status cannot be obtained|SU
*|当月不需要还款且之前没有拖欠|nothing due this month and nothing owed before|SU
1|逾期 1-30 天|overdue 1-30 days|SU
2|逾期 31-60 天|overdue 31-60 days|SU
3|逾期 61-90 天|overdue 61-90 days|SU
4|逾期 91-120 天|overdue 91-120 days|SU
5|逾期 121-150 天|overdue 121-150 days|SU
6|逾期 151-180 天|overdue 151-180 days|SU
7|逾期 180 天以上|overdue more than 180 days|SU
B|呆账|dead account (long unpaid, days unknown)|SU
C|结清|settled|SU
D|担保人代还|repaid by guarantor|SU
G|结束|ended other than by normal closing (for example claim sold)|SU
M|约定还款日后月底前还款|paid after the due day but before the month end|SU
N|正常还款|paid as due|SU
Z|以资抵债|debt settled with assets|SU
= 1037|还款状态（R1）|monthly repayment status, R1
#|无法获取还款状态|status cannot be obtained|SU
*|当月未使用额度且不需要还款|line not used this month and nothing due|SU
1|逾期 1-30 天|overdue 1-30 days|SU
2|逾期 31-60 天|overdue 31-60 days|SU
3|逾期 61-90 天|overdue 61-90 days|SU
4|逾期 91-120 天|overdue 91-120 days|SU
5|逾期 121-150 天|overdue 121-150 days|SU
6|逾期 151-180 天|overdue 151-180 days|SU
7|逾期 180 天以上|overdue more than 180 days|SU
B|呆账|dead account (long unpaid, days unknown)|SU
C|正常销户|closed normally|SU
D|担保人代还|repaid by guarantor|SU
G|结束|ended other than by normal closing (for example claim sold)|SU
M|约定还款日后月底前还款|paid after the due day but before the month end|SU
N|正常还款|paid as due|SU
Z|以资抵债|debt settled with assets|SU
= 1038|还款状态（R2）|monthly repayment status, R2
#|无法获取还款状态|status cannot be obtained|SU
*|当月未使用额度且不需要还款|line not used this month and nothing due|SU
1|逾期 1-30 天|overdue 1-30 days|SU
2|逾期 31-60 天|overdue 31-60 days|SU
3|逾期 61-90 天|overdue 61-90 days|SU
4|逾期 91-120 天|overdue 91-120 days|SU
5|逾期 121-150 天|overdue 121-150 days|SU
6|逾期 151-180 天|overdue 151-180 days|SU
7|逾期 180 天以上|overdue more than 180 days|SU
A|账单日调整，当月不出单|billing day changed, no bill this month|SU
B|呆账|dead account (long unpaid, days unknown)|SU
C|正常销户|closed normally|SU
G|结束|ended other than by normal closing (for example claim sold)|SU
N|正常还款|paid as due|SU
= 1039|还款状态（R3）|monthly repayment status, R3
#|无法获取还款状态|status cannot be obtained|SU
*|本月没有透支行为且上月该账户没有透支余额|no overdraft this month and no balance last month|SU
1|逾期 1-30 天|overdue 1-30 days|SU
2|逾期 31-60 天|overdue 31-60 days|SU
3|逾期 61-90 天|overdue 61-90 days|SU
4|逾期 91-120 天|overdue 91-120 days|SU
5|逾期 121-150 天|overdue 121-150 days|SU
6|逾期 151-180 天|overdue 151-180 days|SU
7|逾期 180 天以上|overdue more than 180 days|SU
B|呆账|dead account (long unpaid, days unknown)|SU
C|正常销户|closed normally|SU
G|结束|ended other than by normal closing (for example claim sold)|SU
N|正常|normal (paid off after overdraft)|SU
= 1040|特殊交易类型|special transaction type
11|债务减免|debt reduction|SU
12|资产剥离|asset carve-out|SU
13|资产转让|asset transfer|SU
14|信用卡个性化分期|individual credit-card instalment agreement|SU
16|银行主动延期|deferral by the bank|SU|落实金融纾困等政策银行主动延期
17|强制平仓|forced liquidation|SU
1|展期|term extension|SU
2|担保人（第三方）代偿|paid by guarantor or third party|SU
3|以资抵债|debt settled with assets|SU
4|提前还款|early part repayment (term kept or shortened)|SU
5|提前结清|early full repayment|SU
6|强制平仓，未结清|forced liquidation, not settled|SU
7|强制平仓，已结清|forced liquidation, settled|SU
8|司法追偿|judicial recovery|SU
9|其他|other|SU
15|核销|write-off|U
= 1042|授信额度用途|credit-line use
10|循环贷款额度|revolving loan line|SU
20|非循环贷款额度|non-revolving loan line|SU
30|信用卡共享额度|shared card line|SU
31|信用卡独立额度|stand-alone card line|SU
= 1044|相关还款责任人类型|related repayment-liable party type
1|共同借款人|co-borrower|SU
2|保证人|guarantor|SU
3|票据承兑人|bill acceptor|SU
4|应收账款债务人|receivables debtor|SU
5|供应链中核心企业|core firm of a supply chain|SU
9|其他|other|SU
= 1056|特殊事件类型|special event type
11|信用卡因调整账单日本月不出单|no card bill this month because the billing day was changed|SU
12|已注销信用卡账户重启|closed card account restarted|SU
21|转出|transferred out|U
= 1057|授信协议状态|credit agreement status
1|有效|valid|SU
2|到期/失效|expired or void|SU
= 1058|借贷业务大类|credit business group
1|贷款|loan|S
2|信用卡|credit card|S
3|证券类融资|securities financing|S
4|融资租赁|financial leasing|S
5|资产处置|asset disposal|S
6|垫款|advance payment|S
= company|企业借贷业务种类|business of a company (PD03AD02)
10|企业债|corporate bond|U
11|贷款|loan|U
12|贸易融资|trade finance|U
13|保理融资|factoring|U
14|融资租赁|financial leasing|U
15|证券类融资|securities financing|U
16|透支|overdraft|U
21|票据贴现|bill discount|U
31|黄金借贷|gold loan|U
41|垫款|advance|U
51|资产处置|asset disposal|U
"""
