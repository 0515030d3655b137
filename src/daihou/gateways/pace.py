"""Keeps to a number of messages a minute (token bucket), and to the waits a bureau asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pace:
    """A bucket of ``burst`` messages, filled at ``per_minute``. ``clock`` counts seconds upward."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = per_minute / 60, burst, clock
        self._lock = threading.Lock()
        self._tokens, self._seen, self._held_until = float(burst), clock(), clock()

    def take(self, wanted: int) -> int:
        """Take up to ``wanted`` messages out of the bucket and return how many there were."""
        with self._lock:
            self._fill()
            if self._clock() < self._held_until:
                return 0
            given = min(wanted, int(self._tokens))
            self._tokens -= given
            return given

    def give_back(self, unused: int) -> None:
        """Put messages back that were not sent after all."""
        with self._lock:
            self._tokens = min(self._burst, self._tokens + unused)

    def hold(self, seconds: float) -> None:
        """Let nothing out for some seconds: the bureau asked for it."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def wait_seconds(self) -> float:
        """Return the seconds until the next message may leave, 0 when one may now."""
        with self._lock:
            self._fill()
            missing = max(0.0, 1 - self._tokens) / self._rate
            return max(missing, self._held_until - self._clock(), 0.0)

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._seen) * self._rate)
        self._seen = now
