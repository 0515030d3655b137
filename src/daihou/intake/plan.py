"""A mapping and a source's columns compiled to the queries of a landing."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from daihou.contracts import Contract, Privacy
from daihou.intake import problems as q
from daihou.intake.expressions import columns_of, parse_expression
from daihou.intake.mapping import MONEY_UNITS, RATE_UNITS, ColumnSpec, Mapping, TableSpec
from daihou.intake.trees import column, render, sql, text
from daihou.intake.values import (
    Check,
    Setting,
    Source,
    Step,
    constant,
    empties,
    step_of,
    type_problem,
)

RAW_VIEW = "raw"
"""The source in the engine: __row, __shape, and s0, s1 … for its columns in order."""
WRITTEN_AS = "FORMAT parquet, COMPRESSION zstd, PRESERVE_ORDER true"
"""Row order is promised; without the last word the engine was seen to swap row groups."""
MAY_GIVE_NULL = (exp.Case, exp.If, exp.Nullif, exp.Null, exp.RegexpExtract)


@dataclass(frozen=True, slots=True)
class Columns:
    """A source's columns: name to (column in the raw view, engine type)."""

    types: MappingOf[str, tuple[str, str]]
    fragile: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries that land one table from the raw view, as DuckDB text."""

    contract: Contract
    rows: str
    """Source row number, everything made of it, and whether it is wrong."""
    uses: tuple[str, ...]

    def accepted(self, dropped: bool) -> str:
        """Return the query of the rows taken, in the contract's columns and the source's order."""
        hidden = self.contract.identifying
        wanted = ", ".join(
            f'CAST(NULL AS VARCHAR) AS "{c.name}"' if c.name in hidden else f'"{c.name}"'
            for c in self.contract.columns
        )
        return f"SELECT {wanted} FROM ({self._taken(dropped)})"

    def identities(self, dropped: bool) -> str:
        """Return the query of keys and identifying columns of the rows taken that have any."""
        hidden = self.contract.identifying
        names = ", ".join(f'"{name}"' for name in (*self.contract.key, *hidden))
        some = " OR ".join(f'"{name}" IS NOT NULL' for name in hidden)
        return f"SELECT {names} FROM ({self._taken(dropped)}) WHERE {some}"

    def keys(self) -> str:
        """Return the query of row number, key and a hash of the whole row, of rows taken."""
        names = ", ".join(f'"{name}"' for name in self.contract.key)
        every = ", ".join(f'"{c.name}"' for c in self.contract.columns)
        return f"SELECT __row, {names}, HASH(ROW({every})) AS __content FROM ({self._taken(False)})"

    def problems(self) -> str:
        """Return the query of problem rows: source_row, code, place, message, raw."""
        return (
            "SELECT __row AS source_row, p.code AS code, p.place AS place, p.message AS message, "
            "raw FROM (SELECT __row, UNNEST(__problems) AS p, __raw AS raw "
            f"FROM ({self.rows}) WHERE __wrong IS TRUE) WHERE p.code IS NOT NULL"
        )

    def _taken(self, dropped: bool) -> str:
        gone = " AND __row NOT IN (SELECT source_row FROM dropped)" if dropped else ""
        return f"SELECT * FROM ({self.rows}) WHERE __wrong IS NOT TRUE{gone}"


def compile_plan(
    mapping: Mapping, table: TableSpec, columns: Columns, type_of: Callable[[str], str]
) -> tuple[Plan | None, list[str]]:
    """Return the plan that lands ``table``, or None and every reason why it cannot be made.

    ``type_of`` tells the engine's type of an expression over the raw view (empty: it has none).
    """
    builder = _Builder(mapping, table, columns, type_of)
    plan = builder.plan()
    return (None, builder.problems) if builder.problems else (plan, [])


class _Builder:
    """Collects the steps of one table and every problem on the way."""

    def __init__(
        self, mapping: Mapping, table: TableSpec, columns: Columns, type_of: Callable[[str], str]
    ) -> None:
        self.mapping, self.table, self.columns, self.type_of = mapping, table, columns, type_of
        self.contract = table.contract
        self.problems: list[str] = []
        self.steps: list[Step] = []
        self.fixed: dict[str, exp.Expr] = {}
        self.extra: list[Check] = []
        self.hidden: set[str] = set()
        self.uses: dict[str, None] = {}

    def plan(self) -> Plan | None:
        keep = self._filter()
        specs = self._specs()
        for contract_column in self.contract.columns:
            spec = specs.get(contract_column.name)
            if spec is None:
                word = contract_column.default
                self.fixed[contract_column.name] = exp.cast(
                    exp.null() if word is None else text(str(word).lower()),
                    contract_column.kind.sql_type, dialect="duckdb")  # fmt: skip
            elif spec.constant is not None:
                self.fixed[contract_column.name] = constant(contract_column, spec.constant)
            else:
                self._add_step(Setting(contract_column, spec, self.table, empties(
                    spec, self.mapping.source.empty_values)))  # fmt: skip
        if self.problems:
            return None
        return Plan(self.contract, render(self._query(keep)), tuple(self.uses))

    def _specs(self) -> dict[str, ColumnSpec]:
        specs = dict(self.table.columns)
        if self.table.match_names:
            for c in self.contract.columns:
                if c.name not in specs and c.name in self.columns.types:
                    unit = {"minor": MONEY_UNITS[0], "bp": RATE_UNITS[0]}.get(c.kind.value)
                    specs[c.name] = ColumnSpec.model_validate({"from": c.name, "unit": unit})
        for c in self.contract.columns:
            if c.name not in specs and not c.nullable and c.default is None:
                self.problems.append(f"{c.name} is needed and comes from nowhere: {c.meaning}")
        return specs

    def _filter(self) -> exp.Expr:
        trees = []
        for words in (self.mapping.source.filter, self.table.filter):
            if words is not None and (tree := self._expression(words, "filter")) is not None:
                trees.append(tree)
        return exp.and_(*trees) if trees else exp.true()

    def _expression(self, words: str, place: str) -> exp.Expr | None:
        tree, wrong = parse_expression(words, self.columns.types)
        if tree is None:
            self.problems += [f"{place}: {problem}" for problem in wrong]
            return None
        self.uses.update(dict.fromkeys(columns_of(tree)))
        return exp.func("TRY", tree.transform(self._renamed))

    def _renamed(self, node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return column(self.columns.types[node.name][0])
        return node

    def _add_step(self, setting: Setting) -> None:
        name, spec = setting.column.name, setting.spec
        if spec.expr is not None:
            source = self._computed(setting, spec.expr)
        else:
            source = self._from(spec.from_ or "", name)
            if setting.column.privacy is Privacy.IDENTIFYING:
                self.hidden.add(spec.from_ or "")
        if source is None:
            return
        if (problem := type_problem(setting, source)) is not None:
            self.problems.append(f"{name}: {problem}")
            return
        self.steps.append(step_of(setting, source, (f"r_{name}", f"p_{name}")))

    def _computed(self, setting: Setting, words: str) -> Source | None:
        """Return an expression as a source, watched: null out of full inputs is a failure."""
        name = setting.column.name
        tree = self._expression(words, name)
        parsed = parse_expression(words)[0]
        if tree is None or parsed is None:
            return None
        reads = columns_of(parsed)
        if setting.column.privacy is Privacy.IDENTIFYING:
            self.hidden.update(reads)
        sql_type = self.type_of(render(tree))
        if not sql_type:
            self.problems.append(f"{name}: the engine cannot compute {words!r} over this source")
            return None
        if parsed.find(*MAY_GIVE_NULL) is None:
            full = [
                sql("NULLIF(TRIM(CAST(:s AS TEXT)), '') IS NOT NULL",
                    s=column(self.columns.types[read][0])) for read in reads
            ]  # fmt: skip
            failed = exp.and_(exp.Is(this=tree.copy(), expression=exp.null()), *full)
            self.extra.append(Check(q.EXPRESSION_FAILED, name, failed,
                                    text(f"{name}: {words} cannot be computed")))  # fmt: skip
        return Source(tree, sql_type, self.columns.fragile)

    def _from(self, source_name: str, name: str) -> Source | None:
        known = self.columns.types
        if source_name not in known:
            self.problems.append(
                f"{name}: no source column {source_name!r}; the file has: {', '.join(known)}"
            )
            return None
        self.uses[source_name] = None
        alias, sql_type = known[source_name]
        return Source(column(alias), sql_type, self.columns.fragile)

    def _query(self, keep: exp.Expr) -> exp.Expr:
        base = exp.select("*", exp.alias_(keep, "__keep")).from_(RAW_VIEW).where(
            sql(":keep IS NOT FALSE OR __shape IS NOT NULL", keep=keep)
        )  # fmt: skip
        raws = [exp.alias_(s.raw, f"r_{s.column.name}", quoted=True) for s in self.steps]
        parsed = [exp.alias_(s.parsed, f"p_{s.column.name}", quoted=True) for s in self.steps]
        finals = {s.column.name: s.value for s in self.steps} | self.fixed
        values = [exp.alias_(tree, name, quoted=True) for name, tree in finals.items()]
        checks = self._checks()
        wrong = exp.or_(
            sql("__shape IS NOT NULL"), sql("__keep IS NULL"), *(c.wrong.copy() for c in checks)
        )
        last = [exp.alias_(wrong, "__wrong"), exp.alias_(_listed(checks), "__problems"),
                exp.alias_(self._raw_text(), "__raw")]  # fmt: skip
        query: exp.Expr = base
        for level in (raws, parsed, values, last):
            query = exp.select("*", *level).from_(exp.Subquery(this=query, alias="t"))
        return query

    def _checks(self) -> list[Check]:
        checks = [check for step in self.steps for check in step.checks] + self.extra
        for code, rule, message in self.contract.row_rules:
            tree = sqlglot.parse_one(rule, read="duckdb")
            place = ", ".join(columns_of(tree))
            checks.append(Check(code, place, sql(":rule IS FALSE", rule=tree), text(message)))
        return checks

    def _raw_text(self) -> exp.Expr:
        """Return the row as JSON: only columns the mapping reads, identifying ones masked."""
        parts: list[exp.Expr] = []
        for name in self.uses:
            value = column(self.columns.types[name][0])
            masked = sql("CASE WHEN :v IS NOT NULL THEN '***' END", v=value)
            shown = masked if name in self.hidden else sql("CAST(:v AS TEXT)", v=value)
            parts += [text(name), shown]
        return exp.cast(exp.Anonymous(this="JSON_OBJECT", expressions=parts), "TEXT")


def _listed(checks: list[Check]) -> exp.Expr:
    """Return the list of a row's problems; nulls stand for what is right."""
    shape = sql(
        "CASE WHEN __shape IS NOT NULL THEN {'code': LEFT(__shape, 4), 'place': 'row', "
        "'message': SUBSTRING(__shape, 6)} END"
    )
    unsure = sql(
        "CASE WHEN __shape IS NULL AND __keep IS NULL THEN "
        "{'code': :code, 'place': 'filter', 'message': :message} END",
        code=text(q.FILTER_UNKNOWN), message=text("the filter is unknown for this row"),
    )  # fmt: skip
    found = [
        sql(
            "CASE WHEN __shape IS NULL AND __keep IS NOT NULL AND :wrong THEN "
            "{'code': :code, 'place': :place, 'message': :message} END",
            wrong=exp.paren(c.wrong), code=text(c.code), place=text(c.column), message=c.says,
        )
        for c in checks
    ]  # fmt: skip
    return exp.Array(expressions=[shape, unsure, *found])
