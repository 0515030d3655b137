"""What a rule may read of an account or a customer: every field with type, unit and both names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from daihou.contracts import Kind
from daihou.contracts.vocabulary import GUARANTEE_KINDS
from daihou.kernel import AssetClass, Bucket, Product, SubjectKind


@dataclass(frozen=True, slots=True)
class Field:
    """One readable fact: ``ordered`` enums may be compared, worst last; others only matched."""

    name: str
    kind: Kind
    zh: str
    en: str
    allowed: tuple[str, ...] = ()
    ordered: bool = False
    at_least: int | None = None
    at_most: int | None = None

    @property
    def comparable(self) -> bool:
        """Tell whether lt, le, gt and ge mean something on this field."""
        return self.ordered or self.kind in {Kind.INT, Kind.MINOR, Kind.BP, Kind.DATE}


def _minor(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.MINOR, zh, en)


def _count(name: str, zh: str, en: str, at_most: int | None = None) -> Field:
    return Field(name, Kind.INT, zh, en, at_least=0, at_most=at_most)


def _day(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.DATE, zh, en)


def _text(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.TEXT, zh, en)


_CLASSES = tuple(c.value for c in AssetClass)

_ACCOUNT: Final = (
    Field("product", Kind.ENUM, "产品", "product", tuple(p.value for p in Product)),
    _text("currency", "币种", "currency"),
    Field("retail", Kind.BOOL, "零售资产", "retail asset"),
    Field("customer_kind", Kind.ENUM, "客户类型", "kind of customer", ("person", "business")),
    Field("guarantee_kind", Kind.ENUM, "担保方式", "guarantee kind", GUARANTEE_KINDS),
    _text("declared_use", "约定用途", "agreed use"),
    _text("line_id", "授信额度编号", "credit line number"),
    _minor("amount_minor", "放款金额", "principal paid out"),
    Field("rate_bp", Kind.BP, "年利率", "contract rate a year"),
    _minor("balance_minor", "余额", "balance"),
    _minor("limit_minor", "授信额度", "credit limit"),
    Field("utilisation_bp", Kind.BP, "额度使用率", "utilisation"),
    _minor("overdue_minor", "逾期金额", "amount overdue"),
    _count("dpd", "逾期天数", "days past due"),
    Field("dpd_basis", Kind.ENUM, "逾期天数来源", "basis of days past due",
          ("allocated", "reported")),
    Field("bucket", Kind.ENUM, "逾期期数", "bucket", tuple(b.value for b in Bucket), ordered=True),
    _count("months_on_book", "账龄（月）", "months on book"),
    _count("months_to_maturity", "剩余期限（月）", "months to maturity"),
    _count("instalments_due", "应还期数", "instalments due so far"),
    _count("instalments_missed", "未还清期数", "instalments missed"),
    _count("late_times_6m", "近6个月逾期次数", "times late in 6 months"),
    _count("periods_since_current", "恢复正常后已还期数", "periods since arrears were cleared"),
    _minor("paid_3m_minor", "近3个月还款", "paid in the last 3 months"),
    _minor("paid_prev_6m_minor", "此前6个月还款", "paid in the 6 months before"),
    _day("opened_on", "开户日", "day opened"),
    _day("matures_on", "到期日", "maturity day"),
    _day("written_off_on", "核销日", "day of write-off"),
    _day("next_due_on", "下一应还日", "next due day"),
    _day("last_paid_on", "最近还款日", "day of the last payment"),
    _day("first_due_unpaid_on", "首期未还应还日", "first due day, while it stands unpaid"),
    _day("oldest_unpaid_on", "最早未还应还日", "oldest unpaid due day"),
    _day("npl_last_on", "最近一次逾期超90天之日", "last day over 90 days past due"),
    _day("current_since_on", "恢复正常之日", "day arrears were cleared"),
    _day("use_proof_on", "用途证明提交日", "day proof of use was filed"),
    Field("asset_class", Kind.ENUM, "五级分类", "asset class", _CLASSES, ordered=True),
    Field("stage", Kind.INT, "减值阶段", "IFRS 9 stage", at_least=1, at_most=3),
    _minor("ecl_minor", "预期信用损失", "expected credit loss"),
    _minor("provision_minor", "应提准备", "provision"),
)  # fmt: skip

_CUSTOMER: Final = (
    Field("kind", Kind.ENUM, "客户类型", "kind of customer", ("person", "business")),
    Field("retail", Kind.BOOL, "零售客户", "retail customer"),
    _text("currency", "币种", "currency"),
    Field("accounts", Kind.INT, "账户数", "accounts", at_least=1),
    _minor("balance_minor", "余额合计", "total balance"),
    _count("balances_unknown", "余额未知的账户数", "accounts with unknown balance"),
    _minor("overdue_minor", "逾期金额合计", "total amount overdue"),
    _count("dpd_max", "最长逾期天数", "largest days past due"),
    Field("worst_class", Kind.ENUM, "最差五级分类", "worst asset class", _CLASSES, ordered=True),
    Field("worst_stage", Kind.INT, "最差减值阶段", "worst IFRS 9 stage", at_least=1, at_most=3),
    _minor("ecl_minor", "预期信用损失合计", "total expected credit loss"),
    _count("months_on_book_max", "最长账龄（月）", "months on book of the oldest account"),
    _count("late_times_6m_max", "近6个月单户最多逾期次数",
           "most times late in 6 months on one account"),
    Field("offers_opt_out", Kind.BOOL, "拒绝营销", "asked not to get offers"),
)  # fmt: skip

FIELDS: Final[Mapping[SubjectKind, Mapping[str, Field]]] = MappingProxyType(
    {
        SubjectKind.ACCOUNT: MappingProxyType({f.name: f for f in _ACCOUNT}),
        SubjectKind.CUSTOMER: MappingProxyType({f.name: f for f in _CUSTOMER}),
    }
)
"""Fields by subject: columns of the relations ``account_view`` and ``customer_view``."""
