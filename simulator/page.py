"""The chat page: its files, what it shows, and a stream of changes. What is done in it goes to control.py."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulator import views
from simulator.control import mistake
from simulator.host import Host
from simulator.records import Json
from simulator.telegram import Telegram

WEB = Path(__file__).parent / "web"
HEARTBEAT_S = 15.0


class Page:
    """The page's routes over one Telegram."""

    def __init__(self, telegram: Telegram, host: Host) -> None:
        self._telegram, self._host = telegram, host
        self._seen: dict[int, int] = {}

    def routes(self) -> list[BaseRoute]:
        """What the page reads."""
        return [
            Route("/", _index),
            Mount("/static", StaticFiles(directory=WEB)),
            Route("/sim/state", self._state),
            Route("/sim/events", self._events),
            Route("/sim/inside", self._inside),
            Route("/sim/file/{file_id}", self._file),
        ]

    async def _state(self, request: Request) -> Response:
        asked = request.query_params
        state = views.state(self._telegram, asked.get("user"), asked.get("chat"), self._seen)
        about = self._host.about() if self._host.about else {}
        able = {"inside": self._host.inside is not None, "kill": self._host.kill is not None}
        return JSONResponse(state | {"clock": await self._clock_state(), "about": about, "able": able})

    async def _clock_state(self) -> Json:
        if self._host.clock is None:
            return {"now": self._telegram.now().isoformat(), "planned": [], "zones": {}, "movable": False}
        return {"zones": {}} | await self._host.clock.state() | {"movable": True}

    async def _inside(self, request: Request) -> Response:
        """What the bot knows of a person right now, as far as its keeper shows it."""
        if self._host.inside is None:
            return JSONResponse({"sections": []})
        try:
            return JSONResponse(await self._host.inside(int(request.query_params["user"])))
        except (KeyError, ValueError) as error:
            return mistake(error)

    async def _file(self, request: Request) -> Response:
        """A photo or document; a browser never runs it, whatever is in it."""
        try:
            shown = self._telegram.file(request.path_params["file_id"])
        except KeyError as error:
            return mistake(error)
        how = "inline" if shown.inline else "attachment"
        headers = {"content-disposition": f"{how}; filename*=utf-8''{quote(shown.name)}"}
        return Response(shown.content, media_type=shown.mime, headers=headers)

    async def _events(self, _: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        """Server-sent events; a comment now and then keeps the connection and notices a closed page."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Json] = asyncio.Queue()

        def put(event: Json) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, event)

        self._telegram.listen(put)
        try:
            yield ": welcome\n\n"
            while True:
                yield await _next_event(queue)
        finally:
            self._telegram.unlisten(put)


async def _index(_: Request) -> Response:
    return FileResponse(WEB / "index.html")


async def _next_event(queue: asyncio.Queue[Json]) -> str:
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            return f"data: {json.dumps(await queue.get())}\n\n"
    except TimeoutError:
        return ": still here\n\n"
