"""Kill real runs at random moments, run them again, and prove that nothing is lost or doubled.

Every kill is a SIGKILL of a child process ``python -m daihou land | night | replay | retain`` on
the auto book, after a random part of the time that the command takes when it is left alone. After
each kill the home is read as anybody would read it, then the same command runs to its end, and the
home must equal one that was never killed: rows, bytes of every fact file, content hash of every
night, number of log entries, and no file that no entry names.

    python benchmarks/kills.py --kills 50 --seed 1
    python benchmarks/kills.py --steps          # one kill before every single file operation

``--steps`` needs no luck: on a small book the child kills itself before its first, second, third …
operation on the lake, until it comes to its end.
"""

from __future__ import annotations

import argparse
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from daihou.contracts import FACTS, RESULTS
from daihou.lake import Area, Lake
from daihou.lake.disk import file_hash

SOURCE = Path(__file__).resolve().parent.parent / "src"
MANY_NIGHTS = ("--from", "2018-07-31", "--to", "2018-12-31")
NIGHTS = ("2019-01-31", "2019-02-28")
SCREEN_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
BAR = re.compile(r"[╸━╺ ]{8,}")
WATCHED = frozenset(
    {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "open"}
)
"""Audit events that stand for one operation on a file system."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the product, without its home."""

    name: str
    arguments: tuple[str, ...] = ()

    def line(self, home: Path) -> list[str]:
        return [self.name, *self.arguments, "--home", str(home)]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: exit status (negative: its signal), seconds, the last thing it said."""

    status: int
    seconds: float
    said: str
    output: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a home holds, to be compared with another home.

    A night that was published and then killed is published again: entries of nights may be more
    than in the other home, landings may not.
    """

    landings: tuple[str, ...]
    rows: dict[str, int]
    facts: tuple[tuple[str, str, str], ...]
    nights: dict[str, dict[str, str]]


@dataclass(slots=True)
class Tally:
    """What the kills met: hits by command and moment, and every fault found."""

    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    survived: int = 0
    published: int = 0
    littered: int = 0
    faults: list[str] = field(default_factory=list)


def environment() -> dict[str, str]:
    paths = [str(SOURCE), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(p for p in paths if p)),
        "COLUMNS": "200",
        "TERM": "xterm",
    }


def run(line: Sequence[str], kill_after: float | None = None) -> Ended:
    """Run a child to its end, or kill it after some seconds; its bar is read from a terminal."""
    ours, theirs = pty.openpty()
    heard = bytearray()

    def listen() -> None:
        try:
            while piece := os.read(ours, 65536):
                heard.extend(piece)
        except OSError:
            pass  # the terminal ends with the child

    ear = threading.Thread(target=listen, daemon=True)
    ear.start()
    began = time.monotonic()
    child = subprocess.Popen(
        list(line), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        status = child.wait(kill_after)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        status = child.wait()
    seconds = time.monotonic() - began
    ear.join(5)
    os.close(ours)
    text = SCREEN_CODES.sub("", heard.decode(errors="replace"))
    return Ended(status, seconds, _last_said(text), text)


def daihou(home: Path, command: Command, kill_after: float | None = None) -> Ended:
    return run([sys.executable, "-m", "daihou", *command.line(home)], kill_after)


def _last_said(text: str) -> str:
    """Return the last description that the progress bar showed."""
    lines = [line for line in re.split(r"[\r\n]", text) if BAR.search(line)]
    return BAR.split(lines[-1])[0].strip() if lines else "starting"


def holdings(home: Path) -> Holdings:
    """Return what the lake of ``home`` holds now."""
    lake = Lake.open(home / "lake")
    facts = lake.live_files(Area.FACTS)
    rows: Counter[str] = Counter()
    for file in facts:
        rows[file.table] += file.rows
    return Holdings(
        tuple(str(entry.note["source"]) for entry in lake.landings()),
        dict(rows),
        tuple((file.table, file.slot or "", file.content_hash) for file in facts),
        {
            str(night.as_of): {file.table: file.content_hash for file in night.adds}
            for night in lake.nights()
        },
    )


def faults(home: Path) -> list[str]:
    """Return what is wrong with a home as a reader finds it, at any moment: nothing may be."""
    lake = Lake.open(home / "lake")
    found: list[str] = []
    names = sorted(path.stem for path in (lake.root / "_log").glob("[0-9]*.json"))
    if [int(name) for name in names] != list(range(lake.version + 1)):
        found.append(f"log entries are not numbered 0 to {lake.version}: {names}")
    for area in Area:
        for file in lake.live_files(area):
            path = lake.path_of(file)
            if not path.exists():
                found.append(f"{file.path} is published and is not there")
            elif file_hash(path) != file.content_hash:
                found.append(f"{file.path} has other bytes than were published")
            elif area is not Area.IDENTITY and pq.read_metadata(path).num_rows != file.rows:
                found.append(f"{file.path} has another number of rows than was published")
    for night in lake.nights():
        tables = sorted(file.table for file in lake.live_files(Area.NIGHTS)
                        if file.as_of == night.as_of)  # fmt: skip
        if tables != sorted(RESULTS):
            found.append(f"the night of {night.as_of} has the tables {tables}")
    if found:
        return found  # keys of files that are not as published tell nothing
    for name, contract in FACTS.items():
        paths = [lake.path_of(file) for file in lake.fact_files(name) if file.rows]
        if paths and not contract.latest_by_key:
            keys = pa.concat_tables(pq.read_table(p, columns=list(contract.key)) for p in paths)
            if keys.group_by(list(contract.key)).aggregate([]).num_rows != keys.num_rows:
                found.append(f"{name} holds a key twice")
    slots = [file.slot for file in lake.live_files(Area.FACTS)]
    if len(slots) != len(set(slots)):
        found.append(f"a slot is filled twice: {slots}")
    return found


def mirror_faults(home: Path) -> list[str]:
    """Return where a Delta log names other files than the lake; after a night none may."""
    lake = Lake.open(home / "lake")
    found = []
    for area in (Area.FACTS, Area.NIGHTS):
        live = lake.live_files(area)
        for table in sorted({file.table for file in live}):
            folder = lake.root / area.value / table
            wanted = {str(lake.path_of(file)) for file in live if file.table == table}
            named = {uri.removeprefix("file://") for uri in DeltaTable(folder).file_uris()}
            if named != wanted:
                found.append(f"the Delta log of {table} names {named} and not {wanted}")
    return found


def litter(home: Path) -> list[str]:
    """Return the files of a lake that no entry names, and what is left in its scratch folder."""
    lake = Lake.open(home / "lake")
    entries = [lake.live_files(area) for area in Area]
    known = {file.path for files in entries for file in files}
    for entry in lake._log.read(-1):  # replaced files stay on disk to look back at
        known.update(file.path for file in entry.adds)
    left = [
        path.relative_to(lake.root).as_posix()
        for area in Area for path in (lake.root / area.value).rglob("*.parquet")
        if path.relative_to(lake.root).as_posix() not in known
    ]  # fmt: skip
    left += [f"_staging/{path.name}" for path in (lake.root / "_staging").iterdir()]
    left += [f"_log/{path.name}" for path in (lake.root / "_log").glob(".*.tmp")]
    return sorted(left)


def prove(home: Path, command: Command, wanted: Holdings, tally: Tally, moment: str) -> None:
    """Read a killed home, run its command again, and hold it against the home never killed."""
    found = [f"before the second run: {fault}" for fault in faults(home)]
    tally.littered += bool(litter(home))
    again = daihou(home, command)
    if again.status:
        found.append(f"the second run ended with {again.status}: {again.output[-2000:]}")
    found += faults(home)
    found += mirror_faults(home) if command.name in ("night", "retain") else []
    left = [name for name in litter(home) if not name.startswith("_staging/replay-")]
    found += [f"{name} was left behind" for name in left]
    if (now := holdings(home)) != wanted:
        found.append(f"the home holds {now}\nand not {wanted}")
    tally.faults += [f"{' '.join(command.line(home))}, killed at {moment}: {f}" for f in found]


def plan_of(nights: Sequence[str], *many: Command) -> list[Command]:
    """Return the commands of one round, in order."""
    runs = [Command("night", ("--as-of", day)) for day in nights]
    replayed = Command("replay", ("--as-of", nights[-1]))
    kept = Command("retain", ("--keep-from", nights[-1]))
    return [Command("land"), *many, *runs, replayed, kept]


def reference(home: Path, plan: Sequence[Command]) -> tuple[list[Holdings], list[float]]:
    """Run a plan without kills; return what the home holds after each command, and its seconds."""
    held, seconds = [], []
    for command in plan:
        ended = daihou(home, command)
        if ended.status:
            raise SystemExit(f"{command} ended with {ended.status}\n{ended.output}")
        held.append(holdings(home))
        seconds.append(ended.seconds)
    return held, seconds


def random_kills(folder: Path, kills: int, seed: int) -> Tally:
    """Kill ``kills`` runs of the auto book, each after a random part of its time."""
    template, chance, tally = folder / "template", random.Random(seed), Tally()
    made = run([sys.executable, "-m", "daihou", "init", str(template), "--example", "auto"])
    if made.status:
        raise SystemExit(made.output)
    with (template / "book.yaml").open("a", encoding="utf-8") as settings:
        settings.write("delta_mirror: true\n")
    plan = plan_of(NIGHTS, Command("night", MANY_NIGHTS))
    shutil.copytree(template, folder / "reference")
    wanted, seconds = reference(folder / "reference", plan)
    print("without a kill: " + ", ".join(
        f"{c.name} {s:.1f} s" for c, s in zip(plan, seconds, strict=True)), flush=True)  # fmt: skip
    home, done = folder / "killed", 0
    while done < kills:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(template, home)
        for command, held, usual in zip(plan, wanted, seconds, strict=True):
            if done >= kills:
                break
            version = Lake.open(home / "lake").version
            ended = daihou(home, command, chance.uniform(0, usual))
            if ended.status != -signal.SIGKILL:
                tally.survived += 1  # it was quicker than usual: no kill to count
            else:
                done += 1
                moment = _moment(command, ended.said)
                published = Lake.open(home / "lake").version - version
                tally.published += bool(published)
                tally.hits[command.name, moment] += 1
                print(f"{done:3} {command.name:7} {ended.seconds:5.2f} s  {ended.said}", flush=True)
            prove(home, command, held, tally, ended.said)
    return tally


def _moment(command: Command, said: str) -> str:
    """Return the phase of a progress line: the step of a landing, the phase of a night."""
    if said in ("starting", "…"):
        return "process starts" if said == "starting" else "home, law and policy read, compiled"
    if command.arguments == MANY_NIGHTS:
        return "one of six nights"
    if re.match(r"日期|payment ", said):
        return "all done, the answer is printed"
    if said in RESULTS:
        return "results written, published"
    if (file := re.match(r"(\S+\.\w+): (.+)", said)) is not None:
        return f"{file[2]} ({file[1]})"
    return said.split(":", maxsplit=1)[0]


def small_plan() -> list[Command]:
    return plan_of(("2024-02-29", "2024-03-31"))


def small_home(root: Path) -> Path:
    """Return a home of three loans in four files, with everything before its first landing."""
    shipped = SOURCE / "daihou" / "examples"
    for name in ("inbox", "mappings", "policy"):
        (root / name).mkdir(parents=True)
    shutil.copy(shipped / "policies" / "us_auto.yaml", root / "policy")
    shutil.copy(shipped / "auto" / "loss_rates.yaml", root)
    (root / "book.yaml").write_text(SMALL_BOOK, encoding="utf-8")
    for name, (mapping, rows) in SMALL_FILES.items():
        (root / "mappings" / f"{name}.yaml").write_text(mapping, encoding="utf-8")
        (root / "inbox" / f"{name}.csv").write_text(rows, encoding="utf-8")
    Lake.create(root / "lake")
    return root


def stepwise(folder: Path, only: Sequence[int] | None = None) -> Tally:
    """Kill each command of the small plan before each of its operations on the lake."""
    tally, plan = Tally(), small_plan()
    home = small_home(folder / "reference")
    wanted: list[Holdings] = []
    for number, command in enumerate(plan):
        shutil.copytree(home, folder / f"before-{number}")
        ended = daihou(home, command)
        assert not ended.status, ended.output
        wanted.append(holdings(home))
    for number, command in enumerate(plan):
        for step in only or range(1, 1000):
            killed = folder / "killed"
            shutil.rmtree(killed, ignore_errors=True)
            shutil.copytree(folder / f"before-{number}", killed)
            line = [sys.executable, __file__, "child", str(step), str(killed / "lake")]
            ended = run([*line, *command.line(killed)])
            if ended.status != -signal.SIGKILL:
                tally.faults += [] if ended.status == 0 else [f"{command} {step}: {ended.output}"]
                print(f"{command.name}: {step - 1} operations", flush=True)
                break
            operation = ended.output.rsplit("about to ", 1)[-1].strip()
            place = re.sub(r"(locked-)?(night|landing|replay)-[0-9a-f]{12}", "…", operation)
            place = re.sub(r"[0-9a-f]{8,}\S*|\d{4}-\d\d-\d\d", "…", place)
            tally.hits[command.name, place] += 1
            had = Lake.open(folder / f"before-{number}" / "lake").version
            tally.published += Lake.open(killed / "lake").version > had
            prove(killed, command, wanted[number], tally, f"step {step}, {operation}")
    return tally


def child(step: str, lake: str, arguments: list[str]) -> None:
    """Run one command in this process and kill it before an operation on the lake.

    ``step`` is the operation's number, or how its text begins (``os.link /_log``).
    """
    from daihou.cli import main as daihou_main

    done = 0

    def watch(event: str, values: tuple[object, ...]) -> None:
        nonlocal done
        if event not in WATCHED or not str(values[0]).startswith(lake):
            return
        if event == "open" and not (isinstance(values[2], int) and values[2] & (
            os.O_WRONLY | os.O_RDWR)):  # fmt: skip
            return
        done += 1
        operation = f"{event} {str(values[0]).removeprefix(lake)}"
        if str(done) == step or operation.startswith(step):
            os.write(2, f"about to {operation}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    sys.argv = ["daihou", *arguments]
    daihou_main()


def lines(tally: Tally) -> Iterator[str]:
    """Yield the result as a table."""
    yield "| command | killed at | kills |"
    yield "|---|---|---|"
    for (command, moment), count in sorted(tally.hits.items()):
        yield f"| {command} | {moment} | {count} |"
    kills = tally.hits.total()
    yield (
        f"\n{kills} kills; {tally.published} after the publication, {tally.littered} left files"
        f" that the second run took away; {tally.survived} runs ended before their kill."
    )
    yield f"{len(tally.faults)} faults." + "".join(f"\n- {fault}" for fault in tally.faults)


def main() -> None:
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="daihou-kills-") as name:
        began = time.monotonic()
        folder = Path(name)
        tally = stepwise(folder) if options.steps else random_kills(
            folder, options.kills, options.seed
        )  # fmt: skip
        print("\n".join(lines(tally)))
        print(f"{time.monotonic() - began:.0f} s, seed {options.seed}")
    if tally.faults:
        raise SystemExit(1)


SMALL_BOOK = """\
book: small
title: {zh: 三笔贷款, en: Three loans}
currency: CNY
simulated: true
delta_mirror: true
rule_packs: {default: [us_retail]}
loss_rates: loss_rates.yaml
policy: policy/us_auto.yaml
brakes: {accounts_change_max_bp: 20000, balance_change_max_bp: 20000, rows_rejected_max_bp: null,
  class_downgrades_max_bp: null}
"""
_CUSTOMER = """\
source: {files: "customer*.csv"}
table: customer
columns:
  customer_id: {from: customer}
  recorded_on: {constant: "2024-01-01"}
  kind: {constant: person}
  retail: {constant: "true"}
  currency: {constant: CNY}
"""
_ACCOUNT = """\
source: {files: "account*.csv"}
table: account
columns:
  account_id: {from: account}
  recorded_on: {from: opened}
  customer_id: {from: customer}
  product: {constant: instalment_loan}
  currency: {constant: CNY}
  opened_on: {from: opened}
  amount_minor: {from: amount, unit: yuan}
"""
_INSTALMENT = """\
source: {files: "instalment*.csv"}
table: instalment
currency: CNY
columns:
  account_id: {from: account}
  instalment_no: {from: no}
  due_on: {from: due}
  principal_minor: {from: amount, unit: yuan}
  interest_minor: {constant: "0"}
  fee_minor: {constant: "0"}
"""
_PAYMENT = """\
source: {files: "payment*.csv"}
table: payment
currency: CNY
columns:
  payment_id: {from: id}
  account_id: {from: account}
  paid_on: {from: day}
  kind: {constant: payment}
  amount_minor: {from: amount, unit: yuan}
"""
SMALL_FILES = {
    "account": (_ACCOUNT, "account,customer,opened,amount\n" + "".join(
        f"A{n},C{n},2024-01-05,300.00\n" for n in (1, 2, 3))),
    "customer": (_CUSTOMER, "customer\nC1\nC2\nC3\n"),
    "instalment": (_INSTALMENT, "account,no,due,amount\n" + "".join(
        f"A{n},{m},2024-{m + 1:02}-05,100.00\n" for n in (1, 2, 3) for m in (1, 2, 3))),
    "payment": (_PAYMENT, "id,account,day,amount\nP1,A1,2024-02-05,100.00\n"
                "P2,A1,2024-03-05,100.00\nP3,A2,2024-02-20,50.00\n"),
}  # fmt: skip
"""One mapping and one file of each fact table: the third borrower pays nothing."""


if __name__ == "__main__":
    main()
