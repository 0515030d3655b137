"""The words that every other room speaks: days, buckets, classes, verdicts, money, problems."""

from daihou.kernel.money import MINOR_DIGITS, format_minor, minor_per_unit
from daihou.kernel.words import (
    AssetClass,
    Bucket,
    Level,
    Problem,
    Product,
    Severity,
    SubjectKind,
    Treatment,
    Verdict,
    bucket_of,
)

__all__ = [
    "MINOR_DIGITS",
    "AssetClass",
    "Bucket",
    "Level",
    "Problem",
    "Product",
    "Severity",
    "SubjectKind",
    "Treatment",
    "Verdict",
    "bucket_of",
    "format_minor",
    "minor_per_unit",
]
