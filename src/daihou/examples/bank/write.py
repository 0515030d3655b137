"""Writing a simulated bank: a lender's inbox of any size, its mappings and its book."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Literal, TypedDict, Unpack

from daihou.contracts import FACTS, FROM_OPERATIONS
from daihou.errors import DiskError, HomeError
from daihou.examples.bank.chunk import bench_tables, full_tables
from daihou.examples.bank.days import Calendar
from daihou.examples.bank.draws import Draws
from daihou.examples.bank.people import CHUNK
from daihou.examples.bank.writer import ShardWriter

Profile = Literal["full", "bench"]
HANDED_OVER = tuple(name for name in FACTS if name not in FROM_OPERATIONS)
BENCH_TABLES = ("customer", "account", "instalment", "payment")
SHARD_CHUNKS: Mapping[str, int] = {"full": 10, "bench": 50}
"""Chunks in one file: about 5 million rows of the largest table."""
MOST_ACCOUNTS = 1_000_000_000
OWN_FILE = re.compile(rf"({'|'.join(FACTS)})-\d{{4}}\.parquet(\.part)?")

BOOK = """\
# Simulated: no person, firm or loan in this book exists. Made by `daihou.examples.bank`.
book: bank
title: {zh: 示例银行（模拟数据）, en: Example bank (simulated)}
currency: CNY
simulated: true
rule_packs: {default: [cn_2023], card: [cn_2023, cn_card_2011]}
allocation: {within_due: [fee, interest, principal], tolerance_bp: 0}
holidays: {roll: none}
loss_rates: loss_rates.yaml
policy: policy/cn_retail.yaml
asking: asking.yaml
institution: [模拟示例银行股份有限公司, D10000000H0001]
"""
MAPPING = """\
# Simulated data. The files already have the columns and units of the contract.
source:
  files: {table}-*.parquet
  format: parquet
  may_be_empty: true
table: {table}
slot: "{{stem}}"
match_names: true
"""


@dataclass(frozen=True, slots=True)
class BankOptions:
    """What kind of bank to write.

    ``profile`` full has every fact table; bench has what the speed of a night is measured on.
    ``identities`` fills name, id_no and phone with invented values that no person can have.
    """

    as_of: date = date(2025, 6, 30)
    months: int = 12
    profile: Profile = "full"
    identities: bool = False
    threads: int = 1


class BankWishes(TypedDict, total=False):
    """The options of a bank as keywords; what is left out is as in BankOptions."""

    as_of: date
    months: int
    profile: Profile
    identities: bool
    threads: int


@dataclass(frozen=True, slots=True)
class BankReceipt:
    """What was written: every row of it simulated."""

    accounts: int
    seed: int
    options: BankOptions
    rows: Mapping[str, int]
    files: tuple[str, ...]
    bytes: int
    simulated: bool = True


@dataclass
class _Progress:
    """Counts finished accounts over all threads and tells the caller."""

    total: int
    tell: Callable[[int, int], None] | None
    done: int = 0
    lock: Lock = field(default_factory=Lock)

    def add(self, accounts: int) -> None:
        with self.lock:
            self.done += accounts
            if self.tell is not None:
                self.tell(self.done, self.total)


def write_bank(
    folder: Path,
    accounts: int,
    seed: int = 1,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    **wishes: Unpack[BankWishes],
) -> BankReceipt:
    """Write ``inbox/*.parquet``, ``mappings/*.yaml`` and ``book.yaml`` below ``folder``.

    The same seed and options give the same bytes, whatever the number of threads. Account i is the
    same in a bank of any size. Files of an earlier bank in the same folder are replaced.
    ``on_progress`` is told accounts done and accounts in all; 0 accounts write no inbox.

    Raises: HomeError when a number is out of range; DiskError when the disk is full or closed.
    """
    options = BankOptions(**wishes)
    _check(accounts, seed, options)
    inbox = folder / "inbox"
    try:
        _prepare(folder, options)
        rows = _write_shards(inbox, accounts, seed, options, on_progress)
        files = sorted(path for path in inbox.iterdir() if OWN_FILE.fullmatch(path.name))
        size = sum(path.stat().st_size for path in files)
    except OSError as error:
        raise DiskError(
            f"cannot write: {error}", where=str(folder), why="the bank is not whole",
            next_step="free space or fix the permissions, then run the same command again",
        ) from error  # fmt: skip
    return BankReceipt(accounts, seed, options, rows, tuple(path.name for path in files), size)


def _check(accounts: int, seed: int, options: BankOptions) -> None:
    for name, value, low, high in (
        ("accounts", accounts, 0, MOST_ACCOUNTS),
        ("seed", seed, 0, 2**63 - 1),
        ("months", options.months, 6, 60),
        ("threads", options.threads, 1, 64),
        ("year", options.as_of.year, 2000, 2090),
    ):
        if not low <= value <= high:
            raise HomeError(
                f"{name} {value:,} is out of range", where="simulated bank",
                next_step=f"choose {low:,} to {high:,}",
            )  # fmt: skip
    if options.profile not in SHARD_CHUNKS:
        raise HomeError(
            f"no profile {options.profile!r}", where="simulated bank",
            next_step="choose full or bench",
        )  # fmt: skip


def _prepare(folder: Path, options: BankOptions) -> None:
    """Make the folders, take away what an earlier bank left, write book and mappings."""
    for name in ("inbox", "mappings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path in (folder / "inbox").iterdir():
        if OWN_FILE.fullmatch(path.name):
            path.unlink()
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    wanted = BENCH_TABLES if options.profile == "bench" else HANDED_OVER
    for table in FACTS:
        path = folder / "mappings" / f"{table}.yaml"
        if table in wanted:
            path.write_text(MAPPING.format(table=table), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def _write_shards(
    inbox: Path,
    accounts: int,
    seed: int,
    options: BankOptions,
    on_progress: Callable[[int, int], None] | None,
) -> dict[str, int]:
    calendar = Calendar.ending(options.as_of, options.months)
    chunks = -(-accounts // CHUNK)
    size = SHARD_CHUNKS[options.profile]
    progress = _Progress(accounts, on_progress)

    def write_shard(shard: int) -> dict[str, int]:
        with ShardWriter(inbox, shard) as writer:
            for chunk in range(shard * size, min((shard + 1) * size, chunks)):
                keep = min(CHUNK, accounts - chunk * CHUNK)
                draws = Draws(seed, chunk)
                writer.write(
                    bench_tables(draws, keep, calendar)
                    if options.profile == "bench"
                    else full_tables(draws, keep, calendar, named=options.identities)
                )
                progress.add(keep)
        return writer.rows

    rows: dict[str, int] = {}
    with ThreadPoolExecutor(options.threads) as pool:
        for found in pool.map(write_shard, range(-(-chunks // size))):
            for name, count in found.items():
                rows[name] = rows.get(name, 0) + count
    return rows
