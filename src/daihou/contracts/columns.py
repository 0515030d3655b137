"""Ways of writing a column that several tables of facts share: ids, days, money, closed lists."""

from __future__ import annotations

from daihou.contracts.shape import Column, Kind, Privacy

FIRST_DAY, LAST_DAY = "1980-01-01", "2100-12-31"
LARGEST_MINOR = 10**13
"""A hundred billion units: more is a wrong unit, not a loan, and sums of it stay in 64 bits."""


def id_(name: str, meaning: str, null_means: str | None = None) -> Column:
    """Return a column that names a thing."""
    return Column(name, Kind.ID, meaning, null_means)


def day(name: str, meaning: str, null_means: str | None = None) -> Column:
    """Return a day within the years that a loan can have."""
    return Column(
        name, Kind.DATE, meaning, null_means, "date", at_least=FIRST_DAY, at_most=LAST_DAY
    )


def money(name: str, meaning: str, null_means: str | None = None, *, least: int = 0) -> Column:
    """Return an amount in minor units, at most a hundred billion units."""
    return Column(
        name, Kind.MINOR, meaning, null_means, "minor units", Privacy.PERSONAL,
        at_least=least, at_most=LARGEST_MINOR,
    )  # fmt: skip


def enum(
    name: str, allowed: tuple[str, ...], meaning: str, null_means: str | None = None
) -> Column:
    """Return a column with a closed list of values."""
    return Column(name, Kind.ENUM, meaning, null_means, allowed=allowed)


def count(name: str, meaning: str, null_means: str | None = None, *, unit: str = "count",
          most: int = 100_000) -> Column:  # fmt: skip
    """Return a number of things about a person, from zero."""
    return Column(
        name, Kind.INT, meaning, null_means, unit, Privacy.PERSONAL, at_least=0, at_most=most
    )
