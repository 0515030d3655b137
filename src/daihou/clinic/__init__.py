"""A credit report in plain words for its owner: findings, advice, what would change them."""

from daihou.clinic.examine import examine, findings_of
from daihou.clinic.letters_for import letters_for
from daihou.clinic.load import load_sentences
from daihou.clinic.model import Case, Examination, Finding, Letter, Sentences, Step, WhatIf

__all__ = [
    "Case",
    "Examination",
    "Finding",
    "Letter",
    "Sentences",
    "Step",
    "WhatIf",
    "examine",
    "findings_of",
    "letters_for",
    "load_sentences",
]
