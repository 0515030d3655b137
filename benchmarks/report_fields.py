"""How exactly short reports are read: invented people, written in many looks, by field.

    pip install fonttools pypdf
    python benchmarks/report_fields.py --reports 2000 --font Sans.otf Serif.otf

Every person gets one look in turn: fonts × ruled or not × watermark or not × generation, and by
chance the other traits (glued numbers, half-width marks, head drawn last, cells by their middle,
rows split over pages). What is read must equal what was written; values that neither states are
not counted. Without a watermark the sign of an invented copy stands in the foot, and is the one
text there that is not understood. Printed as Markdown.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from random import Random

from rich.progress import track

from daihou.report import ReportKind
from daihou.report.read import read_report
from daihou.report.writers.compare import compared
from daihou.report.writers.fonts import common_characters, truetype
from daihou.report.writers.invent import invent_report
from daihou.report.writers.project import as_short
from daihou.report.writers.short_pdf import Look, write_short_pdf

TRAITS = ("glued", "half_width", "header_last", "middle", "split_rows")


def main() -> None:
    """Write, read, compare; print one table by look and one by field."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--font", type=Path, nargs="*", default=[], help="fonts to embed")
    options = parser.parse_args()
    fonts: dict[str, bytes | None] = {"named, not embedded": None}
    for path in options.font:
        data = path.read_bytes()
        quadratic = data[:4] != b"OTTO"
        fonts[path.stem] = data if quadratic else truetype(data, common_characters())
    kinds = (ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2)
    looks = list(itertools.product(fonts, (False, True), (False, True), kinds))
    tally = Tally()
    start = time.perf_counter()
    for at in track(range(options.reports), "reports"):
        font, ruled, watermark, kind = looks[at % len(looks)]
        chance = Random(options.first + at)
        traits = {trait: chance.random() < 0.2 for trait in TRAITS}
        look = Look(font=fonts[font], ruled=ruled, watermark=watermark, **traits)
        tally.add(options.first + at, (font, ruled, watermark, kind), look)
    tally.show(time.perf_counter() - start)


class Tally:
    """Counts of reports, pages and values, exact ones apart, by look and by field."""

    def __init__(self) -> None:
        self.looks: Counter[tuple[object, ...]] = Counter()
        self.fields: Counter[tuple[str, bool]] = Counter()
        self.wrong: list[str] = []

    def add(self, seed: int, group: tuple[object, ...], look: Look) -> None:
        """Write, read and compare one person."""
        written = as_short(invent_report(seed), group[-1])
        read = read_report(write_short_pdf(written, look))
        values = [value for value in compared(written, read) if value.stated]
        wrong = [value for value in values if not value.exact]
        self.fields.update((value.path, value.exact) for value in values)
        self.looks[*group, "reports"] += 1
        self.looks[*group, "exact reports"] += not wrong
        self.looks[*group, "pages"] += read.pages or 0
        self.looks[*group, "values"] += len(values)
        self.looks[*group, "exact values"] += len(values) - len(wrong)
        self.looks[*group, "not understood"] += len(read.unmatched)
        self.looks[*group, "failed checks"] += sum(c.ok is False for c in read.checks)
        self.wrong += [f"{seed} {look_of(look)}: {value}" for value in wrong[:1]]

    def show(self, seconds: float) -> None:
        """Print the tables."""
        names = ("reports", "exact reports", "pages", "values", "exact values",
                 "not understood", "failed checks")  # fmt: skip
        total = Counter({name: sum(n for key, n in self.looks.items() if key[-1] == name)
                         for name in names})  # fmt: skip
        print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python "
              f"{platform.python_version()}, pypdfium2 {version('pypdfium2')}, reportlab "
              f"{version('reportlab')}; {seconds:.0f} s writing and reading\n")  # fmt: skip
        print("| font | ruled | watermark | layout | " + " | ".join(names) + " |")
        print("|---|---|---|---|" + "---:|" * len(names))
        for font, ruled, mark, kind in dict.fromkeys(key[:-1] for key in self.looks):
            row = [self.looks[font, ruled, mark, kind, name] for name in names]
            print(f"| {font} | {'yes' if ruled else 'no'} | {'yes' if mark else 'no'} | {kind} | "
                  + " | ".join(f"{number:,}" for number in row) + " |")  # fmt: skip
        print("| **all** | | | | " + " | ".join(f"**{total[n]:,}**" for n in names) + " |\n")
        print("| field | exact | of |\n|---|---:|---:|")
        for path in sorted({path for path, _ in self.fields}):
            exact = self.fields[path, True]
            print(f"| `{path}` | {exact:,} | {exact + self.fields[path, False]:,} |")
        if self.wrong:
            print("\nNot exact, the first of each report:\n\n" + "\n".join(self.wrong[:40]))


def look_of(look: Look) -> str:
    """Return the traits of a look in one word each."""
    return "+".join(trait for trait in ("ruled", "watermark", *TRAITS) if getattr(look, trait))


if __name__ == "__main__":
    main()
