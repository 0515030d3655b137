"""Reaches a bureau over HTTP: one POST a message, never repeated; GET asks what became of it."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpx

from daihou.errors import GatewayError
from daihou.gateways.message import DEADLINE_HEADER, KEY_HEADER
from daihou.gateways.outcomes import (
    MAX_ANSWER_BYTES,
    Accepted,
    Answer,
    Lost,
    NotTaken,
    Outcome,
    answer_of,
    refusal_of,
)
from daihou.gateways.settings import BureauSettings

_NOT_TAKEN: Final = frozenset({400, 401, 403, 410, 413, 429, 503})
_NEVER: Final = frozenset({400, 413})
_LOCKED_OUT: Final = frozenset({401, 403})
_WAITS: Final = frozenset({429, 503})
_LONGEST_WAIT: Final = 86_400.0
SIMULATED_HEADER: Final = "Simulated"
"""Stands in every answer of a simulated bureau."""


class _TooSlow(Exception):
    """The answer takes longer than the whole time allowed."""


class HttpBureau:
    """The bureau behind ``settings.url``; each thread has a client with kept connections.

    ``simulated`` tells whether answers of a simulated bureau are wanted; else they are kept as
    answers that cannot be used.
    """

    def __init__(
        self, settings: BureauSettings, root: Path, now: Callable[[], datetime], *,
        simulated: bool = False,
    ) -> None:  # fmt: skip
        assert settings.url is not None, "the settings were checked"
        self._url = settings.url.rstrip("/")
        self._settings, self._now, self._simulated = settings, now, simulated
        self._verify = _context(settings, root)
        self._own = threading.local()
        self._clients: list[httpx.Client] = []
        self._lock = threading.Lock()

    def send(self, request: bytes, key: str, deadline: datetime) -> Outcome:
        """Hand over one message by one POST; silence and odd answers are ``Lost``."""
        headers = {
            KEY_HEADER: key, DEADLINE_HEADER: str(int(deadline.timestamp())),
            "Content-Type": "application/xml",
        }  # fmt: skip
        try:
            status, told, data = self._call("POST", "/inquiries", headers, request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return NotTaken(f"no connection: {type(error).__name__}")  # no byte has left
        except (httpx.HTTPError, httpx.StreamError, _TooSlow) as error:
            return Lost(f"no answer: {type(error).__name__}")
        if (settled := self._settled(status, told, data)) is not None:
            return settled
        if status in _NOT_TAKEN:
            return NotTaken(
                f"status {status}", _retry_after(told) if status in _WAITS else None,
                final=status in _NEVER, locked_out=status in _LOCKED_OUT,
            )  # fmt: skip
        return Lost(f"status {status}")

    def ask(self, key: str, deadline: datetime) -> Outcome:
        """Return what the bureau says of a key; only its 404 after the deadline frees the key."""
        asked_at = self._now()
        try:
            status, told, data = self._call("GET", f"/inquiries/{key}", {}, None)
        except (httpx.HTTPError, httpx.StreamError, _TooSlow) as error:
            return Lost(f"not asked: {type(error).__name__}")
        if (settled := self._settled(status, told, data)) is not None:
            return settled
        if status != 404:
            return Lost(f"asked: status {status}", _retry_after(told))
        void_at = deadline + timedelta(seconds=self._settings.skew_seconds)
        bureau_at = _date_of(told)
        if asked_at > void_at and (bureau_at is None or bureau_at > deadline):
            return NotTaken("never received, and its deadline has passed", unheard=True)
        left = (void_at - asked_at).total_seconds()
        return Lost("not received so far; its deadline has not passed", max(left, 0.0) + 0.1)

    def close(self) -> None:
        """Close every thread's connections."""
        with self._lock:
            for client in self._clients:
                client.close()
            self._clients.clear()
            self._own = threading.local()

    def _settled(self, status: int, told: httpx.Headers, data: bytes) -> Outcome | None:
        """Return the outcome that a status means for POST and GET alike."""
        if status == 202:
            return Accepted()
        if status == 422:
            return refusal_of(data, status)
        if status != 200:
            return None
        if len(data) >= MAX_ANSWER_BYTES:
            return Answer(data, f"longer than {MAX_ANSWER_BYTES:,} bytes, cut off")
        if told.get(SIMULATED_HEADER) and not self._simulated:
            return Answer(data, "it comes from a simulated bureau")
        return answer_of(data)

    def _call(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, httpx.Headers, bytes]:
        """Return status, headers and body of one call, within the whole time allowed."""
        ends = time.monotonic() + self._settings.timeouts.read
        data = bytearray()
        with self._client().stream(
            method, self._url + path, headers=headers, content=body
        ) as response:
            for piece in response.iter_bytes():
                data += piece
                if len(data) > MAX_ANSWER_BYTES:
                    break
                if time.monotonic() > ends:
                    raise _TooSlow
            return response.status_code, response.headers, bytes(data[:MAX_ANSWER_BYTES])

    def _client(self) -> httpx.Client:
        client: httpx.Client | None = getattr(self._own, "client", None)
        if client is None:
            waits = self._settings.timeouts
            client = httpx.Client(
                verify=self._verify, trust_env=False, follow_redirects=False,
                headers={"Accept-Encoding": "identity"},
                timeout=httpx.Timeout(waits.read, connect=waits.connect),
            )  # fmt: skip
            self._own.client = client
            with self._lock:
                self._clients.append(client)
        return client


def _context(settings: BureauSettings, root: Path) -> ssl.SSLContext:
    """Return the TLS settings; Raises: GatewayError when a file of them cannot be used."""
    named = (settings.ca_file, settings.certificate_file, settings.key_file)
    ca, certificate, key = (None if name is None else root / name for name in named)
    try:
        context = ssl.create_default_context(cafile=ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except OSError as error:
        raise GatewayError(
            "a certificate or key cannot be used", where="bureau.yaml",
            why=str(error.strerror or type(error).__name__),
            next_step="look at ca_file, certificate_file and key_file",
        ) from error  # fmt: skip
    return context


def _retry_after(told: httpx.Headers) -> float | None:
    """Return the seconds of a Retry-After header; one with a date or nonsense is none."""
    text = told.get("Retry-After", "").strip()
    return min(float(text), _LONGEST_WAIT) if text.isdecimal() and len(text) < 9 else None


def _date_of(told: httpx.Headers) -> datetime | None:
    """Return the bureau's own clock, None where it tells none."""
    try:
        at = parsedate_to_datetime(told.get("Date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
