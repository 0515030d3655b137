"""The numbers behind the charts, small enough to travel inside the page."""

from __future__ import annotations

from typing import Any

from daihou.desk.figures import ARREARS, ROLLS, Figures
from daihou.desk.labels import VALUES
from daihou.kernel import MINOR_DIGITS


def chart_data(figures: Figures) -> dict[str, Any]:
    """Return what the page's script draws.

    Units: ``accounts`` counts, ``balance`` whole units of the currency, lines in basis points.
    """
    per = 10 ** MINOR_DIGITS.get(figures.book.currency, 2)
    late = {s.key: s for s in figures.buckets if s.key in ARREARS}
    names = VALUES["bucket"]
    series = figures.series
    return {
        "currency": figures.book.currency,
        "ageing": {
            "keys": [[names[key].zh, names[key].en] for key in ARREARS],
            "balance": [late[k].balance_minor // per if k in late else 0 for k in ARREARS],
            "accounts": [late[k].accounts if k in late else 0 for k in ARREARS],
        },
        "trend": {
            "days": [t.as_of.isoformat() for t in series],
            "lines": [
                _line("逾期30天以上", "30+ days", [t.over_30_bp for t in series]),
                _line("逾期90天以上", "90+ days", [t.over_90_bp for t in series]),
                _line("不良率", "NPL ratio", [t.npl_bp for t in series]) | {"dashed": True},
            ],
        },
        "size": {
            "days": [t.as_of.isoformat() for t in series],
            "balance": [t.balance_minor // per for t in series],
            "accounts": [t.accounts for t in series],
        },
        "rolls": {
            "days": [r.to_on.isoformat() for r in figures.rolls],
            "lines": [
                _line(f"{state}→更差", f"{state} → worse", [r.rates_bp[n] for r in figures.rolls])
                for n, state in enumerate(ROLLS)
            ],
        },
        "vintage": [
            {"name": v.quarter, "accounts": v.accounts, "points": v.points}
            for v in figures.vintages
        ],
    }


def _line(zh: str, en: str, values: list[int | None]) -> dict[str, Any]:
    return {"name": [zh, en], "values": values}
