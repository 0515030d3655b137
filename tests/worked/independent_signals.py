"""The second way from the figures of credit reports to verdicts, with the lines written by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tests.worked.independent_bureau import Asked, Figures, figures


def grown(now: int | None, before: int | None) -> int | None:
    """Return growth in basis points, cut toward zero; None from nothing to something."""
    if now is None or before is None:
        return None
    if now == before:
        return 0
    if before == 0:
        return None
    size = abs(now - before) * 10_000 // before
    return size if now > before else -size


def changes(reports: Sequence[Asked], found: Sequence[Figures]) -> Figures:
    """Return what differs between the newest report and the one of an earlier day before it."""
    new = found[0]
    earlier = [f for a, f in zip(reports, found, strict=True) if a.report_on < reports[0].report_on]
    old = earlier[0] if earlier else defaultdict(lambda: None)

    def less(name: str) -> int | None:
        return None if None in (new[name], old[name]) else new[name] - old[name]

    months: dict[tuple[int, int], Figures] = {}
    for asked, one in zip(reports, found, strict=True):
        months.setdefault((asked.report_on.year, asked.report_on.month), one)
    payers = [one["minimum"] for _, one in sorted(months.items(), reverse=True)]

    def fewest(count: int) -> int | None:
        some = payers[:count]
        return None if len(some) < count or None in some else min(some)

    return {
        "B04": less("B01"), "B07": grown(new["debt"], old["debt"]), "B12": less("guaranteed"),
        "G06": grown(new["loans"], old["loans"]), "D07": less("score"),
        "B10": fewest(2), "minimum 3m": fewest(3),
    }  # fmt: skip


def step(value: int | None, *lines: int | None) -> str | None:
    """Return the level of a value by its yellow, orange and red lines."""
    found = "no_hit"
    if value is None:
        return None
    for level, line in zip(("yellow", "orange", "red"), lines, strict=True):
        if line is not None and value >= line:
            found = level
    return found


def pick(*tests: tuple[bool, str]) -> str:
    """Return the last level whose test holds."""
    return next((level for test, level in reversed(tests) if test), "no_hit")


LINES: dict[str, tuple[int | None, int | None, int | None]] = {
    "A01": (2, 3, 5), "A02": (3, 4, 5), "A03": (3, 4, 6), "A04": (4, 6, 8), "A05": (6, 9, 12),
    "A08": (2, 3, 5), "A09": (3, 5, 8), "A10": (1, 3, 5),
    "B01": (7000, 8000, 9500), "B02": (1, 2, 3), "B03": (1, 2, 3), "B04": (1500, 3000, 5000),
    "B05": (5, 8, 10), "B06": (3, 5, 7), "B07": (2000, 5000, 10000), "B08": (5000, 7000, 10000),
    "B09": (7000, 8000, 9000), "B11": (2, 4, 6), "G06": (2000, 5000, 10000),
    "C02": (1, 2, 3), "C03": (3, 5, 6), "C04": (1, 2, 3), "C05": (None, 3, 4),
    "C07": (None, None, 1), "C09": (2, 3, 4), "C11": (None, 1, None), "C13": (1, 6, None),
    "D03": (1, None, None), "D04": (1, None, None), "D05": (2, 3, 6), "D06": (2, 3, None),
    "D08": (1, None, None),
}  # fmt: skip
"""Yellow, orange and red, from the written catalogue."""

Verdict = tuple[str, int | None]
LARGEST = 2_000_000_000


def verdicts(reports: Sequence[Asked], own: str, income: int | None) -> dict[str, Verdict]:
    """Return (level, value) by signal: a level, ``no_hit`` or ``unknown``; newest report decides.

    ``income`` is a month's, in yuan.
    """
    ordered = sorted(reports, key=lambda a: (a.report_on, a.received_on, a.report_id), reverse=True)
    found = [figures(asked, own) for asked in ordered]
    f = found[0] | changes(ordered, found)
    f["B08"] = None if f["due"] is None or not income else f["due"] * 10_000 // income
    told: dict[str, tuple[str | None, int | None]] = {
        name: (step(f[name], *lines), f[name]) for name, lines in LINES.items()
    }
    for name, opened in (("A06", "loans opened"), ("A07", "A09")):
        level = step(f[name], 8, 12, 20) if f[opened] == 0 else "no_hit"
        told[name] = (None if f[opened] is None else level, f[name])
    told |= special(f)
    # What is published is held at the largest number that its column takes.
    return {
        name: ("unknown", None) if level is None or value is None else (level, min(value, LARGEST))
        for name, (level, value) in told.items()
    }


def special(f: Figures) -> dict[str, tuple[str | None, int | None]]:
    """Return the signals whose levels are more than three lines of one number."""
    stopped = f["stopped small"] + f["stopped"] + f["stopped by bank"]
    third = f["minimum 3m"] or 0
    over_100 = f["overdue"] is None or f["overdue"] > 100
    fall, more, late = f["D07"] or 0, f["B12"] or 0, f["C01"] or 0
    return {
        "B10": (pick(((f["B10"] or 0) >= 1, "yellow"), (third >= 2, "orange"), (third >= 3, "red")),
                f["B10"]),
        "B12": (pick((more >= 1, "yellow"), (more >= 200_000, "orange"),
                     (more >= 1 and f["guaranteed overdue"] >= 1, "red")), f["B12"]),
        "C01": (pick((late >= 1 and over_100, "yellow"), (late >= 2, "orange"),
                     (late >= 3, "red")), f["C01"]),
        "C06": (pick((f["stopped small"] > 0, "yellow"), (f["stopped"] > 0, "orange"),
                     (f["stopped by bank"] > 0, "red")), stopped),
        "C08": (pick(((f["C08"] or 0) > 0, "orange"), ((f["C08 12m"] or 0) > 0, "red")), f["C08"]),
        "C10": (pick((f["C10"] > 0, "orange"), (f["C10"] > 0 and f["recovered"] >= 10_000, "red")),
                f["C10"]),
        "C12": (pick((f["relief"] > 0, "yellow"), (f["extended"] > 0, "orange"),
                     (f["reduced"] > 0, "red")), f["relief"] + f["extended"] + f["reduced"]),
        "D01": (pick((f["D01"] > 0, "orange"), (f["D01 12m"] > 0, "red")), f["D01"]),
        "D02": (pick((f["D02"] > 0, "orange"), (f["judged"] > 50_000, "red")), f["D02"]),
        "D07": (pick((fall <= -30, "yellow"), (fall <= -60, "orange"), (fall <= -100, "red")),
                f["D07"]),
    }  # fmt: skip
