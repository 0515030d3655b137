"""What a loan costs: schedules, prepayment, true yearly rates, repricing, affordability, offers."""

from daihou.loanmath.ledger import Method
from daihou.loanmath.prepay import Prepayment, prepay
from daihou.loanmath.rates import YearlyRate
from daihou.loanmath.reprice import Floating, reprice
from daihou.loanmath.schedule import Loan, schedule
from daihou.loanmath.true_rate import Charges, cost_of

__all__ = [
    "Charges",
    "Floating",
    "Loan",
    "Method",
    "Prepayment",
    "YearlyRate",
    "cost_of",
    "prepay",
    "reprice",
    "schedule",
]
