"""From a source value to a contract value: exact, and null only when it cannot be understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from daihou.contracts import Column, Kind
from daihou.intake import problems as q
from daihou.intake.mapping import EXCEL_DAYS, ColumnSpec, TableSpec
from daihou.intake.trees import number, sql, text, words
from daihou.kernel import MINOR_DIGITS, minor_per_unit

DEFAULT_FORMATS = (
    "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
)  # fmt: skip
"""Year first, so none of them can be read two ways."""
MONEY_FACTORS = {"minor": 1, "yuan": 100, "wan_yuan": 1_000_000}
RATE_FACTORS = {"bp": 1, "percent": 100, "permille": 10, "fraction": 10_000}
SIGNED = r"[-+]?[¥￥$]?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})"
AMOUNT = rf"{SIGNED}(\.[0-9]*)?%?"
AMOUNT_OF_TEN_DIGITS = rf"{SIGNED}(\.[0-9]{{0,10}}0*)?%?"
FLOAT_TOLERANCE = "0.000001"
"""A float amount may lie this far from a whole minor unit (or 2 units in the last place of it)."""
ID_MAX, TEXT_MAX = 128, 4_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that may be wrong: number, column, when it is, and what to say."""

    code: str
    column: str
    wrong: exp.Expr
    says: exp.Expr


@dataclass(frozen=True, slots=True)
class Step:
    """How one column is made: ``raw`` from the source, ``parsed`` from raw, ``value`` from both.

    ``checks`` read raw, parsed and value under their names; a row is taken when none is true.
    """

    column: Column
    raw: exp.Expr
    parsed: exp.Expr
    value: exp.Expr
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One source value: its tree, and its engine type; ``typed`` marks formats without free text.

    ``from_sheet`` tells that a spreadsheet may have rounded long numbers.
    """

    tree: exp.Expr
    sql_type: str
    fragile: bool = False

    @property
    def family(self) -> str:
        """Return text, int, float, decimal, date, timestamp, bool or other."""
        kind = self.sql_type.split("(")[0].upper()
        families = {
            "VARCHAR": "text", "DOUBLE": "float", "FLOAT": "float", "DECIMAL": "decimal",
            "DATE": "date", "TIMESTAMP": "timestamp", "TIMESTAMP_NS": "timestamp",
            "TIMESTAMP_MS": "timestamp", "TIMESTAMP_S": "timestamp", "BOOLEAN": "bool",
        }  # fmt: skip
        if kind in families:
            return "other" if self.sql_type.endswith("]") else families[kind]
        return "int" if kind.lstrip("U").endswith("INT") or kind == "INTEGER" else "other"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a column's step depends on beside its source: contract, mapping, currency."""

    column: Column
    spec: ColumnSpec
    table: TableSpec
    empty: tuple[str, ...] = ()


def type_problem(setting: Setting, source: Source) -> str | None:
    """Return why this source type cannot feed this column, or None."""
    family, kind = source.family, setting.column.kind
    fits = {
        Kind.DATE: ("text", "int", "float", "date", "timestamp"),
        Kind.MINOR: ("text", "int", "float", "decimal"),
        Kind.BP: ("text", "int", "float", "decimal"),
        Kind.INT: ("text", "int", "float", "decimal"),
        Kind.BOOL: ("text", "int", "bool"),
    }.get(kind, ("text", "int", "bool", "decimal"))
    if family in fits:
        return None
    return f"{source.sql_type} cannot become {kind.value}; use expr to turn it into {fits[0]}"


def step_of(setting: Setting, source: Source, names: tuple[str, str]) -> Step:
    """Return the step that makes one column from ``source``.

    ``names`` are the columns of the raw and the parsed value in the query.
    """
    raw, parsed = (exp.column(exp.to_identifier(n, quoted=True)) for n in names)
    column = setting.column
    make = {
        Kind.DATE: _date, Kind.MINOR: _amount, Kind.BP: _amount, Kind.INT: _amount,
        Kind.BOOL: _yes_no, Kind.ENUM: _code,
    }.get(column.kind, _text)  # fmt: skip
    parsing, checks = make(setting, source, (raw, parsed))
    bounds = _bounds(column, parsed)
    final = sql("CASE WHEN :inside THEN :parsed END", inside=bounds, parsed=parsed) \
        if bounds is not None else parsed  # fmt: skip
    if setting.spec.when_empty is not None:
        final = sql(
            "CASE WHEN :raw IS NULL THEN :instead ELSE :final END",
            raw=raw, instead=constant(column, setting.spec.when_empty), final=final,
        )  # fmt: skip
    elif not column.nullable:
        checks = (missing(column, sql(":raw IS NULL", raw=raw)), *checks)
    if bounds is not None:
        checks = (*checks, _check(q.OUT_OF_BOUNDS, setting, raw, sql(
            ":parsed IS NOT NULL AND NOT :inside", parsed=parsed, inside=exp.paren(bounds)),
            f" is outside {column.at_least} to {column.at_most} {column.unit}".rstrip(),
        ))  # fmt: skip
    return Step(column, _cleaned(setting, source), parsing, _typed(column, final), tuple(checks))


def constant(column: Column, word: str) -> exp.Expr:
    """Return a constant of the mapping in the column's type."""
    return exp.cast(text(word), column.kind.sql_type, dialect="duckdb")


def missing(column: Column, wrong: exp.Expr) -> Check:
    """Return the check that a needed value is there."""
    return Check(q.MISSING, column.name, wrong, text(f"{column.name} is missing: {column.meaning}"))


def _typed(column: Column, tree: exp.Expr) -> exp.Expr:
    return exp.cast(tree, column.kind.sql_type, dialect="duckdb")


def _cleaned(setting: Setting, source: Source) -> exp.Expr:
    """Return the source value with blanks and the mapping's empty words turned into null."""
    if source.family not in ("text", "int") or (source.family == "int" and not setting.empty):
        return source.tree
    trimmed = source.tree
    if source.family == "text":
        # Typed files come from systems, not from people: plain blanks are enough, and faster.
        blanks = text(" \t\r\n\u3000\u00a0\ufeff")
        trimmed = sql("NULLIF(TRIM(:value, :blanks), '')", value=source.tree, blanks=blanks) \
            if source.fragile else sql("NULLIF(TRIM(:value), '')", value=source.tree)  # fmt: skip
    if not setting.empty:
        return trimmed
    return sql(
        "CASE WHEN LIST_CONTAINS(:words, CAST(:value AS TEXT)) THEN NULL ELSE :value END",
        value=trimmed, words=words(setting.empty),
    )  # fmt: skip


def _check(code: str, setting: Setting, raw: exp.Expr, wrong: exp.Expr, says: str) -> Check:
    name = setting.column.name
    shown = text("***") if setting.column.privacy.value == "identifying" else sql(
        "LEFT(CAST(:raw AS TEXT), 60)", raw=raw)  # fmt: skip
    return Check(code, name, wrong, sql(
        "CONCAT(:name, :shown, :says)", name=text(f"{name} '"), shown=shown, says=text(f"'{says}")
    ))  # fmt: skip


Made = tuple[exp.Expr, tuple[Check, ...]]
Pair = tuple[exp.Expr, exp.Expr]


def _failed(pair: Pair) -> exp.Expr:
    return sql(":raw IS NOT NULL AND :parsed IS NULL", raw=pair[0], parsed=pair[1])


def _date(setting: Setting, source: Source, pair: Pair) -> Made:
    raw = pair[0]
    if source.family == "date":
        return raw, ()
    if source.family == "timestamp":
        return sql("CAST(:raw AS DATE)", raw=raw), ()
    formats = setting.spec.format or DEFAULT_FORMATS
    choices: list[exp.Expr] = []
    as_text = raw if source.family == "text" else sql("CAST(:raw AS TEXT)", raw=raw)
    if source.family == "float":
        as_text = sql("CAST(TRY_CAST(:raw AS BIGINT) AS TEXT)", raw=raw)
    if texts := tuple(form for form in formats if form != EXCEL_DAYS):
        choices.append(sql("TRY(CAST(TRY_STRPTIME(:raw, :formats) AS DATE))",
                           raw=as_text, formats=words(texts)))  # fmt: skip
    if EXCEL_DAYS in formats:
        # Day 60 is 29 February 1900, which never was; smaller numbers count from a day later.
        choices.append(sql(
            "CASE WHEN REGEXP_FULL_MATCH(:raw, :form) AND TRY_CAST(:raw AS DOUBLE) >= 61 "
            "THEN DATE '1899-12-30' + CAST(FLOOR(TRY_CAST(:raw AS DOUBLE)) AS INT) END",
            raw=as_text, form=text(r"[0-9]{2,7}(\.[0-9]*)?")))  # fmt: skip
    parsed = exp.Coalesce(this=choices[0], expressions=choices[1:]) if choices[1:] else choices[0]
    says = f" is no day in the formats {', '.join(formats)}"
    return parsed, (_check(q.NOT_A_DATE, setting, raw, _failed(pair), says),)


def _amount(setting: Setting, source: Source, pair: Pair) -> Made:
    """Return whole units: decimal arithmetic for text, a stated tolerance for floats."""
    raw, parsed = pair
    factor, factor_check = _factor(setting)
    rounds = setting.spec.round == "half_even"
    if source.family == "int":
        whole = sql("TRY_CAST(TRY(CAST(:raw AS HUGEINT) * :factor) AS BIGINT)", raw=raw,
                    factor=factor) if factor_check or factor != number(1) \
            else sql("TRY_CAST(:raw AS BIGINT)", raw=raw)  # fmt: skip
        return whole, (*factor_check, _check(
            q.NOT_A_NUMBER, setting, raw, _failed(pair), " is beyond 64 bits"))  # fmt: skip
    if source.family == "float":
        scaled = sql("CAST(:raw AS DOUBLE) * :factor", raw=raw, factor=factor)
        whole = sql("TRY_CAST(ROUND_EVEN(:scaled, 0) AS BIGINT)", scaled=scaled)
        near = sql(
            "ABS(:scaled - :parsed) <= GREATEST(CAST(:tolerance AS DOUBLE), "
            "ABS(:scaled) * CAST('4.5e-16' AS DOUBLE))",
            scaled=scaled, parsed=parsed, tolerance=text(FLOAT_TOLERANCE))  # fmt: skip
    else:
        scaled = _decimal(raw, factor, percent=setting.spec.unit == "percent")
        whole = _half_even(scaled) if rounds else sql("TRY_CAST(:scaled AS BIGINT)", scaled=scaled)
        near = sql(
            "CAST(:parsed AS DECIMAL(38,10)) = :scaled AND REGEXP_FULL_MATCH(CAST(:raw AS TEXT), "
            ":form)", parsed=parsed, scaled=scaled, raw=raw, form=text(AMOUNT_OF_TEN_DIGITS),
        )  # fmt: skip
    between = sql(":parsed IS NOT NULL AND NOT :near", parsed=parsed, near=exp.paren(near))
    checks = [*factor_check, _check(q.NOT_A_NUMBER, setting, raw, _failed(pair),
                                    " is not a number that fits")]  # fmt: skip
    if not rounds:
        says = f" is not a whole number of {setting.column.unit or 'units'}"
        checks.append(_check(q.BETWEEN_UNITS, setting, raw, between, says))
    return whole, tuple(checks)


def _decimal(raw: exp.Expr, factor: exp.Expr, *, percent: bool) -> exp.Expr:
    form = AMOUNT if percent else AMOUNT.removesuffix("%?")
    digits = sql("REGEXP_REPLACE(CAST(:raw AS TEXT), '[,¥￥$%]', '', 'g')", raw=raw)
    return sql(
        "CASE WHEN REGEXP_FULL_MATCH(CAST(:raw AS TEXT), :form) THEN "
        "TRY_CAST(:digits AS DECIMAL(28,10)) * CAST(:factor AS DECIMAL(7,0)) END",
        raw=raw, form=text(form), digits=digits, factor=factor,
    )  # fmt: skip


def _half_even(scaled: exp.Expr) -> exp.Expr:
    whole = sql("CAST(TRUNC(:scaled) AS HUGEINT)", scaled=scaled)
    rest = sql("ABS(:scaled - TRUNC(:scaled))", scaled=scaled)
    return sql(
        "TRY_CAST(:whole + CASE WHEN :rest > 0.5 OR (:rest = 0.5 AND :whole % 2 <> 0) "
        "THEN SIGN(:scaled) ELSE 0 END AS BIGINT)",
        whole=whole, rest=rest, scaled=scaled,
    )  # fmt: skip


def _factor(setting: Setting) -> tuple[exp.Expr, tuple[Check, ...]]:
    """Return minor units per unit of the source; by the row's currency when the mapping says so."""
    unit, table = setting.spec.unit, setting.table
    if setting.column.kind is Kind.INT or unit is None:
        return number(1), ()
    if unit in RATE_FACTORS:
        return number(RATE_FACTORS[unit]), ()
    if unit in MONEY_FACTORS:
        return number(MONEY_FACTORS[unit]), ()
    if table.currency is not None:
        return number(minor_per_unit(table.currency)), ()
    return _factor_by_currency(setting)


def _factor_by_currency(setting: Setting) -> tuple[exp.Expr, tuple[Check, ...]]:
    spec = setting.table.columns.get("currency")
    if spec is not None and spec.constant is not None:
        return number(minor_per_unit(spec.constant)), ()
    currency: exp.Expr = exp.column(exp.to_identifier("p_currency", quoted=True))
    if spec is not None and spec.when_empty is not None:
        currency = sql("COALESCE(:c, :word)", c=currency, word=text(spec.when_empty))
    case = exp.Case(this=currency)
    for code in MINOR_DIGITS:
        case = case.when(text(code), number(minor_per_unit(code)))
    unknown = Check(q.UNKNOWN_CURRENCY, setting.column.name, sql(":c IS NULL", c=currency),
                    text(f"{setting.column.name}: the row's currency is unknown"))  # fmt: skip
    return case, (unknown,)


def _code(setting: Setting, source: Source, pair: Pair) -> Made:
    raw = pair[0] if source.family == "text" else sql("CAST(:raw AS TEXT)", raw=pair[0])
    codes = setting.spec.codes
    if codes is None:
        parsed = sql("CASE WHEN LIST_CONTAINS(:words, :raw) THEN :raw END",
                     raw=raw, words=words(setting.column.allowed))  # fmt: skip
        says = " is none of the contract's words; give `codes`"
    else:
        parsed, says = _translated(raw, codes), " is not in the mapping's codes"
    return parsed, (_check(q.UNKNOWN_CODE, setting, pair[0], _failed(pair), says),)


def _translated(raw: exp.Expr, codes: dict[str, str]) -> exp.Expr:
    case = exp.Case(this=raw.copy())
    for code, word in codes.items():
        case = case.when(text(code), text(word))
    return case


def _yes_no(setting: Setting, source: Source, pair: Pair) -> Made:
    if source.family == "bool":
        return pair[0], ()
    codes = setting.spec.codes
    raw = sql("CAST(:raw AS TEXT)", raw=pair[0])
    if codes is not None:
        parsed = sql("CAST(:word AS BOOLEAN)", word=_translated(raw, codes))
    else:
        parsed = sql(
            "CASE WHEN LOWER(:raw) IN ('true', 't', 'yes', 'y', '1', '是') THEN TRUE "
            "WHEN LOWER(:raw) IN ('false', 'f', 'no', 'n', '0', '否') THEN FALSE END", raw=raw,
        )  # fmt: skip
    return parsed, (_check(q.NOT_A_BOOLEAN, setting, pair[0], _failed(pair), " is no yes or no"),)


def _text(setting: Setting, source: Source, pair: Pair) -> Made:
    raw, parsed = pair
    made = raw if source.family == "text" else sql("CAST(:raw AS TEXT)", raw=raw)
    if setting.column.kind is Kind.TEXT:
        long = sql("LENGTH(:parsed) > :most", parsed=parsed, most=number(TEXT_MAX))
        return made, (_check(q.TEXT_TOO_LONG, setting, raw, long, f" is over {TEXT_MAX} signs"),)
    odd = sql("LENGTH(:parsed) > :most OR REGEXP_MATCHES(:parsed, '[\\x00-\\x1f]')",
              parsed=parsed, most=number(ID_MAX))  # fmt: skip
    checks = [_check(q.BAD_ID, setting, raw, odd, " is too long or holds control signs")]
    if source.fragile:
        form = text(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
        damaged = sql("REGEXP_FULL_MATCH(:parsed, :form)", parsed=parsed, form=form)
        says = " was rounded by a spreadsheet: export the column as text"
        checks.append(_check(q.DAMAGED_ID, setting, raw, damaged, says))
    return made, tuple(checks)


def _bounds(column: Column, parsed: exp.Expr) -> exp.Expr | None:
    if column.at_least is None or column.at_most is None:
        # Whole numbers without bounds still have to fit their type.
        return sql(":p BETWEEN -2147483648 AND 2147483647", p=parsed) \
            if column.kind in (Kind.INT, Kind.BP) else None  # fmt: skip
    low, high = (_literal(column, bound) for bound in (column.at_least, column.at_most))
    return sql(":p BETWEEN :low AND :high", p=parsed, low=low, high=high)


def _literal(column: Column, bound: int | str) -> exp.Expr:
    if isinstance(bound, int):
        return number(bound)
    return exp.cast(text(bound), column.kind.sql_type, dialect="duckdb")


def empties(spec: ColumnSpec, general: Sequence[str]) -> tuple[str, ...]:
    """Return the words that mean empty in this column."""
    return tuple(dict.fromkeys((*general, *spec.empty_values)))
