"""The HTTP door: the same machine over a real socket, webhooks, and the routes behind the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import telegram as ptb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import Conflict, Forbidden, NetworkError, TimedOut
from telegram.request import HTTPXRequest

from simulator.host import Clock, Host
from simulator.http import build_app
from simulator.telegram import Telegram
from simulator.webhook import pause_s
from tests.simulator.conftest import KIM, HandClock
from tests.simulator.serving import served


@pytest.fixture
async def address(telegram: Telegram, clock: HandClock) -> AsyncIterator[str]:
    async def advance(seconds: float) -> None:
        clock.move(seconds)

    async def to_next() -> None:
        clock.move(7)

    async def state() -> dict[str, object]:
        return {"now": clock.now().isoformat(), "planned": []}

    async def no_pause(_: float) -> None:
        await asyncio.sleep(0)

    app = build_app(telegram, host=Host(clock=Clock(advance, to_next, state)), webhook_pause=no_pause)
    async with served(app) as base:
        yield base


@pytest.fixture
async def http_bot(telegram: Telegram, address: str) -> AsyncIterator[ptb.Bot]:
    request, polling = HTTPXRequest(read_timeout=2), HTTPXRequest(read_timeout=2)
    bot = ptb.Bot(telegram.token, base_url=f"{address}/bot", request=request, get_updates_request=polling)
    async with bot:
        yield bot


async def test_the_real_bot_sends_uploads_and_is_refused_over_http(http_bot: ptb.Bot, telegram: Telegram) -> None:
    await http_bot.send_message(KIM, "<b>hi</b>", parse_mode="HTML", link_preview_options=ptb.LinkPreviewOptions(True))
    await http_bot.send_document(KIM, b"{}", filename="data.json", caption="Gr\u00fc\u00dfe")
    hello, document = telegram.chat(KIM)[-2:]
    assert (hello.text, document.text) == ("hi", "Gr\u00fc\u00dfe")
    assert document.payload["document"]["file_name"] == "data.json"
    telegram.block(KIM)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await http_bot.send_message(KIM, "hi")


async def test_a_long_poll_over_http_wakes_up(http_bot: ptb.Bot, telegram: Telegram) -> None:
    waiting = asyncio.create_task(http_bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    telegram.send_text(KIM, "one")
    updates = await waiting
    assert updates[0].message is not None
    assert updates[0].message.text == "one"


async def test_json_query_and_form_are_all_understood(telegram: Telegram, address: str) -> None:
    call = f"{address}/bot{telegram.token}/sendMessage"
    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(call, params={"chat_id": KIM, "text": "query"}),
            await client.post(call, data={"chat_id": KIM, "text": "form"}),
            await client.post(call, json={"chat_id": KIM, "text": "json", "reply_markup": {"force_reply": True}}),
        ]
        broken = await client.post(call, content=b"{", headers={"content-type": "application/json"})
        stranger = await client.get(f"{address}/bot1:x/getMe")
    assert all(answer.json()["ok"] for answer in answers)
    assert [message.text for message in telegram.chat(KIM)[-3:]] == ["query", "form", "json"]
    assert (broken.status_code, stranger.status_code) == (400, 401)


async def test_a_cut_or_silent_connection_is_real(http_bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.fault(method="sendMessage", cut=True, after_work=True)
    with pytest.raises(NetworkError):
        await http_bot.send_message(KIM, "one")
    assert telegram.chat(KIM)[-1].text == "one"
    telegram.fault(method="sendMessage", hang_s=0.5)
    with pytest.raises(TimedOut):
        await http_bot.send_message(KIM, "two", read_timeout=0.1)
    assert telegram.chat(KIM)[-1].text == "one"


class _Hook:
    """A bot's webhook that fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.seen: list[tuple[str, str]] = []
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append((body["message"]["text"], request.headers["x-telegram-bot-api-secret-token"]))
        self.failures -= 1
        return Response(status_code=500 if self.failures >= 0 else 204)


async def _until_empty(telegram: Telegram) -> None:
    async with asyncio.timeout(5):
        while telegram.waiting():  # noqa: ASYNC110 - the machine has no loop of its own
            await asyncio.sleep(0.01)


async def test_a_webhook_gets_each_update_in_order_until_it_takes_it(http_bot: ptb.Bot, telegram: Telegram) -> None:
    hook = _Hook(failures=3)
    async with served(hook.app) as there:
        await http_bot.set_webhook(f"{there}/hook", secret_token="s3cret")
        telegram.send_text(KIM, "one")
        telegram.send_text(KIM, "two")
        await _until_empty(telegram)
        assert [text for text, _ in hook.seen] == ["one"] * 4 + ["two"]
        assert {secret for _, secret in hook.seen} == {"s3cret"}
        info = await http_bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 500"
        with pytest.raises(Conflict):
            await http_bot.get_updates()


async def test_a_failing_webhook_is_given_up_when_the_update_is_too_old(
    http_bot: ptb.Bot, telegram: Telegram, clock: HandClock
) -> None:
    await http_bot.set_webhook("http://127.0.0.1:9/hook")
    telegram.send_text(KIM, "one")
    await asyncio.sleep(0.05)
    clock.move(86_401)
    await _until_empty(telegram)
    assert (await http_bot.get_webhook_info()).pending_update_count == 0


def test_retries_come_at_once_and_then_ever_later() -> None:
    assert [pause_s(failures) for failures in range(1, 9)] == [0, 2, 4, 8, 16, 32, 60, 60]


async def test_the_page_keeps_foreign_scripts_out(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        page, script = await client.get("/"), await client.get("/static/chat.js")
    assert page.status_code == script.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" in policy


async def test_people_act_through_the_pages_routes(telegram: Telegram, address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        await client.post("/sim/person", json={"user": 8, "first_name": "Ada", "language_code": "de"})
        moves: dict[str, dict[str, object]] = {
            "text": {"text": "/start"},
            "tap": {"message_id": 1, "data": "a"},
            "kind": {"kind": "photo"},
            "block": {},
            "unblock": {},
        }
        for name, body in moves.items():
            answer = await client.post(f"/sim/{name}", json={"user": 8, **body})
            assert answer.json()["update_id"] is not None, name
        state = (await client.get("/sim/state", params={"user": 8})).json()
        form = await client.post("/sim/block", data={"user": 8})
        nobody = await client.post("/sim/text", json={"user": 99, "text": "hi"})
    assert [message["kind"] for message in state["messages"]] == ["text", "photo"]
    assert [person["name"] for person in state["people"]] == ["Kim", "Ada"]
    assert (form.status_code, nobody.status_code) == (400, 400)


async def test_the_page_moves_the_clock(clock: HandClock, address: str) -> None:
    start = clock.at
    async with httpx.AsyncClient(base_url=address) as client:
        await client.post("/sim/clock", json={"advance_s": 600})
        answer = await client.post("/sim/clock", json={"to": "next"})
    assert (clock.at - start).total_seconds() == 607
    assert answer.json() == {"now": clock.at.isoformat(), "planned": []}


async def test_changes_are_streamed_to_the_page(telegram: Telegram, address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client, client.stream("GET", "/sim/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": welcome"
        telegram.call("sendChatAction", {"chat_id": KIM, "action": "typing"})
        told = [line async for line in _first(lines, "data:")]
    assert told == ['data: {"event": "action", "chat_id": 7, "action": "typing"}']


async def _first(lines: AsyncIterator[str], start: str) -> AsyncIterator[str]:
    async for line in lines:
        if line.startswith(start):
            yield line
            return
