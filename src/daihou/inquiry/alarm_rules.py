"""The parameters of the alarms over inquiries, read from YAML, each with its source and grade."""

from __future__ import annotations

from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from daihou.errors import InquiryError
from daihou.inquiry.rules import Hours
from daihou.law import Grade


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Levels(_Shape):
    """From where on an alarm is yellow, orange, red; null: never."""

    yellow: Annotated[int, Field(ge=0)] | None = None
    orange: Annotated[int, Field(ge=0)] | None = None
    red: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Levels:
        given = [limit for limit in (self.yellow, self.orange, self.red) if limit is not None]
        if not given or given != sorted(given):
            raise ValueError("name at least one level, the lightest with the smallest number")
        return self


class _Rule(_Shape):
    levels: Levels
    source: str
    grade: Grade


class Surge(_Rule):
    """Today's count against an average or a floor, times a factor; levels in per cent of that."""

    months: Annotated[int, Field(ge=1, le=24)]
    floor: Annotated[int, Field(ge=1)]
    """Inquiries a day that are never a surge by themselves."""
    factor_percent: Annotated[int, Field(ge=100, le=10_000)]


class Failures(_Rule):
    """Share of a month's inquiries with these outcomes; levels in per cent."""

    outcomes: tuple[str, ...]
    least: Annotated[int, Field(ge=1)]
    """Fewer inquiries a month are not judged."""


class OffHours(Hours):
    """Inquiries outside the hours or on a closed day; levels are counts a day."""

    levels: Levels


class SameCustomer(_Rule):
    """One customer several times within so many minutes; levels are counts."""

    minutes: Annotated[int, Field(ge=1, le=44_640)]


class OtherRegion(_Rule):
    """Share of a month's inquiries about customers of another branch; levels in per cent."""

    least: Annotated[int, Field(ge=1)]
    white_list: tuple[tuple[str, str], ...] = ()
    """Pairs (operator's branch, customer's branch) that are in order."""


class OtherReasons(_Rule):
    """Share of a month's inquiries for a reason that is not usual; levels in per cent."""

    usual: tuple[str, ...]
    least: Annotated[int, Field(ge=1)]


class AlarmRules(_Shape):
    """The parameters of every alarm (预警参数)."""

    surge: Surge
    failures: Failures
    off_hours: OffHours
    same_customer: SameCustomer
    other_region: OtherRegion
    other_reasons: OtherReasons


def parse_alarm_rules(text: str, where: str) -> AlarmRules:
    """Return the parameters written in ``text``.

    Raises: InquiryError naming every problem.
    """
    try:
        return AlarmRules.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise InquiryError("not YAML", [" ".join(str(error).split())], where=where) from error
    except ValidationError as error:
        told = [f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()]
        raise InquiryError(
            "the parameters of the alarms are wrong", told, where=where,
            why="an audit with half its alarms would look clean", next_step="mend the lines named",
        ) from error  # fmt: skip
