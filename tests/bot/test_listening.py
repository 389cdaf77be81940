"""The bot's door against raw sockets: what is slow, huge or nonsense is ended without a word, and nobody else waits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot import listening, webhook
from bot.settings import SettingsError
from tests.world import World

SECRET = "a-long_random-word"
JSON = "application/json"


@pytest.fixture
async def port(small_world: World) -> AsyncIterator[int]:
    """Where the bot listens, less patient than usual."""
    routes = [*small_world.house.readiness.routes(), webhook.route(small_world.house.intake, SECRET, 0.05)]
    door = listening.bind("127.0.0.1:0")
    async with listening.served(listening.build_app(routes), door, 0.5):
        yield door.getsockname()[1]


async def said(port: int, raw: bytes) -> bytes:
    """Everything that the bot answers to these bytes, until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    answer = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(20):
            answer = await reader.read()
    writer.close()
    return answer


def request(
    method: str = "POST", path: str = "/telegram", *, length: int = 2, body: bytes = b"{}", **headers: str
) -> bytes:
    given = {
        "Host": "bot",
        "Content-Length": str(length),
        **{name.replace("_", "-"): each for name, each in headers.items()},
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {each}" for name, each in given.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def known(**headers: str) -> dict[str, str]:
    return {webhook.SECRET_HEADER.replace("-", "_"): SECRET, "Content_Type": JSON, **headers}


REFUSED = [
    (request(), b"401"),
    (request(length=10**12, body=b"x" * 1000), b"401"),
    (request(**known(Content_Type="text/plain")), b"415"),
    (request(**known(), length=100, body=b"{"), b"408"),
    (request("GET"), b"405"),
    (request("PUT", **known()), b"405"),
    (request(path="/admin"), b"404"),
    (b"nonsense\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\nHost: bot\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", b"400"),
]


@pytest.mark.parametrize(("raw", "status"), REFUSED, ids=[f"{n}-{s.decode()}" for n, (_, s) in enumerate(REFUSED)])
async def test_what_is_refused_is_refused_without_a_reason_and_at_an_end(port: int, raw: bytes, status: bytes) -> None:
    answer = await said(port, raw)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    assert body == b""
    assert b"server:" not in head.lower()


@pytest.mark.parametrize("raw", [b"", b"POST /telegram HTTP/1.1\r\nHost: b"], ids=["nothing", "half a header"])
async def test_who_does_not_go_on_is_let_go(port: int, raw: bytes) -> None:
    assert await said(port, raw) == b""


async def test_who_keeps_a_connection_may_ask_again_but_not_hold_it(port: int) -> None:
    asked = request("GET", "/healthz", length=0, body=b"")
    answer = await said(port, asked + asked + b"G")
    assert answer.count(b"200 OK") == 2


def test_a_door_that_is_taken_is_named_with_its_cure() -> None:
    with listening.bind("127.0.0.1:0") as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match=f"LISTEN {place} .* Cure: "):
            listening.bind(place)
