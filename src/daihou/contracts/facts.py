"""What a lender hands over: the dated facts that a night reads."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from daihou.contracts import vocabulary as words
from daihou.contracts.shape import Column, Contract, Kind, Privacy
from daihou.kernel import MINOR_DIGITS, AssetClass, Product

FIRST_DAY, LAST_DAY = "1980-01-01", "2100-12-31"
LARGEST_MINOR = 10**13
"""A hundred billion units: more is a wrong unit, not a loan, and sums of it stay in 64 bits."""


def _id(name: str, meaning: str, null_means: str | None = None) -> Column:
    return Column(name, Kind.ID, meaning, null_means)


def _day(name: str, meaning: str, null_means: str | None = None) -> Column:
    return Column(
        name, Kind.DATE, meaning, null_means, "date", at_least=FIRST_DAY, at_most=LAST_DAY
    )


def _money(name: str, meaning: str, null_means: str | None = None, *, least: int = 0) -> Column:
    return Column(
        name, Kind.MINOR, meaning, null_means, "minor units", Privacy.PERSONAL,
        at_least=least, at_most=LARGEST_MINOR,
    )  # fmt: skip


def _enum(
    name: str, allowed: tuple[str, ...], meaning: str, null_means: str | None = None
) -> Column:
    return Column(name, Kind.ENUM, meaning, null_means, allowed=allowed)


_CURRENCY = _enum("currency", tuple(MINOR_DIGITS), "ISO 4217 code of every amount in the row")
_RECORDED = _day("recorded_on", "first day on which this row is true in the lender's books")
_PRODUCTS = tuple(product.value for product in Product)

CUSTOMER = Contract(
    "customer", "客户", "one state of one customer, from recorded_on",
    ("customer_id", "recorded_on"),
    (
        _id("customer_id", "the lender's number of the person or firm"),
        _RECORDED,
        _enum("kind", ("person", "business"), "natural person or firm"),
        Column("retail", Kind.BOOL, "classified per loan by days past due (零售资产); false: by "
               "debtor (2023 rule, arts. 7 to 9)"),
        _CURRENCY,
        Column("name", Kind.TEXT, "full name", "not handed over", privacy=Privacy.IDENTIFYING),
        Column("id_no", Kind.TEXT, "identity document number", "not handed over",
               privacy=Privacy.IDENTIFYING),
        Column("phone", Kind.TEXT, "mobile phone", "not handed over", privacy=Privacy.IDENTIFYING),
        Column("born_on", Kind.DATE, "date of birth", "unknown", "date", Privacy.PERSONAL,
               at_least="1880-01-01", at_most=LAST_DAY),
        _money("monthly_income_minor", "proven monthly income", "unknown"),
        Column("offers_opt_out", Kind.BOOL, "asked not to get offers (个人信息保护法 art. 24)",
               "not asked: no offer is made"),
        _money("all_bank_debt_minor", "debts at all banks (non-retail rule of 20 %)", "unknown"),
        _money("all_bank_overdue_90_minor", "of these, overdue more than 90 days", "unknown"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

ACCOUNT = Contract(
    "account", "账户", "one state of one account, from recorded_on", ("account_id", "recorded_on"),
    (
        _id("account_id", "the lender's number of the loan, line drawing or card account"),
        _RECORDED,
        _id("customer_id", "who owes"),
        _enum("product", _PRODUCTS, "kind of lending"),
        _CURRENCY,
        _day("opened_on", "day of payout, or of opening a card"),
        _day("matures_on", "last contractual day", "no maturity (card, open-ended line)"),
        _day("closed_on", "day on which the account was closed, all paid", "not closed"),
        _day("written_off_on", "day of write-off (核销)", "not written off"),
        _money("amount_minor", "principal paid out", "not a loan (card)"),
        Column("rate_bp", Kind.BP, "contract rate a year", "unknown", "basis points", at_least=0,
               at_most=1_000_000),
        _enum("guarantee_kind", words.GUARANTEE_KINDS, "how the debt is secured", "unknown"),
        Column("declared_use", Kind.TEXT, "use agreed in the contract", "unknown"),
        _day("use_proof_on", "day on which proof of use was filed", "no proof filed yet"),
        _id("line_id", "the credit line it draws on", "draws on no line"),
        Column("branch", Kind.TEXT, "managing branch", "unknown"),
        _day("taken_on_on", "day from which instalments and payments are handed over, when later "
             "than opened_on", "whole history handed over"),
        _money("taken_on_balance_minor", "principal owed at the end of the day before taken_on_on",
               "whole history handed over"),
    ),
    dated_by="recorded_on", latest_by_key=True,
    row_rules=(
        ("Q101", "closed_on IS NULL OR closed_on >= opened_on", "closed before it was opened"),
        ("Q102", "matures_on IS NULL OR matures_on >= opened_on", "matures before it was opened"),
        ("Q103", "(taken_on_on IS NULL) = (taken_on_balance_minor IS NULL)",
         "taken_on_on and taken_on_balance_minor go together"),
    ),
)  # fmt: skip

CREDIT_LINE = Contract(
    "credit_line", "授信额度", "one state of one credit line, from recorded_on",
    ("line_id", "recorded_on"),
    (
        _id("line_id", "the lender's number of the credit agreement"),
        _RECORDED,
        _id("customer_id", "who may draw"),
        _CURRENCY,
        _enum("kind", words.LINE_KINDS, "revolving, card or one-off"),
        _money("limit_minor", "credit limit"),
        _day("opened_on", "first day on which it may be drawn"),
        _day("expires_on", "last day on which it may be drawn", "no end"),
        _day("cancelled_on", "day of cancellation", "not cancelled"),
        _day("frozen_on", "day of a freeze in force", "not frozen"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

INSTALMENT = Contract(
    "instalment", "应还计划", "one instalment of one account's schedule",
    ("account_id", "instalment_no"),
    (
        _id("account_id", "the account"),
        Column("instalment_no", Kind.INT, "number in the account, never used twice", unit="count",
               at_least=0, at_most=100_000),
        _day("due_on", "contractual due day, before any holiday rule"),
        _money("principal_minor", "principal part"),
        _money("interest_minor", "interest part"),
        _money("fee_minor", "fee part"),
        _day("agreed_on", "first day on which this instalment is in force, when the schedule was "
             "made anew after opening", "in force since opening"),
        _day("cancelled_on", "day on which it was taken out of the schedule (deferral, new "
             "schedule)", "in force"),
    ),
    dated_by="agreed_on",
    row_rules=(
        ("Q111", "principal_minor + interest_minor + fee_minor > 0", "nothing is due"),
    ),
)  # fmt: skip

PAYMENT = Contract(
    "payment", "还款", "one movement of money that settles dues", ("payment_id",),
    (
        _id("payment_id", "the lender's number of the movement"),
        _id("account_id", "the account it was paid to"),
        _day("paid_on", "value day: the day from which it counts; for a reversal, the value day of "
             "the payment that it takes back"),
        _day("booked_on", "day on which it entered the books; later than paid_on for a back-dated "
             "payment or a reversal", "the same as paid_on"),
        _enum("kind", words.PAYMENT_KINDS, "payment, reversal of a payment, or recovery after "
              "write-off or from collateral"),
        _money("amount_minor", "amount moved, always positive", least=1),
        _money("principal_minor", "part that the lender's books put to principal",
               "split by the agreed order"),
        _enum("payer_relation", words.PAYER_RELATIONS, "who paid (还款来源)", "unknown"),
        _enum("channel", words.PAYMENT_CHANNELS, "how it was paid", "unknown"),
    ),
    dated_by="booked_on",
    row_rules=(
        ("Q121", "booked_on IS NULL OR booked_on >= paid_on", "booked before its value day"),
        ("Q122", "principal_minor IS NULL OR principal_minor <= amount_minor",
         "more principal than money"),
    ),
)  # fmt: skip

LEDGER_BALANCE = Contract(
    "ledger_balance", "账面余额", "one account's principal in the lender's ledger at a day's end",
    ("account_id", "balance_on"),
    (
        _id("account_id", "the account"),
        _day("balance_on", "the day"),
        _money("balance_minor", "principal owed at the end of the day; negative when overpaid",
               least=-LARGEST_MINOR),
    ),
    dated_by="balance_on",
)  # fmt: skip

CARD_STATEMENT = Contract(
    "card_statement", "账单", "one statement of one card account", ("account_id", "statement_on"),
    (
        _id("account_id", "the card account"),
        _day("statement_on", "statement day (账单日)"),
        _day("due_on", "last day to pay (到期还款日)"),
        _money("balance_minor", "amount owed by the statement; negative when overpaid",
               least=-LARGEST_MINOR),
        _money("minimum_due_minor", "minimum payment newly asked for by this statement, without "
               "what earlier statements left unpaid", "unknown: reported_dpd is used"),
        _money("cash_minor", "cash advances in the period", "unknown"),
        _money("purchases_minor", "purchases in the period", "unknown"),
        Column("reported_dpd", Kind.INT, "days past due on statement day by the lender's own count",
               "not handed over", "days", at_least=0, at_most=20_000),
    ),
    dated_by="statement_on",
    row_rules=(
        ("Q131", "due_on >= statement_on", "due before the statement"),
        ("Q132", "minimum_due_minor IS NOT NULL OR reported_dpd IS NOT NULL",
         "neither a minimum due nor a reported count of days"),
    ),
)  # fmt: skip

TRANSACTION = Contract(
    "transaction", "交易流水", "one movement of the customer's money that the lender sees",
    ("transaction_id",),
    (
        _id("transaction_id", "the lender's number of the movement"),
        _id("customer_id", "whose money"),
        _id("account_id", "the loan or card account it belongs to", "a deposit account"),
        _day("booked_on", "day of booking"),
        Column("hour", Kind.INT, "local hour of the day", "unknown", "hour", at_least=0,
               at_most=23),
        _enum("direction", ("in", "out"), "to or from the customer"),
        _money("amount_minor", "amount moved", least=1),
        _enum("counterparty_kind", words.COUNTERPARTY_KINDS, "who is on the other side"),
        _id("counterparty_id", "number of the other side", "unknown"),
        _enum("category", words.TRANSACTION_CATEGORIES, "what it was for"),
    ),
    dated_by="booked_on",
)  # fmt: skip

GUARANTEE = Contract(
    "guarantee", "保证", "one state of one guarantee, from recorded_on",
    ("guarantee_id", "recorded_on"),
    (
        _id("guarantee_id", "the lender's number"),
        _RECORDED,
        _id("account_id", "the account it secures"),
        _id("guarantor_id", "customer number of the guarantor"),
        _money("amount_minor", "amount guaranteed"),
        _day("starts_on", "first day"),
        _day("ends_on", "last day", "until the debt is paid"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

COLLATERAL = Contract(
    "collateral", "押品", "one state of one piece of collateral, from recorded_on",
    ("collateral_id", "recorded_on"),
    (
        _id("collateral_id", "the lender's number"),
        _RECORDED,
        _id("account_id", "the account it secures"),
        _enum("kind", words.COLLATERAL_KINDS, "what it is"),
        _money("first_value_minor", "value when it was taken"),
        _money("value_minor", "value now"),
        _day("valued_on", "day of the value now"),
        _day("insured_until_on", "last day of insurance", "insurance not needed"),
        _day("papers_due_on", "day by which title papers were due", "papers complete"),
        _day("seized_on", "day of seizure or freeze by others", "not seized"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

CONSENT = Contract(
    "consent", "授权", "one state of one written consent, from recorded_on",
    ("consent_id", "recorded_on"),
    (
        _id("consent_id", "the lender's number"),
        _RECORDED,
        _id("customer_id", "who consents"),
        _day("signed_on", "day of signature"),
        _day("ends_on", "last day", "until all business has ended"),
        _day("withdrawn_on", "day of withdrawal (个人信息保护法 art. 15)", "not withdrawn"),
        Column("purposes", Kind.TEXT, "consent content codes 001–010, comma between; 004 is "
               "post-loan management"),
        Column("text_version", Kind.TEXT, "version of the text that was shown", "unknown"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

RESTRUCTURING = Contract(
    "restructuring", "重组", "one change of a contract in the debtor's favour",
    ("restructuring_id",),
    (
        _id("restructuring_id", "the lender's number"),
        _id("account_id", "the account"),
        _day("changed_on", "day of the change"),
        _day("first_due_on", "first repayment day after the change: the observation starts here"),
        _enum("kind", words.RESTRUCTURING_KINDS, "what was changed"),
        Column("for_difficulty", Kind.BOOL, "because of financial difficulty: only then it is a "
               "restructured asset"),
        _enum("class_before", tuple(c.value for c in AssetClass), "class just before the change",
              "taken from the days past due on that day"),
    ),
    dated_by="changed_on",
)  # fmt: skip

EXTERNAL_EVENT = Contract(
    "external_event", "外部事件", "one thing that happened to a customer or account",
    ("event_id",),
    (
        _id("event_id", "the lender's number"),
        _id("customer_id", "whom it concerns"),
        _id("account_id", "which account, if only one", "all of the customer"),
        _enum("kind", tuple(words.EVENT_KINDS), "what happened"),
        _day("happened_on", "day on which it happened"),
        _day("known_on", "day on which the lender knew"),
        _money("amount_minor", "amount, if the event has one", "no amount or unknown"),
        Column("value_bp", Kind.BP, "size, if the event has one", "no size or unknown",
               "basis points", at_least=-1_000_000, at_most=1_000_000),
    ),
    dated_by="known_on",
    row_rules=(("Q141", "known_on >= happened_on", "known before it happened"),),
)  # fmt: skip

FACTS: Final = MappingProxyType(
    {
        contract.name: contract
        for contract in (
            CUSTOMER, ACCOUNT, CREDIT_LINE, INSTALMENT, PAYMENT, LEDGER_BALANCE, CARD_STATEMENT,
            TRANSACTION, GUARANTEE, COLLATERAL, CONSENT, RESTRUCTURING, EXTERNAL_EVENT,
        )
    }
)  # fmt: skip
"""Every fact table, in the order in which a lender would best land them."""
