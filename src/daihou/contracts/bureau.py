"""What comes back from the credit bureau, and what was asked: facts that operations hand over.

Every figure of a bureau report is about other lenders: the book's own accounts and looks are left
out before counting. Null is what the report does not tell; zero is a told zero. A bad thing that
is told counts even where other records or months are missing: it is then at least so much.
"""

from __future__ import annotations

from typing import Final

from daihou.contracts.columns import count, day, enum, id_, money
from daihou.contracts.shape import Column, Contract, Kind, Privacy

ORDER_OUTCOMES: Final = (
    "planned", "approved", "sending", "sent", "answered", "no_record", "failed", "unknown",
    "cancelled",
)  # fmt: skip
STOP_KINDS: Final = ("closed", "dispute", "death", "consent_withdrawn", "other")
FROM_OPERATIONS: Final = ("inquiry", "inquiry_stop", "bureau_report")
"""Facts that operations hand over, not the lender's core."""
_UNTOLD = "the report does not tell"
_UNPROVED = "nothing bad is told, and some records or months are missing"

INQUIRY: Final = Contract(
    "inquiry", "贷后查询", "one state of one order to ask the bureau, from recorded_on",
    ("inquiry_id", "recorded_on"),
    (
        id_("inquiry_id", "key of the order: book, person, purpose, window"),
        day("recorded_on", "first day on which this state is true"),
        id_("customer_id", "whom it is about"),
        Column("purpose", Kind.TEXT, "code of the reason to ask; 01 is post-loan management"),
        Column("window", Kind.TEXT, "the window or trigger that the order belongs to"),
        Column("occasion", Kind.TEXT, "schedule, or the kind of trigger"),
        id_("trigger_id", "the trigger that asked for it", "asked under the schedule"),
        day("planned_on", "as_of of the night that planned it"),
        enum("outcome", ORDER_OUTCOMES, "where the order stands"),
        day("asked_on", "day on which it may have left a mark on the person's file",
            "nothing has left"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip

INQUIRY_STOP: Final = Contract(
    "inquiry_stop", "停止查询名单", "one state of one stop of inquiries, from recorded_on",
    ("stop_id", "recorded_on"),
    (
        id_("stop_id", "number of the stop"),
        day("recorded_on", "first day on which this state is true"),
        id_("customer_id", "about whom nothing may be asked"),
        enum("kind", STOP_KINDS, "why"),
        day("from_on", "first day on which nothing may be asked"),
        day("to_on", "first day on which it may be asked again", "stopped for good"),
    ),
    dated_by="recorded_on", latest_by_key=True,
)  # fmt: skip


def _n(name: str, meaning: str, unit: str = "count", most: int = 100_000) -> Column:
    return count(name, meaning, _UNTOLD, unit=unit, most=most)


def _m(name: str, meaning: str) -> Column:
    return money(name, meaning, _UNTOLD)


def _bad(name: str, meaning: str, unit: str = "count", most: int = 100_000) -> Column:
    """Return a count of bad things: where something is missing, at least so many."""
    return count(name, meaning, _UNPROVED, unit=unit, most=most)


def _owed(name: str, meaning: str) -> Column:
    return money(name, meaning, _UNPROVED)


BUREAU_REPORT: Final = Contract(
    "bureau_report", "征信报告指标", "one credit report of one customer, counted on report_on",
    ("report_id",),
    (
        id_("report_id", "sha256 of the report's bytes, first 32 digits"),
        id_("customer_id", "whose report"),
        id_("inquiry_id", "the order that it answers", "not asked for by an order"),
        day("received_on", "day on which the lender had it"),
        day("report_on", "day of the report; windows go back from it"),
        # applications
        _n("card_inquirers_1m", "legal persons that looked for a card application (03), 1 month"),
        _n("loan_inquiries_1m", "looks for a loan application (02), 1 month"),
        _n("hard_60d", "hard looks, 60 days"),
        _n("hard_3m", "hard looks, 3 months, institution and reason once a calendar month"),
        _n("hard_6m", "hard looks, 6 months"),
        _n("loan_inquiries_6m", "looks for a loan application (02), 6 months"),
        _n("loans_opened_6m", "loans and lines opened (D1, R1, R4), 6 months"),
        _n("card_inquiries_6m", "looks for a card application (03), 6 months"),
        _n("cards_opened_3m", "cards opened (R2), 3 months; a card in two currencies once"),
        _n("cards_opened_6m", "the same, 6 months"),
        _n("non_bank_opened_3m", "loans opened by consumer finance and small lenders, 3 months"),
        # leverage
        _m("card_limit_minor", "limits of open cards (R2), a shared limit once"),
        _m("card_used_minor", "used on open cards"),
        _m("card_used_average_minor", "average used of the last 6 months, open cards"),
        _n("cards_over_90", "limits of open cards used by 90 % or more, a shared one once"),
        _n("issuers_over_80", "issuers whose limits together are used by 80 % or more"),
        _n("card_issuers", "issuers with an open card"),
        _n("loan_lenders", "institutions with a loan that runs"),
        _m("debt_minor", "loan balances and card use together"),
        _m("loan_balance_minor", "balances of non-revolving and revolving loans (D1, R1, R4)"),
        _m("monthly_due_minor", "due this month on loans and cards that run"),
        _n("cards_paid_minimum", "cards that still owe, paid within 5 % of the amount due"),
        _n("loans_mostly_unpaid", "loans that run (D1, R4) with 80 % or more unpaid"),
        _m("guaranteed_minor", "balance of debts that the person answers for"),
        _n("guaranteed_overdue", "such debts that are overdue"),
        # overdue elsewhere
        _owed("overdue_minor", "overdue now, bad debts and recoveries apart"),
        _bad("overdue_worst", "worst status digit now, bad debts and recoveries apart", "digit", 7),
        _bad("overdue_accounts_3m", "accounts with a digit in 3 months"),
        _bad("months_overdue_24m", "months overdue of all accounts, 24 months"),
        _bad("longest_overdue_24m", "longest run of months overdue of one account, 24 months"),
        _bad("worst_24m", "worst status digit, 24 months", "digit", 7),
        _bad("cards_stopped", "cards frozen or stopped (state 2, 3) owing 300 yuan or more"),
        _bad("cards_stopped_small", "such cards owing less"),
        _bad("cards_stopped_by_bank", "cards stopped by the bank (state 31)"),
        _bad("bad_debts", "accounts in bad debt (呆账) or judicial recovery"),
        _bad("paid_by_others_24m", "months paid by a guarantor or with assets (D, Z), and special "
             "transactions that say so (2, 3), 24 months"),
        _bad("paid_by_others_12m", "the same, 12 months"),
        _bad("worst_class", "worst of the five classes of loans that run elsewhere, 1 to 5; 0 none "
             "is classified", "class", 5),
        _bad("recoveries", "accounts under recovery"),
        _owed("recovery_balance_minor", "owed on them"),
        _bad("ended_by_sale_24m", "accounts ended by sale or the like (G), 24 months"),
        _bad("relief_12m", "deferrals by the bank for relief (special transaction 16), 12 months"),
        _bad("extended_12m", "extensions (special transaction 1), 12 months"),
        _bad("reduced_12m", "reductions and instalment agreements (11, 14), 12 months"),
        _bad("telecom_arrears_months_24m", "months of arrears of the worst post-paid service, "
             "24 months"),
        # public records, identity, score
        _bad("enforcement_12m", "enforcement records, 12 months"),
        _bad("enforcement_24m", "enforcement records, 24 months"),
        _n("judgments", "civil judgments"),
        _owed("judgment_minor", "largest amount of one"),
        _n("tax_arrears", "records of tax arrears"),
        _n("penalties", "administrative penalties"),
        _n("fund_stopped_months", "months since the housing fund was last paid; 0 while it is "
           "paid, or there is none", "months"),
        _n("contact_changes_6m", "telephones, homes and employers told in 6 months beyond one of "
           "each"),
        Column("alert", Kind.BOOL, "a fraud alert in force or a dispute stands on the file",
               _UNTOLD, privacy=Privacy.PERSONAL),
        _n("score", "the bureau's score (数字解读)", "points", 10_000),
    ),
    dated_by="received_on",
)  # fmt: skip
