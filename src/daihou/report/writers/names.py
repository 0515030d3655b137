"""Plainly invented names, institutions and words from which invented people are made.

Codes and words are those of the public dictionaries (grade C); nobody and nothing here is real.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PEOPLE: Final = (
    "样某某",
    "样本甲",
    "样例乙",
    "示某",
    "某示例",
    "样本·某某",
    "样某",
    "欧阳样例",
)
SPECIMEN_IDS: Final = ("11010519491231002X", "440524188001010014")
"""The specimen of GB 11643 and one of a birth in 1880: nobody alive has either."""

_HEADS: Final = ("样例", "示例", "样本", "某某", "东海示范", "北岭样例", "甲乙示例")
_BANK_TAILS: Final = (
    "银行",
    "银行股份有限公司",
    "银行股份有限公司信用卡中心",
    "商业银行股份有限公司样本支行",
    "农村商业银行股份有限公司",
    "银行股份有限公司示范高新技术产业开发区支行",
    "网商银行（中国）股份有限公司",
)
_OTHERS: Final = (
    ("12", "村镇银行股份有限公司"),
    ("14", "住房储蓄银行有限责任公司"),
    ("15", "外资银行（中国）有限公司"),
    ("16", "集团财务有限责任公司"),
    ("21", "国际信托有限公司"),
    ("22", "融资租赁有限公司"),
    ("23", "汽车金融有限公司"),
    ("24", "消费金融股份有限公司"),
    ("25", "贷款有限责任公司"),
    ("26", "资产管理股份有限公司"),
    ("31", "证券股份有限公司"),
    ("41", "财产保险股份有限公司江北分公司"),
    ("51", "小额贷款有限公司"),
    ("52", "住房公积金管理中心"),
    ("53", "融资担保有限公司"),
    ("54", "商业保理有限公司"),
    ("99", "科技（集团）有限公司"),
)
INSTITUTIONS: Final = MappingProxyType(
    {"11": tuple(head + tail for head in _HEADS for tail in _BANK_TAILS)}
    | {code: tuple(head + tail for head in _HEADS) for code, tail in _OTHERS}
)
"""Invented institutions by the code of their type (dictionary 1021)."""

INSTITUTION_TYPES: Final = MappingProxyType(
    {
        "11": "商业银行",
        "12": "村镇银行",
        "14": "住房储蓄银行",
        "15": "外资银行",
        "16": "财务公司",
        "21": "信托公司",
        "22": "融资租赁公司",
        "23": "汽车金融公司",
        "24": "消费金融公司",
        "25": "贷款公司",
        "26": "金融资产管理公司",
        "31": "证券公司",
        "41": "保险公司",
        "51": "小额贷款公司",
        "52": "公积金管理中心",
        "53": "融资担保公司",
        "54": "保理公司",
        "99": "其他机构",
    }
)
BUSINESS: Final = MappingProxyType(
    {
        "11": "个人住房商业贷款",
        "12": "个人商用房（含商住两用）贷款",
        "13": "个人住房公积金贷款",
        "21": "个人汽车消费贷款",
        "31": "个人助学贷款",
        "32": "国家助学贷款",
        "33": "商业助学贷款",
        "41": "个人经营性贷款",
        "51": "农户贷款",
        "52": "经营性农户贷款",
        "53": "消费性农户贷款",
        "61": "约定购回式证券交易",
        "62": "股票质押式回购交易",
        "63": "融资融券业务",
        "64": "其他证券类融资",
        "71": "准贷记卡",
        "81": "贷记卡",
        "82": "大额专项分期卡",
        "91": "其他个人消费贷款",
        "92": "融资租赁业务",
        "99": "其他贷款",
        "A1": "资产处置",
        "B1": "代偿债务",
    }
)
"""Kinds of business by code (dictionary 1023 of credit business)."""

HOUSING: Final = frozenset({"11", "12", "13"})
OTHER_BUSINESS: Final = frozenset({"61", "62", "63", "64", "92"})
"""Kinds under 其他业务 of the short version: securities finance and leasing (grade M)."""

LENDER_OF: Final = MappingProxyType(
    {
        "13": ("52",),
        "21": ("23", "11"),
        "61": ("31",),
        "62": ("31",),
        "63": ("31",),
        "64": ("31",),
        "91": ("11", "24", "51", "25", "21"),
        "92": ("22",),
        "99": ("11", "12", "16", "54", "99"),
        "A1": ("26", "99"),
        "B1": ("53", "41"),
        "11": ("11", "14", "15"),
        "51": ("12", "11"),
    }
)
"""Types of institution that make each kind of business; others are banks."""

CURRENCIES: Final = ("USD", "HKD", "EUR", "JPY", "GBP", "AUD", "CAD", "SGD", "CHF")
EMPLOYMENT: Final = (
    "国家公务员",
    "专业技术人员",
    "职员",
    "企业管理人员",
    "工人",
    "农民",
    "学生",
    "现役军人",
    "自由职业者",
    "个体经营者",
    "无业人员",
    "退（离）休人员",
    "在职",
)
MARITAL: Final = ("未婚", "已婚", "丧偶", "离婚", "单身")
EDUCATION: Final = ("研究生", "本科", "大专", "中专、职高、技校", "高中", "初中及以下")
DEGREE: Final = ("名誉博士", "博士", "硕士", "学士", "无")
RESIDENCE: Final = ("自有", "借住", "自置", "按揭", "亲属楼宇", "集体宿舍", "租房", "共有住宅")
EMPLOYER_KIND: Final = ("机关、事业单位", "国有企业", "外资企业", "个体、私营企业", "其他")
INDUSTRY: Final = (
    "制造业",
    "批发和零售业",
    "信息传输、软件和信息技术服务业",
    "金融业",
    "教育",
    "农、林、牧、渔业",
    "住宿和餐饮业",
    "卫生和社会工作",
)
OCCUPATION: Final = (
    "专业技术人员",
    "办事人员和有关人员",
    "商业、服务业人员",
    "军人",
    "农、林、牧、渔、水利业生产人员",
    "国家机关、党群组织、企业、事业单位负责人",
)
DUTY: Final = ("高级领导", "中级领导", "一般员工", "其他")
TITLE: Final = ("无", "高级", "中级", "初级")
OTHER_IDS: Final = ("护照", "户口簿", "军官证", "港澳居民来往内地通行证", "临时身份证")
TELECOM: Final = (
    "其他业务",
    "固定电话",
    "移动电话",
    "互联网接入",
    "数据专线及集群业务",
    "卫星业务",
    "组合业务",
)
ROLES: Final = MappingProxyType(
    {
        "1": "共同借款人",
        "2": "保证人",
        "3": "票据承兑人",
        "4": "应收账款债务人",
        "5": "供应链中核心企业",
        "9": "其他",
    }
)
SPECIAL_TRANSACTIONS: Final = MappingProxyType(
    {
        "1": "展期",
        "2": "担保人（第三方）代偿",
        "3": "以资抵债",
        "4": "提前还款",
        "5": "提前结清",
        "6": "强制平仓，未结清",
        "7": "强制平仓，已结清",
        "8": "司法追偿",
        "9": "其他",
        "11": "债务减免",
        "12": "资产剥离",
        "13": "资产转让",
        "14": "信用卡个性化分期",
        "16": "银行主动延期",
        "17": "强制平仓",
    }
)
ANNOTATIONS: Final = MappingProxyType(
    {
        "1": "信息主体对本条信息提出异议",
        "2": "该信息主体的样例标注",
        "3": "本人声明：该笔逾期因样例原因产生，现已还清",
        "4": "机构说明：样例系统升级，数据延迟报送",
        "5": "征信中心说明：本报告为样例",
    }
)
