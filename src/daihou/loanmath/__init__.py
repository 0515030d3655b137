"""What a loan costs: schedules, prepayment, true yearly rates, repricing, affordability, offers."""

from daihou.loanmath.afford import Household, afford
from daihou.loanmath.ledger import Method
from daihou.loanmath.lines import read_references
from daihou.loanmath.offer import Offer, check_offer
from daihou.loanmath.prepay import Prepayment, prepay
from daihou.loanmath.rates import YearlyRate
from daihou.loanmath.reprice import Floating, reprice
from daihou.loanmath.schedule import Loan, schedule
from daihou.loanmath.true_rate import Charges, cost_of

__all__ = [
    "Charges",
    "Floating",
    "Household",
    "Loan",
    "Method",
    "Offer",
    "Prepayment",
    "YearlyRate",
    "afford",
    "check_offer",
    "cost_of",
    "prepay",
    "read_references",
    "reprice",
    "schedule",
]
