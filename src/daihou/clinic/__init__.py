"""A credit report in plain words for its owner: findings, advice, what would change them."""

from daihou.clinic.examine import examine
from daihou.clinic.letters_for import letters_for
from daihou.clinic.load import load_sentences
from daihou.clinic.model import Examination, Finding, Letter, Sentences, Step, WhatIf

__all__ = [
    "Examination",
    "Finding",
    "Letter",
    "Sentences",
    "Step",
    "WhatIf",
    "examine",
    "letters_for",
    "load_sentences",
]
