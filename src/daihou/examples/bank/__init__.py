"""A simulated Chinese retail bank (模拟银行) of any size, seeded, with measured roll rates."""

from daihou.examples.bank.write import BankOptions, BankReceipt, write_bank

__all__ = ["BankOptions", "BankReceipt", "write_bank"]
