"""Intake: a lender's own files, described by a mapping, become rows of the contracts."""

from daihou.intake.mapping import Mapping, load_mapping
from daihou.intake.problems import CODES

__all__ = ["CODES", "Mapping", "load_mapping"]
