"""The door for tests: python-telegram-bot's request object, straight into the machine, without a socket.

    Application.builder().request(InProcessRequest(telegram)).get_updates_request(InProcessRequest(telegram))

Planned faults arrive as the real HTTPXRequest would raise them: a cut connection is a NetworkError from
`httpx.ReadError` when the work was done and from `httpx.ConnectError` when it was not; silence is a TimedOut from
`httpx.ReadTimeout`, at once, because a test should not wait for it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from simulator import polling
from simulator.records import NONSENSE, ConnectionCut, Hang, Json, Malformed
from simulator.telegram import Telegram
from simulator.world import Upload


class InProcessRequest(BaseRequest):
    """One connection of a bot to one Telegram."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        """PTB adds it to the seconds of a long poll; nothing here needs it."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT_NONE,
        write_timeout: ODVInput[float] = DEFAULT_NONE,
        connect_timeout: ODVInput[float] = DEFAULT_NONE,
        pool_timeout: ODVInput[float] = DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body Telegram would send for `.../bot<token>/<method>`."""
        token, name = _address(url)
        refusal = self._telegram.authorize(token)
        if refusal is None and "/file/bot" in url:
            return self._download(name)
        try:
            name, _, query = name.partition("?")
            answer = refusal or await self._call(name, {**dict(parse_qsl(query)), **_parameters(request_data)})
        except Malformed:
            return 200, NONSENSE
        return int(answer.get("error_code", 200)), json.dumps(answer).encode()

    async def _call(self, name: str, params: dict[str, Any]) -> Json:
        try:
            return await polling.call(self._telegram, name, params)
        except ConnectionCut as cut:
            raise _broken(cut) from _cause(cut)
        except Hang as hang:
            raise TimedOut from httpx.ReadTimeout(f"no answer for {hang.seconds} s")

    def _download(self, path: str) -> tuple[int, bytes]:
        try:
            return 200, self._telegram.download(path)
        except KeyError:
            return 404, b'{"ok": false, "error_code": 404, "description": "Not Found"}'


def _address(url: str) -> tuple[str, str]:
    """The token, and what stands behind it."""
    token, _, name = url.partition("/bot")[2].partition("/")
    return unquote(token), name


def _parameters(data: RequestData | None) -> dict[str, Any]:
    """The parameters as a form would carry them; an upload is an Upload."""
    if data is None:
        return {}
    uploads = {name: _upload(part) for name, part in (data.multipart_data or {}).items()}
    return {**uploads, **data.json_parameters}


def _upload(part: object) -> Upload:
    match part:
        case (str(name), bytes(content), str(mime)):
            return Upload(name, content, mime)
        case (str(name), stream, str(mime)) if hasattr(stream, "read"):
            return Upload(name, stream.read(), mime)
        case _:
            return Upload("file", b"")


def _cause(cut: ConnectionCut) -> httpx.HTTPError:
    if cut.after_work:
        return httpx.ReadError("connection closed before the answer")
    return httpx.ConnectError("All connection attempts failed")


def _broken(cut: ConnectionCut) -> NetworkError:
    cause = _cause(cut)
    return NetworkError(f"httpx.{type(cause).__name__}: {cause}")
