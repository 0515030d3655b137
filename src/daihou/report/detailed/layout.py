"""What the detailed personal version prints: headings, labels of its tables, how a cell is read.

Source: layouts described by public parsers and code books of the second generation, grade C; no
genuine copy was seen.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from daihou.report.fields import PUBLIC_FIELDS, PUBLIC_HEADINGS, Unit
from daihou.report.words import AccountType, PublicKind, Section


class Column(NamedTuple):
    """One labelled value: the model's field and how its cell is read.

    ``kind`` is ``text``, ``day``, ``month``, ``yuan``, ``count``, ``currency``, ``state`` or
    ``code:`` with the number of a dictionary.
    """

    field: str
    kind: str = "text"


class Block(NamedTuple):
    """A heading's tables: labels of its one record, and labels of lists by their name."""

    base: dict[str, Column]
    lists: dict[str, dict[str, Column]]


def _columns(text: str) -> dict[str, Column]:
    """Return columns from ``label field kind`` triples, one a line; a kind left out is text."""
    columns: dict[str, Column] = {}
    for line in text.strip().splitlines():
        label, *rest = line.split()
        columns[label] = Column(*rest)
    return columns


def _block(base: str = "", **lists: str) -> Block:
    return Block(_columns(base), {name: _columns(text) for name, text in lists.items()})


_NOTES: Final = """
标注及声明类型 code code:1041
标注或声明内容 text
添加日期 on day
"""
_ACCOUNT: Final = _block(
    """
管理机构 institution
发卡机构 institution
账户标识 account_mark
开立日期 opened_on day
债权接收日期 opened_on day
到期日期 due_on day
借款金额 amount yuan
债权金额 amount yuan
账户授信额度 limit yuan
共享授信额度 shared_limit yuan
账户币种 currency currency
币种 currency currency
业务种类 type
担保方式 guarantee_code code:1026
还款期数 terms count
还款频率 repayment_frequency_code code:1025
还款方式 repayment_method_code code:1024
共同借款标志 joint_code code:1028
债权转移时的还款状态 transfer_state_code code:1029
账户状态 state_code state
五级分类 class_code code:1035
账户关闭日期 closed_on day
转出月份 transferred_in month
余额 balance yuan
透支余额 balance yuan
已用额度 used yuan
未出单的大额专项分期余额 unbilled_instalments yuan
剩余还款期数 terms_left count
剩余分期期数 terms_left count
应还款日 settlement_on day
账单日 settlement_on day
本月应还款 due_this_month yuan
本月实还款 paid_this_month yuan
最近一次还款日期 last_paid_on day
最近一次还款金额 last_paid yuan
当前逾期期数 terms_overdue count
当前逾期总额 overdue_amount yuan
逾期31-60天未还本金 overdue_31_60 yuan
逾期61-90天未还本金 overdue_61_90 yuan
逾期91-180天未还本金 overdue_91_180 yuan
逾期180天以上未还本金 overdue_over_180 yuan
透支180天以上未付余额 overdraft_over_180 yuan
最近6个月平均使用额度 used_average_6m yuan
最近6个月平均透支余额 used_average_6m yuan
最大使用额度 used_max yuan
最大透支余额 used_max yuan
""",
    special_transactions="""
特殊交易类型 code code:1040
发生日期 on day
变更月数 months_changed count
发生金额 amount yuan
明细记录 detail
""",
    special_events="""
特殊事件发生月份 month month
特殊事件类型 code code:1056
""",
    large_instalments="""
大额专项分期额度 limit yuan
分期额度生效日期 from_on day
分期额度到期日期 to_on day
已用分期金额 used yuan
""",
    annotations=_NOTES,
)
_LIABILITY: Final = _block(
    """
管理机构 institution
业务种类 type
开立日期 opened_on day
到期日期 due_on day
责任人类型 role
还款责任金额 amount yuan
币种 currency currency
保证合同编号 contract_no
余额 balance yuan
五级分类 class_code code:1035
逾期月数 months_overdue count
还款状态 state_symbol
""",
    annotations=_NOTES,
)
_LOANS_SUM: Final = """
管理机构数 institutions count
账户数 accounts count
授信总额 limit yuan
余额 balance yuan
最近6个月平均应还款 monthly_due_6m yuan
"""
_CARDS_SUM: Final = """
发卡机构数 institutions count
账户数 accounts count
授信总额 limit yuan
单家机构最高授信额 limit_highest yuan
单家机构最低授信额 limit_lowest yuan
已用额度 used yuan
透支余额 used yuan
最近6个月平均使用额度 used_6m yuan
最近6个月平均透支余额 used_6m yuan
"""
_UNITS: Final = {Unit.TEXT: "text", Unit.CODE: "text", Unit.WHEN: "when", Unit.YUAN: "yuan"}


def _public(kind: PublicKind) -> Block:
    number = {"编号": Column("no", "count")}
    columns = {f.zh: Column(f.name, _UNITS[f.unit]) for f in PUBLIC_FIELDS[kind]}
    return Block({}, {"records": number | columns, "annotations": number | _columns(_NOTES)})


ACCOUNT_HEADINGS: Final = MappingProxyType(
    {
        "被追偿信息": (Section.RECOVERIES, AccountType.COLLECTION),
        "非循环贷账户": (Section.NON_REVOLVING, AccountType.NON_REVOLVING),
        "循环额度下分账户": (Section.REVOLVING_DRAWDOWNS, AccountType.DRAWDOWN),
        "循环贷账户": (Section.REVOLVING, AccountType.REVOLVING),
        "贷记卡账户": (Section.CARDS, AccountType.CARD),
        "准贷记卡账户": (Section.QUASI_CARDS, AccountType.QUASI_CARD),
    }
)
"""Headings of accounts, in the printed order."""

STATE_TABLES: Final = MappingProxyType(
    {
        AccountType.NON_REVOLVING: "1030",
        AccountType.REVOLVING: "1031",
        AccountType.CARD: "1032",
        AccountType.QUASI_CARD: "1032",
        AccountType.DRAWDOWN: "1033",
        AccountType.COLLECTION: "1034",
    }
)
"""The dictionary of an account's state, by its type."""

LIABILITY_HEADINGS: Final = MappingProxyType({"为个人": ("1", "1023"), "为企业": ("2", "company")})
"""Headings of liabilities: kind of the debtor, and the dictionary of the business."""

SUMS: Final = MappingProxyType(
    {
        "信贷交易信息提示": "prompt",
        "被追偿信息汇总": "recovered",
        "呆账信息汇总": "bad_debt",
        "逾期（透支）信息汇总": "overdue",
        "非循环贷账户信息汇总": "non_revolving",
        "循环额度下分账户信息汇总": "drawdowns",
        "循环贷账户信息汇总": "revolving",
        "贷记卡账户信息汇总": "credit_cards",
        "准贷记卡账户信息汇总": "quasi_cards",
        "相关还款责任信息汇总": "liabilities",
        "后付费业务欠费信息汇总": "post_paid",
        "公共信息汇总": "public",
        "查询记录概要": "inquiries",
    }
)
"""Headings of the overview, with the first part of the names in ``Report.summary``."""

COUNTED: Final = MappingProxyType(
    {"overdue": "types", "liabilities": "kinds", "post_paid": "kinds", "public": "kinds"}
)
"""Sums whose heading says in brackets how many rows there are."""

BLOCKS: Final = MappingProxyType(
    {
        "报告头": _block(
            """
被查询者姓名 name
被查询者证件类型 id_type
被查询者证件号码 id_no
查询机构 inquirer
查询原因 reason
防欺诈警示标志 flag code:3006
防欺诈警示联系电话 phone
防欺诈警示生效日期 from_on day
防欺诈警示截止日期 to_on day
异议标注数目 disputes count
""",
            other_ids="证件类型 id_type\n证件号码 id_no",
        ),
        "身份信息": _block(
            """
性别 sex
出生日期 born_on day
婚姻状况 marital
学历 education
学位 degree
就业状况 employment
国籍 nationality
电子邮箱 email
通讯地址 mailing_address
户籍地址 registered_address
""",
            phones="编号 no count\n手机号码 number\n信息更新日期 updated_on day",
        ),
        "配偶信息": _block(
            "姓名 name\n证件类型 id_type\n证件号码 id_no\n工作单位 employer\n联系电话 phone"
        ),
        "居住信息": _block(
            residences="""
编号 no count
居住地址 address
住宅电话 phone
居住状况 status
信息更新日期 updated_on day
"""
        ),
        "职业信息": _block(
            occupations="""
编号 no count
就业状况 employment
工作单位 employer
单位性质 employer_kind
单位地址 address
单位电话 phone
职业 occupation
行业 industry
职务 duty
职称 title
进入本单位年份 since_year count
信息更新日期 updated_on day
"""
        ),
        "信贷交易信息提示": _block(
            "业务类型数量 kinds count\n账户数合计 accounts count",
            rows="""
业务类型 key code:1003
业务大类 group code:1004
账户数 accounts count
首笔业务发放月份 first_month month
""",
        ),
        "被追偿信息汇总": _block(
            "业务类型数量 kinds count\n账户数合计 accounts count\n余额合计 balance yuan",
            rows="业务类型 key code:1016\n账户数 accounts count\n余额 balance yuan",
        ),
        "呆账信息汇总": _block("账户数 accounts count\n余额 balance yuan"),
        "逾期（透支）信息汇总": _block(
            rows="""
账户类型 key code:1017
账户数 accounts count
月份数 months count
单月最高逾期/透支总额 amount_highest yuan
最长逾期/透支月数 months_longest count
"""
        ),
        "非循环贷账户信息汇总": _block(_LOANS_SUM),
        "循环额度下分账户信息汇总": _block(_LOANS_SUM),
        "循环贷账户信息汇总": _block(_LOANS_SUM),
        "贷记卡账户信息汇总": _block(_CARDS_SUM),
        "准贷记卡账户信息汇总": _block(_CARDS_SUM),
        "相关还款责任信息汇总": _block(
            rows="""
借款人身份类别 key code:3004
还款责任类型 key2 code:1019
账户数 accounts count
还款责任金额 amount yuan
余额 balance yuan
"""
        ),
        "后付费业务欠费信息汇总": _block(
            rows="后付费业务类型 key code:1055\n欠费账户数 accounts count\n欠费金额 arrears yuan"
        ),
        "公共信息汇总": _block(
            rows="公共信息类型 key code:1020\n记录数 records count\n涉及金额 amount yuan"
        ),
        "查询记录概要": _block(
            """
上一次查询日期 last_on day
上一次查询机构 last_institution
上一次查询原因 last_reason code:1054
最近1个月内贷款审批查询机构数 loan_institutions_1m count
最近1个月内信用卡审批查询机构数 card_institutions_1m count
最近1个月内贷款审批查询次数 loan_1m count
最近1个月内信用卡审批查询次数 card_1m count
最近1个月内本人查询次数 own_1m count
最近2年内贷后管理查询次数 post_loan_24m count
最近2年内担保资格审查查询次数 guarantee_24m count
最近2年内特约商户实名审查查询次数 merchant_24m count
"""
        ),
        **dict.fromkeys(ACCOUNT_HEADINGS, _ACCOUNT),
        **dict.fromkeys(LIABILITY_HEADINGS, _LIABILITY),
        "授信协议信息": _block(
            """
管理机构 institution
授信协议标识 agreement_no
生效日期 from_on day
到期日期 to_on day
授信额度用途 use_code code:1042
授信额度 limit yuan
授信限额 cap yuan
授信限额编号 cap_no
已用额度 used yuan
币种 currency currency
""",
            annotations=_NOTES,
        ),
        "后付费记录": _block(
            """
机构名称 institution
业务类型 kind
业务开通日期 opened_on day
当前缴费状态 state
当前欠费金额 arrears yuan
记账年月 month month
最近24个月缴费记录 history
""",
            annotations=_NOTES,
        ),
        **{heading: _public(kind) for heading, kind in PUBLIC_HEADINGS.items()},
        "本人声明及异议标注": _block(
            annotations=f"编号 no count\n标注对象 about\n{_NOTES}".replace("\n\n", "\n")
        ),
        "查询记录": _block(
            inquiries="编号 no count\n查询日期 on day\n查询机构 institution\n查询原因 reason"
        ),
        "报告说明": _block(),
    }
)
"""The tables under each heading."""

TWO_LEVELS: Final = MappingProxyType(
    {
        "最近1个月内的查询机构数": ("最近1个月内", "查询机构数"),
        "最近1个月内的查询次数": ("最近1个月内", "查询次数"),
        "最近2年内的查询次数": ("最近2年内", "查询次数"),
    }
)
"""Labels that span several columns, with what they add before and after the labels below."""

ALIASES: Final = MappingProxyType(
    {
        "相关还款责任信息（为个人）": "为个人",
        "相关还款责任信息（为企业）": "为企业",
        "有相关还款责任的个人借款": "为个人",
        "有相关还款责任的企业借款": "为企业",
        "后付费业务": "后付费记录",
        "本人声明": "本人声明及异议标注",
        "异议标注": "本人声明及异议标注",
        "住房公积金": "住房公积金参缴记录",
        "查询记录汇总": "查询记录概要",
    }
)
"""Other spellings of headings."""

FURNITURE: Final = frozenset(
    {
        "个人信用报告",
        "（本人版）",
        "（个人版）",
        "个人基本信息",
        "信息概要",
        "信贷交易违约信息概要",
        "信贷交易授信及负债信息概要",
        "非信贷交易信息概要",
        "公共信息概要",
        "信贷交易信息明细",
        "相关还款责任信息",
        "非信贷交易信息明细",
        "公共信息明细",
        "基本信息",
        "最新表现信息",
        "特殊交易信息",
        "特殊事件说明",
        "大额专项分期信息",
        "标注及声明信息",
        "其他证件信息",
        "防欺诈警示",
        "异议信息提示",
        "上一次查询记录",
    }
)
"""Headings that only group others."""
