"""A stretch of days on a simulated book: night, orders, delivery, facts, the next night again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from daihou.errors import HomeError
from daihou.jobs.deliver import DeliverOptions, deliver, settings_of
from daihou.jobs.enter import Entered, enter_night, rules_of
from daihou.jobs.hand_back import HandedBack, hand_back
from daihou.jobs.home import Progress, open_home
from daihou.jobs.night import run_night
from daihou.jobs.operations import operations_of
from daihou.jobs.send_receipt import DeliveryReceipt
from daihou.night.book import Holidays

_LONGEST_HOLIDAY: Final = 31
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Nights from a day to a day, every so many days; the operator who sends in the mornings."""

    first: date
    last: date
    every: int
    operator: str

    @property
    def nights(self) -> Iterator[date]:
        """Yield the days whose nights are run."""
        day = self.first
        while day <= self.last:
            yield day
            day += timedelta(days=self.every)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What one night and the morning after it did."""

    entered: Entered
    morning: datetime
    delivery: DeliveryReceipt
    handed_back: HandedBack

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {
            "night": self.entered.as_dict(), "morning": self.morning.isoformat(),
            "delivery": self.delivery.as_dict(), "facts": self.handed_back.as_dict(),
        }  # fmt: skip


def rehearse(
    root: Path, stretch: Stretch, now: datetime, on_progress: Progress | None = None
) -> Iterator[Rehearsed]:
    """Yield each night with its morning: delivery goes by the simulated time of that morning.

    ``now`` is the real clock; it stands in the logs of the lake and of operations.
    Raises: HomeError for a book that is not simulated, and what nights and deliveries raise.
    """
    home = open_home(root)
    rules = rules_of(home)
    if not home.book.simulated or rules is None:
        raise HomeError(
            "only a simulated book that asks the bureau can be rehearsed", where=str(root),
            why="past days of a real book are over; nobody may be asked about as of then",
            next_step="make one with `daihou init HOME --example bank --identities`",
        )  # fmt: skip
    settings_of(home)  # before anything is done: a wrong bureau.yaml ends it here
    operations = operations_of(home)
    nights = list(stretch.nights)
    tell = on_progress or (lambda *_: None)
    for number, night in enumerate(nights):
        tell(f"{night}", number * _STEPS, len(nights) * _STEPS)
        run_night(root, night, now=now)
        entered = enter_night(open_home(root), operations, night, now)
        morning = _morning(night, home.book.holidays, rules.working_hours.from_)
        tell(f"{morning:%Y-%m-%d %H:%M}", number * _STEPS + 1, len(nights) * _STEPS)
        home = open_home(root)
        receipt = deliver(home, operations, DeliverOptions(stretch.operator, at=morning))
        facts = hand_back(home, operations, morning.date(), now)
        yield Rehearsed(entered, morning, receipt, facts)


def _morning(night: date, holidays: Holidays, opens: time) -> datetime:
    """Return the moment at which the lender opens after a night: the next day that is no holiday.

    Weekends are days off; the lender's own calendar may say otherwise.
    """
    day = night + timedelta(days=1)
    while day in holidays.days or (day.weekday() >= 5 and day not in holidays.working_days):
        day += timedelta(days=1)
        if (day - night).days > _LONGEST_HOLIDAY:
            raise HomeError("more than a month of holidays", where=str(night))
    return datetime.combine(day, opens)
