"""A hidden life as the bureau would tell of it on a day: a whole lender's report, simulated.

Lenders report at month ends: of accounts a report tells the months that have ended by its day, of
looks and court records everything up to the day. Nothing later is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from daihou.examples.lives.model import Application, CourtRecord, HiddenAccount, Life, Surety
from daihou.examples.lives.reported import Told, account_as_of
from daihou.gateways.simulator.population import Look
from daihou.report.model import (
    Account,
    Agreement,
    Inquiry,
    Liability,
    PublicRecord,
    PublicValue,
    Report,
)
from daihou.report.person import Header, Identity, Occupation, Phone, Residence, Score
from daihou.report.values import Month
from daihou.report.words import OVER, REASONS, AccountType, PublicKind, ReportKind
from daihou.report.writers.invent_accounts import last_day
from daihou.report.writers.invent_records import months_before
from daihou.report.writers.names import INSTITUTION_TYPES, MARITAL
from daihou.report.writers.overview import overview_of

LOOKS_SHOWN: Final = 24
"""Months of looks in a report. Source: 征信业务管理办法 and the report's own notes (grade C)."""
RECORDS_SHOWN: Final = timedelta(days=5 * 365)
_SURETY_CLASS: Final = {0: "1", 1: "2", 2: "2", 3: "3", 4: "4", 5: "4", 6: "5", 7: "5"}
_KINDS: Final = {
    "enforcement": PublicKind.ENFORCEMENT,
    "civil_judgment": PublicKind.CIVIL_JUDGMENT,
}


@dataclass(frozen=True, slots=True)
class Named:
    """Who the report is about: an invented name and a number that no person can have."""

    name: str
    id_no: str
    id_type: str = "身份证"


def report_of_life(
    life: Life,
    person: Named,
    on: date,
    looks: Sequence[Look] = (),
    own_accounts: Sequence[HiddenAccount] = (),
) -> Report:
    """Return the second generation's report of a person as of a day.

    ``looks`` are those of the bureau's ledger, beside which the life's own applications stand;
    ``own_accounts`` are at the bank that asks, under its name. Own looks are only counted, as a
    lender's report does. The overview is counted from the records.
    """
    end = Month.of(on).back(1)
    told = [
        *(Told(a, f"B{n:04d}", life.customer) for n, a in enumerate(own_accounts, start=1)),
        *(Told(a, f"E{n:04d}", life.customer) for n, a in enumerate(life.accounts, start=1)),
    ]
    known = [account_as_of(one, end) for one in told]
    accounts = sorted((a for a in known if a is not None), key=_printed_order)
    inquiries = _looks(life.applications, looks, on)
    report = Report(
        kind=ReportKind.PBOC_GEN2,
        header=_header(life, person, on),
        identity=_identity(life, on),
        score=_score(accounts, inquiries, on),
        accounts=tuple(accounts),
        agreements=tuple(_agreements(accounts, on)),
        liabilities=tuple(_liabilities(life.sureties, end)),
        public_records=tuple(_records(life.court, on)),
        inquiries=inquiries,
    )
    own = {"inquiries.own_1m": _own_looks(looks, on)}
    return replace(report, summary=dict(overview_of(report)) | own)


def _printed_order(account: Account) -> tuple[int, date]:
    kind = account.account_type
    assert kind is not None
    return list(AccountType).index(kind), account.opened_on or date.min


def _header(life: Life, person: Named, on: date) -> Header:
    at = datetime(on.year, on.month, on.day, 9, 0, 7)
    return Header(
        report_no=f"{at:%Y%m%d%H%M%S}{life.customer % 10**8:08d}",
        report_at=at,
        name=person.name,
        id_type=person.id_type,
        id_no=person.id_no,
        marital=_of_person(life).choice(MARITAL),
    )


def _of_person(life: Life) -> Random:
    return Random(f"person/{life.customer}")


def _first_seen(life: Life, on: date) -> date:
    days = [a.opened_on for a in life.accounts] + [a.on for a in life.applications]
    return min([*days, on])


def _identity(life: Life, on: date) -> Identity:
    """Return a person who has neither moved nor changed work since first seen."""
    seen, number = _first_seen(life, on), life.customer
    return Identity(
        sex=_of_person(life).choice(("男", "女")),
        nationality="CHN",
        phones=(Phone(f"1000{number % 10**7:07d}", seen),),
        residences=(Residence("自置", f"模拟市样本区示例路{number % 900 + 1}号", None, seen),),
        occupations=(
            Occupation(employment="职员", employer="模拟科技有限公司", updated_on=seen),
        ),
    )  # fmt: skip


def _score(accounts: Sequence[Account], inquiries: Sequence[Inquiry], on: date) -> Score | None:
    """Return a number that falls with arrears, use and applications: a stand-in, not the bureau's.

    Source: made up for the simulation (grade M).
    """
    running = [a for a in accounts if a.state not in OVER]
    if not running:
        return Score(None, None, ("91",))
    limit = sum(a.limit or 0 for a in running if a.account_type is AccountType.CARD)
    used = sum(a.used or 0 for a in running if a.account_type is AccountType.CARD)
    worst = max(a.terms_overdue or 0 for a in running)
    late = sum(a.months_overdue_5y or 0 for a in accounts)
    hard = sum(x.hard is True and x.on is not None and (on - x.on).days < 184 for x in inquiries)
    fall = 70 * worst + 12 * min(late, 15) + 14 * min(hard, 12)
    fall += 180 * used // limit if limit else 0
    value = max(0, min(1000, 870 - fall))
    return Score(value, f">{value // 10}%", ("01", "05") if worst else ("02", "07"))


def _agreements(accounts: Iterable[Account], on: date) -> Iterable[Agreement]:
    """Yield the agreements behind cards and revolving loans; an expired one is not valid."""
    for account in accounts:
        opened = account.opened_on
        assert opened is not None
        if account.account_type not in {AccountType.CARD, AccountType.REVOLVING}:
            continue
        to_on = account.due_on or _years_on(opened, on)
        over = account.state in OVER or to_on < on
        yield Agreement(
            institution=account.institution,
            institution_type=account.institution_type,
            agreement_no=f"X{account.account_no}",
            use_code="31" if account.account_type is AccountType.CARD else "10",
            limit=account.limit,
            used=account.balance,
            currency="CNY",
            from_on=opened,
            to_on=to_on,
            state_code="2" if over else "1",
        )


def _years_on(opened: date, on: date) -> date:
    """Return the end of a card line, which goes on by five years each time."""
    years = 5 * ((on.year - opened.year) // 5 + 1)
    return opened.replace(year=opened.year + years, day=min(opened.day, 28))


def _liabilities(sureties: Iterable[Surety], end: Month) -> Iterable[Liability]:
    """Yield the debts of others that run at a month's end."""
    for no, surety in enumerate(sureties, start=1):
        if surety.from_on > last_day(end) or surety.to_on <= last_day(end):
            continue
        since = surety.behind_from
        level = 0 if since is None else max(0, min(7, end.number - since + 1))
        yield Liability(
            institution=surety.lender,
            institution_type=INSTITUTION_TYPES.get(surety.lender_type, surety.lender_type),
            role="保证人",
            type="个人经营性贷款",
            business_code="41",
            account_type=AccountType.NON_REVOLVING,
            debtor_kind_code="1",
            contract_no=f"BZ-{no:08d}",
            opened_on=surety.from_on,
            due_on=surety.to_on,
            amount=surety.amount,
            balance=_left(surety, end),
            currency="CNY",
            class_code=_SURETY_CLASS[level],
            state_symbol=str(level) if level else "N",
            as_of=last_day(end),
        )


def _left(surety: Surety, end: Month) -> int:
    """Return what is left of a debt paid back evenly, as far as it was paid."""
    first, last = Month.of(surety.from_on).number, Month.of(surety.to_on).number
    paid = min(end.number, surety.behind_from or end.number) - first
    return surety.amount - surety.amount * max(0, paid) // max(1, last - first)


def _records(court: Iterable[CourtRecord], on: date) -> Iterable[PublicRecord]:
    """Yield enforcement and judgments known by a day, of the last five years."""
    known = [one for one in court if on - RECORDS_SHOWN < one.on <= on]
    for kind in (PublicKind.CIVIL_JUDGMENT, PublicKind.ENFORCEMENT):
        for one in known:
            if _KINDS[one.kind] is kind:
                yield PublicRecord(kind, _values(one))


def _values(record: CourtRecord) -> dict[str, PublicValue]:
    court = "模拟市样本区人民法院"
    if record.kind == "enforcement":
        return {
            "court": court, "cause": "金融借款合同纠纷（模拟）", "closing": None,
            "filed_on": record.on, "case_state": "执行中", "object": "欠款（模拟）",
            "executed": None, "amount": record.amount, "amount_executed": 0, "closed_on": None,
        }  # fmt: skip
    return {
        "court": court, "cause": "借款合同纠纷（模拟）", "closing": "1", "filed_on": record.on,
        "result": "被告偿还借款及利息（模拟）", "effective_on": record.on,
        "object": "欠款（模拟）", "amount": record.amount,
    }  # fmt: skip


def _looks(
    applications: Iterable[Application], looks: Iterable[Look], on: date
) -> tuple[Inquiry, ...]:
    """Return the looks of two years up to a day, newest first."""
    since = months_before(on, LOOKS_SHOWN)
    found = [_inquiry(one) for one in applications if since < one.on <= on]
    found += [look.inquiry() for look in looks if since < look.on <= on and not look.own]
    return tuple(sorted(found, key=lambda one: one.on or date.min, reverse=True))


def _own_looks(looks: Iterable[Look], on: date) -> int:
    since = months_before(on, 1)
    return sum(look.own and since <= look.on <= on for look in looks)


def _inquiry(one: Application) -> Inquiry:
    reason = REASONS[one.reason]
    return Inquiry(
        on=one.on,
        institution=one.lender,
        institution_type=INSTITUTION_TYPES.get(one.lender_type, one.lender_type),
        reason=reason.zh,
        reason_code=reason.code,
        reason_class=reason.reason_class,
        hard=reason.hard,
        own=False,
    )
