"""Invented persons with credit reports, landed as rows and told by the second way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from daihou.report.bureau_row import BureauSource, bureau_row
from daihou.report.gen2.reader import read_gen2
from daihou.report.model import Inquiry, Report
from daihou.report.values import Month
from daihou.report.words import REASONS, PublicKind
from daihou.report.writers.gen2 import write_gen2
from daihou.report.writers.invent import Size, invent_report
from daihou.report.writers.names import INSTITUTION_TYPES, INSTITUTIONS
from tests.worked.independent_bureau import Asked, back
from tests.worked.independent_signals import Verdict, verdicts

OWN = "样例银行股份有限公司"
OWN_AS_PRINTED = frozenset({"样例 银行股份有限公司信用卡中心"})
"""The same company with a space and a card centre: names of an own institution are not clean."""

NIGHT = date(2026, 6, 30)
SIZE = Size(accounts=16, inquiries=50, others=2)


class Person(NamedTuple):
    """A customer, what is proven of the income (yuan), and every report there is."""

    customer_id: str
    income: int | None
    reports: tuple[Asked, ...]


def people(count: int, first: int = 0) -> list[Person]:
    """Return invented persons with one to four reports each, the same for the same numbers."""
    return [_person(number) for number in range(first, first + count)]


def _person(number: int) -> Person:
    rng = Random(number)
    report = invent_report(number, SIZE)
    reports = [_busy(rng, report) if rng.random() < 0.4 else report]
    for _ in range(rng.choice((0, 1, 1, 1, 3))):
        reports.append(_earlier(rng, reports[-1]))
    if rng.random() < 0.2:
        # The life of somebody else: nothing fits, and still both ways must agree.
        reports.append(invent_report(number + 1_000_000, SIZE))
    asked = []
    for place, one in enumerate(reports):
        assert one.header.report_at is not None
        on = one.header.report_at.date()
        late = 500 if rng.random() < 0.03 and place else rng.choice((0, 0, 1, 4))
        read = read_gen2(write_gen2(one), f"{number}-{place}")
        asked.append(Asked(f"R{number}-{place}", on + timedelta(days=late), read))
    known = [one for one in asked if one.received_on <= NIGHT]
    income = rng.choice((None, 3_000, 8_000, 20_000, 60_000))
    return Person(f"C{number}", income, tuple(known))


def _busy(rng: Random, report: Report) -> Report:
    """Return a person who lately applied, borrowed, moved and changed work a great deal."""
    assert report.header.report_at is not None and report.identity is not None
    on = report.header.report_at.date()

    def lately(days: int) -> date:
        return on - timedelta(days=rng.randint(0, days))

    looks = []
    for _ in range(rng.randint(2, 30)):
        reason = REASONS[rng.choice(("02", "03", "03", "02", "08", "21"))]
        kind = rng.choice(("11", "11", "24", "51"))
        looks.append(
            Inquiry(
                lately(rng.choice((25, 60, 190))), rng.choice(INSTITUTIONS[kind]), reason.zh,
                reason.code, reason.reason_class, reason.hard, False,
                institution_type=INSTITUTION_TYPES[kind],
            )
        )  # fmt: skip
    share = rng.choice((0, 0.2, 0.6))
    told = report.identity
    return replace(
        report,
        inquiries=(*report.inquiries, *looks),
        accounts=tuple(
            replace(one, opened_on=lately(190)) if rng.random() < share else one
            for one in report.accounts
        ),
        public_records=tuple(
            replace(
                one,
                values=dict(one.values)
                | {"paid_to": Month.of(on).back(rng.randint(0, 9)), "state": rng.choice("123")},
            )
            if one.kind is PublicKind.HOUSING_FUND
            else one
            for one in report.public_records
        ),
        identity=replace(
            told,
            phones=tuple(replace(one, updated_on=lately(300)) for one in told.phones),
            residences=tuple(replace(one, updated_on=lately(300)) for one in told.residences),
            occupations=tuple(replace(one, updated_on=lately(300)) for one in told.occupations),
        ),
    )


def _earlier(rng: Random, report: Report) -> Report:
    """Return the same person some days or months before, owing a little more or less."""
    assert report.header.report_at is not None
    on = report.header.report_at.date()
    on = rng.choice((on, on - timedelta(days=9), back(on, 1), back(on, 2), back(on, 3)))
    part = rng.choice((2, 4, 6, 8, 9, 12))

    def less(amount: int | None) -> int | None:
        return None if amount is None else amount * part // 10

    score = report.score
    if score is not None and score.value is not None:
        score = replace(score, value=min(score.value + rng.choice((0, 20, 29, 30, 60, 100)), 1000))
    return replace(
        report,
        header=replace(report.header, report_at=datetime(on.year, on.month, on.day, 9)),
        score=score,
        accounts=tuple(
            replace(one, balance=less(one.balance), used=less(one.used)) for one in report.accounts
        ),
        liabilities=tuple(replace(one, balance=less(one.balance)) for one in report.liabilities),
        inquiries=tuple(one for one in report.inquiries if one.on is None or one.on <= on),
    )


def facts_of_people(persons: list[Person]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a lender's files and the reports become."""
    long_ago = date(2020, 1, 1)
    customers = [
        {"customer_id": one.customer_id, "recorded_on": long_ago, "kind": "person",
         "retail": True, "currency": "CNY",
         "monthly_income_minor": None if one.income is None else one.income * 100}
        for one in persons
    ]  # fmt: skip
    accounts = [
        {"account_id": one.customer_id.replace("C", "A"), "customer_id": one.customer_id,
         "recorded_on": long_ago, "product": "instalment_loan", "currency": "CNY",
         "opened_on": date(2023, 1, 10), "amount_minor": 1_000_000}
        for one in persons
    ]  # fmt: skip
    reports = [
        bureau_row(
            asked.report, OWN_AS_PRINTED,
            BureauSource(asked.report_id, one.customer_id, None, asked.received_on),
        )
        for one in persons
        for asked in one.reports
    ]  # fmt: skip
    return {"customer": customers, "account": accounts, "bureau_report": reports}


def expected(persons: list[Person]) -> dict[tuple[str, str], Verdict]:
    """Return the verdict of the second way on every person and signal."""
    return {
        (one.customer_id, signal): verdict
        for one in persons
        if one.reports
        for signal, verdict in verdicts(one.reports, OWN, one.income).items()
    }


def published(
    signal_rows: list[dict[str, Any]], customer_rows: list[dict[str, Any]], signals: set[str]
) -> dict[tuple[str, str], Verdict]:
    """Return the night's verdicts in the same form; what does not hit has no value there."""
    found: dict[tuple[str, str], Verdict] = {}
    for row in customer_rows:
        unknown = set((row["unknown_signals"] or "").split(","))
        for signal in signals:
            word = "unknown" if signal in unknown else "no_hit"
            found[row["customer_id"], signal] = (word, None)
    for row in signal_rows:
        if row["subject_kind"] == "customer" and row["signal_id"] in signals:
            found[row["subject_id"], row["signal_id"]] = (row["level"], row["value"])
    return found


def differences(
    wanted: dict[tuple[str, str], Verdict], told: dict[tuple[str, str], Verdict]
) -> list[str]:
    """Return what the two ways do not say alike; a value counts where there is a hit."""
    out = []
    for key, (level, value) in sorted(wanted.items()):
        mine = (level, None if level in {"no_hit", "unknown"} else value)
        if told.get(key) != mine:
            out.append(f"{key[0]} {key[1]}: night {told.get(key)}, second way {mine}")
    return out
