"""Closed lists of values that a lender's codes are translated into."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PAYMENT_KINDS: Final = ("payment", "reversal", "recovery")
PAYER_RELATIONS: Final = ("self", "family", "employer", "guarantor", "stranger", "lender_platform")
PAYMENT_CHANNELS: Final = ("auto_debit", "transfer", "cash", "offset", "other")
GUARANTEE_KINDS: Final = ("unsecured", "guaranteed", "mortgage", "pledge", "mixed")
LINE_KINDS: Final = ("revolving", "card", "one_off")
RESTRUCTURING_KINDS: Final = (
    "extension",
    "instalment_agreement",
    "refinancing",
    "reduction",
    "relief_deferral",
)
COLLATERAL_KINDS: Final = ("home", "commercial_property", "vehicle", "deposit", "goods", "other")
COUNTERPARTY_KINDS: Final = (
    "merchant",
    "person_self",
    "person_other",
    "employer",
    "securities",
    "futures",
    "wealth_product",
    "property_developer",
    "property_agent",
    "mortgage_account",
    "lender",
    "company_own",
    "company_other",
    "cash_machine",
    "tax_authority",
    "other",
)
TRANSACTION_CATEGORIES: Final = (
    "purchase",
    "cash_advance",
    "transfer",
    "salary",
    "sales_receipt",
    "loan_payout",
    "loan_repayment",
    "tax",
    "utilities",
    "refund",
    "fee",
    "other",
)

EVENT_KINDS: Final = MappingProxyType(
    {
        "auto_debit_failed": "an automatic debit was tried and failed (代扣失败)",
        "contact_failed": "an attempt to reach the borrower failed (失联)",
        "contact_reached": "the borrower was reached",
        "inspection_refused": "the borrower refused an inspection or papers (不配合贷后检查)",
        "job_changed": "the borrower changed work (工作变动)",
        "job_lost": "the borrower lost work (失业)",
        "income_down": "income fell; value_bp is the fall if known",
        "income_up": "income rose; value_bp is the rise if known",
        "assets_down": "family assets fell; value_bp is the fall if known",
        "health_down": "health got worse; value_bp 10000 marks a large change",
        "lawsuit_defendant": "sued as defendant (涉诉)",
        "enforced": "subject to court enforcement (被执行)",
        "dishonest_debtor": "on the list of dishonest debtors (失信被执行人)",
        "misuse_confirmed": "use of funds changed without consent, confirmed by an officer",
        "use_restored": "misuse put right, confirmed by an officer",
        "refinanced_by_debt": "repaid by new borrowing (借新还旧), confirmed by an officer",
        "evades_debt": "the debtor evades bank debt (逃废银行债务)",
        "bankruptcy": "bankruptcy filed or notified (破产)",
        "liquidation": "bankruptcy liquidation started (破产清算)",
        "fraud": "fraud discovered",
        "death": "the borrower died",
        "rating_cut": "external rating cut so that capacity drops markedly",
        "credit_impaired": "judged credit-impaired; value_bp is expected loss in bp of the balance",
        "impairment_lifted": "judged no longer credit-impaired",
        "guarantor_unwilling": "the guarantor is no longer willing (担保意愿变化)",
        "legal_representative_changed": "registry shows a new legal representative (法人变更)",
        "tax_return_missed": "a month's tax return is missing (税报断档)",
        "utilities_use": "month's power and water; value_bp is month / 6-month average",
        "sales_ratio": "recent / 6-month average sales; value_bp is the ratio",
        "dispute_opened": "the borrower disputes the debt",
        "dispute_closed": "the dispute is closed",
        "bureau_alert": "the bureau or a data partner reported a change (征信预警)",
    }
)
"""Kinds of external_event, each with its meaning."""
