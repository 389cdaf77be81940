"""The bot's door against raw sockets: what is slow, huge or nonsense is ended without a word, and nobody else waits."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from bot import asked, listening, webhook
from bot.settings import SettingsError
from tests.bot.test_webhook import a_message, count
from tests.world import World

SECRET = "a-long_random-word"


@pytest.fixture
async def port(small_world: World) -> AsyncIterator[int]:
    """Where the bot listens, less patient than usual."""
    routes = [*asked.routes(small_world.house.readiness), webhook.route(small_world.house.intake, SECRET, 0.05)]
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


def request(line: str, *headers: str, length: int = 2, body: bytes = b"{}") -> bytes:
    lines = [f"{line} HTTP/1.1", "Host: bot", f"Content-Length: {length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


POST, KNOWN, JSON = "POST /telegram", f"{webhook.SECRET_HEADER}: {SECRET}", "Content-Type: application/json"
FORGED = f"{webhook.SECRET_HEADER}: {SECRET[::-1]}"
BOMBS = {
    "nested": b'{"update_id": 1, "message": ' + b"[" * 400_000,
    "long numbers": b'{"update_id": ' + b"9" * 900_000 + b"}",
    "many names": b"{" + b",".join(b'"%d":{}' % number for number in range(60_000)) + b"}",
    "too long": b'{"update_id": 1, "padding": "' + b"x" * 2_000_000 + b'"}',
}
ASKED = request("GET /healthz", length=0, body=b"")
REFUSED = [
    (request(POST), b"401"),
    (request(POST, length=10**12, body=b"x" * 1000), b"401"),
    (request(POST, KNOWN, "Content-Type: text/plain"), b"415"),
    (request(POST, KNOWN, JSON, length=100), b"408"),
    (request("GET /telegram"), b"405"),
    (request("PUT /telegram", KNOWN, JSON), b"405"),
    (request("POST /admin"), b"404"),
    (b"nonsense\r\n\r\n", b"400"),
]


async def test_what_is_refused_is_refused_without_a_reason_and_for_good(port: int) -> None:
    for raw, status in REFUSED:
        head, _, body = (await said(port, raw)).partition(b"\r\n\r\n")
        assert head.split(b" ")[1] == status, raw[:50]
        assert body == b""
        assert b"server:" not in head.lower()


async def test_headers_without_an_end_are_not_read_to_their_end(port: int) -> None:
    huge = ASKED.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n")
    assert b"200" not in await said(port, huge)


async def test_who_does_not_go_on_is_let_go(port: int) -> None:
    assert await said(port, b"") == b""
    assert await said(port, b"POST /telegram HTTP/1.1\r\nHost: b") == b""
    assert (await said(port, ASKED + ASKED + b"G")).count(b"200 OK") == 2, "who keeps a connection may ask again"


async def test_a_replayed_body_is_taken_once_and_a_forged_one_never(port: int, small_world: World) -> None:
    body = json.dumps(a_message(small_world)).encode()
    whole, forged = (request(POST, *known, JSON, length=len(body), body=body) for known in ((KNOWN,), (FORGED,)))
    statuses = [(await said(port, raw)).split(b" ")[1] for raw in (forged, whole, whole, forged)]
    assert statuses == [b"401", b"200", b"200", b"401"]
    assert count(small_world) == 1


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_and_leaves_nothing(port: int, small_world: World, name: str) -> None:
    body = BOMBS[name]
    answer = await said(port, request(POST, KNOWN, JSON, length=len(body), body=body))
    assert not answer or answer.split(b" ")[1] in {b"400", b"413"}, "who does not stop writing may not hear it"
    assert count(small_world) == 0


@pytest.mark.parametrize(("dawdlers", "first"), [(100, b"200"), (listening.MOST_CONNECTIONS, b"503")])
async def test_whoever_dawdles_telegram_is_heard_at_the_latest_when_they_are_let_go(
    port: int, small_world: World, dawdlers: int, first: bytes
) -> None:
    body = json.dumps(a_message(small_world)).encode()
    whole = request(POST, KNOWN, JSON, "Connection: close", length=len(body), body=body)
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(dawdlers)]
    for _, writer in lines:
        writer.write(b"POST /telegram HTTP/1.1\r\nHost: b")
    assert (await said(port, whole)).split(b" ")[1] == first
    for reader, writer in lines:
        assert await reader.read() == b"", "let go without a word"
        writer.close()
    assert (await said(port, whole)).split(b" ")[1] == b"200"
    assert count(small_world) == 1


def test_a_door_that_is_taken_is_named_with_its_cure() -> None:
    with listening.bind("127.0.0.1:0") as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match=f"LISTEN {place} .* Cure: "):
            listening.bind(place)
