"""Signals about other lenders, computed twice from raw reports: by the night and by plain loops."""

from __future__ import annotations

from collections import Counter

from daihou.signals import load_catalogue
from tests.night_program import InMemory
from tests.unit.signals.shipped import signal_texts
from tests.worked.bureau_people import (
    NIGHT,
    differences,
    expected,
    facts_of_people,
    people,
    published,
)

PERSONS = people(120)


def test_the_night_and_the_second_way_say_the_same_of_every_person_and_signal() -> None:
    night = InMemory(NIGHT, facts_of_people(PERSONS))
    wanted = expected(PERSONS)
    signals = {signal for _, signal in wanted}
    told = published(night.rows("signal_day"), night.rows("customer_day"), signals)
    assert differences(wanted, told) == []
    levels = Counter(level for level, _ in wanted.values())
    assert min(levels[word] for word in ("yellow", "orange", "red", "unknown", "no_hit")) > 50


def test_the_second_way_covers_every_signal_that_reads_a_customers_reports() -> None:
    reads = {
        signal.id
        for signal in load_catalogue(signal_texts()).signals
        if "bureau_report" in signal.needs_facts and signal.id != "H05"
    }
    assert {signal for _, signal in expected(PERSONS[:20])} == reads
