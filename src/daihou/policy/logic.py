"""Conditions as logic: pushed into a plain form, compared, and searched for dead branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from daihou.contracts import Kind
from daihou.kernel import Level
from daihou.policy.fields import Field
from daihou.policy.model import AllOf, AnyOf, Condition, FieldTest, Not, Op, SignalTest

LEVELS: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class Atom:
    """One leaf, as written or turned round (``positive`` false)."""

    test: FieldTest | SignalTest
    positive: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Plain, ...]


Plain = Atom | Every | Some


def plain_form(condition: Condition, *, positive: bool = True) -> Plain:
    """Return the condition with every ``not`` pushed down to the leaves.

    In three-valued logic this changes nothing: ``not all`` is ``any not`` also where a part is
    unknown.
    """
    if isinstance(condition, Not):
        return plain_form(condition.part, positive=not positive)
    if isinstance(condition, (AllOf, AnyOf)):
        parts = tuple(plain_form(part, positive=positive) for part in condition.parts)
        if len(parts) == 1:
            return parts[0]
        both = isinstance(condition, AllOf) == positive
        kind = Every if both else Some
        flat: list[Plain] = []
        for part in parts:
            flat += part.parts if isinstance(part, kind) else (part,)
        return kind(tuple(flat))
    return Atom(condition, positive)


def atoms_in(plain: Plain) -> Iterator[Atom]:
    """Yield the atoms, left to right."""
    if isinstance(plain, Atom):
        yield plain
    else:
        for part in plain.parts:
            yield from atoms_in(part)


@dataclass(frozen=True, slots=True)
class Span:
    """What an atom leaves of one field: whole numbers from ``low`` to ``high`` less ``holes``."""

    low: int | None = None
    high: int | None = None
    holes: frozenset[int] = frozenset()

    def meet(self, other: Span) -> Span:
        """Return what both leave."""
        lows = [v for v in (self.low, other.low) if v is not None]
        highs = [v for v in (self.high, other.high) if v is not None]
        low, high = max(lows, default=None), min(highs, default=None)
        holes = frozenset(
            h
            for h in self.holes | other.holes
            if (low is None or h >= low) and (high is None or h <= high)
        )
        while low is not None and low in holes:
            holes, low = holes - {low}, low + 1
        while high is not None and high in holes:
            holes, high = holes - {high}, high - 1
        return Span(low, high, holes)

    @property
    def empty(self) -> bool:
        """Tell whether nothing is left."""
        return self.low is not None and self.high is not None and self.low > self.high

    def within(self, other: Span) -> bool:
        """Tell whether every number here is also in ``other``."""
        return self.empty or self.meet(other) == self.meet(Span())


def code_of(value: object, field: Field) -> int | None:
    """Return the whole number that stands for a value of ``field`` in a Span, if there is one."""
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and value in field.allowed:
        return field.allowed.index(value)
    return None


def domain_of(field: Field) -> Span:
    """Return the values that a field can take."""
    if field.kind is Kind.BOOL:
        return Span(0, 1)
    if field.kind is Kind.ENUM:
        return Span(0, len(field.allowed) - 1)
    return Span(field.at_least, field.at_most)


def span_of(atom: Atom, field: Field) -> Span | None:
    """Return what a test against fixed values leaves of its field; None for other tests."""
    test = atom.test
    if not isinstance(test, FieldTest) or test.value is None:
        return None
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    codes = [code_of(value, field) for value in values]
    known = sorted(code for code in codes if code is not None)
    if len(known) != len(codes):
        return None
    first, last = known[0], known[-1]
    inside = Span(first, last, frozenset(range(first, last + 1)) - frozenset(known)) if (
        last - first <= 1000
    ) else None  # fmt: skip
    outside = Span(holes=frozenset(known))
    op = test.op if atom.positive else _TURNED[test.op]
    return {
        Op.EQ: Span(first, first),
        Op.NE: outside,
        Op.LT: Span(None, first - 1),
        Op.LE: Span(None, first),
        Op.GT: Span(first + 1, None),
        Op.GE: Span(first, None),
        Op.IN: inside if atom.positive else outside,
    }.get(op)


_TURNED: Final = {
    Op.EQ: Op.NE,
    Op.NE: Op.EQ,
    Op.LT: Op.GE,
    Op.LE: Op.GT,
    Op.GT: Op.LE,
    Op.GE: Op.LT,
    Op.IN: Op.IN,
    Op.IS_NULL: Op.NOT_NULL,
    Op.NOT_NULL: Op.IS_NULL,
}


@dataclass(frozen=True, slots=True)
class Reasoner:
    """Answers about conditions over one kind of subject; silent where it cannot be sure."""

    fields: dict[str, Field]

    def implies(self, left: Plain, right: Plain) -> bool:
        """Tell whether ``right`` surely holds wherever ``left`` holds."""
        if left == right or self.never(left):
            return True
        if isinstance(right, Every):
            return all(self.implies(left, part) for part in right.parts)
        if isinstance(left, Some):
            return all(self.implies(part, right) for part in left.parts)
        if isinstance(right, Some) and any(self.implies(left, part) for part in right.parts):
            return True
        if isinstance(left, Every):
            if any(self.implies(part, right) for part in left.parts):
                return True
            return isinstance(right, Atom) and self._spans_imply(left, right)
        return (
            isinstance(left, Atom) and isinstance(right, Atom) and self._atom_implies(left, right)
        )

    def never(self, plain: Plain) -> bool:
        """Tell whether the condition can surely never hold."""
        if isinstance(plain, Some):
            return all(self.never(part) for part in plain.parts)
        if isinstance(plain, Every) and any(self.never(part) for part in plain.parts):
            return True
        atoms = (
            [a for a in plain.parts if isinstance(a, Atom)] if isinstance(plain, Every) else [plain]
        )
        return any(span.empty for span in self.spans(atoms).values()) or self._contradicts(atoms)

    def idle(self, atom: Atom) -> bool:
        """Tell whether a test holds for every known value of its field."""
        test = atom.test
        if not isinstance(test, FieldTest) or test.field not in self.fields:
            return False
        span = span_of(atom, self.fields[test.field])
        return span is not None and domain_of(self.fields[test.field]).within(span)

    def spans(self, atoms: list[Atom]) -> dict[str, Span]:
        """Return what the atoms together leave of each field that they test against values."""
        found: dict[str, Span] = {}
        for atom in atoms:
            if not isinstance(atom.test, FieldTest) or atom.test.field not in self.fields:
                continue
            field = self.fields[atom.test.field]
            span = span_of(atom, field)
            if span is not None:
                found[field.name] = found.get(field.name, domain_of(field)).meet(span)
        return found

    def _spans_imply(self, left: Every, right: Atom) -> bool:
        if not isinstance(right.test, FieldTest) or right.test.field not in self.fields:
            return False
        wanted = span_of(right, self.fields[right.test.field])
        given = self.spans([a for a in left.parts if isinstance(a, Atom)]).get(right.test.field)
        return wanted is not None and given is not None and given.within(wanted)

    def _contradicts(self, atoms: list[Atom]) -> bool:
        nulls: set[str] = set()
        used: set[str] = set()
        for atom in atoms:
            if isinstance(atom.test, FieldTest):
                op = atom.test.op if atom.positive else _TURNED[atom.test.op]
                (nulls if op is Op.IS_NULL else used).add(atom.test.field)
        pairs = {(atom.test, atom.positive) for atom in atoms}
        return bool(nulls & used) or any((test, not sign) in pairs for test, sign in pairs)

    def _atom_implies(self, left: Atom, right: Atom) -> bool:
        a, b = left.test, right.test
        if isinstance(a, SignalTest) and isinstance(b, SignalTest):
            if left.positive != right.positive:
                return False
            weak, strong = (b, a) if left.positive else (a, b)
            same = (a.signal, a.signals, a.unknown_as) == (b.signal, b.signals, b.unknown_as)
            return (
                same
                and LEVELS.index(strong.at_least) >= LEVELS.index(weak.at_least)
                and strong.count_at_least >= weak.count_at_least
            )
        if not isinstance(a, FieldTest) or not isinstance(b, FieldTest) or a.field != b.field:
            return False
        op = b.op if right.positive else _TURNED[b.op]
        if op is Op.NOT_NULL:
            # A comparison that holds proves that its field is known.
            return (a.op if left.positive else _TURNED[a.op]) is not Op.IS_NULL
        if a.field not in self.fields:
            return False
        given, wanted = (span_of(atom, self.fields[a.field]) for atom in (left, right))
        return given is not None and wanted is not None and (
            given.meet(domain_of(self.fields[a.field])).within(wanted)
        )  # fmt: skip
