"""What an outcome makes of an order: which steps, which bytes are kept, when it is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from daihou.gateways.outcomes import (
    Accepted,
    Answer,
    Lost,
    NoRecord,
    NotTaken,
    Outcome,
    Refused,
)
from daihou.gateways.settings import BureauSettings
from daihou.inquiry.orders import Command, OrderState, Step

if TYPE_CHECKING:
    from daihou.ops.sending import Ending, Taken

STOPPED: Final = Lost("the worker stopped while the message was under way")
"""What is told of an order whose worker never came back."""
DOUBTED: Final = "the bureau had acknowledged it and now knows nothing of it: a person must ask"


@dataclass(frozen=True, slots=True)
class Endings:
    """Makes endings for one operator. ``chance`` gives numbers from 0 to 1 that spread waits."""

    settings: BureauSettings
    operator: str
    chance: Callable[[], float]

    def of(self, taken: Taken, outcome: Outcome, now: datetime) -> Ending:
        """Return what becomes of an order that is sending, sent or unknown.

        It is approved again only on the bureau's word that it did not take the message.
        """
        from daihou.ops.sending import Ending

        state = taken.order.state
        match outcome:
            case Answer(data, problem):
                told = _hash(data) | ({"problem": problem} if problem else {})
                step = self._step(Step.ANSWER, told)
                return Ending((step,), data, problem)
            case NoRecord(data):
                return Ending((self._step(Step.NO_RECORD, _hash(data)),), data)
            case Refused(code, told_by):
                return Ending((self._step(Step.FAIL, {"code": code, "told": told_by}),))
            case Accepted():
                steps = () if state is OrderState.SENT else (self._step(Step.ACKNOWLEDGE),)
                return self._later(taken, steps, "accepted, no answer yet", now)
            case NotTaken():
                return self._not_taken(taken, outcome, now)
        lost = self._step(Step.LOSE_TRACK, {"why": outcome.why})
        steps = (lost,) if state is OrderState.SENDING else ()
        return self._later(taken, steps, outcome.why, now, outcome.retry_after)

    def call_off(self, reason: str, refused_by: tuple[str, ...], proof: str) -> Ending:
        """Return the end of an order that must not be sent."""
        from daihou.ops.sending import Ending

        told = {"reason": reason, "refused_by": ";".join(refused_by), "proof": proof}
        return Ending((self._step(Step.CANCEL, told),))

    def _not_taken(self, taken: Taken, outcome: NotTaken, now: datetime) -> Ending:
        from daihou.ops.sending import Ending, Wait

        if outcome.unheard and taken.acknowledged:
            lost = self._step(Step.LOSE_TRACK, {"why": DOUBTED})
            doubted = () if taken.order.state is OrderState.UNKNOWN else (lost,)
            return self._later(taken, doubted, DOUBTED, now, self.settings.retry.most_seconds)
        steps: tuple[Command, ...] = (self._step(Step.NOT_RECEIVED, {"why": outcome.why}),)
        if taken.order.state is OrderState.SENT:
            steps = (self._step(Step.LOSE_TRACK, {"why": outcome.why}), *steps)
        if outcome.final:
            never = {"reason": "the bureau will never take this message", "why": outcome.why}
            return Ending((*steps, self._step(Step.CANCEL, never)))
        seconds = self.settings.retry.wait(max(taken.tries - 1, 0), self.chance())
        seconds = max(seconds, outcome.retry_after or 0.0)
        return Ending(steps, wait=Wait(outcome.why, now + timedelta(seconds=seconds)))

    def _later(
        self, taken: Taken, steps: tuple[Command, ...], why: str, now: datetime,
        least: float | None = None,
    ) -> Ending:  # fmt: skip
        """Return the ending of an order that is asked about again after a while."""
        from daihou.ops.sending import Ending, Wait

        retry = self.settings.retry
        seconds = self.settings.settle_seconds
        if taken.waits:
            seconds = max(seconds, retry.wait(taken.waits, self.chance()))
        seconds = max(seconds, min(least or 0.0, retry.most_seconds))
        return Ending(steps, wait=Wait(why, now + timedelta(seconds=seconds)))

    def _step(self, step: Step, details: dict[str, str] | None = None) -> Command:
        return Command(step, self.operator, details or {})


def _hash(data: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(data).hexdigest()}
