"""Nothing is said without evidence and source; every sentence can be said, in both languages."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from daihou.clinic import Finding, load_sentences
from daihou.clinic.model import Direction
from daihou.clinic.say import say
from daihou.errors import SentenceError
from daihou.report.facts_model import Evidence
from daihou.report.model import Check, Unmatched
from daihou.report.words import ReportKind
from daihou.report.writers.invent import invent_report
from daihou.report.writers.project import as_short
from tests.unit.clinic.kit import CARD, HEAD, LOAN, SENTENCES, TEXTS, a_report, look, said, seen

PROOF = [Evidence("inquiries", 0)]


@pytest.mark.parametrize("name", sorted(SENTENCES.sentences))
def test_no_sentence_can_be_said_without_evidence(name):
    slots = dict.fromkeys(SENTENCES.sentences[name].slots, "x")
    with pytest.raises(ValueError, match="without evidence"):
        say(SENTENCES, name, [], (), **slots)
    finding = say(SENTENCES, name, PROOF, (), **slots)
    assert finding.evidence and finding.sources
    assert "{" not in "".join(finding.text.values())


def test_a_finding_made_by_hand_needs_evidence_too():
    with pytest.raises(ValueError, match="without evidence"):
        Finding("x", 1, Direction.NEUTRAL, {"zh": "", "en": ""}, (), ())


@pytest.mark.parametrize("change", [{"count": 1}, {}])
def test_a_slot_left_open_or_too_many_is_refused(change):
    with pytest.raises(KeyError, match="slots"):
        say(SENTENCES, "post_loan_soft", PROOF, (), **change)


def problems_of(old: str, new: str, file: str = "sentences/inquiries.yaml") -> str:
    texts = dict(TEXTS)
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new, 1)
    with pytest.raises(SentenceError) as refusal:
        load_sentences(texts)
    return refusal.value.message


def test_a_file_with_a_mistake_is_refused_with_its_name():
    assert "no source nobody" in problems_of("[reg17, dict1054]", "[nobody]")
    assert "different slots" in problems_of("in two years. That does not", "{x} That does not")
    assert "not YAML" not in problems_of("sentences:", "sentences: [")
    assert "no source []" not in problems_of("direction: helps", "direction: maybe")


def test_a_sentence_on_weak_sources_alone_must_say_so():
    told = problems_of(
        "Several web pages call it a common rule", "It is the rule", "sentences/adverse.yaml"
    )
    assert "rests on weak sources" in told


def all_that_is_said() -> set[str]:
    """Return every sentence said of invented people and of the few reports made for the rest."""
    found: set[str] = set()
    for seed in range(120):
        report = invent_report(seed)
        for one in (report, as_short(report, ReportKind.PBOC_SHORT_V2)):
            found |= said(one, on=None)
    twice = a_report(inquiries=(look("02", date(2026, 6, 2)), look("02", date(2026, 6, 9))))
    vague = a_report(inquiries=(replace(look("02", date(2026, 6, 2)), on=None),))
    older = a_report(
        accounts=(replace(CARD, used=100), replace(LOAN, balance=1_000)),
        header=replace(HEAD, report_at=datetime(2026, 1, 31, 9, 0)),
    )
    found |= said(twice) | said(vague)
    found |= said(a_report(accounts=(CARD, LOAN)), older=older)
    found |= said(a_report(accounts=(replace(CARD, used=None, balance=None), LOAN)))
    found |= said(
        a_report(unmatched=(Unmatched(1, "?"),), checks=(Check("count:cards", False, "1 of 2"),)),
        on=date(2026, 8, 30),
    )
    return found


def test_every_sentence_has_a_report_of_which_it_is_said():
    assert sorted(set(SENTENCES.sentences) - all_that_is_said()) == []


def test_everything_said_of_invented_people_points_at_records_that_exist():
    for seed in range(60):
        report = invent_report(seed)
        for finding in seen(report, on=None).findings:
            for evidence in finding.evidence:
                rows = getattr(report, evidence.kind)
                assert not isinstance(rows, tuple) or 0 <= evidence.index < len(rows), finding.id
            assert set(finding.text) == {"zh", "en"}
            assert "{" not in "".join(finding.text.values())


def test_findings_come_by_weight():
    weights = [finding.weight for finding in seen(invent_report(3), on=None).findings]
    assert weights == sorted(weights, reverse=True)
