"""The same night says the same bytes, whoever runs it, whenever and wherever."""

import shutil

from benchmarks.kills import SMALL_FILES

DAY = "2024-03-31"


def hashes(book, *options):
    (receipt,) = book.run("night", "--as-of", DAY, "--json", *options).json()
    return receipt["hashes"]


def test_a_night_run_again_with_other_threads_says_the_same_bytes(book):
    published = book.held().nights[DAY]
    assert hashes(book, "--threads", 1) == published
    assert hashes(book, "--threads", 2) == published
    assert book.held().nights == {DAY: published}


def test_another_path_and_another_order_of_landing_say_the_same_bytes(book, tmp_path, make_book):
    other = make_book(tmp_path / "别处 it's")
    for name in reversed(SMALL_FILES):
        other.land(other.root / "inbox" / f"{name}.csv", name)
    assert hashes(other) == book.held().nights[DAY]


def test_dues_handed_over_late_as_in_force_since_opening_change_no_decision(book):
    later = "".join(f"A{n},{m},2024-{m + 1:02}-05,100.00\n" for n in (1, 2, 3) for m in range(4, 9))
    book.land(book.file("instalment-2.csv", f"account,no,due,amount\n{later}"), "instalment")
    paid = "id,account,day,amount\nP9,A1,2024-04-01,100.00\nP10,A3,2024-05-20,9.00\n"
    book.land(book.file("payment-2.csv", paid))
    before = book.held().nights[DAY]
    now = hashes(book)
    same = {"signal_day", "decision_day", "check_day"}
    assert {t: now[t] for t in same} == {t: before[t] for t in same}
    # Without agreed_on they were in force all the time: the next due day may be told anew.


def test_payments_and_loans_of_later_months_leave_every_byte_of_a_night(book):
    paid = "id,account,day,amount\nP9,A1,2024-04-01,100.00\nP10,A3,2024-05-20,9.00\n"
    book.land(book.file("payment-2.csv", paid))
    new = "account,customer,opened,amount\nA4,C1,2024-04-01,50.00\n"
    book.land(book.file("account-2.csv", new), "account")
    published = book.held().nights[DAY]
    assert hashes(book) == published


def test_replay_proves_a_night_from_what_it_read_after_a_correction(book):
    rows = SMALL_FILES["payment"][1].replace("50.00", "60.00")
    (receipt,) = book.land(book.file("payment.csv", rows)).json()
    assert receipt["replaced"] is not None
    assert book.run("replay", "--as-of", DAY, "--json").json()["same"] is True
    published = book.held().nights[DAY]
    assert hashes(book)["account_day"] != published["account_day"]
    assert book.run("replay", "--as-of", DAY, "--json").json()["same"] is True


def test_replay_reads_the_policy_of_then(book):
    policy = book.root / "policy" / "us_auto.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text("# changed since\n" + text, encoding="utf-8")
    shutil.copy(policy, policy.with_name("copy.yaml"))
    assert book.run("replay", "--json").json()["same"] is True
    policy.write_text("no policy at all", encoding="utf-8")
    assert book.run("replay", "--json").json()["same"] is True


def test_replay_that_finds_other_bytes_ends_with_one(book, monkeypatch):
    from daihou.jobs import night

    monkeypatch.setattr(night, "file_hash", lambda _: "0" * 64)
    assert book.run("replay", "--json", status=1).json()["same"] is False
