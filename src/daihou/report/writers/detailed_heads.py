"""The heads of the detailed version's tables and its titles, in the printed order."""

from __future__ import annotations

from typing import Final

from daihou.report.words import AccountType

LOAN_HEAD: Final = (
    "管理机构 账户标识 开立日期 到期日期 借款金额 账户币种",
    "业务种类 担保方式 还款期数 还款频率 还款方式 共同借款标志",
)
CARD_HEAD: Final = ("发卡机构 账户标识 开立日期 账户授信额度 共享授信额度 币种 业务种类 担保方式",)
LOAN_STATE: Final = (
    "账户状态 五级分类 余额 剩余还款期数 本月应还款 应还款日 本月实还款 最近一次还款日期",
    "当前逾期期数 当前逾期总额 逾期31-60天未还本金 逾期61-90天未还本金"
    " 逾期91-180天未还本金 逾期180天以上未还本金",
)
HEADS: Final = {
    AccountType.COLLECTION: ("管理机构 业务种类 债权接收日期 债权金额 债权转移时的还款状态",),
    AccountType.NON_REVOLVING: LOAN_HEAD,
    AccountType.DRAWDOWN: LOAN_HEAD,
    AccountType.REVOLVING: (LOAN_HEAD[0].replace("借款金额", "账户授信额度"), LOAN_HEAD[1]),
    AccountType.CARD: CARD_HEAD,
    AccountType.QUASI_CARD: CARD_HEAD,
}
STATES: Final = {
    AccountType.COLLECTION: ("账户状态 账户关闭日期 余额 最近一次还款日期 最近一次还款金额",),
    AccountType.NON_REVOLVING: LOAN_STATE,
    AccountType.DRAWDOWN: LOAN_STATE,
    AccountType.REVOLVING: LOAN_STATE,
    AccountType.CARD: (
        "账户状态 余额 已用额度 未出单的大额专项分期余额 剩余分期期数"
        " 最近6个月平均使用额度 最大使用额度",
        "账单日 本月应还款 本月实还款 最近一次还款日期 当前逾期期数 当前逾期总额",
    ),
    AccountType.QUASI_CARD: (
        "账户状态 透支余额 最近6个月平均透支余额 最大透支余额 透支180天以上未付余额",
        "账单日 本月实还款 最近一次还款日期",
    ),
}
ENDED: Final = ("账户状态 账户关闭日期 余额 最近一次还款日期",)
MOVED: Final = ("账户状态 账户关闭日期 转出月份 余额 最近一次还款日期",)
LIABILITY: Final = (
    "管理机构 业务种类 开立日期 到期日期 责任人类型 还款责任金额 币种 保证合同编号",
)
AGREEMENT: Final = (
    "管理机构 授信协议标识 生效日期 到期日期 授信额度用途",
    "授信额度 授信限额 授信限额编号 已用额度 币种",
)
TITLES: Final = {
    "special_transactions": "特殊交易信息",
    "special_events": "特殊事件说明",
    "large_instalments": "大额专项分期信息",
    "annotations": "标注及声明信息",
}
ORDINALS: Final = "一二三四五六七八九十"
