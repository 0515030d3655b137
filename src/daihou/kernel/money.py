"""Money as whole minor units: how many digits each currency has, and how an amount is shown."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

MINOR_DIGITS: Final = MappingProxyType(
    {"CNY": 2, "USD": 2, "EUR": 2, "GBP": 2, "HKD": 2, "TWD": 2, "JPY": 0, "KRW": 0, "INR": 2}
)


def minor_per_unit(currency: str) -> int:
    """Return how many minor units make one unit of ``currency`` (ISO 4217).

    Raises: KeyError for a currency not in MINOR_DIGITS.
    """
    return int(10 ** MINOR_DIGITS[currency])


def format_minor(amount_minor: int | None, currency: str) -> str:
    """Return an amount for a person to read: ``-1,234.50``, or ``–`` when unknown."""
    if amount_minor is None:
        return "–"
    digits = MINOR_DIGITS[currency]
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{sign}{whole:,}" + (f".{part:0{digits}d}" if digits else "")
