"""Figures computed in SQL over published nights; only sums and short lists reach Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from daihou.contracts import RESULTS
from daihou.desk import queries
from daihou.desk.figures import (
    CLASSES,
    ROLLS,
    STATES,
    AccountRow,
    CheckCount,
    ClassMoves,
    DecisionCount,
    FigureOptions,
    Figures,
    Flow,
    NightFiles,
    RollMonth,
    SignalCount,
    Slice,
    Totals,
    Vintage,
    WatchLevel,
    WatchRow,
    mask_id,
    share_bp,
)
from daihou.desk.labels import Words
from daihou.desk.shapes import BookTitle
from daihou.engines import bind_files
from daihou.errors import NotFound
from daihou.kernel import Level, Product

_STAGES: Final = ("1", "2", "3", "unknown")
_PLACE: Final = re.compile(r"\{\w+\}")
_LONGEST_COHORTS = 12
_LONGEST_RULES = 200
"""Lines of a list of rules or signals on a page: more is a mistake in the policy, and is cut."""


def figures_of(
    connection: Any,
    nights: Sequence[NightFiles],
    as_of: date,
    book: BookTitle,
    options: FigureOptions | None = None,
) -> Figures:
    """Return the figures of the night of ``as_of``, with what the nights before it tell.

    Nights after ``as_of`` are not looked at, so a report made again later is the same.

    Raises: NotFound when there is no such night.
    """
    return _Measure(connection, nights, as_of, book, options or FigureOptions()).figures()


class _Measure:
    """One computation: the relations it has bound and the days it compares."""

    def __init__(
        self,
        connection: Any,
        nights: Sequence[NightFiles],
        as_of: date,
        book: BookTitle,
        options: FigureOptions,
    ) -> None:
        past = sorted((n for n in nights if n.as_of <= as_of), key=lambda n: n.as_of)
        if not past or past[-1].as_of != as_of:
            known = ", ".join(str(n.as_of) for n in sorted(nights, key=lambda n: n.as_of)[-5:])
            raise NotFound(
                f"no night of {as_of}", where=f"book {book.book}",
                next_step=f"run it with `daihou night --as-of {as_of}`, or take one of: {known}",
            )  # fmt: skip
        if options.history_nights:
            past = past[-max(options.history_nights, 2) :]
        self.connection, self.book, self.options, self.as_of = connection, book, options, as_of
        self.past = past
        self.now = past[-1]
        self.before = past[-2] if len(past) > 1 else None
        months: dict[tuple[int, int], NightFiles] = {(n.as_of.year, n.as_of.month): n for n in past}
        self.months = list(months.values())
        self.month = self.months[-2] if len(self.months) > 1 else None
        self.steps, self.done = len(self._pairs()) + 6, 0

    def figures(self) -> Figures:
        """Return everything, one question after another."""
        self._bind_all()
        self._step("totals")
        self._cube()
        series = self._series()
        totals = {t.as_of: t for t in series}
        now = totals.get(self.as_of, Totals(self.as_of))
        before = totals.get(self.before.as_of) if self.before else None
        self._step("rolls")
        flows, rolls = self._rolls()
        self._step("vintages")
        vintages = tuple(self._vintages())
        self._step("signals")
        signals = tuple(self._signals())
        self._step("decisions")
        decisions = tuple(self._decisions())
        self._step("lists")
        return Figures(
            book=self.book,
            as_of=self.as_of,
            before_on=self.before.as_of if self.before else None,
            month_on=self.month.as_of if self.month else None,
            totals=now,
            before=before,
            series=tuple(series),
            buckets=self._slices("state", STATES),
            classes=self._slices("asset_class", CLASSES),
            stages=self._slices("stage", _STAGES),
            products=self._slices("product", tuple(p.value for p in Product)),
            flows=flows,
            rolls=rolls,
            class_moves=self._class_moves(),
            vintages=vintages,
            signals=signals,
            decisions=decisions,
            watch_levels=tuple(self._watch_levels()),
            watch_rows=tuple(self._watch_rows()),
            worst_accounts=tuple(self._worst_accounts()),
            checks=tuple(self._checks()),
            other_currency=self._one(queries.OTHER_CURRENCY),
            masked=not self.options.unmask,
            provenance=self.options.provenance,
        )

    def _step(self, what: str) -> None:
        if self.options.on_step is not None:
            self.options.on_step(self.done, self.steps, what)
        self.done += 1

    def _bind(self, relation: str, table: str, nights: Sequence[NightFiles | None]) -> None:
        paths = [Path(p) for n in nights if n is not None for p in n.files.get(table, ())]
        if paths:
            bind_files(self.connection, relation, paths)
            return
        columns = ", ".join(
            f"CAST(NULL AS {c.kind.sql_type}) AS {c.name}" for c in RESULTS[table].columns
        )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {relation} AS SELECT {columns} WHERE FALSE"
        )

    def _bind_all(self) -> None:
        self._bind("desk_history", "account_day", self.past)
        self._bind("desk_months", "account_day", self.months)
        for table in RESULTS:
            self._bind(f"desk_now_{table}", table, [self.now])
            self._bind(f"desk_before_{table}", table, [self.before])

    def _rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Return rows by column name; ``values`` fill the query's ``$name`` places."""
        wanted = {k: v for k, v in values.items() if f"${k}" in query}
        answer = (
            self.connection.execute(query, wanted) if wanted else self.connection.execute(query)
        )
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _one(self, query: str) -> int:
        row = self._rows(query, currency=self.book.currency)[0]
        return int(next(iter(row.values())) or 0)

    def _shown(self, value: str) -> str:
        return value if self.options.unmask else mask_id(value)

    def _name(self, key: str) -> Words:
        # A rule's sentence has places for one subject's facts; here it speaks of all of them.
        found = self.options.names.get(key, Words(key, key))
        return Words(*(_PLACE.sub("…", text) for text in found))

    def _cube(self) -> None:
        """Read the whole history once into sums by night, product, state, class and stage."""
        self.connection.execute(queries.CUBE, {"currency": self.book.currency})

    def _series(self) -> list[Totals]:
        sums = [f.name for f in fields(Totals) if f.name != "as_of"]
        return [
            Totals(row["as_of"], **{name: int(row[name]) for name in sums})
            for row in self._rows(queries.TOTALS)
        ]

    def _slices(self, column: str, order: Sequence[str]) -> tuple[Slice, ...]:
        days = {"as_of": self.as_of, "before": self.before.as_of if self.before else None}
        rows = {str(r["key"]): r for r in self._rows(queries.SLICE.format(column=column), **days)}
        keys = [k for k in order if k in rows] + sorted(k for k in rows if k not in order)
        return tuple(_slice(rows[key], known=self.before is not None) for key in keys)

    def _pairs(self) -> list[tuple[NightFiles, NightFiles]]:
        """Return the month-end nights of consecutive months, two by two."""
        return [
            (a, b)
            for a, b in zip(self.months, self.months[1:], strict=False)
            if (b.as_of.year - a.as_of.year) * 12 + b.as_of.month - a.as_of.month == 1
        ]

    def _flows(self, before: NightFiles, after: NightFiles) -> tuple[Flow, ...]:
        self._bind("desk_from", "account_day", [before])
        self._bind("desk_to", "account_day", [after])
        rows = self._rows(queries.FLOWS, currency=self.book.currency)
        return tuple(
            Flow(r["from_state"], r["to_state"], r["accounts"], int(r["balance_minor"]))
            for r in rows
        )

    def _rolls(self) -> tuple[tuple[Flow, ...], tuple[RollMonth, ...]]:
        rolls, last = [], None
        for before, after in self._pairs():
            self._step("rolls")
            last = (before, self._flows(before, after))
            rolls.append(RollMonth(before.as_of, after.as_of, roll_rates(last[1])))
        if self.month is None:
            return (), ()
        if last is None or last[0] is not self.month:
            last = (self.month, self._flows(self.month, self.now))
        return last[1], tuple(rolls)

    def _class_moves(self) -> ClassMoves | None:
        if self.month is None:
            return None
        self._bind("desk_from", "account_day", [self.month])
        self._bind("desk_to", "account_day", [self.now])
        row = self._rows(queries.CLASS_MOVES, currency=self.book.currency)[0]
        return ClassMoves(**{name: int(value or 0) for name, value in row.items()})

    def _vintages(self) -> Iterator[Vintage]:
        rows = self._rows(
            queries.VINTAGES, as_of=self.as_of, least=self.options.cohort_accounts_min,
            most=_LONGEST_COHORTS,
        )  # fmt: skip
        cohorts: dict[tuple[str, int, int, int], dict[int, int]] = {}
        for r in rows:
            key = (r["quarter"], r["accounts"], r["first_age"], r["last_age"])
            cohorts.setdefault(key, {})
            if r["bad_age"] is not None:
                cohorts[key][r["bad_age"]] = r["bad"]
        for (quarter, accounts, first, last), bad in cohorts.items():
            so_far, points = sum(n for age, n in bad.items() if age < first), []
            for age in range(first, last + 1):
                so_far += bad.get(age, 0)
                points.append((age, share_bp(so_far, accounts) or 0))
            yield Vintage(quarter, accounts, tuple(points))

    def _signals(self) -> Iterator[SignalCount]:
        for r in self._rows(queries.SIGNALS)[:_LONGEST_RULES]:
            yield SignalCount(
                name=self._name(r["signal_id"]),
                **{**r, "hits_before": r["hits_before"] if self.before else None},
            )

    def _decisions(self) -> Iterator[DecisionCount]:
        for r in self._rows(queries.DECISIONS)[:_LONGEST_RULES]:
            amount = r.pop("amount_minor")
            yield DecisionCount(
                name=self._name(r["rule_id"]),
                amount_minor=None if amount is None else int(amount),
                **{**r, "subjects_before": r["subjects_before"] if self.before else None},
            )

    def _watch_levels(self) -> Iterator[WatchLevel]:
        rows = {r["level"]: r for r in self._rows(queries.WATCH_LEVELS)}
        for level in reversed(Level):
            r = rows.get(level.value, {"customers": 0, "customers_before": 0})
            yield WatchLevel(
                level.value, r["customers"], r["customers_before"] if self.before else None
            )

    def _watch_rows(self) -> Iterator[WatchRow]:
        for r in self._rows(queries.WATCH_ROWS, rows=self.options.rows):
            is_new = bool(r.pop("is_new")) and self.before is not None
            r["customer_id"] = self._shown(r["customer_id"])
            yield WatchRow(**r, is_new=is_new)

    def _worst_accounts(self) -> Iterator[AccountRow]:
        rows = self._rows(
            queries.WORST_ACCOUNTS, rows=self.options.rows, currency=self.book.currency
        )
        for r in rows:
            r["account_id"] = self._shown(r["account_id"])
            yield AccountRow(**r)

    def _checks(self) -> Iterator[CheckCount]:
        for r in self._rows(queries.CHECKS)[:_LONGEST_RULES]:
            before = r.pop("rows_before") if self.before else None
            r.pop("rows_before", None)
            yield CheckCount(**r, rows_before=before)


def _slice(row: Mapping[str, Any], *, known: bool) -> Slice:
    """Return a slice; ``known`` tells whether there is a night before to compare with."""
    values: dict[str, Any] = {
        name: None if "before" in name and not known else int(value or 0)
        for name, value in row.items()
        if name != "key"
    }
    return Slice(key=str(row["key"]), **values)


def roll_rates(flows: Sequence[Flow]) -> tuple[int | None, ...]:
    """Return, for each of ROLLS, the share of its accounts that got worse, in basis points.

    Worse is a later bucket or written off. Accounts whose state after is unknown are left out.
    """
    rates = []
    for state in ROLLS:
        mine = [f for f in flows if f.from_state == state and f.to_state != "unknown"]
        worse = [
            f
            for f in mine
            if f.to_state == "off" or ("M0" <= f.to_state <= "M7" and f.to_state > state)
        ]
        rates.append(share_bp(sum(f.accounts for f in worse), sum(f.accounts for f in mine)))
    return tuple(rates)
