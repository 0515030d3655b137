"""No inquiry leaves that an independent reading of the law refuses, and no trigger is forgotten.

A few hundred simulated borrowers and eight nights; ``benchmarks/inquiry_law.py`` does a million.
Each planted fault changes the product's own text, so that the proof is seen to fail.
"""

from datetime import date

import pytest

from benchmarks.inquiry_law import lines, make_home, run_year
from benchmarks.inquiry_law_judge import course_of, judge_year
from benchmarks.inquiry_law_people import FIRST, borrower, nights_of
from benchmarks.inquiry_law_reader import Borrower, Numbers, Pull, months_later
from daihou.inquiry import gate
from daihou.jobs import resolve

SEED = 3
RULES = Numbers("004", 1, {}, frozenset({"G1"}), 25, 12)


def judged(root, people, nights):
    """Return the tally of simulated borrowers over some nights, run by the product."""
    make_home(root, people, SEED, nights)
    run_year(root, nights, SEED)
    return judge_year(course_of(root, SEED, nights), people)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("law") / "home", 600, nights_of(FIRST, 8))


def test_nothing_is_planned_sent_refused_or_left_out_against_the_law(year):
    assert year.faults.total() == 0, "\n".join(lines(year))


@pytest.mark.parametrize(
    "what",
    [
        "sent for schedule", "sent for own_arrears", "sent for misuse_of_funds",
        "sent for line_review", "sent for bureau_alert", "sent for life_event",
        "night refused: consent", "night refused: relationship", "night refused: no_stop",
        "night refused: cool_off", "night refused: year_cap", "morning refused: relationship",
        "morning refused: no_stop", "nothing permitted or left to ask",
    ],
)  # fmt: skip
def test_the_year_holds_every_kind_of_look_and_refusal(year, what):
    assert year.counts[what] > 0


def test_every_order_has_an_end(year):
    ended = year.counts["sent"] + year.counts["cancelled at sending"]
    assert year.counts["ordered by the night"] == ended > 500


def planted(monkeypatch, *changes):
    """Change the text of the night's stages."""
    shipped = resolve.shipped_texts

    def changed(package, ending):
        texts = shipped(package, ending)
        for file, old, new in changes if package == "daihou.night.stages" else ():
            assert old in texts[file]
            texts[file] = texts[file].replace(old, new)
        return texts

    monkeypatch.setattr(resolve, "shipped_texts", changed)


def test_an_expired_line_counted_as_open_is_seen(tmp_path, monkeypatch):
    expiry = "AND (expires_on IS NULL OR expires_on >= :as_of)"
    planted(monkeypatch, ("83_ask_line.sql", expiry, ""))
    monkeypatch.setattr(gate, "_is_valid", lambda line, on: line.opened_on <= on)
    tally = judged(tmp_path / "home", 500, nights_of(FIRST, 2))
    assert tally.faults["planned though refused"] > 0
    assert tally.faults["sent though refused"] > 0
    assert "['relationship']" in "\n".join(lines(tally))


def test_a_night_that_forgets_a_kind_of_trigger_is_seen(tmp_path, monkeypatch):
    planted(monkeypatch, ("85_ask_trigger.sql", "i.customer_id IS NULL",
                          "i.customer_id IS NULL AND pulled.kind <> 'bureau_alert'"))  # fmt: skip
    tally = judged(tmp_path / "home", 1_500, nights_of(FIRST, 1))
    assert tally.faults["left out"] > 0
    assert "'bureau_alert'" in "\n".join(lines(tally))


def test_a_borrower_is_the_same_however_often_it_is_made():
    nights = nights_of(FIRST, 3)
    assert borrower(SEED, 17, nights) == borrower(SEED, 17, nights)
    assert borrower(SEED, 17, nights) != borrower(SEED + 1, 17, nights)


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
    ],
)
def test_the_reader_knows_short_months(day, months, wanted):
    assert months_later(day, months) == wanted


def person(**facts):
    return Borrower("C1", facts, RULES)


def line(**changed):
    row = {"line_id": "L", "recorded_on": date(2023, 1, 1), "customer_id": "C1",
           "opened_on": date(2023, 1, 1), "expires_on": date(2024, 6, 30)}  # fmt: skip
    return row | changed


@pytest.mark.parametrize(
    ("day", "open_"),
    [(date(2022, 12, 31), False), (date(2024, 6, 30), True), (date(2024, 7, 1), False)],
)
def test_the_reader_ends_a_line_after_its_last_day(day, open_):
    assert person(credit_line=[line()]).has_business(day) is open_


def test_the_reader_knows_a_cancellation_only_from_the_day_it_was_told():
    told = line(recorded_on=date(2024, 3, 10), cancelled_on=date(2024, 3, 1))
    borrower_ = person(credit_line=[line(), told])
    assert borrower_.has_business(date(2024, 3, 9)) is True
    assert borrower_.has_business(date(2024, 3, 10)) is False


def test_the_reader_takes_an_unknown_balance_for_no_permission():
    account = {"account_id": "A", "recorded_on": date(2023, 1, 1), "customer_id": "C1",
               "product": "revolving_line", "opened_on": date(2023, 1, 1)}  # fmt: skip
    assert person(account=[account]).has_business(date(2024, 1, 1)) is None


def event(kind, day):
    return {"event_id": f"{kind}{day}", "customer_id": "C1", "kind": kind,
            "happened_on": day, "known_on": day}  # fmt: skip


def test_one_closing_ends_one_dispute():
    first, second, third = date(2024, 1, 1), date(2024, 1, 5), date(2024, 1, 9)
    both = [event("dispute_opened", first), event("dispute_opened", second)]
    assert person(external_event=[*both, event("dispute_closed", third)]).stopped(third)
    one = person(external_event=[both[0], event("dispute_closed", third)])
    assert one.stopped(second) and not one.stopped(third)


def test_a_closing_ends_no_dispute_that_is_opened_later():
    early, late = date(2024, 1, 1), date(2024, 1, 5)
    facts = [event("dispute_closed", early), event("dispute_opened", late)]
    assert person(external_event=facts).stopped(late)


def test_a_look_on_the_day_of_a_trigger_uses_it():
    pull = Pull("bureau_alert", date(2024, 1, 5), date(2024, 1, 19))
    for day, unused in ((date(2024, 1, 4), True), (date(2024, 1, 5), False)):
        look = {"recorded_on": day, "asked_on": day}
        assert Borrower("C1", {}, RULES, [look]).unused(pull, date(2024, 1, 10)) is unused
