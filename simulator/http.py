"""The HTTP door: the Bot API for any client in any language, webhook delivery, and the chat page.

    uvicorn.run(build_app(telegram), host="127.0.0.1", port=8080)

Planned faults are real here: a cut connection is closed in the middle of its answer (a client cannot tell whether the
work was done), and silence lasts as long as planned and then ends the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator import polling
from simulator.control import Control
from simulator.forms import parameters
from simulator.guard import Guarded
from simulator.host import Host
from simulator.page import Page
from simulator.records import NONSENSE, ConnectionCut, Hang, Malformed, Refused
from simulator.telegram import Telegram
from simulator.webhook import Delivery, Pause


def build_app(
    telegram: Telegram,
    *,
    host: Host | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    webhook_pause: Pause = asyncio.sleep,
) -> ASGIApp:
    """The whole simulator as one ASGI app; `host` is what the bot's keeper lends to the page."""
    host = host or Host()
    doors = [
        Route("/bot{token}/{method}", _bot_api(telegram), methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", _download(telegram)),
    ]
    routes = [*doors, *extra_routes, *Page(telegram, host).routes(), *Control(telegram, host).routes()]
    return Guarded(Starlette(routes=routes, lifespan=_delivering(telegram, webhook_pause)))


def _delivering(telegram: Telegram, pause: Pause) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        delivery = asyncio.create_task(Delivery(telegram, pause).run())
        try:
            yield
        finally:
            delivery.cancel()
            with suppress(asyncio.CancelledError):
                await delivery

    return lifespan


def _bot_api(telegram: Telegram) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        refusal = telegram.authorize(request.path_params["token"])
        try:
            answer = refusal or await polling.call(telegram, request.path_params["method"], await parameters(request))
        except Refused as refused:
            answer = {"ok": False, "error_code": refused.error_code, "description": refused.description}
        except ConnectionCut:
            return _Cut()
        except Hang as hang:
            await asyncio.sleep(hang.seconds)
            return _Cut()
        except Malformed:
            return Response(NONSENSE, media_type="application/json")
        return JSONResponse(answer, status_code=answer.get("error_code", 200))

    return handle


def _download(telegram: Telegram) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        refusal = telegram.authorize(request.path_params["token"])
        if refusal is not None:
            return JSONResponse(refusal, status_code=401)
        try:
            content = telegram.download(request.path_params["path"])
        except KeyError:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, status_code=404)
        return Response(content, media_type="application/octet-stream")

    return handle


class _Cut(Response):
    """An answer that breaks off: a promised length, one byte, and a closed connection."""

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
