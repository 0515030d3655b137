"""Words of offers: who lends, how grave a warning sign is, where a rate stands."""

from __future__ import annotations

from enum import StrEnum


class Lender(StrEnum):
    """Who lends: a bank, a licensed lender, a bank through a platform (助贷), or a person."""

    BANK = "bank"
    CONSUMER_FINANCE = "consumer_finance"
    MICROLOAN = "microloan"
    ASSISTED = "assisted"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How serious a warning sign is, gravest first."""

    STOP = "stop"
    WARN = "warn"
    ASK = "ask"


class Standing(StrEnum):
    """A true rate against a line; ``depends`` when only the compounded rate is above it."""

    BELOW = "below"
    DEPENDS = "depends"
    OVER = "over"
    UNKNOWN = "unknown"
