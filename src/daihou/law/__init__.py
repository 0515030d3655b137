"""Law as dated data with citation and grade, and what it says of one account."""

from daihou.law.explain import ClassReason, explain_class
from daihou.law.facts import Debtor, Facts, Finding
from daihou.law.files import resolve_law
from daihou.law.judge import debtor_facts, judge_account
from daihou.law.model import Comparison, Grade, Law, Parameter, Rule, RuleKind
from daihou.law.page import reference_page

__all__ = [
    "ClassReason",
    "Comparison",
    "Debtor",
    "Facts",
    "Finding",
    "Grade",
    "Law",
    "Parameter",
    "Rule",
    "RuleKind",
    "debtor_facts",
    "explain_class",
    "judge_account",
    "reference_page",
    "resolve_law",
]
