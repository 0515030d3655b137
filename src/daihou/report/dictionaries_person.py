"""Code tables of person, public records and inquiries, as lines that ``dictionaries`` reads."""

from __future__ import annotations

from typing import Final

PERSON: Final = """\
= 1002|性别|sex
0|未知|unknown|SU
1|男|male|SU
2|女|female|SU
9|未说明|not stated|SU
= 1005|学历|education level
10|研究生|postgraduate|SU|研究生及以上
20|本科|bachelor|SU|大学本科
30|大专|junior college|SU|大学专科
40|中专、职高、技校|secondary vocational or technical|SU
60|高中|senior high school|SU
90|其他|other|SU
91|初中及以下|junior high or below|SU
99|未知|unknown|SU
= 1006|学位|academic degree
0|其他|other|SU
1|名誉博士|honorary doctor|SU
2|博士|doctor|SU
3|硕士|master|SU
4|学士|bachelor|SU
5|无|none|SU
9|未知|unknown|SU
= 1007|就业状况|employment status
11|国家公务员|civil servant|SU
13|专业技术人员|professional or technical staff|SU
17|职员|office staff|SU
21|企业管理人员|enterprise manager|SU
24|工人|worker|SU
27|农民|farmer|SU
31|学生|student|SU
37|现役军人|active serviceman|SU
51|自由职业者|freelancer|SU
54|个体经营者|self-employed trader|SU
70|无业人员|unemployed|SU
80|退（离）休人员|retired|SU
90|其他|other|SU
91|在职|employed|SU
99|未知|unknown|SU
= 1008|婚姻状况|marital status
10|未婚|unmarried|SU
20|已婚|married|SU
30|丧偶|widowed|SU
40|离婚|divorced|SU
91|单身|single|SU
99|未知|unknown|SU
21|初婚|first marriage|U
22|再婚|remarried|U
23|复婚|remarried to the former spouse|U
90|未说明|not stated|U
= 1009|居住状况|residence status
11|自有|owned|SU
12|借住|lodging|SU
1|自置|own purchase|SU
2|按揭|mortgaged|SU
3|亲属楼宇|relative home|SU
4|集体宿舍|dormitory|SU
5|租房|rented|SU
6|共有住宅|co-owned|SU
7|其他|other|SU
9|未知|unknown|SU
= 1010|单位性质|employer nature
10|机关、事业单位|government or public institution|SU
20|国有企业|state-owned enterprise|SU
30|外资企业|foreign-invested enterprise|SU
40|个体、私营企业|individual or private enterprise|SU
50|其他|other|SU|其他（三资等）
99|未知|unknown|SU
= 1011|行业|industry
9|未知|unknown|S
A|农、林、牧、渔业|agriculture, forestry, husbandry, fishing|S
B|采矿业|mining|S
C|制造业|manufacturing|S
D|电力、热力、燃气及水生产和供应业|electricity, heat, gas and water supply|S
E|建筑业|construction|S
F|批发和零售业|wholesale and retail|S
G|交通运输、仓储和邮储业|transport, storage and post|S
H|住宿和餐饮业|hotels and catering|S
I|信息传输、软件和信息技术服务业|information and software services|S
J|金融业|finance|S
K|房地产业|real estate|S
L|租赁和商务服务业|leasing and business services|S
M|科学研究和技术服务业|research and technical services|S
N|水利、环境和公共设施管理业|water, environment, public facilities|S
O|居民服务、修理和其他服务业|household, repair and other services|S
P|教育|education|S
Q|卫生和社会工作|health and social work|S
R|文化、体育和娱乐业|culture, sports, entertainment|S
S|公共管理、社会保障和社会组织|public administration, social security|S
T|国际组织|international organisations|S
= 1012|职业|occupation
0|国家机关、党群组织、企业、事业单位负责人|head of an organisation|SU
1|专业技术人员|professional or technical staff|SU
3|办事人员和有关人员|office staff|SU
4|商业、服务业人员|commerce and services|SU
5|农、林、牧、渔、水利业生产人员|farming, forestry, fishing|SU
6|生产、运输设备操作人员及有关人员|production and transport|SU|生产、运输设备操作人员
X|军人|soldier|SU
Y|不便分类的其他从业人员|other occupation|SU
Z|未知|unknown|SU
= 1013|职务|position
1|高级领导|senior leader|SU
2|中级领导|middle leader|SU
3|一般员工|ordinary employee|SU
4|其他|other|SU
9|未知|unknown|SU
= 1014|职称|professional title
0|无|none|SU
1|高级|senior|SU
2|中级|middle|SU
3|初级|junior|SU
9|未知|unknown|SU
= 1015|数字解读说明（影响因素）|score reason code
00|无影响因素|no factor|S
01|存在逾期还款记录|has overdue records|S
02|存在展期记录|has loan-extension records|S
03|当前债务相对较多|current debt relatively high|S
04|当前信用卡债务笔数相对较多|many credit-card debts now|S
05|当前债务笔数相对较多|many debts now|S
06|当前信用卡额度使用率相对较高|credit-card utilisation relatively high now|S
07|信用历史较短|credit history short|S
08|信用卡历史较短|credit-card history short|S
09|近期新增债务笔数较多|many new debts recently|S
10|近期硬查询次数较多|many hard inquiries recently|S
11|近期没有信用活动|no recent credit activity|S
12|信用活动相对较为单一|credit activity not varied|S
13|近期信用卡信息相对不足|not enough recent credit-card information|S
14|近期贷款信息相对不足|not enough recent loan information|S
15|近期信用信息相对不足|not enough recent credit information|S
16|债务种类相对不够丰富|debt kinds not varied|S
91|无信贷记录|no credit record (no score)|S
92|信用历史小于 3 个月|credit history under 3 months (no score)|S
93|缺少近两年的信贷信息|no credit information in the last two years (no score)|S
99|其他|other|S
= 1020|公共信息类型|public information type
1|欠税信息|tax arrears|SU|欠税
2|民事判决信息|civil judgment|SU|民事判决
3|强制执行信息|enforcement|SU|强制执行
4|行政处罚信息|administrative penalty|SU|行政处罚
= 1021|机构类型|institution type
11|商业银行|commercial bank|SU
12|村镇银行|village or township bank|SU
14|住房储蓄银行|housing savings bank|SU
15|外资银行|foreign bank|SU
16|财务公司|finance company of a group|SU
21|信托公司|trust company|SU
22|融资租赁公司|financial leasing company|SU
23|汽车金融公司|auto finance company|SU
24|消费金融公司|consumer finance company|SU
25|贷款公司|lending company|SU
26|金融资产管理公司|financial asset management company|SU
31|证券公司|securities company|SU
41|保险公司|insurance company|SU
51|小额贷款公司|micro-loan company|SU
52|公积金管理中心|housing fund centre|SU
53|融资担保公司|financing guarantee company|SU
99|其他机构|other|SU
54|保理公司|factoring company|U
= 1041|标注及声明类型|annotation or statement type
1|异议标注|dispute annotation|SU
2|特殊标注|special annotation|SU
3|本人声明|statement by the person|SU
4|机构说明|institution note|SU
5|征信中心说明|credit reference centre note|SU
= 1045|电信缴费业务类型|telecom service type
0|其他业务|other|SU
1|固定电话|fixed telephone|SU
2|移动电话|mobile telephone|SU
3|互联网接入|internet access|SU
4|数据专线及集群业务|data lines and trunking|SU
5|卫星业务|satellite|SU
6|组合业务|combined|SU
= 1046|当前缴费状态|current telecom payment status
0|欠费|in arrears|SU|正常
1|正常|normal|SU|欠费
= 1047|民事判决结案方式|civil-judgment closing form
1|判决|judgment|SU
2|调解|mediation|SU
3|其他|other|SU
= 1048|强制执行结案方式|enforcement closing form
001|不予执行|not enforced|SU
002|自动履行|performed voluntarily|SU
003|和解履行完毕|settlement performed|SU
004|执行完毕|enforcement completed|SU
005|终结执行|enforcement terminated|SU
006|提级执行|raised to a higher court|SU
007|指定执行|assigned to another court|SU
255|其他|other|SU
= 1049|公积金缴费状态|housing-fund payment status
1|缴交|paying|SU
2|封存|sealed|SU
3|销户|closed|SU
= 1050|低保救助人员类别|welfare recipient type
1|在职职工|employed worker|SU
2|离岗|off post|SU
3|失业|unemployed|SU
4|离退休人员|retired|SU
5|三无人员|without support, income or ability to work|SU
6|居民|resident|SU
7|学生|student|SU
= 1051|执业资格等级|qualification grade
1|国家级机构或行业协会颁发的执业资格证书|national|SU|国家级
2|省市级机构或行业协会颁发的执业资格证书|provincial|SU|省市级机构或行业协会颁发
3|地市级机构或行业协会颁发的执业资格证书|prefectural|SU|地市级机构或行业协会颁发
4|独立行业协会或制订行业标准的企业颁发的执业资格证书|independent issuer|SU
5|其他机构颁发的执业资格证书|other issuer|SU|其他机构颁发
= 1052|标注对象类型|annotation object type
1|报告|report|SU
2|数据块|data block|SU
= 1053|标注对象标识|annotation object id
1|报告|report|SU
201|身份信息|identity|SU
202|婚姻信息|marriage|SU
203|居住信息|residence|SU
204|职业信息|occupation|SU
= 1054|查询原因|inquiry reason
01|贷后管理|post-loan management|SU
02|贷款审批|loan approval|SU
03|信用卡审批|credit-card approval|SU
08|担保资格审查|guarantor qualification review|SU
09|司法调查|judicial investigation|SU
16|公积金提取复核查询|housing-fund withdrawal review|SU
18|股指期货开户|stock-index futures account opening|SU
19|特约商户实名审查|merchant real-name review|SU
20|保前审查|pre-guarantee review|SU
21|保后管理|post-guarantee management|SU
22|法人代表、负责人、高管等资信审查|review of legal representative, head or senior manager|SU
23|客户准入资格审查|customer admission review|SU
24|融资审批|financing approval|SU
25|资信审查|credit-standing review|SU
26|额度审批|credit-line approval|SU
05|异议核查|dispute check|U
= 1055|后付费业务类型|post-paid business type
1|电信业务|telecom|SU
2|水费等公用事业|water and other utilities|U
= 1059|后付费账户类型|post-paid account type
TE|电信缴费账户|telecom payment account|SU
UE|公用事业缴费账户|utility payment account|U
= 1060|24个月缴费记录符号|telecom 24-month payment symbol
#|未知|unknown|S
*|服务已开通但本月不需缴费|in service, nothing to pay this month|S
0|欠费超过宽限期不足 1 个月|arrears under a month past the grace period|S
1|欠费超过宽限期 1 个月不足 2 个月|arrears 1 to 2 months past the grace period|S
2|欠费超过宽限期 2 个月不足 3 个月|arrears 2 to 3 months past the grace period|S
3|欠费超过宽限期 3 个月不足 4 个月|arrears 3 to 4 months past the grace period|S
4|欠费超过宽限期 4 个月不足 5 个月|arrears 4 to 5 months past the grace period|S
5|欠费超过宽限期 5 个月不足 6 个月|arrears 5 to 6 months past the grace period|S
6|欠费超过宽限期 6 个月以上|arrears over 6 months past the grace period|S
C|销户|account closed|S
G|结束|ended|S
N|正常|normal|S
= 3004|身份类别|party kind
1|自然人|natural person|SU
2|组织机构|organisation|SU
= 3005|证件类型|identity document type
0|身份证|identity card|S
10|身份证|identity card|SU|居民身份证
1|户口簿|household register|SU
20|军人身份证件|armed forces card|SU
2|护照|passport|SU
3|军官证|officer card|SU
4|士兵证|soldier card|SU
5|港澳居民来往内地通行证|mainland travel permit for Hong Kong and Macao residents|SU
6|台湾同胞来往内地通行证|mainland travel permit for Taiwan residents|SU
7|临时身份证|temporary identity card|SU
8|外国人居留证|residence permit for foreigners|SU
9|警官证|police card|SU
A|香港身份证|Hong Kong identity card|SU
B|澳门身份证|Macao identity card|SU
C|台湾身份证|Taiwan identity card|SU
X|其他证件|other document|SU
= 3006|是否|yes or no
0|否|no|S
1|是|yes|S
"""
