"""Coverage-guided fuzzing of the readers of credit reports, from a corpus of invented reports.

    pip install atheris
    python benchmarks/fuzz_readers.py --minutes 10 --target short detailed xml json envelope

Whatever the bytes are, a reader answers with a report or with an error of Daihou's own tree, within
five seconds. Anything else is a finding: its bytes are kept below ``--to`` and it is told once for
each line of code where it happens. ``text`` changes single characters of pages that were read
already, which goes deeper into the short reader than bytes of a PDF can.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daihou.report.pdf.lines import Line

SLOW_SECONDS = 5.0
TARGETS = ("short", "text", "detailed", "xml", "json", "envelope")
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the targets one after the other, or be the child that runs one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target")
    parser.add_argument("--target", nargs="+", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--to", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("atheris is not installed: pip install atheris")
    if options.child:
        fuzz(options.target[0], options.to, options.minutes)
        return 0
    print("| target | inputs | coverage | seconds | findings |\n|---|---|---|---|---|")
    found = 0
    for target in options.target:
        found += run(target, options)
    return 1 if found else 0


def run(target: str, options: argparse.Namespace) -> int:
    """Run one target in a process of its own and return how many findings there are."""
    folder = options.to / target
    (folder / "findings").mkdir(parents=True, exist_ok=True)
    for old in (folder / "findings").iterdir():
        old.unlink()
    start = time.monotonic()
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        ended = subprocess.run(
            [sys.executable, __file__, "--child", "--target", target, "--to", str(options.to),
             "--minutes", str(options.minutes)],
            stdout=log, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    text = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
    last = [line for line in text.splitlines() if line.startswith("#") and "cov:" in line]
    words = last[-1].split() if last else ["#0", "", "cov:", "0"]
    findings = sorted((folder / "findings").glob("*.json"))
    crashed = ended.returncode not in (0, None)
    print(f"| {target} | {words[0].lstrip('#')} | {words[words.index('cov:') + 1]} |"
          f" {time.monotonic() - start:.0f} | {len(findings) + crashed} |", flush=True)  # fmt: skip
    for path in findings:
        print(f"  {path.stem}: {json.loads(path.read_text(encoding='utf-8'))}", file=sys.stderr)
    if crashed:
        print(f"  ended with {ended.returncode}: {folder / 'log.txt'}", file=sys.stderr)
    return len(findings) + crashed


def fuzz(target: str, to: Path, minutes: float) -> None:
    """Fuzz one target in this process until its time is over."""
    import atheris

    with atheris.instrument_imports(include=["daihou.report"], enable_loader_override=False):
        # the door imports the other readers when it needs them: too late to be watched
        import daihou.report.detailed
        import daihou.report.gen2
        import daihou.report.read  # noqa: F401

    folder = to / target
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    one = text_target() if target == "text" else byte_target()
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-max_total_time={int(minutes * 60)}", "-timeout=60",
         "-rss_limit_mb=3000", f"-artifact_prefix={folder}/", "-max_len=400000", "-len_control=0"],
        watched(one, folder / "findings"),
    )  # fmt: skip
    atheris.Fuzz()


def watched(one: Callable[[bytes], None], to: Path) -> Callable[[bytes], None]:
    """Return the target, its findings written once a place in the code."""
    from daihou.errors import DaihouError

    seen: set[str] = set()

    def keep(data: bytes, told: dict[str, str]) -> None:
        place = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
        if place not in seen:
            seen.add(place)
            (to / f"{place}.bin").write_bytes(data)
            (to / f"{place}.json").write_text(json.dumps(told), encoding="utf-8")

    def test(data: bytes) -> None:
        start = time.perf_counter()
        try:
            one(data)
        except DaihouError:
            pass
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            last = traceback.extract_tb(error.__traceback__)[-1]
            ours = [f for f in traceback.extract_tb(error.__traceback__) if "daihou" in f.filename]
            name = Path(ours[-1].filename).name if ours else ""
            keep(data, {
                "kind": type(error).__name__, "at": f"{name}:{ours[-1].lineno if ours else 0}",
                "last": f"{Path(last.filename).name}:{last.lineno}",
            })  # fmt: skip
        if time.perf_counter() - start > SLOW_SECONDS:
            keep(data, {"kind": "slow", "at": "", "last": ""})

    return test


def byte_target() -> Callable[[bytes], None]:
    """Return the door itself."""
    from daihou.report.read import read_report

    def read(data: bytes) -> None:
        read_report(data)

    return read


def text_target() -> Callable[[bytes], None]:
    """Return a target that changes characters of the pages of one report and reads them again."""
    import atheris

    from daihou.report.pdf.pages import Limits, Pdf
    from daihou.report.short import read_short

    base = []
    for data in seeds("short")[:3]:
        with Pdf(data, None, Limits()) as document:
            base.append(list(document.pages()))
    signs = "".join(dict.fromkeys("".join(line.text for p in base[0] for line in p.lines)))

    def read(data: bytes) -> None:
        chance = atheris.FuzzedDataProvider(data)
        pages = list(base[chance.ConsumeIntInRange(0, len(base) - 1)])
        for _ in range(chance.ConsumeIntInRange(1, 8)):
            at = chance.ConsumeIntInRange(0, len(pages) - 1)
            lines = list(pages[at].lines)
            if lines:
                where = chance.ConsumeIntInRange(0, len(lines) - 1)
                lines[where : where + 1] = changed(lines[where], chance, signs)
                pages[at] = pages[at]._replace(lines=lines)
        read_short(pages, "")

    return read


def changed(line: Line, chance: Any, signs: str) -> list[Line]:
    """Return no line, the line twice, or the line with other characters."""
    from daihou.report.pdf.lines import line_of

    action = chance.ConsumeIntInRange(0, 7)
    if action < 2:
        return [line] * (2 * action)
    runs = list(line.runs)
    at = chance.ConsumeIntInRange(0, len(runs) - 1)
    text = list(runs[at].text)
    for _ in range(action):
        where = chance.ConsumeIntInRange(0, len(text) - 1)
        text[where] = signs[chance.ConsumeIntInRange(0, len(signs) - 1)]
    runs[at] = runs[at]._replace(text="".join(text))
    return [line_of(runs)]


def seeds(target: str) -> list[bytes]:
    """Return invented reports in the layout of a target."""
    from daihou.report import ReportKind
    from daihou.report.writers.invent import Size, invent_report

    people = [invent_report(n, Size(accounts=6, inquiries=8)) for n in range(12)]
    if target in ("short", "text"):
        from daihou.report.writers.project import as_short
        from daihou.report.writers.short_pdf import Look, write_short_pdf

        kinds = (ReportKind.PBOC_SHORT_V1, ReportKind.PBOC_SHORT_V2)
        looks = (Look(), Look(ruled=True, split_rows=True), Look(watermark=False, middle=True))
        return [
            write_short_pdf(as_short(one, kinds[n % 2]), looks[n % 3])
            for n, one in enumerate(people)
        ]
    if target == "detailed":
        from daihou.report.writers.detailed_pdf import write_detailed_pdf
        from daihou.report.writers.project_detailed import as_detailed

        return [write_detailed_pdf(as_detailed(one)) for one in people[:6]]
    from daihou.report.writers.gen2 import Envelope, Gen2Form, Syntax, write_gen2

    forms = {
        "xml": [Gen2Form(), Gen2Form(encoding="gb18030")],
        "json": [Gen2Form(syntax=Syntax.JSON), Gen2Form(syntax=Syntax.JSON, arrays=False)],
        "envelope": [Gen2Form(envelope=Envelope.PLAIN), Gen2Form(envelope=Envelope.GZIP)],
    }[target]
    return [write_gen2(one, forms[n % len(forms)]) for n, one in enumerate(people)]


if __name__ == "__main__":
    sys.exit(main())
