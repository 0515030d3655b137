"""What a lender hands over: the dated facts that a night reads."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from daihou.contracts import vocabulary as words
from daihou.contracts.bureau import BUREAU_REPORT, INQUIRY, INQUIRY_STOP
from daihou.contracts.columns import LARGEST_MINOR, LAST_DAY, day, enum, id_, money
from daihou.contracts.shape import Column, Contract, Kind, Privacy
from daihou.kernel import MINOR_DIGITS, AssetClass, Product

_CURRENCY = enum("currency", tuple(MINOR_DIGITS), "ISO 4217 code of every amount in the row")
_RECORDED = day("recorded_on", "first day on which this row is true in the lender's books")
_PRODUCTS = tuple(product.value for product in Product)

CUSTOMER = Contract(
    "customer", "客户", "one state of one customer, from recorded_on",
    ("customer_id", "recorded_on"),
    (
        id_("customer_id", "the lender's number of the person or firm"),
        _RECORDED,
        enum("kind", ("person", "business"), "natural person or firm"),
        Column("retail", Kind.BOOL, "classified per loan by days past due (零售资产); false: by "
               "debtor (2023 rule, arts. 7 to 9)"),
        _CURRENCY,
        Column("name", Kind.TEXT, "full name", "not handed over", privacy=Privacy.IDENTIFYING),
        Column("id_no", Kind.TEXT, "identity document number", "not handed over",
               privacy=Privacy.IDENTIFYING),
        Column("phone", Kind.TEXT, "mobile phone", "not handed over", privacy=Privacy.IDENTIFYING),
        Column("born_on", Kind.DATE, "date of birth", "unknown", "date", Privacy.PERSONAL,
               at_least="1880-01-01", at_most=LAST_DAY),
        money("monthly_income_minor", "proven monthly income", "unknown"),
        Column("offers_opt_out", Kind.BOOL, "asked not to get offers (个人信息保护法 art. 24)",
               "not asked: no offer is made"),
        money("all_bank_debt_minor", "debts at all banks (non-retail rule of 20 %)", "unknown"),
        money("all_bank_overdue_90_minor", "of these, overdue more than 90 days", "unknown"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

ACCOUNT = Contract(
    "account", "账户", "one state of one account, from recorded_on", ("account_id", "recorded_on"),
    (
        id_("account_id", "the lender's number of the loan, line drawing or card account"),
        _RECORDED,
        id_("customer_id", "who owes"),
        enum("product", _PRODUCTS, "kind of lending"),
        _CURRENCY,
        day("opened_on", "day of payout, or of opening a card"),
        day("matures_on", "last contractual day", "no maturity (card, open-ended line)"),
        day("closed_on", "day on which the account was closed, all paid", "not closed"),
        day("written_off_on", "day of write-off (核销)", "not written off"),
        money("amount_minor", "principal paid out", "not a loan (card)"),
        Column("rate_bp", Kind.BP, "contract rate a year", "unknown", "basis points", at_least=0,
               at_most=1_000_000),
        enum("guarantee_kind", words.GUARANTEE_KINDS, "how the debt is secured", "unknown"),
        Column("declared_use", Kind.TEXT, "use agreed in the contract", "unknown"),
        day("use_proof_on", "day on which proof of use was filed", "no proof filed yet"),
        id_("line_id", "the credit line it draws on", "draws on no line"),
        Column("branch", Kind.TEXT, "managing branch", "unknown"),
        day("taken_on_on", "day from which instalments and payments are handed over, when later "
            "than opened_on", "whole history handed over"),
        money("taken_on_balance_minor", "principal owed at the end of the day before taken_on_on",
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
        id_("line_id", "the lender's number of the credit agreement"),
        _RECORDED,
        id_("customer_id", "who may draw"),
        _CURRENCY,
        enum("kind", words.LINE_KINDS, "revolving, card or one-off"),
        money("limit_minor", "credit limit"),
        day("opened_on", "first day on which it may be drawn"),
        day("expires_on", "last day on which it may be drawn", "no end"),
        day("cancelled_on", "day of cancellation", "not cancelled"),
        day("frozen_on", "day of a freeze in force", "not frozen"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

INSTALMENT = Contract(
    "instalment", "应还计划", "one instalment of one account's schedule",
    ("account_id", "instalment_no"),
    (
        id_("account_id", "the account"),
        Column("instalment_no", Kind.INT, "number in the account, never used twice", unit="count",
               at_least=0, at_most=100_000),
        day("due_on", "contractual due day, before any holiday rule"),
        money("principal_minor", "principal part"),
        money("interest_minor", "interest part"),
        money("fee_minor", "fee part"),
        day("agreed_on", "first day on which this instalment is in force, when the schedule was "
            "made anew after opening", "in force since opening"),
        day("cancelled_on", "day on which it was taken out of the schedule (deferral, new "
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
        id_("payment_id", "the lender's number of the movement"),
        id_("account_id", "the account it was paid to"),
        day("paid_on", "value day: the day from which it counts; for a reversal, the value day of "
            "the payment that it takes back"),
        day("booked_on", "day on which it entered the books; later than paid_on for a back-dated "
            "payment or a reversal", "the same as paid_on"),
        enum("kind", words.PAYMENT_KINDS, "payment, reversal of a payment, or recovery after "
             "write-off or from collateral"),
        money("amount_minor", "amount moved, always positive", least=1),
        money("principal_minor", "part that the lender's books put to principal",
              "split by the agreed order"),
        enum("payer_relation", words.PAYER_RELATIONS, "who paid (还款来源)", "unknown"),
        enum("channel", words.PAYMENT_CHANNELS, "how it was paid", "unknown"),
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
        id_("account_id", "the account"),
        day("balance_on", "the day"),
        money("balance_minor", "principal owed at the end of the day; negative when overpaid",
              least=-LARGEST_MINOR),
    ),
    dated_by="balance_on",
)  # fmt: skip

CARD_STATEMENT = Contract(
    "card_statement", "账单", "one statement of one card account", ("account_id", "statement_on"),
    (
        id_("account_id", "the card account"),
        day("statement_on", "statement day (账单日)"),
        day("due_on", "last day to pay (到期还款日)"),
        money("balance_minor", "amount owed by the statement; negative when overpaid",
              least=-LARGEST_MINOR),
        money("minimum_due_minor", "minimum payment newly asked for by this statement, without "
              "what earlier statements left unpaid", "unknown: reported_dpd is used"),
        money("cash_minor", "cash advances in the period", "unknown"),
        money("purchases_minor", "purchases in the period", "unknown"),
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
        id_("transaction_id", "the lender's number of the movement"),
        id_("customer_id", "whose money"),
        id_("account_id", "the loan or card account it belongs to", "a deposit account"),
        day("booked_on", "day of booking"),
        Column("hour", Kind.INT, "local hour of the day", "unknown", "hour", at_least=0,
               at_most=23),
        enum("direction", ("in", "out"), "to or from the customer"),
        money("amount_minor", "amount moved", least=1),
        enum("counterparty_kind", words.COUNTERPARTY_KINDS, "who is on the other side"),
        id_("counterparty_id", "number of the other side", "unknown"),
        enum("category", words.TRANSACTION_CATEGORIES, "what it was for"),
    ),
    dated_by="booked_on",
)  # fmt: skip

GUARANTEE = Contract(
    "guarantee", "保证", "one state of one guarantee, from recorded_on",
    ("guarantee_id", "recorded_on"),
    (
        id_("guarantee_id", "the lender's number"),
        _RECORDED,
        id_("account_id", "the account it secures"),
        id_("guarantor_id", "customer number of the guarantor"),
        money("amount_minor", "amount guaranteed"),
        day("starts_on", "first day"),
        day("ends_on", "last day", "until the debt is paid"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

COLLATERAL = Contract(
    "collateral", "押品", "one state of one piece of collateral, from recorded_on",
    ("collateral_id", "recorded_on"),
    (
        id_("collateral_id", "the lender's number"),
        _RECORDED,
        id_("account_id", "the account it secures"),
        enum("kind", words.COLLATERAL_KINDS, "what it is"),
        money("first_value_minor", "value when it was taken"),
        money("value_minor", "value now"),
        day("valued_on", "day of the value now"),
        day("insured_until_on", "last day of insurance", "insurance not needed"),
        day("papers_due_on", "day by which title papers were due", "papers complete"),
        day("seized_on", "day of seizure or freeze by others", "not seized"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

CONSENT = Contract(
    "consent", "授权", "one state of one written consent, from recorded_on",
    ("consent_id", "recorded_on"),
    (
        id_("consent_id", "the lender's number"),
        _RECORDED,
        id_("customer_id", "who consents"),
        day("signed_on", "day of signature"),
        day("ends_on", "last day", "until all business has ended"),
        day("withdrawn_on", "day of withdrawal (个人信息保护法 art. 15)", "not withdrawn"),
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
        id_("restructuring_id", "the lender's number"),
        id_("account_id", "the account"),
        day("changed_on", "day of the change"),
        day("first_due_on", "first repayment day after the change: the observation starts here"),
        enum("kind", words.RESTRUCTURING_KINDS, "what was changed"),
        Column("for_difficulty", Kind.BOOL, "because of financial difficulty: only then it is a "
               "restructured asset"),
        enum("class_before", tuple(c.value for c in AssetClass), "class just before the change",
             "taken from the days past due on that day"),
    ),
    dated_by="changed_on",
)  # fmt: skip

EXTERNAL_EVENT = Contract(
    "external_event", "外部事件", "one thing that happened to a customer or account",
    ("event_id",),
    (
        id_("event_id", "the lender's number"),
        id_("customer_id", "whom it concerns"),
        id_("account_id", "which account, if only one", "all of the customer"),
        enum("kind", tuple(words.EVENT_KINDS), "what happened"),
        day("happened_on", "day on which it happened"),
        day("known_on", "day on which the lender knew"),
        money("amount_minor", "amount, if the event has one", "no amount or unknown"),
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
            TRANSACTION, GUARANTEE, COLLATERAL, CONSENT, RESTRUCTURING, EXTERNAL_EVENT, INQUIRY,
            INQUIRY_STOP, BUREAU_REPORT,
        )
    }
)  # fmt: skip
"""Every fact table, in the order in which a lender would best land them."""
