"""A customer who was closed comes back: only new business and a new consent lift the stop."""

from datetime import date, timedelta

import pytest

from daihou.contracts import FACTS
from daihou.inquiry.facts import Asking, Stop
from daihou.inquiry.gate import Condition, may_inquire
from daihou.jobs.audit import asking_rules_of
from daihou.jobs.hand_back import hand_back
from daihou.jobs.home import open_home
from daihou.jobs.land_rows import land_rows
from daihou.jobs.persons import persons_of
from tests.journey.closing_kit import CARD, CONSENT, DAY, NOW
from tests.journey.test_close import LEAVING, close, events, operations, staffed

BACK = date(2025, 9, 1)


@pytest.fixture
def left(tmp_path, monkeypatch, capsys):
    book = staffed(tmp_path, monkeypatch, capsys, LEAVING)
    close(book)
    return book


def come_back(book, table="account"):
    new = {
        "account": CARD | dict(account_id="K2", line_id=None, opened_on=BACK, recorded_on=BACK),
        "consent": CONSENT | dict(consent_id="S2", signed_on=BACK, recorded_on=BACK),
    }[table]
    columns = {column.name: None for column in FACTS[table].columns}
    land_rows(open_home(book.root), FACTS[table], [columns | new], BACK, NOW)


def reopen(book, *, by="ofe", second="ann", why="a new card", status=0):
    return book.run("reopen", "P1", "--on", BACK, "--by", by, "--second", second, "--why", why,
                    "--lang", "en", status=status)  # fmt: skip


def refused(book, on):
    """Return what the gate says, with the stops that operations keep."""
    home = open_home(book.root)
    stops = [Stop(s.kind, s.from_on, s.to_on) for s in operations(book).stops("bank", "P1")]
    person = persons_of(home, ["P1"], on)["P1"]
    assert set(person.stops) <= set(stops)
    whole = type(person)(person.customer_id, person.consents, person.claims, stops=tuple(stops))
    return may_inquire(whole, Asking(on, "G1"), asking_rules_of(home)).refused_by


def test_new_business_without_a_consent_or_a_consent_without_business_lifts_nothing(left):
    come_back(left, "account")
    assert "no live consent" in reopen(left, status=2).err
    assert refused(left, BACK) == (Condition.CONSENT, Condition.NO_STOP)
    come_back(left, "consent")
    assert "lifted from 2025-09-01" in reopen(left).out
    assert refused(left, BACK) == ()
    assert Condition.NO_STOP in refused(left, BACK - timedelta(days=1)), "not the day before"


def test_one_person_alone_or_without_a_reason_lifts_nothing(left):
    come_back(left, "account")
    come_back(left, "consent")
    reopen(left, second="ofe", status=4)
    reopen(left, by="ann", second="ofe", status=4)
    assert "says why" in reopen(left, why=" ", status=2).err
    before = events()
    reopen(left)
    assert events() == [*before, "inquiry_stop"]
    assert "no stop of a closing stands" in reopen(left, status=2).err


def test_the_lifted_stop_is_a_fact_of_its_day(left):
    come_back(left, "account")
    come_back(left, "consent")
    hand_back(open_home(left.root), operations(left), DAY, NOW)
    reopen(left)
    hand_back(open_home(left.root), operations(left), BACK, NOW)
    home = open_home(left.root)
    assert persons_of(home, ["P1"], DAY)["P1"].stops == (Stop("closed", DAY),)
    assert persons_of(home, ["P1"], BACK)["P1"].stops == (Stop("closed", DAY, BACK),)
