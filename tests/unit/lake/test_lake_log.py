"""The lake publishes many tables in one step, or nothing."""

import os
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from daihou.errors import DiskError, HomeError, LakeError
from daihou.lake import Area, EntryKind, Lake, StagedFile, content_hash
from daihou.lake import disk as disk_module
from daihou.lake.log import CHECKPOINT_EVERY, CHECKPOINTS_KEPT, Log

NOW = datetime(2026, 1, 31, 20, 0, tzinfo=UTC)
DAY = date(2026, 1, 31)


@pytest.fixture
def lake(tmp_path):
    return Lake.create(tmp_path / "lake")


def staged(lake, table, values, **settings):
    path = lake.stage("test") / "x.parquet"
    pq.write_table(pa.table({"a": values}), path)
    return StagedFile(table, path, len(values), **settings)


def night(lake, day, values=(1, 2)):
    tables = ("account_day", "signal_day")
    files = [staged(lake, t, list(values), area=Area.NIGHTS, as_of=day) for t in tables]
    return lake.publish(EntryKind.NIGHT, NOW, {"as_of": day.isoformat()}, files)


def test_what_is_published_is_seen_by_the_next_reader(lake):
    entry = lake.publish("landing", NOW, {"n": 1}, [staged(lake, "payment", [1, 2, 3], slot="p")])
    again = Lake.open(lake.root)
    (file,) = again.fact_files("payment")
    assert (file.rows, file.landing, file.slot, entry.version) == (3, 1, "p", 1)
    assert pq.read_table(again.path_of(file)).num_rows == 3
    assert file.content_hash == disk_module.file_hash(again.path_of(file))
    assert again.landings() == (entry,)


def test_all_tables_of_a_night_appear_together_and_nights_come_by_day(lake):
    night(lake, DAY)
    night(lake, DAY - timedelta(31))
    assert [entry.as_of for entry in lake.nights()] == [DAY - timedelta(31), DAY]
    assert len(lake.night_files("account_day", DAY)) == 1
    assert len(lake.night_files("signal_day", DAY)) == 1


def test_a_night_run_again_replaces_itself_and_the_old_one_can_still_be_looked_back_at(lake):
    first = night(lake, DAY, (1, 2))
    second = night(lake, DAY, (7, 8, 9))
    assert lake.nights() == (second,)
    assert [f.rows for f in lake.night_files("account_day", DAY)] == [3]
    (old,) = lake.night_files("account_day", DAY, at=first.version)
    assert pq.read_table(lake.path_of(old))["a"].to_pylist() == [1, 2]


def test_a_replaced_landing_is_gone_now_and_there_before(lake):
    first = lake.publish("landing", NOW, {}, [staged(lake, "payment", [1])])
    gone = [file.path for file in lake.fact_files("payment")]
    lake.publish("landing", NOW, {}, [staged(lake, "payment", [2])], gone)
    assert [f.landing for f in lake.fact_files("payment")] == [2]
    assert [f.landing for f in lake.fact_files("payment", at=first.version)] == [1]


def test_a_kill_before_the_log_entry_publishes_nothing(lake, monkeypatch):
    night(lake, DAY)

    def killed(self, entry):
        raise KeyboardInterrupt

    files = [staged(lake, "account_day", [9], area=Area.NIGHTS, as_of=DAY)]
    with monkeypatch.context() as patched:
        patched.setattr(Log, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            lake.publish("night", NOW, {}, files)
    fresh = Lake.open(lake.root)
    assert fresh.version == 1
    assert [f.rows for f in fresh.night_files("account_day", DAY)] == [2]
    swept = fresh.sweep(NOW + timedelta(days=400_000))
    assert any(path.startswith("nights/account_day/") for path in swept)
    assert night(fresh, DAY, (5,)).version == 2


def test_equal_files_published_together_keep_their_own_slots(lake):
    lake.publish("landing", NOW, {}, [staged(lake, "payment", [1], slot=s) for s in ("one", "two")])
    assert [f.slot for f in lake.fact_files("payment")] == ["one", "two"]


def test_a_second_writer_is_refused_while_the_first_writes(lake):
    other = Lake.open(lake.root)
    with lake.writer(), pytest.raises(LakeError, match=f"process {os.getpid()}"):
        other.publish("landing", NOW, {}, [])
    assert other.publish("landing", NOW, {}, []).version == 1


def test_a_writer_sees_what_others_published_before_it_writes(lake):
    other = Lake.open(lake.root)
    night(lake, DAY)
    assert night(other, DAY, (3,)).version == 2
    assert len(Lake.open(lake.root).night_files("account_day", DAY)) == 1


def test_of_two_writers_without_a_lock_one_is_refused(lake, monkeypatch):
    night(lake, DAY)
    other = Lake.open(lake.root)
    night(lake, DAY, (1, 2, 3))
    monkeypatch.setattr(Lake, "refresh", lambda self: None)
    files = [staged(other, "account_day", [4], area=Area.NIGHTS, as_of=DAY)]
    real = Log.append

    def looks_again(self, entry):
        monkeypatch.undo()
        return real(self, entry)

    monkeypatch.setattr(Log, "append", looks_again)
    with pytest.raises(LakeError, match="another writer"):
        other.publish("night", NOW, {}, files)


def test_many_nights_open_from_a_checkpoint_and_equal_the_whole_log(lake):
    days = [DAY + timedelta(n) for n in range(CHECKPOINT_EVERY * 3 + 5)]
    for day in days:
        lake.publish("night", NOW, {}, [])
        lake.publish(
            "landing", NOW, {"day": day.isoformat()}, [staged(lake, "payment", [1])]
        ) if day.day == 1 else None
    kept = sorted((lake.root / "_log").glob("checkpoint-*.json"))
    assert len(kept) == CHECKPOINTS_KEPT
    quick = Lake.open(lake.root)
    for path in kept:
        path.write_text("{damaged")
    slow = Lake.open(lake.root)
    assert quick.fact_files("payment") == slow.fact_files("payment")
    assert quick.landings() == slow.landings()


def test_a_missing_log_entry_is_noticed(lake):
    for day in range(3):
        night(lake, DAY + timedelta(day))
    (lake.root / "_log" / "000000000002.json").unlink()
    with pytest.raises(LakeError, match="entry 2 is missing"):
        Lake.open(lake.root)


def test_a_damaged_log_entry_names_its_file(lake):
    night(lake, DAY)
    path = lake.root / "_log" / "000000000001.json"
    path.write_text(path.read_text()[:50])
    with pytest.raises(LakeError, match=r"000000000001\.json"):
        Lake.open(lake.root)


def test_retention_drops_old_nights_for_good_and_says_so(lake):
    for n in range(3):
        night(lake, DAY + timedelta(n))
    old = lake.night_files("account_day", DAY)[0]
    entry = lake.retain(DAY + timedelta(2), NOW)
    assert entry is not None and entry.kind is EntryKind.RETENTION
    assert [n.as_of for n in Lake.open(lake.root).nights()] == [DAY + timedelta(2)]
    assert not (lake.root / old.path).exists()
    (back,) = lake.night_files("account_day", DAY, at=1)
    with pytest.raises(LakeError, match="deleted for good"):
        lake.path_of(back)
    assert lake.retain(DAY + timedelta(2), NOW) is None


def test_a_kill_between_retention_and_deletion_leaves_only_what_sweep_takes(lake):
    night(lake, DAY)
    file = lake.night_files("account_day", DAY)[0]
    content = (lake.root / file.path).read_bytes()
    lake.retain(DAY + timedelta(1), NOW)
    (lake.root / file.path).write_bytes(content)
    assert file.path in Lake.open(lake.root).sweep(NOW)


def test_replaced_files_go_only_when_asked(lake):
    lake.publish("landing", NOW, {}, [staged(lake, "payment", [1])])
    (old,) = lake.fact_files("payment")
    lake.publish("landing", NOW, {}, [staged(lake, "payment", [2])], [old.path])
    assert lake.retain(DAY, NOW) is None
    assert (lake.root / old.path).exists()
    lake.retain(DAY, NOW, drop_replaced=True)
    assert not (lake.root / old.path).exists()
    assert len(lake.fact_files("payment")) == 1


def test_sweep_leaves_young_staging_and_everything_named(lake):
    night(lake, DAY)
    young = lake.stage("running")
    before = sorted(p for p in lake.root.rglob("*.parquet") if "_staging" not in p.parts)
    lake.sweep(datetime.now(UTC))
    assert young.exists()
    assert [p for p in before if p.exists()] == before


def test_a_full_disk_publishes_nothing_and_says_how_much_is_free(lake, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device", str(path))

    files = [staged(lake, "payment", [1])]
    monkeypatch.setattr(disk_module, "sync_file", full)
    with pytest.raises(DiskError, match=r"No space left.*GB free"):
        lake.publish("landing", NOW, {}, files)
    monkeypatch.undo()
    assert Lake.open(lake.root).version == 0


def test_a_folder_that_is_no_lake_is_refused(tmp_path):
    with pytest.raises(HomeError, match="no lake"):
        Lake.open(tmp_path)


def test_a_lake_is_not_made_twice_nor_where_file_patterns_would_match(tmp_path, lake):
    with pytest.raises(HomeError, match="already"):
        Lake.create(lake.root)
    with pytest.raises(HomeError, match="file pattern"):
        Lake.create(tmp_path / "a[1]" / "lake")


def test_a_version_that_never_was_is_refused(lake):
    with pytest.raises(LakeError, match="no version 7"):
        lake.nights(at=7)


def test_content_hash_tells_order_and_content(tmp_path):
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"a")
    two.write_bytes(b"b")
    assert content_hash([one, two]) == content_hash([one, two]) != content_hash([two, one])
