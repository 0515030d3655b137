"""A simulated credit bureau (模拟征信中心): a real server that keeps a ledger and can misbehave.

Nothing that it says is about a real person. It keeps the exchange of ``gateways.message`` and, as
a real bureau would, writes a second look into a file when the same question is asked again.
"""

from daihou.gateways.simulator.bureau import Bureau
from daihou.gateways.simulator.faults import Faults
from daihou.gateways.simulator.ledger import Ledger
from daihou.gateways.simulator.population import Look, NotSamePerson, Population
from daihou.gateways.simulator.rules import Institution, Rules
from daihou.gateways.simulator.server import Listening, serve

__all__ = [
    "Bureau",
    "Faults",
    "Institution",
    "Ledger",
    "Listening",
    "Look",
    "NotSamePerson",
    "Population",
    "Rules",
    "serve",
]
