"""Expected loss: the book's default rates, and the whole-number arithmetic on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlglot import exp

from daihou.errors import NightError
from daihou.kernel import Bucket, Product
from daihou.law import Grade
from daihou.night.class_terms import tree
from daihou.night.plainyaml import load_plain_yaml
from daihou.night.program import literal

ANY_MATURITY: Final = 1_000_000
"""Stands for "every maturity, and none": larger than any number of months."""

_UNIT: Final = 12 * 10_000 * 10_000
"""A rate is default (bp) x months of twelve x loss given default (bp): one is this many."""

RATE_COLUMNS: Final = ("rate_month", "rate_life", "rate_certain")
"""Columns of loss_rate that hold a ready rate."""

Share = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class LossRate(_Shape):
    """Default and loss rates of one product in one bucket, up to a remaining maturity if named.

    Units: basis points; months.
    """

    product: Product
    """Product that the rates are for."""
    bucket: Bucket
    """Bucket that the rates are for."""
    pd_12m_bp: Share
    """Probability of default within 12 months (12 个月违约概率)."""
    pd_life_bp: Share
    """Probability of default within the remaining life (存续期违约概率)."""
    lgd_bp: Share
    """Loss given default (违约损失率)."""
    months_to_maturity_up_to: Annotated[int, Field(ge=0, lt=ANY_MATURITY)] | None = None
    """The row is for accounts with at most so many months left; null: for every maturity."""
    accounts: Annotated[int, Field(ge=0)] | None = None
    """Accounts that the rates were counted on; for information."""
    note: str = ""
    """Remark."""


class LossRates(_Shape):
    """A book's table of default rates (违约率表): where it comes from, and how sure it is.

    ``ccf_bp`` is the share of an undrawn limit that is expected to be drawn, by product; a product
    with a limit in its rows must have one.
    """

    source: Annotated[str, Field(min_length=1)]
    """Which accounts and which method the default rates come from."""
    grade: Grade
    """How sure the default rates are, as graded in law.md."""
    computed_on: date
    """Day on which they were computed."""
    rows: Annotated[tuple[LossRate, ...], Field(min_length=1)]
    """One row for each product, bucket and, where named, remaining maturity."""
    ccf_bp: Mapping[Product, Share] = Field(default_factory=dict)
    """Share of an undrawn limit that is expected to be drawn before default, by product."""
    lgd_source: str = ""
    """Where loss given default comes from."""
    lgd_grade: Grade | None = None
    """How sure loss given default is."""
    in_sample: bool | None = None
    """The rates were counted on the very accounts that they are used on."""
    note: str = ""
    """Remark."""

    @model_validator(mode="after")
    def _whole(self) -> LossRates:
        problems = []
        keys = [(r.product, r.bucket, r.months_to_maturity_up_to) for r in self.rows]
        problems += [f"two rows for {key}" for key in sorted(set(map(str, keys)))
                     if [str(k) for k in keys].count(key) > 1]  # fmt: skip
        for row in self.rows:
            if row.pd_life_bp < row.pd_12m_bp:
                problems.append(f"{row.product} {row.bucket}: pd_life_bp is under pd_12m_bp")
        for product in (Product.CARD, Product.REVOLVING_LINE):
            if any(row.product is product for row in self.rows) and product not in self.ccf_bp:
                problems.append(
                    f"ccf_bp has no {product}: the undrawn limit would count as nothing"
                )
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def edges(self) -> tuple[int, ...]:
        """Return the upper ends of the maturity bands that any row names, and the open one."""
        named = {
            r.months_to_maturity_up_to for r in self.rows if r.months_to_maturity_up_to is not None
        }
        return (*sorted(named), ANY_MATURITY)

    def rate(self, product: str, bucket: str | None, months: int | None) -> LossRate | None:
        """Return the row for an account: the shortest band that holds its maturity, else none."""
        fitting = [
            row
            for row in self.rows
            if row.product == product and row.bucket == bucket
            and _band(row) >= (ANY_MATURITY if months is None else months)
        ]  # fmt: skip
        return min(fitting, key=_band, default=None)


def _band(row: LossRate) -> int:
    return ANY_MATURITY if row.months_to_maturity_up_to is None else row.months_to_maturity_up_to


def load_loss_rates(text: str, where: str) -> LossRates:
    """Return the default rates that a book's file holds.

    Raises: NightError naming everything that is wrong with the file.
    """
    try:
        return LossRates.model_validate(load_plain_yaml(text))
    except yaml.YAMLError as error:
        what = f"not YAML: {' '.join(str(error).split())}"
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, f['loc'])) or 'file'}: {f['msg']}" for f in error.errors()]
        what = "wrong default rates:" + "".join(f"\n  - {fault}" for fault in faults)
    raise NightError(
        what,
        where=where,
        why="expected losses would be wrong",
        next_step="correct the file; its shape is in docs/reference/book.md",
    )


def rate_table(rates: LossRates | None) -> exp.Query:
    """Return the query of relation loss_rate: one row per product, bucket and maturity band."""
    names = ("product", "bucket", "band", *RATE_COLUMNS)
    rows: list[tuple[object, ...]] = []
    if rates is not None:
        for product in Product:
            for bucket in Bucket:
                for edge in rates.edges():
                    row = rates.rate(product, bucket, None if edge == ANY_MATURITY else edge)
                    if row is not None:
                        rows.append((product.value, bucket.value, edge, *_ready(row)))
    if not rows:
        kinds = ("VARCHAR", "VARCHAR", "INTEGER", "BIGINT", "BIGINT", "BIGINT")
        empty = [exp.alias_(exp.cast(exp.null(), k), n) for k, n in zip(kinds, names, strict=True)]
        return exp.select(*empty).where(exp.false())
    columns = [
        exp.cast(exp.column(name), "BIGINT").as_(name) if name in RATE_COLUMNS else exp.column(name)
        for name in names
    ]
    return exp.select(*columns).from_(exp.values(rows, alias="rate", columns=names))


def _ready(row: LossRate) -> tuple[int, int, int]:
    """Return a row's loss rates, in parts of _UNIT: a month of twelve, within life, certain."""
    return row.pd_12m_bp * row.lgd_bp, row.pd_life_bp * 12 * row.lgd_bp, 120_000 * row.lgd_bp


def band_of(rates: LossRates | None) -> exp.Expr:
    """Return the maturity band of an account ``s``: the least upper end that holds its months."""
    case = exp.Case()
    edges = rates.edges() if rates is not None else (ANY_MATURITY,)
    if len(edges) == 1:
        return literal(ANY_MATURITY)
    for edge in edges[:-1]:
        case = case.when(
            tree("s.months_to_maturity <= :edge", edge=edge), literal(edge), copy=False
        )
    return case.else_(literal(ANY_MATURITY), copy=False)


def owed_minor(column: str) -> exp.Expr:
    """Return what is owed: nothing on an overpaid account, unknown when the balance is unknown.

    GREATEST would pass over the unknown and answer 0.
    """
    return tree("CASE WHEN :owed > 0 THEN :owed WHEN :owed <= 0 THEN 0 END", owed=tree(column))


def exposure(rates: LossRates | None) -> exp.Expr:
    """Return what may be lost on an account ``g``: what is owed, and the drawable part x ccf.

    Where several accounts share a line, its undrawn part is split by what each owes; a line on
    which nothing is owed is taken to have one account. An overpaid account owes nothing.
    """
    owed = tree("g.owed_minor")
    ccf = rates.ccf_bp if rates is not None else {}
    if not any(ccf.values()):
        return owed
    share = exp.Case(this=tree("g.product"))
    for product, bp in sorted(ccf.items()):
        share = share.when(literal(str(product)), literal(bp), copy=False)
    line_used = tree(
        "g.limit_minor // 10000 * (g.utilisation_bp - 1)"
        " + g.limit_minor % 10000 * (g.utilisation_bp - 1) // 10000"
    )
    undrawn = tree(
        """CASE
          WHEN g.utilisation_bp >= 10000 THEN 0
          WHEN g.utilisation_bp IS NULL OR g.utilisation_bp <= 0 OR g.owed_minor >= :line_used
            THEN CASE WHEN g.limit_minor > g.owed_minor THEN g.limit_minor - g.owed_minor ELSE 0 END
          ELSE g.owed_minor // g.utilisation_bp * (10000 - g.utilisation_bp)
            + g.owed_minor % g.utilisation_bp * (10000 - g.utilisation_bp) // g.utilisation_bp
          END""",
        line_used=line_used,
    )
    drawn = tree(
        ":undrawn // 10000 * :share + (:undrawn % 10000 * :share + 5000) // 10000",
        undrawn=undrawn, share=share.else_(literal(0), copy=False),
    )  # fmt: skip
    return tree(
        "CASE WHEN g.limit_minor > 0 THEN g.owed_minor + :drawn ELSE g.owed_minor END", drawn=drawn
    )


def ecl() -> exp.Expr:
    """Return the expected loss of ``n`` in minor units, rounded half up, in 64-bit whole numbers.

    Stage 1: default within twelve months, for the months left when fewer (at least one). Stage 2:
    default within life. Stage 3: default is certain. A written-off claim has left the books: 0.
    A large exposure is split, so that no product outgrows 64 bits.
    """
    rate = tree(
        """CASE n.stage
          WHEN 1 THEN CASE WHEN n.months_to_maturity < 12
            THEN n.rate_month * CASE WHEN n.months_to_maturity < 1 THEN 1
              ELSE n.months_to_maturity END
            ELSE n.rate_month * 12 END
          WHEN 2 THEN n.rate_life
          WHEN 3 THEN n.rate_certain END"""
    )
    return tree(
        """CASE WHEN n.off_books AND n.stage IS NOT NULL THEN 0
          WHEN n.exposure_minor < 7000000000
            THEN (n.exposure_minor * :rate + :half) // :unit
          ELSE n.exposure_minor // :unit * :rate
            + (n.exposure_minor % :unit * :rate + :half) // :unit END""",
        unit=_UNIT, half=_UNIT // 2, rate=rate,
    )  # fmt: skip


def ecl_of(state: Mapping[str, Any], stage: int | None, rates: LossRates) -> int | None:
    """Return the expected loss of one account in plain Python: the check of the compiled one."""
    if stage is None:
        return None
    if state["written_off_on"] is not None:
        return 0
    row = rates.rate(state["product"], state["bucket"], state["months_to_maturity"])
    balance, limit = state["balance_minor"], state["limit_minor"]
    if row is None or balance is None:
        return None
    owed: int = max(balance, 0)
    used_bp = state["utilisation_bp"]
    drawn = 0
    if limit is not None and limit > 0:
        if used_bp is not None and used_bp >= 10_000:
            undrawn = 0
        elif used_bp is None or used_bp <= 0 or owed >= limit * (used_bp - 1) // 10_000:
            undrawn = max(limit - owed, 0)
        else:
            undrawn = owed * (10_000 - used_bp) // used_bp
        drawn = (undrawn * rates.ccf_bp.get(Product(state["product"]), 0) + 5_000) // 10_000
    months = state["months_to_maturity"]
    left = 12 if months is None else min(max(months, 1), 12)
    default = {1: row.pd_12m_bp * left, 2: row.pd_life_bp * 12, 3: 120_000}[stage]
    return ((owed + drawn) * default * row.lgd_bp + _UNIT // 2) // _UNIT
