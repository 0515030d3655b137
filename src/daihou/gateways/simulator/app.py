"""The simulated bureau over HTTP: the exchange, the borrower's copy, and doors for tests."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daihou.errors import GatewayError
from daihou.gateways.message import DEADLINE_HEADER, KEY_HEADER, MAX_REQUEST_BYTES
from daihou.gateways.simulator.batch import Folders, work_through
from daihou.gateways.simulator.bureau import YEARS, Bureau, Posted, Reply
from daihou.gateways.simulator.faults import Dice, Drawn
from daihou.gateways.simulator.population import NotSamePerson
from daihou.gateways.simulator.rules import TOLD, Refusal

TRANSPORT = "daihou.transport"
"""Under this name the server puts a request's connection into its extensions."""
SIMULATED = "Simulated"
_BATCH_PAUSE, _PAUSE_AFTER_TROUBLE = 0.2, 5.0
"""Seconds between two looks for request files."""
_RETRY_AFTER = "1"
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>模拟征信 simulated</title>
<h1>模拟征信中心 · Simulated credit bureau</h1>
<p>这里的人、账户和查询都是虚构的，与任何真实的人或机构无关。</p>
<p>No person, account or inquiry here is real.</p></html>"""


class _Dropped(Response):
    """Closes the connection without a word."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Abort the connection and let the server see that it is gone."""
        scope["extensions"][TRANSPORT].abort()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


class _Marked:
    """Says in every answer that it is simulated."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the header added."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[SIMULATED] = "yes"
            await send(message)

        await self.app(scope, receive, marked)


def app_of(bureau: Bureau, dice: Dice, folders: Folders | None = None) -> Starlette:
    """Return the application; ``folders`` also makes it work on request files."""
    doors = _Doors(bureau, dice)

    @asynccontextmanager
    async def working(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_work(bureau, folders)) if folders else None
        yield
        if task:
            task.cancel()

    app = Starlette(
        routes=[
            Route("/", doors.front),
            Route("/inquiries", doors.post, methods=["POST"]),
            Route("/inquiries/{key}", doors.get),
            Route("/health", doors.health),
            Route("/ledger", doors.ledger),
            Route("/faults", doors.faults, methods=["GET", "POST"]),
            Route("/people/{id_no}/own-report.pdf", doors.own_report),
        ],
        lifespan=working,
        exception_handlers={ClientDisconnect: _hung_up},
    )
    app.add_middleware(_Marked)
    return app


async def _hung_up(_: Request, _error: Exception) -> Response:
    """Answer nobody: whoever asked was gone before the message was whole, so nothing was taken."""
    return Response(status_code=400)


async def _work(bureau: Bureau, folders: Folders) -> None:
    """Look for request files until the server stops."""
    await run_in_threadpool(folders.made)
    while True:
        try:
            await run_in_threadpool(work_through, bureau, folders)
        except (OSError, sqlite3.Error) as error:
            logging.getLogger(__name__).error("request files wait: %s", error)
            await asyncio.sleep(_PAUSE_AFTER_TROUBLE)
        await asyncio.sleep(_BATCH_PAUSE)


class _Doors:
    """What each address does."""

    def __init__(self, bureau: Bureau, dice: Dice) -> None:
        self._bureau, self._dice = bureau, dice

    async def front(self, _: Request) -> Response:
        """Say what this is."""
        return HTMLResponse(_PAGE)

    async def post(self, request: Request) -> Response:
        """Take a message."""
        drawn = self._dice.draw()

        async def process() -> Reply:
            data = await _body(request)
            if data is None:
                return await run_in_threadpool(self._bureau.refused, Refusal.LARGE)
            posted = Posted(
                data, request.headers.get(KEY_HEADER, ""),
                request.headers.get(DEADLINE_HEADER, ""), drawn.later_s,
            )  # fmt: skip
            return await run_in_threadpool(self._bureau.take, posted)

        return await self._with_faults(drawn, process)

    async def get(self, request: Request) -> Response:
        """Give an answer again."""

        async def process() -> Reply:
            return await run_in_threadpool(self._bureau.again, request.path_params["key"])

        return await self._with_faults(self._dice.draw(), process)

    async def _with_faults(self, drawn: Drawn, process: Callable[[], Awaitable[Reply]]) -> Response:
        if drawn.slow_s:
            await asyncio.sleep(drawn.slow_s)
        if drawn.refuse is not None:
            refusal = Refusal.RATE if drawn.refuse == TOLD[Refusal.RATE][0] else Refusal.HOURS
            return _response(await run_in_threadpool(self._bureau.refused, refusal))
        if drawn.drop_before:
            return _Dropped()
        reply = await process()
        if drawn.drop_after:
            return _Dropped()
        return _response(Reply(reply.status, drawn.spoil(reply.body)) if reply.body else reply)

    async def health(self, _: Request) -> Response:
        """Say that it is there."""
        return JSONResponse({"simulated": True, "ok": True})

    async def ledger(self, request: Request) -> Response:
        """Tell how much the ledger holds, or every look of a key."""
        ledger = self._bureau.ledger
        key = request.query_params.get("key")
        if key is None:
            return JSONResponse(await run_in_threadpool(ledger.counts))
        looks = await run_in_threadpool(ledger.looks_of, key)
        told = [asdict(look) | {"on": look.on.isoformat()} for look in looks]
        return JSONResponse({"key": key, "looks": told})

    async def faults(self, request: Request) -> Response:
        """Tell the faults, or set some anew."""
        told = {}
        if request.method == "POST":
            data = await _body(request)
            try:
                told = json.loads(data or b"")
                if not isinstance(told, dict):
                    raise GatewayError("faults are told as one JSON object")
            except (GatewayError, ValueError) as error:
                return JSONResponse({"told": str(error)}, 400)
        try:
            return JSONResponse(dict(self._dice.change(told)))
        except GatewayError as error:
            return JSONResponse({"told": error.message}, 400)

    async def own_report(self, request: Request) -> Response:
        """Give a borrower the own short copy; the own look is written down."""
        query = request.query_params
        try:
            on = date.fromisoformat(query["on"]) if "on" in query else None
            if on is not None and on.year not in YEARS:
                raise ValueError(on)
        except ValueError:
            return JSONResponse({"told": "日期格式错误 on is no day such as 2025-06-30"}, 400)
        id_no = request.path_params["id_no"]
        try:
            pdf = await run_in_threadpool(self._bureau.own_report, query.get("name", ""), id_no, on)
        except NotSamePerson:
            return JSONResponse({"told": TOLD[Refusal.NAME][1]}, 422)
        if pdf is None:
            return JSONResponse({"told": "查无此人 nobody has this number"}, 404)
        return Response(pdf, media_type="application/pdf")


async def _body(request: Request) -> bytes | None:
    """Return the body, None when it is larger than any message; it is never held whole then."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_REQUEST_BYTES:
            return None
    return bytes(data)


def _response(reply: Reply) -> Response:
    refused = reply.status in {429, 503}
    return Response(
        reply.body, reply.status, {"Retry-After": _RETRY_AFTER} if refused else None,
        "text/plain; charset=utf-8",
    )  # fmt: skip
