"""What a night publishes: states, signals, decisions, problems."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from daihou.contracts.shape import Column, Contract, Kind, Privacy
from daihou.kernel import AssetClass, Bucket, Level, Product, SubjectKind, Treatment, Verdict


def _values(words: type) -> tuple[str, ...]:
    return tuple(word.value for word in words)  # type: ignore[attr-defined]


def _id(name: str, meaning: str, null_means: str | None = None) -> Column:
    return Column(name, Kind.ID, meaning, null_means)


def _money(name: str, meaning: str, null_means: str | None = None) -> Column:
    return Column(name, Kind.MINOR, meaning, null_means, "minor units", Privacy.PERSONAL)


def _int(name: str, meaning: str, unit: str, null_means: str | None = None) -> Column:
    return Column(name, Kind.INT, meaning, null_means, unit)


_BOOK = _id("book", "the book of business, one lender's portfolio under one configuration")
_AS_OF = Column("as_of", Kind.DATE, "the day at whose end the facts stand", unit="date")

ACCOUNT_DAY = Contract(
    "account_day", "账户日表", "one open or written-off account at the end of as_of",
    ("book", "as_of", "account_id"),
    (
        _BOOK,
        _AS_OF,
        _id("account_id", "the account"),
        _id("customer_id", "who owes"),
        Column("product", Kind.ENUM, "kind of lending", allowed=_values(Product)),
        Column("currency", Kind.TEXT, "ISO 4217 code of every amount in the row"),
        _money("balance_minor", "principal owed (card: statement balance less payments since)",
               "not computable from the facts"),
        _money("limit_minor", "limit of the line it draws on, zero once expired or cancelled",
               "draws on no line"),
        Column("utilisation_bp", Kind.BP, "balance of all accounts on the line / limit",
               "no line or limit zero", "basis points"),
        _money("overdue_minor", "dues past their (holiday-adjusted) due day and unpaid",
               "minimum due not handed over"),
        _int("dpd", "days past due: as_of less the oldest unpaid due day; 0 when nothing is "
             "overdue", "days", "no schedule and no reported count"),
        Column("dpd_basis", Kind.ENUM, "where dpd comes from: payments allocated to dues, or the "
               "lender's own count", "no schedule and no reported count",
               allowed=("allocated", "reported")),
        Column("bucket", Kind.ENUM, "M0 to M7 by dpd", "dpd unknown", allowed=_values(Bucket)),
        Column("status_24m", Kind.TEXT, "24 month-end symbols, oldest first, the last one for the "
               "month of as_of, in the bureau's symbols"),
        _int("months_on_book", "whole months since opened_on", "months"),
        _int("months_to_maturity", "whole months to matures_on, 0 when past", "months",
             "no maturity"),
        _int("instalments_due", "instalments due so far", "count"),
        _int("instalments_missed", "of these, not fully paid", "count"),
        Column("next_due_on", Kind.DATE, "next due day after as_of", "nothing more is due", "date"),
        Column("last_paid_on", Kind.DATE, "value day of the last payment known", "never paid",
               "date"),
        Column("asset_class", Kind.ENUM, "five-category class by the rule packs in force",
               "dpd unknown and no other rule binds", allowed=_values(AssetClass)),
        _id("class_rule", "the rule that set the class", "dpd unknown and no other rule binds"),
        _int("stage", "IFRS 9 stage 1 to 3", "stage", "class unknown"),
        _money("ecl_minor", "expected credit loss: 12 months in stage 1, lifetime in 2 and 3",
               "stage, balance or default rate unknown"),
        _money("provision_minor", "provision asked by the rule pack's ratios for the class",
               "class or balance unknown"),
        Column("unknown_signals", Kind.TEXT, "ids of signals that could not be computed, comma "
               "between; a signal neither here nor in signal_day is no_hit", "none"),
    ),
)  # fmt: skip

CUSTOMER_DAY = Contract(
    "customer_day", "客户日表", "one customer with an account in account_day",
    ("book", "as_of", "customer_id"),
    (
        _BOOK,
        _AS_OF,
        _id("customer_id", "the customer"),
        Column("currency", Kind.TEXT, "ISO 4217 code of every amount in the row"),
        _int("accounts", "accounts in account_day", "count"),
        _money("balance_minor", "sum of known balances"),
        _int("balances_unknown", "accounts whose balance is unknown", "count"),
        _money("overdue_minor", "sum of known arrears"),
        _int("dpd_max", "largest dpd", "days", "dpd unknown on every account"),
        Column("worst_class", Kind.ENUM, "worst class", "class unknown on every account",
               allowed=_values(AssetClass)),
        _int("worst_stage", "worst stage", "stage", "stage unknown on every account"),
        _money("ecl_minor", "sum of known expected losses"),
        Column("watch_level", Kind.ENUM, "level decided by the policy", "not on watch",
               allowed=_values(Level)),
        Column("unknown_signals", Kind.TEXT, "ids of customer signals that could not be computed",
               "none"),
    ),
)  # fmt: skip

SIGNAL_DAY = Contract(
    "signal_day", "信号日表", "one signal that hit one subject",
    ("book", "as_of", "subject_kind", "subject_id", "signal_id"),
    (
        _BOOK,
        _AS_OF,
        Column("subject_kind", Kind.ENUM, "account or customer", allowed=_values(SubjectKind)),
        _id("subject_id", "account_id or customer_id"),
        _id("signal_id", "id in the catalogue"),
        Column("verdict", Kind.ENUM, "hits are rows; see unknown_signals for unknown",
               allowed=_values(Verdict)),
        Column("level", Kind.ENUM, "yellow, orange, red", allowed=_values(Level)),
        _int("value", "the measured value, in the signal's unit", "see the signal"),
        Column("evidence", Kind.TEXT, "the facts behind it, name=value with ; between",
               privacy=Privacy.PERSONAL),
        _int("data_age_days", "age of the newest fact used", "days", "the fact has no day"),
    ),
)  # fmt: skip

DECISION_DAY = Contract(
    "decision_day", "决策日表", "one treatment decided for one subject under one policy arm",
    ("book", "as_of", "subject_kind", "subject_id", "treatment", "arm"),
    (
        _BOOK,
        _AS_OF,
        Column("subject_kind", Kind.ENUM, "account or customer", allowed=_values(SubjectKind)),
        _id("subject_id", "account_id or customer_id"),
        _id("customer_id", "the customer behind the subject"),
        Column("treatment", Kind.ENUM, "what is proposed", allowed=_values(Treatment)),
        Column("level", Kind.ENUM, "level of a watch or case", "the treatment has no level",
               allowed=_values(Level)),
        _money("amount_minor", "new limit of a cut, or amount of an offer", "no amount"),
        _id("rule_id", "the rule that fired first for this treatment"),
        _id("policy_version", "name@version+digest of the policy"),
        _id("arm", "champion, or the challenger that ran in shadow"),
        Column("reasons", Kind.TEXT, "reason codes, strongest first, ; between"),
        Column("needs_two", Kind.BOOL, "a second person must agree before it is carried out"),
    ),
)  # fmt: skip

CHECK_DAY = Contract(
    "check_day", "核对日表", "one problem found by the check-in of a night",
    ("book", "as_of", "code", "table_name", "row_key"),
    (
        _BOOK,
        _AS_OF,
        _id("code", "problem number"),
        _id("table_name", "fact table"),
        _id("row_key", "key of the row left out or doubted"),
        Column("severity", Kind.ENUM, "reject: the row was left out; warn: it was used",
               allowed=("reject", "warn")),
        Column("message", Kind.TEXT, "what is wrong with it"),
    ),
)  # fmt: skip

INQUIRY_ORDER = Contract(
    "inquiry_order", "查询指令", "one person whom it is time to ask the bureau about",
    ("book", "as_of", "customer_id"),
    (
        _BOOK,
        _AS_OF,
        _id("customer_id", "about whom"),
        _id("order_key", "the key under which the order enters operations at most once"),
        Column("status", Kind.ENUM, "ordered; waits: permitted, over a budget; refused: the gate"
               " says no", allowed=("ordered", "waits", "refused")),
        Column("purpose", Kind.TEXT, "reason to ask; 01 is post-loan management"),
        Column("window", Kind.TEXT, "calendar window of the schedule, or T: and the trigger"),
        Column("tier", Kind.TEXT, "tier of risk by the policy"),
        Column("occasion", Kind.TEXT, "schedule, or the kind of trigger"),
        _id("trigger_id", "the trigger", "asked under the schedule"),
        Column("refused_by", Kind.TEXT, "conditions that do not hold or are unknown, ; between",
               "permitted"),
        Column("proof", Kind.TEXT, "evidence of each condition, in order, ; between"),
        _money("exposure_minor", "money at stake: balances (an unknown one with the principal "
               "paid out), undrawn limits, guarantees given"),
        Column("last_report_on", Kind.DATE, "day of the newest report", "none yet", "date"),
        _int("risk_bp", "chance of trouble within a month, in basis points", "basis points"),
        _money("value_minor", "what asking is expected to be worth: risk, money, age"),
        _int("rank", "place by worth among those permitted, from 1", "place",
             "refused by the gate"),
    ),
)  # fmt: skip

RESULTS: Final = MappingProxyType(
    {
        contract.name: contract
        for contract in (
            ACCOUNT_DAY,
            CUSTOMER_DAY,
            SIGNAL_DAY,
            DECISION_DAY,
            CHECK_DAY,
            INQUIRY_ORDER,
        )
    }
)
"""Every result table, in the order in which a night makes them."""
