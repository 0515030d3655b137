"""Daihou 贷后: open post-loan management, from a lender's dated facts to a reasoned decision."""

__version__ = "0.1.0"
