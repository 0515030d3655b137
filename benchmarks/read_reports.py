"""Speed and memory of reading credit reports, against the floor of the library underneath.

    python benchmarks/read_reports.py --reports 10000 --workers 2

Three measurements, printed as Markdown. One: pages a second of the short reader beside a bare loop
of pypdfium2 over every character and its box, in the same run, in a process each. Two: milliseconds
for a second-generation report of about 120 accounts. Three: a folder of reports through
``daihou read DIR --out``, with the memory of parent and children over time. Every report is
invented.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROUNDS = 5
DISTINCT = 1_000
"""Invented people of the folder; more reports than that are theirs under other names."""


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=10_000, help="reports in the folder")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sample", type=int, default=40, help="reports of the first measurement")
    parser.add_argument("--font", type=Path, help="font to embed in the short reports")
    parser.add_argument("--only", choices=("short", "gen2", "batch"))
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        measure(*options.child)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"{datetime.now(UTC):%Y-%m-%d}\n")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="daihou-read-") as place:
        folder = Path(place)
        if options.only in (None, "short"):
            short(folder / "short", options.sample, embedded(options.font))
        if options.only in (None, "gen2"):
            gen2(folder / "gen2")
        if options.only in (None, "batch"):
            font = embedded(options.font)
            batch(folder / "batch", options.reports, options.workers, font)


def embedded(font: Path | None) -> bytes | None:
    """Return a font as the writer can embed it; needs fontTools."""
    if font is None:
        return None
    from daihou.report.writers.fonts import common_characters, truetype

    return truetype(font.read_bytes(), common_characters())


def write_short(folder: Path, count: int, size: int, font: bytes | None = None) -> int:
    """Write invented short reports and return how many bytes they have."""
    from daihou.report import ReportKind
    from daihou.report.writers.invent import Size, invent_report
    from daihou.report.writers.project import as_short
    from daihou.report.writers.short_pdf import Look, write_short_pdf

    folder.mkdir(parents=True)
    looks = (Look(font), Look(font, ruled=True), Look(font, watermark=False))
    written = 0
    for seed in range(count):
        person = invent_report(seed, Size(accounts=size, inquiries=size))
        data = write_short_pdf(as_short(person, ReportKind.PBOC_SHORT_V2), looks[seed % 3])
        (folder / f"{seed:05d}.pdf").write_bytes(data)
        written += len(data)
    return written


def short(folder: Path, count: int, font: bytes | None) -> None:
    """Print pages a second and peak memory of the reader and of the floor."""
    write_short(folder, count, 60, font)
    rows = {name: child(name, folder) for name in ("bare", "read")}
    print("| short report | pages | pages a second | peak memory, MB |\n|---|---|---|---|")
    for name, title in (("bare", "pypdfium2: every character and its box"),
                        ("read", "daihou: the whole report")):  # fmt: skip
        row = rows[name]
        print(f"| {title} | {row['pages']} | {row['rate']:.0f} | {row['memory']:.0f} |")
    print(f"\nTime {rows['bare']['rate'] / rows['read']['rate']:.2f} x the floor, "
          f"memory {rows['read']['memory'] / rows['bare']['memory']:.2f} x.\n")  # fmt: skip


def gen2(folder: Path) -> None:
    """Print milliseconds for a large second-generation report in each form."""
    from daihou.report.writers.gen2 import Gen2Form, write_gen2
    from daihou.report.writers.invent import Size, invent_report

    folder.mkdir(parents=True)
    large = max(
        (invent_report(seed, Size(accounts=120, inquiries=120)) for seed in range(40)),
        key=lambda report: len(report.accounts),
    )
    (folder / "large.xml").write_bytes(write_gen2(large, Gen2Form()))
    row = child("read", folder)
    size = (folder / "large.xml").stat().st_size
    print(
        "| second generation, XML | accounts | kB | ms | peak memory, MB |\n|---|---|---|---|---|"
    )
    print(f"| read | {len(large.accounts)} | {size / 1e3:.0f} | {1e3 * row['seconds']:.0f} | "
          f"{row['memory']:.0f} |\n")  # fmt: skip


def child(what: str, folder: Path) -> dict[str, float]:
    """Measure in a process of its own: peak memory belongs to one measurement only."""
    line = [sys.executable, __file__, "--child", what, str(folder)]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    answer: dict[str, float] = json.loads(said)
    return answer


def measure(what: str, place: str) -> None:
    """Print the median rate over rounds, after one round that does not count."""
    files = [path.read_bytes() for path in sorted(Path(place).iterdir())]
    work: Callable[[bytes], int] = {"bare": bare, "read": whole}[what]
    times, pages = [], 0
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        pages = sum(work(data) for data in files)
        times.append(time.perf_counter() - start)
    seconds = statistics.median(times[1:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"pages": pages, "rate": pages / seconds, "memory": peak, "seconds": seconds}
    print(json.dumps(told))


def bare(data: bytes) -> int:
    """Return the number of pages, having looked at every character and its box."""
    from ctypes import byref, c_double

    import pypdfium2
    import pypdfium2.raw as pdfium

    box = [c_double() for _ in range(4)]
    places = [byref(side) for side in box]
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            for index in range(text.count_chars()):
                pdfium.FPDFText_GetUnicode(text.raw, index)
                pdfium.FPDFText_GetCharBox(text.raw, index, *places)
            text.close()
            page.close()
        return len(document)


def whole(data: bytes) -> int:
    """Return the number of pages of a report that was read."""
    from daihou.report.read import read_report

    return read_report(data).pages or 1


def batch(folder: Path, count: int, workers: int, font: bytes | None) -> None:
    """Print reports a second and the memory of parent and children while a folder is read."""
    size = write_short(folder / "in", min(count, DISTINCT), 16, font)
    for number in range(DISTINCT, count):  # the same report under another name costs the same
        os.link(folder / f"in/{number % DISTINCT:05d}.pdf", folder / f"in/{number:05d}.pdf")
    size = size * count // min(count, DISTINCT)
    log = folder / "looks.jsonl"
    line = [sys.executable, "-m", "daihou", "read", str(folder / "in"),
            "--out", str(folder / "out.parquet"), "--workers", str(workers), "--json"]  # fmt: skip
    start = time.monotonic()
    process = subprocess.Popen(
        line, env=os.environ | {"DAIHOU_READ_LOG": str(log)}, stdout=subprocess.PIPE, text=True
    )
    samples: list[tuple[float, float, float]] = []
    watcher = threading.Thread(target=watch, args=(process, start, samples))
    watcher.start()
    said, _ = process.communicate()
    watcher.join()
    seconds = time.monotonic() - start
    receipt = json.loads(said)
    print("| batch | reports | problems | MB in | seconds | reports a second |\n"
          "|---|---|---|---|---|---|")  # fmt: skip
    print(f"| {workers} workers | {receipt['rows']:,} | {receipt['problems']:,} | "
          f"{size / 1e6:.0f} | {seconds:.0f} | {count / seconds:.1f} |\n")  # fmt: skip
    print("| share of the time | parent, MB | largest child, MB |\n|---|---|---|")
    for part in range(1, 5):
        until = [s for s in samples if (part - 1) / 4 < s[0] / seconds <= part / 4]
        if until:
            print(f"| up to {part}/4 | {max(s[1] for s in until):.0f} | "
                  f"{max(s[2] for s in until):.0f} |")  # fmt: skip


def watch(
    process: subprocess.Popen[str], start: float, samples: list[tuple[float, float, float]]
) -> None:
    """Note resident memory of a process and of its largest child four times a second."""
    while process.poll() is None:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            below = [resident(int(pid)) for pid in children.read_text().split()]
            now = time.monotonic() - start
            samples.append((now, resident(process.pid), max(below, default=0.0)))
        except FileNotFoundError:
            pass
        time.sleep(0.25)


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB; 0 for one that has gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    main()
