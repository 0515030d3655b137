"""The simulated bureau's ledger: every message received and every look written, in SQLite.

One row a message and one a look, both numbered and never changed: keys are not made unique, so
that a question asked twice shows as two looks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any, Final

from daihou.errors import GatewayError
from daihou.gateways.simulator.population import OWN_INSTITUTION, Look

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS message (
    number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT UNIQUE, key TEXT, arrived REAL NOT NULL,
    deadline REAL, status INTEGER NOT NULL, result TEXT NOT NULL, org TEXT, user TEXT,
    id_type TEXT, id_no TEXT, reason TEXT, day TEXT, answer BLOB, ready_at REAL);
CREATE INDEX IF NOT EXISTS message_key ON message (key);
CREATE TABLE IF NOT EXISTS look (
    number INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER REFERENCES message (number),
    key TEXT NOT NULL, person TEXT, id_no TEXT NOT NULL, day TEXT NOT NULL, org TEXT NOT NULL,
    institution TEXT NOT NULL, institution_type TEXT NOT NULL, reason TEXT NOT NULL,
    user TEXT NOT NULL, own INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS look_key ON look (key);
CREATE INDEX IF NOT EXISTS look_person ON look (person);
"""
_COUNTS: Final = {
    "messages": "SELECT count(*) FROM message",
    "looks": "SELECT count(*) FROM look WHERE own = 0",
    "no_record_looks": "SELECT count(*) FROM look WHERE person IS NULL",
    "own_looks": "SELECT count(*) FROM look WHERE own = 1",
    "keys": "SELECT count(DISTINCT key) FROM look WHERE own = 0",
    "keys_looked_twice": "SELECT count(*) FROM (SELECT 1 FROM look WHERE own = 0"
    " GROUP BY key HAVING count(*) > 1)",
}


@dataclass(frozen=True, slots=True)
class Received:
    """One message and what became of it. Units: ``arrived``, ``deadline``, ``ready_at`` are
    seconds since 1970-01-01 UTC; ``day`` is the simulated day of its header.

    ``source`` names the line of a file that it came from, None over the wire.
    """

    status: int
    result: str
    arrived: float
    key: str | None = None
    deadline: float | None = None
    source: str | None = None
    org: str | None = None
    user: str | None = None
    id_type: str | None = None
    id_no: str | None = None
    reason: str | None = None
    day: date | None = None
    answer: bytes | None = None
    ready_at: float | None = None


_RECEIVED: Final = tuple(field.name for field in fields(Received))


@dataclass(frozen=True, slots=True)
class NewLook:
    """A look to be written; ``person`` None is a look at somebody of whom there is no record."""

    person: str | None
    id_no: str
    on: date
    key: str = ""
    org: str = ""
    institution: str = OWN_INSTITUTION
    institution_type: str = ""
    reason: str = ""
    user: str = ""
    own: bool = False


class Ledger:
    """The ledger in one state folder. Safe to use from several threads, by one process."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger, making it when there is none.

        Raises: GatewayError when the folder cannot be written or holds something else.
        """
        self._lock = RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                folder / "bureau.sqlite", isolation_level=None, check_same_thread=False, timeout=30
            )
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise GatewayError(
                f"the ledger cannot be opened: {error}", where=str(folder),
                next_step="give a folder of its own that can be written, on a local disk",
            ) from error  # fmt: skip

    def close(self) -> None:
        """Close it; what was written stays."""
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the ledger: all or nothing of what is written inside is kept, and nobody reads."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def add(self, received: Received) -> int:
        """Write a message and return its number."""
        with self._lock:
            told = [getattr(received, name) for name in _RECEIVED]
            marks = ", ".join("?" for _ in told)
            row = self._db.execute(
                f"INSERT INTO message ({', '.join(_RECEIVED)}) VALUES ({marks})",
                [value.isoformat() if isinstance(value, date) else value for value in told],
            )  # fmt: skip
            assert row.lastrowid is not None
            return row.lastrowid

    def add_look(self, message: int | None, look: NewLook) -> None:
        """Write a look."""
        with self._lock:
            self._db.execute(
                "INSERT INTO look (message, key, person, id_no, day, org, institution,"
                " institution_type, reason, user, own) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (message, look.key, look.person, look.id_no, look.on.isoformat(), look.org,
                 look.institution, look.institution_type, look.reason, look.user, look.own),
            )  # fmt: skip

    def next_look(self) -> int:
        """Return the number that the next look will have."""
        found = self._one("SELECT seq FROM sqlite_sequence WHERE name = 'look'")
        return (found[0] if found else 0) + 1

    def looks_at(self, person: str, on: date) -> tuple[Look, ...]:
        """Return the looks into a person's file up to a day, oldest first."""
        return self._looks("person = ? AND day <= ?", (person, on.isoformat()))

    def looks_of(self, key: str) -> tuple[Look, ...]:
        """Return the looks that a key has caused."""
        return self._looks("key = ? AND own = 0", (key,))

    def kept(self, key: str) -> Received | None:
        """Return the newest message of a key that was processed, answered or refused for good."""
        return self._received("key = ? AND status IN (200, 422)", key)

    def from_source(self, source: str) -> Received | None:
        """Return what became of a line of a file, None when it was not processed."""
        return self._received("source = ?", source)

    def last_day(self) -> date | None:
        """Return the newest simulated day that any message had."""
        found = self._one("SELECT max(day) FROM message")
        return date.fromisoformat(found[0]) if found and found[0] else None

    def counts(self) -> Mapping[str, Any]:
        """Return how much the ledger holds, and messages by status."""
        with self._lock:
            out: dict[str, Any] = {n: self._one(sql)[0] for n, sql in _COUNTS.items()}  # type: ignore[index]
            rows = self._db.execute("SELECT status, count(*) FROM message GROUP BY 1 ORDER BY 1")
            return out | {"by_status": {str(status): count for status, count in rows}}

    def _one(self, sql: str, values: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
        with self._lock:
            found: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
            return found

    def _looks(self, where: str, values: tuple[Any, ...]) -> tuple[Look, ...]:
        with self._lock:
            rows = self._db.execute(
                "SELECT number, day, institution, institution_type, reason, user, key, own"
                f" FROM look WHERE {where} ORDER BY number", values,
            ).fetchall()  # fmt: skip
        return tuple(
            Look(number, date.fromisoformat(day), name, kind, reason, user, key, bool(own))
            for number, day, name, kind, reason, user, key, own in rows
        )

    def _received(self, where: str, value: str) -> Received | None:
        found = self._one(
            f"SELECT {', '.join(_RECEIVED)} FROM message WHERE {where}"
            " ORDER BY number DESC LIMIT 1", (value,),
        )  # fmt: skip
        if found is None:
            return None
        told = dict(zip(_RECEIVED, found, strict=True))
        told["day"] = date.fromisoformat(told["day"]) if told["day"] else None
        return Received(**told)
