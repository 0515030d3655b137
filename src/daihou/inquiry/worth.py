"""What asking about one person is expected to be worth, in whole numbers that SQL repeats exactly.

All steps are integer operations in this order; ``//`` drops the rest; unknown is null::

    risk   = risk_bp[tier] * 100                                   (millionths)
    risk   = risk * percent // 100      for each own factor met, in the order of the file
    risk   = risk * percent // 100      for each factor met, in the order of the file
             or risk * no_report_percent // 100 when there is no report
    risk   = least of risk and 1,000,000
    stake  = least of exposure_minor + beside_minor and 9 x 10^12, so that 64 bits hold it
    value  = stake * risk // 1,000,000
    value  = value * age // stale_days  with age = days since the report, 0 to stale_days,
             stale_days when there is no report

A factor is met when its field is known and at least its value. The money at stake unknown makes
the worth unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from daihou.inquiry.rules import MILLION, Factor, Worth
from daihou.kernel.money import format_minor

PPM_PER_BP: Final = 100
MOST_MINOR: Final = 9 * 10**12
"""More at stake with one person counts as this much: 90 billion units."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What the worth of asking about one person depends on.

    ``report`` holds columns of the last bureau report and card_use_bp, None when there is none;
    ``report_days`` the days since that report; ``own`` the own facts of the customer.
    """

    tier: str
    exposure_minor: int | None
    own: Mapping[str, int | None]
    report: Mapping[str, int | None] | None = None
    report_days: int | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """The worth of asking and how it came about.

    ``met`` are the factors that applied. Units: ``risk_ppm`` in millionths, ``value_minor`` in
    minor units, None when the money at stake is unknown.
    """

    risk_ppm: int
    value_minor: int | None
    age_days: int
    met: tuple[Factor, ...]

    @property
    def risk_bp(self) -> int:
        """Return the risk in basis points, as an order states it."""
        return self.risk_ppm // PPM_PER_BP


def worth_of(stake: Stake, worth: Worth) -> Valued:
    """Return what asking is worth.

    Raises: KeyError for a tier without risk.
    """
    met = [factor for factor in worth.own_factors if _is_met(factor, stake.own)]
    if stake.report is not None:
        met += [factor for factor in worth.factors if _is_met(factor, stake.report)]
    risk = worth.risk_bp[stake.tier] * PPM_PER_BP
    for factor in met:
        risk = risk * factor.percent // 100
    if stake.report is None:
        risk = risk * worth.no_report_percent // 100
    risk = min(risk, MILLION)
    age = worth.stale_days
    if stake.report is not None and stake.report_days is not None:
        age = min(max(stake.report_days, 0), worth.stale_days)
    value = None
    if stake.exposure_minor is not None:
        value = min(stake.exposure_minor + worth.beside_minor, MOST_MINOR) * risk // MILLION
        value = value * age // worth.stale_days
    return Valued(risk, value, age, tuple(met))


def explain(stake: Stake, worth: Worth, currency: str) -> tuple[tuple[str, str], ...]:
    """Return how the worth of asking comes about, a line a step, in Chinese and English."""
    valued = worth_of(stake, worth)
    base = worth.risk_bp[stake.tier]
    lines = [(f"{stake.tier} 档：{base} 个基点", f"tier {stake.tier}: {base} basis points")]
    for factor in valued.met:
        own = factor in worth.own_factors
        condition = f"{factor.field} >= {factor.at_least}: x {factor.percent} %"
        lines.append((f"{'本行' if own else '上次报告'} {condition}",
                      f"{'own facts' if own else 'last report'}, {condition}"))  # fmt: skip
    if stake.report is None:
        none = worth.no_report_percent
        lines.append((f"尚无报告：x {none} %", f"no report yet: x {none} %"))
    money = format_minor(stake.exposure_minor, currency)
    beside = format_minor(worth.beside_minor, currency)
    lines.append((f"敞口 {money}，另计损失 {beside}", f"at stake {money}, beside it {beside}"))
    age = f"{valued.age_days} / {worth.stale_days}"
    lines.append((f"报告已旧 {age} 天", f"the report is {age} days old"))
    value = format_minor(valued.value_minor, currency)
    lines.append((f"查询价值 {value}（概率 {valued.risk_ppm} / 1,000,000）",
                  f"worth of asking {value} (chance {valued.risk_ppm} in 1,000,000)"))  # fmt: skip
    return tuple(lines)


def _is_met(factor: Factor, facts: Mapping[str, int | None]) -> bool:
    value = facts.get(factor.field)
    return value is not None and value >= factor.at_least


def rank(values: Mapping[str, int | None]) -> list[str]:
    """Return customers by worth, the most first, ties by customer_id, the unknown last."""

    def place(customer_id: str) -> tuple[bool, int, str]:
        value = values[customer_id]
        return value is None, -(value or 0), customer_id

    return sorted(values, key=place)
