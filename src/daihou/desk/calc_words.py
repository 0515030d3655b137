"""Words of the calculators' screens in Chinese and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from daihou.loanmath import Method
from daihou.loanmath.prepay import Keep
from daihou.loanmath.words import Severity, Standing

METHODS: Final = MappingProxyType({
    Method.EQUAL_PAYMENT: {"zh": "等额本息", "en": "equal payment"},
    Method.EQUAL_PRINCIPAL: {"zh": "等额本金", "en": "equal principal"},
    Method.INTEREST_FIRST: {"zh": "先息后本", "en": "interest first"},
    Method.BULLET: {"zh": "到期一次还本付息", "en": "all at the end"},
})  # fmt: skip
KEEP: Final = MappingProxyType({
    Keep.PAYMENT: {"zh": "月供不变、缩短期限", "en": "keep payment, shorten term"},
    Keep.TERM: {"zh": "期限不变、减少月供", "en": "keep term, lower payment"},
})  # fmt: skip
SEVERITY: Final = MappingProxyType({
    Severity.STOP: {"zh": "停", "en": "STOP"},
    Severity.WARN: {"zh": "警", "en": "WARN"},
    Severity.ASK: {"zh": "问", "en": "ASK"},
})  # fmt: skip
STANDING: Final = MappingProxyType({
    Standing.BELOW: {"zh": "未超过", "en": "not above"},
    Standing.DEPENDS: {"zh": "看是否按复利算", "en": "only if compounded"},
    Standing.OVER: {"zh": "高于", "en": "above"},
    Standing.UNKNOWN: {"zh": "不能判断", "en": "cannot tell"},
})  # fmt: skip

_PAIRS: Final = MappingProxyType({
    "method": ("还款方式", "method"),
    "rate": ("年利率", "yearly rate"),
    "first": ("首期还款", "first payment"),
    "last": ("末期还款", "last payment"),
    "interest": ("利息合计", "all interest"),
    "total": ("还款合计", "all payments"),
    "no": ("期", "no."),
    "due_on": ("还款日", "due on"),
    "payment": ("还款额", "payment"),
    "principal": ("本金", "principal"),
    "interest_part": ("利息", "interest"),
    "balance": ("剩余本金", "balance"),
    "grouped": ("每行一年；逐期显示加 --all", "a year a line; --all shows every period"),
    "repaid": ("提前还款", "repaid early"),
    "accrued": ("上次还款日至当日的利息", "interest since the last due day"),
    "balance_after": ("还后剩余本金", "balance after"),
    "payment_after": ("还后每期还款", "payment after"),
    "periods_after": ("剩余期数（还后/不还）", "periods left (with / without)"),
    "interest_without": ("不提前还，今后利息", "interest still to come without"),
    "interest_with": ("提前还后，今后利息", "interest still to come with"),
    "saved": ("省下利息", "interest saved"),
    "penalty": ("违约金", "penalty"),
    "income_lost": ("这笔钱少赚的收益", "income lost on the money"),
    "net": ("净收益（到原到期日）", "net benefit (at the planned end)"),
    "net_now": ("净收益（折到还款当日）", "net benefit (worth on that day)"),
    "after": ("已还期数", "instalments paid"),
    "interest_paid": ("已付利息", "interest paid so far"),
    "prepay_note": (
        "利息按实际占用的本金和时间计（民法典第677条，合同另有约定的除外）；违约金、最低金额、次数看合同。",
        "Interest goes by principal and time really used (Civil Code art. 677, unless the contract "
        "says otherwise); see the contract for penalty, least amount and how often.",
    ),
    "fees": ("手续费合计", "all fees"),
    "fees_paid": ("已付手续费", "fees paid"),
    "fees_due": ("提前还仍要付的手续费", "fees still due after early repayment"),
    "fee_saved": ("合同约定手续费停收，提前还能省。", "The contract stops the fee: it saves that."),
    "fee_not_saved": (
        "手续费照收：提前还清省不下钱。除非合同写明停收。",
        "The fee is due all the same: early repayment saves nothing, unless the contract stops it.",
    ),
    "nominal": ("真实年化利率（单利）", "true yearly rate (simple)"),
    "effective": ("真实年化利率（复利）", "true yearly rate (compounded)"),
    "received": ("实际到手", "really received"),
    "paid": ("总共要还", "paid back in all"),
    "cost": ("总成本", "cost in all"),
    "rate_note": (
        "单利＝每期内部收益率×每年期数；复利＝(1＋每期)^每年期数－1。比较贷款用同一种算法。",
        "Simple is the internal rate of a period times periods a year; compounded adds it each "
        "period. Compare loans by the same one.",
    ),
    "counted": ("算法", "counted by"),
    "from_on": ("起", "from"),
    "change": ("月供变化", "payment moves"),
    "reprice_note": (
        "重定价日落在一期中间时，该期利息按新旧利率分段计，下一期起重算月供；各行做法不同，以合同为准。",
        "In the period of a repricing, interest goes by days at each rate and the payment is new "
        "from the next; lenders differ, the contract decides.",
    ),
    "line": ("参考线", "reference line"),
    "limit": ("上限", "limit"),
    "before": ("现在", "before"),
    "after_loan": ("加上新贷款", "with the loan"),
    "stressed": ("利率上升时", "under stress"),
    "room": ("每月余量", "room a month"),
    "grade": ("依据", "grade"),
    "stressed_payment": ("利率上升后还款额", "payment under stress"),
    "largest": ("不超线的最大金额", "largest amount within the lines"),
    "afford_note": (
        "这两条线约束银行发放住房贷款；其他贷款只作参考。依据等级 M＝凭记忆，未读到原文。",
        "The lines bind banks when they lend for a home; for other loans they are a yardstick. "
        "Grade M is memory: the text was not read.",
    ),
    "standing": ("真实年化", "true rate is"),
    "unknown": ("需要 --lpr", "needs --lpr"),
    "no_flags": ("没有发现提示信号；这不等于安全。", "No warning sign found; that is not safety."),
    "offer_note": (
        "提示信号不是结论。等级：L 法律原文 B 主管部门 C 计算或代码 N 新闻 W 网页 M 记忆。",
        "A sign is no verdict. Grades: L law text, B authority, C code, N news, W web, M memory.",
    ),
})  # fmt: skip
WORDS: Final = MappingProxyType({
    lang: {name: pair[place] for name, pair in _PAIRS.items()}
    for place, lang in enumerate(("zh", "en"))
})  # fmt: skip
"""Every word of the screens by language and name."""
