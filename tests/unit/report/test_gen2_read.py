"""Second-generation files in every wrapping, and what is in them, element by element."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from lxml import etree

from daihou.errors import ReportTooLarge, ReportUnreadable
from daihou.report.dictionaries import TABLES, words
from daihou.report.gen2 import read_gen2, sniff_gen2
from daihou.report.model import Report
from daihou.report.values import Month
from daihou.report.words import AccountState, AccountType, ReasonClass, Section

SAMPLES = Path(__file__).parents[2] / "samples" / "gen2"
FULL = (SAMPLES / "gen2_full_utf8.xml").read_bytes()
TEXT = FULL.decode()
DATES = (date, datetime)


def document(inner: str) -> bytes:
    return f"<Document>{inner}</Document>".encode()


def account(inner: str, kind: str = "D1") -> str:
    return f"<PDA><PD01><PD01A><PD01AD01>{kind}</PD01AD01></PD01A>{inner}</PD01></PDA>"


def wrapped(body: bytes, code: str = "AAA000") -> bytes:
    packed = base64.encodebytes(body).decode()
    return (
        f"<Document><Msg><ResultCode>{code}</ResultCode><ReportMessage>{packed}</ReportMessage>"
        "</Msg></Document>"
    ).encode()


def check(report: Report, name: str) -> bool | None:
    return {told.id: told.ok for told in report.checks}[name]


def placed(record: object) -> Iterator[tuple[str, object]]:
    """Every (path, value) of a report, its lists followed by their dotted names."""
    if is_dataclass(record):
        for name, place in getattr(record, "places", {}).items():
            yield place.path, value_at(record, name)
        for field in fields(record):
            yield from placed(getattr(record, field.name))
    elif isinstance(record, tuple):
        for item in record:
            yield from placed(item)


def value_at(record: object, name: str) -> object:
    if isinstance(record, Report) and not name.startswith("annotations"):
        return record.summary.get(name, name)
    values = getattr(record, "values", None)
    value: object = record
    for part in name.split("."):
        if values is not None and part in values:
            value = values[part]
        elif part.isdigit():
            value = value[int(part)]
        else:
            value = getattr(value, part, "")
    return value


def agrees(told: str, value: object) -> bool:
    """Whether a model's value says what the element says."""
    if isinstance(value, tuple) and not isinstance(value, Month):
        return told == str(len(value))
    if isinstance(value, datetime):
        return value.isoformat() == told
    plain = str(value)
    if plain == told or told in plain.split("."):
        return True
    return any(words(table, told) == plain for table in TABLES)


@pytest.mark.parametrize("name", ["gen2_full_utf8.xml", "gen2_no_credit_utf8.xml"])
def test_every_element_with_a_text_is_in_the_model_at_its_place_or_is_kept_as_not_understood(name):
    data = (SAMPLES / name).read_bytes()
    report = read_gen2(data)
    at_place = dict(placed(report))
    kept = {told.path for told in report.unmatched}
    root = etree.fromstring(data)
    checked = 0
    for element in root.iter():
        told = (element.text or "").strip()
        if len(element) or not told:
            continue
        path = f"/Document/{root.getroottree().getelementpath(element)}"
        if path in kept:
            continue
        if path not in at_place:
            twin = TWINS.get(element.tag)
            assert twin, f"{path} {told} is lost"
            assert element.getparent().getparent().findtext(f".//{twin}") == told, path
        elif element.tag not in {"PG010D01", "PG010D02", "PG010S01"}:
            assert agrees(told, at_place[path]), f"{path} {told} {at_place[path]}"
        checked += 1
    assert checked > (600 if "full" in name else 10)


TWINS = {
    "PD01CD01": "PD01BD01",
    "PD01CJ01": "PD01BJ01",
    "PD01CD02": "PD01BD03",
    "PD01CR03": "PD01BR02",
    "PD01CR04": "PD01BR03",
}
"""The latest month repeats what the latest state says; the model has one value for both."""


@pytest.mark.parametrize(
    "name",
    [
        "gen2_full.json",
        "gen2_full_gb18030.xml",
        "gen2_envelope_plain_base64.txt",
        "gen2_envelope_gzip_base64.txt",
    ],
)
def test_one_person_reads_the_same_from_every_wrapping(name):
    data = (SAMPLES / name).read_bytes()
    assert sniff_gen2(data)
    assert read_gen2(data) == read_gen2(FULL)
    assert read_gen2(data).unmatched == read_gen2(FULL).unmatched, "the same paths"


def test_the_sample_passes_its_own_cross_checks():
    assert [told for told in read_gen2(FULL).checks if told.ok is not True] == []


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("gb18030"),
        b"\xef\xbb\xbf" + FULL,
        b'<?xml version="1.0" encoding="GBK"?>\n' + FULL,
        b'<?xml version="1.0" encoding="utf-8"?>\n' + TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace("</PRH>", "</PRH>\\r\\n").encode(),
        b"B2.0.0" + b"0" * 72 + b"\r\n" + FULL + b"{S:c2FtcGxl:S}",
        b"B2.0.0" + b"0" * 74 + b"\\r\\n" + FULL,
        b"A2.0.0" + b"0" * 74 + b"\r\n" + wrapped(gzip.compress(FULL, mtime=0)),
        b"B2.0.0" + b"0" * 72 + b"\r\n" + base64.encodebytes(FULL) + b"{S:YQ==:S}",
        wrapped(TEXT.encode("gb18030")),
        base64.b64encode(FULL),
        base64.encodebytes(gzip.compress(FULL, mtime=0)),
        gzip.compress(FULL, mtime=0),
        FULL.replace(b"<Document>", b'<d:Document xmlns:d="urn:x">').replace(
            b"</Document>", b"</d:Document>"
        ),
        json.dumps({"code": 0, "data": json.loads((SAMPLES / "gen2_full.json").read_text("utf-8"))})
        .encode(),
        (SAMPLES / "gen2_full.json").read_text("utf-8").encode("gb18030"),
        (SAMPLES / "gen2_full.json").read_text("utf-8").encode("utf-8-sig"),
    ],
    ids=lambda data: str(data[:24]),
)  # fmt: skip
def test_encodings_marks_headers_and_signatures_do_not_change_what_is_read(data):
    assert sniff_gen2(data)
    report = read_gen2(data)
    assert report == read_gen2(FULL)
    assert len(report.unmatched) == len(read_gen2(FULL).unmatched)


def test_an_answer_that_nobody_is_known_is_an_empty_report_that_says_so():
    report = read_gen2((SAMPLES / "gen2_envelope_no_record.txt").read_bytes(), "a.txt")
    assert report == Report(report.kind)
    assert report.file == "a.txt"
    assert [told.id for told in report.checks] == ["answer"]
    assert "AAA001" in report.checks[0].detail


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"<",
        b"<Document/>",
        b"<Document><PRH></Document>",
        b"%PDF-1.7",
        b"{}",
        b"[]",
        b"{" * 10,
        b"\xff\xfe\xff",
        b"\x81",
        b"\x1f\x8b\x08broken",
        gzip.compress(FULL, mtime=0)[:200],
        b"A" * 99,
        b"QUFB" * 40,
        wrapped(b"", "AAA009"),
        wrapped(b"no report"),
        b"<html><body>login</body></html>",
        FULL[: len(FULL) // 2],
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>',
        b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><Document>&a;</Document>',
    ],
    ids=lambda data: str(data[:24]),
)
def test_what_is_broken_or_no_report_is_refused_by_a_typed_error(data):
    with pytest.raises(ReportUnreadable):
        read_gen2(data, "x")


@pytest.mark.parametrize(
    "data",
    [
        b"<Document><PRH>" + b"<a>" * 200 + b"</a>" * 200 + b"</PRH></Document>",
        b"<Document><PRH>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</PRH></Document>",
        b'{"PRH":' + b'{"a":' * 100 + b"1" + b"}" * 101,
        b'{"PRH":' + b"[" * 200_000,
        gzip.compress(b"<Document>" + b" " * (65 * 1024 * 1024), 1, mtime=0),
        wrapped(gzip.compress(b"<Document>" + b" " * (65 * 1024 * 1024), 9, mtime=0)),
        b"<Document>" + b"<a/>" * 2_000_001 + b"</Document>",
        b'{"PRH":[' + b"1," * 2_000_001 + b"1]}",
    ],
    ids=[
        "deep",
        "deeper",
        "deep-json",
        "deepest-json",
        "bomb",
        "wrapped-bomb",
        "many",
        "many-json",
    ],
)
def test_bombs_and_what_is_nested_too_deep_are_refused_by_a_typed_error(data):
    with pytest.raises(ReportTooLarge):
        read_gen2(data)


def test_state_4_is_bad_debt_of_a_loan_and_closed_of_a_card():
    state = "<PD01B><PD01BD01>4</PD01BD01></PD01B>"
    loan = read_gen2(document(account(state))).accounts[0]
    card = read_gen2(document(account(state, "R2"))).accounts[0]
    assert (loan.state, loan.section) == (AccountState.BAD_DEBT, Section.NON_REVOLVING)
    assert (card.state, card.section, card.type) == (AccountState.CLOSED, Section.CARDS, "贷记卡")
    assert card.account_type is AccountType.CARD


def test_an_unknown_code_stays_a_code_and_a_check_says_so():
    inner = "<PD01B><PD01BD01>77</PD01BD01><PD01BD03>8</PD01BD03></PD01B>"
    inquiry = "<POQ><PH01><PH010R01>2026-05-01</PH010R01><PH010Q03>88</PH010Q03></PH01></POQ>"
    report = read_gen2(document(account(inner) + inquiry))
    assert report.accounts[0].state is None
    assert report.accounts[0].state_code == "77"
    assert report.accounts[0].class_code == "8"
    look = report.inquiries[0]
    assert (look.reason, look.reason_code, look.hard) == ("88", "88", None)
    assert look.reason_class is ReasonClass.OTHER
    assert check(report, "codes.known") is False


def test_an_unknown_type_of_account_is_not_guessed():
    report = read_gen2(document(account("<PD01B><PD01BD01>1</PD01BD01></PD01B>", "Q9")))
    found = report.accounts[0]
    assert (found.account_type, found.state, found.type) == (None, None, "")
    assert [told.text for told in report.unmatched] == ["PD01AD01: Q9"]
    assert check(report, "codes.known") is False


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ("PD01AR01", "2026-02-30"),
        ("PD01AR01", "2026"),
        ("PD01AR01", "yesterday"),
        ("PD01AJ01", "12.50"),
        ("PD01AJ01", "1e9"),
        ("PD01AJ01", "١٢"),
        ("PD01AJ01", "9" * 30),
        ("PD01AS01", "many"),
        ("PD01AX01", "new"),
    ],
)
def test_a_value_that_cannot_be_is_kept_as_not_understood(element, told):
    data = account("").replace("</PD01A>", f"<{element}>{told}</{element}></PD01A>")
    report = read_gen2(document(data))
    path = f"/Document/PDA/PD01/PD01A/{element}"
    assert [(u.path, u.text) for u in report.unmatched] == [(path, f"{element}: {told}")]
    assert report.accounts[0].opened_on is report.accounts[0].amount is None


def test_elements_attributes_and_texts_that_no_layout_has_are_kept():
    data = document(
        '<PRH a="1"><PA01><PA01A>stray</PA01A><PA01Q>x<b>y</b></PA01Q></PA01></PRH><ZZ>z</ZZ>'
    )
    kept = {(told.path, told.text) for told in read_gen2(data).unmatched}
    assert kept == {
        ("/Document/PRH", "@a=1"),
        ("/Document/PRH/PA01/PA01A", "stray"),
        ("/Document/PRH/PA01/PA01Q", "PA01Q: x"),
        ("/Document/PRH/PA01/PA01Q/b", "b: y"),
        ("/Document/ZZ", "ZZ: z"),
    }


def test_a_segment_or_element_that_comes_twice_is_not_overwritten():
    twice = (
        "<PAP><PF04><PF04A><PF04AQ02>one</PF04AQ02><PF04AQ02>two</PF04AQ02></PF04A></PF04></PAP>"
    )
    report = read_gen2(document(twice + "<PSM><PC01><PC010Q01>1</PC010Q01></PC01><PC01><PC010Q01>2"
                                "</PC010Q01></PC01></PSM>"))  # fmt: skip
    assert report.public_records[0].values["content"] == "one"
    assert report.score is not None and report.score.value == 1
    assert {told.text for told in report.unmatched} == {"PF04AQ02: two", "PC010Q01: 2"}


def test_empty_elements_and_nulls_mean_none():
    card = b'{"PD01A":{"PD01AD01":"R2","PD01AJ02":null}}'
    data = b'{"PRH":{"PA01":null},"PDA":{"PD01":[' + card + b']},"POQ":""}'
    report = read_gen2(data)
    assert (len(report.accounts), report.accounts[0].limit, report.inquiries) == (1, None, ())
    assert report.unmatched == ()


def test_a_single_json_object_is_a_list_of_one():
    report = read_gen2(b'{"PDA":{"PD01":{"PD01A":{"PD01AD01":"D1","PD01AJ01":1200}}}}')
    assert [(found.amount, found.balance) for found in report.accounts] == [(1200, None)]


def test_months_overdue_are_counted_from_the_five_years_and_unknown_without_them():
    rows = "".join(
        f"<PD01EH><PD01ER03>2026-0{month}</PD01ER03><PD01ED01>{symbol}</PD01ED01></PD01EH>"
        for month, symbol in ((3, "4"), (2, "3"), (1, "B"))
    )
    five = f"<PD01E><PD01ER01>2021-06</PD01ER01><PD01ES01>3</PD01ES01>{rows}</PD01E>"

    def counts(inner: str, kind: str = "D1") -> tuple[int | None, int | None]:
        found = read_gen2(document(account(inner, kind))).accounts[0]
        return found.months_overdue_5y, found.months_overdue_90_5y

    assert counts(five) == (2, 1)
    assert counts(five, "R3") == (2, 1)
    assert counts(five.replace(">3</PD01ES01>", ">9</PD01ES01>")) == (None, None)
    assert counts("<PD01E><PD01ER01>2021-06</PD01ER01><PD01ES01>0</PD01ES01></PD01E>") == (0, 0)
    assert counts("") == (None, None)


@pytest.mark.parametrize(
    ("inner", "late"),
    [
        ("<PD01C><PD01CJ06>0</PD01CJ06></PD01C>", False),
        ("<PD01C><PD01CJ06>5</PD01CJ06></PD01C>", True),
        ("<PD01C><PD01CS02>1</PD01CS02></PD01C>", True),
        ("<PD01B><PD01BD01>2</PD01BD01></PD01B>", True),
        ("<PD01B><PD01BD01>1</PD01BD01></PD01B>", None),
    ],
)
def test_overdue_now_is_what_amount_terms_or_state_say_and_else_unknown(inner, late):
    assert read_gen2(document(account(inner))).accounts[0].overdue_now is late


def test_the_latest_state_stands_where_the_latest_month_says_otherwise():
    inner = "<PD01C><PD01CJ01>900</PD01CJ01></PD01C><PD01B><PD01BJ01>800</PD01BJ01></PD01B>"
    report = read_gen2(document(account(inner)))
    assert report.accounts[0].balance == 800
    assert [told.text for told in report.unmatched] == ["PD01CJ01: 900"]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("<PC02AS01>12<", "<PC02AS01>14<", "accounts.counted"),
        ("<PC02ES02>2<", "<PC02ES02>3<", "overview.non_revolving"),
        ("<PB01BS01>2<", "<PB01BS01>3<", "lists.counted"),
        ("<PC02AS02>5<", "<PC02AS02>4<", "lists.counted"),
        ("<PC05BS03>1<", "<PC05BS03>0<", "inquiries.counted"),
        ("<PC05BS01>1<", "<PC05BS01>2<", "inquiries.counted"),
        ("<PC05BS06>3<", "<PC05BS06>1<", "inquiries.counted"),
        ("<PD01DR03>2026-03</PD01DR03>", "<PD01DR03>2026-04</PD01DR03>", "history.contiguous"),
        ("<PD01AR01>2016-06-21<", "<PD01AR01>2026-06-21<", "dates.before_report"),
        ("<PD01AD05>11<", "<PD01AD05>77<", "codes.known"),
    ],
)
def test_a_planted_contradiction_is_found(old, new, name):
    assert check(read_gen2(TEXT.replace(old, new, 1).encode()), name) is False


def test_more_post_loan_checks_counted_than_listed_is_no_contradiction():
    report = read_gen2(TEXT.replace("<PC05BS06>3<", "<PC05BS06>30<").encode())
    assert check(report, "inquiries.post_loan") is None
    assert check(report, "inquiries.counted") is True
