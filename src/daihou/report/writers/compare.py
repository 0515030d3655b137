"""What was written beside what was read, value by value: the measure of every round trip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, NamedTuple, TypeGuard

_GONE: Final = "(missing)"


class Compared(NamedTuple):
    """One value of a report: where it is in the model, as written, as read."""

    path: str
    written: object
    read: object

    @property
    def exact(self) -> bool:
        """Return whether it came back as it was written."""
        return self.written == self.read

    @property
    def stated(self) -> bool:
        """Return whether either says anything: two silences agree too easily to be counted."""
        return not (self.exact and (self.written is None or self.written == ()))


def compared(written: object, read: object, path: str = "") -> Iterator[Compared]:
    """Yield every compared value of two reports, or of two parts of them.

    Lists are compared place by place; ``path#`` is how many a list has, and values of a record
    that is missing or too many count as wrong.
    """
    if is_dataclass(written) or is_dataclass(read):
        known = written if is_dataclass(written) else read
        assert is_dataclass(known)
        for field in fields(known):
            if field.compare:
                mine = getattr(written, field.name, _GONE)
                theirs = getattr(read, field.name, _GONE)
                yield from compared(mine, theirs, f"{path}.{field.name}".lstrip("."))
    elif _is_list(written) and _is_list(read):
        yield Compared(f"{path}#", len(written), len(read))
        for at in range(max(len(written), len(read))):
            mine = written[at] if at < len(written) else _GONE
            theirs = read[at] if at < len(read) else _GONE
            yield from compared(mine, theirs, path)
    elif isinstance(written, Mapping) and isinstance(read, Mapping):
        for key in sorted(written.keys() | read.keys()):
            here = f"{path}.{key}"
            yield from compared(written.get(key, _GONE), read.get(key, _GONE), here)
    else:
        yield Compared(path, written, read)


def _is_list(value: object) -> TypeGuard[tuple[object, ...]]:
    """Return whether a value is a list of records, not a named tuple such as a month."""
    return isinstance(value, tuple) and not hasattr(value, "_fields")
