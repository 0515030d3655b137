"""Invented borrowers with a year in which everything happens that decides about an inquiry.

Every row is simulated. A borrower is made from the seed and the number alone, so that the same
borrower can be made again later; rows carry the day from which the lender knows them, and half of
all changes fall on the day after a night: between planning and sending.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Bundle = Mapping[str, Sequence[Row]]
"""The fact rows of one borrower by table."""
FIRST, LAST = date(2024, 1, 3), date(2025, 1, 9)
STEP = 8
"""Days between two nights: with sending a day later, the shortest way to a look every 32 days."""
CORNERS = (
    date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31),
    date(2024, 4, 30), date(2024, 8, 31), date(2024, 9, 30), date(2024, 12, 31),
)  # fmt: skip
ALERTS = ("bureau_alert",)
LIFE = (
    "job_lost", "income_down", "assets_down", "health_down", "lawsuit_defendant", "enforced",
    "dishonest_debtor", "fraud",
)  # fmt: skip
NO_TRIGGER = ("job_changed", "income_up", "contact_failed", "rating_cut")
DUE = 10_000
"""Minor units of one instalment."""


def nights_of(first: date, count: int, step: int = STEP) -> tuple[date, ...]:
    """Return the days at whose end a night runs."""
    return tuple(first + timedelta(days=step * number) for number in range(count))


def months_on(day: date, months: int) -> date:
    """Return the same day some months on, the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(date(index // 12, index % 12 + 1, 1) + timedelta(days=day.day - 1),
               following - timedelta(days=1))  # fmt: skip


@dataclass(slots=True)
class Maker:
    """Makes the rows of one borrower."""

    number: int
    dice: random.Random
    nights: Sequence[date]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def who(self) -> str:
        return f"C{self.number:07d}"

    def name(self, letter: str) -> str:
        self.counts[letter] += 1
        return f"{letter}{self.number:07d}-{self.counts[letter]}"

    def chance(self, percent: float) -> bool:
        return self.dice.random() * 100 < percent

    def day(self) -> date:
        """Return a day of the year: half of them are days after a night, some are corners."""
        draw, night = self.dice.random(), self.dice.choice(self.nights)
        if draw < 0.5:
            return night + timedelta(days=1)
        if draw < 0.6:
            return night
        corners = [day for day in CORNERS if self.nights[0] <= day <= self.nights[-1]]
        if draw < 0.7 and corners:
            return self.dice.choice(corners)
        return self.between(self.nights[0], self.nights[-1] + timedelta(days=1))

    def between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.dice.randint(0, max((last - first).days, 0)))

    def told_on(self, happened: date) -> date:
        """Return when the lender knows: mostly the same day."""
        late = self.dice.choice((0, 0, 0, 1, 2, 9, 40))
        return happened + timedelta(days=late)

    def add(self, table: str, **values: Any) -> Row:
        self.rows[table].append(values)
        return values

    def again(self, table: str, row: Row, recorded_on: date, **changed: Any) -> Row:
        """Write a later state of a row; a state of the same day would be a repeated key."""
        recorded_on = max(recorded_on, row["recorded_on"] + timedelta(days=1))
        return self.add(table, **(row | changed | {"recorded_on": recorded_on}))


def borrower(seed: int, number: int, nights: Sequence[date]) -> Bundle:
    """Return everything about one invented borrower."""
    maker = Maker(number, random.Random(f"{seed}:{number}"), nights)
    firm = maker.chance(2)
    customer(maker, maker.who, firm=firm)
    for _ in range(maker.dice.choice((1, 1, 1, 1, 2, 3))):
        kinds = list(BUSINESS)
        maker.dice.choices(kinds, [BUSINESS[kind] for kind in kinds])[0](maker)
    consents(maker)
    stops(maker)
    events(maker)
    history(maker)
    return maker.rows


def customer(maker: Maker, who: str, *, firm: bool) -> None:
    known = maker.day() if maker.chance(1) else date(2022, 1, 1)
    maker.add(
        "customer", customer_id=who, recorded_on=known,
        kind="business" if firm else "person", retail=True, currency="CNY",
    )  # fmt: skip


def account(maker: Maker, product: str, opened_on: date, **values: Any) -> Row:
    row = {
        "account_id": maker.name("A"), "recorded_on": opened_on, "customer_id": maker.who,
        "product": product, "currency": "CNY", "opened_on": opened_on,
    }  # fmt: skip
    return maker.add("account", **(row | values))


def close(maker: Maker, row: Row, closed_on: date) -> None:
    """Close an account; the lender may write it down later, or beforehand."""
    told = maker.told_on(closed_on)
    if maker.chance(10):
        told = closed_on - timedelta(days=maker.dice.randint(1, 9))
    maker.again("account", row, max(told, row["opened_on"]), closed_on=closed_on)


def line(maker: Maker, opened_on: date, expires_on: date | None, who: str = "") -> Row:
    return maker.add(
        "credit_line", line_id=maker.name("L"), recorded_on=opened_on,
        customer_id=who or maker.who, currency="CNY", kind="revolving", limit_minor=5_000_000,
        opened_on=opened_on, expires_on=expires_on,
    )  # fmt: skip


def schedule(maker: Maker, row: Row, terms: int) -> list[Row]:
    return [
        maker.add(
            "instalment", account_id=row["account_id"], instalment_no=number,
            due_on=months_on(row["opened_on"], number), principal_minor=DUE, interest_minor=0,
            fee_minor=0,
        )
        for number in range(1, terms + 1)
    ]  # fmt: skip


def pay(maker: Maker, row: Row, paid_on: date, amount: int = DUE, **values: Any) -> None:
    maker.add(
        "payment", payment_id=maker.name("P"), account_id=row["account_id"], paid_on=paid_on,
        **({"kind": "payment", "amount_minor": amount, "principal_minor": amount} | values),
    )  # fmt: skip


def pay_course(maker: Maker, row: Row, dues: Sequence[Row]) -> date | None:
    """Pay as people pay; return the day of the last payment when all is paid."""
    course = maker.dice.choices(("regular", "late", "stops", "early"), (70, 16, 8, 6))[0]
    left = len(dues)
    stop_at = maker.dice.randint(1, len(dues)) if course in ("stops", "early") else len(dues)
    last: date = row["opened_on"]
    for due in dues[:stop_at]:
        late = maker.dice.choice((0, 0, 5, 9, 12, 33, 48, 70)) if course == "late" else 0
        last = max(last, due["due_on"] + timedelta(days=late))
        booked = last + timedelta(days=3) if maker.chance(2) else None
        pay(maker, row, last, booked_on=booked)
        left -= 1
    if course == "stops" and left:
        if maker.chance(50):
            last = max(last, maker.day())
            pay(maker, row, last, DUE * left)
            return last
        return None
    if left:
        last = max(last + timedelta(days=1), maker.day())
        pay(maker, row, last, DUE * left)
    if maker.chance(4):  # a payment bounces: the loan is not settled after all
        back = last + timedelta(days=maker.dice.randint(1, 6))
        pay(maker, row, last, kind="reversal", booked_on=back)
        if maker.chance(50):
            return None
        last = back + timedelta(days=maker.dice.randint(0, 15))
        pay(maker, row, last)
    return last


def loan(maker: Maker, opened_on: date, **values: Any) -> tuple[Row, date | None]:
    terms = maker.dice.choice((3, 4, 6, 9, 12, 14))
    row = account(maker, "instalment_loan", opened_on, amount_minor=DUE * terms,
                  matures_on=months_on(opened_on, terms), **values)  # fmt: skip
    return row, pay_course(maker, row, schedule(maker, row, terms))


def running_loan(maker: Maker) -> None:
    """A loan that mostly outlives the year or is settled in it; settled accounts may stay open."""
    row, settled = loan(maker, maker.between(date(2023, 7, 1), date(2024, 3, 31)))
    if settled is not None and maker.chance(60):
        close(maker, row, settled + timedelta(days=maker.dice.choice((0, 0, 1, 7, 30))))


def long_loan(maker: Maker) -> None:
    """A loan that is repaid at its end, far away: owed all year, also when it is written off."""
    opened_on = maker.between(date(2022, 6, 1), date(2023, 12, 20))
    row = account(maker, "instalment_loan", opened_on, amount_minor=900_000,
                  matures_on=months_on(opened_on, 60))  # fmt: skip
    if maker.chance(2):
        day = maker.day()
        maker.again("account", row, day, written_off_on=day)


def settled_with_line(maker: Maker) -> None:
    """A loan settled long ago under a line that can still be drawn."""
    opened_on = maker.between(date(2022, 1, 1), date(2022, 9, 30))
    row = line(maker, opened_on, maker.dice.choice((None, date(2026, 7, 8), date(2025, 3, 31))))
    drawn, settled = loan(maker, opened_on + timedelta(days=20), line_id=row["line_id"])
    if settled is not None and maker.chance(70):
        close(maker, drawn, settled)


def ending_line(maker: Maker) -> None:
    """A line that runs out in the year, is prolonged, cancelled in time, late, or beforehand."""
    opened_on = maker.between(date(2021, 1, 1), date(2023, 12, 1))
    end = maker.day()
    row = line(maker, opened_on, end)
    fate = maker.dice.choice(("expires", "expires", "prolonged", "cancelled", "cancelled", "told"))
    if fate == "prolonged":
        told = end + timedelta(days=maker.dice.choice((-30, -3, -1, 0, 1, 5)))
        maker.again("credit_line", row, max(told, opened_on), expires_on=months_on(end, 12))
    elif fate == "cancelled":
        gone = maker.between(maker.nights[0], end)
        maker.again("credit_line", row, maker.told_on(gone), cancelled_on=gone)
    elif fate == "told":
        gone = maker.day()
        maker.again("credit_line", row, gone - timedelta(days=12), cancelled_on=gone)
    if maker.chance(40):
        drawn, settled = loan(maker, max(opened_on, date(2022, 3, 1)), line_id=row["line_id"])
        if settled is not None and maker.chance(80):
            close(maker, drawn, settled)


def frozen_line(maker: Maker) -> None:
    """A line that is frozen is not cancelled: the agreement runs on."""
    opened_on = maker.between(date(2022, 1, 1), date(2023, 10, 1))
    row = line(maker, opened_on, date(2025, 12, 31))
    day = maker.day()
    maker.again("credit_line", row, day, frozen_on=day)


def card(maker: Maker) -> None:
    """A card that is never used; a third of them is closed in the year."""
    row = account(maker, "card", maker.between(date(2022, 1, 1), date(2024, 2, 10)))
    if maker.chance(35):
        close(maker, row, max(maker.day(), row["opened_on"]))


def unknown_balance(maker: Maker) -> None:
    """An account whose balance nobody handed over; for some the ledger tells it later."""
    row = account(maker, "revolving_line", maker.between(date(2022, 1, 1), date(2023, 12, 1)))
    day = maker.day()
    if maker.chance(50):
        maker.add("ledger_balance", account_id=row["account_id"], balance_on=day,
                  balance_minor=maker.dice.choice((0, 0, 70_000)))  # fmt: skip
        if maker.chance(40):
            maker.add("ledger_balance", account_id=row["account_id"],
                      balance_on=day + timedelta(days=17), balance_minor=0)  # fmt: skip
    elif maker.chance(40):
        close(maker, row, day)


def guarantor(maker: Maker) -> None:
    """A guarantee for a firm's loan or line; it ends, or the business that it secures ends."""
    debtor = f"D{maker.number:07d}-{maker.counts['D'] + 1}"
    maker.counts["D"] += 1
    customer(maker, debtor, firm=True)
    opened_on = maker.between(date(2022, 3, 1), date(2024, 1, 20))
    lined = maker.chance(35)
    under = line(maker, opened_on, maker.day(), debtor) if lined else None
    row = account(maker, "business_loan", opened_on, customer_id=debtor, amount_minor=DUE * 6,
                  line_id=under["line_id"] if under else None)  # fmt: skip
    for due in schedule(maker, row, 6):
        if opened_on.year < 2024 and not (due["due_on"].year == 2023 and maker.chance(30)):
            pay(maker, row, due["due_on"])
    ends = maker.dice.choice((None, maker.day(), date(2026, 1, 1)))
    given = maker.add(
        "guarantee", guarantee_id=maker.name("G"), recorded_on=opened_on,
        account_id=row["account_id"], guarantor_id=maker.who, amount_minor=DUE * 6,
        starts_on=opened_on + timedelta(days=maker.dice.choice((0, 0, 30))), ends_on=ends,
    )  # fmt: skip
    if maker.chance(30):
        end = maker.day()
        maker.again("guarantee", given, maker.told_on(end), ends_on=end)
    if maker.chance(20):
        close(maker, row, max(maker.day(), opened_on))


def new_loan(maker: Maker) -> None:
    """A loan paid out in the year; some of its money goes to a company of the borrower."""
    opened_on = maker.day()
    row, _ = loan(maker, opened_on)
    if maker.chance(40):
        return
    for offset, way, kind, what in (
        (-40, "in", "employer", "salary"),
        (maker.dice.randint(0, 30), "out", "company_own", "transfer"),
    ):
        maker.add(
            "transaction", transaction_id=maker.name("T"), customer_id=maker.who,
            account_id=row["account_id"] if way == "out" else None,
            booked_on=opened_on + timedelta(days=offset), direction=way, amount_minor=5_000,
            counterparty_kind=kind, category=what,
        )  # fmt: skip


BUSINESS: Mapping[Callable[[Maker], None], int] = {
    running_loan: 20, long_loan: 26, settled_with_line: 22, ending_line: 14, frozen_line: 4,
    card: 18, unknown_balance: 3, guarantor: 6, new_loan: 3,
}  # fmt: skip


def consent(maker: Maker, signed_on: date, purposes: str = "001,004", **values: Any) -> Row:
    return maker.add(
        "consent", consent_id=maker.name("K"), recorded_on=signed_on, customer_id=maker.who,
        signed_on=signed_on, purposes=purposes, **values,
    )  # fmt: skip


def consents(maker: Maker) -> None:
    """Most people consented at the start; the rest never, not to this, until a day, or late."""
    signed = maker.between(date(2021, 1, 1), date(2022, 1, 1))
    kind = maker.dice.choices(
        ("plain", "other", "withdrawn", "ends", "late", "two", "none", "narrowed", "replaced"),
        (78, 4, 6, 4, 3, 2, 1, 1, 1),
    )[0]
    day = maker.day()
    if kind in ("plain", "two", "narrowed"):
        row = consent(maker, signed, maker.dice.choice(("001,004", "004", "001, 004,010")))
        if kind == "two":
            gone = consent(maker, signed + timedelta(days=50))
            maker.again("consent", gone, day, withdrawn_on=day)
        elif kind == "narrowed":
            maker.again("consent", row, day, purposes="001,003")
    elif kind == "other":
        consent(maker, signed, maker.dice.choice(("001,002,003", "005,006,014", "001,0045")))
    elif kind in ("withdrawn", "replaced"):
        row = consent(maker, signed)
        maker.again("consent", row, maker.told_on(day), withdrawn_on=day)
        if kind == "replaced":
            consent(maker, maker.between(day, maker.nights[-1]))
    elif kind == "ends":
        consent(maker, signed, ends_on=day)
    elif kind == "late":
        row = consent(maker, day)
        if maker.chance(30):  # written down before it is signed
            row["recorded_on"] = day - timedelta(days=5)


def stops(maker: Maker) -> None:
    """Stops of every kind: from a day on, until a day, lifted, known late, known beforehand."""
    for kind, percent in (
        ("closed", 1), ("dispute", 1.5), ("death", 0.5), ("consent_withdrawn", 1), ("other", 1),
    ):  # fmt: skip
        if not maker.chance(percent):
            continue
        day = maker.day()
        until = None if maker.chance(50) else maker.between(day, maker.nights[-1])
        told = maker.dice.choice((day, day, maker.told_on(day), day - timedelta(days=7)))
        row = maker.add("inquiry_stop", stop_id=maker.name("S"), recorded_on=told,
                        customer_id=maker.who, kind=kind, from_on=day, to_on=until)  # fmt: skip
        if until is None and maker.chance(40):
            lifted = maker.between(day, maker.nights[-1])
            maker.again("inquiry_stop", row, lifted, to_on=lifted)


def event(maker: Maker, kind: str, happened_on: date, known_on: date | None = None) -> None:
    known = known_on or maker.told_on(happened_on)
    maker.add("external_event", event_id=maker.name("E"), customer_id=maker.who, kind=kind,
              happened_on=happened_on, known_on=max(known, happened_on))  # fmt: skip


def events(maker: Maker) -> None:
    """Events that pull a trigger, events that do not, death, and disputes."""
    for kinds, percent in (
        (ALERTS, 14), (LIFE, 10), (("misuse_confirmed",), 4), (NO_TRIGGER, 5), (("death",), 0.7),
    ):  # fmt: skip
        while maker.chance(percent):
            event(maker, maker.dice.choice(kinds), maker.day())
    if maker.chance(1):  # of a dispute that was opened before anything was handed over
        event(maker, "dispute_closed", maker.day())
    if maker.chance(4):
        opened = maker.day()
        event(maker, "dispute_opened", opened)
        if maker.chance(65):
            closed = maker.between(opened, opened + timedelta(days=60))
            event(maker, "dispute_closed", closed)
            if maker.chance(25):
                event(maker, "dispute_opened", maker.between(closed, closed + timedelta(days=40)))
            elif maker.chance(20):  # two at once, of which one is closed
                event(maker, "dispute_opened", maker.between(opened, closed))


def history(maker: Maker) -> None:
    """Looks before the year: most people once in December, some a full dozen of them."""
    first = maker.nights[0]
    if maker.chance(7):
        days = {maker.between(date(2023, 2, 10), date(2023, 12, 31)) for _ in range(11)}
        days.add(maker.dice.choice((date(2023, 2, 28), date(2023, 3, 1), date(2023, 12, 31))))
    elif maker.chance(90):
        days = {first - timedelta(days=maker.dice.randint(1, 34))}
    else:
        days = set()
    for day in sorted(days):
        asked(maker, day, maker.dice.choice(("answered", "answered", "no_record", "unknown")))
    if maker.chance(2):
        asked(maker, first - timedelta(days=maker.dice.randint(1, 20)), "cancelled")


def asked(maker: Maker, day: date, outcome: str) -> None:
    number = maker.name("H")
    left = outcome != "cancelled"
    row = maker.add(
        "inquiry", inquiry_id=number, recorded_on=day, customer_id=maker.who, purpose="01",
        window=f"H:{number}", occasion="schedule", planned_on=day - timedelta(days=1),
        outcome=outcome, asked_on=day if left else None,
    )  # fmt: skip
    if outcome == "unknown" and maker.chance(30):  # the bureau says that it never came
        maker.again("inquiry", row, day + timedelta(days=maker.dice.randint(1, 40)),
                    outcome="cancelled", asked_on=None)  # fmt: skip
