"""Stops sending to a bureau that fails, and lets one message try after a while (断路器)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum


class BreakerState(StrEnum):
    """Closed lets everything through, open nothing, trying one message."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


class Breaker:
    """Opens after ``failures`` in a row, for ``open_seconds``. ``clock`` counts seconds upward.

    While it is trying, one message is under way; its end closes or opens the breaker.
    """

    def __init__(self, failures: int, open_seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = failures, open_seconds, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def state(self) -> BreakerState:
        """Return the state as it is now."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.TRYING if self._trying else BreakerState.OPEN

    def free(self, wanted: int) -> int:
        """Return how many of ``wanted`` messages may leave now; a trial is booked at once."""
        with self._lock:
            if self._opened_at is None:
                return wanted
            if wanted and not self._trying and self._left() <= 0:
                self._trying = True
                return 1
            return 0

    def unused(self) -> None:
        """Give a booked trial back that no message was sent for."""
        with self._lock:
            self._trying = False

    def wait_seconds(self) -> float:
        """Return the seconds until something may leave, 0 when it may now."""
        with self._lock:
            return 0.0 if self._opened_at is None else max(0.0, self._left())

    def succeeded(self) -> None:
        """Note that the bureau works."""
        with self._lock:
            self._failed, self._opened_at, self._trying = 0, None, False

    def failed(self, *, at_once: bool = False) -> None:
        """Note a failure; ``at_once`` opens without waiting for more of them."""
        with self._lock:
            self._failed += 1
            if at_once or self._trying or self._failed >= self._most:
                self._opened_at, self._trying = self._clock(), False

    def _left(self) -> float:
        assert self._opened_at is not None, "asked of an open breaker only"
        return self._opened_at + self._seconds - self._clock()
