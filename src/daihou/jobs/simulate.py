"""The simulated bureau of a simulated bank: its people, their accounts here, their lives elsewhere.

The bank's own course of each person is worked out from the files in the home's inbox, once, in the
engine; a life at other lenders is made when somebody asks, always the same for the same seed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final
from zlib import crc32

from daihou.engines import Connection, EngineError, bind_files, connect
from daihou.errors import GatewayError, HomeError, NotFound
from daihou.examples.lives.make import life_of
from daihou.examples.lives.model import HiddenAccount, Life, OwnCourse
from daihou.examples.lives.reports import Named, report_of_life
from daihou.gateways.settings import parse_bureau
from daihou.gateways.simulator import Faults, Institution, Look, NotSamePerson, Rules
from daihou.jobs.home import open_home
from daihou.report.model import Report

BANK_NAME: Final = "模拟示例银行股份有限公司"
BANK_CODE: Final = "D10000000H0001"
"""Name and code of a bank whose home says neither."""
_BANK_TYPE: Final = "11"
_USUAL_INCOME: Final = 6_000
"""Whole yuan a month where the bank does not know an income (grade M)."""
_NEEDED: Final = ("customer", "account", "instalment", "payment")
_OTHERS: Final = ("card_statement", "credit_line")
_EMPTY: Final = {
    "card_statement": "SELECT NULL::VARCHAR AS account_id, NULL::DATE AS statement_on,"
    " NULL::DATE AS due_on, NULL::BIGINT AS balance_minor, NULL::BIGINT AS minimum_due_minor"
    " WHERE false",
    "credit_line": "SELECT NULL::VARCHAR AS line_id, NULL::DATE AS recorded_on,"
    " NULL::BIGINT AS limit_minor WHERE false",
}
_KINDS: Final = {"card": "R2", "revolving_line": "R1"}
_LIVES_KEPT: Final = 20_000

_PEOPLE: Final = """
CREATE TABLE person AS
SELECT customer_id, arg_max(name, recorded_on) AS name, arg_max(id_no, recorded_on) AS id_no,
       min(recorded_on) AS since, arg_max(monthly_income_minor, recorded_on) // 100 AS income
FROM customer WHERE kind = 'person' AND name IS NOT NULL AND id_no IS NOT NULL
GROUP BY customer_id ORDER BY customer_id
"""
_GRID: Final = """
CREATE TABLE held AS
SELECT a.account_id, a.customer_id, a.product, a.opened_on, a.matures_on, a.closed_on,
       a.written_off_on, coalesce(a.taken_on_balance_minor, a.amount_minor) AS first_minor,
       coalesce(a.amount_minor, l.limit_minor, 0) AS limit_minor
FROM (SELECT * FROM account QUALIFY row_number() OVER (
          PARTITION BY account_id ORDER BY recorded_on DESC) = 1) AS a
LEFT JOIN (SELECT line_id, arg_max(limit_minor, recorded_on) AS limit_minor
           FROM credit_line GROUP BY line_id) AS l USING (line_id);
CREATE TABLE cell AS
SELECT h.account_id, h.product, h.first_minor, m.ends_on
FROM held AS h, (SELECT last_day(starts_on::DATE) AS ends_on FROM (
    SELECT unnest(generate_series(
        (SELECT date_trunc('month', min(paid_on)) FROM payment),
        (SELECT date_trunc('month', max(paid_on)) FROM payment), INTERVAL 1 MONTH)) AS starts_on
)) AS m
WHERE m.ends_on >= h.opened_on
"""
_LOANS: Final = """
CREATE TABLE due AS
SELECT account_id, due_on, row_number() OVER w AS number,
       sum(principal_minor + interest_minor + fee_minor) OVER w AS due_so_far,
       sum(principal_minor) OVER w AS principal_so_far
FROM instalment WHERE cancelled_on IS NULL
WINDOW w AS (PARTITION BY account_id ORDER BY due_on, instalment_no ROWS UNBOUNDED PRECEDING);
CREATE TABLE loan_month AS
WITH moved AS (
    SELECT account_id, last_day(coalesce(booked_on, paid_on)) AS ends_on,
           sum(CASE WHEN kind = 'reversal' THEN -amount_minor ELSE amount_minor END) AS minor
    FROM payment GROUP BY ALL
), paid AS (
    SELECT c.account_id, c.ends_on, c.first_minor,
           coalesce(sum(m.minor) OVER (PARTITION BY c.account_id ORDER BY c.ends_on), 0) AS so_far
    FROM cell AS c LEFT JOIN moved AS m USING (account_id, ends_on) WHERE c.product <> 'card'
)
SELECT p.account_id, p.ends_on,
       greatest(0, coalesce(d.number, 0) - coalesce(c.number, 0)) AS behind,
       greatest(0, p.first_minor - coalesce(c.principal_so_far, 0)) // 100 AS owed
FROM paid AS p
ASOF LEFT JOIN due AS d ON p.account_id = d.account_id AND p.ends_on >= d.due_on
ASOF LEFT JOIN due AS c ON p.account_id = c.account_id AND p.so_far >= c.due_so_far
"""
_CARDS: Final = """
CREATE TABLE card_due AS
WITH paid AS (
    SELECT s.account_id, s.statement_on,
           sum(CASE WHEN p.kind = 'reversal' THEN -p.amount_minor ELSE p.amount_minor END) AS minor
    FROM payment AS p
    ASOF JOIN card_statement AS s ON p.account_id = s.account_id AND p.paid_on >= s.statement_on
    GROUP BY ALL
), walked AS (
    SELECT s.account_id, s.statement_on, s.due_on, s.balance_minor,
           row_number() OVER w AS number,
           sum(coalesce(s.minimum_due_minor, 0)) OVER w AS due_so_far,
           sum(coalesce(s.minimum_due_minor, 0) - coalesce(p.minor, 0)) OVER w AS position
    FROM card_statement AS s LEFT JOIN paid AS p USING (account_id, statement_on)
    WINDOW w AS (PARTITION BY s.account_id ORDER BY s.statement_on ROWS UNBOUNDED PRECEDING)
)
-- What is paid beyond a minimum does not pay the next one: the position is lifted by its lowest.
SELECT *, position - least(0, min(position) OVER (
    PARTITION BY account_id ORDER BY statement_on ROWS UNBOUNDED PRECEDING)) AS unpaid
FROM walked;
CREATE TABLE card_late AS
SELECT s.account_id, s.due_on, s.number - coalesce(c.number, 0) AS behind
FROM card_due AS s
ASOF LEFT JOIN card_due AS c
    ON s.account_id = c.account_id AND s.due_so_far - s.unpaid >= c.due_so_far;
CREATE TABLE card_month AS
SELECT c.account_id, c.ends_on, greatest(0, coalesce(l.behind, 0)) AS behind,
       greatest(0, coalesce(s.balance_minor, 0)) // 100 AS owed
FROM cell AS c
ASOF LEFT JOIN card_due AS s ON c.account_id = s.account_id AND c.ends_on >= s.statement_on
ASOF LEFT JOIN card_late AS l ON c.account_id = l.account_id AND c.ends_on >= l.due_on
WHERE c.product = 'card'
"""
_SIDES: Final = """
CREATE TABLE side AS
SELECT p.*, a.accounts FROM person AS p LEFT JOIN (
    SELECT h.customer_id, list(struct_pack(
        product := h.product, opened_on := h.opened_on, matures_on := h.matures_on,
        closed_on := h.closed_on, written_off_on := h.written_off_on,
        lent := h.limit_minor // 100, from_on := m.from_on, owed := m.owed, behind := m.behind
    ) ORDER BY h.account_id) AS accounts
    FROM held AS h JOIN (
        SELECT account_id, min(ends_on) AS from_on, list(owed ORDER BY ends_on) AS owed,
               list(least(behind, 7) ORDER BY ends_on) AS behind
        FROM (FROM loan_month UNION ALL BY NAME FROM card_month) GROUP BY account_id
    ) AS m USING (account_id) GROUP BY h.customer_id
) AS a USING (customer_id)
ORDER BY p.id_no
"""
_STEPS: Final = (_PEOPLE, _GRID, _LOANS, _CARDS, _SIDES)
_DONE: Final = (
    "person",
    "held",
    "cell",
    "due",
    "loan_month",
    "card_due",
    "card_late",
    "card_month",
)


@dataclass(frozen=True, slots=True)
class OwnSide:
    """What the bank itself holds of a person: the course, and its accounts as a report has them."""

    customer: str
    named: Named
    course: OwnCourse
    accounts: tuple[HiddenAccount, ...]


class BankPeople:
    """Every person of a simulated bank, for the simulated bureau; see its ``Population``."""

    def __init__(self, root: Path, seed: int = 1, name: str = BANK_NAME) -> None:
        """Read the bank's inbox.

        Raises: HomeError when the book is not simulated, or its inbox has no named people.
        """
        self._seed, self._name = seed, name
        self._lock = Lock()
        self._connection = _read(root)
        self._side = lru_cache(_LIVES_KEPT)(self._find)
        self._life = lru_cache(_LIVES_KEPT)(self._make)

    @property
    def people(self) -> int:
        """Return how many people there are."""
        return int(self._rows("SELECT count(*) FROM side")[0][0])

    def person_of(self, name: str, id_type: str, id_no: str) -> str | None:
        """Return the person's number, which is that of the document; None when nobody has it.

        Raises: NotSamePerson when somebody of another name has it.
        """
        side = self._side(id_no) if id_type == "10" else None
        if side is None:
            return None
        if side.named.name != name:
            raise NotSamePerson
        return id_no

    def report_of(self, person: str, on: date, looks: Sequence[Look]) -> Report:
        """Return the lender's report of a person as of a day."""
        side = self.side_of(person)
        return report_of_life(self._life(person, on.year), side.named, on, looks, side.accounts)

    def side_of(self, person: str) -> OwnSide:
        """Return what the bank itself holds of a person.

        Raises: NotFound when there is no such person.
        """
        side = self._side(person)
        if side is None:
            raise NotFound("nobody has this number", where="the simulated bank")
        return side

    def _make(self, person: str, year: int) -> Life:
        """Return the life up to the end of a year: a longer one begins the same."""
        return life_of(self._seed, self.side_of(person).course, date(year, 12, 31))

    def _find(self, id_no: str) -> OwnSide | None:
        rows = self._rows(
            "SELECT customer_id, name, since, income, accounts FROM side WHERE id_no = ?", id_no
        )
        if not rows:
            return None
        customer, name, since, income, held = rows[0]
        accounts = tuple(self._account(**told) for told in held or ())
        strikes: dict[int, int] = {}
        for account in accounts:
            first = account.opened_on.year * 12 + account.opened_on.month - 1
            for month, behind in enumerate(account.behind, first):
                if behind:
                    strikes[month] = max(behind, strikes.get(month, 0))
        course = OwnCourse(
            number_of(customer), min([since, *(a.opened_on for a in accounts)]),
            income or _USUAL_INCOME, tuple(sorted(strikes.items())),
        )  # fmt: skip
        return OwnSide(customer, Named(name, id_no), course, accounts)

    def _account(self, *, product: str, opened_on: date, **told: Any) -> HiddenAccount:
        """Return one account of the bank; before the bank's files begin it stays as at first."""
        owed, behind, off = told["owed"], told["behind"], told["written_off_on"]
        before = _months(opened_on, told["from_on"])
        terms = _months(opened_on, told["matures_on"]) if told["matures_on"] else 0
        return HiddenAccount(
            lender=self._name,
            lender_type=_BANK_TYPE,
            kind=_KINDS.get(product, "D1"),
            opened_on=opened_on,
            limit=told["lent"],
            terms=max(terms, 1) if product != "card" else 0,
            owed=(owed[0],) * before + tuple(owed),
            behind=(0,) * before + tuple(behind),
            closed_on=told["closed_on"],
            bad_from=off and off.year * 12 + off.month - 1,
        )

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(sql, list(values)).fetchall()


def number_of(person: str) -> int:
    """Return the number in a customer's id, by which a life is drawn."""
    digits = re.sub(r"\D", "", person)[-18:]
    return int(digits) if digits else crc32(person.encode())


def _months(first: date, last: date) -> int:
    return max(0, (last.year - first.year) * 12 + last.month - first.month)


def _read(root: Path) -> Connection:
    """Return an engine that holds people and own accounts of a simulated bank."""
    home = open_home(root)
    if not home.book.simulated:
        raise HomeError(
            "this book is not simulated", where=str(root),
            why="a simulated bureau must never stand beside real people",
            next_step="make a simulated bank with `daihou init HOME --example bank`",
        )  # fmt: skip
    connection = connect()
    try:
        for table in (*_NEEDED, *_OTHERS):
            paths = sorted((root / "inbox").glob(f"{table}-*.parquet"))
            if paths:
                bind_files(connection, table, paths)
            elif table in _EMPTY:
                connection.execute(f"CREATE TEMP VIEW {table} AS {_EMPTY[table]}")
            else:
                raise _no_people(root, f"its inbox has no {table} file")
        for step in _STEPS:
            connection.execute(step)
        for table in _DONE:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("SET threads = 1")  # from now on one person at a time is asked for
        found = connection.execute("SELECT count(*) FROM side").fetchone()
    except EngineError as error:
        raise _no_people(root, f"its inbox is not that of a simulated bank: {error}") from error
    if not found or not found[0]:
        raise _no_people(root, "its customers have no names and numbers")
    return connection


def _no_people(root: Path, why: str) -> HomeError:
    return HomeError(
        "the bank has nobody whom a bureau could know", where=str(root / "inbox"), why=why,
        next_step="make one with `daihou init HOME --example bank`",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BureauWishes:
    """How the simulated bureau of a bank works, where it is not as usual.

    ``orgs`` and ``users`` None are those of the home's bureau.yaml, else the usual one and anyone.
    """

    password_digest: str
    orgs: tuple[str, ...] | None = None
    users: frozenset[str] | None = None
    name: str = BANK_NAME
    hours: tuple[int, int] | None = None
    per_minute: int | None = None
    faults: Faults = field(default_factory=Faults)


def name_of(root: Path) -> str:
    """Return the name under which the bank stands in reports: the first that its book gives."""
    return next(iter(open_home(root).book.institution), BANK_NAME)


def rules_of(root: Path, wishes: BureauWishes) -> Rules:
    """Return whom the bureau answers: the bank, as its bureau.yaml names it.

    Raises: GatewayError when bureau.yaml is wrong.
    """
    settings = root / "bureau.yaml"
    orgs, place = wishes.orgs, Rules({}, "").place
    if settings.is_file():
        told = parse_bureau(settings.read_text(encoding="utf-8"), str(settings))
        place = told.receiver
        orgs = orgs or tuple({told.org: 1, told.origin_org or told.org: 1})
    asking = {code: Institution(code, wishes.name, users=wishes.users)
              for code in orgs or (BANK_CODE,)}  # fmt: skip
    return Rules(asking, wishes.password_digest, place, wishes.hours, wishes.per_minute)


def faults_of(told: Sequence[str]) -> Faults:
    """Return faults from texts such as ``drop_after=0.1``.

    Raises: GatewayError for one that is no fault.
    """
    values: dict[str, Any] = {}
    for text in told:
        name, _, value = text.partition("=")
        try:
            values[name] = _WORDS[value] if value in _WORDS else _number(value)
        except ValueError:
            raise GatewayError(
                f"{text!r} is no fault", next_step="write NAME=SHARE, as drop_after=0.1"
            ) from None
    return Faults().changed(values)


_WORDS: Final[Mapping[str, bool]] = {"true": True, "false": False}


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
