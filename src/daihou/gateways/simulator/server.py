"""The simulated bureau as a server process: it listens, says where, and stops when told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from daihou.errors import GatewayError
from daihou.gateways.simulator.app import TRANSPORT, app_of
from daihou.gateways.simulator.batch import Folders
from daihou.gateways.simulator.bureau import Bureau
from daihou.gateways.simulator.faults import Dice, Faults
from daihou.gateways.simulator.ledger import Ledger
from daihou.gateways.simulator.population import Population
from daihou.gateways.simulator.rules import Rules


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens and what it works on. Port 0 takes any free one.

    ``state`` is the folder of the ledger, ``batch`` the one of request and answer files.
    """

    state: Path
    host: str = "127.0.0.1"
    port: int = 0
    batch: Path | None = None
    faults: Faults = field(default_factory=Faults)
    seed: int = 1


class _Protocol(H11Protocol):
    """HTTP as usual, but the application can reach the connection to drop it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let every request of this connection carry the connection."""
        inner = self.app

        async def reaching(scope: Scope, receive: Receive, send: Send) -> None:
            extensions: dict[str, Any] = scope.get("extensions") or {}
            scope["extensions"] = extensions | {TRANSPORT: transport}
            await inner(scope, receive, send)

        self.app = reaching
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """Says when it is ready."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            self.ready()


def serve(
    listening: Listening, rules: Rules, people: Population, ready: Callable[[str], None]
) -> None:
    """Listen until stopped; ``ready`` is told the address once it can be asked.

    Raises: GatewayError when the address is taken or the state folder cannot be used.
    """
    ledger = Ledger(listening.state)
    try:
        opened = _bound(listening)
        bureau = Bureau(ledger, rules, people)
        folders = Folders(listening.batch) if listening.batch else None
        app = app_of(bureau, Dice(listening.faults, listening.seed), folders)
        config = uvicorn.Config(
            app, http=_Protocol, lifespan="on", log_level="warning", access_log=False,
            timeout_graceful_shutdown=5, server_header=False,
        )  # fmt: skip
        server = _Server(config)
        host, port = opened.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        server.ready = lambda: ready(f"http://{shown}:{port}")
        server.run(sockets=[opened])
    finally:
        ledger.close()


def _bound(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((listening.host, listening.port))
    except OSError as error:
        opened.close()
        raise GatewayError(
            f"cannot listen: {error.strerror or error}",
            where=f"{listening.host}:{listening.port}", next_step="choose another port",
        ) from error  # fmt: skip
    opened.set_inheritable(False)
    return opened
