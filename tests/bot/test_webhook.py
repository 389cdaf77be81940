"""The webhook door: only Telegram comes in, 200 means kept for good, and nothing that is thrown at it hurts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import webhook
from bot.listening import build_app
from bot.webhook import MOST_BYTES, PATH, SECRET_HEADER
from simulator.webhook import Delivery
from storage.tables import UpdateRow
from tests.bot.tools import Outage, served, until
from tests.world import Chat, World

SECRET = "a-long_random-word"
JSON = "application/json"
HEADERS = {SECRET_HEADER: SECRET, "Content-Type": JSON}


@pytest.fixture
async def door(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client in front of the world's webhook."""
    transport = httpx.ASGITransport(build_app([webhook.route(world.house.intake, SECRET)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


def a_message(world: World, text: str = "/start") -> dict[str, Any]:
    """A new update, as Telegram would push it."""
    chat = world.person()
    world.telegram.send_text(chat.user_id, text)
    update: dict[str, Any] = world.telegram.call("getUpdates", {})["result"][-1]
    return update


async def post(door: httpx.AsyncClient, body: object, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await door.post(PATH, content=content, headers={**HEADERS, **headers})


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(UpdateRow)) or 0


def count(world: World) -> int:
    return world.house.database.run_now(kept)


# --- who may come in --------------------------------------------------------------------------------------------------


async def test_the_right_secret_comes_in(world: World, door: httpx.AsyncClient) -> None:
    answer = await post(door, a_message(world))
    assert answer.status_code == 200
    assert count(world) == 1


@pytest.mark.parametrize("secret", ["", "a", SECRET[:-1], SECRET + "x", SECRET.upper(), "ü", " "])
async def test_a_wrong_secret_stays_outside(world: World, door: httpx.AsyncClient, secret: str) -> None:
    answer = await door.post(PATH, json=a_message(world), headers=[(SECRET_HEADER.encode(), secret.encode())])
    assert (answer.status_code, answer.content) == (401, b"")
    assert count(world) == 0


async def test_no_secret_stays_outside(world: World, door: httpx.AsyncClient) -> None:
    answer = await door.post(PATH, json=a_message(world))
    assert answer.status_code == 401


async def test_without_the_secret_nobody_learns_whether_the_body_was_good(door: httpx.AsyncClient) -> None:
    answers = [await door.post(PATH, content=body) for body in (b"{", b"{}", b"x" * (MOST_BYTES + 1))]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, b"")}


async def test_only_posts_are_taken(door: httpx.AsyncClient) -> None:
    assert (await door.get(PATH, headers={SECRET_HEADER: SECRET})).status_code == 405
    assert (await door.post("/", headers={SECRET_HEADER: SECRET})).status_code == 404


# --- what may come in -------------------------------------------------------------------------------------------------


async def test_more_than_a_megabyte_is_refused(world: World, door: httpx.AsyncClient) -> None:
    huge = a_message(world) | {"padding": "x" * MOST_BYTES}
    assert (await post(door, huge)).status_code == 413
    assert count(world) == 0


async def test_a_body_without_an_end_is_not_read_to_its_end(door: httpx.AsyncClient) -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1000):
            read.append(number)
            yield b"x" * 100_000

    async with asyncio.timeout(10):
        answer = await door.post(PATH, content=endless(), headers=HEADERS)
    assert answer.status_code == 413
    assert len(read) < 20


NOT_UPDATES: list[object] = [
    b"", b"{", b"\xff\xfe", b"nonsense", b"[" * 200_000, [], {}, 7, "text", None, True, [{}], {"message": {}},
    {"update_id": 1, "message": 5}, {"update_id": 1, "message": {}}, {"update_id": 1, "callback_query": []},
    {"update_id": 1, "my_chat_member": {"chat": 1}},
]  # fmt: skip


@pytest.mark.parametrize("body", NOT_UPDATES, ids=lambda body: str(body)[:30])
async def test_what_is_no_update_is_refused_and_hurts_nobody(small_world: World, body: object) -> None:
    transport = httpx.ASGITransport(build_app([webhook.route(small_world.house.intake, SECRET)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as door:
        assert (await post(door, body)).status_code == 400
    assert count(small_world) == 0


async def test_an_update_of_a_kind_that_nobody_knows_yet_is_taken_and_left_alone(
    world: World, door: httpx.AsyncClient
) -> None:
    assert (await post(door, {"update_id": 5, "telepathy": {"thought": "?"}})).status_code == 200


# --- what 200 means ---------------------------------------------------------------------------------------------------


async def test_200_is_said_only_when_the_turn_is_kept(world: World, door: httpx.AsyncClient, outage: Outage) -> None:
    update = a_message(world)
    outage.begin()
    answer = await post(door, update)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    outage.end()
    assert count(world) == 0
    assert (await post(door, update)).status_code == 200
    assert count(world) == 1


async def test_a_repeat_is_harmless(world: World, door: httpx.AsyncClient) -> None:
    update = a_message(world)
    answers = await asyncio.gather(*(post(door, update) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert count(world) == 1
    await world.house.deliver.drain()
    (person,) = world.telegram.people()
    assert len([message for message in world.telegram.chat(person.user_id) if message.from_bot]) == 1


# --- with Telegram at the other end -----------------------------------------------------------------------------------


def is_offered(chat: Chat, label: str) -> bool:
    """Does the newest message have this button?"""
    return bool(chat.from_bot) and label in chat.labels()


async def test_a_whole_meeting_through_the_webhook(world: World) -> None:
    chat, impatient = world.person(), asyncio.Event()

    async def no_pause(seconds: float) -> None:
        impatient.set()
        await asyncio.sleep(0)

    async with served(build_app([webhook.route(world.house.intake, SECRET)])) as address:
        delivery = asyncio.create_task(Delivery(world.telegram, no_pause).run())
        sending = asyncio.create_task(world.house.deliver.run())
        await world.house.application.bot.set_webhook(f"{address}{webhook.PATH}", secret_token=SECRET)
        world.telegram.send_text(chat.user_id, "/start")
        for label in ("Continue", chat.clock(), "London, United Kingdom", "16 or older", "I agree", "Start a check"):
            await until(partial(is_offered, chat, label))
            chat.tap(*chat.find(label))
        await until(lambda: "None of these" in chat.labels())
        await until(lambda: not world.telegram.unanswered())
        delivery.cancel()
        await world.house.deliver.stop()
        await asyncio.wait([delivery, sending])
    assert not impatient.is_set(), "every update was taken at the first try"
    assert not world.telegram.offered()
    world.clean()


async def test_what_the_database_could_not_take_telegram_brings_again(world: World, outage: Outage) -> None:
    chat, tried = world.person(), asyncio.Event()

    async def wait_for_the_database(seconds: float) -> None:
        if not tried.is_set():
            outage.end()
        tried.set()

    async with served(build_app([webhook.route(world.house.intake, SECRET)])) as address:
        delivery = asyncio.create_task(Delivery(world.telegram, wait_for_the_database).run())
        await world.house.application.bot.set_webhook(f"{address}{webhook.PATH}", secret_token=SECRET)
        outage.begin()
        world.telegram.send_text(chat.user_id, "/start")
        await until(lambda: tried.is_set() and not world.telegram.offered())
        delivery.cancel()
        await asyncio.wait([delivery])
    await world.house.deliver.drain()
    assert count(world) == 1
    assert len(chat.from_bot) == 1
