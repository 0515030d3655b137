"""The JSON form: stable keys, unknown stays null, and nothing of the person shows uncovered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import pytest

from daihou.report.json_form import as_dict, cover_name, cover_number
from daihou.report.model import (
    Account,
    Annotation,
    Check,
    Inquiry,
    Liability,
    PublicRecord,
    Report,
    Unmatched,
)
from daihou.report.person import Header, Identity, Occupation, Phone, Residence, Spouse
from daihou.report.values import Month, Place
from daihou.report.words import AccountState, PublicKind, ReasonClass, ReportKind, Section

SECRETS = (
    "样本甲", "样本乙", "110101198501010019", "13800000001", "滨江路一号", "样例科技有限公司",
    "6222000000001234", "BZ-000001", "（2020）浙01民初123号", "1985-01-01", "zhang@example.org",
)  # fmt: skip


def report() -> Report:
    place = Place(1, (1.0, 2.0, 3.0, 4.0), "", "样本申")
    return Report(
        ReportKind.PBOC_GEN2,
        Header("2026063010203000000001", datetime(2026, 6, 30, 10, 20, 30), name="样本甲",
               id_no="110101198501010019", places={"name": place}),
        Identity(born_on=date(1985, 1, 1), email="zhang@example.org",
                 phones=(Phone("13800000001", date(2026, 1, 2)),),
                 spouse=Spouse("样本乙", phone="13800000001"),
                 residences=(Residence(address="滨江路一号"),),
                 occupations=(Occupation(employer="样例科技有限公司"),)),
        summary=MappingProxyType({"cards.accounts": 2, "cards.overdue": None}),
        accounts=(
            Account(Section.CARDS_CLEAN, "贷记卡", "样例银行", account_no="6222000000001234",
                    opened_on=date(2015, 3, 5), state=AccountState.NORMAL, as_of=Month(2026, 5),
                    text="样本甲的卡 6222000000001234，余额1,200,000。"),
        ),
        liabilities=(Liability("样例银行", "保证人", debtor="样本乙", contract_no="BZ-000001",
                               text="为样本乙（证件号码：110101199001010028）（BZ-000001）"),),
        public_records=(
            PublicRecord(PublicKind.CIVIL_JUDGMENT, {
                "case_no": "（2020）浙01民初123号", "amount": 5000, "filed_on": Month(2020, 1),
                "result": "样本甲支付5,000元"}),
        ),
        annotations=(Annotation("3", "本人声明：电话13800000001"),),
        inquiries=(
            Inquiry(date(2026, 5, 1), "样例银行", "贷后管理", "01",
                    ReasonClass.ACCOUNT_REVIEW, False, False, 1, "样例银行/C*BUSE*003"),
        ),
        notes=("样本甲",),
        file="样本甲的征信.pdf",
        unmatched=(Unmatched(1, "住址：滨江路一号 13900000002"),),
        checks=(Check("inquiries.contiguous", None, "样本甲"),),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saying:
    """Stands for a finding of the clinic."""

    id: str
    text: MappingProxyType[str, str]
    sources: tuple[str, ...] = ()


def test_the_stable_keys_are_there_with_plain_values():
    form = as_dict(report())
    assert list(form)[:4] == ["kind", "report_no", "report_at", "summary"]
    assert form["report_at"] == "2026-06-30T10:20:30"
    assert form["summary"] == {"cards.accounts": 2, "cards.overdue": None}
    account, inquiry = form["accounts"][0], form["inquiries"][0]
    assert set(
        "section type institution opened_on currency limit amount balance used state as_of"
        " closed_on overdue_now months_overdue_5y months_overdue_90_5y text".split()
    ) <= set(account)
    assert (account["opened_on"], account["as_of"]) == ("2015-03-05", "2026-05")
    assert (account["state"], account["balance"]) == ("normal", None)
    assert set("no on institution operator reason reason_code reason_class hard own".split()) <= (
        set(inquiry)
    )
    assert {"liabilities", "public_records", "findings", "unmatched", "checks"} <= set(form)
    assert form["header"]["places"]["name"]["box"] == [1.0, 2.0, 3.0, 4.0]
    assert json.loads(json.dumps(form, ensure_ascii=False)) == form


def test_nothing_of_the_person_is_left_in_the_covered_form():
    text = json.dumps(as_dict(report()), ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "13900000002" not in text and "110101199001010028" not in text and "样本申" not in text
    assert "余额1,200,000" in text and "样例银行" in text and "C*BUSE*003" in text


def test_the_owner_may_ask_for_everything():
    text = json.dumps(as_dict(report(), masked=False), ensure_ascii=False)
    assert [secret for secret in SECRETS if secret not in text] == []


def test_findings_are_written_under_their_own_names_and_covered_alike():
    said = Saying(
        "post_loan", MappingProxyType({"zh": "样本甲，您好", "en": "Dear 样本甲"}), ("L",)
    )
    (found,) = as_dict(report(), findings=[said])["findings"]
    assert found == {
        "id": "post_loan", "text": {"zh": "样**，您好", "en": "Dear 样**"}, "sources": ["L"]
    }  # fmt: skip


def test_a_value_without_a_json_form_is_our_own_mistake():
    with pytest.raises(TypeError, match="complex"):
        as_dict(Report(ReportKind.PBOC_GEN2), findings=[complex(1)])


@pytest.mark.parametrize(
    ("number", "covered"),
    [
        ("110101198501010019", "**0019"),
        ("12345678", "**5678"),
        ("1234567", "**67"),
        ("1234", "**34"),
        ("123", "**"),
        ("**************0014", "**0014"),
    ],
)
def test_a_number_keeps_only_its_end(number, covered):
    assert cover_number(number) == covered


def test_a_name_keeps_only_its_first_sign():
    assert cover_name("样本甲") == "样**"
