"""What a landing leaves in writing, and the promises between one landing and the next."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from daihou.errors import LandingRefused, MappingError
from daihou.intake.landing import ProblemCount
from daihou.intake.mapping import Mapping
from daihou.intake.plan import Columns

Note = MappingOf[str, Any]
"""The note of a landing's log entry: mapping, source, sha256, columns, and parts (one a table)."""


@dataclass(frozen=True, slots=True)
class LandingReceipt:
    """What one landing of one table did.

    ``landing`` is its number (None after a check only); ``replaced`` the number of the landing
    whose place it took; ``rows_read`` = accepted + quarantined; rows that the mapping's filter
    leaves out are counted apart in ``rows_filtered``.
    """

    landing: int | None
    table: str
    slot: str
    source: str
    sha256: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_filtered: int
    replaced: int | None
    unchanged: bool
    problems: tuple[ProblemCount, ...]
    unused_columns: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as JSON-ready values."""
        return asdict(self)


def receipt_of(part: Note, **changed: Any) -> LandingReceipt:
    """Return the receipt of one part of a note; ``changed`` fills what the note leaves open."""
    values = {**part, **changed}
    counts = tuple(
        ProblemCount(**{**p, "examples": tuple(p["examples"])}) for p in part["problems"]
    )
    return LandingReceipt(
        **{**values, "problems": counts, "unused_columns": tuple(part["unused_columns"])}
    )


def slots_of(mapping: Mapping, name: str, file: Path) -> list[str]:
    """Return the slot of each table: what a later file must have in common to replace this one.

    Raises: LandingRefused when a slot needs a day that the file name does not have; MappingError
    when two tables would have the same slot.
    """
    day = re.search(r"(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})", file.stem)
    slots: list[str] = []
    for number, table in enumerate(mapping.tables):
        if "{day}" in table.slot and day is None:
            raise LandingRefused(
                "the slot needs a day", [f"no day like 20260131 in {file.name!r}"],
                where=str(file), next_step="rename the file, or leave {day} out of the slot",
            )  # fmt: skip
        before = [t.table for t in mapping.tables[:number]].count(table.table)
        slots.append(table.slot.format(
            mapping=name, table=table.table, stem=file.stem,
            part=f"-{before + 1}" if before else "", day="".join(day.groups()) if day else "",
        ))  # fmt: skip
    if len(set(slots)) != len(slots):
        raise MappingError(
            "two tables of the mapping have the same slot", slots, where=name,
            next_step="put {table} and {part} into `slot:`",
        )  # fmt: skip
    return slots


def refuse_changed_schema(
    mapping: Mapping, earlier: Note | None, columns: Columns, file: Path
) -> None:
    """Refuse a file that lacks columns which the last one of the same mapping had.

    Raises: LandingRefused listing every difference.
    """
    if earlier is None:
        return
    types = {name: sql_type for name, (_, sql_type) in columns.types.items()}
    problems = []
    for name, sql_type in earlier["columns"].items():
        if name in mapping.source.may_lack:
            continue
        if name not in types:
            problems.append(f"column {name!r} is gone")
        elif types[name] != sql_type:
            problems.append(f"column {name!r} was {sql_type} and is {types[name]} now")
    if problems:
        new = [name for name in types if name not in earlier["columns"]]
        problems += [f"column {name!r} is new" for name in new]
        raise LandingRefused(
            "the file's columns have changed", problems, where=str(file),
            why=f"the last file of this mapping ({earlier['source']}) had them",
            next_step="ask the sender; if it is right, edit the mapping (or source.may_lack)",
        )  # fmt: skip


def refuse_all_bad(file: Path, parts: Sequence[Note]) -> None:
    """Refuse a landing in which no row of a table can be taken.

    Raises: LandingRefused with the problems and their first places.
    """
    for part in parts:
        if part["rows_read"] and not part["rows_accepted"]:
            raise LandingRefused(
                f"no row of {part['rows_read']:,} can be taken into {part['table']}",
                [f"{p['code']} {p['place']}: {p['rows']:,} times, {p['examples'][0]}"
                 for p in part["problems"]],
                where=str(file), why="a whole file of bad rows is a wrong file or mapping",
                next_step="correct the mapping, or ask for the right file",
            )  # fmt: skip
