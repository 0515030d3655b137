"""One table's landing: rows taken, rows set aside, and nothing in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daihou.engines import Connection, disk_errors
from daihou.errors import LandingRefused
from daihou.intake import problems as q
from daihou.intake.plan import WRITTEN_AS, Plan
from daihou.intake.trees import render, text
from daihou.lake.vault import HOW_TO_MAKE_A_KEY, KEY_VARIABLE, write_sealed

EXAMPLES = 3
SEALED_BATCH_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How often one problem was met in one column, with its first places."""

    code: str
    place: str
    meaning: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Landed:
    """A table's finished files in the scratch folder, and its counts: read = taken + set aside."""

    accepted: Path
    quarantine: Path | None
    identity: Path | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_sealed: int
    unique_keys: bool
    problems: tuple[ProblemCount, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a table is landed with: engine, folder for its files, key for identifying columns."""

    engine: Connection
    folder: Path
    key: bytes | None


def land_table(bench: Bench, plan: Plan, elsewhere: Sequence[Path]) -> Landed:
    """Write the accepted, quarantined and sealed rows of the raw view; return what was written.

    ``elsewhere`` are files of the same table from other slots, whose keys may not come again.

    Raises: LandingRefused when names and the like came without a key; DiskError.
    """
    con = bench.engine
    accepted = bench.folder / "accepted.parquet"
    with disk_errors(bench.folder):
        read = _one(con, f"SELECT count(*) FROM ({plan.rows})")
        taken = _copy(con, plan.accepted(False), accepted)
        _make_dropped(con)
        unique = _find_repeats(con, plan, accepted)
        if elsewhere and not plan.contract.latest_by_key:
            _find_landed(con, plan, (accepted, elsewhere))
        dropped = _one(con, "SELECT count(*) FROM dropped") > 0
        if dropped:
            taken = _copy(con, plan.accepted(True), accepted)
        quarantine, aside, counts = _quarantine(bench, plan) if taken < read else (None, 0, ())
    if taken + aside != read:
        raise AssertionError(f"{read} rows read, {taken} taken and {aside} set aside")
    identity, sealed = _seal(bench, plan, dropped)
    return Landed(accepted, quarantine, identity, read, taken, aside, sealed,
                  unique or dropped, counts)  # fmt: skip


def _one(con: Connection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def _literal(path: Path) -> str:
    return render(text(str(path)))


def _copy(con: Connection, query: str, target: Path) -> int:
    return _one(con, f"COPY ({query}) TO {_literal(target)} ({WRITTEN_AS})")


def _make_dropped(con: Connection) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE dropped "
        "(source_row BIGINT, code VARCHAR, place VARCHAR, message VARCHAR)"
    )


def _key_list(plan: Plan, prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in plan.contract.key)


def _find_repeats(con: Connection, plan: Plan, accepted: Path) -> bool:
    """Fill ``dropped`` with rows whose key comes more than once; True when none does.

    Most files are sorted by their key: that is proved in one cheap pass. Otherwise 64-bit hashes
    of keys are counted, and only rows with a hash that comes twice are looked at as they are.
    """
    scan, keys = f"read_parquet({_literal(accepted)})", _key_list(plan)
    step_back = _one(con, f"SELECT count(*) FROM (SELECT k <= lag(k) OVER () AS back FROM "
                          f"(SELECT ROW({keys}) AS k FROM {scan})) WHERE back")  # fmt: skip
    if step_back == 0:
        return True
    con.execute(f"CREATE OR REPLACE TEMP TABLE twice AS SELECT hash({keys}) AS h FROM {scan} "
                "GROUP BY 1 HAVING count(*) > 1")  # fmt: skip
    if _one(con, "SELECT count(*) FROM twice") == 0:
        return True
    con.execute(f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT * FROM ({plan.keys()}) "
                f"WHERE hash({keys}) IN (SELECT h FROM twice)")  # fmt: skip
    place = render(text(", ".join(plan.contract.key)))
    con.execute(
        f"INSERT INTO dropped SELECT s.__row, CASE WHEN g.differ THEN '{q.CONFLICTING_KEY}' ELSE "
        f"'{q.REPEATED_ROW}' END, {place}, CASE WHEN g.differ THEN concat('the key comes ', g.n, "
        "' times with different contents, first in row ', g.first) ELSE "
        "concat('the same row stands in row ', g.first) END "
        f"FROM suspects s JOIN (SELECT {keys}, min(__row) AS first, count(*) AS n, "
        "min(__content) <> max(__content) AS differ FROM suspects GROUP BY ALL HAVING count(*) > 1"
        f") g USING ({keys}) WHERE g.differ OR s.__row <> g.first"
    )
    return _one(con, "SELECT count(*) FROM dropped") == 0


def _find_landed(con: Connection, plan: Plan, files: tuple[Path, Sequence[Path]]) -> None:
    """Add to ``dropped`` the rows whose key was landed from another slot."""
    accepted, elsewhere = files
    keys = _key_list(plan)
    others = ", ".join(_literal(path) for path in elsewhere)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE met AS SELECT DISTINCT {keys} FROM "
        f"(SELECT {keys} FROM read_parquet([{others}], hive_partitioning = false)) SEMI JOIN "
        f"(SELECT {keys} FROM read_parquet({_literal(accepted)})) USING ({keys})"
    )
    if _one(con, "SELECT count(*) FROM met"):
        place = render(text(", ".join(plan.contract.key)))
        con.execute(
            f"INSERT INTO dropped SELECT __row, '{q.LANDED_ELSEWHERE}', {place}, "
            "'a row with this key was landed from another file' "
            f"FROM ({plan.keys()}) SEMI JOIN met USING ({keys})"
        )


def _quarantine(bench: Bench, plan: Plan) -> tuple[Path, int, tuple[ProblemCount, ...]]:
    con, target = bench.engine, bench.folder / "quarantine.parquet"
    also = (
        "SELECT d.source_row, d.code, d.place, d.message, r.__raw AS raw FROM dropped d "
        f"JOIN ({plan.rows}) r ON r.__row = d.source_row"
    )
    _copy(con, f"SELECT * FROM ({plan.problems()} UNION ALL {also}) "
               "ORDER BY source_row, code, place", target)  # fmt: skip
    scan = f"read_parquet({_literal(target)})"
    aside = _one(con, f"SELECT count(DISTINCT source_row) FROM {scan}")
    found = con.execute(
        "SELECT code, place, count(*), arg_min(concat('row ', source_row, ': ', message), "
        f"source_row, {EXAMPLES}) FROM {scan} GROUP BY code, place ORDER BY code, place"
    ).fetchall()
    meanings = dict(q.CODES) | {code: says for code, _, says in plan.contract.row_rules}
    counts = tuple(
        ProblemCount(code, place, meanings[code], rows, tuple(first))
        for code, place, rows, first in found
    )
    return target, aside, counts


def _seal(bench: Bench, plan: Plan, dropped: bool) -> tuple[Path | None, int]:
    """Write the identifying columns encrypted, or refuse when there are any and there is no key."""
    if not plan.contract.identifying:
        return None, 0
    query = plan.identities(dropped)
    if not bench.engine.execute(f"SELECT 1 FROM ({query}) LIMIT 1").fetchall():
        return None, 0
    if bench.key is None:
        raise LandingRefused(
            "names, document numbers or phones came, and there is no key to seal them with",
            [f"columns {', '.join(plan.contract.identifying)} are never stored in clear"],
            where=f"table {plan.contract.name}",
            why="a lost disk would give them away",
            next_step=f"make a key, keep it safe, and set {KEY_VARIABLE}: {HOW_TO_MAKE_A_KEY}; "
            "or leave these columns out of the mapping",
        )
    reader = bench.engine.sql(query).to_arrow_reader(SEALED_BATCH_ROWS)
    assert reader is not None, "a query answers with rows"
    target = bench.folder / "identity.parquet"
    return target, write_sealed(target, reader.schema, reader, bench.key)
