"""A whole invented person as the lender's second-generation report tells of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from daihou.report.model import Report
from daihou.report.person import (
    FraudAlert,
    Header,
    Identity,
    Occupation,
    OtherId,
    Phone,
    Residence,
    Score,
    Spouse,
)
from daihou.report.values import Month
from daihou.report.words import REASONS, AccountType, ReportKind
from daihou.report.writers import names
from daihou.report.writers.invent_accounts import Life, invent_account
from daihou.report.writers.invent_records import (
    invent_agreements,
    invent_inquiries,
    invent_liabilities,
    invent_post_paid,
    invent_public,
)
from daihou.report.writers.overview import overview_of


class Size(NamedTuple):
    """The most of each record; the seed decides how many of them a person has."""

    accounts: int = 40
    inquiries: int = 60
    others: int = 3


USUAL = Size()
SMALL = Size(accounts=8, inquiries=12, others=1)
LARGE = Size(accounts=120, inquiries=120, others=12)
_TYPES = tuple(AccountType)
_WEIGHTS = (1, 6, 4, 8, 1, 3)
_FIRST_DAY = date(2024, 1, 5)


def invent_report(seed: int, size: Size = USUAL) -> Report:
    """Return an invented person as a report of kind ``pboc_gen2``, the same for the same seed.

    Every number in the overview is counted from the records; about one person in 25 has none.
    """
    rng = Random(seed)
    report_on = _FIRST_DAY + timedelta(days=rng.randint(0, 900))
    life = Life(rng, report_on, Month.of(report_on).back(1), rng.random() ** 2)
    empty = life.chance(0.04)

    def some(most: int) -> int:
        return 0 if empty else round(most * rng.random() ** 1.7)

    kinds = sorted(rng.choices(_TYPES, _WEIGHTS, k=some(size.accounts)), key=_TYPES.index)
    accounts = tuple(invent_account(life, kind, no) for no, kind in enumerate(kinds, start=1))
    report = Report(
        kind=ReportKind.PBOC_GEN2,
        header=_header(life),
        identity=_identity(life),
        score=_score(life),
        accounts=accounts,
        agreements=invent_agreements(life, accounts),
        liabilities=invent_liabilities(life, some(size.others)),
        post_paid=invent_post_paid(life, some(size.others)),
        public_records=invent_public(life, some(size.others * 2)),
        annotations=life.annotations(0.1, about=rng.choice(("1", "201", "202", "203", "204"))),
        inquiries=invent_inquiries(life, some(size.inquiries), accounts),
    )
    return replace(report, summary=overview_of(report))


def _header(life: Life) -> Header:
    rng, day = life.rng, life.report_on
    at = datetime(day.year, day.month, day.day, rng.randint(7, 21), rng.randint(0, 59), 7)
    alert = FraudAlert("1", "13000000000", day - timedelta(days=90), day + timedelta(days=275))
    other_ids = rng.sample(names.OTHER_IDS, rng.choice((0, 0, 0, 1, 2)))
    return Header(
        report_no=f"{at:%Y%m%d%H%M%S}{rng.randrange(10**8):08d}",
        report_at=at,
        name=rng.choice(names.PEOPLE),
        id_type="身份证",
        id_no=names.SPECIMEN_IDS[0],
        marital=rng.choice(names.MARITAL),
        other_ids=tuple(OtherId(kind, f"E{rng.randrange(100):08d}") for kind in other_ids),
        inquirer="D10000000H0001",
        reason_code=rng.choice(sorted(REASONS)),
        fraud_alert=alert if life.chance(0.1) else None,
        disputes=1 if life.chance(0.05) else None,
    )


def _identity(life: Life) -> Identity:
    rng = life.rng

    def seen() -> date:
        return life.report_on - timedelta(days=rng.randint(1, 2000))

    spouse = Spouse("样本乙", "身份证", names.SPECIMEN_IDS[1], "样例有限公司", "13000000002")
    return Identity(
        sex=rng.choice(("男", "女")),
        born_on=date(1949, 12, 31),
        education=rng.choice(names.EDUCATION),
        degree=rng.choice(names.DEGREE),
        employment=rng.choice(names.EMPLOYMENT),
        nationality="CHN",
        email="sample@example.com" if life.chance(0.5) else None,
        mailing_address="样例市样本区示例路1号",
        registered_address="样例市样本区示例路2号",
        phones=tuple(Phone(f"1300000{i:04d}", seen()) for i in range(rng.choice((1, 1, 2, 5)))),
        spouse=spouse if life.chance(0.5) else None,
        residences=tuple(
            Residence(
                rng.choice(names.RESIDENCE),
                f"样例市样本区示例路{i + 1}号",
                "010-00000000" if life.chance(0.5) else None,
                seen(),
            )
            for i in range(rng.randint(0, 5))
        ),
        occupations=tuple(
            Occupation(
                employment=rng.choice(names.EMPLOYMENT),
                employer=f"样例第{i + 1}科技有限公司",
                employer_kind=rng.choice(names.EMPLOYER_KIND),
                industry=rng.choice(names.INDUSTRY),
                address="样例市样本区示例路3号",
                phone="010-00000001" if life.chance(0.5) else None,
                occupation=rng.choice(names.OCCUPATION),
                duty=rng.choice(names.DUTY),
                title=rng.choice(names.TITLE),
                since_year=rng.randint(1975, 2024),
                updated_on=seen(),
            )
            for i in range(rng.randint(0, 5))
        ),
    )


def _score(life: Life) -> Score | None:
    rng = life.rng
    if life.chance(0.2):
        return None
    if life.chance(0.1):
        return Score(None, None, (rng.choice(("91", "92", "93")),))
    value = rng.randint(0, 1000)
    codes = tuple(sorted(rng.sample([f"{n:02d}" for n in range(1, 17)], 2)))
    return Score(value, f">{value // 10}%", codes)
