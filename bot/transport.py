"""PTB's request object on aiohttp, with limits and time-outs that do not stall, and what a failed call means.

PTB's own, on httpx, walks its whole pool on every call: the more calls side by side, the dearer each.
"""

from __future__ import annotations

import functools
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any

import aiohttp
import httpx
import yarl
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

POLL_S = 30
CONNECT_S, READ_S, WRITE_S, POOL_S = 10.0, 30.0, 30.0, 10.0
SERVER_ERROR = 500
FILES = "/file/bot"
JSON = {"Content-Type": "application/json"}

GONE = ("bot was blocked by the user", "user is deactivated", "bot can't initiate conversation", "chat not found",
        "peer_id_invalid", "bot was kicked")  # fmt: skip
DONE_ALREADY = ("message is not modified", "query is too old", "query id is invalid")
UNEDITABLE = ("message to edit not found", "message can't be edited", "message_edit_time_expired",
              "message_id_invalid", "there is no text in the message to edit")  # fmt: skip


# The first two are ours; the others are PTB's own request object's, which the simulator's door for tests imitates.
NEVER_SENT = (
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError),
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),
)


class Failure(Enum):
    """What a failed call to Telegram means for what was to be said."""

    DONE = "done"  # it is so already: success in disguise
    UNEDITABLE = "uneditable"  # send it as a new message instead
    GONE = "gone"  # nobody is there: blocked, deleted, never met
    WAIT = "wait"  # Telegram said how long
    AGAIN = "again"  # never sent, or nobody knows: try again
    HOPELESS = "hopeless"  # this message will never be accepted


def failure(error: TelegramError) -> Failure:
    """The meaning of an error. BadRequest is a NetworkError to PTB, so the order matters."""
    text = str(error).lower()
    if isinstance(error, RetryAfter):
        return Failure.WAIT
    if isinstance(error, BadRequest | Forbidden):
        if any(words in text for words in DONE_ALREADY):
            return Failure.DONE
        if any(words in text for words in UNEDITABLE):
            return Failure.UNEDITABLE
        return Failure.GONE if any(words in text for words in GONE) else Failure.HOPELESS
    if isinstance(error, ChatMigrated):
        return Failure.GONE
    if isinstance(error, NetworkError | InvalidToken):
        return Failure.AGAIN
    return Failure.AGAIN


def was_never_sent(error: TelegramError) -> bool:
    """Did the connection fail before Telegram could have seen the call?"""
    return isinstance(error.__cause__, NEVER_SENT)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


Heard = Callable[[str, int, str | None, float], None]


def _unheard(method: str, status: int, date: str | None, seconds: float) -> None:
    """Nobody wants to know."""


class Request(BaseRequest):
    """Calls to Telegram over at most `connections` connections, each reused while it lives.

    `heard` is told of every call its method, the status (0: no answer) and the date of the answer, and its seconds.

    Raises TimedOut when nobody answers in time and NetworkError when the connection fails; `was_never_sent` says of
    both whether Telegram may have done the work all the same.
    """

    def __init__(self, connections: int, heard: Heard = _unheard, read_s: float = READ_S) -> None:
        self._connections, self._heard, self._read_s = connections, heard, read_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take, in seconds; PTB adds it to the length of a long poll."""
        return self._read_s

    async def initialize(self) -> None:
        """Ready to call; a second time changes nothing."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers)

    async def shutdown(self) -> None:
        """Every connection is closed."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        connect_s, pool_s = _or(connect_timeout, CONNECT_S), _or(pool_timeout, POOL_S)
        patience = _patience(connect_s, pool_s, _or(write_timeout, WRITE_S), _or(read_timeout, self._read_s))
        body = _body(request_data) if request_data else {}
        heard = partial(self._tell, _method(url), time.perf_counter())
        try:
            status, date, payload = await self._call(method, url, patience, body)
        except TimeoutError as error:
            heard(0, None)
            raise TimedOut(type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:  # their own words may hold the address, and that the token
            heard(0, None)
            raise NetworkError(type(error).__name__) from error
        heard(status, date)
        return status, payload

    def _tell(self, called: str, begun_at: float, status: int, date: str | None) -> None:
        self._heard(called, status, date, time.perf_counter() - begun_at)

    async def _call(
        self, method: str, url: str, patience: aiohttp.ClientTimeout, body: Mapping[str, Any]
    ) -> tuple[int, str | None, bytes]:
        if self._session is None:
            raise RuntimeError("This request object is not initialized.")
        address, proxy = _way(url)
        async with self._session.request(method, address, proxy=proxy, timeout=patience, **body) as answer:
            return answer.status, answer.headers.get("Date"), await answer.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """PTB's own writes the whole of what it cannot read to the log."""
        try:
            answer: dict[str, Any] = json.loads(payload)
        except ValueError:
            raise TelegramError("Invalid server response") from None
        return answer


def _or(given: ODVInput[float], usual: float) -> float | None:
    return usual if isinstance(given, DefaultValue) else given


@functools.lru_cache(maxsize=8)
def _patience(
    connect_s: float | None, pool_s: float | None, write_s: float | None, read_s: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp knows no limit for writing alone: a call as a whole has the sum of all."""
    parts = [each for each in (connect_s, pool_s, write_s, read_s) if each is not None]
    ready_s = None if connect_s is None or pool_s is None else connect_s + pool_s
    total_s = sum(parts) if len(parts) == 4 else None
    return aiohttp.ClientTimeout(total=total_s, connect=ready_s, sock_connect=connect_s, sock_read=read_s)


def _method(url: str) -> str:
    """What is called; "file" where a file is fetched."""
    return "file" if FILES in url else url.rpartition("/")[2]


@functools.lru_cache(maxsize=64)
def _way(url: str) -> tuple[yarl.URL, str | None]:
    """The address, and the proxy that HTTPS_PROXY and NO_PROXY name for it: the same few again and again.

    aiohttp's own `trust_env` asks for both a proxy and a password in a thread, twice for every call.
    """
    address = yarl.URL(url, encoded=True)
    is_direct = address.host is None or urllib.request.proxy_bypass(address.host)
    return address, None if is_direct else urllib.request.getproxies().get(address.scheme)


def _body(data: RequestData) -> Mapping[str, Any]:
    files = data.multipart_data
    if not files:
        return {"data": json.dumps(data.parameters).encode(), "headers": JSON}  # a form would quote every word
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes a name as it stands
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in files.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return {"data": form}


def sending(heard: Heard = _unheard) -> BaseRequest:
    """For calls: many at once, patient with a slow answer, never waiting long for a connection."""
    return Request(64, heard)


def polling(heard: Heard = _unheard) -> BaseRequest:
    """For getUpdates: a pool of its own, larger than one, so that a broken poll cannot occupy it for ever.

    PTB adds the seconds of the long poll to `read_s`: a poll that hangs is given up after 40 s.
    """
    return Request(8, heard, read_s=10)
