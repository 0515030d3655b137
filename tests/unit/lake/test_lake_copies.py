"""The Delta copy follows the lake's log; sealed files open only with their key."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from daihou.errors import HomeError, LakeError
from daihou.lake import Area, Lake, StagedFile
from daihou.lake.delta import mirror
from daihou.lake.vault import key_from_text, read_sealed, write_sealed

NOW = datetime(2026, 1, 31, tzinfo=UTC)
KEY = b"k" * 32
PEOPLE = pa.table({"customer_id": ["c1", "c2"], "name": ["张三丰", None]})


def put(lake, values, removes=(), **settings):
    path = lake.stage("test") / "x.parquet"
    pq.write_table(pa.table({"a": values}), path)
    lake.publish(
        "landing", NOW, {}, [StagedFile("payment", path, len(values), **settings)], removes
    )


def rows_in_delta(folder):
    """Read as another program would, in its own process: the reader keeps threads of its own."""
    code = (
        "import sys, os; from deltalake import DeltaTable; t = DeltaTable(sys.argv[1]);"
        "print(sorted(os.path.basename(u) for u in t.file_uris()), t.version(), flush=True);"
        "os._exit(0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_the_delta_copy_lists_exactly_the_live_files(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    put(lake, [1, 2])
    put(lake, [3])
    (step,) = mirror(lake, NOW)
    assert (step.added, step.removed) == (2, 0)
    assert mirror(lake, NOW) == ()
    put(lake, [4], [lake.fact_files("payment")[0].path])
    (step,) = mirror(lake, NOW)
    assert (step.added, step.removed) == (1, 1)
    names = sorted(Path(f.path).name for f in lake.fact_files("payment"))
    assert rows_in_delta(lake.root / "facts" / "payment") == f"{names} 1"


def test_a_copy_that_missed_publications_catches_up_in_one_commit(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    put(lake, [1])
    mirror(lake, NOW)
    for n in range(3):
        put(lake, [n])
    (step,) = mirror(lake, NOW)
    assert step.added == 3


def test_a_table_that_lost_all_files_is_empty_in_the_copy(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    put(lake, [1], area=Area.NIGHTS, as_of=date(2026, 1, 31))
    mirror(lake, NOW)
    lake.retain(date(2026, 2, 1), NOW)
    (step,) = mirror(lake, NOW)
    assert (step.added, step.removed) == (0, 1)


def test_sealed_and_quarantined_rows_are_not_copied(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    put(lake, [1], area=Area.QUARANTINE)
    put(lake, [1], area=Area.IDENTITY)
    assert mirror(lake, NOW) == ()
    assert not list((tmp_path / "lake").rglob("_delta_log"))


def test_sealed_files_show_nothing_without_the_key_and_all_with_it(tmp_path):
    path = tmp_path / "x.parquet"
    assert write_sealed(path, PEOPLE.schema, PEOPLE.to_batches(), KEY) == 2
    content = path.read_bytes()
    for secret in ("张三丰", "customer_id", "c1"):
        assert secret.encode() not in content
    assert read_sealed([path], KEY).equals(PEOPLE)
    with pytest.raises(LakeError, match="not the key"):
        read_sealed([path], b"x" * 32)


def test_a_key_of_the_wrong_length_is_refused_with_the_way_to_make_one():
    for text in ("", "abc", "!!!!", "YWJj"):
        with pytest.raises(HomeError, match="secrets"):
            key_from_text(text)
    assert len(key_from_text("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")) == 32
