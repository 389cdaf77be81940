"""The bot's own little web server: where it listens, how patient it is with whoever asks, and what it never tells.

Telegram reaches it through a web server with a certificate, which has limits of its own; alone it holds, too: slow
headers, slow bodies, too many connections and nonsense are ended without a word of why.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import Any, cast

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.settings import SettingsError

HEADERS_PATIENCE_S = 10.0
MOST_HEADER_BYTES = 16_384
MOST_CONNECTIONS = 250  # Telegram itself uses 40 (max_connections)
GRACE_S = 3


def build_app(routes: Sequence[BaseRoute]) -> Starlette:
    """These places and no others; whatever is refused is refused without a reason."""
    return Starlette(routes=routes, exception_handlers={HTTPException: _refuse, Exception: _refuse})


async def _refuse(_: Request, error: Exception) -> Response:
    return refused(error.status_code if isinstance(error, HTTPException) else 500)


def refused(status: int) -> Response:
    """No words, and no more of this connection: what else is on it is not read."""
    return Response(status_code=status, headers={"Connection": "close"})


class Patient(H11Protocol):
    """Closes a connection whose next request has not begun in time. (uvicorn waits for ever.)"""

    _late: asyncio.TimerHandle | None = None

    def __init__(self, patience_s: float, **given: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(**given)
        self._patience_s = patience_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From here on the clock ticks."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        """A request that has begun is the app's, which has a patience of its own."""
        super().data_received(data)
        self._await_headers()

    def on_response_complete(self) -> None:
        """The next one may follow."""
        super().on_response_complete()
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_headers(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(self._patience_s, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def send_400_response(self, msg: str) -> None:
        """Without uvicorn's words."""
        super().send_400_response("")


class Server(uvicorn.Server):
    """Leaves signals to us: uvicorn's own would raise them again when it has ended, and skip our cleaning up."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None."""
        yield


def without_delay(door: socket.socket) -> socket.socket:
    """What comes in by it has its answer at once: its head and its body leave apart, and the system would hold the
    body back until the head was confirmed, 40 ms. (asyncio sees to that only where it has made the door.)"""
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def bind(listen: str) -> socket.socket:
    """The door, open. Raises SettingsError when it cannot be."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return without_delay(socket.create_server((host, int(port)), family=family, backlog=MOST_CONNECTIONS))
    except OSError as error:
        why = type(error).__name__ if error.strerror is None else error.strerror
        raise SettingsError(
            f"LISTEN {listen} cannot be used ({why}). Cure: choose a free port of this machine, or end who has it"
        ) from None


@contextlib.asynccontextmanager
async def served(
    app: ASGIApp, door: socket.socket, patience_s: float = HEADERS_PATIENCE_S
) -> AsyncIterator[asyncio.Task[None]]:
    """The app, answering, as the task that does; at the end, requests under way may finish for a moment."""
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(Patient, patience_s)),  # it is only ever called
        ws="none",
        lifespan="off",
        log_config=None,  # no logging of its own: its lines go through our filter like everybody's
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config)
    with door:
        serving = asyncio.create_task(server.serve([door]))
        try:
            yield serving
        finally:
            server.should_exit = True
            await serving
