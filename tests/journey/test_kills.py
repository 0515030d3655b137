"""A run that is killed at any moment leaves a home that is whole, and runs again to the same end.

A few kills only, at the steps where most can go wrong; ``benchmarks/kills.py`` does many.
"""

import shutil
import signal
import sys

import pytest

from benchmarks import kills
from benchmarks.kills import Command, Tally, daihou, faults, holdings, prove, run, small_home

PLAN = kills.plan_of(("2024-03-31",))
NIGHT = 1


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    """Give a home as it was before each command of the plan, and what it held afterwards."""
    folder = tmp_path_factory.mktemp("kills")
    home = small_home(folder / "reference")
    before, wanted = [], []
    for number, command in enumerate(PLAN):
        shutil.copytree(home, folder / f"before-{number}")
        before.append(folder / f"before-{number}")
        ended = daihou(home, command)
        assert ended.status == 0, ended.output
        wanted.append(holdings(home))
    return before, wanted


def killed_before(event, home, command):
    """Run a command that kills itself before its first operation of a kind on the lake."""
    line = [sys.executable, kills.__file__, "child", event, str(home / "lake")]
    return run([*line, *command.line(home)])


@pytest.mark.parametrize(
    ("number", "event"),
    [
        (0, "os.rename /_staging"),  # a file written, none at its place
        (0, "os.link /_log"),  # all files at their place, not published
        (0, "os.remove /_log"),  # published, not tidied up
        (NIGHT, "os.rename /_staging"),
        (NIGHT, "os.link /_log"),
        (NIGHT, "os.remove /_log"),
        (3, "os.link /_log"),
        (3, "os.remove /nights"),  # the deletion is in the log, the bytes are still there
    ],
)
def test_a_kill_at_a_step_of_publication_leaves_all_or_nothing(tmp_path, rounds, number, event):
    before, wanted = rounds
    plan = PLAN if number != 3 else [*PLAN[:3], Command("retain", ("--keep-from", "2024-04-30"))]
    home = shutil.copytree(before[number], tmp_path / "home")
    ended = killed_before(event, home, plan[number])
    assert ended.status == -signal.SIGKILL, ended.output
    tally = Tally()
    held = wanted[number]
    if number == 3:
        held = kills.Holdings(held.landings, held.rows, held.facts, {})
    prove(home, plan[number], held, tally, event)
    assert tally.faults == []


@pytest.mark.parametrize("seconds", [0.5, 0.9])
def test_a_kill_at_any_time_of_a_night_changes_nothing(tmp_path, rounds, seconds):
    before, wanted = rounds
    home = shutil.copytree(before[NIGHT], tmp_path / "home")
    ended = daihou(home, PLAN[NIGHT], kill_after=seconds)
    assert ended.status in (0, -signal.SIGKILL)
    tally = Tally()
    prove(home, PLAN[NIGHT], wanted[NIGHT], tally, ended.said)
    assert tally.faults == []


def test_the_proof_sees_planted_faults(tmp_path, rounds):
    before, _ = rounds
    home = shutil.copytree(before[2], tmp_path / "home")
    assert faults(home) == [] and kills.litter(home) == []
    fact = next((home / "lake" / "facts" / "payment").rglob("*.parquet"))
    data = bytearray(fact.read_bytes())
    data[10] ^= 1
    fact.write_bytes(data)
    next((home / "lake" / "nights" / "account_day").rglob("*.parquet")).unlink()
    shutil.copy(fact, fact.with_name("stray.parquet"))
    (home / "lake" / "_staging" / "locked-night-0").mkdir()
    told = " ".join(faults(home))
    assert "has other bytes" in told and "is not there" in told
    assert len(kills.litter(home)) == 2
