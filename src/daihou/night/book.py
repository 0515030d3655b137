"""A book's configuration: what one portfolio agreed on, as data that people write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from daihou.errors import NightError
from daihou.kernel import MINOR_DIGITS, Product
from daihou.night.plainyaml import load_plain_yaml

_LONGEST_HOLIDAY = 31
"""Days: a longer run of holidays is a mistake in the calendar."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Title(_Part):
    """A name in both languages."""

    zh: str
    """Chinese."""
    en: str
    """English."""


class Allocation(_Part):
    """The agreed order of payments (还款冲销顺序): oldest due first, then parts within a due."""

    within_due: tuple[Literal["fee", "interest", "principal"], ...] = (
        "fee", "interest", "principal",
    )  # fmt: skip
    """Order of the three parts inside one due (先费、后息、再本); each is named once."""
    tolerance_bp: int = Field(default=0, ge=0, le=5000)
    """A due counts as paid when the unpaid part is at most this share of it, in basis points."""

    @field_validator("within_due")
    @classmethod
    def _each_part_once(cls, parts: tuple[str, ...]) -> tuple[str, ...]:
        if sorted(parts) != ["fee", "interest", "principal"]:
            raise ValueError("name fee, interest and principal once each")
        return parts


class Holidays(_Part):
    """What happens to a due day that is no business day (节假日顺延)."""

    roll: Literal["none", "following"] = "none"
    """`following` moves a due day on a closed day to the next business day; `none` does not."""
    weekends: bool = False
    """Saturdays and Sundays are closed days."""
    days: tuple[date, ...] = ()
    """Holidays (节假日)."""
    working_days: tuple[date, ...] = ()
    """Weekend days on which the lender works (调休)."""

    def shifted(self, first: date, last: date) -> dict[date, date]:
        """Return each closed day from ``first`` to ``last`` with the business day after it."""
        if self.roll == "none":
            return {}
        closed, working = set(self.days), set(self.working_days)
        moved: dict[date, date] = {}
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            target = day
            while target in closed or (
                self.weekends and target.weekday() >= 5 and target not in working
            ):
                target += timedelta(days=1)
                if (target - day).days > _LONGEST_HOLIDAY:
                    raise NightError(
                        f"more than {_LONGEST_HOLIDAY} holidays in a row", where=str(day)
                    )
            if target != day:
                moved[day] = target
        return moved


class Brakes(_Part):
    """Caps of one night; a null cap is off. Over a cap the night stops and asks a person.

    Units: counts of decisions, minor units, basis points of the night before.
    """

    line_freezes_max: int | None = 10_000
    """Line freezes that a night may propose."""
    line_cuts_max: int | None = 10_000
    """Line cuts that a night may propose."""
    limit_cut_minor_max: int | None = None
    """Minor units by which all proposed cuts together may lower limits."""
    inquiries_max: int | None = 10_000
    """Inquiries that a night may order."""
    black_list_max: int | None = 1_000
    """Black-list entries that a night may propose."""
    class_downgrades_max_bp: int | None = 500
    """Share of accounts whose class may be worse than the night before."""
    accounts_change_max_bp: int | None = 1_000
    """Change of the number of accounts since the night before."""
    balance_change_max_bp: int | None = 1_000
    """Change of the total balance since the night before."""
    dpd_unknown_max_bp: int | None = 500
    """Share of accounts whose days past due may be unknown."""
    rows_rejected_max_bp: int | None = 100
    """Keys that check-in may leave out, as a share of the accounts."""


class Book(_Part):
    """One book.yaml, checked."""

    book: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    """Short name of the book (账本); stands in every result row."""
    title: Title
    """Name of the book on screens and pages."""
    currency: str
    """ISO 4217 code; a row in another currency is left out by check-in (K006)."""
    simulated: bool = False
    """The accounts are invented: every screen, page and file of the book says so."""
    rule_packs: dict[str, tuple[str, ...]]
    """Rule packs (规则包) by product; `default` is for products not named. See law.md."""
    law_on: date | None = None
    """Pro forma: the law of this day is applied to every night, for books older than the law."""
    law: dict[str, int] = {}
    """Values that this book sets itself, by parameter id; the night's note and pages show them."""
    allocation: Allocation = Allocation()
    """In which order a payment settles dues."""
    holidays: Holidays = Holidays()
    """Which days are closed, and what that does to a due day."""
    delta_mirror: bool = False
    """After each night, keep a Delta Lake log beside every table for Spark, Trino and Polars."""
    loss_rates: str = "loss_rates.yaml"
    """File of the home with the table of default rates."""
    policy: str
    """File of the home with the policy that decides (champion)."""
    asking: str | None = None
    """File of the home with the rules of asking the bureau (查询规则); null asks about nobody."""
    institution: tuple[str, ...] = ()
    """Names and codes of the own institution in credit reports: left out of what others did."""
    challengers: tuple[str, ...] = ()
    """Policy files that run in shadow: their decisions are published under their own arm."""
    brakes: Brakes = Brakes()
    """Caps of one night."""
    signals: dict[str, dict[str, object]] = {}
    """Thresholds that this book changes, by signal id."""
    notes: str = ""
    """Remarks for the people who keep the file; no command reads them."""

    @model_validator(mode="after")
    def _known_words(self) -> Book:
        if self.currency not in MINOR_DIGITS:
            raise ValueError(f"currency {self.currency!r}: use one of {', '.join(MINOR_DIGITS)}")
        known = {"default", *(product.value for product in Product)}
        wrong = sorted(set(self.rule_packs) - known)
        if wrong or "default" not in self.rule_packs:
            raise ValueError(f"rule_packs: name 'default' and products only, not {wrong}")
        return self


def parse_book(text: str, where: str) -> Book:
    """Return the book that a book.yaml describes.

    Raises: NightError listing every problem.
    """
    try:
        return Book.model_validate(load_plain_yaml(text))
    except yaml.YAMLError as error:
        raise NightError(f"not YAML: {error}", where=where) from error
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise NightError(
            "the book's configuration is wrong" + "".join(f"\n  - {line}" for line in lines),
            where=where,
            next_step="mend the lines above; docs/reference/book.md lists every setting",
        ) from error
