"""What is written as second generation reads back equal, and the dictionaries behind it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daihou.report.dictionaries import SOURCES, TABLES, code_of, english, words
from daihou.report.gen2 import read_gen2, sniff_gen2
from daihou.report.model import MonthState, Report
from daihou.report.person import Score
from daihou.report.values import Month
from daihou.report.words import REASONS, STATES, AccountType, ReportKind
from daihou.report.writers.gen2 import Envelope, Gen2Form, Syntax, write_gen2
from daihou.report.writers.invent import SMALL, invent_report

FORMS = [
    Gen2Form(syntax=syntax, encoding=encoding, envelope=envelope)
    for syntax, encoding, envelope in product(Syntax, ("utf-8", "gb18030"), Envelope)
] + [
    Gen2Form(declared="UTF-8"),
    Gen2Form(declared="utf-8", encoding="gb18030"),
    Gen2Form(declared="GB18030"),
    Gen2Form(bom=True, blanks=True),
    Gen2Form(Syntax.JSON, arrays=False),
    Gen2Form(Syntax.JSON, bom=True, blanks=True),
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_form_of_one_person_reads_back_equal(form):
    report = invent_report(7)
    data = write_gen2(report, form)
    assert sniff_gen2(data)
    found = read_gen2(data)
    assert found == report
    assert found.unmatched == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(FORMS))
def test_an_invented_person_written_and_read_is_equal_and_passes_its_checks(seed, form):
    report = invent_report(seed, SMALL)
    found = read_gen2(write_gen2(report, form))
    assert found == report
    assert found.unmatched == ()
    assert [told for told in found.checks if told.ok is False] == []


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=99).map(str.encode), st.integers(0, 3000))
def test_damage_gives_a_report_or_a_typed_error_and_nothing_else(noise, at):
    from daihou.errors import ReportError

    data = write_gen2(invent_report(3, SMALL))
    try:
        report = read_gen2(data[:at] + noise + data[at:])
    except ReportError as refused:
        assert refused.message
    else:
        assert report.kind is ReportKind.PBOC_GEN2


def test_what_markup_and_json_would_eat_survives():
    report = invent_report(7)
    header = replace(report.header, name='<&>"\\样 \U00020000', inquirer="]]>")
    for form in FORMS:
        assert read_gen2(write_gen2(replace(report, header=header), form)).header == header


def test_an_unknown_code_and_a_score_that_could_not_be_given_survive():
    report = next(r for r in map(invent_report, range(99)) if r.accounts and r.inquiries)
    account = replace(report.accounts[0], business_code="Z9", type="Z9")
    look = replace(report.inquiries[0], institution_type="新机构")
    told = replace(
        report,
        accounts=(account, *report.accounts[1:]),
        inquiries=(look, *report.inquiries[1:]),
        score=Score(None, None, ("91",)),
        summary=dict(report.summary) | {"bad_debt.balance": None},
    )
    found = read_gen2(write_gen2(told))
    assert found == told
    assert [(c.id, c.ok) for c in found.checks if c.id == "codes.known"] == [("codes.known", False)]


def test_a_history_written_oldest_first_is_read_newest_first():
    account = next(a for seed in range(99) for a in invent_report(seed).accounts if a.history)
    months = tuple(MonthState(Month(2026, at), "N") for at in (3, 2, 1))
    backwards = replace(account, history=months[::-1], history_from=None, history_to=None)
    found = read_gen2(write_gen2(Report(ReportKind.PBOC_GEN2, accounts=(backwards,))))
    assert found.accounts[0].history == months
    path = found.accounts[0].places["history.0.month"].path
    assert path == "/Document/PDA/PD01/PD01D/PD01DH[3]/PD01DR03"


def test_places_are_the_same_in_xml_and_json():
    report = invent_report(7)
    of_xml = read_gen2(write_gen2(report))
    of_json = read_gen2(write_gen2(report, Gen2Form(Syntax.JSON)))
    assert [a.places for a in of_xml.accounts] == [a.places for a in of_json.accounts]
    assert (of_xml.places, of_xml.header.places) == (of_json.places, of_json.header.places)


def test_codes_and_words_are_inverse_but_for_the_identity_card_of_the_first_generation():
    for no, table in TABLES.items():
        assert table.words, no
        for word in table.words.values():
            assert words(no, word.code) == word.zh
            assert english(no, word.code)
            assert set(word.sources) <= set(SOURCES) and word.sources
            if (no, word.code) != ("3005", "0"):
                assert code_of(no, word.zh) == word.code
    assert words("1022", "Q9") is english("1022", "Q9") is code_of("1022", "x") is None


def test_the_second_source_is_understood_where_its_words_differ():
    assert code_of("1005", "大学本科") == "20"
    assert code_of("1026", "组合(含保证)") == code_of("1026", "组合（含保证）") == "5"
    assert (words("1035", "6"), TABLES["1035"].words["6"].sources) == ("违约", "U")
    assert TABLES["1046"].words["0"].other == "正常", "the two sources contradict each other"


def test_dictionaries_agree_with_the_closed_lists_of_the_model():
    tables = {"D1": "1030", "R1": "1031", "R2": "1032", "R3": "1032", "R4": "1033", "C1": "1034"}
    for kind in AccountType:
        assert set(STATES[kind]) == set(TABLES[tables[kind.value]].words)
        assert words("1022", kind.value)
    assert {code: r.zh for code, r in REASONS.items()} == {
        code: word.zh for code, word in TABLES["1054"].words.items()
    }
