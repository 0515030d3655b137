"""The catalogue of early-warning signals: one YAML file each, checked, compiled and explained."""

from daihou.signals.compile import SignalQueries, compile_signals
from daihou.signals.explain import SignalReason, explain_signal
from daihou.signals.features import FEATURES, Feature
from daihou.signals.load import load_catalogue
from daihou.signals.model import Catalogue, Direction, Signal, Threshold
from daihou.signals.page import reference_page

__all__ = [
    "FEATURES",
    "Catalogue",
    "Direction",
    "Feature",
    "Signal",
    "SignalQueries",
    "SignalReason",
    "Threshold",
    "compile_signals",
    "explain_signal",
    "load_catalogue",
    "reference_page",
]
