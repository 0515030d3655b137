"""CSV read line by line with every line accounted for: slower, for files that are not clean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from daihou.intake import problems as q

LINE_MAX = 1 << 20
PIECE_BYTES = 1 << 22
ALL_ELSE = bytes(set(range(256)) - set(b'"\n'))
QUOTED = re.compile(rb'"[^"]*"')
RECORD_LINES_MAX = 200
CUT_LINE = "\x00cut\x00"
"""Stands in for a line longer than LINE_MAX, which is passed over in pieces."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text is cut: encoding, delimiter, lines to pass over, number of fields."""

    encoding: str
    delimiter: str
    skip_rows: int
    has_header: bool
    width: int


@dataclass(frozen=True, slots=True)
class Record:
    """One data row: its fields, or (``Qnnn|message``) what is wrong with its shape."""

    fields: tuple[str, ...]
    shape: str | None = None


class Lines:
    """Physical lines with a bound on their length, which can be handed back."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self._waiting: list[str] = []
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next physical line, cut when it is far too long."""
        if len(self.taken) >= RECORD_LINES_MAX:
            raise csv.Error(f"a quoted field runs over {RECORD_LINES_MAX} lines")
        line = self._waiting.pop() if self._waiting else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def start(self) -> None:
        """Begin a new record."""
        self.taken = []

    def hand_back(self) -> None:
        """Keep only the first line of this record; the others are read again."""
        back = self.taken[1:]
        self._waiting.extend(reversed(back))
        self.number -= len(back)
        self.taken = self.taken[:1]

    def _read(self) -> str:
        line = self._file.readline(LINE_MAX)
        if len(line) < LINE_MAX or line.endswith(("\n", "\r")):
            return line
        while (rest := self._file.readline(LINE_MAX)) and not rest.endswith(("\n", "\r")):
            pass
        return f"{CUT_LINE}\n"


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """Return the file as text; bytes that are no text become lone surrogates, found again later."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return path.open("r", encoding=name, errors="surrogateescape", newline="")


def header_of(path: Path, dialect: Dialect) -> list[str]:
    """Return the fields of the header line."""
    with open_text(path, dialect.encoding) as file:
        for _ in range(dialect.skip_rows):
            file.readline(LINE_MAX)
        return next(csv.reader(iter(lambda: file.readline(LINE_MAX), ""),
                               delimiter=dialect.delimiter), [])  # fmt: skip


def count_records(path: Path, dialect: Dialect) -> int:
    """Return how many data rows a UTF-8 file has by its line ends outside quotation marks alone.

    An independent count of what the engine read: its parallel reader was seen to drop the rest of
    a file, without a word, when a bad line began right after one of its 32 MB buffers.
    """
    found, skip, quoted, filled, held = 0, dialect.skip_rows, False, False, b""
    with path.open("rb") as file:
        while whole := held + (piece := file.read(PIECE_BYTES)):
            held = b"\r" if piece and whole.endswith(b"\r") else b""  # its line feed may follow
            whole = whole[: len(whole) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            while skip and whole:
                _, end, whole = whole.partition(b"\n")
                skip -= bool(end)
            if quoted:
                _, end, whole = whole.partition(b'"')
                quoted, filled = not end, True
            mark = b""
            if b'"' in whole.translate(None, ALL_ELSE).replace(b'""', b""):  # ends inside marks
                whole, mark, _ = QUOTED.sub(b"q", whole).partition(b'"')
            found += whole.count(b"\n") - (whole.startswith(b"\n") and not filled)
            if b"\n\n" in whole:
                found -= sum(not line for line in whole.split(b"\n")[1:-1])
            filled = not whole.endswith(b"\n") if whole else filled
            quoted, filled = quoted or bool(mark), filled or bool(mark)
    return found + filled - dialect.has_header


def records(path: Path, dialect: Dialect) -> Iterator[Record]:
    """Yield every data row of the file in order.

    A quotation mark that does not close takes only its own line down: the lines it swallowed
    are read again on their own. Blank lines are no rows.
    """
    with open_text(path, dialect.encoding) as file:
        lines = Lines(file)
        reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        for _ in range(dialect.skip_rows):
            lines.start()
            next(lines, None)
        lines.start()
        if dialect.has_header:
            next(reader, None)
        while True:
            lines.start()
            first = lines.number + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                lines.hand_back()
                yield Record((), f"{q.BAD_QUOTES}|line {first}: {error}")
                continue
            if fields and (shape := _shape(fields, first, dialect)) is not None:
                lines.hand_back()
                yield Record((), shape)
            elif fields:
                yield Record(tuple(fields))


def _shape(fields: list[str], first: int, dialect: Dialect) -> str | None:
    """Return what is wrong with a record as a whole, or None."""
    if fields == [CUT_LINE]:
        return f"{q.LINE_TOO_LONG}|line {first} is longer than 1 MiB"
    if len(fields) != dialect.width:
        return f"{q.FIELD_COUNT}|line {first} has {len(fields)} fields, the header {dialect.width}"
    bad = [str(n + 1) for n, field in enumerate(fields) if not _is_text(field)]
    if bad:
        told = f"bytes that are not {dialect.encoding}"
        return f"{q.BAD_BYTES}|line {first}, field {', '.join(bad)}: {told}"
    if any(CUT_LINE in field for field in fields):
        return f"{q.BAD_QUOTES}|line {first}: a quoted field runs over a very long line"
    return None


def _is_text(field: str) -> bool:
    return field.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in field)
