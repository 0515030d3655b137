"""Policy as data: what to do about an account or customer, read, checked, compiled, explained."""

from daihou.policy.check import check_policy, columns_read, policy_doubts
from daihou.policy.compile import compile_policy, compile_rule_counts
from daihou.policy.explain import FiredRule, NotFired, explain_decision, tier_of
from daihou.policy.fields import FIELDS
from daihou.policy.model import Policy
from daihou.policy.reading import parse_policy
from daihou.policy.words import describe_policy, diff_policies, reason_sentence

__all__ = [
    "FIELDS",
    "FiredRule",
    "NotFired",
    "Policy",
    "check_policy",
    "columns_read",
    "compile_policy",
    "compile_rule_counts",
    "describe_policy",
    "diff_policies",
    "explain_decision",
    "parse_policy",
    "policy_doubts",
    "reason_sentence",
    "tier_of",
]
