"""Every table that crosses a door: grain, columns, units, nulls, privacy class."""

from daihou.contracts.bureau import FROM_OPERATIONS
from daihou.contracts.facts import FACTS
from daihou.contracts.results import RESULTS
from daihou.contracts.shape import Column, Contract, Kind, Privacy, contract_of
from daihou.contracts.vocabulary import EVENT_KINDS

__all__ = [
    "EVENT_KINDS",
    "FACTS",
    "FROM_OPERATIONS",
    "RESULTS",
    "Column",
    "Contract",
    "Kind",
    "Privacy",
    "contract_of",
]
