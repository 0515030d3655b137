"""Entries become records of the model: accounts, agreements, liabilities, public records, looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from daihou.report.detailed.cells import NOTHING, Reading, day_of, places_of, yuan_of
from daihou.report.detailed.layout import (
    ACCOUNT_HEADINGS,
    COUNTED,
    LIABILITY_HEADINGS,
    STATE_TABLES,
    SUMS,
)
from daihou.report.detailed.tables import Entry, Values
from daihou.report.dictionaries import code_of
from daihou.report.fields import PUBLIC_HEADINGS
from daihou.report.model import (
    Account,
    Agreement,
    Annotation,
    Inquiry,
    LargeInstalment,
    Liability,
    MonthState,
    PostPaid,
    PublicRecord,
    SpecialEvent,
    SpecialTransaction,
    Unmatched,
)
from daihou.report.values import Month, Place
from daihou.report.words import (
    OVERDUE_SYMBOLS,
    STATES,
    SYMBOLS,
    AccountState,
    AccountType,
    ReasonClass,
    reason_of,
)

FIVE_YEARS: Final = 60


def history_fields(
    history: tuple[MonthState, ...],
    span: tuple[Month, Month],
    opened: Month | None,
    kind: AccountType | None,
) -> dict[str, Any]:
    """Return the fields that a grid of months says, ``history`` being newest first.

    Months overdue are counted only where the grid has every month of the last five years in which
    the account was open.
    """
    late = tuple(
        state
        for state in history
        if state.symbol in OVERDUE_SYMBOLS and span[0] <= state.month <= span[1]
    )
    first = max(span[0], opened) if opened else span[0]
    told = {state.month for state in history}
    months = [span[1].back(at) for at in range(span[1].number - first.number + 1)]
    whole = bool(opened and opened >= span[0]) or span[1].number - span[0].number + 1 >= FIVE_YEARS
    out: dict[str, Any] = {
        "history": history,
        "history_from": span[0],
        "history_to": span[1],
        "overdue_months": late,
        "overdue_from": span[0],
        "overdue_to": span[1],
    }
    if whole and told.issuperset(months):
        least = 3 if kind is AccountType.QUASI_CARD else 1
        out["months_overdue_5y"] = sum(int(state.symbol) >= least for state in late)
        out["months_overdue_90_5y"] = sum(int(state.symbol) >= 4 for state in late)
    return out


def overdue_now(fields: Mapping[str, Any]) -> bool | None:
    """Return whether an account is overdue as its state, terms and amount say."""
    said = [fields[name] for name in ("terms_overdue", "overdue_amount") if name in fields]
    if fields.get("state") is AccountState.OVERDUE or any(said):
        return True
    return False if said else None


@dataclass(frozen=True, slots=True)
class Records:
    """Reads the records of entries, keeping what was not understood in ``reading``."""

    reading: Reading

    def accounts(self, entries: Iterable[Entry]) -> Iterable[Account]:
        """Yield the accounts of entries under headings of accounts."""
        for entry in entries:
            if entry.heading in ACCOUNT_HEADINGS and entry.values:
                yield self._account(entry)

    def _account(self, entry: Entry) -> Account:
        section, kind = ACCOUNT_HEADINGS[entry.heading]
        values = entry.values
        fields = self.reading.fields(values, state_table=STATE_TABLES[kind])
        fields |= self._business("1023", values, fields)
        if "state_code" in fields:
            fields["state"] = STATES[kind].get(fields["state_code"])
        opened = fields.get("opened_on")
        if entry.span:
            history = tuple(self._months(entry))
            opened_month = Month.of(opened) if opened else None
            fields |= history_fields(history, entry.span, opened_month, kind)
        fields["overdue_now"] = overdue_now(fields)
        for name, made in (
            ("special_transactions", SpecialTransaction),
            ("special_events", SpecialEvent),
            ("large_instalments", LargeInstalment),
            ("annotations", Annotation),
        ):
            if name in entry.lists:
                fields[name] = self._list(entry.lists[name], made)
        places = places_of(values) if not entry.symbols else _with_grid(entry)
        return Account(
            **{"institution": "", **fields},
            section=section,
            account_type=kind,
            no=entry.no,
            agreement_no=_agreement(entry),
            as_of=self._as_of(entry),
            places=places,
        )

    def _business(
        self, table: str, values: Values, fields: Mapping[str, Any]
    ) -> dict[str, str | None]:
        words = fields.get("type")
        if words is None:
            return {"type": ""} if table == "1023" else {}
        code = code_of(table, words)
        if code is None:
            self.reading.leave(*values["type"])
        return {"business_code": code}

    def _months(self, entry: Entry) -> Iterable[MonthState]:
        """Yield the months of a grid, newest first."""
        for month in sorted({*entry.symbols, *entry.amounts}, reverse=True):
            symbol, amount = entry.symbols.get(month), entry.amounts.get(month)
            if symbol is None or symbol.text not in SYMBOLS:
                told = symbol or amount
                if told and told.text not in NOTHING:
                    self.reading.unmatched.append(Unmatched(told.page, f"{month}: {told.text}"))
                continue
            overdue = None
            if amount and amount.text not in NOTHING:
                try:
                    overdue = yuan_of(amount.text)
                except ValueError:
                    self.reading.unmatched.append(Unmatched(amount.page, f"{month}: {amount.text}"))
            yield MonthState(month, symbol.text, overdue)

    def _as_of(self, entry: Entry) -> Any:
        try:
            return day_of(entry.as_of) if entry.as_of else None
        except ValueError:
            self.reading.unmatched.append(Unmatched(None, entry.as_of or ""))
            return None

    def _list(self, rows: Iterable[Values], made: Any) -> tuple[Any, ...]:
        out = []
        for row in self.reading.rows(rows):
            row.pop("places")
            row.pop("no", None)
            needs = {"text", "code"} if made is Annotation else {"code"}
            if made is LargeInstalment or needs <= row.keys():
                out.append(made(**row))
        return tuple(out)

    def agreements(self, entries: Iterable[Entry]) -> Iterable[Agreement]:
        """Yield credit agreements."""
        for entry in entries:
            if entry.heading == "授信协议信息" and entry.values:
                fields = {"institution": "", **self.reading.fields(entry.values)}
                notes = self._list(entry.lists.get("annotations", ()), Annotation)
                yield Agreement(**fields, annotations=notes, places=places_of(entry.values))

    def liabilities(self, entries: Iterable[Entry]) -> Iterable[Liability]:
        """Yield liabilities for people, then for companies, as printed."""
        for entry in entries:
            if entry.heading in LIABILITY_HEADINGS and entry.values:
                debtor, table = LIABILITY_HEADINGS[entry.heading]
                fields = {"institution": "", "role": "", **self.reading.fields(entry.values)}
                yield Liability(
                    **(fields | self._business(table, entry.values, fields)),
                    no=entry.no,
                    debtor_kind_code=debtor,
                    as_of=self._as_of(entry),
                    annotations=self._list(entry.lists.get("annotations", ()), Annotation),
                    places=places_of(entry.values),
                )

    def post_paid(self, entries: Iterable[Entry]) -> Iterable[PostPaid]:
        """Yield post-paid services."""
        for entry in entries:
            if entry.heading == "后付费记录" and entry.values:
                yield PostPaid(
                    **{"institution": "", **self.reading.fields(entry.values)},
                    no=entry.no,
                    annotations=self._list(entry.lists.get("annotations", ()), Annotation),
                    places=places_of(entry.values),
                )

    def public(self, entries: Iterable[Entry]) -> Iterable[PublicRecord]:
        """Yield public records; rows of one number are one record."""
        for entry in entries:
            if entry.heading not in PUBLIC_HEADINGS:
                continue
            notes: dict[int | None, list[Annotation]] = {}
            for row in entry.lists.get("annotations", ()):
                no = self.reading.fields({k: v for k, v in row.items() if k == "no"}).get("no")
                notes.setdefault(no, []).extend(self._list([row], Annotation))
            for record in self.reading.rows(entry.lists.get("records", ()), joined=True):
                no, places = record.pop("no", None), record.pop("places")
                yield PublicRecord(
                    PUBLIC_HEADINGS[entry.heading],
                    record,
                    no=no,
                    annotations=tuple(notes.get(no, ())),
                    places=places,
                )

    def statements(self, entries: Iterable[Entry]) -> Iterable[Annotation]:
        """Yield notes and statements about the whole report."""
        for entry in entries:
            if entry.heading == "本人声明及异议标注":
                yield from self._list(entry.lists.get("annotations", ()), Annotation)

    def inquiries(self, entries: Iterable[Entry]) -> Iterable[Inquiry]:
        """Yield who looked at the file."""
        for entry in entries:
            for row in self.reading.rows(entry.lists.get("inquiries", ())):
                if not {"on", "institution", "reason"} <= row.keys():
                    self.reading.unmatched.append(_left(row))
                    continue
                known = reason_of(row["reason"])
                yield Inquiry(
                    **row,
                    reason_code=(known.code or None) if known else None,
                    reason_class=known.reason_class if known else ReasonClass.OTHER,
                    hard=known.hard if known else None,
                    own=bool(known and known.reason_class is ReasonClass.OWN),
                )

    def summary(self, entries: Iterable[Entry]) -> tuple[dict[str, Any], dict[str, Place]]:
        """Return what the overview says by its dotted names, and where; ``--`` is None."""
        out: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for entry in entries:
            name = SUMS.get(entry.heading)
            if name is None:
                continue
            if entry.count is not None and name in COUNTED:
                out[f"{name}.{COUNTED[name]}"] = entry.count
            self._sums(name, entry.values, out, places)
            for row in entry.lists.get("rows", ()):
                keys = {k: v for k, v in row.items() if k in {"key", "key2"}}
                codes = self.reading.fields(keys)
                if codes.keys() == keys.keys() and codes:
                    key = ".".join([name, *(codes[k] for k in sorted(codes))])
                    rest = {k: v for k, v in row.items() if k not in keys}
                    self._sums(key, rest, out, places)
        return out, places

    def _sums(
        self, name: str, values: Values, out: dict[str, Any], places: dict[str, Place]
    ) -> None:
        fields = self.reading.fields(values)
        for field, (_, cell) in values.items():
            if field in fields or cell.text in NOTHING:
                value = fields.get(field)
                plain = value is None or isinstance(value, int)
                out[f"{name}.{field}"] = value if plain else str(value)
                places[f"{name}.{field}"] = Place(cell.page, cell.box, read_as=cell.seen)


def _agreement(entry: Entry) -> str | None:
    return None if (entry.agreement or "") in NOTHING else entry.agreement


def _with_grid(entry: Entry) -> dict[str, Place]:
    """Return the places of an account and of the months of its grid (``history.2026-05``)."""
    places = dict(places_of(entry.values))
    for month, cell in entry.symbols.items():
        places[f"history.{month}"] = Place(cell.page, cell.box, read_as=cell.seen)
    return places


def _left(row: Mapping[str, Any]) -> Unmatched:
    told = " ".join(str(value) for name, value in row.items() if name != "places")
    return Unmatched(row["places"][""].page if row["places"] else None, told)
