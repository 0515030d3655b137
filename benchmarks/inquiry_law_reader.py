"""An independent reading of who may be asked about: slow, plain, from the law and the contracts.

It imports nothing of the product. The rules read here: a written consent names post-loan management
(code 004) and is signed, neither ended nor withdrawn; on the day there is a balance, a valid line,
an open card or a guarantee for business that itself has a balance or a valid line; no stop, no
death, no dispute stands; the look is due or a recorded trigger asks for it; and the numbers of the
lender's rules of asking, read from the YAML file. Unknown is no permission.
Source: 征信业管理条例 arts. 18, 20, 25, 28; 个人信用信息基础数据库管理暂行办法 art. 12(4);
个人信息保护法 arts. 6, 15, 47.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import yaml

Row = Mapping[str, Any]
CONDITIONS = ("consent", "relationship", "no_stop", "cool_off", "year_cap")


class Pull(NamedTuple):
    """A trigger: its kind, its day, and the last day on which it may be used."""

    kind: str
    on: date
    until: date


@dataclass(frozen=True)
class Numbers:
    """The numbers of the lender's rules of asking."""

    consent_code: str
    months: int
    triggers: Mapping[str, Any]
    trigger_tiers: frozenset[str]
    cool_off_days: int
    year_cap: int

    @classmethod
    def read(cls, text: str) -> Numbers:
        """Return the numbers of a file of rules whose schedule is monthly or quarterly."""
        told = yaml.safe_load(text)
        return cls(
            told["purpose"]["consent_code"],
            {"monthly": 1, "quarterly": 3}[told["schedule"]],
            told["triggers"],
            frozenset(name for name, tier in told["tiers"].items() if tier["triggers"]),
            told["cool_off_days"]["value"],
            told["person_year_cap"]["value"],
        )


class Hit(NamedTuple):
    """A signal of one account as a night published it: its level and the day of its newest fact."""

    night: date
    account_id: str
    signal_id: str
    level: str
    on: date


def months_later(day: date, months: int) -> date:
    """Return the same day of a later (or earlier) month, or that month's last day."""
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    last = 31
    while True:
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            last -= 1


@dataclass
class Borrower:
    """One customer with every row there will ever be; each question names its day."""

    customer_id: str
    facts: Mapping[str, Sequence[Row]]
    numbers: Numbers
    looks: Sequence[Row] = ()
    """What the product did with its orders, one row an order."""
    hits: Sequence[Hit] = ()
    morning: bool = False
    """The day has only begun: balances of its end are not known yet."""

    def states(self, table: str, key: str, day: date) -> list[Row]:
        """Return the newest state of each thing that the lender knows on a day."""
        newest: dict[str, Row] = {}
        for row in self.facts.get(table, ()):
            if row["recorded_on"] <= day:
                before = newest.get(row[key])
                if before is None or before["recorded_on"] <= row["recorded_on"]:
                    newest[row[key]] = row
        return list(newest.values())

    def is_person(self, day: date) -> bool:
        """Tell whether the customer is a natural person: firms have no such report."""
        return any(
            row["customer_id"] == self.customer_id and row["kind"] == "person"
            for row in self.states("customer", "customer_id", day)
        )

    def conditions(self, day: date) -> dict[str, bool | None]:
        """Return each condition beside the occasion: holds, does not, or unknown (None)."""
        asked = self.asked(day)
        last = max(asked) if asked else None
        in_year = [on for on in asked if months_later(day, -12) < on <= day]
        return {
            "consent": self.consents(day),
            "relationship": self.has_business(day),
            "no_stop": not self.stopped(day),
            "cool_off": last is None or (day - last).days >= self.numbers.cool_off_days,
            "year_cap": len(in_year) < self.numbers.year_cap,
        }

    def consents(self, day: date) -> bool:
        """Tell whether a written consent to post-loan management is in force."""
        for row in self.states("consent", "consent_id", day):
            names = [part.strip() for part in row["purposes"].split(",")]
            if row["customer_id"] != self.customer_id or row["signed_on"] > day:
                continue
            if row.get("withdrawn_on") is not None and row["withdrawn_on"] <= day:
                continue
            if row.get("ends_on") is not None and row["ends_on"] < day:
                continue
            if self.numbers.consent_code in names:
                return True
        return False

    def has_business(self, day: date) -> bool | None:
        """Tell whether business with the person is open; None when a balance decides, unknown."""
        unsure = False
        accounts = {row["account_id"]: row for row in self.states("account", "account_id", day)}
        lines = {row["line_id"]: row for row in self.states("credit_line", "line_id", day)}
        for account in accounts.values():
            if account["customer_id"] != self.customer_id or not is_open(account, day):
                continue
            owed = self.balance(account, day)
            if account["product"] == "card" or (owed is not None and owed > 0):
                return True
            unsure = unsure or owed is None
        for line in lines.values():
            if line["customer_id"] == self.customer_id and is_valid(line, day):
                return True
        for given in self.states("guarantee", "guarantee_id", day):
            ended = given.get("ends_on") is not None and given["ends_on"] < day
            secured = accounts.get(given["account_id"])
            if ended or given["starts_on"] > day or secured is None:
                continue
            if given["guarantor_id"] != self.customer_id:
                continue
            line_of = lines.get(secured.get("line_id") or "")
            if line_of is not None and is_valid(line_of, day):
                return True
            if is_open(secured, day):
                owed = self.balance(secured, day)
                if owed is not None and owed > 0:
                    return True
                unsure = unsure or owed is None
        return None if unsure else False

    def has_new_loan(self, night: date, day: date) -> bool:
        """Tell whether an account was opened since a night: no night has told its balance."""
        return any(
            night < row["opened_on"] <= day for row in self.states("account", "account_id", day)
        )

    def balance(self, account: Row, day: date) -> int | None:
        """Return what is owed on an account, None when the facts do not tell."""
        told = [
            row for row in self.facts.get("ledger_balance", ())
            if row["account_id"] == account["account_id"]
            and (row["balance_on"] < day if self.morning else row["balance_on"] <= day)
        ]  # fmt: skip
        if told:
            return int(max(told, key=lambda row: row["balance_on"])["balance_minor"])
        if account.get("amount_minor") is None:
            return None
        return int(account["amount_minor"]) - self.paid(account, day)

    def paid(self, account: Row, day: date) -> int:
        """Return what was paid to an account and not taken back, as known on a day."""
        total = 0
        for row in self.facts.get("payment", ()):
            known = row["paid_on"] <= day and (row.get("booked_on") or row["paid_on"]) <= day
            if row["account_id"] == account["account_id"] and known:
                total += -row["amount_minor"] if row["kind"] == "reversal" else row["amount_minor"]
        return total

    def stopped(self, day: date) -> bool:
        """Tell whether a stop stands: listed, dead, or in a dispute."""
        for row in self.states("inquiry_stop", "stop_id", day):
            if row["from_on"] <= day and (row.get("to_on") is None or day < row["to_on"]):
                return True
        events = self.facts.get("external_event", ())
        if any(row["kind"] == "death" and row["known_on"] <= day for row in events):
            return True
        return self.disputes(day) > 0

    def disputes(self, day: date) -> int:
        """Return how many disputes stand: a closing ends one that was opened, never a later one."""
        told = [
            (row["happened_on"], row["kind"] == "dispute_closed")
            for row in self.facts.get("external_event", ())
            if row["known_on"] <= day and row["kind"] in ("dispute_opened", "dispute_closed")
        ]  # fmt: skip
        standing = 0
        for _, closes in sorted(told):
            standing = max(standing - 1, 0) if closes else standing + 1
        return standing

    def asked(self, day: date) -> list[date]:
        """Return the days on which a look may have left a mark, as known on a day."""
        return [row["asked_on"] for row in self.orders(day) if row["asked_on"] is not None]

    def orders(self, day: date) -> list[Row]:
        """Return what became of every order known; in the morning that is the day before."""
        last = day - timedelta(days=1) if self.morning else day
        rows = self.states("inquiry", "inquiry_id", last)
        return rows + [row for row in self.looks if row["recorded_on"] <= last]

    def is_due(self, day: date) -> bool:
        """Tell whether the schedule asks for a look."""
        asked = self.asked(day)
        return not asked or months_later(max(asked), self.numbers.months) <= day

    def has_used_month(self, night: date) -> bool:
        """Tell whether an order of the schedule was planned in this calendar month already."""
        return any(
            row["occasion"] == "schedule" and row["window"][:1] == "S"
            and (row["planned_on"].year, row["planned_on"].month) == (night.year, night.month)
            for row in self.orders(night)
        )  # fmt: skip

    def has_cancelled(self, pull: Pull, night: date) -> bool:
        """Tell whether an order for a trigger was planned, and stopped before it left."""
        return any(
            row["outcome"] == "cancelled" and row["occasion"] == pull.kind
            and row["trigger_id"].endswith(f":{pull.on}")
            for row in self.orders(night) if row.get("trigger_id")
        )  # fmt: skip

    def pulls(self, night: date) -> list[Pull]:
        """Return every trigger recorded by a night and still inside its days, used or not."""
        found = [*self._of_events(night), *self._of_arrears(night), *self._of_lines(night)]
        for hit in self.hits:
            rule = self.numbers.triggers["misuse_of_funds"]
            if hit.night == night and hit.signal_id in rule["signals"] and hit.level != "yellow":
                found.append(self._pull("misuse_of_funds", hit.on))
        return sorted(pull for pull in set(found) if pull.on <= night <= pull.until)

    def unused(self, pull: Pull, day: date) -> bool:
        """Tell whether nobody looked since a trigger was pulled."""
        return all(on < pull.on for on in self.asked(day))

    def tier(self, night: date) -> str:
        """Return the tier of the book's small policy: by the worst days past due."""
        late = self.worst_days(night)
        return "G4" if late >= 61 else "G3" if late >= 31 else "G1"

    def worst_days(self, night: date) -> int:
        """Return the days past due of the person's worst open account, 0 when none is known."""
        return max((late for late, _ in self._late(night)), default=0)

    def _pull(self, kind: str, on: date) -> Pull:
        return Pull(kind, on, on + timedelta(days=self.numbers.triggers[kind]["days"]))

    def _of_events(self, night: date) -> Iterator[Pull]:
        for row in self.facts.get("external_event", ()):
            for kind, rule in self.numbers.triggers.items():
                if row["known_on"] <= night and row["kind"] in rule.get("events", ()):
                    yield self._pull(kind, row["known_on"])

    def _of_arrears(self, night: date) -> Iterator[Pull]:
        least = self.numbers.triggers["own_arrears"]["from_days"]
        for late, oldest_on in self._late(night):
            if late >= least:
                yield self._pull("own_arrears", oldest_on + timedelta(days=least))

    def _of_lines(self, night: date) -> Iterator[Pull]:
        days = timedelta(days=self.numbers.triggers["line_review"]["days"])
        for row in self.states("credit_line", "line_id", night):
            gone = row.get("cancelled_on") is not None and row["cancelled_on"] <= night
            end = row.get("expires_on")
            if row["customer_id"] != self.customer_id or row["opened_on"] > night or gone:
                continue
            if end is not None:
                yield self._pull("line_review", end - days)

    def _late(self, night: date) -> Iterator[tuple[int, date]]:
        """Yield days past due and oldest unpaid due day of each late open account."""
        for account in self.states("account", "account_id", night):
            if account["customer_id"] != self.customer_id or not is_open(account, night):
                continue
            money = self.paid(account, night)
            dues = [
                row for row in self.facts.get("instalment", ())
                if row["account_id"] == account["account_id"]
            ]  # fmt: skip
            for due in sorted(dues, key=lambda row: row["due_on"]):
                money -= due["principal_minor"] + due["interest_minor"] + due["fee_minor"]
                if money < 0:
                    if due["due_on"] < night:
                        yield (night - due["due_on"]).days, due["due_on"]
                    break


def is_open(account: Row, day: date) -> bool:
    """Tell whether an account was opened and is not closed."""
    closed = account.get("closed_on")
    return account["opened_on"] <= day and (closed is None or day < closed)


def is_valid(line: Row, day: date) -> bool:
    """Tell whether a credit line can still be drawn: neither run out nor cancelled."""
    if line["opened_on"] > day:
        return False
    if line.get("expires_on") is not None and day > line["expires_on"]:
        return False
    return line.get("cancelled_on") is None or day < line["cancelled_on"]
