"""Many orders approved or cancelled by one person: every step by itself, some to a transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from daihou.inquiry.orders import Command, OrderState, Refusal
from daihou.ops.store import Operations

_PART = 200
"""Orders to a transaction: few enough that no worker waits long."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What became of a step asked of many orders: keys by the state after it, refusals with why."""

    done: tuple[tuple[str, OrderState], ...]
    refused: tuple[tuple[str, str], ...]


def take_step(
    operations: Operations,
    keys: Sequence[str],
    command: Command,
    now: datetime,
    on_progress: Callable[[int, int], None],
) -> Steps:
    """Take one step of each order that is there; a refusal stops none of the others.

    Raises: NotFound for a key that is no order; what was done before it stays done.
    """
    done: list[tuple[str, OrderState]] = []
    refused: list[tuple[str, str]] = []
    for start in range(0, len(keys), _PART):
        with transaction.atomic():
            for key in keys[start : start + _PART]:
                event = operations.record(key, command, now)
                if isinstance(event, Refusal):
                    refused.append((key, event.why))
                else:
                    done.append((key, event.state))
        on_progress(min(start + _PART, len(keys)), len(keys))
    return Steps(tuple(done), tuple(refused))
